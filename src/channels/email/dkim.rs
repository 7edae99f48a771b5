//! Signatures by which mailbox providers know that a mail comes from the domain that it names (DKIM, RFC 6376; Ed25519: RFC 8463).
//!
//! A signature covers what RFC 8058 wants covered and every header that a reader or a mail program goes by, each once more than it is there: who adds a
//! second `Subject` on the way breaks it (section 5.4.2). Its time is the mail's own, so that the same mail has the same signature.

use super::dkim_keys::Key;
use super::headers::is_domain;
use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use jiff::Timestamp;
use memchr::{memchr, memmem};
use std::fmt::Write as _;

const LINE_MAX: usize = 76; // characters of a line of the signature's own header
const SELECTOR_MAX: usize = 63; // characters
/// What is covered. Servers on the way may change anything else.
const COVERED: [&str; 12] = [
    "From",
    "To",
    "Reply-To",
    "Subject",
    "Date",
    "Message-ID",
    "MIME-Version",
    "Content-Type",
    "List-Unsubscribe",
    "List-Unsubscribe-Post",
    "Feedback-ID",
    "List-Id",
];

/// Signs for one domain.
pub struct Signer {
    domain: String,
    selector: String,
    key: Key,
}

impl Signer {
    /// `domain` and `selector` say where the public key is published: `selector._domainkey.domain`. `key` is the private key as PEM.
    ///
    /// # Errors
    /// What is wrong, without the key.
    pub fn new(domain: &str, selector: &str, key: &str) -> Result<Self, String> {
        if !is_domain(domain) || !domain.contains('.') {
            return Err("the domain of the DKIM signature is no domain; write it as example.com".to_owned());
        }
        if !is_domain(selector) || selector.len() > SELECTOR_MAX {
            return Err("the DKIM selector has letters that a name in DNS can't have; write it as comeback1".to_owned());
        }
        Ok(Self { domain: domain.to_ascii_lowercase(), selector: selector.to_ascii_lowercase(), key: Key::from_pem(key)? })
    }

    /// May it sign for mails from this domain, so that DMARC counts the signature? One of the two must be the other, or above it.
    ///
    /// # Errors
    /// That it may not, and what to do.
    pub fn aligned(&self, sender: &str) -> Result<(), String> {
        let sender = sender.to_ascii_lowercase();
        let within = |inner: &str, outer: &str| inner == outer || inner.strip_suffix(outer).is_some_and(|rest| rest.ends_with('.'));
        if within(&sender, &self.domain) || within(&self.domain, &sender) {
            return Ok(());
        }
        Err(format!(
            "mails from {sender} can't be signed for {}: mailbox providers only count a signature of the sender's own domain; \
             send from an address of {} or sign for {sender}",
            self.domain, self.domain
        ))
    }

    /// Where the public key is published, and what stands there, as TXT.
    pub fn record(&self) -> (String, String) {
        (format!("{}._domainkey.{}", self.selector, self.domain), self.key.record())
    }

    /// Does a signature take so long that other work should go on beside it?
    pub fn is_slow(&self) -> bool {
        self.key.is_slow()
    }

    /// The signature of a mail as its first header, line end included. `mail` has CRLF line ends.
    ///
    /// # Errors
    /// When the key can't sign.
    pub fn sign(&self, mail: &[u8], at: Timestamp) -> Result<Vec<u8>, String> {
        let (head, body) = parts(mail);
        let headers = headers(head);
        let (names, mut signed) = covered(&headers);
        let unsigned = self.unsigned(&names, &BASE64.encode(digest(&SHA256, &relaxed_body(body))), at);
        // The signature signs its own header, too: without its own value and without a line end (section 3.7).
        relaxed_header(&mut signed, "dkim-signature", unsigned.split_once(':').map_or("", |(_, value)| value).as_bytes());
        let signature = BASE64.encode(self.key.sign(&signed)?);
        let mut header = unsigned;
        for chunk in signature.as_bytes().chunks(LINE_MAX - 2) {
            header.push_str("\r\n ");
            header.push_str(&String::from_utf8_lossy(chunk));
        }
        header.push_str("\r\n");
        Ok(header.into_bytes())
    }

