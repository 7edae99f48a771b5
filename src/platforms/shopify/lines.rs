//! The lines of carts, checkouts and orders. A line's own price is shown, never counted, so one that can't be read is left out rather than refused.

use super::json::Node;
use crate::domain::event::Item;
use crate::domain::money::{Currency, Money};
use std::collections::BTreeMap;

/// Lines of a checkout or an order, whose prices are in `currency`.
pub fn priced_in(body: &Node<'_>, currency: Currency) -> Vec<Item> {
    body.objects("line_items").iter().map(|line| item(line, line.amount("price", currency).ok().flatten())).collect()
}

/// Lines of a cart: each names its currency itself, else it is the shop's.
pub fn of_cart(body: &Node<'_>, shop_currency: Currency) -> Vec<Item> {
    let price = |line: &Node<'_>| {
        let said = line.presentment("price_set").or_else(|| line.presentment("original_price_set"));
        said.or_else(|| line.amount("price", shop_currency).ok().flatten())
    };
    body.objects("line_items").iter().map(|line| item(line, price(line))).collect()
}

/// What a cart's lines come to, after their discounts; none where a line doesn't say, or where they aren't in one currency.
pub fn worth(body: &Node<'_>, shop_currency: Currency) -> Option<Money> {
    let lines = body.objects("line_items");
    let prices = lines.iter().map(|line| line_price(line, shop_currency));
    prices.reduce(|sum, price| plus(sum?, price?))?.filter(|sum| sum.minor >= 0)
}

/// Two amounts of one currency; none where they are of two, or too great.
pub fn plus(a: Money, b: Money) -> Option<Money> {
    let minor = a.minor.checked_add(b.minor)?;
    (a.currency == b.currency).then_some(Money::new(minor, a.currency))
}

fn line_price(line: &Node<'_>, shop_currency: Currency) -> Option<Money> {
    line.presentment("line_price_set").or_else(|| line.amount("line_price", shop_currency).ok().flatten())
}

fn item(line: &Node<'_>, unit_price: Option<Money>) -> Item {
    Item {
        variant_id: line.key("variant_id"),
        product_id: line.key("product_id"),
        title: line.text("presentment_title").or_else(|| line.text("title")).unwrap_or_default(),
        variant_title: line.text("presentment_variant_title").or_else(|| line.text("variant_title")),
        sku: line.text("sku"),
        quantity: line.count("quantity").unwrap_or(1).max(0),
        unit_price,
        // Shopify's webhooks carry no pictures.
        image_url: None,
        url: None,
    }
}

/// The codes in `discount_codes`. An amount taken off without one was an automatic discount.
pub fn discount_codes(body: &Node<'_>) -> Vec<String> {
    body.objects("discount_codes").iter().filter_map(|d| d.text("code")).collect()
}

/// What each of an order's codes took off it: like all of an order's plain amounts, in the shop's currency. (A checkout's says what the code is worth, instead.)
pub fn code_amounts(body: &Node<'_>, currency: Currency) -> BTreeMap<String, Money> {
    let mut amounts: BTreeMap<String, Money> = BTreeMap::new();
    for code in body.objects("discount_codes") {
        let (Some(name), Some(off)) = (code.text("code"), code.amount("amount", currency).ok().flatten()) else { continue };
        if off.minor > 0 {
            let sum = amounts.entry(name).or_insert(Money::new(0, currency));
            sum.minor = sum.minor.saturating_add(off.minor);
        }
    }
    amounts
}
