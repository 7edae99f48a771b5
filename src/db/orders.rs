//! Orders, with what they are worth by now.

use super::{Db, DbError, Tx, from_json, instant, json_ids, json_pairs, json_texts, ms, to_json};
use crate::domain::bought::Bought;
use crate::domain::event::Token;
use crate::domain::ids::{ContactId, OrderId, ShopId};
use crate::domain::order::{Order, SetBasis, Worth};
use jiff::Timestamp;
use sqlx::AssertSqlSafe;
use std::collections::HashMap;
use uuid::Uuid;

/// Staff who order for customers under one address have many: no more than this many of a contact are looked at together.
const PER_CONTACT: i64 = 20;

/// An order as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderRow {
    /// Ours.
    pub id: OrderId,
    /// Whose, once known.
    pub contact_id: Option<ContactId>,
    /// The facts.
    pub facts: Order,
    /// What its store counts as revenue, as of when it was loaded.
    pub basis: SetBasis,
    /// When it was first seen, by our clock.
    pub created_at: Timestamp,
}

impl OrderRow {
    /// What it is worth to its store; none while only a refund has been seen.
    pub fn worth(&self) -> Option<Worth> {
        self.facts.worth(self.basis.basis)
    }
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    contact_id: Option<Uuid>,
    facts: String,
    created_at: i64,
    money_settings: Option<String>,
    money_settings_version: i64,
}

fn rows(rows: Vec<Row>) -> Result<Vec<OrderRow>, DbError> {
    let read = |r: Row| {
        let facts = from_json("order", &r.facts)?;
        let basis = super::shops::set_basis(r.money_settings.as_deref(), r.money_settings_version)?;
        Ok(OrderRow { id: OrderId(r.id), contact_id: r.contact_id.map(ContactId), facts, basis, created_at: instant(r.created_at) })
    };
    rows.into_iter().map(read).collect()
}

macro_rules! columns {
    () => {
        "o.id, o.contact_id, o.facts, o.created_at, (SELECT s.money_settings FROM shops s WHERE s.id = o.shop_id) AS money_settings,
            (SELECT s.money_settings_version FROM shops s WHERE s.id = o.shop_id) AS money_settings_version"
    };
}

