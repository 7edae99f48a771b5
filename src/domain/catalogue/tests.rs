//! Whatever order sightings come in, the same catalogue comes out; and a cart is never told more than is known.

use super::*;
use crate::domain::money::Currency;
use proptest::prelude::*;

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_780_000_000 + second).expect("an instant")
}

fn usd(minor: i64) -> Money {
    Money::new(minor, Currency::USD)
}

fn eur(minor: i64) -> Money {
    Money::new(minor, "EUR".parse().expect("a currency"))
}

fn line(variant_id: &str, quantity: i64, price: Option<Money>) -> Item {
    Item {
        variant_id: Some(variant_id.to_owned()).filter(|v| !v.is_empty()),
        product_id: None,
        title: format!("Thing {variant_id}"),
        variant_title: None,
        sku: None,
        quantity,
        unit_price: price,
        image_url: None,
        url: None,
    }
}

fn cart(items: Vec<Item>, value: Option<Money>) -> Snapshot {
    Snapshot { at: at(0), items, value, discount_codes: Vec::new(), source: None, not_by_shopper: false }
}

fn known(rows: &[(&str, Option<Money>, Option<bool>)]) -> HashMap<String, CatalogueItem> {
    let row = |(id, price, available): &(&str, Option<Money>, Option<bool>)| {
        ((*id).to_owned(), CatalogueItem { variant_id: (*id).to_owned(), price: *price, available: *available, ..CatalogueItem::default() })
    };
    rows.iter().map(row).collect()
}

fn ids() -> impl Strategy<Value = BTreeSet<String>> {
    proptest::collection::btree_set(prop_oneof![Just("1".to_owned()), Just("2".to_owned())], 0..3)
}

fn product_seen() -> impl Strategy<Value = ProductSeen> {
    (
        proptest::option::of("[a-c]"),
        proptest::option::of(any::<bool>()),
        proptest::option::of(ids()),
        proptest::option::of(ids()),
        proptest::option::of("[x-z]"),
        proptest::option::of(ids()),
    )
        .prop_map(|(title, on_sale, tags, collections, image_url, variant_ids)| ProductSeen {
            product_id: "7".into(),
            title,
            on_sale,
            tags,
            collections,
            image_url,
            variant_ids,
        })
}

fn variant_seen() -> impl Strategy<Value = VariantSeen> {
    (
        proptest::option::of("[7-8]"),
        proptest::option::of("[a-c]"),
        proptest::option::of(1..4_i64),
        proptest::option::of(any::<bool>()),
        proptest::option::of(-2..3_i64),
        proptest::option::of("[x-z]"),
    )
        .prop_map(|(product_id, title, price, sellable, stock, image_url)| VariantSeen {
            variant_id: "1".into(),
            product_id,
            title,
            price: price.map(usd),
            sellable,
            stock,
            image_url,
        })
}

/// Seconds, and what was seen then.
type Sightings<T> = Vec<(i64, T)>;

/// What was seen, in an order, and once more in another.
fn shuffled<T: Clone + std::fmt::Debug + 'static>(
    seen: impl Strategy<Value = T> + 'static,
) -> impl Strategy<Value = (Sightings<T>, Sightings<T>)> {
    proptest::collection::vec((0..5_i64, seen), 1..8).prop_flat_map(|events| {
        let repeated: Vec<_> = events.iter().chain(&events).cloned().collect();
        (Just(events), Just(repeated).prop_shuffle())
    })
}

proptest! {
    #[test]
    fn any_order_and_repetition_of_sightings_ends_the_same(
        (products, products_again) in shuffled(product_seen()),
        (variants, variants_again) in shuffled(variant_seen()),
    ) {
        let product = |events: &[(i64, ProductSeen)]| events.iter().fold(Product::default(), |mut p, (t, seen)| { p.see(at(*t), seen.clone()); p });
        let variant = |events: &[(i64, VariantSeen)]| events.iter().fold(Variant::default(), |mut v, (t, seen)| { v.see(at(*t), seen.clone()); v });
        prop_assert_eq!(product(&products), product(&products_again));
        prop_assert_eq!(variant(&variants), variant(&variants_again));

        let (first, rest) = products.split_at(products.len() / 2);
        let mut joined = product(rest);
        joined.join(product(first));
        prop_assert_eq!(joined, product(&products));
        let (first, rest) = variants.split_at(variants.len() / 2);
        let mut joined = variant(rest);
        joined.join(variant(first));
        prop_assert_eq!(joined, variant(&variants));
    }

    #[test]
    fn a_fresh_cart_says_only_what_is_known(
        lines in proptest::collection::vec((1..4_u8, 0..4_i64, proptest::option::of(1..500_i64), any::<bool>()), 0..5),
        rows in proptest::collection::vec((1..4_u8, proptest::option::of(1..500_i64), proptest::option::of(any::<bool>()), any::<bool>()), 0..4),
        value in proptest::option::of(0..2_000_i64),
    ) {
        let money = |minor: Option<i64>, foreign: bool| minor.map(|m| if foreign { eur(m) } else { usd(m) });
        let items: Vec<Item> = lines.iter().map(|(id, n, price, foreign)| line(&id.to_string(), *n, money(*price, *foreign))).collect();
        let cart = cart(items, value.map(usd));
        let rows: HashMap<String, CatalogueItem> = rows.iter().flat_map(|(id, price, available, foreign)|
            known(&[(id.to_string().as_str(), money(*price, *foreign), *available)])).collect();
        let fresh = fresh(&cart, &rows);

        prop_assert_eq!(fresh.items.iter().map(|i| i.item.clone()).collect::<Vec<_>>(), cart.items.clone());
        for line in &fresh.items {
            let row = line.item.variant_id.as_ref().and_then(|id| rows.get(id));
            prop_assert_eq!(line.sold_out(), row.is_some_and(|r| r.available == Some(false)));
            prop_assert!(line.price == line.item.unit_price || line.price == row.and_then(|r| r.price));
            if let (Some(then), Some(now)) = (line.item.unit_price, line.price) {
                prop_assert_eq!(then.currency, now.currency);
                prop_assert_eq!(line.price_changed, then != now);
            }
        }
        prop_assert_eq!(fresh.all_sold_out, !cart.items.is_empty() && fresh.items.iter().all(FreshItem::sold_out));
        let untouched = !fresh.changed_prices && !fresh.items.iter().any(FreshItem::sold_out);
        if untouched {
            prop_assert_eq!(fresh.value, cart.value);
        } else if let Some(value) = fresh.value {
            let left = fresh.items.iter().filter(|i| !i.sold_out());
            let sum: i64 = left.map(|i| i.price.expect("every line has a price").minor * i.item.quantity).sum();
            prop_assert_eq!(value.minor, sum);
        }
    }
}

