//! Signatures after Standard Webhooks, on what we send to a gateway and on what it sends to us.
//!
//! Source: <https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md>.

use crate::channels::http::{hmac_sha256, recent, same};
use crate::channels::{Callback, Unheard};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::SignedDuration;

const PREFIX: &str = "whsec_";
const VERSION: &str = "v1,";
const KEY_MIN: usize = 16; // bytes; the specification asks for 24 and more of those that make new ones
const TOLERANCE: SignedDuration = SignedDuration::from_mins(5);
/// Of the message that a call is, the stamp in seconds, and the signatures.
pub const HEADERS: [&str; 3] = ["webhook-id", "webhook-timestamp", "webhook-signature"];

/// What both sides know.
#[derive(Clone)]
pub struct Secret(Vec<u8>);

impl Secret {
    /// `whsec_` and Base64; the prefix may be missing.
    ///
    /// # Errors
    /// How it must look; the secret isn't repeated.
    pub fn parse(text: &str) -> Result<Self, String> {
        let key = STANDARD.decode(text.strip_prefix(PREFIX).unwrap_or(text)).ok().filter(|key| key.len() >= KEY_MIN);
        key.map(Self).ok_or_else(|| {
            format!("the signing secret is {PREFIX} and at least {KEY_MIN} bytes in Base64, such as `openssl rand -base64 32` prints")
        })
    }

    /// The signature of a body.
    pub fn sign(&self, id: &str, seconds: &str, body: &[u8]) -> String {
        format!("{VERSION}{}", STANDARD.encode(self.code(id, seconds, body)))
    }

    fn code(&self, id: &str, seconds: &str, body: &[u8]) -> [u8; 32] {
        hmac_sha256(&self.0, &[id.as_bytes(), b".", seconds.as_bytes(), b".", body])
    }

    /// The id of the message that a call is, once it is sure that the call is signed and fresh.
    ///
    /// # Errors
    /// `NotOurs`
    pub fn check<'a>(&self, call: &'a Callback) -> Result<&'a str, Unheard> {
        let [id, seconds, signatures] = HEADERS.map(|name| call.header(name));
        let (Some(id), Some(seconds), Some(signatures)) = (id, seconds, signatures) else {
            return Err(Unheard::NotOurs("the call isn't signed as Standard Webhooks asks".to_owned()));
        };
        let code = self.code(id, seconds, &call.body);
        let mut told = signatures.split(' ').filter_map(|one| STANDARD.decode(one.strip_prefix(VERSION)?).ok());
        if !told.any(|told| same(&told, &code)) {
            return Err(Unheard::NotOurs("the call isn't signed with the signing secret".to_owned()));
        }
        recent(call, seconds, TOLERANCE).map(|_| id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::Timestamp;

    /// The specification's own example.
    const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    const BODY: &[u8] = b"{\"test\": 2432232314}";
    const GOOD: &str = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

    fn call(signature: &str, late_s: i64) -> Callback {
        let headers =
            [("webhook-id", "msg_p5jXN8AQM9LWM0D4loKWxJek"), ("webhook-timestamp", "1614265330"), ("webhook-signature", signature)];
        Callback {
            method: "POST".into(),
            url: "https://comeback.example/callbacks/gateway/1".into(),
            headers: headers.map(|(n, v)| (n.to_owned(), v.to_owned())).into(),
            body: BODY.into(),
            at: Timestamp::from_second(1_614_265_330 + late_s).expect("an instant"),
        }
    }

    #[test]
    fn signatures_are_those_of_the_specification() {
        let secret = Secret::parse(SECRET).expect("a secret");
        assert_eq!(secret.sign("msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", BODY), GOOD);
        let check = |signature: &str, late_s, expected: bool| {
            assert_eq!(secret.check(&call(signature, late_s)).is_ok(), expected, "{signature} {late_s}");
        };
        check(GOOD, 0, true);
        check(GOOD, 300, true);
        check(&format!("v1,AAAA v1a,BBBB {GOOD}"), 0, true);
        check(GOOD, 301, false);
        check(GOOD, -301, false);
        check(&GOOD.replace("v1,", "v2,"), 0, false);
        check("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLawdd", 0, false);
        check("", 0, false);
        assert!(Secret::parse("whsec_c2hvcnQ=").is_err() && Secret::parse("no secret!").is_err());
    }
}