    /// The header up to `b=`.
    fn unsigned(&self, names: &[&str], body_hash: &str, at: Timestamp) -> String {
        let mut header = format!(
            "DKIM-Signature: v=1; a={}; c=relaxed/relaxed;\r\n d={};\r\n s={}; t={};",
            self.key.algorithm(),
            self.domain,
            self.selector,
            at.as_second()
        );
        header.push_str("\r\n h=");
        let mut column = 3;
        for (index, name) in names.iter().enumerate() {
            let end = if index + 1 == names.len() { ';' } else { ':' };
            if column + name.len() + 1 > LINE_MAX {
                header.push_str("\r\n ");
                column = 1;
            }
            // Writing into a text can't fail.
            let _ = write!(header, "{name}{end}");
            column += name.len() + 1;
        }
        let _ = write!(header, "\r\n bh={body_hash};\r\n b=");
        header
    }
}

/// Header and body, apart from the empty line between them.
fn parts(mail: &[u8]) -> (&[u8], &[u8]) {
    const GAP: &[u8] = b"\r\n\r\n";
    match memmem::find(mail, GAP) {
        Some(at) => (mail.get(..at + 2).unwrap_or_default(), mail.get(at + GAP.len()..).unwrap_or_default()),
        None => (mail, &[]),
    }
}

/// Names and values, folds included.
fn headers(head: &[u8]) -> Vec<(&[u8], &[u8])> {
    let mut found = Vec::new();
    let mut rest = head;
    while !rest.is_empty() {
        let (header, after) = rest.split_at(header_end(rest));
        if let Some(colon) = header.iter().position(|b| *b == b':') {
            let (name, value) = header.split_at(colon);
            found.push((name.trim_ascii_end(), value.get(1..).unwrap_or_default()));
        }
        rest = after;
    }
    found
}

/// Where the first header ends: at a line end that no blank follows.
fn header_end(head: &[u8]) -> usize {
    let mut ends = head.iter().enumerate().filter(|(_, byte)| **byte == b'\n').map(|(at, _)| at + 1);
    ends.find(|end| !matches!(head.get(*end), Some(b' ' | b'\t'))).unwrap_or(head.len())
}

/// The names for `h=`, and what they stand for: of several headers of a name the last comes first, and after those that are there comes one that isn't,
/// which stands for nothing.
fn covered(headers: &[(&[u8], &[u8])]) -> (Vec<&'static str>, Vec<u8>) {
    let (mut names, mut signed) = (Vec::with_capacity(2 * COVERED.len()), Vec::with_capacity(2048));
    for name in COVERED {
        for (_, value) in headers.iter().rev().filter(|(found, _)| found.eq_ignore_ascii_case(name.as_bytes())) {
            names.push(name);
            relaxed_header(&mut signed, &name.to_ascii_lowercase(), value);
            signed.extend_from_slice(b"\r\n");
        }
        names.push(name);
    }
    (names, signed)
}

/// Section 3.4.2, without the line end.
fn relaxed_header(out: &mut Vec<u8>, name: &str, value: &[u8]) {
    out.extend_from_slice(name.as_bytes());
    out.push(b':');
    let words = value.split(|b| matches!(b, b' ' | b'\t' | b'\r' | b'\n')).filter(|word| !word.is_empty());
    for (index, word) in words.enumerate() {
        if index > 0 {
            out.push(b' ');
        }
        out.extend_from_slice(word);
    }
}

/// Section 3.4.4.
fn relaxed_body(body: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(body.len() + 2);
    let mut filled = 0; // up to the end of the last line that isn't empty
    let mut rest = body;
    while !rest.is_empty() {
        let (line, after) = rest.split_at(memchr(b'\n', rest).map_or(rest.len(), |at| at + 1));
        let line = line.strip_suffix(b"\n").unwrap_or(line);
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let end = line.iter().rposition(|b| !is_blank(*b)).map_or(0, |at| at + 1);
        let line = line.get(..end).unwrap_or_default();
        put_line(&mut out, line);
        out.extend_from_slice(b"\r\n");
        if !line.is_empty() {
            filled = out.len();
        }
        rest = after;
    }
    out.truncate(filled);
    out
}

