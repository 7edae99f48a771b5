//! The recovery engine: when a step leaves, to whom not, by which channel, how often, and who is left alone for comparison.

mod experiments;
mod paths;
mod reach;
mod timing;
mod who;

use crate::support::replay::assert_equal;
use crate::support::rig::{Rig, story_campaign};
use crate::support::shopper::Shopper;
use comeback::app::campaigns::{self, Act};
use comeback::domain::campaign::{CampaignSpec, Step};
use comeback::domain::duration::Length;
use comeback::domain::event::ChannelKind;
use comeback::domain::ids::CampaignId;
use jiff::SignedDuration;

/// Tells a story of a campaign on both engines; at its end nothing waits that is due, every invariant holds, and everything follows from what came in.
async fn told<F, Fut>(spec: CampaignSpec, story: F)
where
    F: Fn(Rig) -> Fut,
    Fut: Future<Output = Rig>,
{
    for engine in ["sqlite", "postgres"] {
        eprintln!("-- on {engine}");
        let rig = story(Rig::with(engine, spec.clone()).await).await;
        rig.at_rest().await;
        assert_equal(&rig).await;
        rig.app.db.close().await;
    }
}

fn hours(n: i64) -> SignedDuration {
    SignedDuration::from_hours(n)
}

fn minutes(n: i64) -> SignedDuration {
    SignedDuration::from_mins(n)
}

fn mail(after_hours: i64) -> Step {
    Step::new(Length::hours(after_hours), ChannelKind::Email, "checkout-reminder")
}

fn text(after_hours: i64) -> Step {
    Step::new(Length::hours(after_hours), ChannelKind::Sms, "checkout-text")
}

fn campaign(steps: Vec<Step>) -> CampaignSpec {
    CampaignSpec { steps, ..story_campaign() }
}

/// Another campaign of the store, at work.
async fn publish(rig: &Rig, spec: CampaignSpec) -> CampaignId {
    let made = campaigns::create(&rig.app, rig.shop.id, spec, "story").await.expect("a campaign");
    campaigns::act(&rig.app, rig.shop.id, made.id, Act::Publish, "story").await.expect("published");
    made.id
}

/// A shopper begins a checkout, and says so.
async fn begins(rig: &Rig, shopper: &Shopper) {
    rig.tell("checkouts/update", &shopper.checkout(rig.app.now())).await;
}

/// When messages left, in hours since the story began.
fn left_at(rig: &Rig, begin: jiff::Timestamp) -> Vec<f64> {
    let mut all = rig.mails.all();
    all.extend(rig.texts.all());
    all.sort_by_key(|(at, _)| *at);
    all.iter().map(|(at, _)| at.duration_since(begin).as_secs_f64() / 3600.0).collect()
}

/// The last decision's sentence about the nudge of a step.
async fn why(rig: &Rig, step: usize) -> String {
    let nudges = rig.nudges().await;
    let nudge = nudges.iter().find(|n| n.step == i64::try_from(step).expect("small")).expect("the nudge");
    nudge.decision.as_ref().map(|d| d.why.clone()).unwrap_or_default()
}
