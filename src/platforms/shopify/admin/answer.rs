//! What an answer of the Admin API comes to: data, or which of the store's ways to say no.

use super::budget::Cost;
use crate::platforms::store_api::{Complaint, StoreError};
use serde::Deserialize;
use serde_json::Value;
use std::time::Duration;

/// How much of the store's own words an error repeats.
const SHOWN_MAX: usize = 200;
/// Complaints that an error repeats.
const COMPLAINTS_MAX: usize = 20;

/// A read answer, and what it cost.
#[derive(Debug)]
pub struct Answer {
    /// The data, or why there is none. `Throttled` says no wait of its own: the budget knows it.
    pub result: Result<Value, StoreError>,
    /// The cost, where it says so.
    pub cost: Option<Cost>,
}

#[derive(Deserialize)]
struct Body {
    data: Option<Value>,
    #[serde(default)]
    errors: Value,
    extensions: Option<Extensions>,
}

#[derive(Deserialize)]
struct Extensions {
    cost: Option<Cost>,
}

/// Reads an answer.
pub fn read(status: u16, body: &[u8]) -> Answer {
    if let Some(error) = by_status(status, body) {
        return Answer { result: Err(error), cost: None };
    }
    let Ok(body) = serde_json::from_slice::<Body>(body) else {
        let problem = StoreError::Unanswered(format!("it answered {status} with something else than JSON"));
        return Answer { result: Err(problem), cost: None };
    };
    let result = match (first_error(&body.errors), body.data) {
        (Some(error), _) => Err(error),
        (None, Some(data)) if data.is_object() => refused(&data).map_or(Ok(data), Err),
        (None, _) => Err(StoreError::Unanswered("the answer holds neither data nor an error".into())),
    };
    Answer { result, cost: body.extensions.and_then(|e| e.cost) }
}

/// Why an answer with this status holds no data; none when its body tells.
fn by_status(status: u16, body: &[u8]) -> Option<StoreError> {
    match status {
        200..=299 => None,
        300..=399 => {
            Some(StoreError::Address(format!("it leads elsewhere ({status}); use the store's own address, such as acme.myshopify.com")))
        }
        401 | 403 => Some(StoreError::AccessRefused(status.to_string())),
        // <https://shopify.dev/docs/api/usage/response-codes>: frozen, not found, locked.
        402 | 404 | 423 => Some(StoreError::Inactive(status.to_string())),
        429 | 430 => Some(StoreError::Throttled(Duration::ZERO)),
        400 | 405 | 406 | 413 | 414 | 415 | 422 => Some(StoreError::Misunderstood(format!("{status}{}", word_in(body)))),
        _ => Some(StoreError::Unanswered(format!("it answered {status}"))),
    }
}

/// The gravest of the errors that a body lists: what stops everything comes before what can be tried again.
fn first_error(errors: &Value) -> Option<StoreError> {
    let listed = match errors {
        Value::Null => return None,
        Value::Array(list) if list.is_empty() => return None,
        Value::Array(list) => list.iter().map(one_error).collect(),
        // `{"errors": "[API] Invalid API key or access token"}`, as the older parts of the API say it.
        Value::String(text) => vec![StoreError::Unanswered(shown(text))],
        _ => vec![StoreError::Unanswered("it tells of an error in a form that isn't known".into())],
    };
    listed.into_iter().max_by_key(StoreError::needs_somebody)
}

fn one_error(error: &Value) -> StoreError {
    let code = error["extensions"]["code"].as_str().unwrap_or_default();
    let message = error["message"].as_str().unwrap_or_default();
    match code {
        "THROTTLED" => StoreError::Throttled(Duration::ZERO),
        "MAX_COST_EXCEEDED" => StoreError::TooCostly,
        "ACCESS_DENIED" => {
            let required = error["extensions"]["requiredAccess"].as_str().unwrap_or_default();
            StoreError::Denied(scope_in(required).or_else(|| scope_in(message)))
        }
        "SHOP_INACTIVE" => StoreError::Inactive("SHOP_INACTIVE".into()),
        "INTERNAL_SERVER_ERROR" | "TIMEOUT" => StoreError::Unanswered("it failed inside".into()),
        _ => StoreError::Misunderstood(shown(message)),
    }
}

/// Scopes are told in back-quotes: "`read_products` access scope."
fn scope_in(text: &str) -> Option<String> {
    let like_a_scope = |part: &&str| part.contains('_') && part.chars().all(|c| c.is_ascii_lowercase() || c == '_');
    text.split('`').skip(1).step_by(2).find(like_a_scope).map(str::to_owned)
}

/// What the store says of each field that was asked to do something: `userErrors`.
fn refused(data: &Value) -> Option<StoreError> {
    let fields = data.as_object()?.values();
    let errors = fields.filter_map(|field| field["userErrors"].as_array()).flatten().take(COMPLAINTS_MAX);
    let complaints: Vec<Complaint> = errors.map(complaint).collect();
    (!complaints.is_empty()).then_some(StoreError::Refused(complaints))
}

