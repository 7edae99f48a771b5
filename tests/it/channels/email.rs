//! Mails over a real SMTP conversation, with everything that can go wrong at each stage, and what arrives.

use super::{EMAIL, Kind, email_message, kind, mail};
use crate::support::smtp::{At, Fault as SmtpFault, Received, SmtpServer, Tls, certificate};
use comeback::channels::email::{Smtp, SmtpOptions};
use comeback::channels::{Channel, Fault, Message};
use comeback::domain::event::ChannelKind;
use comeback::domain::template;
use futures_util::future::join_all;
use mail_parser::{HeaderValue, MessageParser, MimeHeaders};
use std::time::Duration;

pub const FROM: &str = "Comeback <shop@fernandfog.example>";

/// Patient: a machine with much else to do may take a while.
pub fn options() -> SmtpOptions {
    let long = Duration::from_secs(20);
    SmtpOptions { connect: long, command: long, answer: long, ..SmtpOptions::default() }
}

pub fn channel(url: &str) -> Smtp {
    Smtp::with_options(url, FROM, options()).expect("settings")
}

/// For a server that hangs: it is soon given up.
pub fn hasty(url: &str) -> Smtp {
    let short = Duration::from_millis(1500);
    Smtp::with_options(url, FROM, SmtpOptions { connect: short, command: short, answer: short, ..options() }).expect("settings")
}

pub fn parsed(received: &Received) -> mail_parser::Message<'_> {
    MessageParser::default().parse(&received.data).expect("a mail")
}

fn reply(text: &str) -> SmtpFault {
    SmtpFault::Reply(text.to_owned())
}

#[tokio::test]
async fn each_fault_at_each_stage_comes_to_the_right_outcome() {
    let refused = Kind::Refused;
    let table = [
        (At::Connect, reply("421 4.3.2 shutting down"), Kind::TryLater),
        (At::Connect, reply("554 5.7.1 your address is blocked"), Kind::TryMuchLater),
        (At::Connect, SmtpFault::Cut, Kind::TryLater),
        (At::Connect, SmtpFault::Hang, Kind::TryLater),
        (At::Ehlo, SmtpFault::Cut, Kind::TryLater),
        (At::Ehlo, SmtpFault::Hang, Kind::TryLater),
        (At::Ehlo, reply("502 no"), Kind::TryMuchLater),
        (At::Mail, reply("451 4.3.0 not now"), Kind::TryLater),
        (At::Mail, reply("550 5.7.1 sender not allowed"), refused(Fault::Sender)),
        (At::Mail, reply("550 who are you"), refused(Fault::Sender)),
        (At::Mail, SmtpFault::Cut, Kind::TryLater),
        (At::Mail, SmtpFault::Hang, Kind::TryLater),
        (At::Rcpt, reply("450 4.2.1 jo.doe greylisted"), Kind::TryLater),
        (At::Rcpt, reply("550 user jo.doe unknown"), refused(Fault::Recipient)),
        (At::Rcpt, reply("550 jo.doe: no"), Kind::TryLater),
        (At::Rcpt, reply("421 4.7.0 too many"), Kind::TryLater),
        (At::Data, reply("250 2.0.0 what for?"), Kind::TryLater),
        (At::Rcpt, reply("550-5.1.1 The account jo.doe@example.com\r\n550 5.1.1 does not exist"), refused(Fault::Recipient)),
        (At::Rcpt, reply("552 5.2.2 mailbox full"), Kind::TryLater),
        (At::Rcpt, reply("550 5.7.26 unauthenticated"), refused(Fault::Sender)),
        (At::Rcpt, SmtpFault::Cut, Kind::TryLater),
        (At::Rcpt, SmtpFault::Hang, Kind::TryLater),
        (At::Data, reply("451 4.3.0 not now"), Kind::TryLater),
        (At::Data, reply("554 5.6.0 no"), refused(Fault::Content)),
        (At::Data, SmtpFault::Cut, Kind::TryLater),
        (At::Data, SmtpFault::Hang, Kind::TryLater),
        // A small message and its dot are in the sockets' buffers before the fault: it may have been read.
        (At::Content, SmtpFault::Cut, Kind::Unknown),
        (At::Content, SmtpFault::Hang, Kind::Unknown),
        (At::Dot, reply("451 4.3.0 no room"), Kind::TryLater),
        (At::Dot, reply("554 5.7.1 looks like spam"), refused(Fault::Sender)),
        (At::Dot, reply("550 5.1.1 jo.doe@example.com unknown"), refused(Fault::Recipient)),
        (At::Dot, reply("552 5.3.4 too big"), refused(Fault::Content)),
        (At::Dot, reply("250-not an end"), Kind::Unknown),
        (At::Dot, SmtpFault::Cut, Kind::Unknown),
        (At::Dot, SmtpFault::Hang, Kind::Unknown),
    ];
    // Those that are waited for are waited for together.
    join_all(table.into_iter().map(async |(at, fault, expected)| {
        for pipelining in [false, true] {
            check_fault(at, &fault, expected, pipelining).await;
        }
    }))
    .await;
}

