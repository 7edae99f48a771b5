//! Answers already given to requests with an idempotency key. A row without an answer is a request that is under way.

use super::{Db, DbError, Tx, ms};
use crate::domain::ids::ShopId;
use jiff::Timestamp;

/// A request to be answered once.
#[derive(Debug, Clone, Copy)]
pub struct Claim<'a> {
    /// As the client sent it.
    pub key: &'a str,
    /// Of what was asked.
    pub request_hash: &'a [u8],
    /// When it came.
    pub now: Timestamp,
    /// Answers given before this are forgotten.
    pub expired_before: Timestamp,
    /// A request begun before this that never was answered has died.
    pub lapsed_before: Timestamp,
}

/// What is known under a key.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Known {
    /// Of what was asked.
    pub request_hash: Vec<u8>,
    /// The answer's status; 0 while it is under way.
    pub status: i64,
    /// The answer's body.
    pub response: String,
}

/// Takes a key for a request, unless it is taken. Was it taken by this call?
///
/// # Errors
/// `Unavailable`.
pub async fn claim(tx: &mut Tx, shop: ShopId, c: &Claim<'_>) -> Result<bool, DbError> {
    const SQL: &str = "INSERT INTO idempotency_keys (shop_id, key, request_hash, status, response, created_at) VALUES ($1, $2, $3, 0, '', $4)
        ON CONFLICT (shop_id, key) DO UPDATE SET request_hash = excluded.request_hash, status = 0, response = '', created_at = excluded.created_at
        WHERE idempotency_keys.created_at < $5 OR (idempotency_keys.status = 0 AND idempotency_keys.created_at < $6)";
    let taken = on_tx!(tx, conn => sqlx::query(SQL).bind(shop.0).bind(c.key).bind(c.request_hash).bind(ms(c.now)).bind(ms(c.expired_before))
        .bind(ms(c.lapsed_before)).execute(conn).await?.rows_affected());
    Ok(taken > 0)
}

/// What is known under a key.
///
/// # Errors
/// `Unavailable`.
pub async fn get(db: &Db, shop: ShopId, key: &str) -> Result<Option<Known>, DbError> {
    const SQL: &str = "SELECT request_hash, status, response FROM idempotency_keys WHERE shop_id = $1 AND key = $2";
    Ok(on_db!(db, c => sqlx::query_as(SQL).bind(shop.0).bind(key).fetch_optional(c).await?))
}

/// Keeps an answer.
///
/// # Errors
/// `Unavailable`.
pub async fn answer(tx: &mut Tx, shop: ShopId, key: &str, status: u16, response: &str) -> Result<(), DbError> {
    const SQL: &str = "UPDATE idempotency_keys SET status = $3, response = $4 WHERE shop_id = $1 AND key = $2 AND status = 0";
    on_tx!(tx, c => sqlx::query(SQL).bind(shop.0).bind(key).bind(i64::from(status)).bind(response).execute(c).await?.rows_affected());
    Ok(())
}

/// Gives a key back: its request changed nothing and may be tried again.
///
/// # Errors
/// `Unavailable`.
pub async fn release(tx: &mut Tx, shop: ShopId, key: &str) -> Result<(), DbError> {
    const SQL: &str = "DELETE FROM idempotency_keys WHERE shop_id = $1 AND key = $2 AND status = 0";
    on_tx!(tx, c => sqlx::query(SQL).bind(shop.0).bind(key).execute(c).await?.rows_affected());
    Ok(())
}

/// Forgets a shop's old answers. How many.
///
/// # Errors
/// `Unavailable`.
pub async fn forget(tx: &mut Tx, shop: ShopId, before: Timestamp) -> Result<u64, DbError> {
    const SQL: &str = "DELETE FROM idempotency_keys WHERE shop_id = $1 AND created_at < $2";
    Ok(on_tx!(tx, c => sqlx::query(SQL).bind(shop.0).bind(ms(before)).execute(c).await?.rows_affected()))
}
