//! Statistics: estimates with their uncertainty. Each file says which definition it computes, and whose.

pub mod best;
pub mod distribution;
pub mod mean;
pub mod power;
pub mod proportion;
mod quadrature;
pub mod sequential;
pub mod srm;
pub mod two_proportions;

/// A range that holds the truth with a stated confidence.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
pub struct Interval {
    /// The estimate.
    pub estimate: f64,
    /// The lower end.
    pub low: f64,
    /// The upper end.
    pub high: f64,
}

impl Interval {
    /// An estimate and as much on either side.
    pub fn around(estimate: f64, half_width: f64) -> Self {
        Self { estimate, low: estimate - half_width, high: estimate + half_width }
    }

    /// The same of a multiple that is not negative.
    pub fn times(self, factor: f64) -> Self {
        Self { estimate: self.estimate * factor, low: self.low * factor, high: self.high * factor }
    }

    /// The same with the signs turned: what is gained by one is lost by the other.
    pub fn negated(self) -> Self {
        Self { estimate: -self.estimate, low: -self.high, high: -self.low }
    }

    /// Is nothing at all within it?
    pub fn holds_zero(self) -> bool {
        self.low <= 0.0 && self.high >= 0.0
    }

    /// Is every part of it a number?
    pub fn is_finite(self) -> bool {
        self.estimate.is_finite() && self.low.is_finite() && self.high.is_finite()
    }

    /// The interval of a sum of independent parts, each with its weight (MOVER, Zou and Donner 2008): exact for one part, and the usual normal interval
    /// where those of the parts are.
    pub fn weighted_sum(parts: &[(f64, Self)]) -> Self {
        let estimate: f64 = parts.iter().map(|(weight, i)| weight * i.estimate).sum();
        let side = |of: &dyn Fn(&Self) -> f64| parts.iter().map(|(weight, i)| (weight * (i.estimate - of(i))).powi(2)).sum::<f64>().sqrt();
        Self { estimate, low: estimate - side(&|i| i.low), high: estimate + side(&|i| i.high) }
    }
}

/// The two-sided standard normal quantile of a 95 % interval, z(0.975).
pub const Z95: f64 = 1.959_963_984_540_054;
/// How often an interval of 95 % may miss.
pub const ALPHA: f64 = 0.05;

/// Counts are far below 2^53: exact.
#[allow(clippy::cast_precision_loss)]
pub fn as_f64(count: u64) -> f64 {
    count as f64
}