async fn check_fault(at: At, fault: &SmtpFault, expected: Kind, pipelining: bool) {
    let server = SmtpServer::start().await;
    if pipelining {
        server.offer("PIPELINING");
    }
    // An answer that isn't at its end leaves one waiting as well.
    let hangs = match fault {
        SmtpFault::Reply(text) => text.starts_with("250-"),
        fault => matches!(fault, SmtpFault::Hang),
    };
    let channel = if hangs { hasty(&server.url()) } else { channel(&server.url()) };
    server.once(at, fault.clone());
    let outcome = channel.send(&email_message()).await;
    assert_eq!(kind(&outcome), expected, "{at:?} {fault:?}: {outcome:?}");
    assert_eq!(server.messages().len(), 0, "{at:?} {fault:?}");
    // The channel recovers by itself.
    assert_eq!(kind(&channel.send(&email_message()).await), Kind::Accepted, "after {at:?} {fault:?}");
    assert_eq!(server.pipelined(), if pipelining { server.attempts() } else { 0 }, "{at:?} {fault:?}");
}

#[tokio::test]
async fn a_message_that_breaks_off_before_its_dot_can_safely_be_sent_again() {
    for fault in [SmtpFault::Cut, SmtpFault::Hang] {
        let server = SmtpServer::start().await;
        server.once(At::Content, fault.clone());
        // More than all buffers between the two ends can hold.
        let large = Message::Email(comeback::channels::EmailMessage { html: "word ".repeat(4_000_000), ..mail() });
        let outcome = Smtp::with_options(&server.url(), FROM, SmtpOptions { answer: Duration::from_secs(3), ..options() })
            .expect("settings")
            .send(&large)
            .await;
        assert_eq!(kind(&outcome), Kind::TryLater, "{fault:?}: {outcome:?}");
    }
}

#[tokio::test]
async fn a_kept_session_that_has_died_is_replaced_once() {
    let server = SmtpServer::start().await;
    let channel = channel(&server.url());
    for _ in 0..3 {
        assert_eq!(kind(&channel.send(&email_message()).await), Kind::Accepted);
    }
    assert_eq!(server.connections(), 1, "sessions are kept");
    server.once(At::Mail, SmtpFault::Cut);
    assert_eq!(kind(&channel.send(&email_message()).await), Kind::Accepted);
    server.once(At::Mail, reply("421 4.4.2 idle too long"));
    assert_eq!(kind(&channel.send(&email_message()).await), Kind::Accepted);
    assert_eq!((server.connections(), server.messages().len()), (3, 5));
    server.always(At::Mail, SmtpFault::Cut);
    assert_eq!(kind(&channel.send(&email_message()).await), Kind::TryLater);
    assert_eq!(server.connections(), 4, "once only");
    server.clear_rules();
    assert_eq!(kind(&channel.send(&email_message()).await), Kind::Accepted);
}

#[tokio::test]
async fn sessions_are_bounded_and_shared() {
    let server = SmtpServer::start().await;
    let channel = Smtp::with_options(&server.url(), FROM, SmtpOptions { sessions: 2, ..options() }).expect("settings");
    let message = email_message();
    let outcomes = join_all((0..20).map(|_| channel.send(&message))).await;
    assert!(outcomes.iter().all(|outcome| kind(outcome) == Kind::Accepted), "{outcomes:?}");
    assert_eq!(server.messages().len(), 20);
    assert!(server.connections() <= 2, "{}", server.connections());
}

#[tokio::test]
async fn settings_that_the_server_can_not_meet_are_named_and_nothing_is_lost() {
    let server = SmtpServer::start().await;
    let with = |user: &str, query: &str| format!("smtp://{user}127.0.0.1:{}{query}", server.port);
    assert_eq!(kind(&channel(&with("", "?tls=required")).send(&email_message()).await), Kind::TryMuchLater);
    assert_eq!(kind(&channel(&with("", "?tls=opportunistic")).send(&email_message()).await), Kind::Accepted);
    let logged_in = channel(&with("jo%40x:hunter2%2F@", ""));
    assert_eq!(kind(&logged_in.send(&email_message()).await), Kind::Accepted);
    server.always(At::Auth, reply("535 5.7.8 hunter2 is wrong for jo@x".replace("hunter2 ", "that ").as_str()));
    let refused = channel(&with("jo%40x:hunter2@", ""));
    assert_eq!(kind(&refused.send(&email_message()).await), Kind::TryMuchLater);
    let said = refused.probe().await.expect_err("a wrong password");
    assert!(said.contains("535") && said.contains("settings") && !said.contains("jo@x"), "{said}");
}

