//! Whose a visit is: said by pages and servers, and never so that two people become one.

use super::{campaign, customer, event, hat, hours, minutes, publish, take, tell};
use crate::support::replay::both;
use crate::support::rig::Rig;
use crate::support::shopper::Shopper;
use comeback::app::track::Fate;
use comeback::db;
use comeback::domain::campaign::Trigger;
use comeback::domain::visit::Teller;
use serde_json::{Value, json};

async fn contacts(rig: &Rig) -> usize {
    db::people::contacts(&rig.app.db, rig.shop.id, None, 100).await.expect("contacts").len()
}

fn recipients(rig: &Rig) -> Vec<String> {
    rig.mails.all().iter().map(|(_, m)| m.to().to_owned()).collect()
}

fn looked(rig: &Rig, email: &str) -> Value {
    event(rig, "view_item", json!({"items": hat(), "contact": {"email": email}}))
}

#[tokio::test]
async fn two_people_at_one_browser_stay_two_and_what_waited_for_the_first_is_cancelled() {
    both(|rig| async move {
        publish(&rig, campaign(Trigger::BrowseAbandoned, "browse-reminder")).await;
        customer(&rig, "ann@example.com", 7).await;
        customer(&rig, "bo@example.com", 8).await;
        for by in [Teller::Browser, Teller::Store] {
            tell(&rig, by, vec![looked(&rig, "ann@example.com")]).await;
            rig.pass(minutes(15)).await;
            tell(&rig, by, vec![looked(&rig, "bo@example.com")]).await;
        }
        assert_eq!((contacts(&rig).await, rig.carts().await.len()), (2, 1));
        rig.pass(hours(3)).await;
        let to = recipients(&rig);
        assert!(!to.contains(&"ann@example.com".to_owned()), "what waited for Ann was for somebody else: {to:?}");
        let rules: Vec<String> = rig.nudge_states().await.into_iter().map(|(_, _, rule)| rule).collect();
        assert!(rules.contains(&"other_shopper".to_owned()), "{rules:?}");
        rig
    })
    .await;
}

#[tokio::test]
async fn a_stranger_who_gives_a_customers_address_and_then_buys_does_not_become_that_customer() {
    both(|rig| async move {
        publish(&rig, campaign(Trigger::BrowseAbandoned, "browse-reminder")).await;
        customer(&rig, "ann@example.com", 7).await;
        let eve = Shopper { phone: None, ..Shopper::new("Eve", 2) };
        tell(&rig, Teller::Browser, vec![looked(&rig, "ann@example.com")]).await;
        let joined = json!({"cart_token": eve.cart_token, "contact": {"email": "ann@example.com"}});
        tell(&rig, Teller::Browser, vec![event(&rig, "view_cart", joined)]).await;
        rig.tell("checkouts/create", &eve.checkout(rig.app.now())).await;
        assert_eq!((contacts(&rig).await, rig.carts().await.len()), (2, 1), "Eve is not Ann");
        rig.pass(minutes(80)).await;
        assert_eq!(recipients(&rig), ["eve@example.com"], "the checkout's own address, and nobody else's");
        rig.tell("orders/create", &eve.order(rig.app.now())).await;
        assert_eq!(contacts(&rig).await, 2);
        rig
    })
    .await;
}

#[tokio::test]
async fn the_order_in_which_platform_and_pages_tell_makes_no_difference_to_whose_it_is() {
    both(|rig| async move {
        customer(&rig, "ann@example.com", 7).await;
        for (n, platform_first) in [(1, true), (2, false)] {
            let eve = Shopper { phone: None, ..Shopper::new("Eve", n) };
            let visit = json!({"client_id": format!("c{n}"), "session_id": "s"});
            let joined = json!({"visit": visit, "cart_token": eve.cart_token, "items": hat(), "contact": {"email": "ann@example.com"}});
            let (page, checkout) = (event(&rig, "view_item", joined), eve.checkout(rig.app.now()));
            if platform_first {
                rig.tell("checkouts/create", &checkout).await;
                tell(&rig, Teller::Browser, vec![page]).await;
            } else {
                tell(&rig, Teller::Browser, vec![page]).await;
                rig.tell("checkouts/create", &checkout).await;
            }
        }
        assert_eq!(contacts(&rig).await, 2);
        let carts = rig.carts().await;
        assert_eq!(carts.len(), 2);
        assert!(carts.iter().all(|c| c.contact_id == carts[0].contact_id), "both are Eve's: {carts:#?}");
        rig
    })
    .await;
}

