//! Lists in and out, as a shell sees them.

use super::program::Program;

#[test]
fn a_list_of_suppressions_goes_in_and_comes_out_and_bad_lines_are_told_by_number() {
    let program = Program::new();
    let shop = program.add_shop();
    let list = "Channel,Address,Reason\nemail,Jo@example.com,\"asked, by phone\"\npigeon,x,y\nsms,+12125551001,\nemail,nonsense,z\n";
    std::fs::write(program.path("list.csv"), list).expect("written");
    let taken = program.run(&["import", "suppressions", "list.csv", "--shop", &shop]);
    assert_eq!(taken.code, 1, "{}{}", taken.out, taken.err);
    assert!(taken.out.contains("list.csv line 3: channel:") && taken.out.contains("list.csv line 5: address:"), "{}", taken.out);
    assert!(taken.out.contains("2 taken, 0 known before, 2 refused"), "{}", taken.out);
    let again = program.run(&["import", "suppressions", "list.csv", "--shop", &shop]);
    assert!(again.out.contains("0 taken, 2 known before, 2 refused"), "{}", again.out);
    let out = program.run(&["export", "suppressions", "--shop", &shop]);
    assert!(out.out.starts_with("channel,address,reason,created_at\n"), "{}", out.out);
    assert!(out.out.contains("email,jo@example.com,\"asked, by phone\",") && out.out.contains("sms,+12125551001,manual,"), "{}", out.out);
    // What was printed can be taken in elsewhere.
    std::fs::write(program.path("out.csv"), &out.out).expect("written");
    let back = program.run(&["import", "suppressions", "out.csv", "--shop", &shop]);
    assert!(back.code == 0 && back.out.contains("0 taken, 2 known before, 0 refused"), "{}{}", back.out, back.err);
}

#[test]
fn contacts_go_in_with_their_consents_and_the_ledger_comes_out_with_its_proof() {
    let program = Program::new();
    let shop = program.add_shop();
    let lines = concat!(
        r#"{"email": "jo@example.com", "first_name": "=1+1", "email_consent": "subscribed", "consent_at": "2026-01-02T03:04:05Z", "shown": "Write me"}"#,
        "\nnonsense\n"
    );
    std::fs::write(program.path("people.jsonl"), lines).expect("written");
    let taken = program.run(&["import", "contacts", "people.jsonl", "--shop", &shop]);
    assert!(taken.code == 1 && taken.out.contains("people.jsonl line 2: it is not a JSON object"), "{}{}", taken.out, taken.err);
    assert!(taken.out.contains("1 taken, 0 known before, 1 refused"), "{}", taken.out);
    let ledger = program.run(&["export", "consents", "--shop", &shop, "--format", "jsonl"]);
    let entry: serde_json::Value = serde_json::from_str(ledger.out.trim()).expect("one line");
    assert_eq!((entry["method"].as_str(), entry["shown"].as_str()), (Some("import"), Some("Write me")), "{entry}");
    assert_eq!((entry["proof"].as_str(), entry["at"].as_str()), (Some("people.jsonl line 1"), Some("2026-01-02T03:04:05Z")), "{entry}");
    let people = program.run(&["export", "contacts", "--shop", &shop]);
    assert!(people.out.contains("'=1+1") && people.out.contains("jo@example.com"), "a name is no formula: {}", people.out);
}
