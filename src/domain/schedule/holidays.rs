//! Public holidays by country: rules from `config/holidays.toml`, worked out once for the years that matter.

use jiff::Span;
use jiff::civil::{Date, Weekday};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::sync::LazyLock;

const RULES: &str = include_str!("../../../config/holidays.toml");
/// Years whose holidays are worked out: what is planned lies in the days ahead.
const YEARS: RangeInclusive<i16> = 2024..=2099;

static BUILT_IN: LazyLock<Holidays> = LazyLock::new(|| Holidays::parse(RULES).unwrap_or_default());

/// Is `date` a public holiday in `country` (ISO 3166-1 alpha-2, in capitals)? Never in a country that isn't known.
pub fn is_holiday(country: &str, date: Date) -> bool {
    BUILT_IN.name(country, date).is_some()
}

/// What the holiday is called there; none on other days.
pub fn holiday(country: &str, date: Date) -> Option<&'static str> {
    BUILT_IN.name(country, date)
}

/// Are the holidays of this country known?
pub fn is_known(country: &str) -> bool {
    BUILT_IN.of(country).is_some()
}

/// The countries whose holidays are known, in order.
pub fn countries() -> impl Iterator<Item = &'static str> {
    BUILT_IN.countries.iter().map(|c| c.code.as_str())
}

/// What is wrong with a file of holidays.
#[derive(Debug, thiserror::Error)]
pub enum HolidaysError {
    /// Not the expected shape.
    #[error("the holidays can't be read: {0}")]
    Shape(#[from] toml::de::Error),
    /// A rule says no day.
    #[error("{country}, {name}: {when:?} names no day; expected something like \"12-25\", \"easter+1\" or \"1st monday of may\"")]
    When {
        /// Its code.
        country: String,
        /// Of the holiday.
        name: String,
        /// As written.
        when: String,
    },
    /// Two countries of one code.
    #[error("{0} is there twice")]
    Twice(String),
}

/// The holidays of several countries.
#[derive(Debug, Default)]
pub struct Holidays {
    /// By code.
    countries: Vec<Country>,
}

#[derive(Debug)]
struct Country {
    code: String,
    /// Dates and names, in order.
    dates: Vec<(Date, String)>,
}

impl Holidays {
    /// Reads rules as `config/holidays.toml` has them.
    ///
    /// # Errors
    /// The first thing that is wrong.
    pub fn parse(text: &str) -> Result<Self, HolidaysError> {
        let file: File = toml::from_str(text)?;
        let mut countries: Vec<Country> = file.country.into_iter().map(CountryRules::work_out).collect::<Result<_, _>>()?;
        countries.sort_by(|a, b| a.code.cmp(&b.code));
        match countries.windows(2).find_map(|pair| pair.first().filter(|a| pair.last().is_some_and(|b| a.code == b.code))) {
            Some(twice) => Err(HolidaysError::Twice(twice.code.clone())),
            None => Ok(Self { countries }),
        }
    }

    /// What a date is called as a holiday of a country.
    pub fn name(&self, country: &str, date: Date) -> Option<&str> {
        let dates = &self.of(country)?.dates;
        let at = dates.binary_search_by_key(&date, |&(date, _)| date).ok()?;
        dates.get(at).map(|(_, name)| name.as_str())
    }

