//! A shopper of the stories, and the bodies of the webhooks that their doings bring about; shaped like Shopify's of version 2026-07.

use jiff::Timestamp;
use serde_json::{Value, json};

/// Who they are and what they have in the cart: two things for 20.00 and 30.00 dollars.
#[derive(Debug, Clone)]
pub struct Shopper {
    pub name: &'static str,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub customer: i64,
    pub checkout_token: String,
    pub cart_token: String,
    pub order_id: i64,
    pub accepts_mail: bool,
    pub accepts_texts: bool,
    pub currency: &'static str,
}

pub const TOTAL: &str = "50.00";

impl Shopper {
    pub fn new(name: &'static str, n: i64) -> Self {
        Self {
            name,
            email: Some(format!("{}@example.com", name.to_lowercase())),
            phone: Some(format!("+1212555{:04}", 1000 + n)),
            customer: 7_000_000_000_000 + n,
            checkout_token: format!("checkout{n:024x}"),
            cart_token: format!("cart{n:028x}"),
            order_id: 5_000_000_000_000 + n,
            accepts_mail: true,
            accepts_texts: true,
            currency: "USD",
        }
    }

    /// The same person in a second cart.
    pub fn again(&self, n: i64) -> Self {
        Self {
            checkout_token: format!("checkout{n:024x}"),
            cart_token: format!("cart{n:028x}"),
            order_id: 5_000_000_000_000 + n,
            ..self.clone()
        }
    }

    fn address(&self) -> Value {
        json!({"first_name": self.name, "last_name": "Story", "address1": "1 Example Street", "city": "New York", "zip": "10001", "province": "New York",
            "province_code": "NY", "country": "United States", "country_code": "US", "phone": self.phone})
    }

    fn person(&self) -> Value {
        json!({"id": self.customer, "email": self.email, "phone": self.phone, "first_name": self.name, "last_name": "Story"})
    }

    fn items() -> Value {
        json!([
            {"variant_id": 41_000_000_000_001_i64, "product_id": 91, "title": "Wool <b>hat</b>", "variant_title": "Blue", "sku": "HAT-1", "quantity": 1,
                "price": "20.00", "line_price": "20.00", "properties": null},
            {"variant_id": 41_000_000_000_002_i64, "product_id": 92, "title": "Scarf & glove", "variant_title": null, "sku": "SC-2", "quantity": 1,
                "price": "30.00", "line_price": "30.00", "properties": []},
        ])
    }

    pub fn cart(&self, at: Timestamp) -> Value {
        json!({"id": self.cart_token, "token": self.cart_token, "line_items": Self::items(), "note": null, "created_at": at, "updated_at": at})
    }

    /// The first word of a checkout: nobody is known yet.
    pub fn anonymous(&self, at: Timestamp) -> Value {
        let mut body = self.checkout(at);
        let fields = body.as_object_mut().expect("an object");
        for gone in ["customer", "billing_address"] {
            fields.remove(gone);
        }
        for (name, value) in
            [("email", Value::Null), ("phone", Value::Null), ("shipping_address", json!([])), ("sms_marketing_phone", Value::Null)]
        {
            fields.insert(name.into(), value);
        }
        fields.insert("buyer_accepts_marketing".into(), json!(false));
        fields.insert("buyer_accepts_sms_marketing".into(), json!(false));
        body
    }

    pub fn checkout(&self, at: Timestamp) -> Value {
        json!({
            "token": self.checkout_token, "cart_token": self.cart_token, "email": self.email, "phone": self.phone,
            "buyer_accepts_marketing": self.accepts_mail, "buyer_accepts_sms_marketing": self.accepts_texts,
            "sms_marketing_phone": if self.accepts_texts { self.phone.clone() } else { None },
            "created_at": at, "updated_at": at, "completed_at": null, "currency": self.currency, "presentment_currency": self.currency,
            "customer_locale": "en-US", "line_items": Self::items(), "source_name": "web", "discount_codes": [], "total_price": TOTAL,
            "abandoned_checkout_url": format!("https://acme.myshopify.com/1/checkouts/ac/{}/recover?key=k3y&locale=en-US", self.cart_token),
            "billing_address": self.address(), "shipping_address": self.address(), "customer": self.person(),
        })
    }

    pub fn order(&self, at: Timestamp) -> Value {
        json!({
            "id": self.order_id, "name": format!("#{}", self.order_id % 10_000), "email": self.email, "contact_email": self.email, "phone": self.phone,
            "cart_token": self.cart_token, "checkout_token": self.checkout_token, "created_at": at, "updated_at": at, "processed_at": at,
            "cancelled_at": null, "test": false, "currency": self.currency, "presentment_currency": self.currency, "financial_status": "paid",
            "total_price": TOTAL, "current_total_price": TOTAL, "total_outstanding": "0.00", "discount_codes": [], "note_attributes": [],
            "source_name": "web", "line_items": Self::items(), "refunds": [], "customer": self.person(),
            "billing_address": self.address(), "shipping_address": self.address(),
        })
    }

    pub fn refund(&self, id: i64, amount: &str, at: Timestamp) -> Value {
        json!({
            "id": id, "order_id": self.order_id, "created_at": at, "processed_at": at, "refund_line_items": [], "order_adjustments": [],
            "transactions": [{"id": id + 1, "order_id": self.order_id, "kind": "refund", "status": "success", "amount": amount, "currency": self.currency}],
        })
    }
}

/// A body with some fields changed.
pub fn with(mut body: Value, changes: Value) -> Value {
    let fields = body.as_object_mut().expect("an object");
    for (name, value) in changes.as_object().expect("an object") {
        fields.insert(name.clone(), value.clone());
    }
    body
}
