//! Outbound webhooks, as the API takes and gives them.

use crate::app::outbound::endpoints::{Wanted, kinds_of};
use crate::db::outbound::EndpointRow;
use crate::db::outbound_sends::{Listed, Try};
use crate::domain::outbound::message_id;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

/// One of the store's own programs that is told what happens.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WebhookEndpoint)]
pub struct EndpointShape {
    /// Ours.
    pub id: Uuid,
    /// Where it is.
    pub url: String,
    /// What it is for.
    pub note: String,
    /// The types of events that it is told; empty: all, those to come as well.
    pub events: Vec<String>,
    /// Is it told anything?
    pub on: bool,
    /// Why not: `hand`, `failing` (it took nothing for five days) or `gone` (it answered 410); null while it is on.
    #[schema(required = true)]
    pub off_why: Option<String>,
    /// It has taken nothing since; null when it took the last.
    #[schema(required = true)]
    pub failing_since: Option<Timestamp>,
    /// When it was added.
    pub created_at: Timestamp,
}

impl From<EndpointRow> for EndpointShape {
    fn from(row: EndpointRow) -> Self {
        Self {
            events: kinds_of(&row),
            id: row.id,
            url: row.url,
            note: row.note,
            on: row.on,
            off_why: row.off_why,
            failing_since: row.failing_since,
            created_at: row.created_at,
        }
    }
}

/// An endpoint that was just added.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = NewWebhookEndpoint)]
pub struct NewEndpointShape {
    /// The endpoint.
    #[serde(flatten)]
    pub endpoint: EndpointShape,
    /// With which what it is told is signed (Standard Webhooks); told this once.
    #[schema(examples("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"))]
    pub secret: String,
}

/// A new secret.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WebhookSecret)]
pub struct SecretShape {
    /// Told this once.
    pub secret: String,
}

/// What is set about an endpoint.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = WebhookEndpointBody)]
#[serde(deny_unknown_fields)]
pub struct EndpointBody {
    /// A public https address.
    pub url: String,
    /// What it is for; at most 120 characters.
    #[serde(default)]
    pub note: String,
    /// The types of events that it is told; left out or empty: all, those to come as well.
    #[serde(default)]
    pub events: Vec<String>,
    /// Switches it on or off, where it is changed; a new one is on.
    pub on: Option<bool>,
}

impl EndpointBody {
    /// For the use case.
    pub fn wanted(&self) -> Wanted {
        Wanted { url: self.url.clone(), note: self.note.clone(), kinds: self.events.clone() }
    }
}

/// One event for one endpoint.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WebhookDelivery)]
pub struct SentShape {
    /// Of the event: by which it is sent again.
    pub id: Uuid,
    /// The header `webhook-id`, the same at every try.
    pub webhook_id: String,
    /// What happened.
    #[serde(rename = "type")]
    pub kind: String,
    /// When.
    pub at: Timestamp,
    /// `waiting`, `taken` or `given_up`.
    pub state: String,
    /// How often it was tried since it was last asked for.
    pub attempts: i64,
    /// When it is sent next; null unless it waits.
    #[schema(required = true)]
    pub due_at: Option<Timestamp>,
    /// Of the last answer; null when there was none.
    #[schema(required = true)]
    pub status: Option<i64>,
    /// Why there was no answer; null when there was one, or it was not tried.
    #[schema(required = true)]
    pub problem: Option<String>,
}

fn instant(ms: i64) -> Timestamp {
    Timestamp::from_millisecond(ms).unwrap_or(Timestamp::UNIX_EPOCH)
}

impl From<Listed> for SentShape {
    fn from(row: Listed) -> Self {
        Self {
            id: row.event_id,
            webhook_id: message_id(row.event_id),
            kind: row.kind,
            at: instant(row.at),
            due_at: (row.state == "waiting").then(|| instant(row.due_at)),
            state: row.state,
            attempts: row.attempts,
            status: row.status,
            problem: row.problem,
        }
    }
}

/// One try.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WebhookTry)]
pub struct TryShape {
    /// When.
    pub at: Timestamp,
    /// How long it took, in milliseconds.
    pub took_ms: i64,
    /// Of the answer; null when there was none.
    #[schema(required = true)]
    pub status: Option<i64>,
    /// Why there was none.
    #[schema(required = true)]
    pub problem: Option<String>,
    /// The first 1,000 bytes of the answer.
    pub answer: String,
}

/// One event for one endpoint, with its body and every try.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WebhookDeliveryWithTries)]
pub struct SentWithTriesShape {
    /// The event.
    #[serde(flatten)]
    pub sent: SentShape,
    /// Its body.
    #[schema(value_type = Object)]
    pub payload: Value,
    /// Newest first.
    pub tries: Vec<TryShape>,
}

impl SentWithTriesShape {
    /// Of what is stored.
    pub fn of(row: Listed, tries: Vec<Try>) -> Self {
        let tried = |t: Try| TryShape { at: instant(t.at), took_ms: t.took_ms, status: t.status, problem: t.problem, answer: t.answer };
        let payload = serde_json::from_str(&row.payload).unwrap_or_default();
        Self { sent: row.into(), payload, tries: tries.into_iter().map(tried).collect() }
    }
}
