//! What an order is worth by each basis: cases worked out by hand, and what holds of all of them.

use comeback::domain::event::{OrderSeen, Person, RefundSeen};
use comeback::domain::money::{Currency, Money};
use comeback::domain::order::{Basis, Order, Worth};
use comeback::domain::payment::{DisputeSeen, DisputeState, Parts, RefundParts, Transaction};
use jiff::Timestamp;
use proptest::prelude::*;
use std::collections::BTreeMap;

const ALL: Basis = Basis { tax_included: true, shipping_included: true };
const NO_TAX: Basis = Basis { tax_included: false, shipping_included: true };
const NO_SHIPPING: Basis = Basis { tax_included: true, shipping_included: false };
const GOODS: Basis = Basis { tax_included: false, shipping_included: false };

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_780_000_000 + second).expect("time")
}

fn usd(minor: i64) -> Money {
    Money::new(minor, Currency::USD)
}

/// 90.00 of goods, 10.00 of shipping and 19.00 of tax, told as a store tells it whose prices don't include tax.
fn parts() -> Parts {
    Parts {
        subtotal: Some(usd(9000)),
        tax: Some(usd(1900)),
        tax_included: Some(false),
        shipping: Some(usd(1000)),
        shipping_tax: Some(usd(190)),
        gift_cards: Some(usd(0)),
        ..Parts::default()
    }
}

fn order(total: i64, paid: i64, parts: Parts) -> OrderSeen {
    OrderSeen {
        order_id: "1".into(),
        name: "#1".into(),
        seen_at: at(1),
        created_at: at(0),
        cancelled_at: None,
        test: false,
        tokens: Vec::new(),
        currency: Currency::USD,
        total: usd(total),
        presentment_total: None,
        paid: usd(paid),
        parts,
        refunds: Vec::new(),
        discount_codes: Vec::new(),
        code_amounts: BTreeMap::new(),
        marker: None,
        landing_site: None,
        arrival: None,
        person: Person::default(),
        items: Vec::new(),
        source: None,
        not_by_shopper: false,
        renewal: false,
    }
}

fn refund(id: &str, amount: Money, parts: RefundParts) -> RefundSeen {
    let transactions = vec![Transaction { id: "t".into(), kind: "refund".into(), gateway: None, status: "success".into(), amount }];
    RefundSeen { refund_id: id.into(), order_id: "1".into(), created_at: at(2), amount, parts, transactions }
}

fn for_lines(subtotal: i64, tax: i64) -> RefundParts {
    RefundParts { subtotal: Some(usd(subtotal)), tax: Some(usd(tax)), ..RefundParts::default() }
}

fn dispute(state: DisputeState, second: i64) -> DisputeSeen {
    DisputeSeen { dispute_id: "d".into(), order_id: "1".into(), seen_at: at(second), amount: usd(11_900), state }
}

/// `(gross, refunds, net)` in minor units.
fn worth(order: &Order, basis: Basis) -> (i64, i64, i64) {
    let Worth { gross_minor, refunds_minor, net_minor, .. } = order.worth(basis).expect("worth");
    (gross_minor, refunds_minor, net_minor)
}

fn seen(body: &OrderSeen, refunds: &[RefundSeen]) -> Order {
    let mut order = Order::new("1");
    order.join_seen(body);
    refunds.iter().for_each(|r| order.join_refund(r));
    order
}

#[test]
fn tax_and_shipping_are_left_out_of_what_was_paid_and_of_what_went_back() {
    let told = refund("a", usd(2380), for_lines(2000, 380));
    let order = seen(&order(11_900, 11_900, parts()), &[told]);
    assert_eq!(worth(&order, ALL), (11_900, 2380, 9520));
    assert_eq!(worth(&order, NO_TAX), (10_000, 2000, 8000));
    assert_eq!(worth(&order, NO_SHIPPING), (10_900, 2380, 8520));
    assert_eq!(worth(&order, GOODS), (9000, 2000, 7000));
}

#[test]
fn prices_that_include_tax_come_to_the_same() {
    let included = Parts {
        subtotal: Some(usd(10_710)),
        tax: Some(usd(1900)),
        tax_included: Some(true),
        shipping: Some(usd(1190)),
        shipping_tax: Some(usd(190)),
        ..Parts::default()
    };
    // 23.80 with 3.80 of tax in it.
    let order = seen(&order(11_900, 11_900, included), &[refund("a", usd(2380), for_lines(2380, 380))]);
    assert_eq!([ALL, NO_TAX, GOODS].map(|b| worth(&order, b)), [(11_900, 2380, 9520), (10_000, 2000, 8000), (9000, 2000, 7000)]);
}

