//! Journeys: one row per order and per cart that ended without one, and the same counted by day and path, kept beside it.

use super::carts::CartRow;
use super::orders::OrderRow;
use super::{Db, DbError, Tx, hex, instant, json_ids, ms};
use crate::domain::ad_cost::Utm;
use crate::domain::ids::ShopId;
use crate::domain::journey::Scope;
use jiff::Timestamp;
use sqlx::AssertSqlSafe;
use std::collections::BTreeMap;
use uuid::Uuid;

/// Whose journey it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Of {
    /// An order's.
    Order,
    /// A cart's that ended without one.
    Cart,
}

impl Of {
    fn as_str(self) -> &'static str {
        match self {
            Self::Order => "order",
            Self::Cart => "cart",
        }
    }
}

/// A journey.
#[derive(Debug, Clone)]
pub struct Journey {
    /// Of which order or cart.
    pub id: Uuid,
    /// When it ended.
    pub ended_at: Timestamp,
    /// On which of the store's days: since 1970.
    pub day: i64,
    /// By channel.
    pub path: String,
    /// By channel, source and campaign.
    pub campaign_path: String,
    /// What advertisement they last came by, where that came after everything but direct visits.
    pub last_utm: Option<Utm>,
    /// Of its value.
    pub currency: String,
    /// What stayed of the order, in minor units.
    pub value_minor: i64,
}

/// How many journeys of one path there are; what changes of it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Count {
    orders: i64,
    value_minor: i64,
    nulls: i64,
}

