//! Sums of days: worked out from a day's rows by the very statements that reports read rows with, and kept.

use crate::db::report::{self, Period};
use crate::db::{DbError, Tx, hex, touches};
use crate::domain::attribution::Model;
use crate::domain::ids::ShopId;
use crate::domain::report::By;
use crate::domain::report::cut::Span;
use std::collections::BTreeMap;
use uuid::Uuid;

/// So many sums are kept in one statement.
const ROWS_MAX: usize = 500;

/// What is summed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// Nudges that left.
    Nudges,
    /// Carts that entered campaigns.
    Carts,
    /// The same by the steps planned for them.
    CartsByStep,
    /// The same by channel.
    CartsByChannel,
    /// Openings of links.
    Clicks,
    /// What messages cost.
    Costs,
    /// What nudges earned.
    Credits,
    /// Orders that have credit.
    Orders,
    /// The same by campaign.
    OrdersByCampaign,
    /// The same by step.
    OrdersByStep,
    /// The same by channel.
    OrdersByChannel,
    /// Orders by how we know that a message had to do with them.
    Evidence,
    /// Carts begun, and what became of them.
    Begun,
}

impl Part {
    /// As stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Nudges => "nudges",
            Self::Carts => "carts",
            Self::CartsByStep => "carts_by_step",
            Self::CartsByChannel => "carts_by_channel",
            Self::Clicks => "clicks",
            Self::Costs => "costs",
            Self::Credits => "credits",
            Self::Orders => "orders",
            Self::OrdersByCampaign => "orders_by_campaign",
            Self::OrdersByStep => "orders_by_step",
            Self::OrdersByChannel => "orders_by_channel",
            Self::Evidence => "evidence",
            Self::Begun => "begun",
        }
    }

    /// What of a sum it fills.
    pub fn figures(self) -> &'static [&'static str] {
        match self {
            Self::Clicks => &["count", "raw"],
            Self::Costs => &["cost_micros"],
            Self::Credits => &["gross_minor", "refunds_minor", "net_minor", "discount_minor"],
            Self::Evidence => &["count", "net_minor"],
            Self::Nudges
            | Self::Carts
            | Self::CartsByStep
            | Self::CartsByChannel
            | Self::Orders
            | Self::OrdersByCampaign
            | Self::OrdersByStep
            | Self::OrdersByChannel
            | Self::Begun => &["count"],
        }
    }

    /// Carts that entered campaigns, broken down.
    pub fn carts(by: By) -> Self {
        match by {
            By::Campaign | By::Day => Self::Carts,
            By::Step => Self::CartsByStep,
            By::Channel => Self::CartsByChannel,
        }
    }

    /// Orders that have credit, broken down. An order is placed on one day: those of days are all of them, day by day.
    pub fn orders(by: Option<By>) -> Self {
        match by {
            None | Some(By::Day) => Self::Orders,
            Some(By::Campaign) => Self::OrdersByCampaign,
            Some(By::Step) => Self::OrdersByStep,
            Some(By::Channel) => Self::OrdersByChannel,
        }
    }
}

/// Where of a day something is added.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Of what.
    pub part: &'static str,
    /// By which model; empty where it is by none.
    pub model: &'static str,
    /// All zeros where it isn't by campaign.
    pub campaign_id: Uuid,
    /// From 0.
    pub step: i64,
    /// The channel, the evidence, or which count of carts.
    pub channel: String,
    /// Of the amounts; empty where there are none.
    pub currency: String,
}

/// What is added.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sum {
    /// How many.
    pub count: i64,
    /// Openings by whomever.
    pub raw: i64,
    /// Millionths of the currency's main unit.
    pub cost_micros: i64,
    /// Minor units.
    pub gross_minor: i64,
    /// Minor units.
    pub refunds_minor: i64,
    /// Minor units.
    pub net_minor: i64,
    /// Minor units.
    pub discount_minor: i64,
}

impl Sum {
    fn of(count: i64) -> Self {
        Self { count, ..Self::default() }
    }

    fn join(&mut self, other: Self) {
        self.count += other.count;
        self.raw += other.raw;
        self.cost_micros += other.cost_micros;
        self.gross_minor += other.gross_minor;
        self.refunds_minor += other.refunds_minor;
        self.net_minor += other.net_minor;
        self.discount_minor += other.discount_minor;
    }

    fn columns(self) -> [i64; 7] {
        [self.count, self.raw, self.cost_micros, self.gross_minor, self.refunds_minor, self.net_minor, self.discount_minor]
    }
}

/// The sums of a day.
pub type Day = BTreeMap<Place, Sum>;

/// By campaign, step, channel or what stands in its place, and currency.
type Key<'a> = (Uuid, i64, &'a str, &'a str);

