//! One proportion and its interval.

use super::{Interval, Z95};

/// Wilson's score interval of 95 % for `hits` of `of` (E. B. Wilson, 1927). None of nothing.
pub fn wilson(hits: u64, of: u64) -> Option<Interval> {
    if of == 0 || hits > of {
        return None;
    }
    let (x, n, z2) = (as_f64(hits), as_f64(of), Z95 * Z95);
    let estimate = x / n;
    let centre = (x + z2 / 2.0) / (n + z2);
    let half = Z95 / (n + z2) * (x * (n - x) / n + z2 / 4.0).sqrt();
    let low = if hits == 0 { 0.0 } else { centre - half };
    let high = if hits == of { 1.0 } else { centre + half };
    Some(Interval { estimate, low, high })
}

/// Counts are far below 2^53: exact.
#[allow(clippy::cast_precision_loss)]
pub(super) fn as_f64(count: u64) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wilsons_interval_is_as_published() {
        // Newcombe (1998), "Two-sided confidence intervals for the single proportion", table I: 81 of 263.
        let i = wilson(81, 263).expect("an interval");
        assert!((i.low - 0.2553).abs() < 5e-5 && (i.high - 0.3662).abs() < 5e-5, "{i:?}");
        assert_eq!(wilson(0, 0), None);
        assert!(wilson(0, 10).is_some_and(|i| i.low == 0.0 && (i.high - 0.2775).abs() < 5e-5));
        assert!(wilson(10, 10).is_some_and(|i| i.high == 1.0));
    }
}
