//! Mails over kept SMTP sessions, with and without a signature, beside a bare client that only hands over bytes.

use super::sink::Sink;
use comeback::app::rendering::Rendering;
use comeback::channels::email::{DkimSigner, Smtp, SmtpOptions, new_ed25519_key, new_rsa_key};
use comeback::channels::{Belongs, Channel as _, EmailMessage, Message, Outcome};
use comeback::domain::event::ChannelKind;
use comeback::domain::template::{self, RenderContext};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

const SECONDS: Duration = Duration::from_secs(4);
const SESSIONS: [usize; 3] = [1, 4, 16];
/// Senders for each session: one waits while another's mail is on its way.
const SENDERS: usize = 2;
const DOMAIN: &str = "fernandfog.example";

pub async fn measure() {
    let sink = Sink::start().await;
    let signer = |key: &str| Some(Arc::new(DkimSigner::new(DOMAIN, "s1", key).expect("a signer")));
    let rsa = signer(&new_rsa_key().expect("a key"));
    let keys = [("unsigned", None), ("Ed25519", signer(&new_ed25519_key().expect("a key"))), ("RSA-2048", rsa)];
    let mail = Mail::new();
    let size = sized(&sink, &mail).await;
    for sessions in SESSIONS {
        let bare = bare_rate(&sink, (sessions, false), size).await;
        let pipelined = bare_rate(&sink, (sessions, true), size).await;
        println!(
            "| a bare client over {sessions} sessions, pipelined | {pipelined:.0}/s | one command at a time: {bare:.0}/s | {:.2} |",
            pipelined / bare
        );
        for (name, dkim) in &keys {
            let rate = rate(&sink, &mail, (sessions, dkim.clone(), false)).await;
            let what = format!("mails of {} KB over {sessions} sessions, {name}", size / 1024);
            println!("| {what} | {rate:.0}/s | bare client: {bare:.0}/s | {:.2} |", rate / bare);
        }
    }
    for (name, dkim) in keys {
        let rate = rate(&sink, &mail, (SESSIONS[2], dkim, true)).await;
        println!(
            "| the same over {} sessions, each rendered first, {name} | {rate:.0}/s | aim: 3,000/s | {:.2} |",
            SESSIONS[2],
            rate / 3000.0
        );
    }
}

/// What is sent: the starter that new campaigns begin with.
struct Mail {
    stored: String,
    context: RenderContext,
    rendered: EmailMessage,
}

impl Mail {
    fn new() -> Self {
        let source = template::starter("checkout-reminder", ChannelKind::Email, "en").expect("a starter");
        let stored = serde_json::to_string(&source).expect("written");
        let context = template::sample();
        let rendered = message(&Rendering::default(), &stored, &context);
        Self { stored, context, rendered }
    }
}

/// As a worker makes it: what a template's text gives is remembered from mail to mail.
fn message(rendering: &Rendering, stored: &str, context: &RenderContext) -> EmailMessage {
    let template = rendering.template(stored).expect("read");
    let mail = rendering.email(&template, context).expect("rendered");
    EmailMessage {
        key: "0190a1b2-0000-7000-8000-000000000001".to_owned(),
        reference: None,
        to: "jo.doe@example.com".parse().expect("an address"),
        to_name: None,
        from: None,
        from_name: Some("Fern & Fog".to_owned()),
        subject: mail.subject,
        html: mail.html,
        text: mail.text,
        unsubscribe_url: Some(format!("https://comeback.example/u/{}", "t".repeat(200))),
        date: "2026-03-01T12:00:00Z".parse().expect("an instant"),
        belongs: Some(Belongs { shop: "shop-1".to_owned(), campaign: Some("campaign-1".to_owned()), step: Some(1) }),
        pictures: Vec::new(),
    }
}

