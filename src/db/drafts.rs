//! Texts of templates that somebody is writing and hasn't saved: one for each person and template.

use super::{Db, DbError, Tx, instant, ms};
use crate::domain::ids::ShopId;
use jiff::Timestamp;
use uuid::Uuid;

/// Whose draft of which template.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DraftKey {
    /// The template, which is of one language.
    pub template: Uuid,
    /// Who writes.
    pub person: Uuid,
}

/// A text that isn't saved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DraftRow {
    /// The version that it was begun on.
    pub base: i64,
    /// JSON: subject, body, text.
    pub source: String,
    /// When it was last written on.
    pub changed_at: Timestamp,
}

/// Somebody's draft of a template.
///
/// # Errors
/// `Unavailable`.
pub async fn get(db: &Db, shop: ShopId, key: DraftKey) -> Result<Option<DraftRow>, DbError> {
    const SQL: &str =
        "SELECT base_version, source, changed_at FROM template_drafts WHERE shop_id = $1 AND template_id = $2 AND user_id = $3";
    let row: Option<(i64, String, i64)> =
        on_db!(db, c => sqlx::query_as(SQL).bind(shop.0).bind(key.template).bind(key.person).fetch_optional(c).await?);
    Ok(row.map(|(base, source, at)| DraftRow { base, source, changed_at: instant(at) }))
}

/// Keeps a draft in place of the one before.
///
/// # Errors
/// `Unavailable`.
pub async fn put(tx: &mut Tx, shop: ShopId, key: DraftKey, draft: &DraftRow) -> Result<(), DbError> {
    const SQL: &str = "INSERT INTO template_drafts (shop_id, template_id, user_id, base_version, source, changed_at) VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (shop_id, template_id, user_id) DO UPDATE SET base_version = excluded.base_version, source = excluded.source, changed_at = excluded.changed_at";
    on_tx!(tx, c => sqlx::query(SQL).bind(shop.0).bind(key.template).bind(key.person).bind(draft.base).bind(draft.source.as_str())
        .bind(ms(draft.changed_at)).execute(c).await?.rows_affected());
    Ok(())
}

/// Forgets a draft.
///
/// # Errors
/// `Unavailable`.
pub async fn delete(tx: &mut Tx, shop: ShopId, key: DraftKey) -> Result<(), DbError> {
    const SQL: &str = "DELETE FROM template_drafts WHERE shop_id = $1 AND template_id = $2 AND user_id = $3";
    on_tx!(tx, c => sqlx::query(SQL).bind(shop.0).bind(key.template).bind(key.person).execute(c).await?.rows_affected());
    Ok(())
}

/// Forgets drafts that nobody has written on since.
///
/// # Errors
/// `Unavailable`.
pub async fn forget_before(tx: &mut Tx, shop: ShopId, before: Timestamp) -> Result<(), DbError> {
    const SQL: &str = "DELETE FROM template_drafts WHERE shop_id = $1 AND changed_at < $2";
    on_tx!(tx, c => sqlx::query(SQL).bind(shop.0).bind(ms(before)).execute(c).await?.rows_affected());
    Ok(())
}
