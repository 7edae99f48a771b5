//! What people of a store do to a cart's messages: stopped, gone on with, hurried; and its raw deliveries emptied.

use super::{Db, DbError, Tx, json_ids, ms};
use crate::domain::experiment::Arm;
use crate::domain::ids::{CartId, NudgeId, ShopId};
use crate::domain::nudge::STOPPED;
use jiff::Timestamp;
use sqlx::AssertSqlSafe;
use std::collections::HashSet;
use uuid::Uuid;

/// Notes that a cart's messages are stopped, or not any more. Was it otherwise before? None when there is no such cart.
///
/// # Errors
/// `Unavailable`.
pub async fn set_stopped(tx: &mut Tx, shop: ShopId, cart: CartId, stopped: bool) -> Result<Option<bool>, DbError> {
    const GET: &str = "SELECT COALESCE(stopped, FALSE) FROM carts WHERE shop_id = $1 AND id = $2";
    const SET: &str = "UPDATE carts SET stopped = $3 WHERE shop_id = $1 AND id = $2";
    let was: Option<bool> = on_tx!(tx, c => sqlx::query_scalar(GET).bind(shop.0).bind(cart.0).fetch_optional(c).await?);
    if was.is_some_and(|was| was != stopped) {
        on_tx!(tx, c => sqlx::query(SET).bind(shop.0).bind(cart.0).bind(stopped).execute(c).await?.rows_affected());
    }
    Ok(was.map(|was| was != stopped))
}

/// Are a cart's messages stopped?
///
/// # Errors
/// `Unavailable`.
pub async fn is_stopped(db: &Db, shop: ShopId, cart: CartId) -> Result<bool, DbError> {
    const SQL: &str = "SELECT COALESCE(stopped, FALSE) FROM carts WHERE shop_id = $1 AND id = $2";
    let stopped: Option<bool> = on_db!(db, c => sqlx::query_scalar(SQL).bind(shop.0).bind(cart.0).fetch_optional(c).await?);
    Ok(stopped.unwrap_or_default())
}

/// Those of these carts of which the messages are stopped.
///
/// # Errors
/// `Unavailable`.
pub async fn stopped_among(tx: &mut Tx, shop: ShopId, carts: &[Uuid]) -> Result<HashSet<CartId>, DbError> {
    const GET: &str = "SELECT id FROM carts WHERE shop_id = $1 AND stopped = TRUE AND id";
    let ids: Vec<Uuid> = match tx {
        Tx::Sqlite(tx) => {
            let sql = AssertSqlSafe(format!("{GET} IN (SELECT unhex(value) FROM json_each($2))"));
            sqlx::query_scalar(sql).bind(shop.0).bind(json_ids(carts)).fetch_all(&mut **tx).await?
        }
        Tx::Postgres(tx) => {
            sqlx::query_scalar(AssertSqlSafe(format!("{GET} = ANY($2)"))).bind(shop.0).bind(carts).fetch_all(&mut **tx).await?
        }
    };
    Ok(ids.into_iter().map(CartId).collect())
}

/// Keeps a cart's messages as they are until the transaction ends: an answer that is being recorded is waited for, and the next one waits. What is decided then has its
/// place after the one and before the other, wherever it is done again. SQLite's transactions are alone anyway.
///
/// # Errors
/// `Unavailable`.
pub async fn hold_messages(tx: &mut Tx, shop: ShopId, cart: CartId) -> Result<(), DbError> {
    const SQL: &str = "SELECT id FROM nudges WHERE shop_id = $1 AND cart_id = $2 ORDER BY id FOR UPDATE";
    if let Tx::Postgres(tx) = tx {
        sqlx::query(SQL).bind(shop.0).bind(cart.0).fetch_all(&mut **tx).await?;
    }
    Ok(())
}

/// How many messages of a cart are on their way: nobody can stop those.
///
/// # Errors
/// `Unavailable`.
pub async fn on_their_way(tx: &mut Tx, shop: ShopId, cart: CartId) -> Result<i64, DbError> {
    const SQL: &str = "SELECT COUNT(*) FROM nudges WHERE shop_id = $1 AND cart_id = $2 AND state = 'sending'";
    Ok(on_tx!(tx, c => sqlx::query_scalar(SQL).bind(shop.0).bind(cart.0).fetch_one(c).await?))
}

/// Has what was stopped wait again, as it was planned. Which.
///
/// # Errors
/// `Unavailable`.
pub async fn wait_again(tx: &mut Tx, shop: ShopId, cart: CartId) -> Result<Vec<NudgeId>, DbError> {
    const SQL: &str = "UPDATE nudges SET state = 'scheduled', reason = NULL
        WHERE shop_id = $1 AND cart_id = $2 AND state = 'cancelled' AND reason = $3 RETURNING id";
    let mut ids: Vec<Uuid> = on_tx!(tx, c => sqlx::query_scalar(SQL).bind(shop.0).bind(cart.0).bind(STOPPED).fetch_all(c).await?);
    ids.sort_unstable();
    Ok(ids.into_iter().map(NudgeId).collect())
}

