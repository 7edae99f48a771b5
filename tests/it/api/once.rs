//! A POST with an idempotency key is done once.

use super::{Client, campaign};
use crate::support::rig::{Rig, both};
use comeback::app::access::Scope;
use comeback::app::idempotency::{Begun, begin};
use comeback::db::Db;
use jiff::SignedDuration;
use serde_json::json;

#[actix_web::test]
async fn sent_again_it_is_answered_the_same_and_done_once() {
    both(|rig| async move {
        let c = Client::new(&rig, Scope::Write).await;
        let before = c.all("/campaigns", 50).await.len();
        let first = c.post_once("/campaigns", campaign("Once"), "key-1").await;
        assert_eq!(first.header("idempotency-replayed"), "");
        let first = first.with(201);
        let again = c.post_once("/campaigns", campaign("Once"), "key-1").await;
        assert_eq!(again.header("idempotency-replayed"), "true");
        assert_eq!(again.with(201), first);
        assert_eq!(c.all("/campaigns", 50).await.len(), before + 1);
        let other = c.post_once("/campaigns", campaign("Another"), "key-1").await.problem(422);
        assert_eq!(other["type"], "/problems/idempotency-key-reused");
        c.post_once(&format!("/campaigns/{}/pause", rig.campaign), json!({}), "key-1").await.problem(422);
        c.post_once("/campaigns", campaign("Once"), "key-2").await.with(201);
        assert_eq!(c.all("/campaigns", 50).await.len(), before + 2);
        rig
    })
    .await;
}

#[actix_web::test]
async fn after_a_day_a_key_is_free_again() {
    both(|rig| async move {
        let c = Client::new(&rig, Scope::Write).await;
        let first = c.post_once("/campaigns", campaign("Daily"), "key").await.with(201);
        rig.clock.advance(SignedDuration::from_hours(23));
        assert_eq!(c.post_once("/campaigns", campaign("Daily"), "key").await.with(201), first);
        rig.clock.advance(SignedDuration::from_hours(2));
        assert_ne!(c.post_once("/campaigns", campaign("Daily"), "key").await.with(201)["id"], first["id"]);
        rig
    })
    .await;
}

#[actix_web::test]
async fn what_was_refused_may_be_corrected_and_sent_again_with_its_key() {
    both(|rig| async move {
        let c = Client::new(&rig, Scope::Write).await;
        c.post_once("/campaigns", json!({"name": "No steps"}), "key").await.problem(422);
        c.post_once("/campaigns", campaign("Steps"), "key").await.with(201);
        for bad in ["", &"x".repeat(256)] {
            c.post_once("/campaigns", campaign("Bad key"), bad).await.problem(400);
        }
        rig
    })
    .await;
}

#[actix_web::test]
async fn while_it_is_under_way_the_second_is_told_to_wait_and_a_dead_one_gives_way() {
    both(|rig| async move {
        let c = Client::new(&rig, Scope::Write).await;
        let hash = hash_of("/api/v1/campaigns", &campaign("Slow").to_string());
        assert_eq!(begin(&rig.app, rig.shop.id, "key", &hash).await.expect("begun"), Begun::Fresh);
        let answer = c.post_once("/campaigns", campaign("Slow"), "key").await;
        assert_eq!(answer.header("retry-after"), "1");
        answer.problem(409);
        rig.clock.advance(SignedDuration::from_secs(61));
        c.post_once("/campaigns", campaign("Slow"), "key").await.with(201);
        rig
    })
    .await;
}

#[actix_web::test]
async fn many_at_once_with_one_key_make_one_campaign() {
    both(|rig| async move {
        let c = Client::new(&rig, Scope::Write).await;
        let before = c.all("/campaigns", 50).await.len();
        let answers = futures_util::future::join_all((0..8).map(|_| c.post_once("/campaigns", campaign("Race"), "key"))).await;
        let made = answers.iter().filter(|a| a.status == 201).count();
        assert!(
            made >= 1 && answers.iter().all(|a| a.status == 201 || a.status == 409),
            "{:?}",
            answers.iter().map(|a| a.status).collect::<Vec<_>>()
        );
        assert_eq!(c.all("/campaigns", 50).await.len(), before + 1, "{}", rig.engine);
        rig
    })
    .await;
}

/// What is kept of answers, as it is kept.
async fn kept(rig: &Rig) -> Vec<String> {
    const SQL: &str = "SELECT response FROM idempotency_keys ORDER BY key";
    match &rig.app.db {
        Db::Sqlite { write, .. } => sqlx::query_scalar(SQL).fetch_all(write).await,
        Db::Postgres(pool) => sqlx::query_scalar(SQL).fetch_all(pool).await,
    }
    .expect("asked")
}

#[actix_web::test]
async fn a_secret_that_is_asked_for_again_is_the_same_and_lies_nowhere_in_plain() {
    both(|rig| async move {
        let c = Client::new(&rig, Scope::Admin).await;
        let wanted = json!({"url": "https://example.com/hook"});
        let made = c.post_once("/webhooks", wanted.clone(), "a").await.with(201);
        assert_eq!(c.post_once("/webhooks", wanted, "a").await.with(201), made);
        assert_eq!(c.all("/webhooks", 50).await.len(), 1, "no second endpoint");
        let path = format!("/webhooks/{}/secret", made["id"].as_str().expect("an id"));
        let renewed = c.post_once(&path, json!({}), "b").await.with(200);
        assert_ne!(renewed["secret"], made["secret"]);
        assert_eq!(c.post_once(&path, json!({}), "b").await.with(200), renewed, "not renewed once more");
        let kept = kept(&rig).await;
        assert!(kept.len() == 2 && kept.iter().all(|k| !k.contains("whsec_") && !k.contains("example.com")), "{kept:?}");
        rig
    })
    .await;
}

fn hash_of(path: &str, body: &str) -> Vec<u8> {
    use sha2::Digest as _;
    sha2::Sha256::digest([path.as_bytes(), &[0], body.as_bytes()].concat()).to_vec()
}
