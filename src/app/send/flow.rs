//! How senders are doing, as one process remembers it and as all of them know it: what attempts say about the way they took, and what holds it.

use super::{Done, Handed};
use crate::app::{App, AppError};
use crate::channels::{Fault, Holds, Outcome};
use crate::clock::bytes;
use crate::db::contexts::NudgeContext;
use crate::db::flow::{self as rows, Sender, Way};
use crate::db::shops::Shop;
use crate::db::{DbError, Tx};
use crate::domain::event::ChannelKind;
use crate::domain::flow::{Breaker, Gate, Signal, counted_since, slot_of};
use crate::domain::ids::ShopId;
use crate::telemetry::SENDER_HOLDS;
use jiff::{SignedDuration, Timestamp};
use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// A sender that is refused for what it is stays so until somebody does something.
const SENDER_REFUSED: SignedDuration = SignedDuration::from_mins(15);
/// So many senders, and stores, are remembered; then it is begun anew, and what holds is read again.
const REMEMBERED_MAX: usize = 10_000;

/// Which sender: of which store, or of none for the program's own, by which channel.
pub(super) type Key = (ShopId, ChannelKind);

/// What one process remembers between two looks at the database.
#[derive(Default)]
pub struct Flow(Mutex<Remembered>);

#[derive(Default)]
struct Remembered {
    breakers: HashMap<Key, Breaker>,
    /// Buckets that are empty, and when the next message may leave.
    empty: HashMap<Key, Timestamp>,
    /// When each store had its last turn, by number.
    turns: HashMap<ShopId, u64>,
    turn: u64,
}

impl Flow {
    fn known(&self) -> MutexGuard<'_, Remembered> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.breakers.len().max(known.empty.len()).max(known.turns.len()) > REMEMBERED_MAX {
            *known = Remembered { turn: known.turn, ..Remembered::default() };
        }
        known
    }

    /// What the database says of a sender. What was heard a moment ago may not be written down yet.
    pub(super) fn learn(&self, key: Key, breaker: &Breaker, now: Timestamp) {
        let mut known = self.known();
        let shut = |breaker: &Breaker| breaker.hold.as_ref().is_some_and(|hold| now < hold.until);
        if known.breakers.get(&key).is_some_and(shut) && !shut(breaker) {
            return;
        }
        if breaker.is_clean() {
            known.breakers.remove(&key);
        } else {
            known.breakers.insert(key, breaker.clone());
        }
    }

    /// The rate of a sender is used up until then, or it isn't.
    pub(super) fn empties(&self, key: Key, until: Option<Timestamp>) {
        let mut known = self.known();
        match until {
            Some(until) => drop(known.empty.insert(key, until)),
            None => drop(known.empty.remove(&key)),
        }
    }

    /// Is the rate of a sender used up?
    pub(super) fn is_empty(&self, key: Key, now: Timestamp) -> bool {
        self.known().empty.get(&key).is_some_and(|until| now < *until)
    }

    /// A store has its turn now.
    pub(super) fn has_turn(&self, shop: ShopId) {
        let mut known = self.known();
        known.turn += 1;
        let turn = known.turn;
        known.turns.insert(shop, turn);
    }

    /// When a store had its last turn: whoever never had one comes first.
    pub(super) fn last_turn(&self, shop: ShopId) -> u64 {
        self.known().turns.get(&shop).copied().unwrap_or(0)
    }

    /// Why nothing may be handed over, if nothing may: the way was shut since the message was claimed.
    pub(super) fn shut(&self, key: Key, now: Timestamp) -> Option<String> {
        let known = self.known();
        let breaker = known.breakers.get(&key)?;
        let hold = breaker.hold.as_ref().filter(|hold| now < hold.until)?;
        Some(format!("nothing is handed over before {}: {}", hold.until, hold.why))
    }

    /// What came of an attempt, at once: before it is recorded others must not follow it.
    pub(super) fn heard(&self, key: Key, signal: &Signal, (now, jitter): (Timestamp, f64)) {
        let mut known = self.known();
        let before = known.breakers.get(&key).cloned().unwrap_or_default();
        let after = before.heard(signal, now, jitter);
        known.breakers.insert(key, after);
    }

    /// Is anything to be written about a sender that works?
    fn is_troubled(&self, key: Key) -> bool {
        self.known().breakers.contains_key(&key)
    }
}

