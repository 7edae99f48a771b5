//! The intake over real HTTP: every answer of the contract, and what is kept.

use crate::support::proxy::Proxy;
use crate::support::rig::{BEGIN, Rig, TestClock, app_at, app_with, both, headers, new_shop};
use crate::support::shopper::Shopper;
use comeback::app::{App, shops};
use comeback::db::{Db, deliveries};
use comeback::http_client::{HttpOptions, Reach, client};
use comeback::web;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions};
use sqlx::{ConnectOptions as _, Connection as _};
use std::sync::Arc;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

struct Served {
    base: String,
    http: reqwest::Client,
}

impl Served {
    fn start(app: &Arc<App>) -> Self {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        let base = format!("http://{}", listener.local_addr().expect("an address"));
        let server = web::serve(Arc::clone(app), listener).expect("a server");
        // It ends with the story's runtime: connections that its threads opened are in the pool, and the story asks the database to its end.
        tokio::spawn(server);
        Self { base, http: client(&HttpOptions::new(Reach::Anywhere)).expect("a client") }
    }

    /// Posts a webhook. The status, the `Retry-After` header and the body.
    async fn post(&self, path: &str, signed: &comeback::platforms::Headers, body: Vec<u8>) -> (u16, Option<String>, String) {
        let mut request = self.http.post(format!("{}{path}", self.base)).body(body);
        for (name, value) in signed {
            request = request.header(name, value);
        }
        let answer = request.send().await.expect("an answer");
        let retry = answer.headers().get("retry-after").map(|v| v.to_str().expect("text").to_owned());
        (answer.status().as_u16(), retry, answer.text().await.expect("a body"))
    }

    async fn get(&self, path: &str) -> (u16, String) {
        let answer = self.http.get(format!("{}{path}", self.base)).send().await.expect("an answer");
        (answer.status().as_u16(), answer.text().await.expect("a body"))
    }
}

async fn kept(rig: &Rig) -> usize {
    deliveries::list(&rig.app.db, rig.shop.id, None, None, 500).await.expect("listed").len()
}

#[tokio::test]
async fn each_kind_of_delivery_gets_its_answer() {
    both(|rig| async move {
        let served = Served::start(&rig.app);
        let body = Shopper::new("Jo", 1).checkout(rig.app.now()).to_string().into_bytes();
        let signed = headers("checkouts/create", "one", &rig.shop.domain, &body);
        let by_url = format!("/webhooks/shopify/{}", rig.shop.id);
        assert_eq!(served.post("/webhooks/shopify", &signed, body.clone()).await, (200, None, "{}".into()));
        assert_eq!(served.post(&by_url, &signed, body.clone()).await, (200, None, "{}".into()), "a repeat");
        let mut wrong = signed.clone();
        wrong.insert("x-shopify-hmac-sha256".into(), "AAAA".into());
        assert_eq!(served.post("/webhooks/shopify", &wrong, body.clone()).await.0, 401);
        let bare = comeback::platforms::Headers::new();
        assert_eq!(served.post("/webhooks/shopify", &bare, body.clone()).await.0, 401, "no headers at all");
        let mut nameless = signed.clone();
        nameless.remove("x-shopify-webhook-id");
        assert_eq!(served.post("/webhooks/shopify", &nameless, body.clone()).await.0, 400, "signed, but without an id to know it again by");
        assert_eq!(served.post("/webhooks/shopify/not-an-id", &signed, body.clone()).await.0, 401);
        let nobody = uuid::Uuid::from_u128(1);
        assert_eq!(served.post(&format!("/webhooks/shopify/{nobody}"), &signed, body.clone()).await.0, 401);
        assert_eq!(served.post("/webhooks/nonesuch", &signed, body.clone()).await.0, 400);
        let large = vec![b'x'; 3 << 20];
        let of_large = headers("checkouts/create", "large", &rig.shop.domain, &large);
        assert_eq!(served.post("/webhooks/shopify", &of_large, large).await.0, 413);
        let cut = headers("checkouts/create", "cut", &rig.shop.domain, b"{\"token\":");
        assert_eq!(served.post("/webhooks/shopify", &cut, b"{\"token\":".to_vec()).await.0, 200, "signed but unreadable: set aside");
        rig.settle().await;
        assert_eq!(kept(&rig).await, 2);
        assert_eq!(served.get("/healthz").await.0, 200);
        assert_eq!(served.get("/readyz").await, (200, "ready\n".into()));
        rig
    })
    .await;
}

#[tokio::test]
async fn the_newer_header_family_is_understood_as_well() {
    both(|rig| async move {
        let served = Served::start(&rig.app);
        let body = Shopper::new("Jo", 1).checkout(rig.app.now()).to_string().into_bytes();
        let signed = headers("checkouts/create", "one", &rig.shop.domain, &body);
        let newer = signed.into_iter().map(|(name, value)| (name.replace("x-shopify-", "shopify-"), value)).collect();
        assert_eq!(served.post("/webhooks/shopify", &newer, body).await.0, 200);
        rig.settle().await;
        assert_eq!(rig.state().await, "open");
        rig
    })
    .await;
}