/// Orders by id.
///
/// # Errors
/// `Unavailable`, `Corrupt`.
pub async fn load(tx: &mut Tx, shop: ShopId, ids: &[Uuid]) -> Result<Vec<OrderRow>, DbError> {
    const GET: &str = concat!("SELECT ", columns!(), " FROM orders o WHERE o.shop_id = $1 AND o.id");
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

/// The orders with these ids of the platform.
///
/// # Errors
/// `Unavailable`, `Corrupt`.
pub async fn by_platform_ids(tx: &mut Tx, shop: ShopId, ids: &[&str]) -> Result<Vec<OrderRow>, DbError> {
    const GET: &str = concat!("SELECT ", columns!(), " FROM orders o WHERE o.shop_id = $1 AND o.platform_id");
    match tx {
        Tx::Sqlite(tx) => {
            let sql = AssertSqlSafe(format!("{GET} IN (SELECT value FROM json_each($2))"));
            rows(sqlx::query_as(sql).bind(shop.0).bind(json_texts(ids.iter().copied())).fetch_all(&mut **tx).await?)
        }
        Tx::Postgres(tx) => {
            rows(sqlx::query_as(AssertSqlSafe(format!("{GET} = ANY($2)"))).bind(shop.0).bind(ids).fetch_all(&mut **tx).await?)
        }
    }
}

/// The orders that carry any of these tokens.
///
/// # Errors
/// `Unavailable`, `Corrupt`.
pub async fn by_tokens(tx: &mut Tx, shop: ShopId, tokens: &[&Token]) -> Result<Vec<OrderRow>, DbError> {
    const LITE: &str = concat!(
        "SELECT DISTINCT ",
        columns!(),
        " FROM json_each($2) j
        CROSS JOIN order_tokens t ON t.shop_id = $1 AND t.kind = j.value ->> 0 AND t.token = j.value ->> 1
        CROSS JOIN orders o ON o.shop_id = $1 AND o.id = t.order_id"
    );
    const PG: &str = concat!(
        "SELECT DISTINCT ",
        columns!(),
        " FROM UNNEST($2::text[], $3::text[]) AS j (kind, token)
        JOIN order_tokens t ON t.shop_id = $1 AND t.kind = j.kind AND t.token = j.token
        JOIN orders o ON o.shop_id = $1 AND o.id = t.order_id"
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

/// The orders of these contacts that were placed since an instant, of each the latest `PER_CONTACT`.
///
/// # Errors
/// `Unavailable`, `Corrupt`.
pub async fn by_contacts(tx: &mut Tx, shop: ShopId, contacts: &[Uuid], since: Timestamp) -> Result<Vec<OrderRow>, DbError> {
    const LITE: &str = concat!(
        "WITH ranked AS (
            SELECT r.id, ROW_NUMBER() OVER (PARTITION BY r.contact_id ORDER BY r.ordered_at DESC, r.id DESC) AS place FROM orders r
            WHERE r.shop_id = $1 AND r.contact_id IN (SELECT unhex(value) FROM json_each($2)) AND +r.ordered_at >= $3)
        SELECT ",
        columns!(),
        " FROM orders o WHERE o.shop_id = $1 AND o.id IN (SELECT id FROM ranked WHERE place <= $4)"
    );
    const PG: &str = concat!(
        "WITH ranked AS (
            SELECT r.id, ROW_NUMBER() OVER (PARTITION BY r.contact_id ORDER BY r.ordered_at DESC, r.id DESC) AS place FROM orders r
            WHERE r.shop_id = $1 AND r.contact_id = ANY($2) AND r.ordered_at >= $3)
        SELECT ",
        columns!(),
        " FROM orders o WHERE o.shop_id = $1 AND o.id IN (SELECT id FROM ranked WHERE place <= $4)"
    );
    match tx {
        Tx::Sqlite(tx) => {
            rows(sqlx::query_as(LITE).bind(shop.0).bind(json_ids(contacts)).bind(ms(since)).bind(PER_CONTACT).fetch_all(&mut **tx).await?)
        }
        Tx::Postgres(tx) => {
            rows(sqlx::query_as(PG).bind(shop.0).bind(contacts).bind(ms(since)).bind(PER_CONTACT).fetch_all(&mut **tx).await?)
        }
    }
}

/// What contacts bought since an instant, whatever way the orders came (a till, a draft, a subscription), cancelled ones and tests left out; of each contact
/// the latest `PER_CONTACT`.
///
/// # Errors
/// `Unavailable`, `Corrupt`.
pub async fn bought_by(tx: &mut Tx, shop: ShopId, contacts: &[Uuid], since: Timestamp) -> Result<HashMap<ContactId, Vec<Bought>>, DbError> {
    let mut bought: HashMap<ContactId, Vec<Bought>> = HashMap::new();
    for order in by_contacts(tx, shop, contacts, since).await? {
        let counts = !order.facts.test && order.facts.cancelled_at.is_none();
        let (Some(contact), Some(head)) = (order.contact_id, order.facts.head.filter(|_| counts)) else { continue };
        bought.entry(contact).or_default().push(Bought { name: head.name, at: head.created_at, items: head.items });
    }
    Ok(bought)
}

/// When contacts last bought something that was paid, and not all paid back.
///
/// # Errors
/// `Unavailable`.
pub async fn last_bought(tx: &mut Tx, shop: ShopId, contacts: &[Uuid], now: Timestamp) -> Result<HashMap<ContactId, Timestamp>, DbError> {
    const GET: &str = "SELECT contact_id, MAX(ordered_at) FROM orders WHERE shop_id = $1 AND NOT test AND NOT cancelled AND kept_minor > 0
        AND ordered_at <= $3 AND contact_id";
    let rows: Vec<(Uuid, i64)> = match tx {
        Tx::Sqlite(tx) => {
            let sql = AssertSqlSafe(format!("{GET} IN (SELECT unhex(value) FROM json_each($2)) GROUP BY contact_id"));
            sqlx::query_as(sql).bind(shop.0).bind(json_ids(contacts)).bind(ms(now)).fetch_all(&mut **tx).await?
        }
        Tx::Postgres(tx) => {
            let sql = AssertSqlSafe(format!("{GET} = ANY($2) GROUP BY contact_id"));
            sqlx::query_as(sql).bind(shop.0).bind(contacts).bind(ms(now)).fetch_all(&mut **tx).await?
        }
    };
    Ok(rows.into_iter().map(|(contact, at)| (ContactId(contact), instant(at))).collect())
}

/// Stores an order, new or changed, with its worth.
///
/// # Errors
/// `Unavailable`.
pub async fn save(tx: &mut Tx, shop: ShopId, order: &OrderRow, now: Timestamp) -> Result<(), DbError> {
    const SQL: &str = "INSERT INTO orders (shop_id, id, platform_id, name, contact_id, ordered_at, currency, gross_minor, refunds_minor, net_minor,
            test, cancelled, facts, created_at, updated_at, basis_version, untold, kept_minor, marker)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)
        ON CONFLICT (shop_id, id) DO UPDATE SET name = excluded.name, contact_id = excluded.contact_id, ordered_at = excluded.ordered_at,
            currency = excluded.currency, gross_minor = excluded.gross_minor, refunds_minor = excluded.refunds_minor, net_minor = excluded.net_minor,
            test = excluded.test, cancelled = excluded.cancelled, facts = excluded.facts, updated_at = excluded.updated_at,
            basis_version = excluded.basis_version, untold = excluded.untold, kept_minor = excluded.kept_minor,
            marker = excluded.marker, journey_kept = FALSE";
    const TOKEN: &str = "INSERT INTO order_tokens (shop_id, kind, token, order_id) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING";
    let facts = &order.facts;
    let head = facts.head.as_ref();
    let worth = order.worth();
    let json = to_json(facts)?;
    // It may have been somebody else's, or of another time.
    super::rollups::of_order(tx, shop, order.id).await?;
    on_tx!(tx, c => {
        sqlx::query(SQL).bind(shop.0).bind(order.id.0).bind(&facts.platform_id).bind(head.map_or("", |h| h.name.as_str()))
            .bind(order.contact_id.map(|id| id.0)).bind(head.map(|h| ms(h.created_at))).bind(facts.currency().map(|c| c.code().to_owned()))
            .bind(worth.map_or(0, |w| w.gross_minor)).bind(worth.map_or(0, |w| w.refunds_minor)).bind(worth.map_or(0, |w| w.net_minor))
            .bind(facts.test).bind(facts.cancelled_at.is_some()).bind(json).bind(ms(order.created_at)).bind(ms(now))
            .bind(order.basis.version).bind(worth.is_some_and(|w| w.untold)).bind(worth.map_or(0, |w| w.kept_minor)).bind(&facts.marker).execute(&mut *c).await?;
        for token in &facts.tokens {
            sqlx::query(TOKEN).bind(shop.0).bind(token.kind()).bind(token.value()).bind(order.id.0).execute(&mut *c).await?;
        }
    });
    // What became of its shopper is worked out anew.
    super::lift::mark_order(tx, shop, (order.id, order.contact_id), facts.tokens.iter()).await?;
    super::rollups::of_order(tx, shop, order.id).await
}

