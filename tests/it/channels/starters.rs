//! The starter mails as they arrive: valid HTML, no mark of spam, small, and with a text that can be read. The tools are installed by
//! `scripts/install-test-needs`; where one is absent its test says so.

use super::email::{channel, parsed};
use crate::support::smtp::SmtpServer;
use comeback::channels::{Channel as _, EmailMessage, Message};
use comeback::domain::event::ChannelKind;
use comeback::domain::template::{self, ENCODED_ADVISED, RenderContext, Starter, encoded_len};
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// SpamAssassin's own threshold is 5; what a merchant writes comes on top.
const SCORE_MAX: f64 = 1.0;
/// What HTML for mail programs can't do without: attributes that browsers have left behind, styles in elements, and what MJML writes.
const RULES: &str = r#"{"root":true,"extends":["html-validate:standard"],"rules":{
"no-deprecated-attr":"off","no-inline-style":"off","void-style":"off","no-trailing-whitespace":"off","attribute-boolean-style":"off","no-conditional-comment":"off"}}"#;

fn context(picture: bool) -> RenderContext {
    let mut context = template::sample();
    let link = |path: &str| format!("https://comeback.fern.example/{path}/AZC1c3RvcnkAAAABmM7mAAAAAAAAAAAA.c2lnbmF0dXJlc2lnbmF0dXJl");
    (context.link, context.unsubscribe_url) = (link("r"), link("u"));
    if picture {
        context.items[0].image_url = Some("https://cdn.fern.example/mug.jpg?v=1&width=200".to_owned());
    }
    context
}

fn mails() -> impl Iterator<Item = &'static Starter> {
    template::starters().iter().filter(|starter| starter.channel == ChannelKind::Email)
}

fn rendered(starter: &Starter, picture: bool) -> template::RenderedEmail {
    template::render_email(&starter.source(), &context(picture)).expect("renders")
}

/// A tool below the target folder, or on the path.
#[allow(clippy::disallowed_methods)] // where tools are installed is no setting of the program
fn tool(name: &str, inside: &str) -> Option<PathBuf> {
    let targets = [std::env::var("CARGO_TARGET_DIR").ok(), Some(concat!(env!("CARGO_MANIFEST_DIR"), "/target").to_owned())];
    let installed = targets.into_iter().flatten().map(|target| PathBuf::from(target).join("tools").join(inside));
    let on_path = ["/usr/bin", "/usr/local/bin"].map(|folder| PathBuf::from(folder).join(name));
    let found = installed.chain(on_path).find(|path| path.exists());
    if found.is_none() {
        eprintln!("SKIPPED: {name} is absent; `scripts/install-test-needs` installs it");
    }
    found
}

