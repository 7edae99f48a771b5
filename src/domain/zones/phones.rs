//! What a phone number's prefix says about where its owner is: `config/phone_zones.txt`, read once.

use crate::domain::contact::Phone;
use std::sync::LazyLock;

const TABLE: &str = include_str!("../../../config/phone_zones.txt");
/// An area code of the North American plan with its calling code.
const AREA_CODE_DIGITS: usize = 4;
/// E.164 has no longer numbers, and a key holds as many.
const DIGITS_MAX: usize = 15;

static PHONES: LazyLock<Phones> = LazyLock::new(|| Phones::read(TABLE));

/// The table.
pub(super) fn table() -> &'static Phones {
    &PHONES
}

/// Prefixes and area codes with what they say, sorted to be searched.
#[derive(Debug, Default)]
pub(super) struct Phones {
    /// Prefix as a key, and which set of `zone_sets`; none says no more than its country.
    prefixes: Vec<(u64, Option<usize>)>,
    zone_sets: Vec<Vec<&'static str>>,
    /// Area code of +1 with the 1, as a key, and which set of `place_sets`.
    areas: Vec<(u64, usize)>,
    place_sets: Vec<Vec<&'static str>>,
    /// The key of the longest prefix, or a greater one.
    greatest: u64,
    /// Lines that could not be read.
    odd: Vec<&'static str>,
}

impl Phones {
    fn read(text: &'static str) -> Self {
        let mut table = Self::default();
        for line in text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
            let Some((key, numbers)) = line.split_once(": ") else {
                table.odd.push(line);
                continue;
            };
            let keys = |calling: &'static str| numbers.split(' ').filter_map(move |number| keys(calling, number).last());
            match key.split_once(' ') {
                None if key == "anywhere" => table.prefixes.extend(keys("").map(|key| (key, None))),
                Some(("zones", zones)) => {
                    let set = table.zone_sets.len();
                    table.zone_sets.push(zones.split(',').collect());
                    table.prefixes.extend(keys("").map(|key| (key, Some(set))));
                }
                Some(("place", places)) => {
                    let set = table.place_sets.len();
                    table.place_sets.push(places.split(',').collect());
                    table.areas.extend(keys("1").map(|key| (key, set)));
                }
                _ => table.odd.push(line),
            }
        }
        table.prefixes.sort_unstable();
        table.areas.sort_unstable();
        table.greatest = table.prefixes.last().map_or(0, |&(key, _)| key);
        table
    }

    /// The zones that the number's longest known prefix speaks of; none when it says no more than its country.
    pub(super) fn zones(&self, phone: &Phone) -> Option<&[&'static str]> {
        let find = |key: u64| self.prefixes.binary_search_by_key(&key, |&(prefix, _)| prefix).ok();
        let at = keys("", digits(phone)).take_while(|&key| key <= self.greatest).filter_map(find).last()?;
        let set = self.prefixes.get(at)?.1?;
        self.zone_sets.get(set).map(Vec::as_slice)
    }

    /// The states, provinces or countries of the number's area code; none outside of +1, and for area codes of no place.
    pub(super) fn area_places(&self, phone: &Phone) -> Option<&[&'static str]> {
        let key = keys("", digits(phone)).nth(AREA_CODE_DIGITS - 1)?;
        let at = self.areas.binary_search_by_key(&key, |&(area, _)| area).ok()?;
        self.place_sets.get(self.areas.get(at)?.1).map(Vec::as_slice)
    }
}

fn digits(phone: &Phone) -> &str {
    phone.as_str().trim_start_matches('+')
}

/// The keys of all beginnings of a number, the shortest first: its digits behind a 1, so that leading zeros count and longer ones are greater.
fn keys<'a>(calling: &'a str, number: &'a str) -> impl Iterator<Item = u64> + 'a {
    let digits = calling.bytes().chain(number.bytes()).take(DIGITS_MAX);
    digits.map_while(|b| b.is_ascii_digit().then(|| u64::from(b - b'0'))).scan(1, |key, digit| {
        *key = *key * 10 + digit;
        Some(*key)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::zones::{country, part};
    use jiff::tz::TimeZone;

    #[test]
    fn every_line_of_the_table_is_read_and_every_zone_and_place_in_it_exists() {
        let table = table();
        assert_eq!(table.odd, Vec::<&str>::new());
        assert!(TABLE.len() < 60 * 1024, "{} bytes", TABLE.len());
        assert!(table.prefixes.windows(2).all(|pair| pair[0].0 < pair[1].0), "a prefix stands there twice");
        assert!(table.areas.windows(2).all(|pair| pair[0].0 < pair[1].0), "an area code stands there twice");
        for zone in table.zone_sets.iter().flatten() {
            assert!(TimeZone::get(zone).is_ok(), "{zone} isn't in the bundled tz database");
        }
        for place in table.place_sets.iter().flatten() {
            let known = place.split_once('-').map_or(country(place).is_some(), |(of, code)| part(of, code) == Some(place));
            assert!(known, "{place}");
        }
    }

    #[test]
    fn every_area_code_with_a_place_has_zones_and_the_other_way_round() {
        let table = table();
        let places: Vec<u64> = table.areas.iter().map(|&(area, _)| area).collect();
        let zones: Vec<u64> = table.prefixes.iter().map(|&(prefix, _)| prefix).filter(|key| (11_000..12_000).contains(key)).collect();
        assert!(places.len() > 400);
        assert_eq!(places, zones);
    }
}
