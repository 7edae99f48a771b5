//! A device in software answers, and is believed only where every part of the answer is as it must be.

use super::*;
use aws_lc_rs::encoding::{AsDer, PublicKeyX509Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _, RSA_PKCS1_SHA256, RsaKeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use proptest::prelude::*;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use std::sync::LazyLock;

const CHALLENGE: &[u8] = b"thirty-two bytes of pure chance.";
const ID: &[u8] = b"the key of the desk";
const PERSON: &[u8] = b"0123456789abcdef";

enum Key {
    Es256(EcdsaKeyPair),
    EdDsa(Ed25519KeyPair),
    Rs256(RsaKeyPair),
}

static DEVICE: LazyLock<Key> = LazyLock::new(|| Key::Es256(EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).expect("a key")));

impl Key {
    fn public(&self) -> Vec<u8> {
        let der = |der: Result<PublicKeyX509Der<'static>, _>| der.expect("DER").as_ref().to_vec();
        match self {
            Self::Es256(key) => der(key.public_key().as_der()),
            Self::EdDsa(key) => der(key.public_key().as_der()),
            Self::Rs256(key) => der(key.public_key().as_der()),
        }
    }

    fn algorithm(&self) -> Algorithm {
        match self {
            Self::Es256(_) => Algorithm::Es256,
            Self::EdDsa(_) => Algorithm::EdDsa,
            Self::Rs256(_) => Algorithm::Rs256,
        }
    }

    fn sign(&self, text: &[u8]) -> Vec<u8> {
        let random = SystemRandom::new();
        match self {
            Self::Es256(key) => key.sign(&random, text).expect("signed").as_ref().to_vec(),
            Self::EdDsa(key) => key.sign(text).as_ref().to_vec(),
            Self::Rs256(key) => {
                let mut signature = vec![0; key.public_modulus_len()];
                key.sign(&RSA_PKCS1_SHA256, &random, text, &mut signature).expect("signed");
                signature
            }
        }
    }

    fn known(&self, counter: u32) -> Credential {
        Credential { id: ID.to_vec(), public_key: self.public(), algorithm: self.algorithm(), counter }
    }
}

/// What a browser and a device say; each part can be spoilt before it is signed.
struct Says {
    kind: &'static str,
    challenge: Vec<u8>,
    origin: &'static str,
    cross_origin: Value,
    party: &'static str,
    flags: u8,
    counter: u32,
    id: Vec<u8>,
}

impl Says {
    fn get() -> Self {
        Self {
            kind: "webauthn.get",
            challenge: CHALLENGE.to_vec(),
            origin: "https://cb.example",
            cross_origin: json!(false),
            party: "cb.example",
            flags: 0x05,
            counter: 7,
            id: ID.to_vec(),
        }
    }

    fn create() -> Self {
        Self { kind: "webauthn.create", flags: 0x45, counter: 0, ..Self::get() }
    }

    fn client(&self) -> Vec<u8> {
        let challenge = URL_SAFE_NO_PAD.encode(&self.challenge);
        json!({"type": self.kind, "challenge": challenge, "origin": self.origin, "crossOrigin": self.cross_origin, "other": "ignored"})
            .to_string()
            .into_bytes()
    }

    fn authenticator(&self) -> Vec<u8> {
        let mut data = Sha256::digest(self.party.as_bytes()).to_vec();
        data.push(self.flags);
        data.extend(self.counter.to_be_bytes());
        if self.kind == "webauthn.create" {
            data.extend([0; 16]);
            data.extend(u16::try_from(ID.len()).expect("short").to_be_bytes());
            data.extend(ID);
            data.extend(b"a key in CBOR, which nobody reads");
        }
        data
    }

    fn signature(&self, key: &Key) -> Vec<u8> {
        key.sign(&[self.authenticator(), Sha256::digest(self.client()).to_vec()].concat())
    }

    fn asserted(&self, key: &Key) -> String {
        assertion(&self.id, &self.client(), &self.authenticator(), &self.signature(key))
    }

    fn registered(&self, key: &[u8], algorithm: i64) -> String {
        let encoded = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        let response = json!({
            "clientDataJSON": encoded(&self.client()), "authenticatorData": encoded(&self.authenticator()),
            "publicKey": encoded(key), "publicKeyAlgorithm": algorithm, "attestationObject": "", "transports": ["internal"],
        });
        json!({"id": encoded(&self.id), "rawId": encoded(&self.id), "type": "public-key", "response": response}).to_string()
    }
}

