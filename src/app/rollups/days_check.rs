//! Are the kept sums of days what their rows say? Asked by `verify`: every day on which nothing changed since is summed again.

use super::check::Ruled;
use crate::app::{App, AppError};
use crate::db;
use crate::db::Tx;
use crate::db::recovered::{self, State};
use crate::db::report::Period;
use crate::db::shops::Shop;
use crate::domain::report::cut::{FLOOR, Span, VERSION, day_of};
use jiff::Timestamp;
use uuid::Uuid;

/// Sums of days are what their rows say.
pub const DAYS_FOLLOW_ROWS: Ruled =
    ("report_days_follow_rows", "the kept sums of a day are what its rows add up to, or it waits to be summed");
/// So many marks of a day need not be read to know that it waits.
const ONE: i64 = 1;

/// Checks every day of a shop, from the latest back, each in a snapshot of its own.
pub(super) async fn check(app: &App, shop: &Shop, found: &mut (dyn FnMut(Ruled, Uuid, String) + Send)) -> Result<(), AppError> {
    let mut before = i64::MAX;
    loop {
        let mut tx = recovered::snapshot(&app.db).await?;
        let next = match kept(&mut tx, shop).await? {
            Some(kept) => latest(&mut tx, shop, kept, before.min(kept.to)).await?,
            None => None,
        };
        let Some(day) = next else { return Ok(tx.rollback().await?) };
        if !holds(&mut tx, shop, day).await? {
            found(DAYS_FOLLOW_ROWS, shop.id.0, format!("the day from {}", day.from));
        }
        tx.rollback().await?;
        before = day.from;
    }
}

/// The days of which sums are read; none where they are not by what holds now.
async fn kept(tx: &mut Tx, shop: &Shop) -> Result<Option<Span>, AppError> {
    let generation = db::credit_runs::whole(tx, shop.id).await?;
    let holds = |s: &State| s.rules_version == VERSION && s.timezone == shop.timezone && s.generation == generation;
    Ok(recovered::state(tx, shop.id).await?.filter(holds).map(|s| s.kept()))
}

/// The latest day before an instant that has rows or sums.
async fn latest(tx: &mut Tx, shop: &Shop, kept: Span, before: i64) -> Result<Option<Span>, AppError> {
    let rows = recovered::with_rows(tx, shop.id, before, true).await?;
    let sums = recovered::with_sums(tx, shop.id, before).await?;
    let at = rows.max(sums).filter(|at| kept.from == FLOOR || kept.holds(*at));
    Ok(at.and_then(|at| day_of(at, &shop.zone())))
}

async fn holds(tx: &mut Tx, shop: &Shop, day: Span) -> Result<bool, AppError> {
    if !recovered::taken(tx, shop.id, day, ONE).await?.is_empty() {
        return Ok(true);
    }
    let instant = |ms| Timestamp::from_millisecond(ms).unwrap_or_default();
    let period = Period { shop: shop.id, from: instant(day.from), to: instant(day.to) };
    let now = recovered::as_stored(&recovered::of_rows(tx, period).await?);
    Ok(now == recovered::stored(tx, shop.id, day).await?)
}
