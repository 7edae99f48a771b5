//! Texts of templates that somebody is writing: kept as they type, for them alone, never sent to anybody, and forgotten once they are saved.

use super::templates::{json, source, stored_source};
use super::{App, AppError};
use crate::db;
use crate::db::drafts::{DraftKey, DraftRow};
use crate::db::templates::TemplateRow;
use crate::domain::ids::ShopId;
use crate::domain::template::TemplateSource;
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

/// What one draft may take, as stored: more than any template may.
const SIZE_MAX: usize = 400 * 1024; // bytes
/// A draft that nobody has touched for so long is forgotten.
const KEPT_FOR: SignedDuration = SignedDuration::from_hours(24 * 90);

/// A text that isn't saved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// The version that it was begun on.
    pub base: i64,
    /// What it says.
    pub source: TemplateSource,
    /// When it was last written on.
    pub changed_at: Timestamp,
}

fn key(row: &TemplateRow, person: Uuid) -> DraftKey {
    DraftKey { template: row.id, person }
}

/// What somebody was writing on a template; none if that is what is in use.
///
/// # Errors
/// `Db`.
pub async fn of(app: &App, shop: ShopId, row: &TemplateRow, person: Uuid) -> Result<Option<Draft>, AppError> {
    let Some(kept) = db::drafts::get(&app.db, shop, key(row, person)).await? else { return Ok(None) };
    let draft = Draft { base: kept.base, source: stored_source(&kept.source)?, changed_at: kept.changed_at };
    Ok(Some(draft).filter(|draft| source(row).ok().as_ref() != Some(&draft.source)))
}

/// Keeps what somebody is writing, begun on a version. When it was kept; none if it says what is in use, so that there is nothing to keep.
///
/// # Errors
/// `Invalid` for one that is too large, `Db`.
pub async fn keep(
    app: &App,
    shop: ShopId,
    row: &TemplateRow,
    person: Uuid,
    (text, base): (&TemplateSource, i64),
) -> Result<Option<Timestamp>, AppError> {
    let (key, now) = (key(row, person), app.now());
    let stored = json(text)?;
    if stored.len() > SIZE_MAX {
        return Err(AppError::Invalid(format!("the text is larger than {} KB and isn't kept; shorten it", SIZE_MAX / 1024)));
    }
    let mut tx = app.db.begin().await?;
    let says_what_is_in_use = source(row)? == *text;
    if says_what_is_in_use {
        db::drafts::delete(&mut tx, shop, key).await?;
    } else {
        db::drafts::put(&mut tx, shop, key, &DraftRow { base, source: stored, changed_at: now }).await?;
        db::drafts::forget_before(&mut tx, shop, now - KEPT_FOR).await?;
    }
    tx.commit().await?;
    Ok((!says_what_is_in_use).then_some(now))
}

/// Forgets what somebody was writing.
///
/// # Errors
/// `Db`.
pub async fn discard(app: &App, shop: ShopId, row: &TemplateRow, person: Uuid) -> Result<(), AppError> {
    let mut tx = app.db.begin().await?;
    db::drafts::delete(&mut tx, shop, key(row, person)).await?;
    Ok(tx.commit().await?)
}
