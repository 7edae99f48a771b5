//! Money: what a store counts as revenue, what goes back, and that it agrees with the platform's books.

use crate::support::replay::{assert_equal, both};
use crate::support::rig::Rig;
use crate::support::shopify_admin::{Fault, ShopifyAdmin, TOKEN};
use crate::support::shopify_orders::Recorded;
use crate::support::shopper::{Shopper, with};
use comeback::app::links::{Given, Opened, Program, open};
use comeback::app::money::{self, Counted};
use comeback::app::reconcile::{self, Told};
use comeback::app::stores::{NewAccess, give_access};
use comeback::db;
use comeback::domain::books::Kind;
use comeback::domain::order::Basis;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use std::future::Future;
use std::sync::Arc;

const PERSON: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1";
const NO_TAX: Basis = Basis { tax_included: false, shipping_included: true };

/// `(gross, refunds, net)` of an order in minor units.
async fn worth(rig: &Rig, shopper: &Shopper) -> (i64, i64, i64) {
    let orders = db::lists::orders(&rig.app.db, rig.shop.id, None, 200).await.expect("orders");
    let order = orders.into_iter().find(|o| o.platform_id == shopper.order_id.to_string()).expect("the order");
    let minor = |m: Option<comeback::domain::money::Money>| m.map_or(0, |m| m.minor);
    (minor(order.gross), minor(order.refunds), minor(order.net))
}

/// 50.00, of which 8.00 are tax and 5.00 are shipping.
fn order(shopper: &Shopper, at: Timestamp) -> Value {
    let shipping = json!([{"price": "5.00", "discounted_price": "5.00", "tax_lines": [], "discount_allocations": []}]);
    with(
        shopper.order(at),
        json!({"subtotal_price": "37.00", "total_tax": "8.00", "taxes_included": false, "total_discounts": "0.00", "shipping_lines": shipping,
            "total_tip_received": "0.00"}),
    )
}

/// Jo leaves, is reminded, clicks, and orders.
async fn recovered(rig: &Rig, jo: &Shopper) {
    rig.tell("checkouts/update", &jo.checkout(rig.app.now())).await;
    rig.pass(SignedDuration::from_mins(75)).await;
    let (token, _) = rig.links();
    open(&rig.app, &Opened { link: Given::Token(&token), by: Program::named(PERSON) }).await.expect("a link");
    rig.clock.advance(SignedDuration::from_mins(3));
    rig.tell("orders/create", &order(jo, rig.app.now())).await;
}

async fn counts(rig: &Rig, basis: Basis) -> Counted {
    money::set(&rig.app, rig.shop.id, basis, "story").await.expect("set")
}

#[tokio::test]
async fn what_a_store_counts_changes_every_order_and_credit_of_the_past_and_of_the_future() {
    both(|rig| async move {
        let jo = Shopper::new("Jo", 1);
        recovered(&rig, &jo).await;
        assert_eq!((rig.credited().await, worth(&rig, &jo).await), ((1, 5000, 0, 5000), (5000, 0, 5000)));
        let set = counts(&rig, NO_TAX).await;
        assert_eq!((set.basis.version, set.orders_behind), (1, 1), "said before it is done");
        assert_eq!(money::recount_due(&rig.app).await.expect("counted"), 1);
        assert_eq!((rig.credited().await, worth(&rig, &jo).await), ((1, 4200, 0, 4200), (4200, 0, 4200)));
        assert_eq!(money::recount_due(&rig.app).await.expect("counted"), 0, "done once");
        // A refund of half the goods with their tax, which the body tells apart.
        let lines = json!([{"subtotal": 18.5, "total_tax": 4.0, "line_item": {"gift_card": false}}]);
        rig.tell("refunds/create", &with(jo.refund(77, "22.50", rig.app.now()), json!({"refund_line_items": lines}))).await;
        assert_eq!(rig.credited().await, (1, 4200, 1850, 2350));
        counts(&rig, Basis::default()).await;
        rig.settle().await;
        assert_eq!(rig.credited().await, (1, 5000, 2250, 2750));
        assert_eq!(counts(&rig, Basis::default()).await.basis.version, 2, "the same again is no change");
        rig
    })
    .await;
}

