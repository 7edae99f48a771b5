//! A rendered mail as RFC 5322 bytes: the same message gives the same bytes, so that a second attempt is recognised as a repeat.

use super::{headers, quoted};
use crate::channels::{EmailMessage, Picture};
use lettre::message::header::{ContentDisposition, ContentId, ContentTransferEncoding, ContentType, HeaderName, HeaderValue};
use lettre::message::{Body, Mailbox, MultiPart, MultiPartKind, SinglePart};
use lettre::{Address, Message};
use std::time::SystemTime;

const NAME_MAX: usize = 100; // characters of a display name
pub(super) const PNG: &str = "image/png";
pub(super) const SUBJECT_MAX: usize = 255; // characters

/// A mail as it goes over the wire.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wire {
    /// Where it goes back to if it can't be delivered.
    pub return_path: String,
    /// Who gets it.
    pub recipient: String,
    /// Header and body.
    pub bytes: Vec<u8>,
    /// Without its angle brackets.
    pub message_id: String,
}

/// Puts a mail together. `sender` is the channel's own address, taken where the message names none.
///
/// # Errors
/// What can't be written in a mail, without any address.
pub fn build(message: &EmailMessage, sender: &Mailbox) -> Result<Wire, String> {
    let from = from(message, sender)?;
    let to = Mailbox::new(message.to_name.as_deref().and_then(display_name), address(message.to.as_str())?);
    let (return_path, recipient) = (from.email.to_string(), to.email.to_string());
    let key = word(&message.key)?;
    let message_id = match &message.reference {
        Some(earlier) => reference(earlier)?,
        None => message_id(&key, &from),
    };
    message.pictures.iter().try_for_each(|picture| word(&picture.name).map(|_| ()))?;
    let extra = headers::extra(message, from.email.domain())?;
    let head = Message::builder()
        .date(SystemTime::from(message.date))
        .from(from)
        .to(to)
        .subject(one_line(&message.subject, SUBJECT_MAX))
        .message_id(Some(format!("<{message_id}>")));
    let mail = extra
        .into_iter()
        .fold(head, |head, (name, value)| head.raw_header(written(name, value)))
        .multipart(alternatives(message, &key))
        .map_err(|_| "the mail could not be put together; check the sender's address in the settings".to_owned())?;
    Ok(Wire { return_path, recipient, bytes: mail.formatted(), message_id })
}

/// The Message-ID of a mail from this sender, without its angle brackets.
pub fn message_id(key: &str, sender: &Mailbox) -> String {
    format!("{key}@{}", sender.email.domain())
}

/// A Message-ID that left before, if it can stand in a header.
pub(super) fn reference(text: &str) -> Result<String, String> {
    let unreadable = || "the Message-ID of an earlier attempt can't be written in a mail's header".to_owned();
    let (key, domain) = text.split_once('@').ok_or_else(unreadable)?;
    let plain =
        !domain.is_empty() && domain.len() <= 255 && domain.bytes().all(|b| b.is_ascii_graphic() && !matches!(b, b'<' | b'>' | b'@'));
    if plain { Ok(format!("{}@{domain}", word(key)?)) } else { Err(unreadable()) }
}

/// Could this mail be sent, from this sender? What it would look like on the wire is thrown away.
///
/// # Errors
/// What can't be written in a mail, without any address.
pub fn can_be_written(message: &EmailMessage, sender: &str) -> Result<(), String> {
    build(message, &mailbox(sender)?).map(|_| ())
}

/// Text first and HTML last: programs show the last part that they understand (RFC 2046, section 5.1.4).
fn alternatives(message: &EmailMessage, key: &str) -> MultiPart {
    let part = |kind, text: &str| {
        let encoding = ContentTransferEncoding::QuotedPrintable;
        SinglePart::builder().header(kind).header(encoding).body(Body::dangerous_pre_encoded(quoted::printable(text), encoding))
    };
    // "=_" can't occur in quoted-printable text and in Base64, so the boundaries can't occur in a part.
    let both = MultiPart::builder()
        .kind(MultiPartKind::Alternative)
        .boundary(format!("=_{key}"))
        .singlepart(part(ContentType::TEXT_PLAIN, &message.text));
    let html = part(ContentType::TEXT_HTML, &message.html);
    if message.pictures.is_empty() {
        return both.singlepart(html);
    }
    // The page and what it shows are one thing (RFC 2387).
    let page = MultiPart::builder().kind(MultiPartKind::Related).boundary(format!("=_r{key}")).singlepart(html);
    both.multipart(message.pictures.iter().fold(page, |page, picture| page.singlepart(inline(picture))))
}

/// A picture that the page names by its Content-ID (RFC 2392).
fn inline(picture: &Picture) -> SinglePart {
    let kind = ContentType::parse(PNG).unwrap_or(ContentType::TEXT_PLAIN);
    // Base64 is what a body of any bytes becomes; the name is a word, checked before.
    let body = Body::new_with_encoding(picture.png.clone(), ContentTransferEncoding::Base64).unwrap_or_else(Body::new);
    SinglePart::builder()
        .header(kind)
        .header(ContentDisposition::inline_with_name(&picture.name))
        .header(ContentId::from(format!("<{}>", picture.name)))
        .body(body)
}

pub(super) fn from(message: &EmailMessage, sender: &Mailbox) -> Result<Mailbox, String> {
    let own = match &message.from {
        Some(from) => mailbox(from)?,
        None => sender.clone(),
    };
    let name = message.from_name.as_deref().and_then(display_name).or(own.name);
    Ok(Mailbox::new(name, own.email))
}

/// Reads `name@example.com` or `Name <name@example.com>`.
///
/// # Errors
/// What is wrong, without the address.
pub fn mailbox(text: &str) -> Result<Mailbox, String> {
    let parsed: Mailbox = text.trim().parse().map_err(|_| "the sender's address can't be read; write it as shop@example.com".to_owned())?;
    let email = address(parsed.email.as_ref())?;
    Ok(Mailbox::new(parsed.name.as_deref().and_then(display_name), email))
}

/// An address with its domain in the letters that DNS knows.
pub(super) fn address(text: &str) -> Result<Address, String> {
    let unreadable = || "an address of the mail can't be written in a mail's header".to_owned();
    let (local, domain) = text.rsplit_once('@').ok_or_else(unreadable)?;
    let host = url::Host::parse(domain).map_err(|_| unreadable())?;
    Address::new(local, host.to_string()).map_err(|_| unreadable())
}

/// A name on one line, or none if nothing is left of it.
pub(super) fn display_name(name: &str) -> Option<String> {
    Some(one_line(name, NAME_MAX)).filter(|name| !name.is_empty())
}

/// Line ends would start another header: they become blanks.
pub(super) fn one_line(text: &str, max: usize) -> String {
    let printable: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    printable.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(max).collect()
}

/// The key as it may stand in a Message-ID and a boundary.
pub(super) fn word(key: &str) -> Result<String, String> {
    let ok = !key.is_empty() && key.len() <= 64 && key.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'));
    if ok { Ok(key.to_owned()) } else { Err("the mail's key has letters that a Message-ID can't have".to_owned()) }
}

/// A header whose value is plain ASCII on one line already: an encoded word would not be understood in it.
fn written(name: &'static str, value: String) -> HeaderValue {
    HeaderValue::dangerous_new_pre_encoded(HeaderName::new_from_ascii_str(name), value.clone(), value)
}
