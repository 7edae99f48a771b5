//! Opening hours of messages: a week as one place's clocks show it.

use crate::domain::campaign::QuietHours;
use crate::domain::schedule::holidays;
use jiff::civil::{Date, DateTime, Time, Weekday};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// Where the merchant's own hours hold, as `Hours::place`.
pub const STORE: &str = "store";
/// How many dates are looked at for an opening: those that eight days from any time of a day may touch.
const DAYS_AHEAD: usize = 9;

/// When a message may leave, in one place's own time. Serialisable: stored with the decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hours {
    /// Whose hours they are: `store` for the merchant's own; for the law's a country (`FR`), a part of one (`US-TX`), any part of one (`US-*`),
    /// or `*` where the country isn't known.
    pub place: String,
    /// The openings of each day, Monday first, in order and apart from each other. A day without one is closed.
    pub week: [Vec<Open>; 7],
    /// Closed all day on the public holidays of this country (ISO 3166-1 alpha-2).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed_on_holidays_of: Option<String>,
}

/// An opening within a day: may leave from `from` to before `to`. Written `08:00-21:00`; the end of the day is `24:00`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Open {
    /// The first moment.
    pub from: Time,
    /// The first moment that is not in it any more; midnight means the end of the day. Later than `from`.
    pub to: Time,
}

/// Why a text is not an opening.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no opening of a day; expected something like \"08:00-21:00\", the end of the day being \"24:00\"")]
pub struct HoursError(String);

impl Open {
    /// The whole day.
    pub const ALL_DAY: Self = Self { from: Time::midnight(), to: Time::midnight() };

    /// None when it would be empty or span midnight.
    pub fn new(from: Time, to: Time) -> Option<Self> {
        (from < to || to == Time::midnight()).then_some(Self { from, to })
    }

    /// May a message leave when the clock shows `time`?
    pub fn contains(self, time: Time) -> bool {
        time >= self.from && !self.is_over(time)
    }

    fn is_over(self, time: Time) -> bool {
        self.to != Time::midnight() && time >= self.to
    }

    /// Is there a time in both?
    pub(super) fn overlaps(self, other: Self) -> bool {
        self.and(other).is_some()
    }

    /// What two openings have in common.
    fn and(self, other: Self) -> Option<Self> {
        let to = match (self.to == Time::midnight(), other.to == Time::midnight()) {
            (true, _) => other.to,
            (_, true) => self.to,
            _ => self.to.min(other.to),
        };
        Self::new(self.from.max(other.from), to)
    }
}

impl FromStr for Open {
    type Err = HoursError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let parsed = || {
            let (from, to) = text.split_once('-')?;
            let to = if to == "24:00" { Time::midnight() } else { read_time(to).filter(|&to| to != Time::midnight())? };
            Self::new(read_time(from)?, to)
        };
        parsed().ok_or_else(|| HoursError(text.to_owned()))
    }
}

impl TryFrom<String> for Open {
    type Error = HoursError;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Open> for String {
    fn from(open: Open) -> Self {
        open.to_string()
    }
}

impl fmt::Display for Open {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_time(f, self.from)?;
        f.write_str("-")?;
        if self.to == Time::midnight() { f.write_str("24:00") } else { write_time(f, self.to) }
    }
}

/// `08:00`, if need be with seconds. The library alone would also take dates and offsets.
fn read_time(text: &str) -> Option<Time> {
    let plain = text.len() >= "08:00".len() && text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b':' | b'.'));
    text.parse().ok().filter(|_| plain)
}

fn write_time(f: &mut fmt::Formatter<'_>, time: Time) -> fmt::Result {
    if time.second() == 0 && time.subsec_nanosecond() == 0 {
        write!(f, "{:02}:{:02}", time.hour(), time.minute())
    } else {
        write!(f, "{time}")
    }
}

impl Hours {
    /// Open every day at the same times.
    pub fn daily(place: impl Into<String>, openings: &[Open]) -> Self {
        Self { place: place.into(), week: std::array::from_fn(|_| openings.to_vec()), closed_on_holidays_of: None }
    }

    /// May a message leave when calendar and clock there show `local`?
    pub fn is_open(&self, local: DateTime) -> bool {
        self.openings(local.date()).iter().any(|open| open.contains(local.time()))
    }

    /// The openings of a date, none when it is a public holiday that closes.
    pub fn openings(&self, date: Date) -> &[Open] {
        let openings = self.on(date.weekday());
        let closes = |country: &str| !openings.is_empty() && holidays::is_holiday(country, date);
        if self.closed_on_holidays_of.as_deref().is_some_and(closes) { &[] } else { openings }
    }

    /// The openings of a weekday.
    pub fn on(&self, day: Weekday) -> &[Open] {
        // Monday is 0, and an array of seven has each.
        self.week.get(usize::from(day.to_monday_zero_offset().unsigned_abs())).map_or(&[], Vec::as_slice)
    }

    /// The first time at or after `local` that is open, by a clock that runs on evenly; none within a week.
    pub(super) fn next_local(&self, local: DateTime) -> Option<DateTime> {
        let mut date = local.date();
        let mut not_before = local.time();
        for _ in 0..DAYS_AHEAD {
            let next = self.openings(date).iter().filter(|open| !open.is_over(not_before)).map(|open| open.from.max(not_before)).min();
            if let Some(time) = next {
                return Some(date.to_datetime(time));
            }
            date = date.tomorrow().ok()?;
            not_before = Time::midnight();
        }
        None
    }

    /// Open when both are. Places and holidays are the first's.
    pub(super) fn and(mut self, other: &Self) -> Self {
        for (day, others) in self.week.iter_mut().zip(&other.week) {
            *day = day.iter().flat_map(|a| others.iter().filter_map(|b| a.and(*b))).collect();
        }
        self
    }
}

/// The merchant's own hours: always open but for quiet hours, quiet days, and the public holidays of `country` if those are quiet.
pub fn hours_of_quiet(quiet: Option<QuietHours>, quiet_days: &[Weekday], quiet_holidays: bool, country: Option<&str>) -> Hours {
    let mut hours = Hours::daily(STORE, &openings_beside(quiet));
    for day in quiet_days {
        if let Some(openings) = hours.week.get_mut(usize::from(day.to_monday_zero_offset().unsigned_abs())) {
            openings.clear();
        }
    }
    hours.closed_on_holidays_of = country.filter(|_| quiet_holidays).map(str::to_ascii_uppercase);
    hours
}

/// What quiet hours leave of a day. The same time twice is quiet all day.
fn openings_beside(quiet: Option<QuietHours>) -> Vec<Open> {
    let Some(QuietHours { from, to }) = quiet else { return vec![Open::ALL_DAY] };
    if from >= to {
        return Open::new(to, from).filter(|_| from > to).into_iter().collect();
    }
    let before = (from != Time::midnight()).then_some(Open { from: Time::midnight(), to: from });
    before.into_iter().chain([Open { from: to, to: Time::midnight() }]).collect()
}
