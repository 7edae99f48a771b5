//! What the platform does to codes: it is away, slow, refuses, or does what it is asked without saying so.

use super::{
    both, campaign, code_in, code_of, count, gets_both, hours, leaves, mails_to, minutes, publish, shopper, state_of, states, ten_percent,
};
use crate::support::rig::Rig;
use crate::support::shopify_admin::{Fault, ShopifyAdmin};
use comeback::app::campaigns::{self, Act};
use comeback::app::{discounts, restore};
use comeback::domain::campaign::{Offer, OfferValue};
use std::collections::BTreeSet;
use std::time::Duration;

/// What we know of works at the store, what works there we know of, and nothing is there twice.
async fn agree(rig: &Rig, store: &ShopifyAdmin) {
    let there = store.codes();
    let distinct: BTreeSet<&String> = there.iter().collect();
    assert_eq!(distinct.len(), there.len(), "a code twice");
    let known: BTreeSet<String> =
        states(rig).await.into_iter().filter(|(_, s)| ["free", "given"].contains(&s.as_str())).map(|(code, _)| code).collect();
    assert_eq!(known, there.into_iter().collect(), "{}", rig.engine);
}

async fn archive(rig: &Rig) {
    campaigns::act(&rig.app, rig.shop.id, rig.campaign, Act::Archive, "story").await.expect("archived");
}

#[tokio::test]
async fn a_published_offer_has_a_pool_at_once_and_two_workers_make_one() {
    both(campaign(ten_percent()), |rig, store| async move {
        assert_eq!((store.times("ComebackDiscountMake"), count(&rig, "free").await), (1, 20));
        agree(&rig, &store).await;
        rig.pass(hours(1)).await;
        let (one, other) = tokio::join!(discounts::keep(&rig.app), discounts::keep(&rig.app));
        assert_eq!(one.expect("kept") + other.expect("kept"), 0, "nobody asks twice within half a minute");
        assert_eq!((store.times("ComebackDiscountMake"), store.times("ComebackCodesAdd")), (1, 1), "a full pool is left alone");
        // The pool gives until midnight: its successor is there before.
        rig.pass(hours(6)).await;
        assert_eq!((store.times("ComebackDiscountMake"), count(&rig, "free").await), (2, 40));
        rig.pass(hours(2)).await;
        assert_eq!(count(&rig, "free").await, 20, "what can't be given any more is deleted");
        agree(&rig, &store).await;
        rig
    })
    .await;
}

#[tokio::test]
async fn a_platform_that_is_away_for_hours_loses_no_message() {
    both(campaign(ten_percent()), |rig, store| async move {
        let (jo, ann, bea) = (shopper(1), shopper(2), shopper(3));
        leaves(&rig, &jo).await;
        // Down before tomorrow's pool is made, until three hours after the message is due.
        rig.pass(hours(4)).await;
        store.with(|s| s.down = Some(503));
        rig.pass(hours(22)).await;
        assert_eq!(mails_to(&rig, &jo).len(), 1, "it waits for a code");
        leaves(&rig, &bea).await;
        rig.pass(hours(1)).await;
        let mails = mails_to(&rig, &jo);
        assert_eq!((mails.len(), mails.last().and_then(code_in)), (2, None), "after two hours it goes without");
        leaves(&rig, &ann).await;
        store.with(|s| s.down = None);
        rig.pass(hours(25)).await;
        assert!(code_of(&rig, &ann).is_some() && code_of(&rig, &bea).is_some());
        assert_eq!((mails_to(&rig, &ann).len(), mails_to(&rig, &bea).len()), (2, 2));
        agree(&rig, &store).await;
        rig
    })
    .await;
}

#[tokio::test]
async fn what_was_done_without_an_answer_is_found_and_not_done_again() {
    both(campaign(ten_percent()), |rig, store| async move {
        let free = Offer { value: OfferValue::FreeShipping, ..ten_percent() };
        store.next_of("ComebackShippingDiscountMake", Fault::DoneAndCut);
        publish(&rig, campaign(free)).await;
        rig.pass(hours(1)).await;
        assert_eq!(store.times("ComebackShippingDiscountMake"), 1, "it was made; it is found by its first code");
        agree(&rig, &store).await;
        store.next_of("ComebackCodesAdd", Fault::DoneAndCut);
        publish(&rig, campaign(Offer { value: OfferValue::Percent(15), ..ten_percent() })).await;
        rig.pass(hours(1)).await;
        agree(&rig, &store).await;
        assert_eq!(count(&rig, "free").await, 60, "three offers, twenty codes each, for they all may be given today");
        let adds = store.times("ComebackCodesAdd");
        rig.pass(hours(1)).await;
        assert_eq!(store.times("ComebackCodesAdd"), adds);
        rig
    })
    .await;
}

#[tokio::test]
async fn what_was_not_done_is_asked_for_again_with_the_same_codes() {
    both(campaign(ten_percent()), |rig, store| async move {
        store.next_of("ComebackShippingDiscountMake", Fault::Cut);
        store.next_of("ComebackCodesAdd", Fault::Cut);
        publish(&rig, campaign(Offer { value: OfferValue::FreeShipping, ..ten_percent() })).await;
        rig.pass(minutes(1)).await;
        let before: BTreeSet<String> = states(&rig).await.into_iter().map(|(code, _)| code).collect();
        assert_eq!(before.len(), 21, "the first code of the new pool is stored before anybody hears of it");
        rig.pass(hours(2)).await;
        assert_eq!((store.times("ComebackShippingDiscountMake"), count(&rig, "free").await), (2, 40));
        let after: BTreeSet<String> = states(&rig).await.into_iter().map(|(code, _)| code).collect();
        assert!(before.is_subset(&after));
        agree(&rig, &store).await;
        rig
    })
    .await;
}

