//! Simulated weeks of many stores: no false alarm, and a cut line is found in time.
#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    reason = "chance and hours of a few weeks are far from where it would matter"
)]

use super::*;
use proptest::prelude::*;

const HOUR_MS: i64 = 3_600_000;
const DAY_H: i64 = 24;
/// A Monday.
const BEGIN: &str = "2026-06-01T00:00:00Z";

fn begin() -> Timestamp {
    BEGIN.parse().expect("an instant")
}

fn at(ms: i64) -> Timestamp {
    begin() + SignedDuration::from_millis(ms)
}

/// Chance that comes out the same on every run (SplitMix64).
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// Below one, evenly.
    fn share(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// The wait for the next of things that come independently of each other, so many an hour.
    fn wait_ms(&mut self, per_hour: f64) -> i64 {
        (-(1.0 - self.share()).ln() / per_hour * HOUR_MS as f64).ceil() as i64
    }
}

/// When deliveries come: so many an hour, by hour of the week.
fn traffic(weeks: i64, seed: u64, per_hour: impl Fn(i64) -> f64) -> Vec<i64> {
    let mut dice = Dice(seed);
    let mut all = Vec::new();
    for hour in 0..weeks * 7 * DAY_H {
        let rate = per_hour(hour % (7 * DAY_H));
        let mut ms = if rate > 0.0 { dice.wait_ms(rate) } else { HOUR_MS };
        while ms < HOUR_MS {
            all.push(hour * HOUR_MS + ms);
            ms += dice.wait_ms(rate);
        }
    }
    all
}

/// What the database would answer at `now`, given everything that came before it.
fn arrivals(all: &[i64], now: i64) -> Arrivals {
    let seen = &all[..all.partition_point(|ms| *ms <= now)];
    let last = *seen.last().expect("traffic");
    let first_mark = (last - HISTORY.as_millis() as i64).max(0) / HOUR_MS;
    let mut gaps = BTreeSet::new();
    for mark in first_mark..=last / HOUR_MS {
        let place = seen.partition_point(|ms| *ms < mark * HOUR_MS);
        if place > 0 && place < seen.len() {
            gaps.insert(Gap { from: at(seen[place - 1]), to: at(seen[place]) });
        }
    }
    Arrivals { last_at: Some(at(last)), gaps, outages: Vec::new() }
}

/// At the end of each gap, when silence is longest: is there an alarm?
fn alarms(all: &[i64], from: i64) -> Vec<i64> {
    let ends = all.windows(2).filter(|w| w[1] - w[0] > HOUR_MS && w[1] > from).map(|w| w[1] - 1);
    ends.filter(|now| matches!(no_deliveries(&arrivals(all, *now), None, at(*now)), Verdict::Holds(_))).collect()
}

/// After how long the line being cut at `cut` is told.
fn told_after(all: &[i64], cut: i64) -> SignedDuration {
    let before: Vec<i64> = all.iter().copied().filter(|ms| *ms < cut).collect();
    let last = *before.last().expect("traffic");
    let seen = arrivals(&before, last);
    let mut minutes = (0..20 * DAY_H * 60).map(|m| last + m * 60_000);
    let now = minutes.find(|now| matches!(no_deliveries(&seen, None, at(*now)), Verdict::Holds(_)));
    SignedDuration::from_millis(now.expect("an alarm within twenty days") - last)
}

const WEEK_MS: i64 = 7 * DAY_H * HOUR_MS;

fn silent_at_night(hour: i64) -> f64 {
    if (6..24).contains(&(hour % DAY_H)) { 20.0 } else { 0.0 }
}

fn closed_at_weekends(hour: i64) -> f64 {
    if hour / DAY_H < 5 && (8..19).contains(&(hour % DAY_H)) { 8.0 } else { 0.0 }
}