    fn of(&self, country: &str) -> Option<&Country> {
        let at = self.countries.binary_search_by_key(&country, |c| c.code.as_str()).ok()?;
        self.countries.get(at)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(rename = "version")]
    _version: u32,
    country: Vec<CountryRules>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CountryRules {
    code: String,
    #[serde(rename = "source")]
    _source: String,
    days: Vec<Rule>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Rule {
    name: String,
    when: String,
    #[serde(default)]
    also: Shifts,
    #[serde(default)]
    instead: Shifts,
    since: Option<i16>,
}

/// By weekday, so many days later.
#[derive(Clone, Copy, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Shifts {
    mon: i8,
    tue: i8,
    wed: i8,
    thu: i8,
    fri: i8,
    sat: i8,
    sun: i8,
}

impl Shifts {
    fn of(self, date: Date) -> Option<Date> {
        let days = match date.weekday() {
            Weekday::Monday => self.mon,
            Weekday::Tuesday => self.tue,
            Weekday::Wednesday => self.wed,
            Weekday::Thursday => self.thu,
            Weekday::Friday => self.fri,
            Weekday::Saturday => self.sat,
            Weekday::Sunday => self.sun,
        };
        if days == 0 { None } else { date.checked_add(Span::new().days(i64::from(days))).ok() }
    }
}

impl CountryRules {
    fn work_out(self) -> Result<Country, HolidaysError> {
        let mut dates = BTreeMap::new();
        for rule in &self.days {
            let Some(when) = When::parse(&rule.when) else {
                return Err(HolidaysError::When { country: self.code, name: rule.name.clone(), when: rule.when.clone() });
            };
            let first = rule.since.unwrap_or(*YEARS.start());
            let days = YEARS.filter(|&year| year >= first).filter_map(|year| when.in_year(year)).flat_map(|date| rule.around(date));
            // Of two holidays on one date the one that stands first is named.
            days.for_each(|date| {
                dates.entry(date).or_insert_with(|| rule.name.clone());
            });
        }
        Ok(Country { code: self.code, dates: dates.into_iter().collect() })
    }
}

impl Rule {
    /// The date itself or what it is instead, and the other day off.
    fn around(&self, date: Date) -> impl Iterator<Item = Date> {
        [Some(self.instead.of(date).unwrap_or(date)), self.also.of(date)].into_iter().flatten()
    }
}

/// When in a year a holiday is.
#[derive(Debug, Clone, PartialEq, Eq)]
enum When {
    /// Month and day.
    On(i8, i8),
    /// Days after Easter Sunday.
    Easter(i16),
    /// Which one of a weekday of a month; -1 is the last.
    Nth(i8, Weekday, i8),
    /// The last such weekday before a month and day.
    Before(Weekday, i8, i8),
    /// The first such weekday on or after a month and day.
    From(Weekday, i8, i8),
    /// By decree.
    Dates(Vec<Date>),
}

impl When {
    fn parse(text: &str) -> Option<Self> {
        let words: Vec<&str> = text.split_whitespace().collect();
        match *words.as_slice() {
            [which, day, "of", month] => Some(Self::Nth(nth(which)?, weekday(day)?, month_named(month)?)),
            [day, "before", date] => month_day(date).and_then(|(m, d)| Some(Self::Before(weekday(day)?, m, d))),
            [day, "from", date] => month_day(date).and_then(|(m, d)| Some(Self::From(weekday(day)?, m, d))),
            ["easter"] => Some(Self::Easter(0)),
            [one] if one.starts_with("easter") => one.trim_start_matches("easter").parse().ok().map(Self::Easter),
            [one] if one.len() == 5 => month_day(one).map(|(month, day)| Self::On(month, day)),
            [] => None,
            _ => words.iter().map(|word| word.parse().ok()).collect::<Option<_>>().map(Self::Dates),
        }
    }

    /// The date in a year, none where there is none.
    fn in_year(&self, year: i16) -> Option<Date> {
        match *self {
            Self::On(month, day) => Date::new(year, month, day).ok(),
            Self::Easter(days) => easter(year)?.checked_add(Span::new().days(i64::from(days))).ok(),
            Self::Nth(nth, day, month) => Date::new(year, month, 1).ok()?.nth_weekday_of_month(nth, day).ok(),
            Self::Before(day, month, of) => Date::new(year, month, of).ok()?.nth_weekday(-1, day).ok(),
            Self::From(day, month, of) => Date::new(year, month, of).ok()?.yesterday().ok()?.nth_weekday(1, day).ok(),
            Self::Dates(ref dates) => dates.iter().copied().find(|date| date.year() == year),
        }
    }
}

fn nth(word: &str) -> Option<i8> {
    match word {
        "1st" => Some(1),
        "2nd" => Some(2),
        "3rd" => Some(3),
        "4th" => Some(4),
        "last" => Some(-1),
        _ => None,
    }
}

/// `monday` to `sunday`, or the first three letters.
pub(super) fn weekday(word: &str) -> Option<Weekday> {
    const NAMES: [(&str, Weekday); 7] = [
        ("monday", Weekday::Monday),
        ("tuesday", Weekday::Tuesday),
        ("wednesday", Weekday::Wednesday),
        ("thursday", Weekday::Thursday),
        ("friday", Weekday::Friday),
        ("saturday", Weekday::Saturday),
        ("sunday", Weekday::Sunday),
    ];
    NAMES.iter().find(|(name, _)| *name == word || name.get(..3) == Some(word)).map(|&(_, day)| day)
}

fn month_named(word: &str) -> Option<i8> {
    const NAMES: [(&str, i8); 12] = [
        ("january", 1),
        ("february", 2),
        ("march", 3),
        ("april", 4),
        ("may", 5),
        ("june", 6),
        ("july", 7),
        ("august", 8),
        ("september", 9),
        ("october", 10),
        ("november", 11),
        ("december", 12),
    ];
    NAMES.iter().find(|(name, _)| *name == word).map(|&(_, number)| number)
}

/// `12-25`; in a leap year there is every day that may be.
fn month_day(text: &str) -> Option<(i8, i8)> {
    let (month, day) = text.split_once('-')?;
    let (month, day) = (month.parse().ok()?, day.parse().ok()?);
    Date::new(2024, month, day).ok().map(|_| (month, day))
}

/// Easter Sunday of the Gregorian calendar, by the anonymous algorithm (Meeus, Astronomical Algorithms, chapter 8).
pub fn easter(year: i16) -> Option<Date> {
    let y = i32::from(year);
    let (golden, century, of_century) = (y % 19, y / 100, y % 100);
    let moon = (19 * golden + century - century / 4 - (8 * century + 13) / 25 + 15) % 30;
    let weekday = (32 + 2 * (century % 4) + 2 * (of_century / 4) - moon - of_century % 4) % 7;
    let late = (golden + 11 * moon + 19 * weekday) / 433;
    let month = (moon + weekday - 7 * late + 90) / 25;
    let day = (moon + weekday - 7 * late + 33 * month + 19) % 32;
    Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}
