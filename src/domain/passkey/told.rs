//! The two answers of an authenticator, as browsers write them in JSON: "this is my new key", and "it is me again".

use super::{Algorithm, Asked, Credential, Refusal};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use sha2::{Digest, Sha256};

/// What is longer is no answer: the longest has a key of RSA and an attestation.
const TOLD_MAX: usize = 32_768; // bytes
/// Section 5.1 of the specification.
const ID_MAX: usize = 1_023; // bytes

// Section 6.1 of the specification.
const HASH_BYTES: usize = 32;
const COUNTER_BYTES: usize = 4;
const MODEL_BYTES: usize = 16;
const PRESENT: u8 = 0x01;
const VERIFIED: u8 = 0x04;
const MAY_BE_KEPT: u8 = 0x08;
const IS_KEPT: u8 = 0x10;
const HAS_CREDENTIAL: u8 = 0x40;

#[derive(Deserialize)]
struct Told<R> {
    id: String,
    #[serde(rename = "type")]
    kind: String,
    response: R,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Registered {
    #[serde(rename = "clientDataJSON")]
    client_data: String,
    authenticator_data: String,
    public_key: String,
    public_key_algorithm: i64,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Asserted {
    #[serde(rename = "clientDataJSON")]
    client_data: String,
    authenticator_data: String,
    signature: String,
    user_handle: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ClientData {
    #[serde(rename = "type")]
    kind: String,
    challenge: String,
    origin: String,
    #[serde(default)]
    cross_origin: bool,
}

fn read<R: for<'a> Deserialize<'a>>(told: &str) -> Result<(Vec<u8>, R), Refusal> {
    if told.len() > TOLD_MAX {
        return Err(Refusal::Unreadable);
    }
    let told: Told<R> = serde_json::from_str(told).map_err(|_| Refusal::Unreadable)?;
    let id = decoded(&told.id)?;
    let plausible = told.kind == "public-key" && !id.is_empty() && id.len() <= ID_MAX;
    if plausible { Ok((id, told.response)) } else { Err(Refusal::Unreadable) }
}

fn decoded(text: &str) -> Result<Vec<u8>, Refusal> {
    URL_SAFE_NO_PAD.decode(text.trim_end_matches('=')).map_err(|_| Refusal::Unreadable)
}

/// What the browser says of the question: its kind, and that it is ours.
fn check_client(raw: &[u8], kind: &str, asked: Asked<'_>) -> Result<(), Refusal> {
    let client: ClientData = serde_json::from_slice(raw).map_err(|_| Refusal::Unreadable)?;
    if client.kind != kind {
        return Err(Refusal::Kind);
    }
    if asked.challenge.is_empty() || client.challenge != URL_SAFE_NO_PAD.encode(asked.challenge) {
        return Err(Refusal::Challenge);
    }
    if client.origin != asked.party.origin {
        return Err(Refusal::Origin);
    }
    if client.cross_origin { Err(Refusal::Framed) } else { Ok(()) }
}

/// What the authenticator says of itself.
struct Authenticator<'a> {
    flags: u8,
    counter: u32,
    rest: &'a [u8],
}

fn check_authenticator<'a>(raw: &'a [u8], asked: Asked<'_>) -> Result<Authenticator<'a>, Refusal> {
    let (party, rest) = raw.split_first_chunk::<HASH_BYTES>().ok_or(Refusal::Unreadable)?;
    let (flags, rest) = rest.split_first().ok_or(Refusal::Unreadable)?;
    let (counter, rest) = rest.split_first_chunk::<COUNTER_BYTES>().ok_or(Refusal::Unreadable)?;
    if party.as_slice() != Sha256::digest(asked.party.id.as_bytes()).as_slice() {
        return Err(Refusal::Party);
    }
    if flags & PRESENT == 0 {
        return Err(Refusal::Absent);
    }
    if flags & VERIFIED == 0 {
        return Err(Refusal::Unverified);
    }
    if flags & IS_KEPT != 0 && flags & MAY_BE_KEPT == 0 {
        return Err(Refusal::Flags);
    }
    Ok(Authenticator { flags: *flags, counter: u32::from_be_bytes(*counter), rest })
}

/// The id of the credential that a new one's authenticator data holds.
fn attested(from: &Authenticator<'_>) -> Option<Vec<u8>> {
    let (_model, rest) = from.rest.split_first_chunk::<MODEL_BYTES>()?;
    let (length, rest) = rest.split_first_chunk::<2>()?;
    let (id, _key) = rest.split_at_checked(usize::from(u16::from_be_bytes(*length)))?;
    (from.flags & HAS_CREDENTIAL != 0).then(|| id.to_vec())
}

/// A new credential, out of what `PublicKeyCredential.toJSON` gives after `create`.
///
/// # Errors
/// `Refusal`.
pub fn register(asked: Asked<'_>, told: &str) -> Result<Credential, Refusal> {
    let (id, told): (_, Registered) = read(told)?;
    check_client(&decoded(&told.client_data)?, "webauthn.create", asked)?;
    let data = decoded(&told.authenticator_data)?;
    let authenticator = check_authenticator(&data, asked)?;
    if attested(&authenticator).is_none_or(|named| named != id) {
        return Err(Refusal::Credential);
    }
    let algorithm = Algorithm::of(told.public_key_algorithm).ok_or(Refusal::Key)?;
    let public_key = decoded(&told.public_key)?;
    algorithm.key(&public_key).ok_or(Refusal::Key)?;
    Ok(Credential { id, public_key, algorithm, counter: authenticator.counter })
}

/// An answer to "is it you?", read but not yet believed.
pub struct Assertion {
    /// The credential that is meant to have signed.
    pub credential: Vec<u8>,
    /// Whose the authenticator says that it is, if it says so: what it was given as the person's id.
    pub person: Option<Vec<u8>>,
    client: Vec<u8>,
    authenticator: Vec<u8>,
    signature: Vec<u8>,
}

impl Assertion {
    /// Reads what `PublicKeyCredential.toJSON` gives after `get`.
    ///
    /// # Errors
    /// `Unreadable`.
    pub fn read(told: &str) -> Result<Self, Refusal> {
        let (credential, told): (_, Asserted) = read(told)?;
        Ok(Self {
            credential,
            person: told.user_handle.as_deref().map(decoded).transpose()?,
            client: decoded(&told.client_data)?,
            authenticator: decoded(&told.authenticator_data)?,
            signature: decoded(&told.signature)?,
        })
    }

    /// How often the credential has now signed, if it is that credential's answer to what was asked.
    ///
    /// # Errors
    /// `Refusal`.
    pub fn check(&self, asked: Asked<'_>, known: &Credential) -> Result<u32, Refusal> {
        if self.credential != known.id {
            return Err(Refusal::Credential);
        }
        check_client(&self.client, "webauthn.get", asked)?;
        let authenticator = check_authenticator(&self.authenticator, asked)?;
        let key = known.algorithm.key(&known.public_key).ok_or(Refusal::Key)?;
        let signed = [self.authenticator.as_slice(), &Sha256::digest(&self.client)].concat();
        key.verify_sig(&signed, &self.signature).map_err(|_| Refusal::Signature)?;
        let counts = authenticator.counter != 0 || known.counter != 0;
        if counts && authenticator.counter <= known.counter { Err(Refusal::Copied) } else { Ok(authenticator.counter) }
    }
}
