//! Shopify's deliveries: real ones from the shared reference where it is at hand, and our own, always.

mod admin;
mod arrival;
mod discounts;
mod links;
mod nonsense;
mod own;
mod schema;
mod shared;
mod signatures;
mod told;

use comeback::domain::event::Event;
use comeback::platforms::shopify::Shopify;
use comeback::platforms::{Platform, PlatformError, ReadContext};
use jiff::Timestamp;
use serde_json::Value;
use std::path::PathBuf;

/// Every topic that has a reader, one that has none, and one that nobody knows.
const TOPICS: [&str; 32] = [
    "carts/create",
    "carts/update",
    "checkouts/create",
    "checkouts/update",
    "checkouts/delete",
    "orders/create",
    "orders/paid",
    "orders/updated",
    "orders/cancelled",
    "orders/fulfilled",
    "orders/partially_fulfilled",
    "orders/edited",
    "orders/delete",
    "refunds/create",
    "customers/create",
    "customers/update",
    "customers/delete",
    "customers/merge",
    "customers_marketing_consent/update",
    "customers_email_marketing_consent/update",
    "customers_whats_app_marketing_consent/update",
    "discounts/create",
    "products/create",
    "products/update",
    "products/delete",
    "variants/in_stock",
    "variants/out_of_stock",
    "app/uninstalled",
    "customers/redact",
    "customers/data_request",
    "shop/redact",
    "nobody/knows",
];

/// Later than every date in the fixtures.
const RECEIVED_AT: &str = "2026-11-01T00:00:00Z";

fn instant(text: &str) -> Timestamp {
    text.parse().expect("instant")
}

fn read_in(currency: &str, topic: &str, body: &[u8]) -> Result<Vec<Event>, PlatformError> {
    let shop_currency = currency.parse().expect("currency");
    Shopify.read(&ReadContext { topic, received_at: instant(RECEIVED_AT), triggered_at: None, shop_currency }, body)
}

/// The shared fixtures' folder; none, loudly, where it is absent.
fn shared() -> Option<PathBuf> {
    #[allow(clippy::disallowed_methods, reason = "where the reference payloads are is no setting of the program")]
    let root = std::env::var("COMEBACK_SHARED").unwrap_or_else(|_| "../shared".to_owned());
    let folder = PathBuf::from(root).join("fixtures/platforms");
    if folder.is_dir() {
        return Some(folder);
    }
    eprintln!("SKIPPED: {} is absent; set COMEBACK_SHARED to run the tests over shared fixtures", folder.display());
    None
}

/// A shared fixture's body: without the envelope that synthetic ones and some REST answers have.
fn unwrapped(value: Value) -> Value {
    let Value::Object(mut fields) = value else { return value };
    if fields.contains_key("headers") && fields.contains_key("body") {
        return fields.remove("body").unwrap_or_default();
    }
    for name in ["checkout", "checkouts", "order", "orders", "refund", "customer"] {
        if fields.len() == 1 && fields.contains_key(name) {
            return match fields.remove(name) {
                Some(Value::Array(mut list)) if !list.is_empty() => list.swap_remove(0),
                other => other.unwrap_or_default(),
            };
        }
    }
    Value::Object(fields)
}

fn shared_body(file: &str) -> Option<Vec<u8>> {
    let path = shared()?.join(file);
    let text = std::fs::read(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let value = serde_json::from_slice(&text).unwrap_or_else(|e| panic!("{file}: {e}"));
    Some(unwrapped(value).to_string().into_bytes())
}
