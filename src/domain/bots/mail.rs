//! E-mail addresses that no person chose.

use crate::domain::contact::Email;

/// Services that give out addresses for minutes: the ones that are met most. Never complete, and no proof by itself.
const DISPOSABLE: [&str; 30] = [
    "10minutemail.com",
    "33mail.com",
    "burnermail.io",
    "discard.email",
    "dispostable.com",
    "dropmail.me",
    "emailondeck.com",
    "fakeinbox.com",
    "getnada.com",
    "guerrillamail.com",
    "guerrillamail.net",
    "inboxkitten.com",
    "mail-temp.com",
    "mailcatch.com",
    "maildrop.cc",
    "mailinator.com",
    "mailnesia.com",
    "mailsac.com",
    "minuteinbox.com",
    "moakt.com",
    "mohmal.com",
    "sharklasers.com",
    "spamgourmet.com",
    "temp-mail.org",
    "tempail.com",
    "tempmail.dev",
    "throwawaymail.com",
    "trashmail.com",
    "tmpmail.org",
    "yopmail.com",
];
/// No name in any of the languages that stores are made for has so many consonants in a row.
const CONSONANTS_MAX: usize = 9;
/// Letters and digits change places this often in no address that a person made up.
const TURNS_MAX: usize = 4;
/// A year, a date or a postcode has up to eight digits.
const DIGITS_MAX: usize = 9;
/// Pairs of letters that don't stand side by side in names; three of them are no coincidence.
const RARE_PAIRS_MAX: usize = 3;

/// Is it of a service that gives out addresses for minutes?
pub fn is_disposable(email: &Email) -> bool {
    let domain = email.as_str().rsplit_once('@').map_or("", |(_, domain)| domain);
    DISPOSABLE.iter().any(|d| domain == *d || domain.strip_suffix(d).is_some_and(|rest| rest.ends_with('.')))
}

/// Does the part before the `@` look made up by a program? Digits alone don't: numbers are names to some, and relays of sign-in services hide a person.
pub fn is_generated(email: &Email) -> bool {
    let Some((local, domain)) = email.as_str().rsplit_once('@') else { return false };
    // Apple and others give a person a random address, who is one all the same.
    if domain.ends_with("privaterelay.appleid.com") || domain == "icloud.com" {
        return false;
    }
    let local = local.split('+').next().unwrap_or_default();
    if !local.is_ascii() || !local.chars().any(|c| c.is_ascii_alphabetic()) {
        return false;
    }
    longest_run(local, is_consonant) >= CONSONANTS_MAX
        || longest_run(local, |c| c.is_ascii_digit()) >= DIGITS_MAX
        || turns(local) >= TURNS_MAX
        || rare_pairs(local) >= RARE_PAIRS_MAX
}

fn is_consonant(c: char) -> bool {
    c.is_ascii_alphabetic() && !"aeiouy".contains(c)
}

fn longest_run(text: &str, is: impl Fn(char) -> bool) -> usize {
    text.split(|c| !is(c)).map(str::len).max().unwrap_or_default()
}

/// How often a letter follows a digit or the other way round.
fn turns(text: &str) -> usize {
    let pairs = text.chars().zip(text.chars().skip(1));
    pairs.filter(|(a, b)| (a.is_ascii_alphabetic() && b.is_ascii_digit()) || (a.is_ascii_digit() && b.is_ascii_alphabetic())).count()
}

fn rare_pairs(text: &str) -> usize {
    let rare = |(a, b): (char, char)| {
        let (both, one) = ("jqvwxz", "jqx");
        (a == 'q' && is_consonant(b))
            || (both.contains(a) && both.contains(b) && a != b)
            || (one.contains(a) && is_consonant(b) && b != 'x')
            || (a != 'x' && is_consonant(a) && "qx".contains(b))
    };
    text.chars().zip(text.chars().skip(1)).filter(|pair| rare(*pair)).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(address: &str, disposable: bool, generated: bool) {
        let email: Email = address.parse().expect("an address");
        assert_eq!((is_disposable(&email), is_generated(&email)), (disposable, generated), "{address}");
    }

    #[test]
    fn addresses_that_people_have_are_left_alone() {
        let names = "jo.doe maria.gonzalez krzysztof.brzeczyszczykiewicz anna-schmidt goldschmidt.j angstschweiss zbigniew.wrzesniewski \
            nguyen.thi.ngoc.anh xu.jing zhang.wei.1988 qian.xuesen m.szczepanski bjork.gudmundsdottir sean.oshaughnessy hvzdno john19840312 \
            jqpublic k.v.krishnamurthy dwight.d.schwartz bob1 x.y.z ljubljana tj90210 mcdonald2 a1b2 info bestellung support \
            jaxxon alexxx max.mustermann felixq wojtek.wojciechowski jjwatt zvezdana ulrich.wachtmeister 4155552671 1001 o3 s.f.49ers";
        for name in names.split_whitespace() {
            check(&format!("{name}@gmail.com"), false, false);
        }
        check("gq7x2zk9vb@privaterelay.appleid.com", false, false);
        check("jürgen@straße.de", false, false);
        check("buyer9378+x1y2z3q4@example.com", false, false);
    }

    #[test]
    fn made_up_ones_are_told() {
        for name in ["xkqjzvwp8273", "a7k2m9x1q", "bcdfghjkl", "qxzjvw", "user1234567890", "zqxwvj12", "t4g8h2kk1", "wqzxjhvt"] {
            check(&format!("{name}@gmail.com"), false, true);
        }
        check("jo@mailinator.com", true, false);
        check("jo@eu.yopmail.com", true, false);
        check("jo@notyopmail.com", false, false);
    }
}
