//! What each answer of each vendor comes to.

use super::{VENDORS, refused, served};
use crate::channels::{Kind, email_message, kind};
use crate::support::mail_api::{Answer, Vendor};
use comeback::channels::{Fault, Holds, Outcome};
use jiff::SignedDuration;
use serde_json::{Value, json};

/// As vendors word their errors: with what was given.
const ECHO: &str = "jo.doe@example.com";

fn said(status: u16, body: Value) -> Answer {
    Answer::Said(status, body, vec![])
}

fn sendgrid(status: u16, field: &str) -> Answer {
    said(status, json!({"errors": [{"message": format!("The value {ECHO} is not accepted."), "field": field, "help": null}]}))
}

fn postmark(status: u16, code: u32, message: &str) -> Answer {
    said(status, json!({"ErrorCode": code, "Message": message}))
}

fn mailgun(status: u16, message: &str) -> Answer {
    said(status, json!({"message": message}))
}

fn ses(status: u16, kind: &'static str, message: &str) -> Answer {
    Answer::Said(status, json!({"message": message}), vec![("x-amzn-ErrorType", kind)])
}

/// The same with every vendor.
fn common() -> Vec<(Answer, Kind)> {
    vec![
        (Answer::Plain(429), Kind::TryLater),
        (Answer::Plain(413), refused(Fault::Content)),
        (Answer::Plain(401), Kind::TryMuchLater),
        (Answer::Plain(403), Kind::TryMuchLater),
        (Answer::Plain(404), Kind::TryMuchLater),
        (Answer::Plain(302), Kind::TryMuchLater),
        (Answer::Plain(408), Kind::Unknown),
        (Answer::Plain(500), Kind::Unknown),
        (Answer::Plain(502), Kind::Unknown),
        (Answer::Plain(503), Kind::Unknown),
        (Answer::Plain(504), Kind::Unknown),
        (Answer::Cut, Kind::Unknown),
        (Answer::Hang, Kind::Unknown),
    ]
}

fn particular(vendor: Vendor) -> Vec<(Answer, Kind)> {
    let (recipient, content, settings) = (refused(Fault::Recipient), refused(Fault::Content), Kind::TryMuchLater);
    match vendor {
        Vendor::SendGrid => vec![
            (sendgrid(400, "personalizations.0.to.0.email"), recipient),
            (sendgrid(400, "from.email"), settings),
            (sendgrid(400, "content"), content),
            (Answer::Plain(400), content),
            (sendgrid(403, "from"), settings),
            (sendgrid(401, ""), settings),
        ],
        Vendor::Postmark => vec![
            (postmark(422, 406, "Found inactive addresses: jo.doe@example.com."), refused(Fault::OptedOut)),
            (postmark(422, 300, "Invalid 'To' address: 'jo.doe@example.com'."), recipient),
            (postmark(422, 300, "Invalid 'From' address: 'jo.doe@example.com'."), settings),
            (postmark(422, 300, "Zero recipients specified"), content),
            (postmark(422, 400, "The Sender Signature was not found"), settings),
            (postmark(422, 401, "The 'From' address is not confirmed"), settings),
            (postmark(422, 405, "Not allowed to send: you ran out of credits"), settings),
            (postmark(422, 412, "Your account is pending approval"), settings),
            (postmark(422, 1235, "The message stream was not found"), settings),
            (postmark(401, 10, "Bad or missing API token"), settings),
            (postmark(200, 406, "Found inactive addresses"), refused(Fault::OptedOut)),
            (postmark(503, 100, "Maintenance"), Kind::Unknown),
            (Answer::Plain(422), content),
            // It may have taken it: only its own word is an acceptance.
            (Answer::Plain(200), Kind::Unknown),
        ],
        Vendor::Mailgun => vec![
            (mailgun(400, "'to' parameter is not a valid address. please check documentation"), recipient),
            (mailgun(400, "to parameter is missing"), recipient),
            (mailgun(400, "'from' parameter is not a valid address. please check documentation"), settings),
            (mailgun(400, "Domain mg.fernandfog.example is not allowed to send: account disabled"), settings),
            (mailgun(400, "Send options (parameters starting with o:, h:, or v:) are limited to 16KB total"), content),
            (mailgun(402, "Payment required"), settings),
            (said(401, json!("Forbidden")), settings),
            (Answer::Plain(400), content),
        ],
        Vendor::Ses => vec![
            (ses(400, "MessageRejected", "Email address is not verified: jo.doe@example.com"), settings),
            (ses(400, "MessageRejected:http://internal.amazon.com/coral/", "Message contains a virus"), content),
            (ses(400, "AccountSuspendedException", ""), settings),
            (ses(400, "SendingPausedException", ""), settings),
            (ses(400, "MailFromDomainNotVerifiedException", ""), settings),
            (ses(400, "LimitExceededException", ""), Kind::TryLater),
            (ses(429, "TooManyRequestsException", "Maximum sending rate exceeded."), Kind::TryLater),
            (ses(429, "TooManyRequestsException", "Daily message quota exceeded."), Kind::TryMuchLater),
            (ses(400, "BadRequestException", "Local address contains control or whitespace"), recipient),
            (ses(400, "BadRequestException", "Configuration set <x> does not exist."), settings),
            (ses(400, "BadRequestException", "Something else"), content),
            (ses(404, "NotFoundException", ""), settings),
            (ses(403, "SignatureDoesNotMatch", ""), settings),
            (Answer::Plain(400), content),
        ],
    }
}

