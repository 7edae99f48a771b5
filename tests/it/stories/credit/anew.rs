//! Working history out anew: both figures until it is done, whatever happens meanwhile.

use super::{apply_only, buys, clicks, hours, ledger, mailed, publish_with, row};
use crate::support::replay::both;
use crate::support::rig::Rig;
use crate::support::shopper::Shopper;
use comeback::app::attribution::{Asked, report};
use comeback::app::recompute;
use comeback::domain::attribution::Model;
use comeback::domain::journey::Scope;
use jiff::{SignedDuration, Timestamp};

/// Jo clicks, and buys three days later.
async fn jo_buys_after_three_days(rig: &Rig) -> Shopper {
    let jo = Shopper::new("Jo", 1);
    let token = mailed(rig, &jo).await;
    clicks(rig, &token).await;
    rig.pass(hours(72)).await;
    buys(rig, &jo).await;
    assert_eq!(ledger(rig, 0).await, [row("#1", "link", "attributed", 5000)]);
    jo
}

async fn asked(rig: &Rig) -> comeback::app::attribution::Report {
    let asked =
        Asked { shop: rig.shop.id, from: Timestamp::UNIX_EPOCH, to: Timestamp::MAX, scope: Scope::Channel, models: Model::ALL.to_vec() };
    report(&rig.app, &asked).await.expect("a report")
}

#[tokio::test]
async fn a_shorter_window_takes_past_credit_back_and_both_figures_are_shown_until_then() {
    both(|rig| async move {
        jo_buys_after_three_days(&rig).await;
        assert!(asked(&rig).await.anew.is_none());
        publish_with(&rig, 24, None).await;
        let meanwhile = asked(&rig).await;
        let anew = meanwhile.anew.expect("it is under way");
        assert!(anew.words().contains("0 % done") && anew.why.contains("windows"), "{anew:?}");
        assert!(meanwhile.ledger.columns.iter().any(|c| c.key == "net_anew"));
        assert_eq!(rig.credited().await, (1, 5000, 0, 5000), "the former figures stand");
        assert_eq!(rig.state().await, "recovered");
        rig.settle().await;
        assert!(asked(&rig).await.anew.is_none());
        assert_eq!(rig.credited().await, (0, 0, 0, 0));
        assert_eq!(rig.state().await, "purchased", "the cart follows the figures");
        assert_eq!(ledger(&rig, 0).await, [], "the former rows are cleared away");
        // And back again.
        publish_with(&rig, 120, None).await;
        rig.settle().await;
        assert_eq!(rig.credited().await, (1, 5000, 0, 5000));
        assert_eq!(rig.state().await, "recovered");
        rig
    })
    .await;
}

#[tokio::test]
async fn what_is_ordered_and_refunded_meanwhile_is_credited_in_both() {
    both(|rig| async move {
        let jo = jo_buys_after_three_days(&rig).await;
        let ann = Shopper::new("Ann", 2);
        let token = mailed(&rig, &ann).await;
        clicks(&rig, &token).await;
        rig.pass(hours(48)).await;
        publish_with(&rig, 24, None).await;
        // One batch: Jo's order was looked at, and has no credit by the new window.
        assert!(recompute::work_due(&rig.app).await.expect("worked") > 0);
        apply_only(&rig, "orders/create", &ann.order(rig.app.now())).await;
        assert_eq!(ledger(&rig, 0).await, [row("#1", "link", "attributed", 5000), row("#2", "link", "attributed", 5000)]);
        assert_eq!(ledger(&rig, 1).await, [], "two days are too long now");
        apply_only(&rig, "refunds/create", &jo.refund(9_001, "20.00", rig.app.now())).await;
        assert_eq!(ledger(&rig, 0).await, [row("#1", "link", "attributed", 3000), row("#2", "link", "attributed", 5000)]);
        // Asked for once more before it is done: what is read stays by the first window.
        publish_with(&rig, 60, None).await;
        assert_eq!(rig.credited().await, (2, 10_000, 2000, 8000));
        assert!(recompute::work_due(&rig.app).await.expect("worked") > 0);
        // Jo's click is too old by now; but the text of the second day had left to her within sixty hours before the order.
        assert_eq!(ledger(&rig, 2).await, [row("#1", "person_in_window", "influenced", 3000), row("#2", "link", "attributed", 5000)]);
        apply_only(&rig, "refunds/create", &ann.refund(9_003, "10.00", rig.app.now())).await;
        assert_eq!(ledger(&rig, 2).await, [row("#1", "person_in_window", "influenced", 3000), row("#2", "link", "attributed", 4000)]);
        assert_eq!(rig.credited().await, (2, 10_000, 3000, 7000));
        rig.settle().await;
        assert_eq!(rig.credited().await, (1, 5000, 1000, 4000));
        rig
    })
    .await;
}

#[tokio::test]
async fn a_process_that_dies_in_the_middle_is_followed_by_one_that_goes_on() {
    both(|rig| async move {
        jo_buys_after_three_days(&rig).await;
        publish_with(&rig, 24, None).await;
        assert!(recompute::work_due(&rig.app).await.expect("worked") > 0);
        let rig = rig.restarted(&[]);
        let run = comeback::db::credit_runs::get(&rig.app.db, rig.shop.id).await.expect("asked").expect("a run");
        assert!(run.is_under_way() && run.done == 1 && run.total == Some(1) && run.percent() == 99, "{run:?}");
        assert_eq!(rig.credited().await, (1, 5000, 0, 5000));
        rig.settle().await;
        assert_eq!(rig.credited().await, (0, 0, 0, 0));
        rig
    })
    .await;
}

#[tokio::test]
async fn publishing_without_other_windows_works_nothing_out_anew() {
    both(|rig| async move {
        jo_buys_after_three_days(&rig).await;
        publish_with(&rig, 120, None).await;
        assert!(comeback::db::credit_runs::get(&rig.app.db, rig.shop.id).await.expect("asked").is_none());
        rig
    })
    .await;
}

#[tokio::test]
async fn headlines_are_told_by_the_model_that_the_store_chose_and_the_audit_says_who_did() {
    both(|rig| async move {
        recompute::set_model(&rig.app, rig.shop.id, Model::TimeDecay, "ann").await.expect("set");
        assert!(recompute::set_model(&rig.app, rig.shop.id, Model::Markov1, "ann").await.is_err(), "that credits no order by itself");
        let shop = comeback::db::shops::get(&rig.app.db, rig.shop.id).await.expect("asked").expect("the store");
        assert_eq!(shop.credit_model, Model::TimeDecay);
        rig.clock.advance(SignedDuration::from_secs(1));
        rig
    })
    .await;
}
