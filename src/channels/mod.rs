//! Ways to send a message. A channel hands one rendered message to a provider and says which of four things came of it; it never decides whether to send.

mod callback;
pub mod canary;
mod class;
pub mod email;
pub mod http;
pub mod inbox;
pub mod settings;
pub mod sms;
pub mod whatsapp;

pub use callback::{Callback, Heard, Unheard};

use crate::domain::contact::{Email, Phone};
use crate::domain::event::ChannelKind;
use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// A rendered nudge, ready for its provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Message {
    /// A mail.
    Email(EmailMessage),
    /// A text.
    Sms(SmsMessage),
    /// A WhatsApp message.
    WhatsApp(WhatsAppMessage),
}

impl Message {
    /// Stable over retries: the nudge's id.
    pub fn key(&self) -> &str {
        match self {
            Self::Email(m) => &m.key,
            Self::Sms(m) => &m.key,
            Self::WhatsApp(m) => &m.key,
        }
    }

    /// The recipient's address or number.
    pub fn to(&self) -> &str {
        match self {
            Self::Email(m) => m.to.as_str(),
            Self::Sms(m) => m.to.as_str(),
            Self::WhatsApp(m) => m.to.as_str(),
        }
    }
}

/// A rendered mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EmailMessage {
    /// Stable over retries: the nudge's id.
    pub key: String,
    /// By which an earlier attempt is known that may have arrived; then this one is known by the same, so that a repeat is seen as one.
    pub reference: Option<String>,
    /// The recipient.
    pub to: Email,
    /// The recipient's name for display, if known.
    pub to_name: Option<String>,
    /// The sender's address; none takes the channel's own.
    pub from: Option<String>,
    /// The sender's name for display: the shop's.
    pub from_name: Option<String>,
    /// One line.
    pub subject: String,
    /// The HTML part.
    pub html: String,
    /// The plain-text part.
    pub text: String,
    /// The one-click unsubscribe URL (RFC 8058); none for a mail to the store's own people, which then says that a program wrote it (RFC 3834).
    pub unsubscribe_url: Option<String>,
    /// When it is sent; becomes `Date`.
    pub date: Timestamp,
    /// What it was sent for, for `Feedback-ID`, `List-Id` and providers' tags; none for a mail to the store's own people.
    pub belongs: Option<Belongs>,
    /// Pictures that the HTML part shows, and that travel with it.
    pub pictures: Vec<Picture>,
}

/// A PNG picture inside of a mail, which the HTML part names as `cid:NAME`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// Its file's name, and its Content-ID: Mailgun knows pictures by the one alone. Letters, digits, `-`, `_` and `.`.
    pub name: String,
    /// The file.
    pub png: Vec<u8>,
}

/// What a message was sent for. Ids only: nothing here names a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Belongs {
    /// The shop's id.
    pub shop: String,
    /// The campaign's id; none for a test.
    pub campaign: Option<String>,
    /// The step, from 1; none for a test.
    pub step: Option<i64>,
}

/// A rendered text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SmsMessage {
    /// Stable over retries: the nudge's id.
    pub key: String,
    /// The recipient.
    pub to: Phone,
    /// The sender: a number (`+14155550100`), a short code or a name of letters and digits (`ACME`); none takes the channel's own.
    pub from: Option<String>,
    /// What they read.
    pub body: String,
    /// Where the provider reports what became of it, if it can.
    pub status_callback: Option<String>,
    /// How long the provider may keep trying before the message is stale.
    pub valid_for: Option<SignedDuration>,
}

/// A message by a template that Meta has approved: outside of a conversation that the shopper began, nothing else may be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WhatsAppMessage {
    /// Stable over retries: the nudge's id.
    pub key: String,
    /// The recipient.
    pub to: Phone,
    /// The approved template's name.
    pub template: String,
    /// Its language at Meta: `en_US`, `de`.
    pub language: String,
    /// What stands for `{{1}}`, `{{2}}` and so on in its text.
    pub parameters: Vec<String>,
    /// What stands at the end of its button's address: the code of the short link; empty for a template without one.
    pub link_code: String,
    /// How long the provider may keep trying before the message is stale.
    pub valid_for: Option<SignedDuration>,
}

/// What came of handing over a message; kept with the decision that it led to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The provider took it.
    Accepted {
        /// The provider's id of the message, for receipts.
        provider_id: Option<String>,
    },
    /// It will never be taken in this form. Nothing was sent.
    Refused {
        /// What the provider said, without personal data.
        reason: String,
        /// Whose fault.
        fault: Fault,
    },
    /// It wasn't taken now, and nothing was sent: safe to try again.
    TryLater {
        /// What the provider said, without personal data.
        reason: String,
        /// When the provider asked to be tried again.
        after: Option<SignedDuration>,
        /// What it holds for.
        #[serde(default)]
        holds: Holds,
    },
    /// The answer never came: it may have been sent, so it must not be sent again blindly.
    Unknown {
        /// What happened, without personal data.
        reason: String,
    },
}

