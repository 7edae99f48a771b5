//! Campaigns: a recovery sequence as the merchant writes it, and what is wrong with it.

use crate::domain::attribution::Model;
use crate::domain::duration::Length;
use crate::domain::event::ChannelKind;
use serde::{Deserialize, Serialize};

/// At most this many steps: more is harassment.
pub const STEPS_MAX: usize = 10;
/// Shopify's recovery link leads to the home page when it is opened within about ten minutes of the checkout's creation (merchants' reports).
pub const SHORTEST_USUAL_ABANDON: Length = Length::minutes(10);
/// No step may wait longer than carts are kept open.
const LONGEST_DELAY: Length = Length::hours(24 * 30);

/// A campaign as the API takes and gives it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CampaignSpec {
    /// As the merchant calls it.
    pub name: String,
    /// What begins it.
    #[serde(default)]
    pub trigger: Trigger,
    /// A cart without activity for this long is abandoned.
    #[serde(default = "default_abandon_after")]
    pub abandon_after: Length,
    /// Of a hundred shoppers, how many are left alone for comparison.
    #[serde(default = "default_holdout")]
    pub holdout_percent: u8,
    /// In order of delay.
    pub steps: Vec<Step>,
    /// When nobody is written to, in the shopper's own time.
    #[serde(default = "default_quiet_hours")]
    pub quiet_hours: Option<QuietHours>,
    /// Which orders it may claim.
    #[serde(default)]
    pub attribution: Attribution,
}

/// What begins a campaign.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Trigger {
    /// A checkout was begun and left.
    #[default]
    CheckoutAbandoned,
}

/// One message of a campaign.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// From the moment of abandonment.
    pub delay: Length,
    /// By which channel.
    pub channel: ChannelKind,
    /// The template's key.
    pub template: String,
    /// A code that the link applies, made by the merchant on the platform.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub discount_code: Option<String>,
}

/// From when to when nobody is written to; may span midnight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QuietHours {
    /// The first quiet minute.
    #[serde(with = "clock")]
    pub from: jiff::civil::Time,
    /// The first minute that is not quiet any more.
    #[serde(with = "clock")]
    pub to: jiff::civil::Time,
}

/// Which orders a campaign may claim.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attribution {
    /// How money is shared among touches.
    #[serde(default = "default_model")]
    pub model: Model,
    /// How long after a click an order counts.
    #[serde(default = "default_click_window")]
    pub click_window: Length,
    /// Views earn nothing: kept for those who want to see them apart.
    #[serde(default)]
    pub view_window: Option<Length>,
}

impl Default for Attribution {
    fn default() -> Self {
        Self { model: default_model(), click_window: default_click_window(), view_window: None }
    }
}

fn default_model() -> Model {
    Model::LastTouch
}

fn default_click_window() -> Length {
    Length::hours(24 * 5)
}

fn default_abandon_after() -> Length {
    SHORTEST_USUAL_ABANDON
}

fn default_holdout() -> u8 {
    10
}

// The signature is serde's.
#[allow(clippy::unnecessary_wraps)]
fn default_quiet_hours() -> Option<QuietHours> {
    Some(QuietHours { from: jiff::civil::time(21, 0, 0, 0), to: jiff::civil::time(8, 0, 0, 0) })
}

/// Where a campaign is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CampaignStatus {
    /// Being written: begins nothing.
    Draft,
    /// At work.
    Published,
    /// Its nudges wait, none is dropped.
    Paused,
    /// Over: its open nudges are cancelled.
    Archived,
}

impl CampaignStatus {
    /// As stored and as the API says it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Published => "published",
            Self::Paused => "paused",
            Self::Archived => "archived",
        }
    }
}

impl std::str::FromStr for CampaignStatus {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        [Self::Draft, Self::Published, Self::Paused, Self::Archived]
            .into_iter()
            .find(|s| s.as_str() == text)
            .ok_or_else(|| format!("{text:?} is not a campaign status"))
    }
}

/// One thing that is wrong with a campaign, and where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fault {
    /// `steps[1].template`.
    pub at: String,
    /// What is wrong and what to do.
    pub problem: String,
}

fn fault(at: impl Into<String>, problem: impl Into<String>) -> Fault {
    Fault { at: at.into(), problem: problem.into() }
}

impl CampaignSpec {
    /// The campaign that every new shop gets, as a draft.
    pub fn starter() -> Self {
        let step =
            |hours, channel, template: &str| Step { delay: Length::hours(hours), channel, template: template.into(), discount_code: None };
        Self {
            name: "Checkout recovery".into(),
            trigger: Trigger::CheckoutAbandoned,
            abandon_after: default_abandon_after(),
            holdout_percent: default_holdout(),
            steps: vec![step(1, ChannelKind::Email, "checkout-reminder"), step(24, ChannelKind::Sms, "checkout-text")],
            quiet_hours: default_quiet_hours(),
            attribution: Attribution::default(),
        }
    }

