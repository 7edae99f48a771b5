//! `comeback reconcile` and `comeback shop money`: orders against the platform's books, and what counts as revenue.

use super::out::Printed as Format;
use super::report::period;
use super::{ACTOR, CliError, out, shop, start};
use crate::app::{App, money, reconcile};
use crate::config::Config;
use crate::domain::order::Basis;
use crate::domain::report::csv::field as quoted;
use crate::domain::report::table::{Cell, Line};
use clap::{Args, ValueEnum};
use serde_json::json;
use std::io::Read as _;
use std::path::{Path, PathBuf};

/// An export of a year's orders has room in it.
const FILE_MAX: u64 = 256 << 20;

/// Orders against the platform's books.
#[derive(Debug, Args)]
pub struct Reconcile {
    /// The store's id or domain
    #[arg(long)]
    shop: String,
    /// From this instant (2026-07-01T00:00:00Z) or day in the store's time zone (2026-07-01); 30 days before the end without it
    #[arg(long)]
    from: Option<String>,
    /// To before this instant, or to the end of this day; a quarter of an hour ago without it
    #[arg(long)]
    to: Option<String>,
    /// Compare with the platform's own export of orders, as CSV; without it the store is asked
    #[arg(long, value_name = "FILE", conflicts_with = "take_in")]
    file: Option<PathBuf>,
    /// Take in what the books know and Comeback doesn't, at most 25 orders, and compare again
    #[arg(long)]
    take_in: bool,
    /// How it is printed
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// What a store counts as revenue.
#[derive(Debug, Args)]
pub struct CountedAs {
    /// Its id or domain
    shop: String,
    /// Count tax and duties, or leave them out
    #[arg(long, value_enum)]
    tax: Option<Choice>,
    /// Count shipping, or leave it out
    #[arg(long, value_enum)]
    shipping: Option<Choice>,
    /// As JSON
    #[arg(long)]
    json: bool,
}

/// In or out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Choice {
    /// It counts
    Included,
    /// It is left out
    Excluded,
}

/// Compares, and prints what it came to.
///
/// # Errors
/// `Found` when something is unexplained; what was wrong, and what to do.
pub async fn run(config: Config, asked: Reconcile) -> Result<(), CliError> {
    let app = start::app(config, start::Schema::Usual).await?;
    let shop = shop::find(&app, &asked.shop).await?;
    let period = period(&app, &shop, (asked.from.as_deref(), asked.to.as_deref()))?;
    let export = asked.file.as_deref().map(read).transpose()?;
    let (mut run, mut told) = reconcile::compare_now(&app, &shop, period, (export.as_deref(), ACTOR)).await?;
    if asked.take_in && told.compared.can_take_in_count > 0 {
        reconcile::take_in(&app, shop.id, ACTOR).await?;
        (run, told) = reconcile::compare_now(&app, &shop, period, (None, ACTOR)).await?;
    }
    app.db.close().await;
    let table = told.table(&run);
    match asked.format {
        Format::Json => out::json(&json!({"from": run.from, "to": run.to, "told": told, "definitions": table.definitions}))?,
        Format::Csv => {
            out::line("order,id,kind,here,books,difference,currency,why");
            table.lines.iter().for_each(|line| out::line(&csv(line)));
        }
        Format::Table => {
            let row = |line: &Line| std::iter::once(line.label.clone()).chain(line.cells.iter().map(text)).collect();
            let rows: Vec<Vec<String>> = table.lines.iter().chain(&table.totals).map(row).collect();
            let headings: Vec<&str> = std::iter::once("ORDER").chain(table.columns.iter().map(|c| c.label)).collect();
            out::table(&headings, &rows);
            out::line("");
            table.notes.iter().for_each(|note| out::line(note));
        }
    }
    if told.compared.unexplained_count > 0 { Err(CliError::Found) } else { Ok(()) }
}

fn read(file: &Path) -> Result<Vec<u8>, CliError> {
    let mut bytes = Vec::new();
    let read = std::fs::File::open(file).and_then(|f| f.take(FILE_MAX + 1).read_to_end(&mut bytes));
    read.map_err(|e| CliError::Usage(format!("{} can't be read: {e}", file.display())))?;
    if bytes.len() as u64 > FILE_MAX {
        return Err(CliError::Usage(format!("{} is too large: export a shorter period", file.display())));
    }
    Ok(bytes)
}

fn text(cell: &Cell) -> String {
    match cell {
        Cell::Text(text) => text.clone(),
        Cell::Money(money) => money.to_string(),
        _ => "-".to_owned(),
    }
}

fn csv(line: &Line) -> String {
    let cell = |cell: &Cell| match cell {
        Cell::Text(text) => quoted(text),
        Cell::Money(money) => money.amount(),
        _ => String::new(),
    };
    let mut cells: Vec<String> = vec![quoted(&line.label), quoted(&line.key)];
    cells.extend(line.cells.iter().map(cell));
    let currency = line.currency.map(|c| c.to_string()).unwrap_or_default();
    cells.insert(cells.len().saturating_sub(1), currency);
    cells.join(",")
}

/// Shows what a store counts, or sets and shows it.
///
/// # Errors
/// What was wrong, and what to do.
pub async fn counted_as(app: &App, command: CountedAs) -> Result<(), CliError> {
    let shop = shop::find(app, &command.shop).await?;
    let old = shop.basis.basis;
    let chosen = |choice: Option<Choice>, old: bool| choice.map_or(old, |c| c == Choice::Included);
    let new =
        Basis { tax_included: chosen(command.tax, old.tax_included), shipping_included: chosen(command.shipping, old.shipping_included) };
    let counted = if new == old { money::counted(app, &shop).await? } else { money::set(app, shop.id, new, ACTOR).await? };
    if command.json {
        let basis = counted.basis;
        return out::json(&json!({"version": basis.version, "settings": basis.basis, "orders_behind": counted.orders_behind}));
    }
    out::line(&format!("Revenue is counted {}.", counted.basis.basis.words()));
    if counted.orders_behind > 0 {
        out::line(&format!("{} orders are still to be worked out anew: the server does it.", counted.orders_behind));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::money::{Currency, Money};

    #[test]
    fn a_difference_is_one_line_of_its_columns() {
        let usd = |minor| Cell::Money(Money::new(minor, Currency::USD));
        let cells = vec![Cell::Text("Not known here".into()), Cell::None, usd(500), usd(-500), Cell::Text("It never came, so far.".into())];
        let line = Line { key: "4501".into(), label: "#1001".into(), currency: Some(Currency::USD), cells, carts: None };
        assert_eq!(csv(&line), "#1001,4501,Not known here,,5.00,-5.00,USD,\"It never came, so far.\"");
    }
}
