//! Tokens, scopes, and what each may see.

use super::{Call, Client, call, campaign};
use crate::support::rig::{both, new_shop};
use crate::support::shopper::Shopper;
use comeback::app::access::{Scope, create_token};
use comeback::app::shops;
use comeback::clock::Clock as _;
use jiff::SignedDuration;
use serde_json::json;
use std::sync::Arc;

#[actix_web::test]
async fn without_a_token_that_stands_nothing_is_told() {
    both(|rig| async move {
        let (row, revoked) = create_token(&rig.app, rig.shop.id, (Scope::Admin, "old"), "story").await.expect("a token");
        let mut tx = rig.app.db.begin().await.expect("begun");
        comeback::db::access::revoke_token(&mut tx, rig.shop.id, row.id, rig.app.now()).await.expect("revoked");
        tx.commit().await.expect("committed");
        let forged = format!("cb_{}_{}", rig.shop.id.0.simple(), "A".repeat(43));
        for header in [
            None,
            Some("Basic YTpi".to_owned()),
            Some("Bearer ".into()),
            Some("Bearer nonsense".into()),
            Some(format!("Bearer {forged}")),
            Some(format!("Bearer {revoked}")),
        ] {
            let headers: Vec<(&str, &str)> = header.iter().map(|h| ("authorization", h.as_str())).collect();
            let answer = call(&rig.app, Call { method: "GET", path: "/api/v1/campaigns", headers, body: Vec::new() }).await;
            assert_eq!(answer.header("www-authenticate"), "Bearer realm=\"comeback\"");
            let problem = answer.problem(401);
            assert_eq!(problem["type"], "/problems/unauthorized");
            assert!(!problem.to_string().contains(&rig.shop.id.0.simple().to_string()));
        }
        rig
    })
    .await;
}

#[actix_web::test]
async fn a_scope_that_is_too_small_is_refused_and_changes_nothing() {
    both(|rig| async move {
        let (read, write) = (Client::new(&rig, Scope::Read).await, Client::new(&rig, Scope::Write).await);
        let before = read.all("/campaigns", 50).await.len();
        assert_eq!(read.post("/campaigns", campaign("No")).await.problem(403)["type"], "/problems/forbidden");
        read.post_once("/campaigns", campaign("No"), "k").await.problem(403);
        read.put(&format!("/campaigns/{}", rig.campaign), campaign("No")).await.problem(403);
        read.post(&format!("/campaigns/{}/pause", rig.campaign), json!({})).await.problem(403);
        read.post("/suppressions", json!({"channel": "email", "address": "a@example.com"})).await.problem(403);
        read.delete("/suppressions/email/a@example.com").await.problem(403);
        read.post("/deliveries/retry", json!({})).await.problem(403);
        write.get(&format!("/deliveries/{}/body", rig.campaign)).await.problem(403);
        assert_eq!(read.all("/campaigns", 50).await.len(), before);
        rig
    })
    .await;
}

#[actix_web::test]
async fn a_token_sees_its_own_store_only() {
    both(|rig| async move {
        let other = shops::add(&rig.app, new_shop("other.myshopify.com"), "test").await.expect("a shop");
        let (_, token) = create_token(&rig.app, other.id, (Scope::Admin, "test"), "story").await.expect("a token");
        let other = Client { app: Arc::clone(&rig.app), token };
        let own = Client::new(&rig, Scope::Admin).await;
        rig.tell("checkouts/create", &Shopper::new("Ada", 1).checkout(rig.clock.now())).await;
        let cart = own.all("/carts", 50).await.remove(0);
        other.get(&format!("/carts/{}", cart["id"].as_str().expect("id"))).await.problem(404);
        other.get(&format!("/campaigns/{}", rig.campaign)).await.problem(404);
        other.post(&format!("/campaigns/{}/pause", rig.campaign), json!({})).await.problem(404);
        assert!(other.all("/carts", 50).await.is_empty());
        let shop = other.all("/shops", 50).await.remove(0);
        assert_eq!((&shop["domain"], shop.as_object().expect("object").contains_key("secrets")), (&json!("other.myshopify.com"), false));
        let template = own.all("/templates", 50).await.remove(0);
        other.get(&format!("/templates/{}", template["id"].as_str().expect("id"))).await.problem(404);
        rig
    })
    .await;
}

#[actix_web::test]
async fn who_may_only_look_sees_addresses_masked_and_no_names_or_tokens() {
    both(|rig| async move {
        let ada = Shopper::new("Ada", 1);
        rig.tell("checkouts/create", &ada.checkout(rig.clock.now())).await;
        rig.pass(SignedDuration::from_hours(3)).await;
        rig.tell("orders/create", &ada.order(rig.clock.now())).await;
        let (read, write) = (Client::new(&rig, Scope::Read).await, Client::new(&rig, Scope::Write).await);
        write.post("/suppressions", json!({"channel": "email", "address": "bob@example.com"})).await.with(201);
        write.post("/suppressions", json!({"channel": "sms", "address": "+1 212 555 1999"})).await.with(201);
        let id = read.all("/carts", 50).await[0]["id"].as_str().expect("id").to_owned();
        let (email, phone) = (ada.email.expect("email"), ada.phone.expect("phone"));
        for path in [
            "/carts".to_owned(),
            format!("/carts/{id}"),
            "/contacts".into(),
            "/suppressions".into(),
            "/nudges".into(),
            "/orders".into(),
            "/audit".into(),
            "/deliveries".into(),
        ] {
            let seen = read.get(&path).await.with(200).to_string();
            for secret in [email.as_str(), &phone, "bob@example.com", "+12125551999", "Story", &ada.checkout_token, &ada.cart_token, "k3y"]
            {
                assert!(!seen.contains(secret), "{path} shows {secret} to a reader: {seen}");
            }
        }
        let masked = read.get(&format!("/carts/{id}")).await.with(200);
        assert_eq!(masked["contact"]["email"], "a•••@example.com");
        let plain = write.get(&format!("/carts/{id}")).await.with(200);
        assert_eq!((&plain["contact"]["email"], &plain["contact"]["phone"]), (&json!(email), &json!(phone)));
        assert!(plain["tokens"].to_string().contains(&ada.checkout_token));
        assert!(!plain.to_string().contains("k3y"), "the recovery link is a bearer secret");
        assert!(write.get("/suppressions").await.with(200).to_string().contains("bob@example.com"));
        rig
    })
    .await;
}