#[tokio::test]
async fn mails_go_encrypted_to_a_server_whose_certificate_is_trusted_and_nowhere_else() {
    let (acceptor, pem) = certificate();
    let (_, foreign) = certificate();
    let cases = [
        (Tls::Offered(acceptor.clone()), "smtp", "?tls=required"),
        (Tls::Offered(acceptor.clone()), "smtp", "?tls=opportunistic"),
        (Tls::Implicit(acceptor), "smtps", ""),
    ];
    for (tls, scheme, query) in cases {
        let server = SmtpServer::start_with(tls).await;
        let url = format!("{scheme}://jo%40x:hunter2@localhost:{}{query}", server.port);
        let trusting = |root: &str| {
            let options = SmtpOptions { root_pem: Some(root.to_owned()), ..options() };
            Smtp::with_options(&url, FROM, options).expect("settings")
        };
        let channel = trusting(&pem);
        for _ in 0..2 {
            let outcome = channel.send(&email_message()).await;
            assert_eq!(kind(&outcome), Kind::Accepted, "{url}: {outcome:?}");
        }
        assert!(server.messages().iter().all(|mail| mail.encrypted), "{url}");
        assert_eq!((server.messages().len(), server.connections()), (2, 1), "{url}");
        let outcome = trusting(&foreign).send(&email_message()).await;
        assert_eq!((kind(&outcome), server.messages().len()), (Kind::TryLater, 2), "{url}: {outcome:?}");
    }
}

#[test]
fn settings_are_read_or_refused_with_a_remedy_and_without_the_password() {
    let check = |url: &str, from: &str, expected: bool| match Smtp::from_url(url, from) {
        Ok(_) => assert!(expected, "{url} {from}"),
        Err(said) => assert!(!expected && !said.contains("hunter2") && !said.contains("b@c"), "{url} {from}: {said}"),
    };
    for good in
        ["smtp://localhost", "smtp://u:p@mail.example.com:587", "smtps://mail.example.com", "smtp://[::1]:25", "smtp://h?tls=required"]
    {
        check(good, "a@b.cd", true);
        check(good, "Fern & Fog <a@b.cd>", true);
    }
    for bad in ["", "mail.example.com", "http://u:hunter2@h", "smtp://", "smtp://u:hunter2@h?tls=maybe", "smtps://u:hunter2@h?tls=none"] {
        check(bad, "a@b.cd", false);
    }
    for bad in ["", "nobody", "b@c@d", "b@c\r\nBcc: x@y.z"] {
        check("smtp://localhost", bad, false);
    }
}

#[tokio::test]
async fn a_mail_arrives_with_its_headers_and_both_parts() {
    let server = SmtpServer::start().await;
    let long = format!("https://comeback.example/u/{}", "t".repeat(300));
    let sent = comeback::channels::EmailMessage {
        subject: "Zoë, you left something très long behind – and we kept it for you, all of it, promised 🛒".to_owned(),
        text: "Grüße\n.\n..dots\nhttps://comeback.example/r/".to_owned() + &"x".repeat(200) + "\n",
        html: "<p>Grüße</p>\n.\n<a href=\"https://comeback.example/r/".to_owned() + &"x".repeat(200) + "\">=3D</a>",
        unsubscribe_url: Some(long.clone()),
        from_name: Some("Fern \"& Fog\", Ltd".to_owned()),
        ..mail()
    };
    assert_eq!(kind(&channel(&server.url()).send(&Message::Email(sent.clone())).await), Kind::Accepted);
    let received = server.messages().remove(0);
    assert_eq!((received.from.as_str(), received.to), ("shop@fernandfog.example", vec![EMAIL.to_owned()]));
    let received = server.messages().remove(0);
    assert!(received.data.is_ascii() && received.data.split(|b| *b == b'\n').all(|line| line.len() <= 998));
    let mail = parsed(&received);
    assert_eq!(mail.subject(), Some(sent.subject.as_str()));
    let from = mail.from().and_then(|a| a.first()).expect("From");
    assert_eq!((from.name(), from.address()), (Some("Fern \"& Fog\", Ltd"), Some("shop@fernandfog.example")));
    let to = mail.to().and_then(|a| a.first()).expect("To");
    assert_eq!((to.name(), to.address()), (Some("Jo Doe"), Some(EMAIL)));
    assert_eq!(mail.date().expect("Date").to_timestamp(), sent.date.as_second());
    assert_eq!(mail.message_id(), Some(format!("{}@fernandfog.example", sent.key).as_str()));
    assert_eq!(mail.header_raw("List-Unsubscribe").map(str::trim), Some(format!("<{long}>").as_str()));
    assert_eq!(mail.header_raw("List-Unsubscribe-Post").map(str::trim), Some("List-Unsubscribe=One-Click"));
    assert!(matches!(mail.header("Content-Type"), Some(HeaderValue::ContentType(t)) if t.subtype() == Some("alternative")));
    let parts: Vec<_> = mail.parts.iter().skip(1).map(|p| p.content_type().and_then(|t| t.subtype()).unwrap_or_default()).collect();
    assert_eq!(parts, ["plain", "html"], "text first");
    assert_eq!(mail.body_text(0).map(|t| t.replace("\r\n", "\n")), Some(sent.text));
    assert_eq!(mail.body_html(0).map(|t| t.replace("\r\n", "\n")), Some(sent.html));
}

