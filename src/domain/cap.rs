//! Limits on how often one shopper is written to: any stretch of time of a length holds at most so many messages.

use crate::domain::cart::SaturatingInstant as _;
use crate::domain::duration::Length;
use crate::domain::event::ChannelKind;
use crate::domain::nudge::{CapUse, LOOK_AGAIN};
use jiff::Timestamp;

/// A limit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limit {
    /// Whose: `the store`, or the place whose law it is.
    pub whose: String,
    /// By which channel; all of them together where none is given.
    pub channel: Option<ChannelKind>,
    /// How many messages.
    pub max: u32,
    /// In any stretch of time of this length.
    pub within: Length,
}

/// A message that the shopper got, or may be getting now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Got {
    /// By which channel.
    pub channel: ChannelKind,
    /// When it left, or was claimed.
    pub at: Timestamp,
    /// It is on its way, and may yet be refused.
    pub under_way: bool,
}

/// How far a limit is used up for one more message by `channel`; none where it says nothing about that channel. `got` is in the order of time.
pub fn used(limit: Limit, channel: ChannelKind, got: &[Got], now: Timestamp) -> Option<CapUse> {
    let about = |c: ChannelKind| limit.channel.is_none_or(|only| only == c);
    if !about(channel) {
        return None;
    }
    let since = now.saturating_add_lossy(-limit.within.0);
    let counted: Vec<&Got> = got.iter().filter(|g| about(g.channel) && g.at > since).collect();
    let used = u32::try_from(counted.len()).unwrap_or(u32::MAX);
    let frees_at = used.checked_sub(limit.max).and_then(|past| counted.get(usize::try_from(past).ok()?)).map(|first| {
        // One that is on its way is looked at again soon: if it is refused, its place is free.
        let soon = counted.iter().any(|g| g.under_way).then(|| now.saturating_add_lossy(LOOK_AGAIN));
        let passed = first.at.saturating_add_lossy(limit.within.0);
        soon.map_or(passed, |soon| soon.min(passed))
    });
    Some(CapUse { whose: limit.whose, channel: limit.channel, max: limit.max, within: limit.within, used, frees_at })
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::SignedDuration;
    use proptest::prelude::*;

    fn limit(channel: Option<ChannelKind>, max: u32, hours: i64) -> Limit {
        Limit { whose: "the store".into(), channel, max, within: Length::hours(hours) }
    }

    fn at(minutes: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_mins(minutes)
    }

    fn mail(minutes: i64) -> Got {
        Got { channel: ChannelKind::Email, at: at(minutes), under_way: false }
    }

    #[test]
    fn the_place_of_the_oldest_is_free_when_it_is_past_the_length() {
        let full = used(limit(None, 2, 1), ChannelKind::Sms, &[mail(0), mail(10), mail(20)], at(30)).expect("a limit");
        assert_eq!((full.used, full.frees_at), (3, Some(at(70))), "of three, the second must be past it before there is one place");
        let free = used(limit(None, 2, 1), ChannelKind::Sms, &[mail(0), mail(10)], at(60)).expect("a limit");
        assert_eq!((free.used, free.frees_at), (1, None));
        assert_eq!(used(limit(Some(ChannelKind::Email), 1, 1), ChannelKind::Sms, &[mail(0)], at(1)), None);
        let under_way = Got { under_way: true, ..mail(0) };
        let soon = used(limit(None, 1, 24), ChannelKind::Email, &[under_way], at(1)).expect("a limit");
        assert_eq!(soon.frees_at, Some(at(1) + LOOK_AGAIN));
    }

    proptest! {
        /// However requests come, and whatever waits goes out when its place is said to be free, no stretch of time holds more than it may.
        #[test]
        fn no_stretch_of_time_ever_holds_more_than_the_limit(max in 1u32..4, hours in 1i64..30, asks in proptest::collection::vec(0i64..4000, 1..30)) {
            let mut waiting: Vec<Timestamp> = asks.into_iter().map(at).collect();
            let mut sent: Vec<Got> = Vec::new();
            for _ in 0..2000 {
                waiting.sort();
                if waiting.is_empty() { break; }
                let now = waiting.remove(0);
                let cap = used(limit(None, max, hours), ChannelKind::Email, &sent, now).expect("a limit");
                if let Some(at) = cap.frees_at { prop_assert!(cap.used >= max && at > now); waiting.push(at); } else { prop_assert!(cap.used < max); sent.push(Got { channel: ChannelKind::Email, at: now, under_way: false }); }
            }
            prop_assert!(waiting.is_empty(), "everything gets its turn");
            for first in &sent {
                let until = first.at + SignedDuration::from_hours(hours);
                let held = sent.iter().filter(|g| g.at >= first.at && g.at < until).count();
                prop_assert!(held <= max as usize, "{held} from {}", first.at);
            }
        }
    }
}
