//! Consents with their proof, and lists of addresses, as the API takes and gives them.

use super::{SuppressionBody, Viewer};
use crate::app::consents::Given;
use crate::app::track::Fate;
use crate::domain::consent::Entry;
use crate::domain::contact::{Email, Phone};
use crate::domain::event::ChannelKind;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// Consents to be taken in.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConsentsBody {
    /// At most 500.
    pub consents: Vec<ConsentGivenBody>,
}

/// What somebody said about being written to, and what proves it.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConsentGivenBody {
    /// Yours, at most 500 characters: a consent is taken once, however often it is sent. Without it one with `at` is taken once for saying the same.
    pub id: Option<String>,
    /// `email`, `sms` or `whatsapp`.
    pub channel: String,
    /// `subscribed`, `unsubscribed`, or `pending`: they are asked, by a message to the address, to confirm.
    pub state: String,
    /// An e-mail address.
    pub email: Option<String>,
    /// A phone number; a national one needs `country`.
    pub phone: Option<String>,
    /// Of a national number (ISO 3166-1 alpha-2).
    pub country: Option<String>,
    /// The platform's customer id.
    pub customer_id: Option<String>,
    /// When they said it (RFC 3339); without it, now.
    pub at: Option<String>,
    /// Where and how, such as `newsletter form`.
    pub source: Option<String>,
    /// `checkbox`, or `double_opt_in` where they confirmed it to you: then `shown` and `proof` are needed.
    pub method: Option<String>,
    /// The words that they read, whole, at most 2,000 characters.
    pub shown: Option<String>,
    /// What proves it, such as the page's address or the form's id, at most 500 characters.
    pub proof: Option<String>,
}

impl From<ConsentGivenBody> for Given {
    fn from(body: ConsentGivenBody) -> Self {
        let ConsentGivenBody { id, channel, state, email, phone, country, customer_id, at, source, method, shown, proof } = body;
        Self { id, channel, state, email, phone, country, customer_id, at, source, method, shown, proof }
    }
}

/// What became of each of a list, in its order.
#[derive(Debug, Serialize, ToSchema)]
pub struct TakenShape {
    /// How many are kept now.
    accepted: usize,
    /// How many were there before: nothing changed.
    duplicates: usize,
    /// How many can't be taken.
    refused: usize,
    /// Each.
    results: Vec<TakenResultShape>,
}

/// What became of one.
#[derive(Debug, Serialize, ToSchema)]
pub struct TakenResultShape {
    /// `accepted`, `duplicate` or `refused`.
    status: &'static str,
    /// Why it was refused, and what to do.
    reason: Option<String>,
}

impl From<Vec<Fate>> for TakenShape {
    fn from(fates: Vec<Fate>) -> Self {
        let result = |fate| match fate {
            Fate::Accepted => TakenResultShape { status: "accepted", reason: None },
            Fate::Duplicate => TakenResultShape { status: "duplicate", reason: None },
            Fate::Refused(why) => TakenResultShape { status: "refused", reason: Some(why) },
        };
        let results: Vec<TakenResultShape> = fates.into_iter().map(result).collect();
        let count = |status| results.iter().filter(|r| r.status == status).count();
        Self { accepted: count("accepted"), duplicates: count("duplicate"), refused: count("refused"), results }
    }
}

/// Addresses to be forbidden.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SuppressionsBody {
    /// At most 1,000.
    pub suppressions: Vec<SuppressionBody>,
}

/// A row of the ledger of consents: one word that somebody said, and what proves it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ConsentEntry)]
pub struct ConsentEntryShape {
    /// `email`, `sms` or `whatsapp`.
    pub channel: &'static str,
    /// `subscribed`, `unsubscribed` or `pending`.
    pub state: &'static str,
    /// By what act: `platform`, `checkbox`, `double_opt_in`, `reply`, `page`, `api`, `import`, or `claim` (typed on a page; stands for nothing until confirmed).
    pub method: &'static str,
    /// Where and how.
    pub source: String,
    /// When they said it.
    pub at: Timestamp,
    /// When we learned of it.
    pub learned_at: Timestamp,
    /// The words that they read, where they are known.
    pub shown: Option<String>,
    /// What proves it.
    pub proof: Option<String>,
    /// The address that it is about; masked with the scope `read`.
    pub address: Option<String>,
    /// `delivery` or `request`, or `earlier` for what stood before the ledger was kept.
    pub told_by: &'static str,
    /// The id of what told of it.
    pub told_by_id: Uuid,
}

impl ConsentEntryShape {
    /// Of a row, as far as the viewer may see it. Words and proofs may hold an address: they are left out with it.
    pub fn of(viewer: Viewer, entry: Entry) -> Self {
        let (told_by, told_by_id) = entry.cause.parts();
        let masked = |address: String| match entry.channel {
            ChannelKind::Email => address.parse::<Email>().map(|e| e.masked()).unwrap_or_default(),
            ChannelKind::Sms | ChannelKind::WhatsApp => address.parse::<Phone>().map(|p| p.masked()).unwrap_or_default(),
        };
        let sees = viewer.sees_people;
        Self {
            channel: entry.channel.as_str(),
            state: entry.state.as_str(),
            method: entry.method.as_str(),
            source: entry.source,
            at: entry.at,
            learned_at: entry.learned_at,
            shown: entry.shown.filter(|_| sees),
            proof: entry.proof.filter(|_| sees),
            address: entry.address.map(|a| if sees { a } else { masked(a) }),
            told_by,
            told_by_id,
        }
    }
}

/// Everything that a shopper said about being written to.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ConsentLedger)]
pub struct ConsentLedgerShape {
    /// The newest first, at most 1,000.
    pub items: Vec<ConsentEntryShape>,
}
