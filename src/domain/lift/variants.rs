//! Texts of a step against each other: nothing is declared before it is known.

use super::compare::{Lift, Stratum, compare};
use super::tally::Arm;
use super::verdict::{Verdict, judge};
use super::{as_f64, compare::Split};
use crate::domain::report::{Definition, define};
use crate::domain::stats::ALPHA;
use crate::domain::stats::best::{Standing, standings};

/// What the figures of the report on texts mean.
pub const DEFINITIONS: &[Definition] = &[
    define(
        "shoppers",
        "Those of a step's shoppers whose lot named the text, counted from the moment at which the step's message left, or would have but for a code.",
    ),
    define("orders", "Of them, those who ordered within the store's outcome days from that moment on."),
    define("revenue", "Net of those orders in the store's currency per shopper, also of those who bought nothing."),
    define("best", "How likely the text makes more orders than every other (beta-binomial, uniform priors)."),
    define("loss", "How many orders of 100 shoppers are lost on average by taking this text, if another is better."),
    define(
        "difference",
        "Orders of 100 shoppers more than with the first text, with an interval that holds however often one looks; of more than two texts, for all pairs together.",
    ),
    define("verdict", "A text wins only when that interval leaves zero out against every other. Until then: no winner yet."),
];

/// One text under each split, in the order of the splits: the part that was meant, and what became of those who got it.
#[derive(Debug, Clone, PartialEq)]
pub struct Text {
    /// Its name.
    pub name: String,
    /// It carries no code, though the step does.
    pub without_discount: bool,
    /// By split: its weight, and its shoppers.
    pub under: Vec<(f64, Arm)>,
}

impl Text {
    /// All who got it.
    pub fn all(&self) -> Arm {
        self.under.iter().map(|(_, arm)| *arm).reduce(Arm::and).unwrap_or_default()
    }
}

/// What is known of one text.
#[derive(Debug, Clone, PartialEq)]
pub struct Compared {
    /// All who got it.
    pub arm: Arm,
    /// How likely it is the best, and what is lost by taking it; none while nobody got it.
    pub standing: Option<Standing>,
    /// Against the first text; none for the first.
    pub against_first: Option<Lift>,
}

/// What is known of a step's texts.
#[derive(Debug, Clone, PartialEq)]
pub struct Texts {
    /// Of each, in the order of the step.
    pub compared: Vec<Compared>,
    /// Which one makes more order than every other, for whoever looks every day.
    pub winner: Option<usize>,
    /// Those with the code against those without, where both are.
    pub code: Option<Lift>,
}

/// Compares texts. Of more than two, every pair may be told apart only at its part of the error that is allowed in all (Bonferroni).
pub fn texts(all: &[Text], split: Option<Split>) -> Texts {
    let pairs = all.len() * all.len().saturating_sub(1) / 2;
    let alpha = ALPHA / as_f64(u64::try_from(pairs.max(1)).unwrap_or(1));
    let counted: Vec<_> = all.iter().map(|t| t.all().counted()).collect();
    let known = if counted.iter().all(|c| c.of > 0) { standings(&counted) } else { None };
    let first = all.first();
    let compared = all.iter().enumerate().map(|(index, text)| Compared {
        arm: text.all(),
        standing: known.as_ref().and_then(|k| k.get(index).copied()),
        against_first: first.filter(|_| index > 0).map(|first| compare(&strata(&[text], &[first]), alpha)),
    });
    let beats = |one: &Text, other: &Text| judge(&compare(&strata(&[one], &[other]), alpha), split, alpha).orders == Verdict::Caused;
    let wins = |(index, one): (usize, &Text)| all.iter().enumerate().all(|(i, other)| i == index || beats(one, other)).then_some(index);
    let winner = if all.len() > 1 { all.iter().enumerate().find_map(wins) } else { None };
    let (without, with): (Vec<&Text>, Vec<&Text>) = all.iter().partition(|t| t.without_discount);
    let code = (!without.is_empty() && !with.is_empty()).then(|| compare(&strata(&with, &without), ALPHA));
    Texts { compared: compared.collect(), winner, code }
}

/// Some texts against others, split by split.
fn strata(some: &[&Text], others: &[&Text]) -> Vec<Stratum> {
    let splits = some.iter().chain(others).map(|t| t.under.len()).max().unwrap_or_default();
    let side = |of: &[&Text], split: usize| {
        let under = || of.iter().filter_map(|t| t.under.get(split));
        let arm = under().map(|(_, arm)| *arm).reduce(Arm::and).unwrap_or_default();
        (under().map(|(weight, _)| weight).sum::<f64>(), arm)
    };
    (0..splits)
        .map(|split| {
            let ((weight, treated), (other, held)) = (side(some, split), side(others, split));
            Stratum { share: weight / (weight + other), treated, held }
        })
        .collect()
}
