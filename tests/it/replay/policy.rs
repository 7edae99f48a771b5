//! Another campaign, tried on the past.

use super::world::{everything_happens, hours, jo_leaves_among_others, leaves, minutes};
use crate::support::replay::scratch;
use crate::support::rig::{Rig, both, story_campaign};
use crate::support::shopper::Shopper;
use comeback::app::replay::policy::{Question, Trial, TrialError, TrialLine, ask, lines};
use comeback::domain::campaign::CampaignSpec;
use comeback::domain::ids::CartId;
use jiff::Timestamp;

async fn tried_since(rig: &Rig, spec: CampaignSpec, from: Timestamp) -> (Trial, Vec<TrialLine>) {
    let (_folder, scratch) = scratch().await;
    let question = Question { spec, from, to: rig.app.now(), campaign: None };
    let trial = ask(&rig.app, &scratch, &rig.shop, &question, &|_, _| {}).await.expect("tried");
    let mut found = Vec::new();
    lines(&scratch, rig.shop.id, &question, |line| found.push(line)).await.expect("listed");
    (trial, found)
}

async fn tried(rig: &Rig, spec: CampaignSpec) -> (Trial, Vec<TrialLine>) {
    tried_since(rig, spec, rig.shop.created_at).await
}

/// `(cart, step from 1)` of what was sent in fact.
async fn sent_in_fact(rig: &Rig) -> Vec<(CartId, i64)> {
    let mut sent: Vec<_> =
        rig.nudges().await.iter().filter(|n| n.sent_at.is_some() && n.state.as_str() == "sent").map(|n| (n.cart_id, n.step + 1)).collect();
    sent.sort();
    sent
}

fn sent(lines: &[TrialLine]) -> Vec<(CartId, i64)> {
    let mut sent: Vec<_> = lines.iter().filter(|l| l.sent).map(|l| (l.cart_id, l.step.expect("a step"))).collect();
    sent.sort();
    sent
}

#[tokio::test]
async fn the_present_campaign_gives_what_was_really_sent() {
    for engine in ["sqlite", "postgres"] {
        let spec = CampaignSpec { holdout_percent: 40, ..story_campaign() };
        let rig = Rig::with(engine, spec.clone()).await;
        jo_leaves_among_others(&rig).await;
        let buyer = Shopper { email: Some("shopper7@example.com".into()), ..Shopper::new("Jo", 7) };
        rig.tell("orders/create", &buyer.order(rig.app.now())).await;
        rig.pass(hours(30)).await;
        let (trial, lines) = tried(&rig, spec).await;
        let really = sent_in_fact(&rig).await;
        assert!(really.len() > 5, "{engine}: {} messages", really.len());
        assert_eq!(sent(&lines), really, "{engine}");
        let count = i64::try_from(really.len()).expect("a count");
        assert_eq!((trial.would_have_sent, trial.sent_in_fact), (count, count));
        assert_eq!((trial.to_carts, trial.in_place_of), (trial.to_carts_in_fact, rig.campaign));
        assert!(trial.kept_back.contains_key("holdout"), "{:?}", trial.kept_back);
        rig.at_rest().await;
    }
}

#[tokio::test]
async fn a_later_mail_alone_reaches_fewer_and_says_why() {
    both(|rig| async move {
        let (jo, ann) = (Shopper::new("Jo", 1), Shopper::new("Ann", 2));
        leaves(&rig, &jo).await;
        leaves(&rig, &ann).await;
        rig.pass(minutes(130)).await;
        assert_eq!(rig.mails.count(), 2);
        rig.tell("orders/create", &ann.order(rig.app.now())).await;
        rig.pass(hours(30)).await;
        let before = rig.app.now();
        let mut spec = CampaignSpec { name: "One late mail".into(), ..story_campaign() };
        spec.steps.truncate(1);
        spec.steps[0].delay = "PT3H".parse().expect("a length");
        let (trial, lines) = tried(&rig, spec.clone()).await;
        assert_eq!((trial.would_have_sent, trial.to_carts, trial.sent_in_fact, trial.to_carts_in_fact), (1, 1, 3, 2));
        let mail = lines.iter().find(|l| l.sent).expect("a mail");
        let left_at: Timestamp = crate::support::rig::BEGIN.parse().expect("an instant");
        assert_eq!(mail.at, left_at + minutes(10) + hours(3), "to the moment, not to the next tick");
        assert_eq!(
            (mail.contact.as_str(), mail.channel.as_str(), mail.step, mail.rule.as_str()),
            ("j•••@example.com", "email", Some(1), "all_clear")
        );
        let kept = lines.iter().find(|l| !l.sent).expect("a mail that is kept back");
        assert_eq!((kept.contact.as_str(), kept.rule.as_str()), ("a•••@example.com", "purchased"));
        assert_eq!(trial.kept_back.into_iter().collect::<Vec<_>>(), [("purchased".to_owned(), 1)]);
        assert_eq!((rig.mails.count(), rig.texts.count(), rig.app.now()), (2, 1, before), "nothing is sent, and the store's time stands");
        rig
    })
    .await;
}

#[tokio::test]
async fn the_same_question_has_the_same_answer_to_the_byte() {
    both(|rig| async move {
        everything_happens(&rig).await;
        let mut spec = story_campaign();
        spec.steps[0].delay = "PT2H".parse().expect("a length");
        let (first, again) = (tried(&rig, spec.clone()).await, tried(&rig, spec).await);
        let written = |(trial, lines): &(Trial, Vec<TrialLine>)| serde_json::to_string(&(trial, lines)).expect("json");
        assert_eq!(written(&first), written(&again));
        assert!(first.0.would_have_sent > 3 && first.0.kept_back.len() > 2, "{:#?}", first.0);
        assert!(!written(&first).contains("jo@example.com"), "nobody is told by their address");
        rig
    })
    .await;
}

#[tokio::test]
async fn carts_that_were_left_before_the_period_are_not_in_it() {
    both(|rig| async move {
        leaves(&rig, &Shopper::new("Jo", 1)).await;
        rig.pass(minutes(40)).await;
        let from = rig.app.now();
        leaves(&rig, &Shopper::new("Ann", 2)).await;
        rig.pass(hours(30)).await;
        let (trial, lines) = tried_since(&rig, story_campaign(), from).await;
        assert_eq!((trial.would_have_sent, trial.sent_in_fact, trial.to_carts), (2, 2, 1));
        assert!(lines.iter().all(|l| l.contact.starts_with('a') || l.channel == "sms"), "{lines:#?}");
        rig
    })
    .await;
}

#[tokio::test]
async fn a_campaign_with_faults_is_refused_with_all_of_them() {
    both(|rig| async move {
        let (_folder, scratch) = scratch().await;
        let mut spec = CampaignSpec { holdout_percent: 100, ..story_campaign() };
        spec.steps[0].template = "there-is-none".into();
        let question = Question { spec, from: rig.shop.created_at, to: rig.app.now() + hours(1), campaign: None };
        let refused = ask(&rig.app, &scratch, &rig.shop, &question, &|_, _| {}).await;
        let Err(TrialError::Faulty(faults)) = refused else { panic!("not refused: {refused:?}") };
        assert_eq!(faults.iter().map(|f| f.at.as_str()).collect::<Vec<_>>(), ["holdout_percent", "steps[0].template"]);
        rig
    })
    .await;
}
