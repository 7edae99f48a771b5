//! To whom no code is given, and what a merchant is told when none can be made.

use super::{
    beside, both, campaign, code_in, code_of, count, ends, gets_both, hours, leaves, mails_to, minutes, order_with, publish, shopper,
    ten_percent,
};
use crate::support::rig::{Rig, story_campaign};
use crate::support::shopper::with;
use comeback::app::discounts;
use comeback::db::{self, alarms::AlarmRow};
use comeback::domain::campaign::{CampaignSpec, DiscountGuards, Offer, OfferValue};
use comeback::domain::money::{Currency, Money};
use comeback::domain::watch::Kind;
use serde_json::json;

fn usd(minor: i64) -> Money {
    Money::new(minor, Currency::USD)
}

async fn alarms(rig: &Rig) -> Vec<AlarmRow> {
    comeback::app::watch::Watcher::new(&rig.app).look(&rig.app).await.expect("looked");
    let all = db::alarms::active(&rig.app.db, rig.shop.id).await.expect("alarms");
    all.into_iter().filter(|a| a.kind == Kind::NoDiscountCodes).collect()
}

#[tokio::test]
async fn none_is_given_onto_another_code_below_the_minimum_or_to_whoever_used_one_lately() {
    let offer = Offer { minimum: Some(usd(4000)), ..ten_percent() };
    both(campaign(offer), |rig, _| async move {
        let (stacked, small, serial, plain) = (shopper(1), shopper(2), shopper(3), shopper(4));
        let other = json!({"line_items": [{"variant_id": 77, "product_id": 7, "title": "Belt", "quantity": 1, "price": "50.00"}]});
        let used = with(order_with(&serial.again(30), rig.app.now(), "SPRING", "5.00"), other);
        rig.tell("orders/create", &used).await;
        rig.clock.advance(minutes(1));
        let now = rig.app.now();
        let code = json!({"discount_codes": [{"code": "OTHER", "amount": "5.00", "type": "fixed_amount"}]});
        rig.tell("checkouts/update", &with(stacked.checkout(now), code)).await;
        rig.tell("checkouts/update", &with(small.checkout(now), json!({"total_price": "39.99"}))).await;
        leaves(&rig, &serial).await;
        leaves(&rig, &plain).await;
        rig.pass(hours(25)).await;
        for without in [&stacked, &small, &serial] {
            assert_eq!(mails_to(&rig, without).iter().filter_map(code_in).count(), 0, "{without:?}");
        }
        assert!(code_of(&rig, &plain).is_some());
        assert_eq!(count(&rig, "given").await, 1);
        rig
    })
    .await;
}

#[tokio::test]
async fn the_comparison_group_takes_no_code() {
    for engine in ["sqlite", "postgres"] {
        let (rig, _store) = beside(engine, CampaignSpec { holdout_percent: 50, ..campaign(ten_percent()) }).await;
        for n in 0..16 {
            leaves(&rig, &shopper(n)).await;
        }
        rig.pass(hours(25)).await;
        let treated = rig.nudges().await.iter().filter(|n| n.step == 1 && n.state.as_str() == "sent").count();
        let held_out = rig.nudge_states().await.iter().filter(|(_, _, rule)| rule == "holdout").count();
        assert!(treated > 0 && held_out > 0, "{treated} {held_out}");
        assert_eq!(count(&rig, "given").await, treated, "{engine}");
        ends(&rig).await;
    }
}

#[tokio::test]
async fn without_access_nothing_is_asked_the_step_is_named_and_messages_go_without_after_two_hours() {
    for engine in ["sqlite", "postgres"] {
        let rig = Rig::with(engine, campaign(ten_percent())).await;
        let spec = campaign(ten_percent());
        let warned = discounts::warnings(&rig.app.db, rig.shop.id, &spec).await.expect("asked");
        assert_eq!(warned.iter().map(|w| w.at.as_str()).collect::<Vec<_>>(), ["steps[1].discount"]);
        let jo = shopper(1);
        leaves(&rig, &jo).await;
        rig.pass(hours(25)).await;
        assert_eq!((mails_to(&rig, &jo).len(), alarms(&rig).await.len()), (1, 1), "{engine}: it waits, and that is told");
        rig.pass(hours(2)).await;
        let mails = mails_to(&rig, &jo);
        assert_eq!((mails.len(), mails.last().and_then(code_in)), (2, None), "{engine}");
        rig.pass(minutes(30)).await;
        assert!(alarms(&rig).await.is_empty(), "{engine}");
        ends(&rig).await;
    }
}

#[tokio::test]
async fn a_missing_scope_is_told_with_its_name_and_codes_are_made_once_it_is_given() {
    both(campaign(ten_percent()), |rig, store| async move {
        store.with(|s| s.scopes.remove("write_discounts"));
        let other = campaign(Offer { value: OfferValue::FreeShipping, ..ten_percent() });
        publish(&rig, other).await;
        rig.pass(minutes(45)).await;
        let told = alarms(&rig).await;
        assert!(told.len() == 1 && told[0].what.contains("write_discounts"), "{told:?}");
        store.with(|s| s.scopes.insert("write_discounts".into()));
        rig.pass(hours(1)).await;
        assert!(alarms(&rig).await.is_empty());
        let jo = shopper(1);
        gets_both(&rig, &jo).await;
        let code = code_of(&rig, &jo).expect("a code");
        let shipping =
            store.with(|s| s.discounts.all.values().any(|d| d.input["destination"]["all"] == true && d.codes.contains_key(&code)));
        assert!(shipping, "it is one of free shipping");
        rig
    })
    .await;
}

#[tokio::test]
async fn an_offer_in_another_currency_is_named_and_never_asked_for() {
    let euros = Money::parse("5.00", "EUR".parse().expect("a currency")).expect("money");
    let spec = campaign(Offer { value: OfferValue::Amount(euros), ..ten_percent() });
    let (rig, store) = beside("sqlite", spec.clone()).await;
    rig.pass(hours(1)).await;
    assert_eq!(store.times("ComebackDiscountMake"), 0);
    let warned = discounts::warnings(&rig.app.db, rig.shop.id, &spec).await.expect("asked");
    assert!(warned.len() == 1 && warned[0].problem.contains("EUR"), "{warned:?}");
    ends(&rig).await;
}

#[tokio::test]
async fn a_message_that_is_nothing_without_its_code_is_never_sent_without() {
    both(campaign(Offer { required: true, ..ten_percent() }), |rig, store| async move {
        store.with(|s| s.down = Some(503));
        // The pool that was there is emptied by others; here, by its time.
        rig.pass(hours(48)).await;
        let jo = shopper(1);
        leaves(&rig, &jo).await;
        rig.pass(hours(28)).await;
        assert_eq!(mails_to(&rig, &jo).len(), 1);
        assert_eq!(rig.nudge_states().await[1], ("email", "cancelled", "no_discount".into()));
        store.with(|s| s.down = None);
        let ann = shopper(2);
        rig.pass(hours(1)).await;
        gets_both(&rig, &ann).await;
        assert!(code_of(&rig, &ann).is_some());
        rig
    })
    .await;
}

#[tokio::test]
async fn a_campaign_of_another_kind_asks_the_store_for_nothing() {
    let (rig, store) = beside("sqlite", CampaignSpec { discount_guards: DiscountGuards::default(), ..story_campaign() }).await;
    rig.pass(hours(2)).await;
    assert!(store.asked().iter().all(|a| a.operation == "ComebackVariants"), "{:?}", store.asked());
    ends(&rig).await;
}
