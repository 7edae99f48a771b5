//! What a message says of products when it leaves: what they cost now, and not what is sold out; and that it leaves whatever the store says.

use crate::support::replay::{assert_equal, both};
use crate::support::rig::Rig;
use crate::support::shopify_admin::{CLIENT, Fault, ShopifyAdmin, Sold, TOKEN};
use crate::support::shopper::Shopper;
use comeback::app::ingest::IntakeError;
use comeback::app::send::send_due;
use comeback::app::stores::{self, NewAccess, ShownAccess};
use comeback::channels::{EmailMessage, Message};
use comeback::db;
use comeback::domain::catalogue::CatalogueItem;
use jiff::SignedDuration;
use serde_json::json;
use std::collections::HashMap;
use std::future::Future;
use std::sync::Arc;

/// For twenty dollars in every cart of the stories.
const HAT: u64 = 41_000_000_000_001;
/// For thirty.
const SCARF: u64 = 41_000_000_000_002;

fn minutes(n: i64) -> SignedDuration {
    SignedDuration::from_mins(n)
}

/// Tells a story of a store that can be asked, on both engines; at its end nothing waits, and everything follows from what came in.
async fn beside_a_store<F, Fut>(story: F)
where
    F: Fn(Rig, Arc<ShopifyAdmin>) -> Fut,
    Fut: Future<Output = Rig>,
{
    for engine in ["sqlite", "postgres"] {
        eprintln!("-- on {engine}");
        let store = Arc::new(ShopifyAdmin::start().await);
        store.sell(HAT, Sold { product_id: 91, product: "Wool hat".into(), ..Sold::at("20.00") });
        store.sell(SCARF, Sold { product_id: 92, product: "Scarf".into(), ..Sold::at("30.00") });
        let rig = Rig::set(engine, &[("COMEBACK_SHOPIFY__BASE_URL", &store.url())]).await;
        give(&rig, NewAccess::Token(TOKEN.into())).await;
        let rig = story(rig, Arc::clone(&store)).await;
        rig.at_rest().await;
        assert_equal(&rig).await;
        rig.app.db.close().await;
    }
}

async fn give(rig: &Rig, access: NewAccess) {
    stores::give_access(&rig.app, rig.shop.id, access, "story").await.expect("given");
}

async fn access(rig: &Rig) -> Option<ShownAccess> {
    stores::shown(&rig.app.db, rig.shop.id).await.expect("asked")
}

async fn leaves(rig: &Rig, shopper: &Shopper) {
    rig.tell("checkouts/update", &shopper.checkout(rig.app.now())).await;
}

fn mails(rig: &Rig) -> Vec<EmailMessage> {
    let mail = |message| if let Message::Email(mail) = message { mail } else { panic!("a text among the mails") };
    rig.mails.all().into_iter().map(|(_, message)| mail(message)).collect()
}

fn last_mail(rig: &Rig) -> EmailMessage {
    mails(rig).pop().expect("a mail")
}

async fn known(rig: &Rig) -> HashMap<String, CatalogueItem> {
    let mut tx = rig.app.db.look().await.expect("begun");
    let (hat, scarf) = (HAT.to_string(), SCARF.to_string());
    let known = db::catalogue::of_carts(&mut tx, rig.shop.id, &[&hat, &scarf]).await.expect("read");
    tx.rollback().await.expect("ended");
    known
}

#[tokio::test]
async fn a_price_that_changed_after_they_left_is_the_price_in_the_mail() {
    beside_a_store(|rig, store| async move {
        leaves(&rig, &Shopper::new("Jo", 1)).await;
        rig.pass(minutes(60)).await;
        assert_eq!(store.times("ComebackVariants"), 0, "nothing is due yet");
        store.change(HAT, |hat| {
            hat.price = "25.50".into();
            hat.image = Some("https://cdn.example.com/hat.png".into());
            hat.tags = vec!["wool".into()];
            hat.collections = vec!["winter".into()];
        });
        rig.pass(minutes(10)).await;
        let mail = last_mail(&rig);
        assert!(mail.text.contains("25.50 USD") && mail.text.contains("30.00 USD"), "{}", mail.text);
        assert!(!mail.text.contains("20.00 USD"), "{}", mail.text);
        assert!(mail.html.contains("https://cdn.example.com/hat.png"), "webhooks of carts carry no pictures, the store's answer does");
        assert_eq!(store.times("ComebackVariants"), 1, "both are asked for at once");
        let hat = known(&rig).await.remove(&HAT.to_string()).expect("known");
        assert_eq!((hat.available, hat.stock, hat.title.as_deref()), (Some(true), Some(5), Some("Wool hat")));
        assert!(hat.tags.contains("wool") && hat.collections.contains("winter"));
        rig
    })
    .await;
}

