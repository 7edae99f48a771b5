//! Bodies of the simulated store's webhooks, shaped like those of Shopify's API version 2026-07, and signed as Shopify signs them.

use super::story::{Line, Shopper, Webhook};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use jiff::Timestamp;
use serde_json::{Map, Value, json};
use sha2::Sha256;

/// The store's domain on its platform.
pub const DOMAIN: &str = "comeback-demo.myshopify.com";
/// Of the bodies below.
pub const API_VERSION: &str = "2026-07";
/// The store sells in.
pub const CURRENCY: &str = "GBP";
const BROWSER: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

/// When things happened to one shopper.
#[derive(Debug, Clone, Copy)]
pub struct Moments {
    /// The cart was begun.
    pub began: Timestamp,
    /// The order was placed; before it is, now.
    pub ordered: Timestamp,
    /// What is told happened.
    pub now: Timestamp,
}

/// `carts/create`, ...
pub fn topic(webhook: Webhook) -> &'static str {
    match webhook {
        Webhook::Cart => "carts/create",
        Webhook::CheckoutBegun => "checkouts/create",
        Webhook::ContactGiven => "checkouts/update",
        Webhook::OrderCreated => "orders/create",
        Webhook::OrderPaid => "orders/paid",
        Webhook::Refunded => "refunds/create",
    }
}

/// The body of a webhook.
pub fn body(shopper: &Shopper, webhook: Webhook, moments: &Moments) -> Value {
    match webhook {
        Webhook::Cart => cart(shopper, moments),
        Webhook::CheckoutBegun => checkout(shopper, moments, false),
        Webhook::ContactGiven => checkout(shopper, moments, true),
        Webhook::OrderCreated => order(shopper, moments, "pending"),
        Webhook::OrderPaid => order(shopper, moments, "paid"),
        Webhook::Refunded => refund(shopper, moments),
    }
}

/// The bytes as Shopify prints them: what could end a script element is escaped, and so is every slash.
pub fn bytes(body: &Value) -> Vec<u8> {
    let text = body.to_string();
    text.replace('/', "\\/").replace('&', "\\u0026").replace('<', "\\u003c").replace('>', "\\u003e").into_bytes()
}

/// The signature over those bytes.
pub fn signature(body: &[u8], secret: &str) -> String {
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) else { return String::new() };
    mac.update(body);
    STANDARD.encode(mac.finalize().into_bytes())
}

/// `19.99` of cents.
pub fn money(minor: i64) -> String {
    format!("{}.{:02}", minor / 100, minor % 100)
}

fn set(minor: i64) -> Value {
    let one = json!({"amount": money(minor), "currency_code": CURRENCY});
    json!({"shop_money": one, "presentment_money": one})
}

/// The real ones are dated to the second. These are dated to the millisecond, so that at a high `--speed` what came first is still first.
fn stamp(at: Timestamp) -> String {
    format!("{at:.3}")
}

fn merged(mut into: Value, more: Value) -> Value {
    if let (Value::Object(fields), Value::Object(more)) = (&mut into, more) {
        fields.extend(more);
    }
    into
}

/// A group of fields that the real bodies have and that say nothing here.
fn nothing(keys: &[&str]) -> Value {
    Value::Object(keys.iter().map(|k| ((*k).to_owned(), Value::Null)).collect::<Map<String, Value>>())
}

fn cart(shopper: &Shopper, moments: &Moments) -> Value {
    let line = |l: &Line| {
        json!({"id": l.product.id + 1, "properties": null, "quantity": l.quantity, "variant_id": l.product.id + 1,
            "key": format!("{}:{:x}", l.product.id + 1, l.id), "discounted_price": money(l.product.price_minor), "discounts": [], "gift_card": false,
            "grams": 400, "line_price": money(l.total_minor()), "original_line_price": money(l.total_minor()), "price": money(l.product.price_minor),
            "product_id": l.product.id, "sku": l.product.sku, "taxable": true, "title": l.product.title, "total_discount": "0.00", "vendor": "Alder & Pine"})
    };
    let token = &shopper.tokens.cart;
    json!({"id": token, "token": token, "line_items": shopper.lines.iter().map(line).collect::<Vec<_>>(), "note": "",
        "updated_at": stamp(moments.now), "created_at": stamp(moments.began)})
}

/// Of the range kept for examples (RFC 5737).
fn browser_ip(shopper: &Shopper) -> String {
    format!("203.0.113.{}", shopper.index % 254 + 1)
}