#[tokio::test]
async fn a_worker_that_dies_while_orders_are_worked_out_anew_is_followed_where_it_was() {
    both(|rig| async move {
        for n in 1..=120 {
            let ann = Shopper::new("Ann", n);
            rig.post("orders/create", &format!("o{n}"), &order(&ann, rig.app.now()).to_string()).await.expect("accepted");
        }
        rig.settle().await;
        counts(&rig, NO_TAX).await;
        let first = money::recount_due(&rig.app).await.expect("counted");
        assert_eq!(first, 100, "one batch");
        // An order that comes in between follows what is set now.
        let kim = Shopper::new("Kim", 500);
        rig.post("orders/create", "kim", &order(&kim, rig.app.now()).to_string()).await.expect("accepted");
        rig.settle().await;
        assert_eq!(worth(&rig, &kim).await, (4200, 0, 4200));
        for n in [1, 60, 120] {
            assert_eq!(worth(&rig, &Shopper::new("Ann", n)).await, (4200, 0, 4200), "{n}");
        }
        assert_eq!(money::get(&rig.app, rig.shop.id).await.expect("asked").orders_behind, 0);
        rig
    })
    .await;
}

#[tokio::test]
async fn a_chargeback_takes_the_credit_back_and_gives_it_again_once_it_is_won() {
    both(|rig| async move {
        let jo = Shopper::new("Jo", 1);
        let dispute = |kind: &str, status: &str| {
            json!({"id": 900, "order_id": jo.order_id, "type": kind, "amount": "50.00", "currency": "USD", "reason": "fraudulent", "status": status,
                "initiated_at": "2026-07-02T12:00:00Z", "finalized_on": null})
        };
        recovered(&rig, &jo).await;
        // As Shopify tells it: each by a delivery of its own, triggered later than the one before.
        for (kind, status, expected) in [
            ("inquiry", "needs_response", (1, 5000, 0, 5000)),
            ("chargeback", "needs_response", (1, 5000, 5000, 0)),
            ("chargeback", "lost", (1, 5000, 5000, 0)),
            ("chargeback", "won", (1, 5000, 0, 5000)),
        ] {
            rig.clock.advance(SignedDuration::from_hours(1));
            rig.tell("disputes/update", &with(dispute(kind, status), json!({"finalized_on": rig.app.now()}))).await;
            assert_eq!(rig.credited().await, expected, "{kind} {status}");
        }
        assert_eq!(rig.state().await, "recovered");
        rig
    })
    .await;
}

#[tokio::test]
async fn an_edited_order_is_worth_what_was_paid_for_it_since() {
    both(|rig| async move {
        let (jo, ann) = (Shopper::new("Jo", 1), Shopper::new("Ann", 2));
        rig.tell("orders/create", &jo.order(rig.app.now())).await;
        rig.tell("orders/create", &ann.order(rig.app.now())).await;
        rig.clock.advance(SignedDuration::from_mins(5));
        // Dearer by 10.00, which are still owed; then they are paid.
        let dearer = json!({"total_price": "60.00", "current_total_price": "60.00", "total_outstanding": "10.00", "financial_status": "partially_paid"});
        rig.tell("orders/updated", &with(jo.order(rig.app.now()), dearer.clone())).await;
        assert_eq!(worth(&rig, &jo).await, (5000, 0, 5000));
        rig.clock.advance(SignedDuration::from_mins(5));
        let paid = with(with(jo.order(rig.app.now()), dearer), json!({"total_outstanding": "0.00", "financial_status": "paid"}));
        rig.tell("orders/updated", &paid).await;
        assert_eq!(worth(&rig, &jo).await, (6000, 0, 6000));
        // Cheaper by 30.00: nothing is gone until it went back.
        let cheaper = json!({"current_total_price": "20.00", "total_outstanding": "-30.00"});
        rig.tell("orders/updated", &with(ann.order(rig.app.now()), cheaper)).await;
        assert_eq!(worth(&rig, &ann).await, (5000, 0, 5000));
        rig.tell("refunds/create", &ann.refund(78, "30.00", rig.app.now())).await;
        assert_eq!(worth(&rig, &ann).await, (5000, 3000, 2000));
        rig
    })
    .await;
}

