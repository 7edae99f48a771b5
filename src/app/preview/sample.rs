//! The cart of somebody who doesn't exist, for looking at a campaign without one of the store's own shoppers.

use crate::db::shops::Shop;
use crate::domain::cart::{Cart, Snapshot};
use crate::domain::event::{Item, Token};
use crate::domain::joined::Stamped;
use crate::domain::money::Money;
use crate::domain::template;
use jiff::Timestamp;
use std::collections::BTreeSet;

/// Where mails to them would go: nowhere (RFC 2606).
pub const EMAIL: &str = "robin@example.com";
/// Where texts to them would go: a number kept for fiction (NANPA's 555-01XX).
pub const PHONE: &str = "+12125550123";
/// Where the sample shopper lives, by the store's currency and language: country, province, and a mobile number kept for fiction by its regulator (NANPA, Ofcom, ACMA,
/// Bundesnetzagentur, ARCEP). Of another store's they have the first number and no country.
const HOMES: [Home; 6] = [
    ("USD", "", "US", "NY", PHONE),
    ("CAD", "", "CA", "ON", "+14165550123"),
    ("GBP", "", "GB", "", "+447700900123"),
    ("AUD", "", "AU", "NSW", "+61491570156"),
    ("EUR", "de", "DE", "", "+491713920012"),
    ("EUR", "fr", "FR", "", "+33639980123"),
];
/// What the things in their cart cost, each, in whole units of the store's currency.
const PRICES: [i64; 2] = [90, 35];

type Home = (&'static str, &'static str, &'static str, &'static str, &'static str);

fn home(shop: &Shop) -> Option<&'static Home> {
    HOMES.iter().find(|h| h.0 == shop.currency.code() && (h.1.is_empty() || h.1 == shop.language))
}

/// Where texts to them would go.
pub fn number(shop: &Shop) -> &'static str {
    home(shop).map_or(PHONE, |h| h.4)
}

/// A checkout that was left at an instant.
pub fn cart(shop: &Shop, left_at: Timestamp) -> Cart {
    let stamped = |value: &str| Stamped { at: left_at, value: value.to_owned() };
    let sample = template::sample();
    let (home, phone) = (home(shop), number(shop));
    let unit = 10_i64.pow(shop.currency.decimals());
    let money = |whole: i64| Money { minor: whole * unit, currency: shop.currency };
    let item = |(i, price): (template::RenderItem, i64)| Item {
        variant_id: None,
        product_id: None,
        title: i.title,
        variant_title: i.variant_title,
        sku: None,
        quantity: i.quantity,
        unit_price: Some(money(price)),
        image_url: None,
        url: None,
    };
    let items: Vec<Item> = sample.items.into_iter().zip(PRICES).map(item).collect();
    let worth = items.iter().filter_map(|i| Some(i.unit_price?.minor * i.quantity)).sum();
    let value = Some(Money { minor: worth, currency: shop.currency });
    let checkout = Snapshot { at: left_at, items, value, discount_codes: Vec::new(), source: Some("web".into()), not_by_shopper: false };
    Cart {
        tokens: BTreeSet::from([Token::Checkout("sample".into())]),
        checkout: Some(checkout),
        email: EMAIL.parse().ok().map(|value| Stamped { at: left_at, value }),
        phone: phone.parse().ok().map(|value| Stamped { at: left_at, value }),
        first_name: sample.first_name.as_deref().map(stamped),
        last_name: sample.last_name.as_deref().map(stamped),
        locale: Some(stamped(&shop.language)),
        country: home.map(|h| stamped(h.2)),
        province: home.filter(|h| !h.3.is_empty()).map(|h| stamped(h.3)),
        ..Cart::begun(left_at, left_at)
    }
}
