//! Whose click was it? Scanners open every link before a person sees it, chats fetch a preview, browsers fetch ahead: none of them is a shopper.
//!
//! Every opening of a link is kept with what speaks for and against a person. One that is surely a machine's doesn't count; a weak sign alone takes no
//! click away, and is shown. Pictures are not asked for at all, so that no mail program's privacy proxy can pass for a reader.

pub mod networks;

use crate::domain::event::ChannelKind;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// Nobody reads and decides in this time after a mail was handed over: a weak sign, since the clocks of both ends differ.
pub const TOO_SOON: SignedDuration = SignedDuration::from_secs(5);
/// Nobody opens the cart and the preferences within this time of each other: whoever does opens all links there are.
pub const ALL_LINKS_WITHIN: SignedDuration = SignedDuration::from_secs(2);

/// With this Gmail fetches ahead what a mail shows (bird.com/blog/gmail-prefetching-images): an Edge that never was, of a Chrome of 2014.
const GMAIL_AHEAD: &str = "Chrome/42.0.2311.135 Safari/537.36 Edge/12.246 Mozilla/5.0";

/// What is known of a request for a link.
#[derive(Debug, Clone, Copy, Default)]
pub struct Asked<'a> {
    /// Only the head was asked for.
    pub head: bool,
    /// As the program calls itself.
    pub agent: Option<&'a str>,
    /// A list of robots and previewers knows that name.
    pub robot: bool,
    /// It says that it fetches ahead (`Sec-Purpose`, `Purpose`, `X-Moz`).
    pub ahead: bool,
    /// Whose scanner's address it came from, if it did.
    pub network: Option<&'static str>,
    /// By which channel the link was sent, and how long ago.
    pub sent: Option<(ChannelKind, SignedDuration)>,
}

/// What speaks against a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sign {
    /// Only the head was asked for.
    HeadOnly,
    /// The program did not say what it is.
    NoAgent,
    /// It calls itself a robot or previewer.
    Robot,
    /// It fetched ahead.
    FetchedAhead,
    /// It came from a scanner's address.
    ScannerNetwork,
    /// It came sooner than anybody reads: weak.
    TooSoon,
    /// All links of the message were opened at once.
    AllLinks,
}

/// What a request is taken for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judged {
    /// A person's, as far as can be told.
    pub human: bool,
    /// What makes us think so, in a sentence.
    pub why: String,
    /// What speaks against a person, the strongest first.
    pub signs: Vec<Sign>,
}

/// Judges a request by what it brings along.
pub fn judge(asked: &Asked<'_>) -> Judged {
    let mut signs = Vec::new();
    let agent = asked.agent.map(str::trim).unwrap_or_default();
    let found = [
        (asked.head, Sign::HeadOnly),
        (agent.is_empty(), Sign::NoAgent),
        (asked.robot, Sign::Robot),
        (asked.ahead || agent.ends_with(GMAIL_AHEAD), Sign::FetchedAhead),
        (asked.network.is_some(), Sign::ScannerNetwork),
    ];
    signs.extend(found.into_iter().filter(|(is, _)| *is).map(|(_, sign)| sign));
    let surely = signs.first().copied();
    // Who asks for a text's link at once is on the phone already: there it says nothing.
    let soon = asked.sent.is_some_and(|(channel, ago)| channel == ChannelKind::Email && ago < TOO_SOON);
    signs.extend(soon.then_some(Sign::TooSoon));
    let why = match surely {
        Some(Sign::HeadOnly) => "only the head was asked for, as previewers do".to_owned(),
        Some(Sign::NoAgent) => "the program did not say what it is".to_owned(),
        Some(Sign::Robot) => "the program calls itself a robot or previewer".to_owned(),
        Some(Sign::FetchedAhead) => "the program fetched it ahead, before anybody asked".to_owned(),
        Some(_) => format!("it came from an address of {}, which checks links", asked.network.unwrap_or("a scanner")),
        None if soon => {
            format!("an ordinary browser asked for the page, though within {} seconds of the mail's departure", TOO_SOON.as_secs())
        }
        None => "an ordinary browser asked for the page".to_owned(),
    };
    Judged { human: surely.is_none(), why, signs }
}

