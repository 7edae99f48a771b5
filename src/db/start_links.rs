//! The links by which the first owner's account is made, by the hashes of their secrets.

use super::{Db, DbError, Tx, ms};
use jiff::Timestamp;

/// Keeps a link, and of the others the newest `most`.
///
/// # Errors
/// `Unavailable`.
pub async fn add(tx: &mut Tx, hash: &[u8], now: Timestamp, most: i64) -> Result<(), DbError> {
    const OLD: &str = "DELETE FROM start_links WHERE token_hash NOT IN (SELECT token_hash FROM start_links ORDER BY made_at DESC LIMIT $1)";
    on_tx!(tx, c => {
        sqlx::query(OLD).bind(most).execute(&mut *c).await?;
        sqlx::query("INSERT INTO start_links (token_hash, made_at) VALUES ($1, $2)").bind(hash).bind(ms(now)).execute(c).await?;
    });
    Ok(())
}

/// Is there such a link?
///
/// # Errors
/// `Unavailable`.
pub async fn is_there(db: &Db, hash: &[u8]) -> Result<bool, DbError> {
    let count: i64 =
        on_db!(db, c => sqlx::query_scalar("SELECT COUNT(*) FROM start_links WHERE token_hash = $1").bind(hash).fetch_one(c).await?);
    Ok(count > 0)
}

/// Uses a link up, and every other with it. Was it there? Of two that use links at the same time one alone finds them.
///
/// # Errors
/// `Unavailable`.
pub async fn use_up(tx: &mut Tx, hash: &[u8]) -> Result<bool, DbError> {
    let used = on_tx!(tx, c => sqlx::query("DELETE FROM start_links WHERE token_hash = $1").bind(hash).execute(c).await?.rows_affected());
    on_tx!(tx, c => sqlx::query("DELETE FROM start_links").execute(c).await?.rows_affected());
    Ok(used > 0)
}
