//! What ties a shopper to a nudge before an order, and how sure it is.

use crate::domain::ids::{CampaignId, NudgeId};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// Orders are dated to the whole second: a touch within the same second came before.
pub const ORDER_GRAIN: SignedDuration = SignedDuration::from_secs(1);

/// How we know that a nudge had to do with an order, best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Evidence {
    /// A person opened our signed link.
    Link,
    /// The order used a code that the nudge carried.
    Code,
    /// The order carries our marker.
    Marker,
    /// The provider says that it was delivered, and the order came within the campaign's view window. Whether it was looked at nobody knows: no message holds a
    /// pixel that would tell.
    View,
    /// It left to the person who ordered, and the order came within the click window. Nothing else speaks for it.
    PersonInWindow,
}

impl Evidence {
    /// Every class, best first.
    pub const ALL: [Self; 5] = [Self::Link, Self::Code, Self::Marker, Self::View, Self::PersonInWindow];

    /// As stored and as programs read it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Link => "link",
            Self::Code => "code",
            Self::Marker => "marker",
            Self::View => "view",
            Self::PersonInWindow => "person_in_window",
        }
    }

    /// As people read it.
    pub fn label(self) -> &'static str {
        match self {
            Self::PersonInWindow => "person-in-window",
            other => other.as_str(),
        }
    }

    /// What it says, in a sentence's end.
    pub fn words(self) -> &'static str {
        match self {
            Self::Link => "opened the link before the order",
            Self::Code => "used the message's code",
            Self::Marker => "the order carries our marker",
            Self::View => "the message was delivered before the order; nobody knows whether it was read",
            Self::PersonInWindow => "the message left to the person who ordered; nothing else speaks for it",
        }
    }

    /// Does it earn credit? What doesn't is shown apart, as influence.
    pub fn is_attributed(self) -> bool {
        matches!(self, Self::Link | Self::Code | Self::Marker)
    }
}

impl std::str::FromStr for Evidence {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|e| e.as_str() == text).ok_or_else(|| format!("{text:?} is no class of evidence"))
    }
}

/// What a row of the ledger says of its order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// The nudge earned it.
    Attributed,
    /// The nudge may have had to do with it: never added to what was earned.
    Influenced,
}

impl Kind {
    /// As stored and as programs read it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Attributed => "attributed",
            Self::Influenced => "influenced",
        }
    }
}

/// Something that tied a shopper to a nudge before an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Touch {
    /// Whose.
    pub nudge_id: NudgeId,
    /// Of which campaign.
    pub campaign_id: CampaignId,
    /// When: the click, or else the sending.
    pub at: Timestamp,
    /// How we know.
    pub evidence: Evidence,
    /// The campaign's window for it.
    pub window: SignedDuration,
}

impl Touch {
    /// It happened before the order, and not longer before than its window.
    pub fn counts_for(&self, ordered_at: Timestamp) -> bool {
        let waited = ordered_at.duration_since(self.at);
        waited > -ORDER_GRAIN && waited <= self.window
    }
}
