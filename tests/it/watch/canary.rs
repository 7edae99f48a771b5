//! A canary goes the whole way without reaching a person, and whatever breaks is named by its stage.

use super::{active, alarm, canary_goes, live, minutes, newest, seconds};
use crate::support::rig::{Rig, TestRandom, both};
use comeback::app::campaigns::{Act, act};
use comeback::app::policies::{self, By};
use comeback::app::watch::{Watcher, canary_health};
use comeback::app::{App, Parts, templates};
use comeback::db;
use comeback::domain::policy::{Policy, TestMode};
use comeback::domain::template::TemplateSource;
use comeback::domain::watch::{Kind, Stage};
use jiff::SignedDuration;

#[tokio::test]
async fn a_canary_goes_the_whole_way_and_reaches_nobody() {
    both(|rig| async move {
        let watcher = Watcher::new(&rig.app);
        let run = canary_goes(&rig, &watcher).await;
        assert_eq!((run.stage, run.problem.as_deref()), (Stage::Credited, None), "{run:?}");
        assert!(run.ended_at.expect("an end").duration_since(run.begun_at) < seconds(40), "{run:?}");
        assert_eq!((rig.mails.count(), rig.texts.count()), (0, 0), "no provider was asked to send");
        let nudges = db::lists::nudges(&rig.app.db, run.twin, &db::lists::NudgeFilter::default(), 50).await.expect("nudges");
        let mut states: Vec<(i64, &str, &str)> = nudges.iter().map(|n| (n.step, n.channel.as_str(), n.state.as_str())).collect();
        states.sort_unstable();
        assert_eq!(states, [(0, "email", "sent"), (1, "sms", "sent"), (2, "email", "cancelled")]);
        let message =
            db::messages::get(&rig.app.db, run.twin, nudges.last().expect("a nudge").id).await.expect("messages").expect("a message");
        assert!(message.html.contains("Canary") && message.recipient.ends_with(".invalid"), "{message:?}");
        let health = canary_health(&rig.app.db, rig.shop.id).await.expect("health").expect("a canary came through");
        assert_eq!(Some(health.last_success_at), run.ended_at);
        assert_eq!(active(&rig).await, []);
        rig
    })
    .await;
}

#[tokio::test]
async fn a_canary_goes_every_hour_and_clears_away_what_the_last_one_left() {
    both(|rig| async move {
        let watcher = Watcher::new(&rig.app);
        let first = canary_goes(&rig, &watcher).await;
        live(&rig, &watcher, minutes(57), minutes(5)).await;
        assert_eq!(newest(&rig).await.id, first.id, "before its hour");
        live(&rig, &watcher, minutes(5), seconds(20)).await;
        let second = newest(&rig).await;
        assert!(second.id != first.id && second.problem.is_none() && second.ended_at.is_some(), "{second:?}");
        assert_eq!(second.twin, first.twin, "one twin for all");
        let carts = db::lists::carts(&rig.app.db, second.twin, &db::lists::CartFilter::default(), 50).await.expect("carts");
        assert_eq!(carts.len(), 1, "the first one's cart is gone");
        rig
    })
    .await;
}

#[tokio::test]
async fn the_canary_tries_the_texts_and_steps_that_are_at_work_now() {
    both(|rig| async move {
        let watcher = Watcher::new(&rig.app);
        canary_goes(&rig, &watcher).await;
        let all = db::templates::list(&rig.app.db, rig.shop.id).await.expect("templates");
        let text = all.iter().find(|t| t.key == "checkout-text" && t.language == "en").expect("the text");
        let body = "Your new words: {{ link }} Reply STOP to opt out".to_owned();
        let source = TemplateSource { subject: String::new(), body, text: None };
        templates::update(&rig.app, rig.shop.id, text.id, source, "test").await.expect("saved");
        live(&rig, &watcher, minutes(62), seconds(20)).await;
        let run = newest(&rig).await;
        assert_eq!(run.problem, None);
        let nudges = db::lists::nudges(&rig.app.db, run.twin, &db::lists::NudgeFilter::default(), 50).await.expect("nudges");
        let sms = nudges.iter().find(|n| n.step == 1).expect("the text");
        let message = db::messages::get(&rig.app.db, run.twin, sms.id).await.expect("messages").expect("a message");
        assert!(message.text.starts_with("Acme: Your new words: "), "{}", message.text);
        rig
    })
    .await;
}

