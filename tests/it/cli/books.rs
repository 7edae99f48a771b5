//! Orders against the platform's books, by the shell.

use super::program::Program;

const EXPORT: &str = "Name,Financial Status,Currency,Total,Created at,Refunded Amount,Outstanding Balance,Id\n\
    #1001,paid,USD,50.00,2026-07-14 12:00:00 +0000,0.00,0.00,4501\n#1002,paid,USD,20.00,2026-07-15 12:00:00 +0000,0.00,0.00,4502\n";

#[test]
fn books_that_know_more_end_with_one_and_say_what_and_why() {
    let program = Program::new();
    let shop = program.add_shop();
    std::fs::write(program.path("orders.csv"), EXPORT).expect("written");
    let asked = |more: &[&str]| {
        let over = ["reconcile", "--shop", &shop, "--file", "orders.csv", "--from", "2026-07-01", "--to", "2026-07-31"];
        program.run(&[&over, more].concat())
    };
    let json = asked(&["--format", "json"]);
    let told: serde_json::Value = serde_json::from_str(&json.out).expect("JSON");
    assert_eq!(told["told"]["compared"]["differences_count"], 2, "{}", json.out);
    let csv = asked(&["--format", "csv"]).out;
    assert!(csv.starts_with("order,id,kind,here,books,difference,currency,why\n#1001,4501,") && csv.contains(",50.00,"), "{csv}");
    let people = asked(&[]);
    assert!(people.out.contains("#1002") && people.out.contains("20.00 USD"), "{}", people.out);
    let none = program.run(&["reconcile", "--shop", &shop, "--file", "orders.csv", "--from", "2026-08-01", "--to", "2026-08-02"]);
    assert_eq!(none.code, 0, "nothing in the period, nothing to explain: {}{}", none.out, none.err);
}

#[test]
fn books_that_can_not_be_read_are_refused_with_what_to_do() {
    let program = Program::new();
    let shop = program.add_shop();
    let missing = program.run(&["reconcile", "--shop", &shop, "--file", "nowhere.csv"]);
    assert!(missing.code == 2 && missing.err.contains("nowhere.csv can't be read"), "{}", missing.err);
    std::fs::write(program.path("orders.csv"), "a,b\n1,2\n").expect("written");
    let other = program.run(&["reconcile", "--shop", &shop, "--file", "orders.csv"]);
    assert!(other.code != 0 && other.err.contains("export"), "{}{}", other.out, other.err);
    // Nobody gave access to the store.
    let asked = program.run(&["reconcile", "--shop", &shop]);
    assert!(asked.code != 0 && asked.err.contains("access"), "{}{}", asked.out, asked.err);
}
