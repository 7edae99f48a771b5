//! Nudges whose outcome is unknown: what their providers are to be asked, by whom, and what they are once it is known.

use super::{Db, DbError, Tx, instant, ms};
use crate::domain::event::ChannelKind;
use crate::domain::ids::{CartId, ContactId, NudgeId, ShopId};
use crate::domain::nudge::NudgeState;
use jiff::Timestamp;
use sqlx::AssertSqlSafe;
use uuid::Uuid;

/// A nudge that is about to be handed over.
#[derive(Debug, Clone)]
pub struct HandOver {
    /// Which.
    pub id: NudgeId,
    /// To whom.
    pub to: String,
    /// To which provider.
    pub provider: &'static str,
    /// Through which account of ours.
    pub account: Option<String>,
    /// By what its message will be known there, where that is fixed before.
    pub reference: Option<String>,
}

/// Notes what is about to be handed over, so that it can be asked for if its outcome never comes.
///
/// # Errors
/// `Unavailable`.
pub async fn hand_over(tx: &mut Tx, shop: ShopId, batch: &[HandOver]) -> Result<(), DbError> {
    const LITE: &str =
        "UPDATE nudges SET handed_to = j.value ->> 1, provider = j.value ->> 2, account = j.value ->> 3, provider_id = j.value ->> 4
        FROM json_each($2) j WHERE nudges.shop_id = $1 AND nudges.id = unhex(j.value ->> 0)";
    const PG: &str = "UPDATE nudges SET handed_to = j.handed_to, provider = j.provider, account = j.account, provider_id = j.provider_id
        FROM UNNEST($2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[]) AS j (id, handed_to, provider, account, provider_id)
        WHERE nudges.shop_id = $1 AND nudges.id = j.id";
    if batch.is_empty() {
        return Ok(());
    }
    match tx {
        Tx::Sqlite(tx) => {
            let row = |h: &HandOver| serde_json::json!([h.id.0.simple().to_string(), h.to, h.provider, h.account, h.reference]);
            let json = serde_json::Value::from_iter(batch.iter().map(row)).to_string();
            sqlx::query(LITE).bind(shop.0).bind(json).execute(&mut **tx).await?;
        }
        Tx::Postgres(tx) => {
            sqlx::query(PG)
                .bind(shop.0)
                .bind(batch.iter().map(|h| h.id.0).collect::<Vec<_>>())
                .bind(batch.iter().map(|h| h.to.as_str()).collect::<Vec<_>>())
                .bind(batch.iter().map(|h| h.provider).collect::<Vec<_>>())
                .bind(batch.iter().map(|h| h.account.as_deref()).collect::<Vec<_>>())
                .bind(batch.iter().map(|h| h.reference.as_deref()).collect::<Vec<_>>())
                .execute(&mut **tx)
                .await?;
        }
    }
    Ok(())
}

/// Begins the asking for a nudge that has just become unknown; without a time nobody is asked.
///
/// # Errors
/// `Unavailable`.
pub async fn begin(tx: &mut Tx, shop: ShopId, id: NudgeId, now: Timestamp, ask_at: Option<Timestamp>) -> Result<(), DbError> {
    const SQL: &str = "UPDATE nudges SET unknown_at = $3, ask_at = $4, asked = 0, absent_at = NULL, answer = NULL
        WHERE shop_id = $1 AND id = $2 AND state = 'unknown'";
    on_tx!(tx, c => sqlx::query(SQL).bind(shop.0).bind(id.0).bind(ms(now)).bind(ask_at.map(ms)).execute(c).await?.rows_affected());
    Ok(())
}

/// A nudge whose outcome is unknown.
#[derive(Debug, Clone)]
pub struct Unknown {
    /// Which.
    pub id: NudgeId,
    /// For which cart.
    pub cart_id: CartId,
    /// For whom.
    pub contact_id: ContactId,
    /// By which channel.
    pub channel: ChannelKind,
    /// What it is now: `Unknown`, unless somebody was quicker.
    pub state: NudgeState,
    /// Of its short link.
    pub short_code: String,
    /// Who was handed it.
    pub provider: Option<String>,
    /// By what it is known there, as far as that was fixed before.
    pub provider_id: Option<String>,
    /// Through which account of ours.
    pub account: Option<String>,
    /// To whom; none when that was erased.
    pub handed_to: Option<String>,
    /// The earliest time at which it can have left.
    pub sent_at: Option<Timestamp>,
    /// Since when its outcome is unknown.
    pub unknown_at: Option<Timestamp>,
    /// How often its provider was asked.
    pub asked: i64,
    /// When the provider first said that it has no such message.
    pub absent_at: Option<Timestamp>,
    /// What the provider said last.
    pub answer: Option<String>,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    cart_id: Uuid,
    contact_id: Uuid,
    channel: String,
    state: String,
    short_code: String,
    provider: Option<String>,
    provider_id: Option<String>,
    account: Option<String>,
    handed_to: Option<String>,
    sent_at: Option<i64>,
    unknown_at: Option<i64>,
    asked: i64,
    absent_at: Option<i64>,
    answer: Option<String>,
}

