//! In which zones a shopper may be, by their address and phone: what opening hours are kept in.

mod calling;
mod countries;
mod phones;
mod provinces;

use crate::domain::contact::Phone;
use calling::CALLING;
use countries::COUNTRIES;
use provinces::PROVINCES;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::sync::LazyLock;

/// The longest calling code has this many digits (ITU-T E.164).
const CALLING_CODE_MAX: usize = 3;
/// A calling code that more countries share says too little to take the zones of all.
const SHARED_BY_MAX: usize = 4;

/// What is known of where a shopper is.
#[derive(Debug, Clone, Copy)]
pub struct Whereabouts<'a> {
    /// Of the address, ISO 3166-1 alpha-2.
    pub country: Option<&'a str>,
    /// Of the address, an ISO 3166-2 subdivision with or without the country.
    pub province: Option<&'a str>,
    /// The shopper's number.
    pub phone: Option<&'a Phone>,
    /// As the platform says it: `fr-CA`.
    pub locale: Option<&'a str>,
    /// The store's own zone, an IANA name.
    pub shop_zone: &'a str,
}

/// The zones in which a shopper may be, and how we know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Zones {
    /// IANA names, never empty. A message may leave when it may in all of them.
    pub names: Vec<String>,
    /// What they follow from, for the explanation: `address`, `address and phone`, `phone prefix`, `locale fr-CA`, `the store's zone`.
    pub because: String,
}

/// In which zones a shopper may be.
///
/// Those of the address united with those that the phone speaks of. Without an address the phone's alone, else the zones of the region that
/// the platform's locale names, else the store's own.
pub fn where_is(w: &Whereabouts<'_>) -> Zones {
    let country = w.country.and_then(country);
    let address = country.and_then(|c| w.province.and_then(|p| of_province(c, p)).or_else(|| of_country(c)));
    let phone = w.phone.map(|phone| zones_of_phone(phone, country)).unwrap_or_default();
    let (names, because) = match address {
        Some(address) if phone.is_empty() => (address.to_vec(), "address".to_owned()),
        Some(address) => (address.iter().copied().chain(phone).collect(), "address and phone".to_owned()),
        None if !phone.is_empty() => (phone, "phone prefix".to_owned()),
        None => match w.locale.and_then(|locale| Some((locale, region(locale).and_then(of_country)?))) {
            Some((locale, zones)) => (zones.to_vec(), format!("locale {locale}")),
            None => (vec![w.shop_zone], "the store's zone".to_owned()),
        },
    };
    let mut unique: Vec<String> = Vec::with_capacity(names.len());
    for name in names {
        if !unique.iter().any(|known| known == name) {
            unique.push(name.to_owned());
        }
    }
    Zones { names: unique, because }
}

/// A country's code as the tables have it: ISO 3166-1 alpha-2 in any letter case, and `UK`. None when it isn't known.
pub(in crate::domain) fn country(code: &str) -> Option<&'static str> {
    let at = COUNTRIES.binary_search_by_key(&&*normal(code), |&(known, _)| known).ok()?;
    COUNTRIES.get(at).map(|&(known, _)| if known == "UK" { "GB" } else { known })
}

/// A province's code with its country, as the tables have it: `US-TX`. None when the country's provinces aren't known, or that one isn't.
pub(in crate::domain) fn part(country: &str, province: &str) -> Option<&'static str> {
    province_of(country, province).map(|province| province.code.as_str())
}

/// The places that a phone number names: in North America states, provinces and countries of that area code, elsewhere countries of the
/// calling code. Several when it may be any of them; none for numbers of no country.
pub(in crate::domain) fn places_of_phone(phone: &Phone) -> &'static [&'static str] {
    phones::table().area_places(phone).or_else(|| calling_countries(phone)).unwrap_or(&[])
}

/// Territories of the United States have country codes of their own, and are parts of it by law: `PR` is `US-PR`.
pub(in crate::domain) fn state_of_territory(country: &str) -> Option<&'static str> {
    ["US-AS", "US-GU", "US-MP", "US-PR", "US-UM", "US-VI"].into_iter().find(|state| state.get(3..) == Some(country))
}

/// The zones that a number speaks of, beside those of an address in `country`: none when it says no more than that country.
fn zones_of_phone(phone: &Phone, country: Option<&str>) -> Vec<&'static str> {
    if let Some(zones) = phones::table().zones(phone) {
        return zones.to_vec();
    }
    let mut said = calling_countries(phone).unwrap_or(&[]);
    if country.is_some_and(|country| said.contains(&country)) {
        return Vec::new();
    }
    if said.len() > SHARED_BY_MAX {
        // Nearly all numbers of the North American plan that belong to no area are of its two large countries, which stand first.
        said = said.get(..2).unwrap_or(said);
    }
    said.iter().filter_map(|country| of_country(country)).flatten().copied().collect()
}

