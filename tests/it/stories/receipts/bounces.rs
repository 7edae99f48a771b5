//! Addresses that can't be reached, and shoppers who complain.

use super::{consent, hours, mailed, receipt, suppressed, told};
use crate::support::replay;
use crate::support::rig::{Rig, story_campaign};
use crate::support::shopper::Shopper;
use comeback::app::{campaigns, suppressions};
use comeback::db;
use comeback::domain::campaign::{CampaignSpec, Fallback, Step};
use comeback::domain::duration::Length;
use comeback::domain::event::{ChannelKind, ConsentState};
use comeback::domain::receipt::Fate;
use serde_json::json;

#[tokio::test]
async fn a_hard_bounce_forbids_the_address_and_the_message_has_failed() {
    replay::both(|rig| async move {
        let (jo, key) = mailed(&rig).await;
        told(&rig, &[receipt(&key, ChannelKind::Email, Fate::HardBounce, rig.app.now())]).await;
        let mail = rig.nudges().await.into_iter().find(|n| n.step == 0).expect("the mail's nudge");
        assert_eq!((mail.state.as_str(), mail.decision.map(|d| d.rule)), ("failed", Some("bounced".into())));
        assert!(suppressed(&rig, ChannelKind::Email, "jo@example.com").await.is_some_and(|why| why.starts_with("bounced: ")));
        // The text goes its way; the next cart gets no mail.
        rig.pass(hours(26)).await;
        rig.tell("checkouts/update", &jo.again(2).checkout(rig.app.now())).await;
        rig.pass(hours(30)).await;
        assert_eq!(rig.mails.count(), 1);
        // Somebody says that the address works again: what was told before doesn't count any more.
        suppressions::remove(&rig.app, rig.shop.id, (ChannelKind::Email, "jo@example.com"), "story").await.expect("allowed");
        told(&rig, &[receipt(&key, ChannelKind::Email, Fate::SoftBounce, rig.app.now())]).await;
        assert_eq!(suppressed(&rig, ChannelKind::Email, "jo@example.com").await, None);
        rig
    })
    .await;
}

#[tokio::test]
async fn a_complaint_takes_the_consent_back_and_what_waits_is_cancelled_at_once() {
    replay::both(|rig| async move {
        let jo = Shopper { phone: None, accepts_texts: false, ..Shopper::new("Jo", 1) };
        rig.tell("checkouts/update", &jo.checkout(rig.app.now())).await;
        rig.pass(hours(2)).await;
        let key = rig.mails.all()[0].1.key().to_owned();
        // A second cart waits for its mail.
        rig.pass(hours(30)).await;
        rig.tell("checkouts/update", &jo.again(2).checkout(rig.app.now())).await;
        rig.pass(hours(1)).await;
        let waits = |nudges: &[db::lists::ListedNudge]| {
            nudges.iter().filter(|n| n.state.as_str() == "scheduled" && n.channel == ChannelKind::Email).count()
        };
        assert_eq!(waits(&rig.nudges().await), 1);
        let complaint = receipt(&key, ChannelKind::Email, Fate::Complained, rig.app.now());
        told(&rig, &[complaint]).await;
        assert_eq!(waits(&rig.nudges().await), 0);
        let first = rig.nudges().await.into_iter().find(|n| n.id.to_string() == key).expect("the first mail's nudge");
        assert_eq!(first.state.as_str(), "delivered", "who complains has got it");
        assert!(suppressed(&rig, ChannelKind::Email, "jo@example.com").await.is_some_and(|why| why.starts_with("complained: ")));
        let contact = rig.carts().await[0].contact_id.expect("a contact");
        let mut tx = rig.app.db.begin().await.expect("a transaction");
        let consents = db::contacts::consents(&mut tx, rig.shop.id, &[contact.0]).await.expect("asked");
        tx.rollback().await.expect("undone");
        assert!(consents.iter().any(|(_, c, said)| *c == ChannelKind::Email && said.state == ConsentState::Unsubscribed));
        rig.pass(hours(10)).await;
        assert_eq!(rig.mails.count(), 1);
        rig
    })
    .await;
}

#[tokio::test]
async fn three_messages_over_days_that_could_not_be_delivered_are_enough() {
    replay::both(|rig| async move {
        let jo = Shopper { accepts_texts: false, ..Shopper::new("Jo", 1) };
        for n in 1..=3 {
            assert_eq!(suppressed(&rig, ChannelKind::Email, "jo@example.com").await, None, "before the third");
            rig.tell("checkouts/update", &jo.again(n).checkout(rig.app.now())).await;
            rig.pass(hours(3)).await;
            let key = rig.mails.all().last().expect("a mail").1.key().to_owned();
            assert_eq!(rig.mails.count(), usize::try_from(n).expect("small"));
            told(&rig, &[receipt(&key, ChannelKind::Email, Fate::SoftBounce, rig.app.now())]).await;
            rig.pass(hours(45)).await;
        }
        let why = suppressed(&rig, ChannelKind::Email, "jo@example.com").await.unwrap_or_default();
        assert!(why.contains("three messages in a row"), "{why}");
        assert!(rig.nudges().await.iter().filter(|n| n.sent_at.is_some()).all(|n| n.state.as_str() == "sent"), "none is sent again");
        rig
    })
    .await;
}

