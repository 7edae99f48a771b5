//! How many messages of each channel a claim may take: what the senders' rates, limits per day and breakers let through, read and used up in the claim's own
//! transaction, so that the sum over all processes holds.

use super::flow::{Key, current};
use crate::app::{App, AppError, policies};
use crate::channels::Channel;
use crate::db::contexts::NudgeContext;
use crate::db::flow::{self as rows, Full, PROGRAM, Sender, Way};
use crate::db::nudges::Lease;
use crate::db::shops::Shop;
use crate::db::{DbError, Tx};
use crate::domain::event::ChannelKind;
use crate::domain::flow::{Breaker, Bucket, Gate, Limits, Pace, Rate, SLOT, SenderUse, Slot, counted_since, share, slot_of};
use crate::domain::ids::ShopId;
use crate::domain::nudge::Inputs;
use jiff::Timestamp;
use std::sync::Arc;

/// Who wants to send by the program's senders: how many stores, by channel in the order of [`ChannelKind::ALL`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Contenders(pub [usize; 3]);

impl Contenders {
    /// One store alone.
    pub const ALONE: Self = Self([1; 3]);

    /// For one channel.
    pub fn of(self, kind: ChannelKind) -> usize {
        ChannelKind::ALL.iter().zip(self.0).find_map(|(k, count)| (*k == kind).then_some(count)).unwrap_or(1)
    }
}

/// What a decision is made on beside the database: a live claim's limits, or what was recorded of it.
pub(in crate::app) trait Beside {
    /// Adds it.
    fn amend(&mut self, nudge: &NudgeContext, inputs: &mut Inputs);

    /// One leaves, and counts for those after it.
    fn leaves(&mut self, _nudge: &NudgeContext) {}
}

/// One row of what limits a sender: the sender itself, or a store's part of the program's.
struct Part {
    way: Way,
    /// The row as it was read; none where there is none, and nothing to know.
    stored: Option<Way>,
    rate: Option<Rate>,
    limits: Limits,
    whose: &'static str,
    slots: Vec<Slot>,
}

impl Part {
    fn key(&self) -> Key {
        (self.way.shop_id, self.way.channel)
    }

    /// How far its limit per day is used up, with so many more.
    fn used(&self, left: u32, now: Timestamp) -> Option<SenderUse> {
        let mut slots = self.slots.clone();
        slots.push(Slot { at: slot_of(now), count: left });
        self.limits.used(self.whose, &slots, now)
    }
}

/// One channel.
struct Channels {
    kind: ChannelKind,
    sender: Option<Sender>,
    parts: Vec<Part>,
    most: i64,
    trial: bool,
    left: u32,
}

/// The gates of a shop's channels, while a claim goes through them.
pub(super) struct Gates<'a> {
    app: &'a App,
    shop: ShopId,
    now: Timestamp,
    all: Vec<Channels>,
}