#[tokio::test]
async fn who_bought_nothing_but_a_gift_card_has_bought_all_the_same() {
    both(|rig| async move {
        let jo = Shopper::new("Jo", 1);
        let card = json!([{"title": "Gift card", "quantity": 1, "price": "50.00", "gift_card": true, "discount_allocations": []}]);
        rig.tell("checkouts/update", &jo.checkout(rig.app.now())).await;
        rig.tell("orders/create", &with(jo.order(rig.app.now()), json!({"line_items": card}))).await;
        assert_eq!(worth(&rig, &jo).await, (0, 0, 0));
        rig.pass(SignedDuration::from_hours(30)).await;
        assert_eq!((rig.mails.count(), rig.texts.count()), (0, 0));
        rig
    })
    .await;
}

/// Tells a story of a store that can be asked for its books.
async fn beside_a_store<F, Fut>(story: F)
where
    F: Fn(Rig, Arc<ShopifyAdmin>) -> Fut,
    Fut: Future<Output = Rig>,
{
    for engine in ["sqlite", "postgres"] {
        eprintln!("-- on {engine}");
        let store = Arc::new(ShopifyAdmin::start().await);
        let rig = Rig::set(engine, &[("COMEBACK_SHOPIFY__BASE_URL", &store.url())]).await;
        give_access(&rig.app, rig.shop.id, NewAccess::Token(TOKEN.into()), "story").await.expect("given");
        let rig = story(rig, Arc::clone(&store)).await;
        rig.at_rest().await;
        assert_equal(&rig).await;
        rig.app.db.close().await;
    }
}

fn period(rig: &Rig) -> (Timestamp, Timestamp) {
    (rig.app.now() - SignedDuration::from_hours(48), rig.app.now())
}

async fn compare(rig: &Rig) -> Told {
    reconcile::ask(&rig.app, rig.shop.id, period(rig), "story").await.expect("asked");
    rig.settle().await;
    let run = db::reconciliations::last(&rig.app.db, rig.shop.id, false).await.expect("asked").expect("a run");
    assert_eq!((run.state.as_str(), run.problem.as_deref()), ("done", None));
    reconcile::told(&run).expect("told")
}

/// Kind, order's name and amount of every difference.
fn found(told: &Told) -> Vec<(Kind, String, i64)> {
    let mut all: Vec<_> = told.compared.differences.iter().map(|d| (d.kind, d.name.clone(), d.amount.minor)).collect();
    all.sort();
    all
}

fn name(n: i64) -> String {
    Shopper::new("Ann", n).order(Timestamp::UNIX_EPOCH)["name"].as_str().expect("a name").to_owned()
}

fn recorded(n: i64, at: Timestamp) -> Recorded {
    let id = u64::try_from(Shopper::new("Ann", n).order_id).expect("an id");
    Recorded::paid(id, &at.to_string(), "50.00")
}

