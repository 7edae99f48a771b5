//! Alarms, as the API gives them.

use crate::db::alarms::AlarmRow;
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// Something that Comeback found wrong.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Alarm)]
pub struct AlarmShape {
    /// Ours.
    pub id: Uuid,
    /// `no_deliveries`, `topic_silent`, `worker_lag`, `channel_refusing`, `reconciliation_gap`, `canary`, `invariant`, `set_aside`,
    /// `template_broken`, `no_discount_codes` or `endpoint_failing`.
    pub kind: String,
    /// Which topic or channel; empty where there is one of the kind.
    pub subject: String,
    /// What happened, in a sentence.
    pub what: String,
    /// What to do.
    pub fix: String,
    /// When what is wrong began.
    pub since: Timestamp,
    /// When it was raised.
    pub raised_at: Timestamp,
    /// When it was last found to hold.
    pub last_seen_at: Timestamp,
    /// When the owners were last written to.
    pub notified_at: Option<Timestamp>,
    /// When somebody said that it is as it should be.
    pub dismissed_at: Option<Timestamp>,
    /// When it was over.
    pub cleared_at: Option<Timestamp>,
}

impl From<AlarmRow> for AlarmShape {
    fn from(a: AlarmRow) -> Self {
        Self {
            id: a.id,
            kind: a.kind.as_str().to_owned(),
            subject: a.subject,
            what: a.what,
            fix: a.fix,
            since: a.since,
            raised_at: a.raised_at,
            last_seen_at: a.last_seen_at,
            notified_at: a.notified_at,
            dismissed_at: a.dismissed_at,
            cleared_at: a.cleared_at,
        }
    }
}
