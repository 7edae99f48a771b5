//! Shoppers, their identities and what they agreed to.

use super::{Db, DbError, Tx, from_json, hex, instant, json_ids, json_pairs, ms, to_json};
use crate::domain::consent::Consent;
use crate::domain::contact::{ContactFacts, Identity};
use crate::domain::event::ChannelKind;
use crate::domain::ids::{ContactId, ShopId};
use jiff::Timestamp;
use sqlx::AssertSqlSafe;
use std::collections::BTreeMap;
use uuid::Uuid;

/// A contact as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContactRow {
    /// Ours.
    pub id: ContactId,
    /// Names and locale.
    pub facts: ContactFacts,
    /// When it was first seen, by our clock.
    pub created_at: Timestamp,
    /// When its data was erased: what comes later is somebody's whom we don't know.
    pub erased_at: Option<Timestamp>,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    facts: String,
    created_at: i64,
    erased_at: Option<i64>,
}

impl TryFrom<Row> for ContactRow {
    type Error = DbError;
    fn try_from(row: Row) -> Result<Self, DbError> {
        Ok(Self {
            id: ContactId(row.id),
            facts: from_json("contact", &row.facts)?,
            created_at: instant(row.created_at),
            erased_at: row.erased_at.map(instant),
        })
    }
}

/// Which contacts have these identities.
///
/// # Errors
/// `Unavailable`.
pub async fn owners(tx: &mut Tx, shop: ShopId, identities: &[&Identity]) -> Result<Vec<(Identity, ContactId)>, DbError> {
    const LITE: &str = "SELECT i.kind, i.value, i.contact_id FROM json_each($2) j
        CROSS JOIN contact_identities i ON i.shop_id = $1 AND i.kind = j.value ->> 0 AND i.value = j.value ->> 1";
    const PG: &str = "SELECT i.kind, i.value, i.contact_id FROM UNNEST($2::text[], $3::text[]) AS j (kind, value)
        JOIN contact_identities i ON i.shop_id = $1 AND i.kind = j.kind AND i.value = j.value";
    let rows: Vec<(String, String, Uuid)> = match tx {
        Tx::Sqlite(tx) => {
            let pairs = json_pairs(identities.iter().map(|i| (i.kind(), i.value())));
            sqlx::query_as(LITE).bind(shop.0).bind(pairs).fetch_all(&mut **tx).await?
        }
        Tx::Postgres(tx) => {
            let kinds: Vec<&str> = identities.iter().map(|i| i.kind()).collect();
            let values: Vec<&str> = identities.iter().map(|i| i.value()).collect();
            sqlx::query_as(PG).bind(shop.0).bind(kinds).bind(values).fetch_all(&mut **tx).await?
        }
    };
    Ok(rows.into_iter().filter_map(|(kind, value, id)| Identity::from_parts(&kind, &value).map(|i| (i, ContactId(id)))).collect())
}

/// Contacts by id.
///
/// # Errors
/// `Unavailable`, `Corrupt`.
pub async fn load(tx: &mut Tx, shop: ShopId, ids: &[Uuid]) -> Result<Vec<ContactRow>, DbError> {
    const GET: &str = "SELECT id, facts, created_at, erased_at FROM contacts WHERE shop_id = $1 AND id";
    let rows: Vec<Row> = match tx {
        Tx::Sqlite(tx) => {
            let sql = AssertSqlSafe(format!("{GET} IN (SELECT unhex(value) FROM json_each($2))"));
            sqlx::query_as(sql).bind(shop.0).bind(json_ids(ids)).fetch_all(&mut **tx).await?
        }
        Tx::Postgres(tx) => sqlx::query_as(AssertSqlSafe(format!("{GET} = ANY($2)"))).bind(shop.0).bind(ids).fetch_all(&mut **tx).await?,
    };
    rows.into_iter().map(ContactRow::try_from).collect()
}

