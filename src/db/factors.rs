//! What people prove with beside their password: one-time codes, recovery codes, passkeys.

use super::{Db, DbError, Tx, ms};
use jiff::Timestamp;
use uuid::Uuid;

/// The maker of somebody's one-time codes.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct CodeRow {
    /// Whose.
    pub user_id: Uuid,
    /// Its secret, sealed for them.
    pub sealed: Vec<u8>,
    /// Since when it is asked for, in milliseconds; none: not yet.
    pub confirmed_at: Option<i64>,
}

/// Somebody's maker of codes, confirmed or not.
///
/// # Errors
/// `Unavailable`.
pub async fn code(db: &Db, user: Uuid) -> Result<Option<CodeRow>, DbError> {
    const SQL: &str = "SELECT user_id, sealed, confirmed_at FROM user_codes WHERE user_id = $1";
    Ok(on_db!(db, c => sqlx::query_as(SQL).bind(user).fetch_optional(c).await?))
}

/// Keeps a secret that is to be confirmed, in place of one that wasn't. False where one is confirmed.
///
/// # Errors
/// `Unavailable`.
pub async fn set_code(tx: &mut Tx, user: Uuid, sealed: &[u8], now: Timestamp) -> Result<bool, DbError> {
    const SQL: &str = "INSERT INTO user_codes (user_id, sealed, last_step, created_at) VALUES ($1, $2, 0, $3)
        ON CONFLICT (user_id) DO UPDATE SET sealed = excluded.sealed, created_at = excluded.created_at WHERE user_codes.confirmed_at IS NULL";
    Ok(on_tx!(tx, c => sqlx::query(SQL).bind(user).bind(sealed).bind(ms(now)).execute(c).await?.rows_affected()) > 0)
}

/// From now on codes of this secret are asked for. False where it is another one meanwhile, or was confirmed.
///
/// # Errors
/// `Unavailable`.
pub async fn confirm_code(tx: &mut Tx, user: Uuid, (sealed, step): (&[u8], i64), now: Timestamp) -> Result<bool, DbError> {
    const SQL: &str = "UPDATE user_codes SET confirmed_at = $4, last_step = $3 WHERE user_id = $1 AND sealed = $2 AND confirmed_at IS NULL";
    Ok(on_tx!(tx, c => sqlx::query(SQL).bind(user).bind(sealed).bind(step).bind(ms(now)).execute(c).await?.rows_affected()) > 0)
}

/// Takes the code of a half minute. False where it, or a newer one, was taken before.
///
/// # Errors
/// `Unavailable`.
pub async fn take_step(tx: &mut Tx, user: Uuid, step: i64) -> Result<bool, DbError> {
    const SQL: &str = "UPDATE user_codes SET last_step = $2 WHERE user_id = $1 AND last_step < $2 AND confirmed_at IS NOT NULL";
    Ok(on_tx!(tx, c => sqlx::query(SQL).bind(user).bind(step).execute(c).await?.rows_affected()) > 0)
}

/// Forgets somebody's maker of codes. Was there one that was confirmed?
///
/// # Errors
/// `Unavailable`.
pub async fn remove_code(tx: &mut Tx, user: Uuid) -> Result<bool, DbError> {
    const SQL: &str = "DELETE FROM user_codes WHERE user_id = $1 AND confirmed_at IS NOT NULL";
    const UNCONFIRMED: &str = "DELETE FROM user_codes WHERE user_id = $1";
    let was = on_tx!(tx, c => sqlx::query(SQL).bind(user).execute(c).await?.rows_affected()) > 0;
    on_tx!(tx, c => sqlx::query(UNCONFIRMED).bind(user).execute(c).await?.rows_affected());
    Ok(was)
}

/// Keeps these recovery codes, and no others.
///
/// # Errors
/// `Unavailable`.
pub async fn set_recovery(tx: &mut Tx, user: Uuid, hashes: &[Vec<u8>], now: Timestamp) -> Result<(), DbError> {
    const SQL: &str = "INSERT INTO recovery_codes (user_id, code_hash, created_at) VALUES ($1, $2, $3)";
    remove_recovery(tx, user).await?;
    for hash in hashes {
        on_tx!(tx, c => sqlx::query(SQL).bind(user).bind(hash).bind(ms(now)).execute(c).await?.rows_affected());
    }
    Ok(())
}

/// Uses a recovery code up. False where it is none, or was used.
///
/// # Errors
/// `Unavailable`.
pub async fn take_recovery(tx: &mut Tx, user: Uuid, hash: &[u8], now: Timestamp) -> Result<bool, DbError> {
    const SQL: &str = "UPDATE recovery_codes SET used_at = $3 WHERE user_id = $1 AND code_hash = $2 AND used_at IS NULL";
    Ok(on_tx!(tx, c => sqlx::query(SQL).bind(user).bind(hash).bind(ms(now)).execute(c).await?.rows_affected()) > 0)
}

