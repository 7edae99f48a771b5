//! What providers tell after they took a message, and what shoppers write back.

mod bounces;
mod early;
mod heard;
mod orders;
mod replies;

use crate::support::rig::{OUTBOX_SIGNATURE, Rig};
use crate::support::shopper::Shopper;
use comeback::app::App;
use comeback::app::receipts::{Call, Heard, hear};
use comeback::channels::Outcome;
use comeback::db;
use comeback::domain::event::{ChannelKind, ConsentState};
use comeback::domain::ids::ShopId;
use comeback::domain::receipt::{Fate, ReceiptSeen, ReplySeen, Told};
use jiff::{SignedDuration, Timestamp};

fn hours(n: i64) -> SignedDuration {
    SignedDuration::from_hours(n)
}

/// The provider calls, and says this.
async fn calls(app: &App, shop: ShopId, told: &[Told]) -> Heard {
    let body = serde_json::to_vec(told).expect("JSON");
    let headers = vec![("x-signature".to_owned(), OUTBOX_SIGNATURE.to_owned())];
    hear(app, ("outbox", shop), Call { method: "POST".into(), target: format!("/callbacks/outbox/{shop}"), headers, body }).await
}

/// The provider calls, is believed, and the world reacts.
async fn told(rig: &Rig, told: &[Told]) {
    assert_eq!(calls(&rig.app, rig.shop.id, told).await, Heard::Kept(None));
    rig.settle().await;
}

/// What the provider tells of the message with this key.
fn receipt(key: &str, channel: ChannelKind, fate: Fate, at: Timestamp) -> Told {
    Told::Receipt(ReceiptSeen {
        channel,
        provider: "outbox".into(),
        event_id: format!("{key} {} {}", fate.as_str(), at.as_millisecond()),
        key: Some(key.to_owned()),
        provider_id: None,
        fate,
        reason: Some("550 told by the outbox".into()),
        at,
    })
}

/// Somebody writes back by text.
fn text(from: &Shopper, words: &str, at: Timestamp) -> Told {
    let from = from.phone.clone().expect("a number");
    let event_id = format!("{from} {words} {}", at.as_millisecond());
    Told::Reply(ReplySeen {
        channel: ChannelKind::Sms,
        provider: "outbox".into(),
        event_id,
        from,
        to: "+14155550100".into(),
        text: words.into(),
        at,
    })
}

/// Jo left, and got the mail.
async fn mailed(rig: &Rig) -> (Shopper, String) {
    let jo = Shopper::new("Jo", 1);
    rig.tell("checkouts/update", &jo.checkout(rig.app.now())).await;
    rig.mails.answer_next(Outcome::Accepted { provider_id: Some("m-1".into()) });
    rig.pass(hours(2)).await;
    let (_, mail) = rig.mails.all().pop().expect("a mail");
    (jo, mail.key().to_owned())
}

/// Why an address must not be written to, if it mustn't.
async fn suppressed(rig: &Rig, channel: ChannelKind, address: &str) -> Option<String> {
    db::messages::suppression_of(&rig.app.db, rig.shop.id, channel, address).await.expect("asked")
}

/// What the only shopper agreed to.
async fn consent(rig: &Rig, channel: ChannelKind) -> Option<(ConsentState, String)> {
    let contact = rig.cart().await.contact_id.expect("a contact");
    let mut tx = rig.app.db.begin().await.expect("a transaction");
    let all = db::contacts::consents(&mut tx, rig.shop.id, &[contact.0]).await.expect("asked");
    tx.rollback().await.expect("undone");
    all.into_iter().find(|(_, c, _)| *c == channel).map(|(_, _, consent)| (consent.state, consent.source))
}

/// The kinds of entries in the only cart's story.
async fn kinds(rig: &Rig) -> Vec<String> {
    let cart = rig.cart().await.id;
    let story = comeback::app::timeline::story(&rig.app, rig.shop.id, cart).await.expect("a story");
    story.timeline.into_iter().map(|e| e.kind).collect()
}

/// The provider tells that the mail with this key was delivered at an instant.
pub async fn delivered(rig: &Rig, key: &str, at: Timestamp) {
    told(rig, &[receipt(key, ChannelKind::Email, Fate::Delivered, at)]).await;
}
