//! The master key and what is derived from it: one key per purpose, so that none can be used for another.

use crate::domain::link::LinkKey;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{ChaCha20Poly1305, Nonce};
use hkdf::Hkdf;
use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq as _;

const NONCE_BYTES: usize = 12;
/// Of a form token and of its mask: as long as SHA-256.
const CSRF_BYTES: usize = 32;
/// Enough that no two programs are taken for one another.
const SITE_BYTES: usize = 16;

/// Why a secret can't be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// Sealed with another master key, or altered.
    #[error("a stored secret can't be opened: security.secret_key isn't the one it was sealed with")]
    Sealed,
    /// A token or link couldn't be made.
    #[error("a signature couldn't be made")]
    Signing,
}

/// Keys derived from the master key.
pub struct Keys {
    /// For links in messages.
    pub links: LinkKey,
    /// By which this program is known to itself behind a domain; no secret.
    pub site: String,
    seal: ChaCha20Poly1305,
    csrf: [u8; 32],
    addresses: [u8; 32],
}

impl Keys {
    /// Derives every key (HKDF-SHA256, RFC 5869).
    pub fn derive(master: &[u8; 32]) -> Self {
        let hkdf = Hkdf::<Sha256>::new(Some(b"comeback/v1"), master);
        let sub = |purpose: &[u8]| {
            let mut key = [0u8; 32];
            // Only a key of over 255 hashes' length could fail.
            let _ = hkdf.expand(purpose, &mut key);
            key
        };
        Self {
            links: LinkKey::new(&sub(b"links")),
            site: hex::encode(sub(b"site").split_at(SITE_BYTES).0),
            seal: ChaCha20Poly1305::new(&sub(b"seal").into()),
            csrf: sub(b"csrf"),
            addresses: sub(b"addresses"),
        }
    }

    /// Encrypts a secret for one shop: the nonce, then the sealed bytes. Bytes sealed for one shop don't open for another.
    ///
    /// # Errors
    /// `Signing`, only if the cipher refuses the length.
    pub fn seal(&self, shop: uuid::Uuid, nonce: [u8; NONCE_BYTES], secret: &str) -> Result<Vec<u8>, KeyError> {
        let payload = Payload { msg: secret.as_bytes(), aad: shop.as_bytes() };
        let sealed = self.seal.encrypt(&Nonce::from(nonce), payload).map_err(|_| KeyError::Signing)?;
        Ok([nonce.as_slice(), &sealed].concat())
    }

    /// Opens a secret sealed for a shop.
    ///
    /// # Errors
    /// `Sealed`.
    pub fn open(&self, shop: uuid::Uuid, sealed: &[u8]) -> Result<String, KeyError> {
        let (nonce, rest) = sealed.split_at_checked(NONCE_BYTES).ok_or(KeyError::Sealed)?;
        let nonce: [u8; NONCE_BYTES] = nonce.try_into().map_err(|_| KeyError::Sealed)?;
        let payload = Payload { msg: rest, aad: shop.as_bytes() };
        let opened = self.seal.decrypt(&Nonce::from(nonce), payload).map_err(|_| KeyError::Sealed)?;
        String::from_utf8(opened).map_err(|_| KeyError::Sealed)
    }

    /// Of an address that is forgotten: who has the address, and this program's key, can tell that it was meant. Nobody else can, and of one store's nothing
    /// is learned about another's.
    pub fn address_hash(&self, shop: uuid::Uuid, address: &str) -> String {
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.addresses) else { return String::new() };
        mac.update(shop.as_bytes());
        mac.update(address.as_bytes());
        STANDARD_NO_PAD.encode(mac.finalize().into_bytes())
    }

    /// The form token of a session: whoever can read the session's pages has it, nobody else. Each page gives it under a mask of its own, so that the length of
    /// compressed pages says nothing about it (BREACH).
    pub fn csrf_token(&self, session: &[u8], mask: [u8; CSRF_BYTES]) -> String {
        let Some(token) = self.csrf_of(session) else { return String::new() };
        let hidden: Vec<u8> = token.iter().zip(mask).map(|(t, m)| t ^ m).collect();
        STANDARD_NO_PAD.encode([mask.as_slice(), &hidden].concat())
    }

    /// Is that the session's form token, under whatever mask?
    pub fn csrf_fits(&self, session: &[u8], given: &str) -> bool {
        let Some(token) = self.csrf_of(session) else { return false };
        let Ok(given) = STANDARD_NO_PAD.decode(given) else { return false };
        let Some((mask, hidden)) = given.split_at_checked(CSRF_BYTES) else { return false };
        let shown: Vec<u8> = mask.iter().zip(hidden).map(|(m, h)| m ^ h).collect();
        hidden.len() == CSRF_BYTES && bool::from(shown.as_slice().ct_eq(token.as_slice()))
    }

    fn csrf_of(&self, session: &[u8]) -> Option<Vec<u8>> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.csrf).ok()?;
        mac.update(session);
        Some(mac.finalize().into_bytes().to_vec())
    }
}

/// How tokens and session ids are stored: their SHA-256. They are random and long, so that no salt is needed.
pub fn token_hash(token: &str) -> Vec<u8> {
    Sha256::digest(token.as_bytes()).to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sealed_secrets_open_for_their_shop_and_key_only() {
        let keys = Keys::derive(&[1; 32]);
        let (a, b) = (uuid::Uuid::from_u128(1), uuid::Uuid::from_u128(2));
        let sealed = keys.seal(a, [9; 12], "shpss_secret").expect("sealed");
        assert_eq!(keys.open(a, &sealed), Ok("shpss_secret".into()));
        assert_eq!(keys.open(b, &sealed), Err(KeyError::Sealed));
        assert_eq!(Keys::derive(&[2; 32]).open(a, &sealed), Err(KeyError::Sealed));
        assert_eq!(keys.open(a, &sealed[..5]), Err(KeyError::Sealed));
        assert!(!sealed.windows(6).any(|w| w == b"secret"));
    }

    #[test]
    fn a_form_token_looks_different_on_every_page_and_fits_its_session_alone() {
        let keys = Keys::derive(&[1; 32]);
        let (one, other) = (keys.csrf_token(b"session", [3; 32]), keys.csrf_token(b"session", [4; 32]));
        assert_ne!(one, other);
        assert!(keys.csrf_fits(b"session", &one) && keys.csrf_fits(b"session", &other));
        assert!(!keys.csrf_fits(b"another", &one) && !Keys::derive(&[2; 32]).csrf_fits(b"session", &one));
        let (begin, end) = (&one[..43], &other[43..]);
        for forged in ["", "AAAA", "no base64!", begin, &format!("{begin}{end}"), &format!("{one}AAAA"), &"A".repeat(86)] {
            assert!(!keys.csrf_fits(b"session", forged), "{forged:?}");
        }
    }
}
