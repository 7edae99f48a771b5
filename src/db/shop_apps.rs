//! Apps that stores install, what was granted to them, and installations that are under way.

use super::{Db, DbError, Tx, instant, ms};
use crate::domain::ids::ShopId;
use jiff::Timestamp;
use uuid::Uuid;

/// A store's app.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppRow {
    /// Public.
    pub client_id: String,
    /// Its secret, sealed.
    pub sealed: Vec<u8>,
    /// When it was installed; none: not yet, or removed in the store since.
    pub installed_at: Option<Timestamp>,
    /// What the store granted.
    pub scopes: Vec<String>,
    /// What the store sends webhooks about, in the platform's words.
    pub topics: Vec<String>,
    /// What it doesn't, each with why.
    pub refused: Vec<(String, String)>,
    /// What went wrong when it was last installed or looked at.
    pub problem: Option<String>,
    /// When the store was last asked.
    pub looked_at: Option<Timestamp>,
}

type Raw = (String, Vec<u8>, Option<i64>, String, String, String, Option<String>, Option<i64>);

fn listed(text: &str) -> Vec<String> {
    text.split_whitespace().map(str::to_owned).collect()
}

/// A store's app; none where none was entered.
///
/// # Errors
/// `Unavailable`.
pub async fn get(db: &Db, shop: ShopId) -> Result<Option<AppRow>, DbError> {
    const SQL: &str =
        "SELECT client_id, sealed, installed_at, scopes, topics, refused, problem, looked_at FROM shop_apps WHERE shop_id = $1";
    let raw: Option<Raw> = on_db!(db, c => sqlx::query_as(SQL).bind(shop.0).fetch_optional(c).await?);
    let read = |(client_id, sealed, installed_at, scopes, topics, refused, problem, looked_at): Raw| AppRow {
        client_id,
        sealed,
        installed_at: installed_at.map(instant),
        scopes: listed(&scopes),
        topics: listed(&topics),
        refused: refused.lines().filter_map(|l| l.split_once(' ')).map(|(topic, why)| (topic.to_owned(), why.to_owned())).collect(),
        problem,
        looked_at: looked_at.map(instant),
    };
    Ok(raw.map(read))
}

/// The stores in which an app is installed.
///
/// # Errors
/// `Unavailable`.
pub async fn installed(db: &Db) -> Result<Vec<ShopId>, DbError> {
    const SQL: &str = "SELECT shop_id FROM shop_apps WHERE installed_at IS NOT NULL";
    let ids: Vec<Uuid> = on_db!(db, c => sqlx::query_scalar(SQL).fetch_all(c).await?);
    Ok(ids.into_iter().map(ShopId).collect())
}

/// Puts this app in the place of any other. What another was granted is none of its business; the same one keeps it.
///
/// # Errors
/// `Unavailable`.
pub async fn set(tx: &mut Tx, shop: ShopId, (client_id, sealed): (&str, &[u8]), now: Timestamp) -> Result<(), DbError> {
    const SQL: &str =
        "INSERT INTO shop_apps (shop_id, client_id, sealed, created_at, scopes, topics, refused) VALUES ($1, $2, $3, $4, '', '', '')
        ON CONFLICT (shop_id) DO UPDATE SET client_id = excluded.client_id, sealed = excluded.sealed, problem = NULL,
            installed_at = CASE WHEN shop_apps.client_id = excluded.client_id THEN shop_apps.installed_at END,
            scopes = CASE WHEN shop_apps.client_id = excluded.client_id THEN shop_apps.scopes ELSE '' END,
            topics = CASE WHEN shop_apps.client_id = excluded.client_id THEN shop_apps.topics ELSE '' END,
            refused = CASE WHEN shop_apps.client_id = excluded.client_id THEN shop_apps.refused ELSE '' END";
    on_tx!(tx, c => sqlx::query(SQL).bind(shop.0).bind(client_id).bind(sealed).bind(ms(now)).execute(c).await?.rows_affected());
    Ok(())
}

/// Notes that the app was installed, and what it was granted.
///
/// # Errors
/// `Unavailable`.
pub async fn set_installed(tx: &mut Tx, shop: ShopId, scopes: &[String], now: Timestamp) -> Result<(), DbError> {
    const SQL: &str =
        "UPDATE shop_apps SET installed_at = $2, scopes = $3, topics = '', refused = '', problem = NULL, looked_at = $2 WHERE shop_id = $1";
    on_tx!(tx, c => sqlx::query(SQL).bind(shop.0).bind(ms(now)).bind(scopes.join(" ")).execute(c).await?.rows_affected());
    Ok(())
}

