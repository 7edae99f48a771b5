//! What people change and look into at their desk, beside campaigns: templates, deliveries set aside, tokens, a shopper's address.

use super::access::audit;
use super::{App, AppError};
use crate::db::templates::{NewVersion, TemplateRow};
use crate::db::{self};
use crate::domain::ids::{CartId, ShopId};
use crate::domain::template::{Problem, TemplateSource, check};
use uuid::Uuid;

/// Why a template wasn't saved.
#[derive(Debug, thiserror::Error)]
pub enum TemplateSaveError {
    /// What is wrong with it, each with where it stands.
    #[error("the template can't be sent as it is")]
    Faulty(Vec<Problem>),
    /// Anything else.
    #[error(transparent)]
    App(#[from] AppError),
}

/// Saves a template's text as a new version and puts it to use; the same text again changes nothing.
///
/// # Errors
/// `Faulty` when it couldn't be sent, `Db`.
pub async fn save_template(
    app: &App,
    shop: ShopId,
    template: &TemplateRow,
    source: &TemplateSource,
    actor: &str,
) -> Result<i64, TemplateSaveError> {
    let problems = check(template.channel, source);
    if !problems.is_empty() {
        return Err(TemplateSaveError::Faulty(problems));
    }
    let text = serde_json::to_string(source).map_err(|e| AppError::Invalid(e.to_string()))?;
    if text == template.source {
        return Ok(template.version);
    }
    let new = NewVersion {
        fresh_id: template.id,
        key: &template.key,
        channel: template.channel,
        language: &template.language,
        source: &text,
        author: actor,
        now: app.now(),
    };
    let mut tx = app.db.begin().await.map_err(AppError::from)?;
    let (_, version) = db::templates::add_version(&mut tx, shop, &new).await.map_err(AppError::from)?;
    audit(app, &mut tx, shop, actor, ("template.save", &template.id.to_string())).await?;
    tx.commit().await.map_err(AppError::from)?;
    Ok(version)
}

/// Puts one delivery that was set aside, or all of them, back in the queue. How many.
///
/// # Errors
/// `Db`.
pub async fn retry_deliveries(app: &App, shop: ShopId, one: Option<Uuid>, actor: &str) -> Result<u64, AppError> {
    let mut tx = app.db.begin().await?;
    let count = db::deliveries::retry(&mut tx, shop, one).await?;
    audit(app, &mut tx, shop, actor, ("delivery.retry", &one.map_or_else(|| "all".to_owned(), |id| id.to_string()))).await?;
    tx.commit().await?;
    app.stored.notify_one();
    Ok(count)
}

/// Records that somebody looked at a shopper's own words and addresses.
///
/// # Errors
/// `Db`.
pub async fn note_look(app: &App, shop: ShopId, actor: &str, what: (&str, &str)) -> Result<(), AppError> {
    let mut tx = app.db.begin().await?;
    audit(app, &mut tx, shop, actor, what).await?;
    Ok(tx.commit().await?)
}

/// Records that somebody looked at the shopper behind a cart.
///
/// # Errors
/// `Db`.
pub async fn note_reveal(app: &App, shop: ShopId, cart: CartId, actor: &str) -> Result<(), AppError> {
    note_look(app, shop, actor, ("cart.reveal", &cart.to_string())).await
}

/// Makes a program's token invalid.
///
/// # Errors
/// `NotFound` when it isn't valid, `Db`.
pub async fn revoke_token(app: &App, shop: ShopId, id: Uuid, actor: &str) -> Result<(), AppError> {
    let mut tx = app.db.begin().await?;
    if !db::access::revoke_token(&mut tx, shop, id, app.now()).await? {
        return Err(AppError::NotFound("valid token with that id"));
    }
    audit(app, &mut tx, shop, actor, ("token.revoke", &id.to_string())).await?;
    Ok(tx.commit().await?)
}
