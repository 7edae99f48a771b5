//! Settling messages whose outcome is unknown, over the API.

use super::Client;
use crate::support::rig::{Rig, both};
use crate::support::shopper::Shopper;
use comeback::app::access::Scope;
use comeback::channels::Outcome;
use jiff::SignedDuration;
use serde_json::{Value, json};

/// A mail whose answer never came.
async fn doubtful(rig: &Rig) -> String {
    let ada = Shopper { accepts_texts: false, ..Shopper::new("Ada", 1) };
    rig.tell("checkouts/update", &ada.checkout(rig.app.now())).await;
    rig.pass(SignedDuration::from_mins(10)).await;
    rig.clock.advance(SignedDuration::from_hours(1));
    rig.mails.answer_next(Outcome::Unknown { reason: "no answer after the final dot".into() });
    rig.settle().await;
    let nudge = rig.nudges().await.into_iter().find(|n| n.step == 0).expect("a nudge");
    assert_eq!(nudge.state.as_str(), "unknown");
    nudge.id.to_string()
}

async fn listed(client: &Client, id: &str) -> Value {
    client.all("/nudges", 50).await.into_iter().find(|n| n["id"] == id).expect("listed")
}

#[actix_web::test]
async fn a_message_that_arrived_counts_as_sent_and_is_settled_once() {
    both(|rig| async move {
        let (write, read) = (Client::new(&rig, Scope::Write).await, Client::new(&rig, Scope::Read).await);
        let id = doubtful(&rig).await;
        let before = listed(&write, &id).await;
        assert_eq!((&before["state"], &before["ask_at"]), (&json!("unknown"), &Value::Null), "mail servers can't be asked");
        assert!(before["unknown_at"].is_string());
        let path = format!("/nudges/{id}/settle");
        read.post(&path, json!({"outcome": "arrived"})).await.problem(403);
        for wrong in [json!({"outcome": "perhaps"}), json!({}), json!({"outcome": "arrived", "more": 1})] {
            write.post(&path, wrong).await.problem(422);
        }
        assert_eq!(listed(&write, &id).await["state"], "unknown");
        let settled = write.post_once(&path, json!({"outcome": "arrived"}), "once").await.with(200);
        assert_eq!((&settled["state"], &settled["decision"]["rule"]), (&json!("sent"), &json!("merchant_says_sent")));
        assert_eq!(settled["sent_at"], before["sent_at"]);
        assert_eq!(write.post_once(&path, json!({"outcome": "arrived"}), "once").await.with(200), settled, "answered the same");
        assert_eq!(write.post(&path, json!({"outcome": "arrived"})).await.problem(409)["type"], "/problems/conflict");
        assert_eq!(write.post(&path, json!({"outcome": "send_again"})).await.problem(409)["type"], "/problems/conflict");
        write.post("/nudges/0190a1b2-0000-7000-8000-000000000001/settle", json!({"outcome": "arrived"})).await.problem(404);
        rig.pass(SignedDuration::from_hours(3)).await;
        assert_eq!(rig.mails.count(), 1);
        let acts: Vec<Value> = write.all("/audit", 50).await.into_iter().filter(|a| a["action"] == "nudge.settle").collect();
        assert_eq!(acts.len(), 1);
        rig
    })
    .await;
}

#[actix_web::test]
async fn a_message_that_did_not_arrive_is_sent_again_by_every_rule_and_never_to_a_buyer() {
    both(|rig| async move {
        let write = Client::new(&rig, Scope::Write).await;
        let id = doubtful(&rig).await;
        let again = write.post(&format!("/nudges/{id}/settle"), json!({"outcome": "send_again"})).await.with(200);
        assert_eq!((&again["state"], &again["sent_at"]), (&json!("scheduled"), &Value::Null));
        rig.tell("orders/create", &Shopper::new("Ada", 1).order(rig.app.now())).await;
        rig.pass(SignedDuration::from_hours(1)).await;
        assert_eq!((rig.mails.count(), &listed(&write, &id).await["state"]), (1, &json!("cancelled")));
        write.post(&format!("/nudges/{id}/settle"), json!({"outcome": "arrived"})).await.problem(409);
        rig
    })
    .await;
}