fn complaint(error: &Value) -> Complaint {
    let path = error["field"].as_array().map(Vec::as_slice).unwrap_or_default();
    Complaint {
        field: path.iter().filter_map(Value::as_str).collect::<Vec<_>>().join("."),
        code: error["code"].as_str().map(str::to_owned),
        message: shown(error["message"].as_str().unwrap_or("it doesn't say why")),
    }
}

/// A word such as `invalid_client` in the body of an error, in brackets; nothing else of it is repeated.
pub fn word_in(body: &[u8]) -> String {
    let value: Value = serde_json::from_slice(body).unwrap_or_default();
    let word = value["error"].as_str().or_else(|| value["errors"].as_str()).unwrap_or_default();
    let plain = !word.is_empty() && word.len() <= 60 && word.chars().all(|c| c.is_ascii_alphabetic() || c == '_');
    if plain { format!(" ({word})") } else { String::new() }
}

fn shown(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(SHOWN_MAX).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn result(status: u16, body: &Value) -> Result<Value, StoreError> {
        read(status, body.to_string().as_bytes()).result
    }

    fn error(code: &str, message: &str) -> Value {
        json!({"data": null, "errors": [{"message": message, "extensions": {"code": code}}]})
    }

    #[test]
    fn each_way_to_say_no_is_told_apart() {
        let check = |status, body: &Value, expected: StoreError| assert_eq!(result(status, body), Err(expected), "{status} {body}");
        check(200, &error("THROTTLED", "Throttled"), StoreError::Throttled(Duration::ZERO));
        check(200, &error("MAX_COST_EXCEEDED", "Query cost is 1203"), StoreError::TooCostly);
        check(200, &error("SHOP_INACTIVE", ""), StoreError::Inactive("SHOP_INACTIVE".into()));
        check(200, &error("INTERNAL_SERVER_ERROR", ""), StoreError::Unanswered("it failed inside".into()));
        check(200, &error("undefinedField", "Field 'x' doesn't exist"), StoreError::Misunderstood("Field 'x' doesn't exist".into()));
        check(200, &json!({"data": null}), StoreError::Unanswered("the answer holds neither data nor an error".into()));
        check(200, &json!({"errors": "broken"}), StoreError::Unanswered("broken".into()));
        check(401, &json!({"errors": "[API] Invalid API key or access token"}), StoreError::AccessRefused("401".into()));
        check(402, &json!({}), StoreError::Inactive("402".into()));
        check(423, &json!({}), StoreError::Inactive("423".into()));
        check(429, &json!({}), StoreError::Throttled(Duration::ZERO));
        check(400, &json!({"error": "bad_request"}), StoreError::Misunderstood("400 (bad_request)".into()));
        check(502, &json!({}), StoreError::Unanswered("it answered 502".into()));
        assert!(matches!(result(301, &json!({})), Err(StoreError::Address(_))));
        assert!(matches!(read(200, b"<html>").result, Err(StoreError::Unanswered(_))));
    }

    #[test]
    fn the_missing_scope_is_named() {
        let denied =
            |body: &Value, expected: Option<&str>| assert_eq!(result(200, body), Err(StoreError::Denied(expected.map(str::to_owned))));
        let message = "Access denied for nodes field. Required access: `read_products` access scope.";
        denied(&error("ACCESS_DENIED", message), Some("read_products"));
        denied(&error("ACCESS_DENIED", "Access denied for products field."), None);
        let extensions =
            json!({"code": "ACCESS_DENIED", "requiredAccess": "`write_discounts` access scope. Also: the user must have a permission."});
        denied(&json!({"errors": [{"message": "Access denied", "extensions": extensions}]}), Some("write_discounts"));
    }

    #[test]
    fn what_only_somebody_can_change_outweighs_what_can_be_tried_again() {
        let throttled = json!({"message": "", "extensions": {"code": "THROTTLED"}});
        let denied = json!({"message": "`read_products`", "extensions": {"code": "ACCESS_DENIED"}});
        for errors in [json!([throttled, denied]), json!([denied, throttled])] {
            assert_eq!(result(200, &json!({"errors": errors})), Err(StoreError::Denied(Some("read_products".into()))));
        }
    }

    #[test]
    fn complaints_about_what_was_asked_are_passed_on() {
        let errors = json!([{"field": ["basicCodeDiscount", "code"], "code": "TAKEN", "message": "Code must be unique"}]);
        let refused = result(200, &json!({"data": {"discountCodeBasicCreate": {"codeDiscountNode": null, "userErrors": errors}}}));
        let Err(StoreError::Refused(complaints)) = refused else { panic!("{refused:?}") };
        assert_eq!((complaints[0].field.as_str(), complaints[0].code.as_deref()), ("basicCodeDiscount.code", Some("TAKEN")));
        let fine = json!({"data": {"discountCodeBasicCreate": {"codeDiscountNode": {"id": "1"}, "userErrors": []}}});
        assert_eq!(result(200, &fine), Ok(fine["data"].clone()));
    }
}