#[tokio::test]
async fn the_same_message_gives_the_same_bytes() {
    let server = SmtpServer::start().await;
    for _ in 0..2 {
        assert_eq!(kind(&channel(&server.url()).send(&email_message()).await), Kind::Accepted);
    }
    let messages = server.messages();
    assert_eq!(messages[0].data, messages[1].data);
}

#[tokio::test]
async fn nothing_in_a_message_can_add_a_header_or_a_recipient() {
    let server = SmtpServer::start().await;
    let inject = "x\r\nBcc: victim@example.org\r\n\r\nbody\u{0}";
    let sent = comeback::channels::EmailMessage {
        subject: inject.to_owned(),
        to_name: Some(inject.to_owned()),
        from_name: Some(inject.to_owned()),
        text: "\r\n.\r\nMAIL FROM:<evil@example.org>\r\n".to_owned(),
        ..mail()
    };
    assert_eq!(kind(&channel(&server.url()).send(&Message::Email(sent)).await), Kind::Accepted);
    let messages = server.messages();
    assert_eq!((messages.len(), server.attempts(), messages[0].to.as_slice()), (1, 1, [EMAIL.to_owned()].as_slice()));
    let mail = parsed(&messages[0]);
    assert!(mail.bcc().is_none() && mail.header("Bcc").is_none());
    assert_eq!(mail.subject(), Some("x Bcc: victim@example.org body"));
    for url in ["javascript:alert(1)", "https://a.example/>, <mailto:x@y.z", "https://a.example/\r\nBcc: x@y.z", "https://a.example/ü"] {
        let sent = comeback::channels::EmailMessage { unsubscribe_url: Some(url.to_owned()), ..super::mail() };
        assert_eq!(kind(&channel(&server.url()).send(&Message::Email(sent)).await), Kind::Refused(Fault::Content), "{url}");
    }
    let sent = comeback::channels::EmailMessage { from: Some("x@y.zz\r\nBcc: v@w.xy".to_owned()), ..super::mail() };
    assert_eq!(kind(&channel(&server.url()).send(&Message::Email(sent)).await), Kind::Refused(Fault::Content));
}

#[tokio::test]
async fn a_hostile_cart_arrives_as_the_text_it_is() {
    let server = SmtpServer::start().await;
    let source = template::starter("checkout-reminder", ChannelKind::Email, "en").expect("a starter");
    let mut context = template::sample();
    let title = "<script>alert(1)</script> {{ link }} ]]> \"quoted\"\r\nBcc: x@y.z";
    context.items[0].title = title.to_owned();
    let rendered = template::render_email(&source, &context).expect("renders");
    let sent = comeback::channels::EmailMessage { subject: rendered.subject, html: rendered.html, text: rendered.text, ..mail() };
    assert_eq!(kind(&channel(&server.url()).send(&Message::Email(sent)).await), Kind::Accepted);
    let messages = server.messages();
    let mail = parsed(&messages[0]);
    let html = mail.body_html(0).expect("HTML");
    assert!(!html.contains("<script") && html.contains("&lt;script&gt;"), "{html}");
    let text = mail.body_text(0).expect("text");
    assert!(text.contains("<script>alert(1)</script> {{ link }} ]]> \"quoted\" Bcc: x@y.z"), "{text}");
    assert!(text.contains(&context.link) && text.contains(&context.unsubscribe_url));
}

