//! A report's answer, whatever it is about: columns that say what they mean, lines of cells that carry what they were worked out from. Pages, JSON, CSV, Parquet
//! and mails are all made of it.

use super::Definition;
use crate::domain::money::{Currency, Money};
use crate::domain::stats::{Interval, proportion};
use serde::Serialize;

/// Ratios of fewer say that they rest on small numbers.
pub const SMALL: u64 = 30;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// Words.
    Text,
    /// How many.
    Count,
    /// Money of the line's currency.
    Money,
    /// A part of a whole.
    Ratio,
    /// A number without a unit.
    Number,
    /// A time span, in seconds.
    Seconds,
    /// A number with its interval.
    Estimate,
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Column {
    /// As programs call it.
    pub key: &'static str,
    /// As people read it.
    pub label: &'static str,
    /// What its cells hold.
    pub unit: Unit,
}

impl Column {
    /// A column.
    pub const fn new(key: &'static str, label: &'static str, unit: Unit) -> Self {
        Self { key, label, unit }
    }
}

/// A part of a whole that was counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ratio {
    /// The part.
    pub numerator: u64,
    /// The whole.
    pub denominator: u64,
}

impl Ratio {
    /// `numerator` of `denominator`.
    pub const fn new(numerator: u64, denominator: u64) -> Self {
        Self { numerator, denominator }
    }

    /// Its value with Wilson's interval of 95 %; none of nothing.
    pub fn interval(self) -> Option<Interval> {
        proportion::wilson(self.numerator, self.denominator)
    }

    /// Does it rest on so few that it must say so?
    pub const fn is_small(self) -> bool {
        self.denominator < SMALL
    }
}

impl Serialize for Ratio {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeStruct as _;
        let interval = self.interval();
        let mut wire = serializer.serialize_struct("Ratio", 6)?;
        wire.serialize_field("numerator", &self.numerator)?;
        wire.serialize_field("denominator", &self.denominator)?;
        wire.serialize_field("value", &interval.map(|i| i.estimate))?;
        wire.serialize_field("low", &interval.map(|i| i.low))?;
        wire.serialize_field("high", &interval.map(|i| i.high))?;
        wire.serialize_field("small", &self.is_small())?;
        wire.end()
    }
}

/// What stands in a line under a column.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Cell {
    /// Nothing is known: shown as "no data", never as zero.
    None,
    /// Words.
    Text(String),
    /// How many.
    Count(i64),
    /// An amount.
    Money(Money),
    /// A part of a whole.
    Ratio(Ratio),
    /// A number.
    Number(f64),
    /// A number with its interval.
    Estimate(Interval),
}

/// A line.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Line {
    /// As programs call it: a campaign's id, a day, a country.
    pub key: String,
    /// As people read it.
    pub label: String,
    /// Of its amounts; none where it has none. Lines of different currencies are never added up.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub currency: Option<Currency>,
    /// One for each column, in their order.
    pub cells: Vec<Cell>,
    /// The list of carts behind the figures: a path of the web app with its query; none where no cart stands behind them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub carts: Option<String>,
}

/// A report.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Table {
    /// As programs call it, and files are called: `attribution`.
    pub name: &'static str,
    /// As people read it.
    pub title: String,
    /// What a line stands for: "Campaign".
    pub by: String,
    /// Its columns.
    pub columns: Vec<Column>,
    /// Its lines.
    pub lines: Vec<Line>,
    /// Everything, a line per currency where there are several.
    pub totals: Vec<Line>,
    /// What a reader must know of these very figures: what is missing, what is being worked out anew.
    pub notes: Vec<String>,
    /// What each figure means.
    pub definitions: Vec<Definition>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ratio_tells_what_it_was_worked_out_from() {
        let json = serde_json::to_value(Cell::Ratio(Ratio::new(12, 80))).expect("JSON");
        assert_eq!((json["numerator"].as_u64(), json["denominator"].as_u64(), json["value"].as_f64()), (Some(12), Some(80), Some(0.15)));
        assert_eq!(json["small"], false);
        let nothing = serde_json::to_value(Ratio::new(0, 0)).expect("JSON");
        assert!(nothing["value"].is_null() && nothing["small"] == true);
        assert!(serde_json::to_value(Cell::None).expect("JSON").is_null());
    }
}