#[test]
fn a_store_that_sleeps_every_night_is_no_alarm_and_a_cut_line_is_told_within_half_a_day() {
    let all = traffic(10, 1, silent_at_night);
    assert_eq!(alarms(&all, 0), Vec::<i64>::new());
    // Cut at noon: the longest night was a little over six hours.
    let told = told_after(&all, 8 * WEEK_MS + 12 * HOUR_MS);
    assert!(told > SignedDuration::from_hours(9) && told < SignedDuration::from_hours(12), "{told}");
}

#[test]
fn a_store_that_is_closed_at_week_ends_is_no_alarm_and_a_cut_line_is_told_within_four_days() {
    let all = traffic(10, 2, closed_at_weekends);
    assert_eq!(alarms(&all, 0), Vec::<i64>::new());
    let told = told_after(&all, 8 * WEEK_MS + 12 * HOUR_MS);
    assert!(told > SignedDuration::from_hours(70) && told < SignedDuration::from_hours(96), "{told}");
}

#[test]
fn a_busy_store_is_told_of_a_cut_line_within_a_little_over_an_hour() {
    let all = traffic(6, 3, |_| 120.0);
    assert_eq!(alarms(&all, 0), Vec::<i64>::new());
    assert!(told_after(&all, 5 * WEEK_MS) <= SignedDuration::from_mins(65));
}

#[test]
fn in_its_first_week_a_store_gets_three_days_and_is_told_that_little_is_known() {
    let all = traffic(1, 4, |_| 60.0);
    let cut = 2 * DAY_H * HOUR_MS;
    let told = told_after(&all, cut);
    assert!(told > SignedDuration::from_hours(71) && told < SignedDuration::from_hours(74), "{told}");
    let early: Vec<i64> = all.into_iter().filter(|ms| *ms < cut).collect();
    let now = cut + 80 * HOUR_MS;
    let Verdict::Holds(finding) = no_deliveries(&arrivals(&early, now), None, at(now)) else { panic!("no alarm") };
    assert!(finding.what.contains("too little history") && finding.what.contains("for 3 days"), "{}", finding.what);
}

#[test]
fn stores_with_few_irregular_visits_are_hardly_ever_an_alarm() {
    let mut false_alarms = 0;
    for seed in 0..40 {
        // From one a week to three a day, at any time, for ten weeks.
        let per_day = [0.15, 0.5, 1.0, 3.0][usize::try_from(seed % 4).expect("index")];
        let all = traffic(10, seed, |_| per_day / 24.0);
        false_alarms += alarms(&all, 4 * WEEK_MS).len();
    }
    // Sixty months of such stores. Chance alone makes gaps twice as long as any in four weeks now and then.
    assert!(false_alarms <= 6, "{false_alarms} in 60 months");
}

#[test]
fn an_outage_does_not_become_what_is_usual() {
    let all: Vec<i64> = traffic(8, 5, |_| 60.0).into_iter().filter(|ms| !(5 * WEEK_MS..5 * WEEK_MS + 50 * HOUR_MS).contains(ms)).collect();
    let now = 6 * WEEK_MS;
    let mut seen = arrivals(&all, now);
    let last = seen.last_at.expect("traffic");
    assert_eq!(seen.limit(last).after, SILENCE_MAX, "the outage counts while nobody says that it was one");
    seen.outages.push(Gap { from: at(5 * WEEK_MS), to: at(5 * WEEK_MS + 50 * HOUR_MS) });
    assert!(seen.limit(last).after <= SignedDuration::from_mins(90));
}

