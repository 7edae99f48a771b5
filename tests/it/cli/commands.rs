//! Each command: its answer, as text and JSON, and its exit code.

use super::program::{Program, finish};

/// `0` done, `1` found something wrong, `2` bad usage.
fn check(program: &Program, arguments: &[&str], code: i32, says: &str) {
    let answer = program.run(arguments);
    assert_eq!(answer.code, code, "{arguments:?}: {}{}", answer.out, answer.err);
    let text = format!("{}{}", answer.out, answer.err);
    assert!(text.contains(says), "{arguments:?} doesn't say {says:?}: {text}");
}

#[test]
fn a_new_store_has_a_webhook_address_a_token_and_an_empty_report() {
    let program = Program::new();
    check(&program, &["migrate"], 0, "up to date");
    check(&program, &["migrate"], 0, "up to date");
    let shop = program.add_shop();
    let shown = program.run(&["shop", "show", "acme.myshopify.com", "--json"]).json();
    assert_eq!(shown["id"], shop.as_str());
    assert!(shown["webhook_url"].as_str().expect("an address").ends_with(&format!("/webhooks/shopify/{shop}")));
    let token = program.run(&["token", "create", "--shop", &shop, "--scope", "admin", "--json"]).json();
    assert!(token["token"].as_str().expect("a token").starts_with("cb_"));
    let tokens = program.run(&["token", "list", "--shop", &shop, "--json"]);
    assert_eq!(tokens.json().as_array().expect("a list").len(), 1);
    assert!(!tokens.out.contains("cb_"), "a token is shown once");
    let id = token["id"].as_str().expect("an id");
    check(&program, &["token", "revoke", "--shop", &shop, id], 0, "Revoked");
    check(&program, &["token", "revoke", "--shop", &shop, id], 1, "no valid token");
    let report =
        program.run(&["report", "recovered", "--shop", &shop, "--from", "2026-07-01", "--to", "2026-07-02", "--format", "json"]).json();
    assert_eq!((&report["from"], &report["to"]), (&"2026-07-01T04:00:00Z".into(), &"2026-07-03T04:00:00Z".into()), "days are the store's");
    assert_eq!(report["totals"][0]["net"], serde_json::json!({"amount": "0.00", "currency": "USD"}));
    check(&program, &["report", "recovered", "--shop", &shop, "--format", "csv"], 0, "total,Total,USD,0,0,0,0.00,0.00,0.00,0.00");
    check(&program, &["report", "recovered", "--shop", &shop], 0, "Gross less refunds.");
    check(&program, &["report", "funnel", "--shop", &shop, "--compare"], 0, "Of the carts whose checkout was begun");
    check(
        &program,
        &["report", "performance", "--shop", &shop, "--by", "channel", "--format", "csv"],
        0,
        "key,label,currency,nudged,messages,delivered,click_rate,click_rate_numerator",
    );
    check(&program, &["report", "buyers", "--shop", &shop], 0, "not cause and effect");
    check(&program, &["report", "cohorts", "--shop", &shop, "--by", "moon"], 2, "recovered");
    check(&program, &["verify"], 0, "Every invariant holds");
}

#[test]
fn a_store_is_paused_resumed_and_removed_and_its_secret_rotated() {
    let program = Program::new();
    let shop = program.add_shop();
    check(&program, &["shop", "pause", &shop], 0, "Acme is paused now");
    check(&program, &["shop", "resume", "acme.myshopify.com"], 0, "Acme is active now");
    let rotated = program.run_with(&["shop", "secret", &shop, "--webhook-secret-stdin"], "another-secret\n");
    assert_eq!(rotated.code, 0, "{}", rotated.err);
    check(&program, &["shop", "list"], 0, "acme.myshopify.com");
    check(&program, &["shop", "remove", &shop], 0, "removed");
    assert_eq!(program.run(&["shop", "list", "--json"]).json(), serde_json::json!([]));
}

#[test]
fn a_stores_policy_is_shown_set_from_a_file_and_refused_with_its_faults() {
    let program = Program::new();
    let shop = program.add_shop();
    let first = program.run(&["shop", "policy", &shop]);
    let mut policy = first.json();
    assert_eq!(policy["excluded_tags"], serde_json::json!(["wholesale", "b2b"]));
    policy["excluded_tags"] = serde_json::json!(["partner"]);
    policy["consent"] = serde_json::json!([{"channel": "email", "countries": ["DE"], "basis": "soft_opt_in", "note": "similar goods"}]);
    let file = program.path("policy.json");
    std::fs::write(&file, policy.to_string()).expect("a file");
    let name = file.to_str().expect("a path");
    assert_eq!(program.run(&["shop", "policy", "acme.myshopify.com", "--set", name]).json(), policy);
    let shown = program.run(&["shop", "policy", &shop, "--json"]).json();
    assert_eq!((&shown["version"], &shown["set_by"], &shown["policy"]), (&1.into(), &"cli".into(), &policy));
    policy["bots"]["block_from"] = 0.into();
    std::fs::write(&file, policy.to_string()).expect("a file");
    check(&program, &["shop", "policy", &shop, "--set", name], 2, "bots.block_from");
    std::fs::write(&file, "{\"cap\": []}").expect("a file");
    check(&program, &["shop", "policy", &shop, "--set", name], 2, "unknown field `cap`");
    check(&program, &["shop", "policy", &shop, "--set", "nowhere.json"], 2, "can't be read");
    assert_eq!(program.run(&["shop", "policy", &shop, "--json"]).json()["version"], 1);
}