#[tokio::test]
async fn a_body_that_breaks_off_leaves_nothing_and_the_server_goes_on() {
    both(|rig| async move {
        let served = Served::start(&rig.app);
        let address = served.base.trim_start_matches("http://").to_owned();
        let mut line = tokio::net::TcpStream::connect(&address).await.expect("connected");
        line.write_all(b"POST /webhooks/shopify HTTP/1.1\r\nHost: x\r\nContent-Length: 5000\r\n\r\n{\"token\"").await.expect("written");
        line.shutdown().await.expect("cut off");
        let mut answer = Vec::new();
        let _ = line.read_to_end(&mut answer).await;
        assert!(!answer.starts_with(b"HTTP/1.1 200"), "{}", String::from_utf8_lossy(&answer));
        assert_eq!((kept(&rig).await, served.get("/healthz").await.0), (0, 200));
        rig
    })
    .await;
}

#[tokio::test]
async fn a_body_that_never_comes_to_its_end_is_given_up_while_others_are_served() {
    let rig = Rig::on("sqlite").await;
    let served = Served::start(&rig.app);
    let address = served.base.trim_start_matches("http://").to_owned();
    let mut line = tokio::net::TcpStream::connect(&address).await.expect("connected");
    line.write_all(b"POST /webhooks/shopify HTTP/1.1\r\nHost: x\r\nContent-Length: 5000\r\n\r\n{\"token\"").await.expect("written");
    let body = Shopper::new("Jo", 1).checkout(rig.app.now()).to_string().into_bytes();
    let signed = headers("checkouts/create", "quick", &rig.shop.domain, &body);
    assert_eq!(served.post("/webhooks/shopify", &signed, body).await.0, 200);
    let mut answer = vec![0; 64];
    let read = line.read(&mut answer).await.expect("an answer");
    assert!(answer[..read].starts_with(b"HTTP/1.1 408"), "{}", String::from_utf8_lossy(&answer[..read]));
    rig.settle().await;
    assert_eq!(kept(&rig).await, 1);
}

#[tokio::test]
async fn without_a_database_the_platform_is_asked_to_send_again_and_then_it_counts() {
    let clock = TestClock::at(BEGIN);
    let direct = crate::support::postgres::database();
    let proxy = Proxy::to(&direct).await;
    let app = app_at(&proxy.url, &clock, Vec::new()).await;
    let shop = shops::add(&app, new_shop("acme.myshopify.com"), "story").await.expect("a shop");
    let served = Served::start(&app);
    let body = Shopper::new("Jo", 1).checkout(app.now()).to_string().into_bytes();
    let first = headers("checkouts/create", "first", &shop.domain, &body);
    assert_eq!(served.post("/webhooks/shopify", &first, body.clone()).await.0, 200);
    proxy.cut();
    let second = headers("checkouts/create", "second", &shop.domain, &body);
    let (status, retry, _) = served.post("/webhooks/shopify", &second, body.clone()).await;
    assert_eq!((status, retry.is_some()), (503, true));
    assert_eq!(served.get("/readyz").await.0, 503);
    proxy.mend();
    let mut again = served.post("/webhooks/shopify", &second, body.clone()).await.0;
    for _ in 0..20 {
        // The platform sends again until it is told that all is well; the first tries may meet connections that died.
        if again == 200 {
            break;
        }
        again = served.post("/webhooks/shopify", &second, body.clone()).await.0;
    }
    assert_eq!(again, 200);
    let listed = deliveries::list(&app.db, shop.id, None, None, 10).await.expect("listed");
    assert_eq!(listed.len(), 2);
}

/// The same database, on a disk that has room for about half a megabyte more.
async fn small_disk(url: &str) -> Db {
    const ROOM: i64 = 128; // pages of 4 KiB
    let options: SqliteConnectOptions = url.parse().expect("a URL");
    let mut roomy = options.clone().connect().await.expect("opened");
    let pages: i64 = sqlx::query_scalar("PRAGMA page_count").fetch_one(&mut roomy).await.expect("counted");
    roomy.close().await.expect("closed");
    let options = options.journal_mode(SqliteJournalMode::Wal).pragma("max_page_count", (pages + ROOM).to_string());
    let write = SqlitePoolOptions::new().max_connections(1).connect_with(options.clone()).await.expect("opened");
    let read = SqlitePoolOptions::new().max_connections(2).connect_with(options.read_only(true)).await.expect("opened");
    Db::Sqlite { write, read }
}

#[tokio::test]
async fn on_a_full_disk_nothing_is_acknowledged_and_nothing_acknowledged_is_lost() {
    let clock = TestClock::at(BEGIN);
    let folder = tempfile::tempdir().expect("a folder");
    let url = format!("sqlite://{}/full.db", folder.path().display());
    let roomy = app_at(&url, &clock, Vec::new()).await;
    let shop = shops::add(&roomy, new_shop("acme.myshopify.com"), "story").await.expect("a shop");
    roomy.db.close().await;
    let app = app_with(small_disk(&url).await, &url, &clock, Vec::new());
    let served = Served::start(&app);
    let body = vec![b' '; 100_000];
    let mut acknowledged = 0;
    let mut refused = 0;
    for n in 0..12 {
        let signed = headers("bars/filler", &format!("filler-{n}"), &shop.domain, &body);
        match served.post("/webhooks/shopify", &signed, body.clone()).await {
            (200, ..) => acknowledged += 1,
            (503, Some(_), _) => refused += 1,
            other => panic!("{other:?}"),
        }
    }
    assert!(acknowledged > 0 && refused > 0, "{acknowledged} acknowledged, {refused} refused");
    let listed = deliveries::list(&app.db, shop.id, None, None, 50).await.expect("listed");
    assert_eq!(listed.len(), acknowledged);
}