/// What a store said when it was looked at.
#[derive(Debug, Clone, Copy)]
pub struct Looked<'a> {
    /// What it granted.
    pub scopes: &'a [String],
    /// What it sends webhooks about.
    pub topics: &'a [String],
    /// What it doesn't, each with why.
    pub refused: &'a [(String, String)],
}

/// Notes what a store said of its app, while it is installed.
///
/// # Errors
/// `Unavailable`.
pub async fn set_looked(tx: &mut Tx, shop: ShopId, looked: &Looked<'_>, now: Timestamp) -> Result<(), DbError> {
    const SQL: &str = "UPDATE shop_apps SET scopes = $3, topics = $4, refused = $5, problem = NULL, looked_at = $2
        WHERE shop_id = $1 AND installed_at IS NOT NULL";
    let lines: Vec<String> = looked.refused.iter().map(|(topic, why)| format!("{topic} {}", why.replace(['\r', '\n'], " "))).collect();
    on_tx!(tx, c => sqlx::query(SQL).bind(shop.0).bind(ms(now)).bind(looked.scopes.join(" ")).bind(looked.topics.join(" ")).bind(lines.join("\n"))
        .execute(c).await?.rows_affected());
    Ok(())
}

/// Notes what went wrong.
///
/// # Errors
/// `Unavailable`.
pub async fn set_problem(tx: &mut Tx, shop: ShopId, problem: &str) -> Result<(), DbError> {
    const SQL: &str = "UPDATE shop_apps SET problem = $2 WHERE shop_id = $1";
    on_tx!(tx, c => sqlx::query(SQL).bind(shop.0).bind(problem).execute(c).await?.rows_affected());
    Ok(())
}

/// The store removed the app: what it was granted is void.
///
/// # Errors
/// `Unavailable`.
pub async fn set_removed(tx: &mut Tx, shop: ShopId) -> Result<(), DbError> {
    const SQL: &str = "UPDATE shop_apps SET installed_at = NULL, scopes = '', topics = '', refused = '', problem = NULL WHERE shop_id = $1";
    on_tx!(tx, c => sqlx::query(SQL).bind(shop.0).execute(c).await?.rows_affected());
    Ok(())
}

/// Remembers an installation that begins, and forgets those of the store whose time is over.
///
/// # Errors
/// `Unavailable`.
pub async fn begin(
    tx: &mut Tx,
    shop: ShopId,
    (state_hash, session): (&[u8], Uuid),
    (now, until): (Timestamp, Timestamp),
) -> Result<(), DbError> {
    on_tx!(tx, c => {
        sqlx::query("DELETE FROM shop_installs WHERE shop_id = $1 AND expires_at <= $2").bind(shop.0).bind(ms(now)).execute(&mut *c).await?;
        sqlx::query("INSERT INTO shop_installs (shop_id, state_hash, session_id, expires_at) VALUES ($1, $2, $3, $4)")
            .bind(shop.0).bind(state_hash).bind(session).bind(ms(until)).execute(c).await?;
    });
    Ok(())
}

/// Uses up an installation that this session began and whose time is not over. Was there one?
///
/// # Errors
/// `Unavailable`.
pub async fn take(tx: &mut Tx, shop: ShopId, (state_hash, session): (&[u8], Uuid), now: Timestamp) -> Result<bool, DbError> {
    const SQL: &str = "DELETE FROM shop_installs WHERE shop_id = $1 AND state_hash = $2 AND session_id = $3 AND expires_at > $4";
    let taken =
        on_tx!(tx, c => sqlx::query(SQL).bind(shop.0).bind(state_hash).bind(session).bind(ms(now)).execute(c).await?.rows_affected());
    Ok(taken > 0)
}

/// Was the app installed since an instant, as the audit has it? A removal that is told late says nothing about an installation after it.
///
/// # Errors
/// `Unavailable`.
pub async fn installed_since(tx: &mut Tx, shop: ShopId, at: Timestamp) -> Result<bool, DbError> {
    const SQL: &str = "SELECT COUNT(*) FROM audit WHERE shop_id = $1 AND action = 'shop.installed' AND at > $2";
    let count: i64 = on_tx!(tx, c => sqlx::query_scalar(SQL).bind(shop.0).bind(ms(at)).fetch_one(c).await?);
    Ok(count > 0)
}
