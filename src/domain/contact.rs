//! Shoppers: the addresses by which they are known, parsed once into types that can't be wrong.

use crate::domain::event::{ChannelKind, Person};
use crate::domain::joined::{Stamped, latest, latest_of};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

/// RFC 5321, section 4.5.3.1.3: a path has at most 256 characters, angle brackets included.
const EMAIL_MAX: usize = 254;

/// Why a text is not an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// Not `local@domain`.
    #[error("that is not an e-mail address; expected something like name@example.com")]
    Email,
    /// Not a number that can be dialled.
    #[error("that is not a phone number; expected the international form, such as +14155550100")]
    Phone,
}

/// An e-mail address, trimmed and in lower case. Shown in logs as `[email]`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Email(String);

impl Email {
    /// The address.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// `j•••@example.com`: enough to recognise, too little to write to.
    pub fn masked(&self) -> String {
        let (local, domain) = self.0.split_once('@').unwrap_or(("", ""));
        format!("{}•••@{domain}", local.chars().next().unwrap_or('•'))
    }
}

impl FromStr for Email {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim().to_lowercase();
        let (local, domain) = text.rsplit_once('@').ok_or(AddressError::Email)?;
        let bad_char = |c: char| c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | ',' | ';' | '"' | '\\');
        let labels_ok =
            domain.split('.').count() >= 2 && domain.split('.').all(|l| !l.is_empty() && !l.starts_with('-') && !l.ends_with('-'));
        if local.is_empty() || local.contains('@') || text.len() > EMAIL_MAX || text.contains(bad_char) || !labels_ok {
            return Err(AddressError::Email);
        }
        Ok(Self(text))
    }
}

/// A phone number in E.164 (`+14155550100`). Shown in logs as `[phone]`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Phone(String);

impl Phone {
    /// The number, with its plus sign.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// `+1•••••0100`: the last four digits.
    pub fn masked(&self) -> String {
        let tail = self.0.len().saturating_sub(4);
        format!("{}•••••{}", &self.0[..2.min(self.0.len())], &self.0[tail..])
    }

    /// Reads a number as people type it. `country` (ISO 3166 alpha-2) tells how a national number is meant.
    ///
    /// # Errors
    /// `AddressError::Phone` when no number of that country, or of any, is meant.
    pub fn parse(text: &str, country: Option<&str>) -> Result<Self, AddressError> {
        let region = country.and_then(|c| c.to_ascii_uppercase().parse().ok());
        let number = phonenumber::parse(region, text.trim()).map_err(|_| AddressError::Phone)?;
        let e164 = number.format().mode(phonenumber::Mode::E164).to_string();
        // Plausible length only: number plans grow faster than tables, and the carrier has the last word.
        if (8..=16).contains(&e164.len()) { Ok(Self(e164)) } else { Err(AddressError::Phone) }
    }

    /// The country whose number it is, ISO 3166-1 alpha-2; none for numbers of no country, or of a plan whose part can't be told.
    pub fn country(&self) -> Option<String> {
        let number = phonenumber::parse(None, &self.0).ok()?;
        number.country().id().map(|id| id.as_ref().to_owned())
    }

    /// In the North American Numbering Plan (+1): US, Canada and the Caribbean.
    pub fn is_nanp(&self) -> bool {
        self.0.starts_with("+1")
    }
}

impl FromStr for Phone {
    type Err = AddressError;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text, None)
    }
}

macro_rules! redacted {
    ($name:ident, $shown:literal) => {
        impl TryFrom<String> for $name {
            type Error = AddressError;
            fn try_from(text: String) -> Result<Self, Self::Error> {
                text.parse()
            }
        }
        impl From<$name> for String {
            fn from(address: $name) -> Self {
                address.0
            }
        }
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str($shown)
            }
        }
    };
}
redacted!(Email, "[email]");
redacted!(Phone, "[phone]");

/// What we know a shopper by. Two events that share one are about the same person.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Identity {
    /// The platform's customer id.
    Customer(String),
    /// An e-mail address.
    Email(Email),
    /// A phone number.
    Phone(Phone),
}

impl Identity {
    /// By what somebody is known who is written to at an address by a channel; none where that can't be read.
    pub fn at(channel: ChannelKind, address: &str) -> Option<Self> {
        match channel {
            ChannelKind::Email => address.parse().ok().map(Self::Email),
            ChannelKind::Sms | ChannelKind::WhatsApp => address.parse().ok().map(Self::Phone),
        }
    }

    /// `customer`, `email` or `phone`.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Customer(_) => "customer",
            Self::Email(_) => "email",
            Self::Phone(_) => "phone",
        }
    }

    /// From what [`Identity::kind`] and [`Identity::value`] gave.
    pub fn from_parts(kind: &str, value: &str) -> Option<Self> {
        match kind {
            "customer" => Some(Self::Customer(value.to_owned())),
            "email" => value.parse().ok().map(Self::Email),
            "phone" => value.parse().ok().map(Self::Phone),
            _ => None,
        }
    }

    /// The id, address or number.
    pub fn value(&self) -> &str {
        match self {
            Self::Customer(id) => id,
            Self::Email(email) => email.as_str(),
            Self::Phone(phone) => phone.as_str(),
        }
    }
}

