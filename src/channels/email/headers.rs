//! The headers that mailbox providers ask bulk senders for, the same whoever carries the mail.

use crate::channels::{Belongs, EmailMessage};

/// A value's bytes: RFC 5322, section 2.1.1, allows 998 to a line without folding, and providers' APIs as few as this.
pub const VALUE_MAX: usize = 995;
const URL_MAX: usize = 900; // bytes
const ID_MAX: usize = 64; // bytes of a shop's or campaign's id
const LIST_ID_MAX: usize = 255; // bytes: RFC 2919, section 2
const DOMAIN_MAX: usize = 253; // bytes: RFC 1035, section 2.3.4, as written

/// Who sends, for `Feedback-ID`: the same in every mail, 5 to 15 characters
/// (<https://support.google.com/a/answer/6254652>).
const SENDER_ID: &str = "comeback";
/// What a mail without a step is, for `Feedback-ID`.
const TEST: &str = "test";

/// What stands in a mail beside sender, recipient, subject, date and its parts: names and values, each plain ASCII on one line.
/// `sender_domain` is that of the sender's address, as DNS knows it.
///
/// A mail to shoppers says how to unsubscribe (RFC 2369, RFC 8058); one to the store's own people says that a program wrote it (RFC 3834).
///
/// # Errors
/// What can't stand in a header, without any address.
pub fn extra(message: &EmailMessage, sender_domain: &str) -> Result<Vec<(&'static str, String)>, String> {
    let mut headers = match &message.unsubscribe_url {
        Some(url) => {
            vec![
                ("List-Unsubscribe", format!("<{}>", unsubscribe(url)?)),
                ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click".to_owned()),
            ]
        }
        None => vec![("Auto-Submitted", "auto-generated".to_owned())],
    };
    if let Some(belongs) = &message.belongs {
        headers.push(("Feedback-ID", feedback_id(belongs)?));
        // Of a domain so long that nobody has it, mails leave without.
        headers.extend(list_id(belongs, sender_domain)?.map(|id| ("List-Id", id)));
    }
    Ok(headers)
}

/// `campaign:shop:type:sender`: complaints are counted by each part, from the right to the left.
fn feedback_id(belongs: &Belongs) -> Result<String, String> {
    let campaign = belongs.campaign.as_deref().map_or(Ok(TEST), id)?;
    let kind = belongs.step.map_or_else(|| TEST.to_owned(), |step| format!("step{step}"));
    Ok(format!("{campaign}:{}:{kind}:{SENDER_ID}", id(&belongs.shop)?))
}

/// A store's reminders are one list (RFC 2919), under the sender's own domain.
fn list_id(belongs: &Belongs, domain: &str) -> Result<Option<String>, String> {
    if !is_domain(domain) {
        return Err("the domain of the sender's address can't be written in a mail's header".to_owned());
    }
    let id = format!("<{}.reminders.{}>", id(&belongs.shop)?, domain.to_ascii_lowercase());
    Ok(Some(id).filter(|id| id.len() <= LIST_ID_MAX))
}

/// Can it stand in DNS as it is?
pub(super) fn is_domain(text: &str) -> bool {
    let is_label = |label: &str| !label.is_empty() && label.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
    text.len() <= DOMAIN_MAX && text.split('.').all(is_label)
}

/// An id as it may stand in a header that colons and dots divide.
fn id(text: &str) -> Result<&str, String> {
    let plain = !text.is_empty() && text.len() <= ID_MAX && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
    if plain { Ok(text) } else { Err("the id of the store or campaign has letters that a mail's header can't have".to_owned()) }
}

