//! Sample ratio mismatch: were shoppers split as was meant? Where they weren't, something sorts them, and no comparison holds.

use super::as_f64;
use super::distribution::chi_square_beyond;
use statrs::function::gamma::ln_gamma;

/// From this p-value on the split is not as meant.
pub const ALARM: f64 = 0.001;
/// How sure the sequential test is beforehand that the split is as meant: as if it had seen so many (Lindon and Malek 2022).
const PRIOR: f64 = 100.0;

/// Pearson's chi-square of counts against the split that was meant.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ChiSquare {
    /// The statistic.
    pub value: f64,
    /// Degrees of freedom.
    pub freedom: f64,
}

impl ChiSquare {
    /// Of counts against weights. None without counts, or with fewer than two weights above zero.
    pub fn of(counts: &[(u64, f64)]) -> Option<Self> {
        let (total, weights) = totals(counts);
        let groups = counts.iter().filter(|(_, weight)| *weight > 0.0).count();
        if total == 0.0 || groups < 2 {
            return None;
        }
        let part = |(count, weight): &(u64, f64)| {
            let expected = total * weight / weights;
            if expected > 0.0 { (as_f64(*count) - expected).powi(2) / expected } else { 0.0 }
        };
        let freedom = u32::try_from(groups - 1).unwrap_or(u32::MAX);
        Some(Self { value: counts.iter().map(part).sum(), freedom: f64::from(freedom) })
    }

    /// Of two that are independent.
    pub fn and(self, other: Self) -> Self {
        Self { value: self.value + other.value, freedom: self.freedom + other.freedom }
    }

    /// How often a fair split would look as bad.
    pub fn p_value(self) -> f64 {
        chi_square_beyond(self.value, self.freedom)
    }
}

fn totals(counts: &[(u64, f64)]) -> (f64, f64) {
    (counts.iter().map(|(count, _)| as_f64(*count)).sum(), counts.iter().map(|(_, weight)| weight).sum())
}

/// How much likelier the counts are under some other split than under the one that was meant, as a logarithm (Lindon and Malek 2022: a Dirichlet prior around the
/// split that was meant). Looked at after every shopper or once a day, `exp(-max)` is a p-value that holds at every look.
pub fn log_odds(counts: &[(u64, f64)]) -> f64 {
    let (total, weights) = totals(counts);
    let part = |(count, weight): &(u64, f64)| {
        let share = weight / weights;
        let prior = PRIOR * share;
        if prior > 0.0 { ln_gamma(prior + as_f64(*count)) - ln_gamma(prior) - as_f64(*count) * share.ln() } else { 0.0 }
    };
    ln_gamma(PRIOR) - ln_gamma(PRIOR + total) + counts.iter().map(part).sum::<f64>()
}

/// The p-value that holds at every look, from the log odds of all looks so far.
pub fn anytime_p(looks: impl IntoIterator<Item = f64>) -> f64 {
    looks.into_iter().fold(1.0, |p, odds| p.min((-odds).exp()))
}
