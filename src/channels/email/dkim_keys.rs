//! Keys of DKIM signatures: how they are made and read, and the record that publishes them.

use crate::clock::{Random, bytes};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use ring::digest::{SHA256, digest};
use ring::rand::SystemRandom;
use ring::signature::{Ed25519KeyPair, KeyPair as _, RSA_PKCS1_SHA256, RsaKeyPair};
use rsa::RsaPrivateKey;
use rsa::pkcs8::{EncodePrivateKey as _, LineEnding};
use rsa::rand_core::{CryptoRng, Error as RandomError, RngCore};

const RSA_BITS: usize = 2048; // RFC 8301, section 3.2: at least 1024, better 2048; a longer key doesn't fit every name server
const PEM_WIDTH: usize = 64; // letters of a line
const TXT_MAX: usize = 255; // bytes of a string in a TXT record (RFC 1035, section 3.3.14)
/// What stands before an Ed25519 key's 32 bytes in PKCS#8 (RFC 8410, section 7).
const ED25519_PKCS8: [u8; 16] = [0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20];
/// The algorithm in an RSA public key's SubjectPublicKeyInfo (RFC 3279, section 2.3.1).
const RSA_ALGORITHM: [u8; 15] = [0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00];

/// A private key.
pub enum Key {
    /// Understood by everybody.
    Rsa(Box<RsaKeyPair>),
    /// Much faster, but large mailbox providers don't check it yet.
    Ed25519(Ed25519KeyPair),
}

impl Key {
    /// Reads PKCS#8 or PKCS#1, also where the line ends were lost on the way through a form or an environment variable.
    ///
    /// # Errors
    /// What is wrong, without the key.
    pub fn from_pem(text: &str) -> Result<Self, String> {
        let unreadable = || "the DKIM key can't be read; give a private key as PEM, RSA of at least 2048 bits or Ed25519".to_owned();
        let (label, der) = pem(text).ok_or_else(unreadable)?;
        let rsa = |key| Self::Rsa(Box::new(key));
        match label {
            "RSA PRIVATE KEY" => RsaKeyPair::from_der(&der).map(rsa).map_err(|_| unreadable()),
            "PRIVATE KEY" => match RsaKeyPair::from_pkcs8(&der) {
                Ok(key) => Ok(rsa(key)),
                // OpenSSL writes the key without its public half.
                Err(_) => Ed25519KeyPair::from_pkcs8_maybe_unchecked(&der).map(Self::Ed25519).map_err(|_| unreadable()),
            },
            _ => Err(unreadable()),
        }
    }

    /// As `a=` says it.
    pub fn algorithm(&self) -> &'static str {
        match self {
            Self::Rsa(_) => "rsa-sha256",
            Self::Ed25519(_) => "ed25519-sha256",
        }
    }

    /// Does a signature take a good part of a millisecond?
    pub fn is_slow(&self) -> bool {
        matches!(self, Self::Rsa(_))
    }

    /// Signs.
    ///
    /// # Errors
    /// When the key can't.
    pub fn sign(&self, data: &[u8]) -> Result<Vec<u8>, String> {
        match self {
            Self::Rsa(key) => {
                let mut signature = vec![0; key.public().modulus_len()];
                key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), data, &mut signature)
                    .map_err(|_| "the DKIM key can't sign; make another with `comeback dkim make`".to_owned())?;
                Ok(signature)
            }
            // RFC 8463, section 3: the hash is signed.
            Self::Ed25519(key) => Ok(key.sign(digest(&SHA256, data).as_ref()).as_ref().to_vec()),
        }
    }

    /// What is published at `selector._domainkey.domain`, as TXT.
    pub fn record(&self) -> String {
        match self {
            Self::Rsa(key) => {
                let public = [&[0], key.public().as_ref()].concat();
                let info = sequence(0x30, &[RSA_ALGORITHM.as_slice(), &sequence(0x03, &public)].concat());
                format!("v=DKIM1; k=rsa; p={}", BASE64.encode(info))
            }
            Self::Ed25519(key) => format!("v=DKIM1; k=ed25519; p={}", BASE64.encode(key.public_key().as_ref())),
        }
    }
}

