//! Who is left alone for comparison, and who gets which text: fixed, recomputable functions of shopper and campaign.

use crate::domain::campaign::Variant;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// Which side of the comparison a shopper is on, per campaign.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Arm {
    /// Gets the campaign.
    Treated,
    /// Is left alone.
    Holdout,
}

impl Arm {
    /// As stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Treated => "treated",
            Self::Holdout => "holdout",
        }
    }
}

impl std::str::FromStr for Arm {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        [Self::Treated, Self::Holdout].into_iter().find(|a| a.as_str() == text).ok_or_else(|| format!("{text:?} is not an arm"))
    }
}

/// A shopper's lot in one draw of a campaign: the first eight bytes of SHA-256 over campaign, draw and shopper, as a fraction of 2^64. The same shopper always
/// draws the same, and draws of different campaigns and steps are independent. Anybody who knows the three can work it out again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Lot(u64);

impl Lot {
    /// In the draw for the comparison group.
    pub fn of(campaign: uuid::Uuid, shopper: &str) -> Self {
        Self::drawn(&[campaign.as_bytes(), shopper.as_bytes()])
    }

    /// In the draw for the variants of a step, from 0.
    pub fn of_step(campaign: uuid::Uuid, step: usize, shopper: &str) -> Self {
        Self::drawn(&[campaign.as_bytes(), format!("step {step}\n").as_bytes(), shopper.as_bytes()])
    }

    fn drawn(parts: &[&[u8]]) -> Self {
        let mut hash = Sha256::new();
        parts.iter().for_each(|part| hash.update(part));
        let digest = hash.finalize();
        let mut first = [0u8; 8];
        first.copy_from_slice(&digest[..8]);
        Self(u64::from_be_bytes(first))
    }

    /// Where it lies between 0 and 100, to six places: for people.
    pub fn percent(self) -> f64 {
        let millionths = (u128::from(self.0) * 100_000_000) >> 64;
        // Below 10^8: exact.
        #[allow(clippy::cast_precision_loss)]
        let millionths = millionths as f64;
        millionths / 1_000_000.0
    }

    /// Below `part` of `whole`?
    fn is_below(self, part: u64, whole: u64) -> bool {
        u128::from(self.0) * u128::from(whole) < u128::from(part) << 64
    }
}

/// The arm of a shopper in a campaign: the comparison group takes lots below `holdout_percent` of a hundred.
pub fn arm(campaign: uuid::Uuid, shopper: &str, holdout_percent: u8) -> Arm {
    if Lot::of(campaign, shopper).is_below(u64::from(holdout_percent), 100) { Arm::Holdout } else { Arm::Treated }
}

/// Which of a step's texts a shopper gets: each takes its share of the lots, in order. None without variants.
pub fn variant<'a>(campaign: uuid::Uuid, step: usize, shopper: &str, variants: &'a [Variant]) -> Option<&'a Variant> {
    let whole: u64 = variants.iter().map(|v| u64::from(v.weight)).sum();
    let lot = Lot::of_step(campaign, step, shopper);
    let mut below = 0;
    variants.iter().find(|v| {
        below += u64::from(v.weight);
        lot.is_below(below, whole)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const SHOPPERS: u32 = 20_000;

    /// Within five standard deviations of what a fair draw gives.
    fn is_fair(count: usize, share: f64) -> bool {
        let (count, n) = (f64::from(u32::try_from(count).expect("few")), f64::from(SHOPPERS));
        (count - n * share).abs() <= 5.0 * (n * share * (1.0 - share)).sqrt()
    }

    fn shoppers() -> impl Iterator<Item = String> {
        (0..SHOPPERS).map(|i| format!("shopper-{i}@example.com"))
    }

    #[test]
    fn shares_are_within_binomial_bounds_and_extremes_are_exact() {
        let campaign = uuid::Uuid::from_u128(7);
        let held = shoppers().filter(|s| arm(campaign, s, 10) == Arm::Holdout).count();
        assert!(is_fair(held, 0.1), "{held}");
        assert!((0..1000).all(|i| arm(campaign, &i.to_string(), 0) == Arm::Treated));
        assert!((0..1000).all(|i| arm(campaign, &i.to_string(), 100) == Arm::Holdout));
    }

    #[test]
    fn campaigns_and_steps_are_independent() {
        let both = shoppers().filter(|s| [1, 2].iter().all(|c| arm(uuid::Uuid::from_u128(*c), s, 50) == Arm::Holdout)).count();
        assert!(is_fair(both, 0.25), "{both}");
        let campaign = uuid::Uuid::from_u128(1);
        let low = |lot: Lot| lot.percent() < 50.0;
        let steps = shoppers()
            .filter(|s| low(Lot::of_step(campaign, 0, s)) && low(Lot::of_step(campaign, 1, s)) && low(Lot::of(campaign, s)))
            .count();
        assert!(is_fair(steps, 0.125), "{steps}");
    }

    #[test]
    fn a_lot_is_what_anybody_works_out_again() {
        // The first eight bytes of SHA-256 of sixteen zero bytes and "a@b.cd", worked out by another program.
        let lot = Lot::of(uuid::Uuid::nil(), "a@b.cd");
        assert_eq!(format!("{:016x}", lot.0), KNOWN);
    }
    const KNOWN: &str = "fb5795adbe1ce0e4";

    proptest! {
        // Each case draws for twenty thousand shoppers.
        #![proptest_config(ProptestConfig::with_cases(8))]

        #[test]
        fn every_shopper_gets_one_variant_and_shares_follow_the_weights(weights in proptest::collection::vec(0u16..20, 2..6), campaign: u128) {
            prop_assume!(weights.iter().any(|w| *w > 0));
            let whole: f64 = weights.iter().map(|w| f64::from(*w)).sum();
            let named = |(i, weight): (usize, &u16)| Variant { name: i.to_string(), weight: *weight, template: None, without_discount: false };
            let variants: Vec<Variant> = weights.iter().enumerate().map(named).collect();
            let campaign = uuid::Uuid::from_u128(campaign);
            let mut counts = vec![0usize; weights.len()];
            for shopper in shoppers() {
                let chosen = variant(campaign, 0, &shopper, &variants).expect("a variant");
                counts[chosen.name.parse::<usize>().expect("a number")] += 1;
            }
            for (count, weight) in counts.into_iter().zip(&weights) {
                prop_assert!(is_fair(count, f64::from(*weight) / whole), "{count} for {weight} of {whole}");
            }
        }
    }
}
