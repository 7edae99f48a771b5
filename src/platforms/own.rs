//! Deliveries of our own making: what came in by another way than a platform's webhook is stored as one, so that it is durable, applied and replayed alike.

use super::PlatformError;
use crate::domain::event::Event;
use crate::domain::receipt::Told;
use crate::domain::visit::{Teller, Tracked};
use serde::{Deserialize, Serialize};

/// With which the topics of our own begin; no platform's do.
pub const PREFIX: &str = "comeback/";
/// An event that a store's server told.
const EVENT: &str = "comeback/event";
/// An event that a store's page told.
const BROWSER: &str = "comeback/browser";
/// What became of a message, as its provider told.
const RECEIPT: &str = "comeback/receipt";
/// What somebody wrote back.
const REPLY: &str = "comeback/reply";
/// A provider's call that can't be read.
pub const CALLBACK: &str = "comeback/callback";

/// A provider's call that can't be read, as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unread {
    /// Who called.
    pub provider: String,
    /// Why it can't be read, without personal data.
    pub why: String,
    /// What they said.
    pub body: String,
}

/// The topic of what a provider told.
pub fn topic_of_told(told: &Told) -> &'static str {
    match told {
        Told::Receipt(_) => RECEIPT,
        Told::Reply(_) => REPLY,
    }
}

/// A consent that came in by another way: the API, a list, a page of ours.
pub const CONSENT: &str = "comeback/consent";

/// An order as the store told of it when it was asked for its books.
pub const ORDER: &str = "comeback/order";

/// The topic of an event.
pub fn topic_of(by: Teller) -> &'static str {
    match by {
        Teller::Store => EVENT,
        Teller::Browser => BROWSER,
    }
}

/// Did a store's page tell it?
pub fn is_of_pages(topic: &str) -> bool {
    topic == BROWSER
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
        ORDER => return serde_json::from_slice(body).map(|seen| vec![Event::Order(Box::new(seen))]).map_err(unreadable),
        EVENT => Teller::Store,
        BROWSER => Teller::Browser,
        RECEIPT | REPLY => return Ok(vec![heard(serde_json::from_slice(body).map_err(unreadable)?)]),
        CALLBACK => {
            let Unread { provider, why, .. } = serde_json::from_slice(body).map_err(unreadable)?;
            return Err(PlatformError::Unreadable(format!("{provider} called back, and can't be understood: {why}")));
        }
        _ => return Err(PlatformError::Unreadable(format!("this version of the program knows no {topic:?}"))),
    };
    let tracked: Tracked = serde_json::from_slice(body).map_err(unreadable)?;
    Ok(tracked.meaning(by))
}

fn heard(told: Told) -> Event {
    match told {
        Told::Receipt(seen) => Event::Receipt(Box::new(seen)),
        Told::Reply(seen) => Event::Reply(Box::new(seen)),
    }
}
