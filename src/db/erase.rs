//! Erasing a whole shop on the platform's demand.

use super::{DbError, Tx};
use crate::domain::ids::ShopId;
use uuid::Uuid;

/// Everything that shoppers and what was done about them leave behind: what a canary clears away in its twin, too.
pub(super) const OF_SHOPPERS: [&str; 45] = [
    "deliveries",
    "contacts",
    "contact_identities",
    "consents",
    "consent_log",
    "consent_requests",
    "consent_outbox",
    "suppressions",
    "carts",
    "cart_tokens",
    "cart_traces",
    "orders",
    "order_tokens",
    "events",
    "enrolments",
    "nudges",
    "messages",
    "message_costs",
    "receipts",
    "replies",
    "service_messages",
    "decisions",
    "touches",
    "credit_ledger",
    "credit_runs",
    "journeys",
    "journey_paths",
    "lift_outcomes",
    "lift_days",
    "lift_dirty",
    "discount_uses",
    "discount_codes",
    "discount_pools",
    "requests",
    "audit",
    "report_carts",
    "report_buyers",
    "report_dirty",
    "rollups",
    "rollup_buyers",
    "report_labels",
    "report_states",
    "recovered_sums",
    "recovered_states",
    "recovered_marks",
];
/// What else is a shop's, except its settings and the row that says that it was here. Its sending policy names people: those whom a test store writes to.
const OF_ACCESS: [&str; 30] = [
    "idempotency_keys",
    "api_tokens",
    "user_shops",
    "shop_secrets",
    "shop_access",
    "shop_apps",
    "shop_installs",
    "shop_domains",
    "shop_policies",
    "discount_turns",
    "send_ways",
    "send_counts",
    "reconciliations",
    "catalogue_products",
    "catalogue_variants",
    "catalogue_prices",
    "alarms",
    "canaries",
    "annotations",
    "ad_costs",
    "digest_wishes",
    "digest_mails",
    "webhook_endpoints",
    "webhook_sends",
    "webhook_tries",
    "template_drafts",
    "shop_looks",
    "retention",
    "file_jobs",
    "file_parts",
];

/// Deletes all data of a shop and of its canary's twin, and marks both as removed.
///
/// # Errors
/// `Unavailable`; then nothing is deleted.
pub async fn shop(tx: &mut Tx, shop: ShopId) -> Result<(), DbError> {
    let twin: Option<Uuid> =
        on_tx!(tx, c => sqlx::query_scalar("SELECT id FROM shops WHERE canary_of = $1").bind(shop.0).fetch_optional(c).await?);
    if let Some(twin) = twin {
        one(tx, ShopId(twin)).await?;
    }
    one(tx, shop).await
}

async fn one(tx: &mut Tx, shop: ShopId) -> Result<(), DbError> {
    // Whoever is counting ends first, and counts nothing that is no more.
    super::rollups::lock(tx, shop).await?;
    for table in OF_SHOPPERS.iter().chain(&OF_ACCESS) {
        let sql = sqlx::AssertSqlSafe(format!("DELETE FROM {table} WHERE shop_id = $1"));
        on_tx!(tx, c => sqlx::query(sql).bind(shop.0).execute(c).await?.rows_affected());
    }
    super::team::withdraw_to(tx, shop).await?;
    super::shops::set_status(tx, shop, "removed").await
}