fn person(shopper: &Shopper) -> Value {
    let place = shopper.place;
    json!({"first_name": shopper.first_name, "last_name": shopper.last_name, "name": format!("{} {}", shopper.first_name, shopper.last_name),
        "address1": format!("{} Example Street", shopper.index + 1), "address2": null, "company": null, "phone": shopper.phone, "city": place.city, "zip": place.zip,
        "province": place.province, "country": "United Kingdom", "country_code": "GB", "province_code": place.province_code, "latitude": null, "longitude": null})
}

fn customer(shopper: &Shopper, moments: &Moments) -> Value {
    let id = shopper.tokens.customer_id;
    let home = merged(json!({"id": id + 1, "customer_id": id, "default": true}), person(shopper));
    json!({"id": id, "created_at": stamp(moments.began), "updated_at": stamp(moments.began), "first_name": shopper.first_name, "last_name": shopper.last_name,
        "state": "disabled", "note": null, "verified_email": true, "multipass_identifier": null, "tax_exempt": false, "email": shopper.email,
        "phone": shopper.phone, "currency": CURRENCY, "tax_exemptions": [], "admin_graphql_api_id": format!("gid://shopify/Customer/{id}"),
        "default_address": home})
}

fn checkout_line(l: &Line) -> Value {
    json!({"key": l.id.to_string(), "applied_discounts": [], "discount_allocations": [], "destination_location_id": null, "fulfillment_service": "manual",
        "gift_card": false, "grams": 400, "presentment_title": l.product.title, "presentment_variant_title": "", "product_id": l.product.id,
        "quantity": l.quantity, "requires_shipping": true, "sku": l.product.sku, "tax_lines": [], "taxable": true, "title": l.product.title,
        "variant_id": l.product.id + 1, "variant_title": "", "variant_price": money(l.product.price_minor), "vendor": "Alder & Pine",
        "line_price": money(l.total_minor()), "price": money(l.product.price_minor)})
}

/// `known`: they have said who they are. Before, there is no e-mail address, no customer, and an empty list where an address would be.
fn checkout(shopper: &Shopper, moments: &Moments, known: bool) -> Value {
    let (tokens, total) = (&shopper.tokens, money(shopper.total_minor()));
    let url = format!("https://{DOMAIN}/68875616470/checkouts/ac/{}/recover?key={}&locale=en-GB", tokens.cart, tokens.key);
    let common = json!({"token": tokens.checkout, "cart_token": tokens.cart, "created_at": stamp(moments.began), "updated_at": stamp(moments.now),
        "landing_site": "/collections/trail", "note": "", "note_attributes": [], "referring_site": "", "shipping_lines": [], "taxes_included": false,
        "total_weight": 400, "currency": CURRENCY, "customer_locale": "en-GB", "name": format!("#{}", tokens.order_id + 7),
        "line_items": shopper.lines.iter().map(checkout_line).collect::<Vec<_>>(), "abandoned_checkout_url": url, "discount_codes": [], "tax_lines": [],
        "presentment_currency": CURRENCY, "source_name": "web", "total_line_items_price": total, "total_tax": "0.00", "total_discounts": "0.00",
        "subtotal_price": total, "total_price": total, "total_duties": "0.00"});
    let empty = nothing(&[
        "gateway",
        "completed_at",
        "closed_at",
        "device_id",
        "user_id",
        "location_id",
        "source_identifier",
        "source_url",
        "source",
        "reservation_token",
    ]);
    let contact = if known {
        let texts_to = shopper.phone.as_ref().filter(|_| shopper.texts_wanted);
        json!({"email": shopper.email, "phone": null, "buyer_accepts_marketing": shopper.mails_wanted, "buyer_accepts_sms_marketing": texts_to.is_some(),
            "sms_marketing_phone": texts_to, "shipping_address": person(shopper), "billing_address": person(shopper), "customer": customer(shopper, moments)})
    } else {
        json!({"email": null, "phone": null, "buyer_accepts_marketing": false, "buyer_accepts_sms_marketing": false, "sms_marketing_phone": null,
            "shipping_address": []})
    };
    merged(merged(common, empty), contact)
}

fn order_line(l: &Line) -> Value {
    json!({"id": l.id, "admin_graphql_api_id": format!("gid://shopify/LineItem/{}", l.id), "current_quantity": l.quantity, "fulfillable_quantity": l.quantity,
        "fulfillment_service": "manual", "fulfillment_status": null, "gift_card": false, "grams": 400, "name": l.product.title,
        "price": money(l.product.price_minor), "price_set": set(l.product.price_minor), "product_exists": true, "product_id": l.product.id, "properties": [],
        "quantity": l.quantity, "requires_shipping": true, "sku": l.product.sku, "taxable": true, "title": l.product.title, "total_discount": "0.00",
        "total_discount_set": set(0), "variant_id": l.product.id + 1, "variant_inventory_management": "shopify", "variant_title": null,
        "vendor": "Alder & Pine", "tax_lines": [], "duties": [], "discount_allocations": []})
}

