//! What a store's own programs are told: endpoints, what each is still to be told, and what came of every try.

use super::{Db, DbError, Tx, instant, json_ids, ms, word};
use crate::domain::ids::ShopId;
use crate::domain::nudge::NudgeState;
use crate::domain::outbound::Event;
use jiff::Timestamp;
use uuid::Uuid;

/// Who is told, as stored.
#[derive(Debug, Clone)]
pub struct EndpointRow {
    /// Ours.
    pub id: Uuid,
    /// Where it is.
    pub url: String,
    /// For people: what it is for.
    pub note: String,
    /// `*`, or the names of events, each between commas.
    pub kinds: String,
    /// The secret, sealed.
    pub sealed: Vec<u8>,
    /// The secret before, and until when it signs as well.
    pub former: Option<(Vec<u8>, Timestamp)>,
    /// Is it told anything?
    pub on: bool,
    /// Why not: `hand`, `failing` or `gone`.
    pub off_why: Option<String>,
    /// It took nothing since.
    pub failing_since: Option<Timestamp>,
    /// When it was added.
    pub created_at: Timestamp,
}

#[derive(sqlx::FromRow)]
struct EndpointRaw {
    id: Uuid,
    url: String,
    note: String,
    kinds: String,
    sealed: Vec<u8>,
    former: Option<Vec<u8>>,
    former_until: Option<i64>,
    state: String,
    off_why: Option<String>,
    failing_since: Option<i64>,
    created_at: i64,
}

impl From<EndpointRaw> for EndpointRow {
    fn from(r: EndpointRaw) -> Self {
        Self {
            id: r.id,
            url: r.url,
            note: r.note,
            kinds: r.kinds,
            sealed: r.sealed,
            former: r.former.zip(r.former_until.map(instant)),
            on: r.state == "on",
            off_why: r.off_why,
            failing_since: r.failing_since.map(instant),
            created_at: instant(r.created_at),
        }
    }
}

const ENDPOINT: &str =
    "SELECT id, url, note, kinds, sealed, former, former_until, state, off_why, failing_since, created_at FROM webhook_endpoints";

/// A shop's endpoints, oldest first.
///
/// # Errors
/// `Unavailable`.
pub async fn endpoints(db: &Db, shop: ShopId) -> Result<Vec<EndpointRow>, DbError> {
    let sql = sqlx::AssertSqlSafe(format!("{ENDPOINT} WHERE shop_id = $1 ORDER BY created_at, id"));
    let rows: Vec<EndpointRaw> = on_db!(db, c => sqlx::query_as(sql).bind(shop.0).fetch_all(c).await?);
    Ok(rows.into_iter().map(EndpointRow::from).collect())
}

/// One endpoint.
///
/// # Errors
/// `Unavailable`.
pub async fn endpoint(db: &Db, shop: ShopId, id: Uuid) -> Result<Option<EndpointRow>, DbError> {
    let sql = sqlx::AssertSqlSafe(format!("{ENDPOINT} WHERE shop_id = $1 AND id = $2"));
    let row: Option<EndpointRaw> = on_db!(db, c => sqlx::query_as(sql).bind(shop.0).bind(id).fetch_optional(c).await?);
    Ok(row.map(EndpointRow::from))
}

/// Adds an endpoint, which is on.
///
/// # Errors
/// `Unavailable`.
pub async fn add(tx: &mut Tx, shop: ShopId, e: &EndpointRow) -> Result<(), DbError> {
    const SQL: &str = "INSERT INTO webhook_endpoints (shop_id, id, url, note, kinds, sealed, state, created_at) VALUES ($1, $2, $3, $4, $5, $6, 'on', $7)";
    on_tx!(tx, c => sqlx::query(SQL).bind(shop.0).bind(e.id).bind(&e.url).bind(&e.note).bind(&e.kinds).bind(&e.sealed).bind(ms(e.created_at))
        .execute(c).await?.rows_affected());
    Ok(())
}

/// Changes where an endpoint is, what for, and what it is told. Is it there?
///
/// # Errors
/// `Unavailable`.
pub async fn change(tx: &mut Tx, shop: ShopId, id: Uuid, (url, note, kinds): (&str, &str, &str)) -> Result<bool, DbError> {
    const SQL: &str = "UPDATE webhook_endpoints SET url = $3, note = $4, kinds = $5 WHERE shop_id = $1 AND id = $2";
    Ok(on_tx!(tx, c => sqlx::query(SQL).bind(shop.0).bind(id).bind(url).bind(note).bind(kinds).execute(c).await?.rows_affected()) > 0)
}

