//! How values are written for people: money, days, times, lengths of time.

use super::{find, look, say};
use crate::domain::duration::Length;
use crate::domain::money::Money;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// `21 Nov 2026, 14:05`, where the one who looks is, else in the given zone.
pub fn instant(at: Timestamp, zone: &TimeZone) -> String {
    clock(at, &look().zone.unwrap_or_else(|| zone.clone()), "%H:%M")
}

/// The same in the given zone, with its clock as precise as is asked for.
pub fn clock(at: Timestamp, zone: &TimeZone, precision: &str) -> String {
    let local = at.to_zoned(zone.clone());
    say("date-time").with("date", day(local.date())).with("time", local.strftime(precision).to_string()).to_string()
}

/// `21 Nov 2026`
pub fn day(date: Date) -> String {
    let month = say(format!("month-{}", date.month()));
    // A year is no number to be grouped.
    say("date-day").with("day", i32::from(date.day())).with("month", month).with("year", date.year().to_string()).to_string()
}

/// `1,234.50`, without the currency.
pub fn amount(money: Money) -> String {
    grouped(&money.amount())
}

/// `1,234.50 USD`
pub fn money(money: Money) -> String {
    format!("{} {}", amount(money), money.currency)
}

/// `1 hour`, `5 days`, `10 minutes`.
pub fn length(length: Length) -> String {
    let (count, unit) = parts(length);
    say(format!("length-{unit}")).with("count", count).to_string()
}

/// `1h`, `5d`, `10m`: as people type it.
pub fn short_length(length: Length) -> String {
    let (count, unit) = parts(length);
    format!("{count}{unit}")
}

fn parts(length: Length) -> (i64, char) {
    let seconds = length.0.as_secs();
    match seconds {
        s if s >= 172_800 && s % 86_400 == 0 => (s / 86_400, 'd'),
        s if s >= 3_600 && s % 3_600 == 0 => (s / 3_600, 'h'),
        s if s >= 60 && s % 60 == 0 => (s / 60, 'm'),
        s => (s, 's'),
    }
}

/// With a capital at its beginning and a full stop at its end.
pub fn sentence(text: &str) -> String {
    let text = text.trim();
    capital(text) + stop(text)
}

/// With a capital at its beginning.
pub fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().into_iter().flat_map(char::to_uppercase).chain(chars).collect()
}

/// The full stop that a text lacks to be a sentence.
pub fn stop(text: &str) -> &'static str {
    if text.is_empty() || text.ends_with(['.', '!', '?']) { "" } else { "." }
}

/// A plain number with the language's own separators: `1234.5` becomes `1,234.5` or `1.234,5`.
pub fn grouped(plain: &str) -> String {
    let mark = |key, usual: &str| find(key).unwrap_or_else(|| usual.to_owned());
    let (sign, digits) = plain.strip_prefix('-').map_or(("", plain), |d| ("−", d));
    let (whole, rest) = digits.split_once('.').map_or((digits, String::new()), |(w, r)| (w, format!("{}{r}", mark("number-point", "."))));
    let group = mark("number-group", ",");
    let mut text = sign.to_owned();
    for (i, c) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i).is_multiple_of(3) {
            text.push_str(&group);
        }
        text.push(c);
    }
    text + &rest
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::{Language, speaking};

    fn german<T>(act: impl FnOnce() -> T) -> T {
        speaking(Language::of("de").expect("German"), act)
    }

    #[test]
    fn numbers_have_the_languages_separators() {
        let check = |plain: &str, english: &str, in_german: &str| {
            assert_eq!(grouped(plain), english);
            assert_eq!(german(|| grouped(plain)), in_german);
        };
        check("0", "0", "0");
        check("999", "999", "999");
        check("1234.50", "1,234.50", "1.234,50");
        check("-1000000", "−1,000,000", "−1.000.000");
    }

    #[test]
    fn amounts_are_grouped_by_thousands_and_keep_their_decimals() {
        let check = |minor: i64, code: &str, expected: &str| {
            assert_eq!(money(Money::new(minor, code.parse().expect("currency"))), expected);
        };
        check(0, "USD", "0.00 USD");
        check(123_456, "USD", "1,234.56 USD");
        check(-100_000_000, "EUR", "−1,000,000.00 EUR");
        check(23_600, "JPY", "23,600 JPY");
        check(999, "JPY", "999 JPY");
        check(1_234_567, "KWD", "1,234.567 KWD");
    }

    #[test]
    fn lengths_of_time_are_said_in_the_largest_unit_that_fits() {
        let check = |text: &str, long: &str, short: &str| {
            let parsed: Length = text.parse().expect("length");
            assert_eq!((length(parsed).as_str(), short_length(parsed).as_str()), (long, short));
            assert_eq!(short.parse::<Length>(), Ok(parsed));
        };
        check("PT1H", "1 hour", "1h");
        check("PT24H", "24 hours", "24h");
        check("P5D", "5 days", "5d");
        check("PT10M", "10 minutes", "10m");
        check("PT90S", "90 seconds", "90s");
        check("PT0S", "0 seconds", "0s");
    }

    #[test]
    fn texts_become_sentences() {
        let check = |text: &str, expected: &str| assert_eq!(sentence(text), expected);
        check("the store is paused", "The store is paused.");
        check("Éclair?", "Éclair?");
        check("", "");
    }
}
