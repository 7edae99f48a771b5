//! Reports over a store of a million carts and 200,000 orders: how long counting all of it takes, and how long each report. Reports read sums and never
//! events, so however many events there were makes no difference to them.

use super::World;
use comeback::app::campaigns;
use comeback::app::reports::{self, Asked, Report};
use comeback::app::rollups;
use comeback::db::Db;
use comeback::db::carts::{self, CartRow};
use comeback::domain::campaign::CampaignSpec;
use comeback::domain::cart::{Cart, CartState};
use comeback::domain::ids::{CartId, ContactId};
use comeback::domain::joined::Stamped;
use jiff::SignedDuration;
use std::time::{Duration, Instant};

const CARTS: u32 = 1_000_000;
const SEED_BATCH: u32 = 2_000;
const DAYS: u32 = 365;
const PRODUCTS: u32 = 500;
const COUNTRIES: [&str; 12] = ["US", "CA", "GB", "DE", "FR", "ES", "IT", "NL", "SE", "AU", "JP", "BR"];
const TIMES: usize = 20;
const AIM_MS: f64 = 100.0;

pub async fn measure(engine: &str) {
    let world = World::on(engine).await;
    seed(&world).await;
    let begin = Instant::now();
    while rollups::count_due(&world.app).await.expect("counted") > 0 {}
    let took = begin.elapsed().as_secs_f64();
    println!("| {engine}: count {CARTS} carts from the beginning | {took:.0} s | a second | {:.0} carts |", f64::from(CARTS) / took);
    run(&world, "ANALYZE").await;
    for (name, by) in [
        ("funnel", ""),
        ("performance", "campaign"),
        ("performance", "day"),
        ("performance", "country"),
        ("performance", "product"),
        ("performance", "step"),
        ("performance", "price_tier"),
        ("buyers", ""),
        ("cohorts", "first"),
    ] {
        let ms = median(&world, name, by).await;
        println!(
            "| {engine}: report {name} {by} over a year, beside the year before | {ms:.1} ms | aim: {AIM_MS} ms | {:.2} |",
            ms / AIM_MS
        );
    }
}

async fn median(world: &World, name: &str, by: &str) -> f64 {
    let report = Report::of(name, by).expect("a report");
    let today = world.app.now().to_string();
    let from = (world.app.now() - SignedDuration::from_hours(24 * i64::from(DAYS))).to_string();
    let days = reports::period(&world.app, &world.shop, report, (Some(&from), Some(&today))).expect("a period");
    let mut took: Vec<Duration> = Vec::new();
    for _ in 0..TIMES {
        let begin = Instant::now();
        let asked = Asked { report, days, campaign: None, compare: report.is_of_carts() };
        let answer = reports::answer(&world.app, &world.shop, asked).await.expect("an answer");
        took.push(begin.elapsed());
        assert!(!answer.table.lines.is_empty() && answer.counting == 0);
    }
    took.sort_unstable();
    took[TIMES / 2].as_secs_f64() * 1e3
}

/// A cart like many, begun so many minutes ago.
fn cart(world: &World, like: &Cart, n: u32) -> CartRow {
    let mut facts = like.clone();
    facts.started_at = world.app.now() - SignedDuration::from_mins(i64::from(n % (DAYS * 1440)));
    facts.active_at = facts.started_at;
    let country = COUNTRIES[(n % 12) as usize];
    facts.country = Some(Stamped { at: facts.started_at, value: country.to_owned() });
    if let Some(checkout) = &mut facts.checkout {
        checkout.items.truncate(1);
        checkout.items[0].product_id = Some((n % PRODUCTS).to_string());
        checkout.value = checkout.value.map(|v| comeback::domain::money::Money { minor: i64::from(n % 60_000), ..v });
    }
    let bought = n.is_multiple_of(5);
    if bought {
        facts.completed_at = Some(facts.started_at + SignedDuration::from_hours(3));
    }
    CartRow {
        id: CartId(world.app.new_id()),
        contact_id: Some(ContactId(world.app.new_id())),
        state: if bought { CartState::Purchased } else { CartState::Abandoned },
        abandoned_at: Some(facts.started_at + SignedDuration::from_mins(10)).filter(|_| !n.is_multiple_of(3)),
        purchased_at: facts.completed_at,
        recovered: false,
        facts,
        created_at: world.app.now(),
    }
}

