//! Use cases: load, decide, save. Nothing here knows SQL, HTTP or one provider's wire format.

pub mod access;
pub mod account;
pub mod ad_costs;
pub mod annotations;
pub mod attribute;
pub mod attribution;
pub mod background;
pub mod bots;
pub mod campaigns;
pub mod cart_acts;
pub mod consents;
pub mod deliveries;
pub mod digest;
pub mod discounts;
pub mod drafts;
pub mod erase;
pub mod explain;
pub mod factors;
pub mod files;
pub mod first_run;
pub mod idempotency;
pub mod inbox;
pub mod ingest;
pub mod install;
pub mod journeys;
pub mod keys;
pub mod lift;
pub mod link_domain;
pub mod links;
pub mod live;
pub mod message_settings;
pub mod money;
pub mod outbound;
pub mod own_channels;
pub mod plan;
pub mod policies;
pub mod preferences;
pub mod preview;
pub mod receipts;
pub mod recompute;
pub mod reconcile;
pub mod rendering;
pub mod replay;
pub mod report;
pub mod reports;
pub mod restore;
pub mod retention;
pub mod rollups;
pub mod scene;
pub mod send;
pub mod sender_domain;
pub mod service;
pub mod shop_look;
pub mod shops;
pub mod sign_in;
pub mod specimen;
pub mod stores;
pub mod suppressions;
pub mod team;
pub mod templates;
pub mod texts;
pub mod timeline;
pub mod track;
pub mod trials;
pub mod verify;
pub mod watch;
pub mod who;

use crate::channels::{Channel, canary};
use crate::clock::{Clock, Random};
use crate::config::Config;
use crate::db::flow::Sender;
use crate::db::shops::Shop;
use crate::db::{Db, DbError};
use crate::domain::event::ChannelKind;
use crate::domain::ids::ShopId;
use crate::platforms::store_api::StoreError;
use ingest::Intake;
use jiff::Timestamp;
use keys::Keys;
use std::sync::Arc;
use tokio::sync::Notify;
use track::Tracking;

/// Other people's text, such as a store's name, as it may stand in HTML.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

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
    /// A store didn't do or tell what it was asked.
    #[error("{0}")]
    Store(#[from] StoreError),
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
    /// Providers of stores that have their own.
    pub own_channels: own_channels::OwnChannels,
    /// What is remembered of how senders are doing.
    pub flow: send::Flow,
    /// What is remembered of what models make of journeys.
    pub attributions: attribution::Remembered,
    /// What is remembered of stores whose pages tell what happens on them.
    pub tracking: Tracking,
    /// Rung when deliveries were stored: they are applied at once.
    pub stored: Notify,
    /// What open pages listen to.
    pub live: live::Live,
    /// What rendering remembers.
    pub rendering: rendering::Rendering,
    /// Codes of shoppers' own count as there, and none is given: where it is tried out what would have been sent.
    codes_assumed: bool,
    /// How stores are asked for things: by `stores::api`.
    stores: stores::Stores,
    /// How stores' own programs are told things.
    posters: outbound::send::Posters,
    sequence: Sequence,
}

/// As many ids of one millisecond can be told apart by their counter, which has twelve bits.
const IDS_PER_MILLISECOND: u16 = 1 << 12;

/// Counts the ids of one millisecond. It never goes back: not when the clock does, and not when the counter is full (RFC 9562, section 6.2).
#[derive(Default)]
struct Sequence(std::sync::Mutex<(i64, u16)>);

impl Sequence {
    fn next(&self, millisecond: i64) -> (i64, u16) {
        let mut last = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        *last = match *last {
            (then, _) if millisecond > then => (millisecond, 0),
            (then, count) if count + 1 < IDS_PER_MILLISECOND => (then, count + 1),
            (then, _) => (then.saturating_add(1), 0),
        };
        *last
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
            own_channels: own_channels::OwnChannels::default(),
            flow: send::Flow::default(),
            attributions: attribution::Remembered::default(),
            tracking: Tracking::default(),
            stored: Notify::new(),
            live: live::Live::default(),
            rendering: rendering::Rendering::default(),
            codes_assumed: false,
            stores: stores::Stores::default(),
            posters: outbound::send::Posters::default(),
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
        let (millisecond, count) = self.sequence.next(now.as_millisecond());
        // A counter in the place of the first twelve random bits (RFC 9562, section 6.2, method 1).
        [random[0], random[1]] = count.to_be_bytes();
        crate::domain::ids::new_v7(Timestamp::from_millisecond(millisecond).unwrap_or(now), random)
    }

    /// By which a shop's shoppers are written to, if one is set up. Of a canary's twin it is always the one that delivers to nobody, whatever is set up.
    pub fn channel_for(&self, shop: &Shop, kind: ChannelKind) -> Option<Arc<dyn Channel>> {
        self.sender_for(shop, kind).map(|(channel, _)| channel)
    }

    /// The same, and whose sender it is; nobody's where it delivers to nobody. The one place where this is decided.
    pub fn sender_for(&self, shop: &Shop, kind: ChannelKind) -> Option<(Arc<dyn Channel>, Option<Sender>)> {
        let program = || self.channel(kind).map(|channel| (Arc::clone(channel), Some(Sender::Program)));
        if self.codes_assumed {
            // Where it is tried out what would have been sent, every message is taken at once.
            return self.channel(kind).map(|channel| (Arc::clone(channel), None));
        }
        match (shop.canary_of, &shop.channels) {
            (Some(_), _) => Some((canary::to_nobody(kind), None)),
            (None, None) => program(),
            (None, Some(sealed)) => match self.own_channels.of(&self.keys, shop.id, sealed, kind) {
                own_channels::Own::Channel(channel) => Some((channel, Some(Sender::Own))),
                // What a store has chosen and can't be used is not replaced by another sender.
                own_channels::Own::Broken => None,
                own_channels::Own::NotChosen => program(),
            },
        }
    }

    /// Where a shop's provider tells what became of the message with this key, if it takes such an address with each.
    pub fn callback_url(&self, shop: ShopId, provider: &str, key: &str) -> String {
        format!("{}?key={key}", own_channels::callback_url(self, shop, provider))
    }

    /// The channel of a kind, if one is set up: for what goes to the store's own people.
    pub fn channel(&self, kind: ChannelKind) -> Option<&Arc<dyn Channel>> {
        self.channels.iter().find(|c| c.kind() == kind)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_keep_their_order_when_the_clock_steps_back_or_stands() {
        let sequence = Sequence::default();
        let first = sequence.next(1_000);
        assert_eq!((first, sequence.next(990)), ((1_000, 0), (1_000, 1)), "a clock that steps back");
        let mut last = first;
        for _ in 0..10_000 {
            let next = sequence.next(1_000);
            assert!(next > last && next.1 < IDS_PER_MILLISECOND, "{next:?} after {last:?}");
            last = next;
        }
        assert_eq!(sequence.next(5_000), (5_000, 0));
    }
}
