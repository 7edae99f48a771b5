//! Opening hours of messages: a week as one place's clocks show it.

use crate::domain::campaign::QuietHours;
use jiff::civil::{Date, DateTime, Time, Weekday};
use jiff::{SignedDuration, ToSpan};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// Where the merchant's own hours hold, as `Hours::place`.
pub const STORE: &str = "store";
/// A week from any day on has this many dates, and one more for what a zone is ahead of another.
const DAYS_AHEAD: usize = 9;

/// When a message may leave, in one place's own time. Serialisable: stored with the decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hours {
    /// Whose hours they are: `store` for the merchant's own; for the law's a country (`FR`), a part of one (`US-TX`), any part of one (`US-*`),
    /// or `*` where the country isn't known.
    pub place: String,
    /// The openings of each day, Monday first, in order and apart from each other. A day without one is closed.
    pub week: [Vec<Open>; 7],
    /// Closed all day on the public holidays of this country (ISO 3166-1 alpha-2).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed_on_holidays_of: Option<String>,
}

/// An opening within a day: may leave from `from` to before `to`. Written `08:00-21:00`; the end of the day is `24:00`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Open {
    /// The first moment.
    pub from: Time,
    /// The first moment that is not in it any more; midnight means the end of the day. Later than `from`.
    pub to: Time,
}
