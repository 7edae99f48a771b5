//! Carts and their tokens. The fold's state is kept as JSON; the columns beside it are its projections, for asking.

use super::{Db, DbError, Tx, from_json, hex, instant, json_ids, json_pairs, ms, to_json};
use crate::domain::cart::{Cart, CartState};
use crate::domain::event::{Stage, Token};
use crate::domain::ids::{CartId, ContactId, ShopId};
use crate::domain::money::Money;
use jiff::Timestamp;
use sqlx::AssertSqlSafe;
use std::collections::BTreeMap;
use uuid::Uuid;

/// Robots that test cards begin thousands of checkouts with one address: no more than this many carts of a contact are looked at together.
const PER_CONTACT: i64 = 20;

/// A cart as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CartRow {
    /// Ours.
    pub id: CartId,
    /// Whose, once known.
    pub contact_id: Option<ContactId>,
    /// As last worked out.
    pub state: CartState,
    /// Since when it counts as abandoned; kept when the shopper comes back.
    pub abandoned_at: Option<Timestamp>,
    /// When we learned of the purchase.
    pub purchased_at: Option<Timestamp>,
    /// An order of it is credited to a nudge of it.
    pub recovered: bool,
    /// The facts.
    pub facts: Cart,
    /// When it was first seen, by our clock.
    pub created_at: Timestamp,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    contact_id: Option<Uuid>,
    state: String,
    abandoned_at: Option<i64>,
    purchased_at: Option<i64>,
    recovered: bool,
    facts: String,
    created_at: i64,
}

impl TryFrom<Row> for CartRow {
    type Error = DbError;
    fn try_from(row: Row) -> Result<Self, DbError> {
        Ok(Self {
            id: CartId(row.id),
            contact_id: row.contact_id.map(ContactId),
            state: super::word("cart state", &row.state)?,
            abandoned_at: row.abandoned_at.map(instant),
            purchased_at: row.purchased_at.map(instant),
            recovered: row.recovered,
            facts: from_json("cart", &row.facts)?,
            created_at: instant(row.created_at),
        })
    }
}

fn rows(rows: Vec<Row>) -> Result<Vec<CartRow>, DbError> {
    rows.into_iter().map(CartRow::try_from).collect()
}

/// Which columns a [`CartRow`] is read from.
macro_rules! columns {
    () => {
        "c.id, c.contact_id, c.state, c.abandoned_at, c.purchased_at, c.recovered, c.facts, c.created_at"
    };
}

/// What becomes of a cart that is there already.
macro_rules! upsert {
    () => {
        " ON CONFLICT (shop_id, id) DO UPDATE SET contact_id = excluded.contact_id, state = excluded.state, stage = excluded.stage,
            value_minor = excluded.value_minor, currency = excluded.currency, started_at = excluded.started_at, active_at = excluded.active_at,
            abandoned_at = excluded.abandoned_at, purchased_at = excluded.purchased_at, recovered = excluded.recovered, facts = excluded.facts,
            updated_at = excluded.updated_at"
    };
}

