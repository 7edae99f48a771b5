//! What stands follows from what came in.

use super::world::everything_happens;
use crate::support::replay::assert_equal;
use crate::support::rig::{Rig, both};
use comeback::app::replay::Replayed;
use comeback::domain::campaign::CampaignSpec;

fn compared(replayed: &Replayed, kind: &str) -> u64 {
    replayed.compared.iter().find(|c| c.kind == kind).map_or(0, |c| c.compared)
}

#[tokio::test]
async fn everything_follows_from_what_came_in_whatever_happened() {
    both(|rig| async move {
        everything_happens(&rig).await;
        let replayed = assert_equal(&rig).await;
        for (kind, at_least) in
            [("contacts", 10), ("carts", 15), ("orders", 4), ("nudges", 20), ("decisions", 60), ("credits", 1), ("suppressions", 3)]
        {
            assert!(compared(&replayed, kind) >= at_least, "{kind}: {:#?}", replayed.compared);
        }
        assert_eq!((replayed.deliveries.set_aside, replayed.by_other_rules), (1, 0));
        assert!(replayed.deliveries.erased >= 2 && replayed.carts_erased >= 1, "{replayed:#?}");
        rig
    })
    .await;
}

#[tokio::test]
async fn the_comparison_group_comes_out_the_same() {
    for engine in ["sqlite", "postgres"] {
        let rig = Rig::with(engine, CampaignSpec { holdout_percent: 50, ..crate::support::rig::story_campaign() }).await;
        super::world::jo_leaves_among_others(&rig).await;
        assert_equal(&rig).await;
        rig.at_rest().await;
    }
}

#[tokio::test]
async fn what_is_not_applied_yet_is_counted_and_nothing_else_differs() {
    both(|rig| async move {
        super::world::jo_is_recovered(&rig).await;
        let late = crate::support::shopper::Shopper::new("Lea", 60);
        rig.post("checkouts/update", "late", &late.checkout(rig.app.now()).to_string()).await.expect("accepted");
        let replayed = assert_equal(&rig).await;
        assert_eq!(replayed.deliveries.waiting, 1);
        rig
    })
    .await;
}
