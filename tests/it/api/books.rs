//! What counts as revenue, and the platform's books, over the API.

use super::Client;
use crate::support::rig::{Rig, both};
use crate::support::shopify_admin::{ShopifyAdmin, TOKEN};
use crate::support::shopify_orders::Recorded;
use crate::support::shopper::Shopper;
use comeback::app::access::Scope;
use comeback::app::stores::{NewAccess, give_access};
use jiff::SignedDuration;
use serde_json::json;

#[actix_web::test]
async fn what_counts_is_read_and_set_as_a_whole_and_every_report_says_it() {
    both(|rig| async move {
        let (read, write, admin) =
            (Client::new(&rig, Scope::Read).await, Client::new(&rig, Scope::Write).await, Client::new(&rig, Scope::Admin).await);
        let path = format!("/shops/{}/money", rig.shop.id);
        let first = read.get(&path).await.with(200);
        assert_eq!((&first["version"], &first["tax_included"], &first["shipping_included"]), (&json!(0), &json!(true), &json!(true)));
        rig.tell("orders/create", &Shopper::new("Jo", 1).order(rig.app.now())).await;
        read.put(&path, json!({"tax_included": false})).await.problem(403);
        write.put(&path, json!({"tax": false})).await.problem(422);
        let set = write.put(&path, json!({"tax_included": false})).await.with(200);
        assert_eq!((&set["version"], &set["shipping_included"], &set["orders_behind"]), (&json!(1), &json!(true), &json!(1)));
        let report = read.get("/reports/recovered").await.with(200);
        assert_eq!(report["basis"], set["basis"]);
        assert!(report["notes"][0].as_str().expect("a note").contains("worked out anew"), "{report}");
        rig.settle().await;
        rig.clock.advance(SignedDuration::from_mins(1));
        assert_eq!(read.get(&path).await.with(200)["orders_behind"], 0);
        let report = read.get("/reports/recovered").await.with(200);
        assert!(report["notes"][0].as_str().expect("a note").contains("don't tell their tax"), "{report}");
        assert_eq!(report["totals"][0]["contribution"], json!({"amount": "0.00", "currency": "USD"}));
        let acts = admin.all("/audit", 50).await;
        assert_eq!(acts[0]["action"], "money.set");
        read.get(&format!("/shops/{}/money", uuid::Uuid::nil())).await.problem(404);
        rig
    })
    .await;
}

#[actix_web::test]
async fn a_comparison_is_asked_for_waited_for_and_what_is_missing_is_taken_in() {
    let store = ShopifyAdmin::start().await;
    let rig = Rig::set("sqlite", &[("COMEBACK_SHOPIFY__BASE_URL", &store.url())]).await;
    let (read, write) = (Client::new(&rig, Scope::Read).await, Client::new(&rig, Scope::Write).await);
    read.get("/reports/reconciliation").await.problem(404);
    write.post("/reports/reconciliation", json!({})).await.problem(409);
    give_access(&rig.app, rig.shop.id, NewAccess::Token(TOKEN.into()), "test").await.expect("given");
    store.with(|s| s.orders = vec![Recorded::paid(4501, &rig.app.now().to_string(), "12.00")]);
    rig.clock.advance(SignedDuration::from_hours(1));
    read.post("/reports/reconciliation", json!({})).await.problem(403);
    write.post("/reports/reconciliation", json!({"from": "2099-01-01"})).await.problem(422);
    let asked = write.post("/reports/reconciliation", json!({"from": "2026-07-01", "to": "2026-07-01"})).await.with(200);
    assert_eq!((&asked["state"], &asked["source"]), (&json!("waiting"), &json!(null)));
    rig.settle().await;
    let done = read.get("/reports/reconciliation").await.with(200);
    assert_eq!(
        (&done["state"], &done["source"], &done["differences"][0]["kind"]),
        (&json!("done"), &json!("store"), &json!("not_known_here"))
    );
    assert_eq!(done["sums"][0]["difference"], json!({"amount": "-12.00", "currency": "USD"}));
    let taken = write.post("/reports/reconciliation/take-in", json!({})).await.with(200);
    assert_eq!(taken, json!({"taken": 1, "gone": 0, "left": 0}));
    assert_eq!(read.get("/orders").await.with(200)["items"][0]["net"], json!({"amount": "12.00", "currency": "USD"}));
    rig.at_rest().await;
}
