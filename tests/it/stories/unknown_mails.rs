//! Mails whose answer never came: nobody can be asked, so the shopper's doings and the merchant's word tell.

use super::real_channels::{Wired, both_wired};
use crate::support::shopper::{Shopper, with};
use crate::support::smtp::{At, Fault};
use comeback::app::links::{Given, Leads, Opened, Program, open};
use comeback::app::send::{self, ByHand, SettledByHand};
use comeback::app::{AppError, timeline};
use comeback::db;
use comeback::db::lists::ListedNudge;
use jiff::SignedDuration;
use serde_json::json;

const BROWSER: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

fn mins(n: i64) -> SignedDuration {
    SignedDuration::from_mins(n)
}

fn jo() -> Shopper {
    Shopper { accepts_texts: false, ..Shopper::new("Jo", 1) }
}

async fn mail(world: &Wired) -> ListedNudge {
    world.rig.nudges().await.into_iter().find(|n| n.step == 0).expect("a mail")
}

/// `(state, last rule, mails that the server got to the end)`
async fn now(world: &Wired) -> (&'static str, String, usize) {
    let mail = mail(world).await;
    (mail.state.as_str(), mail.decision.expect("a decision").rule, world.smtp.messages().len())
}

/// The mail server takes Jo's mail and drops the line before it says so.
async fn doubtful(world: &Wired) {
    let rig = &world.rig;
    rig.tell("checkouts/update", &jo().checkout(rig.app.now())).await;
    rig.pass(mins(10)).await;
    rig.clock.advance(mins(60));
    world.smtp.once(At::Dot, Fault::Cut);
    rig.settle().await;
    assert_eq!(mail(world).await.state.as_str(), "unknown");
}

/// The link's code, as the marker on an order says it.
async fn code(world: &Wired) -> String {
    let mut tx = world.rig.app.db.begin().await.expect("begun");
    let nudge = db::unknown::get(&mut tx, world.rig.shop.id, mail(world).await.id).await.expect("asked").expect("there");
    tx.rollback().await.expect("undone");
    nudge.short_code
}

async fn click(world: &Wired, user_agent: &str) {
    let code = code(world).await;
    let opened = Opened { link: Given::Code(&code), by: Program::named(user_agent) };
    assert!(matches!(open(&world.rig.app, &opened).await, Ok(Leads::To(_))));
}

async fn say(world: &Wired, word: ByHand) -> Result<SettledByHand, AppError> {
    send::by_hand(&world.rig.app, world.rig.shop.id, mail(world).await.id, (word, "story")).await
}

fn message_ids(world: &Wired) -> Vec<String> {
    let id = |data: &[u8]| mail_parser::MessageParser::default().parse(data).and_then(|m| m.message_id().map(str::to_owned));
    world.smtp.messages().iter().map(|m| id(&m.data).expect("a Message-ID")).collect()
}

#[tokio::test]
async fn a_mail_in_doubt_is_left_to_the_merchant_with_the_message_id_that_left() {
    both_wired(|world| async move {
        doubtful(&world).await;
        let doubt = mail(&world).await;
        assert_eq!((doubt.ask_at, doubt.reason.as_deref()), (None, Some("no_answer")));
        assert_eq!(doubt.provider_id, Some(format!("{}@acme.example", doubt.id)));
        let left = db::unknown::left_to_merchant(&world.rig.app.db, world.rig.shop.id, jiff::Timestamp::UNIX_EPOCH).await.expect("counted");
        assert_eq!(left, 1);
        world.rig.pass(mins(48 * 60)).await;
        assert_eq!((now(&world).await.0, world.smtp.attempts()), ("unknown", 1));
        world
    })
    .await;
}

#[tokio::test]
async fn a_mail_that_the_merchant_has_sent_again_carries_the_same_message_id() {
    both_wired(|world| async move {
        doubtful(&world).await;
        assert_eq!(say(&world, ByHand::SendAgain).await.expect("said"), SettledByHand::Done);
        assert_eq!(say(&world, ByHand::SendAgain).await.expect("said twice"), SettledByHand::SaidBefore);
        world.rig.pass(mins(5)).await;
        assert_eq!(now(&world).await.0, "sent");
        assert_eq!(world.smtp.attempts(), 2);
        assert_eq!(say(&world, ByHand::SendAgain).await.expect("said late"), SettledByHand::SaidBefore);
        assert!(matches!(say(&world, ByHand::Arrived).await, Err(AppError::Conflict(_))));
        world.rig.pass(mins(60)).await;
        let expected = format!("{}@acme.example", mail(&world).await.id);
        let ids = message_ids(&world);
        assert!(!ids.is_empty() && ids.iter().all(|id| *id == expected), "{ids:?}");
        assert_eq!(world.smtp.attempts(), 2);
        world
    })
    .await;
}

#[tokio::test]
async fn the_merchants_word_never_reaches_a_buyer() {
    both_wired(|world| async move {
        doubtful(&world).await;
        world.rig.tell("orders/create", &jo().order(world.rig.app.now())).await;
        assert_eq!(say(&world, ByHand::SendAgain).await.expect("said"), SettledByHand::Done);
        assert_eq!((now(&world).await.0, now(&world).await.1.as_str()), ("cancelled", "purchased"));
        world.rig.pass(mins(60)).await;
        assert_eq!(world.smtp.attempts(), 1);
        world
    })
    .await;
}

#[tokio::test]
async fn a_click_shows_that_it_arrived_and_a_machines_does_not() {
    both_wired(|world| async move {
        doubtful(&world).await;
        let before = mail(&world).await.sent_at;
        click(&world, "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)").await;
        assert_eq!(now(&world).await.0, "unknown");
        click(&world, BROWSER).await;
        assert_eq!((now(&world).await.0, now(&world).await.1.as_str()), ("sent", "clicked"));
        assert_eq!(mail(&world).await.sent_at, before);
        world.rig.clock.advance(mins(5));
        world.rig.tell("orders/create", &jo().order(world.rig.app.now())).await;
        assert_eq!(world.rig.credited().await, (1, 5_000, 0, 5_000));
        assert!(matches!(say(&world, ByHand::SendAgain).await, Err(AppError::Conflict(_))));
        world
    })
    .await;
}

#[tokio::test]
async fn a_click_on_the_first_mail_stops_the_second() {
    both_wired(|world| async move {
        doubtful(&world).await;
        say(&world, ByHand::SendAgain).await.expect("said");
        assert_eq!(mail(&world).await.state.as_str(), "scheduled");
        click(&world, BROWSER).await;
        world.rig.pass(mins(60)).await;
        assert_eq!((now(&world).await.1.as_str(), world.smtp.attempts()), ("clicked", 1));
        world
    })
    .await;
}

#[tokio::test]
async fn an_order_with_the_messages_marker_shows_that_it_arrived_and_is_credited_once() {
    both_wired(|world| async move {
        doubtful(&world).await;
        world.rig.clock.advance(mins(20));
        let marker = json!({"note_attributes": [{"name": "_comeback", "value": code(&world).await}]});
        world.rig.tell("orders/create", &with(jo().order(world.rig.app.now()), marker)).await;
        assert_eq!((now(&world).await.0, now(&world).await.1.as_str()), ("sent", "ordered"));
        assert_eq!((world.rig.credited().await, world.rig.state().await), ((1, 5_000, 0, 5_000), "recovered"));
        let story = timeline::story(&world.rig.app, world.rig.shop.id, world.rig.cart().await.id).await.expect("a story");
        assert!(story.timeline.iter().any(|e| e.why.contains("an order carries its marker, so it arrived")));
        world
    })
    .await;
}
