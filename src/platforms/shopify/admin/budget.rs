//! The store's budget for questions: a bucket that leaks. Each question costs points, and points come back at a steady rate.

use jiff::Timestamp;
use serde::Deserialize;
use std::time::Duration;

/// What the last answer said is left, and when. <https://shopify.dev/docs/api/usage/limits>
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Budget {
    /// Points that were left.
    available: f64,
    /// As many as there can be.
    maximum: f64,
    /// Points that come back in a second.
    restored_per_s: f64,
    /// When it was said.
    as_of: Timestamp,
}

/// `extensions.cost` of an answer.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Cost {
    /// What the question costs at most: as much must be there before it is asked.
    #[serde(rename = "requestedQueryCost")]
    pub requested: Option<f64>,
    /// The bucket after it.
    throttle_status: Option<Status>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Status {
    maximum_available: f64,
    currently_available: f64,
    restore_rate: f64,
}

impl Budget {
    /// Of an answer that came at an instant; none where it doesn't say, or nothing that can be.
    pub fn told(cost: &Cost, at: Timestamp) -> Option<Self> {
        let status = cost.throttle_status.as_ref()?;
        let sane = status.restore_rate > 0.0 && status.currently_available >= 0.0 && status.maximum_available > 0.0;
        sane.then_some(Self {
            available: status.currently_available,
            maximum: status.maximum_available,
            restored_per_s: status.restore_rate,
            as_of: at,
        })
    }

    /// How long until a question of this cost can be asked. One that costs more than ever can be there waits for a full bucket, and is refused by the store.
    pub fn wait(&self, cost: f64, now: Timestamp) -> Duration {
        let passed = now.duration_since(self.as_of).as_secs_f64().max(0.0);
        let available = (self.available + passed * self.restored_per_s).min(self.maximum);
        let missing = cost.min(self.maximum) - available;
        if missing <= 0.0 {
            return Duration::ZERO;
        }
        Duration::try_from_secs_f64(missing / self.restored_per_s).unwrap_or(Duration::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::SignedDuration;
    use serde_json::json;

    fn told(available: f64, at: Timestamp) -> Option<Budget> {
        let status = json!({"maximumAvailable": 2000.0, "currentlyAvailable": available, "restoreRate": 100.0});
        let cost: Cost = serde_json::from_value(json!({"requestedQueryCost": 700, "throttleStatus": status})).expect("a cost");
        Budget::told(&cost, at)
    }

    #[test]
    fn a_question_waits_for_what_is_missing_and_no_longer() {
        let now: Timestamp = "2026-07-01T12:00:00Z".parse().expect("an instant");
        let budget = told(200.0, now).expect("a budget");
        let check = |cost: f64, after_s: i64, expected_ms: u64| {
            assert_eq!(
                budget.wait(cost, now + SignedDuration::from_secs(after_s)),
                Duration::from_millis(expected_ms),
                "{cost} after {after_s} s"
            );
        };
        check(200.0, 0, 0);
        check(700.0, 0, 5_000);
        check(700.0, 3, 2_000);
        check(700.0, 5, 0);
        check(700.0, -60, 5_000); // a clock that was set back gives nothing and takes nothing
        check(1_000_000.0, 0, 18_000); // never more than a full bucket
        check(2_000.0, 1_000_000, 0);
    }

    #[test]
    fn a_budget_that_cannot_be_is_none() {
        let now = Timestamp::UNIX_EPOCH;
        assert_eq!(told(-1.0, now), None);
        let nothing: Cost = serde_json::from_value(json!({})).expect("a cost");
        assert_eq!(Budget::told(&nothing, now), None);
    }
}
