//! Who is on the team, and who is asked to join it.

use super::{Db, DbError, Tx, ms};
use crate::domain::ids::ShopId;
use jiff::Timestamp;
use uuid::Uuid;

/// When each person was last seen, in milliseconds.
///
/// # Errors
/// `Unavailable`.
pub async fn last_seen(db: &Db) -> Result<Vec<(Uuid, Option<i64>)>, DbError> {
    Ok(on_db!(db, c => sqlx::query_as("SELECT id, last_seen_at FROM users").fetch_all(c).await?))
}

/// Who is an owner of every store. On PostgreSQL whoever asks waits until others who asked have done what they wanted: so that of the last two owners, each can't
/// remove the other.
///
/// # Errors
/// `Unavailable`.
pub async fn owners_everywhere(tx: &mut Tx) -> Result<Vec<Uuid>, DbError> {
    const LITE: &str = "SELECT id FROM users WHERE role = 'owner' AND only_shop IS NULL ORDER BY id";
    const PG: &str = "SELECT id FROM users WHERE role = 'owner' AND only_shop IS NULL ORDER BY id FOR UPDATE";
    Ok(match tx {
        Tx::Sqlite(tx) => sqlx::query_scalar(LITE).fetch_all(&mut **tx).await?,
        Tx::Postgres(tx) => sqlx::query_scalar(PG).fetch_all(&mut **tx).await?,
    })
}

/// Who is an owner of this store alone; waiting likewise.
///
/// # Errors
/// `Unavailable`.
pub async fn owners_in(tx: &mut Tx, shop: ShopId) -> Result<Vec<Uuid>, DbError> {
    const LITE: &str = "SELECT user_id FROM user_shops WHERE shop_id = $1 AND role = 'owner' ORDER BY user_id";
    const PG: &str = "SELECT user_id FROM user_shops WHERE shop_id = $1 AND role = 'owner' ORDER BY user_id FOR UPDATE";
    Ok(match tx {
        Tx::Sqlite(tx) => sqlx::query_scalar(LITE).bind(shop.0).fetch_all(&mut **tx).await?,
        Tx::Postgres(tx) => sqlx::query_scalar(PG).bind(shop.0).fetch_all(&mut **tx).await?,
    })
}

/// What a person is in single stores, as this transaction sees it.
///
/// # Errors
/// `Unavailable`.
pub async fn places_of(tx: &mut Tx, user: Uuid) -> Result<Vec<(Uuid, String)>, DbError> {
    const SQL: &str = "SELECT shop_id, role FROM user_shops WHERE user_id = $1 ORDER BY shop_id";
    Ok(on_tx!(tx, c => sqlx::query_as(SQL).bind(user).fetch_all(c).await?))
}

/// Says what somebody is in every store; none: they are for single stores from now on. `first` is one of those, for older versions of this program.
///
/// # Errors
/// `Unavailable`.
pub async fn set_everywhere(tx: &mut Tx, user: Uuid, role: Option<&str>, first: Uuid) -> Result<(), DbError> {
    const SET: &str = "UPDATE users SET role = $2, only_shop = NULL WHERE id = $1";
    const UNSET: &str = "UPDATE users SET role = 'viewer', only_shop = $2 WHERE id = $1";
    match role {
        Some(role) => on_tx!(tx, c => sqlx::query(SET).bind(user).bind(role).execute(c).await?.rows_affected()),
        None => on_tx!(tx, c => sqlx::query(UNSET).bind(user).bind(first).execute(c).await?.rows_affected()),
    };
    Ok(())
}

/// Adds a person. False where somebody has that address.
///
/// # Errors
/// `Unavailable`.
pub async fn add_user(
    tx: &mut Tx,
    (id, email, password_hash): (Uuid, &str, &str),
    (role, only_shop): (&str, Option<Uuid>),
    now: Timestamp,
) -> Result<bool, DbError> {
    const SQL: &str = "INSERT INTO users (id, email, password_hash, role, only_shop, created_at) VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (email) DO NOTHING";
    let added = on_tx!(tx, c => sqlx::query(SQL).bind(id).bind(email).bind(password_hash).bind(role).bind(only_shop).bind(ms(now))
        .execute(c).await?.rows_affected());
    Ok(added > 0)
}

