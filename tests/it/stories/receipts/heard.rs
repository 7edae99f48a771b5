//! Callbacks: who is believed, what is durable, what is answered; what becomes of a message by them.

use super::{calls, hours, kinds, mailed, receipt, suppressed, told};
use crate::support::replay;
use crate::support::rig::{OUTBOX_SIGNATURE, both};
use comeback::app::receipts::{Call, Heard, hear};
use comeback::channels::Outcome;
use comeback::db;
use comeback::domain::event::ChannelKind;
use comeback::domain::ids::ShopId;
use comeback::domain::receipt::Fate;
use comeback::web;
use std::sync::Arc;

#[tokio::test]
async fn a_message_counts_as_delivered_once_its_provider_says_so_however_often() {
    replay::both(|rig| async move {
        let (_, key) = mailed(&rig).await;
        let now = rig.app.now();
        let delivered = receipt(&key, ChannelKind::Email, Fate::Delivered, now);
        told(&rig, &[receipt(&key, ChannelKind::Email, Fate::Accepted, now), delivered.clone()]).await;
        let before = db::deliveries::list(&rig.app.db, rig.shop.id, None, None, 500).await.expect("listed").len();
        told(&rig, &[delivered.clone(), delivered]).await;
        let after = db::deliveries::list(&rig.app.db, rig.shop.id, None, None, 500).await.expect("listed").len();
        assert_eq!(before, after, "a repeat is kept once");
        let mail = rig.nudges().await.into_iter().find(|n| n.step == 0).expect("the mail's nudge");
        assert_eq!((mail.state.as_str(), mail.delivered_at), ("delivered", Some(now)));
        assert_eq!(kinds(&rig).await.iter().filter(|k| *k == "message.delivered").count(), 1);
        assert_eq!(suppressed(&rig, ChannelKind::Email, "jo@example.com").await, None);
        rig
    })
    .await;
}

#[tokio::test]
async fn a_message_in_doubt_is_settled_by_what_its_provider_tells() {
    replay::both(|rig| async move {
        rig.mails.answer_next(Outcome::unknown("no answer after the final dot"));
        let jo = crate::support::shopper::Shopper { accepts_texts: false, ..crate::support::shopper::Shopper::new("Jo", 1) };
        rig.tell("checkouts/update", &jo.checkout(rig.app.now())).await;
        rig.pass(hours(2)).await;
        let nudge = rig.nudges().await.into_iter().find(|n| n.step == 0).expect("the mail's nudge");
        assert_eq!(nudge.state.as_str(), "unknown");
        told(&rig, &[receipt(&nudge.id.to_string(), ChannelKind::Email, Fate::Accepted, rig.app.now())]).await;
        assert_eq!(rig.nudge_states().await[0].1, "sent");
        told(&rig, &[receipt(&nudge.id.to_string(), ChannelKind::Email, Fate::Delivered, rig.app.now())]).await;
        assert_eq!((rig.nudge_states().await[0].1, rig.mails.count()), ("delivered", 1));
        rig
    })
    .await;
}

#[tokio::test]
async fn a_message_that_was_to_be_tried_again_and_arrived_after_all_is_not_sent_twice() {
    replay::both(|rig| async move {
        rig.mails.answer_next(Outcome::later("421 try again", Some(hours(3))));
        let jo = crate::support::shopper::Shopper { accepts_texts: false, ..crate::support::shopper::Shopper::new("Jo", 1) };
        rig.tell("checkouts/update", &jo.checkout(rig.app.now())).await;
        rig.pass(hours(2)).await;
        let nudge = rig.nudges().await.into_iter().find(|n| n.step == 0).expect("the mail's nudge");
        told(&rig, &[receipt(&nudge.id.to_string(), ChannelKind::Email, Fate::Delivered, rig.app.now())]).await;
        rig.pass(hours(6)).await;
        assert_eq!((rig.nudge_states().await[0].1, rig.mails.count()), ("delivered", 1));
        rig
    })
    .await;
}

