//! Confirming an address by the link in the mail that asked for it. Opening the link shows the question and changes nothing: scanners open links, too.

use super::take;
use crate::app::{App, AppError, ingest};
use crate::db;
use crate::db::shops::Shop;
use crate::domain::consent::{Method, Request, RequestState};
use crate::domain::contact::{Email, Identity, Phone};
use crate::domain::event::{ChannelKind, ConsentSeen, ConsentState};
use crate::domain::link::{LinkError, Purpose};

/// A request, as its link finds it.
#[derive(Debug, Clone)]
pub struct Asked {
    /// Whose store.
    pub shop: Shop,
    /// The request.
    pub request: Request,
    /// It can still be answered.
    pub open: bool,
}

/// Why a link doesn't work.
#[derive(Debug, thiserror::Error)]
pub enum ConfirmError {
    /// Not ours, altered, or too old.
    #[error(transparent)]
    Link(#[from] LinkError),
    /// The database's fault.
    #[error(transparent)]
    App(#[from] AppError),
}

impl From<db::DbError> for ConfirmError {
    fn from(error: db::DbError) -> Self {
        Self::App(error.into())
    }
}

impl Asked {
    /// They said yes.
    pub fn is_confirmed(&self) -> bool {
        self.request.state == RequestState::Confirmed
    }

    /// The address, masked.
    pub fn masked(&self) -> String {
        match identity(&self.request) {
            Some(Identity::Email(email)) => email.masked(),
            Some(Identity::Phone(phone)) => phone.masked(),
            _ => String::new(),
        }
    }
}

/// What a link asks.
///
/// # Errors
/// `Link`, `App`.
pub async fn asked(app: &App, token: &str) -> Result<Asked, ConfirmError> {
    let now = app.now();
    let link = app.keys.links.read(token, Purpose::Confirm, now)?;
    // Forgotten with its person.
    let request = db::consent_requests::get(&app.db, link.shop_id, link.nudge_id.0).await?.ok_or(LinkError::Expired)?;
    let shop = db::shops::get(&app.db, link.shop_id).await?.filter(|s| s.status != "removed").ok_or(LinkError::Forged)?;
    Ok(Asked { open: request.is_open(now), shop, request })
}

/// Takes the answer: yes. One that came before, or too late, changes nothing.
///
/// # Errors
/// `Link`, `App`.
pub async fn answer(app: &App, token: &str) -> Result<Asked, ConfirmError> {
    let found = asked(app, token).await?;
    let Some(identity) = identity(&found.request).filter(|_| found.open) else { return Ok(found) };
    let seen = ConsentSeen {
        identities: vec![identity],
        channel: found.request.channel,
        state: ConsentState::Subscribed,
        at: app.now(),
        source: "confirmed by the link that was sent to the address".into(),
        method: Method::DoubleOptIn,
        shown: Some(found.request.shown.clone()),
        proof: Some(format!("request {}", found.request.id)),
    };
    let key = format!("confirmed:{}", found.request.id);
    take::keep(app, &found.shop, vec![(key, seen)]).await.map_err(|e| AppError::Conflict(e.to_string()))?;
    ingest::apply_shop(app, found.shop.id).await?;
    asked(app, token).await
}

fn identity(request: &Request) -> Option<Identity> {
    match request.channel {
        ChannelKind::Email => request.address.parse::<Email>().ok().map(Identity::Email),
        ChannelKind::Sms | ChannelKind::WhatsApp => request.address.parse::<Phone>().ok().map(Identity::Phone),
    }
}
