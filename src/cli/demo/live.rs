//! Plays the demo's story: sends the store's webhooks, reads the shoppers' mail, opens their links.

use super::payloads::{self, Moments};
use super::story::{Shopper, Step, Visitor, Webhook, arrives_ms, script, shopper};
use crate::app::App;
use crate::app::report::{Query, recovered};
use crate::channels::inbox::{Caught, Inbox};
use crate::cli::{CliError, out};
use crate::domain::attribution::Model;
use crate::domain::event::ChannelKind;
use crate::domain::ids::ShopId;
use crate::domain::report::By;
use crate::http_client::{HttpOptions, Reach, client};
use jiff::SignedDuration;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::task::JoinSet;

/// A message that hasn't come by then never comes: the shopper is in the comparison group, or agreed to none.
const PATIENCE_MS: u64 = 60_000;
/// A webhook is sent again so often, as the platform would.
const ATTEMPTS_MAX: u32 = 4;
const AGAIN_AFTER: Duration = Duration::from_millis(500);
/// How often the terminal hears of what goes on.
const TELL_EVERY: Duration = Duration::from_secs(5);
const BROWSER: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Mobile/15E148 Safari/604.1";
const SCANNER: &str = "Mozilla/5.0 (compatible; Barracuda Sentinel bot; +https://example.com/bot)";

/// Which story, and how fast.
#[derive(Debug, Clone, Copy)]
pub struct Plot {
    /// From which it follows.
    pub seed: u64,
    /// Those who come soon after each other.
    pub shoppers: u32,
    /// So many times faster.
    pub speed: u64,
}

/// The simulated store and what its shoppers can reach.
pub struct Store {
    app: Arc<App>,
    inbox: Arc<Inbox>,
    http: reqwest::Client,
    shop: ShopId,
    secret: String,
    told: Told,
}

/// What has happened.
#[derive(Default)]
struct Told {
    came: AtomicU64,
    opened: AtomicU64,
    ordered: AtomicU64,
    failed: AtomicU64,
}

fn one_more(counter: &AtomicU64) {
    counter.fetch_add(1, Ordering::Relaxed);
}

impl Store {
    /// A store with its id and webhook secret.
    ///
    /// # Errors
    /// When there is no HTTP client to be had.
    pub fn new(app: &Arc<App>, inbox: Arc<Inbox>, (shop, secret): (ShopId, String)) -> Result<Self, CliError> {
        let http =
            client(&HttpOptions::new(Reach::Anywhere)).map_err(|e| CliError::Failed(format!("the demo's shoppers can't browse: {e}")))?;
        Ok(Self { app: Arc::clone(app), inbox, http, shop, secret, told: Told::default() })
    }
}

/// Plays until it is dropped, or for as long as there are shoppers, which is longer than anybody watches.
pub async fn play(store: Arc<Store>, plot: Plot) {
    let mut visits = JoinSet::new();
    let telling = tell(Arc::clone(&store));
    let coming = async {
        let mut now_ms = 0;
        for index in 0..u32::MAX {
            let at = arrives_ms(index, plot.shoppers);
            pause(at - now_ms, plot.speed).await;
            now_ms = at;
            visits.spawn(visit(Arc::clone(&store), shopper(plot.seed, index), plot.speed));
            // Those who have left are forgotten.
            while visits.try_join_next().is_some() {}
        }
    };
    tokio::join!(telling, coming);
}

async fn pause(ms: u64, speed: u64) {
    tokio::time::sleep(Duration::from_micros(ms * 1_000 / speed.max(1))).await;
}

/// One shopper's visit, to its end.
async fn visit(store: Arc<Store>, shopper: Shopper, speed: u64) {
    one_more(&store.told.came);
    let began = store.app.now();
    let mut ordered = None;
    let mut message = None;
    for step in script(&shopper) {
        match step {
            Step::Wait(ms) => pause(ms, speed).await,
            Step::Tell(webhook) => {
                let now = store.app.now();
                if webhook == Webhook::OrderCreated {
                    ordered = Some(now);
                    one_more(&store.told.ordered);
                }
                store.tell(&shopper, webhook, &Moments { began, ordered: ordered.unwrap_or(now), now }).await;
            }
            Step::Await(kind) => match store.message_for(&shopper, kind, speed).await {
                Some(caught) => message = Some(caught),
                None => return,
            },
            Step::Open(visitor) => {
                if let Some(link) = message.as_ref().and_then(|m| link_in(&m.text, &store.app.config.public_url)) {
                    store.open(link, visitor).await;
                }
            }
        }
    }
}

/// The first of our return links in a text.
pub fn link_in<'a>(text: &'a str, public_url: &str) -> Option<&'a str> {
    let starts = ["/r/", "/s/"].map(|path| format!("{public_url}{path}"));
    let from = starts.iter().filter_map(|start| text.find(start.as_str())).min()?;
    let rest = text.get(from..)?;
    let end = rest.find(|c: char| c.is_whitespace() || matches!(c, ')' | ']' | '>' | '"')).unwrap_or(rest.len());
    rest.get(..end)
}