/// An opening of one of a message's links.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hit {
    /// Of the link back to the cart; else of the one to the preferences.
    pub of_cart: bool,
    /// When.
    pub at: Timestamp,
    /// A person's, judged by itself.
    pub human: bool,
}

/// Does an opening of the cart's link count as a person's, given every other opening of the same message's links, in any order?
pub fn counts(hit: &Hit, others: &[Hit]) -> bool {
    hit.human && !others.iter().any(|o| o.of_cart != hit.of_cart && o.at.duration_since(hit.at).abs() <= ALL_LINKS_WITHIN)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const PHONE: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1";

    fn person() -> Asked<'static> {
        Asked { agent: Some(PHONE), sent: Some((ChannelKind::Email, SignedDuration::from_mins(3))), ..Asked::default() }
    }

    #[test]
    fn each_sure_sign_makes_a_machine_and_a_weak_one_is_only_told() {
        let check = |asked: Asked<'_>, human: bool, signs: &[Sign]| {
            let judged = judge(&asked);
            assert_eq!((judged.human, judged.signs.as_slice()), (human, signs), "{asked:?}: {}", judged.why);
        };
        check(person(), true, &[]);
        check(Asked { head: true, ..person() }, false, &[Sign::HeadOnly]);
        check(Asked { agent: None, ..person() }, false, &[Sign::NoAgent]);
        check(Asked { agent: Some("  "), ..person() }, false, &[Sign::NoAgent]);
        check(Asked { robot: true, ..person() }, false, &[Sign::Robot]);
        check(Asked { ahead: true, ..person() }, false, &[Sign::FetchedAhead]);
        check(Asked { network: Some("Proofpoint"), ..person() }, false, &[Sign::ScannerNetwork]);
        let gmail = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/42.0.2311.135 Safari/537.36 Edge/12.246 Mozilla/5.0";
        check(Asked { agent: Some(gmail), ..person() }, false, &[Sign::FetchedAhead]);
        let soon = |channel| Asked { sent: Some((channel, SignedDuration::from_secs(4))), ..person() };
        check(soon(ChannelKind::Email), true, &[Sign::TooSoon]);
        check(soon(ChannelKind::Sms), true, &[]);
        check(Asked { head: true, ..soon(ChannelKind::Email) }, false, &[Sign::HeadOnly, Sign::TooSoon]);
        assert!(judge(&Asked { network: Some("Proofpoint"), ..person() }).why.contains("Proofpoint"));
    }

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + second).expect("an instant")
    }

    #[test]
    fn whoever_opens_all_links_at_once_is_no_person() {
        let cart = |second, human| Hit { of_cart: true, at: at(second), human };
        let preferences = |second| Hit { of_cart: false, at: at(second), human: true };
        assert!(counts(&cart(100, true), &[]));
        assert!(!counts(&cart(100, false), &[]));
        assert!(!counts(&cart(100, true), &[preferences(102)]), "the other link came after");
        assert!(!counts(&cart(100, true), &[preferences(98)]), "the other link came before");
        assert!(counts(&cart(100, true), &[preferences(103), preferences(40)]), "a person who looks at the preferences later");
        assert!(counts(&cart(100, true), &[cart(100, true), cart(101, true)]), "a double click");
    }

    proptest! {
        #[test]
        fn the_order_in_which_openings_become_known_never_matters(
            hits in proptest::collection::vec((any::<bool>(), 0i64..20, any::<bool>()), 1..8), turn in 0usize..8
        ) {
            let hits: Vec<Hit> = hits.into_iter().map(|(of_cart, s, human)| Hit { of_cart, at: at(s), human }).collect();
            let mut turned = hits.clone();
            turned.rotate_left(turn % hits.len());
            for hit in &hits {
                prop_assert_eq!(counts(hit, &hits), counts(hit, &turned));
            }
        }
    }
}
