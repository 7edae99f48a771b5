//! Time decay in steps: touches of the last week (168 hours) before the order count in full, those of the week before half, and so on.

use super::time_decay::HALF_LIFE_HOURS;
use super::{Step, normalised};

/// By age in whole half-lives.
pub fn weights(path: &[Step]) -> Vec<f64> {
    let steps = |s: &Step| (s.hours_before / HALF_LIFE_HOURS).floor();
    let least = path.iter().map(steps).fold(f64::INFINITY, f64::min);
    normalised(path.iter().map(|s| (least - steps(s)).exp2()).collect())
}
