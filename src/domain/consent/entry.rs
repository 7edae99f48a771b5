//! One row of the ledger: what was said, by whom it was told, and what proves it.

use super::{Consent, Method};
use crate::domain::event::{ChannelKind, ConsentSeen, ConsentState};
use crate::domain::ids::ContactId;
use jiff::Timestamp;
use uuid::Uuid;

/// What told of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// A delivery: a webhook, or what came in by the API, a reply, a page or a list and was kept as one.
    Delivery(Uuid),
    /// A shopper's own request, by a link in a message.
    Request(Uuid),
    /// What stood before the ledger was kept.
    Earlier(Uuid),
}

impl Cause {
    /// As stored.
    pub fn parts(self) -> (&'static str, Uuid) {
        match self {
            Self::Delivery(id) => ("delivery", id),
            Self::Request(id) => ("request", id),
            Self::Earlier(id) => ("earlier", id),
        }
    }

    /// From what [`Cause::parts`] gave.
    pub fn from_parts(kind: &str, id: Uuid) -> Option<Self> {
        match kind {
            "delivery" => Some(Self::Delivery(id)),
            "request" => Some(Self::Request(id)),
            "earlier" => Some(Self::Earlier(id)),
            _ => None,
        }
    }
}

/// A row of the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// What told of it.
    pub cause: Cause,
    /// Which of the words that the cause tells, from 0.
    pub place: i64,
    /// Whose.
    pub contact_id: ContactId,
    /// For which channel.
    pub channel: ChannelKind,
    /// What.
    pub state: ConsentState,
    /// By what act.
    pub method: Method,
    /// Where and how.
    pub source: String,
    /// When they said it.
    pub at: Timestamp,
    /// When we learned of it.
    pub learned_at: Timestamp,
    /// The words that they read, where they are known.
    pub shown: Option<String>,
    /// What proves it beside the cause.
    pub proof: Option<String>,
    /// The address that it is about, where it names one.
    pub address: Option<String>,
    /// Of an address that was erased.
    pub address_hash: Option<String>,
}

impl Entry {
    /// Of a word about a contact.
    pub fn new(contact_id: ContactId, (cause, place): (Cause, i64), seen: &ConsentSeen, learned_at: Timestamp) -> Self {
        Self {
            cause,
            place,
            contact_id,
            channel: seen.channel,
            state: seen.state,
            method: seen.method,
            source: seen.source.clone(),
            at: Consent::from(seen).at,
            learned_at,
            shown: seen.shown.clone(),
            proof: seen.proof.clone(),
            address: seen.address().map(|a| a.value().to_owned()),
            address_hash: None,
        }
    }
}
