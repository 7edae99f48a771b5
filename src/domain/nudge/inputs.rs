//! Everything that the rules look at: read in one transaction, stored with the decision, enough to decide again.

use crate::domain::campaign::{After, CampaignStatus, Condition, Scene, USUAL_EXPIRY};
use crate::domain::cart::CartState;
use crate::domain::duration::Length;
use crate::domain::event::ChannelKind;
use crate::domain::experiment::Arm;
use crate::domain::flow::SenderUse;
use crate::domain::nudge::NudgeState;
use crate::domain::schedule::Hours;
use crate::domain::zones::Zones;
use jiff::Timestamp;
use jiff::civil::Time;
use serde::{Deserialize, Serialize};

/// What is decided on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inputs {
    /// When it is decided.
    pub now: Timestamp,
    /// When the step was planned for.
    pub due_at: Timestamp,
    /// What the plan is made of.
    pub timing: Timing,
    /// By which channel.
    pub channel: ChannelKind,
    /// What takes over if this channel is not open to the shopper.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fallback: Option<ChannelKind>,
    /// What the cart is now.
    pub cart: CartState,
    /// When the cart counts as abandoned, given its latest activity.
    pub abandoned_at: Timestamp,
    /// Where the campaign is in its life.
    pub campaign: CampaignStatus,
    /// The store doesn't send: paused by the merchant, or it removed the app.
    pub shop_stopped: Option<String>,
    /// Which side of the comparison the shopper is on.
    pub arm: Arm,
    /// There is an address for the channel.
    pub has_address: bool,
    /// The number is in the North American plan, where carriers' rules hold.
    pub nanp: bool,
    /// On which ground the shopper may be written to by the channel, or why not; none when they never said anything.
    pub consent: Option<ConsentInput>,
    /// Why the address must not be written to, if it mustn't.
    pub suppressed: Option<String>,
    /// Another cart of the same shopper took over the sequence.
    pub superseded_by: Option<String>,
    /// Texts already sent for this cart.
    pub texts_sent: u32,
    /// Hours of the merchant and of the law; all must be open.
    pub hours: Vec<Hours>,
    /// Zones in which the shopper may be.
    pub zones: Zones,
    /// Limits on how often the shopper is written to, and how far they are used up.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub caps: Vec<CapUse>,
    /// How far the sender's limit per day is used up, where it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sender: Option<SenderUse>,
    /// A provider is set up for the channel.
    pub channel_ready: bool,
    /// Everything in the cart is gone: nothing to come back to.
    pub cart_empty: bool,
    /// Nothing of the cart can be had any more.
    #[serde(default, skip_serializing_if = "is_false")]
    pub sold_out: bool,
    /// The step's condition, and what it looks at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub condition: Option<Asked>,
    /// Why the store never writes to this customer, if it doesn't: a tag.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub excluded: Option<String>,
    /// Why the checkout counts as fake, if it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fake: Option<Fake>,
    /// The order by which the shopper has the same items already.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bought_elsewhere: Option<String>,
    /// A test store that doesn't write to this address.
    #[serde(default, skip_serializing_if = "is_false")]
    pub test_store: bool,
    /// Somebody of the store stopped messages for this cart.
    #[serde(default, skip_serializing_if = "is_false")]
    pub stopped: bool,
    /// The step's offer, where it has one and the shopper is to get the message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<CodeInput>,
}

/// When a step is due, as its campaign says it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Timing {
    /// How long to wait.
    pub delay: Length,
    /// From what on.
    pub after: After,
    /// The step before, where the wait begins with its message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous: Option<Previous>,
    /// Then until the clock shows this where the shopper is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Time>,
    /// Later than this it is not sent any more.
    pub expires_after: Length,
    /// Somebody of the store wants it now: what the plan waits for is over, but for the message before.
    #[serde(default, skip_serializing_if = "is_false")]
    pub hurried: bool,
}

impl Default for Timing {
    fn default() -> Self {
        Self { delay: Length::minutes(0), after: After::Abandonment, previous: None, at: None, expires_after: USUAL_EXPIRY, hurried: false }
    }
}

/// The step before, as far as the one after it has to know: nothing that depends on when somebody looked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Previous {
    /// It left, or will not any more.
    pub settled: bool,
    /// When it was planned for.
    pub due_at: Timestamp,
    /// When it left, or may have.
    pub sent_at: Option<Timestamp>,
}

impl Previous {
    /// Of a nudge in that state.
    pub fn of(state: NudgeState, due_at: Timestamp, sent_at: Option<Timestamp>) -> Self {
        let left = matches!(state, NudgeState::Sent | NudgeState::Delivered | NudgeState::Unknown);
        Self { settled: !matches!(state, NudgeState::Scheduled | NudgeState::Sending), due_at, sent_at: sent_at.filter(|_| left) }
    }
}

/// The part of a consent that the rules look at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConsentInput {
    /// They may be written to.
    pub allows: bool,
    /// On which ground: where and when it was collected, or by which rule of the store.
    pub proof: String,
}

/// A limit on how often one shopper is written to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CapUse {
    /// Whose limit: `the store`, or the place whose law it is.
    pub whose: String,
    /// By which channel; all of them together where none is given.
    pub channel: Option<ChannelKind>,
    /// How many messages.
    pub max: u32,
    /// In any stretch of time of this length.
    pub within: Length,
    /// How many they got in the stretch that ends now.
    pub used: u32,
    /// When so many of them are past it that one more may leave.
    pub frees_at: Option<Timestamp>,
}

/// A condition and what it looks at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    /// What must be so.
    pub condition: Condition,
    /// What is.
    pub scene: Scene,
}

/// Why a checkout counts as fake.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fake {
    /// 0 to 100; none where somebody said so by hand.
    pub score: Option<u8>,
    /// In sentences.
    pub reasons: Vec<String>,
}

/// Whether the shopper's own code can be given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CodeInput {
    /// Why it is not given, if a guard says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub withheld: Option<String>,
    /// There is one to give.
    pub ready: bool,
    /// Without it the message isn't sent.
    pub required: bool,
}

// The signature is serde's.
#[allow(clippy::trivially_copy_pass_by_ref)]
fn is_false(value: &bool) -> bool {
    !*value
}
