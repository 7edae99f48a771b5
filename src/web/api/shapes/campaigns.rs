//! Campaigns, as the API takes and gives them.

use super::super::problem::Wrong;
use super::{ConditionFields, MoneyShape};
use crate::app::campaigns::{Assigned, Checked};
use crate::db::campaigns::CampaignRow;
use crate::db::moves::Move;
use crate::domain::campaign::{CampaignSpec, Fault, Starter};
use crate::domain::money::Currency;
use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// A campaign: its fields, and where it is in its life.
#[derive(Debug, Serialize, ToSchema)]
pub struct CampaignShape {
    /// Ours.
    pub id: Uuid,
    /// `draft`, `published`, `paused` or `archived`.
    pub status: &'static str,
    /// The published version; 0: never published.
    pub version: i64,
    /// As last saved; may be ahead of the version at work.
    #[serde(flatten)]
    #[schema(value_type = CampaignFields)]
    pub spec: CampaignSpec,
    /// What may be meant but is worth a second look.
    pub warnings: Vec<Wrong>,
    /// The last move of running sequences to a new version, if there was one.
    #[schema(required = true)]
    pub moving: Option<MoveShape>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last saved.
    pub updated_at: Timestamp,
}

impl From<(CampaignRow, Option<&Move>)> for CampaignShape {
    fn from((row, moving): (CampaignRow, Option<&Move>)) -> Self {
        let warnings = row.spec.warnings().into_iter().map(|w| Wrong { at: w.at, problem: w.problem, line: None }).collect();
        Self {
            id: row.id.0,
            status: row.status.as_str(),
            version: row.version,
            spec: row.spec,
            warnings,
            moving: moving.map(MoveShape::from),
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }
}

impl CampaignShape {
    /// With more that is worth a second look.
    pub fn warned(mut self, more: Vec<Fault>) -> Self {
        self.warnings.extend(more.into_iter().map(|w| Wrong { at: w.at, problem: w.problem, line: None }));
        self
    }
}

/// A move of running sequences to a new version.
#[derive(Debug, Serialize, ToSchema)]
pub struct MoveShape {
    /// To which version.
    pub version: i64,
    /// How many sequences were moved.
    pub moved: i64,
    /// Of how many, as counted when it began; null while they aren't counted.
    pub total: Option<i64>,
    /// When it was asked for.
    pub begun_at: Timestamp,
    /// When it was over; null while it goes on.
    pub ended_at: Option<Timestamp>,
}

impl From<&Move> for MoveShape {
    fn from(m: &Move) -> Self {
        Self { version: m.version, moved: m.moved, total: m.total, begun_at: m.begun_at, ended_at: m.ended_at }
    }
}

/// What a campaign is made of. Durations are ISO 8601 (`PT1H`); the short form (`1h`) is read too.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Campaign)]
pub struct CampaignFields {
    /// As the merchant calls it.
    #[schema(examples("Checkout recovery"))]
    pub name: String,
    /// What begins it: `checkout_abandoned` (the default), `cart_abandoned` or `browse_abandoned`.
    #[schema(required = false)]
    pub trigger: String,
    /// A cart without activity for this long is abandoned; `PT10M` by default.
    #[schema(required = false, examples("PT10M"))]
    pub abandon_after: String,
    /// Of several campaigns that a cart could enter, the one with the greatest; 0 by default.
    #[schema(required = false)]
    pub priority: u8,
    /// Which carts enter it; left out: all that its trigger is for.
    #[schema(required = false)]
    pub only_if: Option<ConditionFields>,
    /// Of a hundred shoppers, how many are left alone for comparison; 10 by default, at most 90 to be published.
    #[schema(required = false, minimum = 0)]
    pub holdout_percent: u8,
    /// What leaving alone means: `campaign` (the default): another campaign may write to them; `trigger`: none with the same trigger does.
    #[schema(required = false)]
    pub holdout_scope: String,
    /// Ways through the steps: a cart takes the first that is for it, once and for all.
    #[schema(required = false)]
    pub paths: Vec<PathFields>,
    /// In order.
    pub steps: Vec<StepFields>,
    /// When nobody is written to, in the shopper's own time; null for never quiet.
    #[schema(required = false)]
    pub quiet_hours: Option<QuietHoursFields>,
    /// Days on which nobody is written to: `sunday`.
    #[schema(required = false)]
    pub quiet_days: Vec<String>,
    /// Nobody is written to on public holidays of the shopper's country.
    #[schema(required = false)]
    pub quiet_holidays: bool,
    /// When a step's discount is not given.
    #[schema(required = false)]
    pub discount_guards: DiscountGuardsFields,
    /// Which orders it may claim.
    #[schema(required = false)]
    pub attribution: AttributionFields,
}

/// A way through the steps.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Path)]
pub struct PathFields {
    /// As steps name it.
    pub name: String,
    /// For which carts it is, as they were when they entered; left out: for all that no path before it took.
    #[serde(rename = "if")]
    #[schema(required = false)]
    pub only_if: Option<ConditionFields>,
}

/// One message of a campaign.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Step)]
pub struct StepFields {
    /// From the moment of abandonment, or from the message before.
    #[schema(examples("PT1H"))]
    pub delay: String,
    /// From what the delay counts: `abandonment` (the default) or `previous_send`.
    #[schema(required = false)]
    pub after: String,
    /// Then until the clock shows this, where the shopper is: `10:00`.
    #[schema(required = false)]
    pub at: Option<String>,
    /// Later than this it is not sent any more; `P3D` by default.
    #[schema(required = false)]
    pub expires_after: String,
    /// `email`, `sms` or `whatsapp`.
    pub channel: String,
    /// The template's key.
    #[schema(examples("checkout-reminder"))]
    pub template: String,
    /// What is sent instead when the channel is not open to this shopper, or its provider refuses the message.
    #[schema(required = false)]
    pub fallback: Option<FallbackFields>,
    /// Only carts on this of the campaign's paths get it; left out: all do.
    #[schema(required = false)]
    pub path: Option<String>,
    /// Only if this holds when it is due.
    #[schema(required = false)]
    pub only_if: Option<ConditionFields>,
    /// Texts that are compared; left out: everybody gets the same.
    #[schema(required = false)]
    pub variants: Vec<VariantFields>,
    /// A code that the link applies, made by the merchant on the platform: the same for everybody.
    #[schema(required = false)]
    pub discount_code: Option<String>,
    /// A code of the shopper's own, made for this message.
    #[schema(required = false)]
    pub discount: Option<OfferFields>,
}

/// Another way to say the same.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Fallback)]
pub struct FallbackFields {
    /// `email`, `sms` or `whatsapp`.
    pub channel: String,
    /// The template's key.
    pub template: String,
}

/// One of the texts that are compared.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Variant)]
pub struct VariantFields {
    /// As results call it.
    #[schema(examples("A"))]
    pub name: String,
    /// Its share, against the sum of all; 1 by default.
    #[schema(required = false)]
    pub weight: u16,
    /// Its template's key; left out: the step's.
    #[schema(required = false)]
    pub template: Option<String>,
    /// It carries no code, even if the step does.
    #[schema(required = false)]
    pub without_discount: bool,
}

/// A code made for one shopper: unique, for one use, with an end.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Offer)]
pub struct OfferFields {
    /// What it takes off.
    pub value: OfferValueFields,
    /// Only for carts worth at least this.
    #[schema(required = false)]
    pub minimum: Option<MoneyShape>,
    /// How long the code works, from when it is given; `P3D` by default.
    #[schema(required = false)]
    pub valid_for: String,
    /// Without a code the message isn't sent at all; else it goes without.
    #[schema(required = false)]
    pub required: bool,
}

/// What a code takes off.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OfferValue)]
#[serde(rename_all = "snake_case")]
#[expect(dead_code, reason = "it describes what domain::campaign::OfferValue reads and writes")]
pub enum OfferValueFields {
    /// So many of a hundred, 1 to 100.
    Percent(u8),
    /// A fixed amount.
    Amount(MoneyShape),
    /// The shipping.
    FreeShipping,
}

/// When a step's discount is not given, whatever the step. A code is never put on top of one that is on the cart.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DiscountGuards)]
pub struct DiscountGuardsFields {
    /// Not before this step, from 1; 2 by default.
    #[schema(required = false)]
    pub from_step: u8,
    /// Not for carts worth less.
    #[schema(required = false)]
    pub minimum_value: Option<MoneyShape>,
    /// Not to shoppers who used a code within this long; `P30D` by default.
    #[schema(required = false)]
    pub not_if_used_within: Option<String>,
}

/// From when to when nobody is written to; may span midnight.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = QuietHours)]
pub struct QuietHoursFields {
    /// The first quiet minute.
    #[schema(examples("21:00"))]
    pub from: String,
    /// The first minute that isn't quiet any more.
    #[schema(examples("08:00"))]
    pub to: String,
}

/// Which orders a campaign may claim.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Attribution)]
pub struct AttributionFields {
    /// `last_touch`, which is the default.
    #[schema(required = false)]
    pub model: String,
    /// How long after a click an order counts; `P5D` by default.
    #[schema(required = false, examples("P5D"))]
    pub click_window: String,
    /// Views earn nothing.
    pub view_window: Option<String>,
}

/// A campaign to be made: all of its fields, or the name of a starter.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "it describes what NewCampaign reads")]
pub enum NewCampaignFields {
    /// Written out.
    Spec(Box<CampaignFields>),
    /// One of the starters.
    Starter(StarterBody),
}

/// A campaign to be made from a starter.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StarterBody {
    /// `email`, `email-and-sms` or `high-value`.
    #[schema(examples("email-and-sms"))]
    pub starter: String,
}

