//! Facts of carts, and how values of dimensions are called.

use crate::db::{Db, DbError, Tx, from_json, hex, json_ids, to_json};
use crate::domain::ids::{CartId, ShopId};
use crate::domain::report::fact::Fact;
use crate::domain::report::figure::Dimension;
use std::collections::HashMap;
use uuid::Uuid;

/// The facts by which carts were counted last.
///
/// # Errors
/// `Unavailable`, `Corrupt`.
pub async fn facts(tx: &mut Tx, shop: ShopId, carts: &[Uuid]) -> Result<HashMap<CartId, Fact>, DbError> {
    const LITE: &str = "SELECT cart_id, fact FROM report_carts WHERE shop_id = $1 AND cart_id IN (SELECT unhex(value) FROM json_each($2))";
    const PG: &str = "SELECT cart_id, fact FROM report_carts WHERE shop_id = $1 AND cart_id = ANY($2)";
    let rows: Vec<(Uuid, String)> = match tx {
        Tx::Sqlite(tx) => sqlx::query_as(LITE).bind(shop.0).bind(json_ids(carts)).fetch_all(&mut **tx).await?,
        Tx::Postgres(tx) => sqlx::query_as(PG).bind(shop.0).bind(carts).fetch_all(&mut **tx).await?,
    };
    rows.into_iter().map(|(id, text)| Ok((CartId(id), from_json("fact of a cart", &text)?))).collect()
}

/// Puts these facts in the place of those that these carts had; a cart without one has none any more.
///
/// # Errors
/// `Unavailable`.
pub async fn save(tx: &mut Tx, shop: ShopId, gone: &[Uuid], facts: &[(CartId, Fact)]) -> Result<(), DbError> {
    const PUT: &str =
        " ON CONFLICT (shop_id, cart_id) DO UPDATE SET day = excluded.day, started_at = excluded.started_at, tags = excluded.tags,
        fact = excluded.fact";
    const LITE: &str = "INSERT INTO report_carts (shop_id, cart_id, day, started_at, tags, fact)
        SELECT $1, unhex(value ->> 0), value ->> 1, value ->> 2, value ->> 3, value ->> 4 FROM json_each($2) WHERE TRUE";
    const PG: &str = "INSERT INTO report_carts (shop_id, cart_id, day, started_at, tags, fact)
        SELECT $1, (j ->> 0)::uuid, (j ->> 1)::bigint, (j ->> 2)::bigint, j ->> 3, j ->> 4 FROM jsonb_array_elements($2::jsonb) AS j";
    const LITE_GONE: &str = "DELETE FROM report_carts WHERE shop_id = $1 AND cart_id IN (SELECT unhex(value) FROM json_each($2))";
    const PG_GONE: &str = "DELETE FROM report_carts WHERE shop_id = $1 AND cart_id = ANY($2)";
    if !gone.is_empty() {
        match tx {
            Tx::Sqlite(tx) => sqlx::query(LITE_GONE).bind(shop.0).bind(json_ids(gone)).execute(&mut **tx).await?.rows_affected(),
            Tx::Postgres(tx) => sqlx::query(PG_GONE).bind(shop.0).bind(gone).execute(&mut **tx).await?.rows_affected(),
        };
    }
    if facts.is_empty() {
        return Ok(());
    }
    let row = |(id, fact): &(CartId, Fact)| Ok(serde_json::json!([hex(id.0), fact.day, fact.started_at, fact.tags(), to_json(fact)?]));
    let json = serde_json::Value::Array(facts.iter().map(row).collect::<Result<Vec<_>, DbError>>()?).to_string();
    let sql = |insert: &str| sqlx::AssertSqlSafe(format!("{insert}{PUT}"));
    match tx {
        Tx::Sqlite(tx) => sqlx::query(sql(LITE)).bind(shop.0).bind(json).execute(&mut **tx).await?.rows_affected(),
        Tx::Postgres(tx) => sqlx::query(sql(PG)).bind(shop.0).bind(json).execute(&mut **tx).await?.rows_affected(),
    };
    Ok(())
}

/// Notes how values of a dimension are called.
///
/// # Errors
/// `Unavailable`.
pub async fn label(tx: &mut Tx, shop: ShopId, dimension: Dimension, names: &[(String, String)]) -> Result<(), DbError> {
    const LITE: &str = "INSERT INTO report_labels (shop_id, dimension, value, label)
        SELECT $1, $2, value ->> 0, value ->> 1 FROM json_each($3) WHERE TRUE
        ON CONFLICT (shop_id, dimension, value) DO UPDATE SET label = excluded.label WHERE report_labels.label <> excluded.label";
    const PG: &str = "INSERT INTO report_labels (shop_id, dimension, value, label)
        SELECT $1, $2, j ->> 0, j ->> 1 FROM jsonb_array_elements($3::jsonb) AS j
        ON CONFLICT (shop_id, dimension, value) DO UPDATE SET label = excluded.label WHERE report_labels.label <> excluded.label";
    if names.is_empty() {
        return Ok(());
    }
    let json = serde_json::Value::from_iter(names.iter().map(|(value, name)| serde_json::json!([value, name]))).to_string();
    match tx {
        Tx::Sqlite(tx) => sqlx::query(LITE).bind(shop.0).bind(dimension.as_str()).bind(json).execute(&mut **tx).await?.rows_affected(),
        Tx::Postgres(tx) => sqlx::query(PG).bind(shop.0).bind(dimension.as_str()).bind(json).execute(&mut **tx).await?.rows_affected(),
    };
    Ok(())
}

/// How these values of a dimension are called.
///
/// # Errors
/// `Unavailable`.
pub async fn labels(db: &Db, shop: ShopId, dimension: Dimension, values: &[String]) -> Result<HashMap<String, String>, DbError> {
    const LITE: &str =
        "SELECT value, label FROM report_labels WHERE shop_id = $1 AND dimension = $2 AND value IN (SELECT j.value FROM json_each($3) j)";
    const PG: &str = "SELECT value, label FROM report_labels WHERE shop_id = $1 AND dimension = $2 AND value = ANY($3)";
    let rows: Vec<(String, String)> = match db {
        Db::Sqlite { read, .. } => {
            let json = crate::db::json_texts(values.iter().map(String::as_str));
            sqlx::query_as(LITE).bind(shop.0).bind(dimension.as_str()).bind(json).fetch_all(read).await?
        }
        Db::Postgres(pool) => sqlx::query_as(PG).bind(shop.0).bind(dimension.as_str()).bind(values).fetch_all(pool).await?,
    };
    Ok(rows.into_iter().collect())
}
