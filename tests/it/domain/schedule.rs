//! When a message may leave, held against clocks that are read minute by minute.

use comeback::domain::campaign::QuietHours;
use comeback::domain::schedule::{Hours, Open, closed_by, holidays, hours_of_quiet, next_local, next_open};
use jiff::civil::{DateTime, Time, Weekday, time};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};
use proptest::prelude::*;

const MINUTE: SignedDuration = SignedDuration::from_mins(1);
/// Ordinary ones, half and quarter hours, a change of half an hour, changes at midnight, a date line that moved, none at all.
const ZONES: [&str; 14] = [
    "America/New_York",
    "America/Los_Angeles",
    "America/St_Johns",
    "America/Sao_Paulo",
    "America/Asuncion",
    "America/Nuuk",
    "Europe/Paris",
    "Europe/Dublin",
    "Africa/Casablanca",
    "Asia/Beirut",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Pacific/Chatham",
    "Pacific/Apia",
];

fn zone(name: &str) -> TimeZone {
    TimeZone::get(name).expect("bundled zone")
}

fn instant(text: &str) -> Timestamp {
    text.parse().expect("an instant")
}

fn open(text: &str) -> Open {
    text.parse().expect("an opening")
}

fn quiet(from: Time, to: Time) -> Option<QuietHours> {
    Some(QuietHours { from, to })
}

/// The rule, said once more without any search: a day's openings by weekday, none on holidays, ends excluded.
fn is_open(hours: &Hours, local: DateTime) -> bool {
    if hours.closed_on_holidays_of.as_deref().is_some_and(|country| holidays::is_holiday(country, local.date())) {
        return false;
    }
    let minute = |time: Time| i32::from(time.hour()) * 60 + i32::from(time.minute());
    let now = minute(local.time());
    let day = &hours.week[usize::try_from(local.weekday().to_monday_zero_offset()).expect("a weekday")];
    day.iter().any(|o| minute(o.from) <= now && (now < minute(o.to) || minute(o.to) == 0))
}

fn open_everywhere(at: Timestamp, hours: &[Hours], zones: &[TimeZone]) -> bool {
    hours.iter().all(|h| zones.iter().all(|z| is_open(h, z.to_datetime(at))))
}

/// A minute near a change of the clock in one of the zones, or anywhere.
fn instants() -> impl Strategy<Value = Timestamp> {
    let anywhere = 1_704_067_200i64..2_000_000_000;
    let near_a_change =
        (0..ZONES.len(), 1_300_000_000i64..1_950_000_000, prop_oneof![-400i64..200, -4000i64..1500]).prop_map(|(z, second, minutes)| {
            let after = Timestamp::from_second(second).expect("time");
            let change = zone(ZONES[z]).following(after).next().map_or(second, |change| change.timestamp().as_second());
            change + minutes * 60
        });
    // The night in which Samoa left out a day.
    let date_line = (-3000i64..1500).prop_map(|minutes| instant("2011-12-30T10:00:00Z").as_second() + minutes * 60);
    prop_oneof![2 => anywhere, 5 => near_a_change, 1 => date_line]
        .prop_map(|second| Timestamp::from_second(second - second.rem_euclid(60)).expect("time"))
}

/// One or two openings, cut out of a day by two to four of its quarters of an hour: often in the night, when clocks are changed.
fn openings() -> impl Strategy<Value = Vec<Open>> {
    proptest::collection::btree_set(prop_oneof![0i8..=16, 0i8..=96], 2..5).prop_map(|cuts| {
        let at = |quarter: i8| time(quarter / 4 % 24, quarter % 4 * 15, 0, 0);
        let cuts: Vec<i8> = cuts.into_iter().collect();
        cuts.chunks_exact(2).filter_map(|pair| Open::new(at(pair[0]), at(pair[1]))).collect()
    })
}

fn any_hours() -> impl Strategy<Value = Hours> {
    let day = prop_oneof![1 => Just(Vec::new()), 5 => openings()];
    let holidays = prop_oneof![Just(None), Just(Some("FR".to_owned())), Just(Some("US".to_owned())), Just(Some("XX".to_owned()))];
    (proptest::array::uniform7(day), holidays).prop_map(|(week, closed_on_holidays_of)| Hours {
        place: "X".into(),
        week,
        closed_on_holidays_of,
    })
}

