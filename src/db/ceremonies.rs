//! What is under way between a person and a session for a few minutes, and how often things were tried: shared by all replicas.

use super::{Db, DbError, Tx, ms};
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

/// One that is under way.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct CeremonyRow {
    /// Of what the browser holds, or of the session that it belongs to.
    pub secret_hash: Vec<u8>,
    /// Ours.
    pub id: Uuid,
    /// `password`: it was right; `passkey`, `register`, `prove`: an authenticator was asked.
    pub kind: String,
    /// Whose; none: anybody may answer.
    pub user_id: Option<Uuid>,
    /// What an authenticator was asked to sign.
    pub challenge: Option<Vec<u8>>,
    /// When it is over, in milliseconds.
    pub expires_at: i64,
}

/// Begins one, in place of another with the same secret, and clears away those that are over.
///
/// # Errors
/// `Unavailable`.
pub async fn begin(tx: &mut Tx, row: &CeremonyRow, now: Timestamp) -> Result<(), DbError> {
    const OLD: &str = "DELETE FROM ceremonies WHERE expires_at < $1";
    const SQL: &str = "INSERT INTO ceremonies (secret_hash, id, kind, user_id, challenge, expires_at) VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (secret_hash) DO UPDATE SET id = excluded.id, kind = excluded.kind, user_id = excluded.user_id,
            challenge = excluded.challenge, expires_at = excluded.expires_at";
    on_tx!(tx, c => sqlx::query(OLD).bind(ms(now)).execute(c).await?.rows_affected());
    on_tx!(tx, c => sqlx::query(SQL).bind(&row.secret_hash).bind(row.id).bind(&row.kind).bind(row.user_id).bind(&row.challenge)
        .bind(row.expires_at).execute(c).await?.rows_affected());
    Ok(())
}

/// The one with a secret's hash and of a kind, if it isn't over.
///
/// # Errors
/// `Unavailable`.
pub async fn get(db: &Db, (hash, kind): (&[u8], &str), now: Timestamp) -> Result<Option<CeremonyRow>, DbError> {
    const SQL: &str = "SELECT * FROM ceremonies WHERE secret_hash = $1 AND kind = $2 AND expires_at > $3";
    Ok(on_db!(db, c => sqlx::query_as(SQL).bind(hash).bind(kind).bind(ms(now)).fetch_optional(c).await?))
}

/// Gives one that is under way a question for an authenticator. Is it still?
///
/// # Errors
/// `Unavailable`.
pub async fn ask(tx: &mut Tx, hash: &[u8], challenge: &[u8]) -> Result<bool, DbError> {
    const SQL: &str = "UPDATE ceremonies SET challenge = $2 WHERE secret_hash = $1";
    Ok(on_tx!(tx, c => sqlx::query(SQL).bind(hash).bind(challenge).execute(c).await?.rows_affected()) > 0)
}

/// Ends one: whoever gets it has it alone. None where it is over, or somebody else was first.
///
/// # Errors
/// `Unavailable`.
pub async fn take(tx: &mut Tx, (hash, kind): (&[u8], &str), now: Timestamp) -> Result<Option<CeremonyRow>, DbError> {
    const SQL: &str = "DELETE FROM ceremonies WHERE secret_hash = $1 AND kind = $2 AND expires_at > $3 RETURNING *";
    Ok(on_tx!(tx, c => sqlx::query_as(SQL).bind(hash).bind(kind).bind(ms(now)).fetch_optional(c).await?))
}

/// Takes the question away from one that goes on: an answer to it counts once. Was it still this one's?
///
/// # Errors
/// `Unavailable`.
pub async fn answered(tx: &mut Tx, hash: &[u8], challenge: &[u8]) -> Result<bool, DbError> {
    const SQL: &str = "UPDATE ceremonies SET challenge = NULL WHERE secret_hash = $1 AND challenge = $2";
    Ok(on_tx!(tx, c => sqlx::query(SQL).bind(hash).bind(challenge).execute(c).await?.rows_affected()) > 0)
}

/// Ends everything of a person that is under way.
///
/// # Errors
/// `Unavailable`.
pub async fn end_of(tx: &mut Tx, user: Uuid) -> Result<(), DbError> {
    on_tx!(tx, c => sqlx::query("DELETE FROM ceremonies WHERE user_id = $1").bind(user).execute(c).await?.rows_affected());
    Ok(())
}

/// Counts a try, and says how many there are with it since the first; after `within` from that one it is the first again.
///
/// # Errors
/// `Unavailable`.
pub async fn count_try(tx: &mut Tx, key: &[u8], within: SignedDuration, now: Timestamp) -> Result<i64, DbError> {
    const OLD: &str = "DELETE FROM tries WHERE ends_at <= $1";
    const SQL: &str = "INSERT INTO tries (key_hash, began_at, count, ends_at) VALUES ($1, $2, 1, $3)
        ON CONFLICT (key_hash) DO UPDATE SET
            began_at = CASE WHEN tries.ends_at <= $2 THEN $2 ELSE tries.began_at END,
            count = CASE WHEN tries.ends_at <= $2 THEN 1 ELSE tries.count + 1 END,
            ends_at = CASE WHEN tries.ends_at <= $2 THEN $3 ELSE tries.ends_at END
        RETURNING count";
    on_tx!(tx, c => sqlx::query(OLD).bind(ms(now)).execute(c).await?.rows_affected());
    Ok(on_tx!(tx, c => sqlx::query_scalar(SQL).bind(key).bind(ms(now)).bind(ms(now + within)).fetch_one(c).await?))
}

/// Forgets what was tried, since it came right.
///
/// # Errors
/// `Unavailable`.
pub async fn forget_tries(tx: &mut Tx, key: &[u8]) -> Result<(), DbError> {
    on_tx!(tx, c => sqlx::query("DELETE FROM tries WHERE key_hash = $1").bind(key).execute(c).await?.rows_affected());
    Ok(())
}
