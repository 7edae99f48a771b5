//! Fake checkouts are told from shoppers' as they come in.

use super::{cart_of, honest, honest_checkout, robot_checkout};
use crate::support::replay::{assert_equal, both};
use crate::support::rig::Rig;
use crate::support::shopper::{Shopper, with};
use comeback::app::{AppError, bots, policies, timeline};
use comeback::channels::Message;
use comeback::db;
use comeback::domain::bots::BotVerdict;
use comeback::domain::ids::CartId;
use comeback::domain::policy::BLOCK_FROM;
use jiff::SignedDuration;
use serde_json::json;

const ROBOTS: usize = 40;
const SHOPPERS: usize = 10;

fn seconds(n: i64) -> SignedDuration {
    SignedDuration::from_secs(n)
}

/// Of forty-nine within twelve minutes every fifth is a shopper; webhooks come in small heaps.
async fn flood(rig: &Rig) {
    for n in 0..ROBOTS {
        if n % 4 == 0 {
            let (shopper, body) = (n / 4, honest_checkout(n / 4, rig.app.now()).to_string());
            rig.post("checkouts/create", &format!("shopper-{shopper}"), &body).await.expect("accepted");
        }
        let body = robot_checkout(n, rig.app.now()).to_string();
        rig.post("checkouts/create", &format!("robot-{n}"), &body).await.expect("accepted");
        rig.clock.advance(seconds(15));
        if n % 7 == 6 {
            rig.settle().await;
        }
    }
    rig.settle().await;
}

async fn story(rig: &Rig, cart: CartId) -> timeline::Story {
    Box::pin(timeline::story(&rig.app, rig.shop.id, cart)).await.expect("a story")
}

async fn say(rig: &Rig, cart: CartId, fake: bool) -> Result<CartId, AppError> {
    Box::pin(bots::say(&rig.app, rig.shop.id, cart, (fake, "story"))).await
}

async fn scored(rig: &Rig, email: &str) -> BotVerdict {
    let cart = cart_of(rig, email).await;
    db::bots::of_cart(&rig.app.db, rig.shop.id, cart).await.expect("asked").0
}

#[tokio::test]
async fn of_a_flood_of_robots_each_is_told_and_no_shopper_is_taken_for_one() {
    both(|rig| async move {
        flood(&rig).await;
        for n in 0..ROBOTS {
            let verdict = scored(&rig, &format!("k{n}x9z{n}q7w@gmail.com")).await;
            assert!(verdict.score >= BLOCK_FROM, "{}: robot {n}: {verdict:?}", rig.engine);
        }
        for n in 0..SHOPPERS {
            let verdict = scored(&rig, &honest(n).email.expect("an address")).await;
            assert_eq!((verdict.score, verdict.reasons), (0, Vec::new()), "{}: shopper {n}", rig.engine);
        }
        // The first came when nothing was to be seen yet, and is known for what it is all the same.
        let first = scored(&rig, "k0x9z0q7w@gmail.com").await;
        let rules: Vec<&str> = first.reasons.iter().map(|r| r.rule.as_str()).collect();
        assert_eq!(rules, ["same_cheapest_item", "same_name", "generated_email", "same_address", "filled_in_seconds", "no_trace"]);
        rig
    })
    .await;
}

#[tokio::test]
async fn robots_get_nothing_and_the_shoppers_among_them_get_their_mail() {
    both(|rig| async move {
        flood(&rig).await;
        rig.pass(SignedDuration::from_hours(3)).await;
        let to = |m: &Message| if let Message::Email(mail) = m { Some(mail.to.as_str().to_owned()) } else { None };
        let mut written: Vec<String> = rig.mails.all().iter().filter_map(|(_, m)| to(m)).collect();
        written.sort();
        let mut expected: Vec<String> = (0..SHOPPERS).filter_map(|n| honest(n).email).collect();
        expected.sort();
        assert_eq!(written, expected);
        rig
    })
    .await;
}

