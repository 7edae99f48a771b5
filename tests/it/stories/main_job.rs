//! The main job: a shopper leaves, is reminded, comes back and buys; the order is credited, net.

use crate::support::replay::both;
use crate::support::rig::Rig;
use crate::support::shopper::{Shopper, with};
use comeback::app::links::{DeadEnd, Given, Leads, Opened, Program, open};
use comeback::app::timeline;
use comeback::channels::Message;
use jiff::SignedDuration;
use serde_json::json;

const PERSON: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1";

fn minutes(n: i64) -> SignedDuration {
    SignedDuration::from_mins(n)
}

async fn click(rig: &Rig, token: &str, user_agent: &str) -> Leads {
    open(&rig.app, &Opened { link: Given::Token(token), by: Program::named(user_agent) }).await.expect("a link")
}

/// Jo begins a checkout, leaves, and gets the mail after ten minutes and an hour.
async fn reminded(rig: &Rig, jo: &Shopper) {
    rig.tell("checkouts/create", &jo.anonymous(rig.app.now())).await;
    rig.clock.advance(SignedDuration::from_secs(20));
    rig.tell("checkouts/update", &jo.checkout(rig.app.now())).await;
    assert_eq!(rig.state().await, "open");
    rig.pass(minutes(9)).await;
    assert_eq!(rig.state().await, "open");
    rig.pass(minutes(1)).await;
    assert_eq!(rig.state().await, "abandoned");
    rig.pass(minutes(59)).await;
    assert_eq!(rig.mails.count(), 0, "a minute early");
    rig.pass(minutes(1)).await;
    assert_eq!(rig.mails.count(), 1);
}

#[tokio::test]
async fn a_shopper_who_clicks_and_buys_is_recovered_and_a_refund_takes_its_part_back() {
    both(|rig| async move {
        let jo = Shopper::new("Jo", 1);
        reminded(&rig, &jo).await;
        let (token, _) = rig.links();
        rig.clock.advance(minutes(5));
        let Leads::To(url) = click(&rig, &token, PERSON).await else { panic!("the link leads nowhere") };
        assert!(url.starts_with("https://acme.myshopify.com/1/checkouts/ac/") && url.contains("key=k3y"), "{url}");
        assert!(url.contains("utm_source=comeback") && url.contains("utm_campaign=checkout-recovery"), "{url}");
        rig.clock.advance(minutes(3));
        rig.tell("orders/create", &jo.order(rig.app.now())).await;
        assert_eq!(rig.state().await, "recovered");
        assert_eq!(rig.credited().await, (1, 5000, 0, 5000));
        assert_eq!(click(&rig, &token, PERSON).await, Leads::Nowhere(DeadEnd::Bought, Some(Box::new(rig.shop.clone()))));
        rig.pass(SignedDuration::from_hours(30)).await;
        assert_eq!(rig.texts.count(), 0, "no text after the purchase");
        rig.tell("refunds/create", &jo.refund(77, "30.00", rig.app.now())).await;
        assert_eq!(rig.credited().await, (1, 5000, 3000, 2000));
        assert_eq!(rig.state().await, "recovered");
        rig
    })
    .await;
}

#[tokio::test]
async fn the_timeline_tells_the_whole_story_and_every_decision_says_why() {
    both(|rig| async move {
        let jo = Shopper::new("Jo", 1);
        reminded(&rig, &jo).await;
        let (token, _) = rig.links();
        click(&rig, &token, "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)").await;
        click(&rig, &token, PERSON).await;
        rig.clock.advance(minutes(3));
        rig.tell("orders/create", &jo.order(rig.app.now())).await;
        let story = timeline::story(&rig.app, rig.shop.id, rig.cart().await.id).await.expect("a story");
        let kinds: Vec<&str> = story.timeline.iter().map(|e| e.kind.as_str()).collect();
        let told = [
            "begin_checkout",
            "begin_checkout",
            "abandoned",
            "decision.planned",
            "decision.send",
            "message.sent",
            "click.machine",
            "click",
            "purchase",
            "decision.cancel",
            "credit",
        ];
        assert_eq!(kinds, told, "{:#?}", story.timeline);
        assert!(story.timeline.iter().all(|e| !e.why.is_empty()));
        let cancelled = story.timeline.iter().find(|e| e.kind == "decision.cancel").expect("a cancelled text");
        assert_eq!(cancelled.rule.as_deref(), Some("purchased"));
        let sent = story.timeline.iter().find(|e| e.kind == "decision.send").expect("a decision");
        let inputs = sent.inputs.as_ref().expect("inputs");
        assert_eq!((inputs["cart"].as_str(), inputs["arm"].as_str()), (Some("abandoned"), Some("treated")));
        rig
    })
    .await;
}

