//! The overview: what came back, what became of the carts, what needs attention.

use super::attention::{self, Attention};
use super::rates::{Rate, rates};
use crate::app::lift::report::{Asked, Report, lift};
use crate::app::lift::words::money as lift_money;
use crate::app::report::{Ground, Query, Recovered, Row, recovered};
use crate::app::{AppError, watch};
use crate::db;
use crate::db::campaigns::CampaignRow;
use crate::db::report::{CartCounts, Period};
use crate::db::shops::Shop;
use crate::domain::campaign::CampaignStatus;
use crate::domain::digest;
use crate::domain::lift::verdict::Verdict;
use crate::domain::money::Money;
use crate::domain::report::days::{Days, date, number};
use crate::domain::report::{By, RECOVERED};
use crate::web::pages::campaigns;
use crate::web::pages::carts;
use crate::web::pages::reports::annotations;
use crate::web::pages::reports::caused;
use crate::web::pages::reports::slugged;
use crate::web::pages::reports::trend;
use crate::web::pages::shell::format::{self, Badge, When};
use crate::web::pages::shell::frame::Frame;
use crate::web::pages::shell::problem::PageError;
use crate::web::pages::shell::respond;
use crate::web::pages::shell::signed::Signed;
use crate::words::say;
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
    name: String,
    count: i64,
    of: i64,
    share: String,
    means: String,
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
    range: Range,
    /// As it is said: `Last 30 days`, or from when to when.
    period: String,
    /// By which orders are credited.
    model: String,
    main: Sums,
    /// Net of the days before, and by how much it changed.
    before: Option<String>,
    others: Vec<Sums>,
    definition: String,
    net_definition: &'static str,
    rates: Vec<Rate>,
    rates_href: String,
    report_href: String,
    funnel: Vec<FunnelStep>,
    begun: i64,
    chart: Option<String>,
    daily: Vec<Day>,
    marks: Vec<annotations::MarkView>,
    notes_href: String,
    campaigns: Vec<CampaignLine>,
    attention: Vec<Attention>,
    /// What may be said of the net that was caused, and of whom.
    caused: String,
    caused_over: String,
    /// Within which net that was caused lies; none where it can't be said.
    within: Option<String>,
    lift_href: String,
    watched: Option<When>,
}

/// The days that are shown, of the store's zone, both included.
struct Range {
    first: Date,
    last: Date,
    /// They are the last so many; none where they were chosen freely.
    last_days: Option<i64>,
    compare: bool,
}

impl Range {
    fn of(signed: &Signed, shop: &Shop) -> Result<Self, PageError> {
        let compare = signed.query.get("compare") == "before";
        let day = |name: &str| match signed.query.get(name) {
            "" => Ok(None),
            text => text.parse().map(Some).map_err(|_| PageError::Invalid(say("overview-bad-day").with("day", text).to_string())),
        };
        let (from, to): (Option<Date>, Option<Date>) = (day("from")?, day("to")?);
        let days = signed.query.get("days").parse().ok().filter(|d| PERIODS.contains(d));
        let today = signed.app.now().to_zoned(shop.zone()).date();
        if days.is_some() || (from.is_none() && to.is_none()) {
            let days = days.unwrap_or(PERIOD_USUAL);
            let first = today.checked_sub((days - 1).days()).map_err(|_| PageError::beyond())?;
            return Ok(Self { first, last: today, last_days: Some(days), compare });
        }
        let last = to.unwrap_or(today);
        let first = from.map_or_else(|| last.checked_sub((PERIOD_USUAL - 1).days()).map_err(|_| PageError::beyond()), Ok)?;
        if first > last {
            return Err(PageError::Invalid(say("overview-bad-range").to_string()));
        }
        Ok(Self { first, last, last_days: None, compare })
    }

    fn days(&self) -> Days {
        Days { first: number(self.first), end: number(self.last) + 1 }
    }

