//! Shoppers who come, leave and buy, and their platform, which sends each webhook until it is acknowledged, and notes when it was.

use super::dice::Dice;
use super::world::{ABANDON_AFTER, DELAYS, REQUEST_WAIT, World};
use crate::support::rig::headers;
use crate::support::shopper::{Shopper, with};
use comeback::clock::{Clock as _, SystemClock};
use comeback::http_client::{HttpOptions, Reach, client};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::{Instant, sleep, sleep_until};

/// Of a hundred shoppers, how many change their cart once more.
const CHANGE: u64 = 25;
/// And how many buy, around the time at which one of their messages is due.
const BUY: u64 = 40;
/// How far from that time at most, in milliseconds.
const AROUND_MS: u64 = 600;
/// Of a hundred webhooks, how many are sent twice at once, and how many again after a while.
const TWICE_AT_ONCE: u64 = 8;
const AGAIN_LATER: u64 = 8;
/// What was not acknowledged is sent again after so many milliseconds.
const RETRY_MS: (u64, u64) = (20, 200);
/// Nobody comes while so many webhooks are not acknowledged: a machine with much else to do would get ever further behind.
const UNACKNOWLEDGED_MAX: usize = 16;
/// By then everything has been acknowledged.
const GIVE_UP: Duration = Duration::from_secs(120);

/// A webhook that was answered with 200.
#[derive(Clone)]
pub struct Ack {
    pub body: Arc<str>,
    /// When its answer had been read.
    pub at: Instant,
    /// How long the answer took.
    pub took: Duration,
}

/// What one shopper did.
pub struct Visit {
    /// Stands in their address and their cart's items.
    pub tag: String,
    pub checkout_token: String,
    /// The order's webhook, if they bought.
    pub order_key: Option<String>,
}

/// What the platform knows.
#[derive(Default)]
pub struct Ledger {
    pub acks: Mutex<HashMap<String, Ack>>,
    pub visits: Mutex<Vec<Visit>>,
    /// Acknowledgements of what had been acknowledged before.
    pub repeats: AtomicUsize,
    /// Answered with 503.
    pub refused: AtomicUsize,
    /// Answers that nobody should get.
    pub odd: Mutex<Vec<String>>,
}

/// One webhook.
#[derive(Clone)]
struct Hook {
    key: String,
    topic: &'static str,
    body: Arc<str>,
}

pub struct Street {
    pub ledger: Ledger,
    http: reqwest::Client,
    ports: Vec<u16>,
    shop: String,
    dice: Dice,
    next: AtomicI64,
    /// Webhooks that wait for their acknowledgement.
    waiting: AtomicUsize,
}

/// Shoppers arrive until the street is closed.
pub struct Crowd {
    pub street: Arc<Street>,
    open: watch::Sender<bool>,
    arriving: JoinHandle<()>,
}

impl Crowd {
    /// Lets shoppers in, so many a second; their webhooks go to any of the replicas at these ports.
    pub fn gather(world: &World, ports: &[u16], per_second: f64) -> Self {
        let mut options = HttpOptions::new(Reach::Anywhere);
        options.total = REQUEST_WAIT;
        let http = client(&options).expect("a client");
        let (shop, dice) = (world.shop.clone(), world.dice.clone());
        let ledger = Ledger::default();
        let street =
            Arc::new(Street { ledger, http, ports: ports.to_vec(), shop, dice, next: AtomicI64::new(1), waiting: AtomicUsize::new(0) });
        let (open, mut closed) = watch::channel(true);
        let host = Arc::clone(&street);
        let arriving = tokio::spawn(async move {
            let mut visits = JoinSet::new();
            let mut ticks = tokio::time::interval(Duration::from_secs_f64(1.0 / per_second));
            while *closed.borrow() {
                tokio::select! {
                    _ = ticks.tick() => if host.waiting.load(Ordering::Relaxed) < UNACKNOWLEDGED_MAX {
                        visits.spawn(visit(Arc::clone(&host)));
                    },
                    _ = closed.changed() => {}
                }
            }
            while let Some(done) = visits.join_next().await {
                done.expect("a visit");
            }
        });
        Self { street, open, arriving }
    }

    /// Nobody comes any more. Waits until those who are there have left, and all their webhooks are acknowledged.
    pub async fn leave(self) -> Arc<Street> {
        self.open.send_replace(false);
        self.arriving.await.expect("shoppers");
        self.street
    }
}

