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

/// The outcome of a negative reply. `recipient` is kept out of the reason.
pub fn refused(stage: Stage, reply: &Reply, recipient: &str) -> Outcome {
    let said = format!("the mail server answered {} {}: {}", reply.code, stage.name(), redact(&reply.text, recipient));
    let reason = said.chars().take(REASON_MAX).collect();
    if reply.code < 500 {
        return Outcome::later(reason, None);
    }
    // 530, 534, 535, 538: credentials (RFC 4954, section 6). Whoever is refused on arrival hasn't been heard either.
    if matches!(stage, Stage::Connect | Stage::Auth) || matches!(reply.code, 530 | 534 | 535 | 538) {
        return Outcome::held(format!("{reason}; check the e-mail settings"), Some(SETTINGS_WAIT));
    }
    match fault(stage, reply) {
        Some(fault) => Outcome::Refused { reason, fault },
        None => Outcome::later(reason, None),
    }
}

/// Whose fault a final refusal is; none if it will pass in spite of its class.
///
/// Enhanced codes: IANA's "SMTP Enhanced Status Codes" registry, RFC 3463.
fn fault(stage: Stage, reply: &Reply) -> Option<Fault> {
    let at_recipient = stage == Stage::Rcpt;
    match enhanced(&reply.text) {
        // Mailbox full; expired in a queue.
        Some((2, 2) | (4, 7)) => None,
        Some((1, 1 | 2 | 3 | 6 | 10) | (2, 1)) => Some(Fault::Recipient),
        Some((1, 7 | 8)) | Some((7, _)) => Some(Fault::Sender),
        Some((1, _) | (4, _)) if at_recipient => Some(Fault::Recipient),
        Some((1, _)) => Some(Fault::Sender),
        Some(_) => Some(Fault::Content),
        None => bare_fault(stage, reply.code),
    }
}

/// By code and stage alone (RFC 5321, section 4.2.2).
fn bare_fault(stage: Stage, code: u16) -> Option<Fault> {
    match (stage, code) {
        // Storage exceeded: the mailbox is full, which passes.
        (Stage::Rcpt, 552) => None,
        (Stage::Rcpt, 550 | 551 | 553) => Some(Fault::Recipient),
        (Stage::Mail, 550 | 551 | 553 | 554) | (Stage::Rcpt, 554) => Some(Fault::Sender),
        _ => Some(Fault::Content),
    }
}

/// Subject and detail of `5.1.1`.
fn enhanced(text: &str) -> Option<(u16, u16)> {
    let mut parts = text.split_whitespace().next()?.split('.');
    let class: u16 = parts.next()?.parse().ok()?;
    let subject = parts.next()?.parse().ok()?;
    let detail = parts.next()?.parse().ok()?;
    (matches!(class, 4 | 5) && parts.next().is_none()).then_some((subject, detail))
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

    #[test]
    fn a_refusal_blames_whom_its_code_names() {
        let check = |stage, code, text: &str, expected: Option<Fault>| {
            let reply = Reply { code, text: text.to_owned() };
            match refused(stage, &reply, "jo@example.com") {
                Outcome::Refused { fault, .. } => assert_eq!(Some(fault), expected, "{stage:?} {code} {text}"),
                Outcome::TryLater { .. } => assert_eq!(None, expected, "{stage:?} {code} {text}"),
                other => panic!("{other:?}"),
            }
        };
        use Fault::{Content, Recipient, Sender};
        for text in ["5.1.1 no such user", "5.1.2 x", "5.1.3 x", "5.1.6 moved", "5.1.10 null MX", "5.2.1 disabled", "no such user"] {
            check(Stage::Rcpt, 550, text, Some(Recipient));
        }
        check(Stage::Dot, 550, "5.1.1 no such user", Some(Recipient));
        check(Stage::Rcpt, 553, "", Some(Recipient));
        check(Stage::Rcpt, 550, "5.4.1 access denied", Some(Recipient));
        check(Stage::Dot, 550, "5.7.26 unauthenticated", Some(Sender));
        check(Stage::Rcpt, 554, "5.7.1 relaying denied", Some(Sender));
        check(Stage::Mail, 550, "not you", Some(Sender));
        check(Stage::Mail, 553, "5.1.8 bad sender", Some(Sender));
        check(Stage::Dot, 552, "5.3.4 too big", Some(Content));
        check(Stage::Dot, 554, "spam", Some(Content));
        check(Stage::Dot, 554, "5.6.0 syntax", Some(Content));
        check(Stage::Rcpt, 552, "5.2.2 full", None);
        check(Stage::Rcpt, 552, "over quota", None);
        check(Stage::Dot, 554, "5.4.7 expired", None);
        check(Stage::Rcpt, 450, "4.2.1 greylisted", None);
        check(Stage::Dot, 421, "4.7.0 slow down", None);
        check(Stage::Auth, 535, "5.7.8 bad password", None);
        check(Stage::Mail, 530, "5.7.0 log in first", None);
        check(Stage::Connect, 554, "5.7.1 blocked", None);
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