    /// Everything that keeps this from being published. `template_exists(key, channel)` answers for the shop.
    pub fn faults(&self, template_exists: impl Fn(&str, ChannelKind) -> bool) -> Vec<Fault> {
        let mut faults = Vec::new();
        if self.name.trim().is_empty() || self.name.chars().count() > 120 {
            faults.push(fault("name", "give the campaign a name of 1 to 120 characters"));
        }
        if self.abandon_after.0.is_zero() || self.abandon_after > LONGEST_DELAY {
            faults.push(fault("abandon_after", "must be longer than zero and at most 30 days"));
        }
        if self.holdout_percent > 90 {
            faults.push(fault("holdout_percent", "must be between 0 and 90: somebody has to get the message"));
        }
        if self.steps.is_empty() || self.steps.len() > STEPS_MAX {
            faults.push(fault("steps", format!("a campaign needs 1 to {STEPS_MAX} steps")));
        }
        if self.quiet_hours.is_some_and(|q| q.from == q.to) {
            faults.push(fault("quiet_hours", "`from` and `to` are the same: that would be quiet all day or never; use null for never"));
        }
        for (i, step) in self.steps.iter().enumerate() {
            step_faults(i, step, i.checked_sub(1).map(|before| &self.steps[before]), &template_exists, &mut faults);
        }
        faults
    }

    /// What may be meant but is worth a second look.
    pub fn warnings(&self) -> Vec<Fault> {
        let mut warnings = Vec::new();
        if self.abandon_after < SHORTEST_USUAL_ABANDON {
            warnings
                .push(fault("abandon_after", "under 10 minutes Shopify's recovery link may lead to the home page instead of the checkout"));
        }
        if self.holdout_percent == 0 {
            warnings.push(fault("holdout_percent", "without a holdout nobody can tell how much revenue the campaign causes"));
        }
        warnings
    }
}

fn step_faults(i: usize, step: &Step, before: Option<&Step>, exists: &impl Fn(&str, ChannelKind) -> bool, faults: &mut Vec<Fault>) {
    if step.delay > LONGEST_DELAY {
        faults.push(fault(format!("steps[{i}].delay"), "must be at most 30 days"));
    }
    if before.is_some_and(|b| step.delay < b.delay) {
        faults.push(fault(format!("steps[{i}].delay"), "must not be shorter than the step before it: delays count from the abandonment"));
    }
    if !exists(&step.template, step.channel) {
        let kind = step.channel.as_str();
        faults.push(fault(
            format!("steps[{i}].template"),
            format!("there is no {kind} template {:?}; create it or choose another", step.template),
        ));
    }
    let bad_code = |c: &str| c.is_empty() || c.len() > 60 || c.contains(|ch: char| ch == ',' || ch.is_whitespace() || ch.is_control());
    if step.discount_code.as_deref().is_some_and(bad_code) {
        faults.push(fault(format!("steps[{i}].discount_code"), "a code has 1 to 60 characters, without commas or spaces"));
    }
}

mod clock {
    use jiff::civil::Time;
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    // The signature is serde's.
    #[allow(clippy::trivially_copy_pass_by_ref)]
    pub fn serialize<S: Serializer>(time: &Time, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&time.strftime("%H:%M"))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Time, D::Error> {
        let text = String::deserialize(deserializer)?;
        Time::strptime("%H:%M", &text).map_err(|_| D::Error::custom(format!("{text:?} is not a time of day; expected \"21:00\"")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CONTRACT: &str = r#"{"name": "Checkout recovery", "trigger": "checkout_abandoned", "abandon_after": "PT10M", "holdout_percent": 10,
        "steps": [{"delay": "PT1H", "channel": "email", "template": "checkout-reminder"},
                  {"delay": "PT24H", "channel": "sms", "template": "checkout-text"}],
        "quiet_hours": {"from": "21:00", "to": "08:00"}, "attribution": {"model": "last_touch", "click_window": "P5D", "view_window": null}}"#;

    #[test]
    fn the_contracts_example_is_the_starter_campaign_and_comes_back_as_it_went() {
        let spec: CampaignSpec = serde_json::from_str(CONTRACT).expect("contract example");
        assert_eq!(spec, CampaignSpec::starter());
        let written = serde_json::to_value(&spec).expect("json");
        assert_eq!(written, serde_json::from_str::<serde_json::Value>(CONTRACT).expect("json"));
    }

    #[test]
    fn faults_name_the_step_and_the_remedy() {
        let mut spec = CampaignSpec::starter();
        assert!(spec.faults(|_, _| true).is_empty());
        spec.steps[1].delay = Length::minutes(1);
        spec.holdout_percent = 100;
        let faults = spec.faults(|key, _| key != "checkout-text");
        let at: Vec<&str> = faults.iter().map(|f| f.at.as_str()).collect();
        assert_eq!(at, ["holdout_percent", "steps[1].delay", "steps[1].template"]);
    }

    #[test]
    fn misspelt_fields_are_refused() {
        let text = CONTRACT.replace("holdout_percent", "holdout");
        assert!(serde_json::from_str::<CampaignSpec>(&text).is_err_and(|e| e.to_string().contains("holdout")));
    }
}