impl TryFrom<Row> for Unknown {
    type Error = DbError;
    fn try_from(r: Row) -> Result<Self, DbError> {
        Ok(Self {
            id: NudgeId(r.id),
            cart_id: CartId(r.cart_id),
            contact_id: ContactId(r.contact_id),
            channel: super::word("channel", &r.channel)?,
            state: super::word("nudge state", &r.state)?,
            short_code: r.short_code,
            provider: r.provider,
            provider_id: r.provider_id,
            account: r.account,
            handed_to: r.handed_to,
            sent_at: r.sent_at.map(instant),
            unknown_at: r.unknown_at.map(instant),
            asked: r.asked,
            absent_at: r.absent_at.map(instant),
            answer: r.answer,
        })
    }
}

macro_rules! columns {
    () => {
        "id, cart_id, contact_id, channel, state, short_code, provider, provider_id, account, handed_to, sent_at, unknown_at, asked, absent_at, answer"
    };
}

/// Shops with providers to ask.
///
/// # Errors
/// `Unavailable`.
pub async fn shops_to_ask(db: &Db, now: Timestamp) -> Result<Vec<ShopId>, DbError> {
    const SQL: &str = "SELECT s.id FROM shops s WHERE EXISTS
        (SELECT 1 FROM nudges n WHERE n.shop_id = s.id AND n.state = 'unknown' AND n.ask_at IS NOT NULL AND n.ask_at <= $1)";
    let ids: Vec<Uuid> = on_db!(db, c => sqlx::query_scalar(SQL).bind(ms(now)).fetch_all(c).await?);
    Ok(ids.into_iter().map(ShopId).collect())
}

/// Takes nudges of a shop whose providers are to be asked now. Until `until` nobody else asks for them; that time is also what their answers are fenced by.
///
/// # Errors
/// `Unavailable`, `Corrupt`.
pub async fn claim_to_ask(tx: &mut Tx, shop: ShopId, now: Timestamp, until: Timestamp, most: i64) -> Result<Vec<Unknown>, DbError> {
    const LITE: &str = concat!(
        "UPDATE nudges SET ask_at = $3 WHERE shop_id = $1 AND id IN (SELECT id FROM nudges
            WHERE shop_id = $1 AND state = 'unknown' AND ask_at IS NOT NULL AND ask_at <= $2 ORDER BY ask_at LIMIT $4) RETURNING ",
        columns!()
    );
    // As in `nudges::claim_due`: rows are locked by the first statement, and named by their keys, with their state again, in the second.
    const PICK: &str = "SELECT id FROM nudges WHERE shop_id = $1 AND state = 'unknown' AND ask_at IS NOT NULL AND ask_at <= $2
        ORDER BY ask_at LIMIT $3 FOR UPDATE SKIP LOCKED";
    const TAKE: &str = concat!(
        "UPDATE nudges SET ask_at = $3 WHERE shop_id = $1 AND id = ANY($2) AND state = 'unknown' AND ask_at <= $4 RETURNING ",
        columns!()
    );
    let rows: Vec<Row> = match tx {
        Tx::Sqlite(tx) => sqlx::query_as(LITE).bind(shop.0).bind(ms(now)).bind(ms(until)).bind(most).fetch_all(&mut **tx).await?,
        Tx::Postgres(tx) => {
            let picked: Vec<Uuid> = sqlx::query_scalar(PICK).bind(shop.0).bind(ms(now)).bind(most).fetch_all(&mut **tx).await?;
            sqlx::query_as(TAKE).bind(shop.0).bind(picked).bind(ms(until)).bind(ms(now)).fetch_all(&mut **tx).await?
        }
    };
    rows.into_iter().map(Unknown::try_from).collect()
}

/// One nudge, whatever its state.
///
/// # Errors
/// `Unavailable`, `Corrupt`.
pub async fn get(tx: &mut Tx, shop: ShopId, id: NudgeId) -> Result<Option<Unknown>, DbError> {
    const SQL: &str = concat!("SELECT ", columns!(), " FROM nudges WHERE shop_id = $1 AND id = $2");
    let row: Option<Row> = on_tx!(tx, c => sqlx::query_as(SQL).bind(shop.0).bind(id.0).fetch_optional(c).await?);
    row.map(Unknown::try_from).transpose()
}

/// What an answer changes while the outcome stays unknown.
#[derive(Debug, Clone, Copy)]
pub struct Noted {
    /// Which.
    pub id: NudgeId,
    /// When to ask next; none: nobody is asked any more.
    pub ask_at: Option<Timestamp>,
    /// When the provider first said that it has no such message.
    pub absent_at: Option<Timestamp>,
    /// What it said now.
    pub answer: &'static str,
}

/// Notes an answer by which the outcome stays unknown, if whoever asked still has it. Had they?
///
/// # Errors
/// `Unavailable`.
pub async fn note(tx: &mut Tx, shop: ShopId, asked_until: Timestamp, n: &Noted) -> Result<bool, DbError> {
    const SQL: &str = "UPDATE nudges SET ask_at = $4, absent_at = $5, answer = $6, asked = asked + 1
        WHERE shop_id = $1 AND id = $2 AND state = 'unknown' AND ask_at = $3";
    let done = on_tx!(tx, c => sqlx::query(SQL).bind(shop.0).bind(n.id.0).bind(ms(asked_until)).bind(n.ask_at.map(ms)).bind(n.absent_at.map(ms))
        .bind(n.answer).execute(c).await?.rows_affected());
    Ok(done > 0)
}

