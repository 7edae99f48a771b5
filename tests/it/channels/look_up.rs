//! Asking providers what became of a message.

use super::{PHONE, email, email_message, sms, sms_message, text};
use crate::support::smtp::SmtpServer;
use crate::support::twilio::{ACCOUNT, Answer, Listing, TOKEN, TwilioServer};
use comeback::channels::{Channel, Fault, Found, LookUp, Message, SmsMessage};
use comeback::http_client::{HttpOptions, Reach, client};

/// About the text of `super::text()`, whose link ends in `/s/abc`.
fn question() -> LookUp {
    LookUp {
        key: "0190a1b2-0000-7000-8000-000000000002".to_owned(),
        reference: None,
        to: PHONE.to_owned(),
        link: "/s/abc".to_owned(),
        account: Some(ACCOUNT.to_owned()),
        since: "2026-07-02T16:00:00Z".parse().expect("an instant"),
        now: "2026-07-02T16:20:00Z".parse().expect("an instant"),
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Arrived,
    Refused(Fault),
    Absent,
    CannotSay,
    Unreachable,
}

/// The kind, once it is sure that nobody is named.
pub fn kind(found: &Found) -> Kind {
    let shown = format!("{found:?}").to_lowercase();
    for personal in ["4155552671", "a-very-secret", "jo.doe", "s.example"] {
        assert!(!shown.contains(personal), "{personal} in {found:?}");
    }
    match found {
        Found::Arrived { .. } => Kind::Arrived,
        Found::Refused { fault, .. } => Kind::Refused(*fault),
        Found::Absent => Kind::Absent,
        Found::CannotSay { .. } => Kind::CannotSay,
        Found::Unreachable { .. } => Kind::Unreachable,
    }
}

/// A Twilio that took the text and said nothing.
async fn taken() -> TwilioServer {
    let server = TwilioServer::start().await;
    server.next(Answer::Cut);
    sms::channel(&server.url()).send(&sms_message()).await;
    assert_eq!(server.messages().len(), 1);
    server
}

async fn ask(server: &TwilioServer) -> Kind {
    let found = sms::channel(&server.url()).look_up(&question()).await;
    assert_eq!(server.violations(), Vec::<String>::new());
    kind(&found)
}

#[tokio::test]
async fn what_a_text_came_to_is_read_from_its_status() {
    let server = taken().await;
    for (status, code, expected) in [
        ("accepted", None, Kind::Arrived),
        ("queued", None, Kind::Arrived),
        ("sending", None, Kind::Arrived),
        ("sent", None, Kind::Arrived),
        ("delivered", None, Kind::Arrived),
        ("undelivered", Some(30005), Kind::Refused(Fault::Recipient)),
        ("undelivered", Some(30006), Kind::Refused(Fault::Recipient)),
        ("failed", Some(21610), Kind::Refused(Fault::OptedOut)),
        ("failed", Some(30034), Kind::Refused(Fault::Sender)),
        ("undelivered", Some(30007), Kind::Refused(Fault::Content)),
        ("undelivered", Some(30008), Kind::Refused(Fault::Content)),
        ("canceled", None, Kind::Refused(Fault::Content)),
    ] {
        server.last_is(status, code);
        assert_eq!(ask(&server).await, expected, "{status} {code:?}");
    }
    server.last_is("delivered", None);
    let found = sms::channel(&server.url()).look_up(&question()).await;
    let at = "2026-07-02T16:10:00Z".parse().ok();
    assert_eq!(found, Found::Arrived { provider_id: server.messages()[0].sid.clone(), at });
}

#[tokio::test]
async fn a_text_is_absent_only_where_it_would_have_been_seen() {
    let server = TwilioServer::start().await;
    assert_eq!(ask(&server).await, Kind::Absent, "an account without any text");
    server.other(PHONE, "Another reminder: https://s.example/s/abcd");
    assert_eq!(ask(&server).await, Kind::Absent, "another link, though it begins alike");
    server.other("+12125550199", "https://s.example/s/xyz");
    assert_eq!(ask(&server).await, Kind::Absent);
    for listing in [Listing::NoBodies, Listing::NoNumbers] {
        server.list_as(listing.clone());
        assert_eq!(ask(&server).await, Kind::CannotSay, "{listing:?}");
    }
    let taken = taken().await;
    taken.list_as(Listing::NoNumbers);
    assert_eq!(ask(&taken).await, Kind::Arrived, "found among all, by its link");
    taken.list_as(Listing::NoBodies);
    assert_eq!(ask(&taken).await, Kind::CannotSay);
}

#[tokio::test]
async fn a_later_attempt_that_arrived_counts_before_an_earlier_one_that_did_not() {
    let server = taken().await;
    server.last_is("undelivered", Some(30003));
    assert_eq!(ask(&server).await, Kind::Refused(Fault::Content));
    sms::channel(&server.url()).send(&sms_message()).await;
    assert_eq!(ask(&server).await, Kind::Arrived);
    server.last_is("undelivered", Some(30003));
    assert_eq!(ask(&server).await, Kind::Refused(Fault::Content));
}

#[tokio::test]
async fn every_page_is_read_up_to_a_bound_beyond_which_nothing_is_said() {
    let server = taken().await;
    for n in 0..450 {
        server.other(PHONE, &format!("text {n}"));
    }
    assert_eq!(ask(&server).await, Kind::Arrived);
    assert_eq!(server.lists(), 3, "on the third page");
    let server = TwilioServer::start().await;
    for n in 0..1001 {
        server.other(PHONE, &format!("text {n}"));
    }
    assert_eq!(ask(&server).await, Kind::CannotSay);
    assert_eq!(server.lists(), 5);
}

#[tokio::test]
async fn an_answer_that_is_no_list_is_no_answer() {
    let server = taken().await;
    for status in [301, 400, 401, 403, 404, 429, 500, 503] {
        server.list_as(Listing::Down(status));
        assert_eq!(ask(&server).await, Kind::Unreachable, "{status}");
    }
    server.list_as(Listing::Down(200));
    assert_eq!(ask(&server).await, Kind::Unreachable, "JSON, but no list: nothing is absent from it");
    let nobody = sms::channel("http://127.0.0.1:1");
    assert_eq!(kind(&nobody.look_up(&question()).await), Kind::Unreachable);
}

#[tokio::test]
async fn another_account_is_not_asked() {
    let server = taken().await;
    for account in [None, Some("ACffffffffffffffffffffffffffffffff".to_owned())] {
        let found = sms::channel(&server.url()).look_up(&LookUp { account, ..question() }).await;
        assert_eq!((kind(&found), server.lists()), (Kind::CannotSay, 0));
    }
}

#[tokio::test]
async fn a_mail_server_cannot_be_asked_and_says_by_what_the_mail_is_known() {
    let server = SmtpServer::start().await;
    let channel = email::channel(&server.url());
    assert!(!channel.can_look_up());
    assert_eq!(kind(&channel.look_up(&question()).await), Kind::CannotSay);
    channel.send(&email_message()).await;
    let left = email::parsed(&server.messages()[0]).message_id().map(str::to_owned);
    let Message::Email(mail) = email_message() else { panic!("a mail") };
    assert_eq!(channel.reference(&mail.key), left, "known before it leaves");
    let again = Message::Email(comeback::channels::EmailMessage { reference: Some("earlier@old.example".to_owned()), ..mail.clone() });
    channel.send(&again).await;
    assert_eq!(email::parsed(&server.messages()[1]).message_id(), Some("earlier@old.example"), "a repeat is known by the same");
    for hostile in ["no-domain", "a@b>\r\nBcc: x@y.zz", "@x", "a@"] {
        let bad = Message::Email(comeback::channels::EmailMessage { reference: Some(hostile.to_owned()), ..mail.clone() });
        assert_eq!(super::kind(&channel.send(&bad).await), super::Kind::Refused(Fault::Content), "{hostile:?}");
    }
}

#[tokio::test]
async fn the_stand_ins_list_refuses_what_twilio_does_not_describe() {
    let server = TwilioServer::start().await;
    let http = client(&HttpOptions::new(Reach::Anywhere)).expect("a client");
    let get = |query: &str| {
        http.get(format!("{}/2010-04-01/Accounts/{ACCOUNT}/Messages.json?{query}", server.url())).basic_auth(ACCOUNT, Some(TOKEN)).send()
    };
    assert_eq!(get("To=%2B14155552671&PageSize=1000").await.expect("an answer").status().as_u16(), 200);
    for bad in ["Too=%2B14155552671", "PageSize=1001", "PageSize=many", "To=14155552671"] {
        let before = server.violations().len();
        assert_eq!(get(bad).await.expect("an answer").status().as_u16(), 400, "{bad}");
        assert!(server.violations().len() > before, "{bad}");
    }
}

#[tokio::test]
async fn a_text_without_the_link_is_another_text() {
    let server = TwilioServer::start().await;
    let quoted = SmsMessage { body: "no link at all".to_owned(), ..text() };
    sms::channel(&server.url()).send(&Message::Sms(quoted)).await;
    assert_eq!(ask(&server).await, Kind::Absent);
}
