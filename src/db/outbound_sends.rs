//! What endpoints are still to be told, and what came of every try.

use super::{Db, DbError, Tx, instant, ms};
use crate::domain::ids::ShopId;
use jiff::Timestamp;
use uuid::Uuid;

/// One event for one endpoint, to be sent now.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct DueSend {
    /// To whom.
    pub endpoint_id: Uuid,
    /// What.
    pub event_id: Uuid,
    /// Its body.
    pub payload: String,
    /// Tries so far.
    pub attempts: i64,
    due_at: i64,
}

/// Shops that have something to tell now.
///
/// # Errors
/// `Unavailable`.
pub async fn shops_due(db: &Db, now: Timestamp) -> Result<Vec<ShopId>, DbError> {
    const SQL: &str =
        "SELECT DISTINCT s.shop_id FROM webhook_sends s JOIN webhook_endpoints e ON e.shop_id = s.shop_id AND e.id = s.endpoint_id
        WHERE s.state = 'waiting' AND s.due_at <= $1 AND e.state = 'on'";
    let ids: Vec<Uuid> = on_db!(db, c => sqlx::query_scalar(SQL).bind(ms(now)).fetch_all(c).await?);
    Ok(ids.into_iter().map(ShopId).collect())
}

/// What a shop has to tell now, the oldest first.
///
/// # Errors
/// `Unavailable`.
pub async fn due(db: &Db, shop: ShopId, now: Timestamp, most: i64) -> Result<Vec<DueSend>, DbError> {
    const SQL: &str = "SELECT s.endpoint_id, s.event_id, s.payload, s.attempts, s.due_at FROM webhook_sends s
        JOIN webhook_endpoints e ON e.shop_id = s.shop_id AND e.id = s.endpoint_id
        WHERE s.shop_id = $1 AND s.state = 'waiting' AND s.due_at <= $2 AND e.state = 'on' ORDER BY s.due_at, s.event_id LIMIT $3";
    Ok(on_db!(db, c => sqlx::query_as(SQL).bind(shop.0).bind(ms(now)).bind(most).fetch_all(c).await?))
}

/// Takes one to send it: until `until` nobody else does. Was it still as it was seen?
///
/// # Errors
/// `Unavailable`.
pub async fn take(tx: &mut Tx, shop: ShopId, send: &DueSend, until: Timestamp) -> Result<bool, DbError> {
    const SQL: &str = "UPDATE webhook_sends SET due_at = $4, attempts = attempts + 1
        WHERE shop_id = $1 AND endpoint_id = $2 AND event_id = $3 AND state = 'waiting' AND due_at = $5 AND attempts = $6";
    let taken = on_tx!(tx, c => sqlx::query(SQL).bind(shop.0).bind(send.endpoint_id).bind(send.event_id).bind(ms(until)).bind(send.due_at)
        .bind(send.attempts).execute(c).await?.rows_affected());
    Ok(taken > 0)
}

/// What came of a send.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Became {
    /// It was taken.
    Taken,
    /// It is sent again then.
    Again(Timestamp),
    /// It is not sent again.
    GivenUp,
}

/// Notes what came of one send. One that was taken or asked for anew in between stays as it is.
///
/// # Errors
/// `Unavailable`.
pub async fn settle(tx: &mut Tx, shop: ShopId, send: &DueSend, (became, now): (Became, Timestamp)) -> Result<(), DbError> {
    const SQL: &str = "UPDATE webhook_sends SET state = $4, due_at = $5, settled_at = $6
        WHERE shop_id = $1 AND endpoint_id = $2 AND event_id = $3 AND state = 'waiting' AND attempts = $7";
    let (state, due, settled) = match became {
        Became::Taken => ("taken", now, Some(now)),
        Became::Again(at) => ("waiting", at, None),
        Became::GivenUp => ("given_up", now, Some(now)),
    };
    on_tx!(tx, c => sqlx::query(SQL).bind(shop.0).bind(send.endpoint_id).bind(send.event_id).bind(state).bind(ms(due)).bind(settled.map(ms))
        .bind(send.attempts + 1).execute(c).await?.rows_affected());
    Ok(())
}

