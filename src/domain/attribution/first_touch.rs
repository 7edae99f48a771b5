//! First touch: the whole order to the earliest touch.

use super::Step;

/// All of it to the first.
pub fn weights(path: &[Step]) -> Vec<f64> {
    path.iter().enumerate().map(|(i, _)| if i == 0 { 1.0 } else { 0.0 }).collect()
}