/// Runs of blanks become one.
fn put_line(out: &mut Vec<u8>, line: &[u8]) {
    // Few lines have any. All of the line is looked at, since a loop that may end early looks at one letter at a time.
    let pairs = line.iter().zip(line.get(1..).unwrap_or_default());
    let has_run = pairs.fold(false, |found, (one, next)| found | (is_blank(*one) & is_blank(*next)));
    if !has_run && memchr(b'\t', line).is_none() {
        return out.extend_from_slice(line);
    }
    let mut before = false;
    for byte in line.iter().copied() {
        match (is_blank(byte), before) {
            (true, true) => {}
            (true, false) => out.push(b' '),
            (false, _) => out.push(byte),
        }
        before = is_blank(byte);
    }
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signer(domain: &str) -> Signer {
        let key = super::super::dkim_keys::new_ed25519().expect("a key");
        Signer::new(domain, "s1", &key).expect("a signer")
    }

    #[test]
    fn a_mail_is_made_plain_as_the_standard_says() {
        // RFC 6376, section 3.4.5.
        let mail = b"A: X\r\nB : Y\t\r\n\tZ  \r\n\r\n C \r\nD \t E\r\n\r\n\r\n";
        let (head, body) = parts(mail);
        let mut made = Vec::new();
        for (name, value) in headers(head) {
            relaxed_header(&mut made, &String::from_utf8_lossy(name).to_lowercase(), value);
            made.extend_from_slice(b"\r\n");
        }
        assert_eq!(String::from_utf8_lossy(&made), "a:X\r\nb:Y Z\r\n");
        assert_eq!(String::from_utf8_lossy(&relaxed_body(body)), " C\r\nD E\r\n");
        for empty in ["", "\r\n", "\r\n\r\n", " \r\n\t\r\n"] {
            assert!(relaxed_body(empty.as_bytes()).is_empty(), "{empty:?}");
        }
        assert_eq!(relaxed_body(b"a"), b"a\r\n");
    }

    #[test]
    fn every_header_that_counts_is_covered_once_more_than_it_is_there() {
        let signed = signer("example.com").sign(b"From: a@example.com\r\nTo: x@y.z\r\nX-Other: 1\r\n\r\nHello\r\n", Timestamp::UNIX_EPOCH);
        let header = String::from_utf8(signed.expect("signed")).expect("ASCII");
        assert!(header.lines().all(|line| line.len() <= 78), "{header}");
        let plain = header.replace("\r\n ", "");
        assert!(
            plain.contains("h=From:From:To:To:Reply-To:Subject:Date:Message-ID:MIME-Version:Content-Type:List-Unsubscribe:"),
            "{plain}"
        );
        assert!(plain.contains("List-Unsubscribe-Post:Feedback-ID:List-Id;bh=") && !plain.contains("X-Other"), "{plain}");
    }

    #[test]
    fn a_signature_is_for_the_senders_own_domain() {
        let check = |domain: &str, sender: &str, expected: bool| {
            assert_eq!(signer(domain).aligned(sender).is_ok(), expected, "{domain} {sender}");
        };
        check("example.com", "example.com", true);
        check("Example.com", "example.COM", true);
        check("example.com", "news.example.com", true);
        check("mail.example.com", "example.com", true);
        check("example.com", "badexample.com", false);
        check("badexample.com", "example.com", false);
        check("example.com", "example.org", false);
        let said = signer("example.org").aligned("example.com").expect_err("not aligned");
        assert!(said.contains("example.org") && said.contains("example.com"), "{said}");
    }

    #[test]
    fn what_can_not_stand_in_dns_or_sign_is_refused() {
        let key = super::super::dkim_keys::new_ed25519().expect("a key");
        for (domain, selector, key) in [
            ("example", "s1", key.as_str()),
            ("exa mple.com", "s1", &key),
            ("example.com;", "s1", &key),
            ("example.com", "", &key),
            ("example.com", "s=1", &key),
            ("example.com", "s1", "hunter2"),
            ("example.com", "s1", "-----BEGIN PRIVATE KEY-----\naHVudGVyMg==\n-----END PRIVATE KEY-----\n"),
        ] {
            let said = Signer::new(domain, selector, key).err().expect("refused");
            assert!(!said.contains("hunter2") && !said.contains("aHVudGVyMg"), "{said}");
        }
    }
}
