//! What a checkout leaves of itself for others to be compared with: short signs, from which nobody is recognised, and what it shows by itself.

use super::mail;
use crate::domain::cart::Cart;
use crate::domain::contact::Identity;
use crate::domain::event::{CartSeen, Stage};
use crate::domain::joined::earliest;
use crate::domain::money::Money;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::collections::BTreeSet;

/// Kinds of signs, by their first letter.
pub(super) const NAME: char = 'n';
pub(super) const ADDRESS: char = 'a';
pub(super) const PHONE: char = 'p';
pub(super) const CLIENT: char = 'c';
pub(super) const MAIL: char = 'e';
pub(super) const ITEM: char = 'i';
/// A person doesn't type an e-mail address and a postal address in this time.
const FAST: SignedDuration = SignedDuration::from_secs(5);
/// A checkout has few of them; more are a robot's that changes them, and would only grow.
const SIGNS_MAX: usize = 40;

/// What tells a shopper from a robot, as far as the platform says it. Lives as long as its event, and is never stored.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clues {
    /// Street, postcode and town.
    pub address: Option<String>,
    /// Network address and browser.
    pub client: Option<String>,
    /// The platform says from which page they came; none where it doesn't say such things.
    pub came_from: Option<bool>,
}

/// A kind's letter and 24 bits of a hash: the same for the same, and too little to know what of.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Sign(String);

impl Sign {
    /// Of a text, whatever its letter case, blanks and punctuation; none of one that says nothing.
    fn of(kind: char, text: &str) -> Option<Self> {
        let plain: String = text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
        let hash = Sha256::new().chain_update([u8::try_from(kind).unwrap_or_default()]).chain_update(&plain).finalize();
        let bits = hash.iter().take(3).fold(0_u32, |bits, byte| (bits << 8) | u32::from(*byte));
        (!plain.is_empty()).then(|| Self(format!("{kind}{bits:06x}")))
    }

    fn is(&self, kind: char) -> bool {
        self.0.starts_with(kind)
    }
}

/// What was seen of a checkout that tells a shopper from a robot: a join, indifferent to order and repetition.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Marks {
    signs: BTreeSet<Sign>,
    /// Some body said where they came from, or in which language they read.
    traced: bool,
    /// Some body could have said so.
    could_be_traced: bool,
    /// The store knows them: a customer.
    known: bool,
    /// The first moment at which both addresses were there.
    complete_at: Option<Timestamp>,
}

impl Marks {
    /// Nothing was seen.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Joins a sighting of a checkout. What is in a cart alone tells nothing, nor does what only the visit tells.
    pub fn join_seen(&mut self, seen: &CartSeen) {
        if seen.stage != Stage::Checkout || seen.told.is_some() {
            return;
        }
        let (person, clues) = (&seen.person, &seen.clues);
        let name = person.first_name.as_ref().zip(person.last_name.as_ref()).map(|(first, last)| format!("{first} {last}"));
        let signs = [
            name.and_then(|name| Sign::of(NAME, &name)),
            clues.address.as_deref().and_then(|address| Sign::of(ADDRESS, address)),
            person.phone.as_ref().and_then(|phone| Sign::of(PHONE, phone.as_str())),
            clues.client.as_deref().and_then(|client| Sign::of(CLIENT, client)),
            person.email.as_ref().and_then(|email| Sign::of(MAIL, email.as_str())),
        ];
        self.signs.extend(signs.into_iter().flatten());
        self.traced |= clues.came_from == Some(true) || person.locale.is_some();
        self.could_be_traced |= clues.came_from.is_some();
        self.known |= person.identities.iter().any(|i| matches!(i, Identity::Customer(_)));
        let complete = person.email.is_some() && clues.address.is_some();
        earliest(&mut self.complete_at, complete.then_some(seen.seen_at));
        self.bound();
    }

    /// Joins the marks of another cart that turned out to be the same.
    pub fn join(&mut self, other: Self) {
        self.signs.extend(other.signs);
        self.traced |= other.traced;
        self.could_be_traced |= other.could_be_traced;
        self.known |= other.known;
        earliest(&mut self.complete_at, other.complete_at);
        self.bound();
    }

    /// The first in order stay, whichever came first.
    fn bound(&mut self) {
        while self.signs.len() > SIGNS_MAX {
            self.signs.pop_last();
        }
    }
}

/// What a checkout shows by itself.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Shows {
    /// An e-mail address for minutes.
    pub disposable: bool,
    /// An e-mail address made up by a program.
    pub generated: bool,
    /// Filled in within seconds.
    pub fast: bool,
    /// Neither where from nor in which language.
    pub untraced: bool,
}

/// What a checkout leaves of itself.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Trace {
    pub(super) signs: BTreeSet<Sign>,
    /// The price of the cheapest thing in it, for one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cheapest: Option<Money>,
    /// What it shows by itself.
    pub shows: Shows,
}

/// A checkout beside others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// When it was begun, by the platform's clock.
    pub begun_at: Timestamp,
    /// What it leaves of itself.
    pub trace: Trace,
}

impl Trace {
    /// Of a cart; none before its checkout, for one that staff made, and for one whose shopper was erased.
    pub fn of(cart: &Cart) -> Option<Self> {
        let checkout = cart.checkout.as_ref().filter(|c| !c.not_by_shopper && cart.erased_at.is_none())?;
        let marks = &cart.marks;
        let mut signs = marks.signs.clone();
        if let [only] = checkout.items.as_slice()
            && only.quantity == 1
        {
            signs.extend(only.variant_id.as_ref().or(only.product_id.as_ref()).and_then(|id| Sign::of(ITEM, id)));
        }
        let email = cart.email.as_ref().map(|e| &e.value);
        let fast = !marks.known && marks.complete_at.is_some_and(|at| at.duration_since(cart.started_at) <= FAST);
        Some(Self {
            signs,
            cheapest: checkout.items.iter().filter_map(|i| i.unit_price).min_by_key(|p| p.minor),
            shows: Shows {
                disposable: email.is_some_and(mail::is_disposable),
                generated: email.is_some_and(mail::is_generated),
                fast,
                untraced: marks.could_be_traced && !marks.traced,
            },
        })
    }

    /// Everything by which it is compared with those of other addresses.
    pub(super) fn shared(&self) -> impl Iterator<Item = &Sign> {
        self.signs.iter().filter(|sign| !sign.is(MAIL))
    }

    pub(super) fn of_kind(&self, kind: char) -> impl Iterator<Item = &Sign> {
        self.signs.iter().filter(move |sign| sign.is(kind))
    }

    /// What is left once the person's data is erased: that there was a checkout, and of which thing.
    #[must_use]
    pub fn without_person(&self) -> Self {
        let signs = self.of_kind(ITEM).cloned().collect();
        Self { signs, ..self.clone() }
    }
}