type Key = (&'static str, i64, String, String);

/// Puts journeys in the place of all that these orders or carts had, and the counts with them.
///
/// # Errors
/// `Unavailable`.
pub async fn replace(tx: &mut Tx, shop: ShopId, of: Of, ids: &[Uuid], journeys: &[Journey]) -> Result<(), DbError> {
    const CHANGED: &str = "UPDATE shops SET journeys_version = journeys_version + 1 WHERE id = $1";
    if ids.is_empty() {
        return Ok(());
    }
    let mut changes: BTreeMap<Key, Count> = BTreeMap::new();
    for old in take(tx, shop, of, ids).await? {
        add(&mut changes, of, &old, -1);
    }
    for new in journeys {
        add(&mut changes, of, new, 1);
    }
    insert(tx, shop, of, journeys).await?;
    changes.retain(|_, count| *count != Count::default());
    if changes.is_empty() {
        return Ok(());
    }
    count(tx, shop, &changes).await?;
    on_tx!(tx, c => sqlx::query(CHANGED).bind(shop.0).execute(c).await?.rows_affected());
    Ok(())
}

fn add(changes: &mut BTreeMap<Key, Count>, of: Of, j: &Journey, sign: i64) {
    for (scope, path) in [(Scope::Channel, &j.path), (Scope::Campaign, &j.campaign_path)] {
        let count = changes.entry((scope.as_str(), j.day, j.currency.clone(), path.clone())).or_default();
        match of {
            Of::Order => {
                count.orders += sign;
                count.value_minor += sign * j.value_minor;
            }
            Of::Cart => count.nulls += sign,
        }
    }
}

/// Removes the journeys of these orders or carts, and says what they were.
async fn take(tx: &mut Tx, shop: ShopId, of: Of, ids: &[Uuid]) -> Result<Vec<Journey>, DbError> {
    const DELETE: &str = "DELETE FROM journeys WHERE shop_id = $1 AND of_kind = $2 AND of_id";
    const BACK: &str = "RETURNING of_id, ended_at, day, path, campaign_path, currency, value_minor";
    type Row = (Uuid, i64, i64, String, String, String, i64);
    let rows: Vec<Row> = match tx {
        Tx::Sqlite(tx) => {
            let sql = AssertSqlSafe(format!("{DELETE} IN (SELECT unhex(value) FROM json_each($3)) {BACK}"));
            sqlx::query_as(sql).bind(shop.0).bind(of.as_str()).bind(json_ids(ids)).fetch_all(&mut **tx).await?
        }
        Tx::Postgres(tx) => {
            let sql = AssertSqlSafe(format!("{DELETE} = ANY($3) {BACK}"));
            sqlx::query_as(sql).bind(shop.0).bind(of.as_str()).bind(ids).fetch_all(&mut **tx).await?
        }
    };
    let journey = |(id, ended_at, day, path, campaign_path, currency, value_minor): Row| Journey {
        id,
        ended_at: instant(ended_at),
        day,
        path,
        campaign_path,
        // Nothing is counted by it.
        last_utm: None,
        currency,
        value_minor,
    };
    Ok(rows.into_iter().map(journey).collect())
}

async fn insert(tx: &mut Tx, shop: ShopId, of: Of, journeys: &[Journey]) -> Result<(), DbError> {
    const LITE: &str = "INSERT INTO journeys (shop_id, of_kind, of_id, ended_at, day, path, campaign_path, currency, value_minor, last_utm)
        SELECT $1, $2, unhex(value ->> 0), value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6, value ->> 7 FROM json_each($3)";
    const PG: &str = "INSERT INTO journeys (shop_id, of_kind, of_id, ended_at, day, path, campaign_path, currency, value_minor, last_utm)
        SELECT $1, $2, u.* FROM UNNEST($3::uuid[], $4::bigint[], $5::bigint[], $6::text[], $7::text[], $8::text[], $9::bigint[], $10::text[]) AS u";
    if journeys.is_empty() {
        return Ok(());
    }
    match tx {
        Tx::Sqlite(tx) => {
            let row = |j: &Journey| {
                serde_json::json!([hex(j.id), ms(j.ended_at), j.day, j.path, j.campaign_path, j.currency, j.value_minor, utm_text(j)])
            };
            let json = serde_json::Value::from_iter(journeys.iter().map(row)).to_string();
            sqlx::query(LITE).bind(shop.0).bind(of.as_str()).bind(json).execute(&mut **tx).await?;
        }
        Tx::Postgres(tx) => {
            sqlx::query(PG)
                .bind(shop.0)
                .bind(of.as_str())
                .bind(journeys.iter().map(|j| j.id).collect::<Vec<_>>())
                .bind(journeys.iter().map(|j| ms(j.ended_at)).collect::<Vec<_>>())
                .bind(journeys.iter().map(|j| j.day).collect::<Vec<_>>())
                .bind(journeys.iter().map(|j| j.path.clone()).collect::<Vec<_>>())
                .bind(journeys.iter().map(|j| j.campaign_path.clone()).collect::<Vec<_>>())
                .bind(journeys.iter().map(|j| j.currency.clone()).collect::<Vec<_>>())
                .bind(journeys.iter().map(|j| j.value_minor).collect::<Vec<_>>())
                .bind(journeys.iter().map(utm_text).collect::<Vec<_>>())
                .execute(&mut **tx)
                .await?;
        }
    }
    Ok(())
}

/// As stored: source, medium and campaign as a JSON array.
fn utm_text(journey: &Journey) -> Option<String> {
    let Utm { source, medium, campaign } = journey.last_utm.as_ref()?;
    Some(serde_json::json!([source, medium, campaign]).to_string())
}

/// What advertisements brought on some days, as `(what, currency, orders, net)`. Days are the store's, since 1970, both included.
///
/// # Errors
/// `Unavailable`, `Corrupt`.
pub async fn brought(db: &Db, shop: ShopId, (first, last): (i64, i64)) -> Result<Vec<(Utm, String, i64, i64)>, DbError> {
    const SQL: &str = "SELECT last_utm, currency, COUNT(*) AS orders, CAST(SUM(value_minor) AS BIGINT) AS net_minor FROM journeys
        WHERE shop_id = $1 AND of_kind = 'order' AND day >= $2 AND day <= $3 AND last_utm IS NOT NULL GROUP BY last_utm, currency";
    let rows: Vec<(String, String, i64, i64)> =
        on_db!(db, c => sqlx::query_as(SQL).bind(shop.0).bind(first).bind(last).fetch_all(c).await?);
    let read = |(utm, currency, orders, net): (String, String, i64, i64)| {
        let (source, medium, campaign) =
            serde_json::from_str(&utm).map_err(|e| DbError::Corrupt(format!("a journey's advertisement can't be read: {e}")))?;
        Ok((Utm { source, medium, campaign }, currency, orders, net))
    };
    rows.into_iter().map(read).collect()
}

async fn count(tx: &mut Tx, shop: ShopId, changes: &BTreeMap<Key, Count>) -> Result<(), DbError> {
    const LITE: &str = "INSERT INTO journey_paths (shop_id, scope, day, currency, path, orders, value_minor, nulls)
        SELECT $1, value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6 FROM json_each($2) WHERE TRUE
        ON CONFLICT (shop_id, scope, day, currency, path) DO UPDATE SET orders = journey_paths.orders + excluded.orders,
            value_minor = journey_paths.value_minor + excluded.value_minor, nulls = journey_paths.nulls + excluded.nulls";
    const PG: &str = "INSERT INTO journey_paths (shop_id, scope, day, currency, path, orders, value_minor, nulls)
        SELECT $1, u.* FROM UNNEST($2::text[], $3::bigint[], $4::text[], $5::text[], $6::bigint[], $7::bigint[], $8::bigint[]) AS u
        ON CONFLICT (shop_id, scope, day, currency, path) DO UPDATE SET orders = journey_paths.orders + excluded.orders,
            value_minor = journey_paths.value_minor + excluded.value_minor, nulls = journey_paths.nulls + excluded.nulls";
    match tx {
        Tx::Sqlite(tx) => {
            let row = |((scope, day, currency, path), c): (&Key, &Count)| {
                serde_json::json!([scope, day, currency, path, c.orders, c.value_minor, c.nulls])
            };
            let json = serde_json::Value::from_iter(changes.iter().map(row)).to_string();
            sqlx::query(LITE).bind(shop.0).bind(json).execute(&mut **tx).await?;
        }
        Tx::Postgres(tx) => {
            sqlx::query(PG)
                .bind(shop.0)
                .bind(changes.keys().map(|k| k.0).collect::<Vec<_>>())
                .bind(changes.keys().map(|k| k.1).collect::<Vec<_>>())
                .bind(changes.keys().map(|k| k.2.clone()).collect::<Vec<_>>())
                .bind(changes.keys().map(|k| k.3.clone()).collect::<Vec<_>>())
                .bind(changes.values().map(|c| c.orders).collect::<Vec<_>>())
                .bind(changes.values().map(|c| c.value_minor).collect::<Vec<_>>())
                .bind(changes.values().map(|c| c.nulls).collect::<Vec<_>>())
                .execute(&mut **tx)
                .await?;
        }
    }
    Ok(())
}

/// Stores of which a journey changed that isn't kept yet.
///
/// # Errors
/// `Unavailable`.
pub async fn shops_due(db: &Db) -> Result<Vec<ShopId>, DbError> {
    const SQL: &str = "SELECT s.id FROM shops s WHERE EXISTS (SELECT 1 FROM orders o WHERE o.shop_id = s.id AND o.journey_kept = FALSE)
        OR EXISTS (SELECT 1 FROM carts c WHERE c.shop_id = s.id AND c.state = 'lost' AND c.journey_kept = FALSE)
        OR EXISTS (SELECT 1 FROM carts c WHERE c.shop_id = s.id AND c.state <> 'lost' AND c.journey_kept = TRUE) ORDER BY s.id";
    let ids: Vec<Uuid> = on_db!(db, c => sqlx::query_scalar(SQL).fetch_all(c).await?);
    Ok(ids.into_iter().map(ShopId).collect())
}

/// Orders whose journey changed.
///
/// # Errors
/// `Unavailable`, `Corrupt`.
pub async fn orders_due(tx: &mut Tx, shop: ShopId, most: i64) -> Result<Vec<OrderRow>, DbError> {
    const SQL: &str = "SELECT id FROM orders WHERE shop_id = $1 AND journey_kept = FALSE ORDER BY id LIMIT $2";
    let ids: Vec<Uuid> = on_tx!(tx, c => sqlx::query_scalar(SQL).bind(shop.0).bind(most).fetch_all(c).await?);
    super::orders::load(tx, shop, &ids).await
}

/// Carts that ended without an order, whose journey isn't kept.
///
/// # Errors
/// `Unavailable`, `Corrupt`.
pub async fn carts_due(tx: &mut Tx, shop: ShopId, most: i64) -> Result<Vec<CartRow>, DbError> {
    const SQL: &str = "SELECT id FROM carts WHERE shop_id = $1 AND state = 'lost' AND journey_kept = FALSE ORDER BY id LIMIT $2";
    let ids: Vec<Uuid> = on_tx!(tx, c => sqlx::query_scalar(SQL).bind(shop.0).bind(most).fetch_all(c).await?);
    super::carts::load(tx, shop, &ids).await
}

/// Carts that came back, whose journey is kept as if they had ended.
///
/// # Errors
/// `Unavailable`.
pub async fn carts_back(tx: &mut Tx, shop: ShopId, most: i64) -> Result<Vec<Uuid>, DbError> {
    const SQL: &str = "SELECT id FROM carts WHERE shop_id = $1 AND state <> 'lost' AND journey_kept = TRUE ORDER BY id LIMIT $2";
    Ok(on_tx!(tx, c => sqlx::query_scalar(SQL).bind(shop.0).bind(most).fetch_all(c).await?))
}

/// Notes whether the journeys of these orders or carts are kept.
///
/// # Errors
/// `Unavailable`.
pub async fn mark(tx: &mut Tx, shop: ShopId, of: Of, ids: &[Uuid], kept: bool) -> Result<(), DbError> {
    let table = match of {
        Of::Order => "orders",
        Of::Cart => "carts",
    };
    match tx {
        Tx::Sqlite(tx) => {
            let sql = format!("UPDATE {table} SET journey_kept = $3 WHERE shop_id = $1 AND id IN (SELECT unhex(value) FROM json_each($2))");
            sqlx::query(AssertSqlSafe(sql)).bind(shop.0).bind(json_ids(ids)).bind(kept).execute(&mut **tx).await?;
        }
        Tx::Postgres(tx) => {
            let sql = format!("UPDATE {table} SET journey_kept = $3 WHERE shop_id = $1 AND id = ANY($2)");
            sqlx::query(AssertSqlSafe(sql)).bind(shop.0).bind(ids).bind(kept).execute(&mut **tx).await?;
        }
    }
    Ok(())
}

/// Journeys of one path and currency.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Counted {
    /// Of their value.
    pub currency: String,
    /// Touches with arrows between.
    pub path: String,
    /// How many ended with an order.
    pub orders: i64,
    /// What stayed of those, in minor units.
    pub value_minor: i64,
    /// How many ended without.
    pub nulls: i64,
}

