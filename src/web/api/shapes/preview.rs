//! What a campaign would do, as the API answers it.

use super::CampaignFields;
use crate::app::preview::{Code, Look, Preview, Shown, Step};
use crate::db::trials::TrialJob;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// What to look at.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PreviewBody {
    /// A campaign's id, or all of its fields.
    #[schema(value_type = CampaignOrId)]
    pub campaign: serde_json::Value,
    /// A cart's id, or `sample`: that of a shopper who doesn't exist, which is the default.
    #[serde(default)]
    pub cart: Option<String>,
    /// As if the cart were left at this instant; now by default.
    #[serde(default)]
    pub at: Option<Timestamp>,
}

/// A campaign's id, or all of its fields.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "it describes what PreviewBody reads")]
pub enum CampaignOrId {
    /// One of the store's, as last saved.
    Id(Uuid),
    /// One that isn't saved.
    Spec(Box<CampaignFields>),
}

/// What a campaign would do with one cart.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SequencePreview)]
pub struct SequencePreviewShape {
    /// Why the cart would not enter the campaign, if it wouldn't; the steps are as if it did.
    pub stays_out: Option<StaysOutShape>,
    /// When the shopper leaves.
    pub left_at: Timestamp,
    /// From when delays count.
    pub abandoned_at: Timestamp,
    /// Zones in which the shopper may be; a message leaves when it may in all of them. Local times are in the first.
    pub zones: Vec<String>,
    /// How that is known.
    pub zones_because: String,
    /// `treated` or `holdout`; null for the sample, who is nobody.
    pub arm: Option<&'static str>,
    /// Their lot for the comparison, of 100.
    pub lot_percent: Option<f64>,
    /// Their path through the campaign.
    pub path: Option<String>,
    /// What is left out of account.
    pub notes: Vec<String>,
    /// Each step of the path, in order.
    pub steps: Vec<PreviewStepShape>,
}

/// Why a cart would not enter a campaign.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = StaysOut)]
pub struct StaysOutShape {
    /// Which rule.
    pub rule: &'static str,
    /// In a sentence.
    pub why: String,
}

/// What becomes of one step.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PreviewStep)]
pub struct PreviewStepShape {
    /// From 1.
    pub step: usize,
    /// `email` or `sms`, as it would go in the end.
    pub channel: &'static str,
    /// The channel that takes over when the step's own is shut.
    pub fallback: Option<&'static str>,
    /// Which of its texts.
    pub variant: Option<String>,
    /// When it is planned for.
    pub due_at: Timestamp,
    /// The same, as the shopper's clock shows it.
    pub due_local: String,
    /// When it would leave; null where it doesn't.
    pub sent_at: Option<Timestamp>,
    /// The same, as the shopper's clock shows it.
    pub sent_local: Option<String>,
    /// Each time that it is decided on.
    pub decisions: Vec<LookShape>,
    /// Its code; null where it has none.
    pub discount: Option<PreviewCodeShape>,
    /// The message, also of one that doesn't leave.
    pub message: Option<MessageShape>,
    /// Why the message can't be made, where it can't.
    pub problem: Option<String>,
}

/// One decision about a step.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PreviewDecision)]
pub struct LookShape {
    /// When.
    pub at: Timestamp,
    /// The same, as the shopper's clock shows it.
    pub local: String,
    /// `send`, `postpone`, `switch` or `cancel`.
    pub outcome: &'static str,
    /// Which rule.
    pub rule: String,
    /// In a sentence.
    pub why: String,
    /// When it is looked at next, where it is postponed.
    pub next_at: Option<Timestamp>,
    /// The same, as the shopper's clock shows it.
    pub next_local: Option<String>,
}

/// A step's code.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PreviewCode)]
pub struct PreviewCodeShape {
    /// The code for everybody; null for one of the shopper's own.
    pub code: Option<String>,
    /// What one of the shopper's own takes off.
    pub takes_off: Option<String>,
    /// Why it isn't given, if it isn't.
    pub withheld: Option<String>,
}

/// A message as it would look.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PreviewMessage)]
pub struct MessageShape {
    /// By which template.
    pub template: String,
    /// Of a mail; empty for texts.
    pub subject: String,
    /// Of a mail; empty for texts.
    pub html: String,
    /// The plain text.
    pub text: String,
}

