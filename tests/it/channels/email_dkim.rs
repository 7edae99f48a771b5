//! Signatures of mails, read by a verifier that isn't ours (dkimpy).

use super::email::{FROM, options};
use super::{Kind, email_message, kind, mail};
use crate::support::smtp::SmtpServer;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use comeback::channels::email::{DkimSigner, Smtp, SmtpOptions, new_ed25519_key, new_rsa_key};
use comeback::channels::settings::{Chosen, Origin};
use comeback::channels::{Belongs, Channel as _, EmailMessage, Message};
use std::io::Write as _;
use std::process::{Command, Stdio};
use std::sync::{Arc, LazyLock};

const DOMAIN: &str = "fernandfog.example";
const SELECTOR: &str = "comeback1";
/// Debian's own Python, where `scripts/install-test-needs` puts the verifier.
const PYTHON: &str = "/usr/bin/python3";
/// A line per mail on stdin, in base64, the key's record first; `True` or `False` per mail on stdout.
const VERIFIER: &str = r#"
import base64, sys, dkim
record, *mails = [base64.b64decode(line) for line in sys.stdin.read().split()]
for mail in mails:
    try:
        print(dkim.verify(mail, dnsfunc=lambda name, timeout=5: record if name == b"comeback1._domainkey.fernandfog.example." else None))
    except dkim.DKIMException:
        print(False)
"#;

static RSA: LazyLock<String> = LazyLock::new(|| new_rsa_key().expect("a key"));

fn signer(key: &str) -> DkimSigner {
    DkimSigner::new(DOMAIN, SELECTOR, key).expect("a signer")
}

/// Which of these mails have a signature that holds?
fn verified(signer: &DkimSigner, mails: &[Vec<u8>]) -> Vec<bool> {
    let mut command = Command::new(PYTHON);
    command.args(["-c", VERIFIER]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("Python; run scripts/install-test-needs");
    let (name, record) = signer.record();
    assert_eq!(name, format!("{SELECTOR}._domainkey.{DOMAIN}"));
    let lines: Vec<String> = std::iter::once(record.as_bytes()).chain(mails.iter().map(Vec::as_slice)).map(|m| BASE64.encode(m)).collect();
    child.stdin.take().expect("stdin").write_all(lines.join("\n").as_bytes()).expect("written");
    let output = child.wait_with_output().expect("an end");
    let problem = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "is dkimpy there? run scripts/install-test-needs: {problem}");
    let answers: Vec<bool> = String::from_utf8_lossy(&output.stdout).lines().map(|line| line == "True").collect();
    assert_eq!(answers.len(), mails.len(), "{problem}");
    answers
}

/// A mail with everything that can be in one.
fn full() -> EmailMessage {
    EmailMessage {
        subject: "Zoë, you left something très long behind – and we kept it for you, all of it, promised 🛒".to_owned(),
        text: "Grüße  \n.\n..dots\t \n\n\n".to_owned() + &"x ".repeat(200),
        html: "<p>Grüße</p>\n.\nFrom here\n<a href=\"https://comeback.example/r/x\">=3D</a>\n\n".to_owned(),
        unsubscribe_url: Some(format!("https://comeback.example/u/{}", "t".repeat(300))),
        belongs: Some(Belongs { shop: "shop-1".to_owned(), campaign: Some("campaign-1".to_owned()), step: Some(1) }),
        ..mail()
    }
}

/// Mails as they arrive at a server, signed.
async fn arrived(key: &str, mails: Vec<EmailMessage>) -> Vec<Vec<u8>> {
    let server = SmtpServer::start().await;
    let dkim = Some(Arc::new(signer(key)));
    let channel = Smtp::with_options(&server.url(), FROM, SmtpOptions { dkim, ..options() }).expect("settings");
    for mail in mails {
        assert_eq!(kind(&channel.send(&Message::Email(mail)).await), Kind::Accepted);
    }
    server.messages().into_iter().map(|received| received.data).collect()
}

fn replaced(mail: &[u8], from: &str, to: &str) -> Vec<u8> {
    let text = String::from_utf8(mail.to_vec()).expect("ASCII");
    assert!(text.contains(from), "{from:?} is not in the mail");
    text.replacen(from, to, 1).into_bytes()
}

/// The key as older programs write it: what PKCS#8 wraps, which is 26 bytes for a key of 2048 bits (RFC 5208, section 5).
fn pkcs1(pkcs8: &str) -> String {
    let lines: String = pkcs8.lines().filter(|line| !line.starts_with("-----")).collect();
    let der = BASE64.decode(lines).expect("Base64");
    format!("-----BEGIN RSA PRIVATE KEY-----\n{}\n-----END RSA PRIVATE KEY-----\n", BASE64.encode(&der[26..]))
}

#[tokio::test]
async fn a_signature_of_every_kind_of_key_holds_for_every_kind_of_mail() {
    for key in [RSA.clone(), pkcs1(&RSA), new_ed25519_key().expect("a key")] {
        let to_owner = EmailMessage { unsubscribe_url: None, ..mail() };
        let empty = EmailMessage { text: String::new(), html: String::new(), subject: String::new(), ..mail() };
        let mails = arrived(&key, vec![full(), mail(), to_owner, empty]).await;
        assert!(mails.iter().all(|mail| mail.starts_with(b"DKIM-Signature: ")));
        assert_eq!(verified(&signer(&key), &mails), [true; 4], "{}", key.lines().next().unwrap_or_default());
    }
}

