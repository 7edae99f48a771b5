//! Which nudge earned an order's money, and on what evidence. One file per model.

pub mod last_touch;

use crate::domain::ids::{CampaignId, NudgeId};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// The version of these rules; part of every credit, so that a change of rules is seen in the figures' history.
pub const VERSION: u32 = 2;

/// Orders are dated to the whole second: a touch within the same second came before.
const ORDER_GRAIN: SignedDuration = SignedDuration::from_secs(1);

/// How we know that a nudge had to do with an order, best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Evidence {
    /// A person opened our signed link.
    Link,
    /// The order used a code that the nudge carried.
    Code,
    /// The order carries our marker.
    Marker,
}

impl Evidence {
    /// As stored and shown.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Link => "link",
            Self::Code => "code",
            Self::Marker => "marker",
        }
    }
}

/// Something that tied a shopper to a nudge before an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Touch {
    /// Whose.
    pub nudge_id: NudgeId,
    /// Of which campaign.
    pub campaign_id: CampaignId,
    /// When: the click, or for a code or marker the sending.
    pub at: Timestamp,
    /// How we know.
    pub evidence: Evidence,
    /// The campaign's window for it.
    pub window: SignedDuration,
}

impl Touch {
    /// It happened before the order, and not longer before than its window.
    pub fn counts_for(&self, ordered_at: Timestamp) -> bool {
        let waited = ordered_at.duration_since(self.at);
        waited > -ORDER_GRAIN && waited <= self.window
    }
}

/// A way to share an order's money among touches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Model {
    /// All of it to the last touch of the best evidence.
    LastTouch,
}

impl Model {
    /// Every model.
    pub const ALL: [Self; 1] = [Self::LastTouch];

    /// As stored and as the API takes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::LastTouch => "last_touch",
        }
    }

    /// The shares of an order placed at `ordered_at`, in parts of one whole: empty, or adding up to [`WHOLE`].
    pub fn shares(self, ordered_at: Timestamp, touches: &[Touch]) -> Vec<Share> {
        let counting: Vec<&Touch> = touches.iter().filter(|t| t.counts_for(ordered_at)).collect();
        match self {
            Self::LastTouch => last_touch::shares(&counting),
        }
    }
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

/// One order's money, as a whole number of parts, so that sharing is exact.
pub const WHOLE: u64 = 1_000_000;

/// The part of an order that a touch earned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Share {
    /// For which touch.
    pub touch: Touch,
    /// Parts of [`WHOLE`].
    pub parts: u64,
}

/// Splits an amount by parts, to the last minor unit: what rounding leaves over goes to the largest remainders, first come first.
pub fn split_minor(amount: i64, parts: &[u64]) -> Vec<i64> {
    let total: u64 = parts.iter().sum();
    if total == 0 {
        return vec![0; parts.len()];
    }
    let exact = |p: u64| i128::from(amount) * i128::from(p);
    let floors: Vec<i128> = parts.iter().map(|&p| exact(p).div_euclid(i128::from(total))).collect();
    let left = i128::from(amount) - floors.iter().sum::<i128>();
    let mut by_remainder: Vec<usize> = (0..parts.len()).collect();
    by_remainder.sort_by_key(|&i| std::cmp::Reverse(exact(parts[i]).rem_euclid(i128::from(total))));
    let extra: std::collections::BTreeSet<usize> = by_remainder.into_iter().take(usize::try_from(left).unwrap_or(0)).collect();
    floors.iter().enumerate().map(|(i, &f)| i64::try_from(f).unwrap_or(0) + i64::from(extra.contains(&i))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn splits_add_up_to_the_last_minor_unit(amount in -1_000_000_000i64..1_000_000_000, parts in proptest::collection::vec(0u64..1000, 1..12)) {
            let split = split_minor(amount, &parts);
            prop_assume!(parts.iter().sum::<u64>() > 0);
            prop_assert_eq!(split.iter().sum::<i64>(), amount);
            for (share, part) in split.iter().zip(&parts) {
                let exact = i128::from(amount) * i128::from(*part) / i128::from(parts.iter().sum::<u64>());
                prop_assert!((i128::from(*share) - exact).abs() <= 1);
            }
        }
    }
}
