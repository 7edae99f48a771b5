//! The HTTP APIs of those who carry texts and WhatsApp messages, in this process: real HTTP, every request held against the vendor's own description (our own
//! for the gateway), with faults on demand. Twilio has its own.

use super::http_server::{Request, Response, Server, http};
use super::tools::shared;
use serde_json::{Map, Value, json};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, OnceLock};

pub const API_KEY: &str = "abcd1234";
pub const TOKEN: &str = "a-very-secret-token";
pub const NUMBER_ID: &str = "106540352242922";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Vendor {
    Vonage,
    Telnyx,
    Gateway,
    WhatsApp,
}

impl Vendor {
    pub const ALL: [Self; 4] = [Self::Vonage, Self::Telnyx, Self::Gateway, Self::WhatsApp];
}

/// What the next message is answered with.
#[derive(Debug, Clone)]
pub enum Answer {
    /// A status, a body, headers; nothing is taken.
    Said(u16, Value, Vec<(&'static str, &'static str)>),
    /// The message is taken, and the connection closed before the answer.
    Cut,
    /// The message is taken, and nothing is said.
    Hang,
}

/// What was taken: its fields, and its headers of interest.
#[derive(Debug, Clone)]
pub struct Taken {
    pub body: Value,
    pub idempotency_key: String,
    /// `webhook-id`, `webhook-timestamp`, `webhook-signature`, and the body that they sign.
    pub signed: [String; 4],
}

#[derive(Default)]
struct State {
    answers: VecDeque<Answer>,
    taken: Vec<Taken>,
    violations: Vec<String>,
    look_up: Option<(u16, Value)>,
    requests: usize,
}

/// The server; it stops when dropped.
pub struct TextApi {
    pub vendor: Vendor,
    server: Server,
    state: Arc<Mutex<State>>,
}

impl TextApi {
    pub async fn start(vendor: Vendor) -> Self {
        let state = Arc::new(Mutex::new(State::default()));
        let shared = state.clone();
        // Read before anybody waits for an answer: the descriptions are large.
        schema(vendor);
        let server = Server::start(move |request| respond(vendor, &request, &mut shared.lock().expect("state"))).await;
        Self { vendor, server, state }
    }

    pub fn url(&self) -> String {
        self.server.url()
    }

    pub fn next(&self, answer: Answer) {
        self.state.lock().expect("state").answers.push_back(answer);
    }

    /// How the gateway answers when it is asked what became of a text.
    pub fn look_up_is(&self, status: u16, body: Value) {
        self.state.lock().expect("state").look_up = Some((status, body));
    }

    pub fn taken(&self) -> Vec<Taken> {
        self.state.lock().expect("state").taken.clone()
    }

    pub fn requests(&self) -> usize {
        self.state.lock().expect("state").requests
    }

    /// Where requests broke the description.
    pub fn violations(&self) -> Vec<String> {
        self.state.lock().expect("state").violations.clone()
    }
}

fn respond(vendor: Vendor, request: &Request, state: &mut State) -> Response {
    let said = |status: u16, body: &Value| Response::Text(http(status, &body.to_string(), &[]));
    if request.line.starts_with("GET ") {
        return match (vendor, &state.look_up) {
            _ if !is_known(vendor, request) => said(401, &json!({})),
            (Vendor::Gateway, Some((status, body))) => said(*status, body),
            (Vendor::Gateway, None) => said(404, &json!({"error": {"code": "not_found"}})),
            _ => said(200, &json!({})),
        };
    }
    state.requests += 1;
    let (path, body) = read(vendor, request);
    if request.path() != path {
        state.violations.push(format!("path {}", request.path()));
    }
    if !is_known(vendor, request) && vendor != Vendor::Vonage {
        return said(401, &json!({}));
    }
    let found = faults(vendor, &body);
    if !found.is_empty() {
        state.violations.extend(found);
        return said(400, &json!({}));
    }
    match state.answers.pop_front() {
        Some(Answer::Said(status, body, headers)) => Response::Text(http(status, &body.to_string(), &headers)),
        answer => {
            let id = format!("taken-{}", state.taken.len() + 1);
            state.taken.push(taken(request, body));
            match answer {
                Some(Answer::Cut) => Response::Cut,
                Some(Answer::Hang) => Response::Never,
                _ => said(if vendor == Vendor::Gateway { 202 } else { 200 }, &well(vendor, &id)),
            }
        }
    }
}

fn taken(request: &Request, body: Value) -> Taken {
    let header = |name: &str| request.header(name).to_owned();
    let signed = [header("webhook-id"), header("webhook-timestamp"), header("webhook-signature"), request.body.clone()];
    Taken { body, idempotency_key: header("idempotency-key"), signed }
}

fn is_known(vendor: Vendor, request: &Request) -> bool {
    use base64::Engine as _;
    let basic = || base64::engine::general_purpose::STANDARD.encode(format!("{API_KEY}:{TOKEN}"));
    let expected = if vendor == Vendor::Vonage { format!("Basic {}", basic()) } else { format!("Bearer {TOKEN}") };
    request.header("authorization") == expected
}

