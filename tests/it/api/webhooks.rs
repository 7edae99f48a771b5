//! Outbound webhooks over the API.

use super::Client;
use crate::support::rig::{both, new_shop};
use comeback::app::access::{Scope, create_token};
use comeback::app::shops;
use serde_json::json;

#[actix_web::test]
async fn endpoints_are_added_changed_looked_at_and_removed_and_the_secret_is_told_once() {
    both(|rig| async move {
        let (write, admin) = (Client::new(&rig, Scope::Write).await, Client::new(&rig, Scope::Admin).await);
        write.get("/webhooks").await.problem(403);
        admin.post("/webhooks", json!({"url": "https://10.0.0.1/"})).await.problem(422);
        admin.post("/webhooks", json!({"url": "https://example.com/a", "events": ["cart.stolen"]})).await.problem(422);
        let wanted = json!({"url": "https://example.com/a?key=1", "note": "warehouse", "events": ["message.sent", "cart.abandoned"]});
        let made = admin.post("/webhooks", wanted).await.with(201);
        assert!(made["secret"].as_str().expect("a secret").starts_with("whsec_"), "{made}");
        assert_eq!((&made["events"], &made["on"]), (&json!(["cart.abandoned", "message.sent"]), &json!(true)));
        let path = format!("/webhooks/{}", made["id"].as_str().expect("an id"));
        let listed = admin.get("/webhooks").await.with(200);
        assert_eq!(listed["items"].as_array().expect("items").len(), 1);
        assert!(listed["items"][0].get("secret").is_none());
        let test = admin.post(&format!("{path}/test"), json!({})).await.with(202);
        assert_eq!((&test["type"], &test["state"], &test["attempts"]), (&json!("test"), &json!("waiting"), &json!(0)));
        let log = admin.all(&format!("{path}/deliveries"), 1).await;
        assert_eq!(log.len(), 1);
        let event = format!("{path}/deliveries/{}", log[0]["id"].as_str().expect("an id"));
        let one = admin.get(&event).await.with(200);
        assert_eq!((&one["payload"]["type"], &one["tries"]), (&json!("test"), &json!([])));
        assert_eq!(admin.post(&format!("{event}/redeliver"), json!({})).await.with(202)["state"], "waiting");
        admin.get(&format!("{path}/deliveries?state=lost")).await.problem(400);
        let changed = admin.put(&path, json!({"url": "https://example.com/b", "on": false})).await.with(200);
        assert_eq!((&changed["events"], &changed["on"], &changed["off_why"]), (&json!([]), &json!(false), &json!("hand")));
        admin.post(&format!("{path}/test"), json!({})).await.problem(409);
        let renewed = admin.post(&format!("{path}/secret"), json!({})).await.with(200);
        assert_ne!(renewed["secret"], made["secret"]);
        admin.delete(&path).await.with(204);
        admin.get(&path).await.problem(404);
        let acts: Vec<String> = admin.all("/audit", 50).await.iter().map(|a| a["action"].as_str().expect("a word").to_owned()).collect();
        for act in ["webhook.add", "webhook.test", "webhook.again", "webhook.change", "webhook.off", "webhook.secret", "webhook.remove"] {
            assert!(acts.iter().any(|a| a == act), "{act} in {acts:?}");
        }
        rig
    })
    .await;
}

#[actix_web::test]
async fn another_stores_endpoints_are_not_there() {
    both(|rig| async move {
        let admin = Client::new(&rig, Scope::Admin).await;
        let made = admin.post("/webhooks", json!({"url": "https://example.com/a"})).await.with(201);
        let other = shops::add(&rig.app, new_shop("other.myshopify.com"), "story").await.expect("a shop");
        let (_, token) = create_token(&rig.app, other.id, (Scope::Admin, "story"), "story").await.expect("a token");
        let stranger = Client { app: std::sync::Arc::clone(&rig.app), token };
        let path = format!("/webhooks/{}", made["id"].as_str().expect("an id"));
        assert_eq!(stranger.get("/webhooks").await.with(200)["items"], json!([]));
        stranger.get(&path).await.problem(404);
        stranger.put(&path, json!({"url": "https://example.com/x"})).await.problem(404);
        stranger.post(&format!("{path}/test"), json!({})).await.problem(404);
        stranger.post(&format!("{path}/secret"), json!({})).await.problem(404);
        stranger.get(&format!("{path}/deliveries")).await.problem(404);
        stranger.delete(&path).await.problem(404);
        assert_eq!(admin.get(&path).await.with(200)["url"], "https://example.com/a");
        rig
    })
    .await;
}
