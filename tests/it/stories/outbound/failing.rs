//! Programs that don't answer, answer otherwise, or are gone; and workers that die in between.

use super::{Program, Says, told};
use crate::support::rig::{Rig, both};
use comeback::app::outbound::{endpoints, send};
use comeback::app::watch::Watcher;
use comeback::db;
use comeback::db::outbound_sends::Listed;
use comeback::domain::watch::Kind;
use jiff::SignedDuration;
use std::sync::Arc;
use std::time::Duration;
use uuid::Uuid;

/// A call that is on its way is there within this, or never.
const PATIENCE: Duration = Duration::from_secs(20);

async fn log(rig: &Rig, endpoint: Uuid) -> Vec<Listed> {
    db::outbound_sends::list(&rig.app.db, rig.shop.id, (endpoint, None), None, 100).await.expect("a log")
}

async fn is_on(rig: &Rig, endpoint: Uuid) -> bool {
    endpoints::get(&rig.app, rig.shop.id, endpoint).await.expect("an endpoint").on
}

#[tokio::test]
async fn what_is_not_taken_is_sent_again_under_the_same_id_until_it_is() {
    both(|rig| async move {
        let program = Program::start().await;
        let (row, _) = program.added(&rig, &[]).await;
        program.next(Says::Status(500));
        program.next(Says::Status(302));
        let event = endpoints::test(&rig.app, rig.shop.id, row.id, "story").await.expect("asked");
        assert_eq!(told(&rig).await, 1);
        assert_eq!(told(&rig).await, 0, "not at once");
        rig.clock.advance(SignedDuration::from_secs(4));
        assert_eq!(told(&rig).await, 0);
        rig.clock.advance(SignedDuration::from_secs(1));
        assert_eq!(told(&rig).await, 1);
        rig.clock.advance(SignedDuration::from_secs(30));
        assert_eq!(told(&rig).await, 1);
        rig.clock.advance(SignedDuration::from_hours(24));
        assert_eq!(told(&rig).await, 0, "it was taken");
        let calls = program.calls();
        assert_eq!(calls.len(), 3);
        assert!(calls.iter().all(|c| c.id == calls[0].id && c.body == calls[0].body), "the same event, to the byte");
        let sent = log(&rig, row.id).await.remove(0);
        assert_eq!((sent.state.as_str(), sent.attempts, sent.status), ("taken", 3, Some(200)));
        let tries = db::outbound_sends::tries(&rig.app.db, rig.shop.id, (row.id, event), 10).await.expect("tries");
        assert_eq!(tries.iter().map(|t| t.status).collect::<Vec<_>>(), [Some(200), Some(302), Some(500)]);
        assert_eq!(tries[0].answer, "{\"seen\":true}");
        endpoints::again(&rig.app, rig.shop.id, (row.id, event), "story").await.expect("asked");
        assert_eq!(told(&rig).await, 1);
        assert_eq!(program.calls()[3].id, calls[0].id, "once more, and still the same");
        rig
    })
    .await;
}

#[tokio::test]
async fn a_worker_that_dies_in_between_loses_nothing_and_tells_it_under_the_same_id() {
    both(|rig| async move {
        let program = Program::start().await;
        let (row, _) = program.added(&rig, &[]).await;
        program.next(Says::Nothing);
        endpoints::test(&rig.app, rig.shop.id, row.id, "story").await.expect("asked");
        let app = Arc::clone(&rig.app);
        let worker = tokio::spawn(async move { send::send_due(&app).await });
        let arrived = async {
            while program.calls().is_empty() {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(PATIENCE, arrived).await.expect("a call");
        worker.abort();
        assert!(worker.await.is_err_and(|e| e.is_cancelled()), "it died before it could note anything");
        assert_eq!(told(&rig).await, 0, "another waits until the first counts as gone");
        rig.clock.advance(SignedDuration::from_secs(61));
        assert_eq!(told(&rig).await, 1);
        let calls = program.calls();
        assert_eq!((calls.len(), &calls[1].id), (2, &calls[0].id));
        assert_eq!(log(&rig, row.id).await[0].state, "taken");
        rig
    })
    .await;
}

#[tokio::test]
async fn many_workers_at_once_tell_each_event_once() {
    both(|rig| async move {
        let program = Program::start().await;
        let (row, _) = program.added(&rig, &[]).await;
        for _ in 0..20 {
            endpoints::test(&rig.app, rig.shop.id, row.id, "story").await.expect("asked");
        }
        let workers = (0..4).map(|_| {
            let app = Arc::clone(&rig.app);
            tokio::spawn(async move { send::send_due(&app).await.expect("sent") })
        });
        for worker in workers.collect::<Vec<_>>() {
            worker.await.expect("a worker");
        }
        told(&rig).await;
        let mut ids: Vec<String> = program.calls().into_iter().map(|c| c.id).collect();
        assert_eq!(ids.len(), 20);
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), 20);
        rig
    })
    .await;
}

