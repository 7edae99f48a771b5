//! Working a store's credits out anew: what was asked for, how far it is, and which generation is read meanwhile.

use super::{Db, DbError, Tx, from_json, instant, ms, to_json};
use crate::domain::campaign::Attribution;
use crate::domain::ids::{CampaignId, ShopId};
use jiff::Timestamp;
use sqlx::AssertSqlSafe;
use std::collections::BTreeMap;
use uuid::Uuid;

/// Former rows that are cleared away at once, by order.
const CLEARED_MAX: i64 = 2_000;

/// What campaigns' orders were credited by, where it differs from what holds now.
pub type Former = BTreeMap<CampaignId, Attribution>;

/// The last time that a store's credits were worked out anew.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// The generation that grows, or has grown.
    pub generation: i64,
    /// Why, in words.
    pub why: String,
    /// What the generation that is whole goes on by meanwhile, where it differs from what holds now.
    pub former: Former,
    /// The last order that was looked at.
    pub after: Option<Uuid>,
    /// How many orders there were when it began; none while they aren't counted.
    pub total: Option<i64>,
    /// How many were looked at.
    pub done: i64,
    /// When it was asked for.
    pub asked_at: Timestamp,
    /// When it took the place of the former.
    pub ended_at: Option<Timestamp>,
    /// When the last row of the former was gone.
    pub cleared_at: Option<Timestamp>,
}

impl Run {
    /// It grows: the former generation is read.
    pub fn is_under_way(&self) -> bool {
        self.ended_at.is_none()
    }

    /// How far it is, in hundredths; never all of it while it is under way.
    pub fn percent(&self) -> i64 {
        match self.total {
            Some(total) if total > 0 => (self.done * 100 / total).clamp(0, 99),
            _ => 0,
        }
    }
}

#[derive(sqlx::FromRow)]
struct Row {
    generation: i64,
    why: String,
    former: String,
    after_id: Option<Uuid>,
    total: Option<i64>,
    done: i64,
    asked_at: i64,
    ended_at: Option<i64>,
    cleared_at: Option<i64>,
}

impl TryFrom<Row> for Run {
    type Error = DbError;
    fn try_from(r: Row) -> Result<Self, DbError> {
        Ok(Self {
            generation: r.generation,
            why: r.why,
            former: from_json("former attribution", &r.former)?,
            after: r.after_id,
            total: r.total,
            done: r.done,
            asked_at: instant(r.asked_at),
            ended_at: r.ended_at.map(instant),
            cleared_at: r.cleared_at.map(instant),
        })
    }
}

const GET: &str =
    "SELECT generation, why, former, after_id, total, done, asked_at, ended_at, cleared_at FROM credit_runs WHERE shop_id = $1";

/// A store's last run.
///
/// # Errors
/// `Unavailable`, `Corrupt`.
pub async fn get(db: &Db, shop: ShopId) -> Result<Option<Run>, DbError> {
    let row: Option<Row> = on_db!(db, c => sqlx::query_as(GET).bind(shop.0).fetch_optional(c).await?);
    row.map(Run::try_from).transpose()
}

/// The same, locked until the transaction ends.
///
/// # Errors
/// `Unavailable`, `Corrupt`.
pub async fn lock(tx: &mut Tx, shop: ShopId) -> Result<Option<Run>, DbError> {
    let row: Option<Row> = match tx {
        Tx::Sqlite(tx) => sqlx::query_as(GET).bind(shop.0).fetch_optional(&mut **tx).await?,
        Tx::Postgres(tx) => sqlx::query_as(AssertSqlSafe(format!("{GET} FOR UPDATE"))).bind(shop.0).fetch_optional(&mut **tx).await?,
    };
    row.map(Run::try_from).transpose()
}

/// Stores a run in the place of a former one.
///
/// # Errors
/// `Unavailable`.
pub async fn put(tx: &mut Tx, shop: ShopId, run: &Run) -> Result<(), DbError> {
    const SQL: &str = "INSERT INTO credit_runs (shop_id, generation, why, former, after_id, total, done, asked_at, ended_at, cleared_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
        ON CONFLICT (shop_id) DO UPDATE SET generation = excluded.generation, why = excluded.why, former = excluded.former, after_id = excluded.after_id,
            total = excluded.total, done = excluded.done, asked_at = excluded.asked_at, ended_at = excluded.ended_at, cleared_at = excluded.cleared_at";
    let former = to_json(&run.former)?;
    on_tx!(tx, c => sqlx::query(SQL).bind(shop.0).bind(run.generation).bind(&run.why).bind(former).bind(run.after).bind(run.total).bind(run.done)
        .bind(ms(run.asked_at)).bind(run.ended_at.map(ms)).bind(run.cleared_at.map(ms)).execute(c).await?.rows_affected());
    Ok(())
}

