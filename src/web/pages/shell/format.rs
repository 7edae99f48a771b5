//! How values are written for people: money, times, lengths of time, states.

use crate::db::shops::Shop;
use crate::domain::cart::CartState;
use crate::domain::duration::Length;
use crate::domain::event::ChannelKind;
use crate::domain::money::Money;
use crate::domain::nudge::NudgeState;
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// An instant: for machines, and for people in the store's zone.
pub struct When {
    pub machine: String,
    pub text: String,
}

/// A word with the tone in which it is shown: `good`, `busy`, `bad`, `quiet`.
#[derive(Clone, Copy)]
pub struct Badge {
    pub text: &'static str,
    pub tone: &'static str,
}

/// The store's zone.
pub fn zone(shop: &Shop) -> TimeZone {
    TimeZone::get(&shop.timezone).unwrap_or(TimeZone::UTC)
}

/// `21 Nov 2026, 14:05`
pub fn when(at: Timestamp, zone: &TimeZone) -> When {
    When { machine: at.to_string(), text: at.to_zoned(zone.clone()).strftime("%-d %b %Y, %H:%M").to_string() }
}

/// `21 Nov 2026, 14:05:09`, where the order of things matters.
pub fn when_exactly(at: Timestamp, zone: &TimeZone) -> When {
    When { machine: at.to_string(), text: at.to_zoned(zone.clone()).strftime("%-d %b %Y, %H:%M:%S").to_string() }
}

/// `1,234.50`, without the currency.
pub fn amount(money: Money) -> String {
    let plain = money.amount();
    let (sign, digits) = plain.strip_prefix('-').map_or(("", plain.as_str()), |d| ("−", d));
    let (whole, rest) = digits.split_once('.').map_or((digits, String::new()), |(w, r)| (w, format!(".{r}")));
    let mut grouped = String::new();
    for (i, c) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(c);
    }
    format!("{sign}{grouped}{rest}")
}

/// `1,234.50 USD`
pub fn money(money: Money) -> String {
    format!("{} {}", amount(money), money.currency)
}

/// `1 hour`, `5 days`, `10 minutes`.
pub fn length(length: Length) -> String {
    let (count, unit) = parts(length);
    let word = match unit {
        'd' => "day",
        'h' => "hour",
        'm' => "minute",
        _ => "second",
    };
    if count == 1 { format!("1 {word}") } else { format!("{count} {word}s") }
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
    let (text, tone) = match state {
        CartState::Open => ("open", "busy"),
        CartState::Abandoned => ("abandoned", "warn"),
        CartState::Recovered => ("recovered", "good"),
        CartState::Purchased => ("bought", "quiet"),
        CartState::Lost => ("lost", "quiet"),
        CartState::Invalid => ("not a shopper", "quiet"),
        CartState::Erased => ("erased", "quiet"),
    };
    Badge { text, tone }
}

/// A nudge's state.
pub fn nudge_state(state: NudgeState) -> Badge {
    let (text, tone) = match state {
        NudgeState::Scheduled => ("waiting", "busy"),
        NudgeState::Sending => ("sending", "busy"),
        NudgeState::Sent => ("sent", "good"),
        NudgeState::Delivered => ("delivered", "good"),
        NudgeState::Failed => ("failed", "bad"),
        NudgeState::Cancelled => ("not sent", "quiet"),
        NudgeState::Unknown => ("unknown", "warn"),
    };
    Badge { text, tone }
}

/// A channel's name.
pub fn channel(kind: ChannelKind) -> &'static str {
    match kind {
        ChannelKind::Email => "e-mail",
        ChannelKind::Sms => "SMS",
        ChannelKind::WhatsApp => "WhatsApp",
    }
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

/// What was just done, by its word in the address.
pub fn notice(word: &str) -> Option<&'static str> {
    const NOTICES: [(&str, &str); 31] = [
        ("saved", "Saved. What is at work stays as it is until you publish."),
        ("publish", "Published. Carts that are abandoned from now on enter this version."),
        ("publish-and-move", "Published. Carts under way are moved to this version, by and by."),
        ("created", "A draft to begin with. Nothing is sent until you publish it."),
        ("cloned", "A copy, as a draft. Its comparison group is drawn anew."),
        ("pause", "Paused. Messages that are planned wait; none is dropped."),
        ("resume", "Resumed. Messages that waited go on."),
        ("archive", "Archived. Its open messages will not be sent."),
        ("template", "Saved and in use from now on."),
        ("retried", "Back in the queue. What still can't be read comes back here."),
        ("nothing", "There was nothing left to retry."),
        ("arrived", "Noted: the message arrived. It is not sent again."),
        ("send_again", "The message is due again. Every rule is asked anew before it leaves; the timeline says what comes of it."),
        ("dismissed", "Dismissed. It comes back if it reaches further."),
        ("domains", "Saved. Pages on these domains may tell what happens on them from now on."),
        ("revoked", "The token is no longer valid."),
        ("digest", "Saved. What you chose is sent from the next time on."),
        ("digest-sent", "Handed to the provider: look into your mailbox."),
        ("note", "Noted. It stands on the time axis from now on."),
        ("note-removed", "The note is removed."),
        ("policy", "Saved. Every message that is decided from now on follows it."),
        ("channel", "Saved. Messages that leave from now on go this way; send yourself a test."),
        ("messages", "Saved. Messages that are made from now on follow it."),
        ("money", "Saved. Every order is worked out anew; figures follow by and by."),
        ("books", "Asked for. The comparison is made in the background."),
        ("taken-in", "Taken in. Compare again to see what is left."),
        ("link-domain", "Saved, and seen to lead here. Links in messages begin with it from now on."),
        ("no-link-domain", "Saved. Links begin with the program's own address again."),
        ("outcome-days", "Saved. All figures of what was caused are worked out anew, which takes a moment."),
        ("fake", "Noted: fake. Nothing is sent for this checkout."),
        ("not_fake", "Noted: not fake, whatever its score. Messages that are decided from now on follow that."),
    ];
    NOTICES.iter().find(|n| n.0 == word).map(|n| n.1)
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
