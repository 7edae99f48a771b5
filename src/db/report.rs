//! Sums for reports, row by row; `recovered` reads days that are over from sums that are kept. Times are counted in quarters of an hour, so that any zone's days
//! can be put together from them.

use super::recovered::{Reading, snapshot};
use super::{Db, DbError, Tx, ms};
use crate::domain::attribution::Model;
use crate::domain::ids::ShopId;
use crate::domain::report::By;
use jiff::Timestamp;
use uuid::Uuid;

/// A period and how to break it down.
#[derive(Debug, Clone, Copy)]
pub struct Period {
    /// Whose.
    pub shop: ShopId,
    /// From this instant.
    pub from: Timestamp,
    /// To before this one.
    pub to: Timestamp,
}

/// Counts of one campaign, step, channel and quarter of an hour.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Counted {
    /// Which.
    pub campaign_id: Uuid,
    /// From 0.
    pub step: i64,
    /// `email`, `sms`; empty where the count isn't by channel.
    pub channel: String,
    /// Quarters of an hour since 1970.
    pub quarter: i64,
    /// How many.
    pub count: i64,
}

/// Money of one campaign, step, channel, currency and quarter of an hour.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Earned {
    /// Which.
    pub campaign_id: Uuid,
    /// From 0.
    pub step: i64,
    /// `email`, `sms`.
    pub channel: String,
    /// Quarters of an hour since 1970.
    pub quarter: i64,
    /// Of the amounts.
    pub currency: String,
    /// Minor units.
    pub gross_minor: i64,
    /// Minor units.
    pub refunds_minor: i64,
    /// Minor units.
    pub net_minor: i64,
    /// What codes took off, in minor units.
    pub discount_minor: i64,
}

/// What messages of one campaign, step, channel, currency and quarter of an hour cost.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Spent {
    /// Which.
    pub campaign_id: Uuid,
    /// From 0.
    pub step: i64,
    /// `email`, `sms`.
    pub channel: String,
    /// Quarters of an hour since 1970.
    pub quarter: i64,
    /// Of the amount.
    pub currency: String,
    /// Millionths of its main unit.
    pub cost_micros: i64,
}

/// What is counted as having left.
macro_rules! left {
    () => {
        "state IN ('sent', 'delivered', 'unknown')"
    };
}

/// What the nudges that left cost.
///
/// # Errors
/// `Unavailable`.
pub async fn costs(tx: &mut Tx, p: Period) -> Result<Vec<Spent>, DbError> {
    const SQL: &str = concat!(
        "SELECT n.campaign_id, n.step, n.channel, n.sent_at / 900000 AS quarter, m.currency, CAST(SUM(m.cost_micros) AS BIGINT) AS cost_micros
        FROM nudges n JOIN message_costs m ON m.shop_id = n.shop_id AND m.nudge_id = n.id
        WHERE n.shop_id = $1 AND n.sent_at >= $2 AND n.sent_at < $3 AND n.",
        left!(),
        " GROUP BY n.campaign_id, n.step, n.channel, n.sent_at / 900000, m.currency"
    );
    Ok(on_tx!(tx, c => sqlx::query_as(SQL).bind(p.shop.0).bind(ms(p.from)).bind(ms(p.to)).fetch_all(c).await?))
}

/// Nudges that left.
///
/// # Errors
/// `Unavailable`.
pub async fn nudges(tx: &mut Tx, p: Period) -> Result<Vec<Counted>, DbError> {
    const SQL: &str = concat!(
        "SELECT campaign_id, step, channel, sent_at / 900000 AS quarter, COUNT(*) AS count FROM nudges
        WHERE shop_id = $1 AND sent_at >= $2 AND sent_at < $3 AND ",
        left!(),
        " GROUP BY campaign_id, step, channel, sent_at / 900000"
    );
    Ok(on_tx!(tx, c => sqlx::query_as(SQL).bind(p.shop.0).bind(ms(p.from)).bind(ms(p.to)).fetch_all(c).await?))
}

