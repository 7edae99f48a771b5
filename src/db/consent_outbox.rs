//! Opt-outs that the platform is to be told of: kept until it is, one per customer and channel.

use super::{Db, DbError, Tx, instant, ms};
use crate::domain::event::ChannelKind;
use crate::domain::ids::{ContactId, ShopId};
use jiff::Timestamp;
use uuid::Uuid;

/// An opt-out to be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    /// The platform's customer.
    pub customer_id: String,
    /// Of which channel.
    pub channel: ChannelKind,
    /// When they said it.
    pub at: Timestamp,
    /// How often it was tried.
    pub attempts: i64,
}

/// Puts a contact's opt-out down for every customer of the platform that they are; a later one takes the place of an earlier.
///
/// # Errors
/// `Unavailable`.
pub async fn add(
    tx: &mut Tx,
    shop: ShopId,
    (contact, channel): (ContactId, ChannelKind),
    (at, now): (Timestamp, Timestamp),
) -> Result<(), DbError> {
    const SQL: &str = "INSERT INTO consent_outbox (shop_id, customer_id, channel, contact_id, at, state, attempts, wake_at)
        SELECT $1, value, $3, $2, $4, 'due', 0, $5 FROM contact_identities WHERE shop_id = $1 AND contact_id = $2 AND kind = 'customer'
        ON CONFLICT (shop_id, customer_id, channel) DO UPDATE SET contact_id = excluded.contact_id, at = excluded.at, state = 'due', attempts = 0,
            wake_at = excluded.wake_at, told_at = NULL, problem = NULL WHERE consent_outbox.at < excluded.at";
    on_tx!(tx, c => sqlx::query(SQL).bind(shop.0).bind(contact.0).bind(channel.as_str()).bind(ms(at)).bind(ms(now)).execute(c).await?.rows_affected());
    Ok(())
}

/// They agreed again: what waits must not be told any more.
///
/// # Errors
/// `Unavailable`.
pub async fn drop_older(tx: &mut Tx, shop: ShopId, (contact, channel): (ContactId, ChannelKind), at: Timestamp) -> Result<(), DbError> {
    const SQL: &str = "DELETE FROM consent_outbox WHERE shop_id = $1 AND contact_id = $2 AND channel = $3 AND state = 'due' AND at < $4";
    on_tx!(tx, c => sqlx::query(SQL).bind(shop.0).bind(contact.0).bind(channel.as_str()).bind(ms(at)).execute(c).await?.rows_affected());
    Ok(())
}

/// Stores with something to tell by now, whose access is there and lets us.
///
/// # Errors
/// `Unavailable`.
pub async fn shops_due(db: &Db, now: Timestamp) -> Result<Vec<ShopId>, DbError> {
    const SQL: &str = "SELECT DISTINCT o.shop_id FROM consent_outbox o JOIN shop_access a ON a.shop_id = o.shop_id
        WHERE o.state = 'due' AND o.wake_at <= $1 AND a.tell_opt_outs = TRUE ORDER BY o.shop_id";
    let rows: Vec<Uuid> = on_db!(db, c => sqlx::query_scalar(SQL).bind(ms(now)).fetch_all(c).await?);
    Ok(rows.into_iter().map(ShopId).collect())
}

/// Takes what is due of a store, and keeps others from it until an instant.
///
/// # Errors
/// `Unavailable`, `Corrupt`.
pub async fn take(tx: &mut Tx, shop: ShopId, (now, until): (Timestamp, Timestamp), most: i64) -> Result<Vec<Due>, DbError> {
    const SQL: &str =
        "UPDATE consent_outbox SET wake_at = $3, attempts = attempts + 1 WHERE shop_id = $1 AND state = 'due' AND wake_at <= $2
            AND (customer_id || ' ' || channel) IN (SELECT customer_id || ' ' || channel FROM consent_outbox
                WHERE shop_id = $1 AND state = 'due' AND wake_at <= $2 ORDER BY wake_at, customer_id, channel LIMIT $4)
        RETURNING customer_id, channel, at, attempts";
    let rows: Vec<(String, String, i64, i64)> =
        on_tx!(tx, c => sqlx::query_as(SQL).bind(shop.0).bind(ms(now)).bind(ms(until)).bind(most).fetch_all(c).await?);
    let due = |(customer_id, channel, at, attempts): (String, String, i64, i64)| {
        Ok(Due { customer_id, channel: super::word("channel", &channel)?, at: instant(at), attempts })
    };
    rows.into_iter().map(due).collect()
}

/// What became of telling it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ended {
    /// The platform knows.
    Told(Timestamp),
    /// To be tried again then, and why it didn't work.
    Later(Timestamp, String),
    /// It can't be told, and why.
    GivenUp(String),
}

/// Notes what became of it, unless a later opt-out took its place meanwhile.
///
/// # Errors
/// `Unavailable`.
pub async fn end(tx: &mut Tx, shop: ShopId, due: &Due, ended: &Ended) -> Result<(), DbError> {
    const SQL: &str = "UPDATE consent_outbox SET state = $5, wake_at = COALESCE($6, wake_at), told_at = $7, problem = $8
        WHERE shop_id = $1 AND customer_id = $2 AND channel = $3 AND at = $4 AND state = 'due'";
    let (state, wake_at, told_at, problem) = match ended {
        Ended::Told(at) => ("told", None, Some(*at), None),
        Ended::Later(at, why) => ("due", Some(*at), None, Some(why)),
        Ended::GivenUp(why) => ("given_up", None, None, Some(why)),
    };
    on_tx!(tx, c => sqlx::query(SQL).bind(shop.0).bind(&due.customer_id).bind(due.channel.as_str()).bind(ms(due.at)).bind(state).bind(wake_at.map(ms))
        .bind(told_at.map(ms)).bind(problem).execute(c).await?.rows_affected());
    Ok(())
}

/// How many opt-outs of a store are in a state.
///
/// # Errors
/// `Unavailable`.
pub async fn count(db: &Db, shop: ShopId, state: &str) -> Result<i64, DbError> {
    const SQL: &str = "SELECT COUNT(*) FROM consent_outbox WHERE shop_id = $1 AND state = $2";
    Ok(on_db!(db, c => sqlx::query_scalar(SQL).bind(shop.0).bind(state).fetch_one(c).await?))
}