fn unsubscribe(text: &str) -> Result<&str, String> {
    let is_web = text.starts_with("https://") || text.starts_with("http://");
    let is_plain = text.bytes().all(|b| b.is_ascii_graphic() && !matches!(b, b'<' | b'>' | b',' | b'"'));
    if is_web && is_plain && text.len() <= URL_MAX {
        return Ok(text);
    }
    Err("the unsubscribe link is no web address; check the public URL in the settings".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHOP: &str = "0190a1b2-0000-7000-8000-00000000000a";

    fn mail(unsubscribe_url: Option<&str>, belongs: Option<Belongs>) -> EmailMessage {
        EmailMessage {
            key: "0190a1b2-0000-7000-8000-000000000001".to_owned(),
            reference: None,
            to: "jo.doe@example.com".parse().expect("an address"),
            to_name: None,
            from: None,
            from_name: None,
            subject: "Hello".to_owned(),
            html: String::new(),
            text: String::new(),
            unsubscribe_url: unsubscribe_url.map(str::to_owned),
            date: jiff::Timestamp::UNIX_EPOCH,
            belongs,
            pictures: Vec::new(),
        }
    }

    fn belongs(campaign: Option<&str>, step: Option<i64>) -> Belongs {
        Belongs { shop: SHOP.to_owned(), campaign: campaign.map(str::to_owned), step }
    }

    #[test]
    fn a_mail_to_a_shopper_says_how_to_unsubscribe_and_what_it_was_sent_for() {
        let sent = mail(Some("https://comeback.example/u/token"), Some(belongs(Some("c-1"), Some(2))));
        let expected = [
            ("List-Unsubscribe", "<https://comeback.example/u/token>".to_owned()),
            ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click".to_owned()),
            ("Feedback-ID", format!("c-1:{SHOP}:step2:comeback")),
            ("List-Id", format!("<{SHOP}.reminders.fernandfog.example>")),
        ];
        assert_eq!(extra(&sent, "FernAndFog.example").expect("headers"), expected);
        let test = extra(&mail(Some("https://a.example/u"), Some(belongs(None, None))), "a.example").expect("headers");
        assert_eq!(test[2].1, format!("test:{SHOP}:test:comeback"));
    }

    #[test]
    fn a_mail_to_the_stores_people_says_that_a_program_wrote_it() {
        let expected = [("Auto-Submitted", "auto-generated".to_owned())];
        assert_eq!(extra(&mail(None, None), "a.example").expect("headers"), expected);
    }

    #[test]
    fn every_value_fits_a_line_and_what_does_not_is_refused_or_left_out() {
        let longest = format!("https://a.example/{}", "t".repeat(URL_MAX - 18));
        let long_domain = [vec!["d".repeat(63); 3], vec!["d".repeat(40), "example".to_owned()]].concat().join(".");
        let headers = extra(&mail(Some(&longest), Some(belongs(Some("c"), Some(i64::MAX)))), &long_domain).expect("headers");
        assert!(headers.iter().all(|(name, value)| *name != "List-Id" && value.is_ascii() && value.len() <= VALUE_MAX), "{headers:?}");
        assert!(extra(&mail(Some(&format!("{longest}t")), None), "a.example").is_err());
    }

    #[test]
    fn nothing_can_be_smuggled_into_a_header() {
        for url in ["javascript:alert(1)", "https://a/>, <mailto:x@y.z", "https://a/\r\nBcc: x@y.z", "https://a/ü", "https://a/ b", ""] {
            assert!(extra(&mail(Some(url), None), "a.example").is_err(), "{url}");
        }
        for bad in ["", "a:b", "a\r\nBcc: x@y.z", "ü", "a b", &"a".repeat(ID_MAX + 1)] {
            assert!(extra(&mail(None, Some(belongs(Some(bad), Some(1)))), "a.example").is_err(), "{bad}");
            let shop = Belongs { shop: bad.to_owned(), ..belongs(None, None) };
            assert!(extra(&mail(None, Some(shop)), "a.example").is_err(), "{bad}");
        }
        for domain in ["", ".", "a..b", "a.b>\r\nBcc: x@y.z", "straße.example", "a b.example"] {
            assert!(extra(&mail(None, Some(belongs(None, None))), domain).is_err(), "{domain}");
        }
    }
}