/// Gives an endpoint another secret; the one before signs as well until an instant. Is it there?
///
/// # Errors
/// `Unavailable`.
pub async fn set_secret(tx: &mut Tx, shop: ShopId, id: Uuid, (sealed, former_until): (&[u8], Timestamp)) -> Result<bool, DbError> {
    const SQL: &str = "UPDATE webhook_endpoints SET former = sealed, former_until = $4, sealed = $3 WHERE shop_id = $1 AND id = $2";
    Ok(on_tx!(tx, c => sqlx::query(SQL).bind(shop.0).bind(id).bind(sealed).bind(ms(former_until)).execute(c).await?.rows_affected()) > 0)
}

/// Switches an endpoint on or, for a reason, off. Is it there?
///
/// # Errors
/// `Unavailable`.
pub async fn switch(tx: &mut Tx, shop: ShopId, id: Uuid, off_why: Option<&str>) -> Result<bool, DbError> {
    const SQL: &str =
        "UPDATE webhook_endpoints SET state = $3, off_why = $4, failing_since = CASE WHEN $3 = 'on' THEN NULL ELSE failing_since END
        WHERE shop_id = $1 AND id = $2";
    let state = if off_why.is_some() { "off" } else { "on" };
    Ok(on_tx!(tx, c => sqlx::query(SQL).bind(shop.0).bind(id).bind(state).bind(off_why).execute(c).await?.rows_affected()) > 0)
}

/// Removes an endpoint with all that it was told. Was it there?
///
/// # Errors
/// `Unavailable`.
pub async fn remove(tx: &mut Tx, shop: ShopId, id: Uuid) -> Result<bool, DbError> {
    on_tx!(tx, c => {
        sqlx::query("DELETE FROM webhook_tries WHERE shop_id = $1 AND endpoint_id = $2").bind(shop.0).bind(id).execute(&mut *c).await?;
        sqlx::query("DELETE FROM webhook_sends WHERE shop_id = $1 AND endpoint_id = $2").bind(shop.0).bind(id).execute(c).await?;
    });
    const SQL: &str = "DELETE FROM webhook_endpoints WHERE shop_id = $1 AND id = $2";
    Ok(on_tx!(tx, c => sqlx::query(SQL).bind(shop.0).bind(id).execute(c).await?.rows_affected()) > 0)
}

/// Is anybody told anything? Asked before something is worked out that only they want.
///
/// # Errors
/// `Unavailable`.
pub async fn anybody(tx: &mut Tx, shop: ShopId) -> Result<bool, DbError> {
    const SQL: &str = "SELECT COUNT(*) FROM webhook_endpoints WHERE shop_id = $1 AND state = 'on'";
    let count: i64 = on_tx!(tx, c => sqlx::query_scalar(SQL).bind(shop.0).fetch_one(c).await?);
    Ok(count > 0)
}

/// Puts an event down for every endpoint that wants it. What is there already stays as it is: the same is told once.
///
/// # Errors
/// `Unavailable`.
pub async fn put(tx: &mut Tx, shop: ShopId, event: &Event) -> Result<(), DbError> {
    const SQL: &str = "INSERT INTO webhook_sends (shop_id, endpoint_id, event_id, kind, at, payload, state, due_at, attempts)
        SELECT shop_id, id, $2, $3, $4, $5, 'waiting', $4, 0 FROM webhook_endpoints
        WHERE shop_id = $1 AND state = 'on' AND (kinds = '*' OR kinds LIKE $6) ON CONFLICT (shop_id, endpoint_id, event_id) DO NOTHING";
    let like = format!("%,{},%", event.kind.as_str());
    on_tx!(tx, c => sqlx::query(SQL).bind(shop.0).bind(event.id(shop.0)).bind(event.kind.as_str()).bind(ms(event.at)).bind(event.payload()).bind(like)
        .execute(c).await?.rows_affected());
    Ok(())
}