#[test]
fn a_refund_that_does_not_say_what_it_is_for_is_taken_in_the_orders_proportions() {
    // A tenth of everything: 9.00 of goods, 1.90 of tax, 1.00 of shipping.
    let order = seen(&order(11_900, 11_900, parts()), &[refund("a", usd(1190), RefundParts::default())]);
    assert_eq!([NO_TAX, NO_SHIPPING, GOODS].map(|b| worth(&order, b)), [(10_000, 1000, 9000), (10_900, 1090, 9810), (9000, 900, 8100)]);
}

#[test]
fn a_refund_of_more_than_its_lines_is_of_goods_and_of_less_in_their_proportions() {
    // 5.00 more than its lines: goods. Half of what its lines were worth: half of each.
    let more = seen(&order(11_900, 11_900, parts()), &[refund("a", usd(2880), for_lines(2000, 380))]);
    assert_eq!(worth(&more, NO_TAX), (10_000, 2500, 7500));
    let less = seen(&order(11_900, 11_900, parts()), &[refund("a", usd(1190), for_lines(2000, 380))]);
    assert_eq!(worth(&less, NO_TAX), (10_000, 1000, 9000));
}

#[test]
fn a_gift_card_that_is_sold_is_no_revenue_and_its_refund_takes_none_away() {
    let with_card = Parts { subtotal: Some(usd(15_000)), gift_cards: Some(usd(5000)), tax: Some(usd(0)), ..Parts::default() };
    let back = RefundParts { subtotal: Some(usd(0)), tax: Some(usd(0)), gift_cards: Some(usd(5000)), ..RefundParts::default() };
    let sold = seen(&order(15_000, 15_000, with_card.clone()), &[]);
    assert_eq!((worth(&sold, ALL), sold.worth(ALL).expect("worth").kept_minor), ((10_000, 0, 10_000), 15_000));
    let returned = seen(&order(15_000, 15_000, with_card), &[refund("a", usd(5000), back)]);
    assert_eq!((worth(&returned, ALL), returned.worth(ALL).expect("worth").kept_minor), ((10_000, 0, 10_000), 10_000));
    // Paid with one: a payment like any other.
    let paid_with = Parts { gateways: ["gift_card".to_owned()].into(), ..parts() };
    assert_eq!(worth(&seen(&order(11_900, 11_900, paid_with), &[]), ALL), (11_900, 0, 11_900));
}

#[test]
fn what_is_paid_so_far_is_in_the_orders_proportions_to_the_last_cent() {
    // 59.50 of 119.00: 45.00 of goods, 9.50 of tax, 5.00 of shipping.
    let half = seen(&order(11_900, 5950, parts()), &[]);
    assert_eq!([NO_TAX, GOODS].map(|b| worth(&half, b)), [(5000, 0, 5000), (4500, 0, 4500)]);
    // .34, .33 and .33, half of it paid: 17, 16.5 and 16.5 cents; the odd cent is the first part's that has a remainder, which is tax.
    let thirds = Parts { tax: Some(usd(33)), shipping: Some(usd(33)), ..Parts::default() };
    let half = seen(&order(100, 50, thirds), &[]);
    assert_eq!([ALL, NO_TAX, NO_SHIPPING, GOODS].map(|b| worth(&half, b).0), [50, 33, 34, 17]);
}

#[test]
fn what_is_not_told_is_counted_in_and_said_to_be() {
    let order = seen(&order(11_900, 11_900, Parts::default()), &[]);
    assert_eq!(worth(&order, GOODS), (11_900, 0, 11_900));
    assert!([NO_TAX, NO_SHIPPING, GOODS].iter().all(|b| order.worth(*b).expect("worth").untold));
    assert!(!order.worth(ALL).expect("worth").untold, "nothing was to be left out");
}

#[test]
fn a_chargeback_takes_the_money_until_it_is_won_in_whatever_order_it_is_told() {
    let told =
        [dispute(DisputeState::Inquiry, 2), dispute(DisputeState::Open, 3), dispute(DisputeState::Lost, 4), dispute(DisputeState::Won, 5)];
    let after = |disputes: &[DisputeSeen]| {
        let mut order = seen(&order(11_900, 11_900, parts()), &[]);
        disputes.iter().for_each(|d| order.join_dispute(d));
        order
    };
    let net = |n: usize| worth(&after(&told[..n]), NO_TAX).2;
    assert_eq!([net(0), net(1), net(2), net(3), net(4)], [10_000, 10_000, 0, 0, 10_000]);
    for order in [[3, 2, 1, 0], [1, 3, 0, 2], [2, 3, 3, 0]] {
        let shuffled: Vec<DisputeSeen> = order.iter().map(|i| told[*i].clone()).chain(told.iter().cloned()).collect();
        assert_eq!(after(&shuffled), after(&told), "{order:?}");
    }
    // A late word of an open dispute doesn't open one that is decided.
    assert_eq!(after(&[told[2].clone(), dispute(DisputeState::Open, 9)]), after(&told[..3]));
}

