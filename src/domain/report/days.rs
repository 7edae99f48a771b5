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

/// A stretch of a period: so many days' sums, or whole months', added to the rest or taken from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stretch {
    /// Which days; of months, their first days.
    pub days: Days,
    /// Of whole months, not of days?
    pub is_months: bool,
    /// Taken away, for the months hold more than was asked for?
    pub is_taken: bool,
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

    /// Whole months with the days around them: those that they lack are added, those that they have too much are taken away, whichever are fewer. So little
    /// is read of a long period.
    pub fn cut(self) -> Vec<Stretch> {
        let next = |day: i64| date(day).last_of_month().tomorrow().map_or(day, number);
        let ends = |day: i64| if month_of(day) == day { [day; 2] } else { [month_of(day), next(day)] };
        let between = |a: i64, b: i64| Self { first: a.min(b), end: a.max(b) };
        let around = |months: Self| (between(self.first, months.first), between(months.end, self.end));
        let days_around = |months: &Self| around(*months).0.len() + around(*months).1.len();
        let all = ends(self.first).into_iter().flat_map(|first| ends(self.end).map(|end| Self { first, end }));
        let best = all.filter(|months| !months.is_empty()).min_by_key(days_around).filter(|months| days_around(months) < self.len());
        let Some(months) = best else { return vec![Stretch { days: self, is_months: false, is_taken: false }] };
        let (head, tail) = around(months);
        let stretches = [
            Stretch { days: months, is_months: true, is_taken: false },
            Stretch { days: head, is_months: false, is_taken: months.first < self.first },
            Stretch { days: tail, is_months: false, is_taken: self.end < months.end },
        ];
        stretches.into_iter().filter(|stretch| !stretch.days.is_empty()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    fn days(first: &str, last: &str) -> Days {
        let day = |text: &str| number(text.parse().expect("a date"));
        Days { first: day(first), end: day(last) + 1 }
    }

    /// As `12 months' days, 3 days, less 4`.
    fn cut(first: &str, last: &str) -> Vec<(i64, &'static str)> {
        let kind = |s: &Stretch| if s.is_months { "months" } else { ["days", "less"][usize::from(s.is_taken)] };
        days(first, last).cut().iter().map(|stretch| (stretch.days.len(), kind(stretch))).collect()
    }

    #[test]
    fn a_period_is_whole_months_with_few_days_around_them() {
        assert_eq!(cut("2026-01-01", "2026-12-31"), [(365, "months")]);
        assert_eq!(cut("2026-02-01", "2026-02-28"), [(28, "months")]);
        assert_eq!(cut("2026-01-25", "2026-04-10"), [(59, "months"), (7, "days"), (10, "days")]);
        assert_eq!(cut("2026-01-08", "2026-04-25"), [(120, "months"), (7, "less"), (5, "less")]);
        assert_eq!(cut("2025-11-22", "2026-11-22"), [(365, "months"), (9, "days"), (8, "less")]);
        assert_eq!(cut("2026-03-02", "2026-03-31"), [(31, "months"), (1, "less")]);
        assert_eq!(cut("2026-03-20", "2026-04-10"), [(22, "days")]);
        assert_eq!(cut("2026-02-03", "2026-02-03"), [(1, "days")]);
        assert_eq!(cut("2026-02-03", "2026-02-02"), [(0, "days")]);
    }

    proptest! {
        /// Every day of the period stands in it once, and no other does.
        #[test]
        fn what_a_cut_adds_and_takes_is_the_period(first in 20_000_i64..20_800, len in 0_i64..900) {
            let asked = Days { first, end: first + len };
            let mut times = BTreeMap::new();
            for stretch in asked.cut() {
                prop_assert!(!stretch.is_months || [stretch.days.first, stretch.days.end].iter().all(|day| month_of(*day) == *day));
                for day in stretch.days.first..stretch.days.end {
                    *times.entry(day).or_insert(0) += if stretch.is_taken { -1 } else { 1 };
                }
            }
            times.retain(|_, n| *n != 0);
            prop_assert_eq!(times, (first..first + len).map(|day| (day, 1)).collect());
        }
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
