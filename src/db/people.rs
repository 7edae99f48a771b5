//! Lists of shoppers and of addresses that must not be written to.

use super::contacts::ConsentRow;
use super::{Db, DbError, from_json, instant, json_ids, ms};
use crate::domain::consent::Consent;
use crate::domain::contact::{ContactFacts, Identity};
use crate::domain::event::ChannelKind;
use crate::domain::ids::{ContactId, ShopId};
use jiff::Timestamp;
use sqlx::AssertSqlSafe;
use std::collections::HashMap;
use uuid::Uuid;

/// So many times one contact may have become another.
const MERGES_MAX: usize = 100;

/// A contact as lists show it.
#[derive(Debug, Clone)]
pub struct ListedContact {
    /// Ours.
    pub id: ContactId,
    /// Names and locale.
    pub facts: ContactFacts,
    /// By what they are known.
    pub identities: Vec<Identity>,
    /// What they said about being written to, by channel.
    pub consents: Vec<(ChannelKind, Consent)>,
    /// When their data was erased, if it was.
    pub erased_at: Option<Timestamp>,
    /// When they were first seen, by our clock.
    pub created_at: Timestamp,
}

/// Contacts that weren't merged into another, newest first, after a cursor.
///
/// # Errors
/// `Unavailable`, `Corrupt`.
pub async fn contacts(db: &Db, shop: ShopId, after: Option<Uuid>, most: i64) -> Result<Vec<ListedContact>, DbError> {
    const SQL: &str = "SELECT id, facts, erased_at, created_at FROM contacts
        WHERE shop_id = $1 AND merged_into IS NULL AND ($2 IS NULL OR id < $2) ORDER BY id DESC LIMIT $3";
    let rows: Vec<(Uuid, String, Option<i64>, i64)> =
        on_db!(db, c => sqlx::query_as(SQL).bind(shop.0).bind(after).bind(most).fetch_all(c).await?);
    let ids: Vec<Uuid> = rows.iter().map(|r| r.0).collect();
    let mut identities = identities_of(db, shop, &ids).await?;
    let mut consents = consents_of(db, shop, &ids).await?;
    rows.into_iter()
        .map(|(id, facts, erased_at, created_at)| {
            Ok(ListedContact {
                id: ContactId(id),
                facts: from_json("contact", &facts)?,
                identities: identities.remove(&id).unwrap_or_default(),
                consents: consents.remove(&id).unwrap_or_default(),
                erased_at: erased_at.map(instant),
                created_at: instant(created_at),
            })
        })
        .collect()
}

/// The contact that an id leads to, also where it turned out to be another's.
///
/// # Errors
/// `Unavailable`.
pub async fn living(db: &Db, shop: ShopId, id: ContactId) -> Result<Option<ContactId>, DbError> {
    const SQL: &str = "SELECT COALESCE(merged_into, id) FROM contacts WHERE shop_id = $1 AND id = $2";
    let mut at = id;
    // The contact that another became may have become another since.
    for _ in 0..MERGES_MAX {
        let next: Option<Uuid> = on_db!(db, c => sqlx::query_scalar(SQL).bind(shop.0).bind(at.0).fetch_optional(c).await?);
        match next.map(ContactId) {
            Some(next) if next != at => at = next,
            found => return Ok(found),
        }
    }
    Ok(Some(at))
}

/// How much there is of a contact: carts, messages that were sent or may have been, orders.
///
/// # Errors
/// `Unavailable`.
pub async fn extent(db: &Db, shop: ShopId, contact: ContactId) -> Result<(i64, i64, i64), DbError> {
    const SQL: &str = "SELECT (SELECT COUNT(*) FROM carts WHERE shop_id = $1 AND contact_id = $2 AND merged_into IS NULL),
        (SELECT COUNT(*) FROM nudges WHERE shop_id = $1 AND contact_id = $2 AND state IN ('sending', 'sent', 'delivered', 'unknown')),
        (SELECT COUNT(*) FROM orders WHERE shop_id = $1 AND contact_id = $2)";
    Ok(on_db!(db, c => sqlx::query_as(SQL).bind(shop.0).bind(contact.0).fetch_one(c).await?))
}

