//! A store's sending policy and fakes, over the API.

use super::Client;
use crate::support::rig::{both, new_shop};
use crate::support::shopper::Shopper;
use comeback::app::access::Scope;
use comeback::app::shops;
use serde_json::json;

#[actix_web::test]
async fn a_policy_is_read_and_set_as_a_whole_and_only_admins_change_its_consent_rules() {
    both(|rig| async move {
        let (write, admin) = (Client::new(&rig, Scope::Write).await, Client::new(&rig, Scope::Admin).await);
        let path = format!("/shops/{}/policy", rig.shop.id);
        let first = write.get(&path).await.with(200);
        assert_eq!((&first["version"], &first["set_by"], &first["consent"]), (&json!(0), &json!(null), &json!([])));
        assert_eq!(first["caps"], json!([{"channel": null, "max": 4, "within": "PT24H"}]));
        let set = write.put(&path, json!({"excluded_tags": ["partner"], "bought_within": "3d"})).await.with(200);
        assert_eq!((&set["version"], &set["bought_within"], &set["caps"]), (&json!(1), &json!("P3D"), &first["caps"]));
        let rules = json!({"consent": [{"channel": "email", "countries": ["DE"], "basis": "soft_opt_in", "note": "similar goods"}]});
        write.put(&path, rules.clone()).await.problem(403);
        let set = admin.put(&path, rules.clone()).await.with(200);
        assert_eq!((&set["version"], &set["consent"]), (&json!(2), &rules["consent"]));
        assert_eq!(write.get(&path).await.with(200), set);
        let acts = write.all("/audit", 50).await;
        assert_eq!((&acts[0]["action"], &acts[0]["detail"]), (&json!("policy.set"), &json!("2")));
        rig
    })
    .await;
}

#[actix_web::test]
async fn what_is_wrong_with_a_policy_is_told_by_its_place() {
    both(|rig| async move {
        let admin = Client::new(&rig, Scope::Admin).await;
        let path = format!("/shops/{}/policy", rig.shop.id);
        let faulty =
            json!({"bots": {"block_from": 101}, "consent": [{"channel": "sms", "countries": ["US"], "basis": "opt_out", "note": "x"}]});
        let problem = admin.put(&path, faulty).await.problem(422);
        let at: Vec<&str> = problem["errors"].as_array().expect("errors").iter().filter_map(|e| e["at"].as_str()).collect();
        assert_eq!(at, ["bots.block_from", "consent[0].basis"]);
        admin.put(&path, json!({"cap": []})).await.problem(422);
        assert_eq!(admin.get(&path).await.with(200)["version"], 0);
        rig
    })
    .await;
}

#[actix_web::test]
async fn a_policy_is_for_its_own_store_and_shows_addresses_to_those_who_may_see_them() {
    both(|rig| async move {
        let other = shops::add(&rig.app, new_shop("other.myshopify.com"), "test").await.expect("a shop");
        let (read, write) = (Client::new(&rig, Scope::Read).await, Client::new(&rig, Scope::Write).await);
        write.get(&format!("/shops/{}/policy", other.id)).await.problem(404);
        write.put(&format!("/shops/{}/policy", other.id), json!({})).await.problem(404);
        let path = format!("/shops/{}/policy", rig.shop.id);
        read.put(&path, json!({})).await.problem(403);
        write.put(&path, json!({"test": {"allow": ["me@example.com"]}})).await.with(200);
        assert_eq!(write.get(&path).await.with(200)["test"]["allow"], json!(["me@example.com"]));
        assert_eq!(read.get(&path).await.with(200)["test"]["allow"], json!([]));
        rig
    })
    .await;
}

#[actix_web::test]
async fn a_cart_tells_its_score_and_what_is_said_of_it_by_hand() {
    both(|rig| async move {
        let c = Client::new(&rig, Scope::Write).await;
        let jo = Shopper { email: Some("jo@mailinator.com".into()), ..Shopper::new("Jo", 1) };
        rig.tell("checkouts/create", &jo.checkout(rig.app.now())).await;
        let path = format!("/carts/{}", rig.cart().await.id);
        let bot = c.get(&path).await.with(200)["bot"].clone();
        assert_eq!((&bot["score"], &bot["by_hand"], &bot["fake"]), (&json!(25), &json!(null), &json!(false)));
        assert_eq!(bot["reasons"][0]["rule"], "disposable_email");
        let said = c.post_once(&format!("{path}/fake"), json!({"fake": true}), "once").await.with(200);
        assert_eq!((&said["bot"]["by_hand"], &said["bot"]["fake"]), (&json!(true), &json!(true)));
        let said = c.post(&format!("{path}/fake"), json!({"fake": false})).await.with(200);
        assert_eq!((&said["bot"]["by_hand"], &said["bot"]["fake"], &said["bot"]["score"]), (&json!(false), &json!(false), &json!(25)));
        c.post(&format!("{path}/fake"), json!({})).await.problem(422);
        c.post("/carts/00000000-0000-7000-8000-000000000000/fake", json!({"fake": true})).await.problem(404);
        Client::new(&rig, Scope::Read).await.post(&format!("{path}/fake"), json!({"fake": true})).await.problem(403);
        let mut acts: Vec<String> = c.all("/audit", 50).await.iter().map(|e| e["action"].as_str().expect("action").to_owned()).collect();
        acts.retain(|a| a.starts_with("cart."));
        assert_eq!(acts, ["cart.not_fake", "cart.fake"]);
        rig
    })
    .await;
}
