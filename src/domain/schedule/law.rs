//! What the law says about when a text may arrive and how many: rules from `config/sending_windows.toml`, found by place.

use crate::domain::contact::Phone;
use crate::domain::event::ChannelKind;
use crate::domain::schedule::holidays;
use crate::domain::schedule::hours::{Hours, HoursError, Open};
use crate::domain::zones;
use jiff::SignedDuration;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::sync::LazyLock;

const RULES: &str = include_str!("../../../config/sending_windows.toml");
/// The place of those of whom not even the country is known.
pub const UNKNOWN: &str = "*";
/// Behind a country: any part of it, it isn't known which.
const ANY_PART: &str = "-*";

static BUILT_IN: LazyLock<Law> = LazyLock::new(|| Law::parse(RULES).unwrap_or_else(|_| Law::shut()));

/// What is known of where a shopper is.
#[derive(Debug, Clone, Copy, Default)]
pub struct Place<'a> {
    /// Of the address, ISO 3166-1 alpha-2.
    pub country: Option<&'a str>,
    /// Of the address, an ISO 3166-2 subdivision with or without the country.
    pub province: Option<&'a str>,
    /// The shopper's number.
    pub phone: Option<&'a Phone>,
}

/// At most `max` messages to one shopper in any span of this length.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LegalCap {
    /// As in `Hours::place`.
    pub place: String,
    /// Messages.
    pub max: u32,
    /// How long the span is.
    pub within: SignedDuration,
}

/// The hours that the law sets for a message there: all of them must be open.
///
/// Every place counts that the address or the phone names. Where a country has rules for its parts and neither of the two says in which part
/// the shopper is, the hours of all parts hold together (`US-*`).
pub fn legal_hours(channel: ChannelKind, place: &Place<'_>) -> Vec<Hours> {
    Law::built_in().hours(channel, place)
}

/// The caps that the law sets for messages there: all of them hold. The places are those of [`legal_hours`].
pub fn legal_caps(channel: ChannelKind, place: &Place<'_>) -> Vec<LegalCap> {
    Law::built_in().caps(channel, place)
}

/// What is wrong with a file of sending windows.
#[derive(Debug, thiserror::Error)]
pub enum LawError {
    /// Not the expected shape.
    #[error("the sending windows can't be read: {0}")]
    Shape(#[from] toml::de::Error),
    /// No country, and no part of one, that is known.
    #[error("{0:?} is no country and no part of one; expected something like \"FR\" or \"US-TX\"")]
    Place(String),
    /// Two rules for one place and channel.
    #[error("{0} has two rules for one channel")]
    Twice(String),
    /// Its windows.
    #[error("{place}, {text:?}: expected weekdays and an opening that no other overlaps, such as \"mon-sat 08:00-22:00\"")]
    Open {
        /// Of the rule.
        place: String,
        /// As written.
        text: String,
    },
    /// It says nothing: no day is open, or a cap lets nothing through.
    #[error("{0}: no message could ever be sent there; expected openings, and caps of at least 1 in at least 1 hour")]
    Empty(String),
    /// Holidays of a country whose holidays aren't known.
    #[error("{0}: the public holidays there are not known")]
    Holidays(String),
}

/// A rule as the file has it, for those who want to know why.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// As in `Hours::place`.
    #[serde(default)]
    pub place: String,
    /// The place's name.
    #[serde(default)]
    pub name: String,
    /// What it is about.
    pub channels: Vec<ChannelKind>,
    /// Days and openings: `mon-sat 08:00-22:00`.
    pub open: Vec<String>,
    /// Closed on the public holidays of the country.
    #[serde(default)]
    pub closed_on_holidays: bool,
    /// How many.
    #[serde(default)]
    pub caps: Vec<Cap>,
    /// What it rests on.
    #[serde(default)]
    pub basis: String,
    /// How many say so.
    #[serde(default)]
    pub confidence: String,
    /// Who says so.
    #[serde(default)]
    pub sources: Vec<String>,
    /// When the sources' account was taken over.
    pub read: Date,
}

/// At most `max` messages in any `hours` hours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cap {
    /// Messages.
    pub max: u32,
    /// The span's length.
    pub hours: u32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    version: u32,
    unknown: Rule,
    rule: Vec<Rule>,
}

/// Rules by place. The built-in ones are [`Law::built_in`]; an operator's own can be parsed from the same format.
#[derive(Debug)]
pub struct Law {
    /// Of the file.
    pub version: u32,
    /// As the file has them, the one for unknown places first.
    pub rules: Vec<Rule>,
    /// By place and channel.
    rows: Vec<Row>,
    /// What holds in all parts of a country that has rules for some.
    any: Vec<Row>,
}

