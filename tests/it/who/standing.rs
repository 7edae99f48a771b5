//! What the sending policy asks about a batch of people and carts, answered from what came in.

use super::{cart_of, honest, honest_checkout};
use crate::support::replay::both;
use crate::support::rig::Rig;
use crate::support::shopper::{Shopper, with};
use comeback::app::policies::{self, By};
use comeback::app::who::Who;
use comeback::db;
use comeback::db::carts::CartRow;
use comeback::domain::event::ChannelKind;
use comeback::domain::ids::{CartId, ContactId};
use comeback::domain::policy::{Basis, ConsentRule, Policy, TestMode};
use jiff::SignedDuration;
use serde_json::{Value, json};

const OWNER: By<'_> = By { actor: "an owner", is_owner: true };

fn days(n: i64) -> SignedDuration {
    SignedDuration::from_hours(24 * n)
}

/// What is known of every cart of the store, asked for at once.
async fn all(rig: &Rig) -> (Who, Vec<CartRow>) {
    let ids: Vec<uuid::Uuid> = rig.carts().await.iter().map(|c| c.id.0).collect();
    let mut tx = rig.app.db.begin().await.expect("begun");
    let carts = db::carts::load(&mut tx, rig.shop.id, &ids).await.expect("carts");
    let contacts: Vec<ContactId> = carts.iter().filter_map(|c| c.contact_id).collect();
    let cart_ids: Vec<CartId> = carts.iter().map(|c| c.id).collect();
    let who = Who::of(&mut tx, rig.shop.id, (&contacts, &cart_ids), rig.app.now()).await.expect("known");
    tx.rollback().await.expect("ended");
    (who, carts)
}

async fn of(rig: &Rig, shopper: &Shopper) -> (Who, CartRow, ContactId) {
    let cart = cart_of(rig, shopper.email.as_deref().expect("an address")).await;
    let (who, mut carts) = all(rig).await;
    carts.retain(|c| c.id == cart);
    let row = carts.remove(0);
    let contact = row.contact_id.expect("a contact");
    (who, row, contact)
}

async fn elsewhere(rig: &Rig, shopper: &Shopper) -> Option<String> {
    let (who, cart, contact) = of(rig, shopper).await;
    who.bought_elsewhere(contact, &cart.facts)
}

fn customer(shopper: &Shopper, tags: &str, at: jiff::Timestamp) -> Value {
    json!({"id": shopper.customer, "email": shopper.email, "first_name": shopper.name, "created_at": at, "updated_at": at, "tags": tags, "orders_count": 3})
}

#[tokio::test]
async fn a_wholesale_customer_is_known_by_their_tag_as_long_as_they_have_it() {
    both(|rig| async move {
        let (ann, bea) = (honest(0), honest(1));
        for shopper in [&ann, &bea] {
            rig.tell("checkouts/update", &shopper.checkout(rig.app.now())).await;
        }
        let excluded = async |shopper: &Shopper| {
            let (who, _, contact) = of(&rig, shopper).await;
            who.excluded(contact)
        };
        assert_eq!(excluded(&ann).await, None);
        let (before, now) = (rig.app.now() - days(1), rig.app.now());
        rig.tell("customers/update", &customer(&ann, "VIP, WholeSale", now)).await;
        // An older record that comes late changes nothing, and one that tells no tags neither.
        rig.tell("customers/update", &customer(&ann, "VIP", before)).await;
        let silent = with(customer(&ann, "", now + SignedDuration::from_secs(1)), json!({"tags": null}));
        rig.tell("customers/update", &silent).await;
        assert_eq!((excluded(&ann).await.as_deref(), excluded(&bea).await), (Some("WholeSale"), None));
        rig.clock.advance(SignedDuration::from_mins(1));
        rig.tell("customers/update", &customer(&ann, "VIP", rig.app.now())).await;
        assert_eq!(excluded(&ann).await, None);
        rig
    })
    .await;
}

