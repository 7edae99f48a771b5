//! SendGrid, Postmark, Mailgun and Amazon SES in this process: real HTTP, every request held against its vendor's own description, with faults on demand.

use super::http_server::{Request, Response, Server, http};
use super::specs;
use serde_json::{Map, Value, json};
use std::collections::VecDeque;
use std::sync::{Arc, LazyLock, Mutex, MutexGuard};

pub const SECRET: &str = "a-very-secret-key";
pub const DOMAIN: &str = "mg.fernandfog.example";
/// As vendors word their errors: with what was given.
const ECHO: &str = "jo.doe@example.com (Jo Doe)";

/// Whose interface.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Vendor {
    SendGrid,
    Postmark,
    Mailgun,
    Ses,
}

/// What the next mail is answered with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// A status, a body and headers.
    Said(u16, Value, Vec<(&'static str, &'static str)>),
    /// A status and a body that isn't JSON, as a proxy in between writes it.
    Plain(u16),
    /// The mail is taken, and the connection closed before the answer.
    Cut,
    /// The mail is taken, and nothing is said.
    Hang,
}

/// A request for a mail that was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// Its JSON; of a form, an object of its fields.
    pub body: Value,
    /// The vendor's id of it.
    pub id: String,
}

/// What was asked: the path, the headers, the body.
pub type Asked = (String, Vec<(String, String)>, String);

#[derive(Default)]
struct State {
    answers: VecDeque<Answer>,
    taken: Vec<Taken>,
    violations: Vec<String>,
    requests: Vec<Asked>,
    lists: Option<(u16, Value)>,
}

/// The server; it stops when dropped.
pub struct MailApi {
    pub vendor: Vendor,
    server: Server,
    state: Arc<Mutex<State>>,
}

impl MailApi {
    /// Starts on a free port.
    pub async fn start(vendor: Vendor) -> Self {
        // Read before anybody waits for an answer: it takes longer than a channel does.
        LazyLock::force(description(vendor));
        let state = Arc::new(Mutex::new(State::default()));
        let shared = state.clone();
        let server = Server::start(move |request| respond(vendor, &request, &mut lock(&shared))).await;
        Self { vendor, server, state }
    }

    pub fn url(&self) -> String {
        self.server.url()
    }

    /// Answers the next mail so; others as usual.
    pub fn next(&self, answer: Answer) {
        lock(&self.state).answers.push_back(answer);
    }

    /// From now on its list of mails is answered so.
    pub fn list_as(&self, status: u16, body: Value) {
        lock(&self.state).lists = Some((status, body));
    }

    /// The mails that were taken.
    pub fn taken(&self) -> Vec<Taken> {
        lock(&self.state).taken.clone()
    }

    /// Where requests broke the vendor's description.
    pub fn violations(&self) -> Vec<String> {
        lock(&self.state).violations.clone()
    }

    /// Paths, headers in lower case and bodies of all requests.
    pub fn requests(&self) -> Vec<Asked> {
        lock(&self.state).requests.clone()
    }
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().expect("no test panics while it holds the state")
}

fn respond(vendor: Vendor, request: &Request, state: &mut State) -> Response {
    state.requests.push((request.path().to_owned(), request.headers(), request.body.clone()));
    if !authorized(vendor, request) {
        return text(
            401,
            &json!({"message": "Forbidden", "ErrorCode": 10, "Message": "bad token", "errors": [{"message": "no", "field": null}]}),
            &[],
        );
    }
    let path = request.path().split('?').next().unwrap_or_default();
    match (request.line.split(' ').next().unwrap_or_default(), path == send_path(vendor)) {
        ("GET", _) => list(vendor, request, state),
        ("POST", true) => take(vendor, request, state),
        _ => text(404, &json!({"message": "not found"}), &[]),
    }
}

fn send_path(vendor: Vendor) -> String {
    match vendor {
        Vendor::SendGrid => "/v3/mail/send".to_owned(),
        Vendor::Postmark => "/email".to_owned(),
        Vendor::Mailgun => format!("/v3/{DOMAIN}/messages"),
        Vendor::Ses => "/v2/email/outbound-emails".to_owned(),
    }
}

fn authorized(vendor: Vendor, request: &Request) -> bool {
    use base64::Engine as _;
    let given = request.header("authorization");
    match vendor {
        Vendor::SendGrid => given == format!("Bearer {SECRET}"),
        Vendor::Postmark => request.header("x-postmark-server-token") == SECRET,
        Vendor::Mailgun => given == format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(format!("api:{SECRET}"))),
        Vendor::Ses => given.starts_with("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/") && !request.header("x-amz-date").is_empty(),
    }
}