/// Carts that entered campaigns: by campaign and time, by the steps planned for them, or by channel.
///
/// # Errors
/// `Unavailable`.
pub async fn carts(tx: &mut Tx, p: Period, by: By) -> Result<Vec<Counted>, DbError> {
    const PLAIN: &str =
        "SELECT campaign_id, CAST(0 AS BIGINT) AS step, '' AS channel, abandoned_at / 900000 AS quarter, COUNT(*) AS count FROM enrolments
        WHERE shop_id = $1 AND abandoned_at >= $2 AND abandoned_at < $3 GROUP BY campaign_id, abandoned_at / 900000";
    // Those of the time first, and by the nudges' columns: the enrolments' own would be a reason to read all of them in the order of an index.
    const BY_STEP: &str = "SELECT n.campaign_id, n.step, n.channel, CAST(0 AS BIGINT) AS quarter, COUNT(*) AS count
        FROM enrolments e CROSS JOIN nudges n WHERE e.shop_id = $1 AND e.abandoned_at >= $2 AND e.abandoned_at < $3
            AND n.shop_id = $1 AND n.enrolment_id = e.id GROUP BY n.campaign_id, n.step, n.channel";
    const BY_CHANNEL: &str =
        "SELECT n.campaign_id, CAST(0 AS BIGINT) AS step, n.channel, CAST(0 AS BIGINT) AS quarter, COUNT(DISTINCT e.id) AS count
        FROM enrolments e CROSS JOIN nudges n WHERE e.shop_id = $1 AND e.abandoned_at >= $2 AND e.abandoned_at < $3
            AND n.shop_id = $1 AND n.enrolment_id = e.id GROUP BY n.campaign_id, n.channel";
    let sql = match by {
        By::Campaign | By::Day => PLAIN,
        By::Step => BY_STEP,
        By::Channel => BY_CHANNEL,
    };
    Ok(on_tx!(tx, c => sqlx::query_as(sql).bind(p.shop.0).bind(ms(p.from)).bind(ms(p.to)).fetch_all(c).await?))
}

/// Credits of orders placed in the period.
///
/// # Errors
/// `Unavailable`.
pub async fn credits(tx: &mut Tx, p: Period, model: Model) -> Result<Vec<Earned>, DbError> {
    const SQL: &str = "SELECT campaign_id, step, channel, ordered_at / 900000 AS quarter, currency,
            CAST(SUM(gross_minor) AS BIGINT) AS gross_minor, CAST(SUM(refunds_minor) AS BIGINT) AS refunds_minor, CAST(SUM(net_minor) AS BIGINT) AS net_minor,
            CAST(SUM(discount_minor) AS BIGINT) AS discount_minor
        FROM credits WHERE shop_id = $1 AND model = $4 AND ordered_at >= $2 AND ordered_at < $3
        GROUP BY campaign_id, step, channel, ordered_at / 900000, currency";
    Ok(on_tx!(tx, c => sqlx::query_as(SQL).bind(p.shop.0).bind(ms(p.from)).bind(ms(p.to)).bind(model.as_str()).fetch_all(c).await?))
}

/// How many orders have credit: of a campaign, step, channel or quarter of an hour, or of all (`by` is none). A model may credit several of an order's messages, and an
/// order counts once in each. What isn't asked for stays empty.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Ordered {
    /// Which; none where the count isn't by campaign.
    pub campaign_id: Option<Uuid>,
    /// From 0.
    pub step: i64,
    /// `email`, `sms`.
    pub channel: String,
    /// Quarters of an hour since 1970.
    pub quarter: i64,
    /// Of the orders.
    pub currency: String,
    /// How many.
    pub orders: i64,
}

/// Orders placed in the period that have credit.
///
/// # Errors
/// `Unavailable`.
pub async fn orders(tx: &mut Tx, p: Period, (model, by): (Model, Option<By>)) -> Result<Vec<Ordered>, DbError> {
    const NOTHING: [&str; 4] = ["NULL", "CAST(0 AS BIGINT)", "''", "CAST(0 AS BIGINT)"];
    let of = |place: usize, column: &'static str| {
        let mut columns = NOTHING;
        columns.iter_mut().skip(place).take(1).for_each(|c| *c = column);
        columns
    };
    let (columns, group) = match by {
        None => (NOTHING, "currency"),
        Some(By::Campaign) => (of(0, "campaign_id"), "campaign_id, currency"),
        Some(By::Step) => (["campaign_id", "step", "channel", "CAST(0 AS BIGINT)"], "campaign_id, step, channel, currency"),
        Some(By::Channel) => (of(2, "channel"), "channel, currency"),
        Some(By::Day) => (of(3, "ordered_at / 900000"), "ordered_at / 900000, currency"),
    };
    let [campaign, step, channel, quarter] = columns;
    let sql = sqlx::AssertSqlSafe(format!(
        "SELECT {campaign} AS campaign_id, {step} AS step, {channel} AS channel, {quarter} AS quarter, currency, COUNT(DISTINCT order_id) AS orders
        FROM credits WHERE shop_id = $1 AND model = $4 AND ordered_at >= $2 AND ordered_at < $3 GROUP BY {group}"
    ));
    Ok(on_tx!(tx, c => sqlx::query_as(sql).bind(p.shop.0).bind(ms(p.from)).bind(ms(p.to)).bind(model.as_str()).fetch_all(c).await?))
}

