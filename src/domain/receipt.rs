//! What providers tell of messages after they took them, and what people answer.

use crate::domain::event::ChannelKind;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// One thing that a provider tells.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "told", rename_all = "snake_case")]
pub enum Told {
    /// What became of a message.
    Receipt(ReceiptSeen),
    /// What somebody wrote back.
    Reply(ReplySeen),
}

impl Told {
    /// The provider's own id of this word: the same thing told twice has the same.
    pub fn event_id(&self) -> &str {
        match self {
            Self::Receipt(seen) => &seen.event_id,
            Self::Reply(seen) => &seen.event_id,
        }
    }
}

/// What became of a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReceiptSeen {
    /// Of which kind the message is.
    pub channel: ChannelKind,
    /// Who tells: the channel's name.
    pub provider: String,
    /// Unique for this word within provider and shop; made of the message's id and status where the provider gives none.
    pub event_id: String,
    /// Our own key of the message (the nudge's id), where the provider echoes it.
    pub key: Option<String>,
    /// The provider's id of the message, as `Outcome::Accepted` has it.
    pub provider_id: Option<String>,
    /// What.
    pub fate: Fate,
    /// In the provider's words, without personal data.
    pub reason: Option<String>,
    /// When, by the provider's clock; when it told us where it doesn't say.
    pub at: Timestamp,
}

/// What became of a message that its provider took, as far as it knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fate {
    /// The provider has it, or has passed it on; nothing more is known.
    Accepted,
    /// It wasn't delivered this time: a full mailbox, a phone that is off. The provider may have given up.
    SoftBounce,
    /// It arrived.
    Delivered,
    /// It was refused for what it says or for who we are; the recipient is not to blame.
    Blocked,
    /// The address can't be reached, ever.
    HardBounce,
    /// The provider didn't even try: the address is on its own list of those that bounced, complained or opted out.
    Suppressed,
    /// The recipient opted out at the provider, or by the mail program's button that the provider handles.
    OptedOut,
    /// The recipient reported it as spam.
    Complained,
}

/// What somebody wrote back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReplySeen {
    /// By which channel.
    pub channel: ChannelKind,
    /// Who tells: the channel's name.
    pub provider: String,
    /// The provider's id of the message.
    pub event_id: String,
    /// The writer's number (E.164) or address.
    pub from: String,
    /// Our number or address.
    pub to: String,
    /// What they wrote.
    pub text: String,
    /// When, by the provider's clock; when it told us where it doesn't say.
    pub at: Timestamp,
}
