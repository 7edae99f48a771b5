//! A mail as providers with an HTTP interface take it: its parts, checked, and each in the words that interfaces share.

use super::{build, headers};
use crate::channels::settings::Field;
use crate::channels::{EmailMessage, Picture};
use lettre::message::Mailbox;

/// The name under which providers give our key back with all that they tell of a message: of our own, so that nothing of theirs is met.
pub(super) const KEY_NAME: &str = "comeback_message";
const TAG_MAX: usize = 64; // bytes
const KEY_MAX: usize = 64; // bytes
/// RFC 2047, section 2, allows 75 characters; so many bytes of text make 60 of Base64, and twelve frame them.
const WORD_MAX: usize = 45;

/// The sender, as every provider asks for it.
pub(super) const FROM: Field = Field {
    name: "from",
    label: "Sender",
    help: "The address that mails come from, of a domain that is verified at the provider.",
    secret: false,
    required: true,
    multiline: false,
};

/// For gateways, as every provider allows.
pub(super) const BASE_URL: Field = Field {
    name: "base_url",
    label: "Address",
    help: "Of the provider's API, where a gateway stands in; usually empty.",
    secret: false,
    required: false,
    multiline: false,
};

/// The parts of a mail.
pub(super) struct Letter<'a> {
    /// Our key of it.
    pub key: &'a str,
    /// Without its angle brackets.
    pub message_id: String,
    /// The sender.
    pub from: Mailbox,
    /// The recipient.
    pub to: Mailbox,
    /// One line.
    pub subject: String,
    /// What stands in it beside sender, recipient, subject and date: plain ASCII, each on one line.
    pub headers: Vec<(&'static str, String)>,
    /// What programs show that show no HTML.
    pub text: &'a str,
    /// The HTML part.
    pub html: &'a str,
    /// By which the provider's own pages group mails: the campaign.
    pub tag: Option<&'a str>,
    /// Pictures that the HTML part shows.
    pub pictures: &'a [Picture],
}

impl<'a> Letter<'a> {
    /// Of a message; `sender` is the channel's own address, taken where the message names none.
    ///
    /// # Errors
    /// What can't be written in a mail, without any address.
    pub fn of(message: &'a EmailMessage, sender: &Mailbox) -> Result<Self, String> {
        let from = build::from(message, sender)?;
        let to = Mailbox::new(message.to_name.as_deref().and_then(build::display_name), build::address(message.to.as_str())?);
        let key = build::word(&message.key)?;
        let message_id = match &message.reference {
            Some(earlier) => build::reference(earlier)?,
            None => build::message_id(&key, &from),
        };
        let subject = build::one_line(&message.subject, build::SUBJECT_MAX);
        // Providers refuse a mail without a subject or without a word in it.
        if subject.is_empty() {
            return Err("the mail has no subject; change the template".to_owned());
        }
        if message.text.trim().is_empty() && message.html.trim().is_empty() {
            return Err("the mail is empty; change the template".to_owned());
        }
        message.pictures.iter().try_for_each(|picture| build::word(&picture.name).map(|_| ()))?;
        let headers = headers::extra(message, from.email.domain())?;
        let tag = message.belongs.as_ref().and_then(|belongs| belongs.campaign.as_deref()).filter(|tag| plain(tag, TAG_MAX));
        Ok(Self {
            key: &message.key,
            message_id,
            from,
            to,
            subject,
            headers,
            text: &message.text,
            html: &message.html,
            tag,
            pictures: &message.pictures,
        })
    }

    /// The key, where it may stand in a provider's tag: letters, digits, `-` and `_`.
    pub fn tag_key(&self) -> Option<&str> {
        Some(self.key).filter(|key| plain(key, KEY_MAX))
    }
}

fn plain(text: &str, max: usize) -> bool {
    !text.is_empty() && text.len() <= max && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
}

/// A picture's bytes as JSON interfaces take them.
pub(super) fn base64(picture: &Picture) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(&picture.png)
}

/// `Name <a@b.c>` as it stands in a header, for interfaces that take one: a name beyond ASCII in encoded words (RFC 2047), any other quoted.
pub(super) fn written(mailbox: &Mailbox) -> String {
    let Some(name) = &mailbox.name else { return mailbox.email.to_string() };
    if name.is_ascii() {
        return format!("\"{}\" <{}>", name.replace('\\', "\\\\").replace('"', "\\\""), mailbox.email);
    }
    format!("{} <{}>", encoded_words(name), mailbox.email)
}

fn encoded_words(text: &str) -> String {
    use base64::Engine as _;
    let mut words: Vec<String> = vec![String::new()];
    for letter in text.chars() {
        if let Some(word) = words.last_mut().filter(|word| word.len() + letter.len_utf8() <= WORD_MAX) {
            word.push(letter);
        } else {
            words.push(letter.to_string());
        }
    }
    let encode = |word: String| format!("=?utf-8?B?{}?=", base64::engine::general_purpose::STANDARD.encode(word));
    words.into_iter().map(encode).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_quoted_and_beyond_ascii_encoded_in_words_of_whole_letters() {
        let check = |name: Option<&str>, expected: &str| {
            let mailbox = Mailbox::new(name.map(str::to_owned), "a@b.example".parse().expect("an address"));
            assert_eq!(written(&mailbox), expected);
        };
        check(None, "a@b.example");
        check(Some("Fern & Fog"), "\"Fern & Fog\" <a@b.example>");
        check(Some("Fern \"F\" \\"), "\"Fern \\\"F\\\" \\\\\" <a@b.example>");
        // RFC 2047, section 8, writes it so.
        check(Some("Keld Jørn Simonsen"), "=?utf-8?B?S2VsZCBKw7hybiBTaW1vbnNlbg==?= <a@b.example>");
        let long = encoded_words(&"ü".repeat(100));
        assert!(long.split(' ').all(|word| word.len() <= 75) && long.split(' ').count() == 5, "{long}");
    }
}