/// Stores contacts, new or changed, in one statement; whether they were erased says [`erase`] alone.
///
/// # Errors
/// `Unavailable`.
pub async fn save(tx: &mut Tx, shop: ShopId, contacts: &[&ContactRow]) -> Result<(), DbError> {
    const LITE: &str = "INSERT INTO contacts (shop_id, id, facts, created_at)
        SELECT $1, unhex(value ->> 0), value ->> 1, value ->> 2 FROM json_each($2) WHERE TRUE
        ON CONFLICT (shop_id, id) DO UPDATE SET facts = excluded.facts";
    const PG: &str = "INSERT INTO contacts (shop_id, id, facts, created_at)
        SELECT $1, i, f, c FROM UNNEST($2::uuid[], $3::text[], $4::bigint[]) AS u (i, f, c)
        ON CONFLICT (shop_id, id) DO UPDATE SET facts = excluded.facts";
    if contacts.is_empty() {
        return Ok(());
    }
    let facts: Vec<String> = contacts.iter().map(|c| to_json(&c.facts)).collect::<Result<_, _>>()?;
    match tx {
        Tx::Sqlite(tx) => {
            let row = |(c, facts): (&&ContactRow, String)| serde_json::json!([hex(c.id.0), facts, ms(c.created_at)]);
            let json = serde_json::Value::from_iter(contacts.iter().zip(facts).map(row)).to_string();
            sqlx::query(LITE).bind(shop.0).bind(json).execute(&mut **tx).await?;
        }
        Tx::Postgres(tx) => {
            sqlx::query(PG)
                .bind(shop.0)
                .bind(contacts.iter().map(|c| c.id.0).collect::<Vec<_>>())
                .bind(facts)
                .bind(contacts.iter().map(|c| ms(c.created_at)).collect::<Vec<_>>())
                .execute(&mut **tx)
                .await?;
        }
    }
    Ok(())
}

/// Says whose identities are, in one statement.
///
/// # Errors
/// `Unavailable`.
pub async fn set_owners(tx: &mut Tx, shop: ShopId, owners: &BTreeMap<&Identity, ContactId>) -> Result<(), DbError> {
    const LITE: &str = "INSERT INTO contact_identities (shop_id, kind, value, contact_id)
        SELECT $1, value ->> 0, value ->> 1, unhex(value ->> 2) FROM json_each($2) WHERE TRUE
        ON CONFLICT (shop_id, kind, value) DO UPDATE SET contact_id = excluded.contact_id";
    const PG: &str = "INSERT INTO contact_identities (shop_id, kind, value, contact_id)
        SELECT $1, k, v, c FROM UNNEST($2::text[], $3::text[], $4::uuid[]) AS u (k, v, c)
        ON CONFLICT (shop_id, kind, value) DO UPDATE SET contact_id = excluded.contact_id";
    if owners.is_empty() {
        return Ok(());
    }
    match tx {
        Tx::Sqlite(tx) => {
            let row = |(identity, owner): (&&Identity, &ContactId)| serde_json::json!([identity.kind(), identity.value(), hex(owner.0)]);
            let json = serde_json::Value::from_iter(owners.iter().map(row)).to_string();
            sqlx::query(LITE).bind(shop.0).bind(json).execute(&mut **tx).await?;
        }
        Tx::Postgres(tx) => {
            sqlx::query(PG)
                .bind(shop.0)
                .bind(owners.keys().map(|i| i.kind()).collect::<Vec<_>>())
                .bind(owners.keys().map(|i| i.value()).collect::<Vec<_>>())
                .bind(owners.values().map(|c| c.0).collect::<Vec<_>>())
                .execute(&mut **tx)
                .await?;
        }
    }
    Ok(())
}

/// Gives everything of one contact to another: they turned out to be one person.
///
/// # Errors
/// `Unavailable`.
pub async fn merge(tx: &mut Tx, shop: ShopId, from: ContactId, into: ContactId) -> Result<(), DbError> {
    const MOVES: [&str; 11] = [
        "UPDATE consent_log SET contact_id = $3 WHERE shop_id = $1 AND contact_id = $2",
        "UPDATE consent_requests SET contact_id = $3 WHERE shop_id = $1 AND contact_id = $2",
        "UPDATE consent_outbox SET contact_id = $3 WHERE shop_id = $1 AND contact_id = $2",
        "UPDATE contact_identities SET contact_id = $3 WHERE shop_id = $1 AND contact_id = $2",
        "UPDATE carts SET contact_id = $3 WHERE shop_id = $1 AND contact_id = $2",
        "UPDATE orders SET contact_id = $3 WHERE shop_id = $1 AND contact_id = $2",
        "UPDATE enrolments SET contact_id = $3 WHERE shop_id = $1 AND contact_id = $2",
        "UPDATE nudges SET contact_id = $3 WHERE shop_id = $1 AND contact_id = $2",
        "UPDATE touches SET contact_id = $3 WHERE shop_id = $1 AND contact_id = $2",
        "UPDATE events SET contact_id = $3 WHERE shop_id = $1 AND contact_id = $2",
        "UPDATE contacts SET merged_into = $3 WHERE shop_id = $1 AND id = $2",
    ];
    for sql in MOVES {
        on_tx!(tx, c => sqlx::query(sql).bind(shop.0).bind(from.0).bind(into.0).execute(c).await?.rows_affected());
    }
    on_tx!(tx, c => sqlx::query("DELETE FROM consents WHERE shop_id = $1 AND contact_id = $2").bind(shop.0).bind(from.0).execute(c).await?.rows_affected());
    super::lift::mark(tx, shop, into, from.0).await?;
    super::rollups::people(tx, shop, &[from, into]).await
}

