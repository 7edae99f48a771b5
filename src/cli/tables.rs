//! Any report's table, printed for people.

use super::out;
use crate::domain::report::table::{Cell, Column, Line, Ratio, Table, Unit};

/// For people: its title, lines and totals, what a reader must know, and what the figures mean.
pub fn for_people(table: &Table) -> String {
    let headings: Vec<&str> = std::iter::once(table.by.as_str()).chain(table.columns.iter().map(|c| c.label)).collect();
    let row = |line: &Line| -> Vec<String> {
        let cells = table.columns.iter().zip(&line.cells).map(|(column, cell)| shown(column, cell));
        std::iter::once(line.label.clone()).chain(cells).collect()
    };
    let rows: Vec<Vec<String>> = table.lines.iter().chain(&table.totals).map(row).collect();
    let mut lines = vec![table.title.clone(), String::new()];
    lines.extend(out::table_lines(&headings, &rows));
    lines.push(String::new());
    lines.extend(table.notes.iter().cloned());
    lines.extend(table.definitions.iter().map(|d| format!("{}: {}", d.figure, d.definition)));
    lines.join("\n") + "\n"
}

fn shown(column: &Column, cell: &Cell) -> String {
    match (column.unit, cell) {
        (_, Cell::None) => "no data".to_owned(),
        (_, Cell::Text(text)) => text.clone(),
        (Unit::Seconds, Cell::Count(seconds)) => format!("{} min", seconds / 60),
        (_, Cell::Count(count)) => count.to_string(),
        (_, Cell::Money(money)) => money.to_string(),
        (_, Cell::Ratio(ratio)) => of(*ratio),
        (_, Cell::Number(number)) => format!("{number:.2}"),
        (_, Cell::Estimate(i)) => format!("{:.2} ({:.2} to {:.2})", i.estimate, i.low, i.high),
    }
}

fn of(ratio: Ratio) -> String {
    let Some(i) = ratio.interval() else { return "no data".to_owned() };
    let few = if ratio.is_small() { ", few" } else { "" };
    format!("{:.1} % ({} of {}{few})", i.estimate * 100.0, ratio.numerator, ratio.denominator)
}
