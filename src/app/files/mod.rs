//! Figures and lists as files: CSV for spreadsheets, JSON for programs, Parquet for everything that reads columns. One writer each, whatever is written. And
//! files that are taken in.

pub mod import;
pub mod jobs;
pub mod lines;
pub mod lists;
mod parquet;
pub mod work;

pub use parquet::Parquet;

use crate::domain::report::csv;
use crate::domain::report::flat::{Field, Value, flat};
use crate::domain::report::table::Table;
use jiff::Timestamp;
use serde_json::{Map, json};
use std::io::Write;

/// Why a file could not be written.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct FileError(pub String);

impl From<std::io::Error> for FileError {
    fn from(error: std::io::Error) -> Self {
        Self(format!("the file can't be written: {error}"))
    }
}

/// How a report leaves as a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// RFC 4180.
    Csv,
    /// The table itself, with its definitions.
    Json,
    /// Apache Parquet.
    Parquet,
}

impl Format {
    /// Every format.
    pub const ALL: [Self; 3] = [Self::Json, Self::Csv, Self::Parquet];

    /// As the API takes it, and as files end.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Json => "json",
            Self::Parquet => "parquet",
        }
    }

    /// Its media type.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8",
            Self::Json => "application/json",
            Self::Parquet => "application/vnd.apache.parquet",
        }
    }

    /// What an `Accept` header asks for first; none where it names none of them.
    pub fn accepted(header: &str) -> Option<Self> {
        let wanted = |part: &str| {
            let kind = part.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
            Self::ALL.into_iter().find(|f| f.media_type().split(';').next() == Some(kind.as_str()))
        };
        header.split(',').find_map(wanted)
    }
}

impl std::str::FromStr for Format {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let names = || Self::ALL.map(Self::as_str).join(", ");
        Self::ALL.into_iter().find(|f| f.as_str() == text).ok_or_else(|| format!("{text:?} is not a format; expected one of {}", names()))
    }
}

/// The period that a report is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    /// From this instant.
    pub from: Timestamp,
    /// To before this one.
    pub to: Timestamp,
}

/// A report as the bytes of a file. CSV and Parquet mark totals by `is_total`; Parquet holds title, period, notes and definitions as facts about the file.
///
/// # Errors
/// When it can't be written, which is a fault of the program.
pub fn of_table(format: Format, table: &Table, period: Period) -> Result<Vec<u8>, FileError> {
    match format {
        Format::Csv => Ok(csv::text(&flat(table)).into_bytes()),
        Format::Json => {
            let whole = json!({"from": period.from, "to": period.to, "report": table});
            serde_json::to_vec(&whole).map_err(|e| FileError(format!("the report can't be written as JSON: {e}")))
        }
        Format::Parquet => {
            let flat = flat(table);
            let mut bytes = Vec::new();
            let mut file = Parquet::begin(&mut bytes, flat.fields, &facts(table, period))?;
            flat.rows.into_iter().try_for_each(|row| file.row(row))?;
            file.end()?;
            Ok(bytes)
        }
    }
}

fn facts(table: &Table, period: Period) -> Vec<(String, String)> {
    let mut facts = vec![
        ("report".to_owned(), table.name.to_owned()),
        ("title".to_owned(), table.title.clone()),
        ("from".to_owned(), period.from.to_string()),
        ("to".to_owned(), period.to.to_string()),
    ];
    facts.extend(table.notes.iter().enumerate().map(|(i, note)| (format!("note {}", i + 1), note.clone())));
    facts.extend(table.definitions.iter().map(|d| (format!("definition {}", d.figure), d.definition.to_owned())));
    facts
}

/// A file that is written row by row: of a list that may be longer than memory.
pub enum Rows<W: Write + Send> {
    /// With a line of headings.
    Csv(W),
    /// One JSON object a line.
    Jsonl(W, Vec<Field>),
    /// In groups.
    Parquet(Box<Parquet<W>>),
}

impl<W: Write + Send> Rows<W> {
    /// Begins a CSV file.
    ///
    /// # Errors
    /// When it can't be written.
    pub fn csv(mut sink: W, fields: &[Field]) -> Result<Self, FileError> {
        write!(sink, "{}{}", csv::head(fields), csv::LINE_END)?;
        Ok(Self::Csv(sink))
    }

    /// Begins a file of JSON lines.
    pub fn jsonl(sink: W, fields: &[Field]) -> Self {
        Self::Jsonl(sink, fields.to_vec())
    }

    /// Begins a Parquet file.
    ///
    /// # Errors
    /// When it can't be written.
    pub fn parquet(sink: W, fields: &[Field], facts: &[(String, String)]) -> Result<Self, FileError> {
        Ok(Self::Parquet(Box::new(Parquet::begin(sink, fields.to_vec(), facts)?)))
    }

    /// Adds a row, with a value for every column.
    ///
    /// # Errors
    /// When it can't be written.
    pub fn row(&mut self, values: Vec<Value>) -> Result<(), FileError> {
        match self {
            Self::Csv(sink) => Ok(write!(sink, "{}{}", csv::line(&values), csv::LINE_END)?),
            Self::Jsonl(sink, fields) => {
                let object: Map<String, serde_json::Value> =
                    fields.iter().zip(&values).map(|(field, value)| (field.name.clone(), as_json(value))).collect();
                Ok(writeln!(sink, "{}", serde_json::Value::Object(object))?)
            }
            Self::Parquet(file) => file.row(values),
        }
    }

    /// Ends the file.
    ///
    /// # Errors
    /// When it can't be written.
    pub fn end(self) -> Result<(), FileError> {
        match self {
            Self::Csv(mut sink) | Self::Jsonl(mut sink, _) => Ok(sink.flush()?),
            Self::Parquet(file) => file.end(),
        }
    }
}

/// Amounts as the API writes them.
fn as_json(value: &Value) -> serde_json::Value {
    match value {
        Value::None => serde_json::Value::Null,
        Value::Text(text) => json!(text),
        Value::Bool(yes) => json!(yes),
        Value::Int(number) => json!(number),
        Value::Double(number) => json!(number),
        Value::Money(money) => json!(money),
        Value::Instant(at) => json!(at),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_accept_header_names_the_first_format_that_there_is() {
        let check = |header: &str, expected: Option<Format>| assert_eq!(Format::accepted(header), expected, "{header}");
        check("text/csv", Some(Format::Csv));
        check("text/html, application/vnd.apache.parquet;q=0.9, application/json", Some(Format::Parquet));
        check("Application/JSON", Some(Format::Json));
        check("*/*", None);
        check("", None);
    }
}
