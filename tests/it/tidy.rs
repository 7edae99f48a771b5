//! Holds the house to its own rules: who may import whom, sizes, unfinished work, what a log line may hold, the shape of migrations, the words of all languages.

mod rooms;
mod source;
mod sql;
mod style;
mod words;

use source::{Finding, Source};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The files under `folder` that end in `.ending`, relative to the root; none when the folder isn't there.
fn files(folder: &str, ending: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = fs::read_dir(&folder) else { continue };
        for path in entries.map(|e| e.expect("a folder that can be listed").path()) {
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == ending) {
                found.push(relative(&path));
            }
        }
    }
    found.sort();
    found
}

fn relative(path: &Path) -> String {
    let inside = path.strip_prefix(root()).expect("a file of this project");
    inside.to_string_lossy().replace('\\', "/")
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|e| panic!("reading {path}: {e}"))
}

fn sources(folder: &str) -> Vec<Source> {
    files(folder, "rs").iter().map(|path| Source::parse(path, &read(path))).collect()
}

fn assert_tidy(found: &[Finding]) {
    let lines: Vec<String> = found.iter().map(ToString::to_string).collect();
    assert!(found.is_empty(), "{} finding(s):\n{}", found.len(), lines.join("\n"));
}

#[test]
fn every_room_imports_only_what_it_may() {
    let all = sources("src");
    assert!(all.len() > 10, "the sources were not found");
    let tests: BTreeSet<String> = all.iter().flat_map(Source::test_files).collect();
    let found: Vec<Finding> = all.iter().filter(|s| !tests.contains(&s.path)).flat_map(rooms::check).collect();
    assert_tidy(&found);
}

#[test]
fn files_and_functions_are_short_and_say_what_they_are_for() {
    let found: Vec<Finding> =
        ["src", "tests", "benches", "examples"].into_iter().flat_map(sources).flat_map(|s| style::check_shape(&s)).collect();
    assert_tidy(&found);
}

#[test]
fn nothing_unfinished_lands() {
    let found: Vec<Finding> =
        ["src", "tests", "benches", "examples"].into_iter().flat_map(sources).flat_map(|s| style::check_finished(&s)).collect();
    assert_tidy(&found);
}

#[test]
fn no_log_line_names_a_person() {
    let found: Vec<Finding> = sources("src").iter().flat_map(style::check_logs).collect();
    assert_tidy(&found);
}

/// Attributes in which htmx runs text as a script, and the browser's own: the pages' policy forbids both.
fn scripted(page: &str) -> Vec<&str> {
    let attributes = page.match_indices("=\"").map(|(at, _)| {
        let name = page[..at].rsplit([' ', '<', '\n']).next().unwrap_or_default();
        (name, page[at + 2..].split('"').next().unwrap_or_default())
    });
    let runs = |(name, value): &(&str, &str)| {
        let live = name.starts_with("data-hx-");
        let told = name.starts_with("hx-") || name.starts_with("data-hx-on") || name.starts_with("data-hx-live");
        let handler = name.len() > 2 && name.starts_with("on") && name.bytes().all(|b| b.is_ascii_lowercase());
        told || handler || (live && (value.contains("js:") || (*name == "data-hx-trigger" && value.contains('['))))
    };
    attributes.filter(runs).map(|(name, _)| name).collect()
}

#[test]
fn no_page_runs_text_as_a_script() {
    for path in files("templates/pages", "html") {
        let text = read(&path);
        let found = scripted(&text);
        assert!(found.is_empty(), "{path}: {found:?}");
    }
    assert_eq!(scripted("<p data-hx-on:click=\"x()\" class=\"a\">"), ["data-hx-on:click"]);
    assert_eq!(scripted("<p data-hx-trigger=\"click[ctrlKey]\" data-hx-vals=\"js:{a: 1}\" onclick=\"x()\">").len(), 3);
    assert_eq!(scripted("<p hx-get=\"/\">"), ["hx-get"], "one spelling, so that all are found");
    assert!(scripted("<p data-hx-get=\"/a\" data-hx-trigger=\"every 3s\">").is_empty());
}

