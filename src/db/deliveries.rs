//! Webhooks as received: stored before they are answered, kept for replay.

use super::{Db, DbError, Tx, instant, json_ids, ms};
use crate::domain::ids::{DeliveryId, ShopId};
use jiff::Timestamp;
use sqlx::{AssertSqlSafe, QueryBuilder};
use std::collections::{BTreeSet, HashMap};
use uuid::Uuid;

/// Rows of one statement on SQLite. Each number of rows is a statement of its own, kept prepared: as many fit the connection's cache beside the others.
const ROWS_MAX: usize = 64;

/// A delivery to be stored.
#[derive(Debug, Clone)]
pub struct NewDelivery {
    /// Ours.
    pub id: DeliveryId,
    /// Whose.
    pub shop_id: ShopId,
    /// The platform's id of it.
    pub delivery_key: String,
    /// As the headers claim.
    pub topic: String,
    /// Of the body.
    pub api_version: Option<String>,
    /// The platform's action.
    pub event_id: Option<String>,
    /// As the headers claim.
    pub triggered_at: Option<Timestamp>,
    /// By our clock.
    pub received_at: Timestamp,
    /// May end a cart.
    pub urgent: bool,
    /// As received, to the byte.
    pub body: Vec<u8>,
}

/// A stored delivery that waits to be applied.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Pending {
    /// Ours.
    pub id: Uuid,
    /// As the headers claim.
    pub topic: String,
    /// As the headers claim.
    pub triggered_at: Option<i64>,
    /// By our clock.
    pub received_at: i64,
    /// As received.
    pub body: Vec<u8>,
}

/// Stores a batch and makes it durable; deliveries that are there already change nothing. While those are stored that may end carts of `ends_carts_of`, no
/// nudge of these shops can be claimed.
///
/// # Errors
/// `Unavailable`: then none was stored.
pub async fn store(db: &Db, batch: &[NewDelivery], ends_carts_of: &BTreeSet<Uuid>) -> Result<(), DbError> {
    match db {
        // One statement is a transaction of its own: one trip to the database in the place of three or more.
        Db::Sqlite { write, .. } if batch.len() <= ROWS_MAX => insert_rows(write, batch).await,
        Db::Postgres(pool) if ends_carts_of.is_empty() => insert_unnest(pool, batch).await,
        _ => {
            let mut tx = db.begin().await?;
            super::shops::hold_claims(&mut tx, ends_carts_of).await?;
            insert_batch(&mut tx, batch).await?;
            tx.commit().await
        }
    }
}

/// Stores a batch within a transaction.
///
/// # Errors
/// `Unavailable`.
pub async fn insert_batch(tx: &mut Tx, batch: &[NewDelivery]) -> Result<(), DbError> {
    match tx {
        Tx::Sqlite(tx) => {
            for chunk in batch.chunks(ROWS_MAX) {
                insert_rows(&mut **tx, chunk).await?;
            }
            Ok(())
        }
        Tx::Postgres(tx) => insert_unnest(&mut **tx, batch).await,
    }
}

async fn insert_rows(executor: impl sqlx::SqliteExecutor<'_>, rows: &[NewDelivery]) -> Result<(), DbError> {
    let mut query = QueryBuilder::<sqlx::Sqlite>::new(
        "INSERT INTO deliveries (shop_id, id, delivery_key, topic, api_version, event_id, triggered_at, received_at, urgent, state, body) ",
    );
    query.push_values(rows, |mut row, d| {
        row.push_bind(d.shop_id.0).push_bind(d.id.0).push_bind(&d.delivery_key).push_bind(&d.topic).push_bind(&d.api_version);
        row.push_bind(&d.event_id).push_bind(d.triggered_at.map(ms)).push_bind(ms(d.received_at)).push_bind(d.urgent);
        row.push("'pending'").push_bind(&d.body[..]);
    });
    query.push(" ON CONFLICT (shop_id, delivery_key) DO NOTHING");
    query.build().execute(executor).await?;
    Ok(())
}

async fn insert_unnest(executor: impl sqlx::PgExecutor<'_>, batch: &[NewDelivery]) -> Result<(), DbError> {
    const SQL: &str = "INSERT INTO deliveries (shop_id, id, delivery_key, topic, api_version, event_id, triggered_at, received_at, urgent, state, body)
        SELECT s, i, k, t, a, e, g, r, u, 'pending', b
        FROM UNNEST($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::bigint[], $8::bigint[], $9::boolean[], $10::bytea[])
            AS x (s, i, k, t, a, e, g, r, u, b)
        ON CONFLICT (shop_id, delivery_key) DO NOTHING";
    sqlx::query(SQL)
        .bind(batch.iter().map(|d| d.shop_id.0).collect::<Vec<_>>())
        .bind(batch.iter().map(|d| d.id.0).collect::<Vec<_>>())
        .bind(batch.iter().map(|d| d.delivery_key.as_str()).collect::<Vec<_>>())
        .bind(batch.iter().map(|d| d.topic.as_str()).collect::<Vec<_>>())
        .bind(batch.iter().map(|d| d.api_version.as_deref()).collect::<Vec<_>>())
        .bind(batch.iter().map(|d| d.event_id.as_deref()).collect::<Vec<_>>())
        .bind(batch.iter().map(|d| d.triggered_at.map(ms)).collect::<Vec<_>>())
        .bind(batch.iter().map(|d| ms(d.received_at)).collect::<Vec<_>>())
        .bind(batch.iter().map(|d| d.urgent).collect::<Vec<_>>())
        .bind(batch.iter().map(|d| d.body.as_slice()).collect::<Vec<_>>())
        .execute(executor)
        .await?;
    Ok(())
}