/// The identities of several contacts.
///
/// # Errors
/// `Unavailable`.
pub async fn identities_of(db: &Db, shop: ShopId, ids: &[Uuid]) -> Result<HashMap<Uuid, Vec<Identity>>, DbError> {
    const LITE: &str = "SELECT contact_id, kind, value FROM contact_identities
        WHERE shop_id = $1 AND contact_id IN (SELECT unhex(value) FROM json_each($2)) ORDER BY kind, value";
    const PG: &str =
        "SELECT contact_id, kind, value FROM contact_identities WHERE shop_id = $1 AND contact_id = ANY($2) ORDER BY kind, value";
    let rows: Vec<(Uuid, String, String)> = match db {
        Db::Sqlite { read, .. } => sqlx::query_as(LITE).bind(shop.0).bind(json_ids(ids)).fetch_all(read).await?,
        Db::Postgres(pool) => sqlx::query_as(PG).bind(shop.0).bind(ids).fetch_all(pool).await?,
    };
    let mut found: HashMap<Uuid, Vec<Identity>> = HashMap::new();
    for (id, kind, value) in rows {
        found.entry(id).or_default().extend(Identity::from_parts(&kind, &value));
    }
    Ok(found)
}

async fn consents_of(db: &Db, shop: ShopId, ids: &[Uuid]) -> Result<HashMap<Uuid, Vec<(ChannelKind, Consent)>>, DbError> {
    let get = format!("SELECT {} FROM consents WHERE shop_id = $1 AND contact_id", ConsentRow::COLUMNS);
    let rows: Vec<ConsentRow> = match db {
        Db::Sqlite { read, .. } => {
            let sql = AssertSqlSafe(format!("{get} IN (SELECT unhex(value) FROM json_each($2)) ORDER BY channel"));
            sqlx::query_as(sql).bind(shop.0).bind(json_ids(ids)).fetch_all(read).await?
        }
        Db::Postgres(pool) => {
            let sql = AssertSqlSafe(format!("{get} = ANY($2) ORDER BY channel"));
            sqlx::query_as(sql).bind(shop.0).bind(ids).fetch_all(pool).await?
        }
    };
    let mut found: HashMap<Uuid, Vec<(ChannelKind, Consent)>> = HashMap::new();
    for row in rows {
        found.entry(row.contact_id).or_default().push(row.read()?);
    }
    Ok(found)
}

/// An address that must not be written to.
#[derive(Debug, Clone)]
pub struct Suppression {
    /// By which channel.
    pub channel: ChannelKind,
    /// Which.
    pub address: String,
    /// Why.
    pub reason: String,
    /// Since when.
    pub created_at: Timestamp,
}

/// Suppressions, oldest first, from an instant on and without the first `skip` of that. Paged so, because a cursor must not hold an address.
///
/// # Errors
/// `Unavailable`, `Corrupt`.
pub async fn suppressions(db: &Db, shop: ShopId, from: (Timestamp, i64), most: i64) -> Result<Vec<Suppression>, DbError> {
    const SQL: &str = "SELECT channel, address, reason, created_at FROM suppressions
        WHERE shop_id = $1 AND created_at >= $2 ORDER BY created_at, channel, address LIMIT $3 OFFSET $4";
    let (since, skip) = from;
    let rows: Vec<(String, String, String, i64)> =
        on_db!(db, c => sqlx::query_as(SQL).bind(shop.0).bind(ms(since)).bind(most).bind(skip).fetch_all(c).await?);
    rows.into_iter().map(suppression_of).collect()
}

/// One suppression.
///
/// # Errors
/// `Unavailable`, `Corrupt`.
pub async fn suppression(db: &Db, shop: ShopId, channel: ChannelKind, address: &str) -> Result<Option<Suppression>, DbError> {
    const SQL: &str = "SELECT channel, address, reason, created_at FROM suppressions WHERE shop_id = $1 AND channel = $2 AND address = $3";
    let row: Option<(String, String, String, i64)> =
        on_db!(db, c => sqlx::query_as(SQL).bind(shop.0).bind(channel.as_str()).bind(address).fetch_optional(c).await?);
    row.map(suppression_of).transpose()
}

fn suppression_of((channel, address, reason, at): (String, String, String, i64)) -> Result<Suppression, DbError> {
    Ok(Suppression { channel: super::word("channel", &channel)?, address, reason, created_at: instant(at) })
}