#[test]
fn both_engines_have_the_same_migrations_and_every_key_begins_with_the_shop() {
    let names = |engine: &str| -> BTreeSet<String> {
        let folder = format!("migrations/{engine}/");
        files(&folder, "sql").iter().map(|path| path.trim_start_matches(&folder).to_owned()).collect()
    };
    let mut found = sql::check_same_files(&names("sqlite"), &names("postgres"));
    found.extend(files("migrations", "sql").iter().flat_map(|path| sql::check_keys(path, &read(path))));
    assert_tidy(&found);
}

/// What the rules say of a text that stands at `path`: the rule and the line of each finding.
fn rules_broken(path: &str, text: &str) -> Vec<(&'static str, usize)> {
    let source = Source::parse(path, text);
    let mut found = rooms::check(&source);
    found.extend(style::check_shape(&source));
    found.extend(style::check_finished(&source));
    found.extend(style::check_logs(&source));
    found.iter().map(|f| (f.rule, f.line)).collect()
}

/// `code` stands on the second line, after a proper first one.
fn check(path: &str, code: &str, expected: &[(&'static str, usize)]) {
    assert_eq!(rules_broken(path, &format!("//! For a test.\n{code}\n")), expected, "{path}: {code}");
}

#[test]
fn a_forbidden_import_is_seen_however_it_is_written() {
    let imports: &[(&'static str, usize)] = &[("imports", 2)];
    check("src/domain/a.rs", "use crate::db::Db;", imports);
    check("src/domain/a.rs", "use crate::{domain::money, db as rows};", imports);
    check("src/domain/a.rs", "use super::super::app;", imports);
    check("src/domain/a.rs", "fn f(x: crate::app::X) {}", imports);
    check("src/domain/a.rs", "fn f() { g!(a, crate::clock::now()) }", imports);
    check("src/domain/a.rs", "fn f() { use crate::{web, domain}; }", imports);
    check("src/db/a.rs", "use crate::app::send;", imports);
    check("src/db/a.rs", "use crate::http_client;", imports);
    check("src/platforms/shopify/a.rs", "use crate::channels::Message;", imports);
    check("src/channels/a.rs", "use crate::platforms;", imports);
    check("src/destinations/a.rs", "use crate::db;", imports);
    check("src/app/a.rs", "use crate::web::pages;", imports);
    check("src/app.rs", "use super::web;", imports);
    check("src/web/a.rs", "use crate::platforms::shopify;", imports);
    check("src/worker/a.rs", "use crate::db;", imports);
    check("src/config.rs", "use crate::app;", imports);
    check("src/http_client.rs", "use crate::db;", imports);
    check("src/attic/a.rs", "", &[("rooms", 1)]);
}

#[test]
fn an_allowed_import_and_a_test_are_left_alone() {
    check("src/domain/a.rs", "use crate::domain::money; use super::cart; use std::fmt; use jiff::Timestamp;", &[]);
    check("src/db/a.rs", "use crate::domain::cart; use sqlx::Row; use crate::clock::Clock;", &[]);
    check("src/app/a.rs", "use crate::{db, channels::Channel, config, domain}; async fn f() { g().await }", &[]);
    check("src/web/a.rs", "use crate::{app, db}; use actix_web::web; fn f(x: web::Data<i8>) { x.begins(); }", &[]);
    check("src/cli/a.rs", "use crate::{app, db, web, worker, channels}; use actix_web::HttpServer;", &[]);
    check("src/main.rs", "fn main() { comeback::cli::run(); }", &[]);
    check(
        "src/domain/a.rs",
        "// crate::db is elsewhere, and so is tokio\n/// See crate::db.\nfn f() -> &'static str { \"crate::db tokio async\" }",
        &[],
    );
    check("src/domain/a.rs", "#[cfg(test)]\nmod tests { use crate::db; async fn f() {} }", &[]);
    check("src/domain/a.rs", "struct S; impl S { #[cfg(test)]\nfn f() { crate::db::g() } }", &[]);
    check("src/domain/a.rs", "#[cfg(test)]\nmod tests {}\nuse crate::db;", &[("imports", 4)]);
    let parent = Source::parse("src/db/mod.rs", "//! Rows.\n#[cfg(test)]\nmod stories;\nmod carts;");
    assert_eq!(parent.test_files(), ["src/db/stories.rs", "src/db/stories/mod.rs"]);
}

#[test]
fn what_must_never_stand_in_a_room_is_seen() {
    let never: &[(&'static str, usize)] = &[("never", 2)];
    check("src/domain/a.rs", "async fn f() {}", never);
    check("src/domain/a.rs", "use tokio::time;", never);
    check("src/domain/a.rs", "use std::{fmt, fs};", never);
    check("src/domain/a.rs", "fn f() { std::env::args(); }", never);
    check("src/domain/a.rs", "fn f() { tracing::info!(\"x\") }", never);
    check("src/domain/a.rs", "fn f(x: ::reqwest::Url) {}", never);
    check("src/app/a.rs", "fn f(x: &sqlx::Pool) {}", never);
    check("src/app/a.rs", "use actix_web::HttpRequest;", never);
    check("src/app/a.rs", "#[derive(askama::Template)] struct T;", never);
    check("src/web/a.rs", "use sqlx::Row;", never);
    check("src/web/a.rs", "fn f() { db.begin(); }", never);
    check("src/platforms/a.rs", "use sqlx as rows;", never);
    check("src/cli/a.rs", "fn f() { sqlx::query(\"\"); }", never);
    check("src/worker/a.rs", "use actix_web::rt;", never);
    check("src/db/a.rs", "use reqwest::Url;", never);
}

#[test]
fn what_is_too_long_or_says_nothing_of_itself_is_seen() {
    let path = "src/app/a.rs";
    let body = |lines: usize| format!("fn f() {{\n{}}}", "    g();\n".repeat(lines - 2));
    check(path, &body(70), &[]);
    check(path, &body(71), &[("size", 2)]);
    check(path, &format!("impl S {{ {} }}", body(71)), &[("size", 2)]);
    check(path, &format!("#[cfg(test)] mod tests {{ {} }}", body(71)), &[("size", 2)]);
    check(path, &"\n".repeat(598), &[]);
    check(path, &"\n".repeat(599), &[("size", 601)]);
    check(path, "fn f(a: u8, b: u8, c: u8, d: u8, e: u8) {}", &[]);
    check(path, "fn f(a: u8, b: u8, c: u8, d: u8, e: u8, f: u8) {}", &[("size", 2)]);
    check(path, "impl S { fn f(&self, a: u8, b: u8, c: u8, d: u8, e: u8) {} }", &[]);
    check(path, "trait T { fn f(a: u8, b: u8, c: u8, d: u8, e: u8, f: u8); }", &[("size", 2)]);
    check(path, "impl T for S { fn f(a: u8, b: u8, c: u8, d: u8, e: u8, f: u8) {} }", &[]);
    assert_eq!(rules_broken(path, "fn f() {}\n"), [("doc", 1)]);
    assert_eq!(rules_broken(path, ""), [("doc", 1)]);
    assert_eq!(rules_broken(path, "// Not this kind.\n//! Too late.\n"), [("doc", 1)]);
}

#[test]
fn unfinished_work_is_seen_in_code_and_comments_but_not_in_texts() {
    let unfinished: &[(&'static str, usize)] = &[("unfinished", 2)];
    let path = "src/app/a.rs";
    check(path, "fn f() { todo!() }", unfinished);
    check(path, "fn f() { std::unimplemented!(\"later\") }", unfinished);
    check(path, "fn f() { g(h!(dbg!(1))) }", unfinished);
    check(path, "#[cfg(test)] mod tests { fn f() { todo!() } }", unfinished);
    for word in [concat!("TO", "DO"), concat!("FIX", "ME"), concat!("XX", "X")] {
        check(path, &format!("// {word}: later"), unfinished);
        check(path, &format!("/// {word} later\nfn f() {{}}"), unfinished);
        check(path, &format!("/* {word} */"), unfinished);
        check(path, &format!("const NO_CURRENCY: &str = \"{word}\"; // {word}S are fine"), &[]);
    }
}

#[test]
fn a_log_line_that_could_name_a_person_is_seen() {
    let log: &[(&'static str, usize)] = &[("log", 2)];
    let logged = |arguments: &str, expected| check("src/app/a.rs", &format!("fn f() {{ tracing::warn!({arguments}); }}"), expected);
    for word in ["email", "phone", "name", "token", "body", "address", "recipient"] {
        logged(&format!("{word} = x, \"sent\""), log);
        logged(&format!("%{word}, \"sent\""), log);
        logged(&format!("\"sent to {{}}\", contact.{word}"), log);
        logged(&format!("\"sent to {{{word}:?}}\""), log);
    }
    logged("to = contact.email(), \"sent\"", log);
    logged("access_token = x, \"sent\"", log);
    logged("nudge_id = %id, channel = channel.name(), \"a name, an email and a {count}\"", &[]);
    check("src/app/a.rs", "fn f() { info_span!(\"send\", email); }", log);
    check("src/app/a.rs", "fn f() { println!(\"{email}\"); }", &[]);
}

#[test]
fn migrations_without_a_partner_or_with_a_key_across_shops_are_seen() {
    let set = |names: &[&str]| names.iter().map(|&n| n.to_owned()).collect::<BTreeSet<String>>();
    assert!(sql::check_same_files(&set(&["1.sql"]), &set(&["1.sql"])).is_empty());
    let odd = sql::check_same_files(&set(&["1.sql", "2.sql"]), &set(&["1.sql", "3.sql"]));
    let paths: Vec<&str> = odd.iter().map(|f| f.path.as_str()).collect();
    assert_eq!(paths, ["migrations/sqlite/2.sql", "migrations/postgres/3.sql"]);

    let keys = |sql: &str, lines: &[usize]| {
        let found: Vec<usize> = sql::check_keys("migrations/sqlite/1.sql", sql).iter().map(|f| f.line).collect();
        assert_eq!(found, lines, "{sql}");
    };
    keys("CREATE TABLE a (\n shop_id BLOB NOT NULL,\n id BLOB,\n PRIMARY KEY (shop_id, id),\n UNIQUE (shop_id, x)\n) WITHOUT ROWID;", &[]);
    keys("CREATE TABLE shops (id BLOB PRIMARY KEY, shop_idle INT);", &[]);
    keys("CREATE TABLE a (shop_id BLOB PRIMARY KEY, note TEXT CHECK (note IN ('a', 'b')));", &[]);
    keys("-- One.\n\nCREATE TABLE IF NOT EXISTS a (id BLOB, shop_id BLOB, CONSTRAINT k PRIMARY KEY (id, shop_id));", &[3]);
    keys("create table a (id BLOB primary key, shop_id BLOB);", &[1]);
    keys("CREATE TABLE a (shop_id BLOB, id BLOB);", &[1]);
    keys("CREATE TABLE a (shop_id BLOB, code TEXT UNIQUE, PRIMARY KEY (shop_id));", &[1]);
    keys("CREATE TABLE a (shop_id BLOB, code TEXT, PRIMARY KEY (shop_id), UNIQUE (code));", &[1]);
    keys("CREATE TABLE a (shop_id BLOB, x INT, PRIMARY KEY (shop_id)); -- (\nCREATE UNIQUE INDEX i ON a (x, shop_id);", &[2]);
    keys("CREATE TABLE a (shop_id BLOB, x INT, PRIMARY KEY (shop_id));\nCREATE UNIQUE INDEX i ON a (shop_id, x);", &[]);
}

#[test]
fn every_language_says_everything_and_fills_the_same_holes() {
    let found: Vec<Finding> =
        words::check_catalogues(&files("locales", "ftl").iter().map(|path| (path.clone(), read(path))).collect::<Vec<_>>());
    assert_tidy(&found);
}

#[test]
fn every_sentence_that_is_asked_for_is_there_and_none_is_left_over() {
    let mut asking: Vec<(String, String)> = Vec::new();
    for (folder, ending) in [("src", "rs"), ("templates", "html")] {
        asking.extend(files(folder, ending).into_iter().map(|path| (path.clone(), read(&path))));
    }
    let english: Vec<(String, String)> = files("locales/en", "ftl").into_iter().map(|path| (path.clone(), read(&path))).collect();
    assert_tidy(&words::check_use(&asking, &english));
}

#[test]
fn what_is_recognised_is_what_the_program_says() {
    let literals: Vec<String> = sources("src").iter().flat_map(source::texts).collect();
    assert!(literals.len() > 1_000, "the texts were not found");
    let english: Vec<(String, String)> = files("locales/en", "ftl").into_iter().map(|path| (path.clone(), read(&path))).collect();
    assert_tidy(&words::check_heard(&literals, &english));
}

#[test]
fn pages_hold_no_words_of_their_own() {
    let pages = files("templates/pages", "html");
    assert!(pages.len() > 30, "the templates were not found");
    assert_tidy(&pages.iter().flat_map(|path| words::check_page(path, &read(path))).collect::<Vec<_>>());
}
