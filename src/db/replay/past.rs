//! What reaches further back than webhooks are kept: it can't be rebuilt, and so isn't compared.

use crate::db::retention::KEPT_LONG_ENOUGH;
use crate::db::{Db, DbError, Tx};
use crate::domain::ids::{ContactId, ShopId};
use std::collections::BTreeSet;
use uuid::Uuid;

/// Webhooks that were applied, and emptied once they had been kept for as long as the store wants.
const EMPTIED: &str =
    "(SELECT d.id FROM deliveries d WHERE d.shop_id = $1 AND d.state = 'applied' AND LENGTH(d.body) = 0 AND d.reason = $2)";

/// Shoppers about whom such a webhook told something.
///
/// # Errors
/// `Unavailable`.
pub async fn reaching_past(given: &Db, shop: ShopId) -> Result<BTreeSet<ContactId>, DbError> {
    const SQL: &str = "SELECT p.id FROM contacts p WHERE p.shop_id = $1 AND p.erased_at IS NULL AND p.merged_into IS NULL AND p.id IN (
        SELECT e.contact_id FROM events e WHERE e.shop_id = $1 AND e.delivery_id IN EMPTIED
        UNION SELECT c.contact_id FROM events e JOIN carts c ON c.shop_id = $1 AND c.id = e.cart_id WHERE e.shop_id = $1 AND e.delivery_id IN EMPTIED
        UNION SELECT o.contact_id FROM events e JOIN orders o ON o.shop_id = $1 AND o.id = e.order_id WHERE e.shop_id = $1 AND e.delivery_id IN EMPTIED
        UNION SELECT l.contact_id FROM consent_log l WHERE l.shop_id = $1 AND l.cause_id IN EMPTIED
        UNION SELECT n.contact_id FROM receipts r JOIN nudges n ON n.shop_id = $1 AND n.id = r.nudge_id WHERE r.shop_id = $1 AND r.id IN EMPTIED)";
    let sql = sqlx::AssertSqlSafe(SQL.replace("EMPTIED", EMPTIED));
    let ids: Vec<Uuid> = on_db!(given, c => sqlx::query_scalar(sql).bind(shop.0).bind(KEPT_LONG_ENOUGH).fetch_all(c).await?);
    Ok(ids.into_iter().map(ContactId).collect())
}

/// Takes what strangers wrote back out of `given`, where it came with such a webhook.
///
/// # Errors
/// `Unavailable`.
pub async fn forget_past(tx: &mut Tx, shop: ShopId) -> Result<(), DbError> {
    let sql = sqlx::AssertSqlSafe(format!("DELETE FROM replies WHERE shop_id = $1 AND id IN {EMPTIED}"));
    on_tx!(tx, c => sqlx::query(sql).bind(shop.0).bind(KEPT_LONG_ENOUGH).execute(c).await?.rows_affected());
    Ok(())
}
