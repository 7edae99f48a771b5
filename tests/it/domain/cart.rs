//! Whatever order a cart's events come in, and however often, the same cart comes out.

use crate::world::World;
use comeback::domain::arrival::{Arrival, Came};
use comeback::domain::bots::Clues;
use comeback::domain::cart::{CartState, apply};
use comeback::domain::contact::{Email, Identity};
use comeback::domain::event::{CartDeleted, CartSeen, Event, Item, OrderSeen, Person, RefundSeen, Stage, Token};
use comeback::domain::money::{Currency, Money};
use comeback::domain::payment::{Parts, RefundParts};
use comeback::domain::visit::{Act, Teller, Tracked};
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

/// All of a life happens within this many seconds, so that events often share an instant.
const LIFE_S: i64 = 12;
const ABANDON_AFTER: SignedDuration = SignedDuration::from_secs(3);

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_780_000_000 + second).expect("time")
}

fn usd(minor: i64) -> Money {
    Money::new(minor, Currency::USD)
}

fn token(kind: u8) -> Token {
    match kind {
        0 => Token::Cart("cart-1".into()),
        1 => Token::Checkout("checkout-1".into()),
        _ => Token::CheckoutId("9007199254740993".into()),
    }
}

fn tokens() -> impl Strategy<Value = Vec<Token>> {
    proptest::collection::vec((0..3_u8).prop_map(token), 1..3)
}

fn person() -> impl Strategy<Value = Person> {
    let email = proptest::option::of(prop_oneof![Just("a@example.com"), Just("b@example.com")]);
    (email, proptest::option::of(Just("+14155552671")), proptest::option::of(prop_oneof![Just("Ann"), Just("Bo")])).prop_map(
        |(email, phone, name)| Person {
            email: email.map(|e| e.parse().expect("email")),
            phone: phone.map(|p| p.parse().expect("phone")),
            first_name: name.map(str::to_owned),
            last_name: name.map(str::to_owned),
            country: name.map(|_| "US".to_owned()),
            locale: phone.map(|_| "en".to_owned()),
            ..Person::default()
        },
    )
}

fn seen() -> impl Strategy<Value = Event> {
    let times = (0..LIFE_S, 0..LIFE_S, proptest::option::weighted(0.15, 0..LIFE_S));
    (any::<bool>(), tokens(), times, 0..4_i64, person(), proptest::bool::weighted(0.1)).prop_map(
        |(checkout, tokens, (seen_at, started_at, completed), value, person, not_by_shopper)| {
            Event::Cart(Box::new(CartSeen {
                stage: if checkout { Stage::Checkout } else { Stage::Cart },
                tokens,
                seen_at: at(seen_at),
                started_at: at(started_at.min(seen_at)),
                completed_at: completed.filter(|_| checkout).map(at),
                items: Vec::new(),
                value: Some(usd(value)),
                recovery_url: person.first_name.as_ref().map(|name| format!("https://a.example/{name}")),
                discount_codes: Vec::new(),
                person,
                email_opt_in: None,
                sms_opt_in: None,
                source: None,
                not_by_shopper,
                arrival: None,
                told: None,
                clues: Clues { address: (value == 1).then(|| "1 High Street".into()), client: None, came_from: Some(value == 2) },
            }))
        },
    )
}

/// What the store's server and pages tell of a visit, of the same cart.
fn told() -> impl Strategy<Value = Event> {
    let acts = proptest::sample::select(Act::ALL.to_vec());
    let lines = proptest::collection::vec((0..4_usize, 0..3_i64), 0..3);
    (acts, any::<bool>(), 0..LIFE_S, lines, person(), proptest::option::of(tokens())).prop_map(
        |(act, browser, second, lines, person, tokens)| {
            let item =
                |(n, quantity): (usize, i64)| Item { product_id: Some(n.to_string()), title: format!("P{n}"), quantity, ..Item::default() };
            let email = person.email.clone().map(Identity::Email);
            let person = Person { identities: email.into_iter().collect(), ..person };
            let visit = Token::Visit("browser:visit".into());
            let tracked = Tracked {
                event_id: "e".into(),
                name: act,
                at: at(second),
                tokens: std::iter::once(visit).chain(tokens.into_iter().flatten()).collect(),
                contact: person,
                items: lines.into_iter().map(item).collect(),
                value: None,
                consents: Vec::new(),
                consent_source: None,
                consent_shown: None,
                arrival: Arrival::read(
                    at(second),
                    Came { page: Some(if browser { "/?utm_source=x" } else { "/" }), ..Came::default() },
                    &[],
                )
                .map(Box::new),
                claims: Vec::new(),
            };
            tracked.meaning(if browser { Teller::Browser } else { Teller::Store }).remove(0)
        },
    )
}

fn deleted() -> impl Strategy<Value = Event> {
    (tokens(), 0..LIFE_S).prop_map(|(tokens, seen_at)| Event::CartDeleted(CartDeleted { tokens, seen_at: at(seen_at) }))
}

