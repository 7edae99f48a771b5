//! The pictures of reports, made of their tables, so that both say the same.

use super::bars::{self, bars};
use super::forest::{self, forest};
use super::heat::heat;
use super::{Drawing, Picture};
use crate::domain::money::Currency;
use crate::domain::report::table::{Cell, Column, Line, Table, Unit};
use crate::web::pages::reports::table::{TableView, column_name, line_name, shown};
use crate::web::pages::shell::signed::Signed;
use crate::words::say;
use std::collections::BTreeSet;

/// More bars than these are too many to see anything.
const BARS_MAX: usize = 12;
/// So many channels beside each other, each with a bar per model.
const GROUPS_MAX: usize = 6;

/// A cell as a number on a scale.
#[allow(clippy::cast_precision_loss)] // Counts and minor units are far below 2^52, and a screen shows a ten thousandth.
fn number(cell: &Cell) -> Option<f64> {
    match cell {
        Cell::None | Cell::Text(_) => None,
        Cell::Count(count) => Some(*count as f64),
        Cell::Money(money) => Some(money.minor as f64),
        Cell::Ratio(ratio) => ratio.interval().map(|i| i.estimate),
        Cell::Number(number) => Some(*number),
        Cell::Estimate(interval) => Some(interval.estimate),
    }
}

fn place(table: &Table, key: &str) -> Option<usize> {
    table.columns.iter().position(|c| c.key == key)
}

fn datum(signed: &Signed, table: &Table, (column, line): (&Column, &Line), cell: &Cell) -> bars::Datum {
    let (text, small) = shown(column, cell);
    let href = line.carts.as_deref().map(|path| signed.href(path));
    bars::Datum { label: line_name(table, line), href, value: number(cell), text, small, ..bars::Datum::default() }
}

/// The currencies of a table's lines, the store's first where it is among them.
fn currencies(signed: &Signed, table: &Table) -> Vec<Option<Currency>> {
    let own = signed.shop().ok().map(|s| s.currency);
    let all: BTreeSet<String> = table.lines.iter().filter_map(|l| l.currency).map(|c| c.code().to_owned()).collect();
    let mut all: Vec<Option<Currency>> = all.iter().map(|code| code.parse().ok()).collect();
    all.sort_by_key(|c| *c != own);
    if all.is_empty() { vec![None] } else { all }
}

/// A column as bars, a line each: the first lines, and of amounts a picture for each currency, since they share no scale. `beside` is the column of the period before.
pub fn breakdown(signed: &Signed, table: &Table, (key, beside): (&str, Option<&str>)) -> Vec<Picture> {
    let Some((at, column)) = place(table, key).and_then(|at| Some((at, table.columns.get(at)?))) else { return Vec::new() };
    let before = beside.and_then(|key| place(table, key));
    let split = if column.unit == Unit::Money { currencies(signed, table) } else { vec![None] };
    let picture = |currency: Option<Currency>| {
        let of = |l: &&Line| currency.is_none() || l.currency == currency;
        let known = |l: &&Line| l.cells.get(at).is_some_and(|c| number(c).is_some());
        let lines: Vec<&Line> = table.lines.iter().filter(of).filter(known).collect();
        let data = lines.iter().take(BARS_MAX).filter_map(|line| {
            let before = before.and_then(|b| line.cells.get(b)).and_then(number);
            Some(bars::Datum { before, ..datum(signed, table, (column, line), line.cells.get(at)?) })
        });
        let data: Vec<bars::Datum> = data.collect();
        let cut = lines.len().saturating_sub(BARS_MAX);
        let mut note =
            if cut > 0 { say("reports-picture-cut").with("count", BARS_MAX).with("of", lines.len()).to_string() } else { String::new() };
        if data.iter().any(|d| d.before.is_some()) {
            let gap = if note.is_empty() { "" } else { " " };
            note = format!("{}{gap}{note}", say("reports-picture-before"));
        }
        let name = column_name(table, column);
        let title = currency.map_or_else(|| name.clone(), |c| format!("{name}, {c}"));
        // Of a currency in which messages only cost there is nothing to see.
        let is_there = data.iter().any(|d| d.value != Some(0.0) || d.before.is_some_and(|b| b != 0.0)) || split.len() == 1;
        (!data.is_empty() && is_there).then(|| Picture { title, note, drawing: Drawing::Bars(bars(vec![(String::new(), data)])) })
    };
    split.iter().copied().filter_map(picture).collect()
}

