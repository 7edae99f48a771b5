//! People, their sessions, and programs' tokens; what they did to the settings.

use super::{Db, DbError, Tx, instant, ms};
use crate::domain::ids::ShopId;
use jiff::Timestamp;
use uuid::Uuid;

/// How somebody wants pages to be; none: as their browser, the store and their system have it.
#[derive(Debug, Clone, Default, PartialEq, Eq, sqlx::FromRow)]
pub struct LookRow {
    /// `en` or `de`.
    pub language: Option<String>,
    /// Its IANA name.
    pub timezone: Option<String>,
    /// `light` or `dark`.
    pub colours: Option<String>,
}

/// A person who may sign in.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct UserRow {
    /// Ours.
    pub id: Uuid,
    /// By which they sign in.
    pub email: String,
    /// Argon2id, in PHC form.
    pub password_hash: String,
    /// `owner`, `editor`, `viewer`: in every store, unless `only_shop` says otherwise.
    pub role: String,
    /// None: in every store. Else what they are stands in `user_shops` alone; this is the first of their stores, for older versions of this program.
    pub only_shop: Option<Uuid>,
    /// When they were added, in milliseconds.
    pub created_at: i64,
    /// How they want pages to be.
    #[sqlx(flatten)]
    pub look: LookRow,
}

/// Stores a person, new or with another role.
///
/// # Errors
/// `Unavailable`.
pub async fn save_user(tx: &mut Tx, u: &UserRow) -> Result<(), DbError> {
    const SQL: &str = "INSERT INTO users (id, email, password_hash, role, only_shop, created_at) VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (email) DO UPDATE SET password_hash = excluded.password_hash, role = excluded.role, only_shop = excluded.only_shop";
    on_tx!(tx, c => sqlx::query(SQL).bind(u.id).bind(&u.email).bind(&u.password_hash).bind(&u.role).bind(u.only_shop).bind(u.created_at)
        .execute(c).await?.rows_affected());
    Ok(())
}

/// The person with an address.
///
/// # Errors
/// `Unavailable`.
pub async fn user_by_email(db: &Db, email: &str) -> Result<Option<UserRow>, DbError> {
    Ok(on_db!(db, c => sqlx::query_as("SELECT * FROM users WHERE email = $1").bind(email).fetch_optional(c).await?))
}

/// The person with an id.
///
/// # Errors
/// `Unavailable`.
pub async fn user(db: &Db, id: Uuid) -> Result<Option<UserRow>, DbError> {
    Ok(on_db!(db, c => sqlx::query_as("SELECT * FROM users WHERE id = $1").bind(id).fetch_optional(c).await?))
}

/// Everyone.
///
/// # Errors
/// `Unavailable`.
pub async fn users(db: &Db) -> Result<Vec<UserRow>, DbError> {
    Ok(on_db!(db, c => sqlx::query_as("SELECT * FROM users ORDER BY created_at, id").fetch_all(c).await?))
}

/// Gives a person another password.
///
/// # Errors
/// `Unavailable`.
pub async fn set_password(tx: &mut Tx, user: Uuid, hash: &str) -> Result<(), DbError> {
    const SQL: &str = "UPDATE users SET password_hash = $2 WHERE id = $1";
    on_tx!(tx, c => sqlx::query(SQL).bind(user).bind(hash).execute(c).await?.rows_affected());
    Ok(())
}

/// Removes a person and ends their sessions. Were they there?
///
/// # Errors
/// `Unavailable`.
pub async fn remove_user(tx: &mut Tx, id: Uuid) -> Result<bool, DbError> {
    end_sessions(tx, id).await?;
    remove_places(tx, id).await?;
    super::factors::remove_all(tx, id).await?;
    super::ceremonies::end_of(tx, id).await?;
    super::team::withdraw_of(tx, id).await?;
    Ok(on_tx!(tx, c => sqlx::query("DELETE FROM users WHERE id = $1").bind(id).execute(c).await?.rows_affected()) > 0)
}

/// What somebody is in one store.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct PlaceRow {
    /// Where.
    pub shop_id: Uuid,
    /// Who.
    pub user_id: Uuid,
    /// `owner`, `editor`, `viewer`.
    pub role: String,
}

