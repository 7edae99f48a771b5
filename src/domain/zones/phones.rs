//! What a phone number's prefix says about where its owner is: `config/phone_zones.txt`, read once.

use crate::domain::contact::Phone;
use std::sync::LazyLock;

const TABLE: &str = include_str!("../../../config/phone_zones.txt");
/// An area code of the North American plan, behind its calling code.
const AREA_CODE: usize = 3;

static PHONES: LazyLock<Phones> = LazyLock::new(|| Phones::read(TABLE));

/// The table.
pub(super) fn table() -> &'static Phones {
    &PHONES
}

/// Prefixes and area codes with what they say, sorted to be searched.
#[derive(Debug, Default)]
pub(super) struct Phones {
    /// Prefix without the plus sign, and which set of `zone_sets`; none says no more than its country.
    prefixes: Vec<(&'static str, Option<usize>)>,
    zone_sets: Vec<Vec<&'static str>>,
    /// Area code of +1, and which set of `place_sets`.
    areas: Vec<(&'static str, usize)>,
    place_sets: Vec<Vec<&'static str>>,
    /// Digits of the longest prefix.
    longest: usize,
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
            let numbers = numbers.split(' ');
            match key.split_once(' ') {
                None if key == "anywhere" => table.prefixes.extend(numbers.map(|number| (number, None))),
                Some(("zones", zones)) => {
                    let set = table.zone_sets.len();
                    table.zone_sets.push(zones.split(',').collect());
                    table.prefixes.extend(numbers.map(|number| (number, Some(set))));
                }
                Some(("place", places)) => {
                    let set = table.place_sets.len();
                    table.place_sets.push(places.split(',').collect());
                    table.areas.extend(numbers.map(|number| (number, set)));
                }
                _ => table.odd.push(line),
            }
        }
        table.prefixes.sort_unstable();
        table.areas.sort_unstable();
        table.longest = table.prefixes.iter().map(|(prefix, _)| prefix.len()).max().unwrap_or(0);
        table
    }

    /// The zones that the number's longest known prefix speaks of; none when it says no more than its country.
    pub(super) fn zones(&self, phone: &Phone) -> Option<&[&'static str]> {
        let digits = phone.as_str().trim_start_matches('+');
        let find = |length| self.prefixes.binary_search_by_key(&digits.get(..length)?, |&(prefix, _)| prefix).ok();
        let at = (1..=self.longest.min(digits.len())).rev().find_map(find)?;
        let set = self.prefixes.get(at)?.1?;
        self.zone_sets.get(set).map(Vec::as_slice)
    }

    /// The states, provinces or countries of the number's area code; none outside of +1, and for area codes of no place.
    pub(super) fn area_places(&self, phone: &Phone) -> Option<&[&'static str]> {
        let area = phone.as_str().strip_prefix("+1")?.get(..AREA_CODE)?;
        let at = self.areas.binary_search_by_key(&area, |&(area, _)| area).ok()?;
        self.place_sets.get(self.areas.get(at)?.1).map(Vec::as_slice)
    }
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
            let known = place.split_once('-').map_or(country(place).is_some(), |(of, code)| part(of, code) == Some(code));
            assert!(known, "{place}");
        }
    }

    #[test]
    fn every_area_code_with_a_place_has_zones_and_the_other_way_round() {
        let table = table();
        let places: Vec<&str> = table.areas.iter().map(|&(area, _)| area).collect();
        let zones: Vec<&str> = table.prefixes.iter().filter_map(|(prefix, _)| prefix.strip_prefix('1')).collect();
        assert_eq!(places, zones);
    }
}