async fn visit(street: Arc<Street>) {
    let n = street.next.fetch_add(1, Ordering::Relaxed);
    let tag = format!("zq{n:07}");
    let jo = Shopper { email: Some(format!("{tag}@example.com")), phone: None, accepts_texts: false, ..Shopper::new("Jo", n) };
    let mut later = Vec::new();
    let mut left_at = Instant::now();
    later.extend(street.tell(street.hook("checkouts/create", &checkout(&jo, &tag))).await);
    if street.dice.percent(CHANGE) {
        sleep(street.dice.millis(0, 300)).await;
        left_at = Instant::now();
        later.extend(street.tell(street.hook("checkouts/update", &checkout(&jo, &tag))).await);
    }
    let mut order_key = None;
    if street.dice.percent(BUY) {
        let due = left_at + ABANDON_AFTER + DELAYS[usize::from(street.dice.percent(50))];
        let around = street.dice.millis(0, 2 * AROUND_MS);
        sleep_until(due + around - Duration::from_millis(AROUND_MS)).await;
        let order = street.hook("orders/create", &jo.order(SystemClock.now()));
        order_key = Some(order.key.clone());
        later.extend(street.tell(order).await);
    }
    for again in later {
        sleep(street.dice.millis(0, 1000)).await;
        street.until_acknowledged(&again).await;
    }
    street.ledger.visits.lock().expect("visits").push(Visit { tag, checkout_token: jo.checkout_token, order_key });
}

fn checkout(jo: &Shopper, tag: &str) -> Value {
    let items = json!([{"variant_id": 41_000_000_000_001_i64, "product_id": 91, "title": format!("Hat {tag}"), "sku": tag, "quantity": 1,
        "price": "50.00", "line_price": "50.00"}]);
    with(jo.checkout(SystemClock.now()), json!({"line_items": items}))
}

impl Street {
    fn hook(&self, topic: &'static str, body: &Value) -> Hook {
        let key = format!("{:016x}-{:016x}", self.dice.below(u64::MAX), self.dice.below(u64::MAX));
        Hook { key, topic, body: body.to_string().into() }
    }

    /// Sends a webhook until it is acknowledged, some of them twice at once. What is to be sent again later.
    async fn tell(&self, hook: Hook) -> Option<Hook> {
        if self.dice.percent(TWICE_AT_ONCE) {
            tokio::join!(self.until_acknowledged(&hook), self.until_acknowledged(&hook));
        } else {
            self.until_acknowledged(&hook).await;
        }
        self.dice.percent(AGAIN_LATER).then_some(hook)
    }

    async fn until_acknowledged(&self, hook: &Hook) {
        self.waiting.fetch_add(1, Ordering::Relaxed);
        self.ask_until_acknowledged(hook).await;
        self.waiting.fetch_sub(1, Ordering::Relaxed);
    }

    async fn ask_until_acknowledged(&self, hook: &Hook) {
        let begin = Instant::now();
        while begin.elapsed() < GIVE_UP {
            match self.send(hook).await {
                Some(200) => return,
                Some(503) => drop(self.ledger.refused.fetch_add(1, Ordering::Relaxed)),
                // A body that was cut off on our side of a dying connection, or no answer at all.
                Some(408) | None => {}
                Some(status) => self.ledger.odd.lock().expect("odd").push(format!("{} {}: answered {status}", hook.topic, hook.key)),
            }
            sleep(self.dice.millis(RETRY_MS.0, RETRY_MS.1)).await;
        }
        self.ledger.odd.lock().expect("odd").push(format!("{} {}: never acknowledged", hook.topic, hook.key));
    }

    /// Sends it once, to any replica. The status, if there was an answer.
    async fn send(&self, hook: &Hook) -> Option<u16> {
        let index = usize::try_from(self.dice.below(self.ports.len() as u64)).expect("an index");
        let url = format!("http://127.0.0.1:{}/webhooks/shopify/{}", self.ports[index], self.shop);
        let mut request = self.http.post(url).body(hook.body.as_bytes().to_vec());
        for (name, value) in headers(hook.topic, &hook.key, "acme.myshopify.com", hook.body.as_bytes()) {
            request = request.header(name, value);
        }
        let asked = Instant::now();
        let answer = request.send().await.ok()?;
        let status = answer.status().as_u16();
        answer.bytes().await.ok()?;
        if status == 200 {
            self.note(hook, asked);
        }
        Some(status)
    }

    fn note(&self, hook: &Hook, asked: Instant) {
        let at = Instant::now();
        let mut acks = self.ledger.acks.lock().expect("acks");
        if acks.contains_key(&hook.key) {
            self.ledger.repeats.fetch_add(1, Ordering::Relaxed);
            return;
        }
        acks.insert(hook.key.clone(), Ack { body: Arc::clone(&hook.body), at, took: at - asked });
    }
}