impl Store {
    /// Sends a webhook, signed, and again if it isn't taken.
    async fn tell(&self, shopper: &Shopper, webhook: Webhook, moments: &Moments) {
        let body = payloads::bytes(&payloads::body(shopper, webhook, moments));
        let url = format!("{}/webhooks/shopify/{}", self.app.config.public_url, self.shop);
        let topic = payloads::topic(webhook);
        let delivery = self.app.new_id().to_string();
        for _ in 0..ATTEMPTS_MAX {
            let request = self
                .http
                .post(&url)
                .header("Content-Type", "application/json")
                .header("X-Shopify-Topic", topic)
                .header("X-Shopify-Hmac-Sha256", payloads::signature(&body, &self.secret))
                .header("X-Shopify-Shop-Domain", payloads::DOMAIN)
                .header("X-Shopify-API-Version", payloads::API_VERSION)
                .header("X-Shopify-Webhook-Id", &delivery)
                .header("X-Shopify-Triggered-At", moments.now.to_string())
                .body(body.clone());
            if request.send().await.is_ok_and(|answer| answer.status().is_success()) {
                return;
            }
            tokio::time::sleep(AGAIN_AFTER).await;
        }
        one_more(&self.told.failed);
        tracing::warn!(topic, "the demo's store could not deliver a webhook");
    }

    async fn message_for(&self, shopper: &Shopper, kind: ChannelKind, speed: u64) -> Option<Caught> {
        let to = match kind {
            ChannelKind::Email => &shopper.email,
            ChannelKind::Sms | ChannelKind::WhatsApp => shopper.phone.as_ref()?,
        };
        let patience = Duration::from_millis(PATIENCE_MS / speed.max(1)).max(TELL_EVERY);
        tokio::time::timeout(patience, self.inbox.first_for(kind, to)).await.ok()
    }

    /// Opens a link. Where it leads, nobody goes: the store's pages don't exist.
    async fn open(&self, link: &str, visitor: Visitor) {
        let request = match visitor {
            Visitor::Person => self.http.get(link).header("User-Agent", BROWSER),
            Visitor::Scanner => self.http.get(link).header("User-Agent", SCANNER),
            Visitor::Previewer => self.http.head(link).header("User-Agent", BROWSER),
        };
        match request.send().await {
            Ok(_) if visitor == Visitor::Person => one_more(&self.told.opened),
            Ok(_) => {}
            Err(error) => tracing::warn!(error = %error.without_url(), "a link of the demo could not be opened"),
        }
    }
}

/// Tells the terminal every few seconds what has happened, if anything has.
async fn tell(store: Arc<Store>) {
    let mut last = String::new();
    loop {
        tokio::time::sleep(TELL_EVERY).await;
        let count = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        let told = &store.told;
        let mut line = format!(
            "{} shoppers came. {} messages left, {} links were opened. {} orders, of them {}",
            count(&told.came),
            store.inbox.count(),
            count(&told.opened),
            count(&told.ordered),
            recovered_so_far(&store).await
        );
        match count(&told.failed) {
            0 => {}
            failed => line = format!("{line}; {failed} webhooks could not be delivered"),
        }
        if line != last {
            out::line(&line);
        }
        last = line;
    }
}

/// The report's own figures, not the demo's guess.
async fn recovered_so_far(store: &Store) -> String {
    let now = store.app.now();
    let day = SignedDuration::from_hours(24);
    let query = Query { shop: store.shop, from: now - day, to: now + day, model: Model::LastTouch, by: By::Campaign };
    match recovered(&store.app, query).await {
        Ok(report) => report
            .totals
            .first()
            .map_or_else(|| "none recovered".into(), |t| format!("{} recovered: {} net of {} refunded", t.orders, t.net, t.refunds)),
        Err(error) => {
            tracing::warn!(%error, "the demo's figures can't be read");
            "an unknown number recovered".into()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::link_in;

    #[test]
    fn the_return_link_is_found_among_others() {
        let base = "http://127.0.0.1:8080";
        let check = |text: &str, expected| assert_eq!(link_in(text, base), expected, "{text}");
        check(
            "Unsubscribe: http://127.0.0.1:8080/u/a.b.c\nReturn: http://127.0.0.1:8080/r/d.e_f-g\n",
            Some("http://127.0.0.1:8080/r/d.e_f-g"),
        );
        check("[Return](http://127.0.0.1:8080/r/d.e)", Some("http://127.0.0.1:8080/r/d.e"));
        check("Hi http://127.0.0.1:8080/s/abc Reply STOP", Some("http://127.0.0.1:8080/s/abc"));
        check("http://elsewhere.example/r/x", None);
    }
}