/// Two orders, each with one time of placing, told several times. The second carries no token.
fn order() -> impl Strategy<Value = Event> {
    (any::<bool>(), 0..LIFE_S, proptest::bool::weighted(0.2), prop_oneof![Just(0), Just(500_i64)], 0..3_i64).prop_map(
        |(first, seen_at, cancelled, paid, back)| {
            let (id, created) = if first { ("1", 4) } else { ("2", 6) };
            Event::Order(Box::new(OrderSeen {
                order_id: id.into(),
                name: format!("#{id}"),
                seen_at: at(seen_at.max(created)),
                created_at: at(created),
                cancelled_at: cancelled.then(|| at(seen_at)),
                test: false,
                tokens: if first { vec![token(1)] } else { Vec::new() },
                currency: Currency::USD,
                total: usd(500),
                presentment_total: None,
                paid: usd(paid),
                parts: Parts::default(),
                refunds: if back > 0 { vec![refund_of(id, back)] } else { Vec::new() },
                discount_codes: Vec::new(),
                code_amounts: std::collections::BTreeMap::new(),
                marker: (back == 2).then(|| "aB3".to_owned()),
                landing_site: None,
                arrival: None,
                person: Person::default(),
                items: Vec::new(),
                source: None,
                not_by_shopper: false,
                renewal: false,
            }))
        },
    )
}

fn refund_of(order_id: &str, amount: i64) -> RefundSeen {
    RefundSeen {
        refund_id: format!("r{order_id}"),
        order_id: order_id.into(),
        created_at: at(8),
        amount: usd(amount),
        parts: RefundParts::default(),
        transactions: Vec::new(),
    }
}

fn refund() -> impl Strategy<Value = Event> {
    (any::<bool>(), 0..3_i64).prop_map(|(first, amount)| Event::Refund(refund_of(if first { "1" } else { "2" }, amount)))
}

fn life() -> impl Strategy<Value = Vec<Event>> {
    proptest::collection::vec(prop_oneof![6 => seen(), 4 => told(), 1 => deleted(), 2 => order(), 1 => refund()], 1..12)
}

/// A life; and the same with some of it told again, in any order.
fn life_and_its_arrival() -> impl Strategy<Value = (Vec<Event>, Vec<Event>)> {
    life().prop_flat_map(|events| {
        let again = proptest::sample::subsequence(events.clone(), 0..=events.len());
        (Just(events), again).prop_flat_map(|(events, again)| {
            let all: Vec<Event> = events.iter().cloned().chain(again).collect();
            (Just(events), Just(all).prop_shuffle())
        })
    })
}

fn states(world: &World) -> Vec<Option<CartState>> {
    let moments = (0..LIFE_S + 6).map(at).chain([at(60 * 60 * 24 * 40)]);
    moments.map(|now| world.cart.as_ref().map(|c| c.state(now, ABANDON_AFTER, false))).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_order_of_arrival_and_any_repetition_end_in_the_same_cart((told, arrived) in life_and_its_arrival(), same_person: bool) {
        let (in_order, as_it_came) = (World::after(same_person, &told), World::after(same_person, &arrived));
        prop_assert_eq!(states(&in_order), states(&as_it_came));
        prop_assert_eq!(in_order, as_it_came);
    }

    #[test]
    fn two_carts_that_turn_out_to_be_one_are_as_if_they_had_always_been((told, side) in (life(), any::<u16>()), same_person: bool) {
        let on_left = |i: usize| side & (1 << i) != 0;
        let part = |left: bool| World::after(false, told.iter().enumerate().filter(|(i, _)| on_left(*i) == left).map(|(_, e)| e)).cart;
        let whole = World::after(same_person, &told);
        let cart = match (part(true), part(false)) {
            (Some(a), Some(b)) => { prop_assert_eq!(a.clone().join(b.clone()), b.clone().join(a.clone())); Some(a.join(b)) }
            (a, b) => a.or(b),
        };
        let mut joined = World { cart, ..whole.clone() };
        joined.link();
        prop_assert_eq!(joined, whole);
    }

    #[test]
    fn a_purchased_cart_is_never_open_again(told in life(), later in life()) {
        let before = World::after(true, &told);
        let after = World::after(true, told.iter().chain(&later));
        if before.cart.is_some_and(|c| c.is_purchased()) {
            prop_assert!(after.cart.is_some_and(|c| c.is_purchased()));
        }
    }
}

fn checkout_at(second: i64) -> Event {
    Event::Cart(Box::new(CartSeen {
        stage: Stage::Checkout,
        tokens: vec![token(0), token(1)],
        seen_at: at(second),
        started_at: at(0),
        completed_at: None,
        items: Vec::new(),
        value: None,
        recovery_url: None,
        discount_codes: Vec::new(),
        person: Person::default(),
        email_opt_in: None,
        sms_opt_in: None,
        source: None,
        not_by_shopper: false,
        arrival: None,
        told: None,
        clues: Clues::default(),
    }))
}

