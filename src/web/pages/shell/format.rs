//! How values are written on pages: times for machines too, states with their tones; the rest as in every text for people.

use crate::domain::cart::CartState;
use crate::domain::event::ChannelKind;
use crate::domain::nudge::NudgeState;
use crate::words::written::clock;
pub use crate::words::written::{amount, day, length, money, sentence, short_length};
use crate::words::{self, say};
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// An instant: for machines, and for people in the store's zone.
pub struct When {
    pub machine: String,
    pub text: String,
}

/// A word with the tone in which it is shown: `good`, `busy`, `bad`, `quiet`.
#[derive(Clone)]
pub struct Badge {
    pub text: String,
    pub tone: &'static str,
}

/// `21 Nov 2026, 14:05`, where the one who looks is, else in the given zone.
pub fn when(at: Timestamp, zone: &TimeZone) -> When {
    when_there(at, &words::look().zone.unwrap_or_else(|| zone.clone()))
}

/// The same in the given zone, whoever looks: as a shopper sees it.
pub fn when_there(at: Timestamp, zone: &TimeZone) -> When {
    written(at, zone, "%H:%M")
}

/// `21 Nov 2026, 14:05:09`, where the order of things matters.
pub fn when_exactly(at: Timestamp, zone: &TimeZone) -> When {
    written(at, &words::look().zone.unwrap_or_else(|| zone.clone()), "%H:%M:%S")
}

fn written(at: Timestamp, zone: &TimeZone, precision: &str) -> When {
    When { machine: at.to_string(), text: clock(at, zone, precision) }
}

/// A cart's state.
pub fn cart_state(state: CartState) -> Badge {
    let tone = match state {
        CartState::Open => "busy",
        CartState::Abandoned => "warn",
        CartState::Recovered => "good",
        CartState::Purchased | CartState::Lost | CartState::Invalid | CartState::Erased => "quiet",
    };
    Badge { text: say(format!("cart-state-{}", state.as_str())).to_string(), tone }
}

/// A nudge's state.
pub fn nudge_state(state: NudgeState) -> Badge {
    let tone = match state {
        NudgeState::Scheduled | NudgeState::Sending => "busy",
        NudgeState::Sent | NudgeState::Delivered => "good",
        NudgeState::Failed => "bad",
        NudgeState::Cancelled => "quiet",
        NudgeState::Unknown => "warn",
    };
    Badge { text: say(format!("nudge-state-{}", state.as_str())).to_string(), tone }
}

/// A channel's name.
pub fn channel(kind: ChannelKind) -> String {
    say(format!("channel-{}", kind.as_str())).to_string()
}

/// What was just done, by its word in the address; none when no notice is for that word.
pub fn notice(word: &str) -> Option<String> {
    words::find(&format!("notice-{word}"))
}
