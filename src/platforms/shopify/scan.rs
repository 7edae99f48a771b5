//! Looks at a body while it is taken in, before anything is read of it: whose shop it names, and whether it may forbid a message. Fast, and safe on any bytes.

use crate::platforms::PlatformError;
use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::fmt;
use url::Url;

/// Domains that Shopify itself gives out; other hosts may be the same shop's own.
const SHOPIFY_SUFFIX: &str = ".myshopify.com";
/// A domain is no longer (RFC 1035, section 2.3.4).
const DOMAIN_MAX: usize = 253;
/// By these topics a person takes their consent back or has themselves erased, or a shop takes its leave: from their acknowledgement on nothing may be sent
/// that they forbid.
const FORBIDDING: [&str; 5] = [
    "customers_marketing_consent_update",
    "customers_email_marketing_consent_update",
    "customers_redact",
    "shop_redact",
    "app_uninstalled",
];

/// Refuses a body that names another shop. Bodies that name none, or aren't JSON objects, pass.
///
/// # Errors
/// `ForeignShop`.
pub fn check_shop(body: &[u8], shop_domain: &str) -> Result<(), PlatformError> {
    let Ok(Domains(named)) = serde_json::from_slice::<Domains>(body) else { return Ok(()) };
    let foreign = named.into_iter().find(|d| !d.eq_ignore_ascii_case(shop_domain.trim()));
    foreign.map_or(Ok(()), |d| Err(PlatformError::ForeignShop(shown(d))))
}

/// Only what can be a domain is shown: an error must not quote whatever stands there.
fn shown(domain: String) -> String {
    let like_a_domain = domain.len() <= DOMAIN_MAX && domain.chars().all(|c| c.is_ascii_alphanumeric() || "-._{}".contains(c));
    if like_a_domain { domain } else { "(not a domain)".to_owned() }
}

/// May this delivery forbid a message that is due: an order, a checkout that says it was completed, or a topic of [`FORBIDDING`]?
pub fn is_urgent(topic: &str, body: &[u8]) -> bool {
    let topic = topic.trim().to_ascii_lowercase().replace('/', "_");
    topic.starts_with("orders_") || FORBIDDING.contains(&topic.as_str()) || std::str::from_utf8(body).is_ok_and(says_completed)
}

fn says_completed(body: &str) -> bool {
    body.match_indices("\"completed_at\"").any(|(at, key)| {
        let rest = body.get(at + key.len()..).unwrap_or_default().trim_start();
        rest.strip_prefix(':').is_some_and(|value| !value.trim_start().starts_with("null"))
    })
}

/// The shop domains that a body's top level names; everything else is skipped without being kept.
struct Domains(Vec<String>);

impl<'de> Deserialize<'de> for Domains {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(TopLevel)
    }
}

struct TopLevel;

impl<'de> Visitor<'de> for TopLevel {
    type Value = Domains;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Domains, A::Error> {
        let mut named = Vec::new();
        while let Some(key) = map.next_key::<Key>()? {
            match key {
                Key::Domain => named.extend(map.next_value::<Text>()?.0),
                Key::Host => named.extend(map.next_value::<Text>()?.0.filter(|d| is_shopifys(d))),
                Key::Link => named.extend(map.next_value::<Text>()?.0.and_then(|link| host(&link)).filter(|d| is_shopifys(d))),
                Key::Other => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(Domains(named))
    }
}

fn host(link: &str) -> Option<String> {
    Url::parse(link).ok()?.host_str().map(str::to_owned)
}

fn is_shopifys(domain: &str) -> bool {
    domain.to_ascii_lowercase().ends_with(SHOPIFY_SUFFIX)
}

enum Key {
    Domain,
    Host,
    Link,
    Other,
}

impl<'de> Deserialize<'de> for Key {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Name;
        impl Visitor<'_> for Name {
            type Value = Key;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a key")
            }
            fn visit_str<E>(self, key: &str) -> Result<Key, E> {
                Ok(match key {
                    "shop_domain" | "myshopify_domain" => Key::Domain,
                    "domain" => Key::Host,
                    "abandoned_checkout_url" | "order_status_url" => Key::Link,
                    _ => Key::Other,
                })
            }
        }
        deserializer.deserialize_str(Name)
    }
}

/// A text that says something; any other value is none.
struct Text(Option<String>);

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TextOrNot)
    }
}

struct TextOrNot;

