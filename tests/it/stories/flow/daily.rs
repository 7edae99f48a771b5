//! Senders with a limit per day.

use super::{another, become_due, due, leave, receivers, send_all, shoppers};
use crate::support::replay;
use crate::support::rig::Rig;
use comeback::app::send;
use comeback::channels::{Fault, Outcome};
use jiff::SignedDuration;

fn hours(n: i64) -> SignedDuration {
    SignedDuration::from_hours(n)
}

/// A day, and the slot in which the first of yesterday's left.
async fn a_day_passes(rig: &Rig) {
    for _ in 0..49 {
        rig.clock.advance(SignedDuration::from_mins(30));
        send_all(rig).await;
    }
}

#[tokio::test]
async fn a_sender_sends_no_more_in_a_day_than_it_may_and_says_why_the_others_wait() {
    for engine in ["sqlite", "postgres"] {
        let rig = Rig::set(engine, &[("COMEBACK_SENDING__EMAIL_PER_DAY", "3")]).await;
        due(&rig, 5).await;
        send_all(&rig).await;
        assert_eq!(receivers(&rig), shoppers(0..3), "{engine}: what is due first goes first");
        let states = rig.nudge_states().await;
        assert_eq!(states.iter().filter(|n| n.0 == "email" && n.2 == "sender_limit").count(), 1, "{engine}: {states:?}");
        let held = send::held(&rig.app, &rig.shop).await.expect("asked");
        let told: Vec<_> = held.iter().map(|h| (h.by_provider, h.why.as_str())).collect();
        assert_eq!(told, [(false, "the sender allows 3 in 24 hours")], "{engine}");
        for _ in 0..23 {
            rig.clock.advance(hours(1));
            send_all(&rig).await;
        }
        assert_eq!(rig.mails.count(), 3, "{engine}: any 24 hours, not a calendar's day");
        a_day_passes(&rig).await;
        assert_eq!(rig.mails.count(), 5, "{engine}");
        replay::assert_equal(&rig).await;
        rig.at_rest().await;
        rig.app.db.close().await;
    }
}

#[tokio::test]
async fn all_stores_on_a_sender_count_and_what_was_refused_does_not() {
    for engine in ["sqlite", "postgres"] {
        let rig = Rig::set(engine, &[("COMEBACK_SENDING__EMAIL_PER_DAY", "2")]).await;
        let other = another(&rig, "other.myshopify.com", "Other").await;
        leave(&rig, &rig.shop, 1).await;
        become_due(&rig).await;
        rig.mails.answer_next(Outcome::refused("550 too large", Fault::Content));
        send_all(&rig).await;
        leave(&rig, &rig.shop, 2).await;
        become_due(&rig).await;
        send_all(&rig).await;
        for n in 3..5 {
            leave(&rig, &other, n).await;
        }
        become_due(&rig).await;
        send_all(&rig).await;
        assert_eq!(rig.mails.count(), 3, "{engine}: one refused, two taken");
        a_day_passes(&rig).await;
        assert_eq!(rig.mails.count(), 4, "{engine}");
        rig.at_rest().await;
        rig.app.db.close().await;
    }
}

#[tokio::test]
async fn a_new_sender_is_warmed_up_from_day_to_day() {
    for engine in ["sqlite", "postgres"] {
        // The story begins on the first of July, at 16:00 UTC.
        let rig = Rig::set(engine, &[("COMEBACK_SENDING__EMAIL_WARM_UP", "2026-07-01: 2 4")]).await;
        due(&rig, 9).await;
        send_all(&rig).await;
        assert_eq!(rig.mails.count(), 2, "{engine}");
        // Mornings in New York: nights are quiet.
        rig.clock.set("2026-07-02T14:00:00Z".parse().expect("an instant"));
        send_all(&rig).await;
        assert_eq!(rig.mails.count(), 4, "{engine}: four in any 24 hours on the second day");
        rig.clock.set("2026-07-03T14:00:00Z".parse().expect("an instant"));
        send_all(&rig).await;
        assert_eq!(rig.mails.count(), 9, "{engine}: then it is over");
        replay::assert_equal(&rig).await;
        rig.at_rest().await;
        rig.app.db.close().await;
    }
}

#[tokio::test]
async fn workers_at_the_same_moment_do_not_pass_the_limit() {
    for engine in ["sqlite", "postgres"] {
        let rig = Rig::set(engine, &[("COMEBACK_SENDING__EMAIL_PER_DAY", "5")]).await;
        let other = another(&rig, "other.myshopify.com", "Other").await;
        for n in 0..8 {
            leave(&rig, &rig.shop, n).await;
            leave(&rig, &other, 10 + n).await;
        }
        become_due(&rig).await;
        let workers: Vec<_> = (0..4)
            .map(|_| {
                let app = std::sync::Arc::clone(&rig.app);
                tokio::spawn(async move { send::send_due(&app).await.expect("sent") })
            })
            .collect();
        for worker in workers {
            worker.await.expect("a worker");
        }
        send_all(&rig).await;
        assert_eq!(rig.mails.count(), 5, "{engine}");
        rig.app.db.close().await;
    }
}
