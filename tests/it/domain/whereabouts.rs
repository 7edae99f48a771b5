//! In which zones a shopper may be, by address, phone, locale and store; and the phone table against the one that it was made from.

use super::shared;
use comeback::domain::contact::Phone;
use comeback::domain::zones::{Whereabouts, where_is};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use std::collections::{BTreeMap, BTreeSet};

fn zones(country: &str, province: &str, phone: &str, locale: &str) -> (Vec<String>, String) {
    let phone = given(phone).map(|p| Phone::parse(p, None).expect("a number"));
    let (country, province, locale) = (given(country), given(province), given(locale));
    let found = where_is(&Whereabouts { country, province, phone: phone.as_ref(), locale, shop_zone: "Europe/Vienna" });
    (found.names, found.because)
}

fn given(text: &str) -> Option<&str> {
    Some(text).filter(|t| !t.is_empty())
}

/// `shopper` is country, province, phone and locale, separated by bars.
fn check(shopper: &str, expected: &[&str], because: &str) {
    let fields: Vec<&str> = shopper.split('|').collect();
    let (names, why) = zones(fields[0], fields[1], fields[2], fields[3]);
    assert_eq!((names.iter().map(String::as_str).collect::<Vec<_>>().as_slice(), why.as_str()), (expected, because), "{shopper}");
}

#[test]
fn an_address_and_a_phone_are_believed_both() {
    check("US|CA||", &["America/Los_Angeles"], "address");
    check("US|CA|+12125550123|", &["America/Los_Angeles", "America/New_York"], "address and phone");
    check("US|NY|+12125550123|", &["America/New_York"], "address and phone");
    check("FR||+12125550123|", &["Europe/Paris", "America/New_York"], "address and phone");
    check("DE||+33612345678|fr-CA", &["Europe/Berlin", "Europe/Paris"], "address and phone");
}

#[test]
fn without_an_address_the_phone_then_the_locale_then_the_store_speaks() {
    check("||+14165550123|fr-FR", &["America/Toronto"], "phone prefix");
    check("|||en-NZ", &["Pacific/Auckland", "Pacific/Chatham"], "locale en-NZ");
    check("|||zh-Hant-TW", &["Asia/Taipei"], "locale zh-Hant-TW");
    check("|||pt_PT", &["Europe/Lisbon", "Atlantic/Azores"], "locale pt_PT");
    check("|||es-419", &["Europe/Vienna"], "the store's zone");
    check("|||de", &["Europe/Vienna"], "the store's zone");
    check("ZZ|||", &["Europe/Vienna"], "the store's zone");
    check("UK|||", &["Europe/London"], "address");
}

#[test]
fn an_area_code_has_every_zone_found_under_it() {
    check("||+18505550123|", &["America/Chicago", "America/New_York"], "phone prefix");
    check("||+14485550123|", &["America/Chicago", "America/New_York"], "phone prefix");
    check("||+12705550123|", &["America/Chicago", "America/New_York"], "phone prefix");
    check("||+12085550123|", &["America/Boise", "America/Denver", "America/Los_Angeles"], "phone prefix");
    check("||+18765550123|", &["America/Jamaica"], "phone prefix");
    check("||+19155550123|", &["America/Denver"], "phone prefix");
}

#[test]
fn a_number_that_may_be_anywhere_says_no_more_than_its_country() {
    let australia = zones("AU", "", "", "").0;
    check("AU|WA|+61412345678|", &["Australia/Perth", "Australia/Eucla"], "address");
    let (mobile, why) = zones("", "", "+61412345678", "");
    assert!(australia.iter().all(|zone| mobile.contains(zone)) && why == "phone prefix", "{mobile:?}");
    check("RU|||", &zones("RU", "", "+79161234567", "").0.iter().map(String::as_str).collect::<Vec<_>>(), "address");
    let (russian, _) = zones("DE", "", "+79161234567", "");
    assert!(russian.len() == 13 && russian[0] == "Europe/Berlin", "Germany's, Russia's and Kazakhstan's: {russian:?}");
    check("US|TX|+18005550123|", &["America/Chicago", "America/Denver"], "address");
    check("JM||+18005550123|", &["America/Jamaica"], "address");
    let (free, why) = zones("", "", "+18005550123", "");
    assert!(free.contains(&"Pacific/Honolulu".to_owned()) && free.contains(&"America/St_Johns".to_owned()) && why == "phone prefix");
    check("ES|MD|+34612345678|", &zones("ES", "MD", "", "").0.iter().map(String::as_str).collect::<Vec<_>>(), "address");
    // Fixed lines of the same countries do say where.
    check("||+61892345678|", &["Australia/Adelaide", "Australia/Perth"], "phone prefix");
    check("||+34928123456|", &["Atlantic/Canary"], "phone prefix");
}

