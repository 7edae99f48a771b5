//! Asking somebody to confirm their address (double opt-in): whom, once, in which words.

use super::words;
use crate::app::service::{self, New, Purpose as ServicePurpose};
use crate::app::{App, AppError, policies};
use crate::db::shops::Shop;
use crate::db::{self, Tx};
use crate::domain::consent::{Consent, Method, OPEN_FOR, Request, RequestState, Wish, request_id};
use crate::domain::contact::{ContactFacts, Identity};
use crate::domain::event::{ChannelKind, ConsentSeen};
use crate::domain::ids::{ContactId, NudgeId};
use crate::domain::link::{Link, Purpose};
use crate::domain::policy::{Policy, country_of};
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

/// Requests of one store in an hour that its pages may bring about: whoever runs a script may type anybody's number, and each text costs money.
const BY_PAGES_MAX: i64 = 60;
/// In which those are counted.
const BY_PAGES_WITHIN: SignedDuration = SignedDuration::from_hours(1);

/// What a batch of questions has in common.
pub struct Asking<'a> {
    app: &'a App,
    shop: &'a Shop,
    policy: Policy,
    now: Timestamp,
}

/// About whom it is.
pub struct About<'a> {
    /// Whose.
    pub contact: ContactId,
    /// What is known of them.
    pub facts: Option<&'a ContactFacts>,
    /// The country of their address, where one is known.
    pub country: Option<&'a str>,
    /// What stands on the channel.
    pub standing: Option<&'a Consent>,
    /// Requests that may be open.
    pub requests: &'a [Request],
    /// The delivery that told the word, and its place there.
    pub cause: (Uuid, i64),
}

impl<'a> Asking<'a> {
    /// As of now, under the policy in force.
    ///
    /// # Errors
    /// `Db`.
    pub async fn begin(app: &'a App, tx: &mut Tx, shop: &'a Shop, now: Timestamp) -> Result<Self, AppError> {
        Ok(Self { app, shop, policy: policies::in_force(tx, shop.id).await?, now })
    }

    /// Asks, if the word is one to be confirmed. A canary's twin asks nobody.
    ///
    /// # Errors
    /// `Db`, `Keys`.
    pub async fn consider(&self, tx: &mut Tx, seen: &ConsentSeen, about: &About<'_>) -> Result<(), AppError> {
        // WhatsApp lets nobody be asked but by a template that Meta has approved.
        let can_ask = self.shop.canary_of.is_none() && seen.channel != ChannelKind::WhatsApp;
        let Some(address) = seen.address().filter(|_| can_ask) else { return Ok(()) };
        let phone = if let Identity::Phone(phone) = address { Some(phone) } else { None };
        let country = country_of(seen.channel, about.country, phone);
        let of_address = |r: &&Request| r.state == RequestState::Open && r.channel == seen.channel && r.address == address.value();
        let wish = Wish {
            standing: about.standing,
            demanded: self.policy.demands_confirmation(seen.channel, country.as_deref()),
            suppressed: false,
            pages_may_ask: self.policy.pages_may_ask,
            open_until: about.requests.iter().filter(of_address).map(|r| r.expires_at).max(),
        };
        if !wish.asks(seen, self.now) || self.is_too_much(tx, seen).await? {
            return Ok(());
        }
        let suppressed = db::messages::suppressed(tx, self.shop.id, &[address.value()]).await?;
        if suppressed.iter().any(|(channel, ..)| channel == seen.channel.as_str()) || self.policy.test_keeps_from(address.value()) {
            return Ok(());
        }
        self.ask(tx, (seen.channel, address), about).await
    }

    async fn is_too_much(&self, tx: &mut Tx, seen: &ConsentSeen) -> Result<bool, AppError> {
        if seen.method != Method::Claim {
            return Ok(false);
        }
        Ok(db::consent_requests::count_since(tx, self.shop.id, self.now - BY_PAGES_WITHIN).await? >= BY_PAGES_MAX)
    }

    async fn ask(&self, tx: &mut Tx, (channel, address): (ChannelKind, &Identity), about: &About<'_>) -> Result<(), AppError> {
        let id = request_id(about.cause.0, about.cause.1);
        let language = about.facts.and_then(|f| f.locale.as_ref()).map_or("", |l| l.value.as_str());
        let said = words::of(language);
        let shown = if channel == ChannelKind::Email { said.mail(&self.shop.name) } else { said.text(&self.shop.name) };
        let request = Request {
            id,
            contact_id: about.contact,
            channel,
            address: address.value().to_owned(),
            asked_at: self.now,
            expires_at: self.now + OPEN_FOR,
            state: RequestState::Open,
            shown: shown.clone(),
        };
        if !db::consent_requests::add(tx, self.shop.id, &request).await? {
            return Ok(());
        }
        let (subject, text, html) = match channel {
            ChannelKind::Email => {
                let url = self.url(&request)?;
                (said.subject(&self.shop.name), said.mail_text(&shown, &url), said.mail_html(&shown, &url))
            }
            ChannelKind::Sms | ChannelKind::WhatsApp => (String::new(), shown, String::new()),
        };
        let dedupe = id.to_string();
        let new = New {
            channel,
            to: &request.address,
            purpose: ServicePurpose::OptIn,
            dedupe: &dedupe,
            subject: &subject,
            html: &html,
            text: &text,
            send_by: request.expires_at,
        };
        service::queue(self.app, tx, self.shop.id, &new).await?;
        Ok(())
    }

    fn url(&self, request: &Request) -> Result<String, AppError> {
        // What a link is about is its second number, whatever its purpose.
        let link = Link { shop_id: self.shop.id, nudge_id: NudgeId(request.id), purpose: Purpose::Confirm, expires_at: request.expires_at };
        let token = self.app.keys.links.sign(&link).map_err(|_| super::super::keys::KeyError::Signing)?;
        Ok(format!("{}/c/{token}", self.app.config.public_url))
    }
}