/// What an outcome says about the way.
pub(super) fn signal(outcome: &Outcome) -> Signal {
    match outcome {
        Outcome::TryLater { reason, after, holds: Holds::Channel } => Signal::Shut { why: reason.clone(), asked: *after },
        Outcome::Refused { reason, fault: Fault::Sender } => Signal::Failed { why: reason.clone(), at_least: Some(SENDER_REFUSED) },
        Outcome::Unknown { reason } => Signal::Failed { why: format!("no answer: {reason}"), at_least: None },
        Outcome::Accepted { .. } | Outcome::Refused { .. } | Outcome::TryLater { .. } => Signal::Works,
    }
}

pub(super) fn jitter(app: &App) -> f64 {
    f64::from(u16::from_be_bytes(bytes(app.random.as_ref()))) / f64::from(u16::MAX)
}

/// By which sender a shop's messages leave; none for what reaches nobody, and where none is set up.
pub(super) fn key(app: &App, shop: &Shop, kind: ChannelKind) -> Option<Key> {
    let (_, sender) = app.sender_for(shop, kind)?;
    Some((sender?.row_of(shop.id), kind))
}

/// Writes down what results say about the ways they took, so that every process knows it and a restart changes nothing.
///
/// # Errors
/// `Db`; then this process alone knows it.
pub(super) async fn note(app: &App, shop: &Shop, done: &[Done]) -> Result<(), AppError> {
    for kind in ChannelKind::ALL {
        let of_kind = done.iter().filter(|d| d.context.channel == kind);
        let signals: Vec<Signal> = of_kind.filter_map(|d| d.result.outcome()).map(signal).collect();
        let (Some(key), false) = (key(app, shop, kind), signals.is_empty()) else { continue };
        if signals.iter().any(|s| *s != Signal::Works) || app.flow.is_troubled(key) {
            note_one(app, shop, key, &signals).await?;
        }
    }
    Ok(())
}

async fn note_one(app: &App, shop: &Shop, key: Key, signals: &[Signal]) -> Result<(), AppError> {
    let Some((channel, _)) = app.sender_for(shop, key.1) else { return Ok(()) };
    let us = (channel.name(), channel.account());
    let mut tx = app.db.begin().await?;
    let now = app.now();
    rows::begin(&mut tx, key, us).await?;
    let Some(way) = rows::hold_ways(&mut tx, shop.id).await?.into_iter().find(|w| (w.shop_id, w.channel) == key) else { return Ok(()) };
    let before = current(&way, us);
    let after = signals.iter().fold(before.clone(), |breaker, signal| breaker.heard(signal, now, jitter(app)));
    if before != after || way.breaker != after {
        let (provider, account) = (us.0.to_owned(), us.1.map(str::to_owned));
        rows::save(&mut tx, &Way { breaker: after.clone(), provider, account, ..way }).await?;
        tx.commit().await?;
        told(key, &before, &after);
    } else {
        tx.rollback().await?;
    }
    app.flow.learn(key, &after, now);
    Ok(())
}

/// What is known of the way as it is set up now: another provider or account has nothing to do with it.
pub(super) fn current(way: &Way, (provider, account): (&str, Option<&str>)) -> Breaker {
    if way.provider == provider && way.account.as_deref() == account { way.breaker.clone() } else { Breaker::default() }
}

