//! Who is left alone for comparison: a fixed, recomputable function of shopper and campaign.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// Which side of the comparison a shopper is on, per campaign.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
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

/// The arm of a shopper in a campaign: SHA-256 over campaign and shopper, as a fraction of 2^64, below `holdout_percent` of a hundred.
/// The same shopper always gets the same answer, and answers for different campaigns are independent.
pub fn arm(campaign: uuid::Uuid, shopper: &str, holdout_percent: u8) -> Arm {
    let mut hash = Sha256::new();
    hash.update(campaign.as_bytes());
    hash.update(shopper.as_bytes());
    let digest = hash.finalize();
    let mut first = [0u8; 8];
    first.copy_from_slice(&digest[..8]);
    let position = u128::from(u64::from_be_bytes(first)) * 100;
    if position < u128::from(holdout_percent) << 64 { Arm::Holdout } else { Arm::Treated }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_within_binomial_bounds_and_extremes_are_exact() {
        let campaign = uuid::Uuid::from_u128(7);
        let held = (0..20_000).filter(|i| arm(campaign, &format!("shopper-{i}"), 10) == Arm::Holdout).count();
        // 10 % of 20,000 has a standard deviation of 42.4: five of them.
        assert!((1788..=2212).contains(&held), "{held}");
        assert!((0..1000).all(|i| arm(campaign, &i.to_string(), 0) == Arm::Treated));
        assert!((0..1000).all(|i| arm(campaign, &i.to_string(), 100) == Arm::Holdout));
    }

    #[test]
    fn campaigns_are_independent() {
        let both =
            (0..20_000).filter(|i| [1, 2].iter().all(|c| arm(uuid::Uuid::from_u128(*c), &i.to_string(), 50) == Arm::Holdout)).count();
        // A quarter of 20,000 has a standard deviation of 61: five of them.
        assert!((4694..=5306).contains(&both), "{both}");
    }
}