/// What a person is in single stores.
///
/// # Errors
/// `Unavailable`.
pub async fn places_of(db: &Db, user: Uuid) -> Result<Vec<PlaceRow>, DbError> {
    const SQL: &str = "SELECT shop_id, user_id, role FROM user_shops WHERE user_id = $1 ORDER BY shop_id";
    Ok(on_db!(db, c => sqlx::query_as(SQL).bind(user).fetch_all(c).await?))
}

/// Who is something in this store alone, and what.
///
/// # Errors
/// `Unavailable`.
pub async fn places_in(db: &Db, shop: ShopId) -> Result<Vec<PlaceRow>, DbError> {
    const SQL: &str = "SELECT shop_id, user_id, role FROM user_shops WHERE shop_id = $1 ORDER BY user_id";
    Ok(on_db!(db, c => sqlx::query_as(SQL).bind(shop.0).fetch_all(c).await?))
}

/// Says what somebody is in a store.
///
/// # Errors
/// `Unavailable`.
pub async fn set_place(tx: &mut Tx, shop: ShopId, user: Uuid, role: &str) -> Result<(), DbError> {
    const SQL: &str = "INSERT INTO user_shops (shop_id, user_id, role) VALUES ($1, $2, $3)
        ON CONFLICT (shop_id, user_id) DO UPDATE SET role = excluded.role";
    on_tx!(tx, c => sqlx::query(SQL).bind(shop.0).bind(user).bind(role).execute(c).await?.rows_affected());
    Ok(())
}

/// From now on somebody is nothing in a store.
///
/// # Errors
/// `Unavailable`.
pub async fn remove_place(tx: &mut Tx, shop: ShopId, user: Uuid) -> Result<(), DbError> {
    const SQL: &str = "DELETE FROM user_shops WHERE shop_id = $1 AND user_id = $2";
    on_tx!(tx, c => sqlx::query(SQL).bind(shop.0).bind(user).execute(c).await?.rows_affected());
    Ok(())
}

/// From now on somebody is nothing in any single store.
///
/// # Errors
/// `Unavailable`.
pub async fn remove_places(tx: &mut Tx, user: Uuid) -> Result<(), DbError> {
    on_tx!(tx, c => sqlx::query("DELETE FROM user_shops WHERE user_id = $1").bind(user).execute(c).await?.rows_affected());
    Ok(())
}

/// Ends every session of a person.
///
/// # Errors
/// `Unavailable`.
pub async fn end_sessions(tx: &mut Tx, user: Uuid) -> Result<(), DbError> {
    on_tx!(tx, c => sqlx::query("DELETE FROM sessions WHERE user_id = $1").bind(user).execute(c).await?.rows_affected());
    Ok(())
}

/// Has every session of a person change its secret when it is next used.
///
/// # Errors
/// `Unavailable`.
pub async fn age_sessions(tx: &mut Tx, user: Uuid) -> Result<(), DbError> {
    on_tx!(tx, c => sqlx::query("UPDATE sessions SET renewed_at = NULL WHERE user_id = $1").bind(user).execute(c).await?.rows_affected());
    Ok(())
}

/// A session, new or renewed.
pub struct NewSession<'a> {
    /// It keeps it for as long as it lasts.
    pub id: Uuid,
    /// Of its secret.
    pub hash: &'a [u8],
    /// When.
    pub now: Timestamp,
}

/// Begins a session of somebody until an instant, from a network address by a program, and clears away those that are over.
///
/// # Errors
/// `Unavailable`.
pub async fn add_session(
    tx: &mut Tx,
    s: NewSession<'_>,
    (user, expires_at): (Uuid, Timestamp),
    (address, agent): (Option<&str>, Option<&str>),
) -> Result<(), DbError> {
    const OLD: &str = "DELETE FROM sessions WHERE expires_at < $1";
    const SQL: &str =
        "INSERT INTO sessions (id, token_hash, user_id, created_at, expires_at, renewed_at, seen_at, proved_at, address, agent)
        VALUES ($1, $2, $3, $4, $5, $4, $4, $4, $6, $7)";
    const SEEN: &str = "UPDATE users SET last_seen_at = $2 WHERE id = $1";
    on_tx!(tx, c => sqlx::query(OLD).bind(ms(s.now)).execute(c).await?.rows_affected());
    on_tx!(tx, c => sqlx::query(SQL).bind(s.id).bind(s.hash).bind(user).bind(ms(s.now)).bind(ms(expires_at)).bind(address).bind(agent)
        .execute(c).await?.rows_affected());
    on_tx!(tx, c => sqlx::query(SEEN).bind(user).bind(ms(s.now)).execute(c).await?.rows_affected());
    Ok(())
}