/// Notes that an endpoint took something, or that it didn't: since when it takes nothing.
///
/// # Errors
/// `Unavailable`.
pub async fn note_health(tx: &mut Tx, shop: ShopId, endpoint: Uuid, failing_at: Option<Timestamp>) -> Result<Option<Timestamp>, DbError> {
    const SQL: &str =
        "UPDATE webhook_endpoints SET failing_since = CASE WHEN CAST($3 AS BIGINT) IS NULL THEN NULL ELSE COALESCE(failing_since, $3) END
        WHERE shop_id = $1 AND id = $2 RETURNING failing_since";
    let since: Option<Option<i64>> =
        on_tx!(tx, c => sqlx::query_scalar(SQL).bind(shop.0).bind(endpoint).bind(failing_at.map(ms)).fetch_optional(c).await?);
    Ok(since.flatten().map(instant))
}

/// Has everything that waits for an endpoint wait until then at least.
///
/// # Errors
/// `Unavailable`.
pub async fn hold(tx: &mut Tx, shop: ShopId, endpoint: Uuid, until: Timestamp) -> Result<(), DbError> {
    const SQL: &str = "UPDATE webhook_sends SET due_at = $3 WHERE shop_id = $1 AND endpoint_id = $2 AND state = 'waiting' AND due_at < $3";
    on_tx!(tx, c => sqlx::query(SQL).bind(shop.0).bind(endpoint).bind(ms(until)).execute(c).await?.rows_affected());
    Ok(())
}

/// Has everything that waits for an endpoint until after `later` be sent now. What is due before that may be on its way.
///
/// # Errors
/// `Unavailable`.
pub async fn release(tx: &mut Tx, shop: ShopId, endpoint: Uuid, (now, later): (Timestamp, Timestamp)) -> Result<(), DbError> {
    const SQL: &str = "UPDATE webhook_sends SET due_at = $3 WHERE shop_id = $1 AND endpoint_id = $2 AND state = 'waiting' AND due_at > $4";
    on_tx!(tx, c => sqlx::query(SQL).bind(shop.0).bind(endpoint).bind(ms(now)).bind(ms(later)).execute(c).await?.rows_affected());
    Ok(())
}

/// A try, as it is kept.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Try {
    /// Ours.
    pub id: Uuid,
    /// To whom.
    pub endpoint_id: Uuid,
    /// What.
    pub event_id: Uuid,
    /// When, in milliseconds.
    pub at: i64,
    /// How long it took.
    pub took_ms: i64,
    /// Of the answer; none when there was none.
    pub status: Option<i64>,
    /// Why there was none.
    pub problem: Option<String>,
    /// Its beginning.
    pub answer: String,
}

/// Keeps a try.
///
/// # Errors
/// `Unavailable`.
pub async fn add_try(tx: &mut Tx, shop: ShopId, t: &Try) -> Result<(), DbError> {
    const SQL: &str = "INSERT INTO webhook_tries (shop_id, id, endpoint_id, event_id, at, took_ms, status, problem, answer) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    on_tx!(tx, c => sqlx::query(SQL).bind(shop.0).bind(t.id).bind(t.endpoint_id).bind(t.event_id).bind(t.at).bind(t.took_ms).bind(t.status)
        .bind(&t.problem).bind(&t.answer).execute(c).await?.rows_affected());
    Ok(())
}

/// The tries of one event for one endpoint, newest first.
///
/// # Errors
/// `Unavailable`.
pub async fn tries(db: &Db, shop: ShopId, (endpoint, event): (Uuid, Uuid), most: i64) -> Result<Vec<Try>, DbError> {
    const SQL: &str = "SELECT id, endpoint_id, event_id, at, took_ms, status, problem, answer FROM webhook_tries
        WHERE shop_id = $1 AND endpoint_id = $2 AND event_id = $3 ORDER BY at DESC, id DESC LIMIT $4";
    Ok(on_db!(db, c => sqlx::query_as(SQL).bind(shop.0).bind(endpoint).bind(event).bind(most).fetch_all(c).await?))
}

/// One event for one endpoint, as it stands in a list, with its last try.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Listed {
    /// Which event.
    pub event_id: Uuid,
    /// What happened.
    pub kind: String,
    /// When, in milliseconds.
    pub at: i64,
    /// As it is sent.
    pub payload: String,
    /// `waiting`, `taken`, `given_up`.
    pub state: String,
    /// While it waits: when it is sent next, in milliseconds.
    pub due_at: i64,
    /// How often it was tried.
    pub attempts: i64,
    /// The last answer's status.
    pub status: Option<i64>,
    /// Why there was no answer.
    pub problem: Option<String>,
}

