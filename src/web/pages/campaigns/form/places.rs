//! Where a fault stands: in the form, and in words.

use super::acts::{path_part, step_part};
use crate::domain::campaign::Fault;
use crate::words::heard::heard_sentence;
use crate::words::say;
use std::collections::HashMap;

/// What is wrong with which field, as sentences.
pub type Errors = HashMap<String, String>;

/// Faults by the names of the fields that they are about.
pub fn errors(faults: &[Fault]) -> Errors {
    let mut errors = Errors::new();
    for fault in faults {
        let text: &mut String = errors.entry(field(&fault.at)).or_default();
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(&heard_sentence(&fault.problem));
    }
    errors
}

/// `steps[1].discount.value` as `("steps", 1, "discount.value")`.
fn indexed(at: &str) -> Option<(&str, usize, &str)> {
    let (list, rest) = at.split_once('[')?;
    let (index, rest) = rest.split_once(']')?;
    Some((list, index.parse().ok()?, rest.trim_start_matches('.')))
}

/// The name of the field that a fault is about.
fn field(at: &str) -> String {
    match indexed(at) {
        Some(("steps", step, rest)) => format!("step{step}.{}", of_step(rest)),
        Some(("paths", path, rest)) if rest.starts_with("if") => format!("path{path}.if"),
        Some(("paths", path, _)) => format!("path{path}.name"),
        _ => match at {
            "holdout_percent" => "holdout".into(),
            "quiet_hours" => "quiet".into(),
            "attribution.click_window" => "click_window".into(),
            "discount_guards.from_step" => "guard_step".into(),
            "discount_guards.minimum_value" => "guard_minimum".into(),
            "discount_guards.not_if_used_within" => "guard_used".into(),
            _ if at.starts_with("only_if") => "entry".into(),
            _ => at.to_owned(),
        },
    }
}

fn of_step(rest: &str) -> String {
    match rest {
        "template" | "channel" => "message".into(),
        "expires_after" => "expires".into(),
        "discount_code" => "code".into(),
        "discount.value" => "discount_value".into(),
        "discount.minimum" => "discount_minimum".into(),
        "discount.valid_for" => "discount_valid_for".into(),
        _ if rest.starts_with("fallback") => "fallback".into(),
        _ if rest.starts_with("only_if") => "if".into(),
        _ if rest.starts_with("variants") => "variants".into(),
        _ => rest.to_owned(),
    }
}

/// Where a fault stands, in the form's words.
pub fn place(at: &str) -> String {
    match indexed(at) {
        Some(("steps", step, rest)) => {
            let word = say(format!("campaigns-at-{}", word_of_step(&of_step(rest))));
            say("campaigns-at-step").with("step", step + 1).with("what", word).to_string()
        }
        Some(("paths", path, _)) => say("campaigns-at-path").with("path", path + 1).to_string(),
        _ => say(format!("campaigns-at-{}", word(&field(at)))).to_string(),
    }
}

/// The part of the picture where a fault stands, by its id.
pub fn part(at: &str) -> String {
    match indexed(at) {
        Some(("steps", step, _)) => step_part(step),
        Some(("paths", path, _)) => path_part(path),
        _ => match word(&field(at)) {
            "name" => "name",
            "holdout" => "holdout",
            "quiet" | "quiet-days" | "discounts" => "rules",
            "clicks" => "end",
            _ => "entry",
        }
        .to_owned(),
    }
}

fn word_of_step(field: &str) -> &str {
    match field {
        "delay" | "after" => "wait",
        "message" => "message",
        "at" => "clock",
        "expires" => "expires",
        "fallback" => "otherwise",
        "path" => "on-path",
        "if" => "condition",
        "variants" => "texts",
        _ => "discount",
    }
}

fn word(field: &str) -> &'static str {
    match field {
        "name" => "name",
        "trigger" => "trigger",
        "abandon_after" => "abandoned",
        "priority" => "priority",
        "entry" => "entry",
        "holdout" => "holdout",
        "quiet" => "quiet",
        "quiet_days" => "quiet-days",
        "click_window" => "clicks",
        "paths" => "paths",
        "guard_step" | "guard_minimum" | "guard_used" => "discounts",
        _ => "steps",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(at: &str, expected_field: &str, expected_place: &str) {
        assert_eq!((field(at).as_str(), place(at).as_str()), (expected_field, expected_place), "{at}");
    }

    #[test]
    fn faults_stand_beside_their_fields_and_name_the_step() {
        check("name", "name", "Name");
        check("only_if.all[1]", "entry", "Only for carts that");
        check("holdout_percent", "holdout", "Comparison group");
        check("steps[1].template", "step1.message", "Step 2, message");
        check("steps[0].fallback.template", "step0.fallback", "Step 1, otherwise");
        check("steps[2].only_if.any[0].not", "step2.if", "Step 3, condition");
        check("steps[2].variants[1].name", "step2.variants", "Step 3, texts to compare");
        check("steps[0].discount.value", "step0.discount_value", "Step 1, discount");
        check("steps[0].discount", "step0.discount", "Step 1, discount");
        check("paths[1].if", "path1.if", "Path 2");
        check("paths[0].name", "path0.name", "Path 1");
        check("steps", "steps", "Steps");
    }
}