#[tokio::test]
async fn the_mail_and_the_text_say_what_is_in_the_cart_and_how_to_opt_out() {
    both(|rig| async move {
        let jo = Shopper::new("Jo", 1);
        reminded(&rig, &jo).await;
        rig.pass(SignedDuration::from_hours(23)).await;
        let mails = rig.mails.all();
        let Message::Email(mail) = &mails[0].1 else { panic!("not a mail") };
        assert_eq!(mail.to.as_str(), "jo@example.com");
        assert!(mail.html.contains("Wool &lt;b&gt;hat&lt;/b&gt;") && !mail.html.contains("<b>hat"), "titles are escaped");
        assert!(mail.text.contains("Scarf & glove") && mail.text.contains("50.00"), "{}", mail.text);
        let unsubscribe = mail.unsubscribe_url.as_deref().unwrap_or_default();
        assert!(unsubscribe.starts_with("http://127.0.0.1:8080/u/") && mail.html.contains("/u/"));
        let texts = rig.texts.all();
        let Message::Sms(text) = &texts[0].1 else { panic!("not a text") };
        assert!(text.body.contains("http://127.0.0.1:8080/s/") && text.body.contains("STOP"), "{}", text.body);
        rig
    })
    .await;
}

#[tokio::test]
async fn an_order_without_a_click_is_not_ours() {
    both(|rig| async move {
        let jo = Shopper::new("Jo", 1);
        reminded(&rig, &jo).await;
        rig.clock.advance(minutes(3));
        rig.tell("orders/create", &jo.order(rig.app.now())).await;
        assert_eq!(rig.state().await, "purchased");
        assert_eq!(rig.credited().await, (0, 0, 0, 0));
        rig
    })
    .await;
}

#[tokio::test]
async fn a_click_older_than_the_window_earns_nothing() {
    both(|rig| async move {
        let jo = Shopper::new("Jo", 1);
        reminded(&rig, &jo).await;
        click(&rig, &rig.links().0, PERSON).await;
        rig.pass(SignedDuration::from_hours(24 * 5) + minutes(1)).await;
        rig.tell("orders/create", &jo.order(rig.app.now())).await;
        assert_eq!(rig.credited().await, (0, 0, 0, 0));
        rig
    })
    .await;
}

#[tokio::test]
async fn a_machines_click_earns_nothing() {
    both(|rig| async move {
        let jo = Shopper::new("Jo", 1);
        reminded(&rig, &jo).await;
        click(&rig, &rig.links().0, "facebookexternalhit/1.1").await;
        rig.clock.advance(minutes(3));
        rig.tell("orders/create", &jo.order(rig.app.now())).await;
        assert_eq!((rig.state().await, rig.credited().await), ("purchased", (0, 0, 0, 0)));
        rig
    })
    .await;
}

#[tokio::test]
async fn an_order_from_a_fresh_cart_is_ours_by_our_marker() {
    both(|rig| async move {
        let jo = Shopper::new("Jo", 1);
        reminded(&rig, &jo).await;
        rig.clock.advance(minutes(3));
        let marker = marker(&rig).await;
        let other = Shopper { email: Some("jo.other@example.com".into()), phone: None, customer: 99, ..jo.again(9) };
        let order = with(other.order(rig.app.now()), json!({"note_attributes": [{"name": "_comeback", "value": marker}]}));
        rig.tell("orders/create", &order).await;
        assert_eq!(rig.credited().await, (1, 5000, 0, 5000));
        rig
    })
    .await;
}

/// The marker of the only mail: what its link would put on a cart that it makes.
async fn marker(rig: &Rig) -> String {
    let mail = rig.nudges().await.into_iter().find(|n| n.step == 0).expect("a nudge");
    comeback::db::nudges::target(&rig.app.db, rig.shop.id, mail.id).await.expect("found").expect("there").short_code
}

#[tokio::test]
async fn tests_and_unpaid_and_cancelled_orders_bring_no_money() {
    both(|rig| async move {
        let jo = Shopper::new("Jo", 1);
        reminded(&rig, &jo).await;
        click(&rig, &rig.links().0, PERSON).await;
        rig.clock.advance(minutes(3));
        let placed = rig.app.now();
        rig.tell("orders/create", &with(jo.order(placed), json!({"financial_status": "pending", "total_outstanding": "50.00"}))).await;
        assert_eq!((rig.state().await, rig.credited().await), ("purchased", (0, 0, 0, 0)), "not paid yet");
        rig.clock.advance(minutes(1));
        rig.tell("orders/paid", &with(jo.order(placed), json!({"updated_at": rig.app.now()}))).await;
        assert_eq!((rig.state().await, rig.credited().await), ("recovered", (1, 5000, 0, 5000)));
        rig.clock.advance(minutes(1));
        let cancelled = json!({"updated_at": rig.app.now(), "cancelled_at": rig.app.now(), "financial_status": "refunded", "current_total_price": "0.00"});
        rig.tell("orders/cancelled", &with(jo.order(placed), cancelled)).await;
        assert_eq!(rig.credited().await, (1, 5000, 5000, 0));
        let ann = Shopper::new("Ann", 2);
        rig.tell("orders/create", &with(ann.order(rig.app.now()), json!({"test": true}))).await;
        assert_eq!(rig.credited().await, (1, 5000, 5000, 0), "a test changes nothing");
        rig
    })
    .await;
}
