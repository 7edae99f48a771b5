//! Models that share each order by a rule, over many journeys.

use super::paths::{Credit, Outcome, Paths};
use super::{Model, Step};

/// Hours between two touches of a journey whose times nobody kept.
const HOURS_BETWEEN: f64 = 24.0;

/// What a rule gives each channel. Where journeys carry no times, touches count as a day apart, the last one at the order.
pub fn outcome(model: Model, paths: &Paths) -> Outcome {
    let mut credits = vec![Credit::default(); paths.channels.len()];
    let direct = paths.direct();
    for journey in paths.journeys.iter().filter(|j| j.conversions > 0.0) {
        let steps = steps(&journey.path, direct);
        for (channel, weight) in journey.path.iter().zip(model.weights(&steps)) {
            if let Some(credit) = credits.get_mut(*channel) {
                credit.conversions += journey.conversions * weight;
                credit.value += journey.value * weight;
            }
        }
    }
    Outcome { credits }
}

#[allow(clippy::cast_precision_loss)] // No path has 2^52 touches.
fn steps(path: &[usize], direct: Option<usize>) -> Vec<Step> {
    let last = path.len().saturating_sub(1);
    let step = |(i, channel): (usize, &usize)| Step {
        what: *channel,
        hours_before: (last - i) as f64 * HOURS_BETWEEN,
        direct: Some(*channel) == direct,
    };
    path.iter().enumerate().map(step).collect()
}
