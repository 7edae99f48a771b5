//! Events, and what became of them.

use crate::app::track::{Answer, Fate};
use crate::web::events::EventBody;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Events to be taken in.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EventsBody {
    /// At most 500, in any order.
    #[schema(value_type = Vec<EventBody>)]
    pub events: Vec<serde_json::Value>,
}

/// What became of each event, in their order.
#[derive(Debug, Serialize, ToSchema)]
pub struct EventsShape {
    /// How many are kept now.
    accepted: usize,
    /// How many came before.
    duplicates: usize,
    /// How many can't be taken.
    refused: usize,
    /// Each.
    results: Vec<EventResultShape>,
}

/// What became of an event.
#[derive(Debug, Serialize, ToSchema)]
pub struct EventResultShape {
    /// Its id, where it has one.
    event_id: Option<String>,
    /// `accepted`, `duplicate` or `refused`.
    status: &'static str,
    /// Why it was refused, and what to do.
    reason: Option<String>,
}

impl From<Answer> for EventResultShape {
    fn from((event_id, fate): Answer) -> Self {
        let (status, reason) = match fate {
            Fate::Accepted => ("accepted", None),
            Fate::Duplicate => ("duplicate", None),
            Fate::Refused(why) => ("refused", Some(why)),
        };
        Self { event_id, status, reason }
    }
}

impl From<Vec<Answer>> for EventsShape {
    fn from(answers: Vec<Answer>) -> Self {
        let results: Vec<EventResultShape> = answers.into_iter().map(EventResultShape::from).collect();
        let count = |status| results.iter().filter(|r| r.status == status).count();
        Self { accepted: count("accepted"), duplicates: count("duplicate"), refused: count("refused"), results }
    }
}