/// How the clock of a zone stands over two years: zones of one clock are the same for us, whatever they are called.
fn clock(zone: &str) -> Vec<i32> {
    let zone = TimeZone::get(zone).unwrap_or_else(|_| panic!("{zone} isn't in the bundled tz database"));
    let weeks = (0..104).map(|week| Timestamp::from_second(1_767_225_600 + week * 604_800).expect("time"));
    weeks.map(|at| zone.to_offset(at).seconds()).collect()
}

/// A number that begins so; the parser takes none of zeros alone.
fn number(prefix: &str) -> Option<Phone> {
    let filled = [format!("+{prefix:0<11}"), format!("+{prefix:5<11}")];
    filled.iter().find_map(|text| Phone::parse(text, None).ok())
}

#[test]
fn the_phone_table_says_what_the_one_says_that_it_was_made_from() {
    let Some(text) = shared("data/libphonenumber_timezones_map_data.txt") else { return };
    let rows: BTreeMap<&str, Vec<&str>> =
        text.lines().filter_map(|line| line.split_once('|')).map(|(prefix, zones)| (prefix, zones.split('&').collect())).collect();
    assert!(rows.len() > 3000);
    let mut clocks = BTreeMap::new();
    let mut clocks_of = |zones: &[&str]| -> BTreeSet<Vec<i32>> {
        zones.iter().map(|zone| clocks.entry((*zone).to_owned()).or_insert_with(|| clock(zone)).clone()).collect()
    };
    let anywhere = ["1", "346", "347", "52", "569", "5939", "61", "614", "642", "7", "79", "9768", "9769"];
    let mut compared = 0;
    for phone in rows.keys().filter_map(|prefix| number(prefix)) {
        let digits = &phone.as_str()[1..];
        let Some((prefix, theirs)) = (1..=digits.len()).rev().find_map(|length| rows.get_key_value(&digits[..length])) else { continue };
        if anywhere.contains(prefix) {
            continue;
        }
        let w = Whereabouts { country: None, province: None, phone: Some(&phone), locale: None, shop_zone: "Etc/UTC" };
        let ours = where_is(&w).names;
        let ours = clocks_of(&ours.iter().map(String::as_str).collect::<Vec<_>>());
        let theirs = clocks_of(theirs);
        let fits = if prefix.starts_with('1') { ours.is_superset(&theirs) } else { ours == theirs };
        assert!(fits, "{prefix}");
        compared += 1;
    }
    assert!(compared * 100 > rows.len() * 98, "{compared} of {}", rows.len());
}

#[test]
fn area_codes_are_in_the_states_that_the_table_was_made_from_says() {
    let Some(text) = shared("data/libphonenumber_geocoding_en_1.txt") else { return };
    let names =
        [("New Jersey", "NJ"), ("Texas", "TX"), ("Florida", "FL"), ("Oklahoma", "OK"), ("Washington State", "WA"), ("Rhode Island", "RI")];
    let mut seen = 0;
    for (prefix, name) in text.lines().filter_map(|line| line.split_once('|')).filter(|(prefix, _)| prefix.len() == 4) {
        let Some((_, state)) = names.iter().find(|(known, _)| *known == name) else { continue };
        let phone = number(prefix).expect("a number");
        let place = comeback::domain::schedule::Place { phone: Some(&phone), ..Default::default() };
        let hours = comeback::domain::schedule::legal_hours(comeback::domain::event::ChannelKind::Sms, &place);
        assert_eq!(hours.last().map(|h| h.place.clone()), Some(format!("US-{state}")), "{prefix} {name}");
        seen += 1;
    }
    assert!(seen > 60, "{seen} area codes");
}
