//! Providers that say that nothing goes now, or fail: they are left alone, tried with one message, and then everything follows.

use super::{another, attempts, become_due, due, leave, receivers, send_all, shoppers};
use crate::support::replay::{self, both};
use crate::support::rig::Rig;
use comeback::app::send;
use comeback::app::watch::{Watcher, standing};
use comeback::channels::{Fault, Outcome};
use comeback::domain::watch::Kind;
use jiff::SignedDuration;

fn minutes(n: i64) -> SignedDuration {
    SignedDuration::from_mins(n)
}

fn slow_down(n: i64) -> Outcome {
    Outcome::held("429 slow down", Some(minutes(n)))
}

#[tokio::test]
async fn a_provider_that_asks_for_a_pause_gets_it_and_no_attempt_is_lost() {
    both(|rig| async move {
        due(&rig, 5).await;
        rig.mails.answer_next(slow_down(10));
        send_all(&rig).await;
        assert_eq!(receivers(&rig), shoppers(0..1), "nothing follows the one that was told to wait");
        assert_eq!(attempts(&rig).await, [1, 0, 0, 0, 0]);
        rig.clock.advance(minutes(9));
        send_all(&rig).await;
        assert_eq!(rig.mails.count(), 1, "nor later, until the time that was asked for");
        rig.clock.advance(minutes(1));
        rig.mails.answer_next(slow_down(5));
        send_all(&rig).await;
        assert_eq!(rig.mails.count(), 2, "then one is tried alone");
        assert_eq!(attempts(&rig).await.iter().sum::<i64>(), 2);
        rig.clock.advance(minutes(5));
        send_all(&rig).await;
        assert_eq!(rig.mails.count(), 7, "and when that is taken, all follow");
        assert_eq!(attempts(&rig).await.iter().sum::<i64>(), 7, "each was attempted as often as it was handed over");
        rig
    })
    .await;
}

#[tokio::test]
async fn a_sender_that_is_held_is_held_for_every_store_and_every_process() {
    for engine in ["sqlite", "postgres"] {
        let rig = Rig::on(engine).await;
        let other = another(&rig, "other.myshopify.com", "Other").await;
        leave(&rig, &rig.shop, 1).await;
        become_due(&rig).await;
        rig.mails.answer_next(slow_down(180));
        send_all(&rig).await;
        leave(&rig, &other, 2).await;
        become_due(&rig).await;
        send_all(&rig).await;
        assert_eq!(rig.mails.count(), 1, "{engine}: another store's mail does not leave either");
        for shop in [&rig.shop, &other] {
            let held = send::held(&rig.app, shop).await.expect("asked");
            let told: Vec<_> = held.iter().map(|h| (h.channel.as_str(), h.by_provider, h.own, h.why.as_str())).collect();
            assert_eq!(told, [("email", true, false, "429 slow down")], "{engine}");
        }
        let again = rig.restarted(&[]);
        send_all(&again).await;
        assert_eq!(again.mails.count(), 1, "{engine}: nor does a restart bring it back early");
        again.clock.advance(minutes(180));
        send_all(&again).await;
        assert_eq!(again.mails.count(), 3, "{engine}");
        assert!(send::held(&again.app, &again.shop).await.expect("asked").is_empty());
        again.at_rest().await;
        again.app.db.close().await;
    }
}

#[tokio::test]
async fn answers_that_never_come_stop_the_sender_and_are_not_sent_again() {
    both(|rig| async move {
        due(&rig, 9).await;
        (0..5).for_each(|_| rig.mails.answer_next(Outcome::unknown("connection reset")));
        send_all(&rig).await;
        assert_eq!(receivers(&rig), shoppers(0..5), "after five in a row it is left alone");
        rig.clock.advance(minutes(1));
        rig.mails.answer_next(Outcome::unknown("connection reset"));
        send_all(&rig).await;
        assert_eq!(receivers(&rig), shoppers(0..6), "one is tried, and it fails");
        rig.clock.advance(minutes(1));
        send_all(&rig).await;
        assert_eq!(receivers(&rig), shoppers(0..9), "then the others leave, and none a second time");
        let states = rig.nudge_states().await;
        let count = |state: &str| states.iter().filter(|n| n.0 == "email" && n.1 == state).count();
        assert_eq!((count("unknown"), count("sent")), (6, 3));
        rig
    })
    .await;
}

#[tokio::test]
async fn a_sender_that_is_refused_is_not_tried_with_every_message() {
    both(|rig| async move {
        due(&rig, 12).await;
        (0..6).for_each(|_| rig.mails.answer_next(Outcome::refused("550 5.7.26 unauthenticated", Fault::Sender)));
        send_all(&rig).await;
        assert_eq!(rig.mails.count(), 5);
        rig.clock.advance(minutes(15));
        send_all(&rig).await;
        assert_eq!(rig.mails.count(), 6, "one of them shows that it is still so");
        rig.clock.advance(minutes(31));
        send_all(&rig).await;
        rig.clock.advance(minutes(31));
        send_all(&rig).await;
        let states = rig.nudge_states().await;
        assert!(states.iter().filter(|n| n.0 == "email").all(|n| n.1 == "sent"), "{states:?}");
        rig
    })
    .await;
}

#[tokio::test]
async fn a_message_of_its_own_that_must_wait_holds_up_no_other() {
    both(|rig| async move {
        due(&rig, 3).await;
        rig.mails.answer_next(Outcome::later("452 mailbox full", None));
        send_all(&rig).await;
        assert_eq!(rig.mails.count(), 3);
        rig.clock.advance(minutes(1));
        rig
    })
    .await;
}

#[tokio::test]
async fn a_held_sender_is_an_alarm_after_ten_minutes_and_no_lag_of_the_worker() {
    for engine in ["sqlite", "postgres"] {
        let rig = Rig::on(engine).await;
        due(&rig, 3).await;
        rig.mails.answer_next(slow_down(60));
        send_all(&rig).await;
        let watcher = Watcher::new(&rig.app);
        let kinds = async || {
            watcher.look(&rig.app).await.expect("looked");
            let seen = standing(&rig.app.db, &rig.app.config, rig.shop.id, rig.app.now()).await.expect("asked");
            let of = |kind: &Kind| matches!(kind, Kind::ChannelRefusing | Kind::WorkerLag);
            seen.iter().map(|s| s.finding.kind).filter(of).collect::<Vec<_>>()
        };
        assert!(kinds().await.is_empty(), "{engine}");
        rig.clock.advance(minutes(20));
        assert_eq!(kinds().await, [Kind::ChannelRefusing], "{engine}");
        rig.clock.advance(minutes(40));
        send_all(&rig).await;
        rig.clock.advance(minutes(11));
        assert!(kinds().await.is_empty(), "{engine}: over by itself");
        replay::assert_equal(&rig).await;
        rig.app.db.close().await;
    }
}
