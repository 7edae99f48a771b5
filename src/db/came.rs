//! Deliveries as they came, and what became of each: for whoever watches a store's set-up.

use super::{Db, DbError, hex, instant, ms};
use crate::domain::ids::{CartId, ShopId, new_v7};
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

/// Of a topic that is rare, no more than so many deliveries are looked through, the latest first.
const LOOK_MAX: i64 = 20_000;
/// What follows from a batch of deliveries is written down within this of its beginning.
const BATCH_LASTS: SignedDuration = SignedDuration::from_secs(30);

/// A delivery.
#[derive(Debug, Clone)]
pub struct Came {
    /// Ours.
    pub id: Uuid,
    /// As the headers claim.
    pub topic: String,
    /// By our clock.
    pub received_at: Timestamp,
    /// `pending`, `applied`, `set_aside`.
    pub state: String,
    /// Why it was set aside, or emptied.
    pub reason: Option<String>,
    /// Of the body, in bytes.
    pub bytes: i64,
    /// With which others it was applied.
    batch: Option<Uuid>,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    topic: String,
    received_at: i64,
    state: String,
    reason: Option<String>,
    bytes: i64,
    batch_id: Option<Uuid>,
}

impl From<Row> for Came {
    fn from(r: Row) -> Self {
        let Row { id, topic, received_at, state, reason, bytes, batch_id } = r;
        Self { id, topic, received_at: instant(received_at), state, reason, bytes, batch: batch_id }
    }
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT d.id, d.topic, d.received_at, d.state, d.reason, CAST(LENGTH(d.body) AS BIGINT) AS bytes, d.batch_id FROM deliveries d WHERE d.shop_id = $1 AND ",
            $rest
        )
    };
}

/// The latest deliveries, of one topic or of all, newest first.
///
/// # Errors
/// `Unavailable`.
pub async fn latest(db: &Db, shop: ShopId, topic: Option<&str>, most: i64) -> Result<Vec<Came>, DbError> {
    const EDGE: &str = "SELECT id FROM deliveries WHERE shop_id = $1 ORDER BY id DESC LIMIT 1 OFFSET $2";
    const SQL: &str = select!("($2 IS NULL OR d.topic = $2) AND d.id >= $3 ORDER BY d.id DESC LIMIT $4");
    let edge: Option<Uuid> = on_db!(db, c => sqlx::query_scalar(EDGE).bind(shop.0).bind(LOOK_MAX).fetch_optional(c).await?);
    let rows: Vec<Row> =
        on_db!(db, c => sqlx::query_as(SQL).bind(shop.0).bind(topic).bind(edge.unwrap_or_default()).bind(most).fetch_all(c).await?);
    Ok(rows.into_iter().map(Came::from).collect())
}

/// What came after a delivery, of one topic or of all, oldest first.
///
/// # Errors
/// `Unavailable`.
pub async fn after(db: &Db, shop: ShopId, (topic, after): (Option<&str>, Uuid), most: i64) -> Result<Vec<Came>, DbError> {
    const SQL: &str = select!("($2 IS NULL OR d.topic = $2) AND d.id > $3 ORDER BY d.id LIMIT $4");
    let rows: Vec<Row> = on_db!(db, c => sqlx::query_as(SQL).bind(shop.0).bind(topic).bind(after).bind(most).fetch_all(c).await?);
    Ok(rows.into_iter().map(Came::from).collect())
}

/// These deliveries, as they are now.
///
/// # Errors
/// `Unavailable`.
pub async fn these(db: &Db, shop: ShopId, ids: &[Uuid]) -> Result<Vec<Came>, DbError> {
    const LITE: &str = select!("d.id IN (SELECT unhex(value) FROM json_each($2)) ORDER BY d.id");
    const PG: &str = select!("d.id = ANY($2) ORDER BY d.id");
    let rows: Vec<Row> = match db {
        Db::Sqlite { read, .. } => sqlx::query_as(LITE).bind(shop.0).bind(super::json_ids(ids)).fetch_all(read).await?,
        Db::Postgres(pool) => sqlx::query_as(PG).bind(shop.0).bind(ids).fetch_all(pool).await?,
    };
    Ok(rows.into_iter().map(Came::from).collect())
}

/// The last delivery's id, whatever its topic; none while nothing came.
///
/// # Errors
/// `Unavailable`.
pub async fn last(db: &Db, shop: ShopId) -> Result<Option<Uuid>, DbError> {
    const SQL: &str = "SELECT id FROM deliveries WHERE shop_id = $1 ORDER BY id DESC LIMIT 1";
    Ok(on_db!(db, c => sqlx::query_scalar(SQL).bind(shop.0).fetch_optional(c).await?))
}

