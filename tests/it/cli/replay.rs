//! `comeback replay`: exit codes, and what it prints.

use super::program::Program;
use comeback::db::Db;

const LATE: &str = r#"{"name": "Late", "steps": [{"delay": "PT3H", "channel": "email", "template": "checkout-reminder"}]}"#;

async fn change(program: &Program, sql: &'static str) {
    let db = Db::connect(&format!("sqlite://{}", program.path("data/comeback.db").display())).await.expect("a database");
    let Db::Sqlite { write, .. } = &db else { panic!("not SQLite") };
    assert_eq!(sqlx::query(sql).execute(write).await.expect(sql).rows_affected(), 1);
    db.close().await;
}

#[tokio::test]
async fn what_was_changed_by_hand_ends_with_one_and_leaves_nothing_behind() {
    let program = Program::new();
    program.add_shop();
    let fine = program.run(&["replay"]);
    assert_eq!(fine.code, 0, "{}{}", fine.out, fine.err);
    assert!(fine.out.contains("Everything follows from what came in.") && fine.out.contains("settings"), "{}", fine.out);
    change(&program, "UPDATE shops SET status = 'paused'").await;
    let found = program.run(&["replay", "--shop", "acme.myshopify.com"]);
    assert_eq!(found.code, 1, "{}", found.err);
    assert!(found.out.contains("status: stored \"paused\", rebuilt \"active\""), "{}", found.out);
    let kept = program.path("rebuilt.db").display().to_string();
    let told = program.run(&["replay", "--json", "--keep", &kept]);
    let json: serde_json::Value = serde_json::from_str(&told.out).expect("JSON");
    assert_eq!((told.code, &json[0]["differences"][0]["kind"]), (1, &"settings".into()), "{}", told.out);
    let again = program.run(&["replay", "--keep", &kept]);
    assert_eq!(again.code, 2, "what is kept is never overwritten: {}", again.out);
}

#[test]
fn a_campaign_is_tried_from_a_file_and_refused_with_its_faults() {
    let program = Program::new();
    program.add_shop();
    let file = program.path("late.json");
    let path = file.display().to_string();
    std::fs::write(&file, LATE).expect("written");
    let tried = program.run(&["replay", "--policy", &path, "--format", "json"]).json();
    assert_eq!((&tried["totals"]["would_have_sent"], &tried["rows"]), (&0.into(), &serde_json::json!([])));
    let table = program.run(&["replay", "--policy", &path, "--from", "2026-07-01", "--to", "2026-07-02"]);
    assert_eq!(table.code, 0, "{}", table.err);
    assert!(
        table.out.contains("It would have sent 0 messages to 0 carts") && table.out.contains("nothing is said about revenue"),
        "{}",
        table.out
    );
    assert_eq!(program.run(&["replay", "--policy", &path, "--format", "csv"]).out, "at,sent,cart_id,contact,channel,step,rule,why\n");
    std::fs::write(&file, LATE.replace("checkout-reminder", "none")).expect("written");
    let faulty = program.run(&["replay", "--policy", &path]);
    assert_eq!(faulty.code, 2);
    assert!(faulty.err.contains("steps[0].template"), "{}", faulty.err);
    std::fs::write(&file, "{").expect("written");
    assert_eq!(program.run(&["replay", "--policy", &path]).code, 2);
    assert_eq!(program.run(&["replay", "--format", "csv"]).code, 2, "a format is for a trial");
}