fn assertion(id: &[u8], client: &[u8], authenticator: &[u8], signature: &[u8]) -> String {
    let encoded = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    let response = json!({
        "clientDataJSON": encoded(client), "authenticatorData": encoded(authenticator), "signature": encoded(signature),
        "userHandle": encoded(PERSON),
    });
    json!({"id": encoded(id), "rawId": encoded(id), "type": "public-key", "response": response}).to_string()
}

fn party() -> RelyingParty {
    RelyingParty::of("https://cb.example").expect("a name over https")
}

fn believed(told: &str, known: &Credential) -> Result<u32, Refusal> {
    Assertion::read(told)?.check(Asked { party: &party(), challenge: CHALLENGE }, known)
}

fn registered(told: &str) -> Result<Credential, Refusal> {
    register(Asked { party: &party(), challenge: CHALLENGE }, told)
}

#[test]
fn passkeys_are_for_names_over_https_and_for_the_machine_itself() {
    let check = |url: &str, expected: Result<(&str, &str), Unoffered>| {
        let expected = expected.map(|(id, origin)| RelyingParty { id: id.into(), origin: origin.into() });
        assert_eq!(RelyingParty::of(url), expected, "{url}");
    };
    check("https://cb.example", Ok(("cb.example", "https://cb.example")));
    check("https://CB.example:8443/below", Ok(("cb.example", "https://cb.example:8443")));
    check("https://cb.example:443", Ok(("cb.example", "https://cb.example")));
    check("http://localhost:8080", Ok(("localhost", "http://localhost:8080")));
    check("http://shop.localhost", Ok(("shop.localhost", "http://shop.localhost")));
    check("http://127.0.0.1:8080", Err(Unoffered::Number));
    check("https://[::1]", Err(Unoffered::Number));
    check("http://cb.example", Err(Unoffered::Insecure));
    check("http://localhost.evil.example", Err(Unoffered::Insecure));
}

#[test]
fn a_device_of_each_kind_is_registered_and_believed() {
    let eddsa = Key::EdDsa(Ed25519KeyPair::generate().expect("a key"));
    let rs256 = Key::Rs256(RsaKeyPair::generate(KeySize::Rsa2048).expect("a key"));
    for key in [&*DEVICE, &eddsa, &rs256] {
        let made = registered(&Says::create().registered(&key.public(), key.algorithm().number())).expect("registered");
        assert_eq!(made, key.known(0));
        let told = Says::get().asserted(key);
        assert_eq!(believed(&told, &made), Ok(7), "{:?}", key.algorithm());
        assert_eq!(Assertion::read(&told).expect("read").person.as_deref(), Some(PERSON));
    }
    let another = Key::EdDsa(Ed25519KeyPair::generate().expect("a key"));
    assert_eq!(believed(&Says::get().asserted(&eddsa), &another.known(0)), Err(Refusal::Signature));
}

#[test]
fn an_answer_is_refused_for_each_part_that_is_not_as_it_must_be() {
    let check = |spoil: fn(&mut Says), expected: Refusal| {
        let mut says = Says::get();
        spoil(&mut says);
        assert_eq!(believed(&says.asserted(&DEVICE), &DEVICE.known(3)), Err(expected));
        let mut says = Says::create();
        says.counter = 7;
        spoil(&mut says);
        if expected != Refusal::Kind {
            let told = says.registered(&DEVICE.public(), Algorithm::Es256.number());
            assert_eq!(registered(&told), Err(expected), "at registration");
        }
    };
    check(|s| s.kind = "webauthn.create", Refusal::Kind);
    check(|s| s.challenge[0] ^= 1, Refusal::Challenge);
    check(|s| s.challenge.clear(), Refusal::Challenge);
    check(|s| s.origin = "https://cb.example.evil.example", Refusal::Origin);
    check(|s| s.origin = "http://cb.example", Refusal::Origin);
    check(|s| s.cross_origin = json!(true), Refusal::Framed);
    check(|s| s.cross_origin = json!("no"), Refusal::Unreadable);
    check(|s| s.party = "evil.example", Refusal::Party);
    check(|s| s.flags &= !0x01, Refusal::Absent);
    check(|s| s.flags &= !0x04, Refusal::Unverified);
    check(|s| s.flags |= 0x10, Refusal::Flags);
    check(|s| s.id = b"another".to_vec(), Refusal::Credential);
    let told = Says::create().registered(&DEVICE.public(), Algorithm::Es256.number());
    assert_eq!(believed(&told, &DEVICE.known(0)), Err(Refusal::Unreadable), "no signature in it");
    let kept_elsewhere = Says { flags: 0x1d, ..Says::get() };
    assert_eq!(believed(&kept_elsewhere.asserted(&DEVICE), &DEVICE.known(0)), Ok(7), "which may be, if it may be");
}