#[tokio::test]
async fn a_shopper_of_another_market_keeps_the_prices_that_they_saw() {
    beside_a_store(|rig, store| async move {
        let jo = Shopper::new("Jo", 1);
        let mut body = jo.checkout(rig.app.now());
        for address in ["shipping_address", "billing_address"] {
            body[address]["country_code"] = "CA".into();
            body[address]["province_code"] = "ON".into();
        }
        rig.tell("checkouts/update", &body).await;
        store.change(HAT, |hat| hat.price = "25.50".into());
        store.change(SCARF, |scarf| scarf.available = false);
        rig.pass(minutes(70)).await;
        let mail = last_mail(&rig);
        assert!(mail.text.contains("20.00 USD") && !mail.text.contains("25.50"), "{}", mail.text);
        assert!(!mail.text.contains("Scarf"), "what is sold out is sold out everywhere: {}", mail.text);
        rig
    })
    .await;
}

#[tokio::test]
async fn what_the_store_says_is_sold_out_is_left_out() {
    beside_a_store(|rig, store| async move {
        leaves(&rig, &Shopper::new("Jo", 1)).await;
        store.change(HAT, |hat| hat.available = false);
        rig.pass(minutes(70)).await;
        let mail = last_mail(&rig);
        assert!(mail.text.contains("Scarf & glove") && !mail.text.contains("Wool"), "{}", mail.text);
        // A product that is gone from the store altogether.
        store.with(|s| s.sold.remove(&SCARF));
        store.change(HAT, |hat| hat.available = true);
        leaves(&rig, &Shopper::new("Ann", 2)).await;
        rig.pass(minutes(70)).await;
        let mail = last_mail(&rig);
        assert!(mail.text.contains("Wool") && !mail.text.contains("Scarf"), "{}", mail.text);
        rig
    })
    .await;
}

#[tokio::test]
async fn a_store_without_access_still_tells_by_webhooks_what_is_sold_out_and_what_is_back() {
    both(|rig| async move {
        let hat = |stock: i64| json!({"id": HAT, "product_id": 91, "title": "Blue", "price": "18.00", "inventory_policy": "deny", "inventory_quantity": stock});
        leaves(&rig, &Shopper::new("Jo", 1)).await;
        rig.pass(minutes(30)).await;
        rig.tell("variants/out_of_stock", &hat(0)).await;
        rig.pass(minutes(40)).await;
        let mail = last_mail(&rig);
        assert!(mail.text.contains("Scarf & glove") && !mail.text.contains("Wool"), "{}", mail.text);
        rig.tell("variants/in_stock", &hat(3)).await;
        leaves(&rig, &Shopper::new("Ann", 2)).await;
        rig.pass(minutes(70)).await;
        let mail = last_mail(&rig);
        assert!(mail.text.contains("Wool") && mail.text.contains("18.00 USD"), "{}", mail.text);
        rig.tell("products/delete", &json!({"id": 91})).await;
        leaves(&rig, &Shopper::new("Bea", 3)).await;
        rig.pass(minutes(70)).await;
        let mail = last_mail(&rig);
        assert!(mail.text.contains("Scarf") && !mail.text.contains("Wool"), "{}", mail.text);
        rig
    })
    .await;
}

