//! Deliveries as they come: the stream tells them, and ends when it must.

use crate::support::rig::Rig;
use crate::support::shopper::Shopper;
use comeback::app::access::{Role, save_user, set_role, sign_in, sign_out};
use comeback::{db, web};
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

const PASSWORD: &str = "correct horse battery";
/// What isn't there by then won't come. A machine that is busy with other things takes its time.
const PATIENCE: Duration = Duration::from_secs(20);

/// Somebody who listens.
struct Ear {
    socket: TcpStream,
    heard: String,
}

impl Ear {
    async fn at(address: SocketAddr, session: &str, path: &str, accept: &str) -> Self {
        let mut socket = TcpStream::connect(address).await.expect("connected");
        let cookie = if session.is_empty() { String::new() } else { format!("Cookie: comeback_session={session}\r\n") };
        let request = format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nAccept: {accept}\r\nAccept-Encoding: gzip\r\n{cookie}\r\n");
        socket.write_all(request.as_bytes()).await.expect("asked");
        Self { socket, heard: String::new() }
    }

    async fn on(address: SocketAddr, session: &str) -> Self {
        Self::at(address, session, "/tracking/stream", "text/event-stream").await
    }

    /// Waits until this was told; everything that was until then.
    async fn hear(&mut self, words: &str) -> String {
        self.hear_times(words, 1).await
    }

    /// Waits until this was told so often; everything that was until then.
    async fn hear_times(&mut self, words: &str, times: usize) -> String {
        let listening = async {
            while self.heard.matches(words).count() < times {
                let mut piece = [0; 4096];
                match self.socket.read(&mut piece).await {
                    Ok(count) if count > 0 => self.heard.push_str(&String::from_utf8_lossy(&piece[..count])),
                    _ => return false,
                }
            }
            true
        };
        // A stream that has nothing to say breathes, so that single reads don't tell whether it will.
        let told = timeout(PATIENCE, listening).await;
        assert_eq!(told, Ok(true), "{words:?} never came: {}", self.heard);
        std::mem::take(&mut self.heard)
    }

    /// Waits until nothing more comes.
    async fn hear_the_end(&mut self) -> String {
        // The last chunk of a body has no length.
        self.hear("0\r\n\r\n").await
    }
}

async fn person(rig: &Rig, role: Role) -> String {
    let email = format!("{}@example.com", role.as_str());
    save_user(&rig.app, &email.parse().expect("an address"), role, None, PASSWORD).await.expect("a person");
    sign_in(&rig.app, &email, PASSWORD).await.expect("asked").expect("a session")
}

/// A store on a server that listens.
async fn world() -> (Rig, SocketAddr, actix_web::dev::ServerHandle) {
    let rig = Rig::on("sqlite").await;
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    let server = web::serve(Arc::clone(&rig.app), listener).expect("a server");
    let handle = server.handle();
    tokio::spawn(server);
    (rig, address, handle)
}

#[tokio::test]
async fn a_delivery_is_told_with_what_followed_from_it_and_names_nobody() {
    let (rig, address, server) = world().await;
    let session = person(&rig, Role::Viewer).await;
    let mut ear = Ear::on(address, &session).await;
    let head = ear.hear("appears here by itself").await;
    assert!(head.starts_with("HTTP/1.1 200") && head.to_lowercase().contains("content-type: text/event-stream"), "{head}");
    assert!(!head.to_lowercase().contains("content-encoding"), "never packed, or it is held back: {head}");
    rig.tell("checkouts/update", &Shopper::new("Jo", 1).checkout(rig.app.now())).await;
    let told = ear.hear("Show the cart").await;
    for words in ["checkouts/update", "begin_checkout", "applied", "\nid: "] {
        assert!(told.contains(words), "{words:?} in {told}");
    }
    assert!(!told.contains("jo@example.com") && !told.contains("2125551"), "{told}");
    rig.clock.advance(jiff::SignedDuration::from_secs(1));
    rig.tell("bars/ping", &serde_json::json!({})).await;
    let ignored = ear.hear("Nothing in it is an event").await;
    assert!(ignored.contains("bars/ping") && ignored.contains("nothing followed"), "{ignored}");
    rig.clock.advance(jiff::SignedDuration::from_secs(1));
    rig.post("checkouts/update", "cut", "{\"token\":").await.expect("signed, so it is kept");
    rig.settle().await;
    assert!(ear.hear("set aside").await.contains("checkouts/update"));
    server.stop(false).await;
}

