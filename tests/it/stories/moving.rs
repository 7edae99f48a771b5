//! A campaign's new version and the sequences that run: they keep theirs, or are moved to it on purpose; nothing twice, nothing lost.

use crate::support::replay::{assert_equal, both};
use crate::support::rig::{BEGIN, Rig, TestClock, app_on, story_campaign};
use crate::support::shopper::{Shopper, with};
use async_trait::async_trait;
use comeback::app::campaigns::moving::move_due;
use comeback::app::campaigns::{self, Act};
use comeback::app::{ingest, plan, send};
use comeback::channels::{Channel, Message, Outcome};
use comeback::db::moves::{self, Move};
use comeback::domain::campaign::{CampaignSpec, Condition, Path, Step};
use comeback::domain::duration::Length;
use comeback::domain::event::ChannelKind;
use comeback::domain::money::{Currency, Money};
use jiff::SignedDuration;
use serde_json::json;
use std::sync::Arc;
use tokio::sync::Notify;

fn hours(n: i64) -> SignedDuration {
    SignedDuration::from_hours(n)
}

fn mail(after_hours: i64) -> Step {
    Step::new(Length::hours(after_hours), ChannelKind::Email, "checkout-reminder")
}

/// A campaign of mails, at these hours after the abandonment; never quiet, so that times are exact.
fn mails(at: &[i64]) -> CampaignSpec {
    CampaignSpec { steps: at.iter().map(|h| mail(*h)).collect(), quiet_hours: None, ..story_campaign() }
}

async fn publish(rig: &Rig, spec: CampaignSpec, act: Act) {
    campaigns::update(&rig.app, rig.shop.id, rig.campaign, spec, "story").await.expect("saved");
    campaigns::act(&rig.app, rig.shop.id, rig.campaign, act, "story").await.expect("published");
}

async fn leaves(rig: &Rig, shopper: &Shopper) {
    rig.tell("checkouts/update", &shopper.checkout(rig.app.now())).await;
    rig.pass(SignedDuration::from_mins(10)).await;
}

async fn the_move(rig: &Rig) -> Move {
    moves::of_shop(&rig.app.db, rig.shop.id).await.expect("asked").remove(&rig.campaign).expect("a move")
}

/// `(step, state)` of every nudge, by step.
async fn steps(rig: &Rig) -> Vec<(i64, &'static str)> {
    let mut steps: Vec<_> = rig.nudges().await.iter().map(|n| (n.step, n.state.as_str())).collect();
    steps.sort_unstable();
    steps
}

#[tokio::test]
async fn a_new_version_leaves_sequences_that_run_as_they_are() {
    both(|rig| async move {
        publish(&rig, mails(&[1, 24]), Act::Publish).await;
        leaves(&rig, &Shopper::new("Jo", 1)).await;
        publish(&rig, mails(&[2, 3, 4]), Act::Publish).await;
        rig.pass(hours(30)).await;
        assert_eq!(steps(&rig).await, [(0, "sent"), (1, "sent")]);
        rig
    })
    .await;
}

#[tokio::test]
async fn moved_sequences_get_what_the_new_version_has_still_to_say_and_nothing_twice() {
    both(|rig| async move {
        publish(&rig, mails(&[1, 24, 48]), Act::Publish).await;
        leaves(&rig, &Shopper::new("Jo", 1)).await;
        let left = rig.app.now();
        rig.pass(hours(2)).await;
        assert_eq!(rig.mails.count(), 1);
        publish(&rig, mails(&[1, 5]), Act::PublishAndMove).await;
        rig.settle().await;
        let done = the_move(&rig).await;
        assert_eq!((done.version, done.total, done.moved, done.ended_at.is_some()), (3, Some(1), 1, true));
        assert_eq!(steps(&rig).await, [(0, "sent"), (1, "scheduled"), (2, "cancelled")]);
        let nudges = rig.nudges().await;
        let second = nudges.iter().find(|n| n.step == 1).expect("a second");
        assert_eq!(second.due_at, left + hours(5), "from the abandonment, by the new delay");
        rig.pass(hours(60)).await;
        assert_eq!(rig.mails.count(), 2);
        assert_eq!(steps(&rig).await, [(0, "sent"), (1, "sent"), (2, "cancelled")]);
        let cart = comeback::app::timeline::story(&rig.app, rig.shop.id, rig.cart().await.id).await.expect("a story");
        let told: Vec<_> = cart.timeline.iter().filter(|e| e.rule.as_deref() == Some("moved")).map(|e| e.why.as_str()).collect();
        assert!(told.iter().any(|why| why.contains("moved to version 3")), "{told:?}");
        assert!(told.iter().any(|why| why.contains("doesn't have this step")), "{told:?}");
        rig
    })
    .await;
}

