//! From a look at a product to the mail about it, and how the later stage takes over.

use super::{PAGE, campaign, customer, event, hat, hours, minutes, publish, take, tell};
use crate::support::replay::both;
use crate::support::rig::Rig;
use crate::support::shopper::Shopper;
use comeback::app::campaigns::{self, Act};
use comeback::app::links::{Given, Leads, Opened, Program, open};
use comeback::app::send;
use comeback::app::track::Fate;
use comeback::channels::Message;
use comeback::domain::campaign::Trigger;
use comeback::domain::visit::Teller;
use serde_json::json;

const BROWSER: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

async fn browse_campaign(rig: &Rig) {
    publish(rig, campaign(Trigger::BrowseAbandoned, "browse-reminder")).await;
}

/// The rules by which nudges were cancelled.
async fn cancelled(rig: &Rig) -> Vec<String> {
    let states = rig.nudge_states().await;
    states.into_iter().filter(|(_, state, _)| *state == "cancelled").map(|(_, _, rule)| rule).collect()
}

async fn leads_to(rig: &Rig) -> String {
    let (token, _) = rig.links();
    let opened = Opened { link: Given::Token(&token), by: Program::named(BROWSER) };
    match open(&rig.app, &opened).await.expect("a link") {
        Leads::To(url) => url,
        Leads::Nowhere(end, _) => panic!("nowhere: {end:?}"),
    }
}

#[tokio::test]
async fn a_known_shopper_who_agreed_is_reminded_of_what_they_looked_at_and_led_to_it() {
    both(|rig| async move {
        browse_campaign(&rig).await;
        customer(&rig, "jo@example.com", 7).await;
        let scarf = json!([{"product_id": "92", "title": "Scarf", "price": {"amount": "30.00", "currency": "USD"}}]);
        tell(&rig, Teller::Browser, vec![event(&rig, "view_item", json!({"items": scarf}))]).await;
        rig.clock.advance(minutes(1));
        tell(&rig, Teller::Browser, vec![event(&rig, "view_item", json!({"items": hat(), "contact": {"email": "JO@example.com"}}))]).await;
        assert_eq!(rig.cart().await.state.as_str(), "open");
        rig.pass(minutes(75)).await;
        assert_eq!(rig.mails.count(), 1);
        let Message::Email(mail) = &rig.mails.all()[0].1 else { panic!("not a mail") };
        assert_eq!(mail.to.as_str(), "jo@example.com");
        let (hat, scarf) = (mail.text.find("Wool hat"), mail.text.find("Scarf"));
        assert!(hat.is_some() && hat < scarf, "the latest first: {}", mail.text);
        let url = leads_to(&rig).await;
        assert!(url.starts_with(PAGE) && url.contains("utm_campaign="), "{url}");
        rig.pass(hours(48)).await;
        assert_eq!(rig.mails.count(), 2, "both steps, and no more");
        rig
    })
    .await;
}

#[tokio::test]
async fn nobody_is_reminded_of_what_they_looked_at_unnamed_or_without_having_agreed() {
    both(|rig| async move {
        browse_campaign(&rig).await;
        tell(&rig, Teller::Browser, vec![event(&rig, "view_item", json!({"items": hat()}))]).await;
        let stranger = json!({"items": hat(), "visit": {"client_id": "c2"}, "contact": {"email": "stranger@example.com"}});
        tell(&rig, Teller::Browser, vec![event(&rig, "view_item", stranger)]).await;
        rig.pass(hours(30)).await;
        assert_eq!(rig.mails.count(), 0);
        assert!(cancelled(&rig).await.iter().all(|rule| rule == "no_consent"));
        rig
    })
    .await;
}

#[tokio::test]
async fn a_cart_and_then_a_checkout_take_over_from_the_look_and_a_purchase_ends_all() {
    both(|rig| async move {
        browse_campaign(&rig).await;
        publish(&rig, campaign(Trigger::CartAbandoned, "cart-reminder")).await;
        customer(&rig, "jo@example.com", 7).await;
        let jo = Shopper { phone: None, accepts_texts: false, customer: 7, ..Shopper::new("Jo", 1) };
        let known = json!({"items": hat(), "contact": {"email": "jo@example.com"}});
        tell(&rig, Teller::Store, vec![event(&rig, "view_item", known)]).await;
        rig.pass(minutes(30)).await;
        let in_cart = json!({"items": hat(), "cart_token": jo.cart_token});
        tell(&rig, Teller::Store, vec![event(&rig, "add_to_cart", in_cart)]).await;
        rig.tell("carts/update", &jo.cart(rig.app.now())).await;
        assert_eq!(rig.carts().await.len(), 1, "the visit and the cart are one");
        rig.pass(minutes(30)).await;
        assert_eq!(cancelled(&rig).await, ["later_stage", "later_stage"], "the cart's campaign took over from the look's");
        rig.tell("checkouts/create", &jo.checkout(rig.app.now())).await;
        assert_eq!(rig.carts().await.len(), 1);
        rig.pass(minutes(30)).await;
        assert_eq!(cancelled(&rig).await, ["later_stage"; 4], "the checkout's took over from the cart's");
        rig.pass(minutes(60)).await;
        assert_eq!(rig.mails.count(), 1, "one sequence, the checkout's");
        rig.tell("orders/create", &jo.order(rig.app.now())).await;
        rig.pass(hours(48)).await;
        assert_eq!((rig.mails.count(), rig.texts.count()), (1, 0), "nothing after the purchase");
        rig
    })
    .await;
}

