//! One installation to be struck: a database, a store with a campaign of seconds, and a mail server that outlives every blow.

use super::dice::Dice;
use super::replica::Replica;
use crate::support::postgres;
use crate::support::rig::SECRET;
use crate::support::smtp::{At, Fault, Mood, SmtpServer};
use comeback::clock::{Clock as _, SystemClock};
use comeback::http_client::{HttpOptions, Reach, client};
use jiff::Timestamp;
use serde_json::{Value, json};
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

/// A cart without activity for this long is abandoned.
pub const ABANDON_AFTER: Duration = Duration::from_millis(1000);
/// When its messages are due, from then on.
pub const DELAYS: [Duration; 2] = [Duration::from_millis(500), Duration::from_millis(2500)];
/// Like Shopify, the shoppers' platform gives up a request after this.
pub const REQUEST_WAIT: Duration = Duration::from_secs(5);
/// Longer than any lease here.
const BEYOND_A_LEASE: Duration = Duration::from_secs(8);
/// A merchant's secret key, which every replica must have.
const KEY: &str = "1111111111111111111111111111111111111111111111111111111111111111";

/// Where an installation lives.
pub struct Place {
    pub engine: &'static str,
    pub url: String,
    /// For its logs, and with SQLite its database.
    pub folder: PathBuf,
}

impl Place {
    pub fn sqlite() -> Self {
        let folder = folder();
        Self { engine: "sqlite", url: format!("sqlite://{}/comeback.db", folder.display()), folder }
    }

    /// In the cluster that the other tests use as well.
    pub fn postgres() -> Self {
        Self::on_postgres(postgres::database())
    }

    pub fn on_postgres(url: String) -> Self {
        Self { engine: "postgres", url, folder: folder() }
    }
}

/// Kept until everything was found in order.
pub fn folder() -> PathBuf {
    tempfile::Builder::new().prefix("comeback-chaos-").tempdir().expect("a folder").keep()
}

pub struct World {
    pub place: Place,
    pub smtp: SmtpServer,
    pub lease: Duration,
    pub dice: Dice,
    /// The store's id.
    pub shop: String,
    /// The same moment on both clocks.
    began: (Instant, Timestamp),
}

impl World {
    /// A store whose campaign is at work, and the replica that it was set up by.
    pub async fn build(place: Place, lease: Duration, dice: Dice) -> (Self, Replica) {
        let smtp = SmtpServer::start().await;
        let began = (Instant::now(), SystemClock.now());
        let mut world = Self { place, smtp, lease, dice, shop: String::new(), began };
        world.run(&["migrate"]);
        let add = "shop add --platform shopify --domain acme.myshopify.com --name Acme --currency USD --timezone America/New_York --json";
        let mut add: Vec<&str> = add.split(' ').collect();
        add.extend(["--webhook-secret", SECRET]);
        world.shop = text(&json_of(&world.run(&add)), "id");
        let token = text(&json_of(&world.run(&["token", "create", "--shop", &world.shop, "--scope", "admin", "--json"])), "token");
        let mut replica = Replica::start(&world, free_port());
        assert!(replica.is_ready_soon().await, "it doesn't start: {}", world.place.folder.display());
        let campaigns = format!("http://127.0.0.1:{}/api/v1/campaigns", replica.port);
        let made = call(&campaigns, &token, &campaign()).await;
        call(&format!("{campaigns}/{}/publish", text(&made, "id")), &token, &json!({})).await;
        (world, replica)
    }

    /// A program, with this installation's settings.
    pub fn command(&self, program: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(program);
        command
            .args(arguments)
            .current_dir(&self.place.folder)
            .env_clear()
            .env("COMEBACK_DATABASE__URL", &self.place.url)
            .env("COMEBACK_SECURITY__SECRET_KEY", KEY)
            .env("COMEBACK_EMAIL__URL", self.smtp.url())
            .env("COMEBACK_EMAIL__FROM", "hello@acme.example")
            .env("COMEBACK_WORKER__TICK", "50ms")
            .env("COMEBACK_WORKER__LEASE", format!("{}ms", self.lease.as_millis()))
            .env("RUST_LOG", "warn")
            .stdin(Stdio::null());
        command
    }

    /// A command that must succeed. What it printed.
    fn run(&self, arguments: &[&str]) -> String {
        let (code, out) = self.ask(arguments);
        assert_eq!(code, Some(0), "{arguments:?}: {out}");
        out
    }

    /// A command's exit code, and what it printed.
    pub fn ask(&self, arguments: &[&str]) -> (Option<i32>, String) {
        let Output { status, stdout, stderr } = self.command(env!("CARGO_BIN_EXE_comeback"), arguments).output().expect("the program");
        let out = if status.success() { stdout } else { [stdout, stderr].concat() };
        (status.code(), String::from_utf8_lossy(&out).into_owned())
    }

    /// What the database's clock said at a moment of ours, in milliseconds.
    pub fn wall_ms(&self, at: Instant) -> i64 {
        let (instant, timestamp) = self.began;
        timestamp.as_millisecond() + i64::try_from(at.duration_since(instant).as_millis()).expect("not that long")
    }
}

/// How the mail server behaves while blows fall.
#[derive(Clone, Copy)]
pub struct Temper {
    /// Of a hundred answers, how many are late.
    pub late: u64,
    /// By how much at most, in milliseconds.
    pub latest_ms: u64,
    /// Some final answers come after the lease is over.
    pub hangs: bool,
}

impl Temper {
    pub fn mood(self, dice: Dice) -> Mood {
        Arc::new(move |at| match (at, dice.below(100)) {
            (At::Dot, 0) if self.hangs => Some(Fault::Late(BEYOND_A_LEASE)),
            (At::Dot, 1) => Some(Fault::TakenAndCut),
            (At::Dot | At::Rcpt, 2) => Some(Fault::Reply("451 4.3.0 not now".into())),
            (At::Data, 3) => Some(Fault::Cut),
            (At::Rcpt | At::Data | At::Dot, n) if n < self.late => Some(Fault::Late(dice.millis(1, self.latest_ms))),
            _ => None,
        })
    }
}

fn campaign() -> Value {
    let length = |d: Duration| format!("{}ms", d.as_millis());
    let steps: Vec<Value> =
        DELAYS.iter().map(|d| json!({"delay": length(*d), "channel": "email", "template": "checkout-reminder"})).collect();
    json!({"name": "In seconds", "abandon_after": length(ABANDON_AFTER), "holdout_percent": 0, "quiet_hours": null, "steps": steps})
}

async fn call(url: &str, token: &str, body: &Value) -> Value {
    let http = client(&HttpOptions::new(Reach::Anywhere)).expect("a client");
    let answer = http.post(url).bearer_auth(token).json(body).send().await.expect("an answer");
    let (status, text) = (answer.status(), answer.text().await.expect("a body"));
    assert!(status.is_success(), "{url}: {status} {text}");
    serde_json::from_str(&text).expect("JSON")
}

fn json_of(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|e| panic!("{e}: {text}"))
}

fn text(value: &Value, name: &str) -> String {
    value[name].as_str().unwrap_or_else(|| panic!("no {name} in {value}")).to_owned()
}

pub fn free_port() -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.local_addr().expect("an address").port()
}
