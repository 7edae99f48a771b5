//! When to try again after a passing refusal.

use jiff::SignedDuration;

const FIRST: SignedDuration = SignedDuration::from_secs(5);
const LONGEST: SignedDuration = SignedDuration::from_hours(1);

/// How long to wait after attempt number `attempt` (from 1): doubling from five seconds to an hour, never less than what the provider asked for.
/// `jitter` in `0.0..1.0` spreads retries over the upper half of the wait, so that many failures don't come back at once.
pub fn wait_after(attempt: u32, asked: Option<SignedDuration>, jitter: f64) -> SignedDuration {
    let doubled = FIRST.checked_mul(1_i32 << attempt.saturating_sub(1).min(12)).unwrap_or(LONGEST).min(LONGEST);
    let spread = doubled.mul_f64(0.5 + jitter.clamp(0.0, 1.0) / 2.0);
    asked.map_or(spread, |asked| asked.max(spread))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_an_hour_and_respect_what_was_asked() {
        assert_eq!(wait_after(1, None, 1.0), SignedDuration::from_secs(5));
        assert_eq!(wait_after(1, None, 0.0), SignedDuration::from_millis(2500));
        assert_eq!(wait_after(3, None, 1.0), SignedDuration::from_secs(20));
        assert_eq!(wait_after(40, None, 1.0), SignedDuration::from_hours(1));
        assert_eq!(wait_after(1, Some(SignedDuration::from_secs(90)), 0.5), SignedDuration::from_secs(90));
    }
}