#[tokio::test]
async fn a_stream_of_one_topic_tells_that_alone_and_goes_on_where_it_was_left() {
    let (rig, address, server) = world().await;
    let session = person(&rig, Role::Viewer).await;
    let path = "/tracking/stream?topic=bars%2Fping";
    let mut ear = Ear::at(address, &session, path, "text/event-stream").await;
    ear.hear("by itself").await;
    rig.tell("checkouts/update", &Shopper::new("Jo", 1).checkout(rig.app.now())).await;
    rig.clock.advance(jiff::SignedDuration::from_secs(10));
    rig.tell("bars/ping", &serde_json::json!({})).await;
    let told = ear.hear("bars/ping").await;
    assert!(!told.contains("checkouts/update"), "{told}");
    drop(ear);
    // What came while nobody listened is told to whoever comes back with the last id.
    let seen = db::came::last(&rig.app.db, rig.shop.id).await.expect("asked").expect("a delivery");
    rig.clock.advance(jiff::SignedDuration::from_secs(10));
    rig.tell("bars/ping", &serde_json::json!({"n": 2})).await;
    let missed = db::came::last(&rig.app.db, rig.shop.id).await.expect("asked").expect("a delivery");
    let accept = format!("text/event-stream\r\nLast-Event-ID: {seen}");
    let mut again = Ear::at(address, &session, path, &accept).await;
    let told = again.hear(&missed.to_string()).await;
    assert!(!told.contains(&format!("d-{seen}")), "what was seen isn't told again: {told}");
    server.stop(false).await;
}

/// Each time the page is drawn anew: a busy store mustn't keep a phone busy with nothing else.
#[tokio::test]
#[allow(clippy::disallowed_methods)] // what is measured is time itself
async fn however_much_happens_a_page_is_told_about_once_a_second() {
    let (rig, address, server) = world().await;
    let session = person(&rig, Role::Viewer).await;
    let mut ear = Ear::on(address, &session).await;
    ear.hear("by itself").await;
    let begin = std::time::Instant::now();
    for n in 0..20 {
        rig.clock.advance(jiff::SignedDuration::from_secs(1));
        rig.tell("bars/ping", &serde_json::json!({ "n": n })).await;
    }
    let told = ear.hear_times("</li>", 20).await;
    let (pieces, seconds) = (told.matches("\nid: ").count() as u64, begin.elapsed().as_secs());
    assert!(pieces <= seconds + 3, "{pieces} pieces in {seconds} s");
    server.stop(false).await;
}

#[tokio::test]
async fn who_is_signed_out_or_may_no_longer_look_is_cut_off() {
    let (rig, address, server) = world().await;
    let session = person(&rig, Role::Viewer).await;
    let mut ear = Ear::on(address, &session).await;
    ear.hear("by itself").await;
    sign_out(&rig.app, &session).await.expect("signed out");
    assert!(ear.hear_the_end().await.contains("event: end"), "the browser is told not to come back");
    let mut stranger = Ear::on(address, &session).await;
    assert!(stranger.hear_the_end().await.contains("event: end"), "nor is the sign-in page read as news");
    let bound = save_user(&rig.app, &"ann@example.com".parse().expect("an address"), Role::Viewer, Some(rig.shop.id), PASSWORD).await;
    let session = sign_in(&rig.app, "ann@example.com", PASSWORD).await.expect("asked").expect("a session");
    let mut ear = Ear::on(address, &session).await;
    ear.hear("by itself").await;
    set_role(&rig.app, (rig.shop.id, bound.expect("a person").id), None, "story").await.expect("removed");
    assert!(ear.hear_the_end().await.contains("event: end"));
    server.stop(false).await;
}

#[tokio::test]
async fn a_person_has_four_streams_at_most_and_gets_a_seat_back_when_one_ends() {
    let (rig, address, server) = world().await;
    let session = person(&rig, Role::Viewer).await;
    let mut ears = Vec::new();
    for _ in 0..4 {
        let mut ear = Ear::on(address, &session).await;
        ear.hear("by itself").await;
        ears.push(ear);
    }
    let mut fifth = Ear::on(address, &session).await;
    let told = fifth.hear_the_end().await;
    assert!(told.contains("Too many windows") && told.contains("event: end"), "{told}");
    rig.app.live.close();
    for ear in &mut ears {
        assert!(!ear.hear_the_end().await.contains("event: end"), "it may come back, to another process");
    }
    server.stop(false).await;
}

#[tokio::test]
async fn stopping_waits_for_no_open_stream() {
    let (rig, address, server) = world().await;
    let session = person(&rig, Role::Owner).await;
    let mut ear = Ear::on(address, &session).await;
    ear.hear("by itself").await;
    // As the program does when it is told to stop. Requests that run get ten seconds to end; a stream would take all of them.
    rig.app.live.close();
    timeout(Duration::from_secs(5), server.stop(true)).await.expect("it stops at once");
    ear.hear_the_end().await;
}

#[tokio::test]
async fn a_browser_that_asks_for_a_page_gets_the_page() {
    let (rig, address, server) = world().await;
    let session = person(&rig, Role::Viewer).await;
    let mut ear = Ear::at(address, &session, "/tracking/stream", "text/html").await;
    let told = ear.hear("\r\n\r\n").await.to_lowercase();
    assert!(told.starts_with("http/1.1 303") && told.contains("location: /tracking\r\n"), "{told}");
    let mut stranger = Ear::at(address, "", "/tracking/stream", "text/html").await;
    assert!(stranger.hear("\r\n\r\n").await.contains("/login"));
    server.stop(false).await;
}
