//! Products, each as last seen: what a visit looked at, or put into its cart.
//!
//! A join: of each product the latest sighting stands, and of all products the latest [`KEPT_MAX`]. A product that was crowded out had as many others seen after
//! it, and they are never seen earlier than they were, so that the same ones stay in whatever order the events come.

use crate::domain::cart::Snapshot;
use crate::domain::event::Item;
use crate::domain::money::Money;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// At most this many products are kept.
const KEPT_MAX: usize = 20;

/// What was seen of products, and what it comes to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Kept", into = "Kept")]
pub struct Products {
    kept: Kept,
    snapshot: Snapshot,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Kept {
    /// When something was last seen, whatever it was.
    at: Timestamp,
    /// Everything there was at an instant; what was seen before it says nothing any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    whole: Option<Whole>,
    /// The latest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    seen: Vec<Seen>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Whole {
    at: Timestamp,
    items: Vec<Item>,
    value: Option<Money>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Seen {
    at: Timestamp,
    key: String,
    item: Item,
}

impl Products {
    /// Products that were looked at; none where only the visit was seen.
    pub fn looked_at(at: Timestamp, items: &[Item]) -> Self {
        Self::seen(at, items, |i| key([("p", &i.product_id), ("v", &i.variant_id), ("s", &i.sku)], i))
    }

    /// Lines that changed; of those that were taken out the quantity is 0.
    pub fn changed(at: Timestamp, items: &[Item]) -> Self {
        Self::seen(at, items, line_key)
    }

    /// Everything that was in the cart.
    pub fn whole(at: Timestamp, items: &[Item], value: Option<Money>) -> Self {
        Self::from(Kept { at, whole: Some(Whole { at, items: items.to_vec(), value }), seen: Vec::new() })
    }

    fn seen(at: Timestamp, items: &[Item], key: impl Fn(&Item) -> String) -> Self {
        let seen = items.iter().map(|item| Seen { at, key: key(item), item: item.clone() }).collect();
        Self::from(Kept { at, whole: None, seen: latest(seen, None) })
    }

    /// Both sightings as one.
    #[must_use]
    pub fn join(self, other: Self) -> Self {
        let (a, b) = (self.kept, other.kept);
        let whole = [a.whole, b.whole].into_iter().flatten().max_by(|a, b| a.at.cmp(&b.at).then_with(|| text(a).cmp(&text(b))));
        let seen = a.seen.into_iter().chain(b.seen).collect();
        Self::from(Kept { at: a.at.max(b.at), seen: latest(seen, whole.as_ref().map(|w| w.at)), whole })
    }

    /// What they come to: the latest product first.
    pub fn snapshot(&self) -> &Snapshot {
        &self.snapshot
    }
}

impl From<Kept> for Products {
    fn from(kept: Kept) -> Self {
        let known = |item: &&Item| !kept.seen.iter().any(|s| s.key == line_key(item));
        let left = kept.whole.iter().flat_map(|w| &w.items).filter(known);
        let items: Vec<Item> = kept.seen.iter().map(|s| &s.item).chain(left).filter(|i| i.quantity > 0).cloned().collect();
        let told = kept.whole.as_ref().filter(|_| kept.seen.is_empty()).and_then(|w| w.value);
        let value = told.or_else(|| worth(&items));
        let snapshot = Snapshot { at: kept.at, items, value, discount_codes: Vec::new(), source: None, not_by_shopper: false };
        Self { kept, snapshot }
    }
}

impl From<Products> for Kept {
    fn from(products: Products) -> Self {
        products.kept
    }
}

/// Of each product the latest sighting, the latest product first; nothing from before `after`.
fn latest(seen: Vec<Seen>, after: Option<Timestamp>) -> Vec<Seen> {
    let mut by_key: BTreeMap<String, Seen> = BTreeMap::new();
    for one in seen.into_iter().filter(|s| after.is_none_or(|after| s.at > after)) {
        match by_key.get(&one.key) {
            Some(known) if (known.at, text(&known.item)) >= (one.at, text(&one.item)) => {}
            _ => drop(by_key.insert(one.key.clone(), one)),
        }
    }
    let mut seen: Vec<Seen> = by_key.into_values().collect();
    seen.sort_by(|a, b| (Reverse(a.at), &a.key).cmp(&(Reverse(b.at), &b.key)));
    seen.truncate(KEPT_MAX);
    seen
}

/// By which a line of a cart is told from others: its variant first.
fn line_key(item: &Item) -> String {
    key([("v", &item.variant_id), ("p", &item.product_id), ("s", &item.sku)], item)
}

fn key(names: [(&str, &Option<String>); 3], item: &Item) -> String {
    let named = names.into_iter().find_map(|(kind, name)| name.as_ref().map(|n| format!("{kind}:{n}")));
    named.unwrap_or_else(|| format!("t:{}", item.title))
}

/// One of each, where all are priced in one currency.
fn worth(items: &[Item]) -> Option<Money> {
    let line = |i: &Item| i.unit_price.and_then(|p| Some(Money::new(p.minor.checked_mul(i.quantity)?, p.currency)));
    let plus = |a: Money, b: Money| Some(Money::new(a.minor.checked_add(b.minor)?, a.currency)).filter(|_| a.currency == b.currency);
    items.iter().map(line).reduce(|sum, price| plus(sum?, price?))?
}

/// Arbitrary, but the same everywhere.
fn text(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_780_000_000 + second).expect("time")
    }

