//! Position-based: 40 % to the first touch, 40 % to the last, 20 % shared by those between. Two touches have half each.

use super::Step;

/// Of the first touch, and of the last.
const END: f64 = 0.4;
/// Of all between.
const MIDDLE: f64 = 0.2;

/// By position.
#[allow(clippy::cast_precision_loss)] // No path has 2^52 touches.
pub fn weights(path: &[Step]) -> Vec<f64> {
    match path.len() {
        0 => Vec::new(),
        1 => vec![1.0],
        2 => vec![0.5, 0.5],
        n => (0..n).map(|i| if i == 0 || i == n - 1 { END } else { MIDDLE / (n - 2) as f64 }).collect(),
    }
}
