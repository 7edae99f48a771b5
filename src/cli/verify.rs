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
    let violations = app::verify::run(&app).await?;
    app.db.close().await;
    violations.iter().for_each(|violation| out::line(violation));
    if violations.is_empty() {
        out::line("Every invariant holds.");
        return Ok(());
    }
    Err(CliError::Found)
}