/// The carts that have any of these tokens.
///
/// # Errors
/// `Unavailable`, `Corrupt`.
pub async fn by_tokens(tx: &mut Tx, shop: ShopId, tokens: &[&Token]) -> Result<Vec<CartRow>, DbError> {
    const LITE: &str = concat!(
        "SELECT DISTINCT ",
        columns!(),
        " FROM json_each($2) j
        CROSS JOIN cart_tokens t ON t.shop_id = $1 AND t.kind = j.value ->> 0 AND t.token = j.value ->> 1
        CROSS JOIN carts c ON c.shop_id = $1 AND c.id = t.cart_id WHERE c.merged_into IS NULL"
    );
    const PG: &str = concat!(
        "SELECT DISTINCT ",
        columns!(),
        " FROM UNNEST($2::text[], $3::text[]) AS j (kind, token)
        JOIN cart_tokens t ON t.shop_id = $1 AND t.kind = j.kind AND t.token = j.token
        JOIN carts c ON c.shop_id = $1 AND c.id = t.cart_id WHERE c.merged_into IS NULL"
    );
    match tx {
        Tx::Sqlite(tx) => {
            let pairs = json_pairs(tokens.iter().map(|t| (t.kind(), t.value())));
            rows(sqlx::query_as(LITE).bind(shop.0).bind(pairs).fetch_all(&mut **tx).await?)
        }
        Tx::Postgres(tx) => {
            let kinds: Vec<&str> = tokens.iter().map(|t| t.kind()).collect();
            let values: Vec<&str> = tokens.iter().map(|t| t.value()).collect();
            rows(sqlx::query_as(PG).bind(shop.0).bind(kinds).bind(values).fetch_all(&mut **tx).await?)
        }
    }
}

/// The carts of these contacts that were active since an instant: of each the latest `PER_CONTACT`, and those for which something waits to be sent.
///
/// # Errors
/// `Unavailable`, `Corrupt`.
pub async fn by_contacts(tx: &mut Tx, shop: ShopId, contacts: &[Uuid], active_since: Timestamp) -> Result<Vec<CartRow>, DbError> {
    const LITE: &str = concat!(
        "WITH wanted AS (SELECT unhex(value) AS contact_id FROM json_each($2)), ranked AS (
            SELECT r.id, ROW_NUMBER() OVER (PARTITION BY r.contact_id ORDER BY r.active_at DESC, r.id DESC) AS place FROM carts r
            WHERE r.shop_id = $1 AND r.contact_id IN (SELECT contact_id FROM wanted) AND +r.active_at >= $3)
        SELECT ",
        columns!(),
        " FROM carts c WHERE c.shop_id = $1 AND c.merged_into IS NULL AND c.id IN (SELECT id FROM ranked WHERE place <= $4
            UNION SELECT n.cart_id FROM nudges n WHERE n.shop_id = $1 AND n.contact_id IN (SELECT contact_id FROM wanted)
                AND n.state IN ('scheduled', 'sending'))"
    );
    const PG: &str = concat!(
        "WITH ranked AS (
            SELECT r.id, ROW_NUMBER() OVER (PARTITION BY r.contact_id ORDER BY r.active_at DESC, r.id DESC) AS place FROM carts r
            WHERE r.shop_id = $1 AND r.contact_id = ANY($2) AND r.active_at >= $3)
        SELECT ",
        columns!(),
        " FROM carts c WHERE c.shop_id = $1 AND c.merged_into IS NULL AND c.id IN (SELECT id FROM ranked WHERE place <= $4
            UNION SELECT n.cart_id FROM nudges n WHERE n.shop_id = $1 AND n.contact_id = ANY($2) AND n.state IN ('scheduled', 'sending'))"
    );
    let since = ms(active_since);
    match tx {
        Tx::Sqlite(tx) => {
            rows(sqlx::query_as(LITE).bind(shop.0).bind(json_ids(contacts)).bind(since).bind(PER_CONTACT).fetch_all(&mut **tx).await?)
        }
        Tx::Postgres(tx) => rows(sqlx::query_as(PG).bind(shop.0).bind(contacts).bind(since).bind(PER_CONTACT).fetch_all(&mut **tx).await?),
    }
}

/// Every cart of a contact, those that were merged into others too, whose they had been before.
///
/// # Errors
/// `Unavailable`, `Corrupt`.
pub async fn all_of_contact(tx: &mut Tx, shop: ShopId, contact: ContactId) -> Result<Vec<CartRow>, DbError> {
    const SQL: &str = concat!(
        "SELECT ",
        columns!(),
        " FROM carts c WHERE c.shop_id = $1 AND (c.contact_id = $2
            OR c.merged_into IN (SELECT m.id FROM carts m WHERE m.shop_id = $1 AND m.contact_id = $2))"
    );
    on_tx!(tx, c => rows(sqlx::query_as(SQL).bind(shop.0).bind(contact.0).fetch_all(c).await?))
}

