//! Twilio in this process: real HTTP, every request held against Twilio's own OpenAPI description, with faults on demand.

use serde_json::{Map, Value, json};
use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::{Arc, LazyLock, Mutex, MutexGuard};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

pub const ACCOUNT: &str = "AC0123456789abcdef0123456789abcdef";
pub const TOKEN: &str = "a-very-secret-token";
pub(super) const MESSAGES: &str = "/2010-04-01/Accounts/{AccountSid}/Messages.json";

/// What the next text is answered with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// An error: HTTP status, Twilio's code, headers.
    Error(u16, u32, Vec<(&'static str, &'static str)>),
    /// A status and a body that isn't JSON, as a proxy in between writes it.
    Plain(u16),
    /// The text is taken, and the connection closed before the answer.
    Cut,
    /// The text is taken, and nothing is said.
    Hang,
    /// The connection is closed before the text is taken.
    Lose,
}

/// How the list of messages is answered.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Listing {
    /// As it is.
    #[default]
    Whole,
    /// With this status and no list.
    Down(u16),
    /// Without what was taken last: the list lags behind.
    Late,
    /// The account doesn't keep bodies.
    NoBodies,
    /// The account doesn't keep numbers, so that nothing is found by one.
    NoNumbers,
}

/// A text that was asked for: its form, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Received {
    pub form: Vec<(String, String)>,
    pub sid: String,
    /// As the list says it, with the error's code.
    pub status: (&'static str, Option<u32>),
}

impl Received {
    pub fn get(&self, name: &str) -> Option<&str> {
        self.form.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

#[derive(Default)]
pub(super) struct State {
    answers: VecDeque<Answer>,
    pub(super) messages: Vec<Received>,
    pub(super) violations: Vec<String>,
    requests: usize,
    pub(super) lists: usize,
    pub(super) listing: Listing,
}

/// The server; it stops when dropped.
pub struct TwilioServer {
    pub port: u16,
    state: Arc<Mutex<State>>,
    task: JoinHandle<()>,
}

impl Drop for TwilioServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl TwilioServer {
    /// Starts on a free port.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let state = Arc::new(Mutex::new(State::default()));
        let shared = state.clone();
        let task = tokio::spawn(async move {
            let mut connections = tokio::task::JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                connections.spawn(serve(stream, shared.clone()));
            }
        });
        Self { port, state, task }
    }

    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Answers the next text so; others as usual.
    pub fn next(&self, answer: Answer) {
        lock(&self.state).answers.push_back(answer);
    }

    /// From now on the list of messages is answered so.
    pub fn list_as(&self, listing: Listing) {
        lock(&self.state).listing = listing;
    }

    /// What became of the text that was taken last.
    pub fn last_is(&self, status: &'static str, code: Option<u32>) {
        if let Some(last) = lock(&self.state).messages.last_mut() {
            last.status = (status, code);
        }
    }

    /// A text that somebody else sent through the account.
    pub fn other(&self, to: &str, body: &str) {
        take(&self.state, vec![("To".to_owned(), to.to_owned()), ("Body".to_owned(), body.to_owned())]);
    }

    /// How many pages of the list were asked for.
    pub fn lists(&self) -> usize {
        lock(&self.state).lists
    }

    /// The texts that were taken.
    pub fn messages(&self) -> Vec<Received> {
        lock(&self.state).messages.clone()
    }

    /// Where requests broke Twilio's description of itself.
    pub fn violations(&self) -> Vec<String> {
        lock(&self.state).violations.clone()
    }

    pub fn requests(&self) -> usize {
        lock(&self.state).requests
    }
}

pub(super) fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().expect("no test panics while it holds the state")
}

struct Request {
    line: String,
    headers: Vec<(String, String)>,
    body: String,
}

impl Request {
    fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map_or("", |(_, value)| value)
    }
}

async fn read(stream: &mut BufReader<TcpStream>) -> Option<Request> {
    let mut line = String::new();
    stream.read_line(&mut line).await.ok().filter(|n| *n > 0)?;
    let mut headers = Vec::new();
    loop {
        let mut header = String::new();
        stream.read_line(&mut header).await.ok()?;
        match header.trim_end().split_once(": ") {
            Some((key, value)) => headers.push((key.to_owned(), value.to_owned())),
            None => break,
        }
    }
    let mut request = Request { line: line.trim_end().to_owned(), headers, body: String::new() };
    let mut body = vec![0; request.header("content-length").parse().unwrap_or(0)];
    stream.read_exact(&mut body).await.ok()?;
    request.body = String::from_utf8(body).ok()?;
    Some(request)
}

async fn serve(stream: TcpStream, state: Arc<Mutex<State>>) {
    let mut stream = BufReader::new(stream);
    while let Some(request) = read(&mut stream).await {
        lock(&state).requests += 1;
        let Some(response) = respond(&request, &state).await else { return };
        if stream.write_all(response.as_bytes()).await.is_err() {
            return;
        }
    }
}

