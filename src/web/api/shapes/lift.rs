//! What was caused, as the API gives it.

use super::{DefinitionShape, MoneyShape};
use crate::app::lift::report::{Line, Report};
use crate::app::lift::{experiments, words};
use crate::domain::lift::DEFINITIONS;
use crate::domain::lift::compare::Estimate;
use crate::domain::lift::tally::Arm;
use crate::domain::lift::verdict::Wait;
use crate::domain::money::{Currency, Money};
use crate::domain::stats::Interval;
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

/// The report on lift.
#[derive(Debug, Serialize, ToSchema)]
pub struct LiftShape {
    /// From the day of this instant, in the store's zone.
    pub from: Timestamp,
    /// To before this one.
    pub to: Timestamp,
    /// For so many days after they began to count, shoppers' orders are theirs.
    pub outcome_days: i64,
    /// A row per campaign in which somebody counted.
    pub rows: Vec<LiftRowShape>,
    /// All campaigns; null without a row.
    pub total: Option<LiftRowShape>,
    /// What must be known of these figures.
    pub notes: Vec<String>,
    /// What each figure means.
    pub definitions: Vec<DefinitionShape>,
}

/// One campaign, or all.
#[derive(Debug, Serialize, ToSchema)]
pub struct LiftRowShape {
    /// The campaign's id; `total`.
    pub key: String,
    /// For people.
    pub label: String,
    /// Who were written to.
    pub treated: ArmShape,
    /// Who were left alone.
    pub holdout: ArmShape,
    /// How much greater the share of the treated is who ordered.
    pub difference: EstimateShape,
    /// The same against what would have been ordered anyway.
    pub relative_lift: EstimateShape,
    /// How much more net a treated shopper brings, in the store's currency.
    pub revenue_difference: EstimateShape,
    /// Orders that were caused.
    pub incremental_orders: EstimateShape,
    /// Net that was caused, in the store's currency.
    pub incremental_revenue: EstimateShape,
    /// The part of the treated's orders that was caused.
    pub attributable_fraction: Option<f64>,
    /// What leaving the comparison group alone is estimated to have cost, in the store's currency.
    pub holdout_cost: EstimateShape,
    /// Were shoppers split as was meant? Null where nobody was to be left alone.
    pub srm: Option<SrmShape>,
    /// Of orders: `caused`, `harm`, `no_effect`, `not_enough_data`, `withheld` or `not_compared`.
    pub verdict: &'static str,
    /// The same in words.
    pub verdict_words: String,
    /// Of their net.
    pub revenue_verdict: &'static str,
    /// The same in words.
    pub revenue_verdict_words: String,
    /// Days until orders can be judged at the present pace, if what was seen so far is the truth; null when never, or when they are.
    pub days_left: Option<f64>,
    /// The smallest difference of the shares that would have been seen with a probability of 0.8.
    pub smallest_effect: Option<f64>,
}

/// A side of a comparison.
#[derive(Debug, Serialize, ToSchema)]
pub struct ArmShape {
    /// Whose days for ordering are over.
    pub shoppers: u64,
    /// Whose aren't: in no figure.
    pub pending: i64,
    /// Shoppers who ordered.
    pub orders: u64,
    /// Of all, those who ordered; null of nobody.
    pub conversion: Option<f64>,
    /// Net of their orders.
    #[schema(value_type = Option<MoneyShape>)]
    pub revenue: Option<Money>,
    /// Net per shopper.
    #[schema(value_type = Option<MoneyShape>)]
    pub revenue_per_shopper: Option<Money>,
}

/// An estimate with its intervals of 95 %; all null where nothing can be said.
#[derive(Debug, Serialize, ToSchema)]
pub struct EstimateShape {
    /// The estimate.
    pub estimate: Option<f64>,
    /// The lower end that holds however often one looks.
    pub low: Option<f64>,
    /// The upper end that holds however often one looks.
    pub high: Option<f64>,
    /// The lower end for whoever looks once, at a time planned beforehand.
    pub low_once: Option<f64>,
    /// The upper end for whoever looks once.
    pub high_once: Option<f64>,
}

/// Whether shoppers were split as was meant.
#[derive(Debug, Serialize, ToSchema)]
pub struct SrmShape {
    /// How often a fair split would look as bad, at a single look.
    pub p_value: f64,
    /// The same for whoever looks every day.
    pub p_value_anytime: f64,
    /// Below 0.001 either withholds the verdict.
    pub is_off: bool,
}

impl EstimateShape {
    fn of(estimate: Estimate) -> Self {
        let end = |of: Option<Interval>, end: fn(Interval) -> f64| of.map(end).filter(|n| n.is_finite());
        Self {
            estimate: estimate.value(),
            low: end(estimate.anytime, |i| i.low),
            high: end(estimate.anytime, |i| i.high),
            low_once: end(estimate.once, |i| i.low),
            high_once: end(estimate.once, |i| i.high),
        }
    }
}

impl ArmShape {
    fn of(arm: Arm, pending: i64, currency: Currency) -> Self {
        let share = arm.counted();
        Self {
            shoppers: arm.shoppers,
            pending,
            orders: arm.converted,
            conversion: crate::domain::stats::proportion::wilson(share.hits, share.of).map(|i| i.estimate),
            revenue: words::money(arm.revenue, currency).filter(|_| arm.shoppers > 0),
            revenue_per_shopper: arm.per_shopper().and_then(|n| words::money(n, currency)),
        }
    }
}