#[tokio::test]
async fn a_process_that_dies_while_it_asks_leaves_no_code_twice_and_none_lost() {
    both(campaign(ten_percent()), |rig, store| async move {
        for operation in ["ComebackShippingDiscountMake", "ComebackCodesAdd"] {
            store.next_of(operation, Fault::Hang);
        }
        let free = campaign(Offer { value: OfferValue::FreeShipping, ..ten_percent() });
        publish(&rig, free).await;
        for _ in 0..2 {
            rig.clock.advance(minutes(15));
            // Broken off in the middle of a question: its turn lapses.
            let killed = tokio::time::timeout(Duration::from_millis(1500), discounts::keep(&rig.app)).await;
            assert!(killed.is_err(), "it was waiting for an answer");
        }
        rig.pass(hours(1)).await;
        assert_eq!(count(&rig, "free").await, 40);
        agree(&rig, &store).await;
        rig
    })
    .await;
}

#[tokio::test]
async fn a_slow_platform_is_asked_until_it_is_through() {
    both(campaign(ten_percent()), |rig, store| async move {
        store.with(|s| s.discounts.slow = 2);
        publish(&rig, campaign(Offer { value: OfferValue::FreeShipping, ..ten_percent() })).await;
        rig.pass(minutes(1)).await;
        assert_eq!(count(&rig, "requested").await, 19);
        rig.pass(minutes(20)).await;
        assert_eq!(count(&rig, "requested").await, 19);
        rig.pass(minutes(20)).await;
        assert_eq!((count(&rig, "requested").await, count(&rig, "free").await), (0, 40));
        archive(&rig).await;
        rig.pass(minutes(10)).await;
        assert!(count(&rig, "deleting").await > 0, "it has not said that it is through");
        rig.pass(hours(2)).await;
        assert_eq!(count(&rig, "deleting").await, 0);
        agree(&rig, &store).await;
        rig
    })
    .await;
}

#[tokio::test]
async fn somebody_elses_code_is_never_ours() {
    both(campaign(ten_percent()), |rig, store| async move {
        let free = campaign(Offer { value: OfferValue::FreeShipping, ..ten_percent() });
        store.with(|s| s.down = Some(503));
        publish(&rig, free).await;
        rig.pass(minutes(1)).await;
        // The first code of the new pool belongs to the merchant.
        let first = states(&rig).await.into_iter().find(|(_, s)| s == "requested").expect("a first code").0;
        store.with(|s| {
            s.discounts.taken.push(first.clone());
            s.down = None;
        });
        rig.pass(hours(1)).await;
        assert_eq!((state_of(&rig, &first).await.as_str(), count(&rig, "free").await), ("failed", 40));
        agree(&rig, &store).await;
        rig
    })
    .await;
}

#[tokio::test]
async fn archiving_a_campaign_deletes_what_nobody_was_given_and_keeps_what_was_promised() {
    both(campaign(ten_percent()), |rig, store| async move {
        let jo = shopper(1);
        gets_both(&rig, &jo).await;
        let code = code_of(&rig, &jo).expect("a code");
        archive(&rig).await;
        rig.pass(hours(1)).await;
        assert_eq!(store.codes(), std::slice::from_ref(&code));
        rig.pass(hours(71)).await;
        assert!(store.codes().is_empty(), "its time is over");
        rig.pass(hours(24 * 3)).await;
        assert!(store.with(|s| s.discounts.all.is_empty()), "discounts that nobody used go as a whole");
        assert_eq!(state_of(&rig, &code).await, "deleted", "who was given what stays known");
        assert_eq!(states(&rig).await.len(), 1, "what nobody was given is forgotten");
        rig
    })
    .await;
}

#[tokio::test]
async fn a_discount_that_was_used_stays_in_the_merchants_records() {
    both(campaign(ten_percent()), |rig, store| async move {
        let jo = shopper(1);
        gets_both(&rig, &jo).await;
        let code = code_of(&rig, &jo).expect("a code");
        store.with(|s| s.discounts.spend(&code));
        rig.tell("orders/create", &super::order_with(&jo, rig.app.now(), &code, "5.00")).await;
        archive(&rig).await;
        rig.pass(hours(24 * 6)).await;
        let left: Vec<String> =
            store.with(|s| s.discounts.all.values().map(|d| d.input["title"].as_str().expect("a title").to_owned()).collect());
        assert!(left.len() == 1 && left[0].contains("step 2: 10 % off"), "{left:?}");
        assert!(store.codes().is_empty());
        rig
    })
    .await;
}

#[tokio::test]
async fn after_a_restore_no_code_is_given_that_may_have_been_given_before() {
    both(campaign(ten_percent()), |rig, store| async move {
        let before: BTreeSet<String> = store.codes().into_iter().collect();
        restore::record(&rig.app, rig.app.now() - minutes(30), restore::How::Told).await.expect("noted");
        restore::set_aside(&rig.app).await.expect("set aside");
        let jo = shopper(1);
        leaves(&rig, &jo).await;
        rig.pass(hours(25)).await;
        let code = code_of(&rig, &jo).expect("a code");
        assert!(!before.contains(&code) && !before.is_empty());
        assert!(store.codes().iter().all(|c| !before.contains(c)), "they are deleted");
        agree(&rig, &store).await;
        rig
    })
    .await;
}
