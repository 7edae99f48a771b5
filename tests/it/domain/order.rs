//! What an order is worth, whatever its refunds say.

use comeback::domain::event::{OrderSeen, Person, RefundSeen};
use comeback::domain::money::{Currency, Money};
use comeback::domain::order::{Basis, Order};
use comeback::domain::payment::{Parts, RefundParts};
use jiff::Timestamp;

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_780_000_000 + second).expect("time")
}

fn refund(id: &str, minor: i64, currency: &str, second: i64) -> RefundSeen {
    RefundSeen {
        refund_id: id.into(),
        order_id: "1".into(),
        created_at: at(second),
        amount: Money::new(minor, currency.parse().expect("currency")),
        parts: RefundParts::default(),
        transactions: Vec::new(),
    }
}

fn order(paid: i64, seen_at: i64) -> OrderSeen {
    OrderSeen {
        order_id: "1".into(),
        name: "#1".into(),
        seen_at: at(seen_at),
        created_at: at(0),
        cancelled_at: None,
        test: false,
        tokens: Vec::new(),
        currency: Currency::USD,
        total: Money::new(10_000, Currency::USD),
        presentment_total: Some(Money::new(9000, "EUR".parse().expect("currency"))),
        paid: Money::new(paid, Currency::USD),
        parts: Parts::default(),
        refunds: Vec::new(),
        discount_codes: Vec::new(),
        code_amounts: std::collections::BTreeMap::new(),
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

fn check(bodies: &[OrderSeen], refunds: &[RefundSeen], expected: (i64, i64, i64)) {
    let joined = |refunds_first: bool, reversed: bool| {
        let mut order = Order::new("1");
        let tell_refunds = |order: &mut Order| {
            let mut refunds = refunds.to_vec();
            if reversed {
                refunds.reverse();
            }
            refunds.iter().for_each(|r| order.join_refund(r));
        };
        if refunds_first {
            tell_refunds(&mut order);
        }
        let mut bodies = bodies.to_vec();
        if reversed {
            bodies.reverse();
        }
        bodies.iter().for_each(|b| order.join_seen(b));
        tell_refunds(&mut order);
        order
    };
    let first = joined(false, false);
    let worth = first.worth(Basis::default()).expect("worth");
    assert_eq!((worth.gross_minor, worth.refunds_minor, worth.net_minor), expected);
    for (refunds_first, reversed) in [(false, true), (true, false), (true, true)] {
        assert_eq!(joined(refunds_first, reversed), first);
    }
}

#[test]
fn refunds_are_taken_off_once_in_the_shops_currency_and_never_below_zero() {
    check(&[order(10_000, 1)], &[], (10_000, 0, 10_000));
    check(&[order(10_000, 1)], &[refund("a", 2500, "USD", 2), refund("a", 2500, "USD", 2)], (10_000, 2500, 7500));
    // Pending first, then done: the greater amount stands.
    check(&[order(10_000, 1)], &[refund("a", 0, "USD", 2), refund("a", 2500, "USD", 2)], (10_000, 2500, 7500));
    // Half of what the shopper paid in euros.
    check(&[order(10_000, 1)], &[refund("a", 4500, "EUR", 2)], (10_000, 5000, 5000));
    check(&[order(10_000, 1)], &[refund("a", 9000, "USD", 2), refund("b", 9000, "USD", 3)], (10_000, 10_000, 0));
    // The same amount in two currencies: one of them stands, whichever came first.
    check(&[order(10_000, 1)], &[refund("a", 4500, "EUR", 2), refund("a", 4500, "USD", 2)], (10_000, 4500, 5500));
}

#[test]
fn absurd_refunds_do_not_overflow() {
    let refunds = [
        refund("a", i64::MAX, "USD", 2),
        refund("b", i64::MAX, "USD", 3),
        refund("c", i64::MAX, "EUR", 3),
        refund("d", i64::MIN, "USD", 3),
    ];
    check(&[order(10_000, 1)], &refunds, (10_000, 10_000, 0));
}

#[test]
fn the_later_body_counts_and_of_two_at_once_the_one_that_was_paid() {
    check(&[order(0, 1), order(10_000, 2)], &[], (10_000, 0, 10_000));
    check(&[order(10_000, 1), order(0, 2)], &[], (0, 0, 0));
    check(&[order(0, 2), order(10_000, 2)], &[], (10_000, 0, 10_000));
}