/// What is asked without sending: what a probe asks, and lists of mails.
fn list(vendor: Vendor, request: &Request, state: &State) -> Response {
    let (path, query) = request.path().split_once('?').unwrap_or((request.path(), ""));
    let asked: Vec<(String, String)> = url::form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    let get = |name: &str| asked.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
    if let (Some((status, body)), Some(_)) = (&state.lists, get("metadata_comeback_message").or(get("message-id"))) {
        return text(*status, body, &[]);
    }
    match (vendor, path) {
        (Vendor::SendGrid, "/v3/scopes") => text(200, &json!({"scopes": ["mail.send"]}), &[]),
        (Vendor::Postmark, "/server") => text(200, &json!({"ID": 1, "Name": "Fern"}), &[]),
        (Vendor::Ses, "/v2/email/account") => text(200, &json!({"SendingEnabled": true}), &[]),
        (Vendor::Postmark, "/messages/outbound") => {
            let key = get("metadata_comeback_message");
            let ours = state.taken.iter().filter(|t| t.body["Metadata"]["comeback_message"].as_str() == key);
            let listed: Vec<Value> = ours.map(postmark_listed).collect();
            text(200, &json!({"TotalCount": listed.len(), "Messages": listed}), &[])
        }
        (Vendor::Mailgun, path) if path == format!("/v3/{DOMAIN}/events") => {
            let id = get("message-id").map(|id| format!("<{id}>"));
            let ours = state.taken.iter().filter(|t| id.as_deref() == t.body["h:Message-Id"].as_str());
            let items: Vec<Value> = ours.map(|t| mailgun_listed(t, "accepted")).collect();
            text(200, &json!({"items": items, "paging": {}}), &[])
        }
        _ => text(404, &json!({"message": "not found"}), &[]),
    }
}

pub fn postmark_listed(taken: &Taken) -> Value {
    json!({"MessageID": taken.id, "ReceivedAt": "2026-03-01T12:00:01.0000000Z", "Status": "Sent", "Metadata": taken.body["Metadata"],
        "To": [{"Email": ECHO}], "Recipients": [ECHO], "From": "x"})
}

pub fn mailgun_listed(taken: &Taken, event: &str) -> Value {
    let id = taken.body["h:Message-Id"].as_str().unwrap_or_default().trim_matches(['<', '>']);
    json!({"event": event, "id": "e1", "timestamp": 1_772_366_401.25, "recipient": ECHO, "message": {"headers": {"message-id": id, "to": ECHO}}})
}

fn take(vendor: Vendor, request: &Request, state: &mut State) -> Response {
    let (body, violations) = read(vendor, request);
    if !violations.is_empty() {
        state.violations.extend(violations);
        return text(400, &json!({"message": "violates the description"}), &[]);
    }
    let id = format!("id-{}", state.taken.len() + 1);
    let taken = Taken { body, id: id.clone() };
    match state.answers.pop_front() {
        None => {
            state.taken.push(taken);
            accepted(vendor, &id)
        }
        Some(Answer::Said(status, body, headers)) => text(status, &body, &headers),
        Some(Answer::Plain(status)) => Response::Text(http(status, &format!("<html>bad gateway for {ECHO}</html>"), &[])),
        Some(Answer::Cut) => {
            state.taken.push(taken);
            Response::Cut
        }
        Some(Answer::Hang) => {
            state.taken.push(taken);
            Response::Never
        }
    }
}

fn accepted(vendor: Vendor, id: &str) -> Response {
    match vendor {
        Vendor::SendGrid => Response::Text(format!("HTTP/1.1 202 Accepted\r\nX-Message-Id: {id}\r\ncontent-length: 0\r\n\r\n")),
        Vendor::Postmark => {
            let body = json!({"ErrorCode": 0, "Message": "OK", "MessageID": id, "SubmittedAt": "2026-03-01T12:00:01Z", "To": ECHO});
            text(200, &body, &[])
        }
        Vendor::Mailgun => text(200, &json!({"id": format!("<{id}@{DOMAIN}>"), "message": "Queued. Thank you."}), &[]),
        Vendor::Ses => text(200, &json!({"MessageId": id}), &[]),
    }
}

fn description(vendor: Vendor) -> &'static LazyLock<Option<specs::Schema>> {
    match vendor {
        Vendor::SendGrid => &specs::SENDGRID,
        Vendor::Postmark => &specs::POSTMARK,
        Vendor::Mailgun => &specs::MAILGUN,
        Vendor::Ses => &specs::SES,
    }
}

/// The body as the vendor reads it, and what it breaks.
fn read(vendor: Vendor, request: &Request) -> (Value, Vec<String>) {
    if vendor == Vendor::Mailgun {
        let Some(form) = multipart(request) else { return (Value::Null, vec!["the form can't be read".to_owned()]) };
        let violations = specs::mailgun_violations(&form);
        let object: Map<String, Value> = form.into_iter().map(|(name, value)| (name, json!(value))).collect();
        return (Value::Object(object), violations);
    }
    if request.header("content-type") != "application/json" {
        return (Value::Null, vec![format!("content type {:?}", request.header("content-type"))]);
    }
    let body: Value = serde_json::from_str(&request.body).unwrap_or_default();
    let violations = description(vendor).as_ref().map(|schema| schema.violations(&body)).unwrap_or_default();
    (body, violations)
}

/// RFC 7578, written apart from the program's own.
fn multipart(request: &Request) -> Option<Vec<(String, String)>> {
    let boundary = request.header("content-type").strip_prefix("multipart/form-data; boundary=")?.to_owned();
    let body = format!("\r\n{}", request.body);
    let delimiter = format!("\r\n--{boundary}");
    let mut parts = body.split(&delimiter);
    parts.next().filter(|preamble| preamble.is_empty())?;
    let mut form = Vec::new();
    for part in parts {
        if part == "--\r\n" {
            return Some(form);
        }
        let (head, value) = part.strip_prefix("\r\n")?.split_once("\r\n\r\n")?;
        // After a file's name come its own, and its type.
        let name = head.strip_prefix("Content-Disposition: form-data; name=\"")?.split('"').next()?;
        form.push((name.to_owned(), value.to_owned()));
    }
    None
}

fn text(status: u16, body: &Value, headers: &[(&str, &str)]) -> Response {
    Response::Text(http(status, &body.to_string(), headers))
}
