//! What Vonage tells us: how texts fared, and what people answer.
//!
//! Source: <https://developer.vonage.com/en/getting-started/concepts/signing-messages>, <https://developer.vonage.com/en/messaging/sms/guides/inbound-sms>.

use super::signed::{Hash, hmac};
use super::vonage::Vonage;
use super::vonage_codes::of_delivery;
use super::with_plus;
use crate::channels::class;
use crate::channels::http::same;
use crate::channels::{Callback, Heard, Unheard};
use crate::domain::event::ChannelKind;
use crate::domain::receipt::{Fate, ReceiptSeen, ReplySeen, Told};
use jiff::Timestamp;
use std::collections::BTreeMap;
use url::form_urlencoded;

const SIGNATURE: &str = "sig";

/// In the order of their names, as they are signed.
type Fields = BTreeMap<String, String>;

impl Vonage {
    /// What a call says, once it is sure that Vonage makes it.
    pub(super) fn heard(&self, call: &Callback) -> Result<Heard, Unheard> {
        let not_ours = |why: &str| Unheard::NotOurs(why.to_owned());
        let secret = self.signature_secret();
        let secret = secret.ok_or_else(|| not_ours("no signature secret is set, so that no call of Vonage's can be believed"))?;
        let fields = fields(call);
        let signature =
            fields.get(SIGNATURE).ok_or_else(|| not_ours("the call isn't signed; have signed webhooks switched on at Vonage"))?;
        is_signed(secret, &fields, signature)?;
        said(call, &fields)
    }
}

/// However it was sent: in the address, as a form, or as JSON.
fn fields(call: &Callback) -> Fields {
    let pairs = |text: &[u8]| form_urlencoded::parse(text).into_owned().collect::<Fields>();
    if call.method == "GET" {
        let query = call.url.split_once('?').map_or("", |(_, query)| query);
        return pairs(query.split('#').next().unwrap_or_default().as_bytes());
    }
    match serde_json::from_slice::<BTreeMap<String, serde_json::Value>>(&call.body) {
        Ok(fields) => {
            let text = |value: serde_json::Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            fields.into_iter().map(|(name, value)| (name, text(value))).collect()
        }
        Err(_) => pairs(&call.body),
    }
}

/// The method is told by the signature's length. The two that rest on MD5 are not believed: what it signs can be made to collide.
fn is_signed(secret: &str, fields: &Fields, signature: &str) -> Result<(), Unheard> {
    let told = hex::decode(signature).map_err(|_| Unheard::NotOurs("the call's signature can't be read".to_owned()))?;
    let hash = match told.len() {
        20 => Hash::Sha1,
        32 => Hash::Sha256,
        64 => Hash::Sha512,
        _ => return Err(Unheard::NotOurs("the call is signed by MD5; choose SHA-256 HMAC in Vonage's API settings".to_owned())),
    };
    let clean = |text: &str| text.replace(['&', '='], "_");
    let signed = fields.iter().filter(|(name, _)| *name != SIGNATURE);
    let signed: String = signed.map(|(name, value)| format!("&{}={}", clean(name), clean(value))).collect();
    if same(&told, &hmac(hash, secret.as_bytes(), signed.as_bytes())) {
        return Ok(());
    }
    Err(Unheard::NotOurs("the call isn't signed with the signature secret".to_owned()))
}

fn said(call: &Callback, fields: &Fields) -> Result<Heard, Unheard> {
    let get = |name: &str| fields.get(name).map(String::as_str).filter(|value| !value.is_empty());
    let id = get("messageId").or_else(|| get("message-id")).ok_or_else(|| Unheard::Unreadable("the call names no message".to_owned()))?;
    let at = get("timestamp").and_then(|seconds| Timestamp::from_second(seconds.parse().ok()?).ok()).unwrap_or(call.at);
    let told = if let Some(status) = get("status") {
        let code = get("err-code").and_then(|code| code.parse().ok()).filter(|code| *code != 0);
        Told::Receipt(ReceiptSeen {
            channel: ChannelKind::Sms,
            provider: "vonage".to_owned(),
            event_id: format!("{id}:{status}"),
            key: get("client-ref").map(str::to_owned),
            provider_id: Some(id.to_owned()),
            fate: fate(status, code),
            reason: code.map(|code| format!("{status}, error {code}")),
            at,
        })
    } else if let (Some(from), Some(to)) = (get("msisdn"), get("to")) {
        Told::Reply(ReplySeen {
            channel: ChannelKind::Sms,
            provider: "vonage".to_owned(),
            event_id: id.to_owned(),
            from: with_plus(from),
            to: with_plus(to),
            text: get("text").unwrap_or_default().to_owned(),
            at,
        })
    } else {
        return Err(Unheard::Unreadable("the call is neither a status nor a text from somebody".to_owned()));
    };
    Ok(Heard { told: vec![told], answer: None })
}

fn fate(status: &str, code: Option<u32>) -> Fate {
    match status {
        "delivered" => Fate::Delivered,
        "expired" => Fate::SoftBounce,
        "failed" | "rejected" => class::failed(code.and_then(of_delivery)),
        // Accepted, buffered, or that nothing more is known.
        _ => Fate::Accepted,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// From Vonage's own library for Python (tests/test_signature.py).
    #[test]
    fn signatures_are_those_of_vonages_own_library() {
        let fields: Fields = [("a", "1"), ("b", "2"), ("timestamp", "1461605396")].map(|(n, v)| (n.into(), v.into())).into();
        let check = |signature: &str, expected: bool| assert_eq!(is_signed("secret", &fields, signature).is_ok(), expected, "{signature}");
        check("3e19a4e6880fdc2c1426bfd0587c98b9532f0210", true);
        check("a321e824b9b816be7c3f28859a31749a098713d39f613c80d455bbaffae1cd24", true);
        check("A321E824B9B816BE7C3F28859A31749A098713D39F613C80D455BBAFFAE1CD24", true);
        check(
            "812a18f76680fa0fe1b8bd9ee1625466ceb1bd96242e4d050d2cfd9a7b40166c63ed26ec9702168781b6edcf1633db8ff95af9341701004eec3fcf9550572ee8",
            true,
        );
        check("a321e824b9b816be7c3f28859a31749a098713d39f613c80d455bbaffae1cd25", false);
        // MD5, with and without HMAC.
        check("6af838ef94998832dbfc29020b564830", false);
        check("c15c21ced558c93a226c305f58f902f2", false);
        check("", false);
        check("nothing", false);
    }

    #[test]
    fn what_became_of_a_text_is_read_from_its_status_and_code() {
        let check = |status: &str, code: Option<u32>, expected: Fate| assert_eq!(fate(status, code), expected, "{status} {code:?}");
        check("delivered", None, Fate::Delivered);
        for status in ["accepted", "buffered", "unknown", "tomorrow's"] {
            check(status, None, Fate::Accepted);
        }
        check("expired", Some(2), Fate::SoftBounce);
        check("failed", None, Fate::SoftBounce);
        check("failed", Some(3), Fate::HardBounce);
        check("failed", Some(9), Fate::HardBounce);
        check("failed", Some(53), Fate::OptedOut);
        check("rejected", Some(6), Fate::Blocked);
        check("rejected", Some(77), Fate::SoftBounce);
    }
}
