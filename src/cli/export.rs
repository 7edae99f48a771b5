//! `comeback export`: lists of a store, whole, page by page: suppressions, the ledger of consents, contacts; carts, orders, credits and nudges of a period.

use super::{CliError, report, shop, start};
use crate::app::AppError;
use crate::app::files::lists::{List, ListFormat, Writing};
use crate::config::Config;
use crate::db::report::Period;
use clap::{Args, ValueEnum};
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::PathBuf;

/// A list to print.
#[derive(Debug, Args)]
pub struct Export {
    /// Which list
    what: What,
    /// The store's id or domain
    #[arg(long)]
    shop: String,
    /// How it is written
    #[arg(long, default_value = "csv")]
    format: Format,
    /// Of carts, orders, credits and nudges: from this instant or day; 30 days before the end without it
    #[arg(long)]
    from: Option<String>,
    /// To before this instant, or to the end of this day; now without it
    #[arg(long)]
    to: Option<String>,
    /// Into this file instead of stdout
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// Which list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum What {
    /// Addresses that must not be written to
    Suppressions,
    /// Every word about being written to, with its proof
    Consents,
    /// Shoppers, with what stands of their consents
    Contacts,
    /// Carts begun in a period
    Carts,
    /// Orders placed in a period, with what they are worth by now
    Orders,
    /// Credits of orders placed in a period, by every model
    Credits,
    /// Messages planned for a period, with what became of them
    Nudges,
}

impl From<What> for List {
    fn from(what: What) -> Self {
        match what {
            What::Suppressions => Self::Suppressions,
            What::Consents => Self::Consents,
            What::Contacts => Self::Contacts,
            What::Carts => Self::Carts,
            What::Orders => Self::Orders,
            What::Credits => Self::Credits,
            What::Nudges => Self::Nudges,
        }
    }
}

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

impl From<Format> for ListFormat {
    fn from(format: Format) -> Self {
        match format {
            Format::Csv => Self::Csv,
            Format::Jsonl => Self::Jsonl,
            Format::Parquet => Self::Parquet,
        }
    }
}

/// Prints it.
///
/// # Errors
/// What was wrong, and what to do.
pub async fn run(config: Config, command: Export) -> Result<(), CliError> {
    let app = start::app(config, start::Schema::Usual).await?;
    let found = shop::find(&app, &command.shop).await?;
    let (list, format): (List, ListFormat) = (command.what.into(), command.format.into());
    let has_bounds = command.output.is_some() || command.from.is_some() || command.to.is_some();
    if list.is_of_people() && has_bounds {
        return Err(CliError::Usage(
            "--from, --to and --output are for carts, orders, credits and nudges; lists of people are whole, on stdout".into(),
        ));
    }
    if !list.can_be(format) {
        return Err(CliError::Usage("lists of people are written as csv or jsonl".into()));
    }
    let (from, to) = report::period(&app, &found, (command.from.as_deref(), command.to.as_deref()))?;
    if to <= from {
        return Err(CliError::Usage("the period ends before it begins: --to must be later than --from".into()));
    }
    let sink: Box<dyn Write + Send> = match &command.output {
        Some(path) => {
            let made = File::create(path).map_err(|e| CliError::Failed(format!("{} can't be written: {e}", path.display())))?;
            Box::new(BufWriter::new(made))
        }
        None if format == ListFormat::Parquet => return Err(CliError::Usage("a Parquet file needs a name: add --output FILE".into())),
        None => Box::new(BufWriter::new(Shown)),
    };
    let failed = |e: AppError| CliError::Failed(e.to_string());
    let mut writing = Writing::begin(list, format, Period { shop: found.id, from, to }, sink).map_err(failed)?;
    while writing.page(&app).await.map_err(failed)?.is_some() {}
    writing.end().map_err(failed)
}

/// Stdout. A reader that has gone away (`| head`) is no error.
struct Shown;

impl Write for Shown {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        match std::io::stdout().write(bytes) {
            Err(e) if e.kind() == std::io::ErrorKind::BrokenPipe => Ok(bytes.len()),
            done => done,
        }
    }

    fn flush(&mut self) -> std::io::Result<()> {
        match std::io::stdout().flush() {
            Err(e) if e.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
            done => done,
        }
    }
}
