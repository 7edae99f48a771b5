//! Texts over Twilio's HTTP interface, held against Twilio's own description of it.

use super::{Kind, PHONE, kind, sms_message, text};
use crate::support::twilio::{ACCOUNT, Answer, TOKEN, TwilioServer};
use comeback::channels::sms::{Twilio, TwilioSettings};
use comeback::channels::{Channel, Fault, Message, Outcome, SmsMessage};
use jiff::SignedDuration;
use std::time::Duration;

pub fn settings(base_url: &str) -> TwilioSettings {
    TwilioSettings {
        account_sid: ACCOUNT.to_owned(),
        auth_token: TOKEN.into(),
        old_auth_token: None,
        from: "+14155550100".to_owned(),
        base_url: base_url.to_owned(),
    }
}

pub fn channel(base_url: &str) -> Twilio {
    // Loopback answers at once; a hanging server is given up on soon.
    Twilio::with_time_limit(settings(base_url), Duration::from_secs(2)).expect("settings")
}

#[tokio::test]
async fn each_answer_comes_to_the_right_outcome() {
    let server = TwilioServer::start().await;
    let channel = channel(&server.url());
    let error = |status, code| Answer::Error(status, code, vec![]);
    let refused = Kind::Refused;
    let table = [
        (error(400, 21211), refused(Fault::Recipient)),
        (error(400, 21614), refused(Fault::Recipient)),
        (error(400, 21612), refused(Fault::Recipient)),
        (error(400, 21610), refused(Fault::OptedOut)),
        (error(400, 21617), refused(Fault::Content)),
        (error(400, 99999), refused(Fault::Content)),
        (error(400, 21408), Kind::TryMuchLater),
        (error(400, 30034), Kind::TryMuchLater),
        (error(400, 30023), Kind::TryMuchLater),
        (error(400, 21611), Kind::TryLater),
        (error(401, 20003), Kind::TryMuchLater),
        (error(403, 20003), Kind::TryMuchLater),
        (error(404, 20404), Kind::TryMuchLater),
        (error(429, 20429), Kind::TryLater),
        (Answer::Plain(429), Kind::TryLater),
        (Answer::Plain(302), Kind::TryMuchLater),
        (error(500, 20500), Kind::Unknown),
        (Answer::Plain(502), Kind::Unknown),
        (error(503, 20503), Kind::Unknown),
        (Answer::Plain(504), Kind::Unknown),
        (Answer::Cut, Kind::Unknown),
        (Answer::Hang, Kind::Unknown),
    ];
    for (answer, expected) in table {
        server.next(answer.clone());
        let outcome = channel.send(&sms_message()).await;
        assert_eq!(kind(&outcome), expected, "{answer:?}: {outcome:?}");
    }
    assert_eq!(server.violations(), Vec::<String>::new());
    assert_eq!(server.requests(), 22, "nothing is repeated by itself");
}

#[tokio::test]
async fn a_text_is_asked_for_as_twilio_describes_it() {
    let server = TwilioServer::start().await;
    let sms = SmsMessage {
        body: "Zoë & Co: 50 % + more = 🛒 https://s.example/s/a?b=c&d".to_owned(),
        status_callback: Some("https://comeback.example/callbacks/twilio/1?nudge=2".to_owned()),
        valid_for: Some(SignedDuration::from_mins(90)),
        ..text()
    };
    let outcome = channel(&server.url()).send(&Message::Sms(sms.clone())).await;
    let received = server.messages().remove(0);
    assert_eq!(outcome, Outcome::Accepted { provider_id: Some(received.sid.clone()) });
    let expected = [
        ("To", PHONE),
        ("From", "+14155550100"),
        ("Body", sms.body.as_str()),
        ("StatusCallback", "https://comeback.example/callbacks/twilio/1?nudge=2"),
        ("ValidityPeriod", "5400"),
    ];
    assert_eq!(received.form.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect::<Vec<_>>(), expected);
    assert_eq!(server.violations(), Vec::<String>::new());
}

