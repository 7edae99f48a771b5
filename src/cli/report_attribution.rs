//! `comeback report attribution`: what models make of a store's journeys, or of a file of paths.

use super::out::Format;
use super::report::period;
use super::{CliError, out, shop, start};
use crate::app::attribution::{Asked, Part, report};
use crate::app::files::Period;
use crate::config::Config;
use crate::domain::attribution::Model;
use crate::domain::attribution::paths::Paths;
use crate::domain::journey::Scope;
use crate::domain::report::csv::field as quoted;
use clap::Args;
use serde_json::json;
use std::io::Read as _;
use std::path::{Path, PathBuf};

/// A file of paths is no larger.
const FILE_MAX: u64 = 256 << 20;

/// What is asked for.
#[derive(Debug, Args)]
pub struct Attribution {
    /// The store's id or domain
    #[arg(long, required_unless_present = "paths")]
    shop: Option<String>,
    /// A file of journeys in the store's place (CSV: path, `total_conversions`, `total_conversion_value`, `total_null`; touches with > between)
    #[arg(long, value_name = "FILE", conflicts_with_all = ["shop", "from", "to", "scope"])]
    paths: Option<PathBuf>,
    /// From this instant or day in the store's time zone; 30 days before the end without it
    #[arg(long)]
    from: Option<String>,
    /// To before this instant, or to the end of this day; now without it
    #[arg(long)]
    to: Option<String>,
    /// channel or campaign
    #[arg(long, default_value = "channel")]
    scope: Scope,
    /// Only these models, with commas between
    #[arg(long, value_delimiter = ',')]
    models: Vec<Model>,
    /// Of a store's journeys as CSV or Parquet: net, orders or ledger
    #[arg(long, default_value = "net", conflicts_with = "paths")]
    table: Part,
    /// How it is printed
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// Into this file instead of stdout
    #[arg(long, value_name = "FILE", conflicts_with = "paths")]
    output: Option<PathBuf>,
}

/// Runs it.
///
/// # Errors
/// What was wrong, and what to do.
pub async fn run(config: Config, asked: Attribution) -> Result<(), CliError> {
    let models = if asked.models.is_empty() { Model::ALL.to_vec() } else { asked.models.clone() };
    if let Some(file) = &asked.paths {
        return of_file(file, &models, asked.format);
    }
    let app = start::app(config, start::Schema::Usual).await?;
    let shop = shop::find(&app, asked.shop.as_deref().unwrap_or_default()).await?;
    let (from, to) = period(&app, &shop, (asked.from.as_deref(), asked.to.as_deref()))?;
    let found = report(&app, &Asked { shop: shop.id, from, to, scope: asked.scope, models }).await?;
    app.db.close().await;
    let output = asked.output.as_deref();
    match asked.format {
        Format::Json => out::write(&out::as_json(&found)?, output),
        Format::Table if output.is_none() => {
            if let Some(anew) = &found.anew {
                out::line(&anew.words());
            }
            Part::ALL.into_iter().try_for_each(|part| out::table_as(Format::Table, found.part(part), Period { from, to }, None))
        }
        format => out::table_as(format, found.part(asked.table), Period { from, to }, output),
    }
}

/// A file's journeys: each model's conversions and value per channel, and where it removes channels what would be lost.
fn of_file(file: &Path, models: &[Model], format: Format) -> Result<(), CliError> {
    let unreadable = |e: &dyn std::fmt::Display| CliError::Usage(format!("the paths in {} can't be read: {e}", file.display()));
    let mut text = String::new();
    std::fs::File::open(file).and_then(|f| f.take(FILE_MAX).read_to_string(&mut text)).map_err(|e| unreadable(&e))?;
    let paths = Paths::from_csv(&text).map_err(|e| unreadable(&e))?;
    let mut rows: Vec<Row> = Vec::new();
    for model in models {
        for (channel, credit) in paths.channels.iter().zip(paths.outcome(*model).credits) {
            let removal = (credit.removal_conversions, credit.removal_value);
            rows.push(Row { model: *model, channel: channel.clone(), conversions: credit.conversions, value: credit.value, removal });
        }
    }
    match format {
        Format::Json => {
            let shape = |r: &Row| {
                json!({"model": r.model.as_str(), "channel": r.channel, "conversions": r.conversions, "value": r.value,
                    "removal_effect_conversions": r.removal.0, "removal_effect_value": r.removal.1})
            };
            let definitions: Vec<_> = models.iter().map(|m| m.definition()).collect();
            return out::json(&json!({"rows": rows.iter().map(shape).collect::<Vec<_>>(), "definitions": definitions}));
        }
        Format::Parquet => return Err(CliError::Usage("a file's paths are printed as table, csv or json".into())),
        Format::Csv => {
            out::line("model,channel,conversions,value,removal_effect_conversions,removal_effect_value");
            for r in &rows {
                let effect = |e: Option<f64>| e.map_or_else(String::new, |e| e.to_string());
                let (a, b) = (effect(r.removal.0), effect(r.removal.1));
                out::line(&format!("{},{},{},{},{a},{b}", r.model.as_str(), quoted(&r.channel), r.conversions, r.value));
            }
        }
        Format::Table => {
            let effect = |e: Option<f64>| e.map_or_else(String::new, |e| format!("{:.2} %", e * 100.0));
            let cells = |r: &Row| {
                vec![
                    r.model.label().to_owned(),
                    r.channel.clone(),
                    format!("{:.2}", r.conversions),
                    format!("{:.2}", r.value),
                    effect(r.removal.0),
                ]
            };
            out::table(&["MODEL", "CHANNEL", "CONVERSIONS", "VALUE", "LOST WITHOUT IT"], &rows.iter().map(cells).collect::<Vec<_>>());
            out::line("");
            models.iter().map(|m| m.definition()).for_each(|d| out::line(&format!("{}: {}", d.figure, d.definition)));
        }
    }
    Ok(())
}

struct Row {
    model: Model,
    channel: String,
    conversions: f64,
    value: f64,
    removal: (Option<f64>, Option<f64>),
}