/// A campaign to be made.
#[derive(Debug)]
pub enum NewCampaign {
    /// Written out.
    Spec(Box<CampaignSpec>),
    /// From a starter.
    Starter(StarterBody),
}

impl<'de> Deserialize<'de> for NewCampaign {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        use serde::de::Error as _;
        // Not untagged: that would say of a misspelt field only that nothing fits.
        let value = serde_json::Value::deserialize(deserializer)?;
        let is_starter = value.get("starter").is_some();
        let read = if is_starter {
            serde_json::from_value(value).map(Self::Starter)
        } else {
            serde_json::from_value(value).map(|s| Self::Spec(Box::new(s)))
        };
        read.map_err(D::Error::custom)
    }
}

/// A campaign to begin with.
#[derive(Debug, Serialize, ToSchema)]
pub struct StarterShape {
    /// By which it is asked for.
    pub key: &'static str,
    /// What it is for, in a sentence.
    pub about: &'static str,
    /// As it would be made for this store.
    #[schema(value_type = CampaignFields)]
    pub campaign: CampaignSpec,
}

impl From<(&Starter, Currency)> for StarterShape {
    fn from((starter, currency): (&Starter, Currency)) -> Self {
        Self { key: starter.key, about: starter.about, campaign: starter.spec(currency) }
    }
}