/// A record's value as name servers take it: in strings of at most 255 bytes, each in quotes.
pub fn strings(record: &str) -> String {
    let chunks = record.as_bytes().chunks(TXT_MAX).map(|chunk| format!("\"{}\"", String::from_utf8_lossy(chunk)));
    chunks.collect::<Vec<_>>().join(" ")
}

/// A new RSA key, as PEM (PKCS#8).
///
/// # Errors
/// When none can be made.
pub fn new_rsa(random: &dyn Random) -> Result<String, String> {
    let failed = || "an RSA key could not be made".to_owned();
    let key = RsaPrivateKey::new(&mut Drawn(random), RSA_BITS).map_err(|_| failed())?;
    key.to_pkcs8_pem(LineEnding::LF).map(|pem| pem.as_str().to_owned()).map_err(|_| failed())
}

/// A new Ed25519 key, as PEM (PKCS#8).
pub fn new_ed25519(random: &dyn Random) -> String {
    let der = [ED25519_PKCS8.as_slice(), &bytes::<32>(random)].concat();
    let text = BASE64.encode(der);
    let lines: Vec<_> = text.as_bytes().chunks(PEM_WIDTH).map(String::from_utf8_lossy).collect();
    format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", lines.join("\n"))
}

/// Label and content of the first key in the text.
fn pem(text: &str) -> Option<(&str, Vec<u8>)> {
    let (_, rest) = text.split_once("-----BEGIN ")?;
    let (label, rest) = rest.split_once("-----")?;
    let (content, _) = rest.split_once("-----END ")?;
    let content: String = content.replace("\\n", "").split_whitespace().collect();
    Some((label, BASE64.decode(content).ok()?))
}

/// A value of DER: tag, length, content.
fn sequence(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = content.len().to_be_bytes();
    let short: Vec<u8> = length.iter().copied().skip_while(|b| *b == 0).collect();
    let mut out = vec![tag];
    match short.as_slice() {
        [] => out.push(0),
        [one] if *one < 0x80 => out.push(*one),
        several => {
            out.push(0x80 | u8::try_from(several.len()).unwrap_or_default());
            out.extend_from_slice(several);
        }
    }
    out.extend_from_slice(content);
    out
}

/// Our randomness, as the maker of keys takes it.
struct Drawn<'a>(&'a dyn Random);

impl RngCore for Drawn<'_> {
    fn next_u32(&mut self) -> u32 {
        u32::from_le_bytes(bytes(self.0))
    }
    fn next_u64(&mut self) -> u64 {
        u64::from_le_bytes(bytes(self.0))
    }
    fn fill_bytes(&mut self, buffer: &mut [u8]) {
        self.0.fill(buffer);
    }
    fn try_fill_bytes(&mut self, buffer: &mut [u8]) -> Result<(), RandomError> {
        self.0.fill(buffer);
        Ok(())
    }
}

impl CryptoRng for Drawn<'_> {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::SystemRandom;

    #[test]
    fn a_key_is_read_however_its_line_ends_suffered() {
        let made = new_ed25519(&SystemRandom);
        let record = Key::from_pem(&made).expect("a key").record();
        assert!(record.starts_with("v=DKIM1; k=ed25519; p=") && record.len() == 22 + 44, "{record}");
        for text in [made.replace('\n', "\\n"), made.replace('\n', " "), made.replace('\n', "\r\n"), format!("# mine\n{made}")] {
            assert_eq!(Key::from_pem(&text).expect("a key").record(), record, "{}", text.len());
        }
        for bad in [made.replace("PRIVATE KEY", "PUBLIC KEY"), made.replace("-----END", "----END"), String::new(), made[..60].to_owned()] {
            assert!(Key::from_pem(&bad).is_err());
        }
    }

    #[test]
    fn a_long_record_is_cut_into_strings_that_name_servers_take() {
        let record = format!("v=DKIM1; k=rsa; p={}", "A".repeat(392));
        let written = strings(&record);
        assert!(written.split(' ').count() > 1);
        let parts: Vec<&str> = written.split('"').collect();
        assert_eq!([parts[1], parts[3]].concat(), record);
        assert!(parts[1].len() == 255 && parts.len() == 5, "{written}");
    }
}
