//! How fast messages may leave, and when none may: a sender's rate, its limit per day while it is warmed up, and the breaker of a provider that doesn't take them.

mod breaker;
mod bucket;
mod daily;
mod limits;

pub use breaker::{Breaker, Gate, Hold, Signal};
pub use bucket::{Bucket, Rate};
pub use daily::{DAY, SLOT, SenderUse, Slot, WarmUp, sender_use, slot_of};
pub use limits::{Limits, PER_DAY_MAX, Pace, WARM_UP_DAYS_MAX, counted_since, usual};

/// How many of `room` places one of `contenders` may take in a turn, up to `most`: an equal part of all places that there can be, so that what is left when its
/// turn comes doesn't make it smaller, and one at least while there is any.
pub fn share((room, places): (u64, u64), contenders: usize, most: i64) -> i64 {
    let part = places.div_ceil(u64::try_from(contenders.max(1)).unwrap_or(u64::MAX));
    i64::try_from(part.min(room)).unwrap_or(i64::MAX).min(most)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_shared_alike_and_none_is_made_up() {
        let check = |of, contenders, expected| assert_eq!(share(of, contenders, 64), expected, "{of:?} among {contenders}");
        check((14, 14), 2, 7);
        check((7, 14), 2, 7);
        check((3, 14), 2, 3);
        check((14, 14), 100, 1);
        check((0, 14), 3, 0);
        check((u64::MAX, u64::MAX), 3, 64);
        check((5, 5), 0, 5);
    }
}