/// Its bytes on the wire.
async fn sized(sink: &Sink, mail: &Mail) -> usize {
    let channel = Smtp::from_url(&sink.url(), &format!("shop@{DOMAIN}")).expect("settings");
    let begun = sink.bytes();
    assert!(matches!(channel.send(&Message::Email(mail.rendered.clone())).await, Outcome::Accepted { .. }));
    usize::try_from(sink.bytes() - begun).expect("a size")
}

/// Mails per second, counted where they arrive.
async fn rate(sink: &Sink, mail: &Mail, (sessions, dkim, renders): (usize, Option<Arc<DkimSigner>>, bool)) -> f64 {
    let options = SmtpOptions { sessions, dkim, ..SmtpOptions::default() };
    let channel = Arc::new(Smtp::with_options(&sink.url(), &format!("shop@{DOMAIN}"), options).expect("settings"));
    let rendering = Arc::new(Rendering::default());
    let (begin, count) = (Instant::now(), sink.mails());
    let senders = (0..sessions * SENDERS).map(|_| {
        let (channel, rendered) = (Arc::clone(&channel), Message::Email(mail.rendered.clone()));
        let (rendering, stored, context) = (Arc::clone(&rendering), mail.stored.clone(), mail.context.clone());
        tokio::spawn(async move {
            while begin.elapsed() < SECONDS {
                let fresh = renders.then(|| Message::Email(message(&rendering, &stored, &context)));
                let outcome = channel.send(fresh.as_ref().unwrap_or(&rendered)).await;
                assert!(matches!(outcome, Outcome::Accepted { .. }), "{outcome:?}");
            }
        })
    });
    for sender in senders.collect::<Vec<_>>() {
        sender.await.expect("a sender");
    }
    (sink.mails() - count) as f64 / begin.elapsed().as_secs_f64()
}

/// As fast as bytes that are ready can be handed over, by a client that checks nothing.
async fn bare_rate(sink: &Sink, (sessions, pipelined): (usize, bool), size: usize) -> f64 {
    let (begin, count) = (Instant::now(), sink.mails());
    let port = sink.port;
    let senders: Vec<_> =
        (0..sessions).map(|_| tokio::spawn(async move { bare(port, (size, pipelined), begin).await.expect("a conversation") })).collect();
    for sender in senders {
        sender.await.expect("a sender");
    }
    (sink.mails() - count) as f64 / begin.elapsed().as_secs_f64()
}

async fn bare(port: u16, (size, pipelined): (usize, bool), begin: Instant) -> std::io::Result<()> {
    let mut line = TcpStream::connect(("127.0.0.1", port)).await?;
    line.set_nodelay(true)?;
    let content = [format!("Subject: x\r\n\r\n{}", format!("{}\r\n", "x".repeat(74)).repeat(size / 76)).as_bytes(), b".\r\n"].concat();
    answers(&mut line, 1).await?;
    line.write_all(b"EHLO bare\r\n").await?;
    answers(&mut line, 2).await?;
    while begin.elapsed() < SECONDS {
        let commands = ["MAIL FROM:<a@b.cd>\r\n", "RCPT TO:<e@f.gh>\r\n", "DATA\r\n"];
        if pipelined {
            line.write_all(commands.concat().as_bytes()).await?;
            answers(&mut line, commands.len()).await?;
        } else {
            for command in commands {
                line.write_all(command.as_bytes()).await?;
                answers(&mut line, 1).await?;
            }
        }
        line.write_all(&content).await?;
        answers(&mut line, 1).await?;
    }
    line.write_all(b"QUIT\r\n").await
}

/// Reads so many lines.
async fn answers(line: &mut TcpStream, mut count: usize) -> std::io::Result<()> {
    let mut buffer = [0; 1024];
    while count > 0 {
        let read = line.read(&mut buffer).await?;
        assert!(read > 0, "the sink hung up");
        let ends = buffer[..read].split(|b| *b == b'\n').count() - 1;
        count -= ends.min(count);
    }
    Ok(())
}
