//! The breaker of one way to send: closed while its provider takes messages, open for a growing time when it doesn't, then tried with a single message.

use crate::domain::cart::SaturatingInstant as _;
use jiff::{SignedDuration, Timestamp};

/// So many failures in a row open it, where the provider didn't say by itself that nothing goes.
pub const FAILURES_MAX: u32 = 5;
/// Open for this long at first, and twice as long each time.
const FIRST: SignedDuration = SignedDuration::from_secs(10);
/// At most, unless the provider asks for more.
const LONGEST: SignedDuration = SignedDuration::from_mins(15);
/// A provider that asks for more than this is asked again earlier.
const ASKED_MAX: SignedDuration = SignedDuration::from_hours(24);

/// What an attempt says about the way it took.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Signal {
    /// The provider dealt with the message, whatever it said about it.
    Works,
    /// Nothing goes this way now: the provider said so.
    Shut {
        /// What it said, without personal data.
        why: String,
        /// For how long, if it said that.
        asked: Option<SignedDuration>,
    },
    /// It did not work, which may be this message's own bad luck.
    Failed {
        /// What happened, without personal data.
        why: String,
        /// For how long at least, should it open.
        at_least: Option<SignedDuration>,
    },
}

/// Nothing leaves for a while.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hold {
    /// Since when.
    pub since: Timestamp,
    /// Until then; from then on one message may try.
    pub until: Timestamp,
    /// What the provider said, or what happened.
    pub why: String,
}

/// What may leave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Gate {
    /// Everything.
    Open,
    /// One message, to see whether the way is open again.
    Trial,
    /// Nothing before then.
    Shut(Timestamp),
}

/// The state of one way; the default is closed, and knows of no failure.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Breaker {
    /// Failures in a row.
    pub failures: u32,
    /// How often it opened in a row.
    pub trips: u32,
    /// It is open, or tried.
    pub hold: Option<Hold>,
    /// One message is tried; whoever tries it has until then.
    pub trying_until: Option<Timestamp>,
}

impl Breaker {
    /// It knows of no failure.
    pub fn is_clean(&self) -> bool {
        *self == Self::default()
    }

    /// What may leave now.
    pub fn gate(&self, now: Timestamp) -> Gate {
        match (&self.hold, self.trying_until) {
            (None, _) => Gate::Open,
            (Some(hold), _) if now < hold.until => Gate::Shut(hold.until),
            (Some(_), Some(until)) if now < until => Gate::Shut(until),
            (Some(_), _) => Gate::Trial,
        }
    }

    /// One message is tried, by somebody who has until then.
    pub fn tried(self, until: Timestamp) -> Self {
        Self { trying_until: Some(until), ..self }
    }

    /// Nothing came of a trial that says anything about the way.
    pub fn untried(self) -> Self {
        Self { trying_until: None, ..self }
    }

    /// After an attempt. `jitter` in `0.0..1.0` spreads trials, so that many processes and stores don't come back at once.
    pub fn heard(self, signal: &Signal, now: Timestamp, jitter: f64) -> Self {
        let held = self.hold.as_ref().filter(|hold| now < hold.until);
        match (signal, held) {
            // What was on its way before it opened says nothing about afterwards.
            (Signal::Works, Some(_)) => self,
            (Signal::Works, None) => Self::default(),
            (Signal::Shut { asked: Some(asked), .. }, Some(hold)) => {
                let until = hold.until.max(now.saturating_add_lossy((*asked).min(ASKED_MAX)));
                let hold = Hold { until, ..hold.clone() };
                Self { hold: Some(hold), ..self }
            }
            (Signal::Shut { .. } | Signal::Failed { .. }, Some(_)) => self,
            (Signal::Shut { why, asked }, None) => self.opened(why, *asked, (now, jitter)),
            (Signal::Failed { why, at_least }, None) => {
                let failures = self.failures.saturating_add(1);
                let opens = failures >= FAILURES_MAX || self.hold.is_some();
                let after = Self { failures, ..self };
                if opens { after.opened(why, *at_least, (now, jitter)) } else { after }
            }
        }
    }

