//! Working all credits of a store out anew: how many orders a second, most of which no message had to do with.

use super::{World, shopper};
use comeback::app::recompute;
use comeback::db::orders::{self, OrderRow};
use comeback::db::{Db, credit_runs::Former};
use comeback::domain::event::Event;
use comeback::domain::ids::{ContactId, OrderId};
use comeback::domain::money::Currency;
use comeback::domain::order::Order;
use comeback::platforms::{Platform as _, ReadContext, shopify::Shopify};
use std::time::Instant;
use uuid::Uuid;

const ORDERS: usize = 200_000;
/// Of so many orders one is by somebody who got a message.
const TIED_EVERY: usize = 20;
const SEED_BATCH: usize = 2_000;

pub async fn measure(engine: &str) {
    let world = World::on(engine).await;
    seed(&world).await;
    for what in ["for the first time", "anew, all the same"] {
        let mut tx = world.app.db.begin().await.expect("begun");
        recompute::ask(&world.app, &mut tx, world.shop.id, "it is measured", Former::new()).await.expect("asked");
        tx.commit().await.expect("committed");
        let begin = Instant::now();
        while recompute::anew(&world.app, world.shop.id).await.expect("asked").is_some() {
            recompute::work_due(&world.app).await.expect("worked");
        }
        let rate = ORDERS as f64 / begin.elapsed().as_secs_f64();
        let whole = Instant::now();
        while recompute::work_due(&world.app).await.expect("worked") > 0 {}
        println!(
            "| {engine}: credits of {ORDERS} orders worked out {what}, one of {TIED_EVERY} tied to a message; former rows cleared in {:.1} s more \
             | {rate:.0} orders/s | aim: 50,000/s | {:.2} |",
            whole.elapsed().as_secs_f64(),
            rate / 50_000.0
        );
    }
}

async fn seed(world: &World) {
    let now = world.app.now();
    let context = ReadContext { topic: "orders/create", received_at: now, triggered_at: None, shop_currency: Currency::USD };
    let body = shopper::Shopper::new("Jo", 1).order(now).to_string();
    let events = Shopify.read(&context, body.as_bytes()).expect("an order");
    let seen = events.iter().find_map(|e| if let Event::Order(seen) = e { Some(seen) } else { None }).expect("an order");
    let cart = serde_json::to_string(&super::cart_like(world)).expect("written");
    let mut done = 0;
    while done < ORDERS {
        let mut tx = world.app.db.begin().await.expect("begun");
        for n in done..done + SEED_BATCH {
            let mut facts = Order::new(&n.to_string());
            facts.join_seen(&comeback::domain::event::OrderSeen { order_id: n.to_string(), tokens: Vec::new(), ..(**seen).clone() });
            let contact = ContactId(world.app.new_id());
            let row =
                OrderRow { id: OrderId(world.app.new_id()), contact_id: Some(contact), facts, basis: world.shop.basis, created_at: now };
            orders::save(&mut tx, world.shop.id, &row, now).await.expect("saved");
            if n % TIED_EVERY == 0 {
                nudged(world, &mut tx, (contact, &cart)).await;
            }
        }
        tx.commit().await.expect("committed");
        done += SEED_BATCH;
    }
    if let Db::Postgres(pool) = &world.app.db {
        sqlx::query("ANALYZE").execute(pool).await.expect("analysed");
    }
}

/// A message that left to somebody an hour ago, and was opened.
async fn nudged(world: &World, tx: &mut comeback::db::Tx, (contact, cart): (ContactId, &str)) {
    const CART: &str =
        "INSERT INTO carts (shop_id, id, contact_id, state, stage, started_at, active_at, recovered, facts, created_at, updated_at)
        VALUES ($1, $2, $3, 'abandoned', 'checkout', $4, $4, FALSE, $5, $4, $4)";
    const ENROLMENT: &str = "INSERT INTO enrolments (shop_id, id, campaign_id, version, cart_id, contact_id, arm, abandoned_at, created_at)
        VALUES ($1, $2, $3, 1, $2, $4, 'treated', $5, $5)";
    const NUDGE: &str =
        "INSERT INTO nudges (shop_id, id, enrolment_id, campaign_id, cart_id, contact_id, step, channel, state, due_at, wake_at, attempts,
            short_code, sent_at, created_at)
        VALUES ($1, $2, $2, $3, $2, $4, 0, 'email', 'sent', $5, $5, 1, $6, $5, $5)";
    const TOUCH: &str = "INSERT INTO touches (shop_id, id, nudge_id, campaign_id, cart_id, contact_id, kind, at, human, why)
        VALUES ($1, $2, $2, $3, $2, $4, 'click', $5, TRUE, 'seeded')";
    let (shop, id, campaign) = (world.shop.id.0, world.app.new_id(), Uuid::nil());
    let at = world.app.now().as_millisecond() - 3_600_000;
    macro_rules! on {
        ($c:expr) => {{
            sqlx::query(CART).bind(shop).bind(id).bind(contact.0).bind(at).bind(cart).execute(&mut **$c).await.expect("a cart");
            sqlx::query(ENROLMENT)
                .bind(shop)
                .bind(id)
                .bind(campaign)
                .bind(contact.0)
                .bind(at)
                .execute(&mut **$c)
                .await
                .expect("an enrolment");
            let code = id.simple().to_string();
            sqlx::query(NUDGE)
                .bind(shop)
                .bind(id)
                .bind(campaign)
                .bind(contact.0)
                .bind(at)
                .bind(code)
                .execute(&mut **$c)
                .await
                .expect("a nudge");
            sqlx::query(TOUCH).bind(shop).bind(id).bind(campaign).bind(contact.0).bind(at).execute(&mut **$c).await.expect("a touch");
        }};
    }
    match tx {
        comeback::db::Tx::Sqlite(c) => on!(c),
        comeback::db::Tx::Postgres(c) => on!(c),
    }
}
