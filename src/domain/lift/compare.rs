//! Two sides compared: by how much more one bought, and how sure that is.

use super::tally::Arm;
use crate::domain::stats::distribution::normal_quantile;
use crate::domain::stats::mean::{Difference, Mean, cuped};
use crate::domain::stats::srm::{self, ChiSquare};
use crate::domain::stats::two_proportions::newcombe;
use crate::domain::stats::{Interval, Z95, as_f64, sequential};

/// An effect is to be seen this often if it is there.
pub const POWER: f64 = 0.8;

/// Two sides that were drawn by one split. Splits that differ are compared each for itself, and then added up: shoppers of another time are not comparable.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stratum {
    /// The part of the first side that was meant, of both.
    pub share: f64,
    /// Who were written to.
    pub treated: Arm,
    /// Who were left alone.
    pub held: Arm,
}

impl Stratum {
    /// Can anything be compared? Of one shopper nobody knows how much they vary.
    fn is_comparable(&self) -> bool {
        self.treated.shoppers > 1 && self.held.shoppers > 1
    }
}

/// An estimate with the interval that holds at every look, and the one that holds at a single look that was planned beforehand.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Estimate {
    /// Holds however often one looks.
    pub anytime: Option<Interval>,
    /// Holds for whoever looks once.
    pub once: Option<Interval>,
}

impl Estimate {
    fn times(self, factor: f64) -> Self {
        Self { anytime: self.anytime.map(|i| i.times(factor)), once: self.once.map(|i| i.times(factor)) }
    }

    /// The point estimate.
    pub fn value(self) -> Option<f64> {
        self.anytime.or(self.once).map(|i| i.estimate)
    }
}

/// What a comparison came to. Everything per shopper is over the splits, weighted by the treated: what would have become of them had they been left alone.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Lift {
    /// All who were written to.
    pub treated: Arm,
    /// All who were left alone.
    pub held: Arm,
    /// Treated shoppers under splits in which somebody was left alone.
    pub compared: u64,
    /// How many more of a shopper order.
    pub conversion: Estimate,
    /// The same against what would have been ordered anyway.
    pub relative: Estimate,
    /// How much more net a shopper brings, with what was known before taken out.
    pub revenue: Estimate,
    /// The same by Welch, with nothing taken out.
    pub plain: Option<Interval>,
    /// Orders that the treated placed because they were written to.
    pub orders: Estimate,
    /// Their net.
    pub net: Estimate,
    /// The part of the treated's orders that was caused.
    pub caused: Option<f64>,
    /// What leaving the others alone cost, as orders.
    pub cost_orders: Estimate,
    /// The same as net.
    pub cost_net: Estimate,
    /// What an estimate of the conversion varies by, and of how many.
    pub sureness: Option<Sureness>,
    /// The same of the revenue.
    pub revenue_sureness: Option<Sureness>,
    /// What would have been ordered, and brought, per shopper without being written to.
    pub anyway: Option<(f64, f64)>,
}

/// How sure an estimate is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sureness {
    /// Its standard error, squared.
    pub squared_error: f64,
    /// Shoppers of both sides.
    pub count: u64,
}

impl Sureness {
    /// The smallest effect that would be seen with a probability of [`POWER`], had there been so many times the shoppers.
    pub fn smallest_effect(self, times: f64, alpha: f64) -> Option<f64> {
        let squared_error = self.squared_error / times;
        let half = sequential::half_width(squared_error, as_f64(self.count) * times, (alpha, sequential::TUNING))?;
        Some(half + normal_quantile(POWER) * squared_error.sqrt())
    }
}

/// One split's part in the whole: its weight and its two means.
struct Part {
    weight: f64,
    difference: Difference,
    treated: Mean,
    held: Mean,
}

