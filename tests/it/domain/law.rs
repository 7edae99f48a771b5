//! The law's windows: that they are read as written, that every place of a shopper counts, and that no message slips past them.

use super::shared;
use comeback::domain::contact::Phone;
use comeback::domain::event::ChannelKind::{Email, Sms, WhatsApp};
use comeback::domain::schedule::{Hours, Law, LegalCap, Place, holidays, legal_caps, legal_hours, next_open};
use comeback::domain::zones::{Whereabouts, where_is};
use jiff::civil::{Time, Weekday, date};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use serde_json::Value;

const STATES: &str = "AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK OR PA \
    PR RI SC SD TN TX UT VT VA WA WV WI WY";

fn phone(number: &str) -> Phone {
    Phone::parse(number, None).expect("a number")
}

fn place<'a>(country: &'a str, province: &'a str, phone: Option<&'a Phone>) -> Place<'a> {
    let given = |text: &'a str| Some(text).filter(|t| !t.is_empty());
    Place { country: given(country), province: given(province), phone }
}

fn check(country: &str, province: &str, number: &str, expected: &[&str]) {
    let phone = Some(number).filter(|n| !n.is_empty()).map(phone);
    let hours = legal_hours(Sms, &place(country, province, phone.as_ref()));
    let mut places: Vec<&str> = hours.iter().map(|h| h.place.as_str()).collect();
    places.sort_unstable();
    assert_eq!(places, expected, "{country} {province} {number}");
}

#[test]
fn whatsapp_waits_for_the_hours_of_texts_and_keeps_to_their_caps() {
    let number = phone("+13055550123");
    for (country, province, phone) in [("US", "TX", Some(&number)), ("FR", "", None), ("", "", Some(&number)), ("", "", None)] {
        let place = place(country, province, phone);
        let hours = legal_hours(WhatsApp, &place);
        assert!(!hours.is_empty() && hours == legal_hours(Sms, &place), "{country} {province}");
        assert_eq!(legal_caps(WhatsApp, &place), legal_caps(Sms, &place), "{country} {province}");
    }
}

#[test]
fn every_place_that_address_and_phone_name_counts() {
    check("US", "TX", "", &["US", "US-TX"]);
    check("us", "US-TX", "", &["US", "US-TX"]);
    check("US", "NY", "", &["US"]);
    check("US", "TX", "+13055550123", &["US", "US-FL", "US-TX"]);
    check("", "", "+13055550123", &["US", "US-FL"]);
    check("US", "", "+13055550123", &["US", "US-FL"]);
    check("CA", "ON", "+15125550123", &["US", "US-TX"]);
    check("", "", "+12035550123", &["US", "US-CT"]);
    check("FR", "", "", &["FR"]);
    check("FR", "", "+32470123456", &["BE", "FR"]);
    check("DE", "BE", "+4915123456789", &[]);
    check("GB", "ENG", "+447400123456", &[]);
    check("PR", "", "", &["US"]);
    check("JM", "", "+18765550123", &[]);
}

