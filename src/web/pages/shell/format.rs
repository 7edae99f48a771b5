//! How values are written for people: money, times, lengths of time, states.

use crate::db::shops::Shop;
use crate::domain::cart::CartState;
use crate::domain::duration::Length;
use crate::domain::event::ChannelKind;
use crate::domain::money::Money;
use crate::domain::nudge::NudgeState;
use crate::web::words::{self, say};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// An instant: for machines, and for people in the store's zone.
pub struct When {
    pub machine: String,
    pub text: String,
}

/// A word with the tone in which it is shown: `good`, `busy`, `bad`, `quiet`.
#[derive(Clone)]
pub struct Badge {
    pub text: String,
    pub tone: &'static str,
}

/// The store's zone.
pub fn zone(shop: &Shop) -> TimeZone {
    TimeZone::get(&shop.timezone).unwrap_or(TimeZone::UTC)
}

/// `21 Nov 2026, 14:05`, where the one who looks is, else in the given zone.
pub fn when(at: Timestamp, zone: &TimeZone) -> When {
    when_there(at, &words::look().zone.unwrap_or_else(|| zone.clone()))
}

/// The same in the given zone, whoever looks: as a shopper sees it.
pub fn when_there(at: Timestamp, zone: &TimeZone) -> When {
    written(at, zone, "%H:%M")
}

/// `21 Nov 2026, 14:05:09`, where the order of things matters.
pub fn when_exactly(at: Timestamp, zone: &TimeZone) -> When {
    written(at, &words::look().zone.unwrap_or_else(|| zone.clone()), "%H:%M:%S")
}

fn written(at: Timestamp, zone: &TimeZone, clock: &str) -> When {
    let local = at.to_zoned(zone.clone());
    let text = say("date-time").with("date", day(local.date())).with("time", local.strftime(clock).to_string());
    When { machine: at.to_string(), text: text.to_string() }
}

/// `21 Nov 2026`
pub fn day(date: Date) -> String {
    let month = say(format!("month-{}", date.month()));
    // A year is no number to be grouped.
    say("date-day").with("day", i32::from(date.day())).with("month", month).with("year", date.year().to_string()).to_string()
}

/// `1,234.50`, without the currency.
pub fn amount(money: Money) -> String {
    words::grouped(&money.amount())
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

/// A cart's state.
pub fn cart_state(state: CartState) -> Badge {
    let tone = match state {
        CartState::Open => "busy",
        CartState::Abandoned => "warn",
        CartState::Recovered => "good",
        CartState::Purchased | CartState::Lost | CartState::Invalid | CartState::Erased => "quiet",
    };
    Badge { text: say(format!("cart-state-{}", state.as_str())).to_string(), tone }
}

/// A nudge's state.
pub fn nudge_state(state: NudgeState) -> Badge {
    let tone = match state {
        NudgeState::Scheduled | NudgeState::Sending => "busy",
        NudgeState::Sent | NudgeState::Delivered => "good",
        NudgeState::Failed => "bad",
        NudgeState::Cancelled => "quiet",
        NudgeState::Unknown => "warn",
    };
    Badge { text: say(format!("nudge-state-{}", state.as_str())).to_string(), tone }
}

/// A channel's name.
pub fn channel(kind: ChannelKind) -> String {
    say(format!("channel-{}", kind.as_str())).to_string()
}

/// With a capital at its beginning and a full stop at its end.
pub fn sentence(text: &str) -> String {
    let mut chars = text.trim().chars();
    let mut whole: String = chars.next().map(|c| c.to_uppercase().collect()).unwrap_or_default();
    whole.extend(chars);
    if !whole.is_empty() && !whole.ends_with(['.', '!', '?']) {
        whole.push('.');
    }
    whole
}

/// What was just done, by its word in the address; none when no notice is for that word.
pub fn notice(word: &str) -> Option<String> {
    words::find(&format!("notice-{word}"))
}

#[cfg(test)]
mod tests {
    use super::*;

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
