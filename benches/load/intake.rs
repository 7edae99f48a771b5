//! Durable intake of a signed 6 KB checkout, against the same server storing nothing, and against a raw loop of the same inserts.

use super::driver::{Template, drive};
use super::{SECRET, World, shopper};
use actix_web::{App as Actix, HttpRequest, HttpResponse, HttpServer, web};
use comeback::db::deliveries::{NewDelivery, insert_batch};
use comeback::domain::ids::DeliveryId;
use comeback::platforms::{Headers, Platform as _, shopify::Shopify};
use std::sync::Arc;
use std::time::{Duration, Instant};

const CONNECTIONS: usize = 64;
const SECONDS: u64 = 6;
/// Rows per commit of the raw loop.
const RAW_BATCH: usize = 100;

/// About 6 KB, as a real checkout has.
pub fn body() -> Arc<str> {
    let jo = shopper::Shopper::new("Jo", 1);
    let mut checkout = jo.checkout("2026-07-01T16:00:00Z".parse().expect("an instant"));
    checkout["token"] = "token@@".into();
    checkout["cart_token"] = "cart@@".into();
    checkout["email"] = "jo@@@example.com".into();
    for phone in ["/phone", "/sms_marketing_phone", "/customer/phone"] {
        *checkout.pointer_mut(phone).expect("a phone") = "+12127777777".into();
    }
    checkout["customer"]["id"] = 77_777_770.into();
    checkout["customer"]["email"] = "jo@@@example.com".into();
    let padding = 6_000_usize.saturating_sub(checkout.to_string().len());
    checkout["note"] = "x".repeat(padding).into();
    checkout.to_string().into()
}

async fn hmac_only(request: HttpRequest, body: web::Bytes) -> HttpResponse {
    let text = |v: &actix_web::http::header::HeaderValue| v.to_str().unwrap_or_default().to_owned();
    let headers: Headers = request.headers().iter().map(|(k, v)| (k.as_str().to_owned(), text(v))).collect();
    match Shopify.verify(&headers, &body, &[SECRET.to_owned()]) {
        Ok(()) => HttpResponse::Ok().content_type("application/json").body("{}"),
        Err(_) => HttpResponse::Unauthorized().finish(),
    }
}

pub async fn measure(engine: &str) {
    let world = World::on(engine).await;
    let path = format!("/webhooks/shopify/{}", world.shop.id);
    let template = Template { path, body: body() };

    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let nothing_at = listener.local_addr().expect("an address");
    let nothing = HttpServer::new(|| Actix::new().default_service(web::post().to(hmac_only)))
        .disable_signals()
        .listen(listener)
        .expect("a server")
        .run();
    let stop_nothing = nothing.handle();
    tokio::spawn(nothing);

    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let durable_at = listener.local_addr().expect("an address");
    let durable = comeback::web::serve(Arc::clone(&world.app), listener).expect("a server");
    let stop_durable = durable.handle();
    tokio::spawn(durable);

    let bare = drive(nothing_at, &template, CONNECTIONS, SECONDS, None).await;
    let stored = drive(durable_at, &template, CONNECTIONS, SECONDS, None).await;
    settle(&world).await;
    let half = drive(durable_at, &template, CONNECTIONS, SECONDS, Some(stored.rate / 2.0)).await;
    // Before the servers stop: connections that their requests opened end with them.
    let applied = apply(&world).await;
    let raw = raw_loop(&world, &template).await;
    stop_nothing.stop(false).await;
    stop_durable.stop(false).await;

    println!(
        "| {engine}: durable intake, 6 KB, {CONNECTIONS} connections | {:.0}/s, p50 {:.1} ms, p99 {:.1} ms, {} bad | (a) HMAC, nothing stored: {:.0}/s | {:.2} |",
        stored.rate,
        stored.p50_ms,
        stored.p99_ms,
        stored.bad,
        bare.rate,
        stored.rate / bare.rate
    );
    println!(
        "| {engine}: the same | {:.0}/s | (b) raw inserts, {RAW_BATCH} a commit: {raw:.0}/s | {:.2} |",
        stored.rate,
        stored.rate / raw
    );
    println!(
        "| {engine}: folded into carts afterwards | {applied:.0}/s | durable intake: {:.0}/s | {:.2} |",
        stored.rate,
        applied / stored.rate
    );
    println!(
        "| {engine}: at half that rate, open loop | {:.0}/s, p50 {:.1} ms, p99 {:.1} ms, {} bad | aim: p99 <= 30 ms | |",
        half.rate, half.p50_ms, half.p99_ms, half.bad
    );
}

/// A fresh PostgreSQL makes and zeroes a new log file of 16 MiB every few hundred milliseconds of load, and commits wait for it; one that has run for a
/// while uses old ones again, as it does after a checkpoint.
async fn settle(world: &World) {
    if let comeback::db::Db::Postgres(pool) = &world.app.db {
        sqlx::query("CHECKPOINT").execute(pool).await.expect("a checkpoint");
    }
}

/// How fast what was stored is folded into carts.
async fn apply(world: &World) -> f64 {
    let begin = Instant::now();
    let mut applied = 0;
    while begin.elapsed() < Duration::from_secs(SECONDS) {
        applied += comeback::app::ingest::apply_shop(&world.app, world.shop.id).await.expect("applied");
    }
    applied as f64 / begin.elapsed().as_secs_f64()
}

/// The same rows into the same table, as fast as one loop can.
async fn raw_loop(world: &World, template: &Template) -> f64 {
    let begin = Instant::now();
    let mut rows = 0;
    while begin.elapsed() < Duration::from_secs(SECONDS) {
        let batch: Vec<NewDelivery> = (0..RAW_BATCH).map(|_| delivery(world, template)).collect();
        let mut tx = world.app.db.begin().await.expect("begun");
        insert_batch(&mut tx, &batch).await.expect("inserted");
        tx.commit().await.expect("committed");
        rows += RAW_BATCH;
    }
    rows as f64 / begin.elapsed().as_secs_f64()
}

fn delivery(world: &World, template: &Template) -> NewDelivery {
    let id = world.app.new_id();
    NewDelivery {
        id: DeliveryId(id),
        shop_id: world.shop.id,
        delivery_key: id.to_string(),
        topic: "checkouts/create".into(),
        api_version: Some("2026-07".into()),
        event_id: None,
        triggered_at: None,
        received_at: world.app.now(),
        urgent: false,
        body: template.body.as_bytes().to_vec(),
    }
}
