//! `comeback verify`: does the database keep the promises?

use super::{CliError, out, start};
use crate::app::verify::{self, Violation};
use crate::config::Config;
use clap::Args;

/// What to check.
#[derive(Debug, Default, Args)]
pub struct Verify {
    /// Only this store: its id or domain
    #[arg(long, value_name = "SHOP")]
    shop: Option<String>,
    /// Print a JSON document a line: each violation, then the summary
    #[arg(long)]
    json: bool,
}

/// Prints a line per violation as it is found, and a summary.
///
/// # Errors
/// `Found` when there is one.
pub async fn run(config: Config, verify: Verify) -> Result<(), CliError> {
    let app = start::app(config, start::Schema::Usual).await?;
    let only = match &verify.shop {
        Some(given) => Some(super::shop::find(&app, given).await?.id),
        None => None,
    };
    let json = verify.json;
    let mut tell = |violation: Violation| match serde_json::to_string(&violation) {
        Ok(text) if json => out::line(&text),
        _ => out::line(&violation.to_string()),
    };
    let summary = verify::run_for(&app, only, &mut tell).await?;
    app.db.close().await;
    if json {
        out::json(&serde_json::json!({ "summary": summary }))?;
    } else {
        let held = if summary.violations == 0 {
            "Every invariant holds".to_owned()
        } else {
            format!("{} violation{}", summary.violations, if summary.violations == 1 { "" } else { "s" })
        };
        out::line(&format!("{held}: {} checks over {} rows of {} store(s).", summary.checks, summary.rows, summary.shops));
    }
    if summary.violations == 0 { Ok(()) } else { Err(CliError::Found) }
}
