//! Marks of instants of which something changed, set in the transaction of the change. Each has a name of its own: whoever has summed a day takes away those
//! that it saw, and leaves those of changes that came meanwhile.

use crate::db::{DbError, Tx, hex, json_ids};
use crate::domain::clicks::ALL_LINKS_WITHIN;
use crate::domain::ids::ShopId;
use crate::domain::report::cut::Span;
use sqlx::AssertSqlSafe;
use uuid::Uuid;

/// A mark: of which instant, in milliseconds, and its name.
pub type Mark = (i64, Uuid);

/// Something of these instants, in milliseconds, changed.
///
/// # Errors
/// `Unavailable`.
pub async fn marked(tx: &mut Tx, shop: ShopId, at: &[i64]) -> Result<(), DbError> {
    const LITE: &str = "INSERT INTO recovered_marks (shop_id, at, mark) SELECT $1, value, randomblob(16) FROM json_each($2) WHERE TRUE";
    const PG: &str =
        "INSERT INTO recovered_marks (shop_id, at, mark) SELECT $1, u.at, gen_random_uuid() FROM UNNEST($2::bigint[]) AS u (at)";
    let mut at = at.to_vec();
    at.sort_unstable();
    at.dedup();
    if at.is_empty() {
        return Ok(());
    }
    match tx {
        Tx::Sqlite(tx) => {
            let json = serde_json::Value::from(at).to_string();
            sqlx::query(LITE).bind(shop.0).bind(json).execute(&mut **tx).await?.rows_affected()
        }
        Tx::Postgres(tx) => sqlx::query(PG).bind(shop.0).bind(at).execute(&mut **tx).await?.rows_affected(),
    };
    Ok(())
}

/// A link was opened at this instant: another opening shortly before or after may count otherwise now.
pub(in crate::db) async fn of_touch(tx: &mut Tx, shop: ShopId, at: i64) -> Result<(), DbError> {
    let within = i64::try_from(ALL_LINKS_WITHIN.as_millis()).unwrap_or_default();
    marked(tx, shop, &[at - within, at, at + within]).await
}

/// Marks instants of the rows that have one of these ids in a column: which instants, of which tables, by which column, and what else must hold.
async fn selected(tx: &mut Tx, shop: ShopId, ids: &[Uuid], [at, tables, key, holds]: [&str; 4]) -> Result<(), DbError> {
    if ids.is_empty() {
        return Ok(());
    }
    let insert = "INSERT INTO recovered_marks (shop_id, at, mark) SELECT $1";
    match tx {
        Tx::Sqlite(tx) => {
            let from = format!("json_each($2) j CROSS JOIN {tables} WHERE {key} = unhex(j.value)");
            let sql = AssertSqlSafe(format!("{insert}, {at}, randomblob(16) FROM {from} AND {holds} AND {at} IS NOT NULL"));
            sqlx::query(sql).bind(shop.0).bind(json_ids(ids)).execute(&mut **tx).await?.rows_affected()
        }
        Tx::Postgres(tx) => {
            let from = format!("{tables} WHERE {key} = ANY($2)");
            let sql = AssertSqlSafe(format!("{insert}, {at}, gen_random_uuid() FROM {from} AND {holds} AND {at} IS NOT NULL"));
            sqlx::query(sql).bind(shop.0).bind(ids).execute(&mut **tx).await?.rows_affected()
        }
    };
    Ok(())
}

/// Whether these nudges left, when, or at what cost, changed, or changes now.
///
/// # Errors
/// `Unavailable`.
pub async fn of_nudges(tx: &mut Tx, shop: ShopId, nudges: &[Uuid]) -> Result<(), DbError> {
    selected(tx, shop, nudges, ["n.sent_at", "nudges n", "n.id", "n.shop_id = $1"]).await
}

