//! A demand for erasure meets what came before it, with it and after it.

use crate::support::rig::{Rig, both};
use crate::support::shopper::{Shopper, with};
use comeback::app::ingest;
use comeback::db;
use serde_json::{Value, json};

/// So many that one batch can't hold them.
const BACKLOG: i64 = 230;

fn demand(one: &Shopper) -> Value {
    json!({"shop_domain": "acme.myshopify.com", "customer": {"id": one.customer, "email": one.email, "phone": one.phone}, "orders_to_redact": []})
}

/// Where an address still stands: in carts, or in webhooks as they came.
async fn left_of(rig: &Rig, address: &str) -> Vec<String> {
    let carts = rig.carts().await.into_iter().filter(|c| c.facts.contains(address)).map(|c| format!("cart {}", c.id));
    let mut left: Vec<String> = carts.collect();
    for delivery in db::deliveries::list(&rig.app.db, rig.shop.id, None, None, 500).await.expect("listed") {
        let body = db::deliveries::body(&rig.app.db, rig.shop.id, delivery.id.0).await.expect("read").expect("there");
        if String::from_utf8_lossy(&body).contains(address) {
            left.push(format!("{} {}", delivery.topic, delivery.state));
        }
    }
    left
}

#[tokio::test]
async fn who_comes_back_to_an_erased_cart_is_not_taken_for_the_one_who_was_erased() {
    both(|rig| async move {
        let (jo, ann) = (Shopper::new("Jo", 1), Shopper::new("Ann", 2));
        rig.tell("checkouts/update", &jo.checkout(rig.app.now())).await;
        rig.tell("orders/create", &jo.order(rig.app.now())).await;
        rig.tell("customers/redact", &demand(&jo)).await;
        // The same checkout, finished at the same computer by somebody else.
        let theirs = json!({"email": ann.email, "phone": ann.phone, "customer": {"id": ann.customer, "email": ann.email}});
        rig.tell("checkouts/update", &with(jo.checkout(rig.app.now()), theirs)).await;
        assert_eq!(rig.state().await, "erased");
        rig.tell("checkouts/update", &ann.checkout(rig.app.now())).await;
        rig.settle().await;
        assert_eq!(left_of(&rig, "jo@example.com").await, [""; 0]);
        assert_eq!(rig.carts().await.iter().filter(|c| c.facts.contains("ann@example.com")).count(), 1, "Ann's own cart is hers");
        rig
    })
    .await;
}

#[tokio::test]
async fn a_demand_in_one_batch_with_what_makes_one_person_of_two_erases_that_person() {
    both(|rig| async move {
        let (jo, ann) = (Shopper::new("Jo", 2), Shopper::new("Ann", 1));
        rig.tell("checkouts/update", &ann.checkout(rig.app.now())).await;
        rig.tell("checkouts/update", &jo.checkout(rig.app.now())).await;
        rig.post("customers/redact", "demand", &demand(&jo).to_string()).await.expect("accepted");
        let both_names = with(jo.checkout(rig.app.now()), json!({"email": ann.email}));
        rig.post("checkouts/update", "both", &both_names.to_string()).await.expect("accepted");
        while ingest::apply_due(&rig.app).await.expect("applied") > 0 {}
        assert_eq!(left_of(&rig, "jo@example.com").await, [""; 0]);
        rig
    })
    .await;
}

#[tokio::test]
async fn a_demand_that_overtakes_a_backlog_erases_what_waits_in_it_but_no_order() {
    both(|rig| async move {
        let jo = Shopper::new("Jo", 1);
        for n in 0..BACKLOG {
            let other = Shopper::new("Kim", 100 + n);
            rig.post("checkouts/update", &format!("other-{n}"), &other.checkout(rig.app.now()).to_string()).await.expect("accepted");
        }
        rig.post("checkouts/update", "jo", &jo.checkout(rig.app.now()).to_string()).await.expect("accepted");
        rig.post("orders/create", "jo bought", &jo.order(rig.app.now()).to_string()).await.expect("accepted");
        rig.post("customers/redact", "demand", &demand(&jo).to_string()).await.expect("accepted");
        while ingest::apply_due(&rig.app).await.expect("applied") > 0 {}
        assert_eq!(left_of(&rig, "jo@example.com").await, [""; 0]);
        let set_aside = db::deliveries::list(&rig.app.db, rig.shop.id, Some("set_aside"), None, 500).await.expect("listed");
        assert_eq!(set_aside.iter().map(|d| d.topic.as_str()).collect::<Vec<_>>(), ["checkouts/update"], "Jo's, and nobody else's");
        rig
    })
    .await;
}
