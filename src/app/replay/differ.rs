//! What differs between a row as it stands and as it was rebuilt, in a line that names nobody.

use serde_json::Value;
use std::fmt::Write as _;

/// At most this many fields of one row are told.
const FIELDS_MAX: usize = 5;
/// Texts of these fields are words of the program; every other text may be a shopper's, and only that it differs is told.
const OPEN_FIELDS: [&str; 32] = [
    "abandoned_at",
    "active_at",
    "arm",
    "at",
    "campaign",
    "cart",
    "channel",
    "created_at",
    "currency",
    "evidence",
    "merged_into",
    "model",
    "name",
    "now",
    "order",
    "outcome",
    "provider",
    "reason",
    "rule",
    "shop_stopped",
    "source",
    "stage",
    "started_at",
    "state",
    "status",
    "summary",
    "superseded_by",
    "suppressed",
    "due_at",
    "proof",
    "why",
    "amount",
];

/// What differs: `state: stored "sent", rebuilt "scheduled"`, field by field.
pub fn what(stored: &str, rebuilt: &str) -> String {
    let read = |text: &str| serde_json::from_str::<Value>(text).unwrap_or_else(|_| Value::String(text.to_owned()));
    let mut found = Vec::new();
    differ(&mut found, &mut Vec::new(), (&read(stored), &read(rebuilt)));
    if found.is_empty() {
        // Equal as values, but written differently.
        return "its JSON is written in another way".into();
    }
    let more = found.len().saturating_sub(FIELDS_MAX);
    found.truncate(FIELDS_MAX);
    let mut text = found.join("; ");
    if more > 0 {
        let _ = write!(text, "; and {more} more");
    }
    text
}

fn differ<'a>(found: &mut Vec<String>, path: &mut Vec<&'a str>, (stored, rebuilt): (&'a Value, &'a Value)) {
    if stored == rebuilt {
        return;
    }
    if let (Value::Object(a), Value::Object(b)) = (stored, rebuilt) {
        let names: std::collections::BTreeSet<&String> = a.keys().chain(b.keys()).collect();
        for name in names {
            path.push(name);
            differ(found, path, (a.get(name).unwrap_or(&Value::Null), b.get(name).unwrap_or(&Value::Null)));
            path.pop();
        }
        return;
    }
    let field = path.last().copied().unwrap_or_default();
    let told = |value: &Value| match value {
        Value::Null | Value::Bool(_) | Value::Number(_) => Some(value.to_string()),
        Value::String(text) if OPEN_FIELDS.contains(&field) => Some(format!("{text:?}")),
        _ => None,
    };
    let at = path.join(".");
    found.push(match (told(stored), told(rebuilt)) {
        (Some(stored), Some(rebuilt)) => format!("{at}: stored {stored}, rebuilt {rebuilt}"),
        _ => format!("{at} differs"),
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(stored: &str, rebuilt: &str, expected: &str) {
        assert_eq!(what(stored, rebuilt), expected);
    }

    #[test]
    fn figures_and_the_programs_words_are_told_and_a_shoppers_are_not() {
        check(r#"{"state": "sent", "n": 1}"#, r#"{"state": "failed", "n": 1}"#, r#"state: stored "sent", rebuilt "failed""#);
        check(
            r#"{"facts": {"value": {"minor": 5001}}}"#,
            r#"{"facts": {"value": {"minor": 5000}}}"#,
            "facts.value.minor: stored 5001, rebuilt 5000",
        );
        check(r#"{"email": {"value": "jo@example.com"}}"#, r#"{"email": {"value": "ann@example.com"}}"#, "email.value differs");
        check(r#"{"email": null}"#, r#"{"email": {"value": "ann@example.com"}}"#, "email differs");
        check(r#"{"items": [1, 2]}"#, r#"{"items": [1]}"#, "items differs");
        check(
            r#"{"a": 1, "b": 1, "c": 1, "d": 1, "e": 1, "f": 1}"#,
            "{}",
            "a: stored 1, rebuilt null; b: stored 1, rebuilt null; c: stored 1, rebuilt null; d: stored 1, rebuilt null; e: stored 1, rebuilt null; and 1 more",
        );
    }
}