/// Where it must go, and what it says.
fn read(vendor: Vendor, request: &Request) -> (String, Value) {
    let json = || serde_json::from_str(&request.body).unwrap_or(Value::Null);
    match vendor {
        Vendor::Vonage => {
            let pairs = url::form_urlencoded::parse(request.body.as_bytes()).into_owned();
            let typed = |(name, value): (String, String)| {
                let typed = if name == "ttl" { value.parse::<i64>().map_or(json!(value), Value::from) } else { json!(value) };
                (name, typed)
            };
            ("/sms/json".to_owned(), Value::Object(pairs.map(typed).collect::<Map<_, _>>()))
        }
        Vendor::Telnyx => ("/v2/messages".to_owned(), json()),
        Vendor::Gateway => ("/messages".to_owned(), json()),
        Vendor::WhatsApp => (format!("/v23.0/{NUMBER_ID}/messages"), json()),
    }
}

fn well(vendor: Vendor, id: &str) -> Value {
    match vendor {
        Vendor::Vonage => json!({"message-count": "1", "messages": [{"to": "14155552671", "message-id": id, "status": "0"}]}),
        Vendor::Telnyx => {
            json!({"data": {"id": id, "record_type": "message", "to": [{"phone_number": "+14155552671", "status": "queued"}]}})
        }
        Vendor::Gateway => json!({"id": id}),
        Vendor::WhatsApp => json!({"messaging_product": "whatsapp", "contacts": [{"input": "14155552671", "wa_id": "14155552671"}],
            "messages": [{"id": id, "message_status": "accepted"}]}),
    }
}

/// Where a body breaks the description.
pub fn faults(vendor: Vendor, body: &Value) -> Vec<String> {
    let Some(schema) = schema(vendor) else { return Vec::new() };
    let mut found: Vec<String> =
        jsonschema::options().with_draft(jsonschema::Draft::Draft4).should_validate_formats(true).build(schema).map_or_else(
            |error| vec![format!("the description can't be used: {error}")],
            |validator| validator.iter_errors(body).map(|error| error.to_string()).collect(),
        );
    let known = schema["x-known"].as_array().expect("the names of all parameters");
    let unknown = body.as_object().into_iter().flatten().map(|(name, _)| name).filter(|name| !known.contains(&json!(name)));
    found.extend(unknown.map(|name| format!("unknown parameter {name}")));
    found
}

/// The body's schema, read once; none, said loudly, where the description is absent.
fn schema(vendor: Vendor) -> Option<&'static Value> {
    static SCHEMAS: [OnceLock<Option<Value>>; 4] = [const { OnceLock::new() }; 4];
    let place = Vendor::ALL.iter().position(|v| *v == vendor).expect("one of them all");
    SCHEMAS[place].get_or_init(|| described(vendor)).as_ref()
}

/// The same from its file, with the names of all parameters.
fn described(vendor: Vendor) -> Option<Value> {
    let (file, name) = match vendor {
        Vendor::Vonage => ("specs/vonage/sms.json", "NewMessage"),
        Vendor::Telnyx => ("specs/telnyx/telnyx.json", "CreateMessageRequest"),
        Vendor::Gateway => return Some(own()),
        Vendor::WhatsApp => return whatsapp(),
    };
    let Ok(text) = std::fs::read_to_string(shared(file)) else {
        eprintln!("WEAKENED: {file} is not there, so requests are not held against it");
        return None;
    };
    let spec: Value = serde_json::from_str(&text).expect("JSON");
    let mut schema = spec["components"]["schemas"][name].clone();
    let known: Vec<&String> = schema["properties"].as_object().expect("properties").keys().collect();
    let known = json!(known);
    if vendor == Vendor::Telnyx {
        schema["components"] = json!({"schemas": {"ToNumber": spec["components"]["schemas"]["ToNumber"]}});
    }
    schema["x-known"] = known;
    Some(schema)
}

/// What docs/channels/sms.md says of a request.
fn own() -> Value {
    let text = json!({"type": "string", "minLength": 1});
    json!({"type": "object", "required": ["key", "to", "from", "text"], "x-known": ["key", "to", "from", "text", "callback", "valid_for_s"],
        "properties": {"key": text, "to": {"type": "string", "pattern": "^\\+[1-9][0-9]{6,14}$"}, "from": text, "text": text,
            "callback": {"type": "string", "format": "uri"}, "valid_for_s": {"type": "integer", "minimum": 1}}})
}

/// Meta's description is YAML, and its rule for a button's index refuses its own example: what it says of a message by a template stands here.
fn whatsapp() -> Option<Value> {
    Some(json!({"type": "object", "required": ["messaging_product", "recipient_type", "to", "type", "template"],
        "x-known": ["messaging_product", "recipient_type", "to", "type", "template", "biz_opaque_callback_data"],
        "properties": {
            "messaging_product": {"enum": ["whatsapp"]}, "recipient_type": {"enum": ["individual"]}, "to": {"type": "string", "pattern": "^[0-9]+$"},
            "type": {"enum": ["template"]}, "biz_opaque_callback_data": {"type": "string", "maxLength": 512},
            "template": {"type": "object", "required": ["name", "language"], "additionalProperties": false, "properties": {
                "name": {"type": "string", "minLength": 1},
                "language": {"type": "object", "required": ["policy", "code"], "properties": {"policy": {"enum": ["deterministic"]}, "code": {"type": "string", "minLength": 2}}},
                "components": {"type": "array", "items": {"type": "object", "required": ["type"], "additionalProperties": false, "properties": {
                    "type": {"enum": ["header", "body", "button"]}, "sub_type": {"enum": ["quick_reply", "url", "catalog"]},
                    "index": {"type": "string", "pattern": "^[0-9]$"}, "parameters": {"type": "array"}}}}}}}}))
}
