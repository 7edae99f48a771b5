//! Comparisons of orders with the platform's books: asked for, worked out by whoever has the lease, kept.

use super::{Db, DbError, Tx, instant, ms};
use crate::domain::ids::ShopId;
use jiff::Timestamp;
use uuid::Uuid;

/// So many of a store are kept, the latest.
const KEPT: i64 = 50;

/// A comparison as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// Whose.
    pub shop_id: ShopId,
    /// Ours.
    pub id: Uuid,
    /// `waiting`, `running`, `done` or `failed`.
    pub state: String,
    /// Of orders placed from this instant on.
    pub from: Timestamp,
    /// To before this one.
    pub to: Timestamp,
    /// When it was asked for.
    pub asked_at: Timestamp,
    /// By whom, as the audit names them; `night`.
    pub asked_by: String,
    /// When it was over.
    pub ended_at: Option<Timestamp>,
    /// What came of it, as JSON.
    pub result: Option<String>,
    /// Why it failed.
    pub problem: Option<String>,
}

#[derive(sqlx::FromRow)]
struct Row {
    shop_id: Uuid,
    id: Uuid,
    state: String,
    from_at: i64,
    to_at: i64,
    asked_at: i64,
    asked_by: String,
    ended_at: Option<i64>,
    result: Option<String>,
    problem: Option<String>,
}

impl From<Row> for Run {
    fn from(r: Row) -> Self {
        Self {
            shop_id: ShopId(r.shop_id),
            id: r.id,
            state: r.state,
            from: instant(r.from_at),
            to: instant(r.to_at),
            asked_at: instant(r.asked_at),
            asked_by: r.asked_by,
            ended_at: r.ended_at.map(instant),
            result: r.result,
            problem: r.problem,
        }
    }
}

macro_rules! columns {
    () => {
        "shop_id, id, state, from_at, to_at, asked_at, asked_by, ended_at, result, problem"
    };
}

/// Keeps a comparison that is asked for, or done already, and forgets the oldest. Of one night there is one: whether it is new.
///
/// # Errors
/// `Unavailable`.
pub async fn insert(tx: &mut Tx, run: &Run, night: Option<&str>) -> Result<bool, DbError> {
    const SQL: &str = "INSERT INTO reconciliations (shop_id, id, state, from_at, to_at, asked_at, asked_by, night, ended_at, result)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (shop_id, night) DO NOTHING";
    const FORGET: &str = "DELETE FROM reconciliations WHERE shop_id = $1 AND state IN ('done', 'failed') AND id NOT IN
        (SELECT r.id FROM reconciliations r WHERE r.shop_id = $1 ORDER BY r.asked_at DESC, r.id DESC LIMIT $2)";
    Ok(on_tx!(tx, c => {
        let new = sqlx::query(SQL).bind(run.shop_id.0).bind(run.id).bind(&run.state).bind(ms(run.from)).bind(ms(run.to)).bind(ms(run.asked_at))
            .bind(&run.asked_by).bind(night).bind(run.ended_at.map(ms)).bind(&run.result).execute(&mut *c).await?.rows_affected();
        sqlx::query(FORGET).bind(run.shop_id.0).bind(KEPT).execute(c).await?;
        new
    }) > 0)
}

/// Is one under way in a store?
///
/// # Errors
/// `Unavailable`.
pub async fn under_way(tx: &mut Tx, shop: ShopId) -> Result<bool, DbError> {
    const SQL: &str = "SELECT id FROM reconciliations WHERE shop_id = $1 AND state IN ('waiting', 'running') LIMIT 1";
    let id: Option<Uuid> = on_tx!(tx, c => sqlx::query_scalar(SQL).bind(shop.0).fetch_optional(c).await?);
    Ok(id.is_some())
}

