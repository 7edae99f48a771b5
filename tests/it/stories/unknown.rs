//! Texts whose answer never came: Twilio is asked, and only what it surely never got is sent again.

use super::real_channels::{Wired, both_wired};
use crate::support::rig::BEGIN;
use crate::support::shopper::Shopper;
use crate::support::twilio::{Answer, Listing};
use comeback::app::send::{self, ByHand};
use comeback::app::timeline;
use comeback::db;
use comeback::db::lists::ListedNudge;
use comeback::domain::event::ChannelKind;
use comeback::domain::nudge::NudgeState;
use jiff::SignedDuration;
use serde_json::json;
use std::sync::Arc;

fn mins(n: i64) -> SignedDuration {
    SignedDuration::from_mins(n)
}

fn jo() -> Shopper {
    Shopper { accepts_mail: false, ..Shopper::new("Jo", 1) }
}

/// Jo left yesterday, has seen no mail, and the text is due in this very moment.
async fn due(world: &Wired) {
    let rig = &world.rig;
    rig.tell("checkouts/update", &jo().checkout(rig.app.now())).await;
    rig.pass(mins(10)).await;
    rig.clock.set(BEGIN.parse::<jiff::Timestamp>().expect("an instant") + mins(24 * 60 + 10));
}

/// The text was handed over, and this came of it.
async fn handed_over(world: &Wired, answer: Answer) {
    due(world).await;
    world.twilio.next(answer);
    world.rig.settle().await;
    assert_eq!(text(world).await.state, NudgeState::Unknown, "at first nobody knows");
}

async fn text(world: &Wired) -> ListedNudge {
    world.rig.nudges().await.into_iter().find(|n| n.channel == ChannelKind::Sms).expect("a text")
}

/// `(state, last rule, texts that Twilio has)`
async fn now(world: &Wired) -> (&'static str, String, usize) {
    let text = text(world).await;
    (text.state.as_str(), text.decision.expect("a decision").rule, world.twilio.messages().len())
}

/// What the timeline tells about the text, by rule.
async fn told(world: &Wired) -> Vec<(String, String)> {
    let story = timeline::story(&world.rig.app, world.rig.shop.id, world.rig.cart().await.id).await.expect("a story");
    let text = text(world).await.id;
    let own = story.timeline.into_iter().filter(|e| e.nudge_id == Some(text));
    own.map(|e| (e.rule.unwrap_or_default(), e.why)).collect()
}

async fn rules(world: &Wired) -> Vec<String> {
    told(world).await.into_iter().map(|t| t.0).skip_while(|rule| rule != "all_clear").collect()
}

#[tokio::test]
async fn a_text_that_twilio_has_is_settled_as_sent_after_two_minutes_and_never_sent_again() {
    both_wired(|world| async move {
        handed_over(&world, Answer::Cut).await;
        let before = text(&world).await;
        world.rig.pass(mins(1)).await;
        assert_eq!((now(&world).await.0, world.twilio.lists()), ("unknown", 0), "Twilio gets a moment");
        world.rig.pass(mins(1)).await;
        assert_eq!(now(&world).await, ("sent", "provider_has_it".into(), 1));
        let settled = text(&world).await;
        assert_eq!(settled.provider_id.as_deref(), Some(world.twilio.messages()[0].sid.as_str()), "receipts will find it");
        assert_eq!((settled.sent_at, settled.ask_at), (before.sent_at, None));
        let told = told(&world).await;
        assert!(told.iter().any(|t| t.1.contains("twilio was asked and has it as SM")), "{told:?}");
        world.rig.pass(mins(60)).await;
        assert_eq!((now(&world).await.2, world.twilio.lists()), (1, 1));
        world
    })
    .await;
}

#[tokio::test]
async fn a_text_that_never_reached_twilio_is_sent_again_once_twilio_has_said_so_twice() {
    both_wired(|world| async move {
        handed_over(&world, Answer::Lose).await;
        world.rig.pass(mins(2)).await;
        assert_eq!(now(&world).await, ("unknown", "not_found_yet".into(), 0));
        world.rig.pass(mins(12)).await;
        assert_eq!(now(&world).await, ("unknown", "not_found_yet".into(), 0), "a quarter of an hour has not gone yet");
        world.rig.pass(mins(1)).await;
        assert_eq!(now(&world).await, ("sent", "accepted".into(), 1));
        assert_eq!(rules(&world).await, ["all_clear", "no_answer", "not_found_yet", "never_reached_provider", "all_clear", "accepted"]);
        assert!(text(&world).await.unknown_at.is_some());
        world
    })
    .await;
}