#[test]
fn people_are_added_with_a_password_from_stdin_only() {
    let program = Program::new();
    let add = ["user", "add", "--email", "Jo@example.com", "--role", "owner", "--password-stdin"];
    assert_eq!(program.run_with(&add, "").code, 2, "no password");
    assert_eq!(program.run_with(&add, "short\n").code, 2, "a short password");
    assert_eq!(program.run_with(&add, "correct horse\n").code, 0);
    assert_eq!(program.run_with(&add, "correct horse\n").code, 1, "they are there already");
    let users = program.run(&["user", "list", "--json"]).json();
    assert_eq!((&users[0]["email"], &users[0]["role"]), (&"jo@example.com".into(), &"owner".into()));
    let invited = program.run(&["user", "invite", "Bea@example.com", "--role", "editor", "--json"]).json();
    assert_eq!(
        (&invited["email"], &invited["role"], &invited["shop_id"]),
        (&"bea@example.com".into(), &"editor".into(), &serde_json::Value::Null)
    );
    assert!(invited["link"].as_str().expect("a link").starts_with("http://127.0.0.1:8080/invitations/"), "{invited}");
    check(&program, &["user", "invite", "bea@example.com", "--role", "viewer"], 0, "It is good once, for 7 days:");
    check(&program, &["user", "invite", "jo@example.com", "--role", "owner"], 1, "they are that already");
    check(&program, &["user", "invite", "bea@example.com", "--role", "viewer", "--shop", "nobody.example"], 1, "shop list");
    check(&program, &["user", "invite", "bea@example.com"], 2, "--role");
    check(&program, &["user", "role", "--email", "jo@example.com", "--shop", "nobody.example", "--role", "editor"], 1, "shop list");
    check(&program, &["user", "role", "--email", "jo@example.com", "--shop", "nobody.example"], 2, "--none");
    let changed = program.run_with(&["user", "password", "--email", "jo@example.com", "--password-stdin"], "another horse\n");
    assert_eq!(changed.code, 0, "{}", changed.err);
    check(&program, &["user", "reset-factors", "--email", "jo@example.com"], 1, "no second factor");
    check(&program, &["user", "remove", "--email", "jo@example.com"], 1, "the last owner");
    let second = ["user", "add", "--email", "al@example.com", "--role", "owner", "--password-stdin"];
    assert_eq!(program.run_with(&second, "correct horse\n").code, 0);
    check(&program, &["user", "remove", "--email", "jo@example.com"], 0, "Removed");
    check(&program, &["user", "remove", "--email", "jo@example.com"], 1, "nobody with that address");
    check(&program, &["user", "add", "--email", "jo@example.com", "--role", "owner"], 2, "--password-stdin");
}

#[test]
fn bad_usage_ends_with_2_and_says_what_to_do() {
    let program = Program::new();
    check(&program, &["frobnicate"], 2, "frobnicate");
    check(&program, &["shop", "add", "--domain", "a.example"], 2, "--name");
    check(&program, &["token", "create", "--shop", "x", "--scope", "god"], 2, "read, write or admin");
    check(&program, &["report", "recovered", "--shop", "x", "--by", "moon"], 2, "campaign");
    check(&program, &["token", "create", "--shop", "nobody.example", "--scope", "read"], 1, "shop list");
    let add = |domain: &str, currency: &str, zone: &str, secret: &str| {
        let add =
            ["shop", "add", "--domain", domain, "--name", "A", "--currency", currency, "--timezone", zone, "--webhook-secret", secret];
        program.run(&add).code
    };
    assert_eq!(add("acme.myshopify.com", "XXQ", "UTC", "0123456789"), 2);
    assert_eq!(add("acme.myshopify.com", "USD", "Moon/Base", "0123456789"), 2);
    assert_eq!(add("acme", "USD", "UTC", "0123456789"), 2);
    assert_eq!(add("acme.myshopify.com", "USD", "UTC", "short"), 2);
    assert_eq!(add("acme.myshopify.com", "USD", "UTC", "0123456789"), 0);
    assert_eq!(add("acme.myshopify.com", "USD", "UTC", "0123456789"), 1, "it is there already");
}

