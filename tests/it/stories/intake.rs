//! Deliveries that are good, bad, repeated, foreign or unreadable: the answer, and nothing lost.

use crate::support::rig::{Rig, SECRET, both, headers, new_shop};
use crate::support::shopper::{Shopper, with};
use comeback::app::ingest::{Incoming, IntakeError, accept};
use comeback::app::shops;
use comeback::db;
use jiff::SignedDuration;
use serde_json::json;

async fn count(rig: &Rig, state: Option<&str>) -> usize {
    db::deliveries::list(&rig.app.db, rig.shop.id, state, None, 500).await.expect("listed").len()
}

fn unauthorized(result: &Result<(), IntakeError>) -> bool {
    matches!(result, Err(IntakeError::Unauthorized(_)))
}

#[tokio::test]
async fn a_hundred_copies_at_once_are_one_delivery() {
    both(|rig| async move {
        let body = Shopper::new("Jo", 1).checkout(rig.app.now()).to_string();
        let copies = (0..100).map(|_| rig.post("checkouts/create", "the-same-id", &body));
        let answers = futures_util::future::join_all(copies).await;
        assert!(answers.iter().all(Result::is_ok));
        rig.settle().await;
        assert_eq!((count(&rig, None).await, rig.carts().await.len()), (1, 1));
        rig
    })
    .await;
}

#[tokio::test]
async fn two_topics_of_one_action_are_two_deliveries() {
    both(|rig| async move {
        let jo = Shopper::new("Jo", 1);
        rig.tell("orders/create", &jo.order(rig.app.now())).await;
        rig.tell("orders/paid", &jo.order(rig.app.now())).await;
        assert_eq!(count(&rig, None).await, 2);
        rig
    })
    .await;
}

#[tokio::test]
async fn wrong_missing_and_foreign_signatures_and_altered_bytes_are_refused_and_leave_nothing() {
    both(|rig| async move {
        let body = Shopper::new("Jo", 1).checkout(rig.app.now()).to_string();
        let send = |headers, body: &str| {
            let incoming = Incoming { platform: "shopify".into(), shop: None, headers, body: body.as_bytes().to_vec() };
            let app = rig.app.clone();
            async move { accept(&app, incoming).await }
        };
        let good = headers("checkouts/create", "k", &rig.shop.domain, body.as_bytes());
        let mut missing = good.clone();
        missing.remove("x-shopify-hmac-sha256");
        assert!(unauthorized(&send(missing, &body).await));
        assert!(unauthorized(&send(good.clone(), &body.replace("50.00", "51.00")).await));
        let mut wrong = good.clone();
        wrong.insert("x-shopify-hmac-sha256".into(), "bm90IGEgc2lnbmF0dXJl".into());
        assert!(unauthorized(&send(wrong, &body).await));
        let mut unknown = good.clone();
        unknown.insert("x-shopify-shop-domain".into(), "nobody.myshopify.com".into());
        assert!(unauthorized(&send(unknown, &body).await));
        assert_eq!(count(&rig, None).await, 0);
        assert!(send(good, &body).await.is_ok());
        rig.settle().await;
        rig
    })
    .await;
}

#[tokio::test]
async fn a_body_of_another_shop_is_refused_even_when_both_share_a_secret() {
    both(|rig| async move {
        let other = shops::add(&rig.app, new_shop("other.myshopify.com"), "story").await.expect("a second shop");
        let body = Shopper::new("Jo", 1).checkout(rig.app.now()).to_string();
        // Signed rightly (the app's secret is the same), sent as if it were the other shop's.
        let replayed = headers("checkouts/create", "k", &other.domain, body.as_bytes());
        let by_header = Incoming { platform: "shopify".into(), shop: None, headers: replayed.clone(), body: body.clone().into_bytes() };
        assert!(unauthorized(&accept(&rig.app, by_header).await));
        let by_url = Incoming { platform: "shopify".into(), shop: Some(rig.shop.id), headers: replayed, body: body.into_bytes() };
        assert!(unauthorized(&accept(&rig.app, by_url).await));
        rig
    })
    .await;
}

