//! Removal effect in a Markov chain of order 1 to 3, solved exactly: no walk is simulated, so the same journeys give the same answer.
//!
//! A state is what the last `k` touches were; a path of fewer is one state, and states that follow themselves are one. Each inner move weighs as many journeys as
//! took it; the last state moves to the conversion, or to nothing. Without a channel every state that holds it leads to nothing; what part of the conversions is lost
//! then is the channel's removal effect, and conversions are shared in proportion to it.

use super::paths::{Credit, Outcome, Paths};
use std::collections::BTreeMap;

/// Rounds of the solver, at most: each takes what is wrong down by a factor, and a chain that goes round a thousand times takes about thirty thousand.
const ROUNDS_MAX: usize = 200_000;
/// What changes less in a round, of the greatest, is solved.
const SOLVED: f64 = 1e-16;

/// A chain over states.
struct Chain {
    /// Which channels each state holds.
    holds: Vec<Vec<usize>>,
    /// For each state where it leads to, and how likely.
    moves: Vec<Vec<(usize, f64)>>,
    /// How likely each state converts at once.
    converts: Vec<f64>,
    /// What a conversion out of it is worth.
    worth: Vec<f64>,
    /// Where journeys begin, and how likely.
    begins: Vec<(usize, f64)>,
}

/// What is counted of a state before it is made into likelihoods.
#[derive(Default)]
struct Counted {
    moves: BTreeMap<usize, f64>,
    conversions: f64,
    value: f64,
    nulls: f64,
}

/// What the chain of an order gives each channel.
pub fn outcome(paths: &Paths, order: usize) -> Outcome {
    let chain = Chain::of(paths, order);
    let (total, value) = paths.journeys.iter().fold((0.0, 0.0), |(c, v), j| (c + j.conversions, v + j.value));
    let ones = vec![1.0; chain.worth.len()];
    let (of_all, worth_all) = (chain.expected(None, &ones), chain.expected(None, &chain.worth));
    let lost = |all: f64, rest: f64| if all > 0.0 { (1.0 - rest / all).clamp(0.0, 1.0) } else { 0.0 };
    let removal = |c: usize| (lost(of_all, chain.expected(Some(c), &ones)), lost(worth_all, chain.expected(Some(c), &chain.worth)));
    let removals: Vec<(f64, f64)> = (0..paths.channels.len()).map(removal).collect();
    let (sum_c, sum_v) = removals.iter().fold((0.0, 0.0), |(c, v), r| (c + r.0, v + r.1));
    let part = |whole: f64, one: f64, sum: f64| if sum > 0.0 { whole * one / sum } else { 0.0 };
    let credit = |&(c, v): &(f64, f64)| Credit {
        conversions: part(total, c, sum_c),
        value: part(value, v, sum_v),
        removal_conversions: Some(c),
        removal_value: Some(v),
    };
    Outcome { credits: removals.iter().map(credit).collect() }
}

/// How likely a journey converts, by the chain of an order, and what it is worth on average.
pub fn of_a_journey(paths: &Paths, order: usize) -> (f64, f64) {
    let chain = Chain::of(paths, order);
    (chain.expected(None, &vec![1.0; chain.worth.len()]), chain.expected(None, &chain.worth))
}

impl Chain {
    fn of(paths: &Paths, order: usize) -> Self {
        let mut known: BTreeMap<Vec<usize>, usize> = BTreeMap::new();
        let mut counted: Vec<Counted> = Vec::new();
        let mut begins: BTreeMap<usize, f64> = BTreeMap::new();
        for journey in &paths.journeys {
            let weight = journey.conversions + journey.nulls;
            let Some(states) = states(&mut known, &mut counted, &journey.path, order).filter(|_| weight > 0.0) else { continue };
            if let (Some(first), Some(last)) = (states.first(), states.last()) {
                *begins.entry(*first).or_default() += weight;
                if let Some(end) = counted.get_mut(*last) {
                    end.conversions += journey.conversions;
                    end.value += journey.value;
                    end.nulls += journey.nulls;
                }
            }
            for pair in states.windows(2) {
                if let [from, to] = pair
                    && let Some(state) = counted.get_mut(*from)
                {
                    *state.moves.entry(*to).or_default() += weight;
                }
            }
        }
        Self::made(&known, &counted, &begins)
    }

    fn made(known: &BTreeMap<Vec<usize>, usize>, counted: &[Counted], begins: &BTreeMap<usize, f64>) -> Self {
        let all: f64 = begins.values().sum();
        let mut holds = vec![Vec::new(); counted.len()];
        for (gram, place) in known {
            if let Some(of_state) = holds.get_mut(*place) {
                of_state.clone_from(gram);
            }
        }
        let out = |s: &Counted| s.moves.values().sum::<f64>() + s.conversions + s.nulls;
        let share = |part: f64, whole: f64| if whole > 0.0 { part / whole } else { 0.0 };
        Self {
            holds,
            moves: counted.iter().map(|s| s.moves.iter().map(|(to, w)| (*to, share(*w, out(s)))).collect()).collect(),
            converts: counted.iter().map(|s| share(s.conversions, out(s))).collect(),
            worth: counted.iter().map(|s| share(s.value, s.conversions)).collect(),
            begins: begins.iter().map(|(to, w)| (*to, share(*w, all))).collect(),
        }
    }

