//! What earns an order, and what is only told beside it.

use super::{buys, clicks, hours, ledger, mailed, publish_with, row};
use crate::support::replay::both;
use crate::support::rig::story_campaign;
use crate::support::shopper::Shopper;
use comeback::app::campaigns;
use comeback::app::report::{Query, recovered};
use comeback::domain::attribution::Model;
use comeback::domain::campaign::CampaignSpec;
use comeback::domain::report::By;
use jiff::{SignedDuration, Timestamp};

#[tokio::test]
async fn an_order_after_a_message_that_nobody_opened_is_influenced_and_not_credited() {
    both(|rig| async move {
        let jo = Shopper::new("Jo", 1);
        mailed(&rig, &jo).await;
        rig.clock.advance(hours(2));
        buys(&rig, &jo).await;
        assert_eq!(rig.credited().await, (0, 0, 0, 0));
        assert_eq!(ledger(&rig, 0).await, [row("#1", "person_in_window", "influenced", 5000)]);
        assert_eq!(rig.state().await, "purchased", "influence recovers no cart");
        rig
    })
    .await;
}

#[tokio::test]
async fn a_click_keeps_everything_that_only_influenced_out() {
    both(|rig| async move {
        let jo = Shopper::new("Jo", 1);
        let token = mailed(&rig, &jo).await;
        // The text of the second day leaves too, and nobody opens it.
        rig.pass(hours(24)).await;
        assert_eq!((rig.mails.count(), rig.texts.count()), (1, 1));
        clicks(&rig, &token).await;
        rig.clock.advance(hours(1));
        buys(&rig, &jo).await;
        assert_eq!(ledger(&rig, 0).await, [row("#1", "link", "attributed", 5000)]);
        assert_eq!(rig.state().await, "recovered");
        rig
    })
    .await;
}

#[tokio::test]
async fn a_view_is_a_delivered_message_within_a_window_that_has_to_be_set() {
    both(|rig| async move {
        publish_with(&rig, 1, Some(48)).await;
        let jo = Shopper::new("Jo", 1);
        mailed(&rig, &jo).await;
        let key = rig.nudges().await.into_iter().find(|n| n.sent_at.is_some()).expect("a mail").id;
        rig.clock.advance(hours(20));
        buys(&rig, &jo).await;
        // The windows were changed once: by the second generation.
        assert_eq!(ledger(&rig, 1).await, [], "no window is that long for somebody who only got a mail");
        // The provider tells late that it had been delivered.
        let at = rig.app.now() - hours(19);
        super::super::receipts::delivered(&rig, &key.to_string(), at).await;
        assert_eq!(ledger(&rig, 1).await, [row("#1", "view", "influenced", 5000)]);
        rig
    })
    .await;
}

#[tokio::test]
async fn two_campaigns_never_credit_one_order_twice() {
    both(|rig| async move {
        let second = CampaignSpec { name: "Second".into(), priority: 1, ..story_campaign() };
        let jo = Shopper::new("Jo", 1);
        let token = mailed(&rig, &jo).await;
        clicks(&rig, &token).await;
        let made = campaigns::create(&rig.app, rig.shop.id, second, "story").await.expect("a campaign");
        campaigns::act(&rig.app, rig.shop.id, made.id, campaigns::Act::Publish, "story").await.expect("published");
        // A day after the last message there is peace no more, and it is noon again.
        rig.pass(hours(72)).await;
        let again = jo.again(2);
        rig.tell("checkouts/create", &again.checkout(rig.app.now())).await;
        rig.pass(SignedDuration::from_mins(71)).await;
        assert_eq!(rig.mails.count(), 2);
        let (token, _) = rig.links();
        clicks(&rig, &token).await;
        rig.clock.advance(SignedDuration::from_mins(5));
        buys(&rig, &again).await;
        let of = async |model| {
            let query = Query { shop: rig.shop.id, from: Timestamp::UNIX_EPOCH, to: Timestamp::MAX, model, by: By::Campaign };
            recovered(&rig.app, query).await.expect("a report")
        };
        for model in Model::PER_ORDER {
            let report = of(model).await;
            let total = &report.totals[0];
            assert_eq!((total.orders, total.net.minor), (1, 5000), "{model:?}");
            assert_eq!(report.rows.iter().map(|r| r.net.minor).sum::<i64>(), 5000, "{model:?}");
        }
        let nets = |report: comeback::app::report::Recovered| {
            let mut nets: Vec<i64> = report.rows.iter().filter(|r| r.orders > 0).map(|r| r.net.minor).collect();
            nets.sort_unstable();
            nets
        };
        assert_eq!(nets(of(Model::LastTouch).await), [5000], "the second alone");
        assert_eq!(nets(of(Model::Linear).await), [2500, 2500]);
        rig
    })
    .await;
}
