//! Chance from a seed that is printed: the same blows fall again, as far as the machine lets them.

use crate::support::rig::TestRandom;
use comeback::clock::{Random as _, bytes};
use std::sync::Arc;
use std::time::Duration;

/// Shared by everything in one scenario.
#[derive(Clone)]
pub struct Dice(Arc<TestRandom>);

impl Dice {
    pub fn seeded(seed: u64) -> Self {
        Self(TestRandom::seeded(seed))
    }

    /// From 0 to one less than `n`.
    pub fn below(&self, n: u64) -> u64 {
        u64::from_be_bytes(bytes(self.0.as_ref())) % n
    }

    pub fn percent(&self, chance: u64) -> bool {
        self.below(100) < chance
    }

    /// So many milliseconds, or anything between.
    pub fn millis(&self, from: u64, to: u64) -> Duration {
        Duration::from_millis(from + self.below(to - from + 1))
    }
}

/// A seed that nobody chose.
pub fn any_seed() -> u64 {
    let mut seed = [0; 4];
    comeback::clock::SystemRandom.fill(&mut seed);
    u64::from(u32::from_be_bytes(seed))
}
