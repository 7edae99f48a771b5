//! What campaigns caused: both sides live through the same, and the report says no more than is known.

use crate::support::replay::assert_equal;
use crate::support::rig::{Rig, story_campaign};
use crate::support::shopper::Shopper;
use comeback::app::lift::report::{Asked, Report, headline, lift};
use comeback::app::lift::{count, experiments, settings, words};
use comeback::app::{cart_acts, policies};
use comeback::db;
use comeback::domain::campaign::{CampaignSpec, Step, Variant};
use comeback::domain::duration::Length;
use comeback::domain::event::ChannelKind;
use comeback::domain::experiment::{Arm, arm, variant};
use comeback::domain::lift::verdict::Verdict;
use comeback::domain::policy::Policy;
use jiff::{SignedDuration, Timestamp};

const DAY: SignedDuration = SignedDuration::from_hours(24);

fn spec() -> CampaignSpec {
    CampaignSpec { holdout_percent: 50, steps: vec![mail()], ..story_campaign() }
}

fn mail() -> Step {
    Step::new(Length::hours(1), ChannelKind::Email, "checkout-reminder")
}

/// Tells a story on both engines; at its end every invariant holds, and everything follows from what came in.
async fn told<F: Fn(Rig) -> Fut, Fut: Future<Output = Rig>>(spec: CampaignSpec, story: F) {
    for engine in ["sqlite", "postgres"] {
        eprintln!("-- on {engine}");
        let rig = Rig::with(engine, spec.clone()).await;
        // Many shoppers of one name within the hour look made up, and are written to all the same.
        let mut policy = Policy::default();
        policy.bots.block_from = None;
        policies::set(&rig.app, rig.shop.id, policy, policies::By { actor: "story", is_owner: true }).await.expect("set");
        let rig = story(rig).await;
        rig.at_rest().await;
        sums_are_of_rows(&rig).await;
        assert_equal(&rig).await;
        rig.app.db.close().await;
    }
}

/// Added up anew, sums come out the same.
async fn sums_are_of_rows(rig: &Rig) {
    let sums = async || db::lift::days::of_period(&rig.app.db, rig.shop.id, (0, i64::MAX), i64::MIN..=i64::MAX).await.expect("sums");
    let kept = sums().await;
    count::add_up(&rig.app.db, rig.shop.id).await.expect("added up");
    assert_eq!(kept, sums().await);
}

/// So many shoppers of a side.
fn shoppers(rig: &Rig, wanted: Arm, count: usize) -> Vec<Shopper> {
    let named = |n: i64| Shopper { email: Some(format!("shopper{n}@example.com")), ..Shopper::new("Jo", n) };
    let is_wanted = |s: &Shopper| arm(rig.campaign.0, s.email.as_deref().expect("an address"), 50) == wanted;
    (1..).map(named).filter(is_wanted).take(count).collect()
}

/// They leave their checkouts, and the first message leaves, or would have.
async fn leave(rig: &Rig, shoppers: &[Shopper]) {
    for shopper in shoppers {
        let body = shopper.checkout(rig.app.now()).to_string();
        rig.post("checkouts/update", &format!("left-{}", shopper.order_id), &body).await.expect("accepted");
    }
    rig.settle().await;
    for _ in 0..2 {
        rig.pass(SignedDuration::from_mins(40)).await;
    }
}

async fn buy<'a>(rig: &Rig, shoppers: impl Iterator<Item = &'a Shopper>) {
    for shopper in shoppers {
        let body = shopper.order(rig.app.now()).to_string();
        rig.post("orders/create", &format!("order-{}", shopper.order_id), &body).await.expect("accepted");
    }
    rig.settle().await;
}

async fn report(rig: &Rig) -> Report {
    let asked = Asked { shop: rig.shop.id, from: Timestamp::UNIX_EPOCH, to: rig.app.now() + DAY, campaign: None };
    lift(&rig.app, asked).await.expect("a report")
}

async fn days_pass(rig: &Rig, days: i32) {
    rig.clock.advance(DAY * days);
    rig.settle().await;
}

/// Four in five of those who are written to buy, and two in five of the others.
#[tokio::test]
async fn what_messages_cause_is_within_the_interval_once_everybody_had_the_same_time_to_order() {
    told(spec(), |rig| async move {
        let (treated, held) = (shoppers(&rig, Arm::Treated, 120), shoppers(&rig, Arm::Holdout, 110));
        leave(&rig, &treated).await;
        leave(&rig, &held).await;
        assert_eq!(rig.mails.count(), 120);
        buy(&rig, treated.iter().enumerate().filter(|(i, _)| i % 5 < 4).map(|(_, s)| s)).await;
        buy(&rig, held.iter().enumerate().filter(|(i, _)| i % 5 < 2).map(|(_, s)| s)).await;
        let early = report(&rig).await;
        let line = early.total.as_ref().expect("a line");
        assert_eq!((line.pending, line.lift.treated.shoppers, line.verdicts.orders), ((120, 110), 0, Verdict::NotEnoughData));
        assert_eq!(words::orders(line), "not enough data yet: the first shoppers can be compared in 15 days");
        days_pass(&rig, 16).await;
        let told = report(&rig).await;
        let line = told.total.as_ref().expect("a line");
        assert_eq!((line.lift.treated.shoppers, line.lift.treated.converted), (120, 96));
        assert_eq!((line.lift.held.shoppers, line.lift.held.converted), (110, 44), "who is left alone and buys counts");
        assert_eq!(line.verdicts.orders, Verdict::Caused);
        // (96/120 - 44/110) of 120 shoppers, 50.00 each.
        let (orders, net) = (line.lift.orders.anytime.expect("orders"), line.lift.net.anytime.expect("net"));
        assert!((orders.estimate - 48.0).abs() < 1e-9 && orders.low > 0.0 && orders.low < 48.0 && 48.0 < orders.high, "{orders:?}");
        assert!((net.estimate - 2400.0).abs() < 1e-6 && net.low < 2400.0 && 2400.0 < net.high, "{net:?}");
        assert!(headline(&told).words.starts_with("caused between "), "{}", headline(&told).words);
        rig
    })
    .await;
}

