//! What became of shoppers who count in comparisons, kept by day; and whose is to be worked out anew.

pub mod count;
pub mod days;

use super::{Db, DbError, Tx};
use crate::domain::event::Token;
use crate::domain::ids::{CartId, ContactId, OrderId, ShopId};
use uuid::Uuid;

/// A shopper is marked once for each cause, so that two who mark never wait for each other, and whoever takes marks takes those that were there. Whoever has no
/// part in a comparison is not marked: most orders are theirs.
macro_rules! marking {
    ($cause:literal, $from:literal) => {
        concat!(
            "INSERT INTO lift_dirty (shop_id, contact_id, cause) SELECT DISTINCT e.shop_id, e.contact_id, ",
            $cause,
            " FROM ",
            $from,
            " ON CONFLICT DO NOTHING"
        )
    };
}

/// Marks a shopper whose outcomes are to be worked out anew, because of what has this id.
///
/// # Errors
/// `Unavailable`.
pub async fn mark(tx: &mut Tx, shop: ShopId, contact: ContactId, cause: Uuid) -> Result<(), DbError> {
    const LITE: &str = marking!("$3", "enrolments e WHERE e.shop_id = $1 AND e.contact_id = $2");
    const PG: &str = marking!("$3::uuid", "enrolments e WHERE e.shop_id = $1 AND e.contact_id = $2");
    match tx {
        Tx::Sqlite(tx) => sqlx::query(LITE).bind(shop.0).bind(contact.0).bind(cause).execute(&mut **tx).await?.rows_affected(),
        Tx::Postgres(tx) => sqlx::query(PG).bind(shop.0).bind(contact.0).bind(cause).execute(&mut **tx).await?.rows_affected(),
    };
    Ok(())
}

/// Marks those whose carts these are.
///
/// # Errors
/// `Unavailable`.
pub async fn mark_carts(tx: &mut Tx, shop: ShopId, carts: &[CartId]) -> Result<(), DbError> {
    const SQL: &str = marking!("e.cart_id", "enrolments e WHERE e.shop_id = $1 AND e.cart_id = $2");
    for cart in carts {
        on_tx!(tx, c => sqlx::query(SQL).bind(shop.0).bind(cart.0).execute(c).await?.rows_affected());
    }
    Ok(())
}

/// Marks whoever an order may be of: its contact, and those whose carts' tokens it carries.
///
/// # Errors
/// `Unavailable`.
pub async fn mark_order<'a>(
    tx: &mut Tx,
    shop: ShopId,
    (order, contact): (OrderId, Option<ContactId>),
    tokens: impl Iterator<Item = &'a Token>,
) -> Result<(), DbError> {
    const LITE: &str = marking!(
        "$4",
        "cart_tokens t JOIN enrolments e ON e.shop_id = t.shop_id AND e.cart_id = t.cart_id WHERE t.shop_id = $1 AND t.kind = $2 AND t.token = $3"
    );
    const PG: &str = marking!(
        "$4::uuid",
        "cart_tokens t JOIN enrolments e ON e.shop_id = t.shop_id AND e.cart_id = t.cart_id WHERE t.shop_id = $1 AND t.kind = $2 AND t.token = $3"
    );
    if let Some(contact) = contact {
        mark(tx, shop, contact, order.0).await?;
    }
    for token in tokens {
        let (kind, value) = (token.kind(), token.value());
        match tx {
            Tx::Sqlite(tx) => sqlx::query(LITE).bind(shop.0).bind(kind).bind(value).bind(order.0).execute(&mut **tx).await?.rows_affected(),
            Tx::Postgres(tx) => sqlx::query(PG).bind(shop.0).bind(kind).bind(value).bind(order.0).execute(&mut **tx).await?.rows_affected(),
        };
    }
    Ok(())
}

/// Marks everybody in a store.
///
/// # Errors
/// `Unavailable`.
pub async fn mark_all(tx: &mut Tx, shop: ShopId) -> Result<(), DbError> {
    const SQL: &str = marking!("e.shop_id", "enrolments e WHERE e.shop_id = $1 AND e.counted_at IS NOT NULL");
    on_tx!(tx, c => sqlx::query(SQL).bind(shop.0).execute(c).await?.rows_affected());
    Ok(())
}

/// Stores in which somebody is marked.
///
/// # Errors
/// `Unavailable`.
pub async fn shops_marked(db: &Db) -> Result<Vec<ShopId>, DbError> {
    let ids: Vec<Uuid> = on_db!(db, c => sqlx::query_scalar("SELECT DISTINCT shop_id FROM lift_dirty").fetch_all(c).await?);
    Ok(ids.into_iter().map(ShopId).collect())
}

/// How many of a store are marked.
///
/// # Errors
/// `Unavailable`.
pub async fn marked(db: &Db, shop: ShopId) -> Result<i64, DbError> {
    const SQL: &str = "SELECT COUNT(DISTINCT contact_id) FROM lift_dirty WHERE shop_id = $1";
    Ok(on_db!(db, c => sqlx::query_scalar(SQL).bind(shop.0).fetch_one(c).await?))
}

/// Takes the marks of some shoppers away. Whose they were.
///
/// # Errors
/// `Unavailable`.
pub async fn take(tx: &mut Tx, shop: ShopId, most: i64) -> Result<Vec<Uuid>, DbError> {
    const SQL: &str = "DELETE FROM lift_dirty WHERE shop_id = $1 AND contact_id IN
        (SELECT DISTINCT d.contact_id FROM lift_dirty d WHERE d.shop_id = $1 ORDER BY d.contact_id LIMIT $2) RETURNING contact_id";
    let mut ids: Vec<Uuid> = on_tx!(tx, c => sqlx::query_scalar(SQL).bind(shop.0).bind(most).fetch_all(c).await?);
    ids.sort_unstable();
    ids.dedup();
    Ok(ids)
}

/// Takes one shopper's mark away. Was there one?
///
/// # Errors
/// `Unavailable`.
pub async fn take_one(tx: &mut Tx, shop: ShopId, contact: ContactId) -> Result<bool, DbError> {
    const SQL: &str = "DELETE FROM lift_dirty WHERE shop_id = $1 AND contact_id = $2";
    Ok(on_tx!(tx, c => sqlx::query(SQL).bind(shop.0).bind(contact.0).execute(c).await?.rows_affected()) > 0)
}

/// For how many days after they began to count shoppers' orders are theirs.
///
/// # Errors
/// `Unavailable`.
pub async fn outcome_days(tx: &mut Tx, shop: ShopId) -> Result<i64, DbError> {
    Ok(on_tx!(tx, c => sqlx::query_scalar("SELECT outcome_days FROM shops WHERE id = $1").bind(shop.0).fetch_one(c).await?))
}

/// The same, outside of a transaction.
///
/// # Errors
/// `Unavailable`.
pub async fn outcome_days_now(db: &Db, shop: ShopId) -> Result<i64, DbError> {
    Ok(on_db!(db, c => sqlx::query_scalar("SELECT outcome_days FROM shops WHERE id = $1").bind(shop.0).fetch_one(c).await?))
}

/// Sets that.
///
/// # Errors
/// `Unavailable`.
pub async fn set_outcome_days(tx: &mut Tx, shop: ShopId, days: i64) -> Result<(), DbError> {
    on_tx!(tx, c => sqlx::query("UPDATE shops SET outcome_days = $2 WHERE id = $1").bind(shop.0).bind(days).execute(c).await?.rows_affected());
    Ok(())
}
