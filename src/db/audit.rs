//! What people and programs did to the settings: looked through.

use super::access::AuditEntry;
use super::{Db, DbError, instant, ms};
use crate::domain::ids::ShopId;
use jiff::Timestamp;
use uuid::Uuid;

/// When something was last done in a shop, by its word in the audit.
///
/// # Errors
/// `Unavailable`.
pub async fn last_done(db: &Db, shop: ShopId, action: &str) -> Result<Option<Timestamp>, DbError> {
    const SQL: &str = "SELECT MAX(at) FROM audit WHERE shop_id = $1 AND action = $2";
    let at: Option<i64> = on_db!(db, c => sqlx::query_scalar(SQL).bind(shop.0).bind(action).fetch_one(c).await?);
    Ok(at.map(instant))
}

/// Which of what was done is wanted; an empty word is no condition.
#[derive(Debug, Clone, Copy, Default)]
pub struct Filter<'a> {
    /// By whom: a person's or token's id, or `cli`.
    pub actor: &'a str,
    /// What, by how its word begins.
    pub action: &'a str,
    /// From this instant on.
    pub from: Option<Timestamp>,
    /// To before this one.
    pub to: Option<Timestamp>,
}

/// What was done, newest first, as far as it is wanted, after a cursor.
///
/// # Errors
/// `Unavailable`.
pub async fn found(db: &Db, shop: ShopId, f: &Filter<'_>, after: Option<Uuid>, most: i64) -> Result<Vec<AuditEntry>, DbError> {
    const SQL: &str = "SELECT id, at, actor, action, detail FROM audit WHERE shop_id = $1 AND id < $2 AND ($3 = '' OR actor = $3)
            AND ($4 = '' OR action = $4 OR SUBSTR(action, 1, LENGTH($4) + 1) = $4 || '.') AND at >= $5 AND at < $6 ORDER BY id DESC LIMIT $7";
    let (from, to) = (f.from.map_or(i64::MIN, ms), f.to.map_or(i64::MAX, ms));
    let rows: Vec<(Uuid, i64, String, String, String)> = on_db!(db, c => sqlx::query_as(SQL).bind(shop.0).bind(after.unwrap_or(Uuid::max()))
        .bind(f.actor).bind(f.action).bind(from).bind(to).bind(most).fetch_all(c).await?);
    Ok(rows.into_iter().map(|(id, at, actor, action, detail)| AuditEntry { id, at: instant(at), actor, action, detail }).collect())
}

/// Who did anything in a shop, and what is done in it.
///
/// # Errors
/// `Unavailable`.
pub async fn words(db: &Db, shop: ShopId) -> Result<(Vec<String>, Vec<String>), DbError> {
    const ACTORS: &str = "SELECT DISTINCT actor FROM audit WHERE shop_id = $1 ORDER BY actor LIMIT 200";
    const ACTIONS: &str = "SELECT DISTINCT action FROM audit WHERE shop_id = $1 ORDER BY action LIMIT 200";
    let actors: Vec<String> = on_db!(db, c => sqlx::query_scalar(ACTORS).bind(shop.0).fetch_all(c).await?);
    let actions: Vec<String> = on_db!(db, c => sqlx::query_scalar(ACTIONS).bind(shop.0).fetch_all(c).await?);
    Ok((actors, actions))
}

/// The names that ids of programs' tokens have, those that were revoked as well.
///
/// # Errors
/// `Unavailable`.
pub async fn token_names(db: &Db, shop: ShopId) -> Result<Vec<(Uuid, String)>, DbError> {
    Ok(on_db!(db, c => sqlx::query_as("SELECT id, name FROM api_tokens WHERE shop_id = $1").bind(shop.0).fetch_all(c).await?))
}
