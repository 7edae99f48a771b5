//! What Telnyx tells us: how texts fared, and what people answer.
//!
//! Source: <https://developers.telnyx.com/docs/messaging/messages/receiving-webhooks>.

use super::signed::is_signed_ed25519;
use super::telnyx::{CodeOnly, Telnyx};
use super::telnyx_codes::class;
use crate::channels::class;
use crate::channels::http::recent;
use crate::channels::{Callback, Heard, Unheard};
use crate::domain::event::ChannelKind;
use crate::domain::receipt::{Fate, ReceiptSeen, ReplySeen, Told};
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;

/// Older calls may have been recorded and played again.
const TOLERANCE: SignedDuration = SignedDuration::from_secs(300);

#[derive(Deserialize)]
struct Call {
    data: Event,
}

#[derive(Deserialize)]
struct Event {
    event_type: String,
    occurred_at: Option<Timestamp>,
    payload: Payload,
}

#[derive(Deserialize)]
struct Payload {
    id: String,
    #[serde(default)]
    to: Vec<Party>,
    from: Option<Party>,
    text: Option<String>,
    #[serde(default)]
    errors: Vec<CodeOnly>,
}

#[derive(Deserialize)]
struct Party {
    #[serde(default)]
    phone_number: String,
    #[serde(default)]
    status: String,
}

impl Telnyx {
    /// What a call says, once it is sure that Telnyx makes it.
    pub(super) fn heard(&self, call: &Callback) -> Result<Heard, Unheard> {
        self.believe(call)?;
        let unreadable = || Unheard::Unreadable("the call is no event of Telnyx's".to_owned());
        let Call { data: event } = serde_json::from_slice(&call.body).map_err(|_| unreadable())?;
        let at = event.occurred_at.unwrap_or(call.at);
        let told = match event.event_type.as_str() {
            "message.sent" | "message.finalized" => Some(receipt(call, event.payload, at)),
            "message.received" => reply(event.payload, at),
            _ => None,
        };
        Ok(Heard { told: told.into_iter().collect(), answer: None })
    }

    fn believe(&self, call: &Callback) -> Result<(), Unheard> {
        let not_ours = |why: &str| Unheard::NotOurs(why.to_owned());
        let key = self.public_key().ok_or_else(|| not_ours("no public key is set, so that no call of Telnyx's can be believed"))?;
        let signed = call.header("telnyx-signature-ed25519").zip(call.header("telnyx-timestamp"));
        let (signature, stamp) = signed.ok_or_else(|| not_ours("the call isn't signed"))?;
        let text = [stamp.as_bytes(), b"|", &call.body].concat();
        if !is_signed_ed25519(key, &text, signature) {
            return Err(not_ours("the call isn't signed by the owner of the public key"));
        }
        recent(call, stamp, TOLERANCE).map(drop)
    }
}

fn receipt(call: &Callback, payload: Payload, at: Timestamp) -> Told {
    let status = payload.to.first().map_or("", |to| to.status.as_str());
    let code = payload.errors.iter().find_map(CodeOnly::number);
    Told::Receipt(ReceiptSeen {
        channel: ChannelKind::Sms,
        provider: "telnyx".to_owned(),
        event_id: format!("{}:{status}", payload.id),
        key: super::query_value(&call.url, "key"),
        provider_id: Some(payload.id.clone()),
        fate: fate(status, code),
        reason: code.map(|code| format!("{status}, error {code}")),
        at,
    })
}

/// None for what doesn't say from whom or to whom it is.
fn reply(payload: Payload, at: Timestamp) -> Option<Told> {
    let (from, to) = (payload.from?.phone_number, payload.to.into_iter().next()?.phone_number);
    Some(Told::Reply(ReplySeen {
        channel: ChannelKind::Sms,
        provider: "telnyx".to_owned(),
        event_id: payload.id,
        from,
        to,
        text: payload.text.unwrap_or_default(),
        at,
    }))
}

fn fate(status: &str, code: Option<u32>) -> Fate {
    match status {
        "delivered" => Fate::Delivered,
        "sending_failed" | "delivery_failed" | "expired" => class::failed(code.and_then(class)),
        // Queued, sent, or that the carrier doesn't confirm deliveries: nothing more is known.
        _ => Fate::Accepted,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_became_of_a_text_is_read_from_its_status_and_code() {
        let check = |status: &str, code: Option<u32>, expected: Fate| assert_eq!(fate(status, code), expected, "{status} {code:?}");
        check("delivered", None, Fate::Delivered);
        for status in ["queued", "sending", "sent", "delivery_unconfirmed", "tomorrow's"] {
            check(status, None, Fate::Accepted);
        }
        check("delivery_failed", None, Fate::SoftBounce);
        check("delivery_failed", Some(40008), Fate::SoftBounce);
        check("delivery_failed", Some(40001), Fate::HardBounce);
        check("delivery_failed", Some(40002), Fate::Blocked);
        check("sending_failed", Some(40300), Fate::OptedOut);
        check("sending_failed", Some(40016), Fate::Blocked);
        check("sending_failed", Some(1), Fate::SoftBounce);
    }
}