/// Who is asked to join, without the link's secret.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct InvitationRow {
    /// Ours.
    pub id: Uuid,
    /// Whom.
    pub email: String,
    /// `owner`, `editor`, `viewer`.
    pub role: String,
    /// Where; none: in every store.
    pub only_shop: Option<Uuid>,
    /// By whom.
    pub invited_by: Uuid,
    /// When, in milliseconds.
    pub created_at: i64,
    /// Until when the link is good, in milliseconds.
    pub expires_at: i64,
}

/// Keeps an invitation, in place of others to the same address and store, and clears away those that are over.
///
/// # Errors
/// `Unavailable`.
pub async fn invite(tx: &mut Tx, i: &InvitationRow, hash: &[u8]) -> Result<(), DbError> {
    const OLD: &str = "DELETE FROM invitations WHERE expires_at < $1";
    const HERE: &str = "DELETE FROM invitations WHERE email = $1 AND only_shop = $2";
    const EVERYWHERE: &str = "DELETE FROM invitations WHERE email = $1 AND only_shop IS NULL";
    const SQL: &str = "INSERT INTO invitations (id, token_hash, email, role, only_shop, invited_by, created_at, expires_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    on_tx!(tx, c => sqlx::query(OLD).bind(i.created_at).execute(c).await?.rows_affected());
    match i.only_shop {
        Some(shop) => on_tx!(tx, c => sqlx::query(HERE).bind(&i.email).bind(shop).execute(c).await?.rows_affected()),
        None => on_tx!(tx, c => sqlx::query(EVERYWHERE).bind(&i.email).execute(c).await?.rows_affected()),
    };
    on_tx!(tx, c => sqlx::query(SQL).bind(i.id).bind(hash).bind(&i.email).bind(&i.role).bind(i.only_shop).bind(i.invited_by)
        .bind(i.created_at).bind(i.expires_at).execute(c).await?.rows_affected());
    Ok(())
}

/// Invitations that are open, newest first.
///
/// # Errors
/// `Unavailable`.
pub async fn invitations(db: &Db, now: Timestamp) -> Result<Vec<InvitationRow>, DbError> {
    const SQL: &str =
        "SELECT id, email, role, only_shop, invited_by, created_at, expires_at FROM invitations WHERE expires_at > $1 ORDER BY id DESC";
    Ok(on_db!(db, c => sqlx::query_as(SQL).bind(ms(now)).fetch_all(c).await?))
}

/// The open invitation that a link leads to.
///
/// # Errors
/// `Unavailable`.
pub async fn invitation(db: &Db, hash: &[u8], now: Timestamp) -> Result<Option<InvitationRow>, DbError> {
    const SQL: &str =
        "SELECT id, email, role, only_shop, invited_by, created_at, expires_at FROM invitations WHERE token_hash = $1 AND expires_at > $2";
    Ok(on_db!(db, c => sqlx::query_as(SQL).bind(hash).bind(ms(now)).fetch_optional(c).await?))
}

/// Takes an open invitation: whoever gets it has it alone.
///
/// # Errors
/// `Unavailable`.
pub async fn take_invitation(tx: &mut Tx, hash: &[u8], now: Timestamp) -> Result<Option<InvitationRow>, DbError> {
    const SQL: &str = "DELETE FROM invitations WHERE token_hash = $1 AND expires_at > $2
        RETURNING id, email, role, only_shop, invited_by, created_at, expires_at";
    Ok(on_tx!(tx, c => sqlx::query_as(SQL).bind(hash).bind(ms(now)).fetch_optional(c).await?))
}