    /// What a journey brings on average when a conversion out of each state is worth so much, without a channel. By Gauss and Seidel, from below: it only ever
    /// grows towards the answer.
    fn expected(&self, without: Option<usize>, worth: &[f64]) -> f64 {
        let gone: Vec<bool> = self.holds.iter().map(|h| without.is_some_and(|c| h.contains(&c))).collect();
        let at_once: Vec<f64> = self.converts.iter().zip(worth).map(|(c, w)| c * w).collect();
        let mut brings = vec![0.0; self.holds.len()];
        for _ in 0..ROUNDS_MAX {
            let (mut most, mut changed) = (0.0_f64, 0.0_f64);
            for (state, moves) in self.moves.iter().enumerate().rev() {
                if gone.get(state).copied().unwrap_or(true) {
                    continue;
                }
                let onward: f64 = moves.iter().map(|(to, likely)| likely * brings.get(*to).copied().unwrap_or(0.0)).sum();
                let now = at_once.get(state).copied().unwrap_or(0.0) + onward;
                if let Some(before) = brings.get_mut(state) {
                    changed = changed.max((now - *before).abs());
                    most = most.max(now);
                    *before = now;
                }
            }
            if changed <= most * SOLVED {
                break;
            }
        }
        self.begins.iter().map(|(to, likely)| likely * brings.get(*to).copied().unwrap_or(0.0)).sum()
    }
}

/// The states of a path; none of an empty one.
fn states(known: &mut BTreeMap<Vec<usize>, usize>, counted: &mut Vec<Counted>, path: &[usize], order: usize) -> Option<Vec<usize>> {
    let mut states: Vec<usize> = Vec::with_capacity(path.len());
    for gram in path.windows(order.clamp(1, path.len().max(1))) {
        let place = known.get(gram).copied().unwrap_or_else(|| {
            counted.push(Counted::default());
            known.insert(gram.to_vec(), counted.len() - 1);
            counted.len() - 1
        });
        if states.last() != Some(&place) {
            states.push(place);
        }
    }
    (!states.is_empty()).then_some(states)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::attribution::paths::Journey;
    use proptest::prelude::*;

    fn paths() -> impl Strategy<Value = Paths> {
        let row = (proptest::collection::vec(0usize..5, 1..8), 0u32..20, 0u32..500, 0u32..20);
        proptest::collection::vec(row, 1..30).prop_map(|rows| Paths {
            channels: ["a", "b", "c", "d", "e"].map(str::to_owned).to_vec(),
            journeys: rows
                .into_iter()
                .map(|(path, c, v, n)| Journey {
                    path,
                    conversions: f64::from(c),
                    value: if c == 0 { 0.0 } else { f64::from(v) },
                    nulls: f64::from(n),
                })
                .collect(),
        })
    }

    proptest! {
        #[test]
        fn every_order_knows_how_often_journeys_convert(paths in paths()) {
            let (c, v, n) = paths.journeys.iter().fold((0.0, 0.0, 0.0), |(c, v, n), j| (c + j.conversions, v + j.value, n + j.nulls));
            prop_assume!(c + n > 0.0);
            for order in 1..=3 {
                let (converts, worth) = of_a_journey(&paths, order);
                prop_assert!((converts - c / (c + n)).abs() < 1e-9, "order {order}: {converts}");
                prop_assert!((worth - v / (c + n)).abs() < 1e-9 * (1.0 + v), "order {order}: {worth}");
            }
        }

        #[test]
        fn removal_effects_are_parts_of_one_and_credits_add_up_to_all_conversions(paths in paths()) {
            let (c, v) = paths.journeys.iter().fold((0.0, 0.0), |(c, v), j| (c + j.conversions, v + j.value));
            for order in 1..=3 {
                let credits = outcome(&paths, order).credits;
                let of = |credit: &Credit| (credit.removal_conversions.unwrap_or(-1.0), credit.removal_value.unwrap_or(-1.0));
                prop_assert!(credits.iter().map(of).all(|(a, b)| (0.0..=1.0).contains(&a) && (0.0..=1.0).contains(&b)));
                prop_assert!((credits.iter().map(|k| k.conversions).sum::<f64>() - c).abs() < 1e-6);
                prop_assert!((credits.iter().map(|k| k.value).sum::<f64>() - v).abs() < 1e-6);
            }
        }
    }
}
