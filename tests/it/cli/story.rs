//! The demo's story: the same for the same seed, its money adds up, and the platform's reader understands what it tells.

use comeback::cli::demo::payloads::{Moments, body, bytes, topic};
use comeback::cli::demo::story::{Ending, Line, Shopper, Step, Webhook, arrives_ms, campaign_id, script, shopper};
use comeback::domain::event::{ChannelKind, Event};
use comeback::domain::experiment::{Arm, arm};
use comeback::domain::money::Currency;
use comeback::platforms::{self, ReadContext};
use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeSet;

const COUNT: u32 = 400;

fn told(seed: u64) -> Vec<(Shopper, Vec<Step>)> {
    (0..COUNT).map(|i| shopper(seed, i)).map(|s| (s.clone(), script(&s))).collect()
}

fn moments() -> Moments {
    let began: Timestamp = "2026-07-01T15:00:00Z".parse().expect("time");
    let later = |s| began + SignedDuration::from_secs(s);
    Moments { began, ordered: later(20), now: later(30) }
}

fn read(shopper: &Shopper, webhook: Webhook) -> Event {
    let (moments, topic) = (moments(), topic(webhook));
    let shopify = platforms::by_name("shopify").expect("a platform");
    let context = ReadContext { topic, received_at: moments.now, triggered_at: Some(moments.now), shop_currency: Currency::USD };
    let mut events = shopify.read(&context, &bytes(&body(shopper, webhook, &moments))).unwrap_or_else(|e| panic!("{topic}: {e}"));
    assert_eq!(events.len(), 1, "{topic}");
    events.remove(0)
}

#[test]
fn the_same_seed_tells_the_same_story_and_another_seed_another() {
    assert_eq!(told(7), told(7));
    assert_ne!(told(7), told(8));
    assert_eq!(campaign_id(7), campaign_id(7));
    assert_ne!(campaign_id(7), campaign_id(8));
    // However many come first, each of them is who they are.
    assert!(arrives_ms(5, 3) > arrives_ms(5, 10));
    assert!((1..COUNT).all(|i| arrives_ms(i, 40) > arrives_ms(i - 1, 40)));
}

#[test]
fn every_ending_occurs_and_no_two_shoppers_are_taken_for_one() {
    let all = told(1);
    let count = |ending: Ending| all.iter().filter(|(s, _)| s.ending == ending).count();
    let endings = [
        Ending::BuysAtOnce,
        Ending::Leaves,
        Ending::ReturnsAlone,
        Ending::LooksAgain,
        Ending::Returns(ChannelKind::Email),
        Ending::Returns(ChannelKind::Sms),
    ];
    for ending in endings {
        assert!(count(ending) >= 10, "{ending:?}: {}", count(ending));
    }
    let unique = |of: fn(&Shopper) -> Option<String>| {
        let values: Vec<String> = all.iter().filter_map(|(s, _)| of(s)).collect();
        assert_eq!(values.iter().collect::<BTreeSet<_>>().len(), values.len());
    };
    unique(|s| Some(s.email.clone()));
    unique(|s| s.phone.clone());
    unique(|s| Some(s.tokens.cart.clone()));
    unique(|s| Some(s.tokens.checkout.clone()));
    unique(|s| Some(s.tokens.order_id.to_string()));
    let held = all.iter().filter(|(s, _)| arm(campaign_id(1), &s.email, 10) == Arm::Holdout).count();
    // 10 % of 400 has a standard deviation of 6: four of them.
    assert!((16..=64).contains(&held), "{held}");
}

#[test]
fn the_first_forty_show_what_a_newcomer_wants_to_see() {
    let first: Vec<Shopper> = (0..40).map(|i| shopper(1, i)).collect();
    let treated = |s: &&Shopper| arm(campaign_id(1), &s.email, 10) == Arm::Treated;
    let back = |kind| first.iter().filter(treated).filter(|s| s.ending == Ending::Returns(kind)).count();
    assert!(back(ChannelKind::Email) >= 3 && back(ChannelKind::Sms) >= 1);
    assert!(first.iter().filter(treated).any(|s| matches!(s.ending, Ending::Returns(_)) && s.refunds), "a refund that lowers the figure");
    assert!(first.iter().any(|s| arm(campaign_id(1), &s.email, 10) == Arm::Holdout), "somebody in the comparison group");
}

#[test]
fn money_adds_up_in_what_the_platform_reads() {
    for (shopper, _) in told(3).iter().take(100) {
        let total = shopper.total_minor();
        assert_eq!(total, shopper.lines.iter().map(Line::total_minor).sum::<i64>());
        assert!(total > 0 && shopper.refund_minor() <= total);
        let (Event::Cart(cart), Event::Cart(begun), Event::Cart(known)) =
            (read(shopper, Webhook::Cart), read(shopper, Webhook::CheckoutBegun), read(shopper, Webhook::ContactGiven))
        else {
            panic!("not carts")
        };
        assert_eq!([cart.value, begun.value, known.value].map(|v| v.expect("a value").minor), [total; 3]);
        assert!(begun.person.identities.is_empty(), "nobody's yet");
        assert_eq!(known.person.email.as_ref().map(comeback::domain::contact::Email::as_str), Some(shopper.email.as_str()));
        assert_eq!(known.email_opt_in, Some(shopper.mails_wanted));
        assert_eq!(known.sms_opt_in, Some(shopper.texts_wanted && shopper.phone.is_some()));
        let (Event::Order(created), Event::Order(paid)) = (read(shopper, Webhook::OrderCreated), read(shopper, Webhook::OrderPaid)) else {
            panic!("not orders")
        };
        assert_eq!((created.paid.minor, paid.paid.minor, paid.total.minor), (0, total, total));
        assert!(known.tokens.iter().all(|t| paid.tokens.contains(t)), "the order is the cart's");
        assert!(!paid.not_by_shopper && !paid.test);
    }
}

#[test]
fn a_refund_gives_back_its_line_and_names_its_order() {
    let refunding: Vec<Shopper> = told(3).into_iter().map(|(s, _)| s).filter(|s| s.refunds).take(10).collect();
    assert_eq!(refunding.len(), 10);
    for shopper in refunding {
        let Event::Refund(refund) = read(&shopper, Webhook::Refunded) else { panic!("not a refund") };
        assert_eq!((refund.amount.minor, refund.order_id), (shopper.refund_minor(), shopper.tokens.order_id.to_string()));
        assert!(refund.amount.minor > 0);
    }
}

#[test]
fn slashes_and_signs_are_escaped_as_the_platform_does() {
    let with_sign = (0..COUNT).map(|i| shopper(1, i)).find(|s| s.lines.iter().any(|l| l.product.title.contains('&'))).expect("a shopper");
    let text = String::from_utf8(bytes(&body(&with_sign, Webhook::ContactGiven, &moments()))).expect("text");
    assert!(text.contains("https:\\/\\/") && text.contains("\\u0026") && !text.contains('&') && !text.contains("//"));
    let parsed: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(parsed, body(&with_sign, Webhook::ContactGiven, &moments()));
}