/// The journeys that ended on these days, by path. Days are the store's, since 1970, both included.
///
/// # Errors
/// `Unavailable`.
pub async fn counted(db: &Db, shop: ShopId, scope: Scope, (first, last): (i64, i64)) -> Result<Vec<Counted>, DbError> {
    const SQL: &str = "SELECT currency, path, CAST(SUM(orders) AS BIGINT) AS orders, CAST(SUM(value_minor) AS BIGINT) AS value_minor,
            CAST(SUM(nulls) AS BIGINT) AS nulls
        FROM journey_paths WHERE shop_id = $1 AND scope = $2 AND day >= $3 AND day <= $4
        GROUP BY currency, path HAVING SUM(orders) > 0 OR SUM(nulls) > 0 ORDER BY currency, path";
    Ok(on_db!(db, c => sqlx::query_as(SQL).bind(shop.0).bind(scope.as_str()).bind(first).bind(last).fetch_all(c).await?))
}

/// How often a store's counts changed.
///
/// # Errors
/// `Unavailable`.
pub async fn version(db: &Db, shop: ShopId) -> Result<i64, DbError> {
    const SQL: &str = "SELECT journeys_version FROM shops WHERE id = $1";
    let version: Option<i64> = on_db!(db, c => sqlx::query_scalar(SQL).bind(shop.0).fetch_optional(c).await?);
    Ok(version.unwrap_or_default())
}
