//! What a provider's error code means, in the same few words for every provider: for a message that is handed over, and for one that was taken and failed.

use crate::channels::http::Called;
use crate::channels::{Fault, Outcome};
use crate::domain::receipt::Fate;
use jiff::SignedDuration;

const DAY: SignedDuration = SignedDuration::from_hours(24);

/// What to do about a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// The number can't be reached, ever: suppress it.
    Recipient,
    /// The recipient has opted out at the provider.
    OptedOut,
    /// The account, the sender or its registration: wait for the merchant.
    Settings,
    /// This message can't be sent as it is.
    Content,
    /// The recipient's phone or network doesn't take it now.
    Later,
    /// Too much goes this way now, or the provider is overloaded.
    Busy,
    /// Till tomorrow: a daily cap.
    Tomorrow,
    /// The provider spares this recipient for a day; others may be written to.
    Spared,
    /// It may have been sent.
    Unknown,
}

impl Class {
    /// What came of a message that was refused so.
    pub fn outcome(self, called: Called, reason: String, after: Option<SignedDuration>) -> Outcome {
        match self {
            Self::Recipient => Outcome::refused(reason, Fault::Recipient),
            Self::OptedOut => Outcome::refused(reason, Fault::OptedOut),
            Self::Settings => called.settings(&reason),
            Self::Content => Outcome::refused(reason, Fault::Content),
            Self::Later => Outcome::later(reason, after),
            Self::Busy => Outcome::held(reason, after),
            Self::Tomorrow => Outcome::held(reason, after.or(Some(DAY))),
            Self::Spared => Outcome::later(reason, Some(after.unwrap_or(DAY).max(DAY))),
            Self::Unknown => Outcome::unknown(reason),
        }
    }

    /// What became of a message that was taken and failed with it. Only what lies with the recipient counts against their number.
    pub fn fate(self) -> Fate {
        match self {
            Self::Recipient => Fate::HardBounce,
            Self::OptedOut => Fate::OptedOut,
            Self::Settings | Self::Content | Self::Busy | Self::Tomorrow | Self::Spared => Fate::Blocked,
            Self::Later | Self::Unknown => Fate::SoftBounce,
        }
    }

    /// Whose fault a final failure is.
    pub fn fault(self) -> Fault {
        match self {
            Self::Recipient => Fault::Recipient,
            Self::OptedOut => Fault::OptedOut,
            Self::Settings => Fault::Sender,
            _ => Fault::Content,
        }
    }
}

/// What a failed message came to, by its class; one without a class that is known just wasn't delivered this time.
pub fn failed(class: Option<Class>) -> Fate {
    class.map_or(Fate::SoftBounce, Class::fate)
}

/// Looks a code up in a table in the order of its codes.
pub fn find<C: Ord + Copy>(table: &[(C, Class)], code: C) -> Option<Class> {
    table.binary_search_by_key(&code, |(known, _)| *known).ok().and_then(|i| table.get(i)).map(|(_, class)| *class)
}
