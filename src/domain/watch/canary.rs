//! The canary: a shopper who doesn't exist, in a store's hidden twin, who goes the whole way from the first webhook to the credited order.

use super::{Finding, Kind, Verdict, spoken};
use crate::domain::campaign::{CampaignSpec, Step};
use crate::domain::duration::Length;
use crate::domain::policy::{Basis, Policy, Table};
use jiff::{SignedDuration, Timestamp};

/// The twin's carts count as abandoned after this.
const ABANDON_AFTER: Length = Length(SignedDuration::from_secs(1));
/// The last message of a canary must still wait when it buys, so that there is something to cancel.
const LAST_DELAY: Length = Length::hours(6);
/// A canary that is late by so many of its intervals, and by this long, is not running at all.
const OVERDUE: i32 = 3;
const OVERDUE_MIN: SignedDuration = SignedDuration::from_mins(30);

/// A stage of the canary's way; each must be reached within its limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// Its checkout's webhook is signed, and accepted.
    Webhook,
    /// The webhook is applied.
    Applied,
    /// The cart is abandoned, and its messages are planned.
    Planned,
    /// Every step of the campaign is decided, rendered and handed over, to a channel that delivers to nobody.
    Sent,
    /// The first message's link leads back to the cart, and the click is recorded.
    Opened,
    /// Its order's webhook is accepted and applied.
    Ordered,
    /// The message that still waited is cancelled because of the purchase.
    Cancelled,
    /// The order is credited, to the last cent.
    Credited,
}

impl Stage {
    /// In order.
    pub const ALL: [Self; 8] =
        [Self::Webhook, Self::Applied, Self::Planned, Self::Sent, Self::Opened, Self::Ordered, Self::Cancelled, Self::Credited];

    /// As stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Webhook => "webhook",
            Self::Applied => "applied",
            Self::Planned => "planned",
            Self::Sent => "sent",
            Self::Opened => "opened",
            Self::Ordered => "ordered",
            Self::Cancelled => "cancelled",
            Self::Credited => "credited",
        }
    }

    /// The one after it.
    pub fn next(self) -> Option<Self> {
        Self::ALL.iter().copied().find(|s| *s > self)
    }

    /// How long it may take: far longer than it does, so that a restart is no alarm.
    pub fn limit(self) -> SignedDuration {
        match self {
            Self::Webhook | Self::Opened => SignedDuration::from_mins(2),
            _ => SignedDuration::from_mins(5),
        }
    }

    /// What is wrong when it isn't reached.
    fn missed(self) -> &'static str {
        match self {
            Self::Webhook => "its webhook was not accepted",
            Self::Applied => "its webhook was not applied",
            Self::Planned => "its messages were not planned",
            Self::Sent => "its message was not sent",
            Self::Opened => "the link in its message does not work",
            Self::Ordered => "its order was not taken in",
            Self::Cancelled => "its reminder was not cancelled after the purchase",
            Self::Credited => "its order was not credited",
        }
    }
}

impl std::str::FromStr for Stage {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|s| s.as_str() == text).ok_or_else(|| format!("{text:?} is not a stage of a canary"))
    }
}

/// A store's campaign as its twin has it: the same steps and templates, at once, for everybody, at any hour; and one more that waits.
pub fn canary_spec(spec: &CampaignSpec) -> CampaignSpec {
    let at_once = |step: &Step| {
        let code = step.discount_code.clone();
        Step { discount_code: code, ..Step::new(Length(SignedDuration::ZERO), step.channel, &step.template) }
    };
    let mut steps: Vec<Step> = spec.steps.iter().map(at_once).collect();
    steps.extend(steps.first().cloned().map(|step| Step { delay: LAST_DELAY, ..step }));
    let own = CampaignSpec { name: spec.name.clone(), attribution: spec.attribution.clone(), ..CampaignSpec::starter() };
    CampaignSpec { abandon_after: ABANDON_AFTER, holdout_percent: 0, quiet_hours: None, steps, ..own }
}

