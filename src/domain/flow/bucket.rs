//! A token bucket that is one instant: when it will be full again (the generic cell rate algorithm, ITU-T I.371). Time is an argument.

use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// No sender is faster, and none needs a limit then.
const MESSAGES_MAX: u32 = 1_000_000;

/// So many messages in such a time, and so many at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    messages: u32,
    /// Microseconds: of a second, a minute or an hour.
    per_us: i64,
    burst: u32,
}

const SECOND_US: i64 = 1_000_000;
/// What may stand after the number, with its length.
const UNITS: [(&str, i64); 3] = [("s", SECOND_US), ("min", 60 * SECOND_US), ("h", 3600 * SECOND_US)];

impl Rate {
    /// So many a second, and as many at once.
    pub const fn per_second(messages: u32) -> Self {
        Self { messages, per_us: SECOND_US, burst: messages }
    }

    /// How many may leave at once after a pause.
    pub fn burst(self) -> u32 {
        self.burst
    }

    /// From one message to the next, in microseconds.
    fn interval(self) -> i64 {
        (self.per_us / i64::from(self.messages.max(1))).max(1)
    }

    /// One second's worth, and one at least: a worker looks about once a second.
    fn usual_burst(messages: u32, per_us: i64) -> u32 {
        let worth = i64::from(messages) * SECOND_US / per_us;
        u32::try_from(worth).unwrap_or(messages).max(1)
    }
}

impl std::str::FromStr for Rate {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let bad = || format!("{text:?} is not a rate; expected one such as \"14/s\", \"75/min\", \"1000/h\" or \"14/s burst 30\"");
        let mut words = text.split_whitespace();
        let (count, unit) = words.next().and_then(|rate| rate.split_once('/')).ok_or_else(bad)?;
        let number = |text: &str| text.parse::<u32>().ok().filter(|n| (1..=MESSAGES_MAX).contains(n)).ok_or_else(bad);
        let messages = number(count)?;
        let per_us = UNITS.iter().find(|(name, _)| *name == unit).map(|(_, length)| *length).ok_or_else(bad)?;
        let burst = match (words.next(), words.next(), words.next()) {
            (None, ..) => Self::usual_burst(messages, per_us),
            (Some("burst"), Some(most), None) => number(most)?,
            _ => return Err(bad()),
        };
        Ok(Self { messages, per_us, burst })
    }
}

impl std::fmt::Display for Rate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let unit = UNITS.iter().find(|(_, length)| *length == self.per_us).map_or("s", |(name, _)| name);
        write!(f, "{}/{unit}", self.messages)?;
        if self.burst == Self::usual_burst(self.messages, self.per_us) { Ok(()) } else { write!(f, " burst {}", self.burst) }
    }
}

impl Serialize for Rate {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Rate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// How far a bucket is emptied: when it is full again, in microseconds since 1970. The default is a full one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Bucket {
    /// As stored.
    pub full_at_us: i64,
}

impl Bucket {
    /// What is still missing at an instant, in microseconds. Never more than a whole bucket, whatever the clocks that wrote it said.
    fn missing(self, rate: Rate, now_us: i64) -> i64 {
        self.full_at_us.saturating_sub(now_us).clamp(0, i64::from(rate.burst) * rate.interval())
    }

    /// How many may leave now.
    pub fn room(self, rate: Rate, now: Timestamp) -> u64 {
        let whole = i64::from(rate.burst) * rate.interval();
        u64::try_from((whole - self.missing(rate, now.as_microsecond())) / rate.interval()).unwrap_or(0)
    }

    /// After so many have left.
    pub fn take(self, rate: Rate, now: Timestamp, count: u64) -> Self {
        let now_us = now.as_microsecond();
        let count = i64::try_from(count).unwrap_or(i64::MAX);
        let missing = self.missing(rate, now_us).saturating_add(count.saturating_mul(rate.interval()));
        Self { full_at_us: now_us.saturating_add(missing) }
    }

