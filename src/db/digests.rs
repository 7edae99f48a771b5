//! Who wants figures by mail, and which mails have left: one row per person, rhythm and period, so that none leaves twice.

use super::{Db, DbError, Tx, instant, ms, word};
use crate::domain::digest::Rhythm;
use crate::domain::ids::ShopId;
use jiff::Timestamp;
use jiff::civil::Date;
use uuid::Uuid;

/// Somebody's wish.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wish {
    /// Whose.
    pub user: Uuid,
    /// How often.
    pub rhythm: Rhythm,
    /// Since when: no digest that was due before is sent.
    pub since: Timestamp,
}

/// Everybody's wishes of a shop.
///
/// # Errors
/// `Unavailable`, `Corrupt`.
pub async fn wishes(db: &Db, shop: ShopId) -> Result<Vec<Wish>, DbError> {
    const SQL: &str = "SELECT user_id, rhythm, since FROM digest_wishes WHERE shop_id = $1 ORDER BY user_id, rhythm";
    let rows: Vec<(Uuid, String, i64)> = on_db!(db, c => sqlx::query_as(SQL).bind(shop.0).fetch_all(c).await?);
    rows.into_iter().map(|(user, rhythm, since)| Ok(Wish { user, rhythm: word("rhythm", &rhythm)?, since: instant(since) })).collect()
}

/// Notes a wish; one that is there stays as it is. Was it new?
///
/// # Errors
/// `Unavailable`.
pub async fn wish(tx: &mut Tx, shop: ShopId, wish: Wish) -> Result<bool, DbError> {
    const SQL: &str = "INSERT INTO digest_wishes (shop_id, user_id, rhythm, since) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING";
    Ok(
        on_tx!(tx, c => sqlx::query(SQL).bind(shop.0).bind(wish.user).bind(wish.rhythm.as_str()).bind(ms(wish.since)).execute(c).await?.rows_affected())
            > 0,
    )
}

/// Forgets a wish. Was it there?
///
/// # Errors
/// `Unavailable`.
pub async fn unwish(tx: &mut Tx, shop: ShopId, (user, rhythm): (Uuid, Rhythm)) -> Result<bool, DbError> {
    const SQL: &str = "DELETE FROM digest_wishes WHERE shop_id = $1 AND user_id = $2 AND rhythm = $3";
    Ok(on_tx!(tx, c => sqlx::query(SQL).bind(shop.0).bind(user).bind(rhythm.as_str()).execute(c).await?.rows_affected()) > 0)
}

/// One digest for one person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Which {
    /// Whose.
    pub user: Uuid,
    /// How often they get one.
    pub rhythm: Rhythm,
    /// The first of its days.
    pub first: Date,
}

/// Where a digest is in its life.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// `making`, `sending`, `sent`, `failed`, `unknown`.
    pub state: String,
    /// Until when whoever has it in hand has it, or until when it rests.
    pub lease_until: Timestamp,
    /// How often it was begun.
    pub attempts: i64,
    /// What the provider said.
    pub reason: Option<String>,
}

/// Where a digest is; none where it was never begun.
///
/// # Errors
/// `Unavailable`.
pub async fn standing(db: &Db, shop: ShopId, which: Which) -> Result<Option<Standing>, DbError> {
    const SQL: &str = "SELECT state, lease_until, attempts, reason FROM digest_mails WHERE shop_id = $1 AND user_id = $2 AND rhythm = $3 AND first_day = $4";
    let row: Option<(String, i64, i64, Option<String>)> = on_db!(db, c => sqlx::query_as(SQL).bind(shop.0).bind(which.user).bind(which.rhythm.as_str())
        .bind(which.first.to_string()).fetch_optional(c).await?);
    Ok(row.map(|(state, until, attempts, reason)| Standing { state, lease_until: instant(until), attempts, reason }))
}

