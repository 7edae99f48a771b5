//! With what stores let us in, sealed, and how asking them went.

use super::{Db, DbError, Tx, instant, ms};
use crate::domain::ids::ShopId;
use jiff::Timestamp;
use std::collections::HashSet;
use uuid::Uuid;

/// Access to a store, sealed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessRow {
    /// Of a client: its public id. None: a token.
    pub client_id: Option<String>,
    /// The token, or the client's secret.
    pub sealed: Vec<u8>,
    /// When it was given.
    pub created_at: Timestamp,
    /// Before then the store isn't asked for its catalogue.
    pub ask_at: Timestamp,
    /// How often asking failed, one after the other.
    pub failures: i64,
    /// Why it failed last; none since it answered.
    pub problem: Option<String>,
    /// When it was last asked for its catalogue.
    pub asked_at: Option<Timestamp>,
}

/// How access was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind<'a> {
    /// By an app's own id, which is public, and its secret.
    Client(&'a str),
    /// By a token that somebody entered.
    Token,
    /// By installing the store's app.
    Install,
}

#[derive(sqlx::FromRow)]
struct Row {
    client_id: Option<String>,
    sealed: Vec<u8>,
    created_at: i64,
    ask_at: i64,
    failures: i64,
    problem: Option<String>,
    asked_at: Option<i64>,
}

impl From<Row> for AccessRow {
    fn from(row: Row) -> Self {
        let Row { client_id, sealed, created_at, ask_at, failures, problem, asked_at } = row;
        let (created_at, ask_at, asked_at) = (instant(created_at), instant(ask_at), asked_at.map(instant));
        Self { client_id, sealed, created_at, ask_at, failures, problem, asked_at }
    }
}

/// A store's access; none where none was given.
///
/// # Errors
/// `Unavailable`.
pub async fn get(db: &Db, shop: ShopId) -> Result<Option<AccessRow>, DbError> {
    const SQL: &str = "SELECT client_id, sealed, created_at, ask_at, failures, problem, asked_at FROM shop_access WHERE shop_id = $1";
    let row: Option<Row> = on_db!(db, c => sqlx::query_as(SQL).bind(shop.0).fetch_optional(c).await?);
    // Of what a store took back nothing is left but what was set about it.
    Ok(row.filter(|r| !r.sealed.is_empty()).map(AccessRow::from))
}

/// Puts this access in the place of any other.
///
/// # Errors
/// `Unavailable`.
pub async fn set(tx: &mut Tx, shop: ShopId, kind: Kind<'_>, sealed: &[u8], now: Timestamp) -> Result<(), DbError> {
    const SQL: &str =
        "INSERT INTO shop_access (shop_id, kind, client_id, sealed, created_at, ask_at, failures) VALUES ($1, $2, $3, $4, $5, $5, 0)
        ON CONFLICT (shop_id) DO UPDATE SET kind = excluded.kind, client_id = excluded.client_id, sealed = excluded.sealed,
            created_at = excluded.created_at, ask_at = excluded.ask_at, failures = 0, problem = NULL, asked_at = NULL";
    let (kind, client_id) = match kind {
        Kind::Client(id) => ("client", Some(id)),
        Kind::Token => ("token", None),
        Kind::Install => ("install", None),
    };
    on_tx!(tx, c => sqlx::query(SQL).bind(shop.0).bind(kind).bind(client_id).bind(sealed).bind(ms(now)).execute(c).await?.rows_affected());
    Ok(())
}

/// Whether opt-outs are told to the store. Is there access?
///
/// # Errors
/// `Unavailable`.
pub async fn set_tell_opt_outs(tx: &mut Tx, shop: ShopId, tell: bool) -> Result<bool, DbError> {
    const SQL: &str = "UPDATE shop_access SET tell_opt_outs = $2 WHERE shop_id = $1";
    Ok(on_tx!(tx, c => sqlx::query(SQL).bind(shop.0).bind(tell).execute(c).await?.rows_affected()) > 0)
}

/// The store took back what it gave by installing its app: the token is void, and forgotten. What was set about it stays.
///
/// # Errors
/// `Unavailable`.
pub async fn void_installed(tx: &mut Tx, shop: ShopId) -> Result<(), DbError> {
    const SQL: &str = "UPDATE shop_access SET sealed = $2 WHERE shop_id = $1 AND kind = 'install'";
    on_tx!(tx, c => sqlx::query(SQL).bind(shop.0).bind(Vec::<u8>::new()).execute(c).await?.rows_affected());
    Ok(())
}

/// Forgets a store's access. Was there any?
///
/// # Errors
/// `Unavailable`.
pub async fn remove(tx: &mut Tx, shop: ShopId) -> Result<bool, DbError> {
    let removed = on_tx!(tx, c => sqlx::query("DELETE FROM shop_access WHERE shop_id = $1").bind(shop.0).execute(c).await?.rows_affected());
    Ok(removed > 0)
}

/// Stores that gave access and may be asked for their catalogue by now.
///
/// # Errors
/// `Unavailable`.
pub async fn to_be_asked(db: &Db, now: Timestamp) -> Result<HashSet<ShopId>, DbError> {
    const SQL: &str = "SELECT s.id FROM shops s JOIN shop_access a ON a.shop_id = s.id WHERE a.ask_at <= $1 AND LENGTH(a.sealed) > 0";
    let ids: Vec<Uuid> = on_db!(db, c => sqlx::query_scalar(SQL).bind(ms(now)).fetch_all(c).await?);
    Ok(ids.into_iter().map(ShopId).collect())
}

/// Takes the right to ask a store for its catalogue until an instant, if nobody has it and it may be asked by now. Of two at once only one gets it.
///
/// # Errors
/// `Unavailable`.
pub async fn take_turn(db: &Db, shop: ShopId, now: Timestamp, until: Timestamp) -> Result<bool, DbError> {
    const SQL: &str = "UPDATE shop_access SET ask_at = $3, asked_at = $2 WHERE shop_id = $1 AND ask_at <= $2";
    let mut tx = db.begin().await?;
    let taken = on_tx!(&mut tx, c => sqlx::query(SQL).bind(shop.0).bind(ms(now)).bind(ms(until)).execute(c).await?.rows_affected());
    tx.commit().await?;
    Ok(taken > 0)
}

/// How asking went: the store answered, or why not; and when it may be asked again. Nothing is noted of access that was replaced meanwhile.
///
/// # Errors
/// `Unavailable`.
pub async fn end_turn(db: &Db, shop: ShopId, held_until: Timestamp, (problem, ask_at): (Option<&str>, Timestamp)) -> Result<(), DbError> {
    const SQL: &str =
        "UPDATE shop_access SET ask_at = $4, problem = $3, failures = CASE WHEN CAST($3 AS TEXT) IS NULL THEN 0 ELSE failures + 1 END
        WHERE shop_id = $1 AND ask_at = $2";
    let mut tx = db.begin().await?;
    on_tx!(&mut tx, c => sqlx::query(SQL).bind(shop.0).bind(ms(held_until)).bind(problem).bind(ms(ask_at)).execute(c).await?.rows_affected());
    tx.commit().await
}
