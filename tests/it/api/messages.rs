//! What a store sets about its messages, and how a text is billed, over the API.

use super::Client;
use crate::support::rig::{both, new_shop};
use comeback::app::access::Scope;
use comeback::app::shops;
use serde_json::{Value, json};

#[actix_web::test]
async fn senders_and_prices_are_read_and_set_as_a_whole() {
    both(|rig| async move {
        let (read, write) = (Client::new(&rig, Scope::Read).await, Client::new(&rig, Scope::Write).await);
        let path = format!("/shops/{}/messages", rig.shop.id);
        let first = read.get(&path).await.with(200);
        let default = json!({"segment": {}, "elsewhere": null, "percent": 100, "email": "0.00"});
        assert_eq!(first, json!({"version": 0, "smart_characters": true, "senders": {}, "prices": default}));
        let wanted = json!({"smart_characters": false, "senders": {"FR": {"from": "ACME", "stop_number": "36111"}}, "prices": {"segment": {"FR": "0.0695"}}});
        read.put(&path, wanted.clone()).await.problem(403);
        let set = write.put(&path, wanted).await.with(200);
        assert_eq!((&set["version"], &set["senders"]["FR"]["stop_number"], &set["prices"]["segment"]["FR"]), (&json!(1), &json!("36111"), &json!("0.0695")));
        assert_eq!(read.get(&path).await.with(200), set);
        assert_eq!(write.put(&path, json!({"prices": {"percent": 50}})).await.with(200)["senders"], json!({}), "what is left out takes its default");
        let faulty = json!({"senders": {"US": {"from": "ACME"}}, "prices": {"segment": {"Germany": "1"}}});
        let problem = write.put(&path, faulty).await.problem(422);
        let at: Vec<&str> = problem["errors"].as_array().expect("errors").iter().filter_map(|e| e["at"].as_str()).collect();
        assert_eq!(at, ["senders.US", "prices.segment.Germany"]);
        write.put(&path, json!({"price": {}})).await.problem(422);
        write.put(&path, json!({"prices": {"email": "cheap"}})).await.problem(422);
        let other = shops::add(&rig.app, new_shop("other.myshopify.com"), "test").await.expect("a shop");
        read.get(&format!("/shops/{}/messages", other.id)).await.problem(404);
        rig
    })
    .await;
}

#[actix_web::test]
async fn a_preview_of_a_text_says_how_it_is_billed_and_one_of_a_mail_does_not() {
    both(|rig| async move {
        let c = Client::new(&rig, Scope::Read).await;
        let all: Vec<Value> = c.all("/templates", 50).await;
        let path = |channel: &str| {
            let one = all.iter().find(|t| t["channel"] == channel && t["language"] == "en").expect("a starter");
            format!("/templates/{}/preview", one["id"].as_str().expect("id"))
        };
        let sms = c.post(&path("sms"), json!({})).await.with(200)["sms"].clone();
        assert_eq!((&sms["encoding"], &sms["segments"], &sms["offending"]), (&json!("GSM-7"), &json!(1), &json!([])));
        assert!(sms["notes"][0].as_str().is_some_and(|note| note.contains("Zoë")), "{sms}");
        assert_eq!(sms["cost"], json!({"country": "US", "currency": "USD", "least": "0.0118", "most": "0.0118", "table": "2026-11"}));
        let dear = c.post(&path("sms"), json!({"body": "Şapka {{ link }}"})).await.with(200);
        assert_eq!((&dear["sms"]["encoding"], &dear["sms"]["offending"]), (&json!("UCS-2"), &json!([{"character": "Ş", "count": 1}])));
        assert_eq!(c.post(&path("email"), json!({})).await.with(200)["sms"], json!(null));
        rig
    })
    .await;
}