/// The response; none cuts the connection.
async fn respond(request: &Request, state: &Mutex<State>) -> Option<String> {
    use base64::Engine;
    let credentials = base64::engine::general_purpose::STANDARD.encode(format!("{ACCOUNT}:{TOKEN}"));
    if request.header("authorization") != format!("Basic {credentials}") {
        return Some(error(401, 20003, &[]));
    }
    if request.line == format!("GET /2010-04-01/Accounts/{ACCOUNT}.json HTTP/1.1") {
        return Some(http(200, &json!({"sid": ACCOUNT, "status": "active"}).to_string(), &[]));
    }
    if let Some(query) = request.line.strip_prefix(&format!("GET {}?", MESSAGES.replace("{AccountSid}", ACCOUNT))) {
        return Some(super::twilio_list::respond(query.trim_end_matches(" HTTP/1.1"), state));
    }
    if request.line != format!("POST {} HTTP/1.1", MESSAGES.replace("{AccountSid}", ACCOUNT)) {
        return Some(error(404, 20404, &[]));
    }
    let form: Vec<(String, String)> = url::form_urlencoded::parse(request.body.as_bytes()).into_owned().collect();
    let mut violations = check(&form);
    if request.header("content-type") != "application/x-www-form-urlencoded" {
        violations.push(format!("content type {:?}", request.header("content-type")));
    }
    if !violations.is_empty() {
        lock(state).violations.extend(violations);
        return Some(error(400, 21602, &[]));
    }
    let answer = lock(state).answers.pop_front();
    match answer {
        None => Some(http(201, &json!({"sid": take(state, form), "status": "queued", "error_code": null}).to_string(), &[])),
        Some(Answer::Error(status, code, headers)) => Some(error(status, code, &headers)),
        Some(Answer::Plain(status)) => Some(http(status, "<html>bad gateway</html>", &[])),
        Some(Answer::Lose) => None,
        Some(Answer::Cut) => {
            take(state, form);
            None
        }
        Some(Answer::Hang) => {
            take(state, form);
            std::future::pending().await
        }
    }
}

fn take(state: &Mutex<State>, form: Vec<(String, String)>) -> String {
    let mut state = lock(state);
    let sid = format!("SM{:032x}", state.messages.len() + 1);
    state.messages.push(Received { form, sid: sid.clone(), status: ("queued", None) });
    sid
}

/// As Twilio words its errors: with the number in the message.
pub(super) fn error(status: u16, code: u32, headers: &[(&str, &str)]) -> String {
    let body = json!({"code": code, "message": "The number +14155552671 (jo.doe@example.com) is not possible", "status": status});
    http(status, &body.to_string(), headers)
}

pub(super) fn http(status: u16, body: &str, headers: &[(&str, &str)]) -> String {
    let more = headers.iter().fold(String::new(), |more, (key, value)| more + key + ": " + value + "\r\n");
    format!("HTTP/1.1 {status} X\r\ncontent-type: application/json\r\ncontent-length: {}\r\n{more}\r\n{body}", body.len())
}

/// Twilio's OpenAPI file; none if it isn't there.
pub(super) static SPEC: LazyLock<Option<Value>> = LazyLock::new(|| {
    #[allow(clippy::disallowed_methods, reason = "where the reference files are is no setting of the program")]
    let root = std::env::var("COMEBACK_SHARED").unwrap_or_else(|_| "../shared".to_owned());
    let path = PathBuf::from(root).join("specs/twilio/twilio_api_v2010.json");
    let Ok(text) = std::fs::read_to_string(&path) else {
        eprintln!("WEAKENED: Twilio's OpenAPI file is not there, so requests are not held against it");
        return None;
    };
    Some(serde_json::from_str(&text).expect("the file is JSON"))
});

/// The body of "create a message", as the file describes it.
static SCHEMA: LazyLock<Option<Value>> = LazyLock::new(|| {
    let spec = SPEC.as_ref()?;
    let schema = &spec["paths"][MESSAGES]["post"]["requestBody"]["content"]["application/x-www-form-urlencoded"]["schema"];
    assert!(schema["properties"]["To"].is_object(), "the file describes the form");
    let mut schema = schema.clone();
    schema["components"] = spec["components"].clone();
    Some(schema)
});

/// Where a form breaks the description, or what Twilio asks for beyond it (errors 21602 and 21603).
fn check(form: &[(String, String)]) -> Vec<String> {
    let has = |name: &str| form.iter().any(|(key, value)| key == name && !value.is_empty());
    let mut violations = Vec::new();
    if !has("Body") || (has("From") == has("MessagingServiceSid")) {
        violations.push("Body and exactly one of From and MessagingServiceSid are needed".to_owned());
    }
    let Some(schema) = SCHEMA.as_ref() else { return violations };
    let mut object = Map::new();
    for (key, value) in form {
        let property = &schema["properties"][key];
        if property.is_null() {
            violations.push(format!("unknown parameter {key}"));
        }
        let typed = match property["type"].as_str() {
            Some("integer") => value.parse::<i64>().map_or_else(|_| json!(value), Value::from),
            Some("boolean") => value.parse::<bool>().map_or_else(|_| json!(value), Value::from),
            _ => json!(value),
        };
        object.insert(key.clone(), typed);
    }
    let validator =
        jsonschema::options().with_draft(jsonschema::Draft::Draft4).should_validate_formats(true).build(schema).expect("a schema");
    violations.extend(validator.iter_errors(&Value::Object(object)).map(|error| error.to_string()));
    violations
}
