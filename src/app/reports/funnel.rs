//! The funnel: how many carts reached each step, at any time.

use super::Asked;
use super::lines::{Behind, Values, count, values};
use crate::app::{App, AppError};
use crate::db::rollups;
use crate::db::shops::Shop;
use crate::domain::report::change::points;
use crate::domain::report::days::Days;
use crate::domain::report::figure::{Dimension, Figure, Reached};
use crate::domain::report::reports::FUNNEL;
use crate::domain::report::table::{Cell, Column, Line, Ratio, Table, Unit};

const COLUMNS: [Column; 3] = [
    Column::new("carts", "Carts", Unit::Count),
    Column::new("of_first", "Of the first step", Unit::Ratio),
    Column::new("of_before", "Of the step before", Unit::Ratio),
];
const COMPARED: [Column; 3] = [
    Column::new("carts_before", "Carts, period before", Unit::Count),
    Column::new("of_first_before", "Of the first step, period before", Unit::Ratio),
    Column::new("change", "Change, points", Unit::Estimate),
];

fn label(step: Reached) -> &'static str {
    match step {
        Reached::Checkout => "Checkout begun",
        Reached::Identified => "Identified",
        Reached::Abandoned => "Abandoned",
        Reached::Nudged => "Message sent",
        Reached::Delivered => "Message arrived",
        Reached::Clicked => "Link opened by a person",
        Reached::Bought => "Bought, with a message or without",
        Reached::Recovered => "Bought and credited to a message",
    }
}

/// Carts that reached all of these steps.
fn reached(values: &Values, steps: &[Reached]) -> u64 {
    let all = values.iter().filter(|(word, _)| steps.iter().all(|s| s.is_in(word)));
    all.map(|(_, v)| v.counts.count(Figure::Carts)).sum()
}

/// What one step is made of.
struct Step {
    carts: u64,
    of_first: Option<Ratio>,
    of_before: Option<Ratio>,
}

fn step(values: &Values, at: usize) -> Step {
    let first = Reached::Checkout;
    let here = Reached::ALL.get(at).copied().unwrap_or(first);
    let before = at.checked_sub(1).and_then(|b| Reached::ALL.get(b)).copied();
    let carts = reached(values, &[first, here]);
    let of_first = before.map(|_| Ratio::new(carts, reached(values, &[first])));
    let of_before = before.map(|before| Ratio::new(reached(values, &[first, before, here]), reached(values, &[first, before])));
    Step { carts, of_first, of_before }
}

fn cell(ratio: Option<Ratio>) -> Cell {
    ratio.map_or(Cell::None, Cell::Ratio)
}

fn number(n: u64) -> Cell {
    count(i64::try_from(n).unwrap_or(i64::MAX))
}

/// The table.
///
/// # Errors
/// `Db`.
pub async fn table(app: &App, shop: &Shop, asked: &Asked) -> Result<Table, AppError> {
    let sought = |days: Days| rollups::Asked { shop: shop.id, campaign: asked.campaign, dimension: Dimension::Reached, days, daily: false };
    let now = values(app, sought(asked.days)).await?;
    let before = if asked.compare { Some(values(app, sought(asked.days.before())).await?) } else { None };
    let mut columns = COLUMNS.to_vec();
    columns.extend(before.iter().flat_map(|_| COMPARED));
    let line = |(at, here): (usize, &Reached)| {
        let Step { carts, of_first, of_before } = step(&now, at);
        let mut cells = vec![number(carts), cell(of_first), cell(of_before)];
        if let Some(before) = &before {
            let was = step(before, at);
            let change = of_first.zip(was.of_first).and_then(|(now, was)| points(now, was));
            cells.extend([number(was.carts), cell(was.of_first), change.map_or(Cell::None, Cell::Estimate)]);
        }
        let steps = if at == 0 { vec![*here] } else { vec![Reached::Checkout, *here] };
        let behind = Behind { days: asked.days, campaign: asked.campaign, reached: &steps, value: None };
        Line { key: here.as_str().to_owned(), label: label(*here).to_owned(), currency: None, cells, carts: Some(behind.path()) }
    };
    let begun = reached(&now, &[Reached::Checkout]);
    let lines = if begun == 0 { Vec::new() } else { Reached::ALL.iter().enumerate().map(line).collect() };
    Ok(Table {
        name: "funnel",
        title: "Funnel".to_owned(),
        by: "Step".to_owned(),
        columns,
        lines,
        totals: Vec::new(),
        notes: notes(&now),
        definitions: FUNNEL.to_vec(),
    })
}

fn notes(values: &Values) -> Vec<String> {
    let mut notes = vec!["A step counts whenever it was reached: whoever bought without a message is among those who bought.".to_owned()];
    if reached(values, &[Reached::Nudged]) > 0 && reached(values, &[Reached::Delivered]) == 0 {
        notes.push("No provider told of a delivery in this period: how many messages arrived is not known.".to_owned());
    }
    notes
}