/// A session that stands, found by the hash of its secret or of the one before.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct SessionRow {
    /// Whose.
    #[sqlx(flatten)]
    pub user: UserRow,
    /// None: of an older version of this program, to be renewed.
    pub session_id: Option<Uuid>,
    /// Of the present secret.
    pub token_hash: Vec<u8>,
    /// Of the one before, while the present one hasn't been seen.
    pub former_hash: Option<Vec<u8>>,
    /// When it ends, in milliseconds.
    pub expires_at: i64,
    /// Since when the present secret is valid, in milliseconds; none like the id.
    pub renewed_at: Option<i64>,
    /// When it was last noted as used, in milliseconds.
    pub seen_at: Option<i64>,
    /// When they last proved who they are, in milliseconds.
    pub proved_at: Option<i64>,
}

/// The session with a secret's hash, if it still stands.
///
/// # Errors
/// `Unavailable`.
pub async fn session(db: &Db, hash: &[u8], now: Timestamp) -> Result<Option<SessionRow>, DbError> {
    const SQL: &str = "SELECT u.*, s.id AS session_id, s.token_hash, s.former_hash, s.expires_at, s.renewed_at, s.seen_at, s.proved_at
        FROM sessions s JOIN users u ON u.id = s.user_id WHERE (s.token_hash = $1 OR s.former_hash = $1) AND s.expires_at > $2";
    Ok(on_db!(db, c => sqlx::query_as(SQL).bind(hash).bind(ms(now)).fetch_optional(c).await?))
}

/// Whose session it is, by its id, if it still stands.
///
/// # Errors
/// `Unavailable`.
pub async fn user_of_session(db: &Db, id: Uuid, now: Timestamp) -> Result<Option<UserRow>, DbError> {
    const SQL: &str = "SELECT u.* FROM sessions s JOIN users u ON u.id = s.user_id WHERE s.id = $1 AND s.expires_at > $2";
    Ok(on_db!(db, c => sqlx::query_as(SQL).bind(id).bind(ms(now)).fetch_optional(c).await?))
}

/// Gives a session another secret; the one that was shown stays valid until the new one is seen. Was it still at `was`?
///
/// # Errors
/// `Unavailable`.
pub async fn renew_session(tx: &mut Tx, s: NewSession<'_>, (was, shown): (&[u8], &[u8])) -> Result<bool, DbError> {
    const SQL: &str = "UPDATE sessions SET id = $1, token_hash = $2, former_hash = $3, renewed_at = $4, seen_at = $4 WHERE token_hash = $5";
    let renewed =
        on_tx!(tx, c => sqlx::query(SQL).bind(s.id).bind(s.hash).bind(shown).bind(ms(s.now)).bind(was).execute(c).await?.rows_affected());
    Ok(renewed > 0)
}

/// Notes that a session is used with its present secret: the one before is no longer valid.
///
/// # Errors
/// `Unavailable`.
pub async fn saw_session(tx: &mut Tx, hash: &[u8], now: Timestamp) -> Result<(), DbError> {
    const SQL: &str = "UPDATE sessions SET seen_at = $2, former_hash = NULL WHERE token_hash = $1";
    const SEEN: &str = "UPDATE users SET last_seen_at = $2 WHERE id = (SELECT user_id FROM sessions WHERE token_hash = $1)";
    on_tx!(tx, c => sqlx::query(SQL).bind(hash).bind(ms(now)).execute(c).await?.rows_affected());
    on_tx!(tx, c => sqlx::query(SEEN).bind(hash).bind(ms(now)).execute(c).await?.rows_affected());
    Ok(())
}

/// Ends one session, by the hash of its secret or of the one before.
///
/// # Errors
/// `Unavailable`.
pub async fn end_session(tx: &mut Tx, hash: &[u8]) -> Result<(), DbError> {
    const SQL: &str = "DELETE FROM sessions WHERE token_hash = $1 OR former_hash = $1";
    on_tx!(tx, c => sqlx::query(SQL).bind(hash).execute(c).await?.rows_affected());
    Ok(())
}

/// A program's token, without the token.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct TokenRow {
    /// Ours.
    pub id: Uuid,
    /// For which shop.
    pub shop_id: Uuid,
    /// `read`, `write`, `admin`.
    pub scope: String,
    /// What it is for.
    pub name: String,
    /// When it was made, in milliseconds.
    pub created_at: i64,
}