#[test]
fn starter_mails_are_valid_html() {
    let Some(validator) = tool("html-validate", "html-validate/node_modules/.bin/html-validate") else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let rules = folder.path().join("rules.json");
    std::fs::write(&rules, RULES).expect("written");
    for starter in mails() {
        for picture in [false, true] {
            let path = folder.path().join(format!("{}-{}-{picture}.html", starter.key, starter.language));
            std::fs::write(path, rendered(starter, picture).html).expect("written");
        }
    }
    let output = Command::new(validator)
        .arg("--config")
        .arg(&rules)
        .arg("--formatter")
        .arg("text")
        .arg(folder.path())
        .output()
        .expect("the validator");
    assert!(output.status.success(), "{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
}

/// Every starter mail as a server gets it.
#[allow(clippy::disallowed_methods)] // a mail of long ago is suspect to a spam filter
async fn on_the_wire() -> Vec<(String, Vec<u8>)> {
    let server = SmtpServer::start().await;
    let sender = channel(&server.url());
    let mut names = Vec::new();
    for (n, starter) in mails().enumerate() {
        let mail = rendered(starter, true);
        let message = EmailMessage {
            key: format!("0190a1b2-0000-7000-8000-0000000000{n:02}"),
            subject: mail.subject,
            html: mail.html,
            text: mail.text,
            unsubscribe_url: Some(context(true).unsubscribe_url),
            date: jiff::Timestamp::now(),
            ..super::mail()
        };
        sender.send(&Message::Email(message)).await;
        names.push(format!("{}.{}", starter.key, starter.language));
    }
    let received = server.messages();
    assert_eq!(received.len(), names.len());
    names.into_iter().zip(received.into_iter().map(|r| r.data)).collect()
}

#[tokio::test]
async fn starter_mails_have_no_mark_of_spam() {
    let Some(assassin) = tool("spamassassin", "spamassassin") else { return };
    let mails = on_the_wire().await;
    // All in one mailbox: the program takes seconds to start.
    let mailbox: Vec<u8> = mails
        .iter()
        .flat_map(|(_, mail)| [b"From shop@fernandfog.example Thu Jan  1 00:00:00 2026\n", mail.as_slice(), b"\n\n"].concat())
        .filter(|b| *b != b'\r')
        .collect();
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("mails.mbox");
    std::fs::write(&path, mailbox).expect("written");
    let run = move || Command::new(assassin).args(["-L", "-t", "--mbox"]).arg(path).stdin(Stdio::null()).output().expect("SpamAssassin");
    let output = tokio::task::spawn_blocking(run).await.expect("SpamAssassin");
    let text = String::from_utf8_lossy(&output.stdout).replace("\n\t", " ");
    let told: Vec<&str> = text.lines().filter(|line| line.starts_with("X-Spam-Status:")).collect();
    assert_eq!(told.len(), mails.len(), "{}{}", text, String::from_utf8_lossy(&output.stderr));
    for (status, (name, _)) in told.iter().zip(&mails) {
        let score =
            status.split("score=").nth(1).and_then(|rest| rest.split_whitespace().next()).and_then(|score| score.parse::<f64>().ok());
        assert!(score.is_some_and(|score| score <= SCORE_MAX), "{name}: {status}");
    }
}

#[tokio::test]
async fn starter_mails_are_far_from_being_cut_off_and_their_size_is_what_the_editor_says() {
    for (name, mail) in on_the_wire().await {
        let text = String::from_utf8(mail).expect("ASCII");
        let html = text
            .split("Content-Type: text/html")
            .nth(1)
            .and_then(|part| part.split_once("\r\n\r\n"))
            .map(|(_, body)| body)
            .expect("the HTML part");
        let size = html.split("\r\n--=_").next().expect("its end").len();
        let starter = mails().find(|s| format!("{}.{}", s.key, s.language) == name).expect("the starter");
        let told = encoded_len(&rendered(starter, true).html);
        assert!(told.abs_diff(size) <= size / 100, "{name}: told {told}, on the wire {size}");
        assert!(size < ENCODED_ADVISED / 2, "{name}: {size}");
    }
}

#[tokio::test]
async fn starter_mails_say_who_sends_why_and_how_to_leave_in_both_parts() {
    for (name, mail) in on_the_wire().await {
        let received = crate::support::smtp::Received {
            encrypted: false,
            from: String::new(),
            to: Vec::new(),
            data: mail,
            begun: tokio::time::Instant::now(),
        };
        let mail = parsed(&received);
        let (text, html) = (mail.body_text(0).expect("text"), mail.body_html(0).expect("HTML"));
        let context = context(true);
        for part in [&text, &html] {
            assert!(part.contains(&context.unsubscribe_url) && part.contains(&context.link), "{name}: {part}");
            assert!(part.contains("12 Moss Lane, Portland, OR 97201, USA"), "{name}: {part}");
        }
        assert!(html.contains("name=\"color-scheme\" content=\"light dark\"") && html.contains("prefers-color-scheme: dark"), "{name}");
        assert!(!html.contains("\"#ffffff\"") && !html.contains("#000000"), "{name}: pure white or black turns around in dark mode");
        let page = scraper::Html::parse_document(&html);
        let images = scraper::Selector::parse("img").expect("a selector");
        assert!(
            page.select(&images).all(|image| image.attr("alt").is_some_and(|alt| !alt.is_empty())),
            "{name}: a picture without a description"
        );
        assert!(
            page.select(&images).all(|image| image.attr("src").is_some_and(|src| src.starts_with("https://cdn."))),
            "{name}: an open pixel"
        );
        assert_eq!(text.matches("https://").count(), 3, "{name}: the store, the cart, and the way out, once each: {text}");
        assert!(!text.contains("\n\n\n") && !text.contains('{') && text.lines().all(|line| line.trim() == line), "{name}: {text}");
        assert!(
            text.lines().next().is_some_and(|first| first.starts_with("Fern & Fog: ")),
            "{name}: the preheader is for lists of mails: {text}"
        );
    }
}
