//! Sessions with mail servers: kept, shared, bounded, ended; and fast.

use super::email::{FROM, options};
use super::{Kind, email_message, kind};
use crate::support::smtp::{At, Fault as SmtpFault, SmtpServer, Tls, certificate};
use comeback::channels::Channel as _;
use comeback::channels::email::{Smtp, SmtpOptions};
use futures_util::future::join_all;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Sessions that all stores together may have with one server.
const HOST_MAX: usize = 32;
const LONG: Duration = Duration::from_secs(20);

fn channel(server: &SmtpServer, more: SmtpOptions) -> Smtp {
    Smtp::with_options(&server.url(), FROM, more).expect("settings")
}

/// Every final dot is answered a little late, so that conversations overlap.
fn slow(server: &SmtpServer) {
    server.set_mood(Arc::new(|at| (at == At::Dot).then_some(SmtpFault::Late(Duration::from_millis(5)))));
}

async fn send(channel: &Smtp, count: usize) {
    let message = email_message();
    for outcome in join_all((0..count).map(|_| channel.send(&message))).await {
        assert_eq!(kind(&outcome), Kind::Accepted, "{outcome:?}");
    }
}

/// Goodbyes are said beside everything else: waits for them.
async fn until(what: &str, is_so: impl Fn() -> bool) {
    let wait = async {
        while !is_so() {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    };
    tokio::time::timeout(LONG, wait).await.unwrap_or_else(|_| panic!("{what}"));
}

#[tokio::test]
async fn a_session_carries_a_hundred_mails_and_makes_place_for_another() {
    let server = SmtpServer::start().await;
    let channel = channel(&server, options());
    for _ in 0..201 {
        send(&channel, 1).await;
    }
    assert_eq!((server.messages().len(), server.connections()), (201, 3));
    until("two goodbyes, and one that is kept", || server.quits() == 2 && server.open() == 1).await;
}

#[tokio::test]
async fn an_idle_session_is_ended_with_a_goodbye() {
    let server = SmtpServer::start().await;
    let channel = channel(&server, SmtpOptions { idle: Duration::from_millis(60), ..options() });
    for round in 1..=2 {
        send(&channel, 4).await;
        until("nobody is left", || server.open() == 0).await;
        assert_eq!(server.quits(), server.connections(), "round {round}");
    }
}

#[tokio::test]
async fn stores_that_share_a_server_share_its_sessions() {
    let server = SmtpServer::start().await;
    slow(&server);
    let channels: Vec<_> = (0..4).map(|_| channel(&server, options())).collect();
    join_all(channels.iter().map(|channel| send(channel, 50))).await;
    assert_eq!(server.messages().len(), 200);
    // Four times sixteen would like to. A few may still be saying goodbye.
    assert!(server.most_open() < HOST_MAX + 16, "{} at once", server.most_open());
    assert!(server.connections() < 100, "sessions are kept: {} for 200 mails", server.connections());
}

#[tokio::test]
async fn an_idle_session_of_one_store_makes_way_for_another_store() {
    let server = SmtpServer::start().await;
    slow(&server);
    let (first, second) = (channel(&server, options()), channel(&server, options()));
    tokio::join!(send(&first, 16), send(&second, 16));
    assert_eq!((server.connections(), server.open()), (HOST_MAX, HOST_MAX), "as many as may be, and all are idle");
    let third = channel(&server, options());
    send(&third, 1).await;
    until("one has left", || server.open() == HOST_MAX).await;
    assert_eq!((server.connections(), server.quits()), (HOST_MAX + 1, 1));
}

/// Nagle's algorithm and a late acknowledgement would take 40 ms a mail, and did with other clients.
#[tokio::test]
#[allow(clippy::disallowed_methods)] // what is measured is time itself
async fn no_mail_waits_for_an_acknowledgement() {
    const MAILS: u32 = 100;
    let (acceptor, pem) = certificate();
    for (tls, scheme, pipelining) in [
        (Tls::None, "smtp", false),
        (Tls::None, "smtp", true),
        (Tls::Implicit(acceptor.clone()), "smtps", false),
        (Tls::Implicit(acceptor), "smtps", true),
    ] {
        let server = SmtpServer::start_with(tls).await;
        if pipelining {
            server.offer("PIPELINING");
        }
        let options = SmtpOptions { root_pem: Some(pem.clone()), ..options() };
        let channel = Smtp::with_options(&format!("{scheme}://localhost:{}", server.port), FROM, options).expect("settings");
        send(&channel, 1).await;
        let begin = Instant::now();
        for _ in 1..MAILS {
            send(&channel, 1).await;
        }
        let took = begin.elapsed();
        assert_eq!(server.connections(), 1);
        assert!(took < Duration::from_millis(25) * MAILS, "{scheme}, pipelining {pipelining}: {MAILS} mails took {took:?}");
    }
}