#[tokio::test]
async fn a_cart_of_a_known_shopper_is_followed_up_and_its_link_fills_a_cart() {
    both(|rig| async move {
        publish(&rig, campaign(Trigger::CartAbandoned, "cart-reminder")).await;
        customer(&rig, "jo@example.com", 7).await;
        let jo = Shopper::new("Jo", 1);
        rig.tell("carts/create", &jo.cart(rig.app.now())).await;
        let named = json!({"contact": {"email": "jo@example.com", "customer_id": 7}, "cart_token": jo.cart_token});
        tell(&rig, Teller::Store, vec![event(&rig, "identify", named)]).await;
        rig.pass(minutes(75)).await;
        assert_eq!(rig.mails.count(), 1);
        let Message::Email(mail) = &rig.mails.all()[0].1 else { panic!("not a mail") };
        assert!(mail.text.contains("Scarf & glove") && mail.html.contains("left something in your cart"), "{}", mail.text);
        let url = leads_to(&rig).await;
        assert!(url.starts_with("https://acme.myshopify.com/cart/41000000000001:1,41000000000002:1?"), "{url}");
        rig
    })
    .await;
}

#[tokio::test]
async fn a_checkout_falls_to_the_campaign_for_carts_where_there_is_none_for_checkouts() {
    both(|rig| async move {
        campaigns::act(&rig.app, rig.shop.id, rig.campaign, Act::Archive, "story").await.expect("archived");
        publish(&rig, campaign(Trigger::CartAbandoned, "cart-reminder")).await;
        let jo = Shopper::new("Jo", 1);
        rig.tell("checkouts/create", &jo.checkout(rig.app.now())).await;
        rig.pass(minutes(75)).await;
        assert_eq!(rig.mails.count(), 1);
        rig
    })
    .await;
}

#[tokio::test]
async fn a_store_without_webhooks_of_carts_is_followed_by_its_servers_events_alone() {
    both(|rig| async move {
        let jo = json!({"email": "jo@example.com", "first_name": "Jo", "country": "US", "province": "NY"});
        let agreed = json!({"email": "subscribed", "source": "newsletter form"});
        tell(&rig, Teller::Store, vec![event(&rig, "identify", json!({"contact": jo, "consent": agreed}))]).await;
        let begun = json!({"items": hat(), "value": {"amount": "20.00", "currency": "USD"}, "checkout_token": "ck-1"});
        tell(&rig, Teller::Store, vec![event(&rig, "begin_checkout", begun)]).await;
        rig.pass(minutes(75)).await;
        assert_eq!(rig.mails.count(), 1, "{:#?}", rig.nudges().await);
        let Message::Email(mail) = &rig.mails.all()[0].1 else { panic!("not a mail") };
        assert!(mail.text.contains("20.00 USD") && mail.subject.starts_with("Jo,"), "{} {}", mail.subject, mail.text);
        let bought = event(&rig, "purchase", json!({"checkout_token": "ck-1", "value": 20.0}));
        tell(&rig, Teller::Store, vec![bought]).await;
        assert_eq!(rig.state().await, "purchased");
        rig.pass(hours(48)).await;
        assert_eq!((rig.mails.count(), rig.texts.count()), (1, 0), "nothing after the purchase");
        assert_eq!(rig.credited().await, (0, 0, 0, 0), "an event brings no money: the platform's order does");
        rig
    })
    .await;
}

#[tokio::test]
async fn an_order_of_the_same_person_ends_what_they_only_looked_at() {
    both(|rig| async move {
        browse_campaign(&rig).await;
        customer(&rig, "jo@example.com", 7).await;
        let known = json!({"items": hat(), "contact": {"email": "jo@example.com"}});
        tell(&rig, Teller::Browser, vec![event(&rig, "view_item", known)]).await;
        rig.pass(minutes(30)).await;
        let jo = Shopper { phone: None, customer: 7, ..Shopper::new("Jo", 1) };
        rig.tell("orders/create", &jo.order(rig.app.now())).await;
        rig.pass(hours(48)).await;
        assert_eq!(rig.mails.count(), 0, "they bought");
        assert_eq!(cancelled(&rig).await, ["purchased", "purchased"]);
        rig
    })
    .await;
}

#[tokio::test]
async fn a_look_at_nothing_that_can_be_shown_is_not_written_about() {
    both(|rig| async move {
        browse_campaign(&rig).await;
        customer(&rig, "jo@example.com", 7).await;
        let lists = json!({"items": hat(), "contact": {"email": "jo@example.com"}});
        tell(&rig, Teller::Store, vec![event(&rig, "view_item_list", lists)]).await;
        rig.pass(hours(30)).await;
        assert_eq!((rig.mails.count(), cancelled(&rig).await), (0, vec!["empty".to_owned(), "empty".to_owned()]));
        rig
    })
    .await;
}

#[tokio::test]
async fn a_purchase_that_the_server_told_and_nobody_applied_yet_stops_the_message_that_is_due() {
    both(|rig| async move {
        browse_campaign(&rig).await;
        customer(&rig, "jo@example.com", 7).await;
        let known = json!({"items": hat(), "contact": {"email": "jo@example.com"}});
        tell(&rig, Teller::Browser, vec![event(&rig, "view_item", known)]).await;
        rig.pass(minutes(30)).await;
        rig.clock.advance(hours(1));
        let bought = event(&rig, "purchase", json!({}));
        assert_eq!(take(&rig, Teller::Store, vec![bought]).await[0].1, Fate::Accepted);
        send::send_due(&rig.app).await.expect("looked");
        assert_eq!(rig.mails.count(), 0, "the purchase was acknowledged before");
        rig.settle().await;
        assert_eq!((rig.mails.count(), cancelled(&rig).await), (0, vec!["purchased".to_owned(), "purchased".to_owned()]));
        rig
    })
    .await;
}
