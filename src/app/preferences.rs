//! Opting out: by the link in every message, by one click in a mail program; at once, for what waits too.

use super::{App, AppError, explain};
use crate::db;
use crate::db::requests::Asked;
use crate::db::shops::Shop;
use crate::domain::consent::Consent;
use crate::domain::contact::Identity;
use crate::domain::event::{ChannelKind, ConsentState};
use crate::domain::ids::{CartId, ContactId, NudgeId};
use crate::domain::link::{LinkError, Purpose, is_short_code};

/// Whom an unsubscribe link is about.
#[derive(Debug, Clone)]
pub struct About {
    /// Of which shop.
    pub shop: Shop,
    /// By which channel they were written to.
    pub channel: ChannelKind,
    /// Their address there, masked.
    pub masked: String,
    /// The address must not be written to already.
    pub already: bool,
    written: Written,
    addresses: Vec<Identity>,
}

/// Why an unsubscribe link doesn't work.
#[derive(Debug, thiserror::Error)]
pub enum PreferencesError {
    /// Not ours, altered, or too old.
    #[error(transparent)]
    Link(#[from] LinkError),
    /// The database's fault.
    #[error(transparent)]
    App(#[from] AppError),
}

impl From<crate::db::DbError> for PreferencesError {
    fn from(error: crate::db::DbError) -> Self {
        Self::App(error.into())
    }
}

/// Whom a link is about: by its signed token, or by the short code that texts carry. An unsubscribe link works for ever: a person's no is not bound to a date.
///
/// # Errors
/// `Link` when it isn't ours; `App`.
pub async fn about(app: &App, token: &str) -> Result<About, PreferencesError> {
    let target = if is_short_code(token) {
        db::nudges::target_by_code(&app.db, token).await?
    } else {
        // Read as of the beginning of time: it can't have expired.
        let link = app.keys.links.read(token, Purpose::Unsubscribe, jiff::Timestamp::UNIX_EPOCH)?;
        db::nudges::target(&app.db, link.shop_id, link.nudge_id).await?
    };
    let target = target.ok_or(LinkError::Forged)?;
    let shop = db::shops::get(&app.db, target.shop_id).await?.ok_or(LinkError::Forged)?;
    let written = Written { nudge: target.id, cart: target.cart_id, contact: target.contact_id, channel: target.channel };
    Ok(about_written(app, shop, written).await?)
}

/// What was written, and to whom.
#[derive(Debug, Clone, Copy)]
pub struct Written {
    /// Which nudge.
    pub nudge: NudgeId,
    /// About which cart.
    pub cart: CartId,
    /// To whom.
    pub contact: ContactId,
    /// By which channel.
    pub channel: ChannelKind,
}

/// Whom a message was for, with every address of theirs.
///
/// # Errors
/// `Db`.
pub async fn about_written(app: &App, shop: Shop, written: Written) -> Result<About, AppError> {
    let cart = db::carts::get(&app.db, shop.id, written.cart).await?;
    let mut addresses = db::contacts::identities(&app.db, shop.id, written.contact).await?;
    // A visit that was said to be this person's may be said to be another's now.
    if let Some(cart) = cart.filter(|c| c.facts.claim.is_none() || c.contact_id == Some(written.contact)) {
        addresses.extend(cart.facts.mail_to().cloned().map(Identity::Email));
        addresses.extend(cart.facts.text_to().cloned().map(Identity::Phone));
    }
    addresses.sort();
    addresses.dedup();
    let mut about = About { shop, channel: written.channel, masked: String::new(), already: false, written, addresses };
    let first = about.of_channel(written.channel).first().map(|a| (*a).clone());
    if let Some(address) = first {
        about.already = db::messages::suppression_of(&app.db, about.shop.id, written.channel, address.value()).await?.is_some();
        about.masked = masked(&address);
    }
    Ok(about)
}

impl About {
    fn of_channel(&self, channel: ChannelKind) -> Vec<&Identity> {
        let fits = |i: &&Identity| {
            matches!(
                (i, channel),
                (Identity::Email(_), ChannelKind::Email) | (Identity::Phone(_), ChannelKind::Sms | ChannelKind::WhatsApp)
            )
        };
        self.addresses.iter().filter(fits).collect()
    }
}

fn masked(address: &Identity) -> String {
    match address {
        Identity::Email(email) => email.masked(),
        Identity::Phone(phone) => phone.masked(),
        Identity::Customer(_) => String::new(),
    }
}

/// Takes a person off: every address of theirs on the channel of the link, or on all channels. Repeating it changes nothing.
///
/// # Errors
/// `Db`.
pub async fn unsubscribe(app: &App, about: &About, everywhere: bool, source: &str) -> Result<(), AppError> {
    let channels = if everywhere { ChannelKind::ALL.to_vec() } else { vec![about.channel] };
    let (shop, now) = (about.shop.id, app.now());
    let mut tx = app.db.begin().await?;
    let asked = Asked::OptOut { nudge: about.written.nudge, channel: (!everywhere).then_some(about.channel), source };
    db::requests::insert(&mut tx, shop, (app.new_id(), now), asked).await?;
    for channel in channels {
        for address in about.of_channel(channel) {
            db::messages::suppress(&mut tx, shop, (channel, address.value()), "unsubscribed", now).await?;
        }
        let consent = Consent { state: ConsentState::Unsubscribed, at: now, source: source.to_owned() };
        db::contacts::save_consents(&mut tx, shop, &[(about.written.contact, channel, &consent)]).await?;
        let cancelled = db::nudges::cancel_for_contact(&mut tx, shop, about.written.contact, Some(channel), "unsubscribed").await?;
        explain::cancelled_rows(app, &mut tx, shop, cancelled.into_iter(), ("unsubscribed", now)).await?;
    }
    Ok(tx.commit().await?)
}
