//! By which channel, and how often.

use super::{begins, campaign, hours, mail, minutes, publish, text, told};
use crate::support::rig::Rig;
use crate::support::shopper::Shopper;
use comeback::app::{policies, send};
use comeback::channels::{Fault, Outcome};
use comeback::domain::campaign::{CampaignSpec, Fallback, Step, Trigger};
use comeback::domain::duration::Length;
use comeback::domain::event::ChannelKind;
use comeback::domain::policy::{Cap, Policy};

fn text_or_mail(after_hours: i64) -> Step {
    Step { fallback: Some(Fallback { channel: ChannelKind::Email, template: "checkout-reminder".into() }), ..text(after_hours) }
}

async fn set_caps(rig: &Rig, caps: Vec<Cap>) {
    let policy = Policy { caps, ..Policy::default() };
    policies::set(&rig.app, rig.shop.id, policy, policies::By { actor: "story", is_owner: true }).await.expect("a policy");
}

#[tokio::test]
async fn who_did_not_agree_to_texts_gets_a_mail_and_nobody_gets_both() {
    told(campaign(vec![text_or_mail(1)]), |rig| async move {
        begins(&rig, &Shopper { accepts_texts: false, ..Shopper::new("Jo", 1) }).await;
        begins(&rig, &Shopper::new("Ann", 2)).await;
        begins(&rig, &Shopper { accepts_texts: false, accepts_mail: false, ..Shopper::new("Bo", 3) }).await;
        rig.pass(hours(60)).await;
        assert_eq!((rig.texts.count(), rig.mails.count()), (1, 1));
        let mut states = rig.nudge_states().await;
        states.sort();
        let expected = [("email", "cancelled", "no_consent"), ("email", "sent", "accepted"), ("sms", "sent", "accepted")];
        assert_eq!(states.iter().map(|(c, s, r)| (*c, *s, r.as_str())).collect::<Vec<_>>(), expected);
        rig
    })
    .await;
}

#[tokio::test]
async fn a_refused_text_becomes_a_mail_and_one_in_doubt_never_does() {
    told(campaign(vec![text_or_mail(1)]), |rig| async move {
        rig.texts.answer_next(Outcome::Refused { reason: "21211 not a number".into(), fault: Fault::Recipient });
        begins(&rig, &Shopper::new("Jo", 1)).await;
        rig.pass(hours(3)).await;
        assert_eq!((rig.texts.count(), rig.mails.count()), (1, 1));
        rig.texts.answer_next(Outcome::Unknown { reason: "no answer".into() });
        begins(&rig, &Shopper::new("Ann", 2)).await;
        rig.pass(hours(30)).await;
        assert_eq!((rig.texts.count(), rig.mails.count()), (2, 1), "it may have arrived: a mail would be the second message");
        rig
    })
    .await;
}

#[tokio::test]
async fn the_carriers_one_text_is_followed_by_mails() {
    told(campaign(vec![text_or_mail(1), text_or_mail(4)]), |rig| async move {
        begins(&rig, &Shopper::new("Jo", 1)).await;
        rig.pass(hours(10)).await;
        assert_eq!((rig.texts.count(), rig.mails.count()), (1, 1));
        rig
    })
    .await;
}

#[tokio::test]
async fn a_shoppers_limit_holds_over_campaigns_and_channels_and_lets_go_by_itself() {
    told(campaign(vec![mail(1), mail(2), mail(3)]), |rig| async move {
        set_caps(&rig, vec![Cap { channel: None, max: 2, within: Length::hours(5) }]).await;
        let begin = rig.app.now();
        begins(&rig, &Shopper::new("Jo", 1)).await;
        rig.pass(hours(5)).await;
        assert_eq!(rig.mails.count(), 2);
        assert!(rig.nudges().await.iter().any(|n| n.reason.as_deref() == Some("frequency_cap")));
        rig.pass(hours(4)).await;
        let left = super::left_at(&rig, begin);
        assert_eq!(left.len(), 3);
        assert!(left[2] - left[0] >= 5.0, "{left:?}");
        rig
    })
    .await;
}

/// Two campaigns write to one shopper at the same moment, each message in the hands of another worker.
#[tokio::test]
async fn workers_that_claim_at_the_same_moment_do_not_pass_the_limit() {
    for engine in ["sqlite", "postgres"] {
        let rig = Rig::with(engine, campaign(vec![mail(2), mail(2)])).await;
        set_caps(&rig, vec![Cap { channel: None, max: 1, within: Length::hours(12) }]).await;
        for n in 0..16 {
            let jo = Shopper { email: Some(format!("shopper{n}@example.com")), ..Shopper::new("Jo", n) };
            rig.post("checkouts/update", &format!("key-{n}"), &jo.checkout(rig.app.now()).to_string()).await.expect("accepted");
        }
        rig.pass(minutes(10)).await;
        rig.clock.advance(hours(2));
        let claims = (0..4).map(|_| send::send_shop(&rig.app, rig.shop.id));
        for looked_at in futures_util::future::join_all(claims).await {
            looked_at.expect("sent");
        }
        rig.settle().await;
        assert_eq!(rig.mails.count(), 16, "{engine}: one each");
        rig.pass(hours(30)).await;
        assert_eq!(rig.mails.count(), 32, "{engine}: the other half a day later");
        rig.at_rest().await;
        rig.app.db.close().await;
    }
}

#[tokio::test]
async fn a_left_checkout_takes_over_from_a_left_cart() {
    let carts = CampaignSpec { trigger: Trigger::CartAbandoned, ..campaign(vec![mail(3)]) };
    told(campaign(vec![mail(1)]), move |rig| {
        let carts = carts.clone();
        async move {
            publish(&rig, CampaignSpec { steps: vec![mail(3), mail(20)], ..carts }).await;
            let jo = Shopper::new("Jo", 1);
            // Known from an earlier visit; now only a cart.
            rig.tell("checkouts/update", &jo.again(7).anonymous(rig.app.now())).await;
            rig.tell("carts/update", &jo.cart(rig.app.now())).await;
            begins(&rig, &jo).await;
            rig.pass(hours(30)).await;
            let carts: Vec<_> = rig.carts().await;
            assert_eq!(rig.mails.count(), 1, "one sequence at a time: {carts:?}");
            rig
        }
    })
    .await;
}