#[tokio::test]
async fn a_new_step_before_one_that_left_is_passed_and_one_after_it_is_planned() {
    both(|rig| async move {
        let big = || Some(Condition::ValueAtLeast(Money::parse("1000.00", Currency::USD).expect("money")));
        let path = |name: &str, only_if| Path { name: name.into(), only_if };
        let on = |path: &str, step: Step| Step { path: Some(path.into()), ..step };
        let paths = || vec![path("big", big()), path("small", None)];
        let before = CampaignSpec { paths: paths(), steps: vec![on("big", mail(1)), mail(1), mail(24)], ..mails(&[]) };
        publish(&rig, before, Act::Publish).await;
        leaves(&rig, &Shopper::new("Jo", 1)).await;
        rig.pass(hours(2)).await;
        assert_eq!(steps(&rig).await, [(1, "sent"), (2, "scheduled")], "on the path of small carts");
        let after = CampaignSpec {
            paths: paths(),
            steps: vec![mail(1), mail(1), mail(24), on("big", mail(30)), on("small", mail(48))],
            ..mails(&[])
        };
        publish(&rig, after, Act::PublishAndMove).await;
        rig.settle().await;
        assert_eq!(steps(&rig).await, [(0, "cancelled"), (1, "sent"), (2, "scheduled"), (4, "scheduled")]);
        rig.pass(hours(60)).await;
        assert_eq!(rig.mails.count(), 3);
        rig
    })
    .await;
}

#[tokio::test]
async fn a_path_is_chosen_anew_only_where_the_old_one_is_gone() {
    both(|rig| async move {
        let path = |name: &str| Path { name: name.into(), only_if: None };
        let on = |path: &str, step: Step| Step { path: Some(path.into()), ..step };
        publish(&rig, CampaignSpec { paths: vec![path("old")], steps: vec![on("old", mail(5))], ..mails(&[]) }, Act::Publish).await;
        leaves(&rig, &Shopper::new("Jo", 1)).await;
        let both = vec![Path { only_if: Some(Condition::CodeOnCart(false)), ..path("first") }, path("old")];
        let kept = CampaignSpec { paths: both.clone(), steps: vec![on("old", mail(6)), on("first", mail(7))], ..mails(&[]) };
        publish(&rig, kept, Act::PublishAndMove).await;
        rig.settle().await;
        assert_eq!(steps(&rig).await, [(0, "scheduled")], "the old path is still there");
        let gone = CampaignSpec {
            paths: vec![both[0].clone(), path("other")],
            steps: vec![on("other", mail(6)), on("first", mail(7))],
            ..mails(&[])
        };
        publish(&rig, gone, Act::PublishAndMove).await;
        rig.settle().await;
        assert_eq!(steps(&rig).await, [(0, "cancelled"), (1, "scheduled")], "the first that is for the cart");
        publish(
            &rig,
            CampaignSpec { paths: vec![path("first")], steps: vec![mail(6), on("first", mail(7))], ..mails(&[]) },
            Act::PublishAndMove,
        )
        .await;
        rig.settle().await;
        assert_eq!(steps(&rig).await, [(0, "scheduled"), (1, "scheduled")], "what a move took out comes back with a version that has it");
        rig.pass(hours(10)).await;
        assert_eq!(rig.mails.count(), 2);
        rig
    })
    .await;
}

#[tokio::test]
async fn a_link_of_a_message_that_left_keeps_the_code_that_it_promised() {
    both(|rig| async move {
        let with_code = |code: &str| {
            let first = Step { discount_code: Some(code.into()), ..mail(1) };
            CampaignSpec { steps: vec![first, mail(24)], ..mails(&[]) }
        };
        publish(&rig, with_code("FIRST"), Act::Publish).await;
        leaves(&rig, &Shopper::new("Jo", 1)).await;
        rig.pass(hours(2)).await;
        publish(&rig, with_code("SECOND"), Act::PublishAndMove).await;
        rig.settle().await;
        let (token, _) = rig.links();
        let opened = comeback::app::links::Opened {
            link: comeback::app::links::Given::Token(&token),
            by: comeback::app::links::Program::named(
                "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36",
            ),
        };
        let leads = comeback::app::links::open(&rig.app, &opened).await.expect("opened");
        assert!(format!("{leads:?}").contains("FIRST"), "{leads:?}");
        rig
    })
    .await;
}

