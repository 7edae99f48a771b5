//! Marks on the time axis and costs of advertising, as the API takes and gives them.

use crate::domain::annotation::{Kind, Mark};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;
use uuid::Uuid;

/// A mark on the time axis.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Annotation)]
pub struct AnnotationShape {
    /// Of a note, by which it is changed and removed; null for what the system made.
    #[schema(required = true)]
    pub id: Option<Uuid>,
    /// When.
    pub at: Timestamp,
    /// When it was over; null for what is no span, and for what lasts.
    #[schema(required = true)]
    pub until: Option<Timestamp>,
    /// `note`, `campaign_published`, `campaign_state`, `holdout_changed`, `attribution_changed`, `template_changed`, `price_changed`, `settings_changed` or `outage`.
    #[schema(value_type = String)]
    pub kind: Kind,
    /// For people.
    pub note: String,
}

impl From<Mark> for AnnotationShape {
    fn from(m: Mark) -> Self {
        Self { id: m.id, at: m.at, until: m.until, kind: m.kind, note: m.note }
    }
}

/// The marks of a period.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Annotations)]
pub struct AnnotationsShape {
    /// In the order of time.
    pub items: Vec<AnnotationShape>,
}

/// A note.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AnnotationBody {
    /// To when it belongs.
    pub at: Timestamp,
    /// What happened, in at most 200 characters.
    pub note: String,
}

/// What an advertisement cost on a day.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AdCostBody {
    /// As the ad platform counts it: `2026-07-01`.
    pub day: String,
    /// As in its links.
    pub utm_source: String,
    /// As in its links.
    pub utm_medium: Option<String>,
    /// As in its links.
    pub utm_campaign: Option<String>,
    /// `"12.34"`.
    pub cost: String,
    /// ISO 4217.
    pub currency: String,
    /// How often it was clicked.
    pub clicks: Option<u32>,
    /// How often it was shown.
    pub impressions: Option<u32>,
}

impl AdCostBody {
    /// As a line of a file has it.
    pub fn fields(self) -> BTreeMap<String, String> {
        let given = [
            ("day", Some(self.day)),
            ("utm_source", Some(self.utm_source)),
            ("utm_medium", self.utm_medium),
            ("utm_campaign", self.utm_campaign),
            ("cost", Some(self.cost)),
            ("currency", Some(self.currency)),
            ("clicks", self.clicks.map(|n| n.to_string())),
            ("impressions", self.impressions.map(|n| n.to_string())),
        ];
        given.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect()
    }
}

/// Costs to be taken in.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AdCostsBody {
    /// At most 1,000.
    pub costs: Vec<AdCostBody>,
}
