//! Reports and pages over a store of a million carts and 200,000 orders: how long counting all of it takes, and how long each report and each page takes. Reports
//! never read events, so however many events there were makes no difference to them.

use super::World;
use actix_web::http::Method;
use actix_web::test::{TestRequest, call_service, init_service};
use actix_web::web::Data;
use comeback::app::access::{self, Role};
use comeback::app::campaigns;
use comeback::app::reports::{self, Asked, Report};
use comeback::app::rollups;
use comeback::db::Db;
use comeback::db::carts::{self, CartRow};
use comeback::db::journeys::{self, Journey, Of};
use comeback::domain::campaign::CampaignSpec;
use comeback::domain::cart::{Cart, CartState};
use comeback::domain::ids::{CartId, ContactId};
use comeback::domain::joined::Stamped;
use comeback::web::pages::Scope;
use jiff::SignedDuration;
use std::time::{Duration, Instant};

const CARTS: u32 = 1_000_000;
const SEED_BATCH: u32 = 2_000;
const DAYS: u32 = 365;
const PRODUCTS: u32 = 500;
const COUNTRIES: [&str; 12] = ["US", "CA", "GB", "DE", "FR", "ES", "IT", "NL", "SE", "AU", "JP", "BR"];
const TIMES: usize = 20;
const AIM_MS: f64 = 100.0;
const ORDERS: u32 = 200_000;
const PASSWORD: &str = "correct horse battery";
/// What else is asked of a page: it is measured as well.
const ALSO: [(&str, &[&str]); 5] = [
    ("/", &["days=90"]),
    ("/reports", &["by=day", "by=step", "by=channel"]),
    ("/reports/attribution", &["scope=campaign"]),
    ("/reports/performance", &["by=product", "by=day", "by=product&compare=before"]),
    ("/carts", &["state=abandoned", "state=recovered", "message=sent"]),
];
/// Pages below this address can be asked for a period.
const WITH_PERIOD: &str = "/reports";

