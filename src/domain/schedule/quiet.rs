//! Quiet hours alone, in every zone where the shopper may be.

use crate::domain::campaign::QuietHours;
use crate::domain::schedule::{hours_of_quiet, next_open};
use jiff::Timestamp;
use jiff::civil::Time;
use jiff::tz::TimeZone;

/// Is `time` quiet? The range may span midnight.
pub fn is_quiet(quiet: QuietHours, time: Time) -> bool {
    if quiet.from < quiet.to { time >= quiet.from && time < quiet.to } else { time >= quiet.from || time < quiet.to }
}

/// The first instant at or after `at` that is quiet in none of `zones`; none when there is none in the days ahead (windows that exclude each other).
pub fn next_allowed(at: Timestamp, quiet: Option<QuietHours>, zones: &[TimeZone]) -> Option<Timestamp> {
    if quiet.is_none() { Some(at) } else { next_open(at, &[hours_of_quiet(quiet, &[], false, None)], zones) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::SignedDuration;
    use proptest::prelude::*;

    fn zone(name: &str) -> TimeZone {
        TimeZone::get(name).expect("bundled zone")
    }

    fn quiet(from: (i8, i8), to: (i8, i8)) -> QuietHours {
        QuietHours { from: jiff::civil::time(from.0, from.1, 0, 0), to: jiff::civil::time(to.0, to.1, 0, 0) }
    }

    #[test]
    fn a_night_message_waits_for_the_shoppers_morning() {
        let night = quiet((21, 0), (8, 0));
        let at: Timestamp = "2026-07-01T03:30:00Z".parse().expect("time");
        let next = next_allowed(at, Some(night), &[zone("America/New_York")]).expect("some time");
        assert_eq!(next.to_string(), "2026-07-01T12:00:00Z");
        let both = next_allowed(at, Some(night), &[zone("America/New_York"), zone("America/Los_Angeles")]).expect("some time");
        assert_eq!(both.to_string(), "2026-07-01T15:00:00Z");
        assert_eq!(next_allowed(at, None, &[zone("America/New_York")]), Some(at));
    }

    #[test]
    fn windows_that_exclude_each_other_are_never_allowed() {
        let long = quiet((12, 0), (11, 0));
        let at: Timestamp = "2026-07-01T03:30:00Z".parse().expect("time");
        assert_eq!(next_allowed(at, Some(long), &[zone("Pacific/Auckland"), zone("America/New_York")]), None);
    }

    const ZONES: [&str; 6] =
        ["America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "Asia/Kathmandu", "America/Sao_Paulo", "Pacific/Apia"];

    proptest! {
        #[test]
        fn no_time_found_is_quiet_anywhere_and_none_before_it_was_free(
            second in 1_700_000_000i64..1_900_000_000, from in 0i8..24, length in 1i8..12, a in 0usize..6, b in 0usize..6,
        ) {
            let hours = quiet((from, 0), ((from + length) % 24, 30));
            let zones = [zone(ZONES[a]), zone(ZONES[b])];
            let at = Timestamp::from_second(second).expect("time");
            let free = |t: Timestamp| zones.iter().all(|z| !is_quiet(hours, t.to_zoned(z.clone()).time()));
            if let Some(next) = next_allowed(at, Some(hours), &zones) {
                prop_assert!(next >= at && free(next));
                let mut earlier = at;
                while earlier < next {
                    prop_assert!(!free(earlier), "{earlier} was free, but {next} was given");
                    earlier += SignedDuration::from_mins(1);
                }
            }
        }
    }
}
