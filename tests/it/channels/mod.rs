//! Every channel keeps the same contract; then what is particular to each.

mod contract;
mod email;
mod email_dkim;
mod email_sessions;
mod look_up;
mod mailapi;
mod sms;
mod starters;
pub mod textapi;

use comeback::channels::{EmailMessage, Fault, Message, Outcome, SmsMessage};

/// Someone whose data must not turn up anywhere but in the message.
const EMAIL: &str = "jo.doe@example.com";
const PHONE: &str = "+14155552671";

fn mail() -> EmailMessage {
    EmailMessage {
        key: "0190a1b2-0000-7000-8000-000000000001".to_owned(),
        reference: None,
        to: EMAIL.parse().expect("an address"),
        to_name: Some("Jo Doe".to_owned()),
        from: None,
        from_name: Some("Fern & Fog".to_owned()),
        subject: "You left something behind".to_owned(),
        html: "<p>Hello</p>".to_owned(),
        text: "Hello\n".to_owned(),
        unsubscribe_url: Some("https://comeback.example/u/token".to_owned()),
        date: "2026-03-01T12:00:00Z".parse().expect("an instant"),
        belongs: None,
        pictures: Vec::new(),
    }
}

fn text() -> SmsMessage {
    SmsMessage {
        key: "0190a1b2-0000-7000-8000-000000000002".to_owned(),
        to: PHONE.parse().expect("a number"),
        from: None,
        body: "Fern & Fog: your cart awaits https://s.example/s/abc Reply STOP to opt out".to_owned(),
        status_callback: None,
        valid_for: None,
    }
}

fn email_message() -> Message {
    Message::Email(mail())
}

fn sms_message() -> Message {
    Message::Sms(text())
}

/// A WhatsApp message, for channels of another kind.
fn whatsapp_free() -> Message {
    Message::WhatsApp(textapi::whatsapp())
}

/// What kind of answer it was, for tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Accepted,
    Refused(Fault),
    TryLater,
    /// Try later, and not at once: the settings must change first.
    TryMuchLater,
    Unknown,
}

/// The kind, once it is sure that nobody is named.
fn kind(outcome: &Outcome) -> Kind {
    let shown = format!("{outcome:?}").to_lowercase();
    for personal in ["jo.doe", "jo doe", "jo@", "4155552671", "a-very-secret", "hunter2"] {
        assert!(!shown.contains(personal), "{personal} in {outcome:?}");
    }
    match outcome {
        Outcome::Accepted { .. } => Kind::Accepted,
        Outcome::Refused { fault, .. } => Kind::Refused(*fault),
        Outcome::TryLater { after: Some(after), .. } if after.as_secs() >= 900 => Kind::TryMuchLater,
        Outcome::TryLater { .. } => Kind::TryLater,
        Outcome::Unknown { .. } => Kind::Unknown,
    }
}
