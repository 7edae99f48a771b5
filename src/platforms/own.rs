//! Deliveries of our own making: what came in by another way than a platform's webhook is stored as one, so that it is durable, applied and replayed alike.

use super::PlatformError;
use crate::domain::event::Event;
use crate::domain::visit::{Teller, Tracked};

/// With which the topics of our own begin; no platform's do.
pub const PREFIX: &str = "comeback/";
/// An event that a store's server told.
const EVENT: &str = "comeback/event";
/// An event that a store's page told.
const BROWSER: &str = "comeback/browser";

/// A consent that came in by another way: the API, a list, a page of ours.
pub const CONSENT: &str = "comeback/consent";

/// The topic of an event.
pub fn topic_of(by: Teller) -> &'static str {
    match by {
        Teller::Store => EVENT,
        Teller::Browser => BROWSER,
    }
}

/// Is it of our own making?
pub fn is_own(topic: &str) -> bool {
    topic.starts_with(PREFIX)
}

/// What the body means.
///
/// # Errors
/// `Unreadable`: the body is not what this program stores under that topic.
pub fn read(topic: &str, body: &[u8]) -> Result<Vec<Event>, PlatformError> {
    // The parser's words could show what stands there.
    let unreadable = |e: serde_json::Error| {
        PlatformError::Unreadable(format!("the body of this {topic:?} delivery can't be read, at line {}, column {}", e.line(), e.column()))
    };
    let by = match topic {
        CONSENT => return serde_json::from_slice(body).map(|seen| vec![Event::Consent(seen)]).map_err(unreadable),
        EVENT => Teller::Store,
        BROWSER => Teller::Browser,
        _ => return Err(PlatformError::Unreadable(format!("this version of the program knows no {topic:?}"))),
    };
    let tracked: Tracked = serde_json::from_slice(body).map_err(unreadable)?;
    Ok(tracked.meaning(by))
}
