//! When figures are sent by mail, and which days they are about: whole weeks and whole months of the store's own calendar.

use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};
use serde::{Deserialize, Serialize};

/// The hour of the store's day at which a digest is due: before work, after everything of yesterday is in.
const HOUR: i8 = 8;

/// How often somebody wants it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rhythm {
    /// On Mondays, of the week before.
    Weekly,
    /// On the first of the month, of the month before.
    Monthly,
}

impl Rhythm {
    /// Every rhythm.
    pub const ALL: [Self; 2] = [Self::Weekly, Self::Monthly];

    /// As stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Weekly => "weekly",
            Self::Monthly => "monthly",
        }
    }

    /// The days of the last digest that is due by now, and when it was.
    pub fn latest(self, now: Timestamp, zone: &TimeZone) -> Option<Due> {
        let today = now.to_zoned(zone.clone()).date();
        let begin = self.begin(today)?;
        let due = self.due(begin, zone)?;
        if due.at <= now { Some(due) } else { self.due(self.begin(begin.yesterday().ok()?)?, zone) }
    }

    /// The Monday or the first of the month on or before a day.
    fn begin(self, day: Date) -> Option<Date> {
        match self {
            Self::Weekly => day.checked_sub(i64::from(day.weekday().since(Weekday::Monday)).days()).ok(),
            Self::Monthly => Some(day.first_of_month()),
        }
    }

    /// The digest that is due on such a day.
    fn due(self, begin: Date, zone: &TimeZone) -> Option<Due> {
        let last = begin.yesterday().ok()?;
        let at = begin.at(HOUR, 0, 0, 0).to_zoned(zone.clone()).ok()?.timestamp();
        Some(Due { days: Days { first: self.begin(last)?, last }, at })
    }
}

impl std::str::FromStr for Rhythm {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|r| r.as_str() == text).ok_or_else(|| format!("{text:?} is neither weekly nor monthly"))
    }
}

/// A digest that is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Due {
    /// What it is about.
    pub days: Days,
    /// When.
    pub at: Timestamp,
}

/// Whole days of the store's calendar, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Days {
    /// The first.
    pub first: Date,
    /// The last.
    pub last: Date,
}

impl Days {
    /// Every one of them.
    pub fn each(self) -> impl Iterator<Item = Date> {
        std::iter::successors(Some(self.first), |day| day.tomorrow().ok()).take_while(move |day| *day <= self.last)
    }

    /// The instants at which they begin and end; none beyond the calendar.
    pub fn instants(self, zone: &TimeZone) -> Option<(Timestamp, Timestamp)> {
        let midnight = |day: Date| day.to_zoned(zone.clone()).ok().map(|z| z.timestamp());
        Some((midnight(self.first)?, midnight(self.last.tomorrow().ok()?)?))
    }

    /// What they are compared with: for a whole month the month before, else as many days directly before.
    pub fn before(self) -> Option<Self> {
        let last = self.first.yesterday().ok()?;
        if self.first.day() == 1 && self.last == self.first.last_of_month() {
            return Some(Self { first: last.first_of_month(), last });
        }
        let length = self.first.until(self.last).ok()?.get_days();
        Some(Self { first: last.checked_sub(i64::from(length).days()).ok()?, last })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn latest(rhythm: Rhythm, now: &str, zone: &str) -> (String, String, String) {
        let zone = TimeZone::get(zone).expect("a zone");
        let due = rhythm.latest(now.parse().expect("an instant"), &zone).expect("a digest");
        (due.days.first.to_string(), due.days.last.to_string(), due.at.to_string())
    }

    fn check(rhythm: Rhythm, (now, zone): (&str, &str), expected: (&str, &str, &str)) {
        let (first, last, at) = latest(rhythm, now, zone);
        assert_eq!((first.as_str(), last.as_str(), at.as_str()), expected, "{rhythm:?} at {now} in {zone}");
    }

    #[test]
    fn a_week_is_told_on_monday_at_eight_in_the_stores_zone_also_when_its_clock_changes() {
        let weekly = Rhythm::Weekly;
        // 2026-07-06 is a Monday; New York is four hours behind.
        check(weekly, ("2026-07-06T11:59:59Z", "America/New_York"), ("2026-06-22", "2026-06-28", "2026-06-29T12:00:00Z"));
        check(weekly, ("2026-07-06T12:00:00Z", "America/New_York"), ("2026-06-29", "2026-07-05", "2026-07-06T12:00:00Z"));
        check(weekly, ("2026-07-12T23:59:00Z", "America/New_York"), ("2026-06-29", "2026-07-05", "2026-07-06T12:00:00Z"));
        // Winter time begins on 2026-11-01 in New York, summer time on 2026-03-29 in Berlin: eight o'clock stays eight o'clock.
        check(weekly, ("2026-11-02T13:00:00Z", "America/New_York"), ("2026-10-26", "2026-11-01", "2026-11-02T13:00:00Z"));
        check(weekly, ("2026-03-30T06:00:00Z", "Europe/Berlin"), ("2026-03-23", "2026-03-29", "2026-03-30T06:00:00Z"));
        check(weekly, ("2026-03-23T07:00:00Z", "Europe/Berlin"), ("2026-03-16", "2026-03-22", "2026-03-23T07:00:00Z"));
    }

    #[test]
    fn a_month_is_told_on_its_first_and_compared_with_the_month_before() {
        check(Rhythm::Monthly, ("2026-03-01T13:00:00Z", "America/New_York"), ("2026-02-01", "2026-02-28", "2026-03-01T13:00:00Z"));
        check(Rhythm::Monthly, ("2026-03-01T12:59:59Z", "America/New_York"), ("2026-01-01", "2026-01-31", "2026-02-01T13:00:00Z"));
        let days = |first: &str, last: &str| Days { first: first.parse().expect("a day"), last: last.parse().expect("a day") };
        assert_eq!(days("2026-02-01", "2026-02-28").before(), Some(days("2026-01-01", "2026-01-31")));
        assert_eq!(days("2026-06-29", "2026-07-05").before(), Some(days("2026-06-22", "2026-06-28")));
        assert_eq!(days("2026-07-05", "2026-07-05").before(), Some(days("2026-07-04", "2026-07-04")));
    }
}
