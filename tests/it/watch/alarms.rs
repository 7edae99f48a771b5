//! Each alarm is raised when it must be, kept while it holds, and over by itself.

use super::{alarm, live, minutes, sign_of_life};
use crate::support::rig::{BEGIN, Rig, TestClock, app_on, both};
use crate::support::shopper::{Shopper, with};
use async_trait::async_trait;
use comeback::app::AppError;
use comeback::app::watch::{Watcher, dismiss};
use comeback::channels::{Channel, Fault, Message, Outcome};
use comeback::db;
use comeback::domain::event::ChannelKind;
use comeback::domain::ids::{DeliveryId, new_v7};
use comeback::domain::watch::Kind;
use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

fn hours(n: i64) -> SignedDuration {
    SignedDuration::from_hours(n)
}

/// Deliveries of the past, as they were stored and applied then.
async fn past(rig: &Rig, deliveries: Vec<(Timestamp, &str)>) {
    let mut batch = Vec::new();
    for (n, (at, topic)) in (0_u32..).zip(deliveries) {
        let mut random = [0; 10];
        random[..4].copy_from_slice(&n.to_be_bytes());
        batch.push(db::deliveries::NewDelivery {
            id: DeliveryId(new_v7(at, random)),
            shop_id: rig.shop.id,
            delivery_key: format!("past-{n}"),
            topic: topic.into(),
            api_version: None,
            event_id: None,
            triggered_at: None,
            received_at: at,
            urgent: false,
            body: b"{}".to_vec(),
        });
    }
    let ids: Vec<uuid::Uuid> = batch.iter().map(|d| d.id.0).collect();
    let mut tx = rig.app.db.begin().await.expect("transaction");
    db::deliveries::insert_batch(&mut tx, &batch).await.expect("stored");
    db::deliveries::mark_applied(&mut tx, rig.shop.id, &ids, (rig.app.new_id(), rig.app.now())).await.expect("applied");
    tx.commit().await.expect("commit");
}

/// Four weeks of a store that sleeps from midnight to six (UTC): every twenty minutes something comes, every third time an order.
async fn four_weeks(rig: &Rig) {
    let now = rig.app.now();
    let all = (1..28 * 24 * 3).rev().map(|n| (now - minutes(20 * n), if n % 3 == 0 { "orders/create" } else { "checkouts/update" }));
    let awake = |at: Timestamp| at.to_zoned(jiff::tz::TimeZone::UTC).hour() >= 6;
    past(rig, all.filter(|(at, _)| awake(*at)).collect()).await;
}

#[tokio::test]
async fn a_store_that_falls_silent_for_longer_than_its_nights_is_told_and_it_is_over_when_something_comes() {
    both(|rig| async move {
        four_weeks(&rig).await;
        let watcher = Watcher::new(&rig.app);
        live(&rig, &watcher, hours(8), minutes(30)).await;
        assert_eq!(alarm(&rig, Kind::NoDeliveries).await, None, "eight hours may be a night");
        live(&rig, &watcher, hours(3), minutes(30)).await;
        let found = alarm(&rig, Kind::NoDeliveries).await.expect("an alarm");
        assert!(found.what.contains("its longest usual silence in four weeks was 6 hours"), "{}", found.what);
        assert!(found.since <= BEGIN.parse().expect("an instant"), "{found:?}");
        sign_of_life(&rig, "checkouts/update", 1).await;
        live(&rig, &watcher, minutes(2), minutes(1)).await;
        assert_eq!(alarm(&rig, Kind::NoDeliveries).await, None);
        let over = db::alarms::list(&rig.app.db, rig.shop.id, Some(true), None, 50).await.expect("history");
        assert!(over.iter().any(|a| a.kind == Kind::NoDeliveries && a.cleared_at.is_some()), "{over:?}");
        rig
    })
    .await;
}

#[tokio::test]
async fn a_topic_that_stops_while_others_go_on_is_told_and_may_be_dismissed() {
    both(|rig| async move {
        four_weeks(&rig).await;
        let watcher = Watcher::new(&rig.app);
        for n in 0..40 {
            sign_of_life(&rig, "checkouts/update", n).await;
            live(&rig, &watcher, minutes(20), minutes(20)).await;
        }
        let found = alarm(&rig, Kind::TopicSilent).await.expect("an alarm");
        assert_eq!((found.subject.as_str(), found.dismissed_at), ("orders/create", None));
        assert!(found.what.starts_with("No webhook of the topic orders/create has come for 14 hours"), "{}", found.what);
        dismiss(&rig.app, rig.shop.id, found.id, "test").await.expect("dismissed");
        live(&rig, &watcher, minutes(40), minutes(20)).await;
        let seen = comeback::app::watch::standing(&rig.app.db, &rig.app.config, rig.shop.id, rig.app.now()).await.expect("alarms");
        assert!(seen.iter().all(|s| s.finding.kind != Kind::TopicSilent), "{seen:?}");
        let audit = db::access::audit_list(&rig.app.db, rig.shop.id, None, 5).await.expect("audit");
        assert!(audit.iter().any(|e| e.action == "alarm.dismiss" && e.actor == "test"), "{audit:?}");
        sign_of_life(&rig, "orders/create", 1).await;
        live(&rig, &watcher, minutes(20), minutes(10)).await;
        assert_eq!(alarm(&rig, Kind::TopicSilent).await, None, "it came again");
        rig
    })
    .await;
}

