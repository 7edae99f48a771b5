//! Parquet files: typed columns, written a group of rows at a time, so that memory is bounded whatever the length.

use super::FileError;
use crate::domain::report::flat::{Field, Kind, Value};
use parquet::basic::{Compression, ConvertedType, Repetition, Type as Physical};
use parquet::column::writer::ColumnWriter;
use parquet::data_type::ByteArray;
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::types::{Type, TypePtr};
use std::io::Write;
use std::sync::Arc;

/// Rows that are held until a group of them is written.
const GROUP_ROWS: usize = 10_000;

impl From<ParquetError> for FileError {
    fn from(error: ParquetError) -> Self {
        Self(format!("the Parquet file can't be written: {error}"))
    }
}

/// Writes one file.
pub struct Parquet<W: Write + Send> {
    fields: Vec<Field>,
    waiting: Vec<Vec<Value>>,
    file: SerializedFileWriter<W>,
}

impl<W: Write + Send> Parquet<W> {
    /// Begins a file with these columns, and with facts about it that its readers show.
    ///
    /// # Errors
    /// When it can't be written.
    pub fn begin(sink: W, fields: Vec<Field>, facts: &[(String, String)]) -> Result<Self, FileError> {
        let facts = facts.iter().map(|(key, value)| KeyValue::new(key.clone(), Some(value.clone()))).collect();
        let properties = WriterProperties::builder()
            .set_created_by(format!("comeback {}", env!("CARGO_PKG_VERSION")))
            .set_compression(Compression::GZIP(parquet::basic::GzipLevel::default()))
            .set_key_value_metadata(Some(facts))
            .build();
        let file = SerializedFileWriter::new(sink, schema(&fields)?, Arc::new(properties))?;
        Ok(Self { fields, waiting: Vec::new(), file })
    }

    /// Adds a row, with a value for every column.
    ///
    /// # Errors
    /// When it can't be written.
    pub fn row(&mut self, values: Vec<Value>) -> Result<(), FileError> {
        self.waiting.push(values);
        if self.waiting.len() >= GROUP_ROWS { self.flush() } else { Ok(()) }
    }

    /// Ends the file: without its end it can't be read.
    ///
    /// # Errors
    /// When it can't be written.
    pub fn end(mut self) -> Result<(), FileError> {
        if !self.waiting.is_empty() {
            self.flush()?;
        }
        self.file.close()?;
        Ok(())
    }

    fn flush(&mut self) -> Result<(), FileError> {
        let rows = std::mem::take(&mut self.waiting);
        let mut group = self.file.next_row_group()?;
        for (place, field) in self.fields.iter().enumerate() {
            write_column(&mut group, field.kind, rows.iter().map(|row| row.get(place).unwrap_or(&Value::None)))?;
        }
        group.close()?;
        Ok(())
    }
}

/// Amounts are minor units: their currency, with its decimals, stands beside them.
fn schema(fields: &[Field]) -> Result<TypePtr, FileError> {
    let column = |field: &Field| {
        let (name, physical, converted) = match field.kind {
            Kind::Text => (field.name.clone(), Physical::BYTE_ARRAY, ConvertedType::UTF8),
            Kind::Bool => (field.name.clone(), Physical::BOOLEAN, ConvertedType::NONE),
            Kind::Int => (field.name.clone(), Physical::INT64, ConvertedType::NONE),
            Kind::Money => (format!("{}_minor", field.name), Physical::INT64, ConvertedType::NONE),
            Kind::Double => (field.name.clone(), Physical::DOUBLE, ConvertedType::NONE),
            Kind::Instant => (field.name.clone(), Physical::INT64, ConvertedType::TIMESTAMP_MILLIS),
        };
        let built =
            Type::primitive_type_builder(&name, physical).with_repetition(Repetition::OPTIONAL).with_converted_type(converted).build();
        built.map(Arc::new)
    };
    let columns = fields.iter().map(column).collect::<Result<Vec<_>, _>>()?;
    Ok(Arc::new(Type::group_type_builder("comeback").with_fields(columns).build()?))
}

fn write_column<'a, W: Write + Send>(
    group: &mut SerializedRowGroupWriter<'_, W>,
    kind: Kind,
    values: impl Iterator<Item = &'a Value> + Clone,
) -> Result<(), FileError> {
    let Some(mut column) = group.next_column()? else { return Err(FileError("a row has more values than the file has columns".into())) };
    // 1 where there is a value, 0 where there is none.
    let there: Vec<i16> = values.clone().map(|value| i16::from(kind_of(value) == Some(kind))).collect();
    let values = values.filter(|value| kind_of(value) == Some(kind));
    match column.untyped() {
        ColumnWriter::ByteArrayColumnWriter(writer) => {
            let texts: Vec<ByteArray> =
                values.filter_map(|v| if let Value::Text(text) = v { Some(text.as_str().into()) } else { None }).collect();
            writer.write_batch(&texts, Some(&there), None)?;
        }
        ColumnWriter::BoolColumnWriter(writer) => {
            let all: Vec<bool> = values.filter_map(|v| if let Value::Bool(yes) = v { Some(*yes) } else { None }).collect();
            writer.write_batch(&all, Some(&there), None)?;
        }
        ColumnWriter::Int64ColumnWriter(writer) => {
            let all: Vec<i64> = values.filter_map(whole).collect();
            writer.write_batch(&all, Some(&there), None)?;
        }
        ColumnWriter::DoubleColumnWriter(writer) => {
            let all: Vec<f64> = values.filter_map(|v| if let Value::Double(number) = v { Some(*number) } else { None }).collect();
            writer.write_batch(&all, Some(&there), None)?;
        }
        _ => return Err(FileError("a column has a type that no value has".into())),
    }
    column.close()?;
    Ok(())
}

fn whole(value: &Value) -> Option<i64> {
    match value {
        Value::Int(number) => Some(*number),
        Value::Money(money) => Some(money.minor),
        Value::Instant(at) => Some(at.as_millisecond()),
        _ => None,
    }
}

fn kind_of(value: &Value) -> Option<Kind> {
    match value {
        Value::None => None,
        Value::Text(_) => Some(Kind::Text),
        Value::Bool(_) => Some(Kind::Bool),
        Value::Int(_) => Some(Kind::Int),
        Value::Double(_) => Some(Kind::Double),
        Value::Money(_) => Some(Kind::Money),
        Value::Instant(_) => Some(Kind::Instant),
    }
}