#[tokio::test]
async fn a_store_that_does_not_answer_holds_no_message_up_and_is_left_alone_for_a_while() {
    beside_a_store(|rig, store| async move {
        leaves(&rig, &Shopper::new("Jo", 1)).await;
        rig.clock.advance(minutes(3));
        leaves(&rig, &Shopper::new("Ann", 2)).await;
        (0..2).for_each(|_| store.next(Fault::Cut));
        rig.pass(minutes(67)).await;
        assert_eq!(rig.mails.all().first().map(|(at, _)| *at), Some(rig.app.now()), "it leaves in time");
        assert!(last_mail(&rig).text.contains("20.00 USD"), "with the prices that are known");
        assert_eq!(store.times("ComebackVariants"), 1, "once, however often is looked");
        assert!(access(&rig).await.expect("access").problem.expect("a problem").contains("no usable answer"));
        // Two minutes later the next is due: the store is asked again, and fails again.
        rig.pass(minutes(3)).await;
        assert_eq!((rig.mails.count(), store.times("ComebackVariants")), (2, 2));
        leaves(&rig, &Shopper::new("Bea", 3)).await;
        rig.pass(minutes(70)).await;
        assert_eq!((rig.mails.count(), store.times("ComebackVariants")), (3, 3));
        assert_eq!(access(&rig).await.expect("access").problem, None, "it answers again");
        rig
    })
    .await;
}

#[tokio::test]
async fn a_store_that_never_answers_is_not_waited_for() {
    beside_a_store(|rig, store| async move {
        leaves(&rig, &Shopper::new("Jo", 1)).await;
        store.next(Fault::Hang);
        rig.pass(minutes(70)).await;
        assert_eq!(rig.mails.count(), 1);
        assert!(access(&rig).await.expect("access").problem.expect("a problem").contains("took too long"));
        rig
    })
    .await;
}

#[tokio::test]
async fn nothing_is_asked_while_all_is_fresh_and_the_answer_is_no_sign_that_webhooks_come() {
    beside_a_store(|rig, store| async move {
        leaves(&rig, &Shopper::new("Jo", 1)).await;
        rig.clock.advance(minutes(5));
        leaves(&rig, &Shopper::new("Ann", 2)).await;
        let heard_at = rig.app.now();
        rig.clock.advance(minutes(20));
        rig.settle().await;
        rig.pass(minutes(45)).await;
        assert_eq!((rig.mails.count(), store.times("ComebackVariants")), (1, 1));
        rig.pass(minutes(5)).await;
        assert_eq!((rig.mails.count(), store.times("ComebackVariants")), (2, 1), "seen five minutes ago");
        assert_eq!(db::watch::last_delivery(&rig.app.db, rig.shop.id).await.expect("asked"), Some(heard_at));
        leaves(&rig, &Shopper::new("Bea", 3)).await;
        rig.pass(minutes(70)).await;
        assert_eq!((rig.mails.count(), store.times("ComebackVariants")), (3, 2), "seen more than an hour ago");
        rig
    })
    .await;
}

#[tokio::test]
async fn carts_of_messages_that_are_due_soon_are_made_fresh_before_and_two_workers_do_not_ask_twice() {
    beside_a_store(|rig, store| async move {
        leaves(&rig, &Shopper::new("Jo", 1)).await;
        rig.pass(minutes(68)).await;
        rig.clock.advance(SignedDuration::from_secs(30));
        let (one, other) = tokio::join!(send_due(&rig.app), send_due(&rig.app));
        assert_eq!((one.expect("looked"), other.expect("looked")), (0, 0), "nothing is due yet");
        assert_eq!(store.times("ComebackVariants"), 1);
        store.change(HAT, |hat| hat.price = "1.00".into());
        rig.clock.advance(SignedDuration::from_secs(90));
        rig.settle().await;
        assert_eq!((rig.mails.count(), store.times("ComebackVariants")), (1, 1), "what was seen a minute ago is believed");
        rig
    })
    .await;
}

