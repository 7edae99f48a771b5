//! Publishing a campaign over many open carts that were left: how fast they enter it, and what a webhook that comes meanwhile feels of it.

use super::driver::{Template, drive};
use super::{World, intake, shopper};
use comeback::app::campaigns::{self, Act};
use comeback::app::plan;
use comeback::db::carts::{self, CartRow};
use comeback::domain::campaign::CampaignSpec;
use comeback::domain::cart::{Cart, CartState, apply};
use comeback::domain::ids::{CartId, ContactId};
use comeback::domain::money::Currency;
use comeback::platforms::{Platform as _, ReadContext, shopify::Shopify};
use jiff::SignedDuration;
use std::sync::Arc;
use std::time::{Duration, Instant};

const OPEN: usize = 100_000;
const SEED_BATCH: usize = 1_000;
const CONNECTIONS: usize = 16;
const SECONDS: u64 = 10;
/// Webhooks a second, far below what intake can take: what counts is how long each waits.
const RATE: f64 = 200.0;

pub async fn measure(engine: &str) {
    let world = World::on(engine).await;
    seed(&world).await;
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    let server = comeback::web::serve(Arc::clone(&world.app), listener).expect("a server");
    let stop = server.handle();
    tokio::spawn(server);
    let template = Template { path: format!("/webhooks/shopify/{}", world.shop.id), body: intake::body() };

    let before = drive(address, &template, CONNECTIONS, SECONDS, Some(RATE)).await;
    let made = campaigns::create(&world.app, world.shop.id, CampaignSpec::starter(), "load").await.expect("a campaign").id;
    let begin = Instant::now();
    campaigns::act(&world.app, world.shop.id, made, Act::Publish, "load").await.expect("published");
    let published_ms = begin.elapsed().as_secs_f64() * 1e3;
    let (during, planned) = tokio::join!(drive(address, &template, CONNECTIONS, SECONDS, Some(RATE)), plan_for(&world, SECONDS));
    stop.stop(false).await;

    println!("| {engine}: publishing over {OPEN} open carts answers in | {published_ms:.1} ms | | |");
    println!("| {engine}: of which enter the campaign, beside {RATE:.0} webhooks/s | {planned:.0}/s | | |");
    println!(
        "| {engine}: a webhook meanwhile | p50 {:.1} ms, p99 {:.1} ms, {} bad | before: p50 {:.1} ms, p99 {:.1} ms | {:.1} (p99) |",
        during.p50_ms,
        during.p99_ms,
        during.bad,
        before.p50_ms,
        before.p99_ms,
        during.p99_ms / before.p99_ms
    );
}

async fn plan_for(world: &World, seconds: u64) -> f64 {
    let begin = Instant::now();
    let mut planned = 0;
    while begin.elapsed() < Duration::from_secs(seconds) {
        planned += plan::plan_due(&world.app).await.expect("planned");
    }
    planned as f64 / begin.elapsed().as_secs_f64()
}

async fn seed(world: &World) {
    let left_at = world.app.now() - SignedDuration::from_hours(1);
    let jo = shopper::Shopper::new("Jo", 1);
    let context = ReadContext { topic: "checkouts/update", received_at: left_at, triggered_at: None, shop_currency: Currency::USD };
    let events = Shopify.read(&context, jo.checkout(left_at).to_string().as_bytes()).expect("a checkout");
    let facts: Cart = apply(None, &events[0]).0.expect("a cart");
    for _ in 0..OPEN / SEED_BATCH {
        let mut tx = world.app.db.begin().await.expect("begun");
        let rows: Vec<CartRow> = (0..SEED_BATCH).map(|_| open(world, &facts)).collect();
        carts::save(&mut tx, world.shop.id, &rows.iter().collect::<Vec<_>>(), left_at).await.expect("saved");
        tx.commit().await.expect("committed");
    }
    if let comeback::db::Db::Postgres(pool) = &world.app.db {
        sqlx::query("ANALYZE").execute(pool).await.expect("analysed");
    }
}

fn open(world: &World, facts: &Cart) -> CartRow {
    CartRow {
        id: CartId(world.app.new_id()),
        contact_id: Some(ContactId(world.app.new_id())),
        state: CartState::Open,
        abandoned_at: None,
        purchased_at: None,
        recovered: false,
        facts: facts.clone(),
        created_at: world.app.now(),
    }
}
