//! What a delivery's headers say, and whether its signature is the shop's.
//!
//! Two families of names are in use: `X-Shopify-*` for webhooks and `Shopify-*` for the newer event deliveries. Only the body is signed, never the headers.

use crate::platforms::{Envelope, Headers, PlatformError};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

/// Reads the headers.
///
/// # Errors
/// `MissingHeader` without a webhook id or a topic.
pub fn envelope(headers: &Headers) -> Result<Envelope, PlatformError> {
    let owned = |name| find(headers, name).map(str::to_owned);
    Ok(Envelope {
        delivery_key: owned("webhook-id").ok_or(PlatformError::MissingHeader("X-Shopify-Webhook-Id"))?,
        topic: owned("topic").ok_or(PlatformError::MissingHeader("X-Shopify-Topic"))?,
        shop_domain: find(headers, "shop-domain").map(str::to_ascii_lowercase),
        api_version: owned("api-version"),
        event_id: owned("event-id"),
        // Only a tie-break and a fallback: a value that can't be read is not worth losing the delivery for.
        triggered_at: find(headers, "triggered-at").and_then(|t| t.parse().ok()),
    })
}

/// Checks the signature: base64 of HMAC-SHA256 over the raw body, by any of the secrets (while one is being replaced, Shopify signs with the oldest that
/// still stands).
///
/// # Errors
/// `MissingHeader`, or `BadSignature`.
pub fn verify(headers: &Headers, body: &[u8], secrets: &[String]) -> Result<(), PlatformError> {
    let given = find(headers, "hmac-sha256").ok_or(PlatformError::MissingHeader("X-Shopify-Hmac-Sha256"))?;
    let given = STANDARD.decode(given).map_err(|_| PlatformError::BadSignature)?;
    // Anybody can sign with an empty secret.
    let secrets = secrets.iter().filter(|s| !s.is_empty());
    let good = secrets.fold(false, |good, secret| good | signed_by(secret, body, &given));
    if good { Ok(()) } else { Err(PlatformError::BadSignature) }
}

/// The signature that Shopify would give a body; empty for a secret that can't be a key.
pub fn signature(body: &[u8], secret: &str) -> String {
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) else { return String::new() };
    mac.update(body);
    STANDARD.encode(mac.finalize().into_bytes())
}

fn signed_by(secret: &str, body: &[u8], given: &[u8]) -> bool {
    Hmac::<Sha256>::new_from_slice(secret.as_bytes()).is_ok_and(|mut mac| {
        mac.update(body);
        // Compares in constant time.
        mac.verify_slice(given).is_ok()
    })
}

fn find<'a>(headers: &'a Headers, name: &str) -> Option<&'a str> {
    let value = |prefix: &str| headers.get(&format!("{prefix}{name}")).map(|v| v.trim()).filter(|v| !v.is_empty());
    value("x-shopify-").or_else(|| value("shopify-"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&str, &str)]) -> Headers {
        pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect()
    }

    #[test]
    fn both_families_of_headers_are_read_and_the_older_one_first() {
        let read = envelope(&headers(&[
            ("x-shopify-topic", "orders/create"),
            ("shopify-topic", "orders/delete"),
            ("shopify-webhook-id", " w1 "),
            ("shopify-shop-domain", "Acme.myshopify.com"),
            ("x-shopify-triggered-at", "2026-10-01T14:00:01.5Z"),
        ]))
        .expect("envelope");
        assert_eq!((read.topic.as_str(), read.delivery_key.as_str()), ("orders/create", "w1"));
        assert_eq!(read.shop_domain.as_deref(), Some("acme.myshopify.com"));
        assert_eq!(read.triggered_at, Some("2026-10-01T14:00:01.5Z".parse().expect("instant")));
        assert_eq!((read.api_version, read.event_id), (None, None));
    }

    #[test]
    fn without_a_webhook_id_or_a_topic_there_is_no_envelope() {
        let check = |pairs: &[(&str, &str)], missing| assert_eq!(envelope(&headers(pairs)), Err(PlatformError::MissingHeader(missing)));
        check(&[("x-shopify-topic", "orders/create"), ("x-shopify-event-id", "e1")], "X-Shopify-Webhook-Id");
        check(&[("x-shopify-topic", "orders/create"), ("x-shopify-webhook-id", "")], "X-Shopify-Webhook-Id");
        check(&[("x-shopify-webhook-id", "w1")], "X-Shopify-Topic");
    }

    #[test]
    fn an_unreadable_trigger_time_is_no_trigger_time() {
        let read = envelope(&headers(&[("shopify-topic", "t"), ("shopify-webhook-id", "w"), ("shopify-triggered-at", "soon")]));
        assert_eq!(read.expect("envelope").triggered_at, None);
    }

    #[test]
    fn a_missing_header_no_secret_and_an_empty_secret_are_refused() {
        let signature = STANDARD.encode(Hmac::<Sha256>::new_from_slice(b"").expect("key").chain_update(b"{}").finalize().into_bytes());
        let signed = headers(&[("x-shopify-hmac-sha256", &signature)]);
        assert_eq!(verify(&headers(&[]), b"{}", &["s".into()]), Err(PlatformError::MissingHeader("X-Shopify-Hmac-Sha256")));
        assert_eq!(verify(&signed, b"{}", &[]), Err(PlatformError::BadSignature));
        assert_eq!(verify(&signed, b"{}", &[String::new()]), Err(PlatformError::BadSignature));
        assert_eq!(verify(&headers(&[("x-shopify-hmac-sha256", "%%%")]), b"{}", &["s".into()]), Err(PlatformError::BadSignature));
    }
}