fn told((shop, kind): Key, before: &Breaker, after: &Breaker) {
    let (sender, channel) = (if shop == rows::PROGRAM { Sender::Program } else { Sender::Own }.as_str(), kind.as_str());
    match (&before.hold, &after.hold) {
        (old, Some(hold)) if old.as_ref().is_none_or(|old| old.until != hold.until) => {
            metrics::counter!(SENDER_HOLDS, "channel" => channel, "sender" => sender).increment(1);
            tracing::warn!(channel, sender, %shop, until = %hold.until, why = hold.why, "nothing is sent this way for a while");
        }
        (Some(_), None) => tracing::info!(channel, sender, %shop, "messages leave this way again"),
        _ => {}
    }
}

/// What was counted when it was claimed, and didn't leave after all, counts no longer.
///
/// # Errors
/// `Db`.
pub(super) async fn give_back(app: &App, tx: &mut Tx, shop: &Shop, stayed: &[&NudgeContext]) -> Result<(), DbError> {
    let mut slots: BTreeMap<(ChannelKind, Timestamp), i64> = BTreeMap::new();
    for nudge in stayed {
        *slots.entry((nudge.channel, slot_of(nudge.claimed_at.unwrap_or_else(|| app.now())))).or_default() -= 1;
    }
    for ((kind, slot), count) in slots {
        if let Some((_, Some(sender))) = app.sender_for(shop, kind) {
            rows::count(tx, shop.id, (kind, sender), slot, count).await?;
        }
    }
    Ok(())
}

/// Something keeps messages of a store from leaving.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// By which channel.
    pub channel: ChannelKind,
    /// The provider's doing; otherwise the limit per day is used up.
    pub by_provider: bool,
    /// The sender is the store's own.
    pub own: bool,
    /// Since when, of a provider's.
    pub since: Option<Timestamp>,
    /// Until then; then it is tried.
    pub until: Timestamp,
    /// What the provider said, or which limit it is.
    pub why: String,
}

/// What keeps a store's messages from leaving now.
///
/// # Errors
/// `Db`.
pub async fn held(app: &App, shop: &Shop) -> Result<Vec<Held>, AppError> {
    let now = app.now();
    let mut all = Vec::new();
    for way in rows::ways(&app.db, shop.id).await? {
        let Some((channel, Some(sender))) = app.sender_for(shop, way.channel) else { continue };
        let own = sender == Sender::Own;
        let breaker = current(&way, (channel.name(), channel.account()));
        if let (true, Gate::Shut(until), Some(hold)) = (way.shop_id == sender.row_of(shop.id), breaker.gate(now), breaker.hold) {
            all.push(Held { channel: way.channel, by_provider: true, own, since: Some(hold.since), until, why: hold.why });
        }
        if let Some(full) = way.full.filter(|full| full.until > now) {
            all.push(Held { channel: way.channel, by_provider: false, own, since: None, until: full.until, why: full.why });
        }
    }
    Ok(all)
}

/// Forgets what left so long ago that no limit counts it any more.
///
/// # Errors
/// `Db`.
pub async fn forget_old_counts(app: &App) -> Result<u64, AppError> {
    let mut tx = app.db.begin().await?;
    let forgotten = rows::forget_counts(&mut tx, counted_since(app.now())).await?;
    tx.commit().await?;
    Ok(forgotten)
}

/// May anything leave by that breaker?
pub(super) fn is_shut(breaker: &Breaker, now: Timestamp) -> bool {
    matches!(breaker.gate(now), Gate::Shut(_))
}

impl Handed {
    /// What the provider said, if it was asked.
    fn outcome(&self) -> Option<&Outcome> {
        match self {
            Self::Answered(outcome, ..) => Some(outcome),
            Self::Unrendered(_) | Self::TooLate | Self::Held(_) => None,
        }
    }

    /// The message may have left, and counts.
    pub(super) fn may_have_left(&self) -> bool {
        self.outcome().is_some_and(|o| matches!(o, Outcome::Accepted { .. } | Outcome::Unknown { .. }))
    }
}
