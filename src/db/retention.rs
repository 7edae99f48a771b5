//! How long a store keeps things, how far its nightly run is, and what a run takes away.

use super::{Db, DbError, Tx, instant, json_ids, ms};
use crate::domain::ids::{ContactId, ShopId};
use crate::domain::retention::Kept;
use jiff::Timestamp;
use sqlx::AssertSqlSafe;
use uuid::Uuid;

/// What stands at a delivery whose body was kept for as long as the store wanted.
pub const KEPT_LONG_ENOUGH: &str = "kept for as long as the store wants";

/// How many of each thing went.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Gone {
    /// Webhooks that were emptied.
    pub raw: i64,
    /// What pages told that was emptied.
    pub browser: i64,
    /// Shoppers who were erased.
    pub shoppers: i64,
}

impl Gone {
    /// Was there anything?
    pub fn is_any(&self) -> bool {
        *self != Self::default()
    }
}

/// A store's choice, and its run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// For how long things are kept.
    pub kept: Kept,
    /// When it runs next; while it runs: when it was due.
    pub next_at: Timestamp,
    /// None while it doesn't run.
    pub began_at: Option<Timestamp>,
    /// The last delivery that was looked at as a webhook: what stands before it is done with.
    pub raw_after: Option<Uuid>,
    /// The same of what pages told.
    pub browser_after: Option<Uuid>,
    /// The last contact that this run looked at.
    pub shopper_after: Option<Uuid>,
    /// What this run took away so far.
    pub now: Gone,
    /// When the last run ended.
    pub ended_at: Option<Timestamp>,
    /// What it took away.
    pub last: Gone,
}

#[derive(sqlx::FromRow)]
struct Row {
    raw_months: Option<i64>,
    browser_months: Option<i64>,
    shopper_months: Option<i64>,
    next_at: i64,
    began_at: Option<i64>,
    raw_after: Option<Uuid>,
    browser_after: Option<Uuid>,
    shopper_after: Option<Uuid>,
    raw_now: i64,
    browser_now: i64,
    shopper_now: i64,
    ended_at: Option<i64>,
    raw_last: i64,
    browser_last: i64,
    shopper_last: i64,
}

impl From<Row> for Run {
    fn from(r: Row) -> Self {
        Self {
            kept: Kept { raw: r.raw_months, browser: r.browser_months, shoppers: r.shopper_months },
            next_at: instant(r.next_at),
            began_at: r.began_at.map(instant),
            raw_after: r.raw_after,
            browser_after: r.browser_after,
            shopper_after: r.shopper_after,
            now: Gone { raw: r.raw_now, browser: r.browser_now, shoppers: r.shopper_now },
            ended_at: r.ended_at.map(instant),
            last: Gone { raw: r.raw_last, browser: r.browser_last, shoppers: r.shopper_last },
        }
    }
}

const GET: &str = "SELECT raw_months, browser_months, shopper_months, next_at, began_at, raw_after, browser_after, shopper_after, raw_now, browser_now, shopper_now,
    ended_at, raw_last, browser_last, shopper_last FROM retention WHERE shop_id = $1";

/// A store's choice and run; none while it has neither.
///
/// # Errors
/// `Unavailable`.
pub async fn get(db: &Db, shop: ShopId) -> Result<Option<Run>, DbError> {
    let row: Option<Row> = on_db!(db, c => sqlx::query_as(GET).bind(shop.0).fetch_optional(c).await?);
    Ok(row.map(Run::from))
}

/// The same, locked until the transaction ends.
///
/// # Errors
/// `Unavailable`.
pub async fn lock(tx: &mut Tx, shop: ShopId) -> Result<Option<Run>, DbError> {
    let row: Option<Row> = match tx {
        Tx::Sqlite(tx) => sqlx::query_as(GET).bind(shop.0).fetch_optional(&mut **tx).await?,
        Tx::Postgres(tx) => sqlx::query_as(AssertSqlSafe(format!("{GET} FOR UPDATE"))).bind(shop.0).fetch_optional(&mut **tx).await?,
    };
    Ok(row.map(Run::from))
}

/// Stores it in the place of what was there.
///
/// # Errors
/// `Unavailable`.
pub async fn put(tx: &mut Tx, shop: ShopId, run: &Run) -> Result<(), DbError> {
    const SQL: &str = "INSERT INTO retention (shop_id, raw_months, browser_months, shopper_months, next_at, began_at, raw_after, browser_after, shopper_after,
            raw_now, browser_now, shopper_now, ended_at, raw_last, browser_last, shopper_last)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
        ON CONFLICT (shop_id) DO UPDATE SET raw_months = excluded.raw_months, browser_months = excluded.browser_months,
            shopper_months = excluded.shopper_months, next_at = excluded.next_at, began_at = excluded.began_at, raw_after = excluded.raw_after,
            browser_after = excluded.browser_after, shopper_after = excluded.shopper_after, raw_now = excluded.raw_now, browser_now = excluded.browser_now,
            shopper_now = excluded.shopper_now, ended_at = excluded.ended_at, raw_last = excluded.raw_last, browser_last = excluded.browser_last,
            shopper_last = excluded.shopper_last";
    on_tx!(tx, c => sqlx::query(SQL).bind(shop.0).bind(run.kept.raw).bind(run.kept.browser).bind(run.kept.shoppers).bind(ms(run.next_at))
        .bind(run.began_at.map(ms)).bind(run.raw_after).bind(run.browser_after).bind(run.shopper_after).bind(run.now.raw).bind(run.now.browser)
        .bind(run.now.shoppers).bind(run.ended_at.map(ms)).bind(run.last.raw).bind(run.last.browser).bind(run.last.shoppers).execute(c).await?.rows_affected());
    Ok(())
}