/// Stores with a run that isn't over, or whose former rows aren't gone; the longest waiting first.
///
/// # Errors
/// `Unavailable`.
pub async fn open(db: &Db) -> Result<Vec<ShopId>, DbError> {
    const SQL: &str = "SELECT shop_id FROM credit_runs WHERE cleared_at IS NULL ORDER BY asked_at, shop_id";
    let ids: Vec<Uuid> = on_db!(db, c => sqlx::query_scalar(SQL).fetch_all(c).await?);
    Ok(ids.into_iter().map(ShopId).collect())
}

/// The generation that is whole.
///
/// # Errors
/// `Unavailable`.
pub async fn whole(tx: &mut Tx, shop: ShopId) -> Result<i64, DbError> {
    const SQL: &str = "SELECT credit_generation FROM shops WHERE id = $1";
    let generation: Option<i64> = on_tx!(tx, c => sqlx::query_scalar(SQL).bind(shop.0).fetch_optional(c).await?);
    Ok(generation.unwrap_or_default())
}

/// From now on this generation is read.
///
/// # Errors
/// `Unavailable`.
pub async fn set_whole(tx: &mut Tx, shop: ShopId, generation: i64) -> Result<(), DbError> {
    const SQL: &str = "UPDATE shops SET credit_generation = $2 WHERE id = $1";
    on_tx!(tx, c => sqlx::query(SQL).bind(shop.0).bind(generation).execute(c).await?.rows_affected());
    Ok(())
}

/// The next orders of a store, at most so many: the id of the last of them, and how many they are; none after the last of all.
///
/// # Errors
/// `Unavailable`.
pub async fn next_orders(tx: &mut Tx, shop: ShopId, after: Uuid, most: i64) -> Result<Option<(Uuid, i64)>, DbError> {
    // Where one ends is all that is asked for: to hand over thousands of ids takes longer than to find it.
    const LAST: &str = "SELECT id FROM orders WHERE shop_id = $1 AND id > $2 ORDER BY id LIMIT 1 OFFSET $3";
    const LEFT: &str = "SELECT id FROM orders WHERE shop_id = $1 AND id > $2 ORDER BY id LIMIT $3";
    let last: Option<Uuid> = on_tx!(tx, c => sqlx::query_scalar(LAST).bind(shop.0).bind(after).bind(most - 1).fetch_optional(c).await?);
    if let Some(last) = last {
        return Ok(Some((last, most)));
    }
    let left: Vec<Uuid> = on_tx!(tx, c => sqlx::query_scalar(LEFT).bind(shop.0).bind(after).bind(most).fetch_all(c).await?);
    Ok(left.last().map(|last| (*last, i64::try_from(left.len()).unwrap_or(most))))
}

/// How many orders a store has.
///
/// # Errors
/// `Unavailable`.
pub async fn count_orders(db: &Db, shop: ShopId) -> Result<i64, DbError> {
    const SQL: &str = "SELECT COUNT(*) FROM orders WHERE shop_id = $1";
    Ok(on_db!(db, c => sqlx::query_scalar(SQL).bind(shop.0).fetch_one(c).await?))
}

/// Clears some rows away that are of no generation that is read or grows. Of how many orders.
///
/// # Errors
/// `Unavailable`.
pub async fn clear(tx: &mut Tx, shop: ShopId, keep: i64) -> Result<usize, DbError> {
    // Whatever has credit has it by every model: one of them finds all, by its index.
    const SOME: &str =
        "SELECT DISTINCT order_id FROM credit_ledger WHERE shop_id = $1 AND model = 'last_touch' AND generation < $2 LIMIT $3";
    const DELETE: &str = "DELETE FROM credit_ledger WHERE shop_id = $1 AND generation < $2 AND order_id";
    let some: Vec<Uuid> = on_tx!(tx, c => sqlx::query_scalar(SOME).bind(shop.0).bind(keep).bind(CLEARED_MAX).fetch_all(c).await?);
    match tx {
        Tx::Sqlite(tx) => {
            let sql = AssertSqlSafe(format!("{DELETE} IN (SELECT unhex(value) FROM json_each($3))"));
            sqlx::query(sql).bind(shop.0).bind(keep).bind(super::json_ids(&some)).execute(&mut **tx).await?;
        }
        Tx::Postgres(tx) => {
            sqlx::query(AssertSqlSafe(format!("{DELETE} = ANY($3)"))).bind(shop.0).bind(keep).bind(&some).execute(&mut **tx).await?;
        }
    }
    Ok(some.len())
}

/// By which model a store's headlines are told.
///
/// # Errors
/// `Unavailable`.
pub async fn set_model(tx: &mut Tx, shop: ShopId, model: &str) -> Result<(), DbError> {
    const SQL: &str = "UPDATE shops SET credit_model = $2 WHERE id = $1";
    on_tx!(tx, c => sqlx::query(SQL).bind(shop.0).bind(model).execute(c).await?.rows_affected());
    Ok(())
}