#[tokio::test]
async fn where_nothing_is_caused_no_look_on_any_day_says_otherwise() {
    told(spec(), |rig| async move {
        for side in [Arm::Treated, Arm::Holdout] {
            let all = shoppers(&rig, side, 105);
            leave(&rig, &all).await;
            buy(&rig, all.iter().enumerate().filter(|(i, _)| i % 5 < 2).map(|(_, s)| s)).await;
        }
        for _ in 0..18 {
            days_pass(&rig, 1).await;
            let verdicts = report(&rig).await.total.expect("a line").verdicts;
            assert!([Verdict::NotCompared, Verdict::NotEnoughData, Verdict::NoEffect].contains(&verdicts.orders), "{verdicts:?}");
        }
        assert!(headline(&report(&rig).await).words.contains("not enough data yet"));
        rig
    })
    .await;
}

#[tokio::test]
async fn money_that_goes_back_late_is_taken_back_and_orders_beyond_the_days_are_not_theirs() {
    told(spec(), |rig| async move {
        let (treated, held) = (shoppers(&rig, Arm::Treated, 3), shoppers(&rig, Arm::Holdout, 2));
        leave(&rig, &treated).await;
        leave(&rig, &held).await;
        buy(&rig, treated.iter().take(2)).await;
        days_pass(&rig, 16).await;
        // Too late, for either side.
        buy(&rig, treated.iter().skip(2).chain(held.iter().take(1))).await;
        let sums = async || {
            let line = report(&rig).await.total.expect("a line");
            (line.lift.treated.converted, line.lift.treated.revenue, line.lift.held.converted)
        };
        assert_eq!(sums().await, (2, 100.0, 0));
        rig.tell("refunds/create", &treated[0].refund(900, "20.00", rig.app.now())).await;
        assert_eq!(sums().await, (2, 80.0, 0));
        settings::set_outcome_days(&rig.app, rig.shop.id, 30, "story").await.expect("set");
        rig.settle().await;
        days_pass(&rig, 16).await;
        assert_eq!(sums().await, (3, 130.0, 1), "more days, more orders, on both sides");
        assert!(settings::set_outcome_days(&rig.app, rig.shop.id, 0, "story").await.is_err());
        rig
    })
    .await;
}

#[tokio::test]
async fn no_verdict_where_shoppers_were_not_split_as_was_meant() {
    told(spec(), |rig| async move {
        let (treated, held) = (shoppers(&rig, Arm::Treated, 130), shoppers(&rig, Arm::Holdout, 60));
        leave(&rig, &treated).await;
        leave(&rig, &held).await;
        buy(&rig, treated.iter()).await;
        days_pass(&rig, 16).await;
        let told = report(&rig).await;
        let line = told.total.as_ref().expect("a line");
        assert_eq!((line.verdicts.orders, line.verdicts.net), (Verdict::Withheld, Verdict::Withheld));
        assert!(headline(&told).words.contains("not split as meant"));
        rig
    })
    .await;
}

#[tokio::test]
async fn who_comes_again_counts_once_and_who_is_erased_stays_in_the_sums_without_a_name() {
    told(spec(), |rig| async move {
        let (treated, held) = (shoppers(&rig, Arm::Treated, 2), shoppers(&rig, Arm::Holdout, 1));
        leave(&rig, &treated).await;
        leave(&rig, &held).await;
        buy(&rig, treated.iter().take(1)).await;
        days_pass(&rig, 3).await;
        leave(&rig, &[treated[1].again(900)]).await;
        let gone = serde_json::json!({"shop_domain": rig.shop.domain, "customer": {"id": treated[0].customer, "email": treated[0].email}, "orders_to_redact": []});
        rig.tell("customers/redact", &gone).await;
        days_pass(&rig, 16).await;
        let line = report(&rig).await.total.expect("a line");
        assert_eq!((line.lift.treated.shoppers, line.lift.treated.converted, line.lift.treated.revenue), (2, 1, 50.0));
        rig
    })
    .await;
}

