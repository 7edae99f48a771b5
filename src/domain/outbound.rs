//! What a store's own programs are told: which events there are, how they look, how they are signed, and when they are tried again.
//!
//! Signed after Standard Webhooks: <https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md>.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

/// Before a secret's Base64, so that it is known for what it is.
const SECRET_PREFIX: &str = "whsec_";
/// A try that failed is followed by the next after this: the last of them begins three days after the first.
const WAITS: [SignedDuration; 11] = [
    SignedDuration::from_secs(5),
    SignedDuration::from_secs(30),
    SignedDuration::from_mins(2),
    SignedDuration::from_mins(10),
    SignedDuration::from_mins(30),
    SignedDuration::from_hours(1),
    SignedDuration::from_hours(3),
    SignedDuration::from_hours(7),
    SignedDuration::from_hours(12),
    SignedDuration::from_hours(24),
    SignedDuration::from_hours(24),
];
/// An endpoint that took nothing for so long is told nothing more.
pub const FAILING_MAX: SignedDuration = SignedDuration::from_hours(24 * 5);
/// An endpoint that takes nothing is told of after this.
pub const FAILING_TOLD: SignedDuration = SignedDuration::from_hours(1);
/// It doesn't want to be told any more, says an endpoint by this status.
pub const GONE: u16 = 410;

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Kind {
    /// A cart counts as abandoned.
    #[serde(rename = "cart.abandoned")]
    CartAbandoned,
    /// A message has credit for a cart's order.
    #[serde(rename = "cart.recovered")]
    CartRecovered,
    /// A provider took a message.
    #[serde(rename = "message.sent")]
    MessageSent,
    /// A provider says that it arrived.
    #[serde(rename = "message.delivered")]
    MessageDelivered,
    /// It was refused, or bounced.
    #[serde(rename = "message.failed")]
    MessageFailed,
    /// A person opened its link.
    #[serde(rename = "message.clicked")]
    MessageClicked,
    /// What messages have of an order is another than before: also after a refund, and nothing after it was taken back.
    #[serde(rename = "order.credited")]
    OrderCredited,
    /// A shopper doesn't want to be written to by a channel.
    #[serde(rename = "contact.unsubscribed")]
    ContactUnsubscribed,
    /// Somebody tries whether it arrives.
    #[serde(rename = "test")]
    Test,
}

impl Kind {
    /// Those that an endpoint may choose.
    pub const ALL: [Self; 8] = [
        Self::CartAbandoned,
        Self::CartRecovered,
        Self::MessageSent,
        Self::MessageDelivered,
        Self::MessageFailed,
        Self::MessageClicked,
        Self::OrderCredited,
        Self::ContactUnsubscribed,
    ];

    /// As stored, chosen and sent.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::CartAbandoned => "cart.abandoned",
            Self::CartRecovered => "cart.recovered",
            Self::MessageSent => "message.sent",
            Self::MessageDelivered => "message.delivered",
            Self::MessageFailed => "message.failed",
            Self::MessageClicked => "message.clicked",
            Self::OrderCredited => "order.credited",
            Self::ContactUnsubscribed => "contact.unsubscribed",
            Self::Test => "test",
        }
    }
}

impl std::str::FromStr for Kind {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let names = || Self::ALL.map(Self::as_str).join(", ");
        Self::ALL.into_iter().find(|k| k.as_str() == text).ok_or_else(|| format!("{text:?} is not an event; there are {}", names()))
    }
}

/// Something to tell.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// What happened.
    pub kind: Kind,
    /// To what, and which time if it can happen again: the same is told once.
    pub key: String,
    /// When.
    pub at: Timestamp,
    /// Of whom and what: ids, amounts and times, nothing that names a shopper.
    pub data: Map<String, Value>,
}

impl Event {
    /// Something that happened, with its data.
    pub fn new(kind: Kind, key: String, at: Timestamp, data: Value) -> Self {
        let data = if let Value::Object(data) = data { data } else { Map::new() };
        Self { kind, key, at, data }
    }

    /// Its id in a shop: the same thing has the same id, whoever works it out, and however often.
    pub fn id(&self, shop: Uuid) -> Uuid {
        let mut hash = Sha256::new();
        hash.update(shop.as_bytes());
        hash.update(self.kind.as_str().as_bytes());
        hash.update([0]);
        hash.update(self.key.as_bytes());
        let mut id = [0; 16];
        id.iter_mut().zip(hash.finalize()).for_each(|(to, from)| *to = from);
        uuid::Builder::from_custom_bytes(id).into_uuid()
    }

