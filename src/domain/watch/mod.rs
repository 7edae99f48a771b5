//! When Comeback raises an alarm about itself, keeps it, and clears it: pure rules over what was measured.

mod canary;
mod endpoint;
mod numbers;
mod silence;
mod waiting;

pub use canary::{Stage, canary_failed, canary_overdue, canary_policy, canary_spec};
pub use endpoint::{Endpoint, endpoint_failing};
pub use numbers::{Numbered, reconciliation_gap};
pub use silence::{Arrivals, Gap, HISTORY, no_deliveries, topic_silent};
pub use waiting::{
    CodesWanted, LAG_MAX, Probed, Waiting, channel_refusing, invariant, no_discount_codes, set_aside, template_broken, worker_lag,
};

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// An alarm of a queue or a provider is over once it was not seen for this long: what comes and goes is one alarm.
const CALM: SignedDuration = SignedDuration::from_mins(10);
/// While it lasts, the owners are written to again after this long.
const REMINDED_AFTER: SignedDuration = SignedDuration::from_hours(24);

/// What an alarm is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// No webhook for longer than usual.
    NoDeliveries,
    /// One topic stopped while others go on.
    TopicSilent,
    /// Stored deliveries or due messages that nobody works on.
    WorkerLag,
    /// A provider refuses or can't be reached.
    ChannelRefusing,
    /// Orders whose webhooks never came.
    ReconciliationGap,
    /// The canary didn't come through.
    Canary,
    /// A promise that the nightly check found broken.
    Invariant,
    /// Deliveries that couldn't be read.
    SetAside,
    /// Messages that wait because they can't be rendered.
    TemplateBroken,
    /// No discount codes can be made, or messages wait for some.
    NoDiscountCodes,
    /// One of the store's own programs takes nothing of what it is to be told.
    EndpointFailing,
}

impl Kind {
    /// Every kind, the worst first.
    pub const ALL: [Self; 11] = [
        Self::Invariant,
        Self::WorkerLag,
        Self::NoDeliveries,
        Self::ChannelRefusing,
        Self::TemplateBroken,
        Self::NoDiscountCodes,
        Self::Canary,
        Self::TopicSilent,
        Self::ReconciliationGap,
        Self::EndpointFailing,
        Self::SetAside,
    ];

    /// As stored and as the API says it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NoDeliveries => "no_deliveries",
            Self::TopicSilent => "topic_silent",
            Self::WorkerLag => "worker_lag",
            Self::ChannelRefusing => "channel_refusing",
            Self::ReconciliationGap => "reconciliation_gap",
            Self::Canary => "canary",
            Self::Invariant => "invariant",
            Self::SetAside => "set_aside",
            Self::TemplateBroken => "template_broken",
            Self::NoDiscountCodes => "no_discount_codes",
            Self::EndpointFailing => "endpoint_failing",
        }
    }

    /// Does it keep messages from leaving, or orders from being seen? The others are worth a look.
    pub fn is_bad(self) -> bool {
        !matches!(self, Self::SetAside | Self::ReconciliationGap | Self::TopicSilent | Self::EndpointFailing)
    }

    /// May a person say that it is as it should be? Not where something is broken for certain.
    pub fn may_be_dismissed(self) -> bool {
        matches!(self, Self::NoDeliveries | Self::TopicSilent | Self::ReconciliationGap)
    }

    /// For how long it must not have been seen before it is over.
    fn calm(self) -> SignedDuration {
        match self {
            Self::WorkerLag | Self::ChannelRefusing | Self::TemplateBroken | Self::NoDiscountCodes => CALM,
            _ => SignedDuration::ZERO,
        }
    }
}

impl std::str::FromStr for Kind {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|k| k.as_str() == text).ok_or_else(|| format!("{text:?} is not a kind of alarm"))
    }
}

/// Something that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What it is about.
    pub kind: Kind,
    /// Which topic, channel, ...; empty where there is one of the kind.
    pub subject: String,
    /// When it began.
    pub since: Timestamp,
    /// How far it reaches: a dismissed alarm comes back when this grows.
    pub mark: i64,
    /// What happened, in a sentence or two, without instants: those depend on the reader's zone.
    pub what: String,
    /// What to do.
    pub fix: String,
}

/// A rule's answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It is wrong now.
    Holds(Finding),
    /// It is not.
    Over,
    /// What was measured doesn't tell: an alarm stays as it is, and none is raised.
    Unsure,
}

impl Verdict {
    /// What is wrong, if something is.
    pub fn finding(&self) -> Option<&Finding> {
        match self {
            Self::Holds(finding) => Some(finding),
            Self::Over | Self::Unsure => None,
        }
    }
}

/// What a rule must know of an alarm that stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// When what is wrong began.
    pub since: Timestamp,
    /// When it was last found to hold.
    pub last_seen_at: Timestamp,
    /// How far it reached, when it was last found or dismissed.
    pub mark: i64,
    /// Somebody said that it is as it should be.
    pub dismissed: bool,
}

/// What becomes of an alarm.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// Nothing.
    Nothing,
    /// There is one now.
    Raise,
    /// It still holds.
    Keep,
    /// It was dismissed, and reaches further now: it is shown and told again.
    Return,
    /// It is over.
    Clear,
}

