//! Messages that are no reminders: each unique by what it is for, claimed under a lease, recorded by whoever holds it.

use super::{Db, DbError, Tx, instant, ms};
use crate::domain::event::ChannelKind;
use crate::domain::ids::ShopId;
use jiff::Timestamp;
use uuid::Uuid;

/// One to be queued.
#[derive(Debug, Clone)]
pub struct NewService<'a> {
    /// Ours: the key by which the provider knows it.
    pub id: Uuid,
    /// What for.
    pub purpose: &'static str,
    /// Of several with the same purpose and this the first stays, and no other is made.
    pub dedupe: &'a str,
    /// By which channel.
    pub channel: ChannelKind,
    /// To whom.
    pub recipient: &'a str,
    /// Of a mail.
    pub subject: &'a str,
    /// Of a mail; empty: none.
    pub html: &'a str,
    /// What is read.
    pub text: &'a str,
    /// Later it is not sent any more.
    pub send_by: Timestamp,
    /// Now.
    pub now: Timestamp,
}

/// Queues a message, unless there is one of its purpose and `dedupe`. Was it?
///
/// # Errors
/// `Unavailable`.
pub async fn insert(tx: &mut Tx, shop: ShopId, n: &NewService<'_>) -> Result<bool, DbError> {
    const SQL: &str =
        "INSERT INTO service_messages (shop_id, id, purpose, dedupe, channel, recipient, subject, html, text, state, attempts, wake_at, send_by, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'waiting', 0, $10, $11, $10) ON CONFLICT (shop_id, purpose, dedupe) DO NOTHING";
    let done = on_tx!(tx, c => sqlx::query(SQL).bind(shop.0).bind(n.id).bind(n.purpose).bind(n.dedupe).bind(n.channel.as_str()).bind(n.recipient)
        .bind(n.subject).bind(n.html).bind(n.text).bind(ms(n.now)).bind(ms(n.send_by)).execute(c).await?.rows_affected());
    Ok(done > 0)
}

/// Shops with some to send.
///
/// # Errors
/// `Unavailable`.
pub async fn shops_due(db: &Db, now: Timestamp) -> Result<Vec<ShopId>, DbError> {
    const SQL: &str = "SELECT s.id FROM shops s WHERE EXISTS
        (SELECT 1 FROM service_messages m WHERE m.shop_id = s.id AND m.state = 'waiting' AND m.wake_at <= $1)";
    let ids: Vec<Uuid> = on_db!(db, c => sqlx::query_scalar(SQL).bind(ms(now)).fetch_all(c).await?);
    Ok(ids.into_iter().map(ShopId).collect())
}

/// One that was claimed.
#[derive(Debug, Clone)]
pub struct Claimed {
    /// Ours.
    pub id: Uuid,
    /// What for.
    pub purpose: String,
    /// By which channel.
    pub channel: ChannelKind,
    /// To whom.
    pub recipient: String,
    /// Of a mail.
    pub subject: String,
    /// Of a mail; empty: none.
    pub html: String,
    /// What is read.
    pub text: String,
    /// Which attempt this is, from 1.
    pub attempts: i64,
    /// Later it is not sent any more.
    pub send_by: Timestamp,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    purpose: String,
    channel: String,
    recipient: String,
    subject: String,
    html: String,
    text: String,
    attempts: i64,
    send_by: i64,
}

impl TryFrom<Row> for Claimed {
    type Error = DbError;
    fn try_from(r: Row) -> Result<Self, DbError> {
        Ok(Self {
            id: r.id,
            purpose: r.purpose,
            channel: super::word("channel", &r.channel)?,
            recipient: r.recipient,
            subject: r.subject,
            html: r.html,
            text: r.text,
            attempts: r.attempts,
            send_by: instant(r.send_by),
        })
    }
}

/// Takes due messages of a shop under a lease, until `until`; those that another worker has are passed over.
///
/// # Errors
/// `Unavailable`, `Corrupt`.
pub async fn claim(tx: &mut Tx, shop: ShopId, (now, until): (Timestamp, Timestamp), by: &str, most: i64) -> Result<Vec<Claimed>, DbError> {
    const LITE: &str = "UPDATE service_messages SET state = 'sending', lease_until = $3, lease_by = $4, attempts = attempts + 1
        WHERE shop_id = $1 AND id IN (SELECT id FROM service_messages WHERE shop_id = $1 AND state = 'waiting' AND wake_at <= $2 ORDER BY wake_at, id LIMIT $5)
        RETURNING id, purpose, channel, recipient, subject, html, text, attempts, send_by";
    // As in `nudges::claim_due`: rows are locked by the first statement, and named by their keys, with their state again, in the second.
    const PICK: &str = "SELECT id FROM service_messages WHERE shop_id = $1 AND state = 'waiting' AND wake_at <= $2 ORDER BY wake_at, id LIMIT $3 FOR UPDATE SKIP LOCKED";
    const TAKE: &str = "UPDATE service_messages SET state = 'sending', lease_until = $3, lease_by = $4, attempts = attempts + 1
        WHERE shop_id = $1 AND id = ANY($2) AND state = 'waiting'
        RETURNING id, purpose, channel, recipient, subject, html, text, attempts, send_by";
    let rows: Vec<Row> = match tx {
        Tx::Sqlite(tx) => sqlx::query_as(LITE).bind(shop.0).bind(ms(now)).bind(ms(until)).bind(by).bind(most).fetch_all(&mut **tx).await?,
        Tx::Postgres(tx) => {
            let picked: Vec<Uuid> = sqlx::query_scalar(PICK).bind(shop.0).bind(ms(now)).bind(most).fetch_all(&mut **tx).await?;
            sqlx::query_as(TAKE).bind(shop.0).bind(picked).bind(ms(until)).bind(by).fetch_all(&mut **tx).await?
        }
    };
    let mut claimed = rows.into_iter().map(Claimed::try_from).collect::<Result<Vec<_>, _>>()?;
    claimed.sort_by_key(|c| c.id);
    Ok(claimed)
}