/// A text that passes no check, as a fault in an update might leave it.
async fn break_template(rig: &Rig) {
    let source = r#"{"subject":"Hello","body":"<mjml><mj-body>{{ nothing | nowhere }}</mj-body></mjml>"}"#;
    let mut tx = rig.app.db.begin().await.expect("transaction");
    let new = db::templates::NewVersion {
        fresh_id: rig.app.new_id(),
        key: "checkout-reminder",
        channel: comeback::domain::event::ChannelKind::Email,
        language: "en",
        source,
        author: "test",
        now: rig.app.now(),
    };
    db::templates::add_version(&mut tx, rig.shop.id, &new).await.expect("saved");
    tx.commit().await.expect("commit");
}

#[tokio::test]
async fn a_template_that_cannot_be_rendered_is_found_before_any_shopper_waits_for_it() {
    both(|rig| async move {
        break_template(&rig).await;
        let watcher = Watcher::new(&rig.app);
        let run = canary_goes(&rig, &watcher).await;
        assert_eq!(run.stage, Stage::Sent);
        let found = alarm(&rig, Kind::Canary).await.expect("an alarm");
        assert!(found.what.contains("its message was not sent: message 1 (e-mail): the message can't be made"), "{}", found.what);
        // Put right, the next one comes through within ten minutes, and the alarm is over.
        let good = comeback::domain::template::starters()
            .iter()
            .find(|s| s.key == "checkout-reminder" && s.language == "en")
            .expect("it")
            .source();
        let all = db::templates::list(&rig.app.db, rig.shop.id).await.expect("templates");
        let broken = all.iter().find(|t| t.key == "checkout-reminder" && t.language == "en").expect("it");
        templates::update(&rig.app, rig.shop.id, broken.id, good, "test").await.expect("saved");
        live(&rig, &watcher, minutes(12), seconds(20)).await;
        assert_eq!(newest(&rig).await.problem, None);
        assert_eq!(active(&rig).await, []);
        rig
    })
    .await;
}

#[tokio::test]
async fn a_worker_that_is_down_is_named_by_the_webhook_that_nobody_applies() {
    both(|rig| async move {
        let watcher = Watcher::new(&rig.app);
        for _ in 0..8 {
            // Nobody works: only a process that serves pages is left, and watches.
            assert!(watcher.look(&rig.app).await.expect("a look"));
            rig.clock.advance(minutes(1));
        }
        assert_eq!(newest(&rig).await.stage, Stage::Applied);
        let found = alarm(&rig, Kind::Canary).await.expect("an alarm");
        assert!(found.what.contains("its webhook was not applied: it is stored, but no worker has worked on it"), "{}", found.what);
        live(&rig, &watcher, minutes(15), seconds(20)).await;
        assert_eq!(active(&rig).await, [], "the worker is back");
        rig
    })
    .await;
}

#[tokio::test]
async fn a_worker_that_plans_but_does_not_send_is_named_by_the_message() {
    both(|rig| async move {
        let watcher = Watcher::new(&rig.app);
        for _ in 0..9 {
            comeback::app::ingest::apply_due(&rig.app).await.expect("applied");
            comeback::app::plan::plan_due(&rig.app).await.expect("planned");
            watcher.look(&rig.app).await.expect("a look");
            rig.clock.advance(minutes(1));
        }
        let found = alarm(&rig, Kind::Canary).await.expect("an alarm");
        assert!(found.what.contains("its message was not sent: message 1 (e-mail): no worker has looked at it"), "{}", found.what);
        rig
    })
    .await;
}

/// The same database, opened by a process with other settings.
fn other_process(rig: &Rig, master_key: [u8; 32], public_url: &str) -> App {
    let config = comeback::config::Config { public_url: public_url.into(), ..rig.app.config.clone() };
    let parts = Parts {
        db: rig.app.db.clone(),
        clock: rig.clock.clone(),
        random: TestRandom::seeded(77),
        config,
        master_key,
        channels: Vec::new(),
    };
    App::new(parts)
}

