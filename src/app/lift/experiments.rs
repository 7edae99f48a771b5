//! Texts of campaigns' steps against each other, and codes against none.

use super::report::{Asked, Days};
use super::words;
use crate::app::{App, AppError};
use crate::db;
use crate::db::lift::days::Key;
use crate::domain::campaign::CampaignSpec;
use crate::domain::ids::CampaignId;
use crate::domain::lift::compare::{DayCounts, Lift, Split, split};
use crate::domain::lift::tally::Tally;
use crate::domain::lift::variants::{DEFINITIONS, Text, Texts, texts};
use crate::domain::lift::verdict::{Verdict, judge};
use crate::domain::money::Currency;
use crate::domain::report::table::{Cell, Column, Line as Row, Ratio, Table, Unit};
use crate::domain::stats::ALPHA;
use std::collections::{BTreeMap, BTreeSet};

/// A step, and what is known of its texts.
#[derive(Debug, Clone)]
pub struct Step {
    /// Of which campaign.
    pub campaign: CampaignId,
    /// As it calls itself.
    pub name: String,
    /// From 1.
    pub step: i64,
    /// Its texts in the order of the step; none where it compares none.
    pub names: Vec<String>,
    /// What is known of them; none where it compares none.
    pub texts: Option<Texts>,
    /// Were shoppers split as was meant?
    pub split: Option<Split>,
    /// It carries a code, or some of its texts do.
    pub has_code: bool,
}

/// The answer.
#[derive(Debug, Clone)]
pub struct Report {
    /// Of its amounts.
    pub currency: Currency,
    /// Every step of the campaigns that there are.
    pub steps: Vec<Step>,
}

/// Works out the report.
///
/// # Errors
/// `NotFound` without that shop, `Invalid` for a period that ends before it begins, `Db`.
pub async fn experiments(app: &App, asked: Asked) -> Result<Report, AppError> {
    let shop = db::shops::get(&app.db, asked.shop).await?.ok_or(AppError::NotFound("store with that id"))?;
    let outcome_days = db::lift::outcome_days_now(&app.db, shop.id).await?;
    let days = Days::of(&shop, (asked.from, asked.to), app.now(), outcome_days)?;
    let mut of: BTreeMap<(CampaignId, i64), Vec<(Key, Tally)>> = BTreeMap::new();
    for (key, tally) in db::lift::days::of_period(&app.db, shop.id, (days.from, days.to), 0..=i64::MAX).await? {
        of.entry((key.campaign, key.step)).or_default().push((key, tally));
    }
    let mut steps = Vec::new();
    for campaign in db::campaigns::list(&app.db, shop.id).await? {
        // A draft that was never at work has nothing to tell.
        if campaign.version == 0 || asked.campaign.is_some_and(|id| id != campaign.id) {
            continue;
        }
        let counted = of.keys().filter(|k| k.0 == campaign.id).map(|k| k.1);
        let planned = (0..campaign.spec.steps.len()).filter_map(|s| i64::try_from(s).ok());
        for index in counted.chain(planned).collect::<BTreeSet<i64>>() {
            let rows = of.get(&(campaign.id, index)).map(Vec::as_slice).unwrap_or_default();
            steps.push(step((campaign.id, &campaign.spec), index, rows, (days, shop.currency)));
        }
    }
    Ok(Report { currency: shop.currency, steps })
}

/// As a split is kept: name, weight, without the code.
type Drawn = Vec<(String, u16, bool)>;

fn step((campaign, spec): (CampaignId, &CampaignSpec), index: i64, rows: &[(Key, Tally)], (days, currency): (Days, Currency)) -> Step {
    let planned = usize::try_from(index).ok().and_then(|i| spec.steps.get(i));
    let now = planned.map(|s| super::count::split(&s.variants)).unwrap_or_default();
    let mut splits: Vec<&str> = rows.iter().map(|(key, _)| key.stratum.as_str()).collect::<BTreeSet<_>>().into_iter().collect();
    if planned.is_some_and(|s| !s.variants.is_empty()) && !splits.contains(&now.as_str()) {
        splits.push(&now);
    }
    let drawn: Vec<Drawn> = splits.iter().map(|text| serde_json::from_str(text).unwrap_or_default()).collect();
    let mut names: Vec<(String, bool)> = Vec::new();
    for (name, _, without) in drawn.iter().flatten() {
        if !names.iter().any(|(known, _)| known == name) {
            names.push((name.clone(), *without));
        }
    }
    let weight = |split: &Drawn, name: &str| split.iter().find(|(n, ..)| n == name).map_or(0.0, |(_, weight, _)| f64::from(*weight));
    let tally = |split: &str, name: &str| {
        let over = rows.iter().filter(|(key, _)| key.stratum == split && key.arm == name && key.day < days.over);
        over.map(|(_, tally)| *tally).fold(Tally::default(), Tally::plus).arm(currency.decimals())
    };
    let text = |(name, without_discount): &(String, bool)| Text {
        name: name.clone(),
        without_discount: *without_discount,
        under: splits.iter().zip(&drawn).map(|(split, drawn)| (weight(drawn, name), tally(split, name))).collect(),
    };
    let all: Vec<Text> = names.iter().map(text).collect();
    let looks: Vec<Vec<DayCounts>> = splits.iter().zip(&drawn).map(|(split, drawn)| day_counts(rows, split, drawn)).collect();
    let split = split(&looks);
    Step {
        campaign,
        name: spec.name.clone(),
        step: index + 1,
        names: names.iter().map(|n| n.0.clone()).collect(),
        texts: (!all.is_empty()).then(|| texts(&all, split)),
        split,
        has_code: planned.is_some_and(|s| s.discount.is_some() || s.discount_code.is_some()),
    }
}

