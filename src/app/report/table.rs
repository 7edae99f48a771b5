//! The report on recovered revenue as every report is: a table.

use super::{Recovered, Row};
use crate::domain::report::By;
use crate::domain::report::table::{Cell, Column, Line, Table, Unit};

const COLUMNS: [Column; 10] = [
    Column::new("nudges", "Messages", Unit::Count),
    Column::new("carts_abandoned", "Carts abandoned", Unit::Count),
    Column::new("orders", "Orders", Unit::Count),
    Column::new("gross", "Gross", Unit::Money),
    Column::new("refunds", "Refunds", Unit::Money),
    Column::new("net", "Net", Unit::Money),
    Column::new("cost", "Cost", Unit::Money),
    Column::new("contribution", "Contribution", Unit::Money),
    Column::new("clicks", "Clicks", Unit::Count),
    Column::new("clicks_raw", "Openings by whomever", Unit::Count),
];

/// How people call a breakdown.
pub fn by_name(by: By) -> &'static str {
    match by {
        By::Campaign => "Campaign",
        By::Step => "Step",
        By::Channel => "Channel",
        By::Day => "Day",
    }
}

/// The report as a table.
pub fn table(report: &Recovered) -> Table {
    Table {
        name: "recovered",
        title: "Recovered revenue".to_owned(),
        by: by_name(report.by).to_owned(),
        columns: COLUMNS.to_vec(),
        lines: report.rows.iter().map(line).collect(),
        totals: report.totals.iter().map(line).collect(),
        notes: notes(report),
        definitions: report.definitions.to_vec(),
    }
}

fn notes(report: &Recovered) -> Vec<String> {
    let first = format!("By the model {}. Revenue is counted {}. Currencies are never added up.", report.model.as_str(), report.basis);
    let anew = report.anew.as_ref().map(crate::app::recompute::Anew::words);
    std::iter::once(first).chain(report.notes.iter().cloned()).chain(anew).collect()
}

fn line(row: &Row) -> Line {
    let counts = [row.nudges, row.carts_abandoned, row.orders].map(Cell::Count);
    let money = [row.gross, row.refunds, row.net, row.cost].map(Cell::Money);
    let clicks = [row.clicks, row.clicks_raw].map(Cell::Count);
    Line {
        key: row.key.clone(),
        label: row.label.clone(),
        currency: Some(row.net.currency),
        cells: counts.into_iter().chain(money).chain([row.contribution.map_or(Cell::None, Cell::Money)]).chain(clicks).collect(),
        carts: None,
    }
}
