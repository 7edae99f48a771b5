//! To whom nothing is sent.

use super::{begins, campaign, hours, mail, told, why};
use crate::support::rig::Rig;
use crate::support::shopper::{Shopper, with};
use comeback::app::policies;
use comeback::domain::event::ChannelKind;
use comeback::domain::policy::{Basis, ConsentRule, Policy, TestMode};
use serde_json::json;

async fn set(rig: &Rig, policy: Policy) {
    policies::set(&rig.app, rig.shop.id, policy, policies::By { actor: "story", is_owner: true }).await.expect("a policy");
}

/// The only nudge is cancelled by this rule, and nobody got anything.
async fn cancelled_by(rig: &Rig, rule: &str) {
    assert_eq!(rig.mails.count(), 0);
    assert_eq!(rig.nudge_states().await, [("email", "cancelled", rule.to_owned())], "{}", why(rig, 0).await);
}

#[tokio::test]
async fn wholesale_customers_are_left_in_peace() {
    told(campaign(vec![mail(1)]), |rig| async move {
        let jo = Shopper::new("Jo", 1);
        let customer = json!({"id": jo.customer, "email": jo.email, "tags": "VIP, Wholesale", "updated_at": rig.app.now(), "created_at": rig.app.now()});
        rig.tell("customers/update", &customer).await;
        begins(&rig, &jo).await;
        rig.pass(hours(3)).await;
        cancelled_by(&rig, "excluded").await;
        rig
    })
    .await;
}

#[tokio::test]
async fn who_bought_the_same_in_the_shop_itself_is_not_reminded() {
    told(campaign(vec![mail(1)]), |rig| async move {
        let jo = Shopper::new("Jo", 1);
        let at_the_till = jo.again(50).order(rig.app.now());
        let till = json!({"source_name": "pos", "cart_token": null, "checkout_token": null, "landing_site": null});
        rig.tell("orders/create", &with(at_the_till, till)).await;
        rig.pass(hours(1)).await;
        begins(&rig, &jo).await;
        rig.pass(hours(3)).await;
        cancelled_by(&rig, "bought_elsewhere").await;
        rig
    })
    .await;
}

#[tokio::test]
async fn a_test_store_writes_to_its_testers_only() {
    told(campaign(vec![mail(1)]), |rig| async move {
        set(&rig, Policy { test: Some(TestMode { allow: vec!["ann@example.com".into()] }), ..Policy::default() }).await;
        begins(&rig, &Shopper::new("Jo", 1)).await;
        begins(&rig, &Shopper::new("Ann", 2)).await;
        rig.pass(hours(3)).await;
        assert_eq!(rig.mails.count(), 1);
        assert!(rig.nudges().await.iter().any(|n| n.reason.as_deref() == Some("test_store")));
        rig
    })
    .await;
}

#[tokio::test]
async fn a_ground_other_than_consent_is_named_with_each_message() {
    told(campaign(vec![mail(1)]), |rig| async move {
        let rule = ConsentRule {
            channel: ChannelKind::Email,
            countries: vec!["US".into()],
            basis: Basis::OptOut,
            naming_carts: false,
            note: "CAN-SPAM asks for no consent; every mail lets them opt out".into(),
        };
        set(&rig, Policy { consent: vec![rule], ..Policy::default() }).await;
        begins(&rig, &Shopper { accepts_mail: false, accepts_texts: false, ..Shopper::new("Jo", 1) }).await;
        rig.pass(hours(3)).await;
        assert_eq!(rig.mails.count(), 1);
        rig
    })
    .await;
}