#[tokio::test]
async fn a_messaging_service_a_private_callback_and_long_validity_are_fitted_in() {
    let server = TwilioServer::start().await;
    let service = "MG0123456789abcdef0123456789abcdef";
    let channel = Twilio::new(TwilioSettings { from: service.to_owned(), ..settings(&server.url()) }).expect("settings");
    for callback in ["http://comeback.example/x", "https://127.0.0.1/x", "https://localhost/x", "not a url"] {
        let sms = SmsMessage { status_callback: Some(callback.to_owned()), valid_for: Some(SignedDuration::from_hours(48)), ..text() };
        assert_eq!(kind(&channel.send(&Message::Sms(sms)).await), Kind::Accepted);
        let received = server.messages().pop().expect("a text");
        assert_eq!((received.get("StatusCallback"), received.get("ValidityPeriod")), (None, Some("36000")), "{callback}");
        assert_eq!((received.get("MessagingServiceSid"), received.get("From")), (Some(service), None));
    }
    assert_eq!(server.violations(), Vec::<String>::new());
}

#[tokio::test]
async fn twilio_says_how_long_to_wait() {
    let server = TwilioServer::start().await;
    let waits =
        [("7", Some(SignedDuration::from_secs(7))), ("999999999", Some(SignedDuration::from_hours(24))), ("soon", None), ("-1", None)];
    for (header, expected) in waits {
        server.next(Answer::Error(429, 20429, vec![("Retry-After", header)]));
        match channel(&server.url()).send(&sms_message()).await {
            Outcome::TryLater { after, .. } => assert_eq!(after, expected, "{header}"),
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn what_twilio_would_refuse_is_not_even_asked_for() {
    let server = TwilioServer::start().await;
    let cases = [
        SmsMessage { body: "x".repeat(1601), ..text() },
        SmsMessage { body: " ".to_owned(), ..text() },
        SmsMessage { valid_for: Some(SignedDuration::ZERO), ..text() },
    ];
    for sms in cases {
        assert_eq!(kind(&channel(&server.url()).send(&Message::Sms(sms)).await), Kind::Refused(Fault::Content));
    }
    assert_eq!(server.requests(), 0);
    let longest = SmsMessage { body: "ü".repeat(1600), ..text() };
    assert_eq!(kind(&channel(&server.url()).send(&Message::Sms(longest)).await), Kind::Accepted);
}

#[tokio::test]
async fn wrong_settings_are_named_and_the_token_is_not() {
    let server = TwilioServer::start().await;
    let wrong = TwilioSettings { auth_token: "a-very-secret-mistake".into(), ..settings(&server.url()) };
    let channel = Twilio::new(wrong.clone()).expect("settings");
    assert_eq!(kind(&channel.send(&sms_message()).await), Kind::TryMuchLater);
    let said = channel.probe().await.expect_err("a wrong token");
    assert!(said.contains("Twilio account") && !said.contains("secret"), "{said}");
    assert!(!format!("{wrong:?}").contains("secret-mistake"));
    let refused = |change: fn(&mut TwilioSettings)| {
        let mut settings = settings("https://api.twilio.com");
        change(&mut settings);
        Twilio::new(settings).err()
    };
    assert_eq!(refused(|_| {}), None);
    assert!(refused(|s| s.account_sid = "AC1".to_owned()).is_some_and(|said| said.contains("SID")));
    assert!(refused(|s| s.from = " ".to_owned()).is_some_and(|said| said.contains("sender")));
    assert!(refused(|s| s.base_url = "file:///etc".to_owned()).is_some_and(|said| said.contains("base URL")));
}

#[tokio::test]
async fn the_stand_in_refuses_what_twilio_does_not_describe() {
    use comeback::http_client::{HttpOptions, Reach, client};
    let server = TwilioServer::start().await;
    let url = format!("{}/2010-04-01/Accounts/{ACCOUNT}/Messages.json", server.url());
    let http = client(&HttpOptions::new(Reach::Anywhere)).expect("a client");
    let good = [("To", PHONE), ("From", "+14155550100"), ("Body", "x")];
    let post = |form: Vec<(&'static str, &'static str)>| http.post(&url).basic_auth(ACCOUNT, Some(TOKEN)).form(&form).send();
    assert_eq!(post(good.to_vec()).await.expect("an answer").status().as_u16(), 201);
    for bad in [
        vec![good[0], good[1]],
        vec![good[0], good[2]],
        vec![good[1], good[2]],
        [&good[..], &[("Boddy", "x")]].concat(),
        [&good[..], &[("ValidityPeriod", "ten")]].concat(),
    ] {
        let before = server.violations().len();
        assert_eq!(post(bad.clone()).await.expect("an answer").status().as_u16(), 400, "{bad:?}");
        assert!(server.violations().len() > before, "{bad:?}");
    }
    assert_eq!(server.messages().len(), 1);
}