/// Compares. `alpha` is how often the intervals that hold at every look may miss.
pub fn compare(strata: &[Stratum], alpha: f64) -> Lift {
    let all = |of: fn(&Stratum) -> Arm| strata.iter().map(of).reduce(Arm::and).unwrap_or_default();
    let (treated, held) = (all(|s| s.treated), all(|s| s.held));
    let comparable: Vec<&Stratum> = strata.iter().filter(|s| s.is_comparable()).collect();
    let compared: u64 = comparable.iter().map(|s| s.treated.shoppers).sum();
    let weigh = |s: &Stratum| as_f64(s.treated.shoppers) / as_f64(compared);
    let shares: Vec<Part> = comparable.iter().filter_map(|s| share_part(s, weigh(s))).collect();
    let money: Vec<Part> = comparable.iter().filter_map(|s| money_part(s, weigh(s))).collect();
    let newcombe: Vec<(f64, Interval)> =
        comparable.iter().filter_map(|s| Some((weigh(s), newcombe(s.treated.counted(), s.held.counted())?))).collect();
    let conversion = Estimate {
        anytime: combined(&shares).and_then(|d| sequential::interval(d, alpha)),
        once: (!newcombe.is_empty()).then(|| Interval::weighted_sum(&newcombe)),
    };
    let revenue = Estimate { anytime: combined(&money).and_then(|d| sequential::interval(d, alpha)), once: once(&money) };
    let (brought, left) = (as_f64(compared), as_f64(held.shoppers));
    Lift {
        treated,
        held,
        compared,
        conversion,
        relative: relative(&shares, alpha),
        revenue,
        plain: once(&comparable.iter().filter_map(|s| plain_part(s, weigh(s))).collect::<Vec<_>>()),
        orders: conversion.times(brought),
        net: revenue.times(brought),
        caused: caused(&shares),
        cost_orders: conversion.times(left),
        cost_net: revenue.times(left),
        sureness: sureness(&shares),
        revenue_sureness: sureness(&money),
        anyway: anyway(&shares, &comparable),
    }
}

fn share_part(s: &Stratum, weight: f64) -> Option<Part> {
    let of = |arm: Arm| Mean::of_share(arm.converted, arm.shoppers);
    let (treated, held) = (of(s.treated)?, of(s.held)?);
    Some(Part { weight, difference: Difference::of(treated, held), treated, held })
}

fn plain_part(s: &Stratum, weight: f64) -> Option<Part> {
    let (treated, held) = (s.treated.outcome().mean()?, s.held.outcome().mean()?);
    Some(Part { weight, difference: Difference::of(treated, held), treated, held })
}

/// With what was known before taken out, where it is known.
fn money_part(s: &Stratum, weight: f64) -> Option<Part> {
    let plain = plain_part(s, weight)?;
    let adjusted = s.treated.paired().zip(s.held.paired()).and_then(|(one, two)| cuped(one, two));
    Some(Part { difference: adjusted.unwrap_or(plain.difference), ..plain })
}

/// The weighted difference of all splits; none where nothing varies.
fn combined(parts: &[Part]) -> Option<Difference> {
    let count = parts.iter().map(|p| p.difference.count).sum();
    let estimate = parts.iter().map(|p| p.weight * p.difference.estimate).sum();
    let squared_error: f64 = parts.iter().map(|p| p.weight * p.weight * p.difference.squared_error).sum();
    let freedom = parts.iter().map(|p| p.difference.freedom).sum();
    (squared_error > 0.0).then_some(Difference { estimate, squared_error, freedom, count })
}

fn sureness(parts: &[Part]) -> Option<Sureness> {
    combined(parts).map(|d| Sureness { squared_error: d.squared_error, count: d.count })
}

/// Welch's interval of one split; of several the usual normal one.
fn once(parts: &[Part]) -> Option<Interval> {
    match parts {
        [one] => one.difference.interval(),
        several => combined(several).map(|d| Interval::around(d.estimate, Z95 * d.squared_error.sqrt())),
    }
}