#[test]
fn every_fault_of_the_settings_is_told_at_once_and_ends_with_2() {
    let program = Program::new();
    std::fs::write(program.path("bad.toml"), "[server]\nbind = \"nowhere\"\nbindd = \"x\"\n").expect("a file");
    let mut command = program.command(&["--config", "bad.toml", "shop", "list"]);
    command.env("COMEBACK_EMAIL__URL", "ftp://user:hunter2@host");
    let answer = finish(command, "");
    assert_eq!(answer.code, 2);
    for part in ["server.bind (from bad.toml)", "server.bindd", "email.url"] {
        assert!(answer.err.contains(part), "{part}: {}", answer.err);
    }
    assert!(!answer.err.contains("hunter2"), "{}", answer.err);
    check(&program, &["--config", "absent.toml", "shop", "list"], 2, "absent.toml");
    assert!(!program.path("data").exists(), "nothing was made");
}

#[test]
fn the_doctor_finds_a_missing_database_and_changes_nothing() {
    let program = Program::new();
    check(&program, &["doctor"], 1, "comeback migrate");
    assert!(!program.path("data").exists());
    program.add_shop();
    check(&program, &["doctor"], 0, "nobody is written to");
    let findings = program.run(&["doctor", "--json"]).json();
    let verdict = |check: &str| {
        let found =
            findings.as_array().expect("a list").iter().find(|f| f["check"] == check).unwrap_or_else(|| panic!("{check}: {findings}"));
        found["verdict"].as_str().expect("a verdict").to_owned()
    };
    assert_eq!(verdict("database"), "ok");
    assert_eq!(verdict("secret key"), "ok");
    assert_eq!(verdict("people"), "warn");
    assert_eq!(verdict("webhooks of acme.myshopify.com"), "warn");
    std::fs::write(program.path("data/comeback.key"), format!("{}\n", "ab".repeat(32))).expect("another key");
    check(&program, &["doctor"], 1, "doesn't open the webhook secrets");
}

#[test]
fn the_api_is_described_as_json() {
    let document = Program::new().run(&["openapi"]).json();
    assert!(document["openapi"].as_str().is_some_and(|v| v.starts_with("3.1")), "{}", document["openapi"]);
}

#[test]
fn postgres_without_a_key_or_out_of_reach_is_told_plainly() {
    let program = Program::new();
    let mut command = program.command(&["shop", "list"]);
    command.env("COMEBACK_DATABASE__URL", "postgres://nobody:hunter2@127.0.0.1:1/none");
    let answer = finish(command, "");
    assert_eq!(answer.code, 1, "{}", answer.err);
    assert!(answer.err.contains("database") && !answer.err.contains("hunter2"), "{}", answer.err);
}

#[test]
fn campaigns_live_in_files_and_are_published_from_them() {
    let program = Program::new();
    let shop = program.add_shop();
    let of =
        |words: &[&str]| -> Vec<String> { ["campaign"].iter().chain(words).chain(&["--shop", &shop]).map(|w| (*w).to_owned()).collect() };
    let run = |words: &[&str]| {
        let words = of(words);
        program.run(&words.iter().map(String::as_str).collect::<Vec<_>>())
    };
    let listed = run(&["list", "--json"]).json();
    let id = listed[0]["id"].as_str().expect("an id").to_owned();
    assert!(run(&["list"]).out.contains("checkout_abandoned"));
    let exported = run(&["export", &id]);
    std::fs::write(program.path("campaign.json"), &exported.out).expect("written");
    let valid = run(&["validate", "campaign.json"]);
    assert_eq!(valid.code, 0, "{}", valid.err);
    let made = run(&["import", "campaign.json", "--json"]).json();
    assert_eq!((&made["campaign"], &made["status"]), (&exported.json(), &"draft".into()), "it comes back as it went");
    let faulty = exported.out.replace("checkout-text", "nowhere");
    std::fs::write(program.path("faulty.json"), faulty).expect("written");
    let told = run(&["validate", "faulty.json"]);
    assert_eq!(told.code, 1);
    assert!(told.out.contains("steps[1].template"), "{}", told.out);
    let into = run(&["import", "faulty.json", "--into", &id, "--json"]).json();
    assert_eq!(into["id"], id.as_str());
    assert_eq!(run(&["publish", &id]).code, 1, "it has a fault");
    assert_eq!(run(&["import", "campaign.json", "--into", &id]).code, 0);
    let published = run(&["publish", &id, "--move-running", "--json"]).json();
    assert_eq!((&published["status"], &published["moving"]["version"]), (&"published".into(), &1.into()));
    assert!(run(&["show", &id]).out.contains("moved to version 1"));
    assert_eq!(run(&["pause", &id, "--json"]).json()["status"], "paused");
    assert_eq!(run(&["resume", &id, "--json"]).json()["status"], "published");
    assert_eq!(run(&["clone", &id, "--name", "Second", "--json"]).json()["campaign"]["name"], "Second");
    assert_eq!(run(&["archive", &id, "--json"]).json()["status"], "archived");
    std::fs::write(program.path("bad.json"), "{\"name\": 1}").expect("written");
    assert_eq!(run(&["validate", "bad.json"]).code, 2, "it can't be read");
    assert_eq!(run(&["show", "00000000-0000-7000-8000-000000000000"]).code, 1);
}