impl<'de> Visitor<'de> for TextOrNot {
    type Value = Text;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("anything")
    }
    fn visit_str<E>(self, text: &str) -> Result<Text, E> {
        let text = text.trim();
        Ok(Text((!text.is_empty()).then(|| text.to_owned())))
    }
    fn visit_unit<E>(self) -> Result<Text, E> {
        Ok(Text(None))
    }
    fn visit_bool<E>(self, _: bool) -> Result<Text, E> {
        Ok(Text(None))
    }
    fn visit_i64<E>(self, _: i64) -> Result<Text, E> {
        Ok(Text(None))
    }
    fn visit_u64<E>(self, _: u64) -> Result<Text, E> {
        Ok(Text(None))
    }
    fn visit_f64<E>(self, _: f64) -> Result<Text, E> {
        Ok(Text(None))
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Text, A::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Text(None))
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Text, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Text(None))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_of_another_shop_is_refused_and_every_other_passes() {
        let check = |body: &str, foreign: Option<&str>| {
            let expected = foreign.map_or(Ok(()), |d| Err(PlatformError::ForeignShop(d.to_owned())));
            assert_eq!(check_shop(body.as_bytes(), "acme.myshopify.com"), expected, "{body}");
        };
        check(r#"{"shop_domain":"acme.myshopify.com"}"#, None);
        check(r#"{"shop_domain":"ACME.MyShopify.com"}"#, None);
        check(r#"{"shop_domain":"other.myshopify.com"}"#, Some("other.myshopify.com"));
        check(r#"{"id":1,"customer":{"shop_domain":"other.myshopify.com"}}"#, None);
        check(r#"{"domain":"shop.acme.com","myshopify_domain":"other.myshopify.com"}"#, Some("other.myshopify.com"));
        check(r#"{"domain":"other.myshopify.com","myshopify_domain":null}"#, Some("other.myshopify.com"));
        check(r#"{"domain":"acme.com"}"#, None);
        check(
            r#"{"abandoned_checkout_url":"https:\/\/other.myshopify.com\/1\/checkouts\/ac\/x\/recover?key=k"}"#,
            Some("other.myshopify.com"),
        );
        check(r#"{"order_status_url":"https://Other.MyShopify.com/1/orders/x"}"#, Some("other.myshopify.com"));
        check(r#"{"abandoned_checkout_url":"https://shop.acme.com/1/checkouts/ac/x"}"#, None);
        check(
            r#"{"abandoned_checkout_url":"https://acme.myshopify.com/1","order_status_url":{"a":[1,2.5,null,true]},"domain":[],"shop_domain":7}"#,
            None,
        );
        check(r#"{"shop_domain":"acme.myshopify.com","shop_domain":"other.myshopify.com"}"#, Some("other.myshopify.com"));
        check(r#"{"shop_domain":"jo@example.com"}"#, Some("(not a domain)"));
        for passes in ["", "[]", "null", "{", "{\"shop_domain\":\"other", "\u{0}"] {
            check(passes, None);
        }
        assert_eq!(check_shop(b"\xff\xfe{\"shop_domain\":", "acme.myshopify.com"), Ok(()));
        let deep = format!("{{\"a\":{}{}, \"shop_domain\":\"other.myshopify.com\"}}", "[".repeat(100_000), "]".repeat(100_000));
        check(&deep, Some("other.myshopify.com"));
    }

    #[test]
    fn what_may_forbid_a_message_is_urgent() {
        let check = |topic: &str, body: &[u8], expected: bool| assert_eq!(is_urgent(topic, body), expected, "{topic}");
        check("orders/create", b"", true);
        check("ORDERS_PAID", b"", true);
        check("checkouts/update", br#"{"completed_at":"2024-01-01T00:00:00Z"}"#, true);
        check("checkouts/update", b"{\"completed_at\"\n : \"2024-01-01T00:00:00Z\"}", true);
        check("checkouts/update", br#"{"completed_at":null}"#, false);
        check("checkouts/update", br#"{"completed_at" : null, "x": {"completed_at":"2024-01-01T00:00:00Z"}}"#, true);
        check("checkouts/update", br#"{"note":"completed_at"}"#, false);
        check("carts/update", b"\xff\"completed_at\":1", false);
        check("order", b"{}", false);
        check("customers_email_marketing_consent/update", b"{}", true);
        check("CUSTOMERS_MARKETING_CONSENT_UPDATE", b"{}", true);
        check("customers/redact", b"{}", true);
        check("app/uninstalled", b"{}", true);
        check("customers/update", b"{}", false);
    }
}