#[tokio::test]
async fn of_many_who_would_ask_at_once_one_does_and_the_others_wait_until_it_is_done_or_gone() {
    beside_a_store(|rig, _store| async move {
        let (db, shop, now) = (&rig.app.db, rig.shop.id, rig.app.now());
        let until = now + SignedDuration::from_secs(10);
        let turns = (0..8).map(|_| db::shop_access::take_turn(db, shop, now, until));
        let taken = futures_util::future::join_all(turns).await.into_iter().filter(|turn| *turn.as_ref().expect("asked")).count();
        assert_eq!(taken, 1);
        assert!(!db::shop_access::to_be_asked(db, now).await.expect("asked").contains(&shop));
        assert!(db::shop_access::to_be_asked(db, until).await.expect("asked").contains(&shop), "whoever had the turn is gone");
        // Late, and for access that somebody has given meanwhile: nothing is noted of it.
        rig.clock.advance(minutes(1));
        give(&rig, NewAccess::Token(TOKEN.into())).await;
        db::shop_access::end_turn(db, shop, until, (Some("too late"), rig.app.now() + minutes(30))).await.expect("noted");
        assert_eq!(access(&rig).await.expect("access").problem, None);
        rig
    })
    .await;
}

#[tokio::test]
async fn refused_access_is_told_and_a_new_one_is_used_at_once() {
    beside_a_store(|rig, store| async move {
        store.end_tokens();
        leaves(&rig, &Shopper::new("Jo", 1)).await;
        rig.pass(minutes(70)).await;
        assert_eq!(rig.mails.count(), 1);
        let shown = access(&rig).await.expect("access");
        assert!(shown.problem.as_ref().is_some_and(|p| p.contains("comeback shop access") && !p.contains(TOKEN)), "{shown:?}");
        give(&rig, NewAccess::Client { id: CLIENT.0.into(), secret: CLIENT.1.into() }).await;
        let shown = access(&rig).await.expect("access");
        assert_eq!((shown.kind, shown.client_id.as_deref(), shown.problem), ("client", Some(CLIENT.0), None));
        leaves(&rig, &Shopper::new("Ann", 2)).await;
        rig.pass(minutes(70)).await;
        assert_eq!((rig.mails.count(), store.times("ComebackVariants"), store.granted()), (2, 1, 1));
        stores::remove_access(&rig.app, rig.shop.id, "story").await.expect("removed");
        leaves(&rig, &Shopper::new("Bea", 3)).await;
        rig.pass(minutes(70)).await;
        assert_eq!((rig.mails.count(), store.times("ComebackVariants")), (3, 1), "nothing is asked without access");
        rig
    })
    .await;
}

#[tokio::test]
async fn a_missing_scope_is_named_and_the_mail_leaves() {
    beside_a_store(|rig, store| async move {
        store.with(|s| s.scopes.remove("read_products"));
        leaves(&rig, &Shopper::new("Jo", 1)).await;
        rig.pass(minutes(70)).await;
        assert_eq!(rig.mails.count(), 1);
        assert!(access(&rig).await.expect("access").problem.expect("a problem").contains("read_products"));
        rig
    })
    .await;
}

#[tokio::test]
async fn nobody_from_outside_passes_for_comeback_itself() {
    both(|rig| async move {
        let seen = json!({"seen_at": rig.app.now(), "products": [], "variants": [{"variant_id": HAT.to_string(), "sellable": false}]});
        let answer = rig.post("comeback/catalogue", "forged", &seen.to_string()).await;
        assert!(matches!(answer, Err(IntakeError::Bad(_))), "{answer:?}");
        assert!(known(&rig).await.is_empty());
        rig
    })
    .await;
}

#[tokio::test]
async fn a_store_that_is_erased_leaves_neither_access_nor_catalogue() {
    for engine in ["sqlite", "postgres"] {
        let rig = Rig::on(engine).await;
        give(&rig, NewAccess::Token(TOKEN.into())).await;
        rig.tell("variants/out_of_stock", &json!({"id": HAT, "product_id": 91, "price": "18.00", "inventory_quantity": 0})).await;
        assert_eq!((known(&rig).await.len(), access(&rig).await.is_some()), (1, true));
        rig.tell("shop/redact", &json!({"shop_id": 1, "shop_domain": "acme.myshopify.com"})).await;
        assert_eq!((known(&rig).await.len(), access(&rig).await), (0, None));
        rig.app.db.close().await;
    }
}