/// The same for one endpoint, whatever it wants.
///
/// # Errors
/// `Unavailable`.
pub async fn put_for(tx: &mut Tx, shop: ShopId, endpoint: Uuid, event: &Event) -> Result<(), DbError> {
    const SQL: &str = "INSERT INTO webhook_sends (shop_id, endpoint_id, event_id, kind, at, payload, state, due_at, attempts)
        VALUES ($1, $2, $3, $4, $5, $6, 'waiting', $5, 0) ON CONFLICT (shop_id, endpoint_id, event_id) DO NOTHING";
    on_tx!(tx, c => sqlx::query(SQL).bind(shop.0).bind(endpoint).bind(event.id(shop.0)).bind(event.kind.as_str()).bind(ms(event.at))
        .bind(event.payload()).execute(c).await?.rows_affected());
    Ok(())
}

/// What is told of a message.
#[derive(Debug, Clone)]
pub struct OfNudge {
    /// Which.
    pub id: Uuid,
    /// About which cart.
    pub cart_id: Uuid,
    /// To whom.
    pub contact_id: Uuid,
    /// Of which campaign.
    pub campaign_id: Uuid,
    /// Which step, from 0.
    pub step: i64,
    /// Which of its texts.
    pub variant: Option<String>,
    /// By which channel.
    pub channel: String,
    /// What became of it.
    pub state: NudgeState,
}

type NudgeRaw = (Uuid, Uuid, Uuid, Uuid, i64, Option<String>, String, String);

/// What is told of messages.
///
/// # Errors
/// `Unavailable`, `Corrupt`.
pub async fn nudges(tx: &mut Tx, shop: ShopId, ids: &[Uuid]) -> Result<Vec<OfNudge>, DbError> {
    const SELECT: &str = "SELECT id, cart_id, contact_id, campaign_id, step, variant, channel, state FROM nudges WHERE shop_id = $1 AND id";
    let rows: Vec<NudgeRaw> = match tx {
        Tx::Sqlite(tx) => {
            let sql = sqlx::AssertSqlSafe(format!("{SELECT} IN (SELECT unhex(value) FROM json_each($2)) ORDER BY id"));
            sqlx::query_as(sql).bind(shop.0).bind(json_ids(ids)).fetch_all(&mut **tx).await?
        }
        Tx::Postgres(tx) => {
            let sql = sqlx::AssertSqlSafe(format!("{SELECT} = ANY($2) ORDER BY id"));
            sqlx::query_as(sql).bind(shop.0).bind(ids).fetch_all(&mut **tx).await?
        }
    };
    let read = |(id, cart_id, contact_id, campaign_id, step, variant, channel, state): NudgeRaw| {
        Ok(OfNudge { id, cart_id, contact_id, campaign_id, step, variant, channel, state: word("state of a nudge", &state)? })
    };
    rows.into_iter().map(read).collect()
}

/// What messages have of an order by one model: the order, the message, its campaign and cart, and the net amount with its currency.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct OfCredit {
    /// Which order.
    pub order_id: Uuid,
    /// Which message.
    pub nudge_id: Uuid,
    /// Of which campaign.
    pub campaign_id: Uuid,
    /// About which cart.
    pub cart_id: Uuid,
    /// Its currency.
    pub currency: String,
    /// In minor units.
    pub net_minor: i64,
}

/// What messages have of these orders by the model of the shop's headlines.
///
/// # Errors
/// `Unavailable`.
pub async fn credits(tx: &mut Tx, shop: ShopId, orders: &[Uuid]) -> Result<Vec<OfCredit>, DbError> {
    const SELECT: &str = "SELECT c.order_id, c.nudge_id, c.campaign_id, c.cart_id, c.currency, c.net_minor FROM credits c
        JOIN shops s ON s.id = c.shop_id AND s.credit_model = c.model WHERE c.shop_id = $1 AND c.order_id";
    const ORDER: &str = "ORDER BY c.order_id, c.nudge_id";
    Ok(match tx {
        Tx::Sqlite(tx) => {
            let sql = sqlx::AssertSqlSafe(format!("{SELECT} IN (SELECT unhex(value) FROM json_each($2)) {ORDER}"));
            sqlx::query_as(sql).bind(shop.0).bind(json_ids(orders)).fetch_all(&mut **tx).await?
        }
        Tx::Postgres(tx) => {
            let sql = sqlx::AssertSqlSafe(format!("{SELECT} = ANY($2) {ORDER}"));
            sqlx::query_as(sql).bind(shop.0).bind(orders).fetch_all(&mut **tx).await?
        }
    })
}