#[tokio::test]
async fn who_is_not_believed_changes_nothing_and_what_cannot_be_read_is_shown() {
    both(|rig| async move {
        let (_, key) = mailed(&rig).await;
        let body = serde_json::to_vec(&[receipt(&key, ChannelKind::Email, Fate::Complained, rig.app.now())]).expect("JSON");
        let call = |signature: &str, body: &[u8]| Call {
            method: "POST".into(),
            target: "/callbacks/outbox".into(),
            headers: vec![("x-signature".into(), signature.into())],
            body: body.to_vec(),
        };
        let shop = rig.shop.id;
        assert_eq!(hear(&rig.app, ("outbox", shop), call("forged", &body)).await, Heard::NotBelieved);
        assert_eq!(hear(&rig.app, ("elsewhere", shop), call(OUTBOX_SIGNATURE, &body)).await, Heard::NotBelieved);
        let nobody = ShopId(uuid::Uuid::nil());
        assert_eq!(hear(&rig.app, ("outbox", nobody), call(OUTBOX_SIGNATURE, &body)).await, Heard::NotBelieved);
        assert_eq!(hear(&rig.app, ("outbox", shop), call("not yet", &body)).await, Heard::Busy);
        rig.settle().await;
        assert_eq!(rig.nudge_states().await[0].1, "sent");
        for _ in 0..2 {
            assert_eq!(hear(&rig.app, ("outbox", shop), call(OUTBOX_SIGNATURE, b"from=%2B12125551001")).await, Heard::Kept(None));
        }
        rig.settle().await;
        let aside = db::deliveries::list(&rig.app.db, shop, Some("set_aside"), None, 50).await.expect("listed");
        assert_eq!(aside.len(), 1, "kept once");
        let reason = aside[0].reason.clone().unwrap_or_default();
        assert!(reason.contains("outbox") && reason.contains("no list of what was told"), "{reason}");
        rig
    })
    .await;
}

#[tokio::test]
async fn a_provider_is_answered_over_http() {
    both(|rig| async move {
        let (_, key) = mailed(&rig).await;
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        let base = format!("http://{}/callbacks/outbox/{}", listener.local_addr().expect("an address"), rig.shop.id);
        tokio::spawn(web::serve(Arc::clone(&rig.app), listener).expect("a server"));
        let options = comeback::http_client::HttpOptions::new(comeback::http_client::Reach::Anywhere);
        let http = comeback::http_client::client(&options).expect("a client");
        let body = serde_json::to_vec(&[receipt(&key, ChannelKind::Email, Fate::Delivered, rig.app.now())]).expect("JSON");
        let post = async |query: &str, signature: &str| {
            let request = http.post(format!("{base}{query}")).header("x-signature", signature).body(body.clone());
            let answer = request.send().await.expect("an answer");
            let retry = answer.headers().contains_key("retry-after");
            (answer.status().as_u16(), retry, answer.text().await.expect("text"))
        };
        assert_eq!(post("", "forged").await, (401, false, String::new()));
        assert_eq!(post("", "not yet").await, (503, true, String::new()));
        assert_eq!(post("", OUTBOX_SIGNATURE).await, (200, false, String::new()));
        assert_eq!(post("?answer=me", OUTBOX_SIGNATURE).await, (200, false, "here you are".into()), "a repeat is answered, too");
        rig.settle().await;
        assert_eq!(rig.nudge_states().await[0].1, "delivered");
        rig
    })
    .await;
}

#[tokio::test]
async fn what_is_told_of_a_message_that_nobody_knows_is_kept_and_changes_nothing() {
    replay::both(|rig| async move {
        mailed(&rig).await;
        let stranger = uuid::Uuid::from_u128(7).to_string();
        let heard = calls(&rig.app, rig.shop.id, &[receipt(&stranger, ChannelKind::Email, Fate::HardBounce, rig.app.now())]).await;
        assert_eq!(heard, Heard::Kept(None));
        rig.settle().await;
        assert_eq!(rig.nudge_states().await[0].1, "sent");
        assert_eq!(suppressed(&rig, ChannelKind::Email, "jo@example.com").await, None);
        rig
    })
    .await;
}
