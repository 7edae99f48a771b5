//! Shapley value, exact. A set of channels is worth the conversions of the journeys that needed no other channel.
//!
//! For that game the value has a closed form: each journey's conversions are shared equally by its distinct channels. So it never is negative, leaves no channel
//! out, and equals linear by distinct touch on journeys; a test compares it with the definition, over all orders in which channels can join.

use super::paths::{Outcome, Paths};
use super::{Model, heuristic};

/// Each channel's part.
pub fn outcome(paths: &Paths) -> Outcome {
    heuristic::outcome(Model::LinearDistinct, paths)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::attribution::paths::Journey;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    fn worth(paths: &Paths, set: &BTreeSet<usize>) -> f64 {
        paths.journeys.iter().filter(|j| j.path.iter().all(|c| set.contains(c))).map(|j| j.conversions).sum()
    }

    /// By the definition: the mean of what a channel adds, over every order in which channels can join.
    fn by_definition(paths: &Paths, channel: usize) -> f64 {
        fn orders(rest: &[usize], so_far: &mut Vec<usize>, all: &mut Vec<Vec<usize>>) {
            if rest.is_empty() {
                all.push(so_far.clone());
            }
            for (i, c) in rest.iter().enumerate() {
                so_far.push(*c);
                orders(&[&rest[..i], &rest[i + 1..]].concat(), so_far, all);
                so_far.pop();
            }
        }
        let mut all = Vec::new();
        orders(&(0..paths.channels.len()).collect::<Vec<_>>(), &mut Vec::new(), &mut all);
        let added = |order: &Vec<usize>| {
            let before: BTreeSet<usize> = order.iter().copied().take_while(|c| *c != channel).collect();
            let with: BTreeSet<usize> = before.iter().copied().chain([channel]).collect();
            worth(paths, &with) - worth(paths, &before)
        };
        #[allow(clippy::cast_precision_loss)]
        let count = all.len() as f64;
        all.iter().map(added).sum::<f64>() / count
    }

    proptest! {
        #[test]
        fn the_closed_form_is_the_value_by_definition(rows in proptest::collection::vec((proptest::collection::vec(0usize..4, 1..6), 0u32..50), 1..12)) {
            let journeys = rows.into_iter().map(|(path, c)| Journey { path, conversions: f64::from(c), value: 0.0, nulls: 0.0 }).collect();
            let paths = Paths { channels: ["a", "b", "c", "d"].map(str::to_owned).to_vec(), journeys };
            for (channel, credit) in outcome(&paths).credits.iter().enumerate() {
                prop_assert!((credit.conversions - by_definition(&paths, channel)).abs() < 1e-9);
                prop_assert!(credit.conversions >= 0.0);
            }
        }
    }
}
