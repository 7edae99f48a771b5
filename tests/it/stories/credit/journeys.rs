//! What brought shoppers to their orders, from the first page on.

use super::{buys, clicks, hours, mailed};
use crate::support::replay::both;
use crate::support::rig::{self, Rig};
use crate::support::shopper::{Shopper, with};
use crate::track::{event, hat, tell};
use comeback::app::attribution::{Asked, report};
use comeback::db::Db;
use comeback::domain::attribution::Model;
use comeback::domain::journey::Scope;
use comeback::domain::report::table::Cell;
use comeback::domain::visit::Teller;
use jiff::Timestamp;
use serde_json::json;

/// Every journey: its path, and what it was worth.
async fn journeys(rig: &Rig) -> Vec<(String, i64)> {
    const SQL: &str = "SELECT campaign_path, value_minor FROM journeys ORDER BY ended_at, campaign_path";
    match &rig.app.db {
        Db::Sqlite { read, .. } => sqlx::query_as(SQL).fetch_all(read).await,
        Db::Postgres(pool) => sqlx::query_as(SQL).fetch_all(pool).await,
    }
    .expect("journeys")
}

#[tokio::test]
async fn a_journey_leads_from_an_ad_over_a_mail_to_the_order() {
    both(|rig| async move {
        let jo = Shopper::new("Jo", 1);
        let page = json!({"url": "https://acme.myshopify.com/products/hat?gclid=abc&utm_campaign=Spring&email=jo%40example.com", "referrer": "https://www.google.com/"});
        let seen = event(&rig, "add_to_cart", json!({"items": hat(), "cart_token": jo.cart_token, "page": page}));
        tell(&rig, Teller::Store, vec![seen]).await;
        let token = mailed(&rig, &jo).await;
        clicks(&rig, &token).await;
        rig.clock.advance(hours(1));
        buys(&rig, &jo).await;
        let path = "paid search: google / Spring > comeback e-mail: Checkout recovery";
        assert_eq!(journeys(&rig).await, [(path.to_owned(), 5000)]);
        let cart = comeback::db::carts::get(&rig.app.db, rig.shop.id, rig.cart().await.id).await.expect("asked").expect("the cart");
        let first = cart.facts.first_arrival().expect("an arrival");
        assert_eq!((first.landing_path.as_deref(), first.utm_campaign.as_deref()), (Some("/products/hat"), Some("Spring")));
        rig.tell("refunds/create", &jo.refund(9_001, "20.00", rig.app.now())).await;
        assert_eq!(journeys(&rig).await, [(path.to_owned(), 3000)], "what went back is taken off");
        let asked = Asked { shop: rig.shop.id, from: Timestamp::UNIX_EPOCH, to: rig.app.now(), scope: Scope::Channel, models: Model::ALL.to_vec() };
        let found = report(&rig.app, &asked).await.expect("a report");
        let of = |model: Model, channel: &str| {
            let column = found.net.columns.iter().position(|c| c.key == model.as_str()).expect("a column");
            match found.net.lines.iter().find(|l| l.key == channel).expect("a line").cells[column] {
                Cell::Money(m) => m.minor,
                _ => panic!("no money"),
            }
        };
        assert_eq!((of(Model::LastTouch, "comeback e-mail"), of(Model::LastTouch, "paid search")), (3000, 0));
        assert_eq!((of(Model::Linear, "comeback e-mail"), of(Model::FirstTouch, "paid search")), (1500, 3000));
        assert_eq!((of(Model::Markov1, "comeback e-mail"), of(Model::Shapley, "paid search")), (1500, 1500));
        rig
    })
    .await;
}

#[tokio::test]
async fn a_cart_that_ends_without_an_order_is_a_journey_too_until_its_shopper_comes_back() {
    both(|rig| async move {
        let jo = Shopper::new("Jo", 1);
        let body =
            with(jo.checkout(rig.app.now()), json!({"landing_site": "/?utm_source=partner&utm_medium=affiliate", "referring_site": ""}));
        rig.tell("checkouts/create", &body).await;
        rig.pass(hours(24 * 31)).await;
        comeback::app::plan::give_up_old(&rig.app).await.expect("given up");
        rig.settle().await;
        assert_eq!(rig.state().await, "lost");
        assert_eq!(journeys(&rig).await, [("affiliates: partner".to_owned(), 0)]);
        buys(&rig, &jo).await;
        let all = journeys(&rig).await;
        assert_eq!(all, [("direct".to_owned(), 5000)], "more than 30 days ago is another journey");
        rig
    })
    .await;
}

#[tokio::test]
async fn erasing_a_person_takes_out_how_they_came() {
    // Of a store that is erased there is nothing to be rebuilt.
    rig::both(|rig| async move {
        let jo = Shopper::new("Jo", 1);
        let body = with(jo.checkout(rig.app.now()), json!({"landing_site": "/?utm_source=partner", "referring_site": "https://blog.example.org/post"}));
        rig.tell("checkouts/create", &body).await;
        buys(&rig, &jo).await;
        rig.tell("customers/redact", &json!({"shop_domain": rig.shop.domain, "customer": {"id": jo.customer, "email": jo.email, "phone": jo.phone}, "orders_to_redact": []})).await;
        let id = rig.carts().await.first().map(|c| c.id);
        if let Some(id) = id {
            let cart = comeback::db::carts::get(&rig.app.db, rig.shop.id, id).await.expect("asked").expect("the cart");
            assert!(cart.facts.arrivals.is_none(), "{:?}", cart.facts.arrivals);
        }
        let mut tx = rig.app.db.begin().await.expect("a transaction");
        comeback::db::erase::shop(&mut tx, rig.shop.id).await.expect("erased");
        tx.commit().await.expect("committed");
        assert_eq!(journeys(&rig).await, [], "and with the store goes what was counted");
        rig
    })
    .await;
}
