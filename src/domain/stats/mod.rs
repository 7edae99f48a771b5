//! Statistics: estimates with their uncertainty. Each file says which definition it computes, and whose.

pub mod proportion;

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

/// The two-sided standard normal quantile of a 95 % interval, z(0.975).
pub const Z95: f64 = 1.959_963_984_540_054;