#[tokio::test]
async fn whoever_buys_before_the_second_attempt_gets_none() {
    both_wired(|world| async move {
        handed_over(&world, Answer::Lose).await;
        world.rig.pass(mins(5)).await;
        world.rig.tell("orders/create", &jo().order(world.rig.app.now())).await;
        world.rig.pass(mins(60)).await;
        assert_eq!(now(&world).await, ("cancelled", "purchased".into(), 0));
        assert_eq!(rules(&world).await, ["all_clear", "no_answer", "not_found_yet", "never_reached_provider", "purchased"]);
        world
    })
    .await;
}

#[tokio::test]
async fn an_erased_shopper_is_neither_asked_about_nor_sent_a_second_text() {
    both_wired(|world| async move {
        handed_over(&world, Answer::Lose).await;
        let demand = json!({"shop_domain": "acme.myshopify.com", "customer": {"id": jo().customer, "email": jo().email, "phone": jo().phone},
            "orders_to_redact": []});
        world.rig.pass(mins(5)).await;
        world.rig.tell("customers/redact", &demand).await;
        world.rig.pass(mins(60)).await;
        let (state, rule, texts) = now(&world).await;
        assert_eq!((state, rule.as_str(), texts), ("unknown", "provider_cannot_say", 0), "to whom it went is erased, so nobody can be asked");
        assert_eq!(world.twilio.lists(), 2, "once by number, once to see that numbers are kept; and not after the erasure");
        send::by_hand(&world.rig.app, world.rig.shop.id, text(&world).await.id, (ByHand::SendAgain, "story")).await.expect("said");
        world.rig.pass(mins(60)).await;
        assert_eq!(now(&world).await, ("cancelled", "erased".into(), 0));
        world
    })
    .await;
}

#[tokio::test]
async fn a_list_that_lags_behind_does_not_bring_a_second_text() {
    both_wired(|world| async move {
        handed_over(&world, Answer::Cut).await;
        world.twilio.list_as(Listing::Late);
        world.rig.pass(mins(2)).await;
        assert_eq!(now(&world).await, ("unknown", "not_found_yet".into(), 1));
        world.twilio.list_as(Listing::Whole);
        world.rig.pass(mins(30)).await;
        assert_eq!(now(&world).await, ("sent", "provider_has_it".into(), 1));
        world
    })
    .await;
}

#[tokio::test]
async fn a_provider_that_cannot_be_reached_for_a_day_changes_nothing_and_the_merchant_decides() {
    both_wired(|world| async move {
        handed_over(&world, Answer::Lose).await;
        world.twilio.list_as(Listing::Down(503));
        for wait in [2, 8, 50, 22 * 60] {
            world.rig.pass(mins(wait)).await;
        }
        assert_eq!((now(&world).await, text(&world).await.ask_at.is_some()), (("unknown", "provider_unreachable".into(), 0), true));
        let left = async || {
            db::unknown::left_to_merchant(&world.rig.app.db, world.rig.shop.id, jiff::Timestamp::UNIX_EPOCH).await.expect("counted")
        };
        assert_eq!(left().await, 0, "the program is still at it");
        world.rig.pass(mins(2 * 60)).await;
        assert_eq!((now(&world).await, text(&world).await.ask_at), (("unknown", "provider_stayed_unreachable".into(), 0), None));
        assert_eq!((left().await, world.twilio.lists()), (1, 5));
        let silent = rules(&world).await.into_iter().filter(|rule| rule == "provider_unreachable").count();
        assert_eq!(silent, 1, "the same silence is told once");
        world.twilio.list_as(Listing::Whole);
        world.rig.pass(mins(24 * 60)).await;
        assert_eq!((now(&world).await.0, world.twilio.lists()), ("unknown", 5), "nobody is asked any more");
        world
    })
    .await;
}

#[tokio::test]
async fn an_outage_in_between_neither_counts_as_absence_nor_takes_it_back() {
    both_wired(|world| async move {
        handed_over(&world, Answer::Lose).await;
        world.rig.pass(mins(2)).await;
        world.twilio.list_as(Listing::Down(500));
        world.rig.pass(mins(30)).await;
        assert_eq!(now(&world).await, ("unknown", "provider_unreachable".into(), 0));
        world.twilio.list_as(Listing::Whole);
        world.rig.pass(mins(60)).await;
        assert_eq!(now(&world).await, ("sent", "accepted".into(), 1));
        world
    })
    .await;
}

#[tokio::test]
async fn a_text_that_twilio_could_not_deliver_has_failed_and_a_dead_number_is_never_written_to_again() {
    both_wired(|world| async move {
        handed_over(&world, Answer::Cut).await;
        world.twilio.last_is("undelivered", Some(30005));
        world.rig.pass(mins(2)).await;
        assert_eq!(now(&world).await, ("failed", "provider_refused_it".into(), 1));
        let to = jo().phone.expect("a number");
        let why = db::messages::suppression_of(&world.rig.app.db, world.rig.shop.id, ChannelKind::Sms, &to).await.expect("asked");
        assert_eq!(why.as_deref(), Some("the address can't be reached"));
        world
    })
    .await;
}

