//! By what texts' providers are known when they call: signatures over what they say, compared in constant time.

use crate::channels::http::same;
use aws_lc_rs::{hmac, signature};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// A digest under HMAC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hash {
    /// Twilio's, and one of Vonage's.
    Sha1,
    /// Vonage's usual one.
    Sha256,
    /// Vonage's longest one.
    Sha512,
}

/// The HMAC of a text.
pub fn hmac(hash: Hash, key: &[u8], text: &[u8]) -> Vec<u8> {
    let algorithm = match hash {
        Hash::Sha1 => hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY,
        Hash::Sha256 => hmac::HMAC_SHA256,
        Hash::Sha512 => hmac::HMAC_SHA512,
    };
    hmac::sign(&hmac::Key::new(algorithm, key), text).as_ref().to_vec()
}

/// Is this Base64 the HMAC of the text?
pub fn is_hmac_base64(hash: Hash, key: &[u8], text: &[u8], told: &str) -> bool {
    STANDARD.decode(told.trim()).is_ok_and(|told| same(&told, &hmac(hash, key, text)))
}

/// Is this Base64 an Ed25519 signature of the text by the owner of the public key?
pub fn is_signed_ed25519(public_key: &str, text: &[u8], told: &str) -> bool {
    let (Ok(key), Ok(told)) = (STANDARD.decode(public_key.trim()), STANDARD.decode(told.trim())) else { return false };
    signature::UnparsedPublicKey::new(&signature::ED25519, key).verify(text, &told).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_and_signatures_are_those_of_the_published_examples() {
        // RFC 2202, section 3, and RFC 4231, section 4.3.
        let (key, text) = (b"Jefe", b"what do ya want for nothing?");
        assert_eq!(hex::encode(hmac(Hash::Sha1, key, text)), "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
        assert_eq!(hex::encode(hmac(Hash::Sha256, key, text)), "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
        assert!(hex::encode(hmac(Hash::Sha512, key, text)).starts_with("164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea250554"));
        // RFC 8032, section 7.1, test 2.
        let decoded = |text: &str| STANDARD.encode(hex::decode(text).expect("hex"));
        let public = decoded("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");
        let signature = decoded(concat!(
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da",
            "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
        ));
        assert!(is_signed_ed25519(&public, &[0x72], &signature));
        assert!(!is_signed_ed25519(&public, &[0x73], &signature));
        assert!(!is_signed_ed25519("no key", &[0x72], &signature) && !is_signed_ed25519(&public, &[0x72], "none"));
    }
}
