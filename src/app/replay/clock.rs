//! The time of what is replayed, and chance that is the same on every run.

use crate::clock::{Clock, Random};
use jiff::Timestamp;
use std::sync::{Mutex, PoisonError};

/// A clock that stands where it was set.
pub struct ReplayClock(Mutex<Timestamp>);

impl ReplayClock {
    /// Stands at the beginning of time.
    pub fn new() -> Self {
        Self(Mutex::new(Timestamp::UNIX_EPOCH))
    }

    /// Sets it.
    pub fn set(&self, to: Timestamp) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = to;
    }
}

impl Clock for ReplayClock {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Chance by SplitMix64 (Steele, Lea, Flood 2014), always from the same seed.
pub struct ReplayRandom(Mutex<u64>);

impl ReplayRandom {
    /// From the beginning.
    pub fn new() -> Self {
        Self(Mutex::new(0))
    }
}

impl Random for ReplayRandom {
    fn fill(&self, buffer: &mut [u8]) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for part in buffer.chunks_mut(8) {
            *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
            let mut z = *state;
            z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
            for (to, from) in part.iter_mut().zip((z ^ (z >> 31)).to_be_bytes()) {
                *to = from;
            }
        }
    }
}
