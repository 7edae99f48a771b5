//! A report or a list as plain typed columns, for files: a ratio becomes its value, its parts and its interval, each a column of its own.

use super::table::{Cell, Column, Line, Table, Unit};
use crate::domain::money::Money;
use jiff::Timestamp;

/// What a column of a file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Words.
    Text,
    /// Yes or no.
    Bool,
    /// A whole number.
    Int,
    /// A number.
    Double,
    /// An amount of the line's currency, which stands in the column `currency`.
    Money,
    /// An instant.
    Instant,
}

/// A column of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// Its heading.
    pub name: String,
    /// What it holds.
    pub kind: Kind,
}

impl Field {
    /// A column.
    pub fn new(name: impl Into<String>, kind: Kind) -> Self {
        Self { name: name.into(), kind }
    }
}

/// What stands in a line of a file under a column, of the column's kind or none.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Nothing is known.
    None,
    /// Words.
    Text(String),
    /// Yes or no.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A number.
    Double(f64),
    /// An amount.
    Money(Money),
    /// An instant.
    Instant(Timestamp),
}

impl Value {
    /// Words, or nothing.
    pub fn text(text: Option<impl Into<String>>) -> Self {
        text.map_or(Self::None, |text| Self::Text(text.into()))
    }

    /// An instant, or nothing.
    pub fn instant(at: Option<Timestamp>) -> Self {
        at.map_or(Self::None, Self::Instant)
    }

    /// An amount, or nothing.
    pub fn money(money: Option<Money>) -> Self {
        money.map_or(Self::None, Self::Money)
    }

    /// A whole number, or nothing.
    pub fn int(number: Option<i64>) -> Self {
        number.map_or(Self::None, Self::Int)
    }
}

/// A report as a file holds it.
#[derive(Debug, Clone, PartialEq)]
pub struct Flat {
    /// Its columns.
    pub fields: Vec<Field>,
    /// Its lines, each with a value for every column; totals last.
    pub rows: Vec<Vec<Value>>,
}

/// A report's lines, then its totals: whoever adds a column up must leave out the lines whose `is_total` is true.
pub fn flat(table: &Table) -> Flat {
    let mut fields = vec![Field::new("key", Kind::Text), Field::new("label", Kind::Text), Field::new("currency", Kind::Text)];
    fields.extend(table.columns.iter().flat_map(columns));
    fields.push(Field::new("is_total", Kind::Bool));
    let rows = |lines: &[Line], is_total: bool| -> Vec<Vec<Value>> { lines.iter().map(|line| row(table, line, is_total)).collect() };
    let rows = [rows(&table.lines, false), rows(&table.totals, true)].concat();
    Flat { fields, rows }
}

fn columns(column: &Column) -> Vec<Field> {
    let key = column.key;
    let of = |kind| vec![Field::new(key, kind)];
    let with =
        |parts: &[(&str, Kind)]| -> Vec<Field> { parts.iter().map(|(part, kind)| Field::new(format!("{key}_{part}"), *kind)).collect() };
    match column.unit {
        Unit::Text => of(Kind::Text),
        Unit::Count => of(Kind::Int),
        Unit::Seconds => vec![Field::new(format!("{key}_seconds"), Kind::Int)],
        Unit::Number => of(Kind::Double),
        Unit::Money => of(Kind::Money),
        Unit::Ratio => {
            [of(Kind::Double), with(&[("numerator", Kind::Int), ("denominator", Kind::Int), ("low", Kind::Double), ("high", Kind::Double)])]
                .concat()
        }
        Unit::Estimate => [of(Kind::Double), with(&[("low", Kind::Double), ("high", Kind::Double)])].concat(),
    }
}

fn row(table: &Table, line: &Line, is_total: bool) -> Vec<Value> {
    let mut values =
        vec![Value::Text(line.key.clone()), Value::Text(line.label.clone()), Value::text(line.currency.map(|c| c.code().to_owned()))];
    for (place, column) in table.columns.iter().enumerate() {
        values.extend(cell(column.unit, line.cells.get(place).unwrap_or(&Cell::None)));
    }
    values.push(Value::Bool(is_total));
    values
}

