//! Asking vendors what became of a mail.

use super::{VENDORS, served};
use crate::channels::{EMAIL, email_message, mail};
use crate::support::mail_api::{Answer, MailApi, Vendor, mailgun_listed, postmark_listed};
use comeback::channels::{Channel, Found, LookUp};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

fn since() -> Timestamp {
    "2026-03-01T12:00:00Z".parse().expect("an instant")
}

/// About the mail of `crate::channels::mail()`, an hour after it was handed over.
fn question(channel: &dyn Channel) -> LookUp {
    let key = mail().key;
    LookUp {
        reference: channel.reference(&key),
        key,
        to: EMAIL.to_owned(),
        link: "/s/abc".to_owned(),
        account: channel.account().map(str::to_owned),
        since: since(),
        now: since() + SignedDuration::from_hours(1),
    }
}

fn word(found: &Found) -> &'static str {
    let shown = format!("{found:?}").to_lowercase();
    for personal in ["jo.doe", "a-very-secret"] {
        assert!(!shown.contains(personal), "{personal} in {found:?}");
    }
    match found {
        Found::Arrived { .. } => "arrived",
        Found::Refused { .. } => "refused",
        Found::Absent => "absent",
        Found::CannotSay { .. } => "cannot say",
        Found::Unreachable { .. } => "unreachable",
    }
}

/// A vendor that took the mail and said nothing.
async fn taken(vendor: Vendor) -> (MailApi, Box<dyn Channel>) {
    let (server, channel) = served(vendor).await;
    server.next(Answer::Cut);
    channel.send(&email_message()).await;
    assert_eq!(server.taken().len(), 1);
    (server, channel)
}

const CAN: [Vendor; 2] = [Vendor::Postmark, Vendor::Mailgun];

#[tokio::test]
async fn a_mail_that_was_taken_is_found_by_what_no_other_has() {
    for vendor in CAN {
        let (server, channel) = taken(vendor).await;
        assert!(channel.can_look_up());
        let found = channel.look_up(&question(channel.as_ref())).await;
        let id = match vendor {
            Vendor::Postmark => server.taken()[0].id.clone(),
            _ => "0190a1b2-0000-7000-8000-000000000001@fernandfog.example".to_owned(),
        };
        match found {
            Found::Arrived { provider_id, at: Some(at) } => {
                assert_eq!((provider_id, at.as_second()), (id, since().as_second() + 1), "{vendor:?}");
            }
            other => panic!("{vendor:?}: {other:?}"),
        }
        let (_path, _, body) = server.requests().pop().expect("a question");
        assert!(body.is_empty(), "nothing is sent");
    }
}

#[tokio::test]
async fn a_mail_is_absent_only_where_it_would_have_been_seen() {
    for vendor in CAN {
        let (server, channel) = served(vendor).await;
        let question = question(channel.as_ref());
        assert_eq!(word(&channel.look_up(&question).await), "absent", "{vendor:?}");
        let other = LookUp { account: Some("another".to_owned()), ..question.clone() };
        assert_eq!(word(&channel.look_up(&other).await), "cannot say", "{vendor:?}");
        assert_eq!(word(&channel.look_up(&LookUp { account: None, ..question.clone() }).await), "cannot say", "{vendor:?}");
        for status in [301, 400, 401, 404, 429, 500, 503] {
            server.list_as(status, json!({"Messages": [], "items": []}));
            assert_eq!(word(&channel.look_up(&question).await), "unreachable", "{vendor:?} {status}");
        }
        server.list_as(200, json!({"nothing": "that is a list"}));
        assert_eq!(word(&channel.look_up(&question).await), "unreachable", "{vendor:?}: nothing is absent from it");
    }
}

#[tokio::test]
async fn a_list_of_others_than_those_that_were_asked_for_says_nothing() {
    for vendor in CAN {
        let (server, channel) = taken(vendor).await;
        let mut other = server.taken()[0].clone();
        other.body["Metadata"] = json!({"comeback_message": "another"});
        other.body["h:Message-Id"] = json!("<another@fernandfog.example>");
        server.list_as(200, json!({"Messages": [postmark_listed(&other)], "items": [mailgun_listed(&other, "delivered")]}));
        assert_eq!(word(&channel.look_up(&question(channel.as_ref())).await), "cannot say", "{vendor:?}");
    }
}

#[tokio::test]
async fn mailguns_log_is_believed_once_it_is_complete_and_until_it_forgets() {
    let (server, channel) = served(Vendor::Mailgun).await;
    let asked = |after: SignedDuration| LookUp { now: since() + after, ..question(channel.as_ref()) };
    for (after, expected) in [
        (SignedDuration::from_mins(2), "unreachable"),
        (SignedDuration::from_mins(29), "unreachable"),
        (SignedDuration::from_mins(30), "absent"),
        (SignedDuration::from_hours(23), "absent"),
        (SignedDuration::from_hours(24), "cannot say"),
    ] {
        assert_eq!(word(&channel.look_up(&asked(after)).await), expected, "{after}");
    }
    server.next(Answer::Cut);
    channel.send(&email_message()).await;
    assert_eq!(word(&channel.look_up(&asked(SignedDuration::from_mins(2))).await), "arrived", "what is there is there");
    server.list_as(200, json!({"items": [mailgun_listed(&server.taken()[0], "rejected")]}));
    assert_eq!(word(&channel.look_up(&asked(SignedDuration::from_hours(1))).await), "refused");
    let unknown = LookUp { reference: None, ..asked(SignedDuration::from_hours(1)) };
    assert_eq!(word(&channel.look_up(&unknown).await), "cannot say");
}

#[tokio::test]
async fn vendors_without_a_list_say_that_they_cannot_be_asked() {
    for vendor in VENDORS.into_iter().filter(|vendor| !CAN.contains(vendor)) {
        let (server, channel) = taken(vendor).await;
        assert!(!channel.can_look_up(), "{vendor:?}");
        assert_eq!(word(&channel.look_up(&question(channel.as_ref())).await), "cannot say");
        assert_eq!(server.requests().len(), 1, "and are not asked");
    }
}
