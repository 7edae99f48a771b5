//! Backups made while the server takes webhooks, and put back.

use super::program::{Answer, Program};
use super::serving::{Running, free_port, until};
use comeback::http_client::{HttpOptions, Reach, client};
use hmac::{Hmac, KeyInit as _, Mac as _};
use std::io::BufReader;
use std::path::Path;

fn answered(program: &Program, arguments: &[&str], code: i32, says: &str) -> Answer {
    let answer = program.run(arguments);
    let text = format!("{}{}", answer.out, answer.err);
    assert!(answer.code == code && text.contains(says), "{arguments:?} ends with {} and doesn't say {says:?}: {text}", answer.code);
    answer
}

fn files(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        std::fs::read_dir(folder).expect("a folder").map(|e| e.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

struct Server {
    running: Running,
    base: String,
    _log: BufReader<std::process::ChildStderr>,
}

fn serve(program: &Program) -> Server {
    let base = format!("127.0.0.1:{}", free_port());
    let mut running = Running(program.command(&["serve", "--bind", &base]).spawn().expect("the program"));
    let mut log = BufReader::new(running.0.stderr.take().expect("stderr"));
    until(&mut log, |line| line.contains("serving").then_some(()));
    Server { running, base, _log: log }
}

/// Posts a signed webhook. The status.
async fn post(base: &str, shop: &str, n: usize) -> u16 {
    use base64::Engine as _;
    let body = format!("{{\"id\": \"cart{n}\", \"token\": \"cart{n}\", \"line_items\": []}}");
    let mut mac = Hmac::<sha2::Sha256>::new_from_slice(b"0123456789abcdef").expect("a key");
    mac.update(body.as_bytes());
    let signature = base64::engine::general_purpose::STANDARD.encode(mac.finalize().into_bytes());
    let http = client(&HttpOptions::new(Reach::Anywhere)).expect("a client");
    let request = http
        .post(format!("http://{base}/webhooks/shopify/{shop}"))
        .header("x-shopify-topic", "carts/update")
        .header("x-shopify-shop-domain", "acme.myshopify.com")
        .header("x-shopify-webhook-id", format!("delivery-{n}"))
        .header("x-shopify-hmac-sha256", signature)
        .body(body);
    request.send().await.expect("an answer").status().as_u16()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_is_made_while_webhooks_come_and_holds_all_that_were_acknowledged_before() {
    let program = Program::new();
    let shop = program.add_shop();
    let server = serve(&program);
    for n in 0..20 {
        assert_eq!(post(&server.base, &shop, n).await, 200);
    }
    let command = program.command(&["backup", "copy.db", "--json"]);
    let backup = tokio::task::spawn_blocking(move || super::program::finish(command, ""));
    let mut sent = 20;
    while !backup.is_finished() {
        assert_eq!(post(&server.base, &shop, sent).await, 200, "intake goes on");
        sent += 1;
    }
    let made = backup.await.expect("an end").json();
    let kept = made["contents"]["deliveries"].as_u64().expect("a number");
    assert!((20..=sent as u64).contains(&kept), "{kept} of {sent}");
    assert_eq!(made["contents"]["stores"], 1);
    assert!(made["contents"]["as_of"].is_string() && made["key"].is_null());
    assert_eq!(files(program.folder.path()), ["copy.db", "data"], "one file, no draft, no key");
    use std::os::unix::fs::PermissionsExt as _;
    assert_eq!(std::fs::metadata(program.path("copy.db")).expect("a file").permissions().mode() & 0o777, 0o600);
    // The server still has the database: nothing may take its place.
    let present = std::fs::metadata(program.path("data/comeback.db")).expect("a file").len();
    answered(&program, &["restore", "copy.db"], 1, "stop the server");
    assert_eq!(post(&server.base, &shop, sent).await, 200);
    assert!(std::fs::metadata(program.path("data/comeback.db")).expect("a file").len() >= present);
    assert_eq!(server.running.stop(), Some(0));
    let restored = answered(&program, &["restore", "copy.db", "--json"], 0, "set_aside").json();
    assert_eq!(restored["contents"]["deliveries"].as_u64(), Some(kept));
    let aside = restored["kept"].as_str().expect("a path");
    assert!(aside.contains(".before-restore-") && Path::new(aside).exists(), "{aside}");
    let left = files(&program.path("data"));
    assert_eq!(left.len(), 4, "the database, what it replaced, the key, the sign of life: {left:?}");
    answered(&program, &["verify"], 0, "Every invariant holds");
    let server = serve(&program);
    assert_eq!(post(&server.base, &shop, 0).await, 200, "a repeat");
    assert_eq!(server.running.stop(), Some(0));
}

/// A copy of the backup to which something was done.
fn altered(program: &Program, file: &str, sql: &str) {
    std::fs::copy(program.path("copy.db"), program.path(file)).expect("copied");
    rusqlite::Connection::open(program.path(file)).expect("opened").execute_batch(sql).expect("altered");
}

#[test]
fn a_backup_of_an_older_version_is_brought_up_to_date() {
    let program = Program::new();
    let shop = program.add_shop();
    answered(&program, &["backup", "copy.db"], 0, "Backed up");
    altered(&program, "older.db", "DROP TABLE heartbeats; DROP TABLE restores; DELETE FROM _sqlx_migrations WHERE version = 3");
    answered(&program, &["restore", "older.db"], 0, "Restored older.db");
    assert!(program.run(&["shop", "list"]).out.contains(&shop));
    answered(&program, &["verify", "--json"], 0, "\"violations\":0");
    answered(&program, &["verify", "--shop", "acme.myshopify.com"], 0, "of 1 store(s)");
    answered(&program, &["verify", "--shop", "nobody.myshopify.com"], 1, "");
    // What was there before, and that again: the name of the kept copy tells them apart.
    answered(&program, &["backup", "again.db"], 0, "Backed up");
}

#[test]
fn what_is_no_backup_is_refused_and_nothing_changes() {
    let program = Program::new();
    program.add_shop();
    answered(&program, &["backup", "copy.db"], 0, "The secret key is not in it");
    answered(&program, &["backup", "copy.db"], 1, "--force");
    answered(&program, &["backup", "copy.db", "--force", "--with-key"], 0, "copy.db.key");
    let before = (std::fs::read(program.path("data/comeback.db")).expect("a file"), files(&program.path("data")));
    std::fs::write(program.path("text.db"), "hello, this is no database at all, but a text of some length").expect("written");
    let whole = std::fs::read(program.path("copy.db")).expect("a file");
    std::fs::write(program.path("half.db"), &whole[..whole.len() / 2]).expect("written");
    altered(&program, "newer.db", "UPDATE _sqlx_migrations SET version = 9999 WHERE version = 3");
    altered(&program, "foreign.db", "DROP TABLE nudges");
    let cases = [
        ("nothing.db", "there is no file"),
        ("text.db", "is not a SQLite database"),
        ("half.db", "damaged"),
        ("newer.db", "newer version"),
        ("foreign.db", "not one of Comeback"),
    ];
    for (file, says) in cases {
        answered(&program, &["restore", file], 1, says);
    }
    let mut elsewhere = program.command(&["restore", "copy.db"]);
    elsewhere.env("COMEBACK_SECURITY__SECRET_KEY", "ab".repeat(32));
    let refused = super::program::finish(elsewhere, "");
    assert!(refused.code == 1 && refused.err.contains("another key"), "{}", refused.err);
    let after = (std::fs::read(program.path("data/comeback.db")).expect("a file"), files(&program.path("data")));
    assert!(before == after, "nothing has changed: {:?}", after.1);
    let mut postgres = program.command(&["backup", "other.db"]);
    postgres.env("COMEBACK_DATABASE__URL", "postgres://nobody@127.0.0.1:1/none");
    let told = super::program::finish(postgres, "");
    assert!(told.code == 1 && told.err.contains("pg_dump") && told.err.contains("comeback restored"), "{}", told.err);
}

#[test]
fn a_restore_that_is_killed_leaves_a_whole_database_and_can_be_run_again() {
    let program = Program::new();
    let shop = program.add_shop();
    answered(&program, &["backup", "copy.db"], 0, "Backed up");
    for sign in ["comeback.restoring", "comeback.restoring-wal", "comeback.db.before-restore"] {
        let there = |program: &Program| files(&program.path("data")).iter().any(|name| name.starts_with(sign));
        let mut child = program.command(&["restore", "copy.db"]).spawn().expect("the program");
        while !there(&program) && child.try_wait().expect("asked").is_none() {
            std::thread::yield_now();
        }
        child.kill().expect("killed");
        child.wait().expect("an end");
        assert!(program.run(&["shop", "list"]).out.contains(&shop), "killed at the sight of {sign}");
    }
    answered(&program, &["restore", "copy.db"], 0, "Restored copy.db");
    answered(&program, &["verify"], 0, "Every invariant holds");
    assert!(!files(&program.path("data")).iter().any(|name| name.contains("restoring")), "no draft is left");
}

#[test]
fn a_backup_with_its_key_is_enough_on_another_machine() {
    let program = Program::new();
    let shop = program.add_shop();
    answered(&program, &["backup", "copy.db", "--with-key"], 0, "Keep the two apart");
    let other = Program::new();
    for file in ["copy.db", "copy.db.key"] {
        std::fs::copy(program.path(file), other.path(file)).expect("carried over");
    }
    std::fs::create_dir(other.path("data")).expect("a folder");
    // A run that was killed left its draft.
    std::fs::write(other.path("data/comeback.restoring"), "half").expect("written");
    answered(&other, &["restore", "copy.db"], 0, "Restored copy.db");
    assert!(other.run(&["shop", "list"]).out.contains(&shop));
    assert_eq!(
        std::fs::read(other.path("data/comeback.key")).expect("a key"),
        std::fs::read(program.path("data/comeback.key")).expect("a key")
    );
    assert!(!other.path("data/comeback.restoring").exists());
    let told = answered(&other, &["restored", "--since", "2020-01-01T00:00:00Z"], 0, "may have been sent");
    assert!(told.out.contains("Purchases of that time are not known"), "{}", told.out);
    answered(&other, &["restored", "--since", "2999-01-01T00:00:00Z"], 2, "still to come");
}
