//! What Mailgun tells over its webhooks: <https://documentation.mailgun.com/docs/mailgun/user-manual/webhooks/webhooks>. The signature covers a token alone,
//! not what is told: whoever has seen one call could tell another tale with it, so that a token is the word's id, and believed once.

use super::bounces;
use super::letter::KEY_NAME;
use crate::channels::http::{hmac_sha256, plain_word, recent, same};
use crate::channels::{Callback, Heard, Unheard};
use crate::domain::event::ChannelKind;
use crate::domain::receipt::{Fate, ReceiptSeen, Told};
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::{Map, Value};

/// Mailgun repeats a call for eight hours.
const TOLERANCE: SignedDuration = SignedDuration::from_hours(9);
const TOKEN_MAX: usize = 100; // bytes; Mailgun's have 50

#[derive(Debug, Deserialize)]
struct Signature {
    timestamp: String,
    token: String,
    signature: String,
}

/// An event, as far as it is used: addresses and servers' words are left out.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Event {
    #[serde(default)]
    event: String,
    timestamp: Option<f64>,
    /// `temporary` or `permanent`.
    severity: Option<String>,
    reason: Option<String>,
    #[serde(default)]
    delivery_status: Status,
    #[serde(default)]
    message: Value,
    #[serde(default)]
    user_variables: Map<String, Value>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Status {
    code: Option<i64>,
    #[serde(default)]
    enhanced_code: Value,
    bounce_type: Option<String>,
    #[serde(default)]
    message: Value,
}

impl Status {
    /// The enhanced status, by itself or at the beginning of the server's words.
    fn fate(&self) -> Option<Fate> {
        let by = |value: &Value| value.as_str().and_then(bounces::by_status);
        by(&self.enhanced_code).or_else(|| by(&self.message))
    }
}

/// Believes a call, and reads it.
///
/// # Errors
/// `Unheard`
pub(super) fn hear(key: &str, call: &Callback) -> Result<Heard, Unheard> {
    let said: Value = serde_json::from_slice(&call.body).map_err(|_| Unheard::NotOurs("the call is not signed".to_owned()))?;
    let signature = said.get("signature").and_then(|s| Signature::deserialize(s).ok());
    let signature = signature.ok_or_else(|| Unheard::NotOurs("the call is not signed".to_owned()))?;
    let expected = hmac_sha256(key.as_bytes(), &[signature.timestamp.as_bytes(), signature.token.as_bytes()]);
    if !hex::decode(&signature.signature).is_ok_and(|given| same(&given, &expected)) {
        return Err(Unheard::NotOurs("the call's signature is not that of the webhook signing key".to_owned()));
    }
    recent(call, &signature.timestamp, TOLERANCE)?;
    if signature.token.is_empty() || signature.token.len() > TOKEN_MAX {
        return Err(Unheard::Unreadable("the call's token can't be read".to_owned()));
    }
    let event = said.get("event-data").and_then(|event| Event::deserialize(event).ok());
    let event = event.ok_or_else(|| Unheard::Unreadable("Mailgun's event can't be read".to_owned()))?;
    Ok(Heard { told: told(&event, signature.token, call.at).into_iter().collect(), answer: None })
}

/// What it means; none for another program's mails, and for opens and clicks: ours are counted by our own links, and opens are not people.
fn told(event: &Event, token: String, heard_at: Timestamp) -> Option<Told> {
    let key = event.user_variables.get(KEY_NAME)?.as_str()?.to_owned();
    let fate = fate(event)?;
    let message_id = event.message.get("headers").and_then(|h| h.get("message-id")).and_then(Value::as_str);
    Some(Told::Receipt(ReceiptSeen {
        channel: ChannelKind::Email,
        provider: super::MAILGUN.name.to_owned(),
        event_id: token,
        key: Some(key),
        provider_id: message_id.map(|id| id.trim_matches(['<', '>']).to_owned()),
        fate,
        reason: reason(event, fate),
        at: event.timestamp.and_then(instant).unwrap_or(heard_at),
    }))
}

fn fate(event: &Event) -> Option<Fate> {
    match event.event.as_str() {
        "accepted" => Some(Fate::Accepted),
        "delivered" => Some(Fate::Delivered),
        // Mailgun tries again by itself.
        "failed" if event.severity.as_deref() == Some("temporary") => Some(Fate::Accepted),
        "failed" => Some(failed(event)),
        "rejected" => Some(Fate::Blocked),
        "complained" => Some(Fate::Complained),
        "unsubscribed" => Some(Fate::OptedOut),
        _ => None,
    }
}

fn failed(event: &Event) -> Fate {
    let reason = event.reason.as_deref().unwrap_or_default();
    if reason.starts_with("suppress-") {
        return Fate::Suppressed;
    }
    // It was tried for as long as Mailgun tries, and every answer said "later".
    if reason == "old" {
        return Fate::SoftBounce;
    }
    if reason == "espblock" {
        return Fate::Blocked;
    }
    let typed = || match event.delivery_status.bounce_type.as_deref()? {
        "hard" => Some(Fate::HardBounce),
        "soft" => Some(Fate::SoftBounce),
        _ => None,
    };
    // `bounce` is what Mailgun puts on its list; anything else may be a server that was down.
    event.delivery_status.fate().or_else(typed).unwrap_or(if reason == "bounce" { Fate::HardBounce } else { Fate::SoftBounce })
}

fn reason(event: &Event, fate: Fate) -> Option<String> {
    if matches!(fate, Fate::Accepted | Fate::Delivered | Fate::OptedOut | Fate::Complained) {
        return None;
    }
    let code = event.delivery_status.code.map(|code| code.to_string());
    let words = [plain_word(&event.event), code.as_deref(), event.reason.as_deref().and_then(plain_word)];
    Some(words.into_iter().flatten().collect::<Vec<_>>().join(" "))
}

/// Seconds with a fraction.
pub(super) fn instant(seconds: f64) -> Option<Timestamp> {
    let whole = (seconds * 1000.0).round();
    // What lies beyond is no time of a mail, and within it every millisecond is exact.
    #[allow(clippy::cast_possible_truncation)]
    let ms = (0.0..=1e14).contains(&whole).then_some(whole as i64)?;
    Timestamp::from_millisecond(ms).ok().filter(|at| at.as_millisecond() > 0)
}