impl Outcome {
    /// This message wasn't taken now, and may be tried again; others may go on.
    pub fn later(reason: impl Into<String>, after: Option<SignedDuration>) -> Self {
        Self::TryLater { reason: reason.into(), after, holds: Holds::Message }
    }

    /// Nothing goes this way now; everything may be tried again.
    pub fn held(reason: impl Into<String>, after: Option<SignedDuration>) -> Self {
        Self::TryLater { reason: reason.into(), after, holds: Holds::Channel }
    }

    /// It will never be taken in this form.
    pub fn refused(reason: impl Into<String>, fault: Fault) -> Self {
        Self::Refused { reason: reason.into(), fault }
    }

    /// It may have been sent.
    pub fn unknown(reason: impl Into<String>) -> Self {
        Self::Unknown { reason: reason.into() }
    }
}

/// What a passing refusal holds for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Holds {
    /// This message alone: a mailbox that is full, greylisting.
    #[default]
    Message,
    /// Everything that goes this way: the provider can't be reached, is overloaded, or says that we send too much.
    Channel,
}

/// Whose fault a final refusal is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// The address or number can't be reached, ever: suppress it.
    Recipient,
    /// The recipient has opted out at the provider: suppress it.
    OptedOut,
    /// Our credentials, sender or reputation: stop and tell the merchant. The recipient is not to blame.
    Sender,
    /// This message's content.
    Content,
}

/// A question about a message whose outcome is unknown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LookUp {
    /// The message's own key: the nudge's id.
    pub key: String,
    /// By what it is known on its way, where that was fixed before it left (`Channel::reference`).
    pub reference: Option<String>,
    /// To whom it went.
    pub to: String,
    /// Of its short link, which no other message holds: `/s/CODE`.
    pub link: String,
    /// Through which account of ours it went.
    pub account: Option<String>,
    /// It can't have left before.
    pub since: Timestamp,
    /// When it is asked.
    pub now: Timestamp,
}

/// What a provider knows about a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// It has taken it.
    Arrived {
        /// Its id there, for receipts.
        provider_id: String,
        /// When, as the provider says.
        at: Option<Timestamp>,
    },
    /// It took it, and will never deliver it.
    Refused {
        /// What the provider said, without personal data.
        reason: String,
        /// Whose fault.
        fault: Fault,
    },
    /// It has no such message, as far as it can see now.
    Absent,
    /// It can't tell, now or later.
    CannotSay {
        /// Why, without personal data.
        reason: String,
    },
    /// It gave no answer that can be used: to be asked again.
    Unreachable {
        /// What happened, without personal data.
        reason: String,
    },
}

impl Found {
    /// It can't tell, now or later: why, without personal data.
    pub fn cannot_say(reason: impl Into<String>) -> Self {
        Self::CannotSay { reason: reason.into() }
    }
}

/// A way to send.
#[async_trait]
pub trait Channel: Send + Sync {
    /// `smtp`, `twilio`: as shown to the merchant.
    fn name(&self) -> &'static str;

    /// Which kind of message it takes.
    fn kind(&self) -> ChannelKind;

    /// Hands over one message. Never panics, never takes longer than its own time limit, and puts no address into its outcome.
    async fn send(&self, message: &Message) -> Outcome;

    /// By what a message with this key is known on its way, if that is fixed before it leaves: what to look for in the provider's log.
    fn reference(&self, _key: &str) -> Option<String> {
        None
    }

    /// Our account at the provider: another one knows nothing of what went through this. None if there is no such thing.
    fn account(&self) -> Option<&str> {
        None
    }

    /// Can the provider be asked what became of a message?
    fn can_look_up(&self) -> bool {
        false
    }

    /// Asks the provider what became of a message. Never panics, ends by itself, sends nothing, and puts no address into its answer.
    async fn look_up(&self, _question: &LookUp) -> Found {
        Found::cannot_say(format!("{} can't be asked what became of a message", self.name()))
    }

    /// Does the provider itself answer whoever writes STOP or HELP? Then it is not said twice.
    fn answers_keywords(&self) -> bool {
        false
    }

    /// What a provider tells us, or answers us, over its callback: checks that it is the provider who speaks, and says what it means. One that never calls
    /// is never believed.
    ///
    /// # Errors
    /// `Unheard`: why it isn't believed or can't be read.
    async fn hear(&self, _call: &Callback) -> Result<Heard, Unheard> {
        Err(Unheard::NotOurs(format!("{} never calls back", self.name())))
    }

    /// Can the provider be reached with these settings? For `doctor` and the settings page.
    ///
    /// # Errors
    /// What is wrong, and what to do.
    async fn probe(&self) -> Result<(), String>;
}
