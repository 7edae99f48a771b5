//! A period cut into whole days whose sums are kept, and the rest, which is read row by row.

use jiff::Timestamp;
use jiff::tz::TimeZone;

/// The version of what is summed: sums by another are not read, and are worked out anew.
pub const VERSION: i64 = 1;
/// Sums are kept of everything from here on, once there is nothing older: 1 January of the year 1.
pub const FLOOR: i64 = -62_135_596_800_000;
/// No more stretches of days are read apart: the shortest are read row by row, which costs less than asking for each.
const RUNS_MAX: usize = 16;

/// From an instant to before another, in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span {
    /// From here.
    pub from: i64,
    /// To before here.
    pub to: i64,
}

impl Span {
    /// Is this instant in it?
    pub fn holds(self, at: i64) -> bool {
        self.from <= at && at < self.to
    }

    fn len(self) -> i64 {
        self.to.saturating_sub(self.from)
    }
}

/// A period, cut.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cut {
    /// Whole days whose sums hold, in order.
    pub runs: Vec<Span>,
    /// Everything else, in order.
    pub rest: Vec<Span>,
}

/// The day of a zone on which an instant falls; none at the calendar's ends.
pub fn day_of(at: i64, zone: &TimeZone) -> Option<Span> {
    let date = Timestamp::from_millisecond(at).ok()?.to_zoned(zone.clone()).date();
    let begin = |date: jiff::civil::Date| Some(date.to_zoned(zone.clone()).ok()?.timestamp().as_millisecond());
    Some(Span { from: begin(date)?, to: begin(date.tomorrow().ok()?)? })
}

/// Cuts a period. Sums are kept of `kept`, which begins and ends with days, but not of the days on which something changed since.
pub fn cut(period: Span, kept: Option<Span>, changed: &[i64], zone: &TimeZone) -> Cut {
    let runs = kept.and_then(|kept| whole_days(period, kept, zone)).map(|days| without(days, changed, zone)).unwrap_or_default();
    let runs = longest(runs);
    let rest = between(period, &runs);
    Cut { runs, rest }
}

/// The whole days of a period of which sums are kept.
fn whole_days(period: Span, kept: Span, zone: &TimeZone) -> Option<Span> {
    let (from, to) = (period.from.max(kept.from), period.to.min(kept.to));
    if from >= to {
        return None;
    }
    let first = day_of(from, zone)?;
    let days = Span { from: if first.from == from { from } else { first.to }, to: day_of(to, zone)?.from };
    (days.from < days.to).then_some(days)
}

fn without(days: Span, changed: &[i64], zone: &TimeZone) -> Vec<Span> {
    let mut changed: Vec<i64> = changed.iter().copied().filter(|at| days.holds(*at)).collect();
    changed.sort_unstable();
    let mut gone: Vec<Span> = Vec::new();
    for at in changed {
        if gone.last().is_some_and(|last| last.holds(at)) {
            continue;
        }
        // Where a day can't be told nothing is taken for summed.
        let Some(day) = day_of(at, zone) else { return Vec::new() };
        gone.push(day);
    }
    between(days, &gone)
}

fn longest(mut runs: Vec<Span>) -> Vec<Span> {
    if runs.len() > RUNS_MAX {
        runs.sort_by_key(|run| std::cmp::Reverse(run.len()));
        runs.truncate(RUNS_MAX);
        runs.sort_unstable();
    }
    runs
}

/// What of a span lies before, between and after parts of it that are in order.
fn between(span: Span, parts: &[Span]) -> Vec<Span> {
    let mut all = Vec::new();
    let mut at = span.from;
    for part in parts {
        if at < part.from {
            all.push(Span { from: at, to: part.from });
        }
        at = at.max(part.to);
    }
    if at < span.to {
        all.push(Span { from: at, to: span.to });
    }
    all
}

#[cfg(test)]
#[allow(clippy::expect_used)]
mod tests {
    use super::*;

