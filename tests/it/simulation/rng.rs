//! Chance from a seed: the same seed, the same run.

/// SplitMix64 (Steele, Lea, Flood 2014).
#[derive(Debug, Clone)]
pub struct Rng(u64);

impl Rng {
    pub fn new(seed: u64) -> Self {
        Self(hash(&[seed, 0xC0FF_EE00]))
    }

    pub fn any(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        mix(self.0)
    }

    /// Below `limit`.
    pub fn below(&mut self, limit: u64) -> u64 {
        self.any() % limit.max(1)
    }

    /// From `low` up to, but not, `high`.
    pub fn between(&mut self, low: i64, high: i64) -> i64 {
        low + i64::try_from(self.below((high - low).max(1).unsigned_abs())).expect("a small range")
    }

    /// True `percent` times of a hundred.
    pub fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    pub fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[usize::try_from(self.below(from.len() as u64)).expect("an index")]
    }

    /// Mostly short, sometimes long: each of the spans is as likely as the others.
    pub fn span(&mut self, spans: &[i64]) -> i64 {
        let i = usize::try_from(self.below(spans.len() as u64 - 1)).expect("an index");
        self.between(spans[i], spans[i + 1])
    }
}

fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// One number of several: a draw that doesn't depend on how many were drawn before.
pub fn hash(parts: &[u64]) -> u64 {
    parts.iter().fold(0x0123_4567_89AB_CDEF, |sum, part| mix(sum.wrapping_add(*part).wrapping_mul(0x9E37_79B9_7F4A_7C15)))
}

/// A number of a text.
pub fn hash_text(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |sum, b| (sum ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3))
}
