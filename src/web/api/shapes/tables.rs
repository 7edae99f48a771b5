//! Reports as tables, as the API gives them.

use super::DefinitionShape;
use super::MoneyShape;
use crate::app::reports::Answer;
use crate::domain::report::table::{Cell, Line, Unit};
use jiff::civil::Date;
use serde::Serialize;
use utoipa::ToSchema;

/// A report: a table, with the days that it is of.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReportShape {
    /// The first day, in the store's zone.
    #[schema(value_type = String, format = Date)]
    pub from: Date,
    /// The last day.
    #[schema(value_type = String, format = Date)]
    pub to: Date,
    /// The first and the last day of the period that it is compared with; null when it isn't.
    #[schema(value_type = Option<Vec<String>>, required = true)]
    pub compared: Option<[Date; 2]>,
    /// How many carts and buyers are still being counted: until that is 0 the figures may change.
    pub counting: i64,
    /// `funnel`, `performance`, `buyers` or `cohorts`.
    pub name: &'static str,
    /// For people.
    pub title: String,
    /// What a line stands for.
    pub by: String,
    /// What the cells of each line hold, in their order.
    pub columns: Vec<ColumnShape>,
    /// The lines; one for each currency where amounts of several stand in one.
    pub lines: Vec<LineShape>,
    /// Everything, a line per currency; never a sum over currencies.
    pub totals: Vec<LineShape>,
    /// What a reader must know of these very figures.
    pub notes: Vec<String>,
    /// What each figure means.
    pub definitions: Vec<DefinitionShape>,
}

/// A column.
#[derive(Debug, Serialize, ToSchema)]
pub struct ColumnShape {
    /// For programs.
    pub key: &'static str,
    /// For people.
    pub label: &'static str,
    /// `text`, `count`, `money`, `ratio`, `number`, `seconds` or `estimate`.
    #[schema(value_type = String)]
    pub unit: Unit,
}

/// A line.
#[derive(Debug, Serialize, ToSchema)]
pub struct LineShape {
    /// For programs: a campaign's id, a day, a country; empty where it is not known.
    pub key: String,
    /// For people.
    pub label: String,
    /// Of its amounts; null where it has none.
    #[schema(required = true)]
    pub currency: Option<String>,
    /// One for each column, in their order; null where nothing is known.
    #[schema(value_type = Vec<Option<CellShape>>)]
    pub cells: Vec<Cell>,
    /// The query of `/carts` that lists the carts behind it; null where none stand behind it.
    #[schema(required = true)]
    pub carts: Option<String>,
}

/// What stands under a column, by its unit.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
#[allow(dead_code)] // only the document is made of it
pub enum CellShape {
    /// A part of a whole.
    Ratio(RatioShape),
    /// An amount.
    Money(MoneyShape),
    /// A number with its interval.
    Estimate(EstimateShape),
    /// A count, a number, or seconds.
    Number(f64),
    /// Words.
    Text(String),
}

/// A part of a whole, with Wilson's interval of 95 %.
#[derive(Debug, Serialize, ToSchema)]
pub struct RatioShape {
    /// The part.
    pub numerator: u64,
    /// The whole.
    pub denominator: u64,
    /// The part of the whole; null of nothing.
    #[schema(required = true)]
    pub value: Option<f64>,
    /// The lower end of the interval.
    #[schema(required = true)]
    pub low: Option<f64>,
    /// The upper end.
    #[schema(required = true)]
    pub high: Option<f64>,
    /// It rests on fewer than 30.
    pub small: bool,
}

/// A number with its interval of 95 %.
#[derive(Debug, Serialize, ToSchema)]
pub struct EstimateShape {
    /// The estimate.
    pub estimate: f64,
    /// The lower end.
    pub low: f64,
    /// The upper end.
    pub high: f64,
}

impl From<Line> for LineShape {
    fn from(line: Line) -> Self {
        let carts = line.carts.and_then(|path| path.split_once('?').map(|(_, query)| query.to_owned()));
        Self { key: line.key, label: line.label, currency: line.currency.map(|c| c.code().to_owned()), cells: line.cells, carts }
    }
}

impl From<Answer> for ReportShape {
    fn from(answer: Answer) -> Self {
        let table = answer.table;
        Self {
            from: answer.from,
            to: answer.to,
            compared: answer.compared.map(|(from, to)| [from, to]),
            counting: answer.counting,
            name: table.name,
            title: table.title,
            by: table.by,
            columns: table.columns.into_iter().map(|c| ColumnShape { key: c.key, label: c.label, unit: c.unit }).collect(),
            lines: table.lines.into_iter().map(LineShape::from).collect(),
            totals: table.totals.into_iter().map(LineShape::from).collect(),
            notes: table.notes,
            definitions: table.definitions.iter().map(|d| DefinitionShape { figure: d.figure, definition: d.definition }).collect(),
        }
    }
}
