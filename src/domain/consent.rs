//! May we write? What a person said about a channel, joined from every event in any order.

use crate::domain::event::{ConsentSeen, ConsentState};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// What stands for one contact on one channel, and its proof.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consent {
    /// What they said last.
    pub state: ConsentState,
    /// When they said it.
    pub at: Timestamp,
    /// Where it was collected.
    pub source: String,
}

impl From<&ConsentSeen> for Consent {
    fn from(seen: &ConsentSeen) -> Self {
        Self { state: seen.state, at: seen.at, source: seen.source.clone() }
    }
}

impl Consent {
    /// The later word wins. At the same instant the more cautious one does (`Unsubscribed`), and equal words are told apart by their source, so that
    /// the order of arrival never matters.
    #[must_use]
    pub fn join(self, other: Self) -> Self {
        let rank = |c: &Self| (c.at, c.state, c.source.clone());
        if rank(&other) > rank(&self) { other } else { self }
    }

    /// They agreed, and it stands.
    pub fn allows(&self) -> bool {
        self.state == ConsentState::Subscribed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn consent(state: ConsentState, second: i64) -> Consent {
        Consent { state, at: Timestamp::from_second(second).expect("time"), source: "test".into() }
    }

    #[test]
    fn the_later_word_wins_in_any_order_and_refusal_wins_a_tie() {
        use ConsentState::{Subscribed, Unsubscribed};
        let (yes, no) = (consent(Subscribed, 2), consent(Unsubscribed, 1));
        assert!(yes.clone().join(no.clone()).allows());
        assert!(no.join(yes.clone()).allows());
        let tie = consent(Unsubscribed, 2);
        assert!(!yes.clone().join(tie.clone()).allows());
        assert!(!tie.join(yes).allows());
    }
}
