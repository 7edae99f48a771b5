//! Passkeys: what an authenticator tells through a browser, and whether to believe it (Web Authentication level 3, sections 7.1 and 7.2).
//!
//! Attestation is not asked for: whose device it is doesn't matter, only that it is the same one again. So the public key is taken as the browser unpacked it
//! (`getPublicKey`), and neither CBOR nor COSE is read.

mod told;

pub use told::{Assertion, register};

use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1, ED25519, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, VerificationAlgorithm};
use url::{Host, Url};

/// Of a challenge: twice what the specification asks for at least.
pub const CHALLENGE_BYTES: usize = 32;

/// Whom passkeys are for: this installation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RelyingParty {
    /// The host of its address. Passkeys stay with it: at another address they are of no use.
    pub id: String,
    /// As browsers tell it: scheme, host, and the port where it isn't the usual one.
    pub origin: String,
}

/// Why passkeys can't be had.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unoffered {
    /// The address is a number: passkeys belong to names.
    Number,
    /// Browsers have them over https, and on the machine itself.
    Insecure,
}

impl RelyingParty {
    /// Of the address of the installation.
    ///
    /// # Errors
    /// `Unoffered`: why there are no passkeys at such an address.
    pub fn of(public_url: &str) -> Result<Self, Unoffered> {
        let url = Url::parse(public_url).map_err(|_| Unoffered::Insecure)?;
        let Some(Host::Domain(host)) = url.host() else { return Err(Unoffered::Number) };
        let is_local = host == "localhost" || host.ends_with(".localhost");
        if url.scheme() != "https" && !is_local {
            return Err(Unoffered::Insecure);
        }
        Ok(Self { id: host.to_owned(), origin: url.origin().ascii_serialization() })
    }
}

/// How a credential signs; numbered by IANA's registry of COSE algorithms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Algorithm {
    /// ECDSA over P-256 with SHA-256.
    Es256,
    /// Ed25519.
    EdDsa,
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    Rs256,
}

impl Algorithm {
    /// Those that we take, the best first.
    pub const ALL: [Self; 3] = [Self::EdDsa, Self::Es256, Self::Rs256];

    /// Its number.
    pub fn number(self) -> i64 {
        match self {
            Self::Es256 => -7,
            Self::EdDsa => -8,
            Self::Rs256 => -257,
        }
    }

    /// The one with this number, if we take it.
    pub fn of(number: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|a| a.number() == number)
    }

    fn verifier(self) -> &'static dyn VerificationAlgorithm {
        match self {
            Self::Es256 => &ECDSA_P256_SHA256_ASN1,
            Self::EdDsa => &ED25519,
            Self::Rs256 => &RSA_PKCS1_2048_8192_SHA256,
        }
    }

    /// The key of a credential that signs so; none when it isn't one.
    fn key(self, der: &[u8]) -> Option<ParsedPublicKey> {
        ParsedPublicKey::new(self.verifier(), der).ok()
    }
}

/// What is kept of a credential.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credential {
    /// The authenticator's name for it.
    pub id: Vec<u8>,
    /// DER, SubjectPublicKeyInfo.
    pub public_key: Vec<u8>,
    /// How it signs.
    pub algorithm: Algorithm,
    /// How often it has signed, as it last told; 0 where it doesn't count.
    pub counter: u32,
}

/// What was asked, and by whom.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// By whom.
    pub party: &'a RelyingParty,
    /// What is to be signed, never asked before.
    pub challenge: &'a [u8],
}

/// Why an answer isn't believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Not what browsers send.
    #[error("the answer can't be read")]
    Unreadable,
    /// An answer to another kind of question.
    #[error("it answers another kind of question")]
    Kind,
    /// An answer to another question.
    #[error("it answers another question")]
    Challenge,
    /// Asked by another site.
    #[error("another site asked")]
    Origin,
    /// Asked within a frame of another site.
    #[error("it was asked within another site")]
    Framed,
    /// A credential of another site.
    #[error("the passkey is another site's")]
    Party,
    /// Nobody touched the device.
    #[error("nobody was there")]
    Absent,
    /// The device didn't make sure who was there.
    #[error("the device didn't make sure who was there")]
    Unverified,
    /// Says that it is kept elsewhere although it can't be.
    #[error("its flags contradict each other")]
    Flags,
    /// The credential isn't the one that was meant.
    #[error("the passkey isn't the one that was meant")]
    Credential,
    /// Signs in a way that we don't take, or with a key that is none.
    #[error("the passkey's key can't be used")]
    Key,
    /// Not signed by that key.
    #[error("the signature is wrong")]
    Signature,
    /// It counts less than it did: there may be a copy of it.
    #[error("the passkey has counted backwards: there may be a copy of it")]
    Copied,
}

#[cfg(test)]
mod tests;