#[tokio::test]
async fn processes_with_different_settings_are_found_by_the_link_and_by_the_secret() {
    both(|rig| async move {
        let watcher = Watcher::new(&rig.app);
        canary_goes(&rig, &watcher).await;
        // The first process is gone; the one that watches now was started with other settings.
        rig.clock.advance(minutes(61));
        let elsewhere = other_process(&rig, [7; 32], "https://elsewhere.example");
        let second = Watcher::new(&elsewhere);
        for _ in 0..20 {
            assert!(second.look(&elsewhere).await.expect("a look"));
            rig.settle().await;
            rig.clock.advance(seconds(5));
        }
        let found = alarm(&rig, Kind::Canary).await.expect("an alarm");
        assert!(found.what.contains("the link in its message does not work") && found.what.contains("server.public_url"), "{}", found.what);
        rig.clock.advance(minutes(61));
        let other_key = other_process(&rig, [8; 32], &rig.app.config.public_url);
        let third = Watcher::new(&other_key);
        third.look(&other_key).await.expect("a look");
        let found = alarm(&rig, Kind::Canary).await.expect("an alarm");
        assert!(found.what.contains("its webhook was not accepted") && found.what.contains("security.secret_key"), "{}", found.what);
        rig
    })
    .await;
}

#[tokio::test]
async fn of_several_processes_one_watches_and_another_takes_over() {
    both(|rig| async move {
        let (first, second) = (Watcher::new(&rig.app), Watcher::new(&rig.app));
        assert!(first.look(&rig.app).await.expect("a look"));
        assert!(!second.look(&rig.app).await.expect("a look"));
        rig.clock.advance(seconds(60));
        assert!(first.look(&rig.app).await.expect("renewed"));
        rig.clock.advance(seconds(89));
        assert!(!second.look(&rig.app).await.expect("not yet"));
        rig.clock.advance(seconds(2));
        assert!(second.look(&rig.app).await.expect("taken over"));
        assert!(!first.look(&rig.app).await.expect("it comes back too late"));
        rig
    })
    .await;
}

#[tokio::test]
async fn where_no_shopper_would_be_written_to_no_canary_goes() {
    both(|rig| async move {
        let watcher = Watcher::new(&rig.app);
        act(&rig.app, rig.shop.id, rig.campaign, Act::Pause, "test").await.expect("paused");
        live(&rig, &watcher, minutes(5), minutes(1)).await;
        assert_eq!(db::canaries::newest(&rig.app.db, rig.shop.id).await.expect("runs"), None);
        act(&rig.app, rig.shop.id, rig.campaign, Act::Resume, "test").await.expect("resumed");
        comeback::app::shops::set_status(&rig.app, rig.shop.id, "paused", "test").await.expect("paused");
        live(&rig, &watcher, minutes(5), minutes(1)).await;
        assert_eq!(db::canaries::newest(&rig.app.db, rig.shop.id).await.expect("runs"), None);
        comeback::app::shops::set_status(&rig.app, rig.shop.id, "active", "test").await.expect("resumed");
        assert_eq!(canary_goes(&rig, &watcher).await.problem, None);
        rig
    })
    .await;
}

#[tokio::test]
async fn nobody_watches_is_seen_by_whoever_looks() {
    both(|rig| async move {
        let watcher = Watcher::new(&rig.app);
        canary_goes(&rig, &watcher).await;
        let seen = async || comeback::app::watch::standing(&rig.app.db, &rig.app.config, rig.shop.id, rig.app.now()).await.expect("alarms");
        rig.clock.advance(SignedDuration::from_hours(2));
        assert_eq!(seen().await, []);
        rig.clock.advance(SignedDuration::from_hours(2));
        let found = seen().await;
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].finding.what.starts_with("No canary has begun for 4 hours"), "{found:?}");
        rig
    })
    .await;
}

#[tokio::test]
async fn the_twin_has_the_stores_policy_but_no_limits_and_no_test_mode() {
    both(|rig| async move {
        let policy = Policy {
            excluded_tags: vec!["partner".into()],
            test: Some(TestMode { allow: vec!["me@example.com".into()] }),
            ..Policy::default()
        };
        let by = By { actor: "story", is_owner: true };
        policies::set(&rig.app, rig.shop.id, policy, by).await.expect("set");
        let watcher = Watcher::new(&rig.app);
        for _ in 0..2 {
            let run = canary_goes(&rig, &watcher).await;
            assert_eq!(run.problem, None);
            let (copied, _) = policies::get(&rig.app, run.twin).await.expect("a policy");
            assert_eq!(copied, Policy { excluded_tags: vec!["partner".into()], caps: Vec::new(), ..Policy::default() });
            live(&rig, &watcher, minutes(62), seconds(20)).await;
        }
        rig
    })
    .await;
}