    /// The body, to the byte as it is signed.
    pub fn payload(&self) -> String {
        json!({"type": self.kind.as_str(), "timestamp": self.at, "data": self.data}).to_string()
    }
}

/// The header `webhook-id` of an event.
pub fn message_id(event: Uuid) -> String {
    format!("msg_{}", event.simple())
}

/// A secret as people copy it.
pub fn secret(bytes: [u8; 32]) -> String {
    format!("{SECRET_PREFIX}{}", STANDARD.encode(bytes))
}

/// The header `webhook-signature`: one signature for each secret, with blanks between them. Secrets that can't be read sign nothing.
pub fn signatures(secrets: &[String], id: &str, at: Timestamp, body: &str) -> String {
    let one = |secret: &String| {
        let key = STANDARD.decode(secret.strip_prefix(SECRET_PREFIX).unwrap_or(secret)).ok()?;
        let mut mac = Hmac::<Sha256>::new_from_slice(&key).ok()?;
        mac.update(format!("{id}.{}.{body}", at.as_second()).as_bytes());
        Some(format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes())))
    };
    secrets.iter().filter_map(one).collect::<Vec<_>>().join(" ")
}

/// How long to wait after so many tries in vain; none: there is no further one.
pub fn wait_after(tries: i64) -> Option<SignedDuration> {
    usize::try_from(tries).ok()?.checked_sub(1).and_then(|i| WAITS.get(i)).copied()
}

/// What an answer says: it was taken, it wasn't, or never send again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taken {
    /// 2xx.
    Yes,
    /// Anything else.
    No,
    /// 410.
    Never,
}

/// What a status says, if there was an answer at all.
pub fn taken(status: Option<u16>) -> Taken {
    match status {
        Some(200..=299) => Taken::Yes,
        Some(GONE) => Taken::Never,
        _ => Taken::No,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the specification's reference libraries.
    #[test]
    fn signatures_are_those_of_the_reference_libraries() {
        let at = Timestamp::from_second(1_614_265_330).expect("time");
        let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw".to_owned();
        let signed = signatures(std::slice::from_ref(&secret), "msg_p5jXN8AQM9LWM0D4loKWxJek", at, "{\"test\": 2432232314}");
        assert_eq!(signed, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
        let two = signatures(&[secret, "whsec_AAAA".into()], "a", at, "b");
        assert_eq!(two.split(' ').filter(|s| s.starts_with("v1,")).count(), 2);
        assert_eq!(signatures(&["no base64!".into()], "a", at, "b"), "");
    }

    #[test]
    fn the_same_thing_has_the_same_id_and_another_has_another() {
        let (shop, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let event = |kind, key: &str, second| Event::new(kind, key.into(), Timestamp::from_second(second).expect("time"), json!({}));
        let one = event(Kind::MessageSent, "a", 1);
        assert_eq!(one.id(shop), event(Kind::MessageSent, "a", 2).id(shop));
        for another in [event(Kind::MessageFailed, "a", 1), event(Kind::MessageSent, "b", 1)] {
            assert_ne!(one.id(shop), another.id(shop));
        }
        assert_ne!(one.id(shop), one.id(other), "nothing tells that two stores had the same");
    }

    #[test]
    fn tries_go_on_for_three_days() {
        let all: SignedDuration = WAITS.into_iter().fold(SignedDuration::ZERO, |a, b| a + b);
        assert!((SignedDuration::from_hours(70)..=SignedDuration::from_hours(74)).contains(&all), "{all:?}");
        assert!(WAITS.windows(2).all(|w| w[0] <= w[1]));
        assert_eq!((wait_after(1), wait_after(12), wait_after(0)), (Some(WAITS[0]), None, None));
        assert!(all < FAILING_MAX, "one event alone doesn't switch an endpoint off");
    }

    #[test]
    fn names_are_read_back_and_answers_are_understood() {
        for kind in Kind::ALL {
            assert_eq!(kind.as_str().parse(), Ok(kind));
            assert_eq!(serde_json::to_value(kind).expect("JSON"), kind.as_str());
            assert!(!kind.as_str().contains(['_', '%', ',']), "it is looked for with LIKE between commas");
        }
        assert!("test".parse::<Kind>().is_err(), "nobody chooses it");
        let check = |status, expected| assert_eq!(taken(status), expected, "{status:?}");
        check(Some(204), Taken::Yes);
        check(Some(302), Taken::No);
        check(Some(410), Taken::Never);
        check(None, Taken::No);
    }
}