/// Our ids of the deliveries of these keys that are stored.
///
/// # Errors
/// `Unavailable`.
pub async fn ids_by_keys(db: &Db, shop: ShopId, keys: &[&str]) -> Result<HashMap<String, Uuid>, DbError> {
    const GET: &str = "SELECT delivery_key, id FROM deliveries WHERE shop_id = $1 AND delivery_key";
    let rows: Vec<(String, Uuid)> = match db {
        Db::Sqlite { read, .. } => {
            let sql = AssertSqlSafe(format!("{GET} IN (SELECT value FROM json_each($2))"));
            sqlx::query_as(sql).bind(shop.0).bind(serde_json::json!(keys).to_string()).fetch_all(read).await?
        }
        Db::Postgres(pool) => sqlx::query_as(AssertSqlSafe(format!("{GET} = ANY($2)"))).bind(shop.0).bind(keys).fetch_all(pool).await?,
    };
    Ok(rows.into_iter().collect())
}

/// Shops with deliveries to apply.
///
/// # Errors
/// `Unavailable`.
pub async fn shops_pending(db: &Db) -> Result<Vec<ShopId>, DbError> {
    const SQL: &str = "SELECT s.id FROM shops s WHERE EXISTS (SELECT 1 FROM deliveries d WHERE d.shop_id = s.id AND d.state = 'pending')";
    let ids: Vec<Uuid> = on_db!(db, c => sqlx::query_scalar(SQL).fetch_all(c).await?);
    Ok(ids.into_iter().map(ShopId).collect())
}

/// The next deliveries of a shop to apply: those that may end a cart first, then as received.
///
/// # Errors
/// `Unavailable`.
pub async fn take_pending(tx: &mut Tx, shop: ShopId, most: i64) -> Result<Vec<Pending>, DbError> {
    // Asked for one after the other, so that each is read off the index: sorting a backlog by urgency would read all of it, every time.
    const SQL: &str = "SELECT id, topic, triggered_at, received_at, body FROM deliveries
        WHERE shop_id = $1 AND state = 'pending' AND urgent = $2 ORDER BY id LIMIT $3";
    let mut taken: Vec<Pending> = Vec::new();
    for urgent in [true, false] {
        let left = most - i64::try_from(taken.len()).unwrap_or(most);
        if left > 0 {
            let more: Vec<Pending> = on_tx!(tx, c => sqlx::query_as(SQL).bind(shop.0).bind(urgent).bind(left).fetch_all(c).await?);
            taken.extend(more);
        }
    }
    Ok(taken)
}

/// Is there a delivery of the shop that may end a cart and isn't applied?
///
/// # Errors
/// `Unavailable`.
pub async fn has_urgent(tx: &mut Tx, shop: ShopId) -> Result<bool, DbError> {
    const SQL: &str = "SELECT id FROM deliveries WHERE shop_id = $1 AND state = 'pending' AND urgent = TRUE LIMIT 1";
    let one: Option<Uuid> = on_tx!(tx, c => sqlx::query_scalar(SQL).bind(shop.0).fetch_optional(c).await?);
    Ok(one.is_some())
}

/// Marks deliveries as applied, in a batch at an instant.
///
/// # Errors
/// `Unavailable`.
pub async fn mark_applied(tx: &mut Tx, shop: ShopId, ids: &[Uuid], (batch, now): (Uuid, Timestamp)) -> Result<(), DbError> {
    const SET: &str = "UPDATE deliveries SET state = 'applied', applied_at = $3, batch_id = $4, reason = NULL WHERE shop_id = $1 AND id";
    match tx {
        Tx::Sqlite(tx) => {
            let sql = AssertSqlSafe(format!("{SET} IN (SELECT unhex(value) FROM json_each($2))"));
            sqlx::query(sql).bind(shop.0).bind(json_ids(ids)).bind(ms(now)).bind(batch).execute(&mut **tx).await?;
        }
        Tx::Postgres(tx) => {
            let sql = AssertSqlSafe(format!("{SET} = ANY($2)"));
            sqlx::query(sql).bind(shop.0).bind(ids).bind(ms(now)).bind(batch).execute(&mut **tx).await?;
        }
    }
    Ok(())
}