#[tokio::test]
async fn deliveries_that_nobody_works_on_are_told_by_whoever_still_runs() {
    both(|rig| async move {
        let watcher = Watcher::new(&rig.app);
        live(&rig, &watcher, minutes(2), minutes(1)).await;
        sign_of_life(&rig, "carts/update", 1).await;
        let looks = async |count: i64| {
            for _ in 0..count {
                rig.clock.advance(minutes(1));
                watcher.look(&rig.app).await.expect("a look");
            }
        };
        looks(5).await;
        assert_eq!(alarm(&rig, Kind::WorkerLag).await, None, "five minutes may be a restart");
        looks(1).await;
        let found = alarm(&rig, Kind::WorkerLag).await.expect("an alarm");
        assert!(found.what.starts_with("Webhooks are stored but not worked on, the oldest for 6 minutes"), "{}", found.what);
        let refused = dismiss(&rig.app, rig.shop.id, found.id, "test").await;
        assert!(matches!(refused, Err(AppError::Conflict(_))), "what is broken can't be dismissed");
        rig.settle().await;
        looks(5).await;
        assert!(alarm(&rig, Kind::WorkerLag).await.is_some(), "it may come back: one alarm, not two");
        live(&rig, &watcher, minutes(6), minutes(1)).await;
        assert_eq!(alarm(&rig, Kind::WorkerLag).await, None);
        rig
    })
    .await;
}

#[tokio::test]
async fn a_provider_that_refuses_the_sender_is_told_until_it_takes_the_message() {
    both(|rig| async move {
        let watcher = Watcher::new(&rig.app);
        rig.mails.answer_next(Outcome::Refused { reason: "550 sender not allowed".into(), fault: Fault::Sender });
        rig.tell("checkouts/update", &Shopper::new("Jo", 1).checkout(rig.app.now())).await;
        live(&rig, &watcher, minutes(73), minutes(1)).await;
        let found = alarm(&rig, Kind::ChannelRefusing).await.expect("an alarm");
        assert_eq!(found.subject, "email");
        assert!(
            found.what.contains("refuses this sender: 1 message waits") && found.what.contains("550 sender not allowed"),
            "{}",
            found.what
        );
        assert!(!found.what.contains("jo@"), "no shopper is named: {}", found.what);
        live(&rig, &watcher, minutes(26), minutes(1)).await;
        assert_eq!((rig.mails.count(), alarm(&rig, Kind::ChannelRefusing).await), (2, None));
        rig
    })
    .await;
}

/// A provider that is there, or isn't.
struct Provider(AtomicBool);

#[async_trait]
impl Channel for Provider {
    fn name(&self) -> &'static str {
        "provider"
    }

    fn kind(&self) -> ChannelKind {
        ChannelKind::Email
    }

    async fn send(&self, _: &Message) -> Outcome {
        panic!("nothing is sent in this story")
    }

    async fn probe(&self) -> Result<(), String> {
        if self.0.load(Ordering::SeqCst) { Ok(()) } else { Err("nobody answers at the mail server".into()) }
    }
}

#[tokio::test]
async fn a_provider_that_cannot_be_reached_is_found_by_asking_it() {
    for engine in ["sqlite", "postgres"] {
        let clock = TestClock::at(BEGIN);
        let provider = Arc::new(Provider(AtomicBool::new(false)));
        let (app, folder) = app_on(engine, &clock, vec![provider.clone()]).await;
        let rig = Rig::around(engine, app, clock, folder).await;
        let watcher = Watcher::new(&rig.app);
        live(&rig, &watcher, minutes(3), minutes(1)).await;
        assert_eq!(alarm(&rig, Kind::ChannelRefusing).await, None, "once is not enough");
        live(&rig, &watcher, minutes(5), minutes(1)).await;
        let found = alarm(&rig, Kind::ChannelRefusing).await.expect("an alarm");
        assert!(
            found.what.contains("could not be reached 2 times in a row. The last time: nobody answers at the mail server."),
            "{}",
            found.what
        );
        provider.0.store(true, Ordering::SeqCst);
        live(&rig, &watcher, minutes(20), minutes(1)).await;
        assert_eq!(alarm(&rig, Kind::ChannelRefusing).await, None);
        rig.at_rest().await;
    }
}

