//! What providers told of messages: receipts, and what nudges are by them.

use super::{Db, DbError, Tx, instant, json_ids, json_texts, ms};
use crate::domain::event::ChannelKind;
use crate::domain::ids::{CartId, ContactId, NudgeId, ShopId};
use crate::domain::nudge::NudgeState;
use crate::domain::receipt::{Fate, ToldOf, Word};
use jiff::Timestamp;
use sqlx::AssertSqlSafe;
use uuid::Uuid;

/// A receipt to be kept.
#[derive(Debug, Clone)]
pub struct NewReceipt {
    /// That of the delivery that told it.
    pub id: Uuid,
    /// Of which nudge, if it is known.
    pub nudge: Option<NudgeId>,
    /// By which channel it went.
    pub channel: ChannelKind,
    /// Who told.
    pub provider: String,
    /// The message's id there.
    pub provider_id: Option<String>,
    /// To whom it was handed over.
    pub recipient: Option<String>,
    /// What.
    pub fate: Fate,
    /// In the provider's words.
    pub reason: Option<String>,
    /// When.
    pub at: Timestamp,
}

/// Keeps a receipt. Was it new?
///
/// # Errors
/// `Unavailable`.
pub async fn insert(tx: &mut Tx, shop: ShopId, r: &NewReceipt, now: Timestamp) -> Result<bool, DbError> {
    const SQL: &str =
        "INSERT INTO receipts (shop_id, id, nudge_id, channel, provider, provider_id, recipient, fate, reason, at, heard_at, forgiven)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, FALSE) ON CONFLICT (shop_id, id) DO NOTHING";
    let done = on_tx!(tx, c => sqlx::query(SQL).bind(shop.0).bind(r.id).bind(r.nudge.map(|n| n.0)).bind(r.channel.as_str()).bind(&r.provider)
        .bind(&r.provider_id).bind(&r.recipient).bind(r.fate.as_str()).bind(&r.reason).bind(ms(r.at)).bind(ms(now)).execute(c).await?.rows_affected());
    Ok(done > 0)
}

/// A nudge as far as receipts are about it.
#[derive(Debug, Clone)]
pub struct Nudged {
    /// Which.
    pub id: NudgeId,
    /// For which cart.
    pub cart: CartId,
    /// For whom.
    pub contact: ContactId,
    /// By which channel now.
    pub channel: ChannelKind,
    /// What would take over.
    pub fallback: Option<ChannelKind>,
    /// Where it is in its life.
    pub state: NudgeState,
    /// By whom it went.
    pub provider: Option<String>,
    /// The provider's id of it.
    pub provider_id: Option<String>,
    /// To whom it was handed over.
    pub handed_to: Option<String>,
}

#[derive(sqlx::FromRow)]
struct NudgeRow {
    id: Uuid,
    cart_id: Uuid,
    contact_id: Uuid,
    channel: String,
    fallback: Option<String>,
    state: String,
    provider: Option<String>,
    provider_id: Option<String>,
    handed_to: Option<String>,
}

impl TryFrom<NudgeRow> for Nudged {
    type Error = DbError;
    fn try_from(r: NudgeRow) -> Result<Self, DbError> {
        Ok(Self {
            id: NudgeId(r.id),
            cart: CartId(r.cart_id),
            contact: ContactId(r.contact_id),
            channel: super::word("channel", &r.channel)?,
            fallback: r.fallback.map(|f| super::word("channel", &f)).transpose()?,
            state: super::word("nudge state", &r.state)?,
            provider: r.provider,
            provider_id: r.provider_id,
            handed_to: r.handed_to,
        })
    }
}

macro_rules! nudge {
    ($rest:literal) => {
        concat!("SELECT id, cart_id, contact_id, channel, fallback, state, provider, provider_id, handed_to FROM nudges WHERE shop_id = $1 AND ", $rest)
    };
}

/// Nudges by their ids.
///
/// # Errors
/// `Unavailable`, `Corrupt`.
pub async fn nudges(tx: &mut Tx, shop: ShopId, ids: &[Uuid]) -> Result<Vec<Nudged>, DbError> {
    const LITE: &str = nudge!("id IN (SELECT unhex(value) FROM json_each($2))");
    const PG: &str = nudge!("id = ANY($2)");
    let rows: Vec<NudgeRow> = match tx {
        Tx::Sqlite(tx) => sqlx::query_as(LITE).bind(shop.0).bind(json_ids(ids)).fetch_all(&mut **tx).await?,
        Tx::Postgres(tx) => sqlx::query_as(PG).bind(shop.0).bind(ids).fetch_all(&mut **tx).await?,
    };
    rows.into_iter().map(Nudged::try_from).collect()
}