/// Sets a delivery aside with its reason.
///
/// # Errors
/// `Unavailable`.
pub async fn set_aside(tx: &mut Tx, shop: ShopId, id: Uuid, reason: &str) -> Result<(), DbError> {
    const SQL: &str = "UPDATE deliveries SET state = 'set_aside', reason = $3 WHERE shop_id = $1 AND id = $2";
    on_tx!(tx, c => sqlx::query(SQL).bind(shop.0).bind(id).bind(reason).execute(c).await?.rows_affected());
    Ok(())
}

/// Puts deliveries that were set aside back in the queue: one, or all of the shop's. How many.
///
/// # Errors
/// `Unavailable`.
pub async fn retry(tx: &mut Tx, shop: ShopId, id: Option<Uuid>) -> Result<u64, DbError> {
    const ONE: &str = "UPDATE deliveries SET state = 'pending' WHERE shop_id = $1 AND state = 'set_aside' AND id = $2";
    const ALL: &str = "UPDATE deliveries SET state = 'pending' WHERE shop_id = $1 AND state = 'set_aside'";
    Ok(on_tx!(tx, c => match id {
        Some(id) => sqlx::query(ONE).bind(shop.0).bind(id).execute(c).await?.rows_affected(),
        None => sqlx::query(ALL).bind(shop.0).execute(c).await?.rows_affected(),
    }))
}

/// A delivery as lists show it.
#[derive(Debug, Clone, serde::Serialize)]
pub struct Listed {
    /// Ours.
    pub id: DeliveryId,
    /// As the headers claim.
    pub topic: String,
    /// Of the body.
    pub api_version: Option<String>,
    /// By our clock.
    pub received_at: Timestamp,
    /// `pending`, `applied`, `set_aside`.
    pub state: String,
    /// Why it was set aside.
    pub reason: Option<String>,
    /// Of the body, in bytes.
    pub bytes: i64,
}

#[derive(sqlx::FromRow)]
struct ListedRow {
    id: Uuid,
    topic: String,
    api_version: Option<String>,
    received_at: i64,
    state: String,
    reason: Option<String>,
    bytes: i64,
}

/// Deliveries, newest first, after a cursor; of one state or all.
///
/// # Errors
/// `Unavailable`.
pub async fn list(db: &Db, shop: ShopId, state: Option<&str>, after: Option<Uuid>, most: i64) -> Result<Vec<Listed>, DbError> {
    const SQL: &str = "SELECT id, topic, api_version, received_at, state, reason, CAST(LENGTH(body) AS BIGINT) AS bytes FROM deliveries
        WHERE shop_id = $1 AND ($2 IS NULL OR state = $2) AND ($3 IS NULL OR id < $3) ORDER BY id DESC LIMIT $4";
    const SET_ASIDE: &str =
        "SELECT id, topic, api_version, received_at, state, reason, CAST(LENGTH(body) AS BIGINT) AS bytes FROM deliveries
        WHERE shop_id = $1 AND state = 'set_aside' AND ($2 IS NULL OR id < $2) ORDER BY id DESC LIMIT $3";
    let rows: Vec<ListedRow> = on_db!(db, c => if state == Some("set_aside") {
        sqlx::query_as(SET_ASIDE).bind(shop.0).bind(after).bind(most).fetch_all(c).await?
    } else {
        sqlx::query_as(SQL).bind(shop.0).bind(state).bind(after).bind(most).fetch_all(c).await?
    });
    let listed = |r: ListedRow| Listed {
        id: DeliveryId(r.id),
        topic: r.topic,
        api_version: r.api_version,
        received_at: instant(r.received_at),
        state: r.state,
        reason: r.reason,
        bytes: r.bytes,
    };
    Ok(rows.into_iter().map(listed).collect())
}

/// The raw bytes of one delivery.
///
/// # Errors
/// `Unavailable`.
pub async fn body(db: &Db, shop: ShopId, id: Uuid) -> Result<Option<Vec<u8>>, DbError> {
    Ok(
        on_db!(db, c => sqlx::query_scalar("SELECT body FROM deliveries WHERE shop_id = $1 AND id = $2").bind(shop.0).bind(id).fetch_optional(c).await?),
    )
}

/// How many deliveries each topic has, in which state, and when the last came.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct TopicHealth {
    /// As the headers claim.
    pub topic: String,
    /// `pending`, `applied`, `set_aside`.
    pub state: String,
    /// How many.
    pub count: i64,
    /// When the last came, in milliseconds.
    pub last_at: i64,
}

/// How old the oldest delivery that waits is, by arrival; none when none waits.
///
/// # Errors
/// `Unavailable`.
pub async fn oldest_pending(db: &Db) -> Result<Option<Timestamp>, DbError> {
    const SQL: &str = "SELECT MIN(received_at) FROM deliveries WHERE state = 'pending'";
    let ms: Option<i64> = on_db!(db, c => sqlx::query_scalar(SQL).fetch_one(c).await?);
    Ok(ms.map(instant))
}
