//! Comeback watches itself: canaries, alarms, word to the owners.

mod alarms;
mod canary;
mod hidden;
mod mail;
mod nightly;

use crate::support::rig::Rig;
use comeback::app::watch::Watcher;
use comeback::db::alarms::AlarmRow;
use comeback::db::canaries::Run;
use comeback::domain::watch::Kind;
use jiff::SignedDuration;

fn seconds(n: i64) -> SignedDuration {
    SignedDuration::from_secs(n)
}

fn minutes(n: i64) -> SignedDuration {
    SignedDuration::from_mins(n)
}

/// Time passes as it does for the program: workers work all along, and the watch looks.
async fn live(rig: &Rig, watcher: &Watcher, time: SignedDuration, step: SignedDuration) {
    let mut left = time;
    while left > SignedDuration::ZERO {
        rig.settle().await;
        assert!(watcher.look(&rig.app).await.expect("a look"), "another process watches");
        rig.clock.advance(step.min(left));
        left -= step;
    }
    rig.settle().await;
    watcher.look(&rig.app).await.expect("a look");
}

/// One canary, from its first webhook to its end.
async fn canary_goes(rig: &Rig, watcher: &Watcher) -> Run {
    live(rig, watcher, seconds(70), seconds(5)).await;
    newest(rig).await
}

async fn newest(rig: &Rig) -> Run {
    comeback::db::canaries::newest(&rig.app.db, rig.shop.id).await.expect("runs").expect("a run")
}

async fn active(rig: &Rig) -> Vec<AlarmRow> {
    comeback::db::alarms::active(&rig.app.db, rig.shop.id).await.expect("alarms")
}

/// The alarm of a kind that stands, if one does.
async fn alarm(rig: &Rig, kind: Kind) -> Option<AlarmRow> {
    active(rig).await.into_iter().find(|a| a.kind == kind)
}

/// Something comes from the platform that means nothing but that it sends.
async fn sign_of_life(rig: &Rig, topic: &str, n: i64) {
    let key = format!("{topic}-{n}-{}", rig.app.now());
    rig.post(topic, &key, "{}").await.expect("accepted");
}
