//! How many messages a sender may have in any 24 hours: a plan's limit, and less while a new sender is warmed up.

use crate::domain::cart::SaturatingInstant as _;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// The stretch of time that is counted.
pub const DAY: SignedDuration = SignedDuration::from_hours(24);
/// What was sent is counted in slots of this length, and a slot counts until all of it is past.
pub const SLOT: SignedDuration = SignedDuration::from_mins(15);
/// A warm-up without numbers of its own begins with so many on its first day, and doubles.
const FIRST_DAY: u32 = 50;
/// And lasts so many days, if no limit ends it before: more than four hundred thousand messages a day need none.
const DAYS_MAX: u32 = 14;

/// A new sender's way up: providers of mailboxes, and carriers, take it for a spammer if it begins with all that it will send.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WarmUp {
    /// Its first day, UTC.
    pub from: Date,
    /// How many on each day. Empty: 50, then twice as many each day.
    #[serde(default)]
    pub per_day: Vec<u32>,
}

impl std::str::FromStr for WarmUp {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let bad = || {
            format!(
                "{text:?} is not a warm-up; expected its first day such as \"2026-12-01\", or with each day's number \"2026-12-01: 50 100 200\""
            )
        };
        let (from, days) = text.split_once(':').unwrap_or((text, ""));
        let per_day = days.split_whitespace().map(|n| n.trim_end_matches(',').parse().map_err(|_| bad())).collect::<Result<_, _>>()?;
        Ok(Self { from: from.trim().parse().map_err(|_| bad())?, per_day })
    }
}

impl WarmUp {
    /// The number of the day on which an instant falls, from 0; days before the first count as it.
    fn day(&self, now: Timestamp) -> u32 {
        let Ok(begin) = self.from.to_zoned(TimeZone::UTC) else { return u32::MAX };
        let hours = now.duration_since(begin.timestamp()).as_hours();
        u32::try_from(hours.max(0) / 24).unwrap_or(u32::MAX)
    }

    /// How many on a day; none when the warm-up is over by then.
    fn on(&self, day: u32) -> Option<u32> {
        if self.per_day.is_empty() {
            return (day < DAYS_MAX).then(|| FIRST_DAY.saturating_mul(1 << day));
        }
        self.per_day.get(usize::try_from(day).ok()?).copied()
    }

    /// How many at an instant, and when the number changes next; none when it is over.
    pub(super) fn at(&self, now: Timestamp) -> Option<(u32, Timestamp)> {
        let day = self.day(now);
        let max = self.on(day)?;
        let begin = self.from.to_zoned(TimeZone::UTC).ok()?.timestamp();
        let next = begin.saturating_add_lossy(DAY.checked_mul(i32::try_from(day).ok()?.checked_add(1)?)?);
        Some((max, next))
    }

    /// How many on the day that begins then.
    pub(super) fn beginning(&self, then: Timestamp) -> Option<u32> {
        self.on(self.day(then))
    }
}

/// How far a sender's limit is used up: what the rules look at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SenderUse {
    /// Whose limit: `the sender`, or `the store`.
    pub whose: String,
    /// How many messages in 24 hours.
    pub max: u32,
    /// How many left in those that end now, or are on their way.
    pub used: u32,
    /// When one more may leave, if none may now.
    pub frees_at: Option<Timestamp>,
    /// A new sender is warmed up: the limit grows from day to day.
    #[serde(default)]
    pub warming_up: bool,
}

/// What left in one slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Slot {
    /// When it began.
    pub at: Timestamp,
    /// How many.
    pub count: u32,
}

/// The beginning of the slot that an instant falls into.
pub fn slot_of(now: Timestamp) -> Timestamp {
    let length = i64::try_from(SLOT.as_millis()).unwrap_or(1);
    let begin = now.as_millisecond().div_euclid(length).saturating_mul(length);
    Timestamp::from_millisecond(begin).unwrap_or(now)
}

/// When the last of what left in a slot is a day old.
fn passed(slot: &Slot) -> Timestamp {
    slot.at.saturating_add_lossy(SLOT).saturating_add_lossy(DAY)
}

