//! A comparison as a report's table.

use super::{Comparison, Difference, Sums};
use crate::domain::report::table::{Cell, Column, Line, Table, Unit};
use crate::domain::report::{Definition, define};

/// What the figures mean.
pub const DEFINITIONS: &[Definition] = &[
    define(
        "here",
        "What stayed of an order's payment as Comeback knows it: what was paid, less refunds, less chargebacks that are open or lost; nothing of cancelled and test orders. All of the payment, whatever the store counts as revenue.",
    ),
    define("books", "What stayed of it by the platform's own record of the order: what was received less what was paid back."),
    define("difference", "Here less books, in the store's currency. Currencies are never added up."),
    define("explained", "As much of the difference as has a known cause: everything but \"another amount\"."),
];

const COLUMNS: [Column; 5] = [
    Column::new("kind", "What it is", Unit::Text),
    Column::new("here", "Here", Unit::Money),
    Column::new("books", "Books", Unit::Money),
    Column::new("difference", "Difference", Unit::Money),
    Column::new("why", "Why", Unit::Text),
];

/// Every difference that is listed, and the sums of each currency.
pub fn table(compared: &Comparison, notes: Vec<String>) -> Table {
    let mut notes = notes;
    let unlisted = compared.differences_count.saturating_sub(compared.differences.len() as u64);
    if unlisted > 0 {
        notes.push(format!("{unlisted} more differences are counted in the sums and not listed."));
    }
    Table {
        name: "reconciliation",
        title: "The platform's books".into(),
        by: "Order".into(),
        columns: COLUMNS.to_vec(),
        lines: compared.differences.iter().map(line).collect(),
        totals: compared.sums.iter().map(total).collect(),
        notes,
        definitions: DEFINITIONS.to_vec(),
    }
}

fn line(d: &Difference) -> Line {
    let money = |m: Option<_>| m.map_or(Cell::None, Cell::Money);
    Line {
        key: d.platform_id.clone().unwrap_or_else(|| d.name.clone()),
        label: d.name.clone(),
        currency: Some(d.amount.currency),
        cells: vec![Cell::Text(d.kind.label().into()), money(d.ours), money(d.theirs), Cell::Money(d.amount), Cell::Text(d.why.clone())],
        carts: None,
    }
}

fn total(s: &Sums) -> Line {
    let agree = format!("{} of {} orders agree", s.orders_agree, s.orders_theirs);
    let explained = format!("{} of it explained, {} not", s.explained, s.unexplained);
    Line {
        key: s.currency.code().to_owned(),
        label: format!("All in {}", s.currency),
        currency: Some(s.currency),
        cells: vec![Cell::Text(agree), Cell::Money(s.ours), Cell::Money(s.theirs), Cell::Money(s.difference), Cell::Text(explained)],
        carts: None,
    }
}