fn add(day: &mut Day, (part, model): (Part, &'static str), (campaign_id, step, channel, currency): Key<'_>, sum: Sum) {
    let place = Place { part: part.as_str(), model, campaign_id, step, channel: channel.to_owned(), currency: currency.to_owned() };
    day.entry(place).or_default().join(sum);
}

/// A day's sums, worked out from its rows.
///
/// # Errors
/// `Unavailable`.
pub async fn of_rows(tx: &mut Tx, p: Period) -> Result<Day, DbError> {
    let mut day = Day::new();
    for n in report::nudges(tx, p).await? {
        add(&mut day, (Part::Nudges, ""), (n.campaign_id, n.step, &n.channel, ""), Sum::of(n.count));
    }
    for by in [By::Campaign, By::Step, By::Channel] {
        for c in report::carts(tx, p, by).await? {
            add(&mut day, (Part::carts(by), ""), (c.campaign_id, c.step, &c.channel, ""), Sum::of(c.count));
        }
    }
    for c in touches::counted(tx, p).await? {
        add(&mut day, (Part::Clicks, ""), (c.campaign_id, c.step, &c.channel, ""), Sum { raw: c.raw, ..Sum::of(c.clicked) });
    }
    for s in report::costs(tx, p).await? {
        add(
            &mut day,
            (Part::Costs, ""),
            (s.campaign_id, s.step, &s.channel, &s.currency),
            Sum { cost_micros: s.cost_micros, ..Sum::default() },
        );
    }
    for model in Model::PER_ORDER {
        earned(tx, p, model, &mut day).await?;
    }
    for e in report::evidence(tx, p, None).await? {
        add(
            &mut day,
            (Part::Evidence, ""),
            (Uuid::nil(), 0, &e.evidence, &e.currency),
            Sum { net_minor: e.net_minor, ..Sum::of(e.orders) },
        );
    }
    let begun = report::counted_carts(tx, p).await?;
    for (which, count) in begun.named().into_iter().filter(|(_, count)| *count != 0) {
        add(&mut day, (Part::Begun, ""), (Uuid::nil(), 0, which, ""), Sum::of(count));
    }
    Ok(day)
}

async fn earned(tx: &mut Tx, p: Period, model: Model, day: &mut Day) -> Result<(), DbError> {
    for e in report::credits(tx, p, model).await? {
        let sum = Sum {
            gross_minor: e.gross_minor,
            refunds_minor: e.refunds_minor,
            net_minor: e.net_minor,
            discount_minor: e.discount_minor,
            ..Sum::default()
        };
        add(day, (Part::Credits, model.as_str()), (e.campaign_id, e.step, &e.channel, &e.currency), sum);
    }
    for by in [None, Some(By::Campaign), Some(By::Step), Some(By::Channel)] {
        for o in report::orders(tx, p, (model, by)).await? {
            let key = (o.campaign_id.unwrap_or_default(), o.step, o.channel.as_str(), o.currency.as_str());
            add(day, (Part::orders(by), model.as_str()), key, Sum::of(o.orders));
        }
    }
    Ok(())
}

/// Puts the sums of days, each by when it begins, in the place of all that is kept of a span.
///
/// # Errors
/// `Unavailable`.
pub async fn replace(tx: &mut Tx, shop: ShopId, spans: &[Span], days: &[(i64, Day)]) -> Result<(), DbError> {
    const GONE: &str = "DELETE FROM recovered_sums WHERE shop_id = $1 AND begin_at >= $2 AND begin_at < $3";
    for span in spans {
        on_tx!(tx, c => sqlx::query(GONE).bind(shop.0).bind(span.from).bind(span.to).execute(c).await?.rows_affected());
    }
    let all: Vec<_> = days.iter().flat_map(|(begin, day)| day.iter().map(|(place, sum)| row(*begin, place, *sum))).collect();
    for portion in all.chunks(ROWS_MAX) {
        put(tx, shop, serde_json::Value::from(portion).to_string()).await?;
    }
    Ok(())
}

fn row(begin: i64, place: &Place, sum: Sum) -> serde_json::Value {
    let mut row = vec![
        place.part.into(),
        place.model.into(),
        begin.into(),
        hex(place.campaign_id).into(),
        place.step.into(),
        place.channel.as_str().into(),
        place.currency.as_str().into(),
    ];
    row.extend(sum.columns().map(serde_json::Value::from));
    serde_json::Value::Array(row)
}

macro_rules! insert {
    ($values:literal) => {
        concat!(
            "INSERT INTO recovered_sums (shop_id, part, model, begin_at, campaign_id, step, channel, currency, count, raw, cost_micros, gross_minor, refunds_minor,
                net_minor, discount_minor) SELECT $1, ",
            $values
        )
    };
}