async fn seed(world: &World) {
    let campaign = campaigns::create(&world.app, world.shop.id, CampaignSpec::starter(), "load").await.expect("a campaign").id;
    let now = world.app.now();
    let like = super::cart_like(world);
    for batch in 0..CARTS / SEED_BATCH {
        let rows: Vec<CartRow> = (0..SEED_BATCH).map(|i| cart(world, &like, batch * SEED_BATCH + i)).collect();
        let mut tx = world.app.db.begin().await.expect("begun");
        carts::save(&mut tx, world.shop.id, &rows.iter().collect::<Vec<_>>(), now).await.expect("saved");
        tx.commit().await.expect("committed");
    }
    let (id, text) = match world.app.db {
        Db::Sqlite { .. } => (format!("x'{}'", campaign.0.simple()), "hex(id)"),
        Db::Postgres(_) => (format!("'{}'::uuid", campaign.0), "CAST(id AS TEXT)"),
    };
    let all = [
        format!("INSERT INTO enrolments (shop_id, id, campaign_id, version, cart_id, contact_id, arm, abandoned_at, created_at, begun_by)
            SELECT shop_id, id, {id}, 1, id, contact_id, 'treated', abandoned_at, abandoned_at, 'checkout_abandoned' FROM carts WHERE abandoned_at IS NOT NULL"),
        "INSERT INTO nudges (shop_id, id, enrolment_id, campaign_id, cart_id, contact_id, step, channel, state, due_at, wake_at, attempts, short_code, sent_at, created_at)
            SELECT shop_id, id, id, campaign_id, cart_id, contact_id, 0, 'email', 'sent', abandoned_at, abandoned_at, 1, '', abandoned_at, abandoned_at FROM enrolments"
            .to_owned(),
        format!("INSERT INTO orders (shop_id, id, platform_id, name, contact_id, ordered_at, currency, gross_minor, refunds_minor, net_minor, test, cancelled, facts, created_at, updated_at)
            SELECT shop_id, id, {text}, '', contact_id, purchased_at, 'USD', 5000, 0, 5000, FALSE, FALSE, '', 0, 0 FROM carts WHERE purchased_at IS NOT NULL"),
        "INSERT INTO credit_ledger (shop_id, order_id, generation, model, nudge_id, kind, campaign_id, cart_id, step, channel, evidence, window_ms, currency,
                gross_minor, refunds_minor, net_minor, discount_minor, ordered_at, made_at, rules_version, inputs)
            SELECT n.shop_id, o.id, 0, 'last_touch', n.id, 'attributed', n.campaign_id, n.cart_id, 0, 'email', 'link', 1, 'USD', 5000, 0, 5000, 0, o.ordered_at, 0, 1, '[]'
            FROM nudges n JOIN orders o ON o.shop_id = n.shop_id AND o.id = n.cart_id"
            .to_owned(),
        "INSERT INTO contacts (shop_id, id, facts, created_at) SELECT shop_id, contact_id, '{}', 0 FROM carts".to_owned(),
        // Counted from the beginning, not one by one.
        "DELETE FROM report_dirty".to_owned(),
        "ANALYZE".to_owned(),
    ];
    for sql in all {
        run(world, &sql).await;
    }
}

async fn run(world: &World, sql: &str) {
    let sql = sqlx::AssertSqlSafe(sql.to_owned());
    match &world.app.db {
        Db::Sqlite { write, .. } => sqlx::query(sql).execute(write).await.map(|_| ()),
        Db::Postgres(pool) => sqlx::query(sql).execute(pool).await.map(|_| ()),
    }
    .expect("done");
}