/// As many values as the unit has columns; none where the cell is of another kind than its column.
fn cell(unit: Unit, cell: &Cell) -> Vec<Value> {
    let count = |n: u64| i64::try_from(n).map_or(Value::None, Value::Int);
    let ends =
        |i: Option<crate::domain::stats::Interval>| [i.map(|i| i.low), i.map(|i| i.high)].map(|n| n.map_or(Value::None, Value::Double));
    match (unit, cell) {
        (Unit::Text, Cell::Text(text)) => vec![Value::Text(text.clone())],
        (Unit::Count | Unit::Seconds, Cell::Count(count)) => vec![Value::Int(*count)],
        (Unit::Number, Cell::Number(number)) => vec![Value::Double(*number)],
        (Unit::Money, Cell::Money(money)) => vec![Value::Money(*money)],
        (Unit::Ratio, Cell::Ratio(ratio)) => {
            let interval = ratio.interval();
            let value = interval.map_or(Value::None, |i| Value::Double(i.estimate));
            let [low, high] = ends(interval);
            vec![value, count(ratio.numerator), count(ratio.denominator), low, high]
        }
        (Unit::Estimate, Cell::Estimate(interval)) => {
            let [low, high] = ends(Some(*interval));
            vec![Value::Double(interval.estimate), low, high]
        }
        (Unit::Ratio, _) => vec![Value::None; 5],
        (Unit::Estimate, _) => vec![Value::None; 3],
        _ => vec![Value::None],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::report::csv;
    use crate::domain::report::table::Ratio;
    use crate::domain::stats::Interval;

    fn table() -> Table {
        let line = |key: &str, cells: Vec<Cell>| Line {
            key: key.into(),
            label: format!("The {key}"),
            currency: Some("JPY".parse().expect("a currency")),
            cells,
            carts: None,
        };
        let money = |minor| Cell::Money(Money::new(minor, "JPY".parse().expect("a currency")));
        Table {
            name: "sample",
            title: "Sample".into(),
            by: "Thing".into(),
            columns: vec![
                Column::new("net", "Net", Unit::Money),
                Column::new("rate", "Rate", Unit::Ratio),
                Column::new("took", "Took", Unit::Seconds),
                Column::new("lift", "Lift", Unit::Estimate),
            ],
            lines: vec![
                line(
                    "one",
                    vec![
                        money(500),
                        Cell::Ratio(Ratio::new(12, 80)),
                        Cell::Count(90),
                        Cell::Estimate(Interval { estimate: 1.5, low: 1.0, high: 2.0 }),
                    ],
                ),
                line("two", vec![Cell::None, Cell::Ratio(Ratio::new(0, 0)), Cell::None, Cell::None]),
            ],
            totals: vec![line("total", vec![money(500)])],
            notes: Vec::new(),
            definitions: Vec::new(),
        }
    }

    #[test]
    fn a_ratio_keeps_its_parts_and_nothing_known_is_no_zero() {
        let text = csv::text(&flat(&table()));
        let lines: Vec<&str> = text.split("\r\n").collect();
        assert_eq!(
            lines[0],
            "key,label,currency,net,rate,rate_numerator,rate_denominator,rate_low,rate_high,took_seconds,lift,lift_low,lift_high,is_total"
        );
        // Wilson's interval of 12 of 80, by hand: 0.0879 to 0.2441.
        assert!(lines[1].starts_with("one,The one,JPY,500,0.15,12,80,0.0879") && lines[1].ends_with(",90,1.5,1,2,false"), "{}", lines[1]);
        assert_eq!(lines[2], "two,The two,JPY,,,0,0,,,,,,,false");
        assert_eq!(lines[3], "total,The total,JPY,500,,,,,,,,,,true");
        assert_eq!(lines[4..], [""]);
    }

    #[test]
    fn every_line_has_a_value_of_its_columns_kind_or_none() {
        let flat = flat(&table());
        for row in &flat.rows {
            assert_eq!(row.len(), flat.fields.len());
        }
    }
}