const LISTED: &str = "SELECT s.event_id, s.kind, s.at, s.payload, s.state, s.due_at, s.attempts,
    (SELECT t.status FROM webhook_tries t WHERE t.shop_id = s.shop_id AND t.endpoint_id = s.endpoint_id AND t.event_id = s.event_id ORDER BY t.at DESC, t.id DESC LIMIT 1) AS status,
    (SELECT t.problem FROM webhook_tries t WHERE t.shop_id = s.shop_id AND t.endpoint_id = s.endpoint_id AND t.event_id = s.event_id ORDER BY t.at DESC, t.id DESC LIMIT 1) AS problem
    FROM webhook_sends s";

/// What an endpoint was told and is to be told, newest first, after a place: an instant and the event of it.
///
/// # Errors
/// `Unavailable`.
pub async fn list(
    db: &Db,
    shop: ShopId,
    (endpoint, state): (Uuid, Option<&str>),
    after: Option<(Timestamp, Uuid)>,
    most: i64,
) -> Result<Vec<Listed>, DbError> {
    let (at, event) = after.map_or((i64::MAX, Uuid::nil()), |(at, event)| (ms(at), event));
    let sql = sqlx::AssertSqlSafe(format!(
        "{LISTED} WHERE s.shop_id = $1 AND s.endpoint_id = $2 AND (s.at < $3 OR (s.at = $3 AND s.event_id < $4)) AND ($5 = '' OR s.state = $5)
            ORDER BY s.at DESC, s.event_id DESC LIMIT $6"
    ));
    let state = state.unwrap_or_default();
    Ok(on_db!(db, c => sqlx::query_as(sql).bind(shop.0).bind(endpoint).bind(at).bind(event).bind(state).bind(most).fetch_all(c).await?))
}

/// One of them.
///
/// # Errors
/// `Unavailable`.
pub async fn one(db: &Db, shop: ShopId, (endpoint, event): (Uuid, Uuid)) -> Result<Option<Listed>, DbError> {
    let sql = sqlx::AssertSqlSafe(format!("{LISTED} WHERE s.shop_id = $1 AND s.endpoint_id = $2 AND s.event_id = $3"));
    Ok(on_db!(db, c => sqlx::query_as(sql).bind(shop.0).bind(endpoint).bind(event).fetch_optional(c).await?))
}

/// Has one sent again, from the first try on. Is it there?
///
/// # Errors
/// `Unavailable`.
pub async fn again(tx: &mut Tx, shop: ShopId, (endpoint, event): (Uuid, Uuid), now: Timestamp) -> Result<bool, DbError> {
    const SQL: &str = "UPDATE webhook_sends SET state = 'waiting', due_at = $4, attempts = 0, settled_at = NULL
        WHERE shop_id = $1 AND endpoint_id = $2 AND event_id = $3";
    Ok(on_tx!(tx, c => sqlx::query(SQL).bind(shop.0).bind(endpoint).bind(event).bind(ms(now)).execute(c).await?.rows_affected()) > 0)
}

/// How many events wait for each endpoint, and how many were given up.
///
/// # Errors
/// `Unavailable`.
pub async fn counts(db: &Db, shop: ShopId) -> Result<Vec<(Uuid, i64, i64)>, DbError> {
    const SQL: &str = "SELECT endpoint_id, CAST(SUM(CASE WHEN state = 'waiting' THEN 1 ELSE 0 END) AS BIGINT),
            CAST(SUM(CASE WHEN state = 'given_up' THEN 1 ELSE 0 END) AS BIGINT) FROM webhook_sends WHERE shop_id = $1 GROUP BY endpoint_id";
    Ok(on_db!(db, c => sqlx::query_as(SQL).bind(shop.0).fetch_all(c).await?))
}

/// Forgets what was settled before an instant, and every try before it. How much.
///
/// # Errors
/// `Unavailable`.
pub async fn forget(tx: &mut Tx, shop: ShopId, before: Timestamp) -> Result<u64, DbError> {
    const TRIES: &str = "DELETE FROM webhook_tries WHERE shop_id = $1 AND at < $2";
    // What was put down at the moment when its endpoint was removed waits for nobody.
    const SENDS: &str = "DELETE FROM webhook_sends WHERE shop_id = $1 AND at < $2 AND ((state <> 'waiting' AND settled_at < $2)
        OR NOT EXISTS (SELECT 1 FROM webhook_endpoints e WHERE e.shop_id = $1 AND e.id = webhook_sends.endpoint_id))";
    let tries = on_tx!(tx, c => sqlx::query(TRIES).bind(shop.0).bind(ms(before)).execute(c).await?.rows_affected());
    Ok(tries + on_tx!(tx, c => sqlx::query(SENDS).bind(shop.0).bind(ms(before)).execute(c).await?.rows_affected()))
}
