//! What a store's people should know of some days, beside the days before: the one answer that mails and the printed page are made of.

use crate::app::lift::report::{Asked, headline, lift};
use crate::app::report::table::table;
use crate::app::report::{Ground, Query, Recovered, Row};
use crate::app::{App, AppError, watch};
use crate::db;
use crate::db::report::{CartCounts, Period};
use crate::db::shops::Shop;
use crate::domain::digest::Days;
use crate::domain::money::{Currency, Money};
use crate::domain::report::table::{Ratio, Table};
use crate::domain::report::{By, Definition, RECOVERED, define};
use crate::words::figure_name;
use jiff::Timestamp;
use jiff::civil::Date;
use std::collections::HashMap;

/// Campaigns that are named, those with the highest net.
const CAMPAIGNS_MAX: usize = 5;

/// What the summary's own figures mean; those of revenue are defined with their report.
pub const DEFINITIONS: &[Definition] = &[
    define("abandonment_rate", "Carts begun in the period that were left for longer than the campaign waits, of the carts begun in it."),
    define("recovery_rate", "Carts begun in the period that were bought and credited to a message, of those that were abandoned."),
    define(
        "incremental",
        "What the messages caused: the difference to the comparison group, which gets none. Nothing is told before there is enough to tell.",
    ),
];

/// Figures of some days.
#[derive(Debug, Clone)]
pub struct Figures {
    /// Revenue in the store's currency.
    pub main: Row,
    /// In other currencies in which somebody paid; never added up.
    pub others: Vec<Row>,
    /// Carts begun, and what became of them.
    pub carts: CartCounts,
}

impl Figures {
    /// Was nothing sent and nothing credited?
    pub fn is_empty(&self) -> bool {
        self.main.nudges == 0 && self.main.orders == 0 && self.others.is_empty()
    }

    /// Abandoned, of the carts begun.
    pub fn abandonment(&self) -> Ratio {
        ratio(self.carts.abandoned, self.carts.begun)
    }

    /// Recovered, of the abandoned.
    pub fn recovery(&self) -> Ratio {
        ratio(self.carts.recovered, self.carts.abandoned)
    }
}

fn ratio(part: i64, whole: i64) -> Ratio {
    Ratio::new(u64::try_from(part).unwrap_or(0), u64::try_from(whole).unwrap_or(0))
}

/// Something to put right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attention {
    /// What is wrong.
    pub what: String,
    /// What to do.
    pub fix: String,
}

/// Everything.
#[derive(Debug, Clone)]
pub struct Summary {
    /// Whose.
    pub shop: Shop,
    /// About which days.
    pub days: Days,
    /// From this instant.
    pub from: Timestamp,
    /// To before this one.
    pub to: Timestamp,
    /// Their figures.
    pub now: Figures,
    /// What they are compared with.
    pub days_before: Days,
    /// Its figures.
    pub before: Figures,
    /// Net in the store's currency and orders, for every day.
    pub daily: Vec<(Date, Money, i64)>,
    /// By campaign, those with the highest net first.
    pub campaigns: Table,
    /// Revenue of every campaign.
    pub by_campaign: Recovered,
    /// Revenue by channel.
    pub by_channel: Recovered,
    /// Revenue of every day that has any.
    pub by_day: Recovered,
    /// What the messages caused, in words: an amount between two ends, or why nothing can be told yet.
    pub caused: String,
    /// What needs attention now.
    pub attention: Vec<Attention>,
    /// When it was worked out.
    pub made_at: Timestamp,
}

impl Summary {
    /// Did nothing at all happen?
    pub fn is_empty(&self) -> bool {
        self.now.is_empty() && self.now.carts.begun == 0
    }

