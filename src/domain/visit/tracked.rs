//! An event of a visit as it is kept, and what it means.

use super::{Act, Teller};
use crate::domain::arrival::Arrival;
use crate::domain::bots::Clues;
use crate::domain::consent::Method;
use crate::domain::contact::Identity;
use crate::domain::event::{CartSeen, ChannelKind, ConsentSeen, ConsentState, ContactSeen, Event, Item, Person, Stage, Token};
use crate::domain::money::Money;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// What an event of a visit was, and who told of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// What.
    pub act: Act,
    /// Who.
    pub by: Teller,
}

/// An event of a visit, checked. Its JSON is what is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tracked {
    /// The sender's name of it.
    pub event_id: String,
    /// What.
    pub name: Act,
    /// When, never later than it came.
    pub at: Timestamp,
    /// The visit's, the cart's and the checkout's names, as far as it tells them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tokens: Vec<Token>,
    /// Who, as far as it tells.
    #[serde(default, skip_serializing_if = "is_nobody")]
    pub contact: Person,
    /// Which products.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub items: Vec<Item>,
    /// What they come to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<Money>,
    /// What the person said about being written to.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub consents: Vec<(ChannelKind, ConsentState)>,
    /// Where and how they said it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub consent_source: Option<String>,
    /// The words that they read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub consent_shown: Option<String>,
    /// How the visitor came to the page, where they didn't come from within the store.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub arrival: Option<Box<Arrival>>,
    /// Addresses that somebody typed on a page and wants to be asked about.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub claims: Vec<Claimed>,
}

/// An address that somebody typed on a page: nobody knows whose it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claimed {
    /// For which channel.
    pub channel: ChannelKind,
    /// Which.
    pub address: Identity,
}

fn is_nobody(person: &Person) -> bool {
    *person == Person::default()
}

impl Tracked {
    /// May it forbid a message: was something bought, or an agreement taken back?
    pub fn is_urgent(&self) -> bool {
        self.name == Act::Purchase || self.consents.iter().any(|(_, state)| *state != ConsentState::Subscribed)
    }

    /// What it means.
    pub fn meaning(&self, by: Teller) -> Vec<Event> {
        let mut events = Vec::new();
        if !self.tokens.is_empty() {
            events.push(Event::Cart(Box::new(self.seen(by))));
        } else if !self.contact.identities.is_empty() {
            events.push(Event::Contact(ContactSeen { seen_at: self.at, person: self.contact.clone(), consents: Vec::new() }));
        }
        if !self.contact.identities.is_empty() {
            events.extend(self.consents.iter().map(|(channel, state)| Event::Consent(self.consent(*channel, *state))));
        }
        events.extend(self.claims.iter().map(|claimed| Event::Consent(self.claim(claimed))));
        events
    }

    fn consent(&self, channel: ChannelKind, state: ConsentState) -> ConsentSeen {
        let how = self.consent_source.as_deref().unwrap_or("where was not said");
        ConsentSeen {
            identities: self.contact.identities.clone(),
            channel,
            state,
            at: self.at,
            source: format!("events API: {how}"),
            method: Method::Api,
            shown: self.consent_shown.clone(),
            proof: None,
        }
    }

    fn claim(&self, claimed: &Claimed) -> ConsentSeen {
        ConsentSeen {
            identities: vec![claimed.address.clone()],
            channel: claimed.channel,
            state: ConsentState::Pending,
            at: self.at,
            source: "a form on the store's pages".into(),
            method: Method::Claim,
            shown: self.consent_shown.clone(),
            proof: None,
        }
    }

    fn seen(&self, by: Teller) -> CartSeen {
        let stage = self.stage();
        let quantity = |i: &Item| if self.name == Act::RemoveFromCart { 0 } else { i.quantity };
        let kept = self.items.iter().map(|i| Item { quantity: quantity(i), ..i.clone() }).collect();
        CartSeen {
            stage,
            tokens: self.tokens.clone(),
            seen_at: self.at,
            started_at: self.at,
            completed_at: (self.name == Act::Purchase).then_some(self.at),
            // Of what was only passed by nothing is kept.
            items: if stage == Stage::Browse && self.name != Act::ViewItem { Vec::new() } else { kept },
            value: self.value,
            recovery_url: None,
            discount_codes: Vec::new(),
            person: self.contact.clone(),
            email_opt_in: None,
            sms_opt_in: None,
            source: None,
            not_by_shopper: false,
            arrival: self.arrival.clone(),
            clues: Clues::default(),
            told: Some(Told { act: self.name, by }),
        }
    }

    /// How far it says that they came. What tells of a cart or checkout without saying what is in it is a sign of life, and no more.
    fn stage(&self) -> Stage {
        match self.name {
            Act::AddToCart | Act::RemoveFromCart | Act::ViewCart => Stage::Cart,
            Act::BeginCheckout | Act::AddShippingInfo | Act::AddPaymentInfo if !self.items.is_empty() => Stage::Checkout,
            _ => Stage::Browse,
        }
    }
}
