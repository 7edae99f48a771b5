//! Bought elsewhere: the same person has all that is in the cart by another order, whatever way it came (a till, a draft that staff made, a subscription).

use crate::domain::event::Item;
use jiff::Timestamp;

/// An order of a person, as far as it matters here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bought {
    /// `#1001`.
    pub name: String,
    /// When it was placed.
    pub at: Timestamp,
    /// What was bought.
    pub items: Vec<Item>,
}

/// The order, placed at `since` or later, that has everything that is in the cart: the same variant, or where one of the two names none, the same product.
/// None for a cart of which nothing can be recognised. Of several orders the latest.
pub fn elsewhere(cart: &[Item], bought: &[Bought], since: Timestamp) -> Option<String> {
    let of_interest = bought.iter().filter(|order| order.at >= since);
    let has_all = |order: &&Bought| !cart.is_empty() && cart.iter().all(|wanted| order.items.iter().any(|item| is_same(wanted, item)));
    of_interest.filter(has_all).max_by_key(|order| (order.at, &order.name)).map(|order| order.name.clone())
}

fn is_same(wanted: &Item, item: &Item) -> bool {
    match (&wanted.variant_id, &item.variant_id) {
        (Some(a), Some(b)) => a == b,
        _ => wanted.product_id.is_some() && wanted.product_id == item.product_id,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn item(variant: Option<&str>, product: Option<&str>) -> Item {
        Item {
            variant_id: variant.map(str::to_owned),
            product_id: product.map(str::to_owned),
            title: String::new(),
            variant_title: None,
            sku: None,
            quantity: 1,
            unit_price: None,
            image_url: None,
            url: None,
        }
    }

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_780_000_000 + second).expect("time")
    }

    fn all(items: &[&Item]) -> Vec<Item> {
        items.iter().map(|&i| i.clone()).collect()
    }

    fn order(name: &str, second: i64, items: &[&Item]) -> Bought {
        Bought { name: name.into(), at: at(second), items: all(items) }
    }

    fn check(cart: &[&Item], bought: &[Bought], expected: Option<&str>) {
        assert_eq!(elsewhere(&all(cart), bought, at(0)).as_deref(), expected);
    }

    #[test]
    fn an_order_that_has_it_all_is_found_by_variant_else_by_product() {
        let (hat, blue, scarf) = (&item(Some("1"), Some("h")), &item(Some("2"), Some("h")), &item(Some("3"), Some("s")));
        let (any_hat, nameless) = (&item(None, Some("h")), &item(None, None));
        check(&[hat], &[order("#1", 5, &[hat, scarf])], Some("#1"));
        check(&[hat, scarf], &[order("#1", 5, &[hat]), order("#2", 6, &[scarf])], None);
        check(&[hat], &[order("#1", 5, &[blue])], None);
        check(&[hat], &[order("#1", 5, &[any_hat])], Some("#1"));
        check(&[any_hat], &[order("#1", 5, &[blue])], Some("#1"));
        check(&[hat], &[order("#1", -1, &[hat])], None);
        check(&[hat], &[order("#1", 5, &[hat]), order("#2", 7, &[hat]), order("#3", 6, &[hat])], Some("#2"));
        check(&[nameless], &[order("#1", 5, &[nameless])], None);
        check(&[], &[order("#1", 5, &[scarf])], None);
    }

    proptest! {
        #[test]
        fn what_was_not_bought_is_never_taken_for_bought(cart in proptest::collection::vec(0u8..6, 1..4), had in proptest::collection::vec(0u8..6, 0..5)) {
            let of = |ids: &[u8]| ids.iter().map(|i| item(Some(&i.to_string()), Some("p"))).collect::<Vec<_>>();
            let order = Bought { name: "#1".into(), at: at(1), items: of(&had) };
            let found = elsewhere(&of(&cart), &[order], at(0));
            prop_assert_eq!(found.is_some(), cart.iter().all(|i| had.contains(i)));
        }
    }
}