#[tokio::test]
async fn an_account_that_forgets_bodies_leaves_it_to_the_merchant() {
    both_wired(|world| async move {
        handed_over(&world, Answer::Cut).await;
        world.twilio.list_as(Listing::NoBodies);
        world.rig.pass(mins(120)).await;
        assert_eq!((now(&world).await, text(&world).await.ask_at), (("unknown", "provider_cannot_say".into(), 1), None));
        let why = told(&world).await.pop().expect("an entry").1;
        assert!(why.contains("doesn't keep the bodies of texts") && why.contains("a person has to say"), "{why}");
        world
    })
    .await;
}

#[tokio::test]
async fn many_workers_at_once_ask_once() {
    both_wired(|world| async move {
        handed_over(&world, Answer::Cut).await;
        world.rig.clock.advance(mins(2));
        let workers = (0..4).map(|_| {
            let app = Arc::clone(&world.rig.app);
            tokio::spawn(async move { send::settle_unknown(&app).await.expect("settled") })
        });
        let mut asked = 0;
        for worker in workers.collect::<Vec<_>>() {
            asked += worker.await.expect("a worker");
        }
        assert_eq!((asked, world.twilio.lists()), (1, 1));
        assert_eq!(now(&world).await, ("sent", "provider_has_it".into(), 1));
        world
    })
    .await;
}

#[tokio::test]
async fn an_answer_that_comes_after_somebody_has_decided_changes_nothing() {
    both_wired(|world| async move {
        handed_over(&world, Answer::Cut).await;
        let (app, shop, id) = (&world.rig.app, world.rig.shop.id, text(&world).await.id);
        world.rig.clock.advance(mins(2));
        let until = app.now() + mins(30);
        let mut tx = app.db.begin().await.expect("begun");
        let asking = db::unknown::claim_to_ask(&mut tx, shop, app.now(), until, 10).await.expect("claimed");
        tx.commit().await.expect("committed");
        assert_eq!(asking.len(), 1);
        send::by_hand(app, shop, id, (ByHand::Arrived, "story")).await.expect("said while the question was out");
        let mut tx = app.db.begin().await.expect("begun");
        let late = db::unknown::Known {
            id,
            state: NudgeState::Scheduled,
            rule: "never_reached_provider",
            provider_id: None,
            wake_at: Some(app.now()),
            asked_until: Some(until),
        };
        assert!(!db::unknown::settle(&mut tx, shop, &late).await.expect("asked"));
        let noted = db::unknown::Noted { id, ask_at: Some(until), absent_at: None, answer: "absent" };
        assert!(!db::unknown::note(&mut tx, shop, until, &noted).await.expect("asked"));
        tx.commit().await.expect("committed");
        world.rig.pass(mins(60)).await;
        assert_eq!(now(&world).await, ("sent", "merchant_says_sent".into(), 1));
        world
    })
    .await;
}

#[tokio::test]
async fn a_worker_that_dies_while_twilio_has_the_text_leaves_enough_to_ask_for_it() {
    both_wired(|world| async move {
        due(&world).await;
        world.twilio.next(Answer::Hang);
        let app = Arc::clone(&world.rig.app);
        let dying = tokio::spawn(async move { send::send_due(&app).await });
        while world.twilio.messages().is_empty() {
            tokio::task::yield_now().await;
        }
        dying.abort();
        assert!(dying.await.is_err_and(|e| e.is_cancelled()), "killed with the text at its provider");
        let claimed_at = world.rig.app.now();
        world.rig.pass(mins(4)).await;
        assert_eq!(now(&world).await, ("unknown", "worker_lost".into(), 1));
        assert_eq!(text(&world).await.sent_at, Some(claimed_at), "the earliest time at which it can have left");
        world.rig.pass(mins(2)).await;
        assert_eq!(now(&world).await, ("sent", "provider_has_it".into(), 1));
        world
    })
    .await;
}

#[tokio::test]
async fn the_carriers_one_text_is_used_up_while_nobody_knows() {
    both_wired(|world| async move {
        handed_over(&world, Answer::Cut).await;
        world.twilio.list_as(Listing::Down(503));
        let mut tx = world.rig.app.db.begin().await.expect("begun");
        let mail = world.rig.nudges().await.into_iter().find(|n| n.channel == ChannelKind::Email).expect("a mail");
        let context = db::contexts::load(&mut tx, world.rig.shop.id, &[mail.id.0]).await.expect("read").remove(0);
        tx.rollback().await.expect("undone");
        assert_eq!(context.texts_sent, 1);
        world
    })
    .await;
}
