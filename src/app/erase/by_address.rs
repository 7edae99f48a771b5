//! Erasing a shopper by their address: who asks to be forgotten writes from one, and it needs no cart to be looked for.

use super::contacts;
use crate::app::access::audit;
use crate::app::{App, AppError};
use crate::db;
use crate::domain::contact::{Email, Identity, Phone};
use crate::domain::event::ChannelKind;
use crate::domain::ids::{ContactId, ShopId};
use std::collections::BTreeSet;

/// A shopper as they are shown before they are erased: how much there is of them, and nothing of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Concerned {
    /// Who.
    pub contact: ContactId,
    /// The address as it was asked for, masked.
    pub masked: String,
    /// How many carts of theirs there are.
    pub carts: i64,
    /// How many messages they were sent, or may have been.
    pub messages: i64,
    /// How many orders, whose money stays.
    pub orders: i64,
}

/// What a text was found to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// A shopper's address.
    Shopper(Concerned),
    /// Nobody's.
    Nobody {
        /// The address, masked.
        masked: String,
        /// It is kept among those that must not be written to.
        is_forbidden: bool,
    },
}

/// An e-mail address or a phone number.
fn identity(text: &str) -> Result<Identity, AppError> {
    let text = text.trim();
    let wrong =
        || AppError::Invalid("this is neither an e-mail address nor a phone number with its country code, such as +12125550100".into());
    if text.contains('@') {
        text.parse::<Email>().map(Identity::Email).map_err(|_| wrong())
    } else {
        text.parse::<Phone>().map(Identity::Phone).map_err(|_| wrong())
    }
}

fn masked(identity: &Identity) -> String {
    match identity {
        Identity::Email(email) => email.masked(),
        Identity::Phone(phone) => phone.masked(),
        Identity::Customer(_) => String::new(),
    }
}

/// Whose address it is, and how much there is of them.
///
/// # Errors
/// `Invalid` for what is no address, `Db`.
pub async fn look_up(app: &App, shop: ShopId, text: &str) -> Result<Found, AppError> {
    let identity = identity(text)?;
    let mut tx = app.db.look().await?;
    let owner = db::contacts::owners(&mut tx, shop, &[&identity]).await?.pop();
    tx.rollback().await?;
    let masked = masked(&identity);
    let Some((_, contact)) = owner else {
        let channels =
            if matches!(identity, Identity::Email(_)) { &[ChannelKind::Email][..] } else { &[ChannelKind::Sms, ChannelKind::WhatsApp] };
        let mut is_forbidden = false;
        for channel in channels {
            is_forbidden |= db::people::suppression(&app.db, shop, *channel, identity.value()).await?.is_some();
        }
        return Ok(Found::Nobody { masked, is_forbidden });
    };
    let (carts, messages, orders) = db::people::extent(&app.db, shop, contact).await?;
    Ok(Found::Shopper(Concerned { contact, masked, carts, messages, orders }))
}

/// Erases whoever has the address, with everything by which they could be known. Recorded with our id of them, never with the address.
///
/// # Errors
/// `Invalid` for what is no address, `NotFound` when nobody has it, `Db`; then nothing is erased.
pub async fn erase(app: &App, shop: ShopId, text: &str, actor: &str) -> Result<ContactId, AppError> {
    let identity = identity(text)?;
    let mut tx = app.db.begin().await?;
    // Whatever is folded, planned or sent is wholly before or wholly after.
    db::shops::lock_apply(&mut tx, shop).await?;
    db::shops::hold_claims(&mut tx, &BTreeSet::from([shop.0])).await?;
    let Some((_, contact)) = db::contacts::owners(&mut tx, shop, &[&identity]).await?.pop() else {
        tx.rollback().await?;
        return Err(AppError::NotFound("shopper with that address"));
    };
    for cart in db::carts::all_of_contact(&mut tx, shop, contact).await? {
        db::cart_acts::hold_messages(&mut tx, shop, cart.id).await?;
    }
    contacts(app, &mut tx, shop, &BTreeSet::from([contact]), app.now()).await?;
    audit(app, &mut tx, shop, actor, ("shopper.erase", &contact.to_string())).await?;
    tx.commit().await?;
    Ok(contact)
}
