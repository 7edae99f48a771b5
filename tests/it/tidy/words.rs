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

/// The literals of a program as `format!` reads them: each hole is one mark.
fn fixed(literals: &[String]) -> String {
    let mut all = String::new();
    for literal in literals {
        let plain = literal.replace("{{", "\u{1}").replace("}}", "\u{2}");
        for (i, part) in plain.split(['{', '}']).enumerate() {
            all.push_str(if i % 2 == 0 { part } else { "\u{0}" });
        }
        all.push('\n');
    }
    single_braces(&all.replace('\u{1}', "{").replace('\u{2}', "}"))
}

/// Who writes `{{` may mean one brace or two.
fn single_braces(text: &str) -> String {
    let mut plain = text.to_owned();
    for (two, one) in [("{{", "{"), ("}}", "}")] {
        while plain.contains(two) {
            plain = plain.replace(two, one);
        }
    }
    plain
}

/// Without the quotation marks in which a catalogue writes braces: `{"{{"}` is `{{`.
fn unwrapped(value: &str) -> String {
    let (mut plain, mut rest) = (String::new(), value);
    while let Some((before, after)) = rest.split_once("{\"") {
        let (inside, after) = after.split_once("\"}").unwrap_or((after, ""));
        plain.push_str(before);
        // A brace that stands for itself is none that opens a hole.
        plain.push_str(&inside.replace('{', "\u{1}").replace('}', "\u{2}"));
        rest = after;
    }
    plain + rest
}

/// Begins the comment over a sentence that the program doesn't say in these pieces, and says who does.
const ELSEWHERE: &str = "# Elsewhere: ";

/// The fixed pieces of a sentence with holes and forms, by the lines of its catalogue.
fn pieces(line: &str) -> Vec<String> {
    let value = match line.trim_start().trim_start_matches('*').strip_prefix('[') {
        Some(form) => form.split_once(']').map_or("", |(_, value)| value),
        // A form ends on a line of its own, after which the sentence may go on.
        None => line.trim_start().strip_prefix('}').or_else(|| line.split_once(" = ").map(|(_, value)| value)).unwrap_or_default(),
    };
    let value = value.strip_suffix("->").map_or(value, |before| before.rsplit_once('{').map_or("", |(before, _)| before));
    let literal = unwrapped(value).replace("{ $", "\u{0}$");
    let literal = literal.replace('\u{1}', "{").replace('\u{2}', "}");
    let parts = literal.split('\u{0}').enumerate().map(|(i, part)| if i == 0 { part } else { part.split_once('}').map_or("", |p| p.1) });
    let bare = |part: &str| single_braces(part.trim_matches([' ', '"', '.', ',', ':', ';', '(', ')', '\u{2026}']));
    parts.map(bare).filter(|part| part.chars().filter(|c| c.is_alphabetic()).count() > 1).collect()
}

/// In one of the program's texts, or begun in one and ended in another.
fn is_said(program: &str, piece: &str) -> bool {
    let joints = piece.match_indices(' ').map(|(at, _)| piece.split_at(at));
    // A word alone is said somewhere: it would prove nothing.
    let joined =
        |(begin, end): (&str, &str)| begin.len() > 8 && end.len() > 8 && program.contains(begin.trim()) && program.contains(end.trim());
    program.contains(piece) || joints.into_iter().any(joined)
}

/// Is every sentence by which something is recognised one that the program says, and can it be told where its holes end?
pub fn check_heard(program: &[String], english: &[(String, String)]) -> Vec<Finding> {
    let said = fixed(program);
    let mut found = Vec::new();
    for (path, text) in english {
        let (mut of_heard, mut elsewhere) = (false, false);
        for (number, line) in text.lines().enumerate() {
            if line.starts_with(|c: char| c.is_ascii_lowercase()) {
                of_heard = line.starts_with("heard-") && !elsewhere;
                elsewhere = false;
            }
            elsewhere |= line.starts_with(ELSEWHERE);
            if !of_heard || line.starts_with('#') {
                continue;
            }
            for piece in pieces(line).into_iter().filter(|piece| !is_said(&said, piece)) {
                found.push(finding(path, number + 1, format!("nothing in the program says {piece:?}")));
            }
            if unwrapped(line).contains("}{ $") {
                found.push(finding(path, number + 1, "nobody knows where one of two holes side by side ends".to_owned()));
            }
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
    let heard = file(
        "locales/en/heard_a.ftl",
        "heard-a = the tag \"{ $tag }\" is gone\nheard-b = { $count ->\n    [one] single\n   *[other] { $count } many\n}\n",
    );
    let program = ["the tag {tag:?} is {}gone".to_owned(), "{} many".to_owned()];
    assert_eq!(told(check_heard(&program, &[heard])), "nothing in the program says \"is gone\"; nothing in the program says \"single\"");
    let found = told(check_page("a.html", "<p title=\"Look here\">{{ x }} <code>comeback</code> Hello<b>&nbsp;{% if y %}</b></p>"));
    assert_eq!(found, "title says \"Look\" in the template's own words; \"Hello\" stands in the template itself");
}
