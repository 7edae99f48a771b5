//! The nightly check raises an alarm of the store whose promise is broken, once a night, by one process.

use super::{active, alarm};
use crate::support::rig::both;
use comeback::app::watch::{last_check, nightly};
use comeback::domain::watch::Kind;
use jiff::SignedDuration;

#[tokio::test]
async fn a_broken_promise_is_found_in_the_night_and_over_when_it_holds_again() {
    both(|rig| async move {
        assert!(nightly(&rig.app).await.expect("checked"));
        let checked = last_check(&rig.app.db).await.expect("results").expect("a result");
        assert_eq!((checked.violations, checked.at), (0, rig.app.now()));
        assert!(!nightly(&rig.app).await.expect("done already"), "one process a night");
        // Acknowledged, and forgotten.
        rig.post("carts/update", "forgotten", "{}").await.expect("accepted");
        rig.clock.advance(SignedDuration::from_hours(24));
        assert!(nightly(&rig.app).await.expect("checked"));
        let found = alarm(&rig, Kind::Invariant).await.expect("an alarm");
        assert!(
            found.what.contains("a delivery that was acknowledged is applied within ten minutes, or set aside with a reason"),
            "{}",
            found.what
        );
        assert_eq!(last_check(&rig.app.db).await.expect("results").map(|c| c.violations), Some(1));
        rig.settle().await;
        rig.clock.advance(SignedDuration::from_hours(24));
        assert!(nightly(&rig.app).await.expect("checked"));
        assert_eq!(active(&rig).await, []);
        rig
    })
    .await;
}
