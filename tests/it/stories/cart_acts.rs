//! What people do to a cart by hand: its messages are stopped and go on, the next one leaves now, its shopper is erased. Whatever it meets on its way.

use crate::support::replay::both;
use crate::support::rig::{Rig, story_campaign};
use crate::support::shopper::Shopper;
use comeback::app::timeline::Story;
use comeback::app::{AppError, campaigns, cart_acts, send, timeline};
use comeback::channels::Outcome;
use comeback::db;
use comeback::domain::campaign::{After, CampaignSpec, Step};
use comeback::domain::duration::Length;
use comeback::domain::event::ChannelKind;
use comeback::domain::ids::CartId;
use jiff::SignedDuration;

/// Who did it.
const WHO: &str = "story";

fn minutes(n: i64) -> SignedDuration {
    SignedDuration::from_mins(n)
}

fn hours(n: i64) -> SignedDuration {
    SignedDuration::from_hours(n)
}

async fn stop(rig: &Rig, cart: CartId) -> Result<CartId, AppError> {
    Box::pin(cart_acts::stop(&rig.app, rig.shop.id, cart, WHO)).await
}

async fn go_on(rig: &Rig, cart: CartId) -> Result<CartId, AppError> {
    Box::pin(cart_acts::go_on(&rig.app, rig.shop.id, cart, WHO)).await
}

async fn send_now(rig: &Rig, cart: CartId) -> Result<CartId, AppError> {
    Box::pin(cart_acts::send_now(&rig.app, rig.shop.id, cart, WHO)).await
}

async fn told(rig: &Rig) -> Story {
    let cart = rig.cart().await.id;
    Box::pin(timeline::story(&rig.app, rig.shop.id, cart)).await.expect("a story")
}

/// `(kind, rule)` of every decision about the cart, oldest first.
async fn rules(rig: &Rig) -> Vec<(String, String)> {
    let story = told(rig).await;
    story.timeline.into_iter().filter_map(|e| Some((e.kind, e.rule?))).collect()
}

fn has(rules: &[(String, String)], kind: &str, rule: &str) -> bool {
    rules.iter().any(|r| (r.0.as_str(), r.1.as_str()) == (kind, rule))
}

async fn audited(rig: &Rig) -> Vec<String> {
    let entries = db::access::audit_list(&rig.app.db, rig.shop.id, None, 50).await.expect("audit");
    entries.into_iter().filter(|e| e.actor == WHO).map(|e| e.action).filter(|a| a.starts_with("cart.")).rev().collect()
}

/// A checkout that was left, with its mail planned; its cart.
async fn left(rig: &Rig, shopper: &Shopper) -> CartId {
    rig.tell("checkouts/update", &shopper.checkout(rig.app.now())).await;
    rig.pass(minutes(11)).await;
    rig.cart().await.id
}

fn jo() -> Shopper {
    Shopper::new("Jo", 1)
}

#[tokio::test]
async fn nothing_leaves_for_a_stopped_cart_and_it_goes_on_as_planned() {
    both(|rig| async move {
        let cart = left(&rig, &jo()).await;
        assert_eq!(stop(&rig, cart).await.expect("stopped"), cart);
        assert!(matches!(stop(&rig, cart).await, Err(AppError::Conflict(_))), "{}: once is enough", rig.engine);
        let states = rig.nudge_states().await;
        assert!(states.iter().all(|n| n.1 == "cancelled" && n.2 == "stopped"), "{}: {states:?}", rig.engine);
        rig.pass(hours(2)).await;
        assert_eq!((rig.mails.count(), rig.texts.count()), (0, 0));
        go_on(&rig, cart).await.expect("goes on");
        assert!(matches!(go_on(&rig, cart).await, Err(AppError::Conflict(_))));
        rig.settle().await;
        assert_eq!(rig.mails.count(), 1, "{}: what was due meanwhile leaves once", rig.engine);
        rig.pass(hours(24)).await;
        assert_eq!((rig.mails.count(), rig.texts.count()), (1, 1));
        let rules = rules(&rig).await;
        assert!(has(&rules, "decision.stopped", "stopped_by_hand") && has(&rules, "decision.cancel", "stopped"), "{rules:?}");
        assert!(has(&rules, "decision.resumed", "resumed_by_hand"), "{rules:?}");
        assert_eq!(audited(&rig).await, ["cart.stop", "cart.go_on"]);
        rig
    })
    .await;
}