    /// When the next may leave, at or after an instant.
    pub fn next_at(self, rate: Rate, now: Timestamp) -> Timestamp {
        let now_us = now.as_microsecond();
        let whole = i64::from(rate.burst) * rate.interval();
        let wait = (self.missing(rate, now_us) + rate.interval() - whole).max(0);
        Timestamp::from_microsecond(now_us.saturating_add(wait)).unwrap_or(now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::SignedDuration;
    use proptest::prelude::*;

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millisecond(1_780_000_000_000 + millis).expect("an instant")
    }

    fn rate(text: &str) -> Rate {
        text.parse().expect("a rate")
    }

    #[test]
    fn rates_are_read_and_written_back() {
        let check = |text: &str, written: &str, burst: u32| {
            assert_eq!((rate(text).to_string(), rate(text).burst()), (written.to_owned(), burst), "{text}");
        };
        check("14/s", "14/s", 14);
        check(" 75/min ", "75/min", 1);
        check("600/min", "600/min", 10);
        check("1000/h burst 30", "1000/h burst 30", 30);
        check("14/s burst 14", "14/s", 14);
        for bad in ["", "14", "0/s", "14/day", "-1/s", "14/s burst", "14/s burst 0", "14/s slowly 3", "14/s burst 3 4", "99999999/s"] {
            assert!(bad.parse::<Rate>().is_err(), "{bad}");
        }
    }

    #[test]
    fn after_a_burst_one_leaves_per_interval() {
        let two = rate("2/s");
        let empty = Bucket::default().take(two, at(0), 2);
        assert_eq!((Bucket::default().room(two, at(0)), empty.room(two, at(0)), empty.room(two, at(499))), (2, 0, 0));
        assert_eq!((empty.room(two, at(500)), empty.room(two, at(1000)), empty.room(two, at(60_000))), (1, 2, 2));
        assert_eq!((empty.next_at(two, at(0)), empty.next_at(two, at(700))), (at(500), at(700)));
    }

    #[test]
    fn a_clock_that_was_far_ahead_costs_no_more_than_one_bucket() {
        let two = rate("2/s");
        let ahead = Bucket::default().take(two, at(3_600_000), 2);
        assert_eq!(ahead.next_at(two, at(0)), at(500));
        assert_eq!(ahead.room(two, at(0)), 0);
    }

    proptest! {
        /// Whoever asks whenever, no stretch of time holds more than a burst and what flows in meanwhile.
        #[test]
        fn no_stretch_of_time_holds_more_than_the_rate(
            messages in 1u32..50, burst in 1u32..80, asks in proptest::collection::vec((0i64..400, 0u64..60), 1..80)
        ) {
            let rate = rate(&format!("{messages}/s burst {burst}"));
            let (mut bucket, mut now, mut left) = (Bucket::default(), 0, Vec::new());
            for (wait, wanted) in asks {
                now += wait;
                let count = wanted.min(bucket.room(rate, at(now)));
                bucket = bucket.take(rate, at(now), count);
                if count < wanted {
                    let next = bucket.next_at(rate, at(now));
                    prop_assert!(next >= at(now) && bucket.room(rate, next) >= 1);
                    if next > at(now) {
                        prop_assert_eq!(bucket.room(rate, next - SignedDuration::from_micros(1)), 0);
                    }
                }
                left.push((now, count));
            }
            for (i, (from, _)) in left.iter().enumerate() {
                let mut sum = 0;
                for (to, count) in &left[i..] {
                    sum += count;
                    let flowed = f64::from(i32::try_from(to - from).expect("short")) / 1000.0 * f64::from(messages);
                    #[allow(clippy::cast_precision_loss)]
                    let sum = sum as f64;
                    prop_assert!(sum <= f64::from(burst) + flowed * 1.01 + 1.0, "{} in {} ms", sum, to - from);
                }
            }
        }
    }
}
