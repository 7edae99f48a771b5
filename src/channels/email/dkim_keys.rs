//! Keys of DKIM signatures: how they are made and read, and the record that publishes them.

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::encoding::{AsDer as _, Pkcs8V1Der, PublicKeyX509Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _, RSA_PKCS1_SHA256, RsaKeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;

const PEM_WIDTH: usize = 64; // letters of a line
const TXT_MAX: usize = 255; // bytes of a string in a TXT record (RFC 1035, section 3.3.14)

/// A private key.
pub enum Key {
    /// Understood by everybody.
    Rsa {
        /// Signs.
        key: Box<RsaKeyPair>,
        /// Its public half with its algorithm, as DER (RFC 6376, section 3.6.1: SubjectPublicKeyInfo).
        public: Vec<u8>,
    },
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
        match label {
            "RSA PRIVATE KEY" => RsaKeyPair::from_der(&der).ok().and_then(Self::rsa).ok_or_else(unreadable),
            "PRIVATE KEY" => match RsaKeyPair::from_pkcs8(&der) {
                Ok(key) => Self::rsa(key).ok_or_else(unreadable),
                // OpenSSL writes the key without its public half.
                Err(_) => Ed25519KeyPair::from_pkcs8_maybe_unchecked(&der).map(Self::Ed25519).map_err(|_| unreadable()),
            },
            _ => Err(unreadable()),
        }
    }

    fn rsa(key: RsaKeyPair) -> Option<Self> {
        let public: PublicKeyX509Der<'_> = key.public_key().as_der().ok()?;
        let public = public.as_ref().to_vec();
        Some(Self::Rsa { key: Box::new(key), public })
    }

    /// As `a=` says it.
    pub fn algorithm(&self) -> &'static str {
        match self {
            Self::Rsa { .. } => "rsa-sha256",
            Self::Ed25519(_) => "ed25519-sha256",
        }
    }

    /// Does a signature take a good part of a millisecond?
    pub fn is_slow(&self) -> bool {
        matches!(self, Self::Rsa { .. })
    }

    /// Signs.
    ///
    /// # Errors
    /// When the key can't.
    pub fn sign(&self, data: &[u8]) -> Result<Vec<u8>, String> {
        match self {
            Self::Rsa { key, .. } => {
                let mut signature = vec![0; key.public_modulus_len()];
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
            Self::Rsa { public, .. } => format!("v=DKIM1; k=rsa; p={}", BASE64.encode(public)),
            Self::Ed25519(key) => format!("v=DKIM1; k=ed25519; p={}", BASE64.encode(key.public_key().as_ref())),
        }
    }
}

/// A record's value as name servers take it: in strings of at most 255 bytes, each in quotes.
pub fn strings(record: &str) -> String {
    let chunks = record.as_bytes().chunks(TXT_MAX).map(|chunk| format!("\"{}\"", String::from_utf8_lossy(chunk)));
    chunks.collect::<Vec<_>>().join(" ")
}

/// A new RSA key, as PEM (PKCS#8). Its 2048 bits are what RFC 8301, section 3.2, advises; a longer key doesn't fit every name server.
///
/// # Errors
/// When none can be made.
pub fn new_rsa() -> Result<String, String> {
    let key = RsaKeyPair::generate(KeySize::Rsa2048).map_err(|_| "an RSA key could not be made".to_owned())?;
    let der: Pkcs8V1Der<'_> = key.as_der().map_err(|_| "an RSA key could not be written".to_owned())?;
    Ok(written(der.as_ref()))
}

/// A new Ed25519 key, as PEM (PKCS#8).
///
/// # Errors
/// When none can be made.
pub fn new_ed25519() -> Result<String, String> {
    let der = Ed25519KeyPair::generate().and_then(|key| key.to_pkcs8v1()).map_err(|_| "an Ed25519 key could not be made".to_owned())?;
    Ok(written(der.as_ref()))
}

/// A private key as PEM.
fn written(der: &[u8]) -> String {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_read_however_its_line_ends_suffered() {
        let made = new_ed25519().expect("a key");
        let record = |text: &str| Key::from_pem(text).expect("a key").record();
        let expected = record(&made);
        assert!(expected.starts_with("v=DKIM1; k=ed25519; p=") && expected.len() == 22 + 44, "{expected}");
        for text in [made.replace('\n', "\\n"), made.replace('\n', " "), made.replace('\n', "\r\n"), format!("# mine\n{made}")] {
            assert_eq!(record(&text), expected, "{}", text.len());
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
