//! Requests to confirm an address (double opt-in).

use super::{Db, DbError, Tx, instant, json_ids, ms};
use crate::domain::consent::{Request, RequestState};
use crate::domain::event::ChannelKind;
use crate::domain::ids::{ContactId, ShopId};
use jiff::Timestamp;
use sqlx::AssertSqlSafe;
use uuid::Uuid;

const COLUMNS: &str = "id, contact_id, channel, address, asked_at, expires_at, state, shown";

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    contact_id: Uuid,
    channel: String,
    address: String,
    asked_at: i64,
    expires_at: i64,
    state: String,
    shown: String,
}

impl TryFrom<Row> for Request {
    type Error = DbError;
    fn try_from(row: Row) -> Result<Self, DbError> {
        Ok(Self {
            id: row.id,
            contact_id: ContactId(row.contact_id),
            channel: super::word("channel", &row.channel)?,
            address: row.address,
            asked_at: instant(row.asked_at),
            expires_at: instant(row.expires_at),
            state: super::word("state of a request", &row.state)?,
            shown: row.shown,
        })
    }
}

/// Keeps a request. Was it new?
///
/// # Errors
/// `Unavailable`.
pub async fn add(tx: &mut Tx, shop: ShopId, r: &Request) -> Result<bool, DbError> {
    const SQL: &str = "INSERT INTO consent_requests (shop_id, id, contact_id, channel, address, asked_at, expires_at, state, shown)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (shop_id, id) DO NOTHING";
    let added = on_tx!(tx, c => sqlx::query(SQL).bind(shop.0).bind(r.id).bind(r.contact_id.0).bind(r.channel.as_str()).bind(&r.address).bind(ms(r.asked_at))
        .bind(ms(r.expires_at)).bind(r.state.as_str()).bind(&r.shown).execute(c).await?.rows_affected());
    Ok(added > 0)
}

/// Says how requests ended.
///
/// # Errors
/// `Unavailable`.
pub async fn settle(tx: &mut Tx, shop: ShopId, id: Uuid, (state, at): (RequestState, Timestamp)) -> Result<(), DbError> {
    const SQL: &str = "UPDATE consent_requests SET state = $3, answered_at = $4 WHERE shop_id = $1 AND id = $2 AND state = 'open'";
    on_tx!(tx, c => sqlx::query(SQL).bind(shop.0).bind(id).bind(state.as_str()).bind(ms(at)).execute(c).await?.rows_affected());
    Ok(())
}

/// One request.
///
/// # Errors
/// `Unavailable`, `Corrupt`.
pub async fn get(db: &Db, shop: ShopId, id: Uuid) -> Result<Option<Request>, DbError> {
    let sql = format!("SELECT {COLUMNS} FROM consent_requests WHERE shop_id = $1 AND id = $2");
    let row: Option<Row> = on_db!(db, c => sqlx::query_as(AssertSqlSafe(sql)).bind(shop.0).bind(id).fetch_optional(c).await?);
    row.map(Request::try_from).transpose()
}

/// The open requests of contacts, lapsed ones too.
///
/// # Errors
/// `Unavailable`, `Corrupt`.
pub async fn open_of(tx: &mut Tx, shop: ShopId, contacts: &[Uuid]) -> Result<Vec<Request>, DbError> {
    let get = format!("SELECT {COLUMNS} FROM consent_requests WHERE shop_id = $1 AND state = 'open' AND contact_id");
    let rows: Vec<Row> = match tx {
        Tx::Sqlite(tx) => {
            let sql = AssertSqlSafe(format!("{get} IN (SELECT unhex(value) FROM json_each($2))"));
            sqlx::query_as(sql).bind(shop.0).bind(json_ids(contacts)).fetch_all(&mut **tx).await?
        }
        Tx::Postgres(tx) => {
            sqlx::query_as(AssertSqlSafe(format!("{get} = ANY($2)"))).bind(shop.0).bind(contacts).fetch_all(&mut **tx).await?
        }
    };
    rows.into_iter().map(Request::try_from).collect()
}

/// Is somebody at that address asked to confirm it, and hasn't answered?
///
/// # Errors
/// `Unavailable`.
pub async fn is_asked(tx: &mut Tx, shop: ShopId, (channel, address): (ChannelKind, &str), now: Timestamp) -> Result<bool, DbError> {
    const SQL: &str =
        "SELECT COUNT(*) FROM consent_requests WHERE shop_id = $1 AND address = $3 AND channel = $2 AND state = 'open' AND expires_at > $4";
    let count: i64 =
        on_tx!(tx, c => sqlx::query_scalar(SQL).bind(shop.0).bind(channel.as_str()).bind(address).bind(ms(now)).fetch_one(c).await?);
    Ok(count > 0)
}

/// How many requests were made since an instant.
///
/// # Errors
/// `Unavailable`.
pub async fn count_since(tx: &mut Tx, shop: ShopId, since: Timestamp) -> Result<i64, DbError> {
    const SQL: &str = "SELECT COUNT(*) FROM consent_requests WHERE shop_id = $1 AND asked_at > $2";
    Ok(on_tx!(tx, c => sqlx::query_scalar(SQL).bind(shop.0).bind(ms(since)).fetch_one(c).await?))
}
