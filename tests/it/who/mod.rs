//! Who is written to at all: a store's sending policy, fakes, tags, and what was bought elsewhere.

mod bots;
mod policy;
mod standing;

use crate::support::rig::Rig;
use crate::support::shopper::{Shopper, with};
use comeback::domain::ids::CartId;
use jiff::Timestamp;
use serde_json::{Value, json};

/// The names of shoppers who are themselves.
const NAMES: [&str; 10] = ["Ann", "Bea", "Cid", "Dee", "Eve", "Fay", "Gus", "Hal", "Ida", "Jo"];

/// A shopper with a name, an address and a basket of their own.
pub fn honest(n: usize) -> Shopper {
    Shopper::new(NAMES[n % NAMES.len()], i64::try_from(n).expect("a number"))
}

/// The checkout of an honest shopper, who is a guest.
pub fn honest_checkout(n: usize, at: Timestamp) -> Value {
    let shopper = honest(n);
    let address = json!({"first_name": shopper.name, "last_name": format!("Own{n}"), "address1": format!("{n} Maple Street"), "city": "Albany", "zip": "12207",
        "province_code": "NY", "country_code": "US", "phone": shopper.phone});
    let changes = json!({"customer": null, "shipping_address": address, "billing_address": address, "landing_site": "/products/hat", "referring_site": ""});
    with(with(shopper.checkout(at), changes), json!({"created_at": at - jiff::SignedDuration::from_mins(2)}))
}

/// The checkout of a robot that tries cards on the cheapest thing.
pub fn robot_checkout(n: usize, at: Timestamp) -> Value {
    let shopper = Shopper {
        email: Some(format!("k{n}x9z{n}q7w@gmail.com")),
        phone: None,
        ..Shopper::new("John", 500 + i64::try_from(n).expect("a number"))
    };
    let address = json!({"first_name": "John", "last_name": "Carder", "address1": "1 Drop Road", "city": "Dover", "zip": "19901", "province_code": "DE",
        "country_code": "US", "phone": null});
    let item = json!([{"variant_id": 77, "product_id": 7, "title": "Sticker", "variant_title": null, "sku": "ST", "quantity": 1, "price": "3.00",
        "line_price": "3.00", "properties": []}]);
    let changes = json!({"customer": null, "shipping_address": address, "billing_address": address, "line_items": item, "total_price": "3.00",
        "landing_site": null, "referring_site": null, "customer_locale": null});
    with(shopper.checkout(at), changes)
}

/// Each cart by the shopper's address: its id.
pub async fn cart_of(rig: &Rig, email: &str) -> CartId {
    let is = |facts: &str| serde_json::from_str::<Value>(facts).expect("facts")["email"]["value"] == email;
    rig.carts().await.into_iter().find(|c| is(&c.facts)).expect("a cart").id
}