#[tokio::test]
async fn each_difference_from_the_books_is_found_by_its_kind_to_the_cent() {
    beside_a_store(|rig, store| async move {
        let at = rig.app.now();
        let ann = |n| Shopper::new("Ann", n);
        for n in 1..=9 {
            let body = match n {
                3 => with(ann(n).order(at), json!({"cancelled_at": at})),
                4 => with(ann(n).order(at), json!({"test": true})),
                5 => with(ann(n).order(at), json!({"currency": "EUR"})),
                _ => ann(n).order(at),
            };
            rig.tell("orders/create", &body).await;
        }
        rig.tell("refunds/create", &ann(7).refund(770, "5.00", at)).await;
        let charged =
            json!({"id": 900, "order_id": ann(6).order_id, "type": "chargeback", "amount": "50.00", "currency": "USD", "status": "lost"});
        rig.tell("disputes/create", &charged).await;
        rig.clock.advance(SignedDuration::from_hours(1));
        store.with(|s| {
            // 1 agrees; 2 has a refund that never came; 8 was edited; 9 is of another amount; 10 never came; 7's refund and 11 are here alone.
            s.orders = (1..=10).map(|n| recorded(n, at)).collect();
            s.orders[1].refunds = vec![(771, "12.34".into())];
            s.orders[3].test = true;
            s.orders[7] = Recorded { total: "60.00".into(), received: "60.00".into(), edited: true, ..recorded(8, at) };
            s.orders[8].received = "49.99".into();
        });
        rig.post("orders/create", "o11", &ann(11).order(at).to_string()).await.expect("accepted");
        let told = compare(&rig).await;
        let mut expected = vec![
            (Kind::RefundNotKnownHere, name(2), 1234),
            (Kind::Cancelled, name(3), -5000),
            (Kind::Currency, name(5), 5000),
            (Kind::Chargeback, name(6), -5000),
            (Kind::RefundNotInBooks, name(7), -500),
            (Kind::Edited, name(8), -1000),
            (Kind::Amount, name(9), 1),
            (Kind::NotKnownHere, name(10), -5000),
            (Kind::NotInBooks, name(11), 5000),
        ];
        expected.sort();
        assert_eq!(found(&told), expected);
        // In dollars: 1, 2, 7, 8, 9 and 11 here with 5.00 gone; in the books all but the test, with 12.34 gone, 10.00 more and a cent less.
        let usd = told.compared.sums.iter().find(|s| s.currency.code() == "USD").expect("dollars");
        assert_eq!((usd.ours.minor, usd.theirs.minor), (6 * 5000 - 500, 9 * 5000 - 1234 + 1000 - 1));
        assert_eq!((usd.difference.minor - usd.explained.minor, usd.unexplained.minor), (1, 1), "all but the cent");
        let eur = told.compared.sums.iter().find(|s| s.currency.code() == "EUR").expect("euros");
        assert_eq!((eur.ours.minor, eur.theirs.minor, eur.unexplained.minor), (5000, 0, 0));
        assert_eq!((told.compared.unexplained_count, told.compared.sums[0].orders_agree + told.compared.sums[1].orders_agree), (1, 2));
        rig
    })
    .await;
}

#[tokio::test]
async fn what_never_came_is_taken_in_once_ends_its_cart_and_follows_from_its_own_delivery() {
    beside_a_store(|rig, store| async move {
        let (jo, at) = (Shopper::new("Jo", 1), rig.app.now());
        rig.tell("checkouts/update", &jo.checkout(at)).await;
        let id = u64::try_from(jo.order_id).expect("an id");
        store.with(|s| {
            let order = Recorded {
                tax: "8.00".into(),
                email: jo.email.clone(),
                checkout_token: Some(jo.checkout_token.clone()),
                ..Recorded::paid(id, &at.to_string(), "50.00")
            };
            s.orders = vec![order];
        });
        rig.clock.advance(SignedDuration::from_mins(30));
        let told = compare(&rig).await;
        assert_eq!((found(&told).len(), told.compared.can_take_in_count), (1, 1));
        let done = reconcile::take_in(&rig.app, rig.shop.id, "story").await.expect("taken in");
        assert_eq!((done.taken, done.gone, done.left), (1, 0, 0));
        rig.settle().await;
        assert_eq!((rig.state().await, worth(&rig, &jo).await), ("purchased", (5000, 0, 5000)));
        reconcile::take_in(&rig.app, rig.shop.id, "story").await.expect("again");
        assert!(found(&compare(&rig).await).is_empty());
        // A refund that never came comes the same way.
        store.with(|s| s.orders[0].refunds = vec![(771, "20.00".into())]);
        store.with(|s| s.orders[0].updated_at = rig.app.now().to_string());
        rig.clock.advance(SignedDuration::from_mins(1));
        assert_eq!(
            found(&compare(&rig).await),
            [(Kind::RefundNotKnownHere, jo.order(at)["name"].as_str().expect("a name").to_owned(), 2000)]
        );
        reconcile::take_in(&rig.app, rig.shop.id, "story").await.expect("taken in");
        counts(&rig, NO_TAX).await;
        rig.settle().await;
        // The store told the tax too: 42.00 without it, of which two fifths went back.
        assert_eq!(worth(&rig, &jo).await, (4200, 1680, 2520));
        rig.pass(SignedDuration::from_hours(30)).await;
        assert_eq!((rig.mails.count(), rig.texts.count()), (0, 0), "who has bought is not written to");
        rig
    })
    .await;
}