/// Carts by id.
///
/// # Errors
/// `Unavailable`, `Corrupt`.
pub async fn load(tx: &mut Tx, shop: ShopId, ids: &[Uuid]) -> Result<Vec<CartRow>, DbError> {
    const GET: &str = concat!("SELECT ", columns!(), " FROM carts c WHERE c.shop_id = $1 AND c.id");
    match tx {
        Tx::Sqlite(tx) => {
            let sql = AssertSqlSafe(format!("{GET} IN (SELECT unhex(value) FROM json_each($2))"));
            rows(sqlx::query_as(sql).bind(shop.0).bind(json_ids(ids)).fetch_all(&mut **tx).await?)
        }
        Tx::Postgres(tx) => {
            rows(sqlx::query_as(AssertSqlSafe(format!("{GET} = ANY($2)"))).bind(shop.0).bind(ids).fetch_all(&mut **tx).await?)
        }
    }
}

/// One cart, or the one it was merged into.
///
/// # Errors
/// `Unavailable`, `Corrupt`.
pub async fn get(db: &Db, shop: ShopId, id: CartId) -> Result<Option<CartRow>, DbError> {
    const SQL: &str = concat!(
        "SELECT ",
        columns!(),
        " FROM carts c WHERE c.shop_id = $1
        AND c.id = (SELECT COALESCE(m.merged_into, m.id) FROM carts m WHERE m.shop_id = $1 AND m.id = $2)"
    );
    let row: Option<Row> = on_db!(db, c => sqlx::query_as(SQL).bind(shop.0).bind(id.0).fetch_optional(c).await?);
    row.map(CartRow::try_from).transpose()
}

/// Stores carts, new or changed, in one statement.
///
/// # Errors
/// `Unavailable`.
pub async fn save(tx: &mut Tx, shop: ShopId, carts: &[&CartRow], now: Timestamp) -> Result<(), DbError> {
    if carts.is_empty() {
        return Ok(());
    }
    let ids: Vec<Uuid> = carts.iter().map(|c| c.id.0).collect();
    // When they were begun may be told otherwise now.
    super::recovered::of_carts(tx, shop, &ids).await?;
    super::recovered::marked(tx, shop, &carts.iter().map(|c| ms(c.facts.started_at)).collect::<Vec<_>>()).await?;
    put(tx, shop, carts, now).await?;
    super::rollups::carts_marked(tx, shop, &ids).await
}