/// Forgets all recovery codes of somebody.
///
/// # Errors
/// `Unavailable`.
pub async fn remove_recovery(tx: &mut Tx, user: Uuid) -> Result<(), DbError> {
    on_tx!(tx, c => sqlx::query("DELETE FROM recovery_codes WHERE user_id = $1").bind(user).execute(c).await?.rows_affected());
    Ok(())
}

/// How many recovery codes somebody has left.
///
/// # Errors
/// `Unavailable`.
pub async fn recovery_left(db: &Db, user: Uuid) -> Result<i64, DbError> {
    const SQL: &str = "SELECT COUNT(*) FROM recovery_codes WHERE user_id = $1 AND used_at IS NULL";
    Ok(on_db!(db, c => sqlx::query_scalar(SQL).bind(user).fetch_one(c).await?))
}

/// A passkey.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct PasskeyRow {
    /// Ours.
    pub id: Uuid,
    /// Whose.
    pub user_id: Uuid,
    /// The authenticator's id of it.
    pub credential: Vec<u8>,
    /// DER, SubjectPublicKeyInfo.
    pub public_key: Vec<u8>,
    /// Number of the COSE algorithm.
    pub algorithm: i64,
    /// As it last told.
    pub counter: i64,
    /// As its owner calls it.
    pub name: String,
    /// When it was added, in milliseconds.
    pub created_at: i64,
    /// When it was last used, in milliseconds.
    pub used_at: Option<i64>,
}

/// Somebody's passkeys, oldest first.
///
/// # Errors
/// `Unavailable`.
pub async fn passkeys(db: &Db, user: Uuid) -> Result<Vec<PasskeyRow>, DbError> {
    const SQL: &str = "SELECT * FROM passkeys WHERE user_id = $1 ORDER BY id";
    Ok(on_db!(db, c => sqlx::query_as(SQL).bind(user).fetch_all(c).await?))
}

/// The passkey that an authenticator calls so.
///
/// # Errors
/// `Unavailable`.
pub async fn passkey(db: &Db, credential: &[u8]) -> Result<Option<PasskeyRow>, DbError> {
    const SQL: &str = "SELECT * FROM passkeys WHERE credential = $1";
    Ok(on_db!(db, c => sqlx::query_as(SQL).bind(credential).fetch_optional(c).await?))
}

/// Keeps a passkey. False where that credential is known.
///
/// # Errors
/// `Unavailable`.
pub async fn add_passkey(tx: &mut Tx, p: &PasskeyRow) -> Result<bool, DbError> {
    const SQL: &str = "INSERT INTO passkeys (credential, id, user_id, public_key, algorithm, counter, name, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (credential) DO NOTHING";
    let added = on_tx!(tx, c => sqlx::query(SQL).bind(&p.credential).bind(p.id).bind(p.user_id).bind(&p.public_key).bind(p.algorithm)
        .bind(p.counter).bind(&p.name).bind(p.created_at).execute(c).await?.rows_affected());
    Ok(added > 0)
}

/// Notes that a passkey was used. False where it has counted as far before, and counts at all; or is gone.
///
/// # Errors
/// `Unavailable`.
pub async fn use_passkey(tx: &mut Tx, id: Uuid, counter: i64, now: Timestamp) -> Result<bool, DbError> {
    const SQL: &str = "UPDATE passkeys SET counter = $2, used_at = $3 WHERE id = $1 AND (counter < $2 OR (counter = 0 AND $2 = 0))";
    Ok(on_tx!(tx, c => sqlx::query(SQL).bind(id).bind(counter).bind(ms(now)).execute(c).await?.rows_affected()) > 0)
}

/// Forgets a passkey of somebody. Was it theirs?
///
/// # Errors
/// `Unavailable`.
pub async fn remove_passkey(tx: &mut Tx, user: Uuid, id: Uuid) -> Result<bool, DbError> {
    const SQL: &str = "DELETE FROM passkeys WHERE user_id = $1 AND id = $2";
    Ok(on_tx!(tx, c => sqlx::query(SQL).bind(user).bind(id).execute(c).await?.rows_affected()) > 0)
}

/// Forgets all that somebody proves with beside their password. Was there anything?
///
/// # Errors
/// `Unavailable`.
pub async fn remove_all(tx: &mut Tx, user: Uuid) -> Result<bool, DbError> {
    let codes = remove_code(tx, user).await?;
    remove_recovery(tx, user).await?;
    let keys = on_tx!(tx, c => sqlx::query("DELETE FROM passkeys WHERE user_id = $1").bind(user).execute(c).await?.rows_affected());
    Ok(codes || keys > 0)
}

/// Who of all has what.
///
/// # Errors
/// `Unavailable`.
pub async fn holders(db: &Db) -> Result<Vec<Uuid>, DbError> {
    const SQL: &str = "SELECT user_id FROM user_codes WHERE confirmed_at IS NOT NULL UNION SELECT user_id FROM passkeys";
    Ok(on_db!(db, c => sqlx::query_scalar(SQL).fetch_all(c).await?))
}
