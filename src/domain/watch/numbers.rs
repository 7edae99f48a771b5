//! Orders whose webhooks never came: platforms number a store's orders one after the other, so that a number that is missing was missed.

use super::{Finding, Kind, Verdict, counted};
use jiff::{SignedDuration, Timestamp};

/// Platforms send again for hours: a number may be missing for this long.
const LATE_MAX: SignedDuration = SignedDuration::from_hours(24);
/// A greater jump is a new series of numbers, not a loss.
const JUMP_MAX: u64 = 1_000;
/// With fewer orders, nothing shows that they are numbered one after the other.
const ORDERS_MIN: usize = 3;
/// So many ranges are named.
const NAMED_MAX: usize = 10;

/// An order by its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Numbered {
    /// As the platform counts.
    pub number: u64,
    /// When it was placed.
    pub at: Timestamp,
}

/// Numbers from the first to the last, that are missing.
struct Missing {
    first: u64,
    last: u64,
    since: Timestamp,
}

/// Orders that are missing between those that came.
pub fn reconciliation_gap(mut orders: Vec<Numbered>, now: Timestamp) -> Verdict {
    orders.sort_unstable();
    let pairs = || orders.iter().zip(orders.iter().skip(1));
    let numbered_apart = pairs().all(|(a, b)| a.number < b.number);
    if orders.len() < ORDERS_MIN || !numbered_apart {
        return Verdict::Over;
    }
    let is_gap = |a: &Numbered, b: &Numbered| (2..=JUMP_MAX).contains(&(b.number - a.number));
    let late = |a: &Numbered, b: &Numbered| now.duration_since(a.at.max(b.at)) > LATE_MAX;
    let missing: Vec<Missing> = pairs()
        .filter(|(a, b)| is_gap(a, b) && late(a, b))
        .map(|(a, b)| Missing { first: a.number + 1, last: b.number - 1, since: a.at.min(b.at) })
        .collect();
    let count: u64 = missing.iter().map(|m| m.last - m.first + 1).sum();
    let have = u64::try_from(orders.len()).unwrap_or(u64::MAX);
    // Where more is missing than there is, the store doesn't count one by one.
    if count > have {
        return Verdict::Over;
    }
    let (Some(since), Some(mark)) = (missing.iter().map(|m| m.since).min(), missing.iter().map(|m| m.last).max()) else {
        return Verdict::Over;
    };
    Verdict::Holds(finding(&missing, (count, have.saturating_add(count)), (since, mark)))
}

fn finding(missing: &[Missing], (count, of): (u64, u64), (since, mark): (Timestamp, u64)) -> Finding {
    let name = |m: &Missing| if m.first == m.last { m.first.to_string() } else { format!("{} to {}", m.first, m.last) };
    // The newest first: they can still be looked up.
    let mut ranges: Vec<String> = missing.iter().rev().take(NAMED_MAX).map(name).collect();
    if missing.len() > NAMED_MAX {
        ranges.push("others before them".into());
    }
    let lost = counted(i64::try_from(count).unwrap_or(i64::MAX), "order");
    Finding {
        kind: Kind::ReconciliationGap,
        subject: String::new(),
        since,
        mark: i64::try_from(mark).unwrap_or(i64::MAX),
        what: format!("{lost} of {of} never arrived here, by their numbers: {}.", ranges.join(", ")),
        fix: "A shopper who bought may be reminded, and the order isn't counted. Look the numbers up in the store's admin: a small change to such an order, \
            as a tag, makes the platform send it anew, where the topic orders/updated is set up. If they were deleted or the numbering was changed, dismiss \
            this."
            .into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    fn at(hours: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_hours(hours)
    }

    /// One order an hour.
    fn orders(numbers: impl IntoIterator<Item = u64>) -> Vec<Numbered> {
        numbers.into_iter().map(|number| Numbered { number, at: at(i64::try_from(number).expect("number")) }).collect()
    }

    fn found(numbers: impl IntoIterator<Item = u64>, now: i64) -> Option<Finding> {
        reconciliation_gap(orders(numbers), at(now)).finding().cloned()
    }

    #[test]
    fn the_missing_numbers_are_named_with_how_many_of_how_many() {
        let numbers = (1001..=1020).filter(|n| ![1004, 1005, 1010].contains(n));
        let finding = found(numbers, 1100).expect("a gap");
        assert_eq!(finding.what, "3 orders of 20 never arrived here, by their numbers: 1010, 1004 to 1005.");
        assert_eq!((finding.mark, finding.since), (1010, at(1003)));
    }

    #[test]
    fn webhooks_may_be_a_day_late() {
        let numbers = || [1001, 1002, 1004, 1005];
        assert_eq!(found(numbers(), 1004 + 24), None);
        assert!(found(numbers(), 1004 + 25).is_some());
        assert_eq!(found(1001..=1005, 9000), None, "a gap that fills is none");
    }

    #[test]
    fn numbering_that_is_not_one_by_one_is_no_alarm() {
        assert_eq!(found((0..50).map(|n| 1000 + n * 7), 9000), None, "every seventh");
        assert_eq!(found((1001..1010).chain(50_001..50_010), 90_000), None, "a new series");
        assert_eq!(found([1, 3], 9000), None, "too few to say");
        let twice = [orders(1001..1010), orders([1003])].concat();
        assert_eq!(reconciliation_gap(twice, at(9000)), Verdict::Over, "numbers that come twice say nothing");
    }

    #[test]
    fn many_ranges_are_cut_short() {
        let finding = found((0..60).filter(|n| n % 4 != 1).map(|n| 1000 + n), 9000).expect("gaps");
        assert_eq!(finding.what.matches(", ").count(), 11, "{}", finding.what);
        assert!(finding.what.ends_with("others before them."), "{}", finding.what);
    }

    proptest! {
        /// Whatever is taken out of the middle of a series is exactly what is missing, in whatever order the orders are given.
        #[test]
        fn exactly_what_is_missing_is_counted(gone in proptest::collection::btree_set(1002_u64..1099, 0..40), turn in 0_usize..50) {
            let mut given = orders((1001..=1100).filter(|n| !gone.contains(n)));
            let len = given.len();
            given.rotate_left(turn % len);
            let verdict = reconciliation_gap(given, at(9000));
            match verdict.finding() {
                None => prop_assert!(gone.is_empty()),
                Some(f) => {
                    let start = format!("{} of 100 ", counted(i64::try_from(gone.len()).expect("count"), "order"));
                    prop_assert!(f.what.starts_with(&start), "{} but {gone:?}", f.what);
                    prop_assert_eq!(Some(f.mark), gone.iter().max().map(|n| i64::try_from(*n).expect("number")));
                }
            }
            let _: BTreeSet<u64> = gone;
        }
    }
}