/// These nudges turned to another channel, or turn now: their carts and the openings of their links count for it.
///
/// # Errors
/// `Unavailable`.
pub async fn of_turned(tx: &mut Tx, shop: ShopId, nudges: &[Uuid]) -> Result<(), DbError> {
    let with_cart = "n.shop_id = $1 AND e.shop_id = $1 AND e.id = n.enrolment_id";
    selected(tx, shop, nudges, ["e.abandoned_at", "nudges n CROSS JOIN enrolments e", "n.id", with_cart]).await?;
    selected(tx, shop, nudges, ["t.at", "touches t", "t.nudge_id", "t.shop_id = $1"]).await
}

/// The credits of these orders change, in the generation that is read.
///
/// # Errors
/// `Unavailable`.
pub async fn of_credits(tx: &mut Tx, shop: ShopId, orders: &[Uuid]) -> Result<(), DbError> {
    let read = "k.shop_id = $1 AND k.model = 'last_touch' AND k.generation = (SELECT s.credit_generation FROM shops s WHERE s.id = $1)";
    selected(tx, shop, orders, ["k.ordered_at", "credit_ledger k", "k.order_id", read]).await
}

/// These carts changed, or change now.
///
/// # Errors
/// `Unavailable`.
pub async fn of_carts(tx: &mut Tx, shop: ShopId, carts: &[Uuid]) -> Result<(), DbError> {
    selected(tx, shop, carts, ["c.started_at", "carts c", "c.id", "c.shop_id = $1"]).await
}

/// Marks of a span, the latest first, at most so many.
///
/// # Errors
/// `Unavailable`.
pub async fn taken(tx: &mut Tx, shop: ShopId, span: Span, most: i64) -> Result<Vec<Mark>, DbError> {
    const SQL: &str = "SELECT at, mark FROM recovered_marks WHERE shop_id = $1 AND at >= $2 AND at < $3 ORDER BY at DESC, mark LIMIT $4";
    Ok(on_tx!(tx, c => sqlx::query_as(SQL).bind(shop.0).bind(span.from).bind(span.to).bind(most).fetch_all(c).await?))
}

/// The latest instants of a span that have a mark, at most so many.
pub(super) async fn changed(tx: &mut Tx, shop: ShopId, span: Span, most: i64) -> Result<Vec<i64>, DbError> {
    const SQL: &str = "SELECT DISTINCT at FROM recovered_marks WHERE shop_id = $1 AND at >= $2 AND at < $3 ORDER BY at DESC LIMIT $4";
    Ok(on_tx!(tx, c => sqlx::query_scalar(SQL).bind(shop.0).bind(span.from).bind(span.to).bind(most).fetch_all(c).await?))
}

/// Takes marks away: the days that they are of were summed from rows in which the changes could be seen.
///
/// # Errors
/// `Unavailable`.
pub async fn done(tx: &mut Tx, shop: ShopId, marks: &[Mark]) -> Result<(), DbError> {
    const LITE: &str =
        "DELETE FROM recovered_marks WHERE shop_id = $1 AND (at, mark) IN (SELECT value ->> 0, unhex(value ->> 1) FROM json_each($2))";
    const PG: &str = "DELETE FROM recovered_marks d USING UNNEST($2::bigint[], $3::uuid[]) AS u (at, mark)
        WHERE d.shop_id = $1 AND d.at = u.at AND d.mark = u.mark";
    if marks.is_empty() {
        return Ok(());
    }
    match tx {
        Tx::Sqlite(tx) => {
            let json = serde_json::Value::from_iter(marks.iter().map(|(at, mark)| serde_json::json!([at, hex(*mark)]))).to_string();
            sqlx::query(LITE).bind(shop.0).bind(json).execute(&mut **tx).await?.rows_affected()
        }
        Tx::Postgres(tx) => {
            let (at, names): (Vec<i64>, Vec<Uuid>) = marks.iter().copied().unzip();
            sqlx::query(PG).bind(shop.0).bind(at).bind(names).execute(&mut **tx).await?.rows_affected()
        }
    };
    Ok(())
}