#[tokio::test]
async fn an_agreement_that_the_server_says_was_taken_back_stops_what_waits() {
    both(|rig| async move {
        publish(&rig, campaign(Trigger::BrowseAbandoned, "browse-reminder")).await;
        customer(&rig, "jo@example.com", 7).await;
        tell(&rig, Teller::Store, vec![looked(&rig, "jo@example.com")]).await;
        rig.pass(minutes(30)).await;
        let back =
            json!({"contact": {"email": "jo@example.com"}, "consent": {"email": "unsubscribed", "source": "account page"}, "visit": null});
        tell(&rig, Teller::Store, vec![event(&rig, "identify", back)]).await;
        rig.pass(hours(30)).await;
        assert_eq!(rig.mails.count(), 0);
        rig
    })
    .await;
}

#[tokio::test]
async fn erasure_empties_what_was_told_of_a_persons_visits() {
    both(|rig| async move {
        let jo = Shopper::new("Jo", 7);
        rig.tell("checkouts/create", &jo.checkout(rig.app.now())).await;
        tell(&rig, Teller::Browser, vec![event(&rig, "view_item", json!({"items": hat()}))]).await;
        let joined = json!({"items": hat(), "checkout_token": jo.checkout_token, "contact": {"email": "jo@example.com"}});
        tell(&rig, Teller::Store, vec![event(&rig, "begin_checkout", joined)]).await;
        let others = event(&rig, "view_item", json!({"items": hat(), "visit": {"client_id": "somebody"}}));
        tell(&rig, Teller::Browser, vec![others]).await;
        let demand = json!({"shop_domain": rig.shop.domain, "customer": {"id": jo.customer, "email": jo.email, "phone": jo.phone}, "orders_to_redact": []});
        rig.tell("customers/redact", &demand).await;
        let kept = db::deliveries::list(&rig.app.db, rig.shop.id, None, None, 100).await.expect("listed");
        let told: Vec<i64> = kept.iter().filter(|d| d.topic.starts_with("comeback/")).map(|d| d.bytes).collect();
        assert_eq!(told.len(), 3);
        assert_eq!(told.iter().filter(|bytes| **bytes == 0).count(), 2, "also from before it was known whose visit it was: {told:?}");
        rig
    })
    .await;
}

#[tokio::test]
async fn whatever_is_told_of_visits_follows_from_it_again() {
    both(|rig| async move {
        publish(&rig, campaign(Trigger::BrowseAbandoned, "browse-reminder")).await;
        publish(&rig, campaign(Trigger::CartAbandoned, "cart-reminder")).await;
        customer(&rig, "jo@example.com", 7).await;
        customer(&rig, "ann@example.com", 8).await;
        let names = ["view_item", "add_to_cart", "identify", "remove_from_cart", "view_cart", "page_view", "begin_checkout", "purchase"];
        for (n, name) in names.into_iter().cycle().take(40).enumerate() {
            let visit = json!({"client_id": format!("c{}", n % 5), "session_id": "s"});
            let mut fields = json!({"visit": visit, "items": hat()});
            if n % 3 == 0 {
                fields["contact"] = json!({"email": if n % 2 == 0 { "jo@example.com" } else { "ann@example.com" }});
            }
            if n % 7 == 0 {
                fields["cart_token"] = json!(format!("cart{}", n % 4));
            }
            let by = if n % 2 == 0 { Teller::Store } else { Teller::Browser };
            let answers = take(&rig, by, vec![event(&rig, name, fields)]).await;
            assert_eq!(matches!(answers[0].1, Fate::Refused(_)), by == Teller::Browser && name == "purchase");
            rig.pass(minutes(i64::try_from(n).expect("small") * 3)).await;
        }
        rig
    })
    .await;
}
