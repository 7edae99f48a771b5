//! One proportion and its interval.

use super::distribution::beta_quantile;
use super::{ALPHA, Interval, Z95, as_f64};

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

/// Clopper and Pearson's interval (1934): it never misses more often than it says, and is wide for it.
pub fn clopper_pearson(hits: u64, of: u64) -> Option<Interval> {
    beta_interval(hits, of, (0.0, 1.0))
}

/// Jeffreys' interval: the middle 95 % of what is believable after a prior of half a hit and half a miss (Brown, Cai and DasGupta 2001).
pub fn jeffreys(hits: u64, of: u64) -> Option<Interval> {
    beta_interval(hits, of, (0.5, 0.5))
}

/// By quantiles of beta distributions, with so much added to hits and misses at the lower end; the upper end mirrors it.
fn beta_interval(hits: u64, of: u64, (hit, miss): (f64, f64)) -> Option<Interval> {
    if of == 0 || hits > of {
        return None;
    }
    let (x, n) = (as_f64(hits), as_f64(of));
    let low = if hits == 0 && hit == 0.0 { 0.0 } else { beta_quantile(ALPHA / 2.0, x + hit, n - x + miss) };
    let high = if hits == of && hit == 0.0 { 1.0 } else { beta_quantile(1.0 - ALPHA / 2.0, x + miss, n - x + hit) };
    Some(Interval { estimate: x / n, low, high })
}

/// Agresti and Coull's interval (1998): Wald's around Wilson's middle, cut off at nothing and all.
pub fn agresti_coull(hits: u64, of: u64) -> Option<Interval> {
    if of == 0 || hits > of {
        return None;
    }
    let (x, n, z2) = (as_f64(hits), as_f64(of), Z95 * Z95);
    let centre = (x + z2 / 2.0) / (n + z2);
    let half = Z95 * (centre * (1.0 - centre) / (n + z2)).sqrt();
    Some(Interval { estimate: x / n, low: (centre - half).max(0.0), high: (centre + half).min(1.0) })
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
        assert!(wilson(10, 10).is_some_and(|i| i.high >= 1.0));
    }

    #[test]
    fn the_exact_interval_of_nothing_and_all_has_a_closed_form() {
        let none = clopper_pearson(0, 10).expect("an interval");
        assert!(none.low == 0.0 && (none.high - (1.0 - 0.025_f64.powf(0.1))).abs() < 1e-12);
        let all = clopper_pearson(10, 10).expect("an interval");
        assert!(all.high >= 1.0 && (all.low - 0.025_f64.powf(0.1)).abs() < 1e-12);
    }
}
