//! Carts, orders, credits and nudges of a period, as long as they are: read page by page and written row by row.

use super::super::{CliError, report};
use super::What;
use crate::app::App;
use crate::app::files::{FileError, Rows};
use crate::db::bulk::{self, After};
use crate::db::report::Period;
use crate::db::shops::Shop;
use crate::domain::report::flat::{Field, Kind};
use clap::ValueEnum;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::PathBuf;

/// Rows that are read at once.
const PAGE: i64 = 1000;

/// How lists are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// With a line of headings
    Csv,
    /// One JSON object a line
    Jsonl,
    /// For tools that read columns; needs --output
    Parquet,
}

/// What is asked for.
pub struct Asked {
    pub what: What,
    pub format: Format,
    pub from: Option<String>,
    pub to: Option<String>,
    pub output: Option<PathBuf>,
}

impl From<FileError> for CliError {
    fn from(error: FileError) -> Self {
        Self::Failed(error.to_string())
    }
}

/// Writes it, whole.
pub async fn run(app: &App, shop: &Shop, asked: &Asked) -> Result<(), CliError> {
    let (from, to) = report::period(app, shop, (asked.from.as_deref(), asked.to.as_deref()))?;
    if to <= from {
        return Err(CliError::Usage("the period ends before it begins: --to must be later than --from".into()));
    }
    let period = Period { shop: shop.id, from, to };
    let sink: Box<dyn Write + Send> = match &asked.output {
        Some(path) => {
            let made = File::create(path).map_err(|e| CliError::Failed(format!("{} can't be written: {e}", path.display())))?;
            Box::new(BufWriter::new(made))
        }
        None if asked.format == Format::Parquet => return Err(CliError::Usage("a Parquet file needs a name: add --output FILE".into())),
        None => Box::new(BufWriter::new(std::io::stdout())),
    };
    let fields = fields(asked.what);
    let mut rows = match asked.format {
        Format::Csv => Rows::csv(sink, &fields)?,
        Format::Jsonl => Rows::jsonl(sink, &fields),
        Format::Parquet => Rows::parquet(sink, &fields, &[("from".to_owned(), from.to_string()), ("to".to_owned(), to.to_string())])?,
    };
    let mut after = After::default();
    loop {
        let (page, next) = match asked.what {
            What::Orders => bulk::orders(&app.db, period, &after, PAGE).await?,
            What::Credits => bulk::credits(&app.db, period, &after, PAGE).await?,
            What::Nudges => bulk::nudges(&app.db, period, &after, PAGE).await?,
            _ => bulk::carts(&app.db, period, &after, PAGE).await?,
        };
        page.into_iter().try_for_each(|row| rows.row(row))?;
        let Some(next) = next else { break };
        after = next;
    }
    Ok(rows.end()?)
}

/// The columns of a list, as `db::bulk` gives them.
fn fields(what: What) -> Vec<Field> {
    use Kind::{Bool, Instant, Int, Money, Text};
    let columns: &[(&str, Kind)] = match what {
        What::Orders => &[
            ("order_id", Text),
            ("platform_id", Text),
            ("contact_id", Text),
            ("ordered_at", Instant),
            ("currency", Text),
            ("gross", Money),
            ("refunds", Money),
            ("net", Money),
            ("test", Bool),
            ("cancelled", Bool),
        ],
        What::Credits => &[
            ("order_id", Text),
            ("model", Text),
            ("nudge_id", Text),
            ("campaign_id", Text),
            ("cart_id", Text),
            ("step", Int),
            ("channel", Text),
            ("evidence", Text),
            ("ordered_at", Instant),
            ("currency", Text),
            ("gross", Money),
            ("refunds", Money),
            ("net", Money),
        ],
        What::Nudges => &[
            ("nudge_id", Text),
            ("campaign_id", Text),
            ("cart_id", Text),
            ("contact_id", Text),
            ("step", Int),
            ("variant", Text),
            ("channel", Text),
            ("state", Text),
            ("rule", Text),
            ("due_at", Instant),
            ("sent_at", Instant),
            ("delivered_at", Instant),
        ],
        _ => &[
            ("cart_id", Text),
            ("contact_id", Text),
            ("state", Text),
            ("stage", Text),
            ("currency", Text),
            ("value", Money),
            ("started_at", Instant),
            ("active_at", Instant),
            ("abandoned_at", Instant),
            ("purchased_at", Instant),
        ],
    };
    columns.iter().map(|(name, kind)| Field::new(*name, *kind)).collect()
}
