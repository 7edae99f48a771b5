//! A nudge's life, and whether it may leave, now: what the rules look at, and what they answer.
//!
//! The same function decides before every attempt, however often, on inputs read in the transaction that claims the nudge.

mod inputs;
mod rules;
mod timing;

pub use inputs::{Asked, CapUse, CodeInput, ConsentInput, Fake, Inputs, Previous, Timing};
pub use rules::decide;
pub use timing::{Due, due, local};

use crate::domain::event::ChannelKind;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// The version of the rules below; stored with every decision.
pub const RULES_VERSION: u32 = 2;
/// How soon a nudge that waits for the merchant (no channel, paused) is looked at again.
pub const LOOK_AGAIN: SignedDuration = SignedDuration::from_secs(60);
/// US and Canadian carriers: one cart reminder by text per cart, and only within this long after it was abandoned
/// (T-Mobile code of conduct; Twilio's rejection reason 30517).
pub const CARRIER_WINDOW: SignedDuration = SignedDuration::from_hours(48);
/// The rule by which shoppers of the comparison group get no message.
pub const HOLDOUT: &str = "holdout";
/// The rule by which nothing is sent for a cart that somebody of the store stopped.
pub const STOPPED: &str = "stopped";
/// The rule under which it is recorded that somebody stopped a cart's messages.
pub const STOPPED_BY_HAND: &str = "stopped_by_hand";
/// The rule under which it is recorded that somebody let them go on.
pub const RESUMED_BY_HAND: &str = "resumed_by_hand";
/// The rule under which it is recorded that somebody wants a message to leave now.
pub const HURRIED_BY_HAND: &str = "hurried_by_hand";
/// The rule by which a message waits for its code, or isn't sent without one.
pub const NO_CODE: &str = "no_code";
/// The link of a nudge works for this long after sending.
pub const LINK_LIFETIME: SignedDuration = SignedDuration::from_hours(24 * 30);

/// Where a nudge is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NudgeState {
    /// Waits for its time, or for something that is missing.
    Scheduled,
    /// A worker has it, under a lease.
    Sending,
    /// The provider took it.
    Sent,
    /// The provider says that it arrived.
    Delivered,
    /// Refused for good.
    Failed,
    /// Will not be sent; the decision says why.
    Cancelled,
    /// It may have been sent: the answer never came. Never sent again blindly.
    Unknown,
}

impl NudgeState {
    /// Every state.
    pub const ALL: [Self; 7] = [Self::Scheduled, Self::Sending, Self::Sent, Self::Delivered, Self::Failed, Self::Cancelled, Self::Unknown];

    /// As stored and as the API says it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Scheduled => "scheduled",
            Self::Sending => "sending",
            Self::Sent => "sent",
            Self::Delivered => "delivered",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
            Self::Unknown => "unknown",
        }
    }
}

impl std::str::FromStr for NudgeState {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|s| s.as_str() == text).ok_or_else(|| format!("{text:?} is not a nudge state"))
    }
}

/// What to do with a nudge now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "do")]
pub enum Verdict {
    /// Send it.
    Send,
    /// Look again at that time.
    Postpone {
        /// When.
        at: Timestamp,
    },
    /// This channel is not open to the shopper: decide again about another.
    Switch {
        /// Which.
        channel: ChannelKind,
    },
    /// Never send it.
    Cancel,
}

impl Verdict {
    /// As decisions are stored: `send`, `postpone`, `switch`, `cancel`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Send => "send",
            Self::Postpone { .. } => "postpone",
            Self::Switch { .. } => "switch",
            Self::Cancel => "cancel",
        }
    }
}

/// A rule's answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// What to do.
    pub verdict: Verdict,
    /// Which rule said so: stable, for programs.
    pub rule: String,
    /// In a sentence, for people.
    pub why: String,
}
