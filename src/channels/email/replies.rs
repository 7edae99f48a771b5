//! What an SMTP server's refusal means for us: whose fault it is, and whether to try again.

use crate::channels::{Fault, Outcome};
use jiff::SignedDuration;

const REASON_MAX: usize = 200; // characters
/// How long to wait when it is the settings that must change: nothing is lost meanwhile.
pub const SETTINGS_WAIT: SignedDuration = SignedDuration::from_mins(15);

/// How far a conversation had come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// TCP, TLS, greeting, EHLO, STARTTLS.
    Connect,
    /// AUTH.
    Auth,
    /// MAIL FROM.
    Mail,
    /// RCPT TO.
    Rcpt,
    /// DATA, and the message up to its final dot.
    Data,
    /// The final dot was, or may have been, written.
    Dot,
}

impl Stage {
    fn name(self) -> &'static str {
        match self {
            Self::Connect => "when connecting",
            Self::Auth => "at AUTH",
            Self::Mail => "at MAIL",
            Self::Rcpt => "at RCPT",
            Self::Data => "at DATA",
            Self::Dot => "after the message",
        }
    }
}

/// A server's negative reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// `550`
    pub code: u16,
    /// What follows it, enhanced status included.
    pub text: String,
}

/// What a server says in its text where it gives no enhanced status. Lower case; the first list that knows a part of the text decides.
///
/// From the usual replies of Postfix, Exim, Exchange, Sendmail and qmail, and of large mailbox providers.
const FULL: &[&str] = &["mailbox full", "mailbox is full", "over quota", "quota exceeded", "exceeded storage", "insufficient storage"];
const UNKNOWN: &[&str] = &[
    "no such user",
    "user unknown",
    "unknown user",
    "user not found",
    "no such recipient",
    "recipient not found",
    "unknown recipient",
    "no mailbox here",
    "no such mailbox",
    "mailbox not found",
    "mailbox does not exist",
    "account does not exist",
    "does not exist here",
    "invalid mailbox",
    "invalid recipient",
    "account has been disabled",
    "account is disabled",
    "unrouteable address",
];
const OURS: &[&str] = &[
    "spam",
    "blocked",
    "blacklist",
    "blocklist",
    "block list",
    "listed",
    "reputation",
    "policy",
    "dmarc",
    "dkim",
    "spf",
    "unauthenticated",
    "authentication",
    "not authorized",
    "not permitted",
    "relay",
    "rcpthosts",
    "sender rejected",
];
const SLOW: &[&str] = &[
    "throttl",
    "rate limit",
    "sending rate",
    "sending limit",
    "sending quota",
    "message quota",
    "too many",
    "too much mail",
    "slow down",
    "server busy",
    "shutting down",
];
/// A server that has not seen the three of sender, recipient and address together yet: it says so of every first mail, and means this one alone.
const GREYLISTED: &[&str] = &["greylist", "graylist", "grey list", "gray list", "grey-list"];

/// Subject and detail of an enhanced status: 1 and 1 of `5.1.1`.
type Status = (u16, u16);

/// The outcome of a negative reply. `recipient` is kept out of the reason.
pub fn refused(stage: Stage, reply: &Reply, recipient: &str) -> Outcome {
    let status = enhanced(reply);
    let class = reply.code / 100;
    let shown = status.map(|(subject, detail)| format!(" {class}.{subject}.{detail}")).unwrap_or_default();
    let told = redact(&reply.text, recipient);
    let reason = format!("the mail server answered {}{shown} {}: {told}", reply.code, stage.name());
    let reason = reason.chars().take(REASON_MAX).collect();
    // "User jo unknown" says the same as "user unknown".
    let told = told.replace("[address] ", "").to_lowercase();
    if reply.code < 500 && reply.code != 421 {
        return if holds_for_all(stage, status, &told) { Outcome::held(reason, None) } else { Outcome::later(reason, None) };
    }
    if reply.code == 421 {
        return Outcome::held(reason, None);
    }
    // 530, 534, 535, 538: credentials (RFC 4954, section 6). Whoever is refused on arrival hasn't been heard either.
    if matches!(stage, Stage::Connect | Stage::Auth) || matches!(reply.code, 530 | 534 | 535 | 538) {
        return Outcome::held(format!("{reason}; check the e-mail settings"), Some(SETTINGS_WAIT));
    }
    // "Congestion", by which large providers also say that the day's quota is used up.
    if status == Some((4, 5)) || (status.is_none() && knows(SLOW, &told)) {
        return Outcome::held(reason, Some(SETTINGS_WAIT));
    }
    match fault((stage, reply.code), status, &told) {
        Some(fault) => Outcome::Refused { reason, fault },
        None => Outcome::later(reason, None),
    }
}

/// Does a passing refusal mean everything that goes this way? Then going on would only make it worse.
fn holds_for_all(stage: Stage, status: Option<Status>, told: &str) -> bool {
    if matches!(stage, Stage::Rcpt | Stage::Dot) && knows(GREYLISTED, told) {
        return false;
    }
    match status {
        // 4.7: we send too much, or aren't trusted yet; 4.3: the server itself; 4.4.5: congestion.
        Some((7 | 3, _) | (4, 5)) => true,
        Some((2, _)) => false,
        Some(_) => matches!(stage, Stage::Connect | Stage::Auth),
        None => matches!(stage, Stage::Connect | Stage::Auth) || knows(SLOW, told),
    }
}