/// Of every day, who got each text of a split.
fn day_counts(rows: &[(Key, Tally)], split: &str, drawn: &Drawn) -> Vec<DayCounts> {
    let days: BTreeSet<i64> = rows.iter().map(|(key, _)| key.day).collect();
    let count = |day: i64, name: &str| {
        let theirs = rows.iter().filter(|(key, _)| key.day == day && key.stratum == split && key.arm == name);
        theirs.map(|(_, tally)| u64::try_from(tally.shoppers).unwrap_or_default()).sum()
    };
    days.iter().map(|day| drawn.iter().map(|(name, weight, _)| (count(*day, name), f64::from(*weight))).collect()).collect()
}

impl Step {
    /// What may be said of its texts.
    pub fn verdict(&self) -> String {
        let Some(texts) = &self.texts else {
            return "can't be told: everybody gets the same text, and nobody is left out of this step alone".to_owned();
        };
        match texts.winner.and_then(|index| self.names.get(index)) {
            _ if self.split.is_some_and(Split::is_off) => Verdict::Withheld.words().to_owned(),
            Some(winner) => format!("\"{winner}\" makes more orders than every other"),
            None => "no winner yet: what sets the texts apart may still be chance".to_owned(),
        }
    }

    /// Whether its code pays for itself.
    pub fn code(&self, currency: Currency) -> Option<String> {
        let Some(lift) = self.texts.as_ref().and_then(|t| t.code.as_ref()) else {
            let words = "Whether the code pays for itself can't be told: give one text of the step no code, to compare with.";
            return self.has_code.then(|| words.to_owned());
        };
        Some(code(lift, self.split, currency))
    }
}

fn code(lift: &Lift, split: Option<Split>, currency: Currency) -> String {
    let per = |n: f64| words::money(n, currency).map_or_else(String::new, |m| m.to_string());
    match (judge(lift, split, ALPHA).net, lift.revenue.anytime) {
        (Verdict::Caused, Some(i)) => {
            format!("The code pays for itself: between {} and {} more per shopper, after what it took off.", per(i.low), per(i.high))
        }
        (Verdict::Harm, Some(i)) => {
            format!("The code costs more than it brings: between {} and {} less per shopper.", per(-i.high), per(-i.low))
        }
        (Verdict::NoEffect, _) => "The code neither pays for itself nor costs: no effect on net per shopper was seen.".to_owned(),
        (verdict, _) => format!("Whether the code pays for itself: {}.", verdict.words()),
    }
}

/// The report as a table: a line for each text.
pub fn table(report: &Report) -> Table {
    let columns = vec![
        Column::new("shoppers", "Ordered", Unit::Ratio),
        Column::new("revenue", "Net per shopper", Unit::Money),
        Column::new("best", "Likely the best, %", Unit::Number),
        Column::new("loss", "Lost by taking it, of 100", Unit::Number),
        Column::new("difference", "More than the first, of 100", Unit::Estimate),
        Column::new("revenue_difference", "Bring more than the first", Unit::Estimate),
        Column::new("srm", "Split as meant, p", Unit::Number),
        Column::new("verdict", "Verdict", Unit::Text),
    ];
    Table {
        name: "experiments",
        title: "Texts compared".to_owned(),
        by: "Text".to_owned(),
        columns,
        lines: report.steps.iter().flat_map(|s| rows(s, report.currency)).collect(),
        totals: Vec::new(),
        notes: report.steps.iter().filter_map(|s| Some(format!("{}, step {}: {}", s.name, s.step, s.code(report.currency)?))).collect(),
        definitions: DEFINITIONS.to_vec(),
    }
}

fn rows(step: &Step, currency: Currency) -> Vec<Row> {
    let place = format!("{}, step {}", step.name, step.step);
    let key = format!("{}/{}", step.campaign, step.step);
    let row = |key: String, label: String, cells: Vec<Cell>| Row { key, label, currency: Some(currency), cells, carts: None };
    let Some(texts) = &step.texts else {
        let mut cells = vec![Cell::None; 7];
        cells.push(Cell::Text(step.verdict()));
        return vec![row(key, place, cells)];
    };
    let off = step.split.is_some_and(Split::is_off);
    let number = |n: Option<f64>| n.filter(|_| !off).map_or(Cell::None, Cell::Number);
    let line = |(name, c): (&String, &crate::domain::lift::variants::Compared)| {
        let against = |of: fn(&Lift) -> Option<crate::domain::stats::Interval>, times: f64| {
            let interval = c.against_first.as_ref().and_then(of).filter(|_| !off);
            interval.map_or(Cell::None, |i| Cell::Estimate(i.times(times)))
        };
        let cells = vec![
            Cell::Ratio(Ratio::new(c.arm.converted, c.arm.shoppers)),
            c.arm.per_shopper().and_then(|n| words::money(n, currency)).map_or(Cell::None, Cell::Money),
            number(c.standing.map(|s| s.best * 100.0)),
            number(c.standing.map(|s| s.loss * 100.0)),
            against(|l| l.conversion.anytime, 100.0),
            against(|l| l.revenue.anytime, 1.0),
            step.split.map_or(Cell::None, |s| Cell::Number(s.once)),
            Cell::Text(step.verdict()),
        ];
        row(format!("{key}/{name}"), format!("{place}: {name}"), cells)
    };
    step.names.iter().zip(&texts.compared).map(line).collect()
}
