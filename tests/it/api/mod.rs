//! The JSON API from outside: every answer is held against the API's own document.

mod access;
mod answers;
mod books;
mod campaigns;
mod channels;
mod consents;
mod document;
mod files;
mod lift;
mod lists;
mod messages;
mod once;
mod policy;
mod preview;
mod problems;
mod sender_domain;
mod settle;
mod templates;
mod webhooks;

use crate::support::rig::Rig;
use actix_web::http::StatusCode;
use actix_web::http::header::HeaderMap;
use actix_web::test::{TestRequest, call_service, init_service, read_body};
use actix_web::web::{Data, scope};
use comeback::app::App;
use comeback::app::access::{Scope, create_token};
use serde_json::{Value, json};
use std::sync::Arc;

/// An answer of the API.
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub text: String,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|e| panic!("{e}: {}", self.text))
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().expect("text"))
    }

    /// The body of an answer that must have this status.
    pub fn with(self, status: u16) -> Value {
        assert_eq!(self.status.as_u16(), status, "{}", self.text);
        if self.text.is_empty() { Value::Null } else { self.json() }
    }

    /// The problem of an answer that must have this status.
    pub fn problem(self, status: u16) -> Value {
        assert_eq!(self.header("content-type"), "application/problem+json", "{}", self.text);
        let problem = self.with(status);
        assert_eq!(problem["status"], status);
        problem
    }
}

/// A request to be made.
pub struct Call<'a> {
    pub method: &'a str,
    pub path: &'a str,
    pub headers: Vec<(&'a str, &'a str)>,
    pub body: Vec<u8>,
}

/// Makes a request and checks the answer's shape.
pub async fn call(app: &Arc<App>, call: Call<'_>) -> Answer {
    let api = scope("/api/v1").configure(comeback::web::api::routes);
    let server = actix_web::App::new().app_data(Data::from(Arc::clone(app))).service(api).configure(comeback::web::api::docs);
    let service = init_service(server).await;
    let mut request = TestRequest::with_uri(call.path).method(call.method.parse().expect("a method")).set_payload(call.body);
    for header in call.headers {
        request = request.insert_header(header);
    }
    let response = call_service(&service, request.to_request()).await;
    let (status, headers) = (response.status(), response.headers().clone());
    let text = String::from_utf8_lossy(&read_body(response).await).into_owned();
    let answer = Answer { status, headers, text };
    if call.path.starts_with("/api/v1/") {
        document::check(call.method, call.path, &answer);
    }
    answer
}

/// A program with a token.
pub struct Client {
    pub app: Arc<App>,
    pub token: String,
}

impl Client {
    pub async fn new(rig: &Rig, scope: Scope) -> Self {
        let (_, token) = create_token(&rig.app, rig.shop.id, (scope, "test"), "story").await.expect("a token");
        Self { app: Arc::clone(&rig.app), token }
    }

    async fn send(&self, method: &str, path: &str, body: Option<&Value>, key: Option<&str>) -> Answer {
        let (path, bearer) = (format!("/api/v1{path}"), format!("Bearer {}", self.token));
        let mut headers = vec![("authorization", bearer.as_str())];
        headers.extend(body.map(|_| ("content-type", "application/json")));
        headers.extend(key.map(|key| ("idempotency-key", key)));
        let body = body.map(|b| b.to_string().into_bytes()).unwrap_or_default();
        call(&self.app, Call { method, path: &path, headers, body }).await
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send("GET", path, None, None).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.send("POST", path, Some(&body), None).await
    }

    pub async fn post_once(&self, path: &str, body: Value, key: &str) -> Answer {
        self.send("POST", path, Some(&body), Some(key)).await
    }

    pub async fn put(&self, path: &str, body: Value) -> Answer {
        self.send("PUT", path, Some(&body), None).await
    }

    pub async fn delete(&self, path: &str) -> Answer {
        self.send("DELETE", path, None, None).await
    }

    /// Every item of a list, page by page.
    pub async fn all(&self, path: &str, limit: usize) -> Vec<Value> {
        let (mut items, mut cursor) = (Vec::new(), String::new());
        for _ in 0..100 {
            let page = self.get(&format!("{path}?limit={limit}{cursor}")).await.with(200);
            let these = page["items"].as_array().expect("items");
            assert!(these.len() <= limit, "{path}: a page of {}", these.len());
            items.extend(these.iter().cloned());
            let Some(next) = page["next"].as_str() else { return items };
            assert_eq!(these.len(), limit, "{path}: a page with a next one is full");
            cursor = format!("&cursor={next}");
        }
        panic!("{path} has no end");
    }
}

/// The contract's campaign, under another name.
pub fn campaign(name: &str) -> Value {
    json!({"name": name, "trigger": "checkout_abandoned", "abandon_after": "1h", "holdout_percent": 0,
        "steps": [{"delay": "PT1H", "channel": "email", "template": "checkout-reminder"}, {"delay": "24h", "channel": "sms", "template": "checkout-text"}],
        "quiet_hours": {"from": "21:00", "to": "08:00"}, "attribution": {"model": "last_touch", "click_window": "P5D", "view_window": null}})
}