/// Orders of a stretch of ids that were paid and to which a nudge that left may be tied: by who bought, by the cart, by its marker, by a code that was given.
/// Most orders have none, and their facts are not read. A store that gave no codes is asked for its codes once, not order by order.
///
/// # Errors
/// `Unavailable`, `Corrupt`.
pub async fn tied(tx: &mut Tx, shop: ShopId, (after, to): (Uuid, Uuid)) -> Result<Vec<OrderRow>, DbError> {
    // Found in an index that holds all that is asked of an order: the rows with their facts are read of those that are found.
    const SQL: &str = concat!(
        "SELECT ",
        columns!(),
        " FROM orders o WHERE o.shop_id = $1 AND o.id IN (SELECT o.id FROM orders o
            WHERE o.shop_id = $1 AND o.id > $2 AND o.id <= $3 AND o.gross_minor > 0 AND (o.marker IS NOT NULL
            OR EXISTS (SELECT 1 FROM nudges n WHERE n.shop_id = $1 AND n.contact_id = o.contact_id AND n.state IN ('sent', 'delivered', 'unknown', 'sending'))
            OR (EXISTS (SELECT 1 FROM discount_uses a WHERE a.shop_id = $1)
                AND EXISTS (SELECT 1 FROM discount_uses u WHERE u.shop_id = $1 AND u.order_id = o.id))
            OR EXISTS (SELECT 1 FROM order_tokens t JOIN cart_tokens c ON c.shop_id = t.shop_id AND c.kind = t.kind AND c.token = t.token
                WHERE t.shop_id = $1 AND t.order_id = o.id AND (EXISTS (SELECT 1 FROM nudges n WHERE n.shop_id = $1 AND n.cart_id = c.cart_id)
                    OR EXISTS (SELECT 1 FROM carts m WHERE m.shop_id = $1 AND m.merged_into = c.cart_id))))) ORDER BY o.id"
    );
    on_tx!(tx, c => rows(sqlx::query_as(SQL).bind(shop.0).bind(after).bind(to).fetch_all(c).await?))
}

