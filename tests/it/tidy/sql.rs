//! The two databases' migrations are one schema, and every key of a shop's table begins with the shop.

use super::source::Finding;
use std::collections::BTreeSet;

/// Both engines must have the same files.
pub fn check_same_files(sqlite: &BTreeSet<String>, postgres: &BTreeSet<String>) -> Vec<Finding> {
    let only = |here: &str, there: &str, name: &String| Finding {
        path: format!("migrations/{here}/{name}"),
        line: 1,
        rule: "migrations",
        what: format!("has no partner migrations/{there}/{name}: both engines take the same steps under the same names"),
    };
    let mut found: Vec<Finding> = sqlite.difference(postgres).map(|n| only("sqlite", "postgres", n)).collect();
    found.extend(postgres.difference(sqlite).map(|n| only("postgres", "sqlite", n)));
    found
}

/// In a table with a column `shop_id`, the primary key and every unique key begin with it.
pub fn check_keys(path: &str, text: &str) -> Vec<Finding> {
    let plain = without_comments(text);
    let mut found = Vec::new();
    let mut of_a_shop = BTreeSet::new();
    for (at, words) in statements(&plain) {
        let line = plain.get(..at).unwrap_or_default().lines().count().max(1);
        let mut add = |what| found.push(Finding { path: path.to_owned(), line, rule: "keys", what });
        if let Some((table, parts)) = created_table(&words) {
            if parts.iter().any(|part| first_word(part) == "shop_id") {
                wrong_keys(&table, &parts).into_iter().for_each(&mut add);
                of_a_shop.insert(table);
            }
        } else if let Some((table, columns)) = created_unique_index(&words)
            && of_a_shop.contains(&table)
            && first_word(&columns) != "shop_id"
        {
            add(format!("a unique index of `{table}` must begin with shop_id, so that no key reaches across shops"));
        }
    }
    found
}

fn wrong_keys(table: &str, parts: &[String]) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut has_primary = false;
    for part in parts {
        for key in ["primary key", "unique"] {
            let Some(at) = find_words(part, key) else { continue };
            has_primary |= key == "primary key";
            let after = part[at + key.len()..].trim_start();
            let first = after.strip_prefix('(').map_or_else(|| first_word(part), first_word);
            if first != "shop_id" {
                wrong.push(format!(
                    "the {key} of `{table}` must begin with shop_id, so that the table can be distributed by shop; it begins with {first}"
                ));
            }
        }
    }
    if !has_primary {
        wrong.push(format!("`{table}` has a shop_id and no primary key: give it one that begins with shop_id"));
    }
    wrong
}

/// The table's name and the parts between its brackets, in lower case.
fn created_table(statement: &str) -> Option<(String, Vec<String>)> {
    let rest = statement.strip_prefix("create table ")?;
    let rest = rest.strip_prefix("if not exists ").unwrap_or(rest);
    let (name, body) = rest.split_once('(')?;
    let body = body.rsplit_once(')').map_or(body, |(inside, _)| inside);
    Some((name.trim().to_owned(), top_level_parts(body)))
}

fn created_unique_index(statement: &str) -> Option<(String, String)> {
    let rest = statement.strip_prefix("create unique index ")?;
    let (_, target) = rest.split_once(" on ")?;
    let (table, columns) = target.split_once('(')?;
    Some((table.trim().to_owned(), columns.to_owned()))
}

/// Splits at the commas that stand in no bracket.
fn top_level_parts(body: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut depth = 0;
    for c in body.chars() {
        depth += i32::from(c == '(') - i32::from(c == ')');
        match parts.last_mut() {
            Some(last) if c != ',' || depth > 0 => last.push(c),
            _ => parts.push(String::new()),
        }
    }
    parts.into_iter().map(|part| part.trim().to_owned()).collect()
}

/// Every statement with the byte at which it begins: lower case, one blank between words.
fn statements(plain: &str) -> Vec<(usize, String)> {
    let mut at = 0;
    let mut all = Vec::new();
    for statement in plain.split(';') {
        let indent = statement.len() - statement.trim_start().len();
        let words = statement.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase().replace('"', "");
        all.push((at + indent + 1, words));
        at += statement.len() + 1;
    }
    all
}

fn without_comments(text: &str) -> String {
    text.lines().map(|line| line.split_once("--").map_or(line, |(code, _)| code)).collect::<Vec<_>>().join("\n")
}

fn first_word(text: &str) -> String {
    text.trim_start().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}

/// Where `words` stand in `text` as whole words.
fn find_words(text: &str, words: &str) -> Option<usize> {
    let edge = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric() && c != '_');
    let mut places = text.match_indices(words);
    places.find(|(at, w)| edge(text[..*at].chars().next_back()) && edge(text[at + w.len()..].chars().next())).map(|(at, _)| at)
}
