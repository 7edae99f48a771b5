//! The views of PostgreSQL for tools that read the database themselves: the figures are the program's own, and nobody is named.

use crate::support::postgres;
use crate::support::rig::{Rig, TestClock, app_at};
use crate::support::shopper::Shopper;
use comeback::app::ad_costs;
use comeback::app::links::{Given, Opened, Program, open};
use comeback::domain::money::Currency;
use jiff::SignedDuration;
use sqlx::{Column as _, PgPool, Row as _};
use std::collections::BTreeMap;

const VIEWS: [&str; 13] = [
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
    "absent",
];

async fn lived(pool_url: &str) -> Rig {
    let clock = TestClock::at(crate::support::rig::BEGIN);
    let app = app_at(pool_url, &clock, Vec::new()).await;
    app.db.close().await;
    Rig::on("postgres").await
}

async fn text(pool: &PgPool, sql: &str) -> String {
    sqlx::query_scalar(sqlx::AssertSqlSafe(sql.to_owned())).fetch_one(pool).await.unwrap_or_else(|e| panic!("{sql}: {e}"))
}
