//! Tests of the models against each other and against what holds for all of them.

use super::{Evidence, Model, Step, Touch, WHOLE};
use crate::domain::ids::{CampaignId, NudgeId};
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use uuid::Uuid;

fn touch(n: u128, second: i64, evidence: Evidence) -> Touch {
    let at = Timestamp::from_second(second).expect("time");
    let window = SignedDuration::from_hours(120);
    Touch { nudge_id: NudgeId(Uuid::from_u128(n)), campaign_id: CampaignId(Uuid::nil()), at, evidence, window }
}

fn winner(ordered_second: i64, touches: &[Touch]) -> Option<u128> {
    let at = Timestamp::from_second(ordered_second).expect("time");
    Model::LastTouch.shares(at, touches).first().map(|s| s.touch.nudge_id.0.as_u128())
}

#[test]
fn the_last_click_wins_and_a_click_beats_later_lesser_evidence() {
    use Evidence::{Code, Link, Marker, PersonInWindow, View};
    let (first, last) = (touch(1, 100, Link), touch(2, 200, Link));
    assert_eq!(winner(300, &[last.clone(), first.clone()]), Some(2));
    assert_eq!(winner(150, &[last.clone(), first.clone()]), Some(1), "a click after the order earns nothing");
    assert_eq!(winner(300, &[first.clone(), touch(3, 250, Code), touch(4, 260, Marker)]), Some(1));
    assert_eq!(winner(300, &[touch(3, 250, Code), touch(4, 260, Marker)]), Some(3));
    assert_eq!(winner(300, &[touch(5, 280, View), touch(6, 290, PersonInWindow)]), Some(5));
    assert_eq!(winner(300, &[]), None);
}

#[test]
fn the_window_is_closed_at_its_end_and_the_orders_second_counts() {
    use Evidence::Link;
    let five_days = 120 * 3600;
    assert_eq!(winner(five_days, &[touch(1, 0, Link)]), Some(1));
    assert_eq!(winner(five_days + 1, &[touch(1, 0, Link)]), None);
    let mut click = touch(1, 100, Link);
    click.at = Timestamp::from_millisecond(100_900).expect("time");
    assert_eq!(winner(100, &[click]), Some(1), "the order is dated to the second in which the click fell");
    assert_eq!(winner(99, &[touch(1, 100, Link)]), None);
}

#[test]
fn what_only_influenced_stands_back_where_something_earned() {
    let at = Timestamp::from_second(1000).expect("time");
    let touches = [touch(1, 100, Evidence::Marker), touch(2, 900, Evidence::View), touch(3, 950, Evidence::PersonInWindow)];
    for model in Model::PER_ORDER {
        let shares = model.shares(at, &touches);
        assert_eq!(shares.iter().map(|s| s.touch.nudge_id.0.as_u128()).collect::<Vec<_>>(), [1], "{model:?}");
        assert!(model.shares(at, &touches[1..]).iter().all(|s| !s.touch.evidence.is_attributed()), "{model:?}");
    }
}

#[test]
fn a_link_opened_twice_counts_twice_unless_touches_count_once() {
    let at = Timestamp::from_second(1000).expect("time");
    let touches =
        [touch(1, 100, Evidence::Link), touch(2, 200, Evidence::Link), touch(1, 300, Evidence::Link), touch(1, 400, Evidence::Link)];
    let of = |model: Model| model.shares(at, &touches).iter().map(|s| (s.touch.nudge_id.0.as_u128(), s.parts)).collect::<Vec<_>>();
    assert_eq!(of(Model::Linear), [(1, WHOLE / 4 * 3), (2, WHOLE / 4)]);
    assert_eq!(of(Model::LinearDistinct), [(1, WHOLE / 2), (2, WHOLE / 2)]);
    assert_eq!(of(Model::FirstTouch), [(1, WHOLE)]);
    assert_eq!(of(Model::PositionBased), [(1, WHOLE / 10 * 9), (2, WHOLE / 10)]);
}

#[test]
fn weeks_halve_what_a_touch_counts() {
    let step = |hours: f64| Step { what: 0, hours_before: hours, direct: false };
    let check = |model: Model, hours: &[f64], expected: &[f64]| {
        let got = model.weights(&hours.iter().copied().map(step).collect::<Vec<_>>());
        assert!(got.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-12), "{model:?} {hours:?}: {got:?}");
    };
    check(Model::TimeDecay, &[336.0, 168.0, 0.0], &[1.0 / 7.0, 2.0 / 7.0, 4.0 / 7.0]);
    check(Model::TimeDecay, &[168_168.0, 168_000.0], &[1.0 / 3.0, 2.0 / 3.0]);
    check(Model::TimeDecayStepped, &[335.9, 168.0, 167.9, 0.0], &[1.0 / 6.0, 1.0 / 6.0, 1.0 / 3.0, 1.0 / 3.0]);
}

#[test]
fn a_direct_visit_has_an_order_only_where_nothing_else_was() {
    let step = |direct: bool| Step { what: usize::from(direct), hours_before: 0.0, direct };
    let check = |directs: &[bool], expected: usize| {
        let weights = Model::LastNonDirect.weights(&directs.iter().copied().map(step).collect::<Vec<_>>());
        assert_eq!(weights.iter().position(|w| *w > 0.5), Some(expected), "{directs:?}");
    };
    check(&[false, false, true], 1);
    check(&[true, true], 1);
    check(&[false], 0);
}

#[test]
fn models_are_known_by_the_names_that_they_are_written_with() {
    for model in Model::ALL {
        assert_eq!(model.as_str().parse(), Ok(model));
        assert_eq!(serde_json::to_value(model).expect("JSON"), model.as_str());
    }
    assert!("markov".parse::<Model>().is_err());
}

proptest! {
    #[test]
    fn shares_are_of_one_whole_whatever_the_order_in_which_touches_are_known(
        given in proptest::collection::vec((0u128..4, 0i64..500_000, 0usize..5), 1..9), turn in 0usize..9,
    ) {
        let at = Timestamp::from_second(400_000).expect("time");
        let touches: Vec<Touch> = given.iter().map(|(n, s, e)| touch(*n, *s, Evidence::ALL[*e])).collect();
        let mut turned = touches.clone();
        turned.rotate_left(turn % touches.len());
        for model in Model::PER_ORDER {
            let shares = model.shares(at, &touches);
            prop_assert!(shares.is_empty() || shares.iter().map(|s| s.parts).sum::<u64>() == WHOLE);
            prop_assert_eq!(shares.is_empty(), !touches.iter().any(|t| t.counts_for(at)));
            prop_assert!(shares.windows(2).all(|w| w[0].touch.evidence.is_attributed() == w[1].touch.evidence.is_attributed()));
            prop_assert_eq!(shares, model.shares(at, &turned));
        }
    }
}
