//! Last touch: the whole order to the latest touch. Among messages a click comes before a used code, and a used code before a marker, whenever they were.

use super::{Step, Touch};

/// All of it to the last.
pub fn weights(path: &[Step]) -> Vec<f64> {
    let last = path.len().saturating_sub(1);
    path.iter().enumerate().map(|(i, _)| if i == last { 1.0 } else { 0.0 }).collect()
}

/// The touches of the best evidence that there is.
pub fn of_best_evidence<'a>(touches: &[&'a Touch]) -> Vec<&'a Touch> {
    let best = touches.iter().map(|t| t.evidence).min();
    touches.iter().copied().filter(|t| Some(t.evidence) == best).collect()
}
