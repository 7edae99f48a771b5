//! What commands print: answers to stdout, for people or as JSON.

use super::{CliError, tables};
use crate::app::files::{self, Period};
use crate::domain::report::table::Table;
use clap::ValueEnum;
use serde::Serialize;
use std::io::Write as _;
use std::path::Path;

/// How a report is printed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people
    #[default]
    Table,
    /// For spreadsheets
    Csv,
    /// For programs, with the definitions
    Json,
    /// For tools that read columns; needs --output
    Parquet,
}

/// How answers are printed that are no reports.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Printed {
    /// For people
    #[default]
    Table,
    /// For spreadsheets
    Csv,
    /// For programs
    Json,
}

/// Prints a report, or writes it to a file.
///
/// # Errors
/// `Usage` for Parquet without a file: a terminal can't show it; `Failed` when it can't be written.
pub fn table_as(format: Format, report: &Table, period: Period, output: Option<&Path>) -> Result<(), CliError> {
    let bytes = match format {
        Format::Table => tables::for_people(report).into_bytes(),
        Format::Csv => bytes(files::Format::Csv, report, period)?,
        Format::Json => [bytes(files::Format::Json, report, period)?, b"\n".to_vec()].concat(),
        Format::Parquet if output.is_none() => return Err(CliError::Usage("a Parquet file needs a name: add --output FILE".into())),
        Format::Parquet => bytes(files::Format::Parquet, report, period)?,
    };
    write(&bytes, output)
}

fn bytes(format: files::Format, report: &Table, period: Period) -> Result<Vec<u8>, CliError> {
    files::of_table(format, report, period).map_err(|e| CliError::Failed(e.to_string()))
}

/// Writes bytes to a file, or to stdout.
///
/// # Errors
/// When the file can't be written.
pub fn write(bytes: &[u8], output: Option<&Path>) -> Result<(), CliError> {
    let Some(path) = output else {
        // A reader that has gone away (`| head`) is no error.
        let _ = std::io::stdout().lock().write_all(bytes);
        return Ok(());
    };
    std::fs::write(path, bytes).map_err(|e| CliError::Failed(format!("{} can't be written: {e}", path.display())))
}

/// Prints a line. A reader that has gone away (`| head`) is no error.
pub fn line(text: &str) {
    let _ = writeln!(std::io::stdout().lock(), "{text}");
}

/// A value as one JSON document on a line of its own.
///
/// # Errors
/// When it can't be written as JSON.
pub fn as_json<T: Serialize>(value: &T) -> Result<Vec<u8>, CliError> {
    let text = serde_json::to_string(value).map_err(|e| CliError::Failed(format!("the answer can't be written as JSON: {e}")))?;
    Ok((text + "\n").into_bytes())
}

/// Prints a value as one JSON document.
///
/// # Errors
/// When it can't be written as JSON.
pub fn json<T: Serialize>(value: &T) -> Result<(), CliError> {
    write(&as_json(value)?, None)
}

/// Prints rows under their headings, as wide as they need; numbers are not told apart.
pub fn table(headings: &[&str], rows: &[Vec<String>]) {
    table_lines(headings, rows).iter().for_each(|text| line(text));
}

pub(super) fn table_lines(headings: &[&str], rows: &[Vec<String>]) -> Vec<String> {
    let wide = |text: &str| text.chars().count();
    let widths: Vec<usize> = headings
        .iter()
        .enumerate()
        .map(|(i, heading)| rows.iter().filter_map(|r| r.get(i)).map(|t| wide(t)).max().unwrap_or(0).max(wide(heading)))
        .collect();
    let padded = |cells: &mut dyn Iterator<Item = &str>| {
        let joined: Vec<String> = cells.zip(&widths).map(|(cell, width)| format!("{cell:<width$}")).collect();
        joined.join("  ").trim_end().to_owned()
    };
    let head = padded(&mut headings.iter().copied());
    std::iter::once(head).chain(rows.iter().map(|r| padded(&mut r.iter().map(String::as_str)))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_as_wide_as_their_widest_cell() {
        let rows = [vec!["ä".to_owned(), "long cell".to_owned()], vec!["three".to_owned(), String::new()]];
        assert_eq!(table_lines(&["a", "b"], &rows), ["a      b", "ä      long cell", "three"]);
    }
}
