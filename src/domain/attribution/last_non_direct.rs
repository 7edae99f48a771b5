//! Last non-direct: the whole order to the latest touch that is no direct visit; to a direct visit only where there was nothing else.

use super::Step;

/// All of it to the last that isn't direct.
pub fn weights(path: &[Step]) -> Vec<f64> {
    let chosen = path.iter().rposition(|s| !s.direct).unwrap_or(path.len().saturating_sub(1));
    path.iter().enumerate().map(|(i, _)| if i == chosen { 1.0 } else { 0.0 }).collect()
}
