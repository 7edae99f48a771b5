//! Any report's table, printed for people and for spreadsheets.

use super::out;
use super::report::quoted;
use crate::domain::report::table::{Cell, Column, Line, Ratio, Table, Unit};

/// Prints it for people: its lines and totals, what a reader must know, and what the figures mean.
pub fn print(table: &Table) {
    out::line("");
    let headings: Vec<&str> = std::iter::once(table.by.as_str()).chain(table.columns.iter().map(|c| c.label)).collect();
    let row = |line: &Line| -> Vec<String> {
        let cells = table.columns.iter().zip(&line.cells).map(|(column, cell)| shown(column, cell));
        std::iter::once(line.label.clone()).chain(cells).collect()
    };
    let rows: Vec<Vec<String>> = table.lines.iter().chain(&table.totals).map(row).collect();
    out::table(&headings, &rows);
    out::line("");
    table.notes.iter().for_each(|note| out::line(note));
    table.definitions.iter().for_each(|d| out::line(&format!("{}: {}", d.figure, d.definition)));
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

/// As comma-separated values (RFC 4180): ratios with their parts, estimates with their ends, nothing where nothing is known.
pub fn csv(table: &Table) -> Vec<String> {
    let names = |column: &Column| match column.unit {
        Unit::Ratio => vec![column.key.to_owned(), format!("{}_numerator", column.key), format!("{}_denominator", column.key)],
        Unit::Estimate => vec![column.key.to_owned(), format!("{}_low", column.key), format!("{}_high", column.key)],
        _ => vec![column.key.to_owned()],
    };
    let head: Vec<String> =
        ["key", "label", "currency"].map(str::to_owned).into_iter().chain(table.columns.iter().flat_map(names)).collect();
    let line = |line: &Line| {
        let currency = line.currency.map_or_else(String::new, |c| c.code().to_owned());
        let cells = table.columns.iter().zip(&line.cells).flat_map(|(column, cell)| values(column, cell));
        [quoted(&line.key), quoted(&line.label), currency].into_iter().chain(cells).collect::<Vec<_>>().join(",")
    };
    std::iter::once(head.join(",")).chain(table.lines.iter().chain(&table.totals).map(line)).collect()
}

fn values(column: &Column, cell: &Cell) -> Vec<String> {
    let nothing = || match column.unit {
        Unit::Ratio | Unit::Estimate => vec![String::new(); 3],
        _ => vec![String::new()],
    };
    match cell {
        Cell::None => nothing(),
        Cell::Text(text) => vec![quoted(text)],
        Cell::Count(count) => vec![count.to_string()],
        Cell::Money(money) => vec![money.amount()],
        Cell::Number(number) => vec![number.to_string()],
        Cell::Estimate(i) => [i.estimate, i.low, i.high].map(|n| n.to_string()).into(),
        Cell::Ratio(ratio) => {
            let value = ratio.interval().map_or_else(String::new, |i| i.estimate.to_string());
            vec![value, ratio.numerator.to_string(), ratio.denominator.to_string()]
        }
    }
}