/// What stands, as stored.
#[derive(sqlx::FromRow)]
pub(super) struct ConsentRow {
    pub contact_id: Uuid,
    channel: String,
    state: String,
    at: i64,
    source: String,
    confirmed_at: Option<i64>,
    named_at: Option<i64>,
    withdrawn_at: Option<i64>,
}

impl ConsentRow {
    /// Its columns.
    pub const COLUMNS: &'static str = "contact_id, channel, state, at, source, confirmed_at, named_at, withdrawn_at";

    pub fn read(self) -> Result<(ChannelKind, Consent), DbError> {
        let consent = Consent {
            state: super::word("consent", &self.state)?,
            at: instant(self.at),
            source: self.source,
            confirmed_at: self.confirmed_at.map(instant),
            named_at: self.named_at.map(instant),
            withdrawn_at: self.withdrawn_at.map(instant),
        };
        Ok((super::word("channel", &self.channel)?, consent))
    }
}

/// What contacts agreed to.
///
/// # Errors
/// `Unavailable`, `Corrupt`.
pub async fn consents(tx: &mut Tx, shop: ShopId, ids: &[Uuid]) -> Result<Vec<(ContactId, ChannelKind, Consent)>, DbError> {
    let get = format!("SELECT {} FROM consents WHERE shop_id = $1 AND contact_id", ConsentRow::COLUMNS);
    let rows: Vec<ConsentRow> = match tx {
        Tx::Sqlite(tx) => {
            let sql = AssertSqlSafe(format!("{get} IN (SELECT unhex(value) FROM json_each($2))"));
            sqlx::query_as(sql).bind(shop.0).bind(json_ids(ids)).fetch_all(&mut **tx).await?
        }
        Tx::Postgres(tx) => sqlx::query_as(AssertSqlSafe(format!("{get} = ANY($2)"))).bind(shop.0).bind(ids).fetch_all(&mut **tx).await?,
    };
    let standing = |row: ConsentRow| {
        let contact = ContactId(row.contact_id);
        row.read().map(|(channel, consent)| (contact, channel, consent))
    };
    rows.into_iter().map(standing).collect()
}

/// What stands for a contact on a channel.
pub type Standing<'a> = (ContactId, ChannelKind, &'a Consent);

/// Stores what stands for contacts, in one statement.
///
/// # Errors
/// `Unavailable`.
pub async fn save_consents(tx: &mut Tx, shop: ShopId, standing: &[Standing<'_>]) -> Result<(), DbError> {
    const LITE: &str = "INSERT INTO consents (shop_id, contact_id, channel, state, at, source, confirmed_at, named_at, withdrawn_at)
        SELECT $1, unhex(value ->> 0), value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6, value ->> 7 FROM json_each($2) WHERE TRUE
        ON CONFLICT (shop_id, contact_id, channel) DO UPDATE SET state = excluded.state, at = excluded.at, source = excluded.source,
            confirmed_at = excluded.confirmed_at, named_at = excluded.named_at, withdrawn_at = excluded.withdrawn_at";
    const PG: &str = "INSERT INTO consents (shop_id, contact_id, channel, state, at, source, confirmed_at, named_at, withdrawn_at)
        SELECT $1, (j ->> 0)::uuid, j ->> 1, j ->> 2, (j ->> 3)::bigint, j ->> 4, (j ->> 5)::bigint, (j ->> 6)::bigint, (j ->> 7)::bigint
            FROM jsonb_array_elements($2::jsonb) AS j
        ON CONFLICT (shop_id, contact_id, channel) DO UPDATE SET state = excluded.state, at = excluded.at, source = excluded.source,
            confirmed_at = excluded.confirmed_at, named_at = excluded.named_at, withdrawn_at = excluded.withdrawn_at";
    if standing.is_empty() {
        return Ok(());
    }
    let row = |(id, channel, c): &Standing<'_>| {
        let (confirmed, named, withdrawn) = (c.confirmed_at.map(ms), c.named_at.map(ms), c.withdrawn_at.map(ms));
        serde_json::json!([hex(id.0), channel.as_str(), c.state.as_str(), ms(c.at), c.source, confirmed, named, withdrawn])
    };
    let json = serde_json::Value::from_iter(standing.iter().map(row)).to_string();
    match tx {
        Tx::Sqlite(tx) => sqlx::query(LITE).bind(shop.0).bind(json).execute(&mut **tx).await?.rows_affected(),
        Tx::Postgres(tx) => sqlx::query(PG).bind(shop.0).bind(json).execute(&mut **tx).await?.rows_affected(),
    };
    Ok(())
}