#[tokio::test]
async fn who_takes_nothing_for_days_is_told_nothing_more_and_an_alarm_says_so() {
    both(|rig| async move {
        let program = Program::start().await;
        let (row, _) = program.added(&rig, &[]).await;
        program.usually(Says::Status(503));
        let watcher = Watcher::new(&rig.app);
        let mut days = 0;
        while is_on(&rig, row.id).await {
            endpoints::test(&rig.app, rig.shop.id, row.id, "story").await.expect("asked");
            for _ in 0..24 {
                told(&rig).await;
                rig.clock.advance(SignedDuration::from_hours(1));
            }
            days += 1;
            assert!(days < 10, "it is never given up");
        }
        assert_eq!(days, 6, "after five days");
        watcher.look(&rig.app).await.expect("a look");
        let alarms = db::alarms::active(&rig.app.db, rig.shop.id).await.expect("alarms");
        let alarm = alarms.iter().find(|a| a.kind == Kind::EndpointFailing).expect("an alarm");
        assert_eq!(alarm.subject, row.id.to_string());
        let given_up = log(&rig, row.id).await.iter().filter(|s| s.state == "given_up").count();
        assert!((1..=3).contains(&given_up), "three days of trying: {given_up}");
        program.usually(Says::Status(204));
        let before = program.calls().len();
        endpoints::switch(&rig.app, rig.shop.id, row.id, true, "story").await.expect("on");
        rig.clock.advance(SignedDuration::from_hours(25));
        told(&rig).await;
        let waiting = log(&rig, row.id).await.iter().filter(|s| s.state == "waiting").count();
        assert!(waiting == 0 && program.calls().len() > before, "what waited is told");
        watcher.look(&rig.app).await.expect("a look");
        let alarms = db::alarms::active(&rig.app.db, rig.shop.id).await.expect("alarms");
        assert!(!alarms.iter().any(|a| a.kind == Kind::EndpointFailing));
        rig
    })
    .await;
}

#[tokio::test]
async fn one_that_takes_nothing_keeps_no_other_waiting_and_goes_on_where_it_stopped() {
    both(|rig| async move {
        let (dead, well) = (Program::start().await, Program::start().await);
        let ((dead_row, _), (well_row, _)) = (dead.added(&rig, &[]).await, well.added(&rig, &[]).await);
        dead.usually(Says::Status(500));
        for _ in 0..40 {
            endpoints::test(&rig.app, rig.shop.id, dead_row.id, "story").await.expect("asked");
        }
        endpoints::test(&rig.app, rig.shop.id, well_row.id, "story").await.expect("asked");
        told(&rig).await;
        assert_eq!(well.calls().len(), 1);
        assert!(dead.calls().len() <= 16, "the rest waits: {}", dead.calls().len());
        dead.usually(Says::Status(200));
        rig.clock.advance(SignedDuration::from_mins(2));
        told(&rig).await;
        assert!(log(&rig, dead_row.id).await.iter().all(|s| s.state == "taken"), "once it takes one, all follow");
        rig
    })
    .await;
}

#[tokio::test]
async fn one_that_says_that_it_is_gone_is_believed_and_a_removed_one_leaves_nothing() {
    both(|rig| async move {
        let program = Program::start().await;
        let (row, _) = program.added(&rig, &[]).await;
        program.next(Says::Status(410));
        endpoints::test(&rig.app, rig.shop.id, row.id, "story").await.expect("asked");
        told(&rig).await;
        let endpoint = endpoints::get(&rig.app, rig.shop.id, row.id).await.expect("an endpoint");
        assert_eq!((endpoint.on, endpoint.off_why.as_deref()), (false, Some("gone")));
        assert_eq!(log(&rig, row.id).await[0].state, "given_up");
        endpoints::remove(&rig.app, rig.shop.id, row.id, "story").await.expect("removed");
        assert!(log(&rig, row.id).await.is_empty());
        assert!(endpoints::get(&rig.app, rig.shop.id, row.id).await.is_err());
        rig
    })
    .await;
}

#[tokio::test]
async fn what_was_told_long_ago_is_forgotten_and_what_waits_is_not() {
    both(|rig| async move {
        let program = Program::start().await;
        let (row, _) = program.added(&rig, &[]).await;
        endpoints::test(&rig.app, rig.shop.id, row.id, "story").await.expect("asked");
        told(&rig).await;
        endpoints::test(&rig.app, rig.shop.id, row.id, "story").await.expect("asked");
        rig.clock.advance(SignedDuration::from_hours(24 * 31));
        assert!(send::forget_old(&rig.app).await.expect("forgotten") > 0);
        let left = log(&rig, row.id).await;
        assert_eq!(left.iter().map(|s| s.state.as_str()).collect::<Vec<_>>(), ["waiting"]);
        told(&rig).await;
        let left = log(&rig, row.id).await;
        assert_eq!(left.iter().map(|s| s.state.as_str()).collect::<Vec<_>>(), ["taken"], "told at last");
        rig
    })
    .await;
}
