//! After a restore: what may have been sent by the database that is gone, and what becomes of it.

use super::campaign::USUAL_EXPIRY;
use super::cart::{Cart, SaturatingInstant};
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

/// The rule of decisions about nudges that may have been sent by the database that is gone.
pub const RESTORED: &str = "restored";

/// The time of which a restored database knows nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Gap {
    /// As of when the database knows what happened.
    pub snapshot_at: Timestamp,
    /// From when on it knows again.
    pub restored_at: Timestamp,
}

/// What becomes of a nudge that was due in a gap.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It may have been sent: never again blindly.
    Unknown,
    /// It would be too late now in any case.
    Expired,
}

impl Gap {
    /// What becomes of a nudge that could have left in the gap.
    pub fn fate(&self, due_at: Timestamp, now: Timestamp) -> Fate {
        if now > due_at.saturating_add_lossy(USUAL_EXPIRY.0) { Fate::Expired } else { Fate::Unknown }
    }

    /// Could a step of a cart that is planned only now have left in the gap, planned by the database that is gone?
    ///
    /// A cart that nobody touched since the snapshot was abandoned when its facts say. One that was touched may have been abandoned before that, at any time
    /// since the snapshot.
    pub fn may_have_left(&self, cart: &Cart, abandon_after: SignedDuration, delay: SignedDuration) -> bool {
        if cart.started_at > self.restored_at {
            return false;
        }
        let abandoned_at = if cart.active_at <= self.snapshot_at {
            cart.abandoned_at(abandon_after)
        } else {
            cart.started_at.saturating_add_lossy(abandon_after).max(self.snapshot_at)
        };
        abandoned_at.saturating_add_lossy(delay) <= self.restored_at
    }

    /// Why a nudge is what it is, for people.
    pub fn why(&self, due_at: Timestamp, fate: Fate) -> String {
        let Self { snapshot_at, restored_at } = self;
        let may = format!(
            "it was due at {due_at}, and what happened between {snapshot_at} and {restored_at} is not known, since the database was restored: it may have been sent"
        );
        match fate {
            Fate::Unknown => format!("{may}, so it is not sent again by itself"),
            Fate::Expired => format!("{may}; if it was not, it is too late now"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::bots::Clues;
    use crate::domain::event::{CartSeen, Event, Person, Stage, Token};

    fn at(text: &str) -> Timestamp {
        format!("2026-07-01T{text}:00Z").parse().expect("time")
    }

    fn gap() -> Gap {
        Gap { snapshot_at: at("10:00"), restored_at: at("16:00") }
    }

    #[test]
    fn what_was_due_in_a_gap_is_unknown_until_it_would_be_too_late() {
        let due = at("12:00");
        assert_eq!(gap().fate(due, due + USUAL_EXPIRY.0), Fate::Unknown);
        assert_eq!(gap().fate(due, due + USUAL_EXPIRY.0 + SignedDuration::from_millis(1)), Fate::Expired);
        assert!(gap().why(due, Fate::Unknown).contains("may have been sent"));
    }

    #[test]
    fn a_step_may_have_left_if_its_cart_could_have_been_abandoned_early_enough() {
        let hours = SignedDuration::from_hours;
        let check = |started: &str, active: &str, delay: i64, expected: bool| {
            let cart = cart(at(started), at(active));
            let got = gap().may_have_left(&cart, SignedDuration::from_mins(10), hours(delay));
            assert_eq!(got, expected, "begun at {started}, active at {active}, after {delay} h");
        };
        check("09:00", "09:55", 5, true);
        check("09:00", "09:55", 6, false); // due five minutes after the restore
        check("09:00", "17:00", 6, true); // touched since: it may have been left at ten
        check("09:00", "17:00", 7, false);
        check("14:55", "17:00", 0, true);
        check("14:55", "17:00", 1, false);
        check("16:01", "17:00", 0, false); // begun after the restore
    }

    fn cart(started_at: Timestamp, seen_at: Timestamp) -> Cart {
        let seen = CartSeen {
            tokens: vec![Token::Checkout("c".into())],
            stage: Stage::Checkout,
            seen_at,
            started_at,
            completed_at: None,
            person: Person::default(),
            items: Vec::new(),
            value: None,
            discount_codes: Vec::new(),
            source: None,
            recovery_url: None,
            not_by_shopper: false,
            email_opt_in: None,
            sms_opt_in: None,
            arrival: None,
            told: None,
            clues: Clues::default(),
        };
        crate::domain::cart::apply(None, &Event::Cart(Box::new(seen))).0.expect("a cart")
    }
}