    /// All its figures, as people call them, and what each means.
    pub fn definitions(&self) -> impl Iterator<Item = (String, &'static str)> + '_ {
        let named =
            |d: &'static Definition| (figure_name(self.campaigns.name, d.figure).unwrap_or_else(|| d.figure.to_owned()), d.definition);
        RECOVERED.iter().chain(DEFINITIONS).map(named)
    }
}

/// Works it out.
///
/// # Errors
/// `Invalid` for days beyond the calendar, `Db`.
pub async fn summary(app: &App, shop: &Shop, days: Days) -> Result<Summary, AppError> {
    let (from, to) = period(shop, days)?;
    let days_before = days.before().ok_or_else(beyond)?;
    let earlier = period(shop, days_before)?;
    let query = Query { shop: shop.id, from, to, model: shop.credit_model, by: By::Campaign };
    let ground = Ground::load(app, query).await?;
    // None waits for another: a page that is asked for is worked out on as many cores as the database takes. Each on the heap, for together they are large.
    let ([by_day, by_campaign, by_channel], totals_before, begun, begun_before, caused, seen) = tokio::try_join!(
        Box::pin(breakdowns(app, &ground)),
        Box::pin(ground.totals_of(app, earlier)),
        Box::pin(begun(app, shop, (from, to))),
        Box::pin(begun(app, shop, earlier)),
        Box::pin(lift(app, Asked { shop: shop.id, from, to, campaign: None })),
        watch::standing(&app.db, &app.config, shop.id, app.now()),
    )?;
    let now = figures(shop.currency, by_day.totals.clone(), begun)?;
    let before = figures(shop.currency, totals_before, begun_before)?;
    Ok(Summary {
        shop: shop.clone(),
        days,
        from,
        to,
        now,
        days_before,
        before,
        daily: daily(shop, days, &by_day),
        campaigns: foremost(shop, &by_campaign),
        by_campaign,
        by_channel,
        by_day,
        caused: headline(&caused).words,
        attention: seen.into_iter().map(|s| Attention { what: s.finding.what, fix: s.finding.fix }).collect(),
        made_at: app.now(),
    })
}

/// Why days can't be worked out whose time nothing can say.
pub(super) fn beyond() -> AppError {
    AppError::Invalid("the period goes beyond the calendar".into())
}

/// From when to before when some days are, in the store's zone.
///
/// # Errors
/// `Invalid` for days beyond the calendar.
fn period(shop: &Shop, days: Days) -> Result<(Timestamp, Timestamp), AppError> {
    days.instants(&shop.zone()).ok_or_else(beyond)
}

fn daily(shop: &Shop, days: Days, by_day: &Recovered) -> Vec<(Date, Money, i64)> {
    let rows: HashMap<&str, &Row> = by_day.rows.iter().filter(|r| r.net.currency == shop.currency).map(|r| (r.key.as_str(), r)).collect();
    let of = |day: Date| {
        let row = rows.get(day.to_string().as_str());
        (day, row.map_or(Money::new(0, shop.currency), |r| r.net), row.map_or(0, |r| r.orders))
    };
    days.each().map(of).collect()
}

/// The campaigns with the highest net.
fn foremost(shop: &Shop, by_campaign: &Recovered) -> Table {
    let mut foremost = by_campaign.clone();
    foremost.rows.sort_by_key(|r| (r.net.currency != shop.currency, std::cmp::Reverse(r.net.minor), r.label.clone()));
    foremost.rows.truncate(CAMPAIGNS_MAX);
    table(&foremost)
}

/// By day, campaign and channel, of one moment.
async fn breakdowns(app: &App, ground: &Ground) -> Result<[Recovered; 3], AppError> {
    let mut moment = ground.moment(app).await?;
    let all = [moment.report(By::Day).await?, moment.report(By::Campaign).await?, moment.report(By::Channel).await?];
    moment.end().await?;
    Ok(all)
}

async fn begun(app: &App, shop: &Shop, (from, to): (Timestamp, Timestamp)) -> Result<CartCounts, AppError> {
    Ok(db::report::cart_counts(&app.db, Period { shop: shop.id, from, to }).await?)
}

fn figures(own: Currency, totals: Vec<Row>, carts: CartCounts) -> Result<Figures, AppError> {
    let (main, others): (Vec<Row>, Vec<Row>) = totals.into_iter().partition(|r| r.net.currency == own);
    let others = others.into_iter().filter(Row::tells).collect();
    let main = main.into_iter().next().ok_or(AppError::NotFound("total in the store's currency"))?;
    Ok(Figures { main, others, carts })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn total(currency: &str, orders: i64, cost: i64) -> Row {
        let amount = |minor| Money::new(minor, currency.parse().expect("a currency"));
        Row {
            key: "total".into(),
            label: "Total".into(),
            nudges: 0,
            carts_abandoned: 0,
            orders,
            gross: amount(orders * 5_000),
            refunds: amount(0),
            net: amount(orders * 5_000),
            cost: amount(cost),
            contribution: None,
            clicks: 0,
            clicks_raw: 0,
        }
    }

    #[test]
    fn a_currency_that_only_messages_cost_in_is_none_that_revenue_came_in() {
        let totals = vec![total("EUR", 2, 0), total("GBP", 0, 0), total("USD", 0, 55)];
        let told = figures("GBP".parse().expect("a currency"), totals, CartCounts::default()).expect("figures");
        let currencies: Vec<&str> = told.others.iter().map(|r| r.net.currency.code()).collect();
        assert_eq!((told.main.net.currency.code(), currencies), ("GBP", vec!["EUR"]));
    }
}
