//! What SendGrid tells over its event webhook: <https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/event>, signed as in
//! <https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/getting-started-event-webhook-security-features>.

use super::bounces;
use super::letter::KEY_NAME;
use crate::channels::http::{plain_word, recent};
use crate::channels::{Callback, Heard, Unheard};
use crate::domain::event::ChannelKind;
use crate::domain::receipt::{Fate, ReceiptSeen, Told};
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1, UnparsedPublicKey};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::Value;

const SIGNATURE: &str = "x-twilio-email-event-webhook-signature";
const TIMESTAMP: &str = "x-twilio-email-event-webhook-timestamp";
/// SendGrid repeats a call for a day, and its events have ids by which a repeat is known: no need to be strict, and nothing to gain from an older one.
const TOLERANCE: SignedDuration = SignedDuration::from_hours(25);
/// One call holds at most so many events; SendGrid collects them up to 768 KiB.
const EVENTS_MAX: usize = 10_000;
const EVENT_ID_MAX: usize = 100; // bytes, as documented
/// What stands before the point of a P-256 key in its SubjectPublicKeyInfo (RFC 5480).
const SPKI_HEAD: [u8; 26] = [
    0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01,
    0x07, 0x03, 0x42, 0x00,
];
const POINT_LEN: usize = 65;

/// The key by which a webhook's calls are believed.
#[derive(Debug, Clone)]
pub(super) struct PublicKey(Vec<u8>);

impl PublicKey {
    /// As SendGrid shows it: Base64 of its SubjectPublicKeyInfo.
    ///
    /// # Errors
    /// That it is none.
    pub fn read(text: &str) -> Result<Self, String> {
        let der = STANDARD.decode(text.split_whitespace().collect::<String>()).unwrap_or_default();
        match der.strip_prefix(SPKI_HEAD.as_slice()) {
            Some(point) if point.len() == POINT_LEN && point.first() == Some(&4) => Ok(Self(point.to_vec())),
            _ => Err("the verification key can't be read; copy it whole from SendGrid's event webhook settings".to_owned()),
        }
    }

    /// Over the stamp and then the body, byte for byte.
    fn signed(&self, stamp: &str, body: &[u8], signature: &str) -> bool {
        let Ok(signature) = STANDARD.decode(signature) else { return false };
        let key = UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, &self.0);
        key.verify(&[stamp.as_bytes(), body].concat(), &signature).is_ok()
    }
}

/// An event, as far as it is used: the address and the server's words, which may repeat it, are left out.
#[derive(Debug, Default, Deserialize)]
struct Event {
    #[serde(default)]
    event: String,
    #[serde(default)]
    sg_event_id: String,
    sg_message_id: Option<String>,
    timestamp: Option<i64>,
    /// `bounce` or `blocked`.
    #[serde(rename = "type")]
    kind: Option<String>,
    status: Option<String>,
    reason: Option<String>,
    bounce_classification: Option<String>,
}

/// Believes a call, and reads it.
///
/// # Errors
/// `Unheard`
pub(super) fn hear(key: &PublicKey, call: &Callback) -> Result<Heard, Unheard> {
    let (Some(signature), Some(stamp)) = (call.header(SIGNATURE), call.header(TIMESTAMP)) else {
        return Err(Unheard::NotOurs("the call is not signed; switch the event webhook's signature on".to_owned()));
    };
    if !key.signed(stamp, &call.body, signature) {
        return Err(Unheard::NotOurs("the call's signature is not that of the verification key".to_owned()));
    }
    recent(call, stamp, TOLERANCE)?;
    let unreadable = || Unheard::Unreadable("SendGrid's events can't be read".to_owned());
    let events: Vec<Value> = serde_json::from_slice(&call.body).map_err(|_| unreadable())?;
    if events.len() > EVENTS_MAX {
        return Err(unreadable());
    }
    // One event that has changed its form doesn't take the others with it.
    Ok(Heard { told: events.into_iter().filter_map(|event| told(event, call.at)).collect(), answer: None })
}

/// What it means; none for another program's mails, and for opens and clicks: ours are counted by our own links, and opens are not people.
fn told(event: Value, heard_at: Timestamp) -> Option<Told> {
    let key = event.get(KEY_NAME)?.as_str()?.to_owned();
    let event: Event = serde_json::from_value(event).ok()?;
    let fate = fate(&event)?;
    if event.sg_event_id.is_empty() || event.sg_event_id.len() > EVENT_ID_MAX {
        return None;
    }
    let reason = reason(&event, fate);
    Some(Told::Receipt(ReceiptSeen {
        channel: ChannelKind::Email,
        provider: super::SENDGRID.name.to_owned(),
        event_id: event.sg_event_id,
        key: Some(key),
        provider_id: event.sg_message_id.as_deref().map(message_id),
        fate,
        reason,
        at: event.timestamp.and_then(|seconds| Timestamp::from_second(seconds).ok()).unwrap_or(heard_at),
    }))
}

/// The id of the answer to the hand-over, after which SendGrid's servers each add a word of their own.
fn message_id(text: &str) -> String {
    let end = [".filter", ".recvd"].iter().filter_map(|word| text.find(word)).min();
    text.get(..end.unwrap_or(text.len())).unwrap_or(text).to_owned()
}

fn fate(event: &Event) -> Option<Fate> {
    match event.event.as_str() {
        // A deferral is tried again by SendGrid.
        "processed" | "deferred" => Some(Fate::Accepted),
        "delivered" => Some(Fate::Delivered),
        "bounce" => Some(bounced(event)),
        "dropped" => Some(dropped(event.reason.as_deref().unwrap_or_default())),
        "spamreport" => Some(Fate::Complained),
        "unsubscribe" | "group_unsubscribe" => Some(Fate::OptedOut),
        _ => None,
    }
}

fn bounced(event: &Event) -> Fate {
    let by_status = event.status.as_deref().and_then(bounces::by_status);
    if event.kind.as_deref() == Some("blocked") {
        // SendGrid doesn't put these on its list: the server refused us, or for now.
        return by_status.filter(|fate| *fate != Fate::HardBounce).unwrap_or(Fate::Blocked);
    }
    let classified = || match event.bounce_classification.as_deref()?.to_ascii_lowercase().as_str() {
        "invalid address" => Some(Fate::HardBounce),
        "content" | "reputation" | "frequency or volume too high" | "frequency/volume" => Some(Fate::Blocked),
        "technical" | "technical failure" | "mailbox unavailable" => Some(Fate::SoftBounce),
        _ => None,
    };
    by_status.or_else(classified).unwrap_or(Fate::HardBounce)
}

/// Why SendGrid didn't try, by the words that it documents.
fn dropped(reason: &str) -> Fate {
    let reason = reason.to_ascii_lowercase();
    let says = |words: &str| reason.starts_with(words);
    if says("bounced address") || says("unsubscribed address") || says("spam reporting address") {
        Fate::Suppressed
    } else if says("invalid") {
        Fate::HardBounce
    } else {
        Fate::Blocked
    }
}

fn reason(event: &Event, fate: Fate) -> Option<String> {
    if matches!(fate, Fate::Accepted | Fate::Delivered | Fate::OptedOut | Fate::Complained) {
        return None;
    }
    let class = if event.event == "dropped" { event.reason.as_deref() } else { event.bounce_classification.as_deref() };
    let status = event.status.as_deref().filter(|s| (1..=8).contains(&s.len()) && s.bytes().all(|b| b.is_ascii_digit() || b == b'.'));
    let words: Vec<&str> = [Some(event.event.as_str()), status, class.and_then(plain_word)].into_iter().flatten().collect();
    Some(words.join(" "))
}
