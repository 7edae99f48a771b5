//! Who a visit is said to be. A visit is a browser's, and a browser may be shared: it never makes one person of two.

use super::Teller;
use crate::domain::contact::{Email, Identity, Phone};
use crate::domain::event::Person;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Who a visit is said to be. The greater claim stands: a store's server before a browser, a later before an earlier one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Claim {
    /// Who says so.
    pub by: Teller,
    /// When.
    pub at: Timestamp,
    /// By which the person is known.
    pub identity: Identity,
    /// Where mail belongs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<Email>,
    /// Where texts belong.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<Phone>,
}

impl Claim {
    /// The claim that an event makes, if it names anybody.
    pub fn of(by: Teller, at: Timestamp, person: &Person) -> Option<Self> {
        let email = person.email.clone().map(Identity::Email);
        let identity = email.or_else(|| person.phone.clone().map(Identity::Phone)).or_else(|| person.identities.first().cloned())?;
        Some(Self { by, at, identity, email: person.email.clone(), phone: person.phone.clone() })
    }
}
