//! For how long after they began to count shoppers' orders are theirs.

use crate::app::access::audit;
use crate::app::{App, AppError};
use crate::db;
use crate::domain::ids::ShopId;

/// Fewer days leave out orders that a message brought; more add those that have nothing to do with it, and let everybody wait.
pub const DAYS: std::ops::RangeInclusive<i64> = 1..=90;

/// The days that a store has set.
///
/// # Errors
/// `Db`.
pub async fn outcome_days(app: &App, shop: ShopId) -> Result<i64, AppError> {
    Ok(db::lift::outcome_days_now(&app.db, shop).await?)
}

/// Sets them; every outcome is worked out anew, in the background.
///
/// # Errors
/// `Invalid` for a number of days that can't be, `Db`.
pub async fn set_outcome_days(app: &App, shop: ShopId, days: i64, actor: &str) -> Result<(), AppError> {
    if !DAYS.contains(&days) {
        return Err(AppError::Invalid(format!("outcome days must be {} to {}, not {days}", DAYS.start(), DAYS.end())));
    }
    let mut tx = app.db.begin().await?;
    if db::lift::outcome_days(&mut tx, shop).await? != days {
        db::lift::set_outcome_days(&mut tx, shop, days).await?;
        db::lift::mark_all(&mut tx, shop).await?;
        audit(app, &mut tx, shop, actor, ("lift.outcome_days", &days.to_string())).await?;
        tx.commit().await?;
    }
    Ok(())
}
