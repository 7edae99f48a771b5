//! What the report on attribution answers.

use crate::app::attribution::Report;
use crate::app::recompute::Anew;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The report: three tables, each with its columns, lines, totals per currency, notes, and the definitions of what it tells. `orders` and `net` have a column per
/// model and a line per channel; `ledger` has a line per class of evidence. `anew` says how far it is while credits are being worked out anew, else null; the
/// ledger then also has columns of the new figures so far.
#[derive(Debug, Serialize, ToSchema)]
#[schema(value_type = Object)]
#[serde(transparent)]
pub struct AttributionShape(pub Report);

/// By which model headlines are told.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AttributionBody {
    /// `last_touch`, `first_touch`, `linear`, `linear_distinct`, `position_based`, `time_decay`, `time_decay_stepped` or `last_non_direct`.
    pub model: String,
}

/// A store's settings of attribution.
#[derive(Debug, Serialize, ToSchema)]
pub struct AttributionSettingsShape {
    /// By which model headlines are told.
    pub model: &'static str,
    /// How far it is, while credits are being worked out anew.
    pub anew: Option<AnewShape>,
}

/// Credits are being worked out anew: figures are by the former settings until it is done.
#[derive(Debug, Serialize, ToSchema)]
pub struct AnewShape {
    /// Why, in words.
    pub why: String,
    /// So many hundredths of the orders were looked at.
    pub percent: i64,
    /// When it was asked for.
    pub asked_at: Timestamp,
}

impl From<Anew> for AnewShape {
    fn from(a: Anew) -> Self {
        Self { why: a.why, percent: a.percent, asked_at: a.asked_at }
    }
}
