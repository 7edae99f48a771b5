//! The report on recovered revenue reads days that are over from kept sums: at any moment it tells what their rows tell.

use super::property::{Dice, happens, texts, works};
use super::{minutes, planted, recovered as comes_back};
use crate::support::rig::{OUTBOX_SIGNATURE, Rig, both, story_campaign};
use crate::support::shopper::Shopper;
use comeback::app::campaigns::{self, Act};
use comeback::app::receipts::{Call, hear};
use comeback::app::report::{Ground, Query, Recovered, recovered};
use comeback::app::{ingest, plan, rollups, send, verify};
use comeback::channels::Outcome;
use comeback::db::report::{ByEvidence, CartCounts, Period, by_evidence, cart_counts};
use comeback::domain::attribution::Model;
use comeback::domain::campaign::{Attribution, CampaignSpec};
use comeback::domain::duration::Length;
use comeback::domain::event::ChannelKind;
use comeback::domain::receipt::{Fate, ReceiptSeen, Told};
use comeback::domain::report::By;
use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeSet;

const STEPS: usize = 60;

fn hours(n: i64) -> SignedDuration {
    SignedDuration::from_hours(n)
}

/// Everything that is told of a period.
type Answers = (Vec<Recovered>, CartCounts, Vec<ByEvidence>);

async fn answers(rig: &Rig, (from, to): (Timestamp, Timestamp)) -> Answers {
    let mut all = Vec::new();
    for (model, by) in [
        (Model::LastTouch, By::Campaign),
        (Model::LastTouch, By::Day),
        (Model::LastTouch, By::Channel),
        (Model::Linear, By::Step),
        (Model::FirstTouch, By::Day),
    ] {
        all.push(recovered(&rig.app, Query { shop: rig.shop.id, from, to, model, by }).await.expect("a report"));
    }
    let query = Query { shop: rig.shop.id, from, to, model: Model::LastTouch, by: By::Campaign };
    let ground = Ground::load(&rig.app, query).await.expect("ground");
    let mut moment = ground.moment(&rig.app).await.expect("a moment");
    for by in [By::Day, By::Campaign, By::Step, By::Channel] {
        let together = moment.report(by).await.expect("a report");
        let alone = recovered(&rig.app, Query { by, ..query }).await.expect("a report");
        assert_eq!((together.by, &together.rows, &together.totals), (alone.by, &alone.rows, &alone.totals), "read together");
    }
    moment.end().await.expect("let go");
    assert_eq!(ground.totals_of(&rig.app, (from, to)).await.expect("totals"), all[0].totals);
    let period = Period { shop: rig.shop.id, from, to };
    let counts = cart_counts(&rig.app.db, period).await.expect("counts");
    (all, counts, by_evidence(&rig.app.db, period, None).await.expect("by evidence"))
}

/// The same from rows alone: sums of other rules are not read.
async fn from_rows(rig: &Rig, period: (Timestamp, Timestamp)) -> Answers {
    planted(rig, "UPDATE recovered_states SET rules_version = rules_version + 1000").await;
    let answers = answers(rig, period).await;
    planted(rig, "UPDATE recovered_states SET rules_version = rules_version - 1000").await;
    answers
}

fn same(rig: &Rig, what: &str, kept: &Answers, rows: &Answers) {
    for (kept, rows) in kept.0.iter().zip(&rows.0) {
        assert_eq!((&kept.rows, &kept.totals), (&rows.rows, &rows.totals), "{}: {what}, {:?} by {:?}", rig.engine, kept.model, kept.by);
    }
    assert_eq!((kept.1, &kept.2), (rows.1, &rows.2), "{}: {what}", rig.engine);
}

/// Over all time, and over a part of it that begins and ends within days.
async fn both_ways_tell_the_same(rig: &Rig, what: &str) {
    let now = rig.app.now();
    for period in [(Timestamp::UNIX_EPOCH, Timestamp::MAX), (now - hours(75), now - hours(5))] {
        same(rig, what, &answers(rig, period).await, &from_rows(rig, period).await);
    }
}

async fn sums(rig: &Rig) -> usize {
    texts(rig, "SELECT part FROM recovered_sums").await.len()
}

async fn publish_with(rig: &Rig, click: i64) {
    let attribution = Attribution { click_window: Length::hours(click), ..Attribution::default() };
    let spec = CampaignSpec { attribution, ..story_campaign() };
    campaigns::update(&rig.app, rig.shop.id, rig.campaign, spec, "story").await.expect("changed");
    campaigns::act(&rig.app, rig.shop.id, rig.campaign, Act::Publish, "story").await.expect("published");
}

