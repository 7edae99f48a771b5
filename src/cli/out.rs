//! What commands print: answers to stdout, for people or as JSON.

use super::CliError;
use serde::Serialize;
use std::io::Write as _;

/// Prints a line. A reader that has gone away (`| head`) is no error.
pub fn line(text: &str) {
    let _ = writeln!(std::io::stdout().lock(), "{text}");
}

/// Prints a value as one JSON document.
///
/// # Errors
/// When it can't be written as JSON.
pub fn json<T: Serialize>(value: &T) -> Result<(), CliError> {
    let text = serde_json::to_string(value).map_err(|e| CliError::Failed(format!("the answer can't be written as JSON: {e}")))?;
    line(&text);
    Ok(())
}

/// Prints rows under their headings, as wide as they need; numbers are not told apart.
pub fn table(headings: &[&str], rows: &[Vec<String>]) {
    table_lines(headings, rows).iter().for_each(|text| line(text));
}

fn table_lines(headings: &[&str], rows: &[Vec<String>]) -> Vec<String> {
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
