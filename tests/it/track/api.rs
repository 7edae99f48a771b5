//! `POST /api/v1/events`: what is taken, what is known already, what is refused, and that it is kept.

use super::{event, hat, hours};
use crate::api::Client;
use crate::support::rig::{Rig, both};
use comeback::app::access::Scope;
use comeback::db::deliveries;
use serde_json::{Value, json};

async fn kept(rig: &Rig) -> usize {
    deliveries::list(&rig.app.db, rig.shop.id, None, None, 2_000).await.expect("listed").len()
}

fn statuses(answer: &Value) -> Vec<&str> {
    answer["results"].as_array().expect("results").iter().map(|r| r["status"].as_str().expect("a status")).collect()
}

#[actix_web::test]
async fn each_event_is_answered_by_itself_and_taken_once() {
    both(|rig| async move {
        let c = Client::new(&rig, Scope::Write).await;
        let look = event(&rig, "view_item", json!({"items": hat(), "contact": {"email": "jo@example.com"}}));
        let bad = [
            json!({"event_id": "x", "name": "view_item", "visit": {"client_id": "undefined"}, "items": hat()}),
            json!({"event_id": "y", "name": "view_item", "visit": "a text"}),
            json!(["not an event"]),
            event(&rig, "view_item", json!({"items": hat(), "at": (rig.app.now() - hours(24 * 8)).to_string()})),
            event(&rig, "sneeze", json!({})),
        ];
        let mut events = vec![look.clone()];
        events.extend(bad);
        events.push(look.clone());
        let answer = c.post("/events", json!({"events": events})).await.with(200);
        assert_eq!(statuses(&answer), ["accepted", "refused", "refused", "refused", "refused", "refused", "duplicate"], "{answer:#}");
        assert_eq!((&answer["accepted"], &answer["duplicates"], &answer["refused"]), (&json!(1), &json!(1), &json!(5)));
        assert_eq!(answer["results"][0], json!({"event_id": look["event_id"], "status": "accepted", "reason": null}));
        assert!(answer["results"][4]["reason"].as_str().is_some_and(|r| r.contains("7 days")), "{answer:#}");
        assert_eq!(kept(&rig).await, 1, "what was refused is not kept");
        let again = c.post("/events", json!({"events": [look]})).await.with(200);
        assert_eq!((statuses(&again), kept(&rig).await), (vec!["duplicate"], 1));
        rig.settle().await;
        let cart = rig.cart().await;
        let told = c.get(&format!("/carts/{}", cart.id)).await.with(200);
        assert_eq!(told["items"][0]["title"], "Wool hat");
        assert_eq!(told["timeline"][0]["kind"], "view_item");
        rig
    })
    .await;
}

#[actix_web::test]
async fn five_hundred_are_taken_at_once_and_one_more_is_too_many() {
    both(|rig| async move {
        let c = Client::new(&rig, Scope::Write).await;
        let of = |n: usize| {
            (0..n)
                .map(|i| json!({"event_id": format!("e{i}"), "name": "view_item", "visit": {"client_id": i + 1}, "items": hat()}))
                .collect::<Vec<_>>()
        };
        let answer = c.post("/events", json!({"events": of(500)})).await.with(200);
        assert_eq!((&answer["accepted"], kept(&rig).await), (&json!(500), 500));
        let problem = c.post("/events", json!({"events": of(501)})).await.problem(422);
        assert_eq!(problem["errors"][0]["at"], "events");
        assert_eq!(c.post("/events", json!({"events": []})).await.with(200)["accepted"], 0);
        c.post("/events", json!({"events": {}})).await.problem(422);
        c.post("/events", json!({})).await.problem(422);
        rig
    })
    .await;
}

#[actix_web::test]
async fn only_a_program_that_may_write_tells_events() {
    both(|rig| async move {
        let events = json!({"events": [event(&rig, "view_item", json!({"items": hat()}))]});
        Client::new(&rig, Scope::Read).await.post("/events", events.clone()).await.problem(403);
        let nobody = Client { token: "cb_none".into(), ..Client::new(&rig, Scope::Write).await };
        nobody.post("/events", events).await.problem(401);
        assert_eq!(kept(&rig).await, 0);
        rig
    })
    .await;
}

#[actix_web::test]
async fn an_event_made_for_ga4_can_be_sent_as_it_is() {
    both(|rig| async move {
        let c = Client::new(&rig, Scope::Write).await;
        let params = json!({"event_id": "ga-1", "name": "view_cart", "currency": "EUR", "value": 59.98, "visit": {"client_id": "123.456", "session_id": 1_719_849_600},
            "page": {"url": "https://acme.myshopify.com/cart", "referrer": null}, "engagement_time_msec": 12,
            "items": [{"item_id": "SKU_1", "item_name": "Lamp", "item_brand": "Acme", "item_variant": "green", "price": 29.99, "quantity": 2, "index": 0}]});
        let answer = c.post("/events", json!({"events": [params]})).await.with(200);
        assert_eq!(statuses(&answer), ["accepted"], "{answer:#}");
        rig.settle().await;
        let told = c.get(&format!("/carts/{}", rig.cart().await.id)).await.with(200);
        assert_eq!(told["value"], json!({"amount": "59.98", "currency": "EUR"}));
        assert_eq!((&told["items"][0]["title"], &told["items"][0]["quantity"]), (&json!("Lamp"), &json!(2)));
        rig
    })
    .await;
}

#[actix_web::test]
async fn an_event_that_a_page_told_first_is_known_when_the_server_tells_it() {
    both(|rig| async move {
        let look = event(&rig, "view_item", json!({"items": hat()}));
        super::tell(&rig, comeback::domain::visit::Teller::Browser, vec![look.clone()]).await;
        let c = Client::new(&rig, Scope::Write).await;
        assert_eq!(statuses(&c.post("/events", json!({"events": [look]})).await.with(200)), ["duplicate"]);
        rig
    })
    .await;
}