/// What holds for one channel in one place, ready to be given out.
#[derive(Debug)]
struct Row {
    place: String,
    channel: ChannelKind,
    hours: Hours,
    caps: Vec<LegalCap>,
}

impl Law {
    /// The rules of `config/sending_windows.toml`.
    pub fn built_in() -> &'static Self {
        &BUILT_IN
    }

    /// Reads rules as `config/sending_windows.toml` has them.
    ///
    /// # Errors
    /// The first thing that is wrong.
    pub fn parse(text: &str) -> Result<Self, LawError> {
        let mut file: File = toml::from_str(text)?;
        file.unknown.place = UNKNOWN.into();
        let mut rows = file.unknown.rows()?;
        for rule in &file.rule {
            if !is_place(&rule.place) {
                return Err(LawError::Place(rule.place.clone()));
            }
            rows.extend(rule.rows()?);
        }
        rows.sort_by(|a, b| a.key().cmp(&b.key()));
        if let Some(twice) = rows.windows(2).find_map(|pair| pair.first().filter(|a| pair.last().is_some_and(|b| a.key() == b.key()))) {
            return Err(LawError::Twice(twice.place.clone()));
        }
        let any = any_part(&rows);
        let rules = std::iter::once(file.unknown).chain(file.rule).collect();
        Ok(Self { version: file.version, rules, rows, any })
    }

    /// No text may ever leave: what holds when no rules could be read.
    fn shut() -> Self {
        let hours = Hours::daily(UNKNOWN, &[]);
        let row = Row { place: UNKNOWN.into(), channel: ChannelKind::Sms, hours, caps: Vec::new() };
        Self { version: 0, rules: Vec::new(), rows: vec![row], any: Vec::new() }
    }

    /// As [`legal_hours`], by these rules.
    pub fn hours(&self, channel: ChannelKind, place: &Place<'_>) -> Vec<Hours> {
        self.rows_of(channel, place).into_iter().map(|row| row.hours.clone()).collect()
    }

    /// As [`legal_caps`], by these rules.
    pub fn caps(&self, channel: ChannelKind, place: &Place<'_>) -> Vec<LegalCap> {
        self.rows_of(channel, place).into_iter().flat_map(|row| row.caps.iter().cloned()).collect()
    }

    fn rows_of(&self, channel: ChannelKind, place: &Place<'_>) -> Vec<&Row> {
        // No law names WhatsApp. What rings a phone at night is the same to who sleeps beside it, so it waits for the hours of texts.
        let channel = if channel.is_by_phone() { ChannelKind::Sms } else { channel };
        let places = places(place);
        if places.is_empty() || self.version == 0 {
            return self.row(UNKNOWN, channel).into_iter().collect();
        }
        let mut found: Vec<&Row> = Vec::with_capacity(places.len() + 1);
        for place in &places {
            let narrower = match place.part {
                Part::Known(part) => self.row(part, channel),
                Part::Unsaid | Part::Unknown => self.any_part(place.country, channel),
            };
            for row in [self.row(place.country, channel), narrower].into_iter().flatten() {
                if !found.iter().any(|other| std::ptr::eq(*other, row)) {
                    found.push(row);
                }
            }
        }
        found
    }

    fn any_part(&self, country: &str, channel: ChannelKind) -> Option<&Row> {
        self.any.iter().find(|row| row.channel == channel && row.place.strip_suffix(ANY_PART) == Some(country))
    }

    fn row(&self, place: &str, channel: ChannelKind) -> Option<&Row> {
        let at = self.rows.binary_search_by(|row| row.key().cmp(&(place, channel))).ok()?;
        self.rows.get(at)
    }
}

impl Row {
    fn key(&self) -> (&str, ChannelKind) {
        (&self.place, self.channel)
    }
}

impl Rule {
    fn rows(&self) -> Result<Vec<Row>, LawError> {
        let mut hours = Hours { place: self.place.clone(), week: self.week()?, closed_on_holidays_of: None };
        let country = self.place.split('-').next().unwrap_or_default();
        if self.closed_on_holidays {
            if !holidays::is_known(country) {
                return Err(LawError::Holidays(self.place.clone()));
            }
            hours.closed_on_holidays_of = Some(country.to_owned());
        }
        if hours.week.iter().all(Vec::is_empty) || self.caps.iter().any(|cap| cap.max == 0 || cap.hours == 0) {
            return Err(LawError::Empty(self.place.clone()));
        }
        let cap =
            |cap: &Cap| LegalCap { place: self.place.clone(), max: cap.max, within: SignedDuration::from_hours(i64::from(cap.hours)) };
        let row = |&channel: &ChannelKind| Row {
            place: self.place.clone(),
            channel,
            hours: hours.clone(),
            caps: self.caps.iter().map(cap).collect(),
        };
        Ok(self.channels.iter().map(row).collect())
    }