#[tokio::test]
async fn a_cart_that_was_stopped_before_it_was_left_is_planned_once_it_may_go_on() {
    both(|rig| async move {
        rig.tell("checkouts/update", &jo().checkout(rig.app.now())).await;
        let cart = rig.cart().await.id;
        stop(&rig, cart).await.expect("stopped");
        rig.pass(hours(3)).await;
        assert_eq!(rig.nudges().await.len(), 0, "{}: no sequence begins", rig.engine);
        assert!(has(&rules(&rig).await, "decision.not_planned", "stopped"));
        go_on(&rig, cart).await.expect("goes on");
        rig.settle().await;
        assert_eq!(rig.mails.count(), 1, "{}: it was due two hours ago", rig.engine);
        rig
    })
    .await;
}

#[tokio::test]
async fn a_stopped_cart_that_is_bought_stays_silent_whoever_lets_it_go_on() {
    both(|rig| async move {
        let cart = left(&rig, &jo()).await;
        stop(&rig, cart).await.expect("stopped");
        rig.clock.advance(minutes(5));
        rig.tell("orders/create", &jo().order(rig.app.now())).await;
        go_on(&rig, cart).await.expect("taken back");
        assert!(matches!(stop(&rig, cart).await, Err(AppError::Conflict(_))), "{}: it is over", rig.engine);
        assert!(matches!(send_now(&rig, cart).await, Err(AppError::Conflict(_))), "{}: nothing waits", rig.engine);
        rig.pass(hours(30)).await;
        assert_eq!((rig.mails.count(), rig.texts.count(), rig.state().await), (0, 0, "purchased"));
        rig
    })
    .await;
}

#[tokio::test]
async fn a_stop_that_meets_a_claim_comes_before_it_or_after_it() {
    both(|rig| async move {
        for n in 1..=6 {
            let shopper = Shopper { email: Some(format!("jo{n}@example.com")), accepts_texts: false, ..Shopper::new("Jo", n) };
            rig.tell("checkouts/update", &shopper.checkout(rig.app.now())).await;
        }
        rig.pass(minutes(11)).await;
        rig.clock.advance(minutes(60));
        let carts: Vec<CartId> = rig.carts().await.iter().map(|c| c.id).collect();
        let stopping = async {
            for cart in &carts {
                stop(&rig, *cart).await.expect("stopped");
            }
        };
        let ((), sent) = tokio::join!(stopping, send::send_due(&rig.app));
        sent.expect("sent");
        rig.pass(hours(2)).await;
        let states = rig.nudge_states().await;
        let count = |state: &str| states.iter().filter(|n| n.1 == state).count();
        assert_eq!(count("sent"), rig.mails.count(), "{}: {states:?}", rig.engine);
        assert_eq!(count("sent") + count("cancelled"), states.len(), "{}: {states:?}", rig.engine);
        rig
    })
    .await;
}

#[tokio::test]
async fn a_message_in_a_workers_hand_is_not_called_back_and_one_that_comes_back_to_the_queue_is() {
    both(|rig| async move {
        let cart = left(&rig, &Shopper { accepts_texts: false, ..jo() }).await;
        rig.mails.answer_next(Outcome::later("busy", None));
        rig.clock.advance(minutes(60));
        send::send_due(&rig.app).await.expect("tried");
        assert_eq!(rig.nudge_states().await[0].1, "scheduled", "{}: it is tried again later", rig.engine);
        stop(&rig, cart).await.expect("stopped");
        rig.pass(hours(2)).await;
        assert_eq!(rig.mails.count(), 1, "{}: the first attempt was the last", rig.engine);
        rig
    })
    .await;
}