#[tokio::test]
async fn what_is_in_the_cart_and_was_bought_at_the_till_is_bought_elsewhere() {
    both(|rig| async move {
        let (ann, bea, cid) = (honest(0), honest(1), honest(2));
        // Bought before the cart was begun, so that it is no order of the cart.
        let at_the_till = json!({"source_name": "pos", "checkout_token": null, "cart_token": null, "name": "#POS-7"});
        rig.tell("orders/create", &with(ann.again(90).order(rig.app.now()), at_the_till.clone())).await;
        let cancelled = with(bea.again(91).order(rig.app.now()), at_the_till.clone());
        rig.tell("orders/cancelled", &with(cancelled, json!({"cancelled_at": rig.app.now()}))).await;
        let other = json!([{"variant_id": 5, "product_id": 5, "title": "Mug", "quantity": 1, "price": "50.00"}]);
        rig.tell("orders/create", &with(with(cid.again(92).order(rig.app.now()), at_the_till), json!({"line_items": other}))).await;
        rig.clock.advance(days(1));
        for shopper in [&ann, &bea, &cid] {
            rig.tell("checkouts/update", &shopper.checkout(rig.app.now())).await;
        }
        assert_eq!(elsewhere(&rig, &ann).await.as_deref(), Some("#POS-7"));
        assert_eq!((elsewhere(&rig, &bea).await, elsewhere(&rig, &cid).await), (None, None), "cancelled; another thing");
        rig.clock.advance(days(7));
        rig.tell("checkouts/update", &ann.checkout(rig.app.now())).await;
        assert_eq!(elsewhere(&rig, &ann).await, None, "more than a week before they left it");
        rig
    })
    .await;
}

#[tokio::test]
async fn a_subscription_that_renews_itself_counts_as_bought_though_it_ends_no_cart() {
    both(|rig| async move {
        let ann = honest(0);
        rig.tell("checkouts/update", &ann.checkout(rig.app.now())).await;
        rig.clock.advance(SignedDuration::from_mins(5));
        let renewal = json!({"source_name": "subscription_contract", "checkout_token": null, "cart_token": null, "name": "#1044"});
        rig.tell("orders/create", &with(ann.again(90).order(rig.app.now()), renewal)).await;
        assert_eq!(rig.state().await, "open");
        assert_eq!(elsewhere(&rig, &ann).await.as_deref(), Some("#1044"));
        rig
    })
    .await;
}

#[tokio::test]
async fn who_bought_before_may_be_written_to_where_the_policy_says_so_with_its_ground_as_proof() {
    both(|rig| async move {
        let policy = Policy {
            consent: vec![ConsentRule {
                channel: ChannelKind::Email,
                countries: vec!["DE".into()],
                basis: Basis::SoftOptIn,
                naming_carts: false,
                note: "similar goods, told at the sale".into(),
            }],
            ..Policy::default()
        };
        policies::set(&rig.app, rig.shop.id, policy, OWNER).await.expect("set");
        let quiet = |n| Shopper { accepts_mail: false, accepts_texts: false, ..honest(n) };
        let (buyer, stranger, tester) = (quiet(0), quiet(1), quiet(2));
        rig.tell("orders/create", &buyer.again(90).order(rig.app.now())).await;
        rig.tell("orders/create", &with(tester.again(91).order(rig.app.now()), json!({"test": true}))).await;
        rig.clock.advance(days(30));
        let german = json!({"country_code": "DE", "address1": "Weg 1", "city": "Ulm", "zip": "89073"});
        for shopper in [&buyer, &stranger, &tester] {
            let body = with(shopper.checkout(rig.app.now()), json!({"shipping_address": german, "billing_address": german}));
            rig.tell("checkouts/update", &body).await;
        }
        let may = async |shopper: &Shopper, channel| {
            let (who, cart, contact) = of(&rig, shopper).await;
            who.consent(contact, channel, &cart.facts, None)
        };
        let written = may(&buyer, ChannelKind::Email).await;
        assert!(written.allows && written.proof.contains("similar goods, told at the sale"), "{}", written.proof);
        assert!(!may(&buyer, ChannelKind::Sms).await.allows, "the rule is about mails");
        assert!(!may(&stranger, ChannelKind::Email).await.allows && !may(&tester, ChannelKind::Email).await.allows);
        rig
    })
    .await;
}

#[tokio::test]
async fn a_whole_batch_is_answered_at_once_and_each_by_their_own() {
    both(|rig| async move {
        for n in 0..10 {
            rig.tell("checkouts/update", &honest_checkout(n, rig.app.now())).await;
        }
        let test = Policy { test: Some(TestMode { allow: vec!["bea@example.com".into()] }), ..Policy::default() };
        policies::set(&rig.app, rig.shop.id, test, OWNER).await.expect("set");
        let (who, carts) = all(&rig).await;
        assert_eq!(carts.len(), 10);
        for cart in &carts {
            let to = cart.facts.email.as_ref().map(|e| e.value.as_str());
            assert_eq!(who.test_store(to), to != Some("bea@example.com"));
            let contact = cart.contact_id.expect("a contact");
            assert_eq!((who.excluded(contact), who.bought_elsewhere(contact, &cart.facts)), (None, None));
            assert_eq!(who.bot(cart.id).map(|b| b.score), Some(0));
        }
        assert_eq!(who.bot(CartId(uuid::Uuid::nil())), None);
        rig
    })
    .await;
}