#[tokio::test]
async fn what_rested_on_a_person_who_was_erased_is_replayed_as_it_was() {
    both(|rig| async move {
        for n in 0..3 {
            rig.tell("checkouts/create", &robot_checkout(n, rig.app.now())).await;
            rig.clock.advance(seconds(15));
        }
        let second = scored(&rig, "k1x9z1q7w@gmail.com").await;
        assert_eq!(second.score, 80, "the name and the address are shared by three: {second:?}");
        rig.pass(SignedDuration::from_hours(3)).await;
        let demand = json!({"shop_domain": "acme.myshopify.com", "customer": {"id": 1, "email": "k0x9z0q7w@gmail.com", "phone": null}, "orders_to_redact": []});
        rig.tell("customers/redact", &demand).await;
        assert_eq!(rig.mails.count(), 0);
        assert_eq!(scored(&rig, "k1x9z1q7w@gmail.com").await, second, "what was found stands");
        rig
    })
    .await;
}

#[tokio::test]
async fn one_robot_alone_is_suspicious_and_no_more() {
    both(|rig| async move {
        rig.tell("checkouts/create", &robot_checkout(1, rig.app.now())).await;
        let verdict = scored(&rig, "k1x9z1q7w@gmail.com").await;
        assert_eq!(verdict.score, 45, "{verdict:?}");
        // The same webhook again changes nothing, and what they type later is looked at anew.
        rig.tell("checkouts/create", &robot_checkout(1, rig.app.now())).await;
        assert_eq!(scored(&rig, "k1x9z1q7w@gmail.com").await, verdict);
        let later = rig.app.now() + seconds(60);
        rig.clock.advance(seconds(60));
        let named = with(robot_checkout(1, later), json!({"customer_locale": "en-US", "created_at": later - seconds(60)}));
        rig.tell("checkouts/update", &named).await;
        assert_eq!(scored(&rig, "k1x9z1q7w@gmail.com").await.score, 35, "a language is a trace");
        rig
    })
    .await;
}

#[tokio::test]
async fn a_store_whose_usual_pace_is_exceeded_many_times_says_so() {
    both(|rig| async move {
        for n in 100..110 {
            rig.tell("checkouts/create", &honest_checkout(n, rig.app.now())).await;
            rig.clock.advance(SignedDuration::from_hours(6));
        }
        flood(&rig).await;
        let verdict = scored(&rig, "k39x9z39q7w@gmail.com").await;
        assert!(verdict.reasons.iter().any(|r| r.rule == "burst"), "{verdict:?}");
        let shopper = scored(&rig, &honest(9).email.expect("an address")).await;
        assert_eq!(shopper.reasons.iter().map(|r| r.rule.as_str()).collect::<Vec<_>>(), ["burst"]);
        rig
    })
    .await;
}

async fn by_hand(rig: &Rig, cart: CartId) -> (CartId, Option<bool>) {
    let told = story(rig, cart).await;
    (told.cart.id, told.bot.by_hand)
}

fn kinds(story: &timeline::Story) -> Vec<&str> {
    story.timeline.iter().map(|e| e.kind.as_str()).collect()
}

#[tokio::test]
async fn a_merchants_word_that_it_is_no_robot_goes_before_the_score() {
    both(|rig| async move {
        flood(&rig).await;
        let robot = cart_of(&rig, "k3x9z3q7w@gmail.com").await;
        assert!(story(&rig, robot).await.counts_as_fake);
        say(&rig, robot, false).await.expect("said");
        let told = story(&rig, robot).await;
        assert!(!told.counts_as_fake && told.bot.score >= BLOCK_FROM);
        assert!(kinds(&told).contains(&"bot_score") && kinds(&told).contains(&"marked_not_fake"));
        rig
    })
    .await;
}