#[tokio::test]
async fn kept_sums_tell_what_rows_tell_after_whatever_happened() {
    for seed in 11..=13 {
        both(|rig| async move {
            let mut dice = Dice(seed);
            for step in 0..STEPS {
                match dice.below(8) {
                    0..=3 => happens(&rig, &mut dice, step).await,
                    4..=6 => works(&rig, &mut dice).await,
                    // Somebody sums while something else comes in.
                    _ => drop(tokio::join!(rollups::count_due(&rig.app), ingest::apply_due(&rig.app))),
                }
                match step {
                    14 => publish_with(&rig, 30).await,
                    26 => planted(&rig, "UPDATE shops SET timezone = 'Asia/Kolkata'").await,
                    _ => {}
                }
                // Workers keep up with the store, but not with its sums.
                if step % 2 == 1 {
                    ingest::apply_due(&rig.app).await.expect("applied");
                    plan::plan_due(&rig.app).await.expect("planned");
                    rig.clock.advance(minutes(70));
                    send::send_due(&rig.app).await.expect("sent");
                }
                if step % 3 == 0 {
                    both_ways_tell_the_same(&rig, &format!("seed {seed}, step {step}")).await;
                }
                rig.clock.advance(minutes(i64::try_from(dice.below(400)).expect("small")));
            }
            rig.settle().await;
            both_ways_tell_the_same(&rig, &format!("seed {seed}, at rest")).await;
            let parts: BTreeSet<String> = texts(&rig, "SELECT part FROM recovered_sums").await.into_iter().collect();
            let expected = ["begun", "carts", "carts_by_step", "nudges"];
            assert!(expected.iter().all(|part| parts.contains(*part)), "{}: seed {seed}: summed were {parts:?}", rig.engine);
            rig
        })
        .await;
    }
}

/// The provider says of the first mail that it bounced.
async fn bounces(rig: &Rig, key: &str) {
    let told = Told::Receipt(ReceiptSeen {
        channel: ChannelKind::Email,
        provider: "outbox".into(),
        event_id: format!("{key} bounced"),
        key: None,
        provider_id: Some(key.into()),
        fate: Fate::HardBounce,
        reason: Some("550 told by the outbox".into()),
        at: rig.app.now(),
    });
    let call = Call {
        method: "POST".into(),
        target: format!("/callbacks/outbox/{}", rig.shop.id),
        headers: vec![("x-signature".to_owned(), OUTBOX_SIGNATURE.to_owned())],
        body: serde_json::to_vec(&[told]).expect("JSON"),
    };
    hear(&rig.app, ("outbox", rig.shop.id), call).await;
    rig.settle().await;
}

#[tokio::test]
async fn what_comes_late_changes_the_day_that_it_is_of() {
    both(|rig| async move {
        let (jo, ann) = (Shopper::new("Jo", 1), Shopper::new("Ann", 2));
        rig.mails.answer_next(Outcome::Accepted { provider_id: Some("m-1".into()) });
        comes_back(&rig, &jo).await;
        rig.mails.answer_next(Outcome::Accepted { provider_id: Some("m-2".into()) });
        rig.tell("checkouts/update", &ann.checkout(rig.app.now())).await;
        rig.pass(hours(60)).await;
        let day = |of: &Answers| {
            let row = of.0[1].rows.iter().find(|r| r.key == "2026-07-01").expect("the first day");
            (row.nudges, row.orders, row.refunds.minor, row.net.minor)
        };
        let all = (Timestamp::UNIX_EPOCH, Timestamp::MAX);
        assert_eq!(day(&answers(&rig, all).await), (2, 1, 0, 5000));
        assert!(sums(&rig).await > 0, "the day is over");
        // Two days later money goes back, and a mail turns out not to have arrived: it is told at once, and kept as soon as it is counted.
        rig.post("refunds/create", "late", &jo.refund(9_001, "20.00", rig.app.now()).to_string()).await.expect("accepted");
        while ingest::apply_due(&rig.app).await.expect("applied") > 0 {}
        assert_eq!(day(&answers(&rig, all).await), (2, 1, 2000, 3000));
        rig.settle().await;
        assert_eq!(day(&answers(&rig, all).await), (2, 1, 2000, 3000));
        bounces(&rig, "m-2").await;
        assert_eq!(day(&answers(&rig, all).await), (1, 1, 2000, 3000));
        both_ways_tell_the_same(&rig, "after a refund and a bounce").await;
        // A window of no time at all is too short for Jo's click.
        publish_with(&rig, 0).await;
        both_ways_tell_the_same(&rig, "while credits are worked out anew").await;
        rig.settle().await;
        assert_eq!(day(&answers(&rig, all).await).1, 0);
        both_ways_tell_the_same(&rig, "by another window").await;
        rig
    })
    .await;
}

#[tokio::test]
async fn sums_are_what_is_read_and_a_wrong_one_is_told_by_verify() {
    both(|rig| async move {
        comes_back(&rig, &Shopper::new("Jo", 1)).await;
        rig.pass(hours(30)).await;
        let all = (Timestamp::UNIX_EPOCH, Timestamp::MAX);
        let before = answers(&rig, all).await;
        for (damage, repair) in [
            (
                "UPDATE recovered_sums SET count = count + 1 WHERE part = 'nudges'",
                "UPDATE recovered_sums SET count = count - 1 WHERE part = 'nudges'",
            ),
            (
                "UPDATE recovered_sums SET net_minor = net_minor + 7 WHERE part = 'credits'",
                "UPDATE recovered_sums SET net_minor = net_minor - 7 WHERE part = 'credits'",
            ),
        ] {
            planted(&rig, damage).await;
            let wrong = answers(&rig, all).await;
            assert_ne!(wrong.0[0].totals, before.0[0].totals, "{}: it was read", rig.engine);
            let mut told = Vec::new();
            verify::run(&rig.app, &mut |violation| told.push(violation.check)).await.expect("verified");
            assert_eq!(told, ["report_days_follow_rows"], "{}", rig.engine);
            planted(&rig, repair).await;
        }
        same(&rig, "repaired", &answers(&rig, all).await, &before);
        // A store that is erased leaves none.
        rig.tell("shop/redact", &serde_json::json!({"shop_domain": rig.shop.domain})).await;
        assert_eq!(sums(&rig).await, 0);
        rig
    })
    .await;
}