#[test]
fn a_question_that_was_never_asked_has_no_answer() {
    let says = Says { challenge: Vec::new(), ..Says::get() };
    let read = Assertion::read(&says.asserted(&DEVICE)).expect("read");
    assert_eq!(read.check(Asked { party: &party(), challenge: &[] }, &DEVICE.known(0)), Err(Refusal::Challenge));
}

#[test]
fn only_keys_that_can_sign_as_they_say_are_registered() {
    let es256 = DEVICE.public();
    let check = |key: &[u8], algorithm: i64, expected: Refusal| {
        assert_eq!(registered(&Says::create().registered(key, algorithm)), Err(expected), "{algorithm}");
    };
    check(&es256, -8, Refusal::Key);
    check(&es256, -257, Refusal::Key);
    check(&es256, -35, Refusal::Key);
    check(&es256, 0, Refusal::Key);
    check(&[], -7, Refusal::Key);
    check(&es256[..es256.len() - 1], -7, Refusal::Key);
    let without = Says { flags: 0x05, ..Says::create() };
    assert_eq!(registered(&without.registered(&es256, -7)), Err(Refusal::Credential), "it says that it holds none");
    let asked = Says { kind: "webauthn.get", ..Says::create() };
    assert_eq!(registered(&asked.registered(&es256, -7)), Err(Refusal::Kind));
}

#[test]
fn a_device_that_counts_must_count_on() {
    let check = |known: u32, told: u32, expected: Result<u32, Refusal>| {
        let says = Says { counter: told, ..Says::get() };
        assert_eq!(believed(&says.asserted(&DEVICE), &DEVICE.known(known)), expected, "{known} then {told}");
    };
    check(0, 0, Ok(0));
    check(0, 1, Ok(1));
    check(6, 7, Ok(7));
    check(7, 7, Err(Refusal::Copied));
    check(8, 7, Err(Refusal::Copied));
    check(1, 0, Err(Refusal::Copied));
    check(u32::MAX - 1, u32::MAX, Ok(u32::MAX));
}

#[test]
fn what_is_no_answer_can_not_be_read() {
    let whole = Says::get().asserted(&DEVICE);
    let long = whole.replace("\"type\"", &format!("\"padding\":\"{}\",\"type\"", "x".repeat(40_000)));
    let of_another_kind = whole.replace("public-key", "password");
    for told in ["", "null", "{}", "[1]", &whole[..whole.len() / 2], &long, &of_another_kind, &whole.replace("\"id\":\"", "\"id\":\"!")] {
        assert_eq!(Assertion::read(told).err(), Some(Refusal::Unreadable), "{told:.40}");
        assert_eq!(registered(told), Err(Refusal::Unreadable));
    }
    let short = Says::get().authenticator();
    for length in 0..short.len() {
        let told = assertion(ID, &Says::get().client(), &short[..length], &Says::get().signature(&DEVICE));
        assert!(believed(&told, &DEVICE.known(0)).is_err(), "{length} bytes");
    }
}

proptest! {
    #[test]
    fn any_flipped_bit_is_refused(part in 0_usize..4, at in any::<prop::sample::Index>(), bit in 0_u32..8) {
        let says = Says::get();
        let mut parts = [ID.to_vec(), says.client(), says.authenticator(), says.signature(&DEVICE)];
        let place = at.index(parts[part].len());
        parts[part][place] ^= 1 << bit;
        let [id, client, authenticator, signature] = parts;
        prop_assert!(believed(&assertion(&id, &client, &authenticator, &signature), &DEVICE.known(3)).is_err());
    }

    #[test]
    fn nothing_that_is_sent_makes_it_stumble(told in ".{0,200}", raw in prop::collection::vec(any::<u8>(), 0..120)) {
        prop_assert!(believed(&told, &DEVICE.known(0)).is_err());
        prop_assert!(believed(&assertion(ID, &raw, &raw, &raw), &DEVICE.known(0)).is_err());
    }
}
