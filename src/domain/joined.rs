//! Values that come out the same in whatever order, and however often, they are joined: what makes the folds indifferent to delivery order.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A value as of an instant: the later one wins, and of two at the same instant the greater one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stamped<T> {
    /// When it held.
    pub at: Timestamp,
    /// What held.
    pub value: T,
}

/// Joins a new sighting into a slot; a sighting of nothing changes nothing.
pub fn latest<T: Ord>(slot: &mut Option<Stamped<T>>, at: Timestamp, value: Option<T>) {
    let Some(value) = value else { return };
    let newer = slot.as_ref().is_none_or(|old| (at, &value) > (old.at, &old.value));
    if newer {
        *slot = Some(Stamped { at, value });
    }
}

/// Joins two slots.
pub fn latest_of<T: Ord>(slot: &mut Option<Stamped<T>>, other: Option<Stamped<T>>) {
    if let Some(other) = other {
        latest(slot, other.at, Some(other.value));
    }
}

/// Keeps the earlier of two instants.
pub fn earliest(slot: &mut Option<Timestamp>, other: Option<Timestamp>) {
    *slot = match (*slot, other) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    };
}
