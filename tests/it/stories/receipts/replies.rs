//! STOP, START, HELP, and what may be a wish to stop.

use super::{consent, hours, kinds, suppressed, text, told};
use crate::support::replay;
use crate::support::rig::Rig;
use crate::support::shopper::Shopper;
use comeback::app::receipts;
use comeback::channels::{Message, Outcome};
use comeback::db;
use comeback::domain::event::{ChannelKind, ConsentState};
use jiff::SignedDuration;

/// Jo left, got the mail, and the text waits.
async fn waits_for_a_text(rig: &Rig) -> Shopper {
    let jo = Shopper::new("Jo", 1);
    rig.tell("checkouts/update", &jo.checkout(rig.app.now())).await;
    rig.pass(hours(2)).await;
    assert_eq!((rig.mails.count(), rig.texts.count()), (1, 0));
    jo
}

fn said(rig: &Rig) -> Vec<String> {
    let body = |(_, m): (jiff::Timestamp, Message)| if let Message::Sms(text) = m { text.body } else { panic!("a text") };
    rig.texts.all().into_iter().map(body).collect()
}

#[tokio::test]
async fn stop_cancels_what_waits_in_the_same_breath_is_confirmed_once_and_holds_until_start() {
    replay::both(|rig| async move {
        let jo = waits_for_a_text(&rig).await;
        let number = jo.phone.clone().expect("a number");
        told(&rig, &[text(&jo, "Stop!", rig.app.now())]).await;
        assert_eq!(rig.nudge_states().await[1].1, "cancelled");
        assert_eq!(suppressed(&rig, ChannelKind::Sms, &number).await.as_deref(), Some("replied: stop"));
        assert_eq!(consent(&rig, ChannelKind::Sms).await, Some((ConsentState::Unsubscribed, "reply: STOP".into())));
        assert_eq!(consent(&rig, ChannelKind::Email).await.map(|c| c.0), Some(ConsentState::Subscribed), "mails are another matter");
        assert!(said(&rig).len() == 1 && said(&rig)[0].contains("no more messages"), "{:?}", said(&rig));
        rig.clock.advance(SignedDuration::from_secs(10));
        told(&rig, &[text(&jo, "STOP", rig.app.now())]).await;
        rig.pass(hours(30)).await;
        assert_eq!(said(&rig).len(), 1, "confirmed once");
        told(&rig, &[text(&jo, "START", rig.app.now())]).await;
        assert_eq!(suppressed(&rig, ChannelKind::Sms, &number).await, None);
        assert_eq!(consent(&rig, ChannelKind::Sms).await, Some((ConsentState::Subscribed, "reply: START".into())));
        assert_eq!(kinds(&rig).await.iter().filter(|k| *k == "reply").count(), 3);
        rig
    })
    .await;
}

#[tokio::test]
async fn a_stop_that_is_told_after_the_start_that_followed_it_changes_nothing() {
    replay::both(|rig| async move {
        let jo = waits_for_a_text(&rig).await;
        let stopped_at = rig.app.now();
        rig.clock.advance(SignedDuration::from_mins(5));
        told(&rig, &[text(&jo, "START", rig.app.now())]).await;
        told(&rig, &[text(&jo, "STOP", stopped_at)]).await;
        assert_eq!(suppressed(&rig, ChannelKind::Sms, jo.phone.as_deref().expect("a number")).await, None);
        assert_eq!(consent(&rig, ChannelKind::Sms).await.map(|c| c.0), Some(ConsentState::Subscribed));
        rig.pass(hours(30)).await;
        assert_eq!(rig.texts.count(), 1, "the reminder, and no confirmation");
        assert_eq!(rig.nudge_states().await[1].1, "sent");
        rig
    })
    .await;
}

#[tokio::test]
async fn who_wants_nothing_at_all_gets_nothing_by_any_channel() {
    replay::both(|rig| async move {
        let jo = waits_for_a_text(&rig).await;
        told(&rig, &[text(&jo, "please stop everything", rig.app.now())]).await;
        for (channel, address) in [
            (ChannelKind::Sms, jo.phone.as_deref()),
            (ChannelKind::WhatsApp, jo.phone.as_deref()),
            (ChannelKind::Email, jo.email.as_deref()),
        ] {
            assert!(suppressed(&rig, channel, address.expect("an address")).await.is_some(), "{channel:?}");
            assert_eq!(consent(&rig, channel).await.map(|c| c.0), Some(ConsentState::Unsubscribed), "{channel:?}");
        }
        assert_eq!(rig.nudge_states().await[1].1, "cancelled");
        // START by text is no wish for mails.
        rig.clock.advance(SignedDuration::from_mins(5));
        told(&rig, &[text(&jo, "start", rig.app.now())]).await;
        assert_eq!(suppressed(&rig, ChannelKind::Sms, jo.phone.as_deref().expect("a number")).await, None);
        assert!(suppressed(&rig, ChannelKind::Email, "jo@example.com").await.is_some());
        rig
    })
    .await;
}

#[tokio::test]
async fn what_may_be_a_wish_to_stop_holds_until_somebody_has_looked_at_it() {
    replay::both(|rig| async move {
        let jo = waits_for_a_text(&rig).await;
        told(&rig, &[text(&jo, "who is this? wrong number", rig.app.now())]).await;
        let number = jo.phone.clone().expect("a number");
        assert!(suppressed(&rig, ChannelKind::Sms, &number).await.is_some_and(|why| why.contains("reviewed")));
        assert_eq!(consent(&rig, ChannelKind::Sms).await.map(|c| c.0), Some(ConsentState::Subscribed), "nothing was said for sure");
        let to_review = db::replies::to_review(&rig.app.db, rig.shop.id).await.expect("listed");
        assert_eq!(to_review.len(), 1);
        receipts::reviewed(&rig.app, rig.shop.id, to_review[0].id, "story").await.expect("looked at");
        assert_eq!(db::replies::to_review(&rig.app.db, rig.shop.id).await.expect("listed"), []);
        rig.pass(hours(30)).await;
        assert_eq!(rig.texts.count(), 0);
        rig
    })
    .await;
}

#[tokio::test]
async fn other_answers_change_nothing_and_help_is_answered_once_an_hour() {
    replay::both(|rig| async move {
        let jo = waits_for_a_text(&rig).await;
        told(&rig, &[text(&jo, "I'll stop by the shop tomorrow", rig.app.now()), text(&jo, "yes", rig.app.now())]).await;
        assert_eq!(rig.texts.count(), 0);
        told(&rig, &[text(&jo, "HELP", rig.app.now()), text(&jo, "help", rig.app.now())]).await;
        assert!(said(&rig).len() == 1 && said(&rig)[0].contains("acme.myshopify.com"), "{:?}", said(&rig));
        rig.pass(hours(30)).await;
        assert_eq!(rig.texts.count(), 2, "the answer and the reminder");
        rig
    })
    .await;
}

#[tokio::test]
async fn a_confirmation_whose_outcome_is_unknown_is_not_sent_again() {
    replay::both(|rig| async move {
        let jo = waits_for_a_text(&rig).await;
        rig.texts.answer_next(Outcome::unknown("no answer"));
        told(&rig, &[text(&jo, "STOP", rig.app.now())]).await;
        rig.pass(hours(2)).await;
        assert_eq!(rig.texts.count(), 1);
        let listed = db::service_messages::to(&rig.app.db, rig.shop.id, jo.phone.as_deref().expect("a number")).await.expect("listed");
        assert_eq!(listed.iter().map(|m| m.state.as_str()).collect::<Vec<_>>(), ["unknown"]);
        rig
    })
    .await;
}