#[tokio::test]
async fn a_move_that_is_broken_off_goes_on_where_it_was() {
    const CARTS: i64 = 120;
    both(|rig| async move {
        publish(&rig, mails(&[1, 24]), Act::Publish).await;
        for n in 0..CARTS {
            let shopper = Shopper { email: Some(format!("jo{n}@example.com")), phone: None, accepts_texts: false, ..Shopper::new("Jo", n) };
            let body = with(
                shopper.checkout(rig.app.now()),
                json!({"shipping_address": null, "billing_address": null, "customer": null, "phone": null}),
            );
            rig.post("checkouts/update", &format!("key-{n}"), &body.to_string()).await.expect("accepted");
        }
        rig.pass(SignedDuration::from_mins(10)).await;
        publish(&rig, mails(&[2]), Act::PublishAndMove).await;
        assert_eq!(the_move(&rig).await.total, None, "publishing counts and moves nothing");
        assert_eq!(move_due(&rig.app).await.expect("moved"), 100);
        let begun = the_move(&rig).await;
        assert_eq!((begun.total, begun.moved, begun.ended_at), (Some(CARTS), 100, None), "one batch");
        // Whoever goes on knows nothing but the database: there is nothing else to know.
        rig.pass(hours(3)).await;
        let over = the_move(&rig).await;
        assert_eq!((over.moved, over.ended_at.is_some()), (CARTS, true));
        assert_eq!(rig.mails.count(), usize::try_from(CARTS).expect("few"), "each its one mail");
        rig.pass(hours(30)).await;
        assert_eq!(rig.mails.count(), usize::try_from(CARTS).expect("few"), "the second is gone for all");
        rig
    })
    .await;
}

/// A provider that takes its time.
#[derive(Default)]
struct Slow {
    has_it: Notify,
    answers: Notify,
}

#[async_trait]
impl Channel for Slow {
    fn name(&self) -> &'static str {
        "slow"
    }

    fn kind(&self) -> ChannelKind {
        ChannelKind::Email
    }

    async fn send(&self, _: &Message) -> Outcome {
        self.has_it.notify_one();
        self.answers.notified().await;
        Outcome::later("later", None)
    }

    async fn probe(&self) -> Result<(), String> {
        Ok(())
    }
}

#[tokio::test]
async fn a_message_in_a_workers_hands_is_left_as_it_is() {
    for engine in ["sqlite", "postgres"] {
        let (clock, slow) = (TestClock::at(BEGIN), Arc::new(Slow::default()));
        let (app, folder) = app_on(engine, &clock, vec![slow.clone()]).await;
        let rig = Rig::around(engine, app, clock, folder).await;
        publish(&rig, mails(&[1, 24]), Act::Publish).await;
        rig.tell("checkouts/update", &Shopper::new("Jo", 1).checkout(rig.app.now())).await;
        rig.clock.advance(SignedDuration::from_mins(10));
        while ingest::apply_due(&rig.app).await.expect("applied") + plan::plan_due(&rig.app).await.expect("planned") > 0 {}
        rig.clock.advance(hours(1));
        let app = Arc::clone(&rig.app);
        let worker = tokio::spawn(async move { send::send_due(&app).await });
        slow.has_it.notified().await;
        publish(&rig, mails(&[3, 5]), Act::PublishAndMove).await;
        while move_due(&rig.app).await.expect("moved") > 0 {}
        let in_hand = rig.nudges().await.into_iter().find(|n| n.step == 0).expect("the first");
        assert_eq!((in_hand.state.as_str(), in_hand.due_at), ("sending", rig.app.now()), "{engine}");
        let next = rig.nudges().await.into_iter().find(|n| n.step == 1).expect("the second");
        assert_eq!(next.due_at, rig.app.now() + hours(4), "{engine}: what waits is moved all the same");
        slow.answers.notify_one();
        worker.await.expect("a worker").expect("sent");
        let after = rig.nudges().await.into_iter().find(|n| n.step == 0).expect("the first");
        assert_eq!((after.state.as_str(), after.due_at), ("scheduled", in_hand.due_at), "{engine}: tried again, as it was planned");
        assert_equal(&rig).await;
        rig.app.db.close().await;
    }
}