/// Nudges by what their providers call them.
///
/// # Errors
/// `Unavailable`, `Corrupt`.
pub async fn nudges_by_provider_id(tx: &mut Tx, shop: ShopId, ids: &[&str]) -> Result<Vec<Nudged>, DbError> {
    const LITE: &str = nudge!("provider_id IN (SELECT value FROM json_each($2))");
    const PG: &str = nudge!("provider_id = ANY($2)");
    let rows: Vec<NudgeRow> = match tx {
        Tx::Sqlite(tx) => sqlx::query_as(LITE).bind(shop.0).bind(json_texts(ids.iter().copied())).fetch_all(&mut **tx).await?,
        Tx::Postgres(tx) => sqlx::query_as(PG).bind(shop.0).bind(ids).fetch_all(&mut **tx).await?,
    };
    rows.into_iter().map(Nudged::try_from).collect()
}

/// Waits for whoever records what became of one of these nudges, so that it is seen as it is then. In the order of their ids, so that two never wait for each
/// other.
///
/// # Errors
/// `Unavailable`, `Corrupt`.
pub async fn held(tx: &mut Tx, shop: ShopId, ids: &[Uuid]) -> Result<Vec<Nudged>, DbError> {
    const HOLD: &str = "SELECT id FROM nudges WHERE shop_id = $1 AND id = ANY($2) ORDER BY id FOR UPDATE";
    if let Tx::Postgres(tx) = tx {
        sqlx::query(HOLD).bind(shop.0).bind(ids).fetch_all(&mut **tx).await?;
    }
    nudges(tx, shop, ids).await
}

/// Whoever records may find receipts that wait for it from now on: nobody adds one to those meanwhile. SQLite's transactions are alone anyway.
///
/// # Errors
/// `Unavailable`.
pub async fn hold_waiting(tx: &mut Tx, shop: ShopId) -> Result<(), DbError> {
    const SQL: &str = "SELECT name FROM shop_locks WHERE shop_id = $1 AND name = 'receipts' FOR SHARE";
    if let Tx::Postgres(tx) = tx {
        sqlx::query(SQL).bind(shop.0).fetch_optional(&mut **tx).await?;
    }
    Ok(())
}

/// Waits for those who record: what a provider calls a message is then known, or they will find what is added now.
///
/// # Errors
/// `Unavailable`.
pub async fn add_waiting(tx: &mut Tx, shop: ShopId) -> Result<(), DbError> {
    const SQL: &str = "SELECT name FROM shop_locks WHERE shop_id = $1 AND name = 'receipts' FOR UPDATE";
    if let Tx::Postgres(tx) = tx {
        sqlx::query(SQL).bind(shop.0).fetch_optional(&mut **tx).await?;
    }
    Ok(())
}

/// Gives receipts that came before it was known by what a provider calls a message to its nudge.
///
/// # Errors
/// `Unavailable`.
pub async fn adopt(
    tx: &mut Tx,
    shop: ShopId,
    (nudge, recipient): (NudgeId, Option<&str>),
    (provider, id): (&str, &str),
) -> Result<(), DbError> {
    const SQL: &str =
        "UPDATE receipts SET nudge_id = $2, recipient = $3 WHERE shop_id = $1 AND nudge_id IS NULL AND provider = $4 AND provider_id = $5";
    on_tx!(tx, c => sqlx::query(SQL).bind(shop.0).bind(nudge.0).bind(recipient).bind(provider).bind(id).execute(c).await?.rows_affected());
    Ok(())
}

/// Everything that was told of a nudge's message by a channel.
///
/// # Errors
/// `Unavailable`, `Corrupt`.
pub async fn of_nudge(tx: &mut Tx, shop: ShopId, nudge: NudgeId, channel: ChannelKind) -> Result<Vec<(Fate, Word)>, DbError> {
    const SQL: &str = "SELECT fate, at, reason FROM receipts WHERE shop_id = $1 AND nudge_id = $2 AND channel = $3";
    let rows: Vec<(String, i64, Option<String>)> =
        on_tx!(tx, c => sqlx::query_as(SQL).bind(shop.0).bind(nudge.0).bind(channel.as_str()).fetch_all(c).await?);
    rows.into_iter().map(|(fate, at, reason)| Ok((super::word("fate", &fate)?, Word { at: instant(at), reason }))).collect()
}