#[test]
fn where_it_is_not_known_which_part_of_a_country_all_of_them_hold() {
    check("US", "", "", &["US", "US-*"]);
    check("US", "AE", "", &["US", "US-*"]);
    check("US", "AE", "+12125550123", &["US", "US-*"]);
    check("", "", "+18005550123", &["US", "US-*"]);
    check("", "", "+15005550006", &["US", "US-*"]);
    check("US", "TX", "+18005550123", &["US", "US-TX"]);
    check("JM", "", "+18005550123", &[]);
    check("FR", "", "+18005550123", &["FR", "US", "US-*"]);
    let hours = legal_hours(Sms, &place("US", "", None));
    let any = hours.iter().find(|h| h.place == "US-*").expect("any state");
    // Kentucky's morning with Rhode Island's evening and weekend, and Texas' Sunday.
    let week: Vec<String> = any.week.iter().map(|day| day.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")).collect();
    let weekday = "10:00-18:00";
    assert_eq!(week, [weekday, weekday, weekday, weekday, weekday, "10:00-17:00", "12:00-17:00"]);
    let cap = |place: &str| LegalCap { place: place.into(), max: 3, within: SignedDuration::from_hours(24) };
    assert_eq!(legal_caps(Sms, &place("US", "", None)), [cap("US-*")]);
    assert_eq!(legal_caps(Sms, &place("US", "FL", None)), [cap("US-FL")]);
    assert_eq!(legal_caps(Sms, &place("US", "NY", None)), []);
}

#[test]
fn a_text_to_nobody_knows_where_keeps_the_narrowest_hours_and_mail_keeps_none() {
    check("", "", "", &["*"]);
    check("ZZ", "TX", "", &["*"]);
    check("", "TX", "", &["*"]);
    let unknown = &legal_hours(Sms, &place("", "", None))[0];
    for rule in &Law::built_in().rules {
        let open = |h: &Hours, day: Weekday, hour: i8| h.is_open(monday_of_a_plain_week(day).at(hour, 59, 0, 0));
        let hours = &all_hours(&rule.place)[0];
        for day in Weekday::Monday.cycle_forward().take(7) {
            let wider = (0..24).all(|hour| !open(unknown, day, hour) || open(hours, day, hour));
            assert!(wider, "{}: {day:?}", rule.place);
        }
    }
    for (country, province) in [("US", "TX"), ("FR", ""), ("", "")] {
        assert_eq!(legal_hours(Email, &place(country, province, None)), []);
        assert_eq!(legal_caps(Email, &place(country, province, None)), []);
    }
}

/// A day of a week without holidays.
fn monday_of_a_plain_week(day: Weekday) -> jiff::civil::Date {
    date(2026, 9, 14).yesterday().and_then(|sunday| sunday.nth_weekday(1, day)).expect("a date")
}

/// The hours of one rule alone.
fn all_hours(rule: &str) -> Vec<Hours> {
    let (country, province) = rule.split_once('-').unwrap_or((rule.trim_start_matches('*'), ""));
    let mut hours = legal_hours(Sms, &place(country, province, None));
    hours.retain(|h| h.place == rule);
    assert_eq!(hours.len(), 1, "{rule}");
    hours
}

#[test]
fn every_rule_of_the_file_says_where_from_and_since_when() {
    let law = Law::built_in();
    assert_eq!(law.version, 1);
    assert!(law.rules.len() > 15);
    for rule in law.rules.iter().skip(1) {
        assert!(!rule.name.is_empty() && !rule.confidence.is_empty() && !rule.sources.is_empty(), "{}", rule.place);
        assert!(rule.read >= date(2026, 1, 1) && !rule.channels.is_empty(), "{}", rule.place);
        let hours = &all_hours(&rule.place)[0];
        assert!(hours.week.iter().flatten().count() >= 5, "{}", rule.place);
    }
}

#[test]
fn a_file_with_a_mistake_is_refused_with_the_place_of_it() {
    const GOOD: &str = "version = 2\n[unknown]\nchannels = ['sms']\nopen = ['mon 10:00-11:00']\nread = '2026-01-01'\n\
        [[rule]]\nplace = 'AT'\nname = 'Austria'\nchannels = ['sms', 'email']\nopen = ['mon-sun 09:00-12:00', 'mon-sun 13:00-20:00']\n\
        closed_on_holidays = true\nread = '2026-01-01'\n";
    let law = Law::parse(GOOD).expect("an operator's own file");
    assert_eq!(law.hours(Email, &place("AT", "", None)).len(), 1);
    assert_eq!(law.hours(Sms, &place("US", "TX", None)), []);
    let twice = format!("{GOOD}{}", &GOOD[GOOD.find("[[rule]]").expect("a rule")..]);
    assert!(Law::parse(&twice).is_err());
    let wrong = [
        ("'AT'", "'ZZ'", "\"ZZ\""),
        ("'AT'", "'US-ZZ'", "US-ZZ"),
        ("'AT'", "'at'", "\"at\""),
        ("mon-sun 09", "sun-mon 09", "AT"),
        ("09:00-12", "09:00-14", "AT"),
        ("09:00-12", "12:00-09", "AT"),
        ("mon-sun 13", "moonday 13", "AT"),
        ("'AT'", "'JP'", "JP"),
        ("place", "plaice", "plaice"),
        ("open = ['mon 10:00-11:00']", "open = []", "*"),
        ("name = 'Austria'", "name = 'Austria'\ncaps = [{ max = 0, hours = 24 }]", "AT"),
    ];
    for (good, bad, named) in wrong {
        assert!(GOOD.contains(good), "{good}");
        let error = Law::parse(&GOOD.replace(good, bad)).expect_err(bad).to_string();
        assert!(error.contains(named), "{bad}: {error}");
    }
}

/// What the sources say of a state, from the first to the last minute of a day, federal law included.
fn lawful(state: &str, day: Weekday) -> (i8, i8) {
    let weekend = matches!(day, Weekday::Saturday | Weekday::Sunday);
    match state {
        "FL" | "OK" | "WA" | "MD" | "MS" | "NJ" | "AL" | "LA" | "MA" => (8, 20),
        "TX" if day == Weekday::Sunday => (12, 21),
        "TX" | "CA" | "IL" | "MI" | "MN" => (9, 21),
        "CT" => (9, 20),
        "RI" if weekend => (10, 17),
        "RI" => (9, 18),
        "KY" => (10, 21),
        _ => (8, 21),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn a_text_leaves_within_federal_and_state_hours_wherever_in_the_state_it_is_read(
        second in 1_767_225_600i64..2_000_000_000, state in 0..52usize,
    ) {
        let state = STATES.split_whitespace().nth(state).expect("a state");
        let at = Timestamp::from_second(second).expect("time");
        let hours = legal_hours(Sms, &place("US", state, None));
        let w = Whereabouts { country: Some("US"), province: Some(state), phone: None, locale: None, shop_zone: "Europe/Paris" };
        let zones: Vec<TimeZone> = where_is(&w).names.iter().map(|name| TimeZone::get(name).expect("bundled zone")).collect();
        let found = next_open(at, &hours, &zones).expect("a time within days");
        prop_assert!(found >= at && found.duration_since(at) <= SignedDuration::from_hours(36), "{state}: {at} to {found}");
        for zone in &zones {
            let local = zone.to_datetime(found);
            let (from, to) = lawful(state, local.weekday());
            prop_assert!(from <= local.hour() && local.hour() < to, "{state}: {local}");
        }
    }
}

#[test]
fn french_texts_leave_on_working_days_only() {
    let hours = legal_hours(Sms, &place("FR", "", None));
    let paris = [TimeZone::get("Europe/Paris").expect("bundled zone")];
    let next = |at: &str| next_open(at.parse().expect("time"), &hours, &paris).map(|at| at.to_string());
    // The 1st of May 2026 is a Friday; the 8th, too.
    assert_eq!(next("2026-04-30T20:00:00Z").as_deref(), Some("2026-05-02T06:00:00Z"));
    assert_eq!(next("2026-05-02T20:00:00Z").as_deref(), Some("2026-05-04T06:00:00Z"));
    assert_eq!(next("2026-05-04T19:59:00Z").as_deref(), Some("2026-05-04T19:59:00Z"));
    assert!(holidays::is_holiday("FR", date(2026, 5, 1)));
}

fn clock(value: &Value) -> Time {
    value.as_str().and_then(|text| text.parse().ok()).expect("a time")
}

/// The hours are open from the first to the second time of `window` on `days`, and at no other time of them.
fn check_window(hours: &Hours, days: &[Weekday], window: &Value) {
    for &day in days {
        let openings: Vec<(Time, Time)> = hours.on(day).iter().map(|open| (open.from, open.to)).collect();
        assert_eq!(openings, [(clock(&window[0]), clock(&window[1]))], "{} {day:?}", hours.place);
    }
}

const WEEK: [Weekday; 7] =
    [Weekday::Monday, Weekday::Tuesday, Weekday::Wednesday, Weekday::Thursday, Weekday::Friday, Weekday::Saturday, Weekday::Sunday];

#[test]
fn the_windows_are_those_of_the_reference() {
    let Some(text) = shared("vectors/quiet_hours.json") else { return };
    let reference: Value = serde_json::from_str(&text).expect("JSON");
    check_window(&all_hours("US")[0], &WEEK, &reference["federal_us"]["window"]);
    let states = reference["us_states"].as_array().expect("a list");
    for row in states {
        let place = format!("US-{}", row["state"].as_str().expect("a state"));
        let hours = &all_hours(&place)[0];
        let named = [
            ("window", &WEEK[..]),
            ("window_mon_sat", &WEEK[..6]),
            ("window_sun", &WEEK[6..]),
            ("window_weekday", &WEEK[..5]),
            ("window_weekend", &WEEK[5..]),
        ];
        named.iter().filter(|(key, _)| row[*key].is_array()).for_each(|(key, days)| check_window(hours, days, &row[*key]));
        let rule = Law::built_in().rules.iter().find(|rule| rule.place == place).expect("a rule");
        let caps: Vec<(u64, u32)> = rule.caps.iter().map(|cap| (u64::from(cap.max), cap.hours)).collect();
        assert_eq!(caps, row["max_per_24h"].as_u64().map(|max| (max, 24)).into_iter().collect::<Vec<_>>(), "{place}");
    }
    let ours = Law::built_in().rules.iter().filter(|rule| rule.place.starts_with("US-")).count();
    assert_eq!(ours, states.len());
    let france = &all_hours("FR")[0];
    check_window(france, &WEEK[..6], &reference["fr"]["window_mon_sat"]);
    assert_eq!((france.on(Weekday::Sunday).len(), france.closed_on_holidays_of.as_deref()), (0, Some("FR")));
    check_window(&all_hours("BE")[0], &WEEK, &reference["be"]["window"]);
    // Narrower by an hour on Saturdays, for Rhode Island's weekend, which the reference's own leaves out.
    let unknown = &all_hours("*")[0];
    check_window(unknown, &WEEK[..5], &reference["safe_default"]["window_mon_sat"]);
    assert_eq!(unknown.on(Weekday::Sunday), []);
}