/// Has the planner look at a cart again that it left alone because it was stopped. Does it?
///
/// # Errors
/// `Unavailable`.
pub async fn plan_again(tx: &mut Tx, shop: ShopId, cart: CartId) -> Result<bool, DbError> {
    const LAST: &str =
        "SELECT rule FROM decisions WHERE shop_id = $1 AND cart_id = $2 AND nudge_id IS NULL AND outcome IN ('planned', 'not_planned')
        ORDER BY at DESC, id DESC LIMIT 1";
    const OPEN: &str = "UPDATE carts SET state = 'open' WHERE shop_id = $1 AND id = $2 AND state = 'abandoned'";
    let last: Option<String> = on_tx!(tx, c => sqlx::query_scalar(LAST).bind(shop.0).bind(cart.0).fetch_optional(c).await?);
    if last.as_deref() != Some(STOPPED) {
        return Ok(false);
    }
    let opened = on_tx!(tx, c => sqlx::query(OPEN).bind(shop.0).bind(cart.0).execute(c).await?.rows_affected());
    super::rollups::carts_marked(tx, shop, &[cart.0]).await?;
    Ok(opened > 0)
}

/// A cart's message that is planned next.
#[derive(Debug, Clone, Copy)]
pub struct Next {
    /// Which.
    pub id: NudgeId,
    /// For when.
    pub due_at: Timestamp,
    /// On which side of the comparison its shopper is.
    pub arm: Arm,
}

macro_rules! next {
    ($which:literal) => {
        concat!(
            "SELECT n.id, n.due_at, e.arm FROM nudges n JOIN enrolments e ON e.shop_id = n.shop_id AND e.id = n.enrolment_id
            WHERE n.shop_id = $1 AND n.",
            $which,
            " = $2 AND n.state = 'scheduled' ORDER BY n.due_at, n.step, n.id LIMIT 1"
        )
    };
}

fn read_next((id, due_at, arm): (Uuid, i64, String)) -> Result<Next, DbError> {
    Ok(Next { id: NudgeId(id), due_at: super::instant(due_at), arm: super::word("arm", &arm)? })
}

/// A cart's message that is planned next; none when none waits.
///
/// # Errors
/// `Unavailable`, `Corrupt`.
pub async fn next(tx: &mut Tx, shop: ShopId, cart: CartId) -> Result<Option<Next>, DbError> {
    const SQL: &str = next!("cart_id");
    let row: Option<(Uuid, i64, String)> = on_tx!(tx, c => sqlx::query_as(SQL).bind(shop.0).bind(cart.0).fetch_optional(c).await?);
    row.map(read_next).transpose()
}

/// A message while it waits.
///
/// # Errors
/// `Unavailable`, `Corrupt`.
pub async fn waiting(tx: &mut Tx, shop: ShopId, nudge: NudgeId) -> Result<Option<(Next, CartId)>, DbError> {
    const SQL: &str = next!("id");
    const CART: &str = "SELECT cart_id FROM nudges WHERE shop_id = $1 AND id = $2";
    let row: Option<(Uuid, i64, String)> = on_tx!(tx, c => sqlx::query_as(SQL).bind(shop.0).bind(nudge.0).fetch_optional(c).await?);
    let cart: Option<Uuid> = on_tx!(tx, c => sqlx::query_scalar(CART).bind(shop.0).bind(nudge.0).fetch_optional(c).await?);
    match (row, cart) {
        (Some(row), Some(cart)) => Ok(Some((read_next(row)?, CartId(cart)))),
        _ => Ok(None),
    }
}

/// Makes a message due at an instant, whatever its plan says. The rule of its last decision is forgotten, so that the next one is told even if it is the same.
///
/// # Errors
/// `Unavailable`.
pub async fn hurry(tx: &mut Tx, shop: ShopId, nudge: NudgeId, now: Timestamp) -> Result<(), DbError> {
    const SQL: &str =
        "UPDATE nudges SET planned_for = COALESCE(planned_for, due_at), due_at = $3, wake_at = $3, hurried = TRUE, reason = NULL
        WHERE shop_id = $1 AND id = $2 AND state = 'scheduled'";
    on_tx!(tx, c => sqlx::query(SQL).bind(shop.0).bind(nudge.0).bind(ms(now)).execute(c).await?.rows_affected());
    Ok(())
}

/// Empties the raw deliveries of a cart, and of those merged into it, whose shopper nobody knows.
///
/// # Errors
/// `Unavailable`.
pub async fn erase_raw(tx: &mut Tx, shop: ShopId, cart: CartId) -> Result<(), DbError> {
    const SQL: &str =
        "UPDATE deliveries SET body = '', reason = 'erased on request' WHERE shop_id = $1 AND id IN (SELECT delivery_id FROM events
        WHERE shop_id = $1 AND cart_id IN (SELECT id FROM carts WHERE shop_id = $1 AND (id = $2 OR merged_into = $2)))";
    on_tx!(tx, c => sqlx::query(SQL).bind(shop.0).bind(cart.0).execute(c).await?.rows_affected());
    Ok(())
}

/// The carts that were merged into a cart.
///
/// # Errors
/// `Unavailable`.
pub async fn merged_into(tx: &mut Tx, shop: ShopId, cart: CartId) -> Result<Vec<Uuid>, DbError> {
    const SQL: &str = "SELECT id FROM carts WHERE shop_id = $1 AND merged_into = $2 ORDER BY id";
    Ok(on_tx!(tx, c => sqlx::query_scalar(SQL).bind(shop.0).bind(cart.0).fetch_all(c).await?))
}