#[tokio::test]
async fn a_merchants_word_that_it_is_fake_outlasts_what_the_shopper_does_later() {
    both(|rig| async move {
        rig.tell("checkouts/create", &honest_checkout(0, rig.app.now())).await;
        let ann = rig.cart().await.id;
        assert!(!story(&rig, ann).await.counts_as_fake);
        say(&rig, ann, true).await.expect("said");
        rig.clock.advance(seconds(60));
        rig.tell("checkouts/update", &with(honest_checkout(0, rig.app.now()), json!({"total_price": "55.00"}))).await;
        assert!(matches!(say(&rig, CartId(uuid::Uuid::nil()), true).await, Err(AppError::NotFound(_))));
        let told = story(&rig, ann).await;
        assert!(told.counts_as_fake && told.bot.score == 0);
        assert!(kinds(&told).contains(&"marked_fake") && !kinds(&told).contains(&"bot_score"));
        rig
    })
    .await;
}

#[tokio::test]
async fn of_carts_that_turn_out_to_be_one_the_word_about_either_holds() {
    both(|rig| async move {
        let ann = Shopper::new("Ann", 1);
        rig.tell("carts/create", &ann.cart(rig.app.now())).await;
        let first = rig.cart().await.id;
        rig.clock.advance(seconds(5));
        rig.tell("checkouts/create", &with(ann.checkout(rig.app.now()), json!({"cart_token": null, "abandoned_checkout_url": null}))).await;
        let second = rig.carts().await.into_iter().find(|c| c.id != first).expect("a second cart").id;
        say(&rig, second, true).await.expect("said");
        rig.clock.advance(seconds(5));
        rig.tell("checkouts/update", &ann.checkout(rig.app.now())).await;
        assert_eq!(by_hand(&rig, second).await, (first, Some(true)));
        // What is said of the one that is gone is said of the one that it became.
        assert_eq!(say(&rig, second, false).await.expect("said"), first);
        rig
    })
    .await;
}

#[tokio::test]
async fn erasing_a_person_takes_them_out_of_what_others_are_compared_with() {
    both(|rig| async move {
        flood(&rig).await;
        let ann = honest(0);
        let demand = json!({"shop_domain": "acme.myshopify.com", "customer": {"id": 1, "email": ann.email, "phone": ann.phone}, "orders_to_redact": []});
        let traces = async |cart: CartId| {
            let mut tx = rig.app.db.begin().await.expect("begun");
            let (from, to) = (rig.shop.created_at, rig.app.now());
            let mut seen = db::bots::begun_between(&mut tx, rig.shop.id, (from - seconds(600), to), to).await.expect("read");
            tx.rollback().await.expect("ended");
            serde_json::to_value(seen.remove(&cart).expect("a trace").trace).expect("json")["signs"].as_array().expect("signs").len()
        };
        let cart = cart_of(&rig, "ann@example.com").await;
        assert!(traces(cart).await >= 4, "name, address, number and mail");
        rig.tell("customers/redact", &demand).await;
        assert_eq!(traces(cart).await, 0);
        rig
    })
    .await;
}

#[tokio::test]
async fn a_store_that_was_never_scored_replays_as_it_is() {
    for engine in ["sqlite", "postgres"] {
        let rig = Rig::on(engine).await;
        flood(&rig).await;
        forget_scores(&rig).await;
        assert_equal(&rig).await;
        assert_eq!(policies::get(&rig.app, rig.shop.id).await.expect("a policy").1, None);
    }
}

/// As it was before scores were kept.
async fn forget_scores(rig: &Rig) {
    for sql in ["UPDATE carts SET bot_score = NULL, bot_reasons = '[]', bot_at = NULL", "DELETE FROM cart_traces"] {
        match &rig.app.db {
            db::Db::Sqlite { write, .. } => sqlx::query(sql).execute(write).await.map(|_| ()).expect(sql),
            db::Db::Postgres(pool) => sqlx::query(sql).execute(pool).await.map(|_| ()).expect(sql),
        }
    }
}