#[tokio::test]
async fn whatever_is_changed_on_the_way_breaks_the_signature() {
    let key = new_ed25519_key().expect("a key");
    let mail = arrived(&key, vec![full()]).await.remove(0);
    let changes = [
        ("From: ", "From: x"),
        ("<shop@fernandfog.example>", "<shoq@fernandfog.example>"),
        ("To: ", "To: x"),
        ("Subject: ", "Subject: x"),
        ("Date: ", "Date: x"),
        ("Message-ID: <", "Message-ID: <x"),
        ("MIME-Version: 1.0", "MIME-Version: 1.1"),
        ("multipart/alternative", "multipart/mixed"),
        ("List-Unsubscribe: <https://comeback", "List-Unsubscribe: <https://evil"),
        ("List-Unsubscribe=One-Click", "List-Unsubscribe=Two-Click"),
        ("Feedback-ID: campaign-1", "Feedback-ID: campaign-2"),
        ("List-Id: <shop-1", "List-Id: <shop-2"),
        ("Gr=C3=BC=C3=9Fe</p>", "Gr=C3=BC=C3=9Fe</b>"),
        ("v=1; ", "v=1; x=1; "),
    ];
    let mut mails: Vec<Vec<u8>> = changes.iter().map(|(from, to)| replaced(&mail, from, to)).collect();
    // The unsubscribe headers gone, and the body with more at its end.
    mails.push(replaced(&mail, "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n", ""));
    mails.push([mail.as_slice(), b"more\r\n"].concat());
    assert_eq!(verified(&signer(&key), &mails), vec![false; mails.len()]);
}

#[tokio::test]
async fn nobody_can_add_a_header_that_counts_and_what_does_not_count_may_change() {
    let key = new_ed25519_key().expect("a key");
    let mail = arrived(&key, vec![full()]).await.remove(0);
    let added = |line: &str| [line.as_bytes(), &mail].concat();
    let within = |line: &str| replaced(&mail, "\r\nSubject: ", &format!("\r\n{line}Subject: "));
    let forged = [
        "From: evil@example.org\r\n",
        "Reply-To: evil@example.org\r\n",
        "Subject: You have won\r\n",
        "To: victim@example.org\r\n",
        "Content-Type: text/html\r\n",
        "List-Unsubscribe: <https://evil.example/>\r\n",
        "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n",
        "Feedback-ID: a:b:c:evil\r\n",
    ];
    let mails: Vec<Vec<u8>> = forged.iter().flat_map(|line| [added(line), within(line)]).collect();
    assert_eq!(verified(&signer(&key), &mails), vec![false; mails.len()]);
    let harmless = [
        mail.clone(),
        added("Received: from here by there\r\n"),
        added("X-Spam-Score: 0.1\r\n"),
        within("X-Mailer: relay\r\n"),
        replaced(&mail, "Feedback-ID: campaign", "feedback-id:\r\n  campaign"),
        replaced(&mail, "MIME-Version: 1.0", "MIME-Version:  1.0 "),
        [mail.as_slice(), b"\r\n\r\n"].concat(),
    ];
    assert_eq!(verified(&signer(&key), &harmless), vec![true; harmless.len()]);
    let other = new_ed25519_key().expect("a key");
    assert_eq!(verified(&signer(&other), &[mail]), [false], "another's key");
}

#[tokio::test]
async fn the_same_message_has_the_same_signature() {
    for key in [RSA.clone(), new_ed25519_key().expect("a key")] {
        let mails = arrived(&key, vec![full(), full()]).await;
        assert_eq!(mails[0], mails[1]);
    }
}

#[tokio::test]
async fn a_signature_that_would_not_count_is_refused_in_the_settings() {
    let key = new_ed25519_key().expect("a key");
    let build = |values: &[(&str, &str)]| {
        let usual = [("url", "smtp://mail.example.com"), ("from", FROM)];
        Chosen { provider: "smtp".to_owned(), values: usual.iter().chain(values).copied().collect() }.build(Origin::Store)
    };
    assert!(build(&[]).is_ok());
    assert!(build(&[("dkim_domain", DOMAIN), ("dkim_selector", SELECTOR), ("dkim_key", &key)]).is_ok());
    let check = |values: &[(&str, &str)], part: &str| {
        let said = build(values).err().expect("refused");
        assert!(said.contains(part) && !said.contains(&key[40..60]), "{said}");
    };
    check(&[("dkim_domain", DOMAIN), ("dkim_selector", SELECTOR)], "needs all three");
    check(&[("dkim_domain", "example.org"), ("dkim_selector", SELECTOR), ("dkim_key", &key)], "can't be signed for example.org");
    check(&[("dkim_domain", DOMAIN), ("dkim_selector", SELECTOR), ("dkim_key", "hunter2")], "can't be read");
    // A message with a sender of its own isn't sent unsigned, either.
    let server = SmtpServer::start().await;
    let dkim = Some(Arc::new(signer(&key)));
    let channel = Smtp::with_options(&server.url(), FROM, SmtpOptions { dkim, ..options() }).expect("settings");
    let other = EmailMessage { from: Some("shop@example.org".to_owned()), ..mail() };
    assert_eq!(kind(&channel.send(&Message::Email(other)).await), Kind::Refused(comeback::channels::Fault::Sender));
    assert_eq!(server.attempts(), 0);
    assert_eq!(kind(&channel.send(&email_message()).await), Kind::Accepted);
}