    const DAY: i64 = 86_400_000;

    fn utc(days: i64, hours: i64) -> i64 {
        days * DAY + hours * 3_600_000
    }

    fn span(from: i64, to: i64) -> Span {
        Span { from, to }
    }

    #[test]
    fn whole_days_are_read_as_sums_and_what_is_left_as_rows() {
        let kept = Some(span(FLOOR, utc(100, 0)));
        let cut = cut(span(utc(90, 5), utc(101, 7)), kept, &[], &TimeZone::UTC);
        assert_eq!(cut.runs, [span(utc(91, 0), utc(100, 0))]);
        assert_eq!(cut.rest, [span(utc(90, 5), utc(91, 0)), span(utc(100, 0), utc(101, 7))]);
    }

    #[test]
    fn days_on_which_something_changed_are_read_as_rows() {
        let kept = Some(span(utc(0, 0), utc(100, 0)));
        let cut = cut(span(utc(90, 0), utc(100, 0)), kept, &[utc(93, 1), utc(92, 23), utc(92, 0), utc(99, 23), utc(40, 0)], &TimeZone::UTC);
        assert_eq!(cut.runs, [span(utc(90, 0), utc(92, 0)), span(utc(94, 0), utc(99, 0))]);
        assert_eq!(cut.rest, [span(utc(92, 0), utc(94, 0)), span(utc(99, 0), utc(100, 0))]);
    }

    #[test]
    fn without_sums_everything_is_read_as_rows() {
        let period = span(utc(3, 0), utc(9, 0));
        for kept in [None, Some(span(utc(9, 0), utc(10, 0))), Some(span(utc(1, 0), utc(3, 0)))] {
            assert_eq!(cut(period, kept, &[], &TimeZone::UTC), Cut { runs: vec![], rest: vec![period] });
        }
        let hours = span(utc(3, 1), utc(3, 20));
        assert_eq!(cut(hours, Some(span(FLOOR, utc(9, 0))), &[], &TimeZone::UTC).rest, [hours]);
    }

    #[test]
    fn many_changed_days_leave_the_longest_stretches() {
        // Of every second day something changed; the last ten days are untouched.
        let changed: Vec<i64> = (0..50).map(|n| utc(2 * n, 3)).collect();
        let cut = cut(span(0, utc(110, 0)), Some(span(FLOOR, utc(110, 0))), &changed, &TimeZone::UTC);
        assert_eq!(cut.runs.len(), RUNS_MAX);
        assert_eq!(cut.runs.last(), Some(&span(utc(99, 0), utc(110, 0))));
        let mut all: Vec<Span> = cut.runs.iter().chain(&cut.rest).copied().collect();
        all.sort_unstable();
        assert!(all.windows(2).all(|two| two[0].to == two[1].from), "nothing is left out, and nothing is read twice");
        assert_eq!((all.first().map(|s| s.from), all.last().map(|s| s.to)), (Some(0), Some(utc(110, 0))));
        assert!(changed.iter().all(|at| cut.rest.iter().any(|rest| rest.holds(*at))));
    }

    #[test]
    fn days_are_the_zones_also_when_clocks_change() {
        let zone = TimeZone::get("America/New_York").expect("a zone");
        let at = |text: &str| text.parse::<Timestamp>().expect("an instant").as_millisecond();
        // The day on which clocks go forward has 23 hours.
        let day = day_of(at("2026-03-08T12:00:00Z"), &zone).expect("a day");
        assert_eq!((day.from, day.to), (at("2026-03-08T05:00:00Z"), at("2026-03-09T04:00:00Z")));
        assert_eq!(day_of(i64::MAX, &zone), None);
        let cut = cut(span(i64::MIN, i64::MAX), Some(span(FLOOR, day.from)), &[], &zone);
        assert_eq!(cut.rest.last().map(|rest| rest.from), cut.runs.last().map(|run| run.to), "the calendar's ends harm nothing");
    }
}
