//! What Postmark tells over its webhooks: <https://postmarkapp.com/developer/webhooks/webhooks-overview>. They are not signed: the caller shows a password.

use super::bounces;
use super::letter::KEY_NAME;
use crate::channels::http::same;
use crate::channels::{Callback, Heard, Unheard};
use crate::domain::event::ChannelKind;
use crate::domain::receipt::{Fate, ReceiptSeen, Told};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};

/// Its ids are UUIDs.
const MESSAGE_ID_MAX: usize = 64; // bytes

/// A record, as far as it is used: addresses and servers' words are left out.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Record {
    #[serde(default)]
    record_type: String,
    #[serde(rename = "MessageID")]
    message_id: String,
    #[serde(rename = "ID")]
    id: Option<u64>,
    #[serde(rename = "Type")]
    kind: Option<String>,
    #[serde(default)]
    details: String,
    delivered_at: Option<String>,
    bounced_at: Option<String>,
    changed_at: Option<String>,
    suppress_sending: Option<bool>,
    suppression_reason: Option<String>,
    #[serde(default)]
    metadata: Map<String, Value>,
}

/// Believes a call, and reads it.
///
/// # Errors
/// `Unheard`
pub(super) fn hear(password: &str, call: &Callback) -> Result<Heard, Unheard> {
    if !shown(call).is_some_and(|given| same(&Sha256::digest(given), &Sha256::digest(password))) {
        return Err(Unheard::NotOurs("the call doesn't show the webhook's password".to_owned()));
    }
    let record: Record =
        serde_json::from_slice(&call.body).map_err(|_| Unheard::Unreadable("Postmark's record can't be read".to_owned()))?;
    Ok(Heard { told: told(&record, call.at).into_iter().collect(), answer: None })
}

/// The password of its basic authentication.
fn shown(call: &Callback) -> Option<Vec<u8>> {
    let (scheme, given) = call.header("authorization")?.split_once(' ')?;
    let given = STANDARD.decode(given.trim()).ok().filter(|_| scheme.eq_ignore_ascii_case("basic"))?;
    let colon = given.iter().position(|b| *b == b':')?;
    given.get(colon + 1..).map(<[u8]>::to_vec)
}

/// What it means; none for another program's mails, and for opens and clicks: ours are counted by our own links, and opens are not people.
fn told(record: &Record, heard_at: Timestamp) -> Option<Told> {
    let key = record.metadata.get(KEY_NAME)?.as_str()?.to_owned();
    let (fate, at, word) = match record.record_type.as_str() {
        "Delivery" => (Fate::Delivered, &record.delivered_at, "delivered"),
        "Bounce" => (bounced(record)?, &record.bounced_at, "bounce"),
        "SpamComplaint" => (Fate::Complained, &record.bounced_at, "complaint"),
        "SubscriptionChange" => (changed(record)?, &record.changed_at, "change"),
        _ => return None,
    };
    if record.message_id.is_empty() || record.message_id.len() > MESSAGE_ID_MAX {
        return None;
    }
    let at = at.as_deref().and_then(|at| at.parse().ok());
    // A bounce has an id; of the others there is one of each for a message, but for changes, which each have their time.
    let which = record.id.map(|id| id.to_string()).or_else(|| at.map(|at: Timestamp| at.as_millisecond().to_string())).unwrap_or_default();
    Some(Told::Receipt(ReceiptSeen {
        channel: ChannelKind::Email,
        provider: super::POSTMARK.name.to_owned(),
        event_id: format!("{}:{word}:{which}", record.message_id),
        key: Some(key),
        provider_id: Some(record.message_id.clone()),
        fate,
        reason: reason(record, fate),
        at: at.unwrap_or(heard_at),
    }))
}

/// By its types: <https://postmarkapp.com/developer/api/bounce-api#bounce-types>. None for what is no bounce: somebody's holiday notice.
fn bounced(record: &Record) -> Option<Fate> {
    let by_status = || bounces::by_status(&record.details);
    Some(match record.kind.as_deref()? {
        // Postmark gives these up for good; a full mailbox and our own reputation are still no fault of the address.
        "HardBounce" => by_status().filter(|fate| *fate == Fate::Blocked).unwrap_or(Fate::HardBounce),
        "BadEmailAddress" => Fate::HardBounce,
        "SpamNotification" | "SpamComplaint" => Fate::Complained,
        "Unsubscribe" => Fate::OptedOut,
        "ManuallyDeactivated" => Fate::Suppressed,
        "Blocked" | "DMARCPolicy" | "VirusNotification" | "TemplateRenderingFailed" | "SMTPApiError" | "Unconfirmed" => Fate::Blocked,
        // Postmark tries these again by itself.
        "Transient" => Fate::Accepted,
        "SoftBounce" | "DnsError" | "Unknown" | "ChallengeVerification" => by_status().unwrap_or(Fate::SoftBounce),
        _ => return None,
    })
}

/// An address was taken off the stream, by whatever; put on it again is nothing of a message.
fn changed(record: &Record) -> Option<Fate> {
    if record.suppress_sending != Some(true) {
        return None;
    }
    match record.suppression_reason.as_deref()? {
        "HardBounce" => Some(Fate::HardBounce),
        "SpamComplaint" => Some(Fate::Complained),
        "ManualSuppression" => Some(Fate::OptedOut),
        _ => None,
    }
}

fn reason(record: &Record, fate: Fate) -> Option<String> {
    let kind = record.kind.as_deref().filter(|kind| kind.bytes().all(|b| b.is_ascii_alphanumeric()))?;
    (fate != Fate::Delivered).then(|| kind.to_owned())
}
