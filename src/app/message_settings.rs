//! What a store sets about its messages: characters, senders, prices.

use super::access::audit;
use super::{App, AppError};
use crate::db;
use crate::db::shops::Shop;
use crate::domain::campaign::Fault;
use crate::domain::ids::ShopId;
use crate::domain::sms::MessageSettings;

/// Why the settings can't be set.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// Their faults, each with where it stands.
    #[error("the settings can't be used as they are")]
    Faulty(Vec<Fault>),
    /// Anything else.
    #[error(transparent)]
    App(#[from] AppError),
}

impl From<db::DbError> for SettingsError {
    fn from(error: db::DbError) -> Self {
        Self::App(error.into())
    }
}

/// The store with what it has set.
///
/// # Errors
/// `NotFound`, `Db`.
pub async fn get(app: &App, shop: ShopId) -> Result<Shop, AppError> {
    db::shops::get(&app.db, shop).await?.ok_or(AppError::NotFound("store with that id"))
}

/// Sets them; the same again changes nothing. Messages that are made from now on follow them, what was sent keeps what it cost.
///
/// # Errors
/// `Faulty`, `NotFound`, `Db`.
pub async fn set(app: &App, shop: ShopId, settings: MessageSettings, actor: &str) -> Result<Shop, SettingsError> {
    let faults = settings.faults();
    if !faults.is_empty() {
        return Err(SettingsError::Faulty(faults));
    }
    let mut tx = app.db.begin().await?;
    let row = db::shops::get_in(&mut tx, shop).await?.ok_or(AppError::NotFound("store with that id"))?;
    if row.messages == settings {
        return Ok(row);
    }
    let version = db::shops::set_messages(&mut tx, shop, &settings).await?;
    audit(app, &mut tx, shop, actor, ("messages.set", &version.to_string())).await?;
    tx.commit().await?;
    Ok(Shop { messages: settings, messages_version: version, ..row })
}