/// The countries that share the number's calling code.
fn calling_countries(phone: &Phone) -> Option<&'static [&'static str]> {
    of_calling_code(phone.as_str())
}

/// The countries of the calling code that a number, or its beginning, begins with; the largest first.
pub(in crate::domain) fn of_calling_code(number: &str) -> Option<&'static [&'static str]> {
    let digits = number.trim_start_matches('+');
    let find = |length| CALLING.binary_search_by_key(&digits.get(..length)?, |&(code, _)| code).ok();
    (1..=CALLING_CODE_MAX).find_map(find).and_then(|at| CALLING.get(at)).map(|&(_, countries)| countries)
}

/// The region of a locale: `CA` of `fr-CA`, `TW` of `zh-Hant-TW`.
fn region(locale: &str) -> Option<&'static str> {
    locale.split(['-', '_']).skip(1).find(|part| part.len() == 2).and_then(country)
}

/// The IANA zones in which someone with this address may be: never empty.
///
/// `country` is an ISO 3166-1 alpha-2 code, `province` an ISO 3166-2 subdivision with or without the country (`CA`, `US-CA`); letter case
/// doesn't matter. A province that isn't known gives all zones of its country, a country that isn't known gives the shop's own zone.
pub fn candidates(country: Option<&str>, province: Option<&str>, shop_zone: &str) -> Vec<String> {
    let country = normal(country.unwrap_or_default());
    let zones = province.and_then(|p| of_province(&country, p)).or_else(|| of_country(&country));
    match zones {
        Some(zones) => zones.iter().map(|&z| z.to_owned()).collect(),
        None => vec![shop_zone.to_owned()],
    }
}

/// Is this country surely another than the shop's, as far as zones tell? A country or a zone that isn't known is not.
pub fn is_abroad(country: Option<&str>, shop_zone: &str) -> bool {
    let Some(zones) = country.and_then(|c| of_country(&normal(c))) else { return false };
    !zones.contains(&shop_zone) && COUNTRIES.iter().any(|(_, zones)| zones.contains(&shop_zone))
}

fn of_country(country: &str) -> Option<&'static [&'static str]> {
    let at = COUNTRIES.binary_search_by_key(&country, |&(code, _)| code).ok()?;
    COUNTRIES.get(at).map(|&(_, zones)| zones)
}

fn of_province(country: &str, province: &str) -> Option<&'static [&'static str]> {
    province_of(country, province).map(|province| province.zones)
}

/// A province with its zones.
struct Province {
    /// With its country: `US-TX`.
    code: String,
    zones: &'static [&'static str],
}

/// All provinces known, by code.
static BY_CODE: LazyLock<Vec<Province>> = LazyLock::new(|| {
    let named = |row: &'static provinces::Row, code| Province { code: format!("{}-{code}", row.country), zones: row.zones };
    let mut all: Vec<Province> = PROVINCES.iter().flat_map(|row| row.codes.split(' ').map(|code| named(row, code))).collect();
    all.sort_by(|a, b| a.code.cmp(&b.code));
    all
});

fn province_of(country: &str, province: &str) -> Option<&'static Province> {
    let code = match province.split_once('-') {
        Some((before, after)) if normal(before) == country => normal(after),
        _ => normal(province),
    };
    let wanted = || country.bytes().chain([b'-']).chain(code.bytes());
    let at = BY_CODE.binary_search_by(|known| known.code.bytes().cmp(wanted())).ok()?;
    BY_CODE.get(at)
}