/// Withdraws an invitation. Was it open?
///
/// # Errors
/// `Unavailable`.
pub async fn withdraw(tx: &mut Tx, id: Uuid) -> Result<bool, DbError> {
    Ok(on_tx!(tx, c => sqlx::query("DELETE FROM invitations WHERE id = $1").bind(id).execute(c).await?.rows_affected()) > 0)
}

/// Withdraws what somebody who is no longer an owner invited to.
///
/// # Errors
/// `Unavailable`.
pub async fn withdraw_of(tx: &mut Tx, user: Uuid) -> Result<(), DbError> {
    on_tx!(tx, c => sqlx::query("DELETE FROM invitations WHERE invited_by = $1").bind(user).execute(c).await?.rows_affected());
    Ok(())
}

/// Withdraws invitations to a store that is removed.
///
/// # Errors
/// `Unavailable`.
pub async fn withdraw_to(tx: &mut Tx, shop: ShopId) -> Result<(), DbError> {
    on_tx!(tx, c => sqlx::query("DELETE FROM invitations WHERE only_shop = $1").bind(shop.0).execute(c).await?.rows_affected());
    Ok(())
}

/// A session, as its owner sees it.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct OwnSession {
    /// Ours.
    pub id: Uuid,
    /// When they signed in, in milliseconds.
    pub created_at: i64,
    /// When it was last noted as used, in milliseconds.
    pub seen_at: Option<i64>,
    /// From which network address.
    pub address: Option<String>,
    /// What the browser called itself.
    pub agent: Option<String>,
}

/// Somebody's sessions, the last used first. Those of an older version are named once they are used.
///
/// # Errors
/// `Unavailable`.
pub async fn sessions(db: &Db, user: Uuid, now: Timestamp) -> Result<Vec<OwnSession>, DbError> {
    const SQL: &str = "SELECT id, created_at, seen_at, address, agent FROM sessions
        WHERE user_id = $1 AND expires_at > $2 AND id IS NOT NULL ORDER BY seen_at DESC, id";
    Ok(on_db!(db, c => sqlx::query_as(SQL).bind(user).bind(ms(now)).fetch_all(c).await?))
}

/// Ends one of somebody's sessions. Was it theirs?
///
/// # Errors
/// `Unavailable`.
pub async fn end_session(tx: &mut Tx, user: Uuid, id: Uuid) -> Result<bool, DbError> {
    const SQL: &str = "DELETE FROM sessions WHERE user_id = $1 AND id = $2";
    Ok(on_tx!(tx, c => sqlx::query(SQL).bind(user).bind(id).execute(c).await?.rows_affected()) > 0)
}

/// Ends all of somebody's sessions but one.
///
/// # Errors
/// `Unavailable`.
pub async fn end_others(tx: &mut Tx, user: Uuid, but: Uuid) -> Result<u64, DbError> {
    const SQL: &str = "DELETE FROM sessions WHERE user_id = $1 AND (id IS NULL OR id <> $2)";
    Ok(on_tx!(tx, c => sqlx::query(SQL).bind(user).bind(but).execute(c).await?.rows_affected()))
}

/// Notes that somebody proved again who they are.
///
/// # Errors
/// `Unavailable`.
pub async fn proved(tx: &mut Tx, session: Uuid, now: Timestamp) -> Result<(), DbError> {
    on_tx!(tx, c => sqlx::query("UPDATE sessions SET proved_at = $2 WHERE id = $1").bind(session).bind(ms(now)).execute(c).await?.rows_affected());
    Ok(())
}

/// Keeps how somebody wants pages to be; none: as their browser, the store and their system have it.
///
/// # Errors
/// `Unavailable`.
pub async fn set_look(
    tx: &mut Tx,
    user: Uuid,
    (language, timezone, colours): (Option<&str>, Option<&str>, Option<&str>),
) -> Result<(), DbError> {
    const SQL: &str = "UPDATE users SET language = $2, timezone = $3, colours = $4 WHERE id = $1";
    on_tx!(tx, c => sqlx::query(SQL).bind(user).bind(language).bind(timezone).bind(colours).execute(c).await?.rows_affected());
    Ok(())
}
