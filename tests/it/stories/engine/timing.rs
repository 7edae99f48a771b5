//! When a step leaves.

use super::{begins, campaign, hours, left_at, mail, minutes, text, told, why};
use crate::support::shopper::{Shopper, with};
use comeback::app::campaigns::{self, Act};
use comeback::domain::campaign::{After, CampaignSpec, Step};
use comeback::domain::duration::Length;
use jiff::Timestamp;
use serde_json::json;

fn at(text: &str) -> Timestamp {
    text.parse().expect("a time")
}

#[tokio::test]
async fn a_second_reminder_counts_from_the_first_ones_departure_and_no_later_change_moves_it() {
    let steps = vec![mail(1), Step { after: After::PreviousSend, ..mail(6) }];
    told(campaign(steps), |rig| async move {
        // 20:30 in New York: the first mail falls into the night, and leaves at eight in the morning.
        rig.clock.set(at("2026-07-02T00:30:00Z"));
        let jo = Shopper::new("Jo", 1);
        begins(&rig, &jo).await;
        rig.pass(hours(13)).await;
        assert_eq!(rig.mails.count(), 1, "the first, at eight");
        // They look at it again and change something, twice: the second is not pushed before them.
        for _ in 0..2 {
            begins(&rig, &jo).await;
            rig.pass(hours(2)).await;
        }
        rig.pass(hours(6)).await;
        let sent: Vec<Timestamp> = rig.mails.all().iter().map(|(at, _)| *at).collect();
        assert_eq!(sent.len(), 2);
        assert_eq!(sent[0], at("2026-07-02T12:00:00Z"));
        assert_eq!(sent[1], at("2026-07-02T18:00:00Z"), "six hours after the first left, not after it was due");
        rig
    })
    .await;
}

#[tokio::test]
async fn a_step_whose_forerunner_is_skipped_still_has_its_turn() {
    let steps = vec![text(1), Step { after: After::PreviousSend, ..mail(6) }];
    told(campaign(steps), |rig| async move {
        let begin = rig.app.now();
        let jo = Shopper { accepts_texts: false, ..Shopper::new("Jo", 1) };
        begins(&rig, &jo).await;
        rig.pass(hours(30)).await;
        assert_eq!((rig.texts.count(), rig.mails.count()), (0, 1));
        // Ten minutes, an hour and six: 19:10 in New York.
        assert!((left_at(&rig, begin)[0] - 7.1667).abs() < 0.6, "{:?}", left_at(&rig, begin));
        rig
    })
    .await;
}

#[tokio::test]
async fn a_step_waits_for_the_time_of_day_where_the_shopper_is() {
    let steps = vec![Step { at: Some(jiff::civil::time(10, 0, 0, 0)), ..mail(1) }];
    told(campaign(steps), |rig| async move {
        let jo = Shopper::new("Jo", 1);
        begins(&rig, &jo).await;
        let tokyo = json!({"shipping_address": {"country_code": "JP"}, "billing_address": null, "phone": null});
        let ann = Shopper { phone: None, ..Shopper::new("Ann", 2) };
        rig.tell("checkouts/update", &with(ann.checkout(rig.app.now()), tokyo)).await;
        rig.pass(hours(30)).await;
        let mut sent: Vec<Timestamp> = rig.mails.all().iter().map(|(at, _)| *at).collect();
        sent.sort();
        assert_eq!(sent, [at("2026-07-02T01:00:00Z"), at("2026-07-02T14:00:00Z")], "ten in Tokyo, and ten in New York");
        rig
    })
    .await;
}

#[tokio::test]
async fn a_step_that_would_be_too_late_by_morning_is_cancelled_with_its_reason() {
    let steps = vec![Step { expires_after: Length::hours(3), ..mail(1) }, mail(24)];
    told(campaign(steps), |rig| async move {
        rig.clock.set(at("2026-07-02T01:30:00Z"));
        begins(&rig, &Shopper::new("Jo", 1)).await;
        rig.pass(hours(2)).await;
        assert_eq!(rig.nudge_states().await[0], ("email", "cancelled", "expired".into()));
        assert!(why(&rig, 0).await.contains("quiet time"), "{}", why(&rig, 0).await);
        rig.pass(hours(40)).await;
        assert_eq!(rig.mails.count(), 1, "the second is in time, in the morning");
        rig
    })
    .await;
}

/// Carriers' and states' hours hold whatever the campaign says.
#[tokio::test]
async fn texts_keep_the_hours_of_texas_on_sundays_and_of_france_on_holidays() {
    let spec = CampaignSpec { quiet_hours: None, ..campaign(vec![text(1)]) };
    told(spec, |rig| async move {
        // A Sunday, 9:00 in Houston; the Sunday before Bastille Day (a Tuesday) in France.
        rig.clock.set(at("2026-07-12T14:00:00Z"));
        let texan = Shopper { phone: Some("+17135551001".into()), ..Shopper::new("Jo", 1) };
        let houston = json!({"shipping_address": {"country_code": "US", "province_code": "TX", "phone": texan.phone}});
        rig.tell("checkouts/update", &with(texan.checkout(rig.app.now()), houston)).await;
        rig.pass(hours(4)).await;
        let sent: Vec<Timestamp> = rig.texts.all().iter().map(|(at, _)| *at).collect();
        assert_eq!(sent, [at("2026-07-12T18:00:00Z")], "noon in El Paso, too: the state alone doesn't say that they are in Houston");

        rig.clock.set(at("2026-07-13T19:30:00Z"));
        let french = Shopper { phone: Some("+33612345678".into()), ..Shopper::new("Zoe", 2) };
        let paris = json!({"shipping_address": {"country_code": "FR", "phone": french.phone}, "customer_locale": "fr-FR"});
        rig.tell("checkouts/update", &with(french.checkout(rig.app.now()), paris)).await;
        rig.pass(hours(40)).await;
        let sent: Vec<Timestamp> = rig.texts.all().iter().map(|(at, _)| *at).collect();
        assert_eq!(sent[1], at("2026-07-15T06:00:00Z"), "not at night, and not on the fourteenth of July");
        rig
    })
    .await;
}

#[tokio::test]
async fn what_waits_in_a_paused_campaign_is_decided_anew_when_it_goes_on() {
    let steps = vec![mail(1), Step { expires_after: Length::hours(2), ..mail(3) }, mail(24)];
    told(campaign(steps), |rig| async move {
        begins(&rig, &Shopper::new("Jo", 1)).await;
        rig.pass(minutes(30)).await;
        campaigns::act(&rig.app, rig.shop.id, rig.campaign, Act::Pause, "story").await.expect("paused");
        rig.pass(hours(20)).await;
        assert_eq!(rig.mails.count(), 0);
        campaigns::act(&rig.app, rig.shop.id, rig.campaign, Act::Resume, "story").await.expect("resumed");
        rig.pass(hours(10)).await;
        let states: Vec<(&str, String)> = rig.nudge_states().await.into_iter().map(|(_, state, reason)| (state, reason)).collect();
        assert_eq!(states, [("sent", "accepted".into()), ("cancelled", "expired".into()), ("sent", "accepted".into())]);
        rig
    })
    .await;
}