/// Whose fault a final refusal is; none if it may pass in spite of its class.
///
/// Enhanced codes: IANA's "SMTP Enhanced Status Codes" registry, RFC 3463. An address is given up for good, so only a clear word does that.
fn fault((stage, code): (Stage, u16), status: Option<Status>, told: &str) -> Option<Fault> {
    let at_recipient = stage == Stage::Rcpt;
    match status {
        // Mailbox full; expired in a queue.
        Some((2, 2) | (4, 7)) => None,
        Some((1, 1 | 2 | 3 | 6 | 10) | (2, 1)) => Some(Fault::Recipient),
        Some((1, 7 | 8)) | Some((7, _)) => Some(Fault::Sender),
        // "Other": as good as none.
        Some((0..=2, 0)) | None => told_fault((stage, code), told),
        Some((1, _) | (4, _)) if at_recipient => Some(Fault::Recipient),
        Some((1, _)) => Some(Fault::Sender),
        Some(_) => Some(Fault::Content),
    }
}

/// By text, stage and code alone (RFC 5321, section 4.2.2).
fn told_fault((stage, code): (Stage, u16), told: &str) -> Option<Fault> {
    match (stage, code) {
        _ if knows(FULL, told) => None,
        _ if knows(OURS, told) => Some(Fault::Sender),
        (Stage::Rcpt | Stage::Dot, _) if knows(UNKNOWN, told) => Some(Fault::Recipient),
        (Stage::Mail, 550 | 551 | 553 | 554) | (Stage::Rcpt, 554) => Some(Fault::Sender),
        // No mailbox, no access, or a rule: it doesn't say which. Storage exceeded: the mailbox is full.
        (Stage::Rcpt, 550..=553) => None,
        _ => Some(Fault::Content),
    }
}

fn knows(list: &[&str], told: &str) -> bool {
    list.iter().any(|part| told.contains(part))
}

/// The enhanced status: at the beginning (RFC 2034), or where it stands in brackets or behind a `#`, as some servers write it.
fn enhanced(reply: &Reply) -> Option<Status> {
    let mut words = reply.text.split_whitespace();
    let first = words.next()?;
    status(first, reply.code / 100).or_else(|| {
        let mut marked = words.chain([first]).filter(|word| word.starts_with(['(', '[', '#']));
        marked.find_map(|word| status(word.trim_matches(|c: char| !c.is_ascii_digit()), reply.code / 100))
    })
}

/// Subject and detail of `5.1.1`.
fn status(word: &str, class: u16) -> Option<Status> {
    let mut parts = word.split('.').map(|part| part.parse::<u16>().ok());
    let found = (parts.next()??, parts.next()??, parts.next()??);
    (found.0 == class && parts.next().is_none()).then_some((found.1, found.2))
}