/// Everything that was told of messages to an address by a channel, since somebody allowed it again, if somebody did.
///
/// # Errors
/// `Unavailable`, `Corrupt`.
pub async fn of_address(tx: &mut Tx, shop: ShopId, channel: ChannelKind, address: &str) -> Result<Vec<ToldOf>, DbError> {
    const SQL: &str = "SELECT nudge_id, fate, at FROM receipts WHERE shop_id = $1 AND recipient = $2 AND channel = $3 AND NOT forgiven";
    let rows: Vec<(Option<Uuid>, String, i64)> =
        on_tx!(tx, c => sqlx::query_as(SQL).bind(shop.0).bind(address).bind(channel.as_str()).fetch_all(c).await?);
    rows.into_iter().map(|(message, fate, at)| Ok(ToldOf { message, fate: super::word("fate", &fate)?, at: instant(at) })).collect()
}

/// What a nudge is by all that was told of it.
#[derive(Debug, Clone)]
pub struct Known<'a> {
    /// Which.
    pub id: NudgeId,
    /// `Sent`, `Delivered` or `Failed`.
    pub state: NudgeState,
    /// When it was delivered.
    pub delivered_at: Option<Timestamp>,
    /// What weighs most.
    pub fate: Fate,
    /// Of that.
    pub word: &'a Word,
}

/// Sets what a nudge that left is by all that was told of it. What changed: the state before, if it is another now.
///
/// # Errors
/// `Unavailable`.
pub async fn set_known(tx: &mut Tx, shop: ShopId, k: &Known<'_>) -> Result<(), DbError> {
    const SQL: &str = "UPDATE nudges SET state = $3, delivered_at = $4, fate = $5, fate_at = $6, fate_reason = $7,
            reason = CASE WHEN $3 = 'failed' THEN 'bounced' WHEN reason = 'bounced' THEN 'accepted' ELSE reason END
        WHERE shop_id = $1 AND id = $2 AND (state IN ('sent', 'delivered') OR (state = 'failed' AND reason = 'bounced'))";
    on_tx!(tx, c => sqlx::query(SQL).bind(shop.0).bind(k.id.0).bind(k.state.as_str()).bind(k.delivered_at.map(ms)).bind(k.fate.as_str())
        .bind(ms(k.word.at)).bind(&k.word.reason).execute(c).await?.rows_affected());
    super::recovered::of_nudges(tx, shop, &[k.id.0]).await?;
    super::rollups::carts_of_nudges(tx, shop, &[k.id.0]).await
}

/// Gives a nudge that nobody can have got to the channel that takes over, due at an instant. Was it still to be had?
///
/// # Errors
/// `Unavailable`.
pub async fn take_over(tx: &mut Tx, shop: ShopId, nudge: NudgeId, now: Timestamp) -> Result<bool, DbError> {
    const SQL: &str =
        "UPDATE nudges SET state = 'scheduled', channel = fallback, fallback = NULL, wake_at = $3, reason = 'bounced', sent_at = NULL,
            provider = NULL, provider_id = NULL, account = NULL, handed_to = NULL, unknown_at = NULL, ask_at = NULL,
            delivered_at = NULL, fate = NULL, fate_at = NULL, fate_reason = NULL
        WHERE shop_id = $1 AND id = $2 AND state = 'sent' AND fallback IS NOT NULL";
    super::rollups::carts_of_nudges(tx, shop, &[nudge.0]).await?;
    // While it still has the time at which it left.
    super::recovered::of_nudges(tx, shop, &[nudge.0]).await?;
    super::recovered::of_turned(tx, shop, &[nudge.0]).await?;
    Ok(on_tx!(tx, c => sqlx::query(SQL).bind(shop.0).bind(nudge.0).bind(ms(now)).execute(c).await?.rows_affected()) > 0)
}

/// Marks nudges as sent that a provider calls delivered although it was to be tried again: sent twice must be none. Which they are, with their carts.
///
/// # Errors
/// `Unavailable`.
pub async fn sent_after_all(tx: &mut Tx, shop: ShopId, nudge: NudgeId, rule: &str) -> Result<bool, DbError> {
    const SQL: &str = "UPDATE nudges SET state = 'sent', reason = $3, sent_at = COALESCE(sent_at, claimed_at)
        WHERE shop_id = $1 AND id = $2 AND state = 'scheduled' AND claimed_at IS NOT NULL";
    super::rollups::carts_of_nudges(tx, shop, &[nudge.0]).await?;
    let done = on_tx!(tx, c => sqlx::query(SQL).bind(shop.0).bind(nudge.0).bind(rule).execute(c).await?.rows_affected());
    super::recovered::of_nudges(tx, shop, &[nudge.0]).await?;
    Ok(done > 0)
}

