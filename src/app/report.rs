//! The report on recovered revenue: net, by evidence, with its definitions.

mod moment;
pub mod table;

pub use moment::{Ground, Moment};

use super::recompute::Anew;
use super::{App, AppError};
use crate::db;
use crate::db::report::{Counted, Earned, Ordered, Period, Spent};
use crate::db::shops::Shop;
use crate::domain::attribution::Model;
use crate::domain::duration::Length;
use crate::domain::event::ChannelKind;
use crate::domain::ids::{CampaignId, ShopId};
use crate::domain::money::{Currency, Money};
use crate::domain::report::{By, Definition};
use crate::domain::sms::Price;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Serialize;
use std::collections::{BTreeMap, HashMap};
use uuid::Uuid;

const QUARTER_S: i64 = 900;

/// What is asked for.
#[derive(Debug, Clone, Copy)]
pub struct Query {
    /// Whose.
    pub shop: ShopId,
    /// From this instant.
    pub from: Timestamp,
    /// To before this one.
    pub to: Timestamp,
    /// By which model credit is given.
    pub model: Model,
    /// How it is broken down.
    pub by: By,
}

impl Query {
    fn period(&self) -> Period {
        Period { shop: self.shop, from: self.from, to: self.to }
    }
}

/// The answer.
#[derive(Debug, Clone, Serialize)]
pub struct Recovered {
    /// From this instant.
    pub from: Timestamp,
    /// To before this one.
    pub to: Timestamp,
    /// By which model credit is given.
    pub model: Model,
    /// How it is broken down.
    pub by: By,
    /// What counts as revenue, in words.
    pub basis: &'static str,
    /// What a reader must know of these very figures.
    pub notes: Vec<String>,
    /// The windows in which a click counts, by campaign.
    pub click_windows: BTreeMap<String, Length>,
    /// A row per campaign, step, channel or day; more where orders came in several currencies.
    pub rows: Vec<Row>,
    /// Everything, a row per currency; never a sum over currencies.
    pub totals: Vec<Row>,
    /// How far it is, while credits are being worked out anew: these figures are by the former settings until it is done.
    pub anew: Option<Anew>,
    /// What each figure means.
    pub definitions: &'static [Definition],
}

/// One row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Row {
    /// The campaign's id, `id/step`, the channel or the day; `total`.
    pub key: String,
    /// For people.
    pub label: String,
    /// Messages that left.
    pub nudges: i64,
    /// Carts that entered.
    pub carts_abandoned: i64,
    /// Orders credited.
    pub orders: i64,
    /// Paid for them.
    pub gross: Money,
    /// Taken back.
    pub refunds: Money,
    /// What stayed.
    pub net: Money,
    /// What codes and messages cost.
    pub cost: Money,
    /// Net less cost; none where some of the messages cost in another currency.
    pub contribution: Option<Money>,
    /// Messages whose link a person opened.
    pub clicks: i64,
    /// Openings of links, by whomever.
    pub clicks_raw: i64,
}

impl Row {
    /// Is there more to tell than what messages cost in a currency that nobody paid in?
    pub fn tells(&self) -> bool {
        self.orders != 0 || self.nudges != 0 || self.carts_abandoned != 0 || self.gross.minor != 0
    }
}

/// Works out the report.
///
/// # Errors
/// `NotFound` without that shop, `Invalid` for a period that ends before it begins, `Db`.
pub async fn recovered(app: &App, query: Query) -> Result<Recovered, AppError> {
    let ground = Ground::load(app, query).await?;
    let mut moment = ground.moment(app).await?;
    let report = moment.report(query.by).await?;
    moment.end().await?;
    Ok(report)
}

/// Adds up rows by key and currency.
struct Sums {
    currency: Currency,
    zone: TimeZone,
    names: HashMap<Uuid, String>,
    /// None: one total.
    by: Option<By>,
    rows: BTreeMap<(String, Currency), Row>,
    /// What messages cost, by the same keys: rounded as sums, not one by one.
    spent: BTreeMap<(String, Currency), i64>,
}

impl Sums {
    fn new(shop: &Shop, names: HashMap<Uuid, String>, by: Option<By>) -> Self {
        Self { currency: shop.currency, zone: shop.zone(), names, by, rows: BTreeMap::new(), spent: BTreeMap::new() }
    }