/// Campaigns to begin with.
#[derive(Debug, Serialize, ToSchema)]
pub struct StartersShape {
    /// Every one.
    pub items: Vec<StarterShape>,
}

/// How a campaign is published.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PublishBody {
    /// Sequences that run are moved to the new version, by and by; else they keep theirs.
    #[serde(default)]
    pub move_running: bool,
}

/// What a copy of a campaign is called.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CloneBody {
    /// Its name; left out: that of the original and `(copy)`.
    #[serde(default)]
    pub name: Option<String>,
}

/// What is wrong with a campaign.
#[derive(Debug, Serialize, ToSchema)]
pub struct CheckedShape {
    /// It can be published as it is.
    pub publishable: bool,
    /// What keeps it from being published.
    pub faults: Vec<FaultShape>,
    /// What may be meant but is worth a second look.
    pub warnings: Vec<FaultShape>,
}

impl From<Checked> for CheckedShape {
    fn from(c: Checked) -> Self {
        let shapes = |faults: Vec<Fault>| faults.into_iter().map(FaultShape::from).collect();
        Self { publishable: c.faults.is_empty(), faults: shapes(c.faults), warnings: shapes(c.warnings) }
    }
}

/// One thing that is wrong with a campaign, and where.
#[derive(Debug, Serialize, ToSchema)]
pub struct FaultShape {
    /// `steps[1].template`.
    pub at: String,
    /// Of which step, from 1; null where it is about the whole campaign.
    pub step: Option<usize>,
    /// What is wrong and what to do.
    pub problem: String,
}

impl From<Fault> for FaultShape {
    fn from(f: Fault) -> Self {
        Self { step: f.step(), at: f.at, problem: f.problem }
    }
}

/// What a shopper draws in a campaign.
#[derive(Debug, Serialize, ToSchema)]
pub struct AssignmentShape {
    /// By which version; 0: by the draft, since it was never published.
    pub version: i64,
    /// `treated` or `holdout`: once they were in the campaign, the side they are on from then on.
    pub arm: &'static str,
    /// They were in the campaign before, so that a change of the percentage doesn't move them.
    pub fixed_before: bool,
    /// Their lot for the comparison, of 100: the first eight bytes of SHA-256 over the campaign's 16 bytes and the address, as a fraction of 2^64.
    pub lot_percent: f64,
    /// The comparison group takes lots below this.
    pub holdout_percent: u8,
    /// Each step that compares texts.
    pub steps: Vec<DrawnShape>,
}

/// What a shopper draws in one step.
#[derive(Debug, Serialize, ToSchema)]
pub struct DrawnShape {
    /// From 1.
    pub step: usize,
    /// Their lot for this step, of 100: the same hash, with `step N` and a line's end between the two, N counted from 0.
    pub lot_percent: f64,
    /// The text that they get.
    pub variant: String,
    /// Which lots each text takes.
    pub variants: Vec<ShareShape>,
}

/// Which lots a text takes.
#[derive(Debug, Serialize, ToSchema)]
pub struct ShareShape {
    /// Its name.
    pub name: String,
    /// It takes lots below this that none before it takes.
    pub below_percent: f64,
}

impl From<Assigned> for AssignmentShape {
    fn from(a: Assigned) -> Self {
        let steps = a.steps.into_iter().map(|d| DrawnShape {
            step: d.step,
            lot_percent: d.lot_percent,
            variant: d.variant,
            variants: d.below.into_iter().map(|(name, below_percent)| ShareShape { name, below_percent }).collect(),
        });
        Self {
            version: a.version,
            arm: a.arm.as_str(),
            fixed_before: a.fixed_before,
            lot_percent: a.lot_percent,
            holdout_percent: a.holdout_percent,
            steps: steps.collect(),
        }
    }
}
