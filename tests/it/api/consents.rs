//! Consents and lists of addresses, as programs give and read them.

use super::Client;
use crate::support::rig::both;
use comeback::app::access::Scope;
use serde_json::json;

#[actix_web::test]
async fn consents_are_taken_once_shown_with_their_proof_and_masked_for_who_may_only_look() {
    both(|rig| async move {
        let (write, read) = (Client::new(&rig, Scope::Write).await, Client::new(&rig, Scope::Read).await);
        let good = json!({"id": "form 7", "channel": "sms", "state": "subscribed", "phone": "(212) 555-1001", "country": "US",
            "shown": "Text me about my cart", "proof": "https://acme.example/join", "method": "checkbox"});
        let bad = json!({"channel": "sms", "state": "subscribed", "email": "jo@example.com"});
        let body = json!({"consents": [good, bad, good]});
        read.post("/consents", body.clone()).await.problem(403);
        let taken = write.post("/consents", body.clone()).await.with(200);
        assert_eq!((&taken["accepted"], &taken["duplicates"], &taken["refused"]), (&json!(1), &json!(1), &json!(1)), "{taken}");
        assert!(taken["results"][1]["reason"].as_str().is_some_and(|why| why.starts_with("phone:")), "{taken}");
        rig.settle().await;
        let again = write.post("/consents", body).await.with(200);
        assert_eq!((&again["accepted"], &again["duplicates"]), (&json!(0), &json!(2)), "{again}");
        let id = write.all("/contacts", 50).await[0]["id"].as_str().expect("id").to_owned();
        let path = format!("/contacts/{id}/consents");
        let whole = write.get(&path).await.with(200);
        let entry = &whole["items"][0];
        assert_eq!((&entry["method"], &entry["address"]), (&json!("checkbox"), &json!("+12125551001")), "{whole}");
        assert_eq!((&entry["shown"], &entry["proof"]), (&json!("Text me about my cart"), &json!("https://acme.example/join")));
        let masked = read.get(&path).await.with(200).to_string();
        assert!(!masked.contains("12125551001") && !masked.contains("acme.example/join"), "{masked}");
        read.get(&format!("/contacts/{}/consents", uuid::Uuid::nil())).await.problem(404);
        rig
    })
    .await;
}

#[actix_web::test]
async fn addresses_are_forbidden_together_and_each_is_answered() {
    both(|rig| async move {
        let c = Client::new(&rig, Scope::Write).await;
        let one = json!({"channel": "email", "address": "jo@example.com", "reason": "asked by phone"});
        let body = json!({"suppressions": [one, {"channel": "sms", "address": "12"}, one]});
        let taken = c.post("/suppressions/bulk", body).await.with(200);
        let states: Vec<&str> = taken["results"].as_array().expect("list").iter().filter_map(|r| r["status"].as_str()).collect();
        assert_eq!(states, ["accepted", "refused", "duplicate"], "{taken}");
        assert_eq!(c.all("/suppressions", 50).await.len(), 1);
        rig
    })
    .await;
}
