//! The views of PostgreSQL for tools that read the database themselves: the figures are the program's own, and nobody is named.

use crate::support::rig::Rig;
use crate::support::shopper::Shopper;
use comeback::app::ad_costs;
use comeback::app::links::{Given, Leads, Opened, Program, open};
use comeback::db::Db;
use comeback::domain::money::Currency;
use jiff::SignedDuration;
use sqlx::{AssertSqlSafe, PgPool};
use std::collections::BTreeMap;

const VIEWS: [&str; 12] = [
    "shops",
    "orders",
    "carts",
    "campaigns",
    "enrolments",
    "nudges",
    "messages",
    "consents",
    "ad_costs",
    "touches",
    "credits",
    "daily_revenue",
];
const PERSON: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

/// Jo left, came back by the mail late on the first of July in New York, which is the second in London, paid 50.00 and got 12.50 back.
async fn lived() -> Rig {
    let rig = Rig::on("postgres").await;
    let jo = Shopper::new("Jo", 1);
    rig.tell("checkouts/create", &jo.checkout(rig.app.now())).await;
    rig.pass(SignedDuration::from_mins(75)).await;
    let (token, _) = rig.links();
    rig.pass(SignedDuration::from_hours(8)).await;
    let click = Opened { link: Given::Token(&token), by: Program::named(PERSON) };
    assert!(matches!(open(&rig.app, &click).await, Ok(Leads::To(_))));
    rig.clock.advance(SignedDuration::from_mins(3));
    rig.tell("orders/create", &jo.order(rig.app.now())).await;
    rig.clock.advance(SignedDuration::from_mins(3));
    rig.tell("refunds/create", &jo.refund(77, "12.50", rig.app.now())).await;
    let cost = "day=2026-07-01;utm_source=google;cost=9.99;currency=USD".split(';').filter_map(|pair| pair.split_once('='));
    let cost: BTreeMap<String, String> = cost.map(|(k, v)| (k.to_owned(), v.to_owned())).collect();
    ad_costs::take(&rig.app, rig.shop.id, &[cost], "cli").await.expect("taken");
    rig
}

fn pool(rig: &Rig) -> &PgPool {
    match &rig.app.db {
        Db::Postgres(pool) => pool,
        Db::Sqlite { .. } => panic!("the views are PostgreSQL's"),
    }
}

async fn text(rig: &Rig, sql: &str) -> String {
    let found: Option<String> =
        sqlx::query_scalar(AssertSqlSafe(sql.to_owned())).fetch_one(pool(rig)).await.unwrap_or_else(|e| panic!("{sql}: {e}"));
    found.unwrap_or_default()
}

#[tokio::test]
async fn every_view_has_its_rows_and_names_nobody() {
    let rig = lived().await;
    for view in VIEWS {
        let rows = text(&rig, &format!("SELECT STRING_AGG(v::TEXT, E'\\n') FROM reporting.{view} v")).await;
        assert!(!rows.is_empty(), "{view} is empty");
        for word in ["jo@example.com", "1212555", "Story", "Example Street", "Wool", "<html", "/r/"] {
            assert!(!rows.to_lowercase().contains(&word.to_lowercase()), "{view} says {word}: {rows}");
        }
    }
    let there = text(
        &rig,
        "SELECT STRING_AGG(table_name::TEXT, ' ' ORDER BY table_name) FROM information_schema.views WHERE table_schema = 'reporting'",
    )
    .await;
    let mut expected = VIEWS;
    expected.sort_unstable();
    assert_eq!(there, expected.join(" "), "a view that no test looks at");
    rig.at_rest().await;
}

#[tokio::test]
async fn the_views_say_what_the_report_says() {
    let rig = lived().await;
    let (orders, gross, refunds, net) = rig.credited().await;
    assert_eq!((orders, gross, refunds, net), (1, 5_000, 1_250, 3_750));
    let row = |columns: &str, view: &str| format!("SELECT CONCAT_WS(' ', {columns}) FROM reporting.{view}");
    assert_eq!(
        text(&rig, &row("day, model, currency, orders, gross, refunds, net", "daily_revenue WHERE model = 'last_touch'")).await,
        "2026-07-01 last_touch USD 1 50.00 12.50 37.50"
    );
    assert_eq!(text(&rig, &row("gross, refunds, net, test, cancelled", "orders")).await, "50.00 12.50 37.50 f f");
    assert_eq!(text(&rig, &row("evidence, channel, step, net", "credits")).await, "link email 1 37.50");
    assert_eq!(text(&rig, &row("state, stage, value", "carts")).await, "recovered checkout 50.00");
    let published = format!("{} WHERE status = 'published'", row("name, status", "campaigns"));
    assert_eq!(text(&rig, &published).await, "Checkout recovery published");
    assert_eq!(text(&rig, &row("day, utm_source, cost, currency", "ad_costs")).await, "2026-07-01 google 9.99 USD");
    let ordered = text(&rig, "SELECT (ordered_at AT TIME ZONE 'UTC')::DATE::TEXT FROM reporting.orders").await;
    assert_eq!(ordered, "2026-07-02", "the day of the revenue is the store's, the instant is an instant");
    rig.at_rest().await;
}

#[tokio::test]
async fn every_currency_has_the_decimals_that_the_program_gives_it() {
    let rig = Rig::on("postgres").await;
    let letters = || b'A'..=b'Z';
    let codes = letters().flat_map(|a| letters().flat_map(move |b| letters().map(move |c| [a, b, c])));
    let known: Vec<Currency> = codes.filter_map(|code| String::from_utf8(code.to_vec()).ok()?.parse().ok()).collect();
    assert!(known.len() > 150, "{} currencies", known.len());
    for currency in known {
        let decimals = text(&rig, &format!("SELECT reporting.decimals('{currency}')::TEXT")).await;
        assert_eq!(decimals, currency.decimals().to_string(), "{currency}");
    }
    rig.at_rest().await;
}
