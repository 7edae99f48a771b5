//! Addresses that must not be written to: forbidden and allowed again by people and programs.

use super::access::audit;
use super::{App, AppError};
use crate::db;
use crate::db::people::Suppression;
use crate::db::requests::Asked;
use crate::domain::contact::{AddressError, Email, Phone};
use crate::domain::event::ChannelKind;
use crate::domain::ids::ShopId;

/// The address as it is stored.
///
/// # Errors
/// Not an address of that channel.
pub fn address(channel: ChannelKind, text: &str) -> Result<String, AddressError> {
    match channel {
        ChannelKind::Email => text.parse::<Email>().map(String::from),
        ChannelKind::Sms | ChannelKind::WhatsApp => text.parse::<Phone>().map(String::from),
    }
}

/// Forbids an address; one that is forbidden already keeps its first reason. What is stored.
///
/// # Errors
/// `Db`.
pub async fn add(
    app: &App,
    shop: ShopId,
    (channel, address): (ChannelKind, &str),
    reason: &str,
    actor: &str,
) -> Result<Suppression, AppError> {
    let now = app.now();
    let mut tx = app.db.begin().await?;
    db::messages::suppress(&mut tx, shop, (channel, address), reason, now).await?;
    db::requests::insert(&mut tx, shop, (app.new_id(), now), Asked::Suppress { channel, address, reason }).await?;
    audit(app, &mut tx, shop, actor, ("suppression.add", channel.as_str())).await?;
    tx.commit().await?;
    db::people::suppression(&app.db, shop, channel, address).await?.ok_or(AppError::NotFound("suppression of that address"))
}

/// Allows an address again.
///
/// # Errors
/// `NotFound` when it wasn't forbidden, `Db`.
pub async fn remove(app: &App, shop: ShopId, (channel, address): (ChannelKind, &str), actor: &str) -> Result<(), AppError> {
    let mut tx = app.db.begin().await?;
    if !db::messages::unsuppress(&mut tx, shop, channel, address).await? {
        return Err(AppError::NotFound("suppression of that address"));
    }
    db::requests::insert(&mut tx, shop, (app.new_id(), app.now()), Asked::Allow { channel, address }).await?;
    audit(app, &mut tx, shop, actor, ("suppression.remove", channel.as_str())).await?;
    Ok(tx.commit().await?)
}