/// The least id that a delivery can have that came at an instant or later.
pub fn first_id_at(at: Timestamp) -> Uuid {
    new_v7(at, [0; 10])
}

/// When something with an id was made, to the millisecond.
pub fn made_at(id: Uuid) -> Timestamp {
    let millisecond = i64::try_from(id.as_u128() >> 80).unwrap_or_default();
    Timestamp::from_millisecond(millisecond).unwrap_or(Timestamp::UNIX_EPOCH)
}

/// What followed from a delivery.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Followed {
    /// From which.
    pub delivery_id: Uuid,
    /// In GA4's names where it has one.
    pub name: String,
    /// In a sentence without personal data.
    pub summary: String,
    cart_id: Option<Uuid>,
}

impl Followed {
    /// About which cart.
    pub fn cart(&self) -> Option<CartId> {
        self.cart_id.map(CartId)
    }
}

/// What followed from deliveries, in order. Each is looked for among what its batch brought, which is told by ids: events have no index by delivery, so that taking
/// deliveries in costs no more.
///
/// # Errors
/// `Unavailable`.
pub async fn followed(db: &Db, shop: ShopId, came: &[Came]) -> Result<Vec<Followed>, DbError> {
    const LITE: &str = "SELECT e.delivery_id, e.name, e.summary, e.cart_id FROM json_each($2) j
        CROSS JOIN events e ON e.shop_id = $1 AND e.id > unhex(j.value ->> 1) AND e.id < unhex(j.value ->> 2) AND e.delivery_id = unhex(j.value ->> 0)
        ORDER BY e.id";
    const PG: &str =
        "SELECT e.delivery_id, e.name, e.summary, e.cart_id FROM UNNEST($2::uuid[], $3::uuid[], $4::uuid[]) AS j (id, low, high)
        JOIN events e ON e.shop_id = $1 AND e.id > j.low AND e.id < j.high AND e.delivery_id = j.id ORDER BY e.id";
    let until = |batch: Uuid| first_id_at(made_at(batch).checked_add(BATCH_LASTS).unwrap_or(Timestamp::MAX));
    let wanted: Vec<(Uuid, Uuid, Uuid)> = came.iter().filter_map(|c| c.batch.map(|batch| (c.id, batch, until(batch)))).collect();
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    Ok(match db {
        Db::Sqlite { read, .. } => {
            let row = |(id, low, high): &(Uuid, Uuid, Uuid)| serde_json::json!([hex(*id), hex(*low), hex(*high)]);
            let json = serde_json::Value::from_iter(wanted.iter().map(row)).to_string();
            sqlx::query_as(LITE).bind(shop.0).bind(json).fetch_all(read).await?
        }
        Db::Postgres(pool) => {
            let column = |of: fn(&(Uuid, Uuid, Uuid)) -> Uuid| wanted.iter().map(of).collect::<Vec<Uuid>>();
            sqlx::query_as(PG).bind(shop.0).bind(column(|w| w.0)).bind(column(|w| w.1)).bind(column(|w| w.2)).fetch_all(pool).await?
        }
    })
}

/// How many deliveries each topic has had since an instant, in which state, and when the last came: of the latest `LOOK_MAX` at most. Were there more?
///
/// # Errors
/// `Unavailable`.
pub async fn health(db: &Db, shop: ShopId, since: Timestamp) -> Result<(Vec<super::deliveries::TopicHealth>, bool), DbError> {
    const EDGE: &str = "SELECT id FROM deliveries WHERE shop_id = $1 AND id >= $2 ORDER BY id DESC LIMIT 1 OFFSET $3";
    const SQL: &str = "SELECT topic, state, COUNT(*) AS count, MAX(received_at) AS last_at FROM deliveries
        WHERE shop_id = $1 AND id >= $2 AND received_at >= $3 GROUP BY topic, state ORDER BY topic, state";
    let from = first_id_at(since);
    let edge: Option<Uuid> = on_db!(db, c => sqlx::query_scalar(EDGE).bind(shop.0).bind(from).bind(LOOK_MAX).fetch_optional(c).await?);
    let rows = on_db!(db, c => sqlx::query_as(SQL).bind(shop.0).bind(edge.unwrap_or(from)).bind(ms(since)).fetch_all(c).await?);
    Ok((rows, edge.is_some()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_tells_when_it_was_made() {
        let at: Timestamp = "2026-07-01T16:00:00.123Z".parse().expect("an instant");
        assert_eq!(made_at(new_v7(at, [9; 10])), at);
        assert!(first_id_at(at) <= new_v7(at, [0; 10]) && first_id_at(at) > new_v7(at - SignedDuration::from_millis(1), [255; 10]));
    }
}
