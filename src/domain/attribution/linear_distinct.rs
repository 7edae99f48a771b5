//! Linear by distinct touch: the same part to everything that touched, however often it did.

use super::Step;
use std::collections::BTreeSet;

/// Equal parts to what is distinct, at its first touch.
#[allow(clippy::cast_precision_loss)] // No path has 2^52 touches.
pub fn weights(path: &[Step]) -> Vec<f64> {
    let mut seen = BTreeSet::new();
    let first: Vec<bool> = path.iter().map(|s| seen.insert(s.what)).collect();
    first.iter().map(|&is_first| if is_first { 1.0 / seen.len() as f64 } else { 0.0 }).collect()
}
