//! The catalogues of words: whole in every language, asked for by somebody, and the only place where sentences of pages stand.

use super::source::Finding;
use fluent_bundle::FluentResource;
use std::collections::{BTreeMap, BTreeSet};

/// What the web app speaks; the others are for shoppers' pages alone.
const OF_PEOPLE: [&str; 2] = ["en", "de"];
const OF_SHOPPERS: &str = "shopper";
/// Names, which no language says otherwise.
const NAMES: [&str; 8] = ["Comeback", "Shopify", "WooCommerce", "SMS", "WhatsApp", "JSON", "CSV", "Parquet"];
const READ_ALOUD: [&str; 4] = ["alt", "aria-label", "placeholder", "title"];
/// What people type or copy, rather than read.
const CODE: [&str; 5] = ["code", "pre", "kbd", "samp", "var"];

fn finding(path: &str, line: usize, what: String) -> Finding {
    Finding { path: path.to_owned(), line, rule: "words", what }
}

/// Each key with the names of its holes. Those of terms and attributes don't count: there are none.
fn keys(text: &str) -> BTreeMap<String, BTreeSet<String>> {
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut present = String::new();
    for line in text.lines().filter(|l| !l.starts_with('#')) {
        if line.starts_with(|c: char| c.is_ascii_lowercase())
            && let Some((key, _)) = line.split_once('=')
        {
            key.trim().clone_into(&mut present);
            found.entry(present.clone()).or_default();
        }
        for hole in line.split('$').skip(1) {
            let name: String = hole.chars().take_while(|c| c.is_ascii_alphanumeric() || "-_".contains(*c)).collect();
            found.entry(present.clone()).or_default().insert(name);
        }
    }
    found
}

/// Can all catalogues be read, does each language have every key of English (of shoppers' pages: all languages; else German), with the same holes and no other?
pub fn check_catalogues(catalogues: &[(String, String)]) -> Vec<Finding> {
    let mut found = Vec::new();
    let mut all: BTreeMap<(String, String), BTreeMap<String, BTreeSet<String>>> = BTreeMap::new();
    for (path, text) in catalogues {
        if let Err((_, errors)) = FluentResource::try_new(text.clone()) {
            found.push(finding(path, 1, format!("can't be read: {errors:?}")));
        }
        let mut parts = path.trim_start_matches("locales/").trim_end_matches(".ftl").split('/').map(str::to_owned);
        if let (Some(language), Some(area)) = (parts.next(), parts.next()) {
            all.insert((language, area), keys(text));
        }
    }
    let languages: BTreeSet<&String> = all.keys().map(|(language, _)| language).collect();
    for ((_, area), english) in all.iter().filter(|((language, _), _)| language == "en") {
        for language in languages.iter().filter(|l| area == OF_SHOPPERS || OF_PEOPLE.contains(&l.as_str())) {
            let path = format!("locales/{language}/{area}.ftl");
            let there = all.get(&((*language).clone(), area.clone())).cloned().unwrap_or_default();
            for (key, holes) in english {
                match there.get(key) {
                    None => found.push(finding(&path, 1, format!("{key} is missing"))),
                    Some(others) if others != holes => {
                        found.push(finding(&path, 1, format!("{key} has the holes {others:?}, in English {holes:?}")));
                    }
                    Some(_) => {}
                }
            }
            for key in there.keys().filter(|key| !english.contains_key(*key)) {
                found.push(finding(&path, 1, format!("{key} isn't there in English")));
            }
        }
    }
    found
}

/// What stands between quotation marks, where it looks like a key or the beginning of one.
fn quoted(text: &str) -> BTreeSet<String> {
    let plain = |t: &&str| {
        t.contains('-') && !t.starts_with('-') && t.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || "-_".contains(c))
    };
    // A text with a hole counts by what stands before it.
    text.split('"').map(|t| t.split('{').next().unwrap_or(t)).filter(plain).map(str::to_owned).collect()
}

/// The keys that a line asks for by `say`, and not by a function whose name only ends so.
fn asked_for(line: &str) -> impl Iterator<Item = &str> {
    let calls = line.match_indices("say(\"").filter(|(at, _)| !line[..*at].ends_with(|c: char| c.is_alphanumeric() || c == '_'));
    calls.filter_map(|(at, call)| line[at + call.len()..].split('"').next())
}