/// Both sides' weighted means with their squared errors.
fn means(parts: &[Part]) -> Option<[(f64, f64); 2]> {
    let weighted = |of: fn(&Part) -> Mean| {
        parts
            .iter()
            .fold((0.0, 0.0), |(mean, error), p| (mean + p.weight * of(p).mean, error + p.weight * p.weight * of(p).squared_error()))
    };
    (!parts.is_empty()).then(|| [weighted(|p| p.treated), weighted(|p| p.held)])
}

/// Of one split, Katz's log interval and GrowthBook's sequential one; of several the same formulas on the weighted means.
fn relative(parts: &[Part], alpha: f64) -> Estimate {
    let Some([(one, one_error), (two, two_error)]) = means(parts).filter(|[(one, _), (two, _)]| *one > 0.0 && *two > 0.0) else {
        return Estimate::default();
    };
    let ratio = one / two;
    let factor = (Z95 * (one_error / (one * one) + two_error / (two * two)).sqrt()).exp();
    let squared_error = one_error / (two * two) + two_error * one * one / two.powi(4);
    let anytime = combined(parts).and_then(|d| sequential::interval(Difference { estimate: ratio - 1.0, squared_error, ..d }, alpha));
    Estimate { anytime, once: Some(Interval { estimate: ratio - 1.0, low: ratio / factor - 1.0, high: ratio * factor - 1.0 }) }
}

/// Of the treated's orders, those that would not have been placed: `1 - p0/p1`.
fn caused(parts: &[Part]) -> Option<f64> {
    let [(treated, _), (held, _)] = means(parts)?;
    (treated > 0.0).then(|| 1.0 - held / treated)
}

fn anyway(shares: &[Part], comparable: &[&Stratum]) -> Option<(f64, f64)> {
    let [_, (share, _)] = means(shares)?;
    let weight: f64 = comparable.iter().map(|s| as_f64(s.treated.shoppers)).sum();
    let revenue: f64 = comparable.iter().filter_map(|s| Some(as_f64(s.treated.shoppers) * s.held.per_shopper()?)).sum();
    Some((share, revenue / weight))
}

/// Were shoppers split as was meant?
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Split {
    /// How often a fair split would look as bad at a single look.
    pub once: f64,
    /// The same for whoever looks every day.
    pub anytime: f64,
}

impl Split {
    /// Something sorts shoppers: no verdict.
    pub fn is_off(self) -> bool {
        self.once < srm::ALARM || self.anytime < srm::ALARM
    }
}

/// A day's counts under one split, one for each side, with the part that was meant for it.
pub type DayCounts = Vec<(u64, f64)>;

/// Looks at the splits: for each the counts of every day, in their order. None where no split has two sides that may be drawn.
pub fn split(strata: &[Vec<DayCounts>]) -> Option<Split> {
    let mut whole: Option<ChiSquare> = None;
    let mut running: Vec<DayCounts> = vec![Vec::new(); strata.len()];
    let mut looks = Vec::new();
    let days = strata.iter().map(Vec::len).max().unwrap_or_default();
    for day in 0..days {
        for (sum, stratum) in running.iter_mut().zip(strata) {
            let Some(today) = stratum.get(day) else { continue };
            if sum.is_empty() {
                sum.clone_from(today);
            } else {
                sum.iter_mut().zip(today).for_each(|(sum, today)| sum.0 += today.0);
            }
        }
        looks.push(running.iter().filter(|counts| is_drawn(counts)).map(|counts| srm::log_odds(counts)).sum::<f64>());
    }
    for counts in running.iter().filter(|counts| is_drawn(counts)) {
        let of_one = ChiSquare::of(counts);
        whole = match (whole, of_one) {
            (Some(sum), Some(one)) => Some(sum.and(one)),
            (sum, one) => sum.or(one),
        };
    }
    whole.map(|chi_square| Split { once: chi_square.p_value(), anytime: srm::anytime_p(looks) })
}

fn is_drawn(counts: &DayCounts) -> bool {
    counts.iter().filter(|(_, weight)| *weight > 0.0).count() > 1
}
