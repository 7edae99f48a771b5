//! Use cases: load, decide, save. Nothing here knows SQL, HTTP or one provider's wire format.

pub mod access;
pub mod campaigns;
pub mod desk;
pub mod keys;
pub mod report;
pub mod shops;
pub mod timeline;

use crate::channels::Channel;
use crate::clock::{Clock, Random};
use crate::config::Config;
use crate::db::{Db, DbError};
use crate::domain::event::ChannelKind;
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
    /// How mails and texts leave; at most one of a kind.
    pub channels: Vec<Arc<dyn Channel>>,
    /// Rung when deliveries were stored: they are applied at once.
    pub stored: Notify,
}

impl App {
    /// Now.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// A fresh id.
    pub fn new_id(&self) -> uuid::Uuid {
        crate::clock::new_id(self.random.as_ref(), self.now())
    }

    /// The channel of a kind, if one is set up.
    pub fn channel(&self, kind: ChannelKind) -> Option<&Arc<dyn Channel>> {
        self.channels.iter().find(|c| c.kind() == kind)
    }
}