/// How far a limit is used up by what left, slot by slot in the order of time. `next` is the limit of the next day of a warm-up and when it begins.
pub fn sender_use(whose: &str, (max, next): (u32, Option<(u32, Timestamp)>), slots: &[Slot], now: Timestamp) -> SenderUse {
    let counted = || slots.iter().filter(|slot| passed(slot) > now);
    let used = counted().fold(0_u32, |sum, slot| sum.saturating_add(slot.count));
    let mut left = used;
    let passes = counted().find_map(|slot| {
        left = left.saturating_sub(slot.count);
        (left < max).then(|| passed(slot))
    });
    // A slot begins to count as free only when all of it is past; a new day's limit may be there sooner.
    let grows = next.filter(|(limit, _)| *limit > used).map(|(_, at)| at);
    let frees_at = if used < max { None } else { passes.into_iter().chain(grows).min() };
    SenderUse { whose: whose.to_owned(), max, used, frees_at, warming_up: next.is_some() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(text: &str) -> Timestamp {
        text.parse().expect("an instant")
    }

    fn minutes(count: i64) -> Timestamp {
        at("2026-12-01T00:00:00Z") + SignedDuration::from_mins(count)
    }

    #[test]
    fn a_warm_up_doubles_from_day_to_day_unless_it_has_numbers_of_its_own() {
        let from = jiff::civil::date(2026, 12, 1);
        let usual = WarmUp { from, per_day: Vec::new() };
        let check = |up: &WarmUp, time: &str, expected: Option<(u32, &str)>| {
            assert_eq!(up.at(at(time)), expected.map(|(max, next)| (max, at(next))), "{time}");
        };
        check(&usual, "2026-11-30T12:00:00Z", Some((50, "2026-12-02T00:00:00Z")));
        check(&usual, "2026-12-01T23:59:59Z", Some((50, "2026-12-02T00:00:00Z")));
        check(&usual, "2026-12-03T00:00:00Z", Some((200, "2026-12-04T00:00:00Z")));
        check(&usual, "2026-12-14T23:00:00Z", Some((409_600, "2026-12-15T00:00:00Z")));
        check(&usual, "2026-12-15T00:00:00Z", None);
        let own = WarmUp { from, per_day: vec![20, 35] };
        check(&own, "2026-12-02T10:00:00Z", Some((35, "2026-12-03T00:00:00Z")));
        check(&own, "2026-12-03T00:00:00Z", None);
    }

    #[test]
    fn a_place_is_free_when_all_of_its_slot_is_a_day_old() {
        let slots = [Slot { at: minutes(0), count: 2 }, Slot { at: minutes(60), count: 1 }];
        let full = sender_use("the sender", (3, None), &slots, minutes(90));
        assert_eq!((full.used, full.frees_at), (3, Some(minutes(24 * 60 + 15))));
        let over = sender_use("the sender", (1, None), &slots, minutes(90));
        assert_eq!(over.frees_at, Some(minutes(25 * 60 + 15)), "of three, all must be past before there is one place");
        let later = sender_use("the sender", (3, None), &slots, minutes(24 * 60 + 15));
        assert_eq!((later.used, later.frees_at), (1, None));
    }

    #[test]
    fn a_new_day_of_the_warm_up_may_come_first() {
        let slots = [Slot { at: minutes(20 * 60), count: 50 }];
        let tomorrow = minutes(24 * 60);
        let full = sender_use("the sender", (50, Some((100, tomorrow))), &slots, minutes(21 * 60));
        assert_eq!((full.frees_at, full.warming_up), (Some(tomorrow), true));
        let no_more = sender_use("the sender", (50, Some((50, tomorrow))), &slots, minutes(21 * 60));
        assert_eq!(no_more.frees_at, Some(minutes(44 * 60 + 15)));
    }

    proptest! {
        /// Whoever asks whenever, and waits for as long as is said, no stretch of a day holds more than the limit.
        #[test]
        fn no_day_holds_more_than_the_limit(max in 1u32..6, asks in proptest::collection::vec(0i64..3000, 1..40)) {
            let mut waiting: Vec<i64> = asks;
            let mut sent: Vec<i64> = Vec::new();
            for _ in 0..3000 {
                waiting.sort_unstable();
                if waiting.is_empty() { break; }
                let now = waiting.remove(0);
                let mut slots: Vec<Slot> = sent.iter().map(|m| Slot { at: slot_of(minutes(*m)), count: 1 }).collect();
                slots.sort_by_key(|s| s.at);
                let used = sender_use("the sender", (max, None), &slots, minutes(now));
                if let Some(free) = used.frees_at {
                    prop_assert!(used.used >= max && free > minutes(now));
                    waiting.push(free.duration_since(minutes(0)).as_mins());
                } else {
                    prop_assert!(used.used < max);
                    sent.push(now);
                }
            }
            prop_assert!(waiting.is_empty());
            for first in &sent {
                let day = sent.iter().filter(|m| (first..&(first + 24 * 60)).contains(m)).count();
                prop_assert!(day <= max as usize, "{} in a day", day);
            }
        }
    }
}