/// Orders of one class of evidence and currency, by last touch.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct ByEvidence {
    /// `link`, `code`, `marker`, `view`, `person_in_window`.
    pub evidence: String,
    /// Of the amount.
    pub currency: String,
    /// How many orders.
    pub orders: i64,
    /// Minor units.
    pub net_minor: i64,
}

/// Orders placed in the period by how we know that a message had to do with them, of a generation; none: of the one that is whole.
///
/// # Errors
/// `Unavailable`.
pub async fn by_evidence(db: &Db, p: Period, generation: Option<i64>) -> Result<Vec<ByEvidence>, DbError> {
    let mut tx = snapshot(db).await?;
    let found = match generation {
        None => Reading::of(&mut tx, p).await?.evidence(&mut tx).await?,
        // Of a generation that grows nothing is summed.
        Some(_) => evidence(&mut tx, p, generation).await?,
    };
    tx.rollback().await?;
    Ok(found)
}

/// The same, counted row by row.
///
/// # Errors
/// `Unavailable`.
pub async fn evidence(tx: &mut Tx, p: Period, generation: Option<i64>) -> Result<Vec<ByEvidence>, DbError> {
    const SQL: &str = "SELECT evidence, currency, COUNT(DISTINCT order_id) AS orders, CAST(SUM(net_minor) AS BIGINT) AS net_minor
        FROM credit_ledger WHERE shop_id = $1 AND generation = COALESCE($4, (SELECT s.credit_generation FROM shops s WHERE s.id = $1))
            AND model = 'last_touch' AND ordered_at >= $2 AND ordered_at < $3
        GROUP BY evidence, currency ORDER BY evidence, currency";
    Ok(on_tx!(tx, c => sqlx::query_as(SQL).bind(p.shop.0).bind(ms(p.from)).bind(ms(p.to)).bind(generation).fetch_all(c).await?))
}

/// What stands at the top of a store's overview.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, sqlx::FromRow, serde::Serialize)]
pub struct CartCounts {
    /// Begun in the period.
    pub begun: i64,
    /// Of those, with a contact.
    pub identified: i64,
    /// Of those, abandoned at some time.
    pub abandoned: i64,
    /// Of those begun, bought, with us or without.
    pub bought: i64,
    /// Of those begun, bought and credited to a nudge.
    pub recovered: i64,
}

impl CartCounts {
    /// Each count with its name.
    pub fn named(&self) -> [(&'static str, i64); 5] {
        let Self { begun, identified, abandoned, bought, recovered } = *self;
        [("begun", begun), ("identified", identified), ("abandoned", abandoned), ("bought", bought), ("recovered", recovered)]
    }

    /// Adds to one of them.
    pub(super) fn add(&mut self, name: &str, by: i64) {
        match name {
            "begun" => self.begun += by,
            "identified" => self.identified += by,
            "abandoned" => self.abandoned += by,
            "bought" => self.bought += by,
            "recovered" => self.recovered += by,
            _ => {}
        }
    }
}

/// Carts begun in a period, and what became of them.
///
/// # Errors
/// `Unavailable`.
pub async fn cart_counts(db: &Db, p: Period) -> Result<CartCounts, DbError> {
    let mut tx = snapshot(db).await?;
    let counts = Reading::of(&mut tx, p).await?.begun(&mut tx).await?;
    tx.rollback().await?;
    Ok(counts)
}

/// The same, counted row by row.
///
/// # Errors
/// `Unavailable`.
pub async fn counted_carts(tx: &mut Tx, p: Period) -> Result<CartCounts, DbError> {
    const SQL: &str =
        "SELECT COUNT(*) AS begun, CAST(COALESCE(SUM(CASE WHEN contact_id IS NOT NULL THEN 1 ELSE 0 END), 0) AS BIGINT) AS identified,
            CAST(COALESCE(SUM(CASE WHEN abandoned_at IS NOT NULL THEN 1 ELSE 0 END), 0) AS BIGINT) AS abandoned,
            CAST(COALESCE(SUM(CASE WHEN state IN ('purchased', 'recovered') THEN 1 ELSE 0 END), 0) AS BIGINT) AS bought,
            CAST(COALESCE(SUM(CASE WHEN state = 'recovered' THEN 1 ELSE 0 END), 0) AS BIGINT) AS recovered
        FROM carts WHERE shop_id = $1 AND started_at >= $2 AND started_at < $3 AND merged_into IS NULL AND state <> 'invalid' AND stage <> 'browse'";
    Ok(on_tx!(tx, c => sqlx::query_as(SQL).bind(p.shop.0).bind(ms(p.from)).bind(ms(p.to)).fetch_one(c).await?))
}