/// The last that was asked for, and, where `done` is wanted, that came to an end with a result.
///
/// # Errors
/// `Unavailable`.
pub async fn last(db: &Db, shop: ShopId, done: bool) -> Result<Option<Run>, DbError> {
    const ANY: &str = concat!("SELECT ", columns!(), " FROM reconciliations WHERE shop_id = $1 ORDER BY asked_at DESC, id DESC LIMIT 1");
    const DONE: &str = concat!(
        "SELECT ",
        columns!(),
        " FROM reconciliations WHERE shop_id = $1 AND state = 'done' ORDER BY asked_at DESC, id DESC LIMIT 1"
    );
    let row: Option<Row> = on_db!(db, c => sqlx::query_as(if done { DONE } else { ANY }).bind(shop.0).fetch_optional(c).await?);
    Ok(row.map(Run::from))
}

/// Takes one that nobody has, or whose worker is gone.
///
/// # Errors
/// `Unavailable`.
pub async fn take(tx: &mut Tx, holder: &str, (now, until): (Timestamp, Timestamp)) -> Result<Option<Run>, DbError> {
    const FREE: &str = concat!(
        "SELECT ",
        columns!(),
        " FROM reconciliations WHERE state = 'waiting' OR (state = 'running' AND lease_until < $1) ORDER BY asked_at LIMIT 1"
    );
    const TAKE: &str = "UPDATE reconciliations SET state = 'running', lease_by = $3, lease_until = $4
        WHERE shop_id = $1 AND id = $2 AND (state = 'waiting' OR (state = 'running' AND lease_until < $5))";
    let row: Option<Row> = on_tx!(tx, c => sqlx::query_as(FREE).bind(ms(now)).fetch_optional(c).await?);
    let Some(run) = row.map(Run::from) else { return Ok(None) };
    let taken = on_tx!(tx, c => sqlx::query(TAKE).bind(run.shop_id.0).bind(run.id).bind(holder).bind(ms(until)).bind(ms(now)).execute(c).await?
        .rows_affected());
    Ok((taken > 0).then_some(run))
}

/// Holds on to it. Is it still theirs?
///
/// # Errors
/// `Unavailable`.
pub async fn hold(tx: &mut Tx, run: &Run, holder: &str, until: Timestamp) -> Result<bool, DbError> {
    const SQL: &str = "UPDATE reconciliations SET lease_until = $4 WHERE shop_id = $1 AND id = $2 AND lease_by = $3 AND state = 'running'";
    let rows =
        on_tx!(tx, c => sqlx::query(SQL).bind(run.shop_id.0).bind(run.id).bind(holder).bind(ms(until)).execute(c).await?.rows_affected());
    Ok(rows > 0)
}

/// Keeps what came of it: a result as JSON, or why there is none.
///
/// # Errors
/// `Unavailable`.
pub async fn end(tx: &mut Tx, run: &Run, holder: &str, (result, now): (Result<&str, &str>, Timestamp)) -> Result<(), DbError> {
    const SQL: &str = "UPDATE reconciliations SET state = $4, result = $5, problem = $6, ended_at = $7, lease_by = NULL, lease_until = NULL
        WHERE shop_id = $1 AND id = $2 AND lease_by = $3 AND state = 'running'";
    let state = if result.is_ok() { "done" } else { "failed" };
    on_tx!(tx, c => sqlx::query(SQL).bind(run.shop_id.0).bind(run.id).bind(holder).bind(state).bind(result.ok()).bind(result.err()).bind(ms(now))
        .execute(c).await?.rows_affected());
    Ok(())
}

/// Stores that gave access, are at work, and of which no comparison of that night is there.
///
/// # Errors
/// `Unavailable`.
pub async fn without_night(db: &Db, night: &str) -> Result<Vec<ShopId>, DbError> {
    const SQL: &str = "SELECT s.id FROM shops s JOIN shop_access a ON a.shop_id = s.id
        WHERE s.status = 'active' AND s.uninstalled_at IS NULL AND s.canary_of IS NULL
            AND NOT EXISTS (SELECT 1 FROM reconciliations r WHERE r.shop_id = s.id AND r.night = $1) ORDER BY s.id";
    let ids: Vec<Uuid> = on_db!(db, c => sqlx::query_scalar(SQL).bind(night).fetch_all(c).await?);
    Ok(ids.into_iter().map(ShopId).collect())
}