fn order(shopper: &Shopper, moments: &Moments, status: &str) -> Value {
    let (tokens, minor) = (&shopper.tokens, shopper.total_minor());
    let (total, number) = (money(minor), 1001 + shopper.index);
    let owed = if status == "paid" { money(0) } else { total.clone() };
    let head = json!({"id": tokens.order_id, "admin_graphql_api_id": format!("gid://shopify/Order/{}", tokens.order_id), "app_id": 580_111,
        "browser_ip": browser_ip(shopper), "buyer_accepts_marketing": shopper.mails_wanted, "cart_token": tokens.cart, "checkout_token": tokens.checkout,
        "client_details": {"accept_language": "en-GB", "browser_ip": browser_ip(shopper), "user_agent": BROWSER}, "confirmed": true,
        "contact_email": shopper.email, "created_at": stamp(moments.ordered), "processed_at": stamp(moments.ordered), "updated_at": stamp(moments.now),
        "currency": CURRENCY, "presentment_currency": CURRENCY, "customer_locale": "en-GB", "email": shopper.email, "financial_status": status,
        "name": format!("#{number}"), "number": number - 1000, "order_number": number, "token": tokens.key, "source_name": "web", "test": false,
        "landing_site": "/collections/trail", "referring_site": "", "tags": "", "note_attributes": [], "payment_gateway_names": ["shopify_payments"],
        "order_status_url": format!("https://{DOMAIN}/68875616470/orders/{}/authenticate?key={}", tokens.key, tokens.checkout)});
    let amounts = json!({"total_price": total, "total_price_set": set(minor), "current_total_price": total, "current_total_price_set": set(minor),
        "subtotal_price": total, "subtotal_price_set": set(minor), "current_subtotal_price": total, "total_line_items_price": total,
        "total_line_items_price_set": set(minor), "total_discounts": "0.00", "total_discounts_set": set(0), "total_tax": "0.00", "total_tax_set": set(0),
        "total_shipping_price_set": set(0), "total_tip_received": "0.00", "total_outstanding": owed, "total_weight": 400, "taxes_included": false});
    let lists = json!({"line_items": shopper.lines.iter().map(order_line).collect::<Vec<_>>(), "discount_codes": [], "discount_applications": [],
        "fulfillments": [], "refunds": [], "returns": [], "shipping_lines": [], "tax_lines": [], "line_item_groups": [],
        "billing_address": person(shopper), "shipping_address": person(shopper), "customer": customer(shopper, moments)});
    let empty = nothing(&[
        "cancel_reason",
        "cancelled_at",
        "closed_at",
        "company",
        "device_id",
        "fulfillment_status",
        "location_id",
        "note",
        "phone",
        "po_number",
        "reference",
        "source_identifier",
        "source_url",
        "user_id",
        "payment_terms",
    ]);
    [amounts, lists, empty].into_iter().fold(head, merged)
}

fn refund(shopper: &Shopper, moments: &Moments) -> Value {
    let (order, minor) = (shopper.tokens.order_id, shopper.refund_minor());
    let id = order + 900_000_000_000;
    let back: Vec<Value> = shopper
        .lines
        .iter()
        .take(1)
        .map(|l| {
            json!({"id": id + 1, "quantity": l.quantity, "line_item_id": l.id, "location_id": null, "restock_type": "return", "subtotal": money(l.total_minor()),
                "total_tax": "0.00", "subtotal_set": set(l.total_minor()), "total_tax_set": set(0), "line_item": order_line(l)})
        })
        .collect();
    json!({"id": id, "order_id": order, "created_at": stamp(moments.now), "processed_at": stamp(moments.now), "note": "Did not fit", "user_id": 89_705_382_102_u64,
        "restock": true, "duties": [], "total_duties_set": set(0), "return": null, "admin_graphql_api_id": format!("gid://shopify/Refund/{id}"),
        "refund_line_items": back, "order_adjustments": [], "transactions": [{"id": id + 2, "order_id": order, "kind": "refund", "gateway": "shopify_payments",
            "status": "success", "message": "Refunded", "created_at": stamp(moments.now), "processed_at": stamp(moments.now), "test": false,
            "amount": money(minor), "currency": CURRENCY, "parent_id": order + 1, "source_name": "web", "manual_payment_gateway": false}]})
}
