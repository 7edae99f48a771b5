//! The ledger of consents: rows are only added, and move when two contacts turn out to be one. What stands is their join.

use super::{Db, DbError, Tx, hex, instant, ms};
use crate::domain::consent::{Cause, Entry};
use crate::domain::ids::{ContactId, ShopId};
use sqlx::AssertSqlSafe;
use uuid::Uuid;

const COLUMNS: &str =
    "cause_id, place, cause, contact_id, channel, state, method, source, at, learned_at, shown, proof, address, address_hash";

#[derive(sqlx::FromRow)]
struct Row {
    cause_id: Uuid,
    place: i64,
    cause: String,
    contact_id: Uuid,
    channel: String,
    state: String,
    method: String,
    source: String,
    at: i64,
    learned_at: i64,
    shown: Option<String>,
    proof: Option<String>,
    address: Option<String>,
    address_hash: Option<String>,
}

impl TryFrom<Row> for Entry {
    type Error = DbError;
    fn try_from(row: Row) -> Result<Self, DbError> {
        Ok(Self {
            cause: Cause::from_parts(&row.cause, row.cause_id)
                .ok_or_else(|| DbError::Corrupt("the stored cause of a consent is none that this version knows".into()))?,
            place: row.place,
            contact_id: ContactId(row.contact_id),
            channel: super::word("channel", &row.channel)?,
            state: super::word("consent", &row.state)?,
            method: super::word("method of a consent", &row.method)?,
            source: row.source,
            at: instant(row.at),
            learned_at: instant(row.learned_at),
            shown: row.shown,
            proof: row.proof,
            address: row.address,
            address_hash: row.address_hash,
        })
    }
}

/// Adds entries; one that is there already stays as it is, so that a repeat changes nothing.
///
/// # Errors
/// `Unavailable`.
pub async fn add(tx: &mut Tx, shop: ShopId, entries: &[Entry]) -> Result<(), DbError> {
    const LITE: &str = "INSERT INTO consent_log (shop_id, cause_id, place, cause, contact_id, channel, state, method, source, at, learned_at, shown, proof, address)
        SELECT $1, unhex(value ->> 0), value ->> 1, value ->> 2, unhex(value ->> 3), value ->> 4, value ->> 5, value ->> 6, value ->> 7, value ->> 8, value ->> 9,
            value ->> 10, value ->> 11, value ->> 12 FROM json_each($2) WHERE TRUE
        ON CONFLICT (shop_id, cause_id, place) DO NOTHING";
    const PG: &str = "INSERT INTO consent_log (shop_id, cause_id, place, cause, contact_id, channel, state, method, source, at, learned_at, shown, proof, address)
        SELECT $1, (j ->> 0)::uuid, (j ->> 1)::bigint, j ->> 2, (j ->> 3)::uuid, j ->> 4, j ->> 5, j ->> 6, j ->> 7, (j ->> 8)::bigint, (j ->> 9)::bigint,
            j ->> 10, j ->> 11, j ->> 12 FROM jsonb_array_elements($2::jsonb) AS j
        ON CONFLICT (shop_id, cause_id, place) DO NOTHING";
    if entries.is_empty() {
        return Ok(());
    }
    let row = |e: &Entry| {
        let (cause, id) = e.cause.parts();
        let (contact, channel, state) = (hex(e.contact_id.0), e.channel.as_str(), e.state.as_str());
        let (at, learned_at) = (ms(e.at), ms(e.learned_at));
        serde_json::json!([
            hex(id),
            e.place,
            cause,
            contact,
            channel,
            state,
            e.method.as_str(),
            e.source,
            at,
            learned_at,
            e.shown,
            e.proof,
            e.address
        ])
    };
    let json = serde_json::Value::from_iter(entries.iter().map(row)).to_string();
    match tx {
        Tx::Sqlite(tx) => sqlx::query(LITE).bind(shop.0).bind(json).execute(&mut **tx).await?.rows_affected(),
        Tx::Postgres(tx) => sqlx::query(PG).bind(shop.0).bind(json).execute(&mut **tx).await?.rows_affected(),
    };
    Ok(())
}

/// Everything that a contact said, the newest first.
///
/// # Errors
/// `Unavailable`, `Corrupt`.
pub async fn of_contact(db: &Db, shop: ShopId, contact: ContactId, most: i64) -> Result<Vec<Entry>, DbError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM consent_log WHERE shop_id = $1 AND contact_id = $2 ORDER BY at DESC, learned_at DESC, cause_id DESC, place DESC LIMIT $3"
    );
    let rows: Vec<Row> = on_db!(db, c => sqlx::query_as(AssertSqlSafe(sql)).bind(shop.0).bind(contact.0).bind(most).fetch_all(c).await?);
    rows.into_iter().map(Entry::try_from).collect()
}

/// The ledger in the order of its keys, after one of them.
///
/// # Errors
/// `Unavailable`, `Corrupt`.
pub async fn page(db: &Db, shop: ShopId, after: Option<(Uuid, i64)>, most: i64) -> Result<Vec<Entry>, DbError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM consent_log WHERE shop_id = $1 AND (cause_id > $2 OR (cause_id = $2 AND place > $3)) ORDER BY cause_id, place LIMIT $4"
    );
    let (cause, place) = after.unwrap_or((Uuid::nil(), -1));
    let rows: Vec<Row> =
        on_db!(db, c => sqlx::query_as(AssertSqlSafe(sql)).bind(shop.0).bind(cause).bind(place).bind(most).fetch_all(c).await?);
    rows.into_iter().map(Entry::try_from).collect()
}

/// Of somebody who is erased: every entry goes but those that say no. `(cause, place, address)` of what stays.
///
/// # Errors
/// `Unavailable`.
pub async fn keep_only_refusals(tx: &mut Tx, shop: ShopId, contact: ContactId) -> Result<Vec<(Uuid, i64, Option<String>)>, DbError> {
    const FORGET: &str = "DELETE FROM consent_log WHERE shop_id = $1 AND contact_id = $2 AND state <> 'unsubscribed'";
    const LEFT: &str = "SELECT cause_id, place, address FROM consent_log WHERE shop_id = $1 AND contact_id = $2";
    on_tx!(tx, c => sqlx::query(FORGET).bind(shop.0).bind(contact.0).execute(c).await?.rows_affected());
    Ok(on_tx!(tx, c => sqlx::query_as(LEFT).bind(shop.0).bind(contact.0).fetch_all(c).await?))
}

/// Takes out of an entry whatever could name somebody; of its address a keyed hash stays.
///
/// # Errors
/// `Unavailable`.
pub async fn without_a_name(tx: &mut Tx, shop: ShopId, (cause, place): (Uuid, i64), hash: Option<&str>) -> Result<(), DbError> {
    const SQL: &str =
        "UPDATE consent_log SET address = NULL, shown = NULL, proof = NULL, source = method, address_hash = COALESCE($4, address_hash)
        WHERE shop_id = $1 AND cause_id = $2 AND place = $3";
    on_tx!(tx, c => sqlx::query(SQL).bind(shop.0).bind(cause).bind(place).bind(hash).execute(c).await?.rows_affected());
    Ok(())
}