#[tokio::test]
async fn the_next_message_leaves_now_and_once() {
    both(|rig| async move {
        let cart = left(&rig, &jo()).await;
        let (first, second) = tokio::join!(send_now(&rig, cart), send_now(&rig, cart));
        first.expect("asked for");
        second.expect("asked for by two people at once");
        rig.settle().await;
        assert_eq!((rig.mails.count(), rig.texts.count()), (1, 0), "{}: fifty minutes early", rig.engine);
        rig.pass(hours(2)).await;
        assert_eq!(rig.mails.count(), 1, "{}: not at its own time as well", rig.engine);
        let rules = rules(&rig).await;
        assert!(has(&rules, "decision.hurried", "hurried_by_hand") && has(&rules, "decision.send", "all_clear"), "{rules:?}");
        send_now(&rig, cart).await.expect("the text is next");
        rig.settle().await;
        assert_eq!((rig.mails.count(), rig.texts.count()), (1, 1));
        assert!(matches!(send_now(&rig, cart).await, Err(AppError::Conflict(_))), "{}: nothing is left", rig.engine);
        rig
    })
    .await;
}

#[tokio::test]
async fn at_night_send_now_is_postponed_to_the_morning_and_says_so() {
    both(|rig| async move {
        rig.clock.set("2026-07-02T02:30:00Z".parse().expect("half past ten in New York"));
        let cart = left(&rig, &Shopper { accepts_texts: false, ..jo() }).await;
        send_now(&rig, cart).await.expect("asked for");
        rig.settle().await;
        assert_eq!(rig.mails.count(), 0, "{}: it is night", rig.engine);
        // Asked for again, the answer is told again.
        rig.clock.advance(minutes(1));
        send_now(&rig, cart).await.expect("asked for again");
        rig.settle().await;
        let rules = rules(&rig).await;
        assert_eq!(rules.iter().filter(|r| r.1 == "quiet_hours").count(), 2, "{}: {rules:?}", rig.engine);
        rig.pass(hours(12)).await;
        assert_eq!(rig.mails.count(), 1, "{}: in the morning", rig.engine);
        let (at, _) = rig.mails.all().remove(0);
        assert!(at >= "2026-07-02T12:00:00Z".parse().expect("eight in New York"), "{}: {at}", rig.engine);
        rig
    })
    .await;
}

#[tokio::test]
async fn what_waits_for_the_shoppers_clock_or_for_the_message_before_leaves_now_after_that_one() {
    let mail = |after: i64| Step::new(Length::hours(after), ChannelKind::Email, "checkout-reminder");
    let evening = Some(jiff::civil::time(18, 0, 0, 0));
    let steps = vec![Step { at: evening, ..mail(1) }, Step { after: After::PreviousSend, at: evening, ..mail(24) }];
    let spec = CampaignSpec { steps, ..story_campaign() };
    let spec = &spec;
    both(move |rig| {
        let spec = spec.clone();
        async move {
            campaigns::update(&rig.app, rig.shop.id, rig.campaign, spec, WHO).await.expect("saved");
            campaigns::act(&rig.app, rig.shop.id, rig.campaign, campaigns::Act::Publish, WHO).await.expect("published");
            let cart = left(&rig, &jo()).await;
            send_now(&rig, cart).await.expect("the first");
            rig.settle().await;
            assert_eq!(rig.mails.count(), 1, "{}: before the evening", rig.engine);
            send_now(&rig, cart).await.expect("the second");
            rig.settle().await;
            assert_eq!(rig.mails.count(), 2, "{}: a day early", rig.engine);
            rig
        }
    })
    .await;
}

