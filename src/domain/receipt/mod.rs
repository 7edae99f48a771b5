//! What providers tell of messages after they took them, and what people answer.

use crate::domain::contact::Identity;
use crate::domain::event::ChannelKind;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// With which the consent of somebody who writes back begins its source.
pub const REPLIED: &str = "reply: ";

/// The rule by which a provider's word proves that it had taken a message.
pub const TOLD: &str = "receipt";
/// The rule by which a message that was taken turns out not to have arrived.
pub const BOUNCED: &str = "bounced";

/// So many messages that could not be delivered, one after the other, and the address counts as dead.
pub const SOFT_BOUNCES_MAX: usize = 3;
/// But only if they lie at least this far apart: a mailbox may be full, or a phone off, for a weekend.
pub const SOFT_BOUNCES_WITHIN: SignedDuration = SignedDuration::from_hours(3 * 24);

impl ReplySeen {
    /// By what the writer is known; none where their number or address can't be read.
    pub fn writer(&self) -> Option<Identity> {
        Identity::at(self.channel, &self.from)
    }
}

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

    /// May it forbid a message that waits? Whatever somebody writes may.
    pub fn forbids(&self) -> bool {
        match self {
            Self::Receipt(seen) => seen.fate.forbids(),
            Self::Reply(_) => true,
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

impl Fate {
    /// Every one, what weighs least first.
    pub const ALL: [Self; 8] = [
        Self::Accepted,
        Self::SoftBounce,
        Self::Delivered,
        Self::Blocked,
        Self::HardBounce,
        Self::Suppressed,
        Self::OptedOut,
        Self::Complained,
    ];

    /// As stored: `soft_bounce`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::SoftBounce => "soft_bounce",
            Self::Delivered => "delivered",
            Self::Blocked => "blocked",
            Self::HardBounce => "hard_bounce",
            Self::Suppressed => "suppressed",
            Self::OptedOut => "opted_out",
            Self::Complained => "complained",
        }
    }

    /// May it forbid a message that waits?
    pub fn forbids(self) -> bool {
        matches!(self, Self::HardBounce | Self::Suppressed | Self::OptedOut | Self::Complained)
    }

    /// The recipient wants no more: their consent is taken back.
    pub fn withdraws(self) -> bool {
        matches!(self, Self::OptedOut | Self::Complained)
    }

    /// What it means for whoever reads the story of a message.
    pub fn words(self) -> &'static str {
        match self {
            Self::Accepted => "passed on by the provider",
            Self::SoftBounce => "not delivered this time",
            Self::Delivered => "delivered",
            Self::Blocked => "refused for what it says or for who sent it",
            Self::HardBounce => "bounced: the address can't be reached",
            Self::Suppressed => "not delivered: the provider doesn't write to this address",
            Self::OptedOut => "the shopper opted out at the provider",
            Self::Complained => "the shopper reported it as spam",
        }
    }
}

impl std::str::FromStr for Fate {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|f| f.as_str() == text).ok_or_else(|| format!("{text:?} is not a fate"))
    }
}

/// When something was told, and in which words: the first of those that told the same.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Word {
    /// By the provider's clock.
    pub at: Timestamp,
    /// The provider's words.
    pub reason: Option<String>,
}

/// What all receipts of one message say together: the first word of each kind, so that neither order nor repetition matters.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Standing(BTreeMap<Fate, Word>);

/// What a message is, by its receipts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Became {
    /// Nothing final is known.
    Sent,
    /// It arrived.
    Delivered,
    /// It did not, and will not.
    Failed,
}

impl Standing {
    /// Adds a receipt.
    pub fn join(&mut self, fate: Fate, word: Word) {
        self.0.entry(fate).and_modify(|known| *known = known.clone().min(word.clone())).or_insert(word);
    }

    fn has(&self, fate: Fate) -> bool {
        self.0.contains_key(&fate)
    }

    /// What the message is. A mail may bounce after the first server took it; but nobody complains about, or clicks in, what they never got.
    pub fn became(&self, clicked: bool) -> Became {
        let failed = [Fate::Blocked, Fate::HardBounce, Fate::Suppressed].into_iter().any(|fate| self.has(fate));
        let read = clicked || self.has(Fate::Complained);
        match (failed && !read, self.has(Fate::Delivered) || self.has(Fate::Complained)) {
            (true, _) => Became::Failed,
            (false, true) => Became::Delivered,
            (false, false) => Became::Sent,
        }
    }

    /// Nobody can have got it: another channel may take over.
    pub fn was_lost(&self) -> bool {
        (self.has(Fate::HardBounce) || self.has(Fate::Suppressed)) && !self.has(Fate::Delivered) && !self.has(Fate::Complained)
    }

