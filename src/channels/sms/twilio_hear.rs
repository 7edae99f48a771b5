//! What Twilio tells us: how texts fared, and what people answer.
//!
//! Source: <https://www.twilio.com/docs/usage/webhooks/webhooks-security>, <https://www.twilio.com/docs/messaging/guides/track-outbound-message-status>.

use super::signed::{Hash, is_hmac_base64};
use super::twilio::Twilio;
use super::twilio_codes::class;
use crate::channels::class;
use crate::channels::http::same;
use crate::channels::{Callback, Heard, Unheard};
use crate::domain::event::ChannelKind;
use crate::domain::receipt::{Fate, ReceiptSeen, ReplySeen, Told};
use sha2::{Digest as _, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use url::form_urlencoded;

const SIGNATURE: &str = "x-twilio-signature";
/// Of a body that is no form, in the address.
const BODY_DIGEST: &str = "bodySHA256";

type Form = Vec<(String, String)>;

impl Twilio {
    /// What a call says, once it is sure that Twilio makes it.
    pub(super) fn heard(&self, call: &Callback) -> Result<Heard, Unheard> {
        let not_ours = |why: &str| Unheard::NotOurs(why.to_owned());
        let signature = call.header(SIGNATURE).ok_or_else(|| not_ours("the call has no X-Twilio-Signature"))?;
        let form = signed_form(call).ok_or_else(|| not_ours("the call's body isn't the one that its address was made for"))?;
        if !self.tokens().any(|token| is_signed(token, &call.url, &form, signature)) {
            return Err(not_ours("the call isn't signed with this account's auth token, or was meant for another address"));
        }
        let form = if form.is_empty() { json_form(&call.body) } else { form };
        said(call, &form)
    }
}

/// The form that is part of what is signed: empty for a body of another type, whose digest is in the address. None where they don't agree.
fn signed_form(call: &Callback) -> Option<Form> {
    match super::query_value(&call.url, BODY_DIGEST) {
        None => Some(form_urlencoded::parse(&call.body).into_owned().collect()),
        Some(digest) => {
            let told = hex::decode(digest).ok()?;
            same(&told, &Sha256::digest(&call.body)).then(Form::new)
        }
    }
}

/// Twilio isn't of one mind about the port in an address: with and without it are both good.
fn is_signed(token: &str, url: &str, form: &Form, signature: &str) -> bool {
    let form = joined(form);
    let fits = |url: &str| is_hmac_base64(Hash::Sha1, token.as_bytes(), format!("{url}{form}").as_bytes(), signature);
    // All are tried, so that it takes as long whichever is right.
    spellings(url).iter().fold(false, |found, url| fits(url) | found)
}

/// Names in the order of their bytes, each with its values, sorted and without repeats.
fn joined(form: &Form) -> String {
    let mut sorted: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (name, value) in form {
        sorted.entry(name).or_default().insert(value);
    }
    sorted.iter().flat_map(|(name, values)| values.iter().flat_map(move |value| [*name, *value])).collect()
}

/// An address as it is, without its port, and with the usual one.
fn spellings(url: &str) -> Vec<String> {
    let mut all = vec![url.to_owned()];
    let Some((scheme, rest)) = url.split_once("://") else { return all };
    let (authority, path) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    let host = match authority.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|b| b.is_ascii_digit()) => host,
        _ => authority,
    };
    let usual = if scheme == "http" { 80 } else { 443 };
    all.push(format!("{scheme}://{host}{path}"));
    all.push(format!("{scheme}://{host}:{usual}{path}"));
    all
}

/// The fields of a JSON body, as a form has them.
fn json_form(body: &[u8]) -> Form {
    let fields: BTreeMap<String, serde_json::Value> = serde_json::from_slice(body).unwrap_or_default();
    let text = |value: serde_json::Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    fields.into_iter().map(|(name, value)| (name, text(value))).collect()
}

