//! `comeback verify`: does the database keep the promises?

use super::{CliError, out, start};
use crate::app;
use crate::config::Config;

/// Prints a line per violation.
///
/// # Errors
/// `Found` when there is one.
pub async fn run(config: Config) -> Result<(), CliError> {
    let app = start::app(config, start::Schema::Usual).await?;
    let summary = app::verify::run(&app, &mut |violation| out::line(&violation.to_string())).await?;
    app.db.close().await;
    if summary.violations == 0 {
        out::line("Every invariant holds.");
        return Ok(());
    }
    Err(CliError::Found)
}