/// Forbids an address on a ground, in the place of a lighter one of `ours`; a reason of another kind stays.
///
/// # Errors
/// `Unavailable`.
pub async fn suppress(
    tx: &mut Tx,
    shop: ShopId,
    (channel, address): (ChannelKind, &str),
    (reason, ours): (&str, &[&str]),
    now: Timestamp,
) -> Result<(), DbError> {
    super::messages::suppress(tx, shop, (channel, address), reason, now).await?;
    const LITE: &str = "UPDATE suppressions SET reason = $4 WHERE shop_id = $1 AND channel = $2 AND address = $3 AND reason <> $4
        AND reason IN (SELECT value FROM json_each($5))";
    const PG: &str =
        "UPDATE suppressions SET reason = $4 WHERE shop_id = $1 AND channel = $2 AND address = $3 AND reason <> $4 AND reason = ANY($5)";
    match tx {
        Tx::Sqlite(tx) => {
            let query = sqlx::query(LITE).bind(shop.0).bind(channel.as_str()).bind(address).bind(reason);
            query.bind(json_texts(ours.iter().copied())).execute(&mut **tx).await?;
        }
        Tx::Postgres(tx) => {
            sqlx::query(PG).bind(shop.0).bind(channel.as_str()).bind(address).bind(reason).bind(ours).execute(&mut **tx).await?;
        }
    }
    Ok(())
}

/// Allows an address again that is forbidden for one of these reasons.
///
/// # Errors
/// `Unavailable`.
pub async fn lift(tx: &mut Tx, shop: ShopId, (channel, address): (ChannelKind, &str), ours: &[&str]) -> Result<(), DbError> {
    const GET: &str = "DELETE FROM suppressions WHERE shop_id = $1 AND channel = $2 AND address = $3 AND reason";
    match tx {
        Tx::Sqlite(tx) => {
            let sql = AssertSqlSafe(format!("{GET} IN (SELECT value FROM json_each($4))"));
            sqlx::query(sql)
                .bind(shop.0)
                .bind(channel.as_str())
                .bind(address)
                .bind(json_texts(ours.iter().copied()))
                .execute(&mut **tx)
                .await?;
        }
        Tx::Postgres(tx) => {
            let sql = AssertSqlSafe(format!("{GET} = ANY($4)"));
            sqlx::query(sql).bind(shop.0).bind(channel.as_str()).bind(address).bind(ours).execute(&mut **tx).await?;
        }
    }
    Ok(())
}

/// What was told of an address doesn't count any more: somebody allowed it again.
///
/// # Errors
/// `Unavailable`.
pub async fn forgive(tx: &mut Tx, shop: ShopId, channel: ChannelKind, address: &str) -> Result<(), DbError> {
    const TOLD: &str = "UPDATE receipts SET forgiven = TRUE WHERE shop_id = $1 AND recipient = $2 AND channel = $3";
    // What is said by one channel may reach another.
    const SAID: &str = "UPDATE replies SET forgiven = TRUE WHERE shop_id = $1 AND sender = $2";
    on_tx!(tx, c => {
        sqlx::query(TOLD).bind(shop.0).bind(address).bind(channel.as_str()).execute(&mut *c).await?;
        sqlx::query(SAID).bind(shop.0).bind(address).execute(c).await?;
    });
    Ok(())
}

/// A receipt as the story of a cart tells it.
#[derive(Debug, Clone)]
pub struct Recorded {
    /// Of which nudge.
    pub nudge: NudgeId,
    /// By which channel its message went.
    pub channel: ChannelKind,
    /// Who told.
    pub provider: String,
    /// What.
    pub fate: Fate,
    /// In the provider's words.
    pub reason: Option<String>,
    /// When.
    pub at: Timestamp,
}

#[derive(sqlx::FromRow)]
struct Row {
    nudge_id: Uuid,
    channel: String,
    provider: String,
    fate: String,
    reason: Option<String>,
    at: i64,
}

/// Every receipt for a cart and those merged into it, oldest first.
///
/// # Errors
/// `Unavailable`, `Corrupt`.
pub async fn of_cart(db: &Db, shop: ShopId, cart: CartId) -> Result<Vec<Recorded>, DbError> {
    const SQL: &str = "SELECT r.nudge_id, r.channel, r.provider, r.fate, r.reason, r.at FROM receipts r JOIN nudges n ON n.shop_id = r.shop_id AND n.id = r.nudge_id
        WHERE r.shop_id = $1 AND n.cart_id IN (SELECT id FROM carts WHERE shop_id = $1 AND (id = $2 OR merged_into = $2)) ORDER BY r.at, r.id";
    let rows: Vec<Row> = on_db!(db, c => sqlx::query_as(SQL).bind(shop.0).bind(cart.0).fetch_all(c).await?);
    let recorded = |r: Row| {
        Ok(Recorded {
            nudge: NudgeId(r.nudge_id),
            channel: super::word("channel", &r.channel)?,
            provider: r.provider,
            fate: super::word("fate", &r.fate)?,
            reason: r.reason,
            at: instant(r.at),
        })
    };
    rows.into_iter().map(recorded).collect()
}