    /// Of the calendar.
    fn dates(&self) -> digest::Days {
        digest::Days { first: self.first, last: self.last }
    }

    /// As many days right before.
    fn before(&self) -> Self {
        let days = self.days().before();
        Self { first: date(days.first), last: date(days.end - 1), last_days: None, compare: false }
    }

    fn words(&self) -> String {
        match self.last_days {
            Some(days) => say("overview-last-days").with("days", days).to_string(),
            None => say("overview-range").with("from", format::day(self.first)).with("to", format::day(self.last)).to_string(),
        }
    }
}

/// The page.
pub async fn show(signed: Signed) -> Result<HttpResponse, PageError> {
    let shop = signed.shop()?;
    let zone = shop.zone();
    let range = Range::of(&signed, shop)?;
    let (from, to) = signed.instants(range.dates())?;
    let query = |from, to| Query { shop: shop.id, from, to, model: shop.credit_model, by: By::Day };
    let ground = Ground::load(&signed.app, query(from, to)).await?;
    let mut moment = ground.moment(&signed.app).await?;
    let by_day = moment.report(By::Day).await?;
    let by_campaign = moment.report(By::Campaign).await?;
    moment.end().await?;
    let report = lift(&signed.app, Asked { shop: shop.id, from, to, campaign: None }).await?;
    let counts = db::report::cart_counts(&signed.app.db, Period { shop: shop.id, from, to }).await?;
    let campaigns = db::campaigns::list(&signed.app.db, shop.id).await?;
    let daily = every_day(&by_day, shop, range.first, range.days().len());
    let (mut main, others): (Vec<Sums>, Vec<Sums>) =
        by_day.totals.iter().filter(|row| row.tells()).map(sums).partition(|s| s.currency == shop.currency.code());
    let marks = annotations::marks(&signed, range.dates()).await?;
    let before = if range.compare {
        let (from, to) = signed.instants(range.before().dates())?;
        let past = recovered(&signed.app, query(from, to)).await?;
        Some(compared(shop, (&by_day, &past), &range.before()))
    } else {
        None
    };
    let canary = watch::canary_health(&signed.app.db, shop.id).await?;
    let main = main.pop().unwrap_or_else(|| nothing(shop));
    respond::page(&Overview {
        periods: periods(&signed, &range),
        period: range.words(),
        model: slugged("reports-model-", shop.credit_model.label()),
        definition: say("overview-definition")
            .with("currency", shop.currency.code())
            .with("basis", carts::basis(shop.basis.basis))
            .to_string(),
        net_definition: RECOVERED.iter().find(|d| d.figure == "orders").map_or("", |d| d.definition),
        report_href: signed.href("/reports#definitions"),
        funnel: funnel(counts),
        begun: counts.begun,
        chart: (main.orders > 0).then(|| {
            let net: Vec<(String, Money)> = daily.iter().map(|(day, row)| (day.clone(), row.net)).collect();
            trend::data(shop, &net, &marks)
        }),
        marks: annotations::views(&signed, &marks)?,
        notes_href: signed.href("/reports/annotations"),
        daily: with_orders(daily),
        campaigns: campaigns.iter().filter(|c| c.status != CampaignStatus::Archived).map(|c| line(&signed, c, &by_campaign)).collect(),
        frame: Frame::new(&signed, "/", say("overview-title").to_string()),
        main,
        before,
        others,
        rates: rates(&signed, range.days(), range.compare).await?,
        rates_href: signed.href(&format!("/reports/performance?from={}&to={}", range.first, range.last)),
        attention: attention::list(&signed, &campaigns).await?,
        within: within(&report),
        caused: caused::headline(&report),
        caused_over: caused::over(&report),
        lift_href: signed.href(&format!("/reports/lift?from={}&to={}", range.first, range.last)),
        watched: canary.map(|c| format::when(c.last_success_at, &zone)),
        range,
    })
}

