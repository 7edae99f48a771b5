//! Opting out: by the link in every message, by one click in a mail program; at once, for what waits too.

use super::{App, AppError, consents, explain, ingest};
use crate::db;
use crate::db::requests::Asked;
use crate::db::shops::Shop;
use crate::domain::consent::{Consent, Method};
use crate::domain::contact::Identity;
use crate::domain::event::{ChannelKind, ConsentSeen, ConsentState};
use crate::domain::ids::{CartId, ContactId, NudgeId};
use crate::domain::link::{LinkError, Purpose, is_short_code};
use jiff::Timestamp;

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
    /// What they can choose, the channel of the link first.
    pub choices: Vec<Choice>,
    written: Written,
    addresses: Vec<Identity>,
    /// Those of the addresses by which they are known; the others may be a gift's recipient's.
    own: Vec<Identity>,
}

/// One channel, as somebody has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// Which.
    pub channel: ChannelKind,
    /// Their address there, masked.
    pub masked: String,
    /// They may be written to there, or may yet be.
    pub on: bool,
    /// They turned it off themselves, and nothing else keeps it off: they can turn it on again.
    pub can_turn_on: bool,
}

/// What somebody takes off themselves is suppressed for this reason.
const OWN_WORD: &str = "unsubscribed";

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
    let own = db::contacts::identities(&app.db, shop.id, written.contact).await?;
    let mut about =
        About { shop, channel: written.channel, masked: String::new(), already: false, choices: Vec::new(), written, addresses, own };
    let mut tx = app.db.look().await?;
    let said = db::contacts::consents(&mut tx, about.shop.id, &[written.contact.0]).await?;
    tx.rollback().await?;
    let others = ChannelKind::ALL.into_iter().filter(|channel| *channel != written.channel);
    for channel in std::iter::once(written.channel).chain(others) {
        let said = said.iter().find(|(_, of, _)| *of == channel).map(|(.., consent)| consent);
        // Of a channel by which nobody wrote and about which they said nothing there is nothing to choose.
        if channel == written.channel || said.is_some() {
            let choice = about.choice(app, channel, said).await?;
            about.choices.extend(choice);
        }
    }
    if let Some(choice) = about.choices.first().filter(|choice| choice.channel == written.channel) {
        (about.already, about.masked) = (!choice.on, choice.masked.clone());
    }
    Ok(about)
}

impl About {
    /// What was written, and to whom.
    pub fn written(&self) -> Written {
        self.written
    }

    async fn choice(&self, app: &App, channel: ChannelKind, said: Option<&Consent>) -> Result<Option<Choice>, AppError> {
        let Some(address) = self.address(channel) else { return Ok(None) };
        let forbidden = db::messages::suppression_of(&app.db, self.shop.id, channel, address.value()).await?;
        let refused = said.is_some_and(|c| c.state == ConsentState::Unsubscribed);
        let by_themselves = forbidden.as_deref().is_none_or(|reason| reason == OWN_WORD);
        let on = forbidden.is_none() && !refused;
        let can_turn_on = !on && by_themselves && self.own.contains(address);
        Ok(Some(Choice { channel, masked: masked(address), on, can_turn_on }))
    }

    /// Their address on a channel: the first by which they are known there, else the first that was written to.
    fn address(&self, channel: ChannelKind) -> Option<&Identity> {
        let all = self.of_channel(channel);
        all.iter().copied().find(|a| self.own.contains(a)).or_else(|| all.first().copied())
    }

    /// Their own word about a channel, on the page or by the button in their mail program.
    fn said(&self, channel: ChannelKind, state: ConsentState, (source, at): (&str, Timestamp)) -> ConsentSeen {
        ConsentSeen {
            identities: self.address(channel).cloned().into_iter().collect(),
            channel,
            state,
            at,
            source: source.to_owned(),
            method: Method::Page,
            shown: None,
            proof: Some(format!("the link of message {}", self.written.nudge)),
        }
    }

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
    turn_off(app, about, (!everywhere).then_some(about.channel), source).await
}

/// Turns one channel off, or all of them: every address of theirs there. What waits is cancelled at once. Repeating it changes nothing.
///
/// # Errors
/// `Db`.
pub async fn turn_off(app: &App, about: &About, only: Option<ChannelKind>, source: &str) -> Result<(), AppError> {
    let channels = only.map_or_else(|| ChannelKind::ALL.to_vec(), |channel| vec![channel]);
    let (shop, now) = (about.shop.id, app.now());
    let mut tx = app.db.begin().await?;
    let asked = Asked::OptOut { nudge: about.written.nudge, channel: only, source };
    let request = app.new_id();
    db::requests::insert(&mut tx, shop, (request, now), asked).await?;
    for (place, channel) in (0..).zip(channels) {
        for address in about.of_channel(channel) {
            db::messages::suppress(&mut tx, shop, (channel, address.value()), OWN_WORD, now).await?;
        }
        let said = about.said(channel, ConsentState::Unsubscribed, (source, now));
        consents::refuse(&mut tx, (shop, about.written.contact), (request, place), &said).await?;
        let cancelled = db::nudges::cancel_for_contact(&mut tx, shop, about.written.contact, Some(channel), "unsubscribed").await?;
        explain::cancelled_rows(app, &mut tx, shop, cancelled.into_iter(), ("unsubscribed", now)).await?;
    }
    Ok(tx.commit().await?)
}

/// Turns a channel on again that they had turned off themselves: their own consent, with the words that they read. Of another channel nothing changes.
///
/// # Errors
/// `Db`; `Conflict` when it can't be made durable now.
pub async fn turn_on(app: &App, about: &About, (channel, language): (ChannelKind, &str)) -> Result<(), AppError> {
    if !about.choices.iter().any(|c| c.channel == channel && c.can_turn_on) {
        return Ok(());
    }
    let mut said = about.said(channel, ConsentState::Subscribed, ("turned on again on the preferences page", app.now()));
    said.shown = Some(consents::back_on(language, channel, &about.shop.name));
    let key = format!("page:{}", app.new_id());
    consents::keep(app, &about.shop, vec![(key, said)]).await.map_err(|e| AppError::Conflict(e.to_string()))?;
    // So that the page that answers shows it.
    ingest::apply_shop(app, about.shop.id).await.map(|_| ())
}
