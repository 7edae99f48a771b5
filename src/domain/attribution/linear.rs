//! Linear: the same part to every touch; whatever touched twice counts twice.

use super::Step;

/// Equal parts.
#[allow(clippy::cast_precision_loss)] // No path has 2^52 touches.
pub fn weights(path: &[Step]) -> Vec<f64> {
    path.iter().map(|_| 1.0 / path.len() as f64).collect()
}