/// Takes a digest in hand, unless somebody else has, or it went further. Is it ours?
///
/// # Errors
/// `Unavailable`.
pub async fn claim(tx: &mut Tx, shop: ShopId, which: Which, (holder, now, until): (&str, Timestamp, Timestamp)) -> Result<bool, DbError> {
    const SQL: &str = "INSERT INTO digest_mails (shop_id, user_id, rhythm, first_day, state, lease_by, lease_until, attempts, changed_at)
        VALUES ($1, $2, $3, $4, 'making', $5, $6, 1, $7)
        ON CONFLICT (shop_id, user_id, rhythm, first_day) DO UPDATE SET lease_by = excluded.lease_by, lease_until = excluded.lease_until,
            attempts = digest_mails.attempts + 1, changed_at = excluded.changed_at
        WHERE digest_mails.state = 'making' AND digest_mails.lease_until <= $7";
    Ok(
        on_tx!(tx, c => sqlx::query(SQL).bind(shop.0).bind(which.user).bind(which.rhythm.as_str()).bind(which.first.to_string()).bind(holder)
        .bind(ms(until)).bind(ms(now)).execute(c).await?.rows_affected())
            > 0,
    )
}

/// Notes that a digest is handed over now: from here on it may have left. Not where the lease is over, somebody else has it, or it is no longer wished for.
///
/// # Errors
/// `Unavailable`.
pub async fn hand_over(
    tx: &mut Tx,
    shop: ShopId,
    which: Which,
    (holder, now, until): (&str, Timestamp, Timestamp),
) -> Result<bool, DbError> {
    const SQL: &str = "UPDATE digest_mails SET state = 'sending', lease_until = $6, changed_at = $7
        WHERE shop_id = $1 AND user_id = $2 AND rhythm = $3 AND first_day = $4 AND lease_by = $5 AND state = 'making' AND lease_until > $7
            AND EXISTS (SELECT 1 FROM digest_wishes w WHERE w.shop_id = $1 AND w.user_id = $2 AND w.rhythm = $3)";
    Ok(
        on_tx!(tx, c => sqlx::query(SQL).bind(shop.0).bind(which.user).bind(which.rhythm.as_str()).bind(which.first.to_string()).bind(holder)
        .bind(ms(until)).bind(ms(now)).execute(c).await?.rows_affected())
            > 0,
    )
}

/// What came of handing a digest over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Came<'a> {
    /// `sent`, `failed`, `unknown`, or `making` where it may be tried again.
    pub state: &'a str,
    /// What the provider said.
    pub reason: Option<&'a str>,
    /// Where it may be tried again: not before.
    pub rest_until: Timestamp,
}

/// Records it, unless it was given up meanwhile.
///
/// # Errors
/// `Unavailable`.
pub async fn record(tx: &mut Tx, shop: ShopId, which: Which, (holder, now): (&str, Timestamp), came: Came<'_>) -> Result<bool, DbError> {
    const SQL: &str = "UPDATE digest_mails SET state = $6, reason = $7, lease_until = $8, changed_at = $9
        WHERE shop_id = $1 AND user_id = $2 AND rhythm = $3 AND first_day = $4 AND lease_by = $5 AND state IN ('making', 'sending')";
    Ok(
        on_tx!(tx, c => sqlx::query(SQL).bind(shop.0).bind(which.user).bind(which.rhythm.as_str()).bind(which.first.to_string()).bind(holder)
        .bind(came.state).bind(came.reason).bind(ms(came.rest_until)).bind(ms(now)).execute(c).await?.rows_affected())
            > 0,
    )
}

/// Notes what was handed over by somebody who then fell silent as unknown: it may have left, so it is not sent again.
///
/// # Errors
/// `Unavailable`.
pub async fn mark_lost(tx: &mut Tx, shop: ShopId, now: Timestamp) -> Result<u64, DbError> {
    const SQL: &str = "UPDATE digest_mails SET state = 'unknown', reason = 'whoever handed it over fell silent', changed_at = $2
        WHERE shop_id = $1 AND state = 'sending' AND lease_until <= $2";
    Ok(on_tx!(tx, c => sqlx::query(SQL).bind(shop.0).bind(ms(now)).execute(c).await?.rows_affected()))
}

/// Is there one whose holder fell silent?
///
/// # Errors
/// `Unavailable`.
pub async fn any_lost(db: &Db, shop: ShopId, now: Timestamp) -> Result<bool, DbError> {
    const SQL: &str = "SELECT COUNT(*) FROM digest_mails WHERE shop_id = $1 AND state = 'sending' AND lease_until <= $2";
    let count: i64 = on_db!(db, c => sqlx::query_scalar(SQL).bind(shop.0).bind(ms(now)).fetch_one(c).await?);
    Ok(count > 0)
}