#[tokio::test]
async fn while_secrets_rotate_both_are_valid_and_a_revoked_one_is_not() {
    both(|rig| async move {
        shops::add_secret(&rig.app, rig.shop.id, "a-newer-secret", false, "story").await.expect("added");
        rig.clock.advance(SignedDuration::from_secs(6));
        rig.tell("checkouts/create", &Shopper::new("Jo", 1).checkout(rig.app.now())).await;
        shops::add_secret(&rig.app, rig.shop.id, "the-newest-secret", true, "story").await.expect("replaced");
        rig.clock.advance(SignedDuration::from_secs(6));
        let body = Shopper::new("Ann", 2).checkout(rig.app.now()).to_string();
        assert!(unauthorized(&rig.post("checkouts/create", "k2", &body).await), "{SECRET} was revoked");
        rig
    })
    .await;
}

#[tokio::test]
async fn what_cannot_be_read_is_set_aside_with_its_reason_and_the_rest_goes_on() {
    both(|rig| async move {
        let now = rig.app.now();
        let jo = Shopper::new("Jo", 1);
        let deep = format!("{}1{}", "[".repeat(50_000), "]".repeat(50_000));
        let bad: Vec<(&str, Vec<u8>)> = vec![
            ("cut", br#"{"token": "abc""#.to_vec()),
            ("not-utf8", vec![b'{', 0xff, 0xfe, b'}']),
            ("deep", deep.into_bytes()),
            ("list", b"[]".to_vec()),
            ("currency", with(jo.checkout(now), json!({"presentment_currency": "ZZZ"})).to_string().into_bytes()),
            ("negative", with(jo.checkout(now), json!({"total_price": "-5.00"})).to_string().into_bytes()),
            ("date", with(jo.checkout(now), json!({"updated_at": "yesterday"})).to_string().into_bytes()),
        ];
        for (key, body) in &bad {
            rig.post_bytes("checkouts/update", key, body).await.unwrap_or_else(|e| panic!("{key}: {e}"));
        }
        rig.post("checkouts/update", "good", &jo.checkout(now).to_string()).await.expect("accepted");
        rig.settle().await;
        assert_eq!(rig.carts().await.len(), 1, "the good one was applied");
        let aside = db::deliveries::list(&rig.app.db, rig.shop.id, Some("set_aside"), None, 50).await.expect("listed");
        assert_eq!(aside.len(), bad.len());
        assert!(aside.iter().all(|d| d.reason.as_deref().is_some_and(|r| r.len() > 10)), "{aside:#?}");
        let mut tx = rig.app.db.begin().await.expect("begun");
        assert_eq!(db::deliveries::retry(&mut tx, rig.shop.id, None).await.expect("retried"), bad.len() as u64);
        tx.commit().await.expect("committed");
        rig.settle().await;
        assert_eq!(count(&rig, Some("set_aside")).await, bad.len(), "still unreadable, still there");
        rig
    })
    .await;
}

#[tokio::test]
async fn ids_beyond_doubles_and_dates_without_offset_are_read() {
    both(|rig| async move {
        let jo = Shopper { order_id: 820_982_911_946_154_509, customer: 115_310_627_314_723_954, ..Shopper::new("Jo", 1) };
        rig.tell("checkouts/update", &with(jo.checkout(rig.app.now()), json!({"updated_at": "2026-07-01T16:00:00"}))).await;
        rig.tell("orders/create", &jo.order(rig.app.now())).await;
        let orders = db::lists::orders(&rig.app.db, rig.shop.id, None, 10).await.expect("orders");
        assert_eq!(orders[0].platform_id, "820982911946154509");
        assert_eq!(rig.state().await, "purchased");
        rig
    })
    .await;
}

#[tokio::test]
async fn unknown_topics_are_kept_and_counted() {
    both(|rig| async move {
        rig.tell("bars/ping", &json!({})).await;
        let (health, more) = db::came::health(&rig.app.db, rig.shop.id, jiff::Timestamp::UNIX_EPOCH).await.expect("health");
        assert!(!more);
        assert_eq!((health[0].topic.as_str(), health[0].state.as_str(), health[0].count), ("bars/ping", "applied", 1));
        rig
    })
    .await;
}

#[tokio::test]
async fn a_shop_that_demands_it_is_forgotten() {
    both(|rig| async move {
        rig.tell("checkouts/update", &Shopper::new("Jo", 1).checkout(rig.app.now())).await;
        rig.tell("shop/redact", &json!({"shop_id": 1, "shop_domain": "acme.myshopify.com"})).await;
        assert_eq!((count(&rig, None).await, rig.carts().await.len()), (0, 0));
        let late = rig.post("checkouts/update", "late", "{}").await;
        rig.clock.advance(SignedDuration::from_secs(6));
        assert!(unauthorized(&rig.post("checkouts/update", "later", "{}").await), "{late:?}");
        rig
    })
    .await;
}
