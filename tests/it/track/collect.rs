//! `/collect` and `/pixel.js` over real HTTP: whose pages may tell, of whom, and how much.

use super::{event, hat};
use crate::support::rig::{Rig, both};
use comeback::app::track;
use comeback::db::deliveries;
use comeback::http_client::{HttpOptions, Reach, client};
use comeback::web;
use serde_json::{Value, json};
use std::sync::Arc;

const BROWSER: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
const OWN: &str = "https://acme.myshopify.com";

struct Served {
    base: String,
    http: reqwest::Client,
}

impl Served {
    fn start(rig: &Rig) -> Self {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        let base = format!("http://{}", listener.local_addr().expect("an address"));
        tokio::spawn(web::serve(Arc::clone(&rig.app), listener).expect("a server"));
        Self { base, http: client(&HttpOptions::new(Reach::Anywhere)).expect("a client") }
    }

    /// The status, and from where a browser may read the answer.
    async fn send(&self, shop: &str, origin: Option<&str>, body: Vec<u8>) -> (u16, Option<String>) {
        self.send_as(BROWSER, shop, origin, body).await
    }

    async fn send_as(&self, agent: &str, shop: &str, origin: Option<&str>, body: Vec<u8>) -> (u16, Option<String>) {
        let mut request = self.http.post(format!("{}/collect?shop={shop}", self.base)).header("user-agent", agent).body(body);
        if let Some(origin) = origin {
            request = request.header("origin", origin);
        }
        let answer = request.send().await.expect("an answer");
        let allowed = answer.headers().get("access-control-allow-origin").map(|v| v.to_str().expect("text").to_owned());
        (answer.status().as_u16(), allowed)
    }
}

fn told(consent: bool, events: Vec<Value>) -> Vec<u8> {
    json!({"consent": consent, "events": events}).to_string().into_bytes()
}

fn look(rig: &Rig) -> Value {
    event(rig, "view_item", json!({"items": hat()}))
}

async fn kept(rig: &Rig) -> usize {
    deliveries::list(&rig.app.db, rig.shop.id, None, None, 500).await.expect("listed").len()
}

#[tokio::test]
async fn only_the_stores_own_pages_may_tell() {
    both(|rig| async move {
        let served = Served::start(&rig);
        let shop = rig.shop.id.to_string();
        assert_eq!(served.send(&shop, Some(OWN), told(true, vec![look(&rig)])).await, (204, Some(OWN.into())));
        for foreign in
            [Some("https://evil.example"), Some("http://acme.myshopify.com"), Some("https://acme.myshopify.com.evil.example"), None]
        {
            assert_eq!(served.send(&shop, foreign, told(true, vec![look(&rig)])).await, (403, None), "{foreign:?}");
        }
        let (mine, nobody) = ("https://Shop.Example", uuid::Uuid::from_u128(1).to_string());
        assert_eq!(served.send(&shop, Some("https://shop.example"), told(true, vec![look(&rig)])).await.0, 403, "not named yet");
        let domains = track::set_domains(&rig.app, rig.shop.id, &[mine.into(), "www.shop.example".into()], "story").await.expect("set");
        assert_eq!(domains, ["shop.example", "www.shop.example"]);
        assert_eq!(served.send(&shop, Some("https://shop.example"), told(true, vec![look(&rig)])).await.0, 204);
        assert_eq!(served.send(&nobody, Some(OWN), told(true, vec![look(&rig)])).await.0, 403);
        assert_eq!(served.send("", Some(OWN), told(true, vec![look(&rig)])).await.0, 403, "no store is named");
        rig.settle().await;
        assert_eq!(kept(&rig).await, 2);
        rig
    })
    .await;
}

#[tokio::test]
async fn a_browser_that_asks_beforehand_is_told_whether_it_may() {
    both(|rig| async move {
        let served = Served::start(&rig);
        for (origin, expected) in [(OWN, 204), ("https://evil.example", 403)] {
            let url = format!("{}/collect?shop={}", served.base, rig.shop.id);
            let asked =
                served.http.request(reqwest::Method::OPTIONS, url).header("origin", origin).header("access-control-request-method", "POST");
            let answer = asked.send().await.expect("an answer");
            assert_eq!(answer.status().as_u16(), expected, "{origin}");
            assert_eq!(answer.headers().contains_key("access-control-allow-methods"), expected == 204);
        }
        rig
    })
    .await;
}

