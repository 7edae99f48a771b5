//! Campaigns: a recovery sequence as the merchant writes it, and what is wrong with it.

mod aligned;
mod clock;
mod condition;
mod faults;
mod moving;
mod starters;
mod step;

pub use aligned::{Pair, aligned, likeness};
pub use condition::{Acquaintance, Condition, DEPTH_MAX, Scene, SceneItem};
pub use faults::Fault;
pub use moving::{Change, Existing, MOVED, changes, path_in};
pub use starters::{STARTERS, Starter};
pub use step::{After, Fallback, Offer, OfferValue, Step, USUAL_EXPIRY, Variant};

use crate::domain::attribution::Model;
use crate::domain::duration::Length;
use crate::domain::event::Stage;
use crate::domain::money::Money;
use jiff::civil::Weekday;
use serde::{Deserialize, Serialize};
use step::is_default;

/// At most this many steps: more is harassment.
pub const STEPS_MAX: usize = 10;
/// At most this many paths.
pub const PATHS_MAX: usize = 8;
/// At most this many variants of one step: more would never come to a verdict.
pub const VARIANTS_MAX: usize = 6;
/// Shopify's recovery link leads to the home page when it is opened within about ten minutes of the checkout's creation (merchants' reports).
pub const SHORTEST_USUAL_ABANDON: Length = Length::minutes(10);
/// No step may wait longer than carts are kept open.
pub const LONGEST_DELAY: Length = Length::hours(24 * 30);

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
    /// Of several campaigns that a cart could enter, the one with the greatest; of equals the one published last.
    #[serde(default, skip_serializing_if = "is_default")]
    pub priority: u8,
    /// Which carts enter it; none: all that its trigger is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub only_if: Option<Condition>,
    /// Of a hundred shoppers, how many are left alone for comparison.
    #[serde(default = "default_holdout")]
    pub holdout_percent: u8,
    /// What leaving alone means.
    #[serde(default, skip_serializing_if = "is_default")]
    pub holdout_scope: HoldoutScope,
    /// Ways through the steps: a cart takes the first that is for it, once and for all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub paths: Vec<Path>,
    /// In order.
    pub steps: Vec<Step>,
    /// When nobody is written to, in the shopper's own time.
    #[serde(default = "default_quiet_hours")]
    pub quiet_hours: Option<QuietHours>,
    /// Days on which nobody is written to.
    #[serde(default, with = "clock::days", skip_serializing_if = "Vec::is_empty")]
    pub quiet_days: Vec<Weekday>,
    /// Nobody is written to on public holidays of the shopper's country.
    #[serde(default, skip_serializing_if = "is_default")]
    pub quiet_holidays: bool,
    /// When a step's offer is not given.
    #[serde(default, skip_serializing_if = "is_default")]
    pub discount_guards: DiscountGuards,
    /// Which orders it may claim.
    #[serde(default)]
    pub attribution: Attribution,
}

/// What begins a campaign.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Trigger {
    /// Products were looked at, and nothing was put into a cart.
    BrowseAbandoned,
    /// A cart was filled and left before the checkout.
    CartAbandoned,
    /// A checkout was begun and left.
    #[default]
    CheckoutAbandoned,
}

impl Trigger {
    /// Every trigger, the earliest stage first.
    pub const ALL: [Self; 3] = [Self::BrowseAbandoned, Self::CartAbandoned, Self::CheckoutAbandoned];

    /// As stored and as the API says it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::BrowseAbandoned => "browse_abandoned",
            Self::CartAbandoned => "cart_abandoned",
            Self::CheckoutAbandoned => "checkout_abandoned",
        }
    }

    /// Is it for shoppers who came so far? A left checkout is a left cart as well, for a store that has no campaign for checkouts; looking around is neither.
    pub fn is_for(self, stage: Stage) -> bool {
        match self {
            Self::BrowseAbandoned => stage == Stage::Browse,
            Self::CartAbandoned => matches!(stage, Stage::Cart | Stage::Checkout),
            Self::CheckoutAbandoned => stage == Stage::Checkout,
        }
    }
}

impl std::str::FromStr for Trigger {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let names = || Self::ALL.map(Self::as_str).join(", ");
        Self::ALL.into_iter().find(|t| t.as_str() == text).ok_or_else(|| format!("{text:?} is not a trigger; expected one of {}", names()))
    }
}

/// What it means for a shopper to be left alone.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HoldoutScope {
    /// This campaign doesn't write to them; another may.
    #[default]
    Campaign,
    /// No campaign with the same trigger writes to them.
    Trigger,
}

/// A way through the steps.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Path {
    /// As steps name it.
    pub name: String,
    /// For which carts it is, as they were when they entered; none: for all that no path before it took.
    #[serde(default, rename = "if", skip_serializing_if = "Option::is_none")]
    pub only_if: Option<Condition>,
}

/// When a step's offer is not given, whatever the step. A code is never put on top of one that is on the cart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct DiscountGuards {
    /// Not before this step, from 1: a code in the first message teaches shoppers to wait for it.
    pub from_step: u8,
    /// Not for carts worth less.
    pub minimum_value: Option<Money>,
    /// Not to shoppers who used a code within this long.
    pub not_if_used_within: Option<Length>,
}

impl Default for DiscountGuards {
    fn default() -> Self {
        Self { from_step: 2, minimum_value: None, not_if_used_within: Some(Length::hours(24 * 30)) }
    }
}

/// From when to when nobody is written to; may span midnight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QuietHours {
    /// The first quiet minute.
    #[serde(with = "clock::time")]
    pub from: jiff::civil::Time,
    /// The first minute that is not quiet any more.
    #[serde(with = "clock::time")]
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

impl CampaignSpec {
    /// The path that a cart takes: the first that is for it. None without paths, or where none is for it.
    pub fn path_of(&self, scene: &Scene) -> Option<&Path> {
        self.paths.iter().find(|p| p.only_if.as_ref().is_none_or(|c| c.holds(scene)))
    }

    /// The steps of a cart on this path: `(index, step)`, in order.
    pub fn steps_on<'a>(&'a self, path: Option<&'a str>) -> impl Iterator<Item = (usize, &'a Step)> {
        self.steps.iter().enumerate().filter(move |(_, s)| s.path.is_none() || s.path.as_deref() == path)
    }

    /// The step before this one on a path.
    pub fn step_before(&self, step: usize, path: Option<&str>) -> Option<usize> {
        self.steps_on(path).map(|(i, _)| i).take_while(|i| *i < step).last()
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
    fn misspelt_fields_are_refused() {
        let text = CONTRACT.replace("holdout_percent", "holdout");
        assert!(serde_json::from_str::<CampaignSpec>(&text).is_err_and(|e| e.to_string().contains("holdout")));
    }
}
