//! How long things are kept: what a store may choose, and what holds while it chooses nothing.

use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};

/// Nothing is kept for longer by number: whoever wants more keeps it for as long as the store is here.
pub const MONTHS_MAX: i64 = 120;

/// What is kept for a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Thing {
    /// Webhooks and what programs told, as received.
    Raw,
    /// What the store's pages told of visits, as received.
    Browser,
    /// Shoppers who were not seen any more.
    Shoppers,
}

impl Thing {
    /// Every one.
    pub const ALL: [Self; 3] = [Self::Raw, Self::Browser, Self::Shoppers];

    /// As forms and the audit name it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Raw => "raw",
            Self::Browser => "browser",
            Self::Shoppers => "shoppers",
        }
    }

    /// At least so many months. What was received is needed to set right what was read wrongly, and an order may be refunded or disputed for a season; a shopper who
    /// was written to may come back for half a year.
    pub fn months_min(self) -> i64 {
        match self {
            Self::Raw => 3,
            Self::Browser => 1,
            Self::Shoppers => 6,
        }
    }

    /// While the store chooses nothing. Of visits 13 months, and of people who could be customers three years after they were last seen, as France's data
    /// protection authority recommends (CNIL, guidelines on trackers of 17 September 2020, and its reference on managing customers of 3 February 2022); of other
    /// deliveries what is recommended for figures on an audience, 25 months.
    pub fn months_usual(self) -> i64 {
        match self {
            Self::Raw => 25,
            Self::Browser => 13,
            Self::Shoppers => 36,
        }
    }
}

/// For how many months each thing is kept; none: for as long as the store is here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kept {
    /// Webhooks and what programs told.
    pub raw: Option<i64>,
    /// What pages told.
    pub browser: Option<i64>,
    /// Shoppers who were not seen any more.
    pub shoppers: Option<i64>,
}

impl Default for Kept {
    fn default() -> Self {
        let usual = |thing: Thing| Some(thing.months_usual());
        Self { raw: usual(Thing::Raw), browser: usual(Thing::Browser), shoppers: usual(Thing::Shoppers) }
    }
}

impl Kept {
    /// For how many months a thing is kept.
    pub fn of(&self, thing: Thing) -> Option<i64> {
        match thing {
            Thing::Raw => self.raw,
            Thing::Browser => self.browser,
            Thing::Shoppers => self.shoppers,
        }
    }

    /// The things whose length can't be.
    pub fn faults(&self) -> Vec<Thing> {
        let is_wrong = |thing: &Thing| self.of(*thing).is_some_and(|months| months < thing.months_min() || months > MONTHS_MAX);
        Thing::ALL.into_iter().filter(is_wrong).collect()
    }

    /// What is older than this is not kept any more; none where it is kept for ever.
    pub fn before(&self, thing: Thing, now: Timestamp) -> Option<Timestamp> {
        let months = self.of(thing)?;
        now.to_zoned(TimeZone::UTC).checked_sub(months.months()).ok().map(|then| then.timestamp())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_have_a_least_and_a_most_and_none_is_for_ever() {
        let check = |kept: Kept, expected: &[Thing]| assert_eq!(kept.faults(), expected, "{kept:?}");
        check(Kept::default(), &[]);
        check(Kept { raw: None, browser: None, shoppers: None }, &[]);
        check(Kept { raw: Some(3), browser: Some(1), shoppers: Some(6) }, &[]);
        check(Kept { raw: Some(2), browser: Some(0), shoppers: Some(5) }, &Thing::ALL);
        check(Kept { raw: Some(121), ..Kept::default() }, &[Thing::Raw]);
    }

    #[test]
    fn months_are_those_of_the_calendar() {
        let at = |text: &str| -> Timestamp { text.parse().expect("an instant") };
        let kept = Kept { raw: Some(3), browser: None, shoppers: Some(36) };
        assert_eq!(kept.before(Thing::Raw, at("2026-05-31T12:00:00Z")), Some(at("2026-02-28T12:00:00Z")));
        assert_eq!(kept.before(Thing::Shoppers, at("2026-05-31T12:00:00Z")), Some(at("2023-05-31T12:00:00Z")));
        assert_eq!(kept.before(Thing::Browser, at("2026-05-31T12:00:00Z")), None);
    }
}