/// Stores a token's hash.
///
/// # Errors
/// `Unavailable`.
pub async fn add_token(tx: &mut Tx, t: &TokenRow, hash: &[u8]) -> Result<(), DbError> {
    const SQL: &str = "INSERT INTO api_tokens (shop_id, id, token_hash, scope, name, created_at) VALUES ($1, $2, $3, $4, $5, $6)";
    on_tx!(tx, c => sqlx::query(SQL).bind(t.shop_id).bind(t.id).bind(hash).bind(&t.scope).bind(&t.name).bind(t.created_at).execute(c).await?.rows_affected());
    Ok(())
}

/// The token with a hash, if it wasn't revoked.
///
/// # Errors
/// `Unavailable`.
pub async fn token_by_hash(db: &Db, shop: ShopId, hash: &[u8]) -> Result<Option<TokenRow>, DbError> {
    const SQL: &str =
        "SELECT id, shop_id, scope, name, created_at FROM api_tokens WHERE shop_id = $1 AND token_hash = $2 AND revoked_at IS NULL";
    Ok(on_db!(db, c => sqlx::query_as(SQL).bind(shop.0).bind(hash).fetch_optional(c).await?))
}

/// A shop's tokens that weren't revoked.
///
/// # Errors
/// `Unavailable`.
pub async fn tokens(db: &Db, shop: ShopId) -> Result<Vec<TokenRow>, DbError> {
    const SQL: &str = "SELECT id, shop_id, scope, name, created_at FROM api_tokens WHERE shop_id = $1 AND revoked_at IS NULL ORDER BY id";
    Ok(on_db!(db, c => sqlx::query_as(SQL).bind(shop.0).fetch_all(c).await?))
}

/// Makes a token invalid. Was it valid?
///
/// # Errors
/// `Unavailable`.
pub async fn revoke_token(tx: &mut Tx, shop: ShopId, id: Uuid, now: Timestamp) -> Result<bool, DbError> {
    const SQL: &str = "UPDATE api_tokens SET revoked_at = $3 WHERE shop_id = $1 AND id = $2 AND revoked_at IS NULL";
    Ok(on_tx!(tx, c => sqlx::query(SQL).bind(shop.0).bind(id).bind(ms(now)).execute(c).await?.rows_affected()) > 0)
}

/// What somebody did.
#[derive(Debug, Clone)]
pub struct AuditEntry {
    /// Ours.
    pub id: Uuid,
    /// When.
    pub at: Timestamp,
    /// Who: a user's or token's id, or `cli`.
    pub actor: String,
    /// `campaign.publish`.
    pub action: String,
    /// On what, without secrets.
    pub detail: String,
}

/// Records it.
///
/// # Errors
/// `Unavailable`.
pub async fn audit(tx: &mut Tx, shop: ShopId, e: &AuditEntry) -> Result<(), DbError> {
    const SQL: &str = "INSERT INTO audit (shop_id, id, at, actor, action, detail) VALUES ($1, $2, $3, $4, $5, $6)";
    on_tx!(tx, c => sqlx::query(SQL).bind(shop.0).bind(e.id).bind(ms(e.at)).bind(&e.actor).bind(&e.action).bind(&e.detail).execute(c).await?.rows_affected());
    Ok(())
}

/// What was done, newest first, after a cursor.
///
/// # Errors
/// `Unavailable`.
pub async fn audit_list(db: &Db, shop: ShopId, after: Option<Uuid>, most: i64) -> Result<Vec<AuditEntry>, DbError> {
    const SQL: &str =
        "SELECT id, at, actor, action, detail FROM audit WHERE shop_id = $1 AND ($2 IS NULL OR id < $2) ORDER BY id DESC LIMIT $3";
    let rows: Vec<(Uuid, i64, String, String, String)> =
        on_db!(db, c => sqlx::query_as(SQL).bind(shop.0).bind(after).bind(most).fetch_all(c).await?);
    Ok(rows.into_iter().map(|(id, at, actor, action, detail)| AuditEntry { id, at: instant(at), actor, action, detail }).collect())
}

/// Is there anybody who may sign in?
///
/// # Errors
/// `Unavailable`.
pub async fn anybody(db: &Db) -> Result<bool, DbError> {
    let count: i64 = on_db!(db, c => sqlx::query_scalar("SELECT COUNT(*) FROM users").fetch_one(c).await?);
    Ok(count > 0)
}