fn any_zones() -> impl Strategy<Value = Vec<TimeZone>> {
    proptest::collection::vec(0..ZONES.len(), 1..4).prop_map(|picked| picked.into_iter().map(|i| zone(ZONES[i])).collect())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(384))]

    #[test]
    fn no_instant_found_is_closed_anywhere_and_none_before_it_was_open(
        at in instants(), seconds in 0i64..60, hours in proptest::collection::vec(any_hours(), 1..3), zones in any_zones(),
    ) {
        let start = at + SignedDuration::from_secs(seconds);
        let found = next_open(start, &hours, &zones);
        if let Some(found) = found {
            prop_assert!(found >= start && open_everywhere(found, &hours, &zones), "{found} is closed");
            prop_assert_eq!(closed_by(found, &hours, &zones), None);
        }
        // A clock opens at whole minutes, so these and the start are all that could be earlier.
        let last = found.unwrap_or(start + SignedDuration::from_hours(24 * 8));
        let mut earlier = start;
        let mut minute = at;
        while earlier < last {
            prop_assert!(!open_everywhere(earlier, &hours, &zones), "{} was open, but {:?} was given", earlier, found);
            prop_assert!(earlier != start || closed_by(earlier, &hours, &zones).is_some());
            minute += MINUTE;
            earlier = minute;
        }
    }

    #[test]
    fn the_next_local_time_is_the_first_at_which_the_clock_shows_it_or_has_left_it_out(
        at in instants(), quarter in 0i8..96, z in 0..ZONES.len(),
    ) {
        let (zone, wanted) = (zone(ZONES[z]), time(quarter / 4, quarter % 4 * 15, 0, 0));
        let found = next_local(at, wanted, &zone);
        let mut minute = at;
        let mut before = zone.to_datetime(at);
        while zone.to_datetime(minute).time() != wanted {
            minute += MINUTE;
            let now = zone.to_datetime(minute);
            let left_out = before.date().to_datetime(wanted);
            let left_out = if left_out > before { left_out } else { left_out + 1.day() };
            let whole_day = before.date() < left_out.date() && now.date() > left_out.date();
            if left_out < now && !whole_day {
                break;
            }
            before = now;
        }
        prop_assert_eq!(found, minute, "{} in {}", wanted, ZONES[z]);
    }

    #[test]
    fn quiet_hours_and_the_opening_beside_them_share_the_day(from in 0i8..24, to in 0i8..24, now in 0i8..24, half in any::<bool>()) {
        let (from, to) = (time(from, 30, 0, 0), time(to, 0, 0, 0));
        let now = time(now, if half { 30 } else { 0 }, 0, 0);
        let is_quiet = if from < to { from <= now && now < to } else { now >= from || now < to };
        let hours = hours_of_quiet(quiet(from, to), &[], false, None);
        prop_assert_eq!(hours.is_open(jiff::civil::date(2026, 7, 1).to_datetime(now)), !is_quiet);
    }
}

fn check_next(hours: &[Hours], zones: &[&str], at: &str, expected: Option<&str>) {
    let zones: Vec<TimeZone> = zones.iter().map(|name| zone(name)).collect();
    assert_eq!(next_open(instant(at), hours, &zones), expected.map(instant), "from {at} in {zones:?}");
}

#[test]
fn a_message_waits_until_it_is_open_in_every_zone() {
    let night = hours_of_quiet(quiet(time(21, 0, 0, 0), time(8, 0, 0, 0)), &[], false, None);
    let night = std::slice::from_ref(&night);
    check_next(night, &["America/New_York"], "2026-07-01T03:30:00Z", Some("2026-07-01T12:00:00Z"));
    check_next(night, &["America/New_York", "America/Los_Angeles"], "2026-07-01T03:30:00Z", Some("2026-07-01T15:00:00Z"));
    check_next(night, &["America/New_York"], "2026-07-01T15:30:00.5Z", Some("2026-07-01T15:30:00.5Z"));
    check_next(&[], &["America/New_York"], "2026-07-01T03:30:00Z", Some("2026-07-01T03:30:00Z"));
}

#[test]
fn quiet_days_and_holidays_are_closed_all_day() {
    let weekend = [Weekday::Saturday, Weekday::Sunday];
    let office = hours_of_quiet(quiet(time(17, 0, 0, 0), time(9, 0, 0, 0)), &weekend, true, Some("fr"));
    // Friday evening before a weekend; then Monday, the 14th of July being Tuesday; then over the Tuesday.
    let office = std::slice::from_ref(&office);
    check_next(office, &["Europe/Paris"], "2026-07-10T16:00:00Z", Some("2026-07-13T07:00:00Z"));
    check_next(office, &["Europe/Paris"], "2026-07-13T15:00:00Z", Some("2026-07-15T07:00:00Z"));
    let no_holidays = hours_of_quiet(quiet(time(17, 0, 0, 0), time(9, 0, 0, 0)), &weekend, false, Some("FR"));
    check_next(&[no_holidays], &["Europe/Paris"], "2026-07-13T15:00:00Z", Some("2026-07-14T07:00:00Z"));
}

#[test]
fn quiet_hours_within_the_day_leave_two_openings() {
    let lunch = hours_of_quiet(quiet(time(12, 0, 0, 0), time(14, 0, 0, 0)), &[], false, None);
    assert_eq!(lunch.week[0], [open("00:00-12:00"), open("14:00-24:00")]);
    check_next(&[lunch], &["Europe/Paris"], "2026-07-01T10:30:00Z", Some("2026-07-01T12:00:00Z"));
    assert_eq!(hours_of_quiet(None, &[], false, None), Hours::daily("store", &[Open::ALL_DAY]));
    assert_eq!(hours_of_quiet(quiet(time(8, 0, 0, 0), time(8, 0, 0, 0)), &[], false, None), Hours::daily("store", &[]), "quiet all day");
}