pub async fn measure(engine: &str) {
    let world = World::on(engine).await;
    seed(&world).await;
    let begin = Instant::now();
    while rollups::count_due(&world.app).await.expect("counted") > 0 {}
    let took = begin.elapsed().as_secs_f64();
    println!("| {engine}: count {CARTS} carts from the beginning | {took:.0} s | a second | {:.0} carts |", f64::from(CARTS) / took);
    run(&world, "ANALYZE").await;
    pages(&world, engine).await;
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

/// Every page to look at as a person gets it, by its usual period, and where it can be asked for one, by a year.
async fn pages(world: &World, engine: &str) {
    let email = "owner@comeback.example";
    access::save_user(&world.app, &email.parse().expect("an address"), Role::Owner, None, PASSWORD).await.expect("a user");
    let session = access::sign_in(&world.app, email, PASSWORD).await.expect("asked").expect("a session");
    let app = actix_web::App::new().app_data(Data::from(std::sync::Arc::clone(&world.app))).configure(comeback::web::pages::routes);
    let service = init_service(app).await;
    let to = world.app.now();
    let day = |days: u32| (to - SignedDuration::from_hours(24 * i64::from(days))).strftime("%Y-%m-%d").to_string();
    let year = format!("from={}&to={}", day(DAYS), day(0));
    for page in comeback::web::pages::all().filter(|p| p.method == Method::GET && p.scope != Scope::Public) {
        let Some(path) = filled(world, page.path).await else {
            println!("| {engine}: page {} | not measured: nothing to show | aim: {AIM_MS} ms | |", page.path);
            continue;
        };
        let also = ALSO.iter().filter(|(of, _)| *of == page.path).flat_map(|(_, all)| all.iter().copied());
        for asked in std::iter::once("").chain(also) {
            let periods: &[&str] = if page.path.starts_with(WITH_PERIOD) { &["", &year] } else { &[""] };
            for period in periods {
                let query: Vec<&str> = [asked, *period].into_iter().filter(|q| !q.is_empty()).collect();
                let uri = if query.is_empty() { path.clone() } else { format!("{path}?{}", query.join("&")) };
                let mut took: Vec<Duration> = Vec::new();
                for _ in 0..TIMES {
                    let request = TestRequest::get().uri(&uri).insert_header(("cookie", format!("comeback_session={session}")));
                    let begin = Instant::now();
                    let answer = call_service(&service, request.to_request()).await;
                    let is_stream =
                        answer.headers().get("content-type").is_some_and(|kind| kind.as_bytes().starts_with(b"text/event-stream"));
                    if !answer.status().is_success() || is_stream {
                        break;
                    }
                    let body = actix_web::body::to_bytes(answer.into_body()).await.expect("a body");
                    took.push(begin.elapsed());
                    assert!(!body.is_empty(), "{uri}");
                }
                took.sort_unstable();
                let over = if period.is_empty() { "its usual period" } else { "a year" };
                let name = if asked.is_empty() { page.path.to_owned() } else { format!("{}?{asked}", page.path) };
                match took.get(took.len() / 2).map(|median| median.as_secs_f64() * 1e3) {
                    Some(ms) => println!("| {engine}: page {name} over {over} | {ms:.1} ms | aim: {AIM_MS} ms | {:.2} |", ms / AIM_MS),
                    None => println!("| {engine}: page {name} over {over} | not measured: nothing to show | aim: {AIM_MS} ms | |"),
                }
            }
        }
    }
}

/// An address with ids of what is there in the place of its parameters; none where there is nothing.
async fn filled(world: &World, path: &str) -> Option<String> {
    let table = path.split('/').nth(1).unwrap_or_default();
    let mut parts = Vec::new();
    for part in path.split('/') {
        parts.push(match part {
            "{id}" if ["campaigns", "templates"].contains(&table) => first(world, &format!("SELECT id FROM {table} LIMIT 1")).await?,
            // A message has the id of its cart.
            "{nudge}" => first(world, "SELECT id FROM nudges ORDER BY id LIMIT 1").await?,
            "{id}" if table == "carts" => first(world, "SELECT id FROM nudges ORDER BY id LIMIT 1").await?,
            "{kind}" => "email".to_owned(),
            "{step}" => "1".to_owned(),
            other if other.starts_with('{') => return None,
            other => other.to_owned(),
        });
    }
    Some(parts.join("/"))
}

async fn first(world: &World, sql: &str) -> Option<String> {
    let sql = sqlx::AssertSqlSafe(sql.to_owned());
    let id: Option<uuid::Uuid> = match &world.app.db {
        Db::Sqlite { read, .. } => sqlx::query_scalar(sql).fetch_optional(read).await,
        Db::Postgres(pool) => sqlx::query_scalar(sql).fetch_optional(pool).await,
    }
    .expect("asked");
    id.map(|id| id.to_string())
}

/// What brought 200,000 orders, and how many were written to and left alone: as they are kept.
async fn figures(world: &World, campaign: uuid::Uuid) {
    const CHANNELS: [&str; 8] = [
        "direct",
        "google / cpc",
        "comeback e-mail",
        "facebook / paid",
        "comeback SMS",
        "newsletter / email",
        "google / organic",
        "tiktok / paid",
    ];
    let (shop, now) = (world.shop.id, world.app.now());
    let today = now.as_second() / 86_400;
    for batch in 0..ORDERS / SEED_BATCH {
        let journey = |i: u32| {
            let n = u64::from(batch * SEED_BATCH + i).wrapping_mul(0x9E37_79B9_7F4A_7C15);
            let touches = 1 + (n >> 60) % 5;
            let path: Vec<&str> = (0..touches).map(|t| CHANNELS[((n >> (8 + 3 * t)) % 8) as usize]).collect();
            let path = path.join(" > ");
            Journey {
                id: world.app.new_id(),
                ended_at: now,
                day: today - i64::from(i % DAYS),
                campaign_path: path.clone(),
                path,
                last_utm: None,
                currency: "USD".into(),
                value_minor: 5_000,
            }
        };
        let all: Vec<Journey> = (0..SEED_BATCH).map(journey).collect();
        let ids: Vec<uuid::Uuid> = all.iter().map(|j| j.id).collect();
        let mut tx = world.app.db.begin().await.expect("begun");
        journeys::replace(&mut tx, shop, Of::Order, &ids, &all).await.expect("kept");
        tx.commit().await.expect("committed");
    }
    let (shop, campaign) = (literal(world, shop.0), literal(world, campaign));
    for day in today - i64::from(DAYS)..today {
        let of = |step: i64, arm: &str, shoppers: u32, bought: u32| {
            format!(
                "({shop}, {campaign}, {step}, {day}, '10', '{arm}', {shoppers}, {bought}, 0, '{}', '{}', '0', '0', '0')",
                bought * 5_000,
                u64::from(bought) * 25_000_000
            )
        };
        let rows: Vec<String> = (-1..3).flat_map(|step| [of(step, "treated", 1_640, 150), of(step, "holdout", 180, 13)]).collect();
        run(world, &format!("INSERT INTO lift_days (shop_id, campaign_id, step, day, stratum, arm, shoppers, converted, elsewhere, net_sum, net_squares, before_sum, before_squares, net_before) VALUES {}", rows.join(", "))).await;
    }
}

/// An id as it is written in a statement.
fn literal(world: &World, id: uuid::Uuid) -> String {
    match world.app.db {
        Db::Sqlite { .. } => format!("x'{}'", id.simple()),
        Db::Postgres(_) => format!("'{id}'::uuid"),
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
    let id = literal(world, campaign.0);
    let text = if matches!(world.app.db, Db::Sqlite { .. }) { "hex(id)" } else { "CAST(id AS TEXT)" };
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
        "INSERT INTO touches (shop_id, id, nudge_id, campaign_id, cart_id, contact_id, kind, at, human, why)
            SELECT shop_id, id, id, campaign_id, cart_id, contact_id, 'click', sent_at + 60000, TRUE, 'seeded' FROM nudges WHERE (sent_at / 60000) % 5 = 0"
            .to_owned(),
        "INSERT INTO contacts (shop_id, id, facts, created_at) SELECT shop_id, contact_id, '{}', 0 FROM carts".to_owned(),
        // Counted from the beginning, not one by one.
        "DELETE FROM report_dirty".to_owned(),
        "DELETE FROM recovered_marks".to_owned(),
        "ANALYZE".to_owned(),
    ];
    for sql in all {
        run(world, &sql).await;
    }
    figures(world, campaign.0).await;
}

async fn run(world: &World, sql: &str) {
    let sql = sqlx::AssertSqlSafe(sql.to_owned());
    match &world.app.db {
        Db::Sqlite { write, .. } => sqlx::query(sql).execute(write).await.map(|_| ()),
        Db::Postgres(pool) => sqlx::query(sql).execute(pool).await.map(|_| ()),
    }
    .expect("done");
}