    /// It left its provider, or never will in another way: proof that the provider took it from us.
    pub fn arrived(&self) -> bool {
        self.has(Fate::Delivered) || self.has(Fate::Complained)
    }

    /// When it was delivered.
    pub fn delivered_at(&self) -> Option<Timestamp> {
        self.0.get(&Fate::Delivered).or_else(|| self.0.get(&Fate::Complained)).map(|word| word.at)
    }

    /// What weighs most.
    pub fn most(&self) -> Option<(Fate, &Word)> {
        self.0.last_key_value().map(|(fate, word)| (*fate, word))
    }
}

/// Why an address must not be written to, by what was told of it. What weighs most comes last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ground {
    /// Its owner may have asked for it.
    Doubtful,
    /// Its owner asked for it.
    Stopped,
    /// Its owner opted out at the provider.
    OptedOut,
    /// Message after message could not be delivered.
    SoftBounced,
    /// The provider refuses to write to it.
    Refused,
    /// It can't be reached.
    Bounced,
    /// Its owner reported a message as spam.
    Complained,
}

/// Why every address of somebody is suppressed who wants nothing more by any channel, beside the one that they wrote from.
pub const STOPPED_EVERYWHERE: &str = "replied: stop everything";

impl Ground {
    /// Every one.
    pub const ALL: [Self; 7] =
        [Self::Doubtful, Self::Stopped, Self::OptedOut, Self::SoftBounced, Self::Refused, Self::Bounced, Self::Complained];

    /// As a suppression keeps it.
    pub fn reason(self) -> &'static str {
        match self {
            Self::Doubtful => "replied: may have asked to stop, to be reviewed",
            Self::Stopped => "replied: stop",
            Self::OptedOut => "opted out: told by the provider",
            Self::SoftBounced => "bounced: three messages in a row could not be delivered",
            Self::Refused => "bounced: the provider doesn't write to this address",
            Self::Bounced => "bounced: the address can't be reached",
            Self::Complained => "complained: reported a message as spam",
        }
    }

    /// Its owner lifts it by writing START.
    pub fn is_lifted_by_start(self) -> bool {
        matches!(self, Self::Doubtful | Self::Stopped | Self::OptedOut)
    }
}

/// A receipt of a message to an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ToldOf {
    /// Of which message, if it is known.
    pub message: Option<Uuid>,
    /// What.
    pub fate: Fate,
    /// When.
    pub at: Timestamp,
}

/// What an address's owner said of being written to. What is more cautious comes last, and wins where two words have the same time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Said {
    /// Begin again.
    Start,
    /// Perhaps: stop.
    Doubtful,
    /// Stop.
    Stop,
}

/// Why an address must not be written to, if it mustn't, by all that was told of it and said from it, in any order. On a phone, START undoes the provider's own
/// opt-out as well: providers take the same words.
pub fn ground(by_phone: bool, told: &[ToldOf], said: &[(Timestamp, Said)]) -> Option<Ground> {
    let last = said.iter().max();
    let begun_at = last.filter(|(_, said)| by_phone && *said == Said::Start).map(|(at, _)| *at);
    let spoken = last.and_then(|(_, said)| match said {
        Said::Start => None,
        Said::Doubtful => Some(Ground::Doubtful),
        Said::Stop => Some(Ground::Stopped),
    });
    let of = |told: &ToldOf| match told.fate {
        Fate::HardBounce => Some(Ground::Bounced),
        Fate::Suppressed => Some(Ground::Refused),
        Fate::OptedOut if begun_at.is_none_or(|begun| told.at > begun) => Some(Ground::OptedOut),
        Fate::Complained => Some(Ground::Complained),
        _ => None,
    };
    let soft = gave_out(told).then_some(Ground::SoftBounced);
    told.iter().filter_map(of).chain(soft).chain(spoken).max()
}

/// Has message after message not been delivered, over days, and none in between?
fn gave_out(told: &[ToldOf]) -> bool {
    let delivered_at = told.iter().filter(|t| t.fate == Fate::Delivered).map(|t| t.at).max();
    let soft: Vec<&ToldOf> =
        told.iter().filter(|t| t.fate == Fate::SoftBounce && delivered_at.is_none_or(|delivered| t.at > delivered)).collect();
    let messages: BTreeSet<Uuid> = soft.iter().filter_map(|t| t.message).collect();
    let (first, last) = (soft.iter().map(|t| t.at).min(), soft.iter().map(|t| t.at).max());
    messages.len() >= SOFT_BOUNCES_MAX && first.zip(last).is_some_and(|(first, last)| last.duration_since(first) >= SOFT_BOUNCES_WITHIN)
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

#[cfg(test)]
mod tests;
