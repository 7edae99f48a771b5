//! Which carts enter, which way they take, and which steps are for them.

use super::{begins, campaign, hours, mail, publish, told, why};
use crate::support::shopper::{Shopper, with};
use comeback::domain::campaign::{Acquaintance, CampaignSpec, Condition, Path, Step};
use comeback::domain::money::{Currency, Money};
use serde_json::json;

fn dollars(text: &str) -> Money {
    Money::parse(text, Currency::USD).expect("money")
}

fn of_path(step: Step, path: &str) -> Step {
    Step { path: Some(path.into()), ..step }
}

#[tokio::test]
async fn a_cart_takes_the_first_path_that_is_for_it_once_and_for_all() {
    let paths = vec![
        Path { name: "big".into(), only_if: Some(Condition::ValueAtLeast(dollars("100.00"))) },
        Path { name: "rest".into(), only_if: None },
    ];
    let steps = vec![mail(1), of_path(mail(2), "big"), of_path(mail(3), "rest"), of_path(mail(4), "rest")];
    told(CampaignSpec { paths, ..campaign(steps) }, |rig| async move {
        let jo = Shopper::new("Jo", 1);
        begins(&rig, &jo).await;
        rig.pass(hours(2)).await;
        // It grows later on; it is on its way already.
        rig.tell("checkouts/update", &with(jo.checkout(rig.app.now()), json!({"total_price": "500.00"}))).await;
        rig.pass(hours(8)).await;
        assert_eq!(rig.mails.count(), 3, "the first and both of its path");
        let steps: Vec<i64> = rig.nudges().await.iter().map(|n| n.step).collect();
        assert_eq!(steps.len(), 3, "{steps:?}");
        assert!(!steps.contains(&1), "{steps:?}");
        rig
    })
    .await;
}

#[tokio::test]
async fn a_step_that_is_not_for_the_cart_says_what_it_is_for_and_what_was_found() {
    let steps = vec![
        Step { only_if: Some(Condition::Shopper(Acquaintance::Returning)), ..mail(1) },
        Step { only_if: Some(Condition::Country(vec!["US".into()])), ..mail(2) },
    ];
    told(campaign(steps), |rig| async move {
        begins(&rig, &Shopper::new("Jo", 1)).await;
        rig.pass(hours(5)).await;
        assert_eq!(rig.mails.count(), 1);
        assert_eq!(why(&rig, 0).await, "it is for returning customers; the shopper has 0 earlier order(s)");
        rig
    })
    .await;
}

#[tokio::test]
async fn the_campaign_that_is_for_a_cart_has_it_before_one_for_all() {
    told(campaign(vec![mail(1)]), |rig| async move {
        let big = CampaignSpec {
            name: "Big carts".into(),
            only_if: Some(Condition::ValueAtLeast(dollars("100.00"))),
            priority: 10,
            ..campaign(vec![mail(2)])
        };
        let big = publish(&rig, big).await;
        let jo = Shopper::new("Jo", 1);
        rig.tell("checkouts/update", &with(jo.checkout(rig.app.now()), json!({"total_price": "150.00"}))).await;
        begins(&rig, &Shopper::new("Ann", 2)).await;
        rig.pass(hours(5)).await;
        let mut campaigns: Vec<_> = rig.nudges().await.iter().map(|n| n.campaign_id).collect();
        campaigns.sort();
        let mut expected = vec![rig.campaign, big];
        expected.sort();
        assert_eq!((campaigns, rig.mails.count()), (expected, 2));
        rig
    })
    .await;
}

#[tokio::test]
async fn a_cart_that_no_campaign_is_for_is_told_why() {
    let spec = CampaignSpec { only_if: Some(Condition::Currency(vec!["EUR".parse().expect("currency")])), ..campaign(vec![mail(1)]) };
    told(spec, |rig| async move {
        begins(&rig, &Shopper::new("Jo", 1)).await;
        rig.pass(hours(5)).await;
        assert_eq!((rig.mails.count(), rig.nudges().await.len()), (0, 0));
        rig
    })
    .await;
}
