//! What the law says about when a text may arrive and how many: read from a file, by place.

use crate::domain::contact::Phone;
use crate::domain::event::ChannelKind;
use crate::domain::schedule::hours::Hours;
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

/// What is known of where a shopper is.
#[derive(Debug, Clone, Copy, Default)]
pub struct Place<'a> {
    /// Of the address, ISO 3166-1 alpha-2.
    pub country: Option<&'a str>,
    /// Of the address, an ISO 3166-2 subdivision with or without the country.
    pub province: Option<&'a str>,
    /// The number that would be written to, or another of theirs.
    pub phone: Option<&'a Phone>,
}

/// At most `max` messages to one shopper in any span of this length.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LegalCap {
    /// As in `Hours::place`.
    pub place: String,
    /// Messages.
    pub max: u32,
    /// The span, any one of this length.
    pub within: SignedDuration,
}

/// The hours that the law sets for a message there: all of them must be open. Every place counts that the address or the phone names.
pub fn legal_hours(channel: ChannelKind, place: &Place<'_>) -> Vec<Hours> {
    Law::built_in().hours(channel, place)
}

/// The caps that the law sets for messages there: all of them hold.
pub fn legal_caps(channel: ChannelKind, place: &Place<'_>) -> Vec<LegalCap> {
    Law::built_in().caps(channel, place)
}
