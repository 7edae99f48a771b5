//! What came of trying another campaign on the past: message by message, and added up.

use crate::db::{Db, DbError, instant, ms};
use crate::domain::ids::{CampaignId, CartId, ShopId};
use futures_util::TryStreamExt as _;
use jiff::Timestamp;
use uuid::Uuid;

/// One message that would have been sent or not, or one cart for which none would have been planned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrialRow {
    /// When it was decided.
    pub at: Timestamp,
    /// About which cart.
    pub cart: CartId,
    /// The shopper's address, unmasked.
    pub email: Option<String>,
    /// The shopper's number, unmasked.
    pub phone: Option<String>,
    /// By which channel, of a message.
    pub channel: Option<String>,
    /// Which step, from 0, of a message.
    pub step: Option<i64>,
    /// `sent`, `cancel`, `not_planned`.
    pub outcome: String,
    /// Which rule.
    pub rule: String,
    /// In a sentence.
    pub why: String,
}

#[derive(sqlx::FromRow)]
struct Row {
    at: i64,
    cart_id: Uuid,
    email: Option<String>,
    phone: Option<String>,
    channel: Option<String>,
    step: Option<i64>,
    outcome: String,
    rule: String,
    why: String,
}

/// Hands over each row of a period, in the order of time; ties in the order of carts and steps.
///
/// # Errors
/// `Unavailable`.
pub async fn trial_rows(
    rebuilt: &Db,
    shop: ShopId,
    (from, to): (Timestamp, Timestamp),
    mut each: impl FnMut(TrialRow),
) -> Result<(), DbError> {
    // A message is explained by the rule that let it leave, not by its provider's word.
    const SQL: &str = "SELECT d.at, d.cart_id, JSON_EXTRACT(c.facts, '$.email.value') AS email, JSON_EXTRACT(c.facts, '$.phone.value') AS phone, n.channel, n.step,
            d.outcome, COALESCE(s.rule, d.rule) AS rule, COALESCE(s.why, d.why) AS why
        FROM decisions d
        LEFT JOIN carts c ON c.shop_id = $1 AND c.id = d.cart_id
        LEFT JOIN nudges n ON n.shop_id = $1 AND n.id = d.nudge_id
        LEFT JOIN decisions s ON d.outcome = 'sent' AND s.shop_id = $1 AND s.nudge_id = d.nudge_id AND s.outcome = 'send'
            AND s.id = (SELECT MAX(l.id) FROM decisions l WHERE l.shop_id = $1 AND l.nudge_id = d.nudge_id AND l.outcome = 'send')
        WHERE d.shop_id = $1 AND d.at >= $2 AND d.at < $3 AND d.outcome IN ('sent', 'cancel', 'not_planned') AND d.rule <> 'no_campaign'
        ORDER BY d.at, d.cart_id, n.step, d.id";
    let Db::Sqlite { read, .. } = rebuilt else { return Err(DbError::Corrupt("a trial is made in SQLite".into())) };
    let mut rows = sqlx::query_as::<_, Row>(SQL).bind(shop.0).bind(ms(from)).bind(ms(to)).fetch(read);
    while let Some(r) = rows.try_next().await? {
        let (at, cart) = (instant(r.at), CartId(r.cart_id));
        let Row { email, phone, channel, step, outcome, rule, why, .. } = r;
        each(TrialRow { at, cart, email, phone, channel, step, outcome, rule, why });
    }
    Ok(())
}

/// How often each rule kept something from being sent, in a period: `(rule, count)`; once per message or cart.
///
/// # Errors
/// `Unavailable`.
pub async fn trial_rules(rebuilt: &Db, shop: ShopId, (from, to): (Timestamp, Timestamp)) -> Result<Vec<(String, i64)>, DbError> {
    const SQL: &str =
        "SELECT rule, COUNT(*) FROM decisions WHERE shop_id = $1 AND at >= $2 AND at < $3 AND outcome IN ('cancel', 'not_planned')
        AND rule <> 'no_campaign' GROUP BY rule ORDER BY rule";
    Ok(on_db!(rebuilt, c => sqlx::query_as(SQL).bind(shop.0).bind(ms(from)).bind(ms(to)).fetch_all(c).await?))
}

/// Messages that left in a period for carts that were left in it, and how many carts: `(messages, carts)`.
///
/// # Errors
/// `Unavailable`.
pub async fn sent_in(db: &Db, shop: ShopId, (from, to): (Timestamp, Timestamp)) -> Result<(i64, i64), DbError> {
    const SQL: &str = "SELECT COUNT(*), COUNT(DISTINCT n.cart_id) FROM nudges n JOIN enrolments e ON e.shop_id = $1 AND e.id = n.enrolment_id
        WHERE n.shop_id = $1 AND n.sent_at >= $2 AND n.sent_at < $3 AND e.abandoned_at >= $2 AND n.state IN ('sent', 'delivered', 'unknown')";
    Ok(on_db!(db, c => sqlx::query_as(SQL).bind(shop.0).bind(ms(from)).bind(ms(to)).fetch_one(c).await?))
}

/// The same for one campaign, step by step: `(step from 0, channel, messages)`.
///
/// # Errors
/// `Unavailable`.
pub async fn sent_by_step(
    db: &Db,
    shop: ShopId,
    campaign: CampaignId,
    (from, to): (Timestamp, Timestamp),
) -> Result<Vec<(i64, String, i64)>, DbError> {
    const SQL: &str = "SELECT n.step, n.channel, COUNT(*) FROM nudges n JOIN enrolments e ON e.shop_id = $1 AND e.id = n.enrolment_id
        WHERE n.shop_id = $1 AND n.campaign_id = $2 AND n.sent_at >= $3 AND n.sent_at < $4 AND e.abandoned_at >= $3
            AND n.state IN ('sent', 'delivered', 'unknown') GROUP BY n.step, n.channel ORDER BY n.step, n.channel";
    Ok(on_db!(db, c => sqlx::query_as(SQL).bind(shop.0).bind(campaign.0).bind(ms(from)).bind(ms(to)).fetch_all(c).await?))
}

/// How many moments of a store are to be gone through; 0 while they aren't in order yet.
///
/// # Errors
/// `Unavailable`.
pub async fn moments(given: &Db, shop: ShopId) -> Result<i64, DbError> {
    const SQL: &str = "SELECT COUNT(*) FROM replay_script WHERE shop_id = $1";
    Ok(on_db!(given, c => sqlx::query_scalar(SQL).bind(shop.0).fetch_one(c).await?))
}

/// How many messages still wait.
///
/// # Errors
/// `Unavailable`.
pub async fn still_waiting(db: &Db, shop: ShopId) -> Result<i64, DbError> {
    const SQL: &str = "SELECT COUNT(*) FROM nudges WHERE shop_id = $1 AND state = 'scheduled'";
    Ok(on_db!(db, c => sqlx::query_scalar(SQL).bind(shop.0).fetch_one(c).await?))
}
