//! The ledger: every word with its proof, once; what stands is its join; a withdrawal takes effect at once; erasure leaves a no, and nobody's name.

use super::{by_mail, by_text, hours, ledger, says, state};
use crate::support::replay::both;
use crate::support::shopper::Shopper;
use comeback::app::consents::Given;
use comeback::app::preferences;
use comeback::app::track::Fate;
use comeback::domain::consent::{Cause, Method};
use comeback::domain::event::{ChannelKind, ConsentState};
use serde_json::json;

#[tokio::test]
async fn every_word_is_kept_with_its_proof_and_a_repeat_changes_nothing() {
    both(|rig| async move {
        let jo = Shopper::new("Jo", 1);
        let left = jo.checkout(rig.app.now());
        rig.tell("checkouts/update", &left).await;
        rig.tell("checkouts/update", &left).await;
        let ticked = ledger(&rig).await;
        let seen: Vec<_> = ticked.iter().map(|e| (e.channel, e.state, e.method, e.address.as_deref())).collect();
        assert_eq!(
            seen,
            [
                (ChannelKind::Email, ConsentState::Subscribed, Method::Checkbox, Some("jo@example.com")),
                (ChannelKind::Sms, ConsentState::Subscribed, Method::Checkbox, Some("+12125551001")),
            ]
        );
        assert!(ticked.iter().all(|e| matches!(e.cause, Cause::Delivery(_))));
        rig.clock.advance(hours(1));
        let form = Given {
            id: Some("form 7".into()),
            shown: Some("Yes, write me".into()),
            proof: Some("https://acme.example/newsletter".into()),
            source: Some("newsletter form".into()),
            ..by_mail("subscribed", "jo@example.com")
        };
        assert_eq!(says(&rig, form.clone()).await, Fate::Accepted);
        assert_eq!(says(&rig, form).await, Fate::Duplicate);
        let all = ledger(&rig).await;
        assert_eq!(all.len(), 3, "{all:?}");
        let last = all.last().expect("a row");
        assert_eq!((last.shown.as_deref(), last.proof.as_deref()), (Some("Yes, write me"), Some("https://acme.example/newsletter")));
        assert_eq!((last.method, last.source.as_str()), (Method::Api, "API: newsletter form"));
        rig
    })
    .await;
}

#[tokio::test]
async fn two_contacts_that_turn_out_to_be_one_have_one_ledger_and_the_last_word_stands() {
    both(|rig| async move {
        let jo = Shopper { accepts_texts: false, ..Shopper::new("Jo", 1) };
        assert_eq!(says(&rig, by_text("subscribed", "+12125551001")).await, Fate::Accepted);
        rig.clock.advance(hours(1));
        assert_eq!(says(&rig, by_mail("unsubscribed", "jo@example.com")).await, Fate::Accepted);
        rig.clock.advance(hours(1));
        rig.tell("checkouts/update", &Shopper { accepts_mail: false, ..jo }.checkout(rig.app.now())).await;
        let all = ledger(&rig).await;
        let owners: std::collections::BTreeSet<_> = all.iter().map(|e| e.contact_id).collect();
        assert_eq!((all.len(), owners.len()), (2, 1), "{all:?}");
        assert_eq!((state(&rig, ChannelKind::Sms).await, state(&rig, ChannelKind::Email).await), ("subscribed", "unsubscribed"));
        rig
    })
    .await;
}

#[tokio::test]
async fn a_no_by_the_link_stops_what_waits_on_its_channel_at_once_and_can_be_taken_back() {
    both(|rig| async move {
        let jo = Shopper::new("Jo", 1);
        rig.tell("checkouts/update", &jo.checkout(rig.app.now())).await;
        rig.pass(hours(2)).await;
        let (_, token) = rig.links();
        let about = preferences::about(&rig.app, &token).await.expect("a link");
        let shown: Vec<_> = about.choices.iter().map(|c| (c.channel, c.on, c.can_turn_on)).collect();
        assert_eq!(shown, [(ChannelKind::Email, true, false), (ChannelKind::Sms, true, false)]);
        preferences::turn_off(&rig.app, &about, Some(ChannelKind::Sms), "the page").await.expect("off");
        assert_eq!(rig.nudge_states().await.last(), Some(&("sms", "cancelled", "unsubscribed".to_owned())));
        assert_eq!((state(&rig, ChannelKind::Sms).await, state(&rig, ChannelKind::Email).await), ("unsubscribed", "subscribed"));
        let about = preferences::about(&rig.app, &token).await.expect("a link");
        assert_eq!(about.choices.iter().map(|c| (c.on, c.can_turn_on)).collect::<Vec<_>>(), [(true, false), (false, true)]);
        rig.clock.advance(hours(1));
        preferences::turn_on(&rig.app, &about, (ChannelKind::Sms, "de")).await.expect("on");
        assert_eq!(state(&rig, ChannelKind::Sms).await, "subscribed");
        assert!(preferences::about(&rig.app, &token).await.expect("a link").choices.iter().all(|c| c.on));
        let all = ledger(&rig).await;
        let [.., no, yes] = all.as_slice() else { panic!("{all:?}") };
        assert!(matches!(no.cause, Cause::Request(_)) && no.method == Method::Page && no.state == ConsentState::Unsubscribed);
        assert_eq!((yes.method, yes.shown.as_deref().is_some_and(|s| s.contains("per SMS"))), (Method::Page, true));
        rig
    })
    .await;
}

#[tokio::test]
async fn a_no_told_by_a_program_cancels_what_waits_before_it_is_due() {
    both(|rig| async move {
        let jo = Shopper::new("Jo", 1);
        rig.tell("checkouts/update", &jo.checkout(rig.app.now())).await;
        rig.pass(hours(2)).await;
        assert_eq!(says(&rig, by_text("unsubscribed", "+12125551001")).await, Fate::Accepted);
        assert_eq!(rig.nudge_states().await.last(), Some(&("sms", "cancelled", "unsubscribed".to_owned())));
        rig.pass(hours(60)).await;
        assert_eq!(rig.texts.count(), 0);
        rig
    })
    .await;
}

#[tokio::test]
async fn erasure_leaves_a_no_in_the_ledger_and_nobodys_name() {
    both(|rig| async move {
        let jo = Shopper::new("Jo", 1);
        rig.tell("checkouts/update", &jo.checkout(rig.app.now())).await;
        rig.pass(hours(2)).await;
        let (_, token) = rig.links();
        let about = preferences::about(&rig.app, &token).await.expect("a link");
        preferences::turn_off(&rig.app, &about, Some(ChannelKind::Email), "the page").await.expect("off");
        let demand = json!({"shop_domain": "acme.myshopify.com", "customer": {"id": jo.customer, "email": jo.email, "phone": jo.phone},
            "orders_to_redact": []});
        rig.tell("customers/redact", &demand).await;
        let left = ledger(&rig).await;
        assert_eq!(left.len(), 1, "{left:?}");
        let no = &left[0];
        assert_eq!((no.state, no.address.as_deref(), no.proof.as_deref()), (ConsentState::Unsubscribed, None, None));
        let hash = rig.app.keys.address_hash(rig.shop.id.0, "jo@example.com");
        assert_eq!(no.address_hash.as_deref(), Some(hash.as_str()), "whoever has the address can still prove it");
        assert_ne!(hash, rig.app.keys.address_hash(uuid::Uuid::nil(), "jo@example.com"), "and not of another store");
        rig
    })
    .await;
}