#[tokio::test]
async fn nothing_is_kept_of_visitors_who_did_not_agree_of_robots_and_of_what_cannot_be_read() {
    both(|rig| async move {
        let served = Served::start(&rig);
        let shop = rig.shop.id.to_string();
        assert_eq!(served.send(&shop, Some(OWN), told(false, vec![look(&rig)])).await.0, 204);
        let unsaid = json!({"events": [look(&rig)]}).to_string().into_bytes();
        assert_eq!(served.send(&shop, Some(OWN), unsaid).await.0, 204);
        let robot = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)";
        assert_eq!(served.send_as(robot, &shop, Some(OWN), told(true, vec![look(&rig)])).await.0, 204);
        assert_eq!(served.send(&shop, Some(OWN), b"{\"events\":".to_vec()).await.0, 400);
        let large = told(true, vec![event(&rig, "view_item", json!({"items": hat(), "padding": "x".repeat(70 << 10)}))]);
        assert_eq!(served.send(&shop, Some(OWN), large).await.0, 413);
        let purchase = event(&rig, "purchase", json!({"checkout_token": "c"}));
        assert_eq!(served.send(&shop, Some(OWN), told(true, vec![purchase])).await.0, 204);
        assert_eq!(kept(&rig).await, 0);
        rig
    })
    .await;
}

#[tokio::test]
async fn a_sandbox_that_names_no_origin_is_believed_about_the_stores_own_pages_only() {
    both(|rig| async move {
        let served = Served::start(&rig);
        let shop = rig.shop.id.to_string();
        let on = |url: &str| event(&rig, "view_item", json!({"items": hat(), "page": {"url": url}}));
        let events = vec![on("https://acme.myshopify.com/products/hat"), on("https://evil.example/products/hat"), look(&rig)];
        assert_eq!(served.send(&shop, Some("null"), told(true, events)).await, (204, Some("null".into())));
        assert_eq!(kept(&rig).await, 1);
        rig
    })
    .await;
}

#[tokio::test]
async fn who_tells_too_much_is_asked_to_wait() {
    both(|rig| async move {
        let served = Served::start(&rig);
        let shop = rig.shop.id.to_string();
        let mut answers = Vec::new();
        for _ in 0..130 {
            answers.push(served.send(&shop, Some(OWN), told(true, Vec::new())).await.0);
        }
        assert_eq!(answers.iter().filter(|a| **a == 204).count(), 120);
        assert!(answers.ends_with(&[429; 10]));
        rig.clock.advance(super::minutes(1));
        assert_eq!(served.send(&shop, Some(OWN), told(true, Vec::new())).await.0, 204);
        rig
    })
    .await;
}

#[tokio::test]
async fn the_script_is_kept_for_an_hour_and_then_asked_for_by_its_version() {
    both(|rig| async move {
        let served = Served::start(&rig);
        let url = format!("{}/pixel.js", served.base);
        let first = served.http.get(&url).send().await.expect("an answer");
        let header = |answer: &reqwest::Response, name: &str| {
            answer.headers().get(name).map(|v| v.to_str().expect("text").to_owned()).unwrap_or_default()
        };
        assert_eq!(header(&first, "content-type"), "text/javascript; charset=utf-8");
        assert!(header(&first, "cache-control").contains("max-age=3600"));
        let tag = header(&first, "etag");
        assert!(first.text().await.expect("a script").contains("/collect?shop="));
        let again = served.http.get(&url).header("if-none-match", &tag).send().await.expect("an answer");
        assert_eq!(again.status().as_u16(), 304);
        rig
    })
    .await;
}

#[tokio::test]
async fn what_pages_tell_does_not_hide_that_the_platform_has_fallen_silent() {
    both(|rig| async move {
        super::customer(&rig, "jo@example.com", 7).await;
        let last = rig.app.now();
        rig.clock.advance(super::hours(5));
        super::tell(&rig, comeback::domain::visit::Teller::Browser, vec![look(&rig)]).await;
        let db = &rig.app.db;
        assert_eq!(comeback::db::watch::last_delivery(db, rig.shop.id).await.expect("asked"), Some(last));
        assert_eq!(comeback::db::overview::intake(db, rig.shop.id).await.expect("asked").last_at, Some(last));
        let newest = comeback::db::watch::newest_deliveries(db, rig.shop.id, 50).await.expect("asked");
        assert!(newest.iter().all(|(topic, _)| topic.starts_with("customers")), "{newest:?}");
        rig
    })
    .await;
}
