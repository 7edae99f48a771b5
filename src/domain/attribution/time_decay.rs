//! Time decay: a touch counts half as much as one that was a week (168 hours) nearer to the order.

use super::{Step, normalised};

/// A touch so many hours older counts half.
pub const HALF_LIFE_HOURS: f64 = 168.0;

/// By age, continuously.
pub fn weights(path: &[Step]) -> Vec<f64> {
    // Counted from the youngest touch, so that a path long ago is not all zero.
    let youngest = path.iter().map(|s| s.hours_before).fold(f64::INFINITY, f64::min);
    normalised(path.iter().map(|s| (-(s.hours_before - youngest) / HALF_LIFE_HOURS).exp2()).collect())
}