/// Stores whose run is due.
///
/// # Errors
/// `Unavailable`.
pub async fn due(db: &Db, now: Timestamp) -> Result<Vec<ShopId>, DbError> {
    const SQL: &str = "SELECT r.shop_id FROM retention r JOIN shops s ON s.id = r.shop_id
        WHERE r.next_at <= $1 AND s.status <> 'removed' AND s.canary_of IS NULL ORDER BY r.next_at";
    let ids: Vec<Uuid> = on_db!(db, c => sqlx::query_scalar(SQL).bind(ms(now)).fetch_all(c).await?);
    Ok(ids.into_iter().map(ShopId).collect())
}

/// Stores that have no run yet, and when they were added.
///
/// # Errors
/// `Unavailable`.
pub async fn without(db: &Db) -> Result<Vec<ShopId>, DbError> {
    const SQL: &str = "SELECT s.id FROM shops s WHERE s.status <> 'removed' AND s.canary_of IS NULL
        AND NOT EXISTS (SELECT 1 FROM retention r WHERE r.shop_id = s.id)";
    let ids: Vec<Uuid> = on_db!(db, c => sqlx::query_scalar(SQL).fetch_all(c).await?);
    Ok(ids.into_iter().map(ShopId).collect())
}

/// The first id that can be made at an instant: what was made before it has a smaller one.
fn first_id(at: Timestamp) -> Uuid {
    Uuid::from_u128(u128::try_from(ms(at).max(0)).unwrap_or_default() << 80)
}

/// A delivery as a run looks at it.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Old {
    /// Which.
    pub id: Uuid,
    /// As the headers claim.
    pub topic: String,
    /// There is something to be emptied.
    pub is_full: bool,
}

/// The next deliveries that came before an instant and are done with.
///
/// # Errors
/// `Unavailable`.
pub async fn old_deliveries(tx: &mut Tx, shop: ShopId, (after, before): (Option<Uuid>, Timestamp), most: i64) -> Result<Vec<Old>, DbError> {
    const SQL: &str = "SELECT id, topic, (state <> 'pending' AND LENGTH(body) > 0) AS is_full FROM deliveries
        WHERE shop_id = $1 AND id > $2 AND id < $3 ORDER BY id LIMIT $4";
    let after = after.unwrap_or(Uuid::nil());
    Ok(on_tx!(tx, c => sqlx::query_as(SQL).bind(shop.0).bind(after).bind(first_id(before)).bind(most).fetch_all(c).await?))
}

/// Empties deliveries: what came of them stays.
///
/// # Errors
/// `Unavailable`.
pub async fn empty(tx: &mut Tx, shop: ShopId, ids: &[Uuid]) -> Result<(), DbError> {
    const SET: &str = "UPDATE deliveries SET body = '', reason = $3 WHERE shop_id = $1 AND id";
    match tx {
        Tx::Sqlite(tx) => {
            let sql = AssertSqlSafe(format!("{SET} IN (SELECT unhex(value) FROM json_each($2))"));
            sqlx::query(sql).bind(shop.0).bind(json_ids(ids)).bind(KEPT_LONG_ENOUGH).execute(&mut **tx).await?;
        }
        Tx::Postgres(tx) => {
            sqlx::query(AssertSqlSafe(format!("{SET} = ANY($2)"))).bind(shop.0).bind(ids).bind(KEPT_LONG_ENOUGH).execute(&mut **tx).await?;
        }
    }
    Ok(())
}

/// The next contacts that were first seen before an instant, and whether nothing was seen of each since: no cart, no order, no link opened, no word about being
/// written to.
///
/// # Errors
/// `Unavailable`.
pub async fn old_contacts(
    tx: &mut Tx,
    shop: ShopId,
    (after, before): (Option<Uuid>, Timestamp),
    most: i64,
) -> Result<Vec<(ContactId, bool)>, DbError> {
    const SQL: &str = "SELECT p.id, (p.created_at < $5
            AND NOT EXISTS (SELECT 1 FROM carts c WHERE c.shop_id = $1 AND c.contact_id = p.id AND c.active_at >= $5)
            AND NOT EXISTS (SELECT 1 FROM orders o WHERE o.shop_id = $1 AND o.contact_id = p.id AND o.ordered_at >= $5)
            AND NOT EXISTS (SELECT 1 FROM touches t WHERE t.shop_id = $1 AND t.contact_id = p.id AND t.at >= $5)
            AND NOT EXISTS (SELECT 1 FROM consent_log l WHERE l.shop_id = $1 AND l.contact_id = p.id AND (l.at >= $5 OR l.learned_at >= $5)))
        FROM contacts p WHERE p.shop_id = $1 AND p.id > $2 AND p.id < $3 AND p.erased_at IS NULL AND p.merged_into IS NULL ORDER BY p.id LIMIT $4";
    let after = after.unwrap_or(Uuid::nil());
    let rows: Vec<(Uuid, bool)> = on_tx!(tx, c => sqlx::query_as(SQL).bind(shop.0).bind(after).bind(first_id(before)).bind(most).bind(ms(before)).fetch_all(c).await?);
    Ok(rows.into_iter().map(|(id, idle)| (ContactId(id), idle)).collect())
}