/// What came of one.
#[derive(Debug, Clone)]
pub struct Came<'a> {
    /// Which.
    pub id: Uuid,
    /// `waiting`, `sent`, `failed`, `unknown` or `dropped`.
    pub state: &'static str,
    /// Why.
    pub reason: &'a str,
    /// When to try again.
    pub wake_at: Option<Timestamp>,
    /// Who took it.
    pub provider: Option<&'a str>,
    /// By what it is known there.
    pub provider_id: Option<&'a str>,
    /// When it left, or may have.
    pub sent_at: Option<Timestamp>,
}

/// Records what came of a message, if the lease still stands. Did it?
///
/// # Errors
/// `Unavailable`.
pub async fn record(tx: &mut Tx, shop: ShopId, by: &str, came: &Came<'_>) -> Result<bool, DbError> {
    const SQL: &str =
        "UPDATE service_messages SET state = $4, reason = $5, wake_at = COALESCE($6, wake_at), provider = COALESCE($7, provider),
            provider_id = COALESCE($8, provider_id), sent_at = COALESCE($9, sent_at), lease_until = NULL, lease_by = NULL
        WHERE shop_id = $1 AND id = $2 AND state = 'sending' AND lease_by = $3";
    let done = on_tx!(tx, c => sqlx::query(SQL).bind(shop.0).bind(came.id).bind(by).bind(came.state).bind(came.reason).bind(came.wake_at.map(ms))
        .bind(came.provider).bind(came.provider_id).bind(came.sent_at.map(ms)).execute(c).await?.rows_affected());
    Ok(done > 0)
}

/// Shops with some whose worker never came back.
///
/// # Errors
/// `Unavailable`.
pub async fn shops_lost(db: &Db, now: Timestamp) -> Result<Vec<ShopId>, DbError> {
    const SQL: &str = "SELECT s.id FROM shops s WHERE EXISTS
        (SELECT 1 FROM service_messages m WHERE m.shop_id = s.id AND m.state = 'sending' AND m.lease_until < $1)";
    let ids: Vec<Uuid> = on_db!(db, c => sqlx::query_scalar(SQL).bind(ms(now)).fetch_all(c).await?);
    Ok(ids.into_iter().map(ShopId).collect())
}

/// Messages of a shop whose worker never came back may have been sent: they are unknown, and never sent again.
///
/// # Errors
/// `Unavailable`.
pub async fn mark_lost(tx: &mut Tx, shop: ShopId, now: Timestamp) -> Result<(), DbError> {
    const SQL: &str =
        "UPDATE service_messages SET state = 'unknown', reason = 'the worker that was sending it was lost', lease_until = NULL, lease_by = NULL
        WHERE shop_id = $1 AND state = 'sending' AND lease_until < $2";
    on_tx!(tx, c => sqlx::query(SQL).bind(shop.0).bind(ms(now)).execute(c).await?.rows_affected());
    Ok(())
}

/// Notes a provider's later word about one, if it is one: what left for sure, and what became of it.
///
/// # Errors
/// `Unavailable`.
pub async fn told(tx: &mut Tx, shop: ShopId, id: Uuid, (state, reason): (&str, Option<&str>)) -> Result<(), DbError> {
    const SQL: &str = "UPDATE service_messages SET state = $3, reason = COALESCE($4, reason) WHERE shop_id = $1 AND id = $2
        AND (state = 'unknown' OR (state = 'sent' AND $3 <> 'sent') OR (state = 'failed' AND $3 = 'delivered'))";
    on_tx!(tx, c => sqlx::query(SQL).bind(shop.0).bind(id).bind(state).bind(reason).execute(c).await?.rows_affected());
    Ok(())
}

/// Forgets what was sent to an address, or waits for it.
///
/// # Errors
/// `Unavailable`.
pub async fn forget(tx: &mut Tx, shop: ShopId, address: &str) -> Result<(), DbError> {
    const SQL: &str = "DELETE FROM service_messages WHERE shop_id = $1 AND recipient = $2";
    on_tx!(tx, c => sqlx::query(SQL).bind(shop.0).bind(address).execute(c).await?.rows_affected());
    Ok(())
}

/// One as lists show it.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Listed {
    /// What for.
    pub purpose: String,
    /// `waiting`, `sending`, `sent`, `delivered`, `failed`, `unknown` or `dropped`.
    pub state: String,
    /// By which channel.
    pub channel: String,
    /// What is read.
    pub text: String,
}

/// What was or is to be sent to an address, oldest first.
///
/// # Errors
/// `Unavailable`.
pub async fn to(db: &Db, shop: ShopId, address: &str) -> Result<Vec<Listed>, DbError> {
    const SQL: &str = "SELECT purpose, state, channel, text FROM service_messages WHERE shop_id = $1 AND recipient = $2 ORDER BY id";
    Ok(on_db!(db, c => sqlx::query_as(SQL).bind(shop.0).bind(address).fetch_all(c).await?))
}
