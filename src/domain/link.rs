//! Signed links: which nudge they belong to, what they are for, and until when. Nothing about the person, no destination.

use crate::domain::ids::{NudgeId, ShopId};
use jiff::Timestamp;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What a link is for: a token for one is refused for the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Purpose {
    /// Back to the cart.
    #[serde(rename = "r")]
    Return,
    /// Preferences and unsubscribing.
    #[serde(rename = "u")]
    Unsubscribe,
    /// Confirming an address; what it is about is a request instead of a nudge.
    #[serde(rename = "c")]
    Confirm,
}

/// What a link says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Link {
    /// Which store's.
    pub shop_id: ShopId,
    /// Which nudge's.
    pub nudge_id: NudgeId,
    /// For what.
    pub purpose: Purpose,
    /// Until when.
    pub expires_at: Timestamp,
}

#[derive(Serialize, Deserialize)]
struct Claims {
    s: Uuid,
    n: Uuid,
    p: Purpose,
    exp: i64,
}

/// Why a link doesn't work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LinkError {
    /// Not ours, altered, cut off, or for another purpose.
    #[error("this link was not made by this store")]
    Forged,
    /// Ours, but too old.
    #[error("this link has expired")]
    Expired,
}

/// Makes and reads links with one key, derived for this purpose alone.
pub struct LinkKey {
    encoding: EncodingKey,
    decoding: DecodingKey,
}

impl LinkKey {
    /// From 32 derived bytes, never the master key.
    pub fn new(key: &[u8; 32]) -> Self {
        Self { encoding: EncodingKey::from_secret(key), decoding: DecodingKey::from_secret(key) }
    }

    /// The token: URL-safe, without padding.
    ///
    /// # Errors
    /// Only if the JWT library can't serialise four numbers.
    pub fn sign(&self, link: &Link) -> Result<String, jsonwebtoken::errors::Error> {
        let claims = Claims { s: link.shop_id.0, n: link.nudge_id.0, p: link.purpose, exp: link.expires_at.as_second() };
        jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims, &self.encoding)
    }

    /// Reads a token made for `purpose`.
    ///
    /// # Errors
    /// `Forged` or `Expired`. An expired token of another key is `Forged`.
    pub fn read(&self, token: &str, purpose: Purpose, now: Timestamp) -> Result<Link, LinkError> {
        let mut rules = Validation::new(Algorithm::HS256);
        // The library would ask the system's clock; ours is given.
        rules.validate_exp = false;
        rules.required_spec_claims.clear();
        let claims = jsonwebtoken::decode::<Claims>(token, &self.decoding, &rules).map_err(|_| LinkError::Forged)?.claims;
        if claims.p != purpose {
            return Err(LinkError::Forged);
        }
        let expires_at = Timestamp::from_second(claims.exp).map_err(|_| LinkError::Forged)?;
        if now >= expires_at {
            return Err(LinkError::Expired);
        }
        Ok(Link { shop_id: ShopId(claims.s), nudge_id: NudgeId(claims.n), purpose, expires_at })
    }
}

const ALPHABET: &[u8; 52] = b"23456789abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRTUVW";
const CODE_LENGTH: usize = 11;
/// How every signed token begins: the head of a JWT.
const TOKEN_BEGIN: &str = "eyJ";

/// Is it made like a short code? No signed token is.
pub fn is_short_code(text: &str) -> bool {
    text.len() == CODE_LENGTH && text.bytes().all(|b| ALPHABET.contains(&b))
}

/// The marker that our link puts on a new cart, and the code of the short link: eleven characters without look-alikes, about 62 bits.
pub fn short_code(random: [u8; 8]) -> String {
    let mut rest = u64::from_be_bytes(random);
    (0..CODE_LENGTH)
        .map(|_| {
            let index = usize::try_from(rest % 52).unwrap_or(0);
            rest /= 52;
            char::from(ALPHABET[index])
        })
        .collect()
}

/// The text with the secret part of every link of ours left out: whoever has it is the shopper. Links of ours begin with the program's address, or with a
/// domain that a store had for them once, and then look like ours.
pub fn without_tokens(text: &str, public_url: &str) -> String {
    let mut clean = text.to_owned();
    for place in ["/r/", "/s/", "/u/", "/c/"] {
        let mut parts = clean.split(place);
        let mut next = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            let rest = part.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '~' | '='));
            let token = part.get(..part.len() - rest.len()).unwrap_or_default();
            let is_ours = next.ends_with(public_url) || token.starts_with(TOKEN_BEGIN) || is_short_code(token.trim_end_matches('.'));
            next.push_str(place);
            if !is_ours {
                next.push_str(part);
                continue;
            }
            next.push('…');
            next.push_str(rest);
        }
        clean = next;
    }
    clean
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> Timestamp {
        "2026-07-01T12:00:00Z".parse().expect("time")
    }

    fn link() -> Link {
        let expires_at = now() + jiff::SignedDuration::from_hours(1);
        Link { shop_id: ShopId(Uuid::from_u128(1)), nudge_id: NudgeId(Uuid::from_u128(2)), purpose: Purpose::Return, expires_at }
    }

    #[test]
    fn a_link_comes_back_as_it_was_signed_until_it_expires() {
        let key = LinkKey::new(&[7; 32]);
        let token = key.sign(&link()).expect("token");
        assert_eq!(key.read(&token, Purpose::Return, now()), Ok(link()));
        assert_eq!(key.read(&token, Purpose::Return, link().expires_at), Err(LinkError::Expired));
        assert_eq!(key.read(&token, Purpose::Unsubscribe, now()), Err(LinkError::Forged));
        assert_eq!(LinkKey::new(&[8; 32]).read(&token, Purpose::Return, now()), Err(LinkError::Forged));
    }

    #[test]
    fn no_altered_character_and_no_other_algorithm_is_believed() {
        use base64::Engine as _;
        let key = LinkKey::new(&[7; 32]);
        let token = key.sign(&link()).expect("token");
        // The last character's low bits are padding: altering the others must always be noticed.
        for i in 0..token.len() - 1 {
            let mut bytes = token.clone().into_bytes();
            bytes[i] = if bytes[i] == b'A' { b'B' } else { b'A' };
            let altered = String::from_utf8(bytes).expect("ascii");
            if altered != token {
                assert!(key.read(&altered, Purpose::Return, now()).is_err(), "character {i}");
            }
        }
        let none = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(r#"{"alg":"none","typ":"JWT"}"#);
        let payload = token.split('.').nth(1).expect("payload");
        assert_eq!(key.read(&format!("{none}.{payload}."), Purpose::Return, now()), Err(LinkError::Forged));
        assert_eq!(key.read("", Purpose::Return, now()), Err(LinkError::Forged));
    }

    #[test]
    fn links_of_ours_lose_their_secret_and_others_stay() {
        let check = |input: &str, expected: &str| assert_eq!(without_tokens(input, "https://c.example"), expected);
        check(
            "Back: https://c.example/r/aB3.x-y_z\nStop: https://c.example/u/t.",
            "Back: https://c.example/r/…\nStop: https://c.example/u/…",
        );
        check("<a href=\"https://c.example/s/Q1w2\">x</a>", "<a href=\"https://c.example/s/…\">x</a>");
        check("https://shop.example/r/keep", "https://shop.example/r/keep");
        check("Back: https://go.shop.example/s/23456789abc. Bye", "Back: https://go.shop.example/s/… Bye");
        check("https://go.shop.example/u/eyJ0.eyJz.c2ln and /s/x", "https://go.shop.example/u/… and /s/x");
        check("", "");
    }
}