/// Steps from top to bottom, and between each two how many of the upper went on.
pub fn funnel(signed: &Signed, table: &Table) -> Vec<Picture> {
    let (Some(carts), Some(rate)) = (place(table, "carts"), place(table, "of_before")) else { return Vec::new() };
    let before = place(table, "carts_before");
    let mut data: Vec<bars::Datum> = Vec::new();
    for line in &table.lines {
        let (Some(column), Some(cell)) = (table.columns.get(carts), line.cells.get(carts)) else { continue };
        // The rate belongs between this step and the one above it.
        if let (Some(last), Some(column), Some(cell)) = (data.last_mut(), table.columns.get(rate), line.cells.get(rate)) {
            last.between = say("reports-went-on").with("share", shown(column, cell).0).to_string();
        }
        data.push(bars::Datum {
            before: before.and_then(|b| line.cells.get(b)).and_then(number),
            ..datum(signed, table, (column, line), cell)
        });
    }
    if data.is_empty() {
        return Vec::new();
    }
    let note = if before.is_some() { say("reports-picture-before").to_string() } else { String::new() };
    vec![Picture { title: say("reports-picture-funnel").to_string(), note, drawing: Drawing::Bars(bars(vec![(String::new(), data)])) }]
}

/// For each line the answers of all models, side by side; a picture for each currency.
pub fn models(signed: &Signed, table: &Table) -> Vec<Picture> {
    let picture = |currency: Option<Currency>| {
        let lines: Vec<&Line> = table.lines.iter().filter(|l| l.currency == currency).collect();
        let of_line = |line: &&Line| {
            let bar = |(column, cell): (&Column, &Cell)| bars::Datum {
                label: column_name(table, column),
                href: None,
                ..datum(signed, table, (column, line), cell)
            };
            (line.label.clone(), table.columns.iter().zip(&line.cells).map(bar).collect())
        };
        let groups: Vec<(String, Vec<bars::Datum>)> = lines.iter().take(GROUPS_MAX).map(of_line).collect();
        let cut = lines.len() > GROUPS_MAX;
        let note =
            if cut { say("reports-picture-cut").with("count", GROUPS_MAX).with("of", lines.len()).to_string() } else { String::new() };
        let code = currency.map_or_else(String::new, |c| c.code().to_owned());
        let title = say("reports-picture-models").with("currency", code).to_string();
        (!groups.is_empty()).then(|| Picture { title, note, drawing: Drawing::Bars(bars(groups)) })
    };
    currencies(signed, table).into_iter().filter_map(picture).collect()
}

/// A column's estimates with their intervals, and where zero is; none as long as nothing can be said of any line.
pub fn intervals(table: &Table, key: &str, title: &str) -> Option<Picture> {
    let at = place(table, key)?;
    let column = table.columns.get(at)?;
    let datum = |line: &Line| {
        let cell = line.cells.get(at).unwrap_or(&Cell::None);
        let interval = if let Cell::Estimate(interval) = cell { Some(*interval) } else { None };
        let (text, small) = shown(column, cell);
        forest::Datum { label: line_name(table, line), interval, text: if small.is_empty() { text } else { format!("{text} ({small})") } }
    };
    let data: Vec<forest::Datum> = table.lines.iter().chain(&table.totals).map(datum).collect();
    if data.iter().all(|d| d.interval.is_none()) {
        return None;
    }
    let note = say("reports-picture-zero").to_string();
    Some(Picture { title: say(title).to_string(), note, drawing: Drawing::Forest(forest(data)) })
}

/// Gives the months of cohorts their warmth; each currency has its own.
pub fn cohorts(signed: &Signed, table: &Table, mut view: TableView) -> TableView {
    for currency in currencies(signed, table) {
        let lines: Vec<usize> = (0..table.lines.len()).filter(|i| table.lines.get(*i).is_some_and(|l| l.currency == currency)).collect();
        let money = |(i, cell): (usize, &Cell)| matches!(cell, Cell::Money(_)).then_some((i, number(cell)));
        let places: Vec<(usize, usize, Option<f64>)> = lines
            .iter()
            .flat_map(|line| {
                table.lines.get(*line).into_iter().flat_map(|l| l.cells.iter().enumerate()).filter_map(money).map(|(at, n)| (*line, at, n))
            })
            .collect();
        let steps = heat(&places.iter().map(|p| p.2).collect::<Vec<_>>());
        for ((line, at, _), step) in places.iter().zip(steps) {
            if let Some(cell) = view.lines.get_mut(*line).and_then(|l| l.cells.get_mut(*at)) {
                cell.heat = step;
            }
        }
    }
    view
}
