//! How likely a checkout is fake: cases, and what holds for any evidence.

use super::trace::{ITEM, Shows};
use super::*;
use crate::domain::cart::{Cart, apply};
use crate::domain::contact::Identity;
use crate::domain::event::{CartSeen, Event, Item, Person, Stage, Token};
use crate::domain::money::Money;
use crate::domain::policy::BLOCK_FROM;
use proptest::prelude::*;

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_780_000_000 + second).expect("time")
}

/// What a checkout is to show.
#[derive(Clone)]
struct Look {
    begun: i64,
    email: String,
    name: (&'static str, &'static str),
    address: String,
    phone: Option<String>,
    client: Option<String>,
    items: Vec<(u8, i64)>,
    customer: bool,
    filled_after: i64,
    came_from: Option<bool>,
    locale: bool,
}

/// An honest shopper: everything is their own.
fn honest(n: i64) -> Look {
    const NAMES: [(&str, &str); 5] = [("Ann", "Arbor"), ("Bo", "Berg"), ("Cy", "Cole"), ("Di", "Dahl"), ("Ed", "Eng")];
    Look {
        begun: n * 60,
        email: format!("honest.shopper{n}@gmail.com"),
        name: NAMES[usize::try_from(n).expect("a number") % NAMES.len()],
        address: format!("{n} High Street"),
        phone: None,
        client: None,
        items: vec![(2, 4900), (3, 1500)],
        customer: false,
        filled_after: 90,
        came_from: None,
        locale: true,
    }
}

/// A robot that tries cards on the cheapest thing, under one name.
fn robot(n: i64) -> Look {
    Look {
        begun: n * 20,
        email: format!("k{n}x9z{n}q7w@gmail.com"),
        name: ("John", "Carder"),
        address: "1 Drop Road".into(),
        items: vec![(9, 300)],
        filled_after: 1,
        ..honest(n)
    }
}

fn cart(look: &Look) -> Cart {
    let item = |&(variant, minor): &(u8, i64)| Item {
        variant_id: Some(variant.to_string()),
        product_id: None,
        title: String::new(),
        variant_title: None,
        sku: None,
        quantity: 1,
        unit_price: Some(Money::new(minor, Currency::USD)),
        image_url: None,
        url: None,
    };
    let email: crate::domain::contact::Email = look.email.parse().expect("an address");
    let person = Person {
        identities: [Some(Identity::Email(email.clone())), look.customer.then(|| Identity::Customer("7".into()))]
            .into_iter()
            .flatten()
            .collect(),
        email: Some(email),
        phone: look.phone.as_ref().map(|p| p.parse().expect("a number")),
        first_name: Some(look.name.0.into()),
        last_name: Some(look.name.1.into()),
        locale: look.locale.then(|| "en-US".into()),
        ..Person::default()
    };
    let seen = CartSeen {
        stage: Stage::Checkout,
        tokens: vec![Token::Checkout("c".into())],
        seen_at: at(look.begun + look.filled_after),
        started_at: at(look.begun),
        completed_at: None,
        items: look.items.iter().map(item).collect(),
        value: None,
        recovery_url: None,
        discount_codes: Vec::new(),
        person,
        email_opt_in: None,
        sms_opt_in: None,
        source: None,
        not_by_shopper: false,
        arrival: None,
        told: None,
        clues: Clues { address: Some(look.address.clone()), client: look.client.clone(), came_from: look.came_from },
    };
    apply(None, &Event::Cart(Box::new(seen))).0.expect("a cart")
}

fn id(n: usize) -> CartId {
    CartId(uuid::Uuid::from_u128(n as u128))
}

/// What is said of each, seen side by side.
fn verdicts(looks: &[Look], pace: Option<Pace>) -> Vec<BotVerdict> {
    let seen = |(n, look): (usize, &Look)| {
        let cart = cart(look);
        (id(n), Seen { begun_at: cart.started_at, trace: Trace::of(&cart).expect("a trace") })
    };
    let seen: BTreeMap<CartId, Seen> = looks.iter().enumerate().map(seen).collect();
    let neighbours = Neighbours::of(&seen).at_pace(pace);
    (0..looks.len()).map(|n| neighbours.evidence(id(n)).verdict()).collect()
}

/// The rules that speak against the first of them, in alphabetical order.
fn check(looks: &[Look], expected: &[&str]) {
    let first = verdicts(looks, None).remove(0);
    let mut rules: Vec<&str> = first.reasons.iter().map(|r| r.rule.as_str()).collect();
    rules.sort_unstable();
    assert_eq!(rules, expected);
}