/// Stores with orders whose amounts were worked out by an earlier version of what they count.
///
/// # Errors
/// `Unavailable`.
pub async fn shops_behind(db: &Db) -> Result<Vec<ShopId>, DbError> {
    const SQL: &str = "SELECT s.id FROM shops s WHERE EXISTS
        (SELECT 1 FROM orders o WHERE o.shop_id = s.id AND o.basis_version < s.money_settings_version)";
    let ids: Vec<Uuid> = on_db!(db, c => sqlx::query_scalar(SQL).fetch_all(c).await?);
    Ok(ids.into_iter().map(ShopId).collect())
}

/// Orders of a store whose amounts were worked out by an earlier version than this, at most so many.
///
/// # Errors
/// `Unavailable`, `Corrupt`.
pub async fn behind(tx: &mut Tx, shop: ShopId, (version, most): (i64, i64)) -> Result<Vec<OrderRow>, DbError> {
    const SQL: &str = concat!(
        "SELECT ",
        columns!(),
        " FROM orders o WHERE o.shop_id = $1 AND o.basis_version < $2 ORDER BY o.basis_version, o.id LIMIT $3"
    );
    rows(on_tx!(tx, c => sqlx::query_as(SQL).bind(shop.0).bind(version).bind(most).fetch_all(c).await?))
}

/// How many orders of a store are still to be worked out anew.
///
/// # Errors
/// `Unavailable`.
pub async fn count_behind(db: &Db, shop: ShopId, version: i64) -> Result<i64, DbError> {
    const SQL: &str = "SELECT COUNT(*) FROM orders WHERE shop_id = $1 AND basis_version < $2";
    Ok(on_db!(db, c => sqlx::query_scalar(SQL).bind(shop.0).bind(version).fetch_one(c).await?))
}

/// How many orders placed in a period don't tell what should have been left out of them.
///
/// # Errors
/// `Unavailable`.
pub async fn count_untold(db: &Db, shop: ShopId, (from, to): (Timestamp, Timestamp)) -> Result<i64, DbError> {
    const SQL: &str = "SELECT COUNT(*) FROM orders WHERE shop_id = $1 AND ordered_at >= $2 AND ordered_at < $3 AND untold = TRUE";
    Ok(on_db!(db, c => sqlx::query_scalar(SQL).bind(shop.0).bind(ms(from)).bind(ms(to)).fetch_one(c).await?))
}

/// Orders placed in a period, by time, after one of them; at most so many.
///
/// # Errors
/// `Unavailable`, `Corrupt`.
pub async fn placed(
    db: &Db,
    shop: ShopId,
    (from, to): (Timestamp, Timestamp),
    (after, most): ((Timestamp, Uuid), i64),
) -> Result<Vec<OrderRow>, DbError> {
    const SQL: &str = concat!(
        "SELECT ",
        columns!(),
        " FROM orders o WHERE o.shop_id = $1 AND o.ordered_at >= $2 AND o.ordered_at < $3 AND (o.ordered_at, o.id) > ($4, $5)
        ORDER BY o.ordered_at, o.id LIMIT $6"
    );
    rows(
        on_db!(db, c => sqlx::query_as(SQL).bind(shop.0).bind(ms(from)).bind(ms(to)).bind(ms(after.0)).bind(after.1).bind(most).fetch_all(c).await?),
    )
}
