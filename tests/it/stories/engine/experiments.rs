//! Who is left alone for comparison, from when it counts, and who gets which text.

use super::{begins, campaign, hours, mail, minutes, publish, told};
use crate::support::rig::Rig;
use crate::support::shopper::Shopper;
use comeback::db;
use comeback::domain::campaign::{CampaignSpec, HoldoutScope, Step, Variant};
use comeback::domain::experiment::{Arm, arm, variant};

/// A shopper on that side of the story's campaign.
fn shopper_of(rig: &Rig, wanted: Arm, percent: u8, from: i64) -> Shopper {
    let named = |n: i64| Shopper { email: Some(format!("shopper{n}@example.com")), ..Shopper::new("Jo", n) };
    let side = |s: &Shopper| arm(rig.campaign.0, s.email.as_deref().expect("an address"), percent);
    (from..from + 200).map(named).find(|s| side(s) == wanted).expect("somebody")
}

/// When enrolments began to count, by arm.
async fn counted(rig: &Rig) -> Vec<(String, bool)> {
    let mut tx = rig.app.db.begin().await.expect("begun");
    let mut rows = db::enrolments::counted(&mut tx, rig.shop.id, rig.campaign).await.expect("read");
    tx.rollback().await.expect("over");
    rows.sort();
    rows.into_iter().map(|(arm, at)| (arm.as_str().to_owned(), at.is_some())).collect()
}

/// Both sides are counted from the same moment: when the first message leaves, or would have. Who buys before is counted on neither.
#[tokio::test]
async fn both_sides_count_from_the_moment_at_which_the_first_message_would_leave() {
    told(CampaignSpec { holdout_percent: 50, ..campaign(vec![mail(2)]) }, |rig| async move {
        let treated = [1, 100].map(|from| shopper_of(&rig, Arm::Treated, 50, from));
        let held = [200, 300].map(|from| shopper_of(&rig, Arm::Holdout, 50, from));
        for shopper in treated.iter().chain(&held) {
            begins(&rig, shopper).await;
        }
        rig.pass(hours(1)).await;
        for early in [&treated[1], &held[1]] {
            rig.tell("orders/create", &early.order(rig.app.now())).await;
        }
        assert!(counted(&rig).await.iter().all(|(_, counts)| !counts), "nothing was due yet");
        rig.pass(hours(2)).await;
        let expected = [("holdout", false), ("holdout", true), ("treated", false), ("treated", true)];
        let mut sides = counted(&rig).await;
        sides.sort();
        assert_eq!(sides.iter().map(|(arm, counts)| (arm.as_str(), *counts)).collect::<Vec<_>>(), expected);
        assert_eq!(rig.mails.count(), 1);
        rig
    })
    .await;
}

#[tokio::test]
async fn a_shopper_stays_on_their_side_in_every_cart_whatever_their_address() {
    told(CampaignSpec { holdout_percent: 50, ..campaign(vec![mail(1)]) }, |rig| async move {
        let held = shopper_of(&rig, Arm::Holdout, 50, 1);
        begins(&rig, &held).await;
        rig.pass(hours(40)).await;
        // The same customer under an address that alone would be on the other side.
        let other = shopper_of(&rig, Arm::Treated, 50, 500).email;
        let again = Shopper { email: other, ..held.again(77) };
        begins(&rig, &again).await;
        rig.pass(hours(40)).await;
        assert_eq!(rig.mails.count(), 0);
        assert_eq!(counted(&rig).await, [("holdout".to_owned(), true), ("holdout".to_owned(), true)]);
        rig
    })
    .await;
}

#[tokio::test]
async fn no_campaign_with_the_same_trigger_writes_to_a_comparison_group_that_is_kept_from_all() {
    let spec = CampaignSpec { holdout_percent: 50, holdout_scope: HoldoutScope::Trigger, ..campaign(vec![mail(1)]) };
    told(spec, |rig| async move {
        publish(&rig, CampaignSpec { holdout_percent: 0, priority: 9, ..campaign(vec![mail(2)]) }).await;
        let (held, treated) = (shopper_of(&rig, Arm::Holdout, 50, 1), shopper_of(&rig, Arm::Treated, 50, 100));
        begins(&rig, &held).await;
        begins(&rig, &treated).await;
        rig.pass(hours(5)).await;
        assert_eq!(rig.mails.count(), 1);
        assert_eq!(rig.nudges().await.len(), 1, "the one who is held out entered no campaign");
        rig
    })
    .await;
}

#[tokio::test]
async fn every_shopper_gets_the_text_that_their_lot_says() {
    let named = |name: &str| Variant { name: name.into(), weight: 1, template: None, without_discount: name == "plain" };
    let variants = vec![named("code"), named("plain")];
    let step = Step { variants: variants.clone(), discount_code: Some("TEN".into()), ..mail(1) };
    told(campaign(vec![step]), move |rig| {
        let variants = variants.clone();
        async move {
            let shoppers: Vec<Shopper> =
                (1..9).map(|n| Shopper { email: Some(format!("shopper{n}@example.com")), ..Shopper::new("Jo", n) }).collect();
            for shopper in &shoppers {
                begins(&rig, shopper).await;
            }
            rig.pass(hours(2)).await;
            let mut seen = std::collections::BTreeSet::new();
            for (_, message) in rig.mails.all() {
                let comeback::channels::Message::Email(mail) = message else { panic!("a mail") };
                let lot = variant(rig.campaign.0, 0, mail.to.as_str(), &variants).expect("a variant").name.clone();
                assert_eq!(mail.text.contains("TEN"), lot == "code", "{lot}");
                seen.insert(lot);
            }
            assert_eq!(seen.len(), 2);
            rig.pass(minutes(1)).await;
            rig
        }
    })
    .await;
}