#[tokio::test]
async fn each_answer_of_each_vendor_comes_to_the_right_outcome() {
    for vendor in VENDORS {
        let (server, channel) = served(vendor).await;
        let table: Vec<_> = common().into_iter().chain(particular(vendor)).collect();
        let count = table.len();
        for (answer, expected) in table {
            server.next(answer.clone());
            let outcome = channel.send(&email_message()).await;
            assert_eq!(kind(&outcome), expected, "{vendor:?} {answer:?}: {outcome:?}");
            if let Outcome::TryLater { holds, .. } = outcome {
                assert_eq!(holds, Holds::Channel, "{vendor:?} {answer:?}");
            }
        }
        assert_eq!(server.violations(), Vec::<String>::new(), "{vendor:?}");
        assert_eq!(server.requests().len(), count, "nothing is repeated by itself");
    }
}

#[tokio::test]
async fn each_vendor_says_how_long_to_wait() {
    let seconds = SignedDuration::from_secs;
    let retry = |text: &'static str| Answer::Said(429, json!({}), vec![("Retry-After", text)]);
    // The mail is of 2026-03-01T12:00:00Z.
    let reset = |text: &'static str| Answer::Said(429, json!({}), vec![("X-RateLimit-Reset", text)]);
    let text = |text: &str| mailgun(429, &format!("Domain x is not allowed to send: limit exceeded, try again after {text}"));
    let table = [
        (Vendor::SendGrid, reset("1772366445"), Some(seconds(45))),
        (Vendor::SendGrid, reset("1772366399"), None),
        (Vendor::SendGrid, reset("9999999999"), Some(seconds(86_400))),
        (Vendor::SendGrid, reset("soon"), None),
        (Vendor::Mailgun, text("120 seconds"), Some(seconds(120))),
        (Vendor::Mailgun, text("a while"), None),
        (Vendor::Ses, ses(400, "ThrottlingException", "Daily message quota exceeded."), Some(seconds(3600))),
        (Vendor::Ses, ses(400, "ThrottlingException", "Maximum sending rate exceeded."), None),
    ];
    for vendor in VENDORS {
        assert_eq!(waits(vendor, retry("7")).await, Some(seconds(7)), "{vendor:?}");
        assert_eq!(waits(vendor, retry("999999999")).await, Some(seconds(86_400)), "{vendor:?}");
        assert_eq!(waits(vendor, retry("Wed, 21 Oct 2026 07:28:00 GMT")).await, None, "{vendor:?}");
    }
    for (vendor, answer, expected) in table {
        assert_eq!(waits(vendor, answer.clone()).await, expected, "{vendor:?} {answer:?}");
    }
}

async fn waits(vendor: Vendor, answer: Answer) -> Option<SignedDuration> {
    let (server, channel) = served(vendor).await;
    server.next(answer);
    match channel.send(&email_message()).await {
        Outcome::TryLater { after, holds: Holds::Channel, .. } => after,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn wrong_credentials_are_told_when_asked_and_hold_what_is_sent() {
    for vendor in VENDORS {
        let (server, _) = served(vendor).await;
        let mut values = super::values(vendor, &server.url());
        for name in ["api_key", "server_token", "access_key_id"] {
            if values.get(name).is_some() {
                values.set(name, "hunter2");
            }
        }
        let wrong = super::made(vendor, &values, &super::options()).expect("settings");
        let problem = wrong.probe().await.expect_err("refused");
        assert!(problem.contains("refuses these settings") && !problem.contains("hunter2"), "{vendor:?}: {problem}");
        assert_eq!(kind(&wrong.send(&email_message()).await), Kind::TryMuchLater, "{vendor:?}");
        assert!(server.taken().is_empty());
    }
}