/// A store's sending policy as its twin has it: everything at once needs no limits, and a test store's canary reaches nobody anyway.
pub fn canary_policy(policy: &Policy) -> Policy {
    // Nobody is there to confirm anything.
    let consent = policy.rules().iter().filter(|rule| rule.basis != Basis::Confirmed).cloned().collect();
    Policy { caps: Vec::new(), test: None, consent_table: Table::Own, consent, ..policy.clone() }
}

fn finding(since: Timestamp, what: String, fix: &str) -> Verdict {
    Verdict::Holds(Finding { kind: Kind::Canary, subject: String::new(), since, mark: 0, what, fix: fix.to_owned() })
}

/// The last canary ended in `stage`, with a problem.
pub fn canary_failed(stage: Stage, problem: &str, since: Timestamp) -> Verdict {
    let what = format!("The canary did not come through: {}: {}.", stage.missed(), problem.trim_end_matches('.'));
    let fix =
        "What happened to it happens to shoppers. Put right what it says; it tries again within ten minutes, and this goes away by itself.";
    finding(since, what, fix)
}

/// No canary has begun for far longer than its interval: nobody watches.
pub fn canary_overdue(last_begun_at: Timestamp, every: SignedDuration, now: Timestamp) -> Verdict {
    let silence = now.duration_since(last_begun_at);
    if silence <= (every * OVERDUE).max(OVERDUE_MIN) {
        return Verdict::Over;
    }
    let what = format!("No canary has begun for {}: the program that watches doesn't run, or can't.", spoken(silence));
    let fix = "Look whether every process of Comeback is running, and at its log; `comeback doctor` tells more.";
    finding(last_begun_at, what, fix)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_twin_has_the_same_steps_at_once_and_one_that_waits() {
        let spec = CampaignSpec::starter();
        let twin = canary_spec(&spec);
        assert_eq!(twin.steps.len(), spec.steps.len() + 1);
        for (own, its) in spec.steps.iter().zip(&twin.steps) {
            assert_eq!((&own.template, own.channel, &own.discount_code), (&its.template, its.channel, &its.discount_code));
            assert_eq!(its.delay, Length(SignedDuration::ZERO));
        }
        assert_eq!(twin.steps.last().map(|s| s.delay), Some(LAST_DELAY));
        assert_eq!((twin.holdout_percent, twin.quiet_hours, twin.abandon_after), (0, None, ABANDON_AFTER));
        let all: SignedDuration = Stage::ALL.into_iter().map(Stage::limit).fold(SignedDuration::ZERO, |a, b| a + b);
        assert!(all < LAST_DELAY.0, "a slow canary must not get the message that waits");
    }

    #[test]
    fn stages_follow_each_other_and_are_read_back() {
        let mut stage = Stage::Webhook;
        let mut count = 1;
        while let Some(next) = stage.next() {
            assert_eq!(next.as_str().parse(), Ok(next));
            (stage, count) = (next, count + 1);
        }
        assert_eq!((stage, count), (Stage::Credited, Stage::ALL.len()));
    }

    #[test]
    fn a_canary_that_no_longer_begins_is_told_after_three_intervals() {
        let begun = Timestamp::UNIX_EPOCH;
        let asked = |minutes| canary_overdue(begun, SignedDuration::from_hours(1), begun + SignedDuration::from_mins(minutes));
        assert_eq!(asked(180), Verdict::Over);
        assert!(asked(181).finding().is_some_and(|f| f.what.contains("for 3 hours")));
        let often = canary_overdue(begun, SignedDuration::from_mins(1), begun + SignedDuration::from_mins(30));
        assert_eq!(often, Verdict::Over);
    }

    #[test]
    fn the_stage_that_was_missed_is_named() {
        let verdict = canary_failed(Stage::Sent, "the template can't be rendered.", Timestamp::UNIX_EPOCH);
        let what = verdict.finding().map(|f| f.what.as_str());
        assert_eq!(what, Some("The canary did not come through: its message was not sent: the template can't be rendered."));
    }
}