#[test]
fn a_silence_is_over_when_something_comes_and_not_before() {
    let all = traffic(6, 6, |_| 60.0);
    let seen = arrivals(&all, 6 * WEEK_MS);
    let last = seen.last_at.expect("traffic");
    let standing = |since| Standing { since, last_seen_at: since, mark: 0, dismissed: false };
    assert!(matches!(no_deliveries(&seen, Some(&standing(last)), last + SignedDuration::from_mins(1)), Verdict::Holds(_)));
    assert_eq!(no_deliveries(&seen, Some(&standing(last - SignedDuration::from_secs(1))), last), Verdict::Over);
    assert_eq!(no_deliveries(&Arrivals::default(), None, last), Verdict::Unsure);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]
    /// Any opening hours, any rate that fills them, any seed: ten weeks without a false alarm, and a cut line is told within four days.
    #[test]
    fn opening_hours_are_never_an_alarm(opens in 0_i64..12, hours in 6_i64..13, days in 5_i64..8, rate in 6.0_f64..60.0, seed in any::<u64>()) {
        let all = traffic(8, seed, |hour| if hour / DAY_H < days && (opens..opens + hours).contains(&(hour % DAY_H)) { rate } else { 0.0 });
        prop_assert_eq!(alarms(&all, 0), Vec::<i64>::new());
        prop_assert!(told_after(&all, 7 * WEEK_MS) <= SignedDuration::from_hours(96));
    }
}

/// The newest deliveries as the database gives them.
fn newest(all: &[(i64, &str)], now: i64) -> Vec<(String, Timestamp)> {
    all.iter().rev().filter(|d| d.0 <= now).take(5000).map(|d| (d.1.to_owned(), at(d.0))).collect()
}

/// Checkouts all day, orders now and then.
fn two_topics(weeks: i64, per_hour: impl Fn(i64) -> f64) -> Vec<(i64, &'static str)> {
    let mut dice = Dice(9);
    traffic(weeks, 7, per_hour).into_iter().map(|ms| (ms, if dice.share() < 0.15 { "orders/create" } else { "checkouts/update" })).collect()
}

#[test]
fn a_topic_that_stops_while_others_go_on_is_found_and_quiet_nights_are_not() {
    for rate in [2.0, 20.0, 200.0] {
        let per_hour = |hour: i64| if (6..24).contains(&(hour % DAY_H)) { rate } else { rate / 50.0 };
        let all = two_topics(4, per_hour);
        let hourly = (2 * WEEK_MS / HOUR_MS..4 * WEEK_MS / HOUR_MS).map(|h| h * HOUR_MS);
        for now in hourly.step_by(7) {
            let verdict = topic_silent(&newest(&all, now), "orders/create", None, at(now));
            assert!(!matches!(verdict, Verdict::Holds(_)), "a false alarm at {} with {rate} an hour: {verdict:?}", at(now));
        }
        let cut = 3 * WEEK_MS + 12 * HOUR_MS;
        let without: Vec<(i64, &str)> = all.iter().copied().filter(|d| d.0 < cut || d.1 != "orders/create").collect();
        let told = (0..80).find(|h| {
            matches!(topic_silent(&newest(&without, cut + h * HOUR_MS), "orders/create", None, at(cut + h * HOUR_MS)), Verdict::Holds(_))
        });
        assert!(told.is_some_and(|h| h <= 72), "{rate} an hour: told after {told:?} hours");
    }
}

#[test]
fn a_silent_topic_is_over_when_it_comes_again_and_not_when_its_past_is_out_of_sight() {
    let standing = Standing { since: at(0), last_seen_at: at(0), mark: 0, dismissed: false };
    let others: Vec<(String, Timestamp)> = (1..100).rev().map(|m| ("carts/update".to_owned(), at(m * HOUR_MS))).collect();
    let now = at(100 * HOUR_MS);
    assert!(matches!(topic_silent(&others, "orders/create", Some(&standing), now), Verdict::Holds(f) if f.since == at(0)));
    assert_eq!(topic_silent(&others, "orders/create", None, now), Verdict::Unsure);
    let again: Vec<(String, Timestamp)> = [("orders/create".to_owned(), now)].into_iter().chain(others).collect();
    assert_eq!(topic_silent(&again, "orders/create", Some(&standing), now), Verdict::Over);
}