#[test]
fn hours_that_exclude_each_other_are_never_open_and_neither_is_an_unknown_zone() {
    let short = Hours::daily("X", &[open("11:00-12:00")]);
    let short = std::slice::from_ref(&short);
    check_next(short, &["Pacific/Auckland", "America/New_York"], "2026-07-01T03:30:00Z", None);
    check_next(&[Hours::daily("X", &[])], &["Europe/Paris"], "2026-07-01T03:30:00Z", None);
    check_next(short, &[], "2026-07-01T11:30:00Z", None);
}

#[test]
fn the_search_ends_after_eight_days() {
    let mut mondays = Hours::daily("X", &[]);
    mondays.week[0] = vec![open("08:00-09:00")];
    // Monday the 25th of May 2026 is a holiday in France: the next one is eight days after this Sunday, and out of reach an hour before.
    mondays.closed_on_holidays_of = Some("FR".into());
    let mondays = std::slice::from_ref(&mondays);
    check_next(mondays, &["Europe/Paris"], "2026-05-24T06:00:00Z", Some("2026-06-01T06:00:00Z"));
    check_next(mondays, &["Europe/Paris"], "2026-05-24T05:00:00Z", None);
}

#[test]
fn an_hour_that_comes_twice_is_open_twice_and_one_that_is_left_out_opens_what_follows() {
    let zones = &["America/New_York"];
    // On 1 November 2026 the clock goes from 02:00 back to 01:00, at 06:00 UTC.
    let small = Hours::daily("X", &[open("01:00-01:30")]);
    let small = std::slice::from_ref(&small);
    check_next(small, zones, "2026-11-01T05:29:00Z", Some("2026-11-01T05:29:00Z"));
    check_next(small, zones, "2026-11-01T05:30:00Z", Some("2026-11-01T06:00:00Z"));
    check_next(small, zones, "2026-11-01T06:30:00Z", Some("2026-11-02T06:00:00Z"));
    // On 8 March 2026 it goes from 02:00 to 03:00, at 07:00 UTC.
    check_next(&[Hours::daily("X", &[open("02:30-04:00")])], zones, "2026-03-08T06:00:00Z", Some("2026-03-08T07:00:00Z"));
    check_next(&[Hours::daily("X", &[open("02:15-02:45")])], zones, "2026-03-08T06:00:00Z", Some("2026-03-09T06:15:00Z"));
}

fn check_local(at: &str, hour: i8, minute: i8, name: &str, expected: &str) {
    assert_eq!(next_local(instant(at), time(hour, minute, 0, 0), &zone(name)), instant(expected), "{hour}:{minute} in {name} from {at}");
}

#[test]
fn the_clock_shows_a_time_today_or_tomorrow_and_around_changes_when_it_can() {
    check_local("2026-07-01T10:00:00Z", 18, 0, "Europe/Paris", "2026-07-01T16:00:00Z");
    check_local("2026-07-01T16:00:00Z", 18, 0, "Europe/Paris", "2026-07-01T16:00:00Z");
    check_local("2026-07-01T16:00:01Z", 18, 0, "Europe/Paris", "2026-07-02T16:00:00Z");
    check_local("2026-03-08T06:00:00Z", 2, 30, "America/New_York", "2026-03-08T07:00:00Z");
    check_local("2026-03-08T07:00:01Z", 2, 30, "America/New_York", "2026-03-09T06:30:00Z");
    check_local("2026-11-01T04:00:00Z", 1, 30, "America/New_York", "2026-11-01T05:30:00Z");
    check_local("2026-11-01T05:31:00Z", 1, 30, "America/New_York", "2026-11-01T06:30:00Z");
    check_local("2026-10-03T15:00:00Z", 2, 15, "Australia/Lord_Howe", "2026-10-03T15:30:00Z");
    // Samoa went from 29 to 31 December 2011: ten in the morning came only after the missing day.
    check_local("2011-12-30T00:00:00Z", 10, 0, "Pacific/Apia", "2011-12-30T20:00:00Z");
}

#[test]
fn hours_are_stored_short_and_come_back_the_same() {
    let mut hours = Hours::daily("FR", &[open("08:00-22:00")]);
    hours.week[6] = Vec::new();
    hours.closed_on_holidays_of = Some("FR".into());
    let json = serde_json::to_string(&hours).expect("JSON");
    let day = r#"["08:00-22:00"]"#;
    assert_eq!(json, format!(r#"{{"place":"FR","week":[{day},{day},{day},{day},{day},{day},[]],"closed_on_holidays_of":"FR"}}"#));
    assert_eq!(serde_json::from_str::<Hours>(&json).expect("hours"), hours);
}

#[test]
fn an_opening_has_a_beginning_before_its_end() {
    assert_eq!(open("00:00-24:00"), Open::ALL_DAY);
    assert_eq!(open("20:30-24:00").to_string(), "20:30-24:00");
    for bad in ["", "08:00", "21:00-08:00", "08:00-08:00", "08:00-00:00", "08:00-25:00", "24:00-24:00", "8-9", "08:00-12:00-14:00"] {
        assert!(bad.parse::<Open>().is_err(), "{bad:?}");
    }
}
