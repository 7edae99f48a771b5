//! The webhooks of a canary, as Shopify would send them: with its headers, and signed.

use super::headers::signature;
use crate::platforms::{CanaryAct, CanaryShopper, Headers};
use jiff::Timestamp;
use serde_json::{Value, json};

/// Of the bodies below.
const API_VERSION: &str = "2026-07";

/// Headers and body of what a canary does.
pub fn webhook(shopper: &CanaryShopper<'_>, act: CanaryAct, delivery_key: &str, secret: &str) -> (Headers, Vec<u8>) {
    let (topic, body) = match act {
        CanaryAct::BeginsCheckout => ("checkouts/create", checkout(shopper)),
        CanaryAct::Buys => ("orders/create", order(shopper)),
    };
    let body = body.to_string().into_bytes();
    let pairs = [
        ("x-shopify-topic", topic.to_owned()),
        ("x-shopify-shop-domain", shopper.shop_domain.to_owned()),
        ("x-shopify-webhook-id", delivery_key.to_owned()),
        ("x-shopify-api-version", API_VERSION.to_owned()),
        ("x-shopify-hmac-sha256", signature(&body, secret)),
    ];
    (pairs.into_iter().map(|(name, value)| (name.to_owned(), value)).collect(), body)
}

/// To the millisecond, so that what comes first is first.
fn stamp(at: Timestamp) -> String {
    format!("{at:.3}")
}

fn person(shopper: &CanaryShopper<'_>) -> Value {
    json!({"id": number(shopper), "email": shopper.email, "phone": shopper.phone, "first_name": "Canary", "last_name": "Comeback"})
}

/// A number of its own, as ids of customers and orders are.
fn number(shopper: &CanaryShopper<'_>) -> u64 {
    shopper.run.as_u64_pair().1 >> 16
}

fn token(shopper: &CanaryShopper<'_>, of: &str) -> String {
    format!("{of}{}", shopper.run.simple())
}

fn lines(shopper: &CanaryShopper<'_>) -> Value {
    let price = shopper.worth.amount();
    json!([{"variant_id": 1, "product_id": 1, "title": "Canary", "variant_title": null, "sku": "CANARY", "quantity": 1, "price": price,
        "line_price": price, "properties": []}])
}

fn checkout(shopper: &CanaryShopper<'_>) -> Value {
    let currency = shopper.worth.currency.code();
    let cart = token(shopper, "cart");
    json!({
        "token": token(shopper, "checkout"), "cart_token": cart, "email": shopper.email, "phone": shopper.phone, "buyer_accepts_marketing": true,
        "buyer_accepts_sms_marketing": true, "sms_marketing_phone": shopper.phone, "created_at": stamp(shopper.began_at),
        "updated_at": stamp(shopper.now), "completed_at": null, "currency": currency, "presentment_currency": currency,
        "customer_locale": shopper.language, "line_items": lines(shopper), "source_name": "web", "discount_codes": [],
        "total_price": shopper.worth.amount(), "customer": person(shopper),
        "abandoned_checkout_url": format!("https://{}/1/checkouts/ac/{cart}/recover?key=canary", shopper.shop_domain),
    })
}

fn order(shopper: &CanaryShopper<'_>) -> Value {
    let (currency, total) = (shopper.worth.currency.code(), shopper.worth.amount());
    let at = stamp(shopper.now);
    json!({
        "id": number(shopper), "name": "#1", "order_number": 1, "email": shopper.email, "contact_email": shopper.email, "phone": shopper.phone,
        "cart_token": token(shopper, "cart"), "checkout_token": token(shopper, "checkout"), "created_at": at, "updated_at": at, "processed_at": at,
        "cancelled_at": null, "test": false, "currency": currency, "presentment_currency": currency, "financial_status": "paid",
        "total_price": total, "current_total_price": total, "total_outstanding": "0.00", "discount_codes": [], "note_attributes": [],
        "source_name": "web", "line_items": lines(shopper), "refunds": [], "customer": person(shopper),
    })
}
