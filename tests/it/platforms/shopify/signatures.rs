//! Signatures over real bodies, in Shopify's own escaping.

use super::shared;
use comeback::platforms::shopify::Shopify;
use comeback::platforms::{Headers, Platform, PlatformError};
use serde_json::Value;

fn signed(signature: &str) -> Headers {
    Headers::from([("x-shopify-hmac-sha256".to_owned(), signature.to_owned())])
}

#[test]
fn every_vector_is_believed_by_either_secret_and_by_no_other_bytes() {
    let Some(folder) = shared() else { return };
    let vectors: Vec<Value> = serde_json::from_slice(&std::fs::read(folder.join("_raw/vectors.json")).expect("vectors")).expect("json");
    let mut checked = 0;
    for vector in vectors.iter().filter(|v| v.get("x_shopify_hmac_sha256").is_some()) {
        let text = |key: &str| vector[key].as_str().unwrap_or_else(|| panic!("{key}")).to_owned();
        let file = text("body_file");
        let body = std::fs::read(folder.join(&file)).expect("body");
        let secrets = [text("secret"), text("previous_secret")];
        let (now, before) = (signed(&text("x_shopify_hmac_sha256")), signed(&text("hmac_with_previous_secret")));

        assert_eq!(Shopify.verify(&now, &body, &secrets), Ok(()), "{file}");
        assert_eq!(Shopify.verify(&before, &body, &secrets), Ok(()), "{file}");
        assert_eq!(
            Shopify.verify(&before, &body, &secrets[..1]),
            Err(PlatformError::BadSignature),
            "{file}: a secret that no longer stands"
        );
        if vector["differs"] == true {
            let reprinted = signed(&text("hmac_of_reserialized_body_must_fail"));
            assert_eq!(Shopify.verify(&reprinted, &body, &secrets), Err(PlatformError::BadSignature), "{file}: re-printed");
        }
        let mut altered = body.clone();
        let middle = altered.len() / 2;
        altered[middle] ^= 1;
        assert_eq!(Shopify.verify(&now, &altered, &secrets), Err(PlatformError::BadSignature), "{file}: one altered bit");
        assert_eq!(Shopify.verify(&now, &body[1..], &secrets), Err(PlatformError::BadSignature), "{file}: one byte less");
        checked += 1;
    }
    assert!(checked >= 15, "only {checked} vectors");
}

#[test]
fn the_newer_header_is_believed_as_well() {
    // HMAC-SHA256 of RFC 4231, test case 2.
    let hex = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
    let bytes: Vec<u8> = (0..32).map(|i| u8::from_str_radix(&hex[2 * i..2 * i + 2], 16).expect("hex")).collect();
    use base64::Engine as _;
    let signature = base64::engine::general_purpose::STANDARD.encode(bytes);
    let headers = Headers::from([("shopify-hmac-sha256".to_owned(), signature)]);
    assert_eq!(Shopify.verify(&headers, b"what do ya want for nothing?", &["wrong".into(), "Jefe".into()]), Ok(()));
}
