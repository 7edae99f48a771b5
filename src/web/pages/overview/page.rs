//! The overview: what came back, what became of the carts, what needs attention.

use super::attention::{self, Attention};
use crate::app::lift::report::{Asked, Headline, headline, lift};
use crate::app::report::{Ground, Query, Recovered, Row};
use crate::app::{AppError, watch};
use crate::db;
use crate::db::campaigns::CampaignRow;
use crate::db::report::{CartCounts, Period};
use crate::db::shops::Shop;
use crate::domain::campaign::CampaignStatus;
use crate::domain::digest::Days;
use crate::domain::money::Money;
use crate::domain::report::{By, RECOVERED};
use crate::web::pages::campaigns;
use crate::web::pages::reports::annotations;
use crate::web::pages::reports::trend;
use crate::web::pages::shell::format::{self, Badge, When};
use crate::web::pages::shell::frame::Frame;
use crate::web::pages::shell::problem::PageError;
use crate::web::pages::shell::respond;
use crate::web::pages::shell::signed::Signed;
use actix_web::HttpResponse;
use askama::Template;
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan as _};
use std::collections::HashMap;

const PERIODS: [i64; 3] = [7, 30, 90];
const PERIOD_USUAL: i64 = 30;

struct PeriodLink {
    href: String,
    days: i64,
    here: bool,
}

/// Sums of one currency.
pub struct Sums {
    pub currency: String,
    pub net: String,
    pub gross: String,
    pub refunds: String,
    pub cost: String,
    /// What stays after the messages are paid; or why it isn't known.
    pub contribution: String,
    pub orders: i64,
    pub nudges: i64,
    pub carts: i64,
}

struct FunnelStep {
    name: &'static str,
    count: i64,
    of: i64,
    share: String,
    means: &'static str,
}

struct Day {
    date: String,
    net: String,
    orders: i64,
}

struct CampaignLine {
    href: String,
    name: String,
    badge: Badge,
    rows: Vec<Sums>,
}

#[derive(Template)]
#[template(path = "pages/overview/overview.html")]
struct Overview {
    frame: Frame,
    periods: Vec<PeriodLink>,
    days: i64,
    main: Sums,
    others: Vec<Sums>,
    definition: String,
    net_definition: &'static str,
    report_href: String,
    funnel: Vec<FunnelStep>,
    begun: i64,
    chart: Option<String>,
    daily: Vec<Day>,
    marks: Vec<annotations::MarkView>,
    notes_href: String,
    campaigns: Vec<CampaignLine>,
    attention: Vec<Attention>,
    caused: Headline,
    lift_href: String,
    watched: Option<When>,
}

/// The page.
pub async fn show(signed: Signed) -> Result<HttpResponse, PageError> {
    let shop = signed.shop()?;
    let days = signed.query.get("days").parse().ok().filter(|d| PERIODS.contains(d)).unwrap_or(PERIOD_USUAL);
    let (first, from, to) = last_days(signed.app.now(), shop, days)?;
    let ground = Ground::load(&signed.app, Query { shop: shop.id, from, to, model: shop.credit_model, by: By::Day }).await?;
    let by_day = ground.report(&signed.app, By::Day).await?;
    let caused = headline(&lift(&signed.app, Asked { shop: shop.id, from, to, campaign: None }).await?);
    let by_campaign = ground.report(&signed.app, By::Campaign).await?;
    let counts = db::report::cart_counts(&signed.app.db, Period { shop: shop.id, from, to }).await?;
    let campaigns = db::campaigns::list(&signed.app.db, shop.id).await?;
    let attention = attention::list(&signed, &campaigns).await?;
    let canary = watch::canary_health(&signed.app.db, shop.id).await?;
    let daily = every_day(&by_day, shop, first, days);
    let (mut main, others): (Vec<Sums>, Vec<Sums>) = by_day.totals.iter().map(sums).partition(|s| s.currency == shop.currency.code());
    let main = main.pop().unwrap_or_else(|| nothing(shop));
    let last = first.checked_add((days - 1).days()).map_err(|_| PageError::Invalid("the period goes beyond the calendar".into()))?;
    let marks = annotations::marks(&signed, Days { first, last }).await?;
    let net_definition = RECOVERED.iter().find(|d| d.figure == "orders").map_or("", |d| d.definition);
    respond::page(&Overview {
        periods: PERIODS.iter().map(|&d| PeriodLink { href: signed.href(&format!("/?days={d}")), days: d, here: d == days }).collect(),
        days,
        definition: format!(
            "What was paid for orders credited to a message, less what went back by now, {}, in {}. ",
            shop.basis.basis.words(),
            shop.currency
        ),
        net_definition,
        report_href: signed.href("/reports#definitions"),
        funnel: funnel(counts),
        begun: counts.begun,
        chart: (main.orders > 0).then(|| {
            let net: Vec<(String, Money)> = daily.iter().map(|(day, row)| (day.clone(), row.net)).collect();
            trend::data(shop, &net, &marks)
        }),
        marks: annotations::views(&signed, &marks)?,
        notes_href: signed.href("/reports/annotations"),
        daily: daily
            .into_iter()
            .rev()
            .filter(|d| d.1.orders > 0)
            .map(|(day, r)| Day { date: day, net: format::amount(r.net), orders: r.orders })
            .collect(),
        campaigns: campaigns.iter().filter(|c| c.status != CampaignStatus::Archived).map(|c| line(&signed, c, &by_campaign)).collect(),
        frame: Frame::new(&signed, "/", "Overview"),
        main,
        others,
        attention,
        caused,
        lift_href: signed.href(&format!("/reports/lift?from={first}")),
        watched: canary.map(|c| format::when(c.last_success_at, &format::zone(shop))),
    })
}