/// One step: a text, or a mail where a text can't go.
async fn text_or_mail(rig: &Rig) {
    let fallback = Some(Fallback { channel: ChannelKind::Email, template: "checkout-reminder".into() });
    let steps = vec![Step { fallback, ..Step::new(Length::hours(1), ChannelKind::Sms, "checkout-text") }];
    let spec = CampaignSpec { steps, ..story_campaign() };
    campaigns::update(&rig.app, rig.shop.id, rig.campaign, spec, "story").await.expect("changed");
    campaigns::act(&rig.app, rig.shop.id, rig.campaign, campaigns::Act::Publish, "story").await.expect("published");
}

#[tokio::test]
async fn a_text_to_a_dead_number_goes_by_mail_and_one_that_may_have_been_read_does_not() {
    replay::both(|rig| async move {
        text_or_mail(&rig).await;
        let (jo, ann) = (Shopper::new("Jo", 1), Shopper::new("Ann", 2));
        for someone in [&jo, &ann] {
            rig.tell("checkouts/update", &someone.checkout(rig.app.now())).await;
        }
        rig.pass(hours(3)).await;
        assert_eq!((rig.texts.count(), rig.mails.count()), (2, 0));
        for (_, text) in rig.texts.all() {
            let at = rig.app.now();
            if Some(text.to()) == ann.phone.as_deref() {
                told(&rig, &[receipt(text.key(), ChannelKind::Sms, Fate::Delivered, at)]).await;
            }
            told(&rig, &[receipt(text.key(), ChannelKind::Sms, Fate::HardBounce, at)]).await;
        }
        rig.pass(hours(2)).await;
        assert_eq!((rig.texts.count(), rig.mails.count()), (2, 1), "Jo gets a mail instead");
        let mut states = rig.nudge_states().await;
        states.sort();
        assert_eq!(states.iter().map(|(c, s, _)| (*c, *s)).collect::<Vec<_>>(), [("email", "sent"), ("sms", "failed")]);
        // A late word about the text says nothing of the mail.
        let text = rig.texts.all()[0].1.key().to_owned();
        told(&rig, &[receipt(&text, ChannelKind::Sms, Fate::SoftBounce, rig.app.now())]).await;
        rig
    })
    .await;
}

#[tokio::test]
async fn what_was_told_of_an_erased_person_is_forgotten_and_their_address_stays_forbidden() {
    replay::both(|rig| async move {
        let (jo, key) = mailed(&rig).await;
        told(&rig, &[receipt(&key, ChannelKind::Email, Fate::Complained, rig.app.now()), super::text(&jo, "remove me", rig.app.now())]).await;
        assert_eq!(consent(&rig, ChannelKind::Sms).await.map(|c| c.0), Some(ConsentState::Unsubscribed));
        let demand = json!({"shop_domain": "acme.myshopify.com", "customer": {"id": jo.customer, "email": jo.email, "phone": jo.phone}, "orders_to_redact": []});
        rig.tell("customers/redact", &demand).await;
        let left = "SELECT (SELECT COUNT(*) FROM receipts) + (SELECT COUNT(*) FROM replies) + (SELECT COUNT(*) FROM service_messages)
            + (SELECT COUNT(handed_to) FROM nudges)";
        let left: i64 = match &rig.app.db {
            db::Db::Sqlite { read, .. } => sqlx::query_scalar(left).fetch_one(read).await.expect("counted"),
            db::Db::Postgres(pool) => sqlx::query_scalar(left).fetch_one(pool).await.expect("counted"),
        };
        assert_eq!(left, 0);
        for delivery in db::deliveries::list(&rig.app.db, rig.shop.id, None, None, 50).await.expect("listed") {
            let body = db::deliveries::body(&rig.app.db, rig.shop.id, delivery.id.0).await.expect("read").expect("there");
            let body = String::from_utf8_lossy(&body).into_owned();
            assert!(!body.contains("remove me") && !body.contains(jo.phone.as_deref().expect("a number")), "{}", delivery.topic);
        }
        assert!(suppressed(&rig, ChannelKind::Email, "jo@example.com").await.is_some());
        rig
    })
    .await;
}