async fn put(tx: &mut Tx, shop: ShopId, json: String) -> Result<(), DbError> {
    const LITE: &str = insert!(
        "value ->> 0, value ->> 1, value ->> 2, unhex(value ->> 3), value ->> 4, value ->> 5, value ->> 6, value ->> 7, value ->> 8, value ->> 9, value ->> 10,
            value ->> 11, value ->> 12, value ->> 13 FROM json_each($2)"
    );
    const PG: &str = insert!(
        "j ->> 0, j ->> 1, (j ->> 2)::bigint, (j ->> 3)::uuid, (j ->> 4)::bigint, j ->> 5, j ->> 6, (j ->> 7)::bigint, (j ->> 8)::bigint, (j ->> 9)::bigint,
            (j ->> 10)::bigint, (j ->> 11)::bigint, (j ->> 12)::bigint, (j ->> 13)::bigint FROM jsonb_array_elements($2::jsonb) AS j"
    );
    match tx {
        Tx::Sqlite(tx) => sqlx::query(LITE).bind(shop.0).bind(json).execute(&mut **tx).await?.rows_affected(),
        Tx::Postgres(tx) => sqlx::query(PG).bind(shop.0).bind(json).execute(&mut **tx).await?.rows_affected(),
    };
    Ok(())
}

/// A day's sums as they are kept, to be compared: as many as there are, and each as text.
///
/// # Errors
/// `Unavailable`.
pub async fn stored(tx: &mut Tx, shop: ShopId, day: Span) -> Result<Vec<String>, DbError> {
    const SQL: &str = "SELECT part, model, campaign_id, step, channel, currency, count, raw, cost_micros, gross_minor, refunds_minor, net_minor, discount_minor
        FROM recovered_sums WHERE shop_id = $1 AND begin_at >= $2 AND begin_at < $3";
    type Row = (String, String, Uuid, i64, String, String, i64, i64, i64, i64, i64, i64, i64);
    let rows: Vec<Row> = on_tx!(tx, c => sqlx::query_as(SQL).bind(shop.0).bind(day.from).bind(day.to).fetch_all(c).await?);
    let mut all: Vec<String> = rows
        .into_iter()
        .map(|(part, model, campaign, step, channel, currency, a, b, c, d, e, f, g)| {
            told((&part, &model, &channel, &currency), (campaign, step), [a, b, c, d, e, f, g])
        })
        .collect();
    all.sort_unstable();
    Ok(all)
}

/// A day's sums as they would be kept, in the same form as [`stored`].
pub fn as_stored(day: &Day) -> Vec<String> {
    let text = |(p, sum): (&Place, &Sum)| told((p.part, p.model, &p.channel, &p.currency), (p.campaign_id, p.step), sum.columns());
    let mut all: Vec<String> = day.iter().map(text).collect();
    all.sort_unstable();
    all
}

fn told((part, model, channel, currency): (&str, &str, &str, &str), (campaign, step): (Uuid, i64), sums: [i64; 7]) -> String {
    format!("{part} {model} {campaign} {step} {channel} {currency} {sums:?}")
}

/// Where rows are counted by time: which, by when, and what else must hold. Of credits those by one model, since whatever has credit has it by every model.
const BY_TIME: [(&str, &str, &str); 5] = [
    ("nudges", "sent_at", "sent_at IS NOT NULL"),
    ("enrolments", "abandoned_at", "TRUE"),
    ("touches", "at", "TRUE"),
    ("carts", "started_at", "TRUE"),
    ("credit_ledger", "ordered_at", "model = 'last_touch' AND generation = (SELECT s.credit_generation FROM shops s WHERE s.id = $1)"),
];

/// The first instant from one on of which there are rows; or with `before` the last one before it.
///
/// # Errors
/// `Unavailable`.
pub async fn with_rows(tx: &mut Tx, shop: ShopId, at: i64, before: bool) -> Result<Option<i64>, DbError> {
    let mut best: Option<i64> = None;
    for (table, time, holds) in BY_TIME {
        let (which, beyond) = if before { ("MAX", "<") } else { ("MIN", ">=") };
        let sql = sqlx::AssertSqlSafe(format!("SELECT {which}({time}) FROM {table} WHERE shop_id = $1 AND {time} {beyond} $2 AND {holds}"));
        let found: Option<i64> = on_tx!(tx, c => sqlx::query_scalar(sql).bind(shop.0).bind(at).fetch_one(c).await?);
        let nearer = |old: i64, new: i64| if before { old.max(new) } else { old.min(new) };
        best = match (best, found) {
            (Some(old), Some(new)) => Some(nearer(old, new)),
            (old, new) => old.or(new),
        };
    }
    Ok(best)
}

/// When the last day before an instant begins of which there is a sum.
///
/// # Errors
/// `Unavailable`.
pub async fn with_sums(tx: &mut Tx, shop: ShopId, before: i64) -> Result<Option<i64>, DbError> {
    const SQL: &str = "SELECT MAX(begin_at) FROM recovered_sums WHERE shop_id = $1 AND begin_at < $2";
    Ok(on_tx!(tx, c => sqlx::query_scalar(SQL).bind(shop.0).bind(before).fetch_one(c).await?))
}