/// The first of the last so many days in the store's zone, and the instants at which they begin and end.
pub fn last_days(now: Timestamp, shop: &Shop, days: i64) -> Result<(Date, Timestamp, Timestamp), AppError> {
    let zone = format::zone(shop);
    let today = now.to_zoned(zone.clone()).date();
    let beyond = |_| AppError::Invalid("the period goes beyond the calendar".into());
    let first = today.checked_sub((days - 1).days()).map_err(beyond)?;
    let from = first.to_zoned(zone.clone()).map_err(beyond)?.timestamp();
    let to = today.tomorrow().and_then(|d| d.to_zoned(zone)).map_err(beyond)?.timestamp();
    Ok((first, from, to))
}

/// A report's row for people.
pub fn sums(row: &Row) -> Sums {
    Sums {
        currency: row.net.currency.code().to_owned(),
        net: format::amount(row.net),
        gross: format::amount(row.gross),
        refunds: format::amount(row.refunds),
        cost: format::amount(row.cost),
        contribution: row.contribution.map_or_else(|| "no data".to_owned(), format::amount),
        orders: row.orders,
        nudges: row.nudges,
        carts: row.carts_abandoned,
    }
}

fn nothing(shop: &Shop) -> Sums {
    let zero = format::amount(Money::new(0, shop.currency));
    Sums {
        currency: shop.currency.code().to_owned(),
        net: zero.clone(),
        gross: zero.clone(),
        refunds: zero.clone(),
        cost: zero.clone(),
        contribution: zero,
        orders: 0,
        nudges: 0,
        carts: 0,
    }
}

struct DayRow {
    net: Money,
    orders: i64,
}

/// Every day of the period in the store's currency, also those on which nothing happened.
fn every_day(report: &Recovered, shop: &Shop, first: Date, days: i64) -> Vec<(String, DayRow)> {
    let rows: HashMap<&str, &Row> = report.rows.iter().filter(|r| r.net.currency == shop.currency).map(|r| (r.key.as_str(), r)).collect();
    (0..days)
        .filter_map(|i| first.checked_add(i.days()).ok())
        .map(|date| {
            let day = date.to_string();
            let row = rows.get(day.as_str());
            let net = row.map_or(Money::new(0, shop.currency), |r| r.net);
            (day, DayRow { net, orders: row.map_or(0, |r| r.orders) })
        })
        .collect()
}

fn funnel(c: CartCounts) -> Vec<FunnelStep> {
    let step = |name, count: i64, of: i64, means| {
        let share = if of > 0 { format!("{} %", (count * 100 + of / 2) / of) } else { String::new() };
        FunnelStep { name, count, of, share, means }
    };
    vec![
        step("Identified", c.identified, c.begun, "of the carts begun, with somebody to write to"),
        step("Abandoned", c.abandoned, c.begun, "of the carts begun, left for longer than the campaign waits"),
        step("Bought", c.bought, c.begun, "of the carts begun, with a message or without"),
        step("Recovered", c.recovered, c.bought, "of the carts bought, credited to a message"),
    ]
}

fn line(signed: &Signed, campaign: &CampaignRow, report: &Recovered) -> CampaignLine {
    let key = campaign.id.to_string();
    CampaignLine {
        href: signed.href(&format!("/campaigns/{key}")),
        name: campaign.spec.name.clone(),
        badge: campaigns::status(campaign.status),
        rows: report.rows.iter().filter(|r| r.key == key).map(sums).collect(),
    }
}
