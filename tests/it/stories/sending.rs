//! Providers that refuse, hesitate or never answer; workers that overlap or die.

use crate::support::rig::{Rig, both, story_campaign};
use crate::support::shopper::Shopper;
use comeback::app::{links, send};
use comeback::channels::{Fault, Outcome};
use comeback::db::{self, decisions::NewDecision, lists::ListedNudge};
use comeback::domain::campaign::{CampaignSpec, Step};
use comeback::domain::duration::Length;
use comeback::domain::nudge::RULES_VERSION;
use jiff::SignedDuration;
use std::sync::Arc;

fn hours(n: i64) -> SignedDuration {
    SignedDuration::from_hours(n)
}

/// Jo has left, and the mail is due in this very moment.
async fn due(rig: &Rig) -> Shopper {
    let jo = Shopper { accepts_texts: false, ..Shopper::new("Jo", 1) };
    rig.tell("checkouts/update", &jo.checkout(rig.app.now())).await;
    rig.pass(SignedDuration::from_mins(10)).await;
    rig.clock.advance(hours(1));
    jo
}

#[tokio::test]
async fn a_passing_refusal_is_tried_again_later_and_sent_once() {
    both(|rig| async move {
        due(&rig).await;
        rig.mails.answer_next(Outcome::later("451 4.7.1 later", Some(SignedDuration::from_secs(90))));
        rig.settle().await;
        assert_eq!(rig.mails.count(), 1);
        rig.pass(SignedDuration::from_secs(60)).await;
        assert_eq!(rig.mails.count(), 1, "the provider asked for ninety seconds");
        rig.pass(SignedDuration::from_secs(60)).await;
        assert_eq!(rig.mails.count(), 2);
        rig.pass(hours(1)).await;
        let keys: Vec<String> = rig.mails.all().iter().map(|(_, m)| key(m)).collect();
        assert_eq!((keys.len(), &keys[0]), (2, &keys[1]), "the same key on both attempts");
        assert_eq!(rig.nudge_states().await[0].1, "sent");
        rig
    })
    .await;
}

fn key(message: &comeback::channels::Message) -> String {
    message.key().to_owned()
}

#[tokio::test]
async fn an_outage_of_two_days_loses_nothing_and_one_of_four_gives_up_with_a_reason() {
    both(|rig| async move {
        due(&rig).await;
        for _ in 0..200 {
            rig.mails.answer_next(Outcome::later("connection refused", None));
        }
        for _ in 0..48 {
            rig.pass(hours(1)).await;
        }
        assert_eq!(rig.nudge_states().await[0].1, "scheduled");
        for _ in 0..48 {
            rig.pass(hours(1)).await;
        }
        assert_eq!(rig.nudge_states().await[0], ("email", "cancelled", "expired".into()));
        rig
    })
    .await;
}

#[tokio::test]
async fn a_dead_address_fails_and_is_never_written_to_again() {
    both(|rig| async move {
        let jo = due(&rig).await;
        rig.mails.answer_next(Outcome::Refused { reason: "550 5.1.1 no such user".into(), fault: Fault::Recipient });
        rig.settle().await;
        assert_eq!(rig.nudge_states().await[0].1, "failed");
        rig.pass(hours(48)).await;
        rig.tell("checkouts/update", &jo.again(2).checkout(rig.app.now())).await;
        rig.pass(hours(3)).await;
        assert_eq!(rig.mails.count(), 1);
        rig
    })
    .await;
}

#[tokio::test]
async fn our_own_fault_waits_for_the_merchant_and_blames_nobody() {
    both(|rig| async move {
        due(&rig).await;
        rig.mails.answer_next(Outcome::Refused { reason: "550 5.7.26 unauthenticated".into(), fault: Fault::Sender });
        rig.settle().await;
        assert_eq!(rig.nudge_states().await[0].1, "scheduled");
        rig.pass(SignedDuration::from_mins(16)).await;
        assert_eq!(rig.nudge_states().await[0].1, "sent");
        rig
    })
    .await;
}

#[tokio::test]
async fn an_answer_that_never_comes_is_unknown_and_never_sent_again() {
    both(|rig| async move {
        due(&rig).await;
        rig.mails.answer_next(Outcome::Unknown { reason: "no answer after the final dot".into() });
        rig.settle().await;
        for _ in 0..5 {
            rig.pass(hours(12)).await;
        }
        assert_eq!(rig.mails.count(), 1);
        assert_eq!(rig.nudge_states().await[0].1, "unknown");
        rig
    })
    .await;
}

#[tokio::test]
async fn a_worker_that_dies_with_a_message_in_hand_leaves_it_unknown() {
    both(|rig| async move {
        due(&rig).await;
        let lease = comeback::db::nudges::Lease { by: "a worker that dies".into(), until: rig.app.now() + SignedDuration::from_mins(3) };
        let mut tx = rig.app.db.begin().await.expect("begun");
        let claimed = comeback::db::nudges::claim_due(&mut tx, rig.shop.id, rig.app.now(), &lease, 10).await.expect("claimed");
        tx.commit().await.expect("committed");
        assert_eq!(claimed.len(), 1);
        rig.pass(SignedDuration::from_mins(2)).await;
        assert_eq!(rig.nudge_states().await[0].1, "sending", "its lease stands");
        rig.pass(SignedDuration::from_mins(2)).await;
        assert_eq!(rig.nudge_states().await[0], ("email", "unknown", "worker_lost".into()));
        rig.pass(hours(30)).await;
        assert_eq!(rig.mails.count(), 0);
        rig
    })
    .await;
}