fn first_and(first: Look, others: impl Iterator<Item = Look>) -> Vec<Look> {
    std::iter::once(first).chain(others).collect()
}

#[test]
fn each_piece_of_evidence_is_told_by_its_rule() {
    check(&[honest(0)], &[]);
    check(&[Look { email: "jo@mailinator.com".into(), ..honest(0) }], &["disposable_email"]);
    check(&[Look { email: "xkqjzvwp8273@gmail.com".into(), ..honest(0) }], &["generated_email"]);
    check(&[Look { filled_after: 5, ..honest(0) }], &["filled_in_seconds"]);
    check(&[Look { filled_after: 6, ..honest(0) }], &[]);
    check(&[Look { filled_after: 1, customer: true, ..honest(0) }], &[]);
    check(&[Look { came_from: Some(false), locale: false, ..honest(0) }], &["no_trace"]);
    check(&[Look { came_from: Some(false), ..honest(0) }], &[]);
    check(&[Look { came_from: Some(true), locale: false, ..honest(0) }], &[]);
    check(&[Look { came_from: None, locale: false, ..honest(0) }], &[]);
    let named = |n| Look { name: ("John", "Smith"), ..honest(n) };
    check(&first_and(named(0), (1..2).map(named)), &[]);
    check(&first_and(named(0), (1..3).map(named)), &["same_name"]);
    let at_home = |n| Look { address: "1 Drop Rd.".into(), ..honest(n) };
    check(&first_and(at_home(0), (1..3).map(at_home)), &["same_address"]);
    let by_phone = |n| Look { phone: Some("+14155552671".into()), ..honest(n) };
    check(&first_and(by_phone(0), (1..3).map(by_phone)), &["same_phone"]);
    let machine = |n| Look { client: Some("203.0.113.7".into()), ..honest(n) };
    check(&first_and(machine(0), (1..4).map(machine)), &[]);
    check(&first_and(machine(0), (1..5).map(machine)), &["same_client"]);
    let cheap = |n| Look { items: vec![(9, 300)], ..honest(n) };
    check(&first_and(cheap(0), (1..8).map(cheap)), &[]);
    check(&first_and(cheap(0), (1..9).map(cheap)), &["same_cheapest_item"]);
    let dear = |n| Look { items: vec![(9, 9900)], ..honest(n) };
    check(&first_and(dear(0), (1..9).map(dear).chain([honest(9)])), &["same_item"]);
}

#[test]
fn one_person_who_comes_back_is_not_many() {
    let again = |n| Look { email: "ann@example.com".into(), address: "1 High Street".into(), name: ("Ann", "Arbor"), ..honest(n) };
    check(&first_and(again(0), (1..7).map(again)), &[]);
}

#[test]
fn what_lies_more_than_half_an_hour_apart_is_not_seen_together() {
    let named = |n| Look { name: ("John", "Smith"), begun: n * 1801, ..honest(n) };
    check(&first_and(named(0), (1..3).map(named)), &[]);
    let close = |n| Look { name: ("John", "Smith"), begun: n * 900, ..honest(n) };
    check(&first_and(close(0), (1..3).map(close)), &["same_name"]);
}

#[test]
fn of_forty_robots_among_ten_shoppers_all_robots_and_no_shopper_count_as_fake() {
    let looks: Vec<Look> = (0..40).map(robot).chain((0..10).map(honest)).collect();
    for (n, verdict) in verdicts(&looks, None).iter().enumerate() {
        assert_eq!(verdict.score >= BLOCK_FROM, n < 40, "{n}: {verdict:?}");
    }
}

#[test]
fn a_rush_on_one_thing_by_people_with_wallets_is_not_fake() {
    let rush = |n| Look { begun: n * 10, items: vec![(9, 300)], filled_after: 1, came_from: Some(false), locale: false, ..honest(n) };
    let looks: Vec<Look> = (0..60).map(|n| Look { name: ("Ann", if n % 2 == 0 { "A" } else { "B" }), ..rush(n) }).collect();
    let own_names: Vec<Look> = (0..3).map(rush).collect();
    let pace = Some(Pace { checkouts: 10, within: Some(SignedDuration::from_hours(24 * 7)) });
    let worst = verdicts(&looks, pace).into_iter().map(|v| v.score).max().expect("a score");
    assert!(worst >= BLOCK_FROM, "under two names it is: {worst}");
    for n in 0..60 {
        let mut looks: Vec<Look> = (0..60).map(rush).collect();
        looks.iter_mut().for_each(|l| l.name = ("", ""));
        let verdict = verdicts(&looks, pace).remove(n);
        assert!(verdict.score < BLOCK_FROM && verdict.reasons.len() == 4, "{n}: {verdict:?}");
    }
    assert!(verdicts(&own_names, None).iter().all(|v| v.score < BLOCK_FROM));
}

