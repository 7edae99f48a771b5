//! Days in a store's zone as numbers, and periods as whole months with days around them.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _, Unit};

const EPOCH: Date = Date::constant(1970, 1, 1);

/// Since 1970-01-01.
pub fn number(date: Date) -> i64 {
    EPOCH.until((Unit::Day, date)).map_or(0, |span| i64::from(span.get_days()))
}

/// The day on which an instant falls, in a zone.
pub fn of(at: Timestamp, zone: &TimeZone) -> Date {
    at.to_zoned(zone.clone()).date()
}

/// The date of a number.
pub fn date(number: i64) -> Date {
    EPOCH.checked_add(number.clamp(0, 1_000_000).days()).unwrap_or(EPOCH)
}

/// The first day of its month, as a number.
pub fn month_of(day: i64) -> i64 {
    number(date(day).first_of_month())
}

/// How many months lie between the months of two days.
pub fn months_between(day: i64, later: i64) -> i64 {
    let months = |d: Date| i64::from(d.year()) * 12 + i64::from(d.month());
    months(date(later)) - months(date(day))
}

/// Days from the first to before the second.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Days {
    /// The first.
    pub first: i64,
    /// The day after the last.
    pub end: i64,
}

/// A period cut so that as few sums as can be are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cut {
    /// Days before the first whole month.
    pub head: Days,
    /// Whole months, by their first days.
    pub months: Days,
    /// Days after the last whole month.
    pub tail: Days,
}

impl Days {
    /// How many.
    pub fn len(self) -> i64 {
        (self.end - self.first).max(0)
    }

    /// Is it none?
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// As many days, right before these.
    #[must_use]
    pub fn before(self) -> Self {
        Self { first: self.first - self.len(), end: self.first }
    }

    /// Whole months, and the days around them.
    pub fn cut(self) -> Cut {
        let next = |day: i64| date(day).last_of_month().tomorrow().map_or(day, number);
        let begin = if month_of(self.first) == self.first { self.first } else { next(self.first) };
        let end = month_of(self.end);
        if begin >= end {
            let none = Self { first: self.end, end: self.end };
            return Cut { head: self, months: none, tail: none };
        }
        Cut { head: Self { first: self.first, end: begin }, months: Self { first: begin, end }, tail: Self { first: end, end: self.end } }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn days(first: &str, last: &str) -> Days {
        let day = |text: &str| number(text.parse().expect("a date"));
        Days { first: day(first), end: day(last) + 1 }
    }

    #[test]
    fn a_period_is_whole_months_with_days_around_them() {
        let check = |first: &str, last: &str, expected: [i64; 3]| {
            let Cut { head, months, tail } = days(first, last).cut();
            assert_eq!([head.len(), months.len(), tail.len()], expected, "{first} to {last}");
            assert_eq!(head.len() + months.len() + tail.len(), days(first, last).len());
        };
        check("2026-01-01", "2026-12-31", [0, 365, 0]);
        check("2026-01-15", "2026-04-10", [17, 59, 10]);
        check("2026-03-02", "2026-03-31", [30, 0, 0]);
        check("2026-03-20", "2026-04-10", [22, 0, 0]);
        check("2026-02-01", "2026-02-28", [0, 28, 0]);
        check("2026-02-03", "2026-02-03", [1, 0, 0]);
    }

    #[test]
    fn days_are_numbered_through() {
        assert_eq!(number(Date::constant(1970, 1, 2)), 1);
        assert_eq!(date(number(Date::constant(2026, 11, 22))), Date::constant(2026, 11, 22));
        assert_eq!(months_between(number(Date::constant(2025, 12, 31)), number(Date::constant(2026, 2, 1))), 2);
        let zone = TimeZone::get("America/New_York").expect("zone");
        assert_eq!(of("2026-07-01T03:59:59Z".parse().expect("instant"), &zone), Date::constant(2026, 6, 30));
    }
}