    fn item(product: usize, quantity: i64, minor: i64) -> Item {
        Item {
            product_id: Some(product.to_string()),
            title: format!("Product {product}"),
            quantity,
            unit_price: Some(Money::new(minor, crate::domain::money::Currency::USD)),
            ..Item::default()
        }
    }

    fn sighting() -> impl Strategy<Value = Products> {
        let lines = proptest::collection::vec((0..30_usize, 0..3_i64, 1..4_i64), 0..4);
        (0..9_i64, 0..6_u8, lines).prop_map(|(second, kind, lines)| {
            let items: Vec<Item> = lines.into_iter().map(|(p, n, m)| item(p, n, m)).collect();
            if kind == 0 { Products::whole(at(second), &items, None) } else { Products::changed(at(second), &items) }
        })
    }

    fn all(seen: &[Products]) -> Option<Products> {
        seen.iter().cloned().reduce(Products::join)
    }

    proptest! {
        #[test]
        fn any_order_grouping_and_repetition_of_sightings_end_in_the_same(seen in proptest::collection::vec(sighting(), 1..40), turn: usize, cut: usize) {
            let whole = all(&seen);
            let mut turned = seen.clone();
            turned.rotate_left(turn % seen.len());
            turned.reverse();
            turned.extend(seen.iter().take(3).cloned());
            prop_assert_eq!(all(&turned), whole.clone());
            let (left, right) = turned.split_at(cut % turned.len());
            let grouped = [all(left), all(right)].into_iter().flatten().reduce(Products::join);
            prop_assert_eq!(&grouped, &whole);
            let kept = serde_json::to_string(&whole).expect("json");
            prop_assert_eq!(serde_json::from_str::<Option<Products>>(&kept).expect("json"), whole);
        }
    }

    #[test]
    fn the_latest_twenty_products_stay_the_latest_first() {
        let seen: Vec<Products> = (0..30).map(|n| Products::looked_at(at(n), &[item(usize::try_from(n).expect("n"), 1, 100)])).collect();
        let again = Products::looked_at(at(40), &[item(12, 1, 100)]);
        let products = all(&seen).expect("some").join(again);
        let titles: Vec<&str> = products.snapshot().items.iter().map(|i| i.title.as_str()).collect();
        assert_eq!((titles.len(), titles[0], titles[1], titles[19]), (KEPT_MAX, "Product 12", "Product 29", "Product 10"));
        assert_eq!(products.snapshot().value.map(|v| v.minor), Some(2_000));
    }

    #[test]
    fn what_is_taken_out_is_gone_and_a_whole_cart_begins_anew() {
        let titles = |p: &Products| p.snapshot().items.iter().map(|i| i.title.clone()).collect::<Vec<_>>();
        let cart = Products::changed(at(1), &[item(1, 2, 500)]).join(Products::changed(at(2), &[item(2, 1, 300)]));
        assert_eq!((titles(&cart), cart.snapshot().value.map(|v| v.minor)), (vec!["Product 2".into(), "Product 1".into()], Some(1_300)));
        let less = cart.join(Products::changed(at(3), &[item(2, 0, 300)]));
        assert_eq!(titles(&less), ["Product 1"]);
        let told = Money::new(777, crate::domain::money::Currency::USD);
        let whole = less.join(Products::whole(at(4), &[item(3, 1, 900)], Some(told)));
        assert_eq!((titles(&whole), whole.snapshot().value), (vec!["Product 3".into()], Some(told)));
        let more = whole.join(Products::changed(at(5), &[item(3, 2, 900)]));
        assert_eq!((titles(&more), more.snapshot().value.map(|v| v.minor)), (vec!["Product 3".into()], Some(1_800)));
    }
}