#[tokio::test]
async fn a_click_on_a_message_whose_worker_died_earns_the_order_that_follows() {
    both(|rig| async move {
        let jo = due(&rig).await;
        let lease = comeback::db::nudges::Lease { by: "a worker that dies".into(), until: rig.app.now() + SignedDuration::from_mins(3) };
        let mut tx = rig.app.db.begin().await.expect("begun");
        comeback::db::nudges::claim_due(&mut tx, rig.shop.id, rig.app.now(), &lease, 10).await.expect("claimed");
        let nudge = rig.nudges().await.into_iter().find(|n| n.step == 0).expect("the mail's nudge");
        db::decisions::insert(&mut tx, rig.shop.id, &[decided_to_send(&rig, &nudge)]).await.expect("recorded");
        tx.commit().await.expect("committed");
        let nudge = nudge.id;
        let target = comeback::db::nudges::target(&rig.app.db, rig.shop.id, nudge).await.expect("asked").expect("there");
        let browser = links::Program::named("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0");
        let opened = links::Opened { link: links::Given::Code(&target.short_code), by: browser };
        links::open(&rig.app, &opened).await.expect("opened");
        rig.clock.advance(SignedDuration::from_secs(20));
        rig.post("orders/create", "order-1", &jo.order(rig.app.now()).to_string()).await.expect("accepted");
        comeback::app::ingest::apply_due(&rig.app).await.expect("applied");
        assert_eq!(rig.credited().await, (1, 5000, 0, 5000));
        rig.pass(SignedDuration::from_mins(10)).await;
        assert_eq!(rig.nudge_states().await[0], ("email", "sent", "clicked".into()), "whoever opened its link got it");
        assert_eq!(rig.credited().await, (1, 5000, 0, 5000));
        rig
    })
    .await;
}

/// What a worker records with its claim.
fn decided_to_send(rig: &Rig, nudge: &ListedNudge) -> NewDecision {
    NewDecision {
        id: rig.app.new_id(),
        cart_id: nudge.cart_id,
        nudge_id: Some(nudge.id),
        at: rig.app.now(),
        outcome: "send",
        rule: "all_clear".into(),
        rules_version: RULES_VERSION,
        why: "nothing forbids it".into(),
        inputs: "{}".into(),
    }
}

#[tokio::test]
async fn many_workers_at_once_send_each_message_once() {
    both(|rig| async move {
        for n in 0..60 {
            let jo = Shopper { email: Some(format!("shopper{n}@example.com")), accepts_texts: false, ..Shopper::new("Jo", n) };
            rig.post("checkouts/update", &format!("key-{n}"), &jo.checkout(rig.app.now()).to_string()).await.expect("accepted");
        }
        rig.pass(SignedDuration::from_mins(10)).await;
        rig.clock.advance(hours(1));
        let lease = comeback::db::nudges::Lease { by: "a claim of seven".into(), until: rig.app.now() + SignedDuration::from_mins(3) };
        let mut tx = rig.app.db.begin().await.expect("begun");
        let few = comeback::db::nudges::claim_due(&mut tx, rig.shop.id, rig.app.now(), &lease, 7).await.expect("claimed");
        assert_eq!(few.len(), 7, "a claim takes no more than it is asked to");
        tx.rollback().await.expect("undone");
        let workers: Vec<_> = (0..4)
            .map(|_| {
                let app = Arc::clone(&rig.app);
                tokio::spawn(async move { send::send_due(&app).await.expect("sent") })
            })
            .collect();
        for worker in workers {
            worker.await.expect("a worker");
        }
        let mut keys: Vec<String> = rig.mails.all().iter().map(|(_, m)| key(m)).collect();
        keys.sort();
        let sent = keys.len();
        keys.dedup();
        assert_eq!((sent, keys.len()), (60, 60));
        rig
    })
    .await;
}

/// Two texts of one cart that come due together: claimed by one worker, or by two at the same moment.
#[tokio::test]
async fn of_two_texts_that_are_due_together_the_earlier_leaves_and_the_other_says_why_not() {
    for engine in ["sqlite", "postgres"] {
        let text = story_campaign().steps[1].clone();
        let steps = vec![Step { delay: Length(hours(1)), ..text.clone() }, Step { delay: Length(hours(2)), ..text }];
        let rig = Rig::with(engine, CampaignSpec { steps, ..story_campaign() }).await;
        for n in 0..12 {
            let jo = Shopper { email: Some(format!("shopper{n}@example.com")), ..Shopper::new("Jo", n) };
            rig.post("checkouts/update", &format!("key-{n}"), &jo.checkout(rig.app.now()).to_string()).await.expect("accepted");
        }
        rig.pass(SignedDuration::from_mins(10)).await;
        rig.clock.advance(hours(2));
        let claims = (0..4).map(|_| send::send_shop(&rig.app, rig.shop.id));
        for looked_at in futures_util::future::join_all(claims).await {
            looked_at.expect("sent");
        }
        assert_eq!(rig.texts.count(), 12, "{engine}");
        let states = rig.nudge_states().await;
        assert!(states.chunks(2).all(|two| two[0].1 == "sent" && two[1].2 == "carrier_one_text"), "{engine}: {states:?}");
        rig.at_rest().await;
        rig.app.db.close().await;
    }
}
