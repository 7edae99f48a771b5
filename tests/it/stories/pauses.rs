//! Pauses: whenever they come and however long they are, no message is lost and none leaves twice.

use crate::support::replay::both;
use crate::support::rig::{Rig, story_campaign};
use crate::support::shopper::Shopper;
use comeback::app::campaigns::{self, Act};
use comeback::domain::campaign::{After, CampaignSpec, Step};
use comeback::domain::duration::Length;
use comeback::domain::event::ChannelKind;
use jiff::SignedDuration;

const SHOPPERS: i64 = 6;

fn hours(n: i64) -> SignedDuration {
    SignedDuration::from_hours(n)
}

fn campaign() -> CampaignSpec {
    let mail = |after_hours| Step::new(Length::hours(after_hours), ChannelKind::Email, "checkout-reminder");
    let steps = vec![mail(1), Step { after: After::PreviousSend, ..mail(12) }, mail(40)];
    CampaignSpec { steps, ..story_campaign() }
}

async fn begin(rig: &Rig) {
    campaigns::update(&rig.app, rig.shop.id, rig.campaign, campaign(), "story").await.expect("saved");
    act(rig, Act::Publish).await;
}

async fn act(rig: &Rig, act: Act) {
    campaigns::act(&rig.app, rig.shop.id, rig.campaign, act, "story").await.expect("done");
}

/// SplitMix64 (Steele, Lea, Flood 2014): the same dice for a seed.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) % n
    }
}

fn someone(n: i64) -> Shopper {
    Shopper { email: Some(format!("jo{n}@example.com")), accepts_texts: false, ..Shopper::new("Jo", n) }
}

#[tokio::test]
async fn pauses_at_any_time_lose_nothing_and_double_nothing() {
    for seed in [1, 2, 3] {
        both(|rig| async move {
            begin(&rig).await;
            let mut dice = Dice(seed);
            let (mut paused, mut come) = (false, 0);
            for half_hour in 0..240_u32 {
                if come < SHOPPERS && dice.below(6) == 0 {
                    let at = rig.app.now();
                    rig.tell("checkouts/update", &someone(come).checkout(at)).await;
                    come += 1;
                }
                // Shorter than the day and a half within which the last message may be late.
                if (paused && dice.below(12) == 0) || (!paused && dice.below(10) == 0) {
                    paused = !paused;
                    act(&rig, if paused { Act::Pause } else { Act::Resume }).await;
                }
                let before = rig.mails.count();
                rig.pass(SignedDuration::from_mins(30)).await;
                assert!(!paused || rig.mails.count() == before, "seed {seed}, half hour {half_hour}: sent while paused");
            }
            act(&rig, Act::Resume).await;
            rig.pass(hours(80)).await;
            let nudges = rig.nudges().await;
            assert_eq!(nudges.len(), usize::try_from(come * 3).expect("few"));
            let fates: Vec<_> = nudges.iter().map(|n| (n.state.as_str(), n.decision.as_ref().map(|d| d.rule.as_str()))).collect();
            assert!(fates.iter().all(|f| matches!(f, ("sent", _) | ("cancelled", Some("expired")))), "seed {seed}: {fates:?}");
            let sent = fates.iter().filter(|f| f.0 == "sent").count();
            assert_eq!(rig.mails.count(), sent, "seed {seed}: each left once");
            assert!(sent >= nudges.len() - 3, "seed {seed}: {fates:?}");
            rig
        })
        .await;
    }
}

#[tokio::test]
async fn what_waited_is_decided_anew_and_what_is_too_late_by_then_says_so() {
    both(|rig| async move {
        begin(&rig).await;
        rig.tell("checkouts/update", &Shopper { accepts_texts: false, ..Shopper::new("Jo", 1) }.checkout(rig.app.now())).await;
        rig.pass(SignedDuration::from_mins(30)).await;
        act(&rig, Act::Pause).await;
        rig.pass(hours(100)).await;
        assert_eq!(rig.mails.count(), 0);
        assert!(rig.nudge_states().await.iter().all(|n| n.1 == "scheduled"), "none is dropped while it is paused");
        act(&rig, Act::Resume).await;
        rig.pass(hours(12)).await;
        let states = rig.nudge_states().await;
        let fates: Vec<_> = states.iter().map(|(_, state, rule)| (*state, rule.as_str())).collect();
        assert_eq!(fates, [("cancelled", "expired"), ("cancelled", "expired"), ("sent", "accepted")], "the last was due 60 hours ago");
        rig
    })
    .await;
}

#[tokio::test]
async fn of_many_who_save_a_campaign_at_once_one_does_and_the_others_are_told() {
    both(|rig| async move {
        let before = comeback::db::campaigns::get(&rig.app.db, rig.shop.id, rig.campaign).await.expect("asked").expect("a campaign");
        let save = |name: &str| {
            let (app, spec) = (rig.app.clone(), CampaignSpec { name: name.to_owned(), ..campaign() });
            let (shop, seen) = (rig.shop.id, (rig.campaign, Some(before.updated_at)));
            tokio::spawn(async move { campaigns::update_seen(&app, shop, seen, spec, "story").await.expect("answered") })
        };
        let all = futures_util::future::join_all(["One", "Two", "Three", "Four"].map(save)).await;
        let saved: Vec<String> = all.into_iter().filter_map(|one| one.expect("not killed")).map(|row| row.spec.name).collect();
        let now = comeback::db::campaigns::get(&rig.app.db, rig.shop.id, rig.campaign).await.expect("asked").expect("a campaign");
        assert_eq!(saved, [now.spec.name], "{}", rig.engine);
        rig
    })
    .await;
}