/// What a nudge is, now that its outcome is known.
#[derive(Debug, Clone)]
pub struct Known<'a> {
    /// Which.
    pub id: NudgeId,
    /// `Sent`, `Failed`, `Scheduled` for what is due again, or `Cancelled`.
    pub state: NudgeState,
    /// The rule that says so.
    pub rule: &'a str,
    /// The provider's id of it.
    pub provider_id: Option<&'a str>,
    /// When it is due again, if it is.
    pub wake_at: Option<Timestamp>,
    /// Whoever asked must still have it; none for what a person or a shopper's doing settles.
    pub asked_until: Option<Timestamp>,
}

/// Settles a nudge whose outcome is unknown. Was it still?
///
/// # Errors
/// `Unavailable`.
pub async fn settle(tx: &mut Tx, shop: ShopId, k: &Known<'_>) -> Result<bool, DbError> {
    // While it still has the time at which it may have left.
    super::recovered::of_nudges(tx, shop, &[k.id.0]).await?;
    // What never left has no time of leaving.
    const SQL: &str = "UPDATE nudges SET state = $3, reason = $4, provider_id = COALESCE($5, provider_id), wake_at = COALESCE($6, wake_at),
            sent_at = CASE WHEN $3 = 'sent' THEN sent_at END, handed_to = CASE WHEN $3 = 'sent' THEN handed_to END, ask_at = NULL, asked = asked + $8
        WHERE shop_id = $1 AND id = $2 AND state = 'unknown' AND ($7 IS NULL OR ask_at = $7)";
    let done = on_tx!(tx, c => sqlx::query(SQL).bind(shop.0).bind(k.id.0).bind(k.state.as_str()).bind(k.rule).bind(k.provider_id)
        .bind(k.wake_at.map(ms)).bind(k.asked_until.map(ms)).bind(i64::from(k.asked_until.is_some())).execute(c).await?.rows_affected());
    super::rollups::carts_of_nudges(tx, shop, &[k.id.0]).await?;
    Ok(done > 0)
}

/// Marks nudges as sent that can't but have arrived: of those whose outcome is unknown, of those that are to be sent again because it was, and of those that
/// are said to have bounced, if a person clicked. Which they are, with their carts.
///
/// # Errors
/// `Unavailable`.
pub async fn arrived(tx: &mut Tx, shop: ShopId, ids: &[Uuid], rule: &str) -> Result<Vec<(NudgeId, CartId)>, DbError> {
    const SET: &str =
        "UPDATE nudges SET state = 'sent', reason = $2, sent_at = COALESCE(sent_at, claimed_at), ask_at = NULL
        WHERE shop_id = $1 AND (state = 'unknown' OR (state = 'scheduled' AND unknown_at IS NOT NULL) OR (state = 'failed' AND reason = 'bounced' AND $2 = 'clicked')) AND id IN";
    let rows: Vec<(Uuid, Uuid)> = match tx {
        Tx::Sqlite(tx) => {
            let sql = AssertSqlSafe(format!("{SET} (SELECT unhex(value) FROM json_each($3)) RETURNING id, cart_id"));
            sqlx::query_as(sql).bind(shop.0).bind(rule).bind(super::json_ids(ids)).fetch_all(&mut **tx).await?
        }
        Tx::Postgres(tx) => {
            let sql = AssertSqlSafe(format!("{SET} (SELECT UNNEST($3::uuid[])) RETURNING id, cart_id"));
            sqlx::query_as(sql).bind(shop.0).bind(rule).bind(ids).fetch_all(&mut **tx).await?
        }
    };
    super::recovered::of_nudges(tx, shop, &rows.iter().map(|r| r.0).collect::<Vec<_>>()).await?;
    super::rollups::carts_marked(tx, shop, &rows.iter().map(|r| r.1).collect::<Vec<_>>()).await?;
    Ok(rows.into_iter().map(|(id, cart)| (NudgeId(id), CartId(cart))).collect())
}

/// How many messages of a shop wait for a person's word: nobody is asked any more, and they could still be sent, as they were due after `since`.
///
/// # Errors
/// `Unavailable`.
pub async fn left_to_merchant(db: &Db, shop: ShopId, since: Timestamp) -> Result<i64, DbError> {
    const SQL: &str = "SELECT COUNT(*) FROM nudges n JOIN carts c ON c.shop_id = n.shop_id AND c.id = n.cart_id
        WHERE n.shop_id = $1 AND n.state = 'unknown' AND n.ask_at IS NULL AND n.due_at >= $2 AND c.state IN ('open', 'abandoned')";
    Ok(on_db!(db, c => sqlx::query_scalar(SQL).bind(shop.0).bind(ms(since)).fetch_one(c).await?))
}