impl From<Shown> for MessageShape {
    fn from(s: Shown) -> Self {
        Self { template: s.template, subject: s.subject, html: s.html, text: s.text }
    }
}

fn code(code: Code) -> Option<PreviewCodeShape> {
    let none = || PreviewCodeShape { code: None, takes_off: None, withheld: None };
    match code {
        Code::None => None,
        Code::Fixed(code) => Some(PreviewCodeShape { code: Some(code), ..none() }),
        Code::Own(takes_off) => Some(PreviewCodeShape { takes_off: Some(takes_off), ..none() }),
        Code::Withheld(takes_off, why) => Some(PreviewCodeShape { takes_off: Some(takes_off), withheld: Some(why), ..none() }),
    }
}

fn local(at: Timestamp, zone: &TimeZone) -> String {
    at.to_zoned(zone.clone()).to_string()
}

fn look(l: Look, zone: &TimeZone) -> LookShape {
    LookShape {
        at: l.at,
        local: local(l.at, zone),
        outcome: l.outcome,
        rule: l.rule,
        why: l.why,
        next_at: l.next,
        next_local: l.next.map(|at| local(at, zone)),
    }
}

fn step(s: Step, zone: &TimeZone, fallback: Option<&'static str>) -> PreviewStepShape {
    let (message, problem) = match s.message {
        Ok(shown) => (Some(shown.into()), None),
        Err(problem) => (None, Some(problem)),
    };
    PreviewStepShape {
        step: s.index + 1,
        channel: s.channel.as_str(),
        fallback,
        variant: s.variant,
        due_at: s.due_at,
        due_local: local(s.due_at, zone),
        sent_at: s.sent_at,
        sent_local: s.sent_at.map(|at| local(at, zone)),
        decisions: s.looks.into_iter().map(|l| look(l, zone)).collect(),
        discount: code(s.code),
        message,
        problem,
    }
}

impl From<Preview> for SequencePreviewShape {
    fn from(p: Preview) -> Self {
        let zone = p.zones.names.first().and_then(|z| TimeZone::get(z).ok()).unwrap_or(TimeZone::UTC);
        let fallback = |i: usize| p.spec.steps.get(i).and_then(|s| s.fallback.as_ref()).map(|f| f.channel.as_str());
        let steps = p.steps.into_iter().map(|s| {
            let fallback = fallback(s.index);
            step(s, &zone, fallback)
        });
        Self {
            steps: steps.collect(),
            stays_out: p.stays_out.map(|(rule, why)| StaysOutShape { rule, why }),
            left_at: p.left_at,
            abandoned_at: p.abandoned_at,
            zones: p.zones.names,
            zones_because: p.zones.because,
            arm: p.drawn.map(|(arm, _)| arm.as_str()),
            lot_percent: p.drawn.map(|(_, lot)| lot.percent()),
            path: p.path,
            notes: p.notes,
        }
    }
}

/// Over which time to try a campaign.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TrialBody {
    /// For carts left from this instant on; 30 days before the end by default.
    #[serde(default)]
    pub from: Option<Timestamp>,
    /// To before this one; now by default.
    #[serde(default)]
    pub to: Option<Timestamp>,
}

/// A trial of a campaign on the past.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Trial)]
pub struct TrialShape {
    /// `waiting`, `running`, `done` or `failed`.
    pub state: &'static str,
    /// For carts left from this instant on.
    pub from: Timestamp,
    /// To before this one.
    pub to: Timestamp,
    /// When it was asked for.
    pub asked_at: Timestamp,
    /// Moments of the past that were gone through so far.
    pub done: i64,
    /// Of so many; null while they aren't counted.
    pub of_all: Option<i64>,
    /// When it was over.
    pub ended_at: Option<Timestamp>,
    /// Why it failed, if it did.
    pub problem: Option<String>,
    /// What would have come of it, once it is done: totals, per step and per rule, beside what was, and what the figures can't tell.
    #[schema(value_type = Option<Object>)]
    pub result: Option<serde_json::Value>,
}

impl From<TrialJob> for TrialShape {
    fn from(t: TrialJob) -> Self {
        Self {
            state: t.state.as_str(),
            from: t.from,
            to: t.to,
            asked_at: t.asked_at,
            done: t.done,
            of_all: t.of_all,
            ended_at: t.ended_at,
            problem: t.problem,
            result: t.result.and_then(|text| serde_json::from_str(&text).ok()),
        }
    }
}
