//! Marks on the time axis follow from what happened, and notes of people stand beside them.

use crate::support::rig::{Rig, both};
use comeback::app::campaigns::{Act, act, update};
use comeback::app::{AppError, annotations};
use comeback::db::report::Period;
use comeback::domain::annotation::Kind;
use comeback::domain::campaign::CampaignSpec;
use comeback::domain::watch::{Waiting, channel_refusing};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

async fn marks(rig: &Rig) -> Vec<(Kind, String)> {
    let period = Period { shop: rig.shop.id, from: Timestamp::UNIX_EPOCH, to: rig.app.now() + SignedDuration::from_hours(1) };
    annotations::list(&rig.app, period).await.expect("marks").into_iter().map(|m| (m.kind, m.note)).collect()
}

#[tokio::test]
async fn what_was_published_changed_and_broken_is_marked_in_its_order() {
    both(|rig| async move {
        let hour = SignedDuration::from_hours(1);
        rig.clock.advance(hour);
        let (shop, campaign) = (rig.shop.id, rig.campaign);
        let spec = CampaignSpec { holdout_percent: 20, ..crate::support::rig::story_campaign() };
        update(&rig.app, shop, campaign, spec, "story").await.expect("changed");
        act(&rig.app, shop, campaign, Act::Publish, "story").await.expect("published");
        rig.clock.advance(hour);
        act(&rig.app, shop, campaign, Act::Pause, "story").await.expect("paused");
        rig.clock.advance(hour);
        let why = Waiting { refused: 3, since: Some(rig.app.now()), why: Some("no route".into()), ..Waiting::default() };
        let verdict = channel_refusing(comeback::domain::event::ChannelKind::Email, &why, None, rig.app.now());
        let mut tx = rig.app.db.begin().await.expect("transaction");
        let finding = verdict.finding().expect("an alarm");
        comeback::db::alarms::raise(&mut tx, shop, rig.app.new_id(), finding, rig.app.now()).await.expect("raised");
        tx.commit().await.expect("commit");
        rig.clock.advance(hour);
        annotations::add(&rig.app, shop, (rig.app.now(), "  Summer sale\nbegins "), "cli").await.expect("noted");
        let all = marks(&rig).await;
        let kinds: Vec<Kind> = all.iter().map(|m| m.0).collect();
        let expected =
            [Kind::CampaignPublished, Kind::CampaignPublished, Kind::HoldoutChanged, Kind::CampaignState, Kind::Outage, Kind::Note];
        assert_eq!(kinds, expected, "{all:?}");
        assert!(all[2].1.ends_with("comparison group changed from 0 % to 20 %"), "{all:?}");
        assert_eq!(all[5].1, "Summer sale begins");
        rig
    })
    .await;
}

/// A product as the store tells of it, whose variants cost so much.
fn product(id: u64, title: &str, at: Timestamp, prices: &[&str]) -> serde_json::Value {
    let variant = |(n, price): (usize, &&str)| json!({"id": id * 10 + n as u64, "product_id": id, "title": "Default", "price": price, "inventory_quantity": 5});
    let variants: Vec<serde_json::Value> = prices.iter().enumerate().map(variant).collect();
    json!({"id": id, "title": title, "status": "active", "tags": "", "updated_at": at.to_string(), "variants": variants})
}

#[tokio::test]
async fn prices_that_changed_are_marked_once_a_day_whatever_came_in_first() {
    for newest_first in [false, true] {
        both(|rig| async move {
            let begin = rig.app.now();
            let day = |n: i64| begin + SignedDuration::from_hours(24 * n);
            let mut told = vec![
                product(1, "Hat", day(0), &["20.00"]),
                product(2, "Scarf", day(0), &["30.00", "32.00"]),
                product(1, "Hat", day(1), &["25.00"]),
                // The same price again is no change.
                product(1, "Hat", day(2), &["25.00"]),
                product(1, "Hat", day(3), &["20.00"]),
                product(2, "Scarf", day(3) + SignedDuration::from_mins(1), &["31.00", "33.00"]),
                product(2, "Scarf", day(4), &["29.00", "28.00"]),
            ];
            if newest_first {
                told.reverse();
            }
            rig.clock.advance(SignedDuration::from_hours(24 * 5));
            for body in told {
                rig.tell("products/update", &body).await;
            }
            let prices: Vec<String> = marks(&rig).await.into_iter().filter(|m| m.0 == Kind::PriceChanged).map(|m| m.1).collect();
            let expected = [
                "Price changed: Hat from 20.00 to 25.00 USD",
                "Prices of 2 products changed, such as Hat from 25.00 to 20.00 USD",
                "Prices of 2 variants changed: Scarf from 31.00 to 29.00 USD",
            ];
            assert_eq!(prices, expected, "newest first: {newest_first}");
            crate::support::replay::assert_equal(&rig).await;
            rig
        })
        .await;
    }
}

#[tokio::test]
async fn a_note_is_changed_and_removed_and_another_stores_is_not_there() {
    both(|rig| async move {
        let other =
            comeback::app::shops::add(&rig.app, crate::support::rig::new_shop("other.myshopify.com"), "story").await.expect("a shop");
        let note = annotations::add(&rig.app, rig.shop.id, (rig.app.now(), "Sale"), "cli").await.expect("noted");
        let id = note.id.expect("an id");
        let foreign = annotations::change(&rig.app, other.id, (id, rig.app.now(), "Theirs"), "cli").await;
        assert!(matches!(foreign, Err(AppError::NotFound(_))));
        assert!(matches!(annotations::remove(&rig.app, other.id, id, "cli").await, Err(AppError::NotFound(_))));
        annotations::change(&rig.app, rig.shop.id, (id, rig.app.now(), "Sale ends"), "cli").await.expect("changed");
        let notes: Vec<String> = marks(&rig).await.into_iter().filter(|m| m.0 == Kind::Note).map(|m| m.1).collect();
        assert_eq!(notes, ["Sale ends"]);
        annotations::remove(&rig.app, rig.shop.id, id, "cli").await.expect("removed");
        assert!(marks(&rig).await.iter().all(|m| m.0 != Kind::Note));
        let audit = comeback::db::access::audit_list(&rig.app.db, rig.shop.id, None, 3).await.expect("audit");
        let actions: Vec<&str> = audit.iter().map(|a| a.action.as_str()).collect();
        assert_eq!(actions, ["annotation.remove", "annotation.change", "annotation.add"]);
        rig
    })
    .await;
}