    fn ordered(mut self, orders: &[Ordered]) -> Self {
        for o in orders {
            let currency = o.currency.parse().unwrap_or(self.currency);
            self.row((o.campaign_id.unwrap_or(Uuid::nil()), o.step, &o.channel), o.quarter, currency).orders += o.orders;
        }
        self
    }

    fn clicked(mut self, clicks: &[db::touches::Counted]) -> Self {
        for c in clicks {
            let currency = self.currency;
            let row = self.row((c.campaign_id, c.step, &c.channel), c.quarter, currency);
            row.clicks += c.clicked;
            row.clicks_raw += c.raw;
        }
        self
    }

    fn rows(mut self, nudges: &[Counted], carts: &[Counted], (credits, costs): (&[Earned], &[Spent])) -> Vec<Row> {
        if self.by.is_none() {
            // A total of nothing is zero in the store's currency, not an empty answer.
            self.row((Uuid::nil(), 0, ""), 0, self.currency);
        }
        for n in nudges {
            self.row((n.campaign_id, n.step, &n.channel), n.quarter, self.currency).nudges += n.count;
        }
        for c in carts {
            self.row((c.campaign_id, c.step, &c.channel), c.quarter, self.currency).carts_abandoned += c.count;
        }
        for e in credits {
            let currency = e.currency.parse().unwrap_or(self.currency);
            let row = self.row((e.campaign_id, e.step, &e.channel), e.quarter, currency);
            row.gross.minor += e.gross_minor;
            row.refunds.minor += e.refunds_minor;
            row.net.minor += e.net_minor;
            row.cost.minor += e.discount_minor;
        }
        for s in costs.iter().filter(|s| s.cost_micros != 0) {
            let currency = s.currency.parse().unwrap_or(self.currency);
            let key = self.row((s.campaign_id, s.step, &s.channel), s.quarter, currency).key.clone();
            *self.spent.entry((key, currency)).or_default() += s.cost_micros;
        }
        let spent = std::mem::take(&mut self.spent);
        let with_costs = |(key, mut row): ((String, Currency), Row)| {
            row.cost.minor += spent.get(&key).map_or(0, |micros| Price(*micros).minor(key.1));
            let elsewhere = spent.keys().any(|other| other.0 == key.0 && other.1 != key.1);
            row.contribution = (!elsewhere).then(|| Money::new(row.net.minor - row.cost.minor, key.1));
            row
        };
        self.rows.into_iter().map(with_costs).collect()
    }

    fn row(&mut self, (campaign, step, channel): (Uuid, i64, &str), quarter: i64, currency: Currency) -> &mut Row {
        let name = self.names.get(&campaign).map_or("a deleted campaign", String::as_str);
        let (key, label) = match self.by {
            None => ("total".to_owned(), "Total".to_owned()),
            Some(By::Campaign) => (CampaignId(campaign).to_string(), name.to_owned()),
            Some(By::Step) => (format!("{campaign}/{}", step + 1), format!("{name}, step {} ({})", step + 1, channel_name(channel))),
            Some(By::Channel) => (channel.to_owned(), channel_name(channel).to_owned()),
            Some(By::Day) => {
                let at = Timestamp::from_second(quarter * QUARTER_S).unwrap_or(Timestamp::UNIX_EPOCH);
                let day = at.to_zoned(self.zone.clone()).date().to_string();
                (day.clone(), day)
            }
        };
        let row = self.rows.entry((key.clone(), currency)).or_insert_with(|| empty_row(key, label.clone(), currency));
        // A step may have gone by several channels: it is called by the first of their names, in whatever order they come.
        if label < row.label {
            row.label = label;
        }
        row
    }
}

fn channel_name(channel: &str) -> &str {
    match channel.parse() {
        Ok(ChannelKind::Email) => "e-mail",
        Ok(ChannelKind::Sms) => "SMS",
        Ok(ChannelKind::WhatsApp) => "WhatsApp",
        Err(_) => channel,
    }
}

fn empty_row(key: String, label: String, currency: Currency) -> Row {
    let zero = Money::new(0, currency);
    Row {
        key,
        label,
        nudges: 0,
        carts_abandoned: 0,
        orders: 0,
        gross: zero,
        refunds: zero,
        net: zero,
        cost: zero,
        contribution: None,
        clicks: 0,
        clicks_raw: 0,
    }
}