/// What a channel of a shop is limited by, before anything is read.
type Planned = (Arc<dyn Channel>, Sender, Vec<(ShopId, Option<Rate>, Limits, &'static str)>);

/// The sender's own limits, and the store's where the sender isn't the store's.
fn planned(app: &App, shop: &Shop, kind: ChannelKind, of_store: Option<&Limits>) -> Option<Planned> {
    let (channel, sender) = app.sender_for(shop, kind)?;
    let sender = sender?;
    let usual = |limits: &Limits| limits.rate_for(channel.name(), kind);
    let parts = match sender {
        Sender::Own => {
            let limits = of_store.cloned().unwrap_or_default();
            vec![(shop.id, usual(&limits), limits, "the sender")]
        }
        Sender::Program => {
            let limits = app.config.sending.get(&kind).cloned().unwrap_or_default();
            let mine = of_store.map(|limits| (shop.id, limits.rate.and_then(Pace::rate), limits.clone(), "the store"));
            std::iter::once((PROGRAM, usual(&limits), limits, "the sender")).chain(mine).collect()
        }
    };
    Some((channel, sender, parts))
}

impl<'a> Gates<'a> {
    /// Reads what holds, and keeps others from using it up meanwhile, where there is something to use up.
    ///
    /// # Errors
    /// `Db`.
    pub async fn hold(
        app: &'a App,
        tx: &mut Tx,
        shop: &Shop,
        (now, most): (Timestamp, i64),
        contenders: Contenders,
    ) -> Result<Self, AppError> {
        let policy = policies::in_force(tx, shop.id).await?;
        let plans: Vec<_> = ChannelKind::ALL.map(|kind| (kind, planned(app, shop, kind, policy.sending.get(&kind)))).into();
        let mut ways = rows::ways_in(tx, shop.id).await?;
        let limited = |p: &(ShopId, Option<Rate>, Limits, &str)| p.1.is_some() || p.2.counts();
        let mut holds = ways.iter().any(|w| !w.breaker.is_clean());
        for (kind, plan) in &plans {
            let Some((channel, _, parts)) = plan else { continue };
            for part in parts.iter().filter(|p| limited(p)) {
                holds = true;
                if !ways.iter().any(|w| (w.shop_id, w.channel) == (part.0, *kind)) {
                    rows::begin(tx, (part.0, *kind), (channel.name(), channel.account())).await?;
                }
            }
        }
        if holds {
            ways = rows::hold_ways(tx, shop.id).await?;
        }
        let mut all = Vec::new();
        for (kind, plan) in plans {
            all.push(match plan {
                Some(plan) => Channels::of(tx, (shop.id, kind, plan), &ways, now).await?,
                // Whoever has no provider is told so by the rules; what reaches nobody is not limited.
                None => Channels { kind, sender: None, parts: Vec::new(), most: 0, trial: false, left: 0 },
            });
        }
        for channel in &mut all {
            channel.open((now, most), contenders.of(channel.kind));
        }
        Ok(Self { app, shop: shop.id, now, all })
    }

    /// How many of each channel may be taken.
    pub fn most(&self) -> Vec<(ChannelKind, i64)> {
        self.all.iter().map(|c| (c.kind, c.most)).collect()
    }

    /// Writes down what was used up.
    ///
    /// # Errors
    /// `Db`.
    pub async fn save(&self, tx: &mut Tx, lease: &Lease) -> Result<(), DbError> {
        for channel in &self.all {
            let Some(sender) = channel.sender else { continue };
            if channel.left > 0 {
                rows::count(tx, self.shop, (channel.kind, sender), slot_of(self.now), i64::from(channel.left)).await?;
            }
            for part in &channel.parts {
                let way = channel.after(part, lease, self.now);
                if part.stored.as_ref().is_some_and(|stored| *stored != way) {
                    rows::save(tx, &way).await?;
                }
            }
        }
        Ok(())
    }

    /// What this process remembers of it once it is written.
    pub fn remember(&self) {
        for channel in &self.all {
            for part in &channel.parts {
                if channel.is_sender(part) {
                    self.app.flow.learn(part.key(), &part.way.breaker, self.now);
                }
                let bucket = |rate| part.way.bucket.take(rate, self.now, u64::from(channel.left));
                let empty = part.rate.filter(|rate| bucket(*rate).room(*rate, self.now) == 0);
                self.app.flow.empties(part.key(), empty.map(|rate| bucket(rate).next_at(rate, self.now)));
            }
        }
    }
}

impl Channels {
    async fn of(tx: &mut Tx, (shop, kind, plan): (ShopId, ChannelKind, Planned), ways: &[Way], now: Timestamp) -> Result<Self, DbError> {
        let (channel, sender, planned) = plan;
        let (provider, account) = (channel.name(), channel.account());
        let mut parts = Vec::new();
        for (row, rate, limits, whose) in planned {
            // All that left by the sender counts; for a store's own part of it, what the store's did.
            let only = (row != PROGRAM).then_some(shop);
            let slots = if limits.counts() { rows::counts(tx, only, (kind, sender), counted_since(now)).await? } else { Vec::new() };
            let known = ways.iter().find(|w| (w.shop_id, w.channel) == (row, kind));
            let way = match known {
                Some(way) => Way { breaker: current(way, (provider, account)), ..way.clone() },
                None => fresh((row, kind), (provider, account)),
            };
            let way = Way { provider: provider.to_owned(), account: account.map(str::to_owned), ..way };
            parts.push(Part { way, stored: known.cloned(), rate, limits, whose, slots });
        }
        Ok(Self { kind, sender: Some(sender), parts, most: 0, trial: false, left: 0 })
    }

    /// The row of the sender itself, by whose breaker it is held.
    fn is_sender(&self, part: &Part) -> bool {
        self.sender.is_some_and(|s| (part.way.shop_id == PROGRAM) == (s == Sender::Program))
    }

    /// Works out how many may be taken.
    fn open(&mut self, (now, most): (Timestamp, i64), contenders: usize) {
        self.most = most;
        for part in &self.parts {
            // Only the program's senders are shared.
            let sharing = if part.way.shop_id == PROGRAM { contenders } else { 1 };
            if let Some(rate) = part.rate {
                self.most = self.most.min(share((part.way.bucket.room(rate, now), u64::from(rate.burst())), sharing, most));
            }
            if let Some(used) = part.used(0, now) {
                let room = u64::from(used.max.saturating_sub(used.used));
                // One is taken though there is no room, so that it is said on it why it waits.
                let told = part.way.full.as_ref().is_some_and(|full| full.until > now);
                let places = if room > 0 { share((room, u64::from(used.max)), sharing, most) } else { i64::from(!told) };
                self.most = self.most.min(places);
            }
        }
        let breaker = self.parts.iter().find(|p| self.is_sender(p)).map(|p| p.way.breaker.gate(now));
        match breaker {
            Some(Gate::Shut(_)) => self.most = 0,
            Some(Gate::Trial) => (self.most, self.trial) = (self.most.min(1), true),
            Some(Gate::Open) | None => {}
        }
    }

    /// The limit per day that leaves the least room, with what has left since.
    fn used(&self, now: Timestamp) -> Option<SenderUse> {
        self.parts.iter().filter_map(|p| p.used(self.left, now)).min_by_key(|u| u.max.saturating_sub(u.used))
    }

    /// A part's row, once the claim is through.
    fn after(&self, part: &Part, lease: &Lease, now: Timestamp) -> Way {
        let mut way = part.way.clone();
        if let Some(rate) = part.rate.filter(|_| self.left > 0) {
            way.bucket = way.bucket.take(rate, now, u64::from(self.left));
        }
        if self.is_sender(part) && self.trial && self.left > 0 {
            way.breaker = way.breaker.tried(lease.until);
        }
        // Only where there was no room from the beginning: then it was said on one why it waits. Looked at again after a while, since limits may be set anew.
        way.full = part.used(0, now).and_then(|used| {
            let until = used.frees_at?.min(now + SLOT);
            Some(Full { until, why: format!("{} allows {} in 24 hours", used.whose, used.max) })
        });
        way
    }
}

fn fresh((shop_id, channel): Key, (provider, account): (&str, Option<&str>)) -> Way {
    Way {
        shop_id,
        channel,
        provider: provider.to_owned(),
        account: account.map(str::to_owned),
        bucket: Bucket::default(),
        breaker: Breaker::default(),
        full: None,
    }
}

impl Beside for Gates<'_> {
    fn amend(&mut self, nudge: &NudgeContext, inputs: &mut Inputs) {
        inputs.sender = self.all.iter().find(|c| c.kind == nudge.channel).and_then(|c| c.used(self.now));
    }

    fn leaves(&mut self, nudge: &NudgeContext) {
        if let Some(channel) = self.all.iter_mut().find(|c| c.kind == nudge.channel) {
            channel.left = channel.left.saturating_add(1);
        }
    }
}