#[tokio::test]
async fn nobody_of_the_comparison_group_is_hurried() {
    let spec = CampaignSpec { holdout_percent: 50, ..story_campaign() };
    let spec = &spec;
    both(move |rig| {
        let spec = spec.clone();
        async move {
            campaigns::update(&rig.app, rig.shop.id, rig.campaign, spec, WHO).await.expect("saved");
            campaigns::act(&rig.app, rig.shop.id, rig.campaign, campaigns::Act::Publish, WHO).await.expect("published");
            for n in 1..=12 {
                let shopper = Shopper { email: Some(format!("jo{n}@example.com")), accepts_texts: false, ..Shopper::new("Jo", n) };
                rig.tell("checkouts/update", &shopper.checkout(rig.app.now())).await;
            }
            rig.pass(minutes(11)).await;
            let mut refused = 0;
            for cart in rig.carts().await {
                match send_now(&rig, cart.id).await {
                    Ok(_) => {}
                    Err(AppError::Conflict(why)) => {
                        assert!(why.contains("comparison group"), "{why}");
                        refused += 1;
                    }
                    Err(other) => panic!("{other}"),
                }
            }
            rig.settle().await;
            assert!(refused > 0 && rig.mails.count() == 12 - refused, "{}: {refused} of 12, {} mails", rig.engine, rig.mails.count());
            rig
        }
    })
    .await;
}

#[tokio::test]
async fn a_shopper_who_is_written_to_about_another_cart_is_not_written_to_about_this_one_again() {
    both(|rig| async move {
        let first = left(&rig, &jo()).await;
        stop(&rig, first).await.expect("stopped");
        let newer = jo().again(2);
        rig.tell("checkouts/update", &newer.checkout(rig.app.now())).await;
        rig.pass(minutes(11)).await;
        let refused = go_on(&rig, first).await;
        assert!(matches!(refused, Err(AppError::Conflict(ref why)) if why.contains("another cart")), "{}: {refused:?}", rig.engine);
        rig.pass(hours(2)).await;
        assert_eq!(rig.mails.count(), 1, "{}: about the newer one alone", rig.engine);
        rig
    })
    .await;
}

#[tokio::test]
async fn who_is_erased_by_hand_leaves_money_and_times_and_nothing_else() {
    both(|rig| async move {
        let cart = left(&rig, &jo()).await;
        rig.pass(minutes(60)).await;
        assert_eq!(rig.mails.count(), 1);
        cart_acts::erase(&rig.app, rig.shop.id, cart, WHO).await.expect("erased");
        assert!(matches!(cart_acts::erase(&rig.app, rig.shop.id, cart, WHO).await, Err(AppError::Conflict(_))));
        let story = told(&rig).await;
        assert_eq!((story.cart.state.as_str(), story.identities.len()), ("erased", 0));
        let facts = serde_json::to_string(&story.cart.facts).expect("facts");
        assert!(!facts.contains("example.com") && !facts.contains("Jo"), "{}: {facts}", rig.engine);
        let nudge = rig.nudges().await.iter().find(|n| n.step == 0).expect("the mail").id;
        assert!(db::messages::get(&rig.app.db, rig.shop.id, nudge).await.expect("asked").is_none(), "{}: what it said is gone", rig.engine);
        for d in db::deliveries::list(&rig.app.db, rig.shop.id, None, None, 50).await.expect("deliveries") {
            assert_eq!(d.bytes, 0, "{}: {}", rig.engine, d.topic);
        }
        rig.pass(hours(30)).await;
        assert_eq!((rig.mails.count(), rig.texts.count()), (1, 0), "{}: nothing more", rig.engine);
        assert_eq!(audited(&rig).await, ["cart.erase"]);
        rig
    })
    .await;
}

#[tokio::test]
async fn a_cart_of_nobody_known_is_erased_alone() {
    both(|rig| async move {
        rig.tell("checkouts/update", &Shopper::new("Kim", 3).anonymous(rig.app.now())).await;
        let cart = rig.cart().await.id;
        cart_acts::erase(&rig.app, rig.shop.id, cart, WHO).await.expect("erased");
        assert_eq!(rig.state().await, "erased");
        rig
    })
    .await;
}