/// What becomes of the alarm of one kind and subject.
pub fn change(kind: Kind, standing: Option<&Standing>, verdict: &Verdict, now: Timestamp) -> Change {
    match (standing, verdict) {
        (None, Verdict::Holds(_)) => Change::Raise,
        (Some(s), Verdict::Holds(f)) if s.dismissed && f.mark > s.mark => Change::Return,
        (Some(_), Verdict::Holds(_)) => Change::Keep,
        (Some(s), Verdict::Over) if now.duration_since(s.last_seen_at) >= kind.calm() => Change::Clear,
        _ => Change::Nothing,
    }
}

/// Is it time to write to the owners about an alarm that stands?
pub fn must_tell(notified_at: Option<Timestamp>, dismissed: bool, now: Timestamp) -> bool {
    !dismissed && notified_at.is_none_or(|at| now.duration_since(at) >= REMINDED_AFTER)
}

/// `5 minutes`, `3 hours`, `2 days`: to the unit that matters, rounded down.
pub fn spoken(length: SignedDuration) -> String {
    let minutes = length.as_mins().max(0);
    let (count, unit) = match minutes {
        0..120 => (minutes, "minute"),
        120..2880 => (minutes / 60, "hour"),
        _ => (minutes / 1440, "day"),
    };
    if count == 1 { format!("1 {unit}") } else { format!("{count} {unit}s") }
}

/// `1 message`, `3 messages`.
fn counted(count: i64, one: &str) -> String {
    if count == 1 { format!("1 {one}") } else { format!("{count} {one}s") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(minutes: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_mins(minutes)
    }

    fn holds(kind: Kind, mark: i64) -> Verdict {
        Verdict::Holds(Finding { kind, subject: String::new(), since: at(0), mark, what: "It is broken.".into(), fix: "Mend it.".into() })
    }

    #[test]
    fn every_kind_is_listed_once_and_read_back() {
        for kind in Kind::ALL {
            assert_eq!(kind.as_str().parse(), Ok(kind));
            assert_eq!(serde_json::to_value(kind).expect("json"), kind.as_str());
        }
        assert_eq!(Kind::ALL.iter().collect::<std::collections::BTreeSet<_>>().len(), Kind::ALL.len());
    }

    #[test]
    fn a_dismissed_alarm_comes_back_only_when_it_reaches_further() {
        let standing = Standing { since: at(0), last_seen_at: at(0), mark: 7, dismissed: true };
        let kind = Kind::ReconciliationGap;
        assert_eq!(change(kind, Some(&standing), &holds(kind, 7), at(1)), Change::Keep);
        assert_eq!(change(kind, Some(&standing), &holds(kind, 8), at(1)), Change::Return);
        assert_eq!(change(kind, Some(&standing), &Verdict::Over, at(1)), Change::Clear);
        assert!(!must_tell(None, true, at(1)));
    }

    #[test]
    fn owners_are_told_at_once_and_reminded_after_a_day() {
        assert!(must_tell(None, false, at(0)));
        assert!(!must_tell(Some(at(0)), false, at(24 * 60 - 1)));
        assert!(must_tell(Some(at(0)), false, at(24 * 60)));
    }

    #[test]
    fn lengths_are_spoken_in_the_unit_that_matters() {
        let check = |minutes: i64, expected: &str| assert_eq!(spoken(SignedDuration::from_mins(minutes)), expected);
        check(-5, "0 minutes");
        check(1, "1 minute");
        check(119, "119 minutes");
        check(120, "2 hours");
        check(2879, "47 hours");
        check(2880, "2 days");
    }

    proptest! {
        /// Whatever is measured in whatever order, an alarm that comes and goes within the calm time is raised once.
        #[test]
        fn what_comes_and_goes_is_one_alarm(seen in proptest::collection::vec(any::<bool>(), 1..200)) {
            let kind = Kind::WorkerLag;
            let mut standing: Option<Standing> = None;
            let (mut raised, mut last_true) = (0, None);
            let mut expected = 0;
            for (minute, wrong) in (0..).zip(&seen) {
                let verdict = if *wrong { holds(kind, 0) } else { Verdict::Over };
                if *wrong {
                    expected += i32::from(last_true.is_none_or(|last| minute - last > 10));
                    last_true = Some(minute);
                }
                match change(kind, standing.as_ref(), &verdict, at(minute)) {
                    Change::Raise => {
                        prop_assert!(standing.is_none() && *wrong);
                        raised += 1;
                        standing = Some(Standing { since: at(minute), last_seen_at: at(minute), mark: 0, dismissed: false });
                    }
                    Change::Keep => standing = standing.map(|s| Standing { last_seen_at: at(minute), ..s }),
                    Change::Clear => {
                        prop_assert!(!*wrong && last_true.is_none_or(|last| minute - last >= 10));
                        standing = None;
                    }
                    Change::Return => prop_assert!(false, "nothing was dismissed"),
                    Change::Nothing => prop_assert!(!*wrong),
                }
            }
            prop_assert_eq!(raised, expected);
        }

        /// What can't be told changes nothing.
        #[test]
        fn doubt_changes_nothing(stands in any::<bool>(), dismissed in any::<bool>(), minute in 0_i64..100_000) {
            let standing = Standing { since: at(0), last_seen_at: at(0), mark: 0, dismissed };
            for kind in Kind::ALL {
                prop_assert_eq!(change(kind, stands.then_some(&standing), &Verdict::Unsure, at(minute)), Change::Nothing);
            }
        }
    }
}
