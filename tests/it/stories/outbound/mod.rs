//! A store's own programs: what they are told, how it is signed, and what happens when they don't take it.

mod failing;
mod telling;

use crate::support::http_server::{Request, Response, Server, http};
use crate::support::rig::Rig;
use crate::support::shopper::Shopper;
use comeback::app::outbound::endpoints::{self, Wanted};
use comeback::app::outbound::send;
use comeback::db::outbound::EndpointRow;
use jiff::SignedDuration;
use serde_json::Value;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

/// One call, as it came.
#[derive(Debug, Clone)]
struct Call {
    id: String,
    timestamp: String,
    signature: String,
    body: String,
}

impl Call {
    fn json(&self) -> Value {
        serde_json::from_str(&self.body).expect("JSON")
    }

    fn kind(&self) -> String {
        self.json()["type"].as_str().expect("a type").to_owned()
    }
}

/// What a program answers.
#[derive(Debug, Clone, Copy)]
enum Says {
    Status(u16),
    /// It takes the call, and never answers.
    Nothing,
}

/// A store's program, which remembers what it was told.
struct Program {
    server: Server,
    calls: Arc<Mutex<Vec<Call>>>,
    answers: Arc<Mutex<VecDeque<Says>>>,
    usual: Arc<Mutex<Says>>,
}

impl Program {
    async fn start() -> Self {
        let calls: Arc<Mutex<Vec<Call>>> = Arc::default();
        let answers: Arc<Mutex<VecDeque<Says>>> = Arc::default();
        let usual = Arc::new(Mutex::new(Says::Status(200)));
        let (kept, next, otherwise) = (Arc::clone(&calls), Arc::clone(&answers), Arc::clone(&usual));
        let server = Server::start(move |request: Request| {
            let header = |name: &str| request.header(name).to_owned();
            let (id, timestamp, signature) = (header("webhook-id"), header("webhook-timestamp"), header("webhook-signature"));
            assert_eq!(header("content-type"), "application/json");
            kept.lock().expect("calls").push(Call { id, timestamp, signature, body: request.body.clone() });
            let says = next.lock().expect("answers").pop_front().unwrap_or(*otherwise.lock().expect("usual"));
            match says {
                Says::Status(status) => Response::Text(http(status, "{\"seen\":true}", &[])),
                Says::Nothing => Response::Never,
            }
        });
        Self { server: server.await, calls, answers, usual }
    }

    fn calls(&self) -> Vec<Call> {
        self.calls.lock().expect("calls").clone()
    }

    fn kinds(&self) -> Vec<String> {
        self.calls().iter().map(Call::kind).collect()
    }

    /// The kinds of the calls after the first so many, sorted: what is due at once is sent side by side.
    fn since(&self, first: usize) -> Vec<String> {
        let mut kinds = self.kinds().split_off(first);
        kinds.sort();
        kinds
    }

    fn next(&self, says: Says) {
        self.answers.lock().expect("answers").push_back(says);
    }

    fn usually(&self, says: Says) {
        *self.usual.lock().expect("usual") = says;
    }

    /// It is told these events; none: all. The endpoint and its secret.
    async fn added(&self, rig: &Rig, kinds: &[&str]) -> (EndpointRow, String) {
        let kinds = kinds.iter().map(|k| (*k).to_owned()).collect();
        let wanted = Wanted { url: format!("{}/hook?of=acme", self.server.url()), note: "a story".into(), kinds };
        endpoints::add(&rig.app, rig.shop.id, &wanted, "story").await.expect("added")
    }
}

/// Everything that is due is sent.
async fn told(rig: &Rig) -> usize {
    let mut all = 0;
    loop {
        match send::send_due(&rig.app).await.expect("sent") {
            0 => return all,
            count => all += count,
        }
    }
}

/// They begin a checkout, leave, and get the mail.
async fn reminded(rig: &Rig, shopper: &Shopper) {
    rig.tell("checkouts/create", &shopper.checkout(rig.app.now())).await;
    rig.pass(SignedDuration::from_mins(71)).await;
}