fn said(call: &Callback, form: &Form) -> Result<Heard, Unheard> {
    let get = |name: &str| form.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str()).filter(|value| !value.is_empty());
    let sid = get("MessageSid").or_else(|| get("SmsSid")).ok_or_else(|| Unheard::Unreadable("the call names no message".to_owned()))?;
    if let Some(status) = get("MessageStatus") {
        let code = get("ErrorCode").and_then(|code| code.parse().ok());
        let receipt = ReceiptSeen {
            channel: ChannelKind::Sms,
            provider: "twilio".to_owned(),
            event_id: format!("{sid}:{status}"),
            key: super::query_value(&call.url, "key"),
            provider_id: Some(sid.to_owned()),
            fate: fate(status, code),
            reason: code.map(|code| format!("{status}, error {code}")),
            at: call.at,
        };
        return Ok(Heard { told: vec![Told::Receipt(receipt)], answer: None });
    }
    let (Some(from), Some(to)) = (get("From"), get("To")) else {
        return Err(Unheard::Unreadable("the call is neither a status nor a text from somebody".to_owned()));
    };
    // Twilio may keep to words of its own for opting out and in: then it says what it took the text for.
    let text = get("OptOutType").or_else(|| get("Body")).unwrap_or_default();
    let reply = ReplySeen {
        channel: ChannelKind::Sms,
        provider: "twilio".to_owned(),
        event_id: sid.to_owned(),
        from: from.to_owned(),
        to: to.to_owned(),
        text: text.to_owned(),
        at: call.at,
    };
    // Whatever else we answered would be sent to the writer as a text.
    let answer = Some(String::new());
    // Other kinds of message have a prefix (`whatsapp:`), and are none of this channel's.
    let is_text = !from.contains(':');
    Ok(Heard { told: is_text.then_some(Told::Reply(reply)).into_iter().collect(), answer })
}

fn fate(status: &str, code: Option<u32>) -> Fate {
    match status {
        "delivered" | "read" => Fate::Delivered,
        "undelivered" | "failed" => class::failed(code.and_then(class)),
        "canceled" => Fate::Blocked,
        // Queued, sent, or a status that comes up tomorrow: Twilio has it.
        _ => Fate::Accepted,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_tried_with_and_without_its_port() {
        let check = |url: &str, expected: [&str; 3]| assert_eq!(spellings(url), expected, "{url}");
        check("https://a.example/x?y=1", ["https://a.example/x?y=1", "https://a.example/x?y=1", "https://a.example:443/x?y=1"]);
        check("http://a.example:8080/x", ["http://a.example:8080/x", "http://a.example/x", "http://a.example:80/x"]);
        check("https://u:p@a.example?x", ["https://u:p@a.example?x", "https://u:p@a.example?x", "https://u:p@a.example:443?x"]);
        check("https://[2001:db8::1]:444/", ["https://[2001:db8::1]:444/", "https://[2001:db8::1]/", "https://[2001:db8::1]:443/"]);
        assert_eq!(spellings("nothing"), ["nothing"]);
    }

    #[test]
    fn what_became_of_a_text_is_read_from_its_status_and_code() {
        let check = |status: &str, code: Option<u32>, expected: Fate| assert_eq!(fate(status, code), expected, "{status} {code:?}");
        for status in ["accepted", "scheduled", "queued", "sending", "sent", "partially_delivered", "tomorrow's"] {
            check(status, None, Fate::Accepted);
        }
        check("delivered", None, Fate::Delivered);
        check("read", None, Fate::Delivered);
        check("canceled", None, Fate::Blocked);
        check("undelivered", None, Fate::SoftBounce);
        check("undelivered", Some(1), Fate::SoftBounce);
        check("undelivered", Some(30003), Fate::SoftBounce);
        check("undelivered", Some(30005), Fate::HardBounce);
        check("undelivered", Some(30007), Fate::Blocked);
        check("failed", Some(21610), Fate::OptedOut);
        check("failed", Some(30034), Fate::Blocked);
        check("failed", Some(30001), Fate::Blocked);
        check("failed", Some(30027), Fate::Blocked);
    }
}