    fn opened(self, why: &str, at_least: Option<SignedDuration>, (now, jitter): (Timestamp, f64)) -> Self {
        let doubled = FIRST.checked_mul(1_i32 << self.trips.min(12)).unwrap_or(LONGEST).min(LONGEST);
        let spread = doubled.mul_f64(0.75 + jitter.clamp(0.0, 1.0) / 4.0);
        let length = at_least.map_or(spread, |asked| asked.min(ASKED_MAX).max(spread));
        let since = self.hold.as_ref().map_or(now, |hold| hold.since);
        let hold = Hold { since, until: now.saturating_add_lossy(length), why: why.to_owned() };
        Self { failures: self.failures.max(1), trips: self.trips.saturating_add(1), hold: Some(hold), trying_until: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_secs(seconds)
    }

    fn shut(asked: Option<i64>) -> Signal {
        Signal::Shut { why: "429 slow down".into(), asked: asked.map(SignedDuration::from_secs) }
    }

    fn failed() -> Signal {
        Signal::Failed { why: "no answer".into(), at_least: None }
    }

    fn until(breaker: &Breaker) -> Option<Timestamp> {
        breaker.hold.as_ref().map(|h| h.until)
    }

    #[test]
    fn what_the_provider_asks_for_is_kept_and_then_one_message_tries() {
        let open = Breaker::default().heard(&shut(Some(300)), at(0), 1.0);
        assert_eq!(open.gate(at(299)), Gate::Shut(at(300)));
        assert_eq!(open.gate(at(300)), Gate::Trial);
        let tried = open.tried(at(480));
        assert_eq!((tried.gate(at(301)), tried.gate(at(480))), (Gate::Shut(at(480)), Gate::Trial), "a trial that is lost is made again");
        assert_eq!(tried.clone().untried().gate(at(301)), Gate::Trial);
        assert_eq!(tried.heard(&Signal::Works, at(302), 1.0), Breaker::default());
    }

    #[test]
    fn each_trial_that_fails_doubles_the_wait_up_to_a_quarter_of_an_hour() {
        let (mut breaker, mut now, mut waits) = (Breaker::default(), 0, Vec::new());
        for _ in 0..9 {
            breaker = breaker.heard(&shut(None), at(now), 1.0);
            let wait = until(&breaker).expect("held").duration_since(at(now)).as_secs();
            waits.push(wait);
            now += wait;
        }
        assert_eq!(waits, [10, 20, 40, 80, 160, 320, 640, 900, 900]);
        assert_eq!(breaker.hold.as_ref().map(|h| h.since), Some(at(0)), "it has been shut since the first of them");
        let soon = Breaker::default().heard(&shut(None), at(0), 0.0);
        assert_eq!(until(&soon), Some(at(0) + SignedDuration::from_millis(7500)));
    }

    #[test]
    fn one_bad_answer_is_bad_luck_and_five_in_a_row_are_not() {
        let mut breaker = Breaker::default();
        for _ in 1..FAILURES_MAX {
            breaker = breaker.heard(&failed(), at(0), 1.0);
            assert_eq!(breaker.gate(at(0)), Gate::Open);
        }
        assert!(breaker.clone().heard(&Signal::Works, at(1), 1.0).is_clean(), "one that works ends the row");
        let open = breaker.heard(&failed(), at(1), 1.0);
        assert_eq!(open.gate(at(1)), Gate::Shut(at(11)));
        let again = open.heard(&failed(), at(11), 1.0);
        assert_eq!(again.gate(at(12)), Gate::Shut(at(31)), "a trial that fails opens it at once");
    }

    #[test]
    fn what_was_on_its_way_neither_opens_it_further_nor_closes_it() {
        let open = Breaker::default().heard(&shut(Some(60)), at(0), 1.0);
        assert_eq!(open.clone().heard(&Signal::Works, at(5), 1.0), open);
        assert_eq!(open.clone().heard(&failed(), at(5), 1.0), open);
        assert_eq!(open.clone().heard(&shut(None), at(5), 1.0), open);
        assert_eq!(until(&open.clone().heard(&shut(Some(30)), at(5), 1.0)), Some(at(60)));
        assert_eq!(until(&open.heard(&shut(Some(120)), at(5), 1.0)), Some(at(125)));
    }

    #[test]
    fn nobody_is_kept_waiting_for_more_than_a_day() {
        let open = Breaker::default().heard(&shut(Some(1_000_000)), at(0), 1.0);
        assert_eq!(until(&open), Some(at(86_400)));
    }
}
