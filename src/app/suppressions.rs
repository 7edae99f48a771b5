//! Addresses that must not be written to: forbidden and allowed again by people and programs.

use super::access::audit;
use super::track::Fate;
use super::{App, AppError};
use crate::db;
use crate::db::people::Suppression;
use crate::db::requests::Asked;
use crate::domain::contact::{AddressError, Email, Phone};
use crate::domain::event::ChannelKind;
use crate::domain::ids::ShopId;

/// Characters of a reason.
pub const REASON_MAX: usize = 200;

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

/// An address as somebody gives it.
#[derive(Debug, Clone)]
pub struct Given {
    /// By which channel.
    pub channel: ChannelKind,
    /// Which.
    pub address: String,
    /// Why; `manual` where they don't say.
    pub reason: Option<String>,
}

/// Forbids addresses, all in one transaction; what can't be one is refused by itself, and one that is forbidden already keeps its first reason.
///
/// # Errors
/// `Db`; then none of them is forbidden.
pub async fn add_all(app: &App, shop: ShopId, given: Vec<Given>, actor: &str) -> Result<Vec<Fate>, AppError> {
    let now = app.now();
    let mut fates = Vec::with_capacity(given.len());
    let mut added: usize = 0;
    let mut tx = app.db.begin().await?;
    for one in given {
        let reason = one.reason.as_deref().map_or("manual", str::trim);
        let fate = match address(one.channel, &one.address) {
            Err(why) => Fate::Refused(format!("address: {why}")),
            Ok(_) if reason.is_empty() || reason.chars().count() > REASON_MAX || reason.chars().any(char::is_control) => {
                Fate::Refused(format!("reason: it has 1 to {REASON_MAX} characters on one line"))
            }
            Ok(address) if db::messages::forbid(&mut tx, shop, (one.channel, &address), reason, now).await? => {
                db::requests::insert(
                    &mut tx,
                    shop,
                    (app.new_id(), now),
                    Asked::Suppress { channel: one.channel, address: &address, reason },
                )
                .await?;
                added += 1;
                Fate::Accepted
            }
            Ok(_) => Fate::Duplicate,
        };
        fates.push(fate);
    }
    if added > 0 {
        audit(app, &mut tx, shop, actor, ("suppression.import", &added.to_string())).await?;
    }
    tx.commit().await?;
    Ok(fates)
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
