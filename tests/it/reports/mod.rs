//! Reports over carts and buyers: what they say of small worlds counted by hand, and that sums kept as things change are those counted from the beginning.

mod api;
mod buyers;
mod kept;
mod periods;
mod property;
mod stories;

use crate::support::rig::Rig;
use crate::support::shopper::Shopper;
use comeback::app::links::{Given, Opened, Program, open};
use comeback::app::reports::{self, Answer, Asked, Report};
use comeback::db::Db;
use comeback::domain::money::Money;
use comeback::domain::report::table::{Cell, Line};
use jiff::SignedDuration;

/// A phone's browser: a person.
const PERSON: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1";

fn minutes(n: i64) -> SignedDuration {
    SignedDuration::from_mins(n)
}

/// A report over days, as a page would ask for it; `compare` puts it beside the period before.
async fn asked(rig: &Rig, (name, by): (&str, &str), (from, to): (&str, &str), compare: bool) -> Answer {
    let report = Report::of(name, by).expect("a report");
    let shop = comeback::db::shops::get(&rig.app.db, rig.shop.id).await.expect("read").expect("the store");
    let days = reports::period(&rig.app, &shop, report, (Some(from), Some(to))).expect("a period");
    reports::answer(&rig.app, &shop, Asked { report, days, campaign: None, compare }).await.expect("an answer")
}

/// Of July 2026, in which the stories play.
async fn report(rig: &Rig, name: &str, by: &str) -> Answer {
    asked(rig, (name, by), ("2026-07-01", "2026-07-31"), false).await
}

/// The line of a key; with a currency where several have the key.
fn line<'a>(answer: &'a Answer, key: &str, currency: Option<&str>) -> &'a Line {
    let lines = answer.table.lines.iter().chain(&answer.table.totals);
    let mut found = lines.filter(|l| l.key == key && currency.is_none_or(|c| l.currency.is_some_and(|of| of.code() == c)));
    found.next().unwrap_or_else(|| panic!("no line {key} {currency:?} in {:#?}", answer.table.lines))
}

fn cell<'a>(answer: &'a Answer, key: &str, column: &str) -> &'a Cell {
    cell_of(answer, line(answer, key, None), column)
}

fn cell_of<'a>(answer: &Answer, line: &'a Line, column: &str) -> &'a Cell {
    let at = answer.table.columns.iter().position(|c| c.key == column).unwrap_or_else(|| panic!("no column {column}"));
    &line.cells[at]
}

fn count(answer: &Answer, key: &str, column: &str) -> i64 {
    match cell(answer, key, column) {
        Cell::Count(n) => *n,
        other => panic!("{key} {column}: {other:?}"),
    }
}

fn ratio(answer: &Answer, key: &str, column: &str) -> (u64, u64) {
    match cell(answer, key, column) {
        Cell::Ratio(r) => (r.numerator, r.denominator),
        other => panic!("{key} {column}: {other:?}"),
    }
}

fn money(answer: &Answer, line: &Line, column: &str) -> (i64, String) {
    match cell_of(answer, line, column) {
        Cell::Money(Money { minor, currency }) => (*minor, currency.code().to_owned()),
        other => panic!("{column}: {other:?}"),
    }
}

/// Somebody begins a checkout, leaves, gets a mail, opens its link and buys.
async fn recovered(rig: &Rig, jo: &Shopper) {
    rig.tell("checkouts/update", &jo.checkout(rig.app.now())).await;
    let before = rig.mails.count();
    rig.pass(minutes(75)).await;
    assert!(rig.mails.count() > before, "a mail was sent");
    let (token, _) = rig.links();
    open(&rig.app, &Opened { link: Given::Token(&token), by: Program::named(PERSON) }).await.expect("a link");
    rig.clock.advance(minutes(5));
    rig.tell("orders/create", &jo.order(rig.app.now())).await;
}

/// Runs a statement that no code of the program would.
async fn planted(rig: &Rig, sql: &str) {
    let sql = sqlx::AssertSqlSafe(sql.to_owned());
    match &rig.app.db {
        Db::Sqlite { write, .. } => sqlx::query(sql).execute(write).await.map(|_| ()),
        Db::Postgres(pool) => sqlx::query(sql).execute(pool).await.map(|_| ()),
    }
    .expect("planted");
}