async fn put(tx: &mut Tx, shop: ShopId, carts: &[&CartRow], now: Timestamp) -> Result<(), DbError> {
    const LITE: &str = concat!(
        "INSERT INTO carts (shop_id, id, contact_id, state, stage, value_minor, currency, started_at, active_at, abandoned_at, purchased_at, recovered,
            facts, created_at, updated_at)
        SELECT $1, unhex(value ->> 0), unhex(value ->> 1), value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6, value ->> 7, value ->> 8,
            value ->> 9, value ->> 10, value ->> 11, value ->> 12, $3 FROM json_each($2) WHERE TRUE",
        upsert!()
    );
    const PG: &str = concat!(
        "INSERT INTO carts (shop_id, id, contact_id, state, stage, value_minor, currency, started_at, active_at, abandoned_at, purchased_at, recovered,
            facts, created_at, updated_at)
        SELECT $1, i, k, s, g, v, y, b, a, l, p, r, f, c, $15
        FROM UNNEST($2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::bigint[], $7::text[], $8::bigint[], $9::bigint[], $10::bigint[], $11::bigint[],
            $12::boolean[], $13::text[], $14::bigint[]) AS u (i, k, s, g, v, y, b, a, l, p, r, f, c)",
        upsert!()
    );
    let facts: Vec<String> = carts.iter().map(|c| to_json(&c.facts)).collect::<Result<_, _>>()?;
    let values: Vec<Option<Money>> = carts.iter().map(|c| c.facts.snapshot().and_then(|s| s.value)).collect();
    match tx {
        Tx::Sqlite(tx) => {
            let row = |((c, facts), value): ((&&CartRow, String), &Option<Money>)| {
                let (contact, money) = (c.contact_id.map(|k| hex(k.0)), value.map(|v| (v.minor, v.currency.code().to_owned())).unzip());
                let (begun, active) = (ms(c.facts.started_at), ms(c.facts.active_at));
                let (left, bought) = (c.abandoned_at.map(ms), c.purchased_at.map(ms));
                let flag = i64::from(c.recovered);
                serde_json::json!([
                    hex(c.id.0),
                    contact,
                    c.state.as_str(),
                    stage(c),
                    money.0,
                    money.1,
                    begun,
                    active,
                    left,
                    bought,
                    flag,
                    facts,
                    ms(c.created_at)
                ])
            };
            let json = serde_json::Value::from_iter(carts.iter().zip(facts).zip(&values).map(row)).to_string();
            sqlx::query(LITE).bind(shop.0).bind(json).bind(ms(now)).execute(&mut **tx).await?;
        }
        Tx::Postgres(tx) => {
            sqlx::query(PG)
                .bind(shop.0)
                .bind(carts.iter().map(|c| c.id.0).collect::<Vec<_>>())
                .bind(carts.iter().map(|c| c.contact_id.map(|k| k.0)).collect::<Vec<_>>())
                .bind(carts.iter().map(|c| c.state.as_str()).collect::<Vec<_>>())
                .bind(carts.iter().map(|c| stage(c)).collect::<Vec<_>>())
                .bind(values.iter().map(|v| v.map(|v| v.minor)).collect::<Vec<_>>())
                .bind(values.iter().map(|v| v.map(|v| v.currency.code().to_owned())).collect::<Vec<_>>())
                .bind(carts.iter().map(|c| ms(c.facts.started_at)).collect::<Vec<_>>())
                .bind(carts.iter().map(|c| ms(c.facts.active_at)).collect::<Vec<_>>())
                .bind(carts.iter().map(|c| c.abandoned_at.map(ms)).collect::<Vec<_>>())
                .bind(carts.iter().map(|c| c.purchased_at.map(ms)).collect::<Vec<_>>())
                .bind(carts.iter().map(|c| c.recovered).collect::<Vec<_>>())
                .bind(facts)
                .bind(carts.iter().map(|c| ms(c.created_at)).collect::<Vec<_>>())
                .bind(ms(now))
                .execute(&mut **tx)
                .await?;
        }
    }
    Ok(())
}

fn stage(cart: &CartRow) -> &'static str {
    match cart.facts.stage() {
        Stage::Browse => "browse",
        Stage::Cart => "cart",
        Stage::Checkout => "checkout",
    }
}