#[test]
fn a_cart_of_which_nothing_is_known_stays_as_it_is() {
    let cart = cart(vec![line("1", 2, Some(usd(500))), line("", 1, None)], Some(usd(1234)));
    let fresh = fresh(&cart, &HashMap::new());
    assert_eq!((fresh.all_sold_out, fresh.changed_prices, fresh.value), (false, false, Some(usd(1234))));
    assert_eq!(fresh.items[0].price, Some(usd(500)));
    assert_eq!(fresh.items[1].available, None);
}

#[test]
fn a_new_price_makes_a_new_total_where_the_old_one_was_the_sum_of_its_lines() {
    let rows = known(&[("1", Some(usd(700)), Some(true))]);
    let check = |value: Option<i64>, expected: Option<i64>| {
        let cart = cart(vec![line("1", 2, Some(usd(500))), line("9", 1, Some(usd(100)))], value.map(usd));
        let fresh = fresh(&cart, &rows);
        assert!(fresh.changed_prices && fresh.items[0].price_changed);
        assert_eq!(fresh.value, expected.map(usd), "{value:?}");
    };
    check(Some(1100), Some(1500));
    check(Some(1595), None); // with shipping or taxes
    check(Some(990), None); // with a discount
    check(None, None);
}

#[test]
fn what_is_sold_out_is_not_counted_and_a_whole_cart_of_it_has_no_worth() {
    let rows = known(&[("1", Some(usd(500)), Some(false)), ("2", None, Some(true))]);
    let both = cart(vec![line("1", 1, Some(usd(500))), line("2", 3, Some(usd(200)))], Some(usd(1100)));
    let one_left = fresh(&both, &rows);
    assert_eq!((one_left.all_sold_out, one_left.changed_prices, one_left.value), (false, false, Some(usd(600))));
    let nothing_left = fresh(&cart(vec![line("1", 1, Some(usd(500)))], Some(usd(500))), &rows);
    assert_eq!((nothing_left.all_sold_out, nothing_left.value), (true, None));
    assert!(!fresh(&cart(Vec::new(), None), &rows).all_sold_out, "an empty cart is not a sold-out one");
}

#[test]
fn a_price_in_another_currency_than_the_shoppers_is_not_shown() {
    let rows = known(&[("1", Some(usd(700)), Some(true))]);
    let cart = cart(vec![line("1", 1, Some(eur(500)))], Some(eur(500)));
    let fresh = fresh(&cart, &rows);
    assert_eq!((fresh.items[0].price, fresh.changed_prices, fresh.value), (Some(eur(500)), false, Some(eur(500))));
}

#[test]
fn availability_follows_stock_product_and_deletion_whatever_comes_first() {
    let sellable = |t, sellable| {
        let mut variant = Variant::default();
        variant.see(at(t), VariantSeen { variant_id: "1".into(), sellable: Some(sellable), ..VariantSeen::default() });
        variant
    };
    let product = |t, seen: ProductSeen| {
        let mut product = Product::default();
        product.see(at(t), seen);
        product
    };
    let on_sale = |t, on_sale| product(t, ProductSeen { on_sale: Some(on_sale), ..ProductSeen::default() });
    let listing = |t, ids: &[&str]| {
        let variant_ids = Some(ids.iter().map(|id| (*id).to_owned()).collect());
        product(t, ProductSeen { variant_ids, ..ProductSeen::default() })
    };
    let check = |variant: &Variant, product: Option<&Product>, expected: Option<bool>| {
        assert_eq!(CatalogueItem::of("1", variant, product).available, expected, "{variant:?} {product:?}");
    };
    check(&Variant::default(), None, None);
    check(&sellable(1, true), None, Some(true));
    check(&sellable(1, false), Some(&on_sale(1, true)), Some(false));
    check(&sellable(5, true), Some(&on_sale(1, false)), Some(false));
    check(&Variant::default(), Some(&on_sale(1, true)), None);
    check(&sellable(1, true), Some(&listing(2, &["1"])), Some(true));
    check(&sellable(1, true), Some(&listing(2, &["2"])), Some(false)); // removed after it was seen
    check(&sellable(3, true), Some(&listing(2, &["2"])), Some(true)); // added after the list was made
}