#[tokio::test]
async fn texts_are_compared_by_what_became_of_their_shoppers_and_none_wins_early() {
    let named = |name: &str| Variant { name: name.into(), weight: 1, template: None, without_discount: name == "plain" };
    let variants = vec![named("code"), named("plain")];
    let step = Step { variants: variants.clone(), discount_code: Some("TEN".into()), ..mail() };
    told(CampaignSpec { holdout_percent: 0, steps: vec![step], ..story_campaign() }, move |rig| {
        let variants = variants.clone();
        async move {
            let named = |n: i64| Shopper { email: Some(format!("shopper{n}@example.com")), ..Shopper::new("Jo", n) };
            let all: Vec<Shopper> = (1..60).map(named).collect();
            let text =
                |s: &Shopper| variant(rig.campaign.0, 0, s.email.as_deref().expect("an address"), &variants).expect("a text").name.clone();
            leave(&rig, &all).await;
            buy(&rig, all.iter().enumerate().filter(|(i, _)| i % 3 == 0).map(|(_, s)| s)).await;
            days_pass(&rig, 16).await;
            let asked = Asked { shop: rig.shop.id, from: Timestamp::UNIX_EPOCH, to: rig.app.now(), campaign: None };
            let compared = experiments::experiments(&rig.app, asked).await.expect("a report");
            let step = &compared.steps[0];
            let texts = step.texts.as_ref().expect("texts");
            for (name, one) in step.names.iter().zip(&texts.compared) {
                let theirs = || all.iter().enumerate().filter(|(_, s)| text(s) == *name);
                let bought = theirs().filter(|(i, _)| i % 3 == 0).count() as u64;
                assert_eq!((one.arm.shoppers, one.arm.converted), (theirs().count() as u64, bought), "{name}");
                assert!(one.standing.is_some_and(|s| s.best > 0.0 && s.best < 1.0));
            }
            assert!(texts.winner.is_none() && step.verdict().starts_with("no winner yet"), "{}", step.verdict());
            assert!(step.code(compared.currency).expect("words").contains("not enough data yet"));
            // Nobody was left alone: nothing can be said of the campaign as a whole, and nothing breaks.
            let whole = report(&rig).await.total.expect("a line");
            assert_eq!(whole.verdicts.orders, Verdict::NotCompared);
            rig
        }
    })
    .await;
}

/// In whatever order what happened is counted, the sums are those of the rows.
#[tokio::test]
async fn sums_follow_rows_however_work_is_interleaved() {
    told(spec(), |rig| async move {
        let all: Vec<Shopper> = [Arm::Treated, Arm::Holdout].into_iter().flat_map(|side| shoppers(&rig, side, 6)).collect();
        leave(&rig, &all).await;
        let mut state = 5u64;
        for round in 0..40 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let shopper = &all[usize::try_from(state >> 33).expect("small") % all.len()];
            let at = rig.app.now() + SignedDuration::from_secs(round);
            let body = if state & 8 == 0 { shopper.order(at) } else { shopper.refund(1000 + round, "5.00", at) };
            let topic = if state & 8 == 0 { "orders/updated" } else { "refunds/create" };
            rig.post(topic, &format!("round-{round}"), &body.to_string()).await.expect("accepted");
            match state & 3 {
                0 => rig.settle().await,
                1 => {
                    comeback::app::ingest::apply_due(&rig.app).await.expect("applied");
                }
                _ => {}
            }
            rig.clock.advance(SignedDuration::from_hours(7));
        }
        rig.settle().await;
        assert_eq!(db::lift::marked(&rig.app.db, rig.shop.id).await.expect("asked"), 0, "nothing waits");
        rig
    })
    .await;
}

/// Who bought at once, in the hour before anybody is written to, may not be told as won by a message that somebody hurried.
#[tokio::test]
async fn who_is_hurried_counts_from_when_the_plan_says_as_those_who_are_left_alone_do() {
    told(spec(), |rig| async move {
        let (treated, held) = (shoppers(&rig, Arm::Treated, 2), shoppers(&rig, Arm::Holdout, 1));
        for shopper in treated.iter().chain(&held) {
            rig.tell("checkouts/update", &shopper.checkout(rig.app.now())).await;
        }
        rig.pass(SignedDuration::from_mins(15)).await;
        for cart in rig.carts().await {
            // The one who is left alone can't be hurried.
            let _ = Box::pin(cart_acts::send_now(&rig.app, rig.shop.id, cart.id, "story")).await;
        }
        rig.settle().await;
        assert_eq!(rig.mails.count(), 2, "{}: hurried", rig.engine);
        rig.clock.advance(SignedDuration::from_mins(5));
        buy(&rig, treated.iter().take(1).chain(&held)).await;
        rig.pass(SignedDuration::from_hours(2)).await;
        buy(&rig, treated.iter().skip(1)).await;
        days_pass(&rig, 17).await;
        let told = report(&rig).await;
        let lift = &told.total.as_ref().expect("a line").lift;
        assert_eq!((lift.treated.shoppers, lift.treated.converted), (2, 1), "{}: the order after the planned hour alone", rig.engine);
        assert_eq!(lift.held.shoppers, 0, "{}: who bought before the hour isn't counted", rig.engine);
        rig
    })
    .await;
}
