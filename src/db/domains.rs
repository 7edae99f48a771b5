//! The domains under which a store's pages are, beside the one on its platform.

use super::{Db, DbError, Tx, ms};
use crate::domain::ids::ShopId;
use jiff::Timestamp;

/// A store's domains, in order.
///
/// # Errors
/// `Unavailable`.
pub async fn of(db: &Db, shop: ShopId) -> Result<Vec<String>, DbError> {
    const SQL: &str = "SELECT domain FROM shop_domains WHERE shop_id = $1 ORDER BY domain";
    Ok(on_db!(db, c => sqlx::query_scalar(SQL).bind(shop.0).fetch_all(c).await?))
}

/// Sets them.
///
/// # Errors
/// `Unavailable`.
pub async fn set(tx: &mut Tx, shop: ShopId, domains: &[String], now: Timestamp) -> Result<(), DbError> {
    on_tx!(tx, c => sqlx::query("DELETE FROM shop_domains WHERE shop_id = $1").bind(shop.0).execute(c).await?.rows_affected());
    for domain in domains {
        const SQL: &str = "INSERT INTO shop_domains (shop_id, domain, created_at) VALUES ($1, $2, $3)";
        on_tx!(tx, c => sqlx::query(SQL).bind(shop.0).bind(domain).bind(ms(now)).execute(c).await?.rows_affected());
    }
    Ok(())
}