/// Upper case, without the blanks and dots that platforms put in (`Q. Roo`).
fn normal(code: &str) -> Cow<'_, str> {
    if code.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit()) {
        return code.into();
    }
    code.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::schedule::ZONES_MAX;
    use jiff::tz::TimeZone;
    use std::collections::BTreeSet;

    /// ISO 3166-1 alpha-2, all 249 officially assigned codes.
    const ISO: &str = "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ \
        CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO \
        FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE \
        JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO \
        MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW \
        PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM \
        TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW";

    fn check(country: &str, province: &str, expected: &[&str]) {
        let option = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        let found = candidates(option(country).as_deref(), option(province).as_deref(), "Europe/Vienna");
        assert_eq!(found, expected, "{country} {province}");
    }

    #[test]
    fn an_address_gives_every_zone_it_may_lie_in() {
        check("US", "CA", &["America/Los_Angeles"]);
        check("us", "us-ny", &["America/New_York"]);
        check("US", "TX", &["America/Chicago", "America/Denver"]);
        check("US", "FL", &["America/New_York", "America/Chicago"]);
        check("US", "DC", &["America/New_York"]);
        check("US", "PR", &["America/Puerto_Rico"]);
        check("PR", "", &["America/Puerto_Rico"]);
        check("CA", "QC", &["America/Toronto", "America/Halifax", "America/Blanc-Sablon"]);
        check("CA", "CA-BC", &["America/Vancouver", "America/Edmonton", "America/Dawson_Creek"]);
        check("AU", "WA", &["Australia/Perth", "Australia/Eucla"]);
        check("MX", "Q. Roo", &["America/Cancun"]);
        check("BR", "PE", &["America/Recife", "America/Noronha"]);
        check("PT", "PT-20", &["Atlantic/Azores"]);
        check("DE", "BE", &["Europe/Berlin"]);
        check("GB", "ENG", &["Europe/London"]);
        check("ID", "", &["Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura"]);
    }

    #[test]
    fn an_unknown_province_gives_its_country_and_an_unknown_country_the_shop() {
        let all = candidates(Some("US"), None, "Europe/Vienna");
        assert_eq!(all.len(), 8);
        assert_eq!(candidates(Some("US"), Some("AE"), "Europe/Vienna"), all);
        assert_eq!(candidates(Some("US"), Some("California"), "Europe/Vienna"), all);
        check("", "", &["Europe/Vienna"]);
        check("", "CA", &["Europe/Vienna"]);
        check("ZZ", "CA", &["Europe/Vienna"]);
        check("USA", "CA", &["Europe/Vienna"]);
    }

    #[test]
    fn a_country_is_abroad_only_where_both_are_known() {
        let check = |country: &str, zone: &str, expected: bool| {
            assert_eq!(is_abroad(Some(country).filter(|c| !c.is_empty()), zone), expected, "{country} {zone}");
        };
        check("DE", "Europe/Berlin", false);
        check("at", "Europe/Berlin", true);
        check("US", "America/Los_Angeles", false);
        check("CA", "America/New_York", true);
        check("", "Europe/Berlin", false);
        check("ZZ", "Europe/Berlin", false);
        check("US", "Etc/UTC", false); // a zone that no country has
    }

    #[test]
    fn every_country_of_the_standard_is_there_in_order() {
        let codes: Vec<&str> = COUNTRIES.iter().map(|&(code, _)| code).collect();
        assert!(codes.windows(2).all(|pair| pair[0] < pair[1]), "sorted and without repeats, or the search fails");
        let iso: BTreeSet<&str> = ISO.split_whitespace().collect();
        assert_eq!(iso.len(), 249);
        let missing: Vec<_> = iso.iter().filter(|c| of_country(c).is_none()).collect();
        assert!(missing.is_empty(), "{missing:?}");
        let beside: Vec<_> = codes.into_iter().filter(|c| !iso.contains(c)).collect();
        assert_eq!(beside, ["AC", "AN", "TA", "UK", "XK"]);
    }

    #[test]
    fn every_zone_is_in_the_bundled_table_and_no_address_has_too_many() {
        let countries = COUNTRIES.iter().map(|&(code, zones)| (code, zones));
        for (place, zones) in countries.chain(PROVINCES.iter().map(|row| (row.codes, row.zones))) {
            assert!(!zones.is_empty() && zones.len() <= ZONES_MAX, "{place}: {zones:?}");
            assert_eq!(zones.iter().collect::<BTreeSet<_>>().len(), zones.len(), "{place}: a repeated zone");
            for zone in zones {
                assert!(TimeZone::get(zone).is_ok(), "{place}: {zone} isn't in the bundled tz database");
            }
        }
    }

    #[test]
    fn every_province_code_is_written_as_it_is_looked_up_and_only_once() {
        let mut seen = BTreeSet::new();
        for row in PROVINCES {
            assert!(of_country(row.country).is_some(), "{}", row.country);
            for code in row.codes.split(' ') {
                assert_eq!(code, normal(code));
                assert!(seen.insert((row.country, code)), "{} {code} twice", row.country);
            }
        }
        let states = seen.iter().filter(|(country, _)| *country == "US").count();
        assert_eq!(states, 50 + 1 + 9, "the states, the capital, the territories and freely associated states");
    }
}