#[test]
fn a_cancelled_order_keeps_nothing_whatever_was_refunded_before() {
    let mut body = order(11_900, 11_900, parts());
    body.cancelled_at = Some(at(3));
    let order = seen(&body, &[refund("a", usd(2380), for_lines(2000, 380))]);
    assert_eq!([ALL, NO_TAX].map(|b| worth(&order, b)), [(11_900, 11_900, 0), (10_000, 10_000, 0)]);
}

#[test]
fn a_refund_told_in_the_shoppers_currency_is_taken_by_the_orders_own_rate() {
    let mut body = order(11_900, 11_900, parts());
    let euro: Currency = "EUR".parse().expect("currency");
    body.presentment_total = Some(Money::new(10_000, euro));
    let order = seen(&body, &[refund("a", Money::new(2000, euro), for_lines(2000, 380))]);
    assert_eq!([ALL, NO_TAX].map(|b| worth(&order, b)), [(11_900, 2380, 9520), (10_000, 2000, 8000)]);
}

fn money() -> impl Strategy<Value = Option<Money>> {
    prop_oneof![Just(None), (0i64..20_000).prop_map(|m| Some(usd(m))), Just(Some(usd(i64::MAX)))]
}

prop_compose! {
    fn any_parts()(subtotal in money(), tax in money(), shipping in money(), shipping_tax in money(), duties in money(), gift_cards in money(),
        tax_included in proptest::option::of(any::<bool>())) -> Parts {
        Parts { subtotal, tax, tax_included, shipping, shipping_tax, duties, gift_cards, ..Parts::default() }
    }
}

prop_compose! {
    fn any_refund()(id in 0..3u8, amount in prop_oneof![0i64..15_000, Just(i64::MAX)], subtotal in money(), tax in money(), shipping in money(),
        shipping_tax in money(), gift_cards in money()) -> RefundSeen {
        refund(&id.to_string(), usd(amount), RefundParts { subtotal, tax, shipping, shipping_tax, gift_cards })
    }
}

prop_compose! {
    fn any_dispute()(state in prop_oneof![Just(DisputeState::Inquiry), Just(DisputeState::Open), Just(DisputeState::Refunded), Just(DisputeState::Lost),
        Just(DisputeState::Won)], second in 0i64..9) -> DisputeSeen {
        dispute(state, second)
    }
}

proptest! {
    #[test]
    fn whatever_is_told_every_basis_adds_up_and_none_is_more_than_stayed(
        total in 0i64..30_000, paid in 0i64..30_000, parts in any_parts(), refunds in proptest::collection::vec(any_refund(), 0..5),
        disputes in proptest::collection::vec(any_dispute(), 0..5), cancelled in proptest::bool::weighted(0.1), turned in any::<bool>(),
    ) {
        let mut body = order(total, paid, parts);
        body.cancelled_at = cancelled.then(|| at(4));
        let mut told = seen(&body, &refunds);
        disputes.iter().for_each(|d| told.join_dispute(d));
        prop_assert_eq!(told.paid_in_parts().expect("parts").sum(), paid, "the parts of what was paid add up to it");
        let kept = told.worth(ALL).expect("worth").kept_minor;
        prop_assert!((0..=paid).contains(&kept));
        for basis in Basis::ALL {
            let w = told.worth(basis).expect("worth");
            prop_assert_eq!(w.gross_minor - w.refunds_minor, w.net_minor);
            prop_assert!(w.net_minor >= 0 && w.net_minor <= kept && w.refunds_minor >= 0 && w.gross_minor <= paid, "{basis:?}: {w:?}");
            prop_assert!(w.gross_minor <= told.worth(ALL).expect("worth").gross_minor);
        }
        // The same, told the other way round, and twice.
        let mut again = Order::new("1");
        let mut backwards = refunds;
        backwards.reverse();
        if turned {
            disputes.iter().rev().for_each(|d| again.join_dispute(d));
        }
        backwards.iter().chain(&backwards).for_each(|r| again.join_refund(r));
        again.join_seen(&body);
        disputes.iter().rev().for_each(|d| again.join_dispute(d));
        again.join_seen(&body);
        prop_assert_eq!(again, told);
    }
}