/// Is there a sentence for each key that is asked for by its name, and is each asked for, by its name or by how it begins?
pub fn check_use(asking: &[(String, String)], english: &[(String, String)]) -> Vec<Finding> {
    let mut found = Vec::new();
    let there: BTreeSet<String> = english.iter().flat_map(|(_, text)| keys(text).into_keys()).collect();
    let mut named: BTreeSet<String> = BTreeSet::new();
    for (path, text) in asking {
        named.extend(quoted(text));
        for (number, line) in text.lines().enumerate() {
            for key in asked_for(line).filter(|key| !there.contains(*key)) {
                found.push(finding(path, number + 1, format!("no catalogue has {key:?}")));
            }
        }
    }
    let begun: Vec<&String> = named.iter().filter(|n| n.ends_with('-')).collect();
    for (path, text) in english {
        for key in keys(text).into_keys().filter(|key| !named.contains(key) && !begun.iter().any(|b| key.starts_with(*b))) {
            found.push(finding(path, 1, format!("nobody asks for {key}")));
        }
    }
    found
}

/// Blanks out what askama reads, so that lines keep their numbers.
fn without_askama(text: &str) -> String {
    let mut rest = text;
    let mut plain = String::new();
    while let Some(at) = ["{{", "{%", "{#"].iter().filter_map(|open| rest.find(open)).min() {
        let (before, inside) = rest.split_at(at);
        let close = match &inside[..2] {
            "{{" => "}}",
            "{%" => "%}",
            _ => "#}",
        };
        let end = inside.find(close).map_or(inside.len(), |e| e + 2);
        plain.push_str(before);
        plain.extend(inside[..end].chars().map(|c| if c == '\n' { '\n' } else { ' ' }));
        rest = &inside[end..];
    }
    plain + rest
}

fn words_in(text: &str) -> Option<&str> {
    let spaced = |c: char| !c.is_alphabetic();
    // Entities such as &nbsp; are no words.
    let mut words = text.split_whitespace().filter(|w| !w.starts_with('&')).flat_map(|w| w.split(spaced));
    words.find(|w| w.chars().count() > 1 && !NAMES.contains(w))
}

/// Does a template say anything in its own words: between tags, or in an attribute that is read aloud?
pub fn check_page(path: &str, text: &str) -> Vec<Finding> {
    let plain = without_askama(text);
    let (mut found, mut line, mut code) = (Vec::new(), 1, 0_usize);
    for (i, part) in plain.split('<').enumerate() {
        let (tag, said) = if i == 0 { ("", part) } else { part.split_once('>').unwrap_or((part, "")) };
        let name = tag.trim_start_matches('/').split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
        if CODE.contains(&name) {
            code = if tag.starts_with('/') { code.saturating_sub(1) } else { code + 1 };
        }
        for attribute in READ_ALOUD {
            let value = tag.split(&format!(" {attribute}=\"")).nth(1).and_then(|v| v.split('"').next());
            if let Some(word) = value.and_then(words_in) {
                found.push(finding(path, line, format!("{attribute} says {word:?} in the template's own words")));
            }
        }
        if code == 0
            && let Some(word) = words_in(said)
        {
            found.push(finding(path, line + tag.matches('\n').count(), format!("{word:?} stands in the template itself")));
        }
        line += part.matches('\n').count();
    }
    found
}

#[test]
fn a_spoiled_catalogue_or_page_is_told() {
    let told = |found: Vec<Finding>| found.iter().map(|f| f.what.clone()).collect::<Vec<_>>().join("; ");
    let file = |path: &str, text: &str| (path.to_owned(), text.to_owned());
    let english = file("locales/en/a.ftl", "a-one = One { $n }\na-two = Two\n");
    let german = file("locales/de/a.ftl", "a-one = Eins { $m }\na-three = Drei\n");
    let found = told(check_catalogues(&[english.clone(), german]));
    assert!(["a-one has the holes", "a-two is missing", "a-three isn't there"].iter().all(|w| found.contains(w)), "{found}");
    let found = told(check_use(&[file("src/a.rs", "say(\"a-one\") say(\"a-four\") cannot_say(\"anything\")")], &[english]));
    assert!(
        found.contains("a-four") && found.contains("nobody asks for a-two") && !found.contains("a-one") && !found.contains("anything"),
        "{found}"
    );
    let found = told(check_page("a.html", "<p title=\"Look here\">{{ x }} <code>comeback</code> Hello<b>&nbsp;{% if y %}</b></p>"));
    assert_eq!(found, "title says \"Look\" in the template's own words; \"Hello\" stands in the template itself");
}
