//! The invariants, asked of the whole database: what the system promises, it can be held to.

use super::{App, AppError};
use crate::db;
use jiff::SignedDuration;

/// A delivery that is acknowledged is applied within this long, unless the workers stand still.
const PENDING_MAX: SignedDuration = SignedDuration::from_mins(10);
/// Of each invariant, so many violations are named at most.
const NAMED_MAX: i64 = 100;

/// Checks every invariant; a line per violation, with ids and no person.
///
/// # Errors
/// `Db`.
pub async fn run(app: &App) -> Result<Vec<String>, AppError> {
    let asked = db::verify::Asked { pending_before: app.now() - PENDING_MAX, most: NAMED_MAX };
    let mut lines = Vec::new();
    for check in db::verify::CHECKS {
        let found = db::verify::violations(&app.db, check, &asked).await?;
        let many = i64::try_from(found.len()).is_ok_and(|n| n >= NAMED_MAX);
        lines.extend(found.into_iter().map(|v| format!("{}: shop {}, {} {}", check.says, v.shop_id, check.of, v.subject)));
        if many {
            lines.push(format!("{}: and possibly more; the first {NAMED_MAX} are named", check.says));
        }
    }
    Ok(lines)
}