/// What is known of a shopper beside the addresses: a join of everything said about them, indifferent to order.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContactFacts {
    /// The given name.
    pub first_name: Option<Stamped<String>>,
    /// The family name.
    pub last_name: Option<Stamped<String>>,
    /// BCP 47, as the platform says it: `en-US`.
    pub locale: Option<Stamped<String>>,
    /// The merchant's tags, as the platform last told them; API versions since 2025-01 tell none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tags: Option<Stamped<BTreeSet<String>>>,
    /// How many orders the platform counted, as it last told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub orders_count: Option<Stamped<u64>>,
}

impl ContactFacts {
    /// Joins what an event at `at` says of the person.
    pub fn join_person(&mut self, at: Timestamp, person: &Person) {
        latest(&mut self.first_name, at, person.first_name.clone());
        latest(&mut self.last_name, at, person.last_name.clone());
        latest(&mut self.locale, at, person.locale.clone());
        latest(&mut self.tags, at, person.tags.clone());
        latest(&mut self.orders_count, at, person.orders_count);
    }

    /// Joins another contact that turned out to be the same person.
    pub fn join(&mut self, other: Self) {
        latest_of(&mut self.first_name, other.first_name);
        latest_of(&mut self.last_name, other.last_name);
        latest_of(&mut self.locale, other.locale);
        latest_of(&mut self.tags, other.tags);
        latest_of(&mut self.orders_count, other.orders_count);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn emails_are_normalised_and_nonsense_is_refused() {
        let ok = |t: &str| t.parse::<Email>().map(|e| e.as_str().to_owned());
        assert_eq!(ok(" Jo.Doe@Example.COM "), Ok("jo.doe@example.com".into()));
        assert_eq!(ok("jürgen@straße.de"), Ok("jürgen@straße.de".into()));
        for bad in ["", "@", "a@b", "a b@c.de", "a@b..c", "a@-b.c", "x@y.z\r\nBcc: q@r.st", "<a@b.cd>", "a@b.cd,e@f.gh"] {
            assert_eq!(ok(bad), Err(AddressError::Email), "{bad:?}");
        }
    }

    #[test]
    fn phones_become_e164_with_the_country_of_the_address() {
        let ok = |t: &str, c| Phone::parse(t, c).map(|p| p.as_str().to_owned());
        assert_eq!(ok("(415) 555-2671", Some("US")), Ok("+14155552671".into()));
        assert_eq!(ok("0151 23456789", Some("de")), Ok("+4915123456789".into()));
        assert_eq!(ok("+44 7400 123456", None), Ok("+447400123456".into()));
        assert_eq!(ok("415 555 2671", None), Err(AddressError::Phone));
        assert_eq!(ok("call me", Some("US")), Err(AddressError::Phone));
    }

    fn told() -> impl Strategy<Value = (i64, Person)> {
        let tags = proptest::option::of(proptest::collection::btree_set(prop_oneof![Just("vip".to_owned()), Just("b2b".to_owned())], 0..3));
        (0..4_i64, tags, proptest::option::of(0..3_u64), proptest::option::of("[AB]"))
            .prop_map(|(second, tags, orders_count, first_name)| (second, Person { tags, orders_count, first_name, ..Person::default() }))
    }

    fn joined(told: &[(i64, Person)]) -> ContactFacts {
        let mut facts = ContactFacts::default();
        told.iter().for_each(|(second, person)| facts.join_person(Timestamp::from_second(*second).expect("time"), person));
        facts
    }

    proptest! {
        #[test]
        fn tags_and_orders_come_out_the_same_in_any_order_and_repetition_and_of_two_contacts_as_of_one(
            (told, arrived) in proptest::collection::vec(told(), 1..6).prop_flat_map(|t| (Just(t.clone()), Just([t.clone(), t].concat()).prop_shuffle())),
            cut in 0..6_usize,
        ) {
            let whole = joined(&told);
            prop_assert_eq!(&whole, &joined(&arrived));
            let (left, right) = told.split_at(cut.min(told.len()));
            let (mut a, mut b) = (joined(left), joined(right));
            a.join(joined(right));
            b.join(joined(left));
            prop_assert_eq!(&a, &whole);
            prop_assert_eq!(&b, &whole);
        }
    }

    #[test]
    fn the_latest_word_about_tags_stands_and_none_changes_nothing() {
        let tags = |list: &[&str]| Person { tags: Some(list.iter().map(|&t| t.to_owned()).collect()), ..Person::default() };
        let facts = joined(&[(2, tags(&["b2b"])), (1, tags(&["vip"])), (3, Person::default())]);
        assert_eq!(facts.tags.expect("tags").value, BTreeSet::from(["b2b".to_owned()]));
        assert!(joined(&[(2, tags(&["b2b"])), (3, tags(&[]))]).tags.expect("tags").value.is_empty());
    }

    #[test]
    fn addresses_never_show_in_debug_output() {
        let email: Email = "secret@example.com".parse().expect("email");
        assert_eq!(format!("{:?}", Identity::Email(email)), "Email([email])");
    }
}
