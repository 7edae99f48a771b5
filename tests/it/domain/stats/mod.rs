//! Statistics against published figures and reference implementations, and by what must hold of any interval.

mod golden;
mod hillstrom;
mod lift;
mod properties;

use std::collections::HashMap;

/// A row of a reference table, by its columns.
struct Row(HashMap<String, String>);

impl Row {
    fn text(&self, column: &str) -> &str {
        self.0.get(column).unwrap_or_else(|| panic!("the column {column}"))
    }

    fn maybe(&self, column: &str) -> Option<f64> {
        let text = self.text(column);
        (!text.is_empty()).then(|| text.parse().unwrap_or_else(|_| panic!("a number in {column}: {text}")))
    }

    fn number(&self, column: &str) -> f64 {
        self.maybe(column).unwrap_or_else(|| panic!("a number in {column}"))
    }

    fn count(&self, column: &str) -> u64 {
        self.text(column).parse().unwrap_or_else(|_| panic!("a count in {column}"))
    }
}

/// A reference table; none, loudly, where it is absent.
fn table(file: &str) -> Vec<Row> {
    let Some(text) = super::shared(file) else { return Vec::new() };
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let rows: Vec<Row> = reader.deserialize().map(|row| Row(row.expect("a row"))).collect();
    assert!(!rows.is_empty(), "{file} is empty");
    rows
}

/// Equal to nine digits.
fn same(got: f64, expected: f64, of: &str) {
    within(got, expected, 1e-9 * expected.abs().max(1e-9), of);
}

fn within(got: f64, expected: f64, tolerance: f64, of: &str) {
    assert!((got - expected).abs() <= tolerance, "{of}: {got} is not {expected}");
}
