//! Does everything hold that must? Asked of the whole database, answered in a line per violation.

use super::{App, AppError};
use crate::db::verify::{CHECKS, LISTED_MAX, violations};
use jiff::SignedDuration;

/// A delivery may wait this long before it counts as forgotten.
const APPLIED_WITHIN: SignedDuration = SignedDuration::from_mins(10);

/// Every violation, in a line each.
///
/// # Errors
/// `Db`.
pub async fn run(app: &App) -> Result<Vec<String>, AppError> {
    let settled_before = app.now() - APPLIED_WITHIN;
    let mut lines = Vec::new();
    for check in &CHECKS {
        let found = violations(&app.db, check, settled_before).await?;
        lines.extend(found.iter().map(|(shop, id, detail)| format!("{}: store {shop}, {id} ({detail})", check.rule)));
        if i64::try_from(found.len()).is_ok_and(|n| n >= LISTED_MAX) {
            lines.push(format!("{}: there may be more; the first {LISTED_MAX} are listed", check.rule));
        }
    }
    Ok(lines)
}