#[tokio::test]
async fn addresses_beyond_ascii_are_written_as_dns_knows_them_or_refused() {
    let server = SmtpServer::start().await;
    let to = |address: &str| Message::Email(comeback::channels::EmailMessage { to: address.parse().expect("an address"), ..mail() });
    assert_eq!(kind(&channel(&server.url()).send(&to("jo@straße.example")).await), Kind::Accepted);
    assert_eq!(server.messages()[0].to, ["jo@xn--strae-oqa.example"]);
    assert_eq!(kind(&channel(&server.url()).send(&to("jürgen@example.com")).await), Kind::Refused(Fault::Content));
    assert_eq!(server.attempts(), 1, "it isn't even tried");
    server.offer("SMTPUTF8");
    assert_eq!(kind(&channel(&server.url()).send(&to("jürgen@example.com")).await), Kind::Accepted);
    let received = &server.messages()[1];
    assert_eq!(received.to, ["jürgen@example.com"]);
    let to = parsed(received).to().and_then(|a| a.first()).and_then(|a| a.address().map(str::to_owned));
    assert_eq!(to.as_deref(), Some("jürgen@example.com"));
}

#[tokio::test]
async fn a_mail_says_what_it_was_sent_for() {
    let server = SmtpServer::start().await;
    let belongs = comeback::channels::Belongs { shop: "shop-1".to_owned(), campaign: Some("campaign-1".to_owned()), step: Some(3) };
    let sent = comeback::channels::EmailMessage { belongs: Some(belongs), ..mail() };
    assert_eq!(kind(&channel(&server.url()).send(&Message::Email(sent)).await), Kind::Accepted);
    let messages = server.messages();
    let mail = parsed(&messages[0]);
    assert_eq!(mail.header_raw("Feedback-ID").map(str::trim), Some("campaign-1:shop-1:step3:comeback"));
    assert_eq!(mail.header_raw("List-Id").map(str::trim), Some("<shop-1.reminders.fernandfog.example>"));
}

#[tokio::test]
async fn a_mail_that_the_server_says_is_too_large_is_not_sent() {
    let server = SmtpServer::start().await;
    server.offer("SIZE 400");
    assert_eq!(kind(&channel(&server.url()).send(&email_message()).await), Kind::Refused(Fault::Content));
    assert_eq!(server.attempts(), 0);
}

#[tokio::test]
async fn undeliverable_mails_go_back_to_an_address_of_their_own() {
    let server = SmtpServer::start().await;
    let with = |bounce: &str| {
        let options = SmtpOptions { bounce_address: Some(bounce.to_owned()), ..options() };
        Smtp::with_options(&server.url(), FROM, options)
    };
    let channel = with("bounces@mail.fernandfog.example").expect("settings");
    assert_eq!(kind(&channel.send(&email_message()).await), Kind::Accepted);
    let received = server.messages().remove(0);
    assert_eq!(received.from, format!("bounces+{}@mail.fernandfog.example", mail().key));
    let from = parsed(&received).from().and_then(|a| a.first()).and_then(|a| a.address().map(str::to_owned));
    assert_eq!(from.as_deref(), Some("shop@fernandfog.example"), "readers see the sender");
    for bad in ["nobody", "jürgen@example.com", "a-name-that-leaves-no-room-for@example.com", "a@b.cd>\r\nRCPT TO:<x@y.zz"] {
        let said = with(bad).err().expect("refused");
        assert!(!said.contains(bad) && said.contains("bounce"), "{said}");
    }
}

#[test]
fn a_store_names_public_servers_only() {
    use comeback::channels::settings::{Chosen, Origin};
    let chosen = |url: &str| Chosen { provider: "smtp".to_owned(), values: [("url", url), ("from", "a@b.cd")].into_iter().collect() };
    let check = |url: &str| {
        let said = chosen(url).build(Origin::Store).err().expect(url);
        assert!(said.contains("private network"), "{url}: {said}");
    };
    for inside in [
        "smtp://127.0.0.1:25",
        "smtp://localhost",
        "smtps://[::1]",
        "smtp://10.0.0.1",
        "smtp://169.254.169.254",
        "smtp://mail.internal",
        "smtp://mail",
    ] {
        check(inside);
        assert!(chosen(inside).build(Origin::Operator).is_ok(), "{inside}");
    }
    // Spellings that resolvers take for addresses.
    check("smtp://127.1");
    check("smtp://2130706433");
    assert!(chosen("smtp://mail.example.com").build(Origin::Store).is_ok());
    let said = chosen("smtp://u:hunter2@mail.example.com?tls=none").build(Origin::Store).err().expect("refused");
    assert!(said.contains("in the clear") && !said.contains("hunter2"), "{said}");
}
