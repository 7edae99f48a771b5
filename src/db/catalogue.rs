//! What stores sell: products and variants, each fact with its time.

use super::{Db, DbError, Tx, from_json, json_pairs, json_texts, ms, to_json};
use crate::domain::cart::Cart;
use crate::domain::catalogue::{CatalogueItem, Product, Variant};
use crate::domain::ids::ShopId;
use crate::domain::money::Money;
use jiff::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;
use sqlx::AssertSqlSafe;
use std::collections::HashMap;

/// A table of facts: its name, and the column of the platform's id.
type Table = (&'static str, &'static str);
const PRODUCTS: Table = ("catalogue_products", "product_id");
const VARIANTS: Table = ("catalogue_variants", "variant_id");

/// These products, as far as they are known.
///
/// # Errors
/// `Unavailable`, `Corrupt`.
pub async fn products(tx: &mut Tx, shop: ShopId, ids: &[&str]) -> Result<HashMap<String, Product>, DbError> {
    facts(tx, shop, PRODUCTS, ids).await
}

/// These variants, as far as they are known.
///
/// # Errors
/// `Unavailable`, `Corrupt`.
pub async fn variants(tx: &mut Tx, shop: ShopId, ids: &[&str]) -> Result<HashMap<String, Variant>, DbError> {
    facts(tx, shop, VARIANTS, ids).await
}

/// These variants with their products, by the variant's id; what isn't known is left out.
///
/// # Errors
/// `Unavailable`, `Corrupt`.
pub async fn of_carts(tx: &mut Tx, shop: ShopId, variant_ids: &[&str]) -> Result<HashMap<String, CatalogueItem>, DbError> {
    let variants = variants(tx, shop, variant_ids).await?;
    let mut product_ids: Vec<&str> = variants.values().filter_map(Variant::product_id).collect();
    product_ids.sort_unstable();
    product_ids.dedup();
    let products = products(tx, shop, &product_ids).await?;
    let item = |(id, variant): (&String, &Variant)| {
        let product = variant.product_id().and_then(|p| products.get(p));
        (id.clone(), CatalogueItem::of(id, variant, product))
    };
    Ok(variants.iter().map(item).collect())
}

async fn facts<T: DeserializeOwned>(tx: &mut Tx, shop: ShopId, (table, id): Table, ids: &[&str]) -> Result<HashMap<String, T>, DbError> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let get = format!("SELECT {id}, facts FROM {table} WHERE shop_id = $1 AND {id}");
    let rows: Vec<(String, String)> = match tx {
        Tx::Sqlite(tx) => {
            let sql = AssertSqlSafe(format!("{get} IN (SELECT value FROM json_each($2))"));
            sqlx::query_as(sql).bind(shop.0).bind(json_texts(ids.iter().copied())).fetch_all(&mut **tx).await?
        }
        Tx::Postgres(tx) => sqlx::query_as(AssertSqlSafe(format!("{get} = ANY($2)"))).bind(shop.0).bind(ids).fetch_all(&mut **tx).await?,
    };
    rows.into_iter().map(|(id, text)| Ok((id, from_json(table, &text)?))).collect()
}

/// Saves products, in one statement.
///
/// # Errors
/// `Unavailable`.
pub async fn save_products(tx: &mut Tx, shop: ShopId, rows: &[(&str, &Product)]) -> Result<(), DbError> {
    save(tx, shop, PRODUCTS, rows).await
}

/// Saves variants, in one statement.
///
/// # Errors
/// `Unavailable`.
pub async fn save_variants(tx: &mut Tx, shop: ShopId, rows: &[(&str, &Variant)]) -> Result<(), DbError> {
    save(tx, shop, VARIANTS, rows).await
}

/// A price that a variant had, beside others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PriceRow {
    /// The platform's.
    pub variant_id: String,
    /// When it was seen.
    pub at: Timestamp,
    /// For one.
    pub price: Money,
    /// The product's title.
    pub name: String,
}

/// Remembers prices. One that is known for its instant stays.
///
/// # Errors
/// `Unavailable`.
pub async fn save_prices(tx: &mut Tx, shop: ShopId, rows: &[PriceRow]) -> Result<(), DbError> {
    const SQL: &str = "INSERT INTO catalogue_prices (shop_id, variant_id, at, currency, minor, name) VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (shop_id, variant_id, at) DO NOTHING";
    for row in rows {
        let (at, price) = (ms(row.at), row.price);
        on_tx!(tx, c => sqlx::query(SQL).bind(shop.0).bind(&row.variant_id).bind(at).bind(price.currency.code()).bind(price.minor).bind(&row.name)
            .execute(c).await?.rows_affected());
    }
    Ok(())
}

async fn save<T: Serialize>(tx: &mut Tx, shop: ShopId, (table, id): Table, rows: &[(&str, &T)]) -> Result<(), DbError> {
    if rows.is_empty() {
        return Ok(());
    }
    let facts: Vec<String> = rows.iter().map(|(_, facts)| to_json(facts)).collect::<Result<_, _>>()?;
    let put = format!("INSERT INTO {table} (shop_id, {id}, facts)");
    let upsert = format!("ON CONFLICT (shop_id, {id}) DO UPDATE SET facts = excluded.facts");
    match tx {
        Tx::Sqlite(tx) => {
            // "WHERE TRUE" tells the parser that ON belongs to the insert.
            let sql = AssertSqlSafe(format!("{put} SELECT $1, value ->> 0, value ->> 1 FROM json_each($2) WHERE TRUE {upsert}"));
            let pairs = json_pairs(rows.iter().map(|(id, _)| *id).zip(facts.iter().map(String::as_str)));
            sqlx::query(sql).bind(shop.0).bind(pairs).execute(&mut **tx).await?;
        }
        Tx::Postgres(tx) => {
            let sql = AssertSqlSafe(format!("{put} SELECT $1, i, f FROM UNNEST($2::text[], $3::text[]) AS u (i, f) {upsert}"));
            let ids: Vec<&str> = rows.iter().map(|(id, _)| *id).collect();
            sqlx::query(sql).bind(shop.0).bind(ids).bind(facts).execute(&mut **tx).await?;
        }
    }
    Ok(())
}

/// The carts whose nudges are to be looked at until an instant, the soonest first.
///
/// # Errors
/// `Unavailable`, `Corrupt`.
pub async fn carts_waking(db: &Db, shop: ShopId, until: Timestamp, most: i64) -> Result<Vec<Cart>, DbError> {
    const SQL: &str = "SELECT c.facts FROM
            (SELECT cart_id, MIN(wake_at) AS wake_at FROM nudges WHERE shop_id = $1 AND state = 'scheduled' AND wake_at <= $2
                GROUP BY cart_id ORDER BY MIN(wake_at), cart_id LIMIT $3) n
        JOIN carts c ON c.shop_id = $1 AND c.id = n.cart_id ORDER BY n.wake_at, n.cart_id";
    let rows: Vec<String> = on_db!(db, c => sqlx::query_scalar(SQL).bind(shop.0).bind(ms(until)).bind(most).fetch_all(c).await?);
    rows.iter().map(|text| from_json("cart", text)).collect()
}