#[test]
fn a_burst_is_measured_by_the_stores_own_pace() {
    let looks: Vec<Look> = (0..40).map(|n| Look { begun: n, ..honest(n) }).map(|l| Look { name: ("", ""), ..l }).collect();
    let told = |pace| verdicts(&looks, pace).remove(0).reasons.iter().any(|r| r.rule == "burst");
    let pace = |checkouts, hours| Some(Pace { checkouts, within: Some(SignedDuration::from_hours(hours)) });
    assert!(told(pace(100, 100)), "40 in an hour where there is one an hour");
    assert!(told(pace(8, 1)));
    assert!(!told(pace(9, 1)), "40 where there are 9 an hour");
    assert!(!told(Some(Pace { checkouts: 0, within: None })), "a store too young to have a pace");
    assert!(!told(None));
    let few: Vec<Look> = looks[..29].to_vec();
    assert!(!verdicts(&few, pace(1, 100)).remove(0).reasons.iter().any(|r| r.rule == "burst"));
}

#[test]
fn staff_carts_and_the_erased_leave_no_trace_and_erasing_takes_the_person_out() {
    let whole = cart(&robot(1));
    let trace = Trace::of(&whole).expect("a trace");
    assert!(trace.signs.len() > 3);
    let left = trace.without_person();
    assert_eq!(left.signs.len(), 1);
    assert!(left.of_kind(ITEM).next().is_some());
    let text = serde_json::to_string(&trace).expect("json");
    for personal in ["John", "Carder", "Drop", "gmail", "john"] {
        assert!(!text.contains(personal), "{text}");
    }
    let erased = whole.clone().erase(at(9));
    assert!(Trace::of(&erased).is_none() && erased.marks.is_empty());
    let mut staff = whole;
    if let Some(c) = staff.checkout.as_mut() {
        c.not_by_shopper = true;
    }
    assert!(Trace::of(&staff).is_none());
}

#[test]
fn a_trace_that_was_kept_by_an_older_version_is_read() {
    assert_eq!(serde_json::from_str::<Trace>("{}").expect("a trace"), Trace::default());
    assert_eq!(Trace::default().shows, Shows::default());
}

fn evidence() -> impl Strategy<Value = Evidence> {
    let counts = (0..60_usize, 0..6_usize, 0..6_usize, 0..6_usize, 0..8_usize);
    (counts, any::<[bool; 6]>()).prop_map(|((same_item, same_name, same_address, same_phone, same_client), flags)| {
        let [cheapest, disposable, generated, fast, untraced, burst] = flags;
        Evidence { same_item, cheapest, same_name, same_address, same_phone, same_client, disposable, generated, fast, untraced, burst }
    })
}

proptest! {
    #[test]
    fn more_evidence_never_lowers_the_score(less in evidence(), more in evidence()) {
        let both = Evidence {
            same_item: less.same_item.max(more.same_item),
            cheapest: less.cheapest | more.cheapest,
            same_name: less.same_name.max(more.same_name),
            same_address: less.same_address.max(more.same_address),
            same_phone: less.same_phone.max(more.same_phone),
            same_client: less.same_client.max(more.same_client),
            disposable: less.disposable | more.disposable,
            generated: less.generated | more.generated,
            fast: less.fast | more.fast,
            untraced: less.untraced | more.untraced,
            burst: less.burst | more.burst,
        };
        prop_assert!(both.verdict().score >= less.verdict().score);
        prop_assert!(both.verdict().score <= SCORE_MAX);
    }

    #[test]
    fn no_single_kind_of_evidence_makes_a_checkout_fake(one in 0..10_usize) {
        let mut e = Evidence::default();
        match one {
            0 => (e.same_item, e.cheapest) = (50, true),
            1 => e.same_name = 50,
            2 => e.same_address = 50,
            3 => e.same_phone = 50,
            4 => e.same_client = 50,
            5 => e.disposable = true,
            6 => e.generated = true,
            7 => e.fast = true,
            8 => e.untraced = true,
            _ => e.burst = true,
        }
        prop_assert!(e.verdict().score < BLOCK_FROM);
    }

    #[test]
    fn who_else_came_never_lowers_what_a_shared_name_or_thing_says(others in 0..30_i64, more in 0..30_i64) {
        let few: Vec<Look> = (0..=others).map(robot).collect();
        let many: Vec<Look> = (0..=others + more).map(robot).collect();
        prop_assert!(verdicts(&many, None)[0].score >= verdicts(&few, None)[0].score);
    }
}