#[tokio::test]
async fn the_books_are_asked_page_after_page_every_night_once_and_a_refusal_is_told() {
    beside_a_store(|rig, store| async move {
        let at = rig.app.now();
        for n in 1..=60 {
            rig.post("orders/create", &format!("o{n}"), &Shopper::new("Ann", n).order(at).to_string()).await.expect("accepted");
        }
        rig.settle().await;
        store.with(|s| s.orders = (1..=60).map(|n| recorded(n, at)).collect());
        store.next_of("ComebackBooks", Fault::Code("MAX_COST_EXCEEDED"));
        rig.clock.advance(SignedDuration::from_hours(24));
        assert_eq!(reconcile::ask_nightly(&rig.app).await.expect("asked"), 1);
        assert_eq!(reconcile::ask_nightly(&rig.app).await.expect("asked"), 0, "once a night");
        rig.settle().await;
        let run = db::reconciliations::last(&rig.app.db, rig.shop.id, true).await.expect("asked").expect("done");
        let told = reconcile::told(&run).expect("told");
        assert_eq!((run.asked_by.as_str(), told.compared.sums[0].orders_agree, told.compared.differences_count), ("night", 60, 0));
        assert!(store.times("ComebackBooks") > 3, "60 orders, 25 and then 12 at once");
        store.with(|s| s.scopes.remove("read_orders"));
        reconcile::ask(&rig.app, rig.shop.id, period(&rig), "story").await.expect("asked");
        assert!(reconcile::ask(&rig.app, rig.shop.id, period(&rig), "story").await.is_err(), "one at a time");
        rig.settle().await;
        let failed = db::reconciliations::last(&rig.app.db, rig.shop.id, false).await.expect("asked").expect("a run");
        assert_eq!(failed.state, "failed");
        assert!(failed.problem.is_some_and(|p| p.contains("read_orders")));
        rig
    })
    .await;
}

#[tokio::test]
async fn a_store_that_cannot_be_asked_is_compared_with_its_export() {
    both(|rig| async move {
        let at = rig.app.now();
        for n in 1..=2 {
            rig.tell("orders/create", &Shopper::new("Ann", n).order(at)).await;
        }
        rig.clock.advance(SignedDuration::from_hours(1));
        assert!(reconcile::ask(&rig.app, rig.shop.id, period(&rig), "story").await.is_err(), "it gave no access");
        let line = |n: i64, refunded: &str| {
            format!(
                "{},paid,USD,50.00,{},{refunded},0.00,{}\n",
                name(n),
                at.strftime("%Y-%m-%d %H:%M:%S +0000"),
                Shopper::new("Ann", n).order_id
            )
        };
        let export = format!(
            "Name,Financial Status,Currency,Total,Created at,Refunded Amount,Outstanding Balance,Id\n{}{}{}",
            line(1, "0.00"),
            line(2, "7.50"),
            line(3, "0.00")
        );
        let (_, told) =
            reconcile::compare_now(&rig.app, &rig.shop, period(&rig), (Some(export.as_bytes()), "story")).await.expect("compared");
        let mut expected = vec![(Kind::RefundNotKnownHere, name(2), 750), (Kind::NotKnownHere, name(3), -5000)];
        expected.sort();
        assert_eq!((found(&told), told.compared.sums[0].orders_agree), (expected, 1));
        rig
    })
    .await;
}