/// Says which carts tokens name, in one statement.
///
/// # Errors
/// `Unavailable`.
pub async fn set_tokens(tx: &mut Tx, shop: ShopId, tokens: &BTreeMap<&Token, CartId>) -> Result<(), DbError> {
    const LITE: &str = "INSERT INTO cart_tokens (shop_id, kind, token, cart_id)
        SELECT $1, value ->> 0, value ->> 1, unhex(value ->> 2) FROM json_each($2) WHERE TRUE
        ON CONFLICT (shop_id, kind, token) DO UPDATE SET cart_id = excluded.cart_id";
    const PG: &str = "INSERT INTO cart_tokens (shop_id, kind, token, cart_id)
        SELECT $1, k, t, c FROM UNNEST($2::text[], $3::text[], $4::uuid[]) AS u (k, t, c)
        ON CONFLICT (shop_id, kind, token) DO UPDATE SET cart_id = excluded.cart_id";
    if tokens.is_empty() {
        return Ok(());
    }
    match tx {
        Tx::Sqlite(tx) => {
            let row = |(token, cart): (&&Token, &CartId)| serde_json::json!([token.kind(), token.value(), hex(cart.0)]);
            let json = serde_json::Value::from_iter(tokens.iter().map(row)).to_string();
            sqlx::query(LITE).bind(shop.0).bind(json).execute(&mut **tx).await?;
        }
        Tx::Postgres(tx) => {
            sqlx::query(PG)
                .bind(shop.0)
                .bind(tokens.keys().map(|t| t.kind()).collect::<Vec<_>>())
                .bind(tokens.keys().map(|t| t.value()).collect::<Vec<_>>())
                .bind(tokens.values().map(|c| c.0).collect::<Vec<_>>())
                .execute(&mut **tx)
                .await?;
        }
    }
    Ok(())
}

/// Notes that a cart turned out to be another: its row stays for its history, and is listed no more.
///
/// # Errors
/// `Unavailable`.
pub async fn set_merged(tx: &mut Tx, shop: ShopId, from: CartId, into: CartId) -> Result<(), DbError> {
    const MARK: &str = "UPDATE carts SET merged_into = $3, state = 'invalid' WHERE shop_id = $1 AND id = $2";
    const CHAIN: &str = "UPDATE carts SET merged_into = $3 WHERE shop_id = $1 AND merged_into = $2";
    for sql in [MARK, CHAIN] {
        on_tx!(tx, c => sqlx::query(sql).bind(shop.0).bind(from.0).bind(into.0).execute(c).await?.rows_affected());
    }
    super::recovered::of_carts(tx, shop, &[from.0, into.0]).await?;
    super::rollups::carts_marked(tx, shop, &[from.0, into.0]).await
}

/// Open carts without activity since `active_before`, oldest first.
///
/// # Errors
/// `Unavailable`, `Corrupt`.
pub async fn quiet_since(tx: &mut Tx, shop: ShopId, active_before: Timestamp, most: i64) -> Result<Vec<CartRow>, DbError> {
    const SQL: &str = concat!(
        "SELECT ",
        columns!(),
        " FROM carts c WHERE c.shop_id = $1 AND c.state = 'open' AND c.active_at <= $2 AND c.merged_into IS NULL
        ORDER BY c.active_at LIMIT $3"
    );
    on_tx!(tx, c => rows(sqlx::query_as(SQL).bind(shop.0).bind(ms(active_before)).bind(most).fetch_all(c).await?))
}

/// Shops that have open carts for longer than their limit.
///
/// # Errors
/// `Unavailable`.
pub async fn shops_with_quiet(db: &Db, now: Timestamp) -> Result<Vec<ShopId>, DbError> {
    const SQL: &str = "SELECT s.id FROM shops s WHERE EXISTS
        (SELECT 1 FROM carts c WHERE c.shop_id = s.id AND c.state = 'open' AND c.active_at <= $1 - s.abandon_after_ms)";
    let ids: Vec<Uuid> = on_db!(db, c => sqlx::query_scalar(SQL).bind(ms(now)).fetch_all(c).await?);
    Ok(ids.into_iter().map(ShopId).collect())
}

/// Gives up abandoned carts without activity since `active_before`. How many.
///
/// # Errors
/// `Unavailable`.
pub async fn mark_lost(tx: &mut Tx, active_before: Timestamp, now: Timestamp) -> Result<u64, DbError> {
    const SQL: &str = "UPDATE carts SET state = 'lost', updated_at = $2 WHERE state = 'abandoned' AND active_at <= $1";
    Ok(on_tx!(tx, c => sqlx::query(SQL).bind(ms(active_before)).bind(ms(now)).execute(c).await?.rows_affected()))
}
