//! What a program learns of carts, orders, reports and deliveries that were set aside.

use super::Client;
use crate::support::rig::both;
use crate::support::shopper::Shopper;
use comeback::app::access::Scope;
use comeback::clock::Clock as _;
use jiff::SignedDuration;
use serde_json::{Value, json};

#[actix_web::test]
async fn a_carts_story_its_nudges_and_its_order_are_told() {
    both(|rig| async move {
        let c = Client::new(&rig, Scope::Admin).await;
        let ada = Shopper::new("Ada", 1);
        rig.tell("checkouts/create", &ada.checkout(rig.clock.now())).await;
        rig.pass(SignedDuration::from_hours(3)).await;
        rig.tell("orders/create", &ada.order(rig.clock.now())).await;
        let listed = c.all("/carts", 50).await.remove(0);
        assert_eq!(listed["items"][0]["sku"], "HAT-1");
        assert_eq!(listed["value"], json!({"amount": "50.00", "currency": "USD"}));
        let cart = c.get(&format!("/carts/{}", listed["id"].as_str().expect("id"))).await.with(200);
        assert_eq!(cart["shop_id"], rig.shop.id.to_string());
        let kinds: Vec<&str> = cart["timeline"].as_array().expect("timeline").iter().map(|e| e["kind"].as_str().expect("kind")).collect();
        for kind in ["begin_checkout", "abandoned", "decision.planned", "message.sent", "purchase", "decision.cancel"] {
            assert!(kinds.contains(&kind), "{kind} is missing in {kinds:?}");
        }
        let nudges = c.all("/nudges", 50).await;
        let states: Vec<(&Value, &Value, &Value)> = nudges.iter().map(|n| (&n["step"], &n["channel"], &n["state"])).collect();
        assert!(states.contains(&(&json!(1), &json!("email"), &json!("sent"))), "{states:?}");
        assert!(states.contains(&(&json!(2), &json!("sms"), &json!("cancelled"))), "{states:?}");
        assert!(nudges.iter().all(|n| n["decision"]["why"].as_str().is_some_and(|w| !w.is_empty())));
        let order = c.all("/orders", 50).await.remove(0);
        assert_eq!((&order["platform_id"], &order["net"]["amount"]), (&json!(ada.order_id.to_string()), &json!("50.00")));
        rig
    })
    .await;
}

#[actix_web::test]
async fn the_report_takes_days_of_the_store_and_instants_alike() {
    both(|rig| async move {
        let c = Client::new(&rig, Scope::Read).await;
        rig.tell("checkouts/create", &Shopper::new("Ada", 1).checkout(rig.clock.now())).await;
        rig.pass(SignedDuration::from_hours(3)).await;
        for query in ["from=2026-07-01&to=2026-07-01&model=last_touch&by=campaign", "from=2026-07-01T04:00:00Z&to=2026-07-02T04:00:00Z", ""]
        {
            let report = c.get(&format!("/reports/recovered?{query}")).await.with(200);
            let row = &report["rows"][0];
            assert_eq!(
                (&row["key"], &row["nudges"], &row["carts_abandoned"]),
                (&json!(rig.campaign.to_string()), &json!(1), &json!(1)),
                "{query}"
            );
            assert_eq!(row["net"], json!({"amount": "0.00", "currency": "USD"}));
            assert_eq!(report["definitions"].as_array().expect("definitions").len(), 10);
        }
        let days = c.get("/reports/recovered?from=2026-07-01&to=2026-07-01").await.with(200);
        assert_eq!((&days["from"], &days["to"]), (&json!("2026-07-01T04:00:00Z"), &json!("2026-07-02T04:00:00Z")));
        assert_eq!(c.get("/reports/recovered?from=2026-07-02&to=2026-07-03").await.with(200)["rows"], json!([]));
        rig
    })
    .await;
}

#[actix_web::test]
async fn what_was_set_aside_is_listed_shown_to_admins_and_read_again() {
    both(|rig| async move {
        let c = Client::new(&rig, Scope::Admin).await;
        for n in 1..=3 {
            rig.post("checkouts/create", &format!("broken-{n}"), "{\"not\": ").await.expect("accepted");
        }
        rig.settle().await;
        let aside = c.get("/deliveries?state=set_aside&limit=2").await.with(200);
        assert_eq!(aside["items"].as_array().expect("items").len(), 2);
        assert!(aside["next"].is_string() && aside["items"][0]["reason"].as_str().is_some_and(|r| !r.is_empty()), "{aside}");
        let path = format!("/deliveries/{}", aside["items"][0]["id"].as_str().expect("id"));
        let body = c.get(&format!("{path}/body")).await;
        assert_eq!((body.text.as_str(), body.header("content-type")), ("{\"not\": ", "application/octet-stream"));
        assert_eq!(c.post(&format!("{path}/retry"), json!({})).await.with(200), json!({"retried": 1}));
        c.post(&format!("{path}/retry"), json!({})).await.problem(409);
        let waiting = c.get("/deliveries?state=pending").await.with(200);
        assert_eq!(waiting["items"].as_array().expect("items").len(), 1);
        assert_eq!(c.post("/deliveries/retry", json!({})).await.with(200), json!({"retried": 2}));
        rig.settle().await;
        assert_eq!(c.get("/deliveries?state=set_aside").await.with(200)["items"].as_array().expect("items").len(), 3);
        c.post("/deliveries/01890a5d-ac96-774b-bcce-b302099a8057/retry", json!({})).await.problem(404);
        rig
    })
    .await;
}