/// Links to the periods that are one click away; what is compared stays so.
fn periods(signed: &Signed, range: &Range) -> Vec<PeriodLink> {
    let compare = if range.compare { "&compare=before" } else { "" };
    let link =
        |&days: &i64| PeriodLink { href: signed.href(&format!("/?days={days}{compare}")), days, here: range.last_days == Some(days) };
    PERIODS.iter().map(link).collect()
}

fn with_orders(daily: Vec<(String, DayRow)>) -> Vec<Day> {
    let day = |(date, row): (String, DayRow)| Day { date, net: format::amount(row.net), orders: row.orders };
    daily.into_iter().rev().filter(|d| d.1.orders > 0).map(day).collect()
}

/// Net of the days before, and how much more or less it is now: amounts, since a share of little says much too much.
fn compared(shop: &Shop, (now, past): (&Recovered, &Recovered), days: &Range) -> String {
    let net = |report: &Recovered| report.totals.iter().find(|r| r.net.currency == shop.currency).map_or(0, |r| r.net.minor);
    let (now, then) = (net(now), net(past));
    let amount = |minor: i64| format::money(Money::new(minor, shop.currency));
    let key = match now.cmp(&then) {
        std::cmp::Ordering::Less => "overview-less",
        std::cmp::Ordering::Equal => "overview-same",
        std::cmp::Ordering::Greater => "overview-more",
    };
    let said = say(key).with("from", format::day(days.first)).with("to", format::day(days.last)).with("then", amount(then));
    if now == then { said.to_string() } else { said.with("by", amount((now - then).abs())).to_string() }
}

/// Within which net that was caused lies, whatever may be said of it; nothing where the verdict is withheld, which must not be read off the figures either.
fn within(report: &Report) -> Option<String> {
    let line = report.total.as_ref().filter(|l| l.verdicts.net != Verdict::Withheld && l.verdicts.orders != Verdict::Withheld)?;
    let interval = line.lift.net.anytime.filter(|i| i.is_finite())?;
    let amount = |value: f64| lift_money(value, report.currency).map(format::amount);
    let said = say("overview-within").with("low", amount(interval.low)?).with("high", amount(interval.high)?);
    Some(said.with("currency", report.currency.code()).to_string())
}

/// The first of the last so many days in the store's zone, and the instants at which they begin and end.
pub fn last_days(now: Timestamp, shop: &Shop, days: i64) -> Result<(Date, Timestamp, Timestamp), AppError> {
    let zone = shop.zone();
    let today = now.to_zoned(zone.clone()).date();
    let beyond = || AppError::Invalid("the period goes beyond the calendar".into());
    let first = today.checked_sub((days - 1).days()).map_err(|_| beyond())?;
    let (from, to) = digest::Days { first, last: today }.instants(&zone).ok_or_else(beyond)?;
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
        contribution: row.contribution.map_or_else(|| say("overview-no-data").to_string(), format::amount),
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
    let step = |key: &str, count: i64, of: i64| FunnelStep {
        name: say(format!("overview-step-{key}")).to_string(),
        count,
        of,
        share: if of > 0 { format!("{} %", (count * 100 + of / 2) / of) } else { String::new() },
        means: say(format!("overview-step-means-{key}")).to_string(),
    };
    vec![
        step("identified", c.identified, c.begun),
        step("abandoned", c.abandoned, c.begun),
        step("bought", c.bought, c.begun),
        step("recovered", c.recovered, c.bought),
    ]
}

fn line(signed: &Signed, campaign: &CampaignRow, report: &Recovered) -> CampaignLine {
    let key = campaign.id.to_string();
    CampaignLine {
        href: signed.href(&format!("/campaigns/{key}")),
        name: campaign.spec.name.clone(),
        badge: campaigns::status(campaign.status),
        rows: report.rows.iter().filter(|r| r.key == key && r.tells()).map(sums).collect(),
    }
}
