//! What can be asked of a store, whatever it runs on: the other direction than its webhooks.

use super::store_books::StoreBooks;
use super::store_discounts::StoreDiscounts;
use crate::clock::Clock;
use crate::domain::catalogue::CatalogueSeen;
use crate::domain::event::ChannelKind;
use crate::domain::money::Currency;
use crate::http_client::{self, HttpError, HttpOptions, Reach};
use async_trait::async_trait;
use jiff::Timestamp;
use reqwest::Client;
use secrecy::SecretString;
use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

/// For TCP and TLS.
const CONNECT_WAIT: Duration = Duration::from_secs(3);
/// From a question to the last byte of its answer. Whoever has less time gives up earlier.
const ANSWER_WAIT: Duration = Duration::from_secs(10);

/// With what a store lets us in.
#[derive(Debug, Clone)]
pub enum StoreAccess {
    /// An access token that stays valid until it is taken back.
    Token(SecretString),
    /// An app's own id and secret, by which it is given tokens that last for a day.
    Client {
        /// Public.
        id: String,
        /// Secret.
        secret: SecretString,
    },
}

/// How stores are called: one pool of connections for all of them.
#[derive(Clone)]
pub struct StoreLine {
    pub(in crate::platforms) client: Client,
    pub(in crate::platforms) clock: Arc<dyn Clock>,
    pub(in crate::platforms) base_url: Option<String>,
}

impl StoreLine {
    /// Calls stores at their own domains, which must be public; or all of them by `base_url`, the operator's choice, in which `{shop}` stands for the domain.
    ///
    /// # Errors
    /// `Setup`.
    pub fn new(base_url: Option<&str>, clock: Arc<dyn Clock>) -> Result<Self, HttpError> {
        Self::with_time_limit(base_url, clock, ANSWER_WAIT)
    }

    /// As `new`, with another limit for a whole call.
    ///
    /// # Errors
    /// As `new`.
    pub fn with_time_limit(base_url: Option<&str>, clock: Arc<dyn Clock>, total: Duration) -> Result<Self, HttpError> {
        let reach = if base_url.is_some() { Reach::Anywhere } else { Reach::PublicOnly };
        let client = http_client::client(&HttpOptions { connect: CONNECT_WAIT, total, reach })?;
        Ok(Self { client, clock, base_url: base_url.map(|url| url.trim_end_matches('/').to_owned()) })
    }
}

/// What a store says of itself and of us.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoreSeen {
    /// As shoppers know it.
    pub name: String,
    /// In which its prices are.
    pub currency: Option<Currency>,
    /// What we may do, in the platform's words.
    pub scopes: Vec<String>,
}

/// What a store said is wrong with what it was asked to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Complaint {
    /// Which field of the question, with dots.
    pub field: String,
    /// The platform's word for it: `TAKEN`.
    pub code: Option<String>,
    /// In a sentence.
    pub message: String,
}

/// Why a store didn't do or tell what it was asked. Never carries a token, a secret or what was asked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// The platform has nothing to ask.
    #[error("stores on this platform can't be asked for anything")]
    NotOffered,
    /// The store's address may not or can't be called.
    #[error("the store's address can't be called: {0}")]
    Address(String),
    /// Asked too often. Nothing was done.
    #[error("the store limits how often it is asked; it can be asked again in {} s", .0.as_secs().max(1))]
    Throttled(Duration),
    /// The question costs more than any may. Nothing was done.
    #[error("the store finds the question too large")]
    TooCostly,
    /// A permission is missing. Nothing was done.
    #[error("the app may not do this: give it the access scope {scope} in the platform's settings, and install its new version", scope = .0.as_deref().unwrap_or("that is missing"))]
    Denied(Option<String>),
    /// The store is closed, frozen or gone. Nothing was done.
    #[error("the store is closed, frozen or gone ({0})")]
    Inactive(String),
    /// Token, client id or secret are refused. Nothing was done.
    #[error(
        "the store refuses Comeback's access ({0}): the token or secret is wrong or was taken back, or the app isn't installed; give it anew with `comeback shop access`"
    )]
    AccessRefused(String),
    /// No connection came about. Nothing was done.
    #[error("the store could not be reached")]
    Unreachable,
    /// It was asked, and its answer is missing or useless: what it was asked to do may have been done.
    #[error("the store gave no usable answer: {0}")]
    Unanswered(String),
    /// It was understood, and refused for what it says. Nothing was done.
    #[error("the store refuses it: {}", told(.0))]
    Refused(Vec<Complaint>),
    /// It didn't understand the question: a fault of ours. Nothing was done.
    #[error("the store did not understand the question: {0}")]
    Misunderstood(String),
}

impl StoreError {
    /// Can only somebody change this, so that asking again soon is in vain?
    pub fn needs_somebody(&self) -> bool {
        match self {
            Self::NotOffered | Self::Address(_) | Self::Denied(_) | Self::Inactive(_) | Self::AccessRefused(_) => true,
            Self::Throttled(_) | Self::TooCostly | Self::Unreachable | Self::Unanswered(_) => false,
            Self::Refused(_) | Self::Misunderstood(_) => true,
        }
    }
}

fn told(complaints: &[Complaint]) -> String {
    complaints.iter().fold(String::new(), |mut text, c| {
        let gap = if text.is_empty() { "" } else { "; " };
        let field = if c.field.is_empty() { String::new() } else { format!("{}: ", c.field) };
        let _ = write!(text, "{gap}{field}{}", c.message);
        text
    })
}

/// An opt-out that was learned here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OptedOut {
    /// The platform's customer.
    pub customer_id: String,
    /// From which channel.
    pub channel: ChannelKind,
    /// When they said it.
    pub at: Timestamp,
}

/// Which webhooks a store sends to an address.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Subscribed {
    /// What it sends some about, in the platform's words.
    pub topics: Vec<String>,
    /// What it doesn't, each with why.
    pub refused: Vec<(String, String)>,
}

/// One store, as it can be asked. What is asked for is bounded; a call that was throttled is repeated within its limits, nothing else is.
#[async_trait]
pub trait StoreApi: StoreBooks + StoreDiscounts {
    /// Who it is, and what we may do. The cheapest question: for `doctor`.
    ///
    /// # Errors
    /// Any but `Refused`.
    async fn about(&self) -> Result<StoreSeen, StoreError>;

    /// Prices, stock and products of these variants, by the platform's ids. Of one that is no more it is said that it can't be bought.
    ///
    /// # Errors
    /// Any but `Refused`; `Denied` without the scope to read products.
    async fn variants(&self, ids: &[String]) -> Result<CatalogueSeen, StoreError>;

    /// Has the store send its webhooks to an address, about everything that means something to us. What it sends there already stays as it is.
    ///
    /// # Errors
    /// Any but `Refused` and `Denied`: what is refused is told of its topic alone.
    async fn subscribe(&self, address: &str) -> Result<Subscribed, StoreError>;

    /// Notes on the platform that a customer doesn't want to be written to by a channel. Saying it again changes nothing.
    ///
    /// # Errors
    /// Any; `Denied` without the scope to change customers, `NotOffered` for a channel that the platform keeps no consents of.
    async fn opted_out(&self, out: &OptedOut) -> Result<(), StoreError>;
}