async fn order(rig: &Rig, number: i64) {
    let shopper = Shopper::new("Jo", number).again(number);
    let body =
        with(shopper.order(rig.app.now()), json!({"name": format!("#{number}"), "email": null, "contact_email": null, "customer": null}));
    rig.tell("orders/create", &body).await;
}

#[tokio::test]
async fn orders_that_never_came_are_named_dismissed_told_again_when_more_are_missing_and_over_when_they_come() {
    both(|rig| async move {
        let watcher = Watcher::new(&rig.app);
        for number in [1001, 1002, 1004, 1005] {
            order(&rig, number).await;
            live(&rig, &watcher, minutes(10), minutes(10)).await;
        }
        live(&rig, &watcher, hours(23), hours(1)).await;
        assert_eq!(alarm(&rig, Kind::ReconciliationGap).await, None, "webhooks may be a day late");
        live(&rig, &watcher, hours(2), minutes(30)).await;
        let found = alarm(&rig, Kind::ReconciliationGap).await.expect("an alarm");
        assert_eq!(found.what, "1 order of 5 never arrived here, by their numbers: 1003.");
        dismiss(&rig.app, rig.shop.id, found.id, "test").await.expect("dismissed");
        order(&rig, 1007).await;
        live(&rig, &watcher, hours(20), hours(1)).await;
        assert!(alarm(&rig, Kind::ReconciliationGap).await.is_some_and(|a| a.dismissed_at.is_some()));
        live(&rig, &watcher, hours(6), minutes(30)).await;
        let found = alarm(&rig, Kind::ReconciliationGap).await.expect("an alarm");
        assert_eq!((found.what.as_str(), found.dismissed_at), ("2 orders of 7 never arrived here, by their numbers: 1006, 1003.", None));
        order(&rig, 1006).await;
        order(&rig, 1003).await;
        live(&rig, &watcher, minutes(40), minutes(20)).await;
        assert_eq!(alarm(&rig, Kind::ReconciliationGap).await, None);
        rig
    })
    .await;
}

#[tokio::test]
async fn webhooks_that_are_set_aside_and_messages_that_cannot_be_made_are_told_while_they_wait() {
    both(|rig| async move {
        let watcher = Watcher::new(&rig.app);
        rig.post("orders/create", "bad", "[]").await.expect("accepted");
        live(&rig, &watcher, minutes(2), minutes(1)).await;
        assert_eq!(alarm(&rig, Kind::SetAside).await.map(|a| a.what).as_deref(), Some("1 webhook is set aside."));
        let aside = db::deliveries::list(&rig.app.db, rig.shop.id, Some("set_aside"), None, 5).await.expect("deliveries");
        let mut tx = rig.app.db.begin().await.expect("transaction");
        db::deliveries::mark_applied(&mut tx, rig.shop.id, &[aside[0].id.0], (rig.app.new_id(), rig.app.now())).await.expect("applied");
        let fault = db::templates::NewVersion {
            fresh_id: rig.app.new_id(),
            key: "checkout-reminder",
            channel: ChannelKind::Email,
            language: "en",
            source: r#"{"subject":"x","body":"{{ nothing | nowhere }}"}"#,
            author: "test",
            now: rig.app.now(),
        };
        db::templates::add_version(&mut tx, rig.shop.id, &fault).await.expect("saved");
        tx.commit().await.expect("commit");
        rig.tell("checkouts/update", &Shopper::new("Jo", 1).checkout(rig.app.now())).await;
        live(&rig, &watcher, minutes(75), minutes(1)).await;
        assert_eq!(alarm(&rig, Kind::SetAside).await, None);
        let found = alarm(&rig, Kind::TemplateBroken).await.expect("an alarm");
        assert!(
            found.what.starts_with("1 message by e-mail can't be made from the template. The last time: the message can't be made"),
            "{}",
            found.what
        );
        rig.tell("orders/create", &Shopper::new("Jo", 1).order(rig.app.now())).await;
        live(&rig, &watcher, minutes(12), minutes(1)).await;
        assert_eq!(alarm(&rig, Kind::TemplateBroken).await, None, "nothing waits for it any more");
        rig
    })
    .await;
}

#[tokio::test]
async fn a_store_that_removed_the_app_is_not_missed() {
    both(|rig| async move {
        four_weeks(&rig).await;
        let watcher = Watcher::new(&rig.app);
        rig.post("app/uninstalled", "gone", "{}").await.expect("accepted");
        live(&rig, &watcher, hours(30), hours(1)).await;
        assert_eq!(alarm(&rig, Kind::NoDeliveries).await, None);
        rig
    })
    .await;
}