fn deleted_at(second: i64) -> Event {
    Event::CartDeleted(CartDeleted { tokens: vec![token(0)], seen_at: at(second) })
}

#[test]
fn a_deleted_checkout_is_lost_until_the_shopper_begins_anew() {
    let check = |events: &[Event], expected: CartState| {
        let cart = events.iter().fold(None, |cart, event| apply(cart, event).0).expect("cart");
        assert_eq!(cart.state(at(6), ABANDON_AFTER, false), expected, "{events:?}");
    };
    check(&[checkout_at(1), deleted_at(2)], CartState::Lost);
    check(&[deleted_at(2), checkout_at(1)], CartState::Lost);
    check(&[checkout_at(1), deleted_at(2), checkout_at(5)], CartState::Open);
    check(&[checkout_at(1), checkout_at(5), deleted_at(2)], CartState::Open);
    check(&[checkout_at(1), deleted_at(2), checkout_at(3), deleted_at(5)], CartState::Lost);
    check(&[deleted_at(2)], CartState::Lost);
}

#[test]
fn a_deletion_is_not_taken_for_activity() {
    let active = |events: &[Event]| events.iter().fold(None, |cart, event| apply(cart, event).0).expect("cart").active_at;
    assert_eq!(active(&[checkout_at(1), deleted_at(9)]), at(1));
    assert_eq!(active(&[deleted_at(9), checkout_at(1)]), at(1));
}

fn told_at(second: i64, act: Act, by: Teller, email: Option<&str>) -> Event {
    let email: Option<Email> = email.map(|e| e.parse().expect("an address"));
    let contact = Person { identities: email.iter().cloned().map(Identity::Email).collect(), email, ..Person::default() };
    let tracked = Tracked {
        event_id: "e".into(),
        name: act,
        at: at(second),
        tokens: vec![Token::Visit("b:v".into())],
        contact,
        items: vec![Item { title: "Hat".into(), quantity: 1, ..Item::default() }],
        value: None,
        consents: Vec::new(),
        consent_source: None,
        consent_shown: None,
        arrival: None,
        claims: Vec::new(),
    };
    tracked.meaning(by).remove(0)
}

#[test]
fn what_a_browser_says_of_the_shopper_counts_up_to_the_checkout_and_never_against_the_store_or_the_platform() {
    let check = |events: &[Event], expected: Option<&str>| {
        let fold = |events: &mut dyn Iterator<Item = &Event>| events.fold(None, |cart, event| apply(cart, event).0).expect("cart");
        let (there, back) = (fold(&mut events.iter()), fold(&mut events.iter().rev()));
        assert_eq!(there, back, "in any order");
        assert_eq!(there.mail_to().map(Email::as_str), expected, "{events:?}");
        assert_eq!(there.clone().addressed().mail_to(), there.mail_to());
    };
    let looked = told_at(1, Act::ViewItem, Teller::Browser, Some("a@example.com"));
    check(std::slice::from_ref(&looked), Some("a@example.com"));
    check(&[looked.clone(), told_at(2, Act::ViewItem, Teller::Browser, Some("b@example.com"))], Some("b@example.com"));
    let store = told_at(0, Act::Identify, Teller::Store, Some("c@example.com"));
    check(&[looked.clone(), store.clone()], Some("c@example.com"));
    check(&[looked.clone(), checkout_at(3)], None);
    check(&[looked.clone(), told_at(3, Act::BeginCheckout, Teller::Browser, None)], None);
    check(&[store, checkout_at(3)], Some("c@example.com"));
}

#[test]
fn the_latest_stage_says_what_is_in_it_and_a_sign_of_life_says_nothing_of_that() {
    let stage = |events: &[Event]| {
        let cart = events.iter().fold(None, |cart, event| apply(cart, event).0).expect("cart");
        (cart.stage(), cart.snapshot().map(|s| s.items.len()), cart.active_at)
    };
    let (look, add) = (told_at(1, Act::ViewItem, Teller::Store, None), told_at(2, Act::AddToCart, Teller::Store, None));
    let (begin, pay) = (told_at(3, Act::BeginCheckout, Teller::Store, None), told_at(4, Act::AddContactInfo, Teller::Store, None));
    assert_eq!(stage(&[look.clone(), add.clone()]), (Stage::Cart, Some(1), at(2)));
    assert_eq!(stage(&[look.clone(), add.clone(), begin.clone(), pay.clone()]), (Stage::Checkout, Some(1), at(4)));
    assert_eq!(stage(&[look.clone(), pay]), (Stage::Browse, Some(1), at(4)));
    let taken_out = told_at(5, Act::RemoveFromCart, Teller::Store, None);
    assert_eq!(stage(&[look, add, taken_out]), (Stage::Cart, Some(0), at(5)), "an emptied cart is empty, whatever was looked at");
}
