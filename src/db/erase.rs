//! Erasing a whole shop on the platform's demand.

use super::{DbError, Tx};
use crate::domain::ids::ShopId;

/// Everything that is a shop's, except the row that says that it was here.
const TABLES: [&str; 21] = [
    "deliveries",
    "contacts",
    "contact_identities",
    "consents",
    "suppressions",
    "carts",
    "cart_tokens",
    "orders",
    "order_tokens",
    "events",
    "enrolments",
    "nudges",
    "messages",
    "decisions",
    "touches",
    "credits",
    "requests",
    "audit",
    "idempotency_keys",
    "api_tokens",
    "shop_secrets",
];

/// Deletes all data of a shop and marks it as removed.
///
/// # Errors
/// `Unavailable`; then nothing is deleted.
pub async fn shop(tx: &mut Tx, shop: ShopId) -> Result<(), DbError> {
    for table in TABLES {
        let sql = sqlx::AssertSqlSafe(format!("DELETE FROM {table} WHERE shop_id = $1"));
        on_tx!(tx, c => sqlx::query(sql).bind(shop.0).execute(c).await?.rows_affected());
    }
    super::shops::set_status(tx, shop, "removed").await
}
