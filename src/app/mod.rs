//! Use cases: load, decide, save. Nothing here knows SQL, HTTP or one provider's wire format.

pub mod access;
pub mod attribute;
pub mod campaigns;
pub mod deliveries;
pub mod erase;
pub mod explain;
pub mod idempotency;
pub mod inbox;
pub mod ingest;
pub mod keys;
pub mod links;
pub mod plan;
pub mod preferences;
pub mod report;
pub mod restore;
pub mod send;
pub mod shops;
pub mod suppressions;
pub mod templates;
pub mod timeline;
pub mod verify;
pub mod watch;

use crate::channels::{Channel, canary};
use crate::clock::{Clock, Random};
use crate::config::Config;
use crate::db::shops::Shop;
use crate::db::{Db, DbError};
use crate::domain::event::ChannelKind;
use ingest::Intake;
use jiff::Timestamp;
use keys::Keys;
use std::sync::Arc;
use tokio::sync::Notify;

/// Why a use case didn't happen.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// The database's fault.
    #[error(transparent)]
    Db(#[from] DbError),
    /// What was asked for isn't there.
    #[error("there is no {0}")]
    NotFound(&'static str),
    /// What was given can't be used; what is wrong and what to do.
    #[error("{0}")]
    Invalid(String),
    /// It contradicts what is there.
    #[error("{0}")]
    Conflict(String),
    /// A secret can't be opened or made.
    #[error("{0}")]
    Keys(#[from] keys::KeyError),
}

/// What every use case needs.
pub struct App {
    /// Where rows live.
    pub db: Db,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Gives chance.
    pub random: Arc<dyn Random>,
    /// Settings.
    pub config: Config,
    /// Keys derived from the master key.
    pub keys: Keys,
    /// At most one of a kind. Asked for by `channel_for` alone where a shopper is written to.
    channels: Vec<Arc<dyn Channel>>,
    /// Where accepted deliveries wait for their commit.
    pub intake: Intake,
    /// Rung when deliveries were stored: they are applied at once.
    pub stored: Notify,
    sequence: Sequence,
}

/// Counts the ids of one millisecond.
#[derive(Default)]
struct Sequence(std::sync::Mutex<(i64, u16)>);

impl Sequence {
    fn next(&self, millisecond: i64) -> u16 {
        let mut last = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        *last = if last.0 == millisecond { (millisecond, last.1.wrapping_add(1)) } else { (millisecond, 0) };
        last.1
    }
}

/// What an [`App`] is made of.
pub struct Parts {
    /// Where rows live.
    pub db: Db,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Gives chance.
    pub random: Arc<dyn Random>,
    /// Settings.
    pub config: Config,
    /// From which every key is derived.
    pub master_key: [u8; 32],
    /// How mails and texts leave.
    pub channels: Vec<Arc<dyn Channel>>,
}

impl App {
    /// Puts an app together and starts its committers; to be called inside of a tokio runtime.
    pub fn new(parts: Parts) -> Self {
        let intake = Intake::start(&parts.db);
        Self {
            db: parts.db,
            clock: parts.clock,
            random: parts.random,
            config: parts.config,
            keys: Keys::derive(&parts.master_key),
            channels: parts.channels,
            intake,
            stored: Notify::new(),
            sequence: Sequence::default(),
        }
    }

    /// Now.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// A fresh id, greater than any this program made before: rows of the same millisecond keep their order.
    pub fn new_id(&self) -> uuid::Uuid {
        let now = self.now();
        let mut random: [u8; 10] = crate::clock::bytes(self.random.as_ref());
        // A counter in the place of the first twelve random bits (RFC 9562, section 6.2, method 1).
        [random[0], random[1]] = self.sequence.next(now.as_millisecond()).to_be_bytes();
        crate::domain::ids::new_v7(now, random)
    }

    /// By which a shop's shoppers are written to, if one is set up. Of a canary's twin it is always the one that delivers to nobody, whatever is set up: the one
    /// place where this is decided.
    pub fn channel_for(&self, shop: &Shop, kind: ChannelKind) -> Option<&dyn Channel> {
        match shop.canary_of {
            Some(_) => Some(canary::to_nobody(kind)),
            None => self.channel(kind).map(|channel| &**channel),
        }
    }

    /// The channel of a kind, if one is set up: for what goes to the store's own people.
    pub fn channel(&self, kind: ChannelKind) -> Option<&Arc<dyn Channel>> {
        self.channels.iter().find(|c| c.kind() == kind)
    }
}