impl LiftRowShape {
    fn of(line: &Line, currency: Currency) -> Self {
        let l = &line.lift;
        Self {
            key: line.key.clone(),
            label: line.label.clone(),
            treated: ArmShape::of(l.treated, line.pending.0, currency),
            holdout: ArmShape::of(l.held, line.pending.1, currency),
            difference: EstimateShape::of(l.conversion),
            relative_lift: EstimateShape::of(l.relative),
            revenue_difference: EstimateShape::of(l.revenue),
            incremental_orders: EstimateShape::of(l.orders),
            incremental_revenue: EstimateShape::of(l.net),
            attributable_fraction: l.caused,
            holdout_cost: EstimateShape::of(l.cost_net),
            srm: line.split.map(|s| SrmShape { p_value: s.once, p_value_anytime: s.anytime, is_off: s.is_off() }),
            verdict: line.verdicts.orders.as_str(),
            verdict_words: words::orders(line),
            revenue_verdict: line.verdicts.net.as_str(),
            revenue_verdict_words: words::net(line, currency),
            days_left: match line.waits.0 {
                Wait::Days(days) => Some(days),
                Wait::Over | Wait::Never | Wait::Begins(_) => None,
            },
            smallest_effect: l.sureness.and_then(|s| s.smallest_effect(1.0, crate::domain::stats::ALPHA)),
        }
    }
}

impl From<Report> for LiftShape {
    fn from(r: Report) -> Self {
        Self {
            from: r.from,
            to: r.to,
            outcome_days: r.outcome_days,
            rows: r.lines.iter().map(|l| LiftRowShape::of(l, r.currency)).collect(),
            total: r.total.as_ref().map(|l| LiftRowShape::of(l, r.currency)),
            notes: words::table(&r).notes,
            definitions: DEFINITIONS.iter().map(|d| DefinitionShape { figure: d.figure, definition: d.definition }).collect(),
        }
    }
}

/// The report on texts.
#[derive(Debug, Serialize, ToSchema)]
pub struct ExperimentsShape {
    /// Every step of the campaigns, also those that compare nothing.
    pub steps: Vec<StepResultShape>,
    /// What each figure means.
    pub definitions: Vec<DefinitionShape>,
}

/// A step, and what is known of its texts.
#[derive(Debug, Serialize, ToSchema)]
pub struct StepResultShape {
    /// The campaign's id.
    pub campaign_id: uuid::Uuid,
    /// As it calls itself.
    pub campaign: String,
    /// From 1.
    pub step: i64,
    /// In the order of the step; empty where it compares none.
    pub variants: Vec<VariantResultShape>,
    /// The text that makes more orders than every other, for whoever looks every day; null: no winner yet.
    pub winner: Option<String>,
    /// What may be said, in words.
    pub verdict_words: String,
    /// Whether its code pays for itself, in words; null without a code.
    pub code_words: Option<String>,
    /// Were shoppers split as was meant?
    pub srm: Option<SrmShape>,
}

/// What is known of one text.
#[derive(Debug, Serialize, ToSchema)]
pub struct VariantResultShape {
    /// Its name.
    pub name: String,
    /// Who got it.
    pub arm: ArmShape,
    /// How likely it is the best.
    pub best: Option<f64>,
    /// What is lost on average by taking it, of a shopper's order.
    pub expected_loss: Option<f64>,
    /// The share who ordered, against the first text; null for the first.
    pub difference: Option<EstimateShape>,
    /// Net per shopper against the first text, in the store's currency.
    pub revenue_difference: Option<EstimateShape>,
}

impl From<experiments::Report> for ExperimentsShape {
    fn from(r: experiments::Report) -> Self {
        let steps = r.steps.iter().map(|s| step(s, r.currency)).collect();
        let definitions =
            crate::domain::lift::variants::DEFINITIONS.iter().map(|d| DefinitionShape { figure: d.figure, definition: d.definition });
        Self { steps, definitions: definitions.collect() }
    }
}

fn step(s: &experiments::Step, currency: Currency) -> StepResultShape {
    let variant = |(name, c): (&String, &crate::domain::lift::variants::Compared)| VariantResultShape {
        name: name.clone(),
        arm: ArmShape::of(c.arm, 0, currency),
        best: c.standing.map(|s| s.best),
        expected_loss: c.standing.map(|s| s.loss),
        difference: c.against_first.map(|l| EstimateShape::of(l.conversion)),
        revenue_difference: c.against_first.map(|l| EstimateShape::of(l.revenue)),
    };
    let compared = s.texts.as_ref().map(|t| t.compared.as_slice()).unwrap_or_default();
    StepResultShape {
        campaign_id: s.campaign.0,
        campaign: s.name.clone(),
        step: s.step,
        variants: s.names.iter().zip(compared).map(variant).collect(),
        winner: s.texts.as_ref().and_then(|t| t.winner).and_then(|index| s.names.get(index).cloned()),
        verdict_words: s.verdict(),
        code_words: s.code(currency),
        srm: s.split.map(|s| SrmShape { p_value: s.once, p_value_anytime: s.anytime, is_off: s.is_off() }),
    }
}