    fn week(&self) -> Result<[Vec<Open>; 7], LawError> {
        let mut week: [Vec<Open>; 7] = Default::default();
        for text in &self.open {
            let wrong = || LawError::Open { place: self.place.clone(), text: text.clone() };
            let (days, open) = days_and_opening(text).ok_or_else(wrong)?;
            for day in week.iter_mut().enumerate().filter(|(i, _)| days.contains(i)).map(|(_, day)| day) {
                if day.iter().any(|other: &Open| other.overlaps(open)) {
                    return Err(wrong());
                }
                day.push(open);
                day.sort();
            }
        }
        Ok(week)
    }
}

/// `mon-sat 08:00-22:00`; days count from Monday, 0.
fn days_and_opening(text: &str) -> Option<(std::ops::RangeInclusive<usize>, Open)> {
    let (days, open) = text.split_once(' ')?;
    let (first, last) = days.split_once('-').unwrap_or((days, days));
    let number = |word| holidays::weekday(word).map(|day| usize::from(day.to_monday_zero_offset().unsigned_abs()));
    let open = open.parse().map_err(|e: HoursError| e).ok()?;
    Some((number(first)?..=number(last)?, open)).filter(|(days, _)| !days.is_empty())
}

/// A country that is known, or a known part of one.
fn is_place(place: &str) -> bool {
    match place.split_once('-') {
        Some((country, part)) => zones::country(country) == Some(country) && zones::part(country, part) == Some(place),
        None => zones::country(place) == Some(place),
    }
}

/// For each country with rules for its parts, one row of what holds in all of them.
fn any_part(rows: &[Row]) -> Vec<Row> {
    let mut any: Vec<Row> = Vec::new();
    for row in rows {
        let Some((country, _)) = row.place.split_once('-') else { continue };
        let place = format!("{country}{ANY_PART}");
        match any.iter_mut().find(|a| a.key() == (&place, row.channel)) {
            Some(known) => {
                known.hours = known.hours.clone().and(&row.hours);
                known.caps.extend(row.caps.iter().cloned());
            }
            None => any.push(Row { place, channel: row.channel, hours: row.hours.clone(), caps: row.caps.clone() }),
        }
    }
    for row in &mut any {
        row.hours.place.clone_from(&row.place);
        row.caps.iter_mut().for_each(|cap| cap.place.clone_from(&row.place));
        row.caps.sort_by_key(|cap| (cap.within, cap.max));
        row.caps.dedup_by_key(|cap| cap.within);
    }
    any
}

/// A place that address or phone name.
#[derive(Clone, Copy)]
struct Named {
    country: &'static str,
    part: Part,
}

#[derive(Clone, Copy)]
enum Part {
    /// Nothing was said of it.
    Unsaid,
    /// Something was said that isn't known.
    Unknown,
    /// `US-TX`.
    Known(&'static str),
}

impl Named {
    fn from_code(code: &'static str) -> Self {
        match code.split_once('-') {
            Some((country, _)) => Self { country, part: Part::Known(code) },
            None => Self { country: code, part: Part::Unsaid },
        }
    }

    fn from_address(country: &'static str, province: Option<&str>) -> Self {
        let province = province.filter(|p| !p.trim().is_empty());
        match (zones::state_of_territory(country), province) {
            (Some(state), _) => Self::from_code(state),
            (None, None) => Self { country, part: Part::Unsaid },
            (None, Some(province)) => Self { country, part: zones::part(country, province).map_or(Part::Unknown, Part::Known) },
        }
    }
}

/// The places that address and phone name; none when nothing is known.
fn places(place: &Place<'_>) -> Vec<Named> {
    let country = place.country.and_then(zones::country);
    let said = place.phone.map_or(&[][..], zones::places_of_phone);
    // A number that may belong to any of several countries adds nothing to an address in one of them.
    let adds = !country.is_some_and(|country| said.len() > 1 && said.contains(&country));
    let address = country.map(|country| Named::from_address(country, place.province));
    let mut found = Vec::with_capacity(said.len() + 1);
    found.extend(address);
    found.extend(said.iter().filter(|_| adds).map(|&code| Named::from_code(code)));
    // A country alone says less than a part of it.
    let parts: Vec<&str> = found.iter().filter(|named| !matches!(named.part, Part::Unsaid)).map(|named| named.country).collect();
    found.retain(|named| !matches!(named.part, Part::Unsaid) || !parts.contains(&named.country));
    found
}
