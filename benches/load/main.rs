//! The load harness: intake, claiming, credits, publishing, reports, mails, start and memory, as ratios within one run. `cargo bench --bench load`, or `make bench`;
//! `cargo bench --bench load -- mails` for one of them, `-- reports sqlite` on one engine.
//!
//! The generator shares the machine with the server, and machines drift: compare the ratios, not the rates.
#![allow(missing_docs, clippy::expect_used, clippy::panic, clippy::print_stdout, clippy::cast_precision_loss, clippy::disallowed_methods)]

mod claim;
mod credits;
mod driver;
mod intake;
mod mails;
mod process;
mod publish;
mod reports;
mod sink;

#[path = "../../tests/it/support/postgres.rs"]
mod postgres;
#[path = "../../tests/it/support/shopper.rs"]
#[allow(dead_code)]
mod shopper;

use comeback::app::{App, Parts, shops};
use comeback::clock::{SystemClock, SystemRandom};
use comeback::config::Config;
use comeback::db::Db;
use comeback::db::shops::Shop;
use comeback::domain::cart::{Cart, apply};
use comeback::domain::money::Currency;
use comeback::platforms::{Platform as _, ReadContext, shopify::Shopify};
use std::sync::Arc;

const ENGINES: [&str; 2] = ["sqlite", "postgres"];
const SECRET: &str = "shpss_of_the_load_harness";

/// An app with one shop on a fresh database of its own.
struct World {
    app: Arc<App>,
    shop: Shop,
    _folder: Option<tempfile::TempDir>,
}

impl World {
    async fn on(engine: &str) -> Self {
        let (url, folder) = match engine {
            "sqlite" => {
                let folder = tempfile::tempdir().expect("a folder");
                (format!("sqlite://{}/load.db", folder.path().display()), Some(folder))
            }
            _ => (postgres::durable_database(), None),
        };
        let db = Db::connect(&url).await.expect("a database");
        db.migrate().await.expect("migrated");
        let config = Config::from_parts(None, [("COMEBACK_DATABASE__URL".to_owned(), url)].into_iter()).expect("settings");
        let parts =
            Parts { db, clock: Arc::new(SystemClock), random: Arc::new(SystemRandom), config, master_key: [7; 32], channels: Vec::new() };
        let app = Arc::new(App::new(parts));
        let shop = shops::add(&app, new_shop(), "load").await.expect("a shop");
        Self { app, shop, _folder: folder }
    }
}

fn new_shop() -> shops::NewShop {
    shops::NewShop {
        platform: "shopify".into(),
        domain: "acme.myshopify.com".into(),
        name: "Acme".into(),
        currency: Currency::USD,
        timezone: "America/New_York".into(),
        language: "en".into(),
        webhook_secret: SECRET.into(),
    }
}

/// A cart as a checkout of Jo's makes it.
fn cart_like(world: &World) -> Cart {
    let now = world.app.now();
    let context = ReadContext { topic: "checkouts/update", received_at: now, triggered_at: None, shop_currency: Currency::USD };
    let body = shopper::Shopper::new("Jo", 1).checkout(now).to_string();
    let events = Shopify.read(&context, body.as_bytes()).expect("a checkout");
    apply(None, &events[0]).0.expect("a cart")
}

#[tokio::main]
async fn main() {
    // `cargo test --benches` only asks whether it runs.
    if std::env::args().any(|a| a == "--test") {
        return;
    }
    let named = std::env::args().skip(1).filter(|a| !a.starts_with('-'));
    let (engines, parts): (Vec<String>, Vec<String>) = named.partition(|n| ENGINES.contains(&n.as_str()));
    let asked = |all: &[String], name: &str| all.is_empty() || all.iter().any(|n| n == name);
    let wanted = |name: &str| asked(&parts, name);
    println!("| what | figure | against | ratio |\n| --- | --- | --- | --- |");
    for engine in ENGINES.into_iter().filter(|engine| asked(&engines, engine)) {
        if wanted("intake") {
            intake::measure(engine).await;
        }
        if wanted("claim") {
            claim::measure(engine).await;
        }
        if wanted("credits") {
            credits::measure(engine).await;
        }
        if wanted("publish") {
            publish::measure(engine).await;
        }
        if wanted("reports") {
            reports::measure(engine).await;
        }
    }
    if wanted("mails") {
        mails::measure().await;
    }
    if wanted("process") {
        process::measure().await;
    }
}
