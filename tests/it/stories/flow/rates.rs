//! Senders with a rate.

use super::{another, attempts, become_due, due, leave, receivers, send_all, senders, set, shoppers};
use crate::support::replay;
use crate::support::rig::Rig;
use comeback::app::send;
use comeback::domain::event::ChannelKind;
use comeback::domain::flow::Limits;
use comeback::domain::policy::Policy;
use jiff::SignedDuration;

const RATE: (&str, &str) = ("COMEBACK_SENDING__EMAIL_RATE", "60/h burst 3");

#[tokio::test]
async fn a_sender_with_a_rate_sends_no_faster_and_what_waits_keeps_its_place() {
    for engine in ["sqlite", "postgres"] {
        let rig = Rig::set(engine, &[RATE]).await;
        due(&rig, 7).await;
        send_all(&rig).await;
        assert_eq!(receivers(&rig), shoppers(0..3), "{engine}: as many at once as may be, the first first");
        assert_eq!(attempts(&rig).await, [1, 1, 1, 0, 0, 0, 0], "{engine}: none is in hand while it waits");
        rig.clock.advance(SignedDuration::from_secs(59));
        send_all(&rig).await;
        assert_eq!(rig.mails.count(), 3, "{engine}");
        rig.clock.advance(SignedDuration::from_secs(1));
        send_all(&rig).await;
        assert_eq!(receivers(&rig), shoppers(0..4), "{engine}");
        rig.clock.advance(SignedDuration::from_mins(30));
        send_all(&rig).await;
        assert_eq!(receivers(&rig), shoppers(0..7), "{engine}: no more than a burst, after however long a pause");
        replay::assert_equal(&rig).await;
        rig.at_rest().await;
        rig.app.db.close().await;
    }
}

#[tokio::test]
async fn a_rate_holds_for_all_processes_together_and_over_a_restart() {
    for engine in ["sqlite", "postgres"] {
        let rig = Rig::set(engine, &[RATE]).await;
        due(&rig, 9).await;
        let workers = (0..4).map(|_| send::send_due(&rig.app));
        for sent in futures_util::future::join_all(workers).await {
            sent.expect("sent");
        }
        assert_eq!(rig.mails.count(), 3, "{engine}: whoever sends, the bucket is the same");
        rig.clock.advance(SignedDuration::from_mins(2));
        let again = rig.restarted(&[RATE]);
        send_all(&again).await;
        assert_eq!(again.mails.count(), 5, "{engine}");
        again.clock.advance(SignedDuration::from_mins(10));
        send_all(&again).await;
        again.clock.advance(SignedDuration::from_mins(10));
        again.at_rest().await;
        again.app.db.close().await;
    }
}

#[tokio::test]
async fn stores_that_share_a_sender_get_equal_parts_of_its_rate() {
    for engine in ["sqlite", "postgres"] {
        let rig = Rig::set(engine, &[("COMEBACK_SENDING__EMAIL_RATE", "60/h burst 4")]).await;
        let other = another(&rig, "other.myshopify.com", "Other").await;
        for n in 0..8 {
            leave(&rig, &rig.shop, n).await;
        }
        for n in 8..10 {
            leave(&rig, &other, n).await;
        }
        become_due(&rig).await;
        send_all(&rig).await;
        let by = senders(&rig);
        assert_eq!((by.len(), by.iter().filter(|s| *s == "Other").count()), (4, 2), "{engine}: {by:?}");
        for _ in 0..3 {
            rig.clock.advance(SignedDuration::from_mins(10));
            send_all(&rig).await;
        }
        assert_eq!(rig.mails.count(), 10, "{engine}");
        rig.at_rest().await;
        rig.app.db.close().await;
    }
}

#[tokio::test]
async fn a_store_may_have_less_than_its_part_of_the_programs_sender() {
    for engine in ["sqlite", "postgres"] {
        let rig = Rig::on(engine).await;
        let limits = Limits { rate: Some("60/h burst 2".parse().expect("a rate")), ..Limits::default() };
        set(&rig, rig.shop.id, Policy { sending: [(ChannelKind::Email, limits)].into(), ..Policy::default() }).await;
        let other = another(&rig, "other.myshopify.com", "Other").await;
        for n in 0..5 {
            leave(&rig, &rig.shop, n).await;
            leave(&rig, &other, 10 + n).await;
        }
        become_due(&rig).await;
        send_all(&rig).await;
        let by = senders(&rig);
        assert_eq!((by.len(), by.iter().filter(|s| *s == "Acme").count()), (7, 2), "{engine}: {by:?}");
        for _ in 0..3 {
            rig.clock.advance(SignedDuration::from_mins(2));
            send_all(&rig).await;
        }
        assert_eq!(rig.mails.count(), 10, "{engine}");
        replay::assert_equal(&rig).await;
        rig.at_rest().await;
        rig.app.db.close().await;
    }
}
