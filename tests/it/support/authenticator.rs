//! An authenticator in software: it makes passkeys and answers with them, as browsers pass its answers on.

use aws_lc_rs::encoding::{AsDer, PublicKeyX509Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

const ID: &[u8] = b"a credential of the tests";
const PRESENT_AND_VERIFIED: u8 = 0x05;
const HAS_CREDENTIAL: u8 = 0x40;

/// One device with one passkey.
pub struct Authenticator {
    key: EcdsaKeyPair,
    origin: String,
    /// How often it has signed.
    pub counter: u32,
    person: String,
}

fn encoded(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

impl Authenticator {
    /// A device on which a browser shows pages of this origin.
    pub fn at(origin: &str) -> Self {
        let key = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).expect("a key");
        Self { key, origin: origin.to_owned(), counter: 0, person: String::new() }
    }

    fn client(&self, kind: &str, challenge: &str) -> Vec<u8> {
        json!({"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": false}).to_string().into_bytes()
    }

    fn data(&mut self, party: &str, flags: u8) -> Vec<u8> {
        self.counter += 1;
        [Sha256::digest(party.as_bytes()).as_slice(), &[flags], &self.counter.to_be_bytes()].concat()
    }

    /// Makes the passkey that a page asks for.
    pub fn create(&mut self, options: &Value) -> String {
        options["user"]["id"].as_str().expect("a person").clone_into(&mut self.person);
        let client = self.client("webauthn.create", options["challenge"].as_str().expect("a challenge"));
        let mut data = self.data(options["rp"]["id"].as_str().expect("a party"), PRESENT_AND_VERIFIED | HAS_CREDENTIAL);
        data.extend([0; 16]);
        data.extend(u16::try_from(ID.len()).expect("short").to_be_bytes());
        data.extend(ID);
        let public: PublicKeyX509Der<'_> = self.key.public_key().as_der().expect("DER");
        let response = json!({
            "clientDataJSON": encoded(client), "authenticatorData": encoded(data), "publicKey": encoded(public.as_ref()), "publicKeyAlgorithm": -7,
        });
        json!({"id": encoded(ID), "type": "public-key", "response": response}).to_string()
    }

    /// Says that it is its owner again.
    pub fn get(&mut self, options: &Value) -> String {
        let client = self.client("webauthn.get", options["challenge"].as_str().expect("a challenge"));
        let data = self.data(options["rpId"].as_str().expect("a party"), PRESENT_AND_VERIFIED);
        let signed = [data.as_slice(), &Sha256::digest(&client)].concat();
        let signature = self.key.sign(&SystemRandom::new(), &signed).expect("signed");
        let response = json!({
            "clientDataJSON": encoded(client), "authenticatorData": encoded(data), "signature": encoded(signature), "userHandle": self.person,
        });
        json!({"id": encoded(ID), "type": "public-key", "response": response}).to_string()
    }
}
