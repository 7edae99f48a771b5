//! What a mail server's refusal, as a provider passes it on, says of the address: RFC 3463 and IANA's registry of enhanced status codes.

use crate::domain::receipt::Fate;

/// Of an enhanced status (`5.1.1`), wherever it stands in the words; none where there is none, or where it says nothing of whose fault it is.
pub(super) fn by_status(words: &str) -> Option<Fate> {
    words.split(|c: char| !(c.is_ascii_digit() || c == '.')).find_map(code)
}

fn code(word: &str) -> Option<Fate> {
    let mut parts = word.trim_matches('.').split('.').map(|part| part.parse::<u16>().ok());
    let (Some(Some(class)), Some(Some(subject)), Some(Some(detail)), None) = (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return None;
    };
    match (class, subject, detail) {
        // A mailbox that is full is full for now, also where the server says that it is final; so is a message that took too long.
        (4 | 5, 2, 2) | (5, 4, 7) => Some(Fate::SoftBounce),
        // No such mailbox, no such domain, moved without a new address, a domain that takes no mail.
        (5, 1, 1 | 2 | 3 | 6 | 10) => Some(Fate::HardBounce),
        // Security and policy: authentication, reputation, content. Ours to put right; the recipient is not to blame.
        (4 | 5, 7, _) => Some(Fate::Blocked),
        (4, _, _) => Some(Fate::SoftBounce),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whose_fault_a_refusal_is_is_read_from_its_status() {
        let check = |words: &str, expected: Option<Fate>| assert_eq!(by_status(words), expected, "{words}");
        check("5.1.1", Some(Fate::HardBounce));
        check("smtp; 550 5.1.10 RESOLVER.ADR.RecipientNotFound", Some(Fate::HardBounce));
        check("550-5.1.2 no such domain", Some(Fate::HardBounce));
        check("5.2.2", Some(Fate::SoftBounce));
        check("452 4.2.2 over quota", Some(Fate::SoftBounce));
        check("5.4.7", Some(Fate::SoftBounce));
        check("4.4.1", Some(Fate::SoftBounce));
        check("550 5.7.26 unauthenticated", Some(Fate::Blocked));
        check("4.7.0", Some(Fate::Blocked));
        for nothing in ["", "550 mailbox unavailable", "5.0.0", "5.2.1", "10.0.0.1", "1.5.1.1", "5..1"] {
            check(nothing, None);
        }
    }
}
