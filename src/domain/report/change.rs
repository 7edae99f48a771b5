//! How a ratio changed from one period to another.

use super::table::Ratio;
use crate::domain::stats::Interval;

/// The difference of two ratios in percentage points, with the interval of 95 % of Newcombe's hybrid score method (method 10 of R. G. Newcombe, 1998); none
/// where one of them is of nothing.
pub fn points(now: Ratio, before: Ratio) -> Option<Interval> {
    let (now, before) = (now.interval()?, before.interval()?);
    let difference = now.estimate - before.estimate;
    let below = ((now.estimate - now.low).powi(2) + (before.high - before.estimate).powi(2)).sqrt();
    let above = ((now.high - now.estimate).powi(2) + (before.estimate - before.low).powi(2)).sqrt();
    Some(Interval { estimate: difference * 100.0, low: (difference - below) * 100.0, high: (difference + above) * 100.0 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_has_newcombes_interval() {
        // Table II of the paper, case (a): 56/70 against 48/80 has the interval 0.0524 to 0.3339 by method 10.
        let change = points(Ratio::new(56, 70), Ratio::new(48, 80)).expect("a change");
        assert!((change.estimate - 20.0).abs() < 1e-9, "{change:?}");
        assert!((change.low - 5.24).abs() < 0.005 && (change.high - 33.39).abs() < 0.005, "{change:?}");
        assert_eq!(points(Ratio::new(0, 0), Ratio::new(1, 2)), None);
    }
}
