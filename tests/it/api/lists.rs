//! Lists, page by page: each item once, in order.

use super::{Client, campaign};
use crate::support::rig::both;
use crate::support::shopper::Shopper;
use comeback::app::access::Scope;
use comeback::app::stores::{NewAccess, give_access};
use comeback::clock::Clock as _;
use jiff::SignedDuration;
use serde_json::{Value, json};
use std::collections::BTreeSet;

fn ids(items: &[Value]) -> Vec<String> {
    items.iter().map(|item| item["id"].as_str().expect("id").to_owned()).collect()
}

/// Pages of every size give the same items in the same order, each once.
async fn check(c: &Client, path: &str, expected: usize) {
    let whole = ids(&c.all(path, 200).await);
    assert_eq!(whole.len(), expected, "{path}");
    assert_eq!(whole.iter().collect::<BTreeSet<_>>().len(), expected, "{path}: each once");
    for limit in [1, 2, 3] {
        assert_eq!(ids(&c.all(path, limit).await), whole, "{path} by {limit}");
    }
}

#[actix_web::test]
async fn every_list_gives_each_item_once_over_its_pages() {
    both(|rig| async move {
        let c = Client::new(&rig, Scope::Admin).await;
        for n in 1..=5 {
            // Two of the same instant, so that a page may end between them.
            if n != 3 {
                rig.clock.advance(SignedDuration::from_secs(1));
            }
            let shopper = Shopper::new(["Ada", "Bea", "Cyd", "Dot", "Eve"][n - 1], i64::try_from(n).expect("small"));
            rig.tell("checkouts/create", &shopper.checkout(rig.clock.now())).await;
            c.post("/campaigns", campaign(shopper.name)).await.with(201);
        }
        rig.pass(SignedDuration::from_hours(3)).await;
        for n in 1..=3 {
            rig.tell("orders/create", &Shopper::new(["Ada", "Bea", "Cyd"][n - 1], i64::try_from(n).expect("small")).order(rig.clock.now()))
                .await;
        }
        check(&c, "/campaigns", 7).await;
        check(&c, "/carts", 5).await;
        check(&c, "/nudges", 10).await;
        check(&c, "/orders", 3).await;
        check(&c, "/contacts", 5).await;
        check(&c, "/deliveries", 8).await;
        check(&c, "/templates", 40).await;
        check(&c, "/shops", 1).await;
        let audited = c.all("/audit", 200).await.len();
        check(&c, "/audit", audited).await;
        rig
    })
    .await;
}

#[actix_web::test]
async fn suppressions_of_one_instant_are_paged_without_an_address_in_the_cursor() {
    both(|rig| async move {
        let c = Client::new(&rig, Scope::Write).await;
        for n in 0..3 {
            for m in 0..3 {
                let body = json!({"channel": "email", "address": format!("p{n}{m}@example.com"), "reason": "asked by phone"});
                c.post("/suppressions", body).await.with(201);
            }
            rig.clock.advance(SignedDuration::from_secs(1));
        }
        let address = |items: &[Value]| items.iter().map(|i| i["address"].as_str().expect("address").to_owned()).collect::<Vec<_>>();
        let whole = address(&c.all("/suppressions", 200).await);
        assert_eq!(whole.iter().collect::<BTreeSet<_>>().len(), 9);
        for limit in [1, 2, 4, 5] {
            assert_eq!(address(&c.all("/suppressions", limit).await), whole, "by {limit}");
        }
        let again = c.post("/suppressions", json!({"channel": "email", "address": "P00@Example.com", "reason": "other"})).await.with(201);
        assert_eq!(again["reason"], "asked by phone", "the first reason stays");
        assert_eq!(c.delete("/suppressions/email/p00@example.com").await.with(204), Value::Null);
        c.delete("/suppressions/email/p00@example.com").await.problem(404);
        c.post("/suppressions", json!({"channel": "sms", "address": "+12125551234"})).await.with(201);
        c.delete("/suppressions/sms/%2B12125551234").await.with(204);
        assert_eq!(c.all("/suppressions", 200).await.len(), 8);
        rig
    })
    .await;
}

#[actix_web::test]
async fn carts_and_nudges_are_found_by_state_and_by_who_they_belong_to() {
    both(|rig| async move {
        let c = Client::new(&rig, Scope::Read).await;
        let (mut ada, bea) = (Shopper::new("Ada", 1), Shopper::new("Bea", 2));
        ada.cart_token = "Z2NwLXVzLWNlbnRyYWwx".into();
        rig.tell("checkouts/create", &ada.checkout(rig.clock.now())).await;
        rig.tell("checkouts/create", &bea.checkout(rig.clock.now())).await;
        rig.pass(SignedDuration::from_hours(3)).await;
        rig.tell("orders/create", &bea.order(rig.clock.now())).await;
        let count = async |path: &str| c.get(path).await.with(200)["items"].as_array().expect("items").len();
        assert_eq!(count("/carts?state=abandoned").await, 1);
        assert_eq!(count("/carts?state=purchased").await, 1);
        assert_eq!(count("/carts?q=ADA@example.com").await, 1);
        assert_eq!(count("/carts?q=%2B12125551002&state=purchased").await, 1);
        assert_eq!(count(&format!("/carts?q={}", ada.cart_token)).await, 1);
        assert_eq!(count("/carts?q=nobody@example.com").await, 0);
        assert_eq!(count("/nudges?state=cancelled").await, 1);
        assert_eq!(count(&format!("/nudges?campaign={}&state=sent", rig.campaign)).await, 2);
        assert_eq!(count("/nudges?campaign=01890a5d-ac96-774b-bcce-b302099a8057").await, 0);
        rig
    })
    .await;
}

#[actix_web::test]
async fn a_stores_access_is_shown_and_never_its_value() {
    both(|rig| async move {
        let c = Client::new(&rig, Scope::Read).await;
        let shop = async || c.get("/shops").await.with(200)["items"][0].clone();
        assert_eq!(shop().await["access"], Value::Null);
        let secret = "shpss_a_very_secret_client";
        let access = NewAccess::Client { id: "c0ffee".into(), secret: secret.into() };
        give_access(&rig.app, rig.shop.id, access, "story").await.expect("given");
        let shown = shop().await;
        let access = json!({"kind": "client", "client_id": "c0ffee", "given_at": rig.app.now(), "asked_at": null, "problem": null});
        assert_eq!(shown["access"], access);
        assert!(!shown.to_string().contains(secret));
        rig
    })
    .await;
}
