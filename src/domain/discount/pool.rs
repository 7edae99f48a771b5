//! Pools of codes: what a code looks like, which pools an offer needs, and how many codes a pool holds.
//!
//! Codes of one discount end together, while each shopper is promised the same length of time from when the code is given. So an offer has one pool after the
//! other: each gives codes during its window alone, and ends so long after its window as codes are promised to work. A code then never works shorter than
//! promised, and at most a window longer.

use crate::domain::cart::SaturatingInstant as _;
use crate::domain::duration::Length;
use jiff::{SignedDuration, Timestamp};

/// Letters and digits that can't be taken for one another, and no vowels, so that no code is a word.
const LETTERS: &[u8; 28] = b"BCDFGHJKMNPQRSTVWXYZ23456789";
/// So many of them: about 3 in 10^14 to guess one.
const CODE_LENGTH: usize = 10;
/// Bytes from here on are passed over, so that each letter is as likely as any other.
const FAIR: u8 = 252;
/// A window is as long as its codes are promised to work, within these bounds.
const WINDOW_MIN: SignedDuration = SignedDuration::from_hours(1);
const WINDOW_MAX: SignedDuration = SignedDuration::from_hours(24);
/// The next window's pool is made when so much of this one is left: one part of so many.
const AHEAD: i32 = 4;
/// At most so long ahead.
const AHEAD_MAX: SignedDuration = SignedDuration::from_hours(2);
/// A pool holds at least so many codes.
const TARGET_MIN: i64 = 20;
/// And at most so many.
const TARGET_MAX: i64 = 2_000;
/// A pool is filled up when it has less than so many parts of a hundred of what it should hold.
const LOW_PERCENT: i64 = 75;

/// A fresh code, by chance.
pub fn new_code(mut chance: impl FnMut() -> u8) -> String {
    let mut code = String::with_capacity(CODE_LENGTH);
    while code.len() < CODE_LENGTH {
        let byte = chance();
        let letter = LETTERS.get(usize::from(byte) % LETTERS.len()).filter(|_| byte < FAIR);
        code.extend(letter.map(|l| char::from(*l)));
    }
    code
}

/// When a pool gives codes, and when they end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// Codes are given before this instant.
    pub gives_until: Timestamp,
    /// Codes work until then.
    pub ends_at: Timestamp,
}

fn length(valid_for: Length) -> SignedDuration {
    valid_for.0.clamp(WINDOW_MIN, WINDOW_MAX)
}

/// The window into which an instant falls. Windows of an offer follow each other without a gap.
fn window(valid_for: Length, at: Timestamp) -> Window {
    let ms = i64::try_from(length(valid_for).as_millis()).unwrap_or(i64::MAX).max(1);
    let end = (at.as_millisecond().div_euclid(ms)).saturating_add(1).saturating_mul(ms);
    let gives_until = Timestamp::from_millisecond(end).unwrap_or(Timestamp::MAX);
    Window { gives_until, ends_at: gives_until.saturating_add_lossy(valid_for.0) }
}

/// The windows for which an offer needs pools: the one that is, and shortly before its end the next.
pub fn windows(valid_for: Length, now: Timestamp) -> Vec<Window> {
    let current = window(valid_for, now);
    let ahead = (length(valid_for) / AHEAD).min(AHEAD_MAX);
    let next = (current.gives_until.duration_since(now) <= ahead).then(|| window(valid_for, current.gives_until));
    std::iter::once(current).chain(next).collect()
}

/// How many codes a pool should hold: twice what was given within its last window, and what is due soon.
fn target(given_lately: i64, due_soon: i64) -> i64 {
    given_lately.saturating_mul(2).max(due_soon).clamp(TARGET_MIN, TARGET_MAX)
}

/// How many codes to make now. Those that are on their way count as there.
pub fn missing(held: i64, given_lately: i64, due_soon: i64) -> i64 {
    let target = target(given_lately, due_soon);
    if held * 100 < target * LOW_PERCENT { target - held } else { 0 }
}

/// For how long back what was given shows what will be.
pub fn lately(valid_for: Length) -> SignedDuration {
    length(valid_for)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(seconds).expect("an instant")
    }

    #[test]
    fn a_code_has_ten_letters_that_no_one_takes_for_another() {
        let mut byte = 0u8;
        let mut next = || {
            byte = byte.wrapping_add(37);
            byte
        };
        let codes: std::collections::BTreeSet<String> = (0..20).map(|_| new_code(&mut next)).collect();
        assert!(codes.len() > 10, "{codes:?}");
        for code in &codes {
            assert_eq!(code.len(), CODE_LENGTH);
            assert!(!code.contains(|c| "AEIOUL01".contains(c)) && code.bytes().all(|b| LETTERS.contains(&b)), "{code}");
        }
    }

    #[test]
    fn every_letter_is_as_likely_as_any_other() {
        let mut counts = std::collections::BTreeMap::new();
        let mut bytes = (0..=255u8).cycle();
        for _ in 0..252 {
            for letter in new_code(|| bytes.next().expect("for ever")).chars() {
                *counts.entry(letter).or_insert(0) += 1;
            }
        }
        assert!(counts.len() == LETTERS.len() && counts.values().all(|n| *n == 90), "{counts:?}");
    }

    #[test]
    fn a_pool_is_filled_before_it_is_dry_and_not_for_every_code_given() {
        let check = |held, given, due, expected| assert_eq!(missing(held, given, due), expected, "{held} {given} {due}");
        check(0, 0, 0, 20);
        check(14, 0, 0, 6);
        check(15, 0, 0, 0);
        check(20, 50, 0, 80);
        check(100, 50, 0, 0);
        check(0, 0, 300, 300);
        check(0, 0, 1_000_000, 2_000);
    }

    #[test]
    fn the_next_pool_is_there_before_it_is_needed() {
        let day = Length::hours(72);
        let noon = at(12 * 3600);
        assert_eq!(windows(day, noon), [Window { gives_until: at(24 * 3600), ends_at: at(96 * 3600) }]);
        let late = windows(day, at(22 * 3600));
        assert_eq!(late.iter().map(|w| w.gives_until).collect::<Vec<_>>(), [at(24 * 3600), at(48 * 3600)]);
        let hour = windows(Length::hours(1), at(100));
        assert_eq!(hour, [Window { gives_until: at(3600), ends_at: at(7200) }]);
    }

    proptest! {
        #[test]
        fn a_code_never_works_shorter_than_promised_and_at_most_a_window_longer(hours in 1i64..=720, seconds in 0i64..4_000_000_000) {
            let valid_for = Length::hours(hours);
            let now = at(seconds);
            for (i, w) in windows(valid_for, now).into_iter().enumerate() {
                let works = w.ends_at.duration_since(now);
                prop_assert!(works > valid_for.0);
                // The next window's pool is only a reserve for this one.
                let longest = valid_for.0 + length(valid_for) * i32::try_from(i + 1).expect("few");
                prop_assert!(works <= longest, "{works} after {longest}");
                prop_assert!(length(valid_for) <= SignedDuration::from_hours(24) && length(valid_for) <= valid_for.0);
            }
        }
    }
}
