//! Which touch earned an order's money, and on what evidence. One file per model.

pub mod first_touch;
mod heuristic;
pub mod last_non_direct;
pub mod last_touch;
pub mod linear;
pub mod linear_distinct;
pub mod markov;
pub mod paths;
pub mod position_based;
pub mod shapley;
mod split;
#[cfg(test)]
mod tests;
pub mod time_decay;
pub mod time_decay_stepped;
mod touch;

pub use split::{WHOLE, parts, split_minor};
pub use touch::{Evidence, Kind, ORDER_GRAIN, Touch};

use crate::domain::ids::NudgeId;
use crate::domain::report::{Definition, define};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The version of these rules; part of every credit, so that a change of rules is seen in the figures' history.
pub const VERSION: u32 = 3;

/// A way to share an order's money among touches.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Model {
    /// All of it to the last touch.
    #[default]
    LastTouch,
    /// All of it to the first.
    FirstTouch,
    /// The same to every touch.
    Linear,
    /// The same to everything that touched.
    LinearDistinct,
    /// 40 % to the first and to the last, 20 % between.
    PositionBased,
    /// Half as much for each week that a touch is older.
    TimeDecay,
    /// The same in whole weeks.
    TimeDecayStepped,
    /// All of it to the last that was no direct visit.
    LastNonDirect,
    /// By what would be lost without a channel, in a chain of single touches.
    #[serde(rename = "markov_1")]
    Markov1,
    /// The same, of pairs.
    #[serde(rename = "markov_2")]
    Markov2,
    /// The same, of threes.
    #[serde(rename = "markov_3")]
    Markov3,
    /// By what a channel adds, whichever come before it.
    Shapley,
}

/// One touch of a path, as a rule sees it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Step {
    /// What touched: the same number, the same thing.
    pub what: usize,
    /// How long before the order, in hours.
    pub hours_before: f64,
    /// A direct visit.
    pub direct: bool,
}

impl Model {
    /// Every model.
    pub const ALL: [Self; 12] = [
        Self::LastTouch,
        Self::FirstTouch,
        Self::Linear,
        Self::LinearDistinct,
        Self::PositionBased,
        Self::TimeDecay,
        Self::TimeDecayStepped,
        Self::LastNonDirect,
        Self::Markov1,
        Self::Markov2,
        Self::Markov3,
        Self::Shapley,
    ];
    /// Those that share one order by itself: these stand in the ledger. The others need all journeys at once.
    pub const PER_ORDER: [Self; 8] = [
        Self::LastTouch,
        Self::FirstTouch,
        Self::Linear,
        Self::LinearDistinct,
        Self::PositionBased,
        Self::TimeDecay,
        Self::TimeDecayStepped,
        Self::LastNonDirect,
    ];