/// Takes a person's addresses and names out of everything but the list of who must not be written to.
///
/// # Errors
/// `Unavailable`.
pub async fn erase(tx: &mut Tx, shop: ShopId, contact: ContactId, now: Timestamp) -> Result<(), DbError> {
    const MARK: &str = "UPDATE contacts SET facts = '{}', erased_at = $3 WHERE shop_id = $1 AND id = $2";
    on_tx!(tx, c => sqlx::query(MARK).bind(shop.0).bind(contact.0).bind(ms(now)).execute(c).await?.rows_affected());
    const FORGET: [&str; 8] = [
        "UPDATE deliveries SET body = '', reason = 'erased on request' WHERE shop_id = $1 AND id IN (
            SELECT e.delivery_id FROM events e WHERE e.shop_id = $1 AND e.contact_id = $2
            UNION SELECT e.delivery_id FROM events e WHERE e.shop_id = $1 AND e.cart_id IN (SELECT c.id FROM carts c WHERE c.shop_id = $1 AND c.contact_id = $2)
            UNION SELECT e.delivery_id FROM events e WHERE e.shop_id = $1 AND e.cart_id IN (SELECT c.id FROM carts c WHERE c.shop_id = $1
                AND c.merged_into IN (SELECT m.id FROM carts m WHERE m.shop_id = $1 AND m.contact_id = $2)))",
        "DELETE FROM messages WHERE shop_id = $1 AND nudge_id IN (SELECT id FROM nudges WHERE shop_id = $1 AND contact_id = $2)",
        "DELETE FROM receipts WHERE shop_id = $1 AND nudge_id IN (SELECT id FROM nudges WHERE shop_id = $1 AND contact_id = $2)",
        "UPDATE nudges SET handed_to = NULL WHERE shop_id = $1 AND contact_id = $2",
        "DELETE FROM consents WHERE shop_id = $1 AND contact_id = $2",
        "DELETE FROM consent_requests WHERE shop_id = $1 AND contact_id = $2",
        "DELETE FROM consent_outbox WHERE shop_id = $1 AND contact_id = $2",
        "DELETE FROM contact_identities WHERE shop_id = $1 AND contact_id = $2",
    ];
    for sql in FORGET {
        on_tx!(tx, c => sqlx::query(sql).bind(shop.0).bind(contact.0).execute(c).await?.rows_affected());
    }
    Ok(())
}

/// Empties the bodies of deliveries that hold this text and nothing came of yet: those that were set aside, of which nobody could say whom they are about,
/// and those that the demand has overtaken. Orders among the latter stay: their money counts.
///
/// # Errors
/// `Unavailable`.
pub async fn erase_unread(tx: &mut Tx, shop: ShopId, text: &str) -> Result<(), DbError> {
    const LITE: &str = "UPDATE deliveries SET body = '', state = 'set_aside', reason = 'erased on request'
        WHERE shop_id = $1 AND (state = 'set_aside' OR (state = 'pending' AND urgent = FALSE)) AND instr(body, $2) > 0";
    const PG: &str = "UPDATE deliveries SET body = '', state = 'set_aside', reason = 'erased on request'
        WHERE shop_id = $1 AND (state = 'set_aside' OR (state = 'pending' AND urgent = FALSE)) AND position($2::bytea IN body) > 0";
    match tx {
        Tx::Sqlite(tx) => sqlx::query(LITE).bind(shop.0).bind(text.as_bytes()).execute(&mut **tx).await?.rows_affected(),
        Tx::Postgres(tx) => sqlx::query(PG).bind(shop.0).bind(text.as_bytes()).execute(&mut **tx).await?.rows_affected(),
    };
    Ok(())
}

/// The same, inside a transaction.
///
/// # Errors
/// `Unavailable`.
pub async fn identities_in(tx: &mut Tx, shop: ShopId, contact: ContactId) -> Result<Vec<Identity>, DbError> {
    const SQL: &str = "SELECT kind, value FROM contact_identities WHERE shop_id = $1 AND contact_id = $2 ORDER BY kind, value";
    let rows: Vec<(String, String)> = on_tx!(tx, c => sqlx::query_as(SQL).bind(shop.0).bind(contact.0).fetch_all(c).await?);
    Ok(rows.iter().filter_map(|(kind, value)| Identity::from_parts(kind, value)).collect())
}

/// A contact's identities.
///
/// # Errors
/// `Unavailable`.
pub async fn identities(db: &Db, shop: ShopId, contact: ContactId) -> Result<Vec<Identity>, DbError> {
    const SQL: &str = "SELECT kind, value FROM contact_identities WHERE shop_id = $1 AND contact_id = $2 ORDER BY kind, value";
    let rows: Vec<(String, String)> = on_db!(db, c => sqlx::query_as(SQL).bind(shop.0).bind(contact.0).fetch_all(c).await?);
    Ok(rows.iter().filter_map(|(kind, value)| Identity::from_parts(kind, value)).collect())
}