/// A reply without addresses, the recipient's name before the `@` included.
pub fn redact(text: &str, recipient: &str) -> String {
    let local = recipient.split('@').next().unwrap_or_default().to_lowercase();
    let names_someone = |word: &str| {
        let word = word.to_lowercase();
        let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
        word.contains('@') || word.contains("%40") || (!local.is_empty() && (bare == local || (local.len() > 3 && word.contains(&local))))
    };
    let words = text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|w| !w.is_empty());
    words.map(|word| if names_someone(word) { "[address]" } else { word }).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::channels::Holds;

    fn answer(stage: Stage, code: u16, text: &str) -> Outcome {
        refused(stage, &Reply { code, text: text.to_owned() }, "jo@example.com")
    }

    #[test]
    fn a_refusal_blames_whom_its_code_names() {
        let check = |stage, code, text: &str, expected: Option<Fault>| match answer(stage, code, text) {
            Outcome::Refused { fault, .. } => assert_eq!(Some(fault), expected, "{stage:?} {code} {text}"),
            Outcome::TryLater { .. } => assert_eq!(None, expected, "{stage:?} {code} {text}"),
            other => panic!("{other:?}"),
        };
        use Fault::{Content, Recipient, Sender};
        for text in ["5.1.1 no such user", "5.1.2 x", "5.1.3 x", "5.1.6 moved", "5.1.10 null MX", "5.2.1 disabled"] {
            check(Stage::Rcpt, 550, text, Some(Recipient));
        }
        check(Stage::Dot, 550, "5.1.1 no such user", Some(Recipient));
        check(Stage::Rcpt, 550, "5.4.1 access denied", Some(Recipient));
        check(Stage::Dot, 550, "5.7.26 unauthenticated", Some(Sender));
        check(Stage::Dot, 550, "5.7.515 access denied", Some(Sender));
        check(Stage::Rcpt, 554, "5.7.1 relaying denied", Some(Sender));
        check(Stage::Rcpt, 550, "5.7.1 no such user", Some(Sender));
        check(Stage::Mail, 550, "not you", Some(Sender));
        check(Stage::Mail, 553, "5.1.8 bad sender", Some(Sender));
        check(Stage::Dot, 552, "5.3.4 too big", Some(Content));
        check(Stage::Dot, 554, "5.6.0 syntax", Some(Content));
        check(Stage::Dot, 554, "transaction failed", Some(Content));
        check(Stage::Rcpt, 552, "5.2.2 full", None);
        check(Stage::Rcpt, 552, "storage", None);
        check(Stage::Dot, 554, "5.4.7 expired", None);
        check(Stage::Auth, 535, "5.7.8 bad password", None);
        check(Stage::Mail, 530, "5.7.0 log in first", None);
        check(Stage::Connect, 554, "5.7.1 blocked", None);
    }

    #[test]
    fn an_address_is_given_up_on_a_clear_word_only() {
        let check = |text: &str, expected: Option<Fault>| {
            for text in [text.to_owned(), format!("5.0.0 {text}"), format!("5.1.0 {text}")] {
                match answer(Stage::Rcpt, 550, &text) {
                    Outcome::Refused { fault, .. } => assert_eq!(Some(fault), expected, "{text}"),
                    other => assert_eq!((other.clone(), None), (Outcome::later(reason(&other), None), expected), "{text}"),
                }
            }
        };
        check("Unknown user account", Some(Fault::Recipient));
        check("sorry, no mailbox here by that name", Some(Fault::Recipient));
        check("Mailbox full", None);
        check("Requested action not taken: mailbox unavailable", None);
        check("", None);
        check("Blocked, see https://example.com", Some(Fault::Sender));
        check("sorry, that domain isn't in my list of allowed rcpthosts", Some(Fault::Sender));
        check("we do not relay", Some(Fault::Sender));
        assert!(matches!(answer(Stage::Rcpt, 550, "sorry, nobody (#5.1.1)"), Outcome::Refused { fault: Fault::Recipient, .. }));
        assert!(matches!(answer(Stage::Rcpt, 550, "denied [5.7.1]"), Outcome::Refused { fault: Fault::Sender, .. }));
    }

    fn reason(outcome: &Outcome) -> String {
        match outcome {
            Outcome::TryLater { reason, .. } | Outcome::Refused { reason, .. } | Outcome::Unknown { reason } => reason.clone(),
            Outcome::Accepted { .. } => String::new(),
        }
    }

    #[test]
    fn who_is_told_to_slow_down_does() {
        let check = |stage, code, text: &str, holds: Holds| match answer(stage, code, text) {
            Outcome::TryLater { holds: found, .. } => assert_eq!(found, holds, "{stage:?} {code} {text}"),
            other => panic!("{other:?}"),
        };
        for stage in [Stage::Connect, Stage::Mail, Stage::Rcpt, Stage::Data, Stage::Dot] {
            check(stage, 421, "4.7.0 slow down", Holds::Channel);
            check(stage, 421, "bye", Holds::Channel);
            check(stage, 451, "4.7.500 server busy", Holds::Channel);
            check(stage, 452, "4.3.1 no room", Holds::Channel);
        }
        check(Stage::Dot, 454, "Throttling failure: Maximum sending rate exceeded", Holds::Channel);
        check(Stage::Rcpt, 550, "5.4.5 daily sending quota exceeded", Holds::Channel);
        check(Stage::Dot, 550, "too many messages today", Holds::Channel);
        check(Stage::Connect, 450, "not now", Holds::Channel);
        check(Stage::Rcpt, 450, "4.7.1 greylisted", Holds::Message);
        check(Stage::Rcpt, 450, "4.2.0 try again", Holds::Message);
        check(Stage::Rcpt, 452, "4.2.2 mailbox full", Holds::Message);
        check(Stage::Rcpt, 450, "4.1.8 can't find your domain", Holds::Message);
        check(Stage::Dot, 451, "try again", Holds::Message);
    }

    #[test]
    fn the_status_is_recorded_where_one_can_find_it() {
        let said = reason(&answer(Stage::Rcpt, 550, "sorry, no mailbox here by that name. (#5.1.1)"));
        assert!(said.starts_with("the mail server answered 550 5.1.1 at RCPT: "), "{said}");
        let said = reason(&answer(Stage::Dot, 554, "1.2.3.4 is listed by 5.1.1.example"));
        assert!(said.starts_with("the mail server answered 554 after the message: "), "{said}");
    }

    #[test]
    fn a_reason_names_nobody() {
        let check = |text: &str, expected: &str| assert_eq!(redact(text, "jo.doe@example.com"), expected);
        check("5.1.1 <Jo.Doe@example.com>: unknown\r\n", "5.1.1 [address] unknown");
        check("User 'jo.doe' unknown, see https://x.y/?a=jo%40z", "User [address] unknown, see [address]");
        check("mailbox jo.doe/example not found", "mailbox [address] not found");
        assert_eq!(redact("user jo (journal) unknown", "jo@example.com"), "user [address] (journal) unknown");
    }
}
