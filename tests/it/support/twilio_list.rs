//! Twilio's list of messages: questions and answers are both held against Twilio's own description.

use super::twilio::{ACCOUNT, Listing, MESSAGES, Received, SPEC, State, error, http, lock};
use serde_json::{Map, Value, json};
use std::sync::Mutex;

const PAGE_USUAL: usize = 50;

/// Answers a question.
pub fn respond(query: &str, state: &Mutex<State>) -> String {
    let asked: Vec<(String, String)> = url::form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    let get = |name: &str| asked.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone());
    let mut state = lock(state);
    state.lists += 1;
    let violations = question_faults(&asked);
    if !violations.is_empty() {
        state.violations.extend(violations);
        return error(400, 20001, &[]);
    }
    if let Listing::Down(status) = state.listing {
        return error(status, 20503, &[]);
    }
    let mut texts: Vec<Received> = state.messages.clone();
    if state.listing == Listing::Late {
        texts.pop();
    }
    let to = get("To");
    let hidden = to.is_some() && state.listing == Listing::NoNumbers;
    texts.retain(|text| !hidden && to.as_deref().is_none_or(|to| text.get("To") == Some(to)));
    texts.reverse();
    let size = get("PageSize").and_then(|size| size.parse().ok()).unwrap_or(PAGE_USUAL);
    let start: usize = get("PageToken").and_then(|token| token.trim_start_matches("PA").parse().ok()).unwrap_or(0);
    let messages: Vec<Value> = texts.iter().skip(start).take(size).map(|text| listed(text, &state.listing)).collect();
    let path = MESSAGES.replace("{AccountSid}", ACCOUNT);
    let next = (start + size < texts.len()).then(|| {
        let to =
            to.map(|to| format!("&To={}", url::form_urlencoded::byte_serialize(to.as_bytes()).collect::<String>())).unwrap_or_default();
        format!("{path}?PageSize={size}{to}&Page={}&PageToken=PA{}", start / size + 1, start + size)
    });
    let answer = json!({"messages": messages, "next_page_uri": next, "page": start / size, "page_size": size, "start": start,
        "end": start + messages.len(), "uri": format!("{path}?{query}"), "first_page_uri": path, "previous_page_uri": null});
    let faults = answer_faults(&answer);
    state.violations.extend(faults);
    http(200, &answer.to_string(), &[])
}

fn listed(text: &Received, listing: &Listing) -> Value {
    let (status, code) = text.status;
    let body = if *listing == Listing::NoBodies { "" } else { text.get("Body").unwrap_or_default() };
    let to = if *listing == Listing::NoNumbers { "+1212555XXXX" } else { text.get("To").unwrap_or_default() };
    let created = "Thu, 02 Jul 2026 16:10:00 +0000";
    // What waits in the queue has no date of sending yet.
    let sent = (!matches!(status, "queued" | "accepted")).then_some(created);
    json!({"sid": text.sid, "status": status, "error_code": code, "error_message": null, "body": body, "to": to, "from": "+15005550006",
        "direction": "outbound-api", "date_created": created, "date_updated": created, "date_sent": sent, "num_segments": "1", "num_media": "0",
        "account_sid": ACCOUNT, "messaging_service_sid": null, "price": null, "price_unit": "usd", "api_version": "2010-04-01",
        "uri": format!("/2010-04-01/Accounts/{ACCOUNT}/Messages/{}.json", text.sid), "subresource_uris": {}})
}

/// Where a question breaks the description.
fn question_faults(asked: &[(String, String)]) -> Vec<String> {
    let Some(spec) = SPEC.as_ref() else { return Vec::new() };
    let parameters = spec["paths"][MESSAGES]["get"]["parameters"].as_array().expect("the file describes the list");
    let mut faults = Vec::new();
    for (name, value) in asked {
        let Some(known) = parameters.iter().find(|p| p["in"] == "query" && p["name"] == name.as_str()) else {
            faults.push(format!("unknown parameter {name}"));
            continue;
        };
        let schema = &known["schema"];
        let number = value.parse::<i64>().ok();
        let typed = if schema["type"] == "integer" { number.map_or_else(|| json!(value), Value::from) } else { json!(value) };
        let validator = jsonschema::options().with_draft(jsonschema::Draft::Draft4).build(schema).expect("a schema");
        faults.extend(validator.iter_errors(&typed).map(|e| format!("{name}: {e}")));
        if schema["format"] == "phone-number" && !value.starts_with('+') {
            faults.push(format!("{name} is no number"));
        }
    }
    faults
}

/// Where our answer breaks the description: a stand-in that is unlike the original proves nothing.
fn answer_faults(answer: &Value) -> Vec<String> {
    let Some(spec) = SPEC.as_ref() else { return Vec::new() };
    let mut schema = spec["paths"][MESSAGES]["get"]["responses"]["200"]["content"]["application/json"]["schema"].clone();
    let components = json!({"schemas": {
        "api.v2010.account.message": spec["components"]["schemas"]["api.v2010.account.message"],
        "message_enum_status": spec["components"]["schemas"]["message_enum_status"],
        "message_enum_direction": spec["components"]["schemas"]["message_enum_direction"],
    }});
    schema["components"] = components;
    let schema = with_null(schema);
    // Without formats: Twilio's own example breaks its own `uri`, which is a path there.
    let options = jsonschema::options().with_draft(jsonschema::Draft::Draft4).should_validate_formats(false);
    let validator = options.build(&schema).expect("a schema");
    validator.iter_errors(answer).map(|e| format!("the stand-in's list: {}: {e}", e.instance_path())).collect()
}

/// OpenAPI 3.0 says `nullable`, which JSON Schema doesn't know.
fn with_null(schema: Value) -> Value {
    match schema {
        Value::Object(fields) => {
            let nullable = fields.get("nullable") == Some(&json!(true));
            let mut all: Map<String, Value> = fields.into_iter().map(|(key, value)| (key, with_null(value))).collect();
            if let (true, Some(kind)) = (nullable, all.get("type").cloned()) {
                all.insert("type".to_owned(), json!([kind, "null"]));
            }
            Value::Object(all)
        }
        Value::Array(items) => items.into_iter().map(with_null).collect(),
        other => other,
    }
}