    /// As stored and as the API takes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::LastTouch => "last_touch",
            Self::FirstTouch => "first_touch",
            Self::Linear => "linear",
            Self::LinearDistinct => "linear_distinct",
            Self::PositionBased => "position_based",
            Self::TimeDecay => "time_decay",
            Self::TimeDecayStepped => "time_decay_stepped",
            Self::LastNonDirect => "last_non_direct",
            Self::Markov1 => "markov_1",
            Self::Markov2 => "markov_2",
            Self::Markov3 => "markov_3",
            Self::Shapley => "shapley",
        }
    }

    /// As people read it.
    pub fn label(self) -> &'static str {
        match self {
            Self::LastTouch => "Last touch",
            Self::FirstTouch => "First touch",
            Self::Linear => "Linear",
            Self::LinearDistinct => "Linear, distinct",
            Self::PositionBased => "Position 40/20/40",
            Self::TimeDecay => "Time decay",
            Self::TimeDecayStepped => "Time decay, weekly",
            Self::LastNonDirect => "Last non-direct",
            Self::Markov1 => "Markov 1",
            Self::Markov2 => "Markov 2",
            Self::Markov3 => "Markov 3",
            Self::Shapley => "Shapley",
        }
    }

    /// What it does, for whoever reads its figures.
    pub fn definition(self) -> Definition {
        let words = match self {
            Self::LastTouch => "The whole order goes to the last touch before it.",
            Self::FirstTouch => "The whole order goes to the first touch of the journey.",
            Self::Linear => "Every touch has the same part of the order; what touched twice has two parts.",
            Self::LinearDistinct => "Everything that touched has the same part of the order, however often it touched.",
            Self::PositionBased => {
                "40 % of the order go to the first touch, 40 % to the last, 20 % are shared by those between; two touches have half each."
            }
            Self::TimeDecay => "A touch counts half as much as one that was 168 hours nearer to the order.",
            Self::TimeDecayStepped => {
                "Touches of the last 168 hours before the order count in full, those of the 168 hours before half, and so on."
            }
            Self::LastNonDirect => {
                "The whole order goes to the last touch that was no direct visit; to a direct visit only where there was nothing else."
            }
            Self::Markov1 => {
                "What part of the orders would be lost without the channel (removal effect), in a chain in which the next touch depends on the last one; orders are shared in proportion. Journeys that ended without an order count too. Solved exactly."
            }
            Self::Markov2 => "The same, where the next touch depends on the last two.",
            Self::Markov3 => "The same, where the next touch depends on the last three.",
            Self::Shapley => {
                "What the channel adds on average to those that were there before it, over all orders in which channels can come (Shapley value); a set of channels is worth the orders whose journeys needed no other. For this it equals linear by distinct touch, exactly."
            }
        };
        define(self.as_str(), words)
    }

    /// Shares one order by itself?
    pub fn is_per_order(self) -> bool {
        Self::PER_ORDER.contains(&self)
    }

    /// What each touch of a path earns, of one whole, first touch first; nothing where the model needs all journeys at once.
    pub fn weights(self, path: &[Step]) -> Vec<f64> {
        match self {
            Self::LastTouch => last_touch::weights(path),
            Self::FirstTouch => first_touch::weights(path),
            Self::Linear => linear::weights(path),
            Self::LinearDistinct => linear_distinct::weights(path),
            Self::PositionBased => position_based::weights(path),
            Self::TimeDecay => time_decay::weights(path),
            Self::TimeDecayStepped => time_decay_stepped::weights(path),
            Self::LastNonDirect => last_non_direct::weights(path),
            Self::Markov1 | Self::Markov2 | Self::Markov3 | Self::Shapley => Vec::new(),
        }
    }

    /// What each nudge earns of an order placed at `ordered_at`, in parts of one whole: nothing, or adding up to [`WHOLE`]. Touches that earn credit keep those
    /// that may only have influenced it out.
    pub fn shares(self, ordered_at: Timestamp, touches: &[Touch]) -> Vec<Share> {
        let mut counting = counting(ordered_at, touches);
        if matches!(self, Self::LastTouch | Self::LastNonDirect) {
            counting = last_touch::of_best_evidence(&counting);
        }
        shared(ordered_at, &counting, self)
    }
}

/// The touches that count for an order, by time: those that earn credit, or where there is none those that may have influenced it.
pub fn counting(ordered_at: Timestamp, touches: &[Touch]) -> Vec<&Touch> {
    let mut counting: Vec<&Touch> = touches.iter().filter(|t| t.counts_for(ordered_at)).collect();
    if counting.iter().any(|t| t.evidence.is_attributed()) {
        counting.retain(|t| t.evidence.is_attributed());
    }
    counting.sort_by_key(|t| (t.at, t.nudge_id, t.evidence));
    counting
}

fn shared(ordered_at: Timestamp, counting: &[&Touch], model: Model) -> Vec<Share> {
    let mut places: BTreeMap<NudgeId, usize> = BTreeMap::new();
    for touch in counting {
        let next = places.len();
        places.entry(touch.nudge_id).or_insert(next);
    }
    let step = |t: &&Touch| Step {
        what: places.get(&t.nudge_id).copied().unwrap_or_default(),
        hours_before: ordered_at.duration_since(t.at).as_secs_f64().max(0.0) / 3600.0,
        direct: false,
    };
    let steps: Vec<Step> = counting.iter().map(step).collect();
    let mut shares: Vec<Share> = Vec::new();
    for (touch, parts) in counting.iter().zip(split::parts(&model.weights(&steps))) {
        match shares.iter_mut().find(|s| s.touch.nudge_id == touch.nudge_id) {
            Some(share) => {
                share.parts += parts;
                // Its latest touch speaks for it.
                share.touch = (*touch).clone();
            }
            None => shares.push(Share { touch: (*touch).clone(), parts }),
        }
    }
    shares.retain(|s| s.parts > 0);
    shares
}

impl std::str::FromStr for Model {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let names = || Self::ALL.map(Self::as_str).join(", ");
        Self::ALL
            .into_iter()
            .find(|m| m.as_str() == text)
            .ok_or_else(|| format!("{text:?} is not an attribution model; expected one of {}", names()))
    }
}

/// The part of an order that a nudge earned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Share {
    /// By which touch; of several the latest.
    pub touch: Touch,
    /// Parts of [`WHOLE`].
    pub parts: u64,
}

/// Weights that add up to one.
fn normalised(weights: Vec<f64>) -> Vec<f64> {
    let sum: f64 = weights.iter().sum();
    if sum > 0.0 { weights.into_iter().map(|w| w / sum).collect() } else { weights }
}
