//! `comeback verify`, every night, by one process: what contradicts a promise becomes an alarm of its store.

use super::{before, evaluate, take};
use crate::app::{App, AppError, verify};
use crate::db;
use crate::db::watch::Looked;
use crate::domain::watch::{Kind, invariant};
use jiff::{SignedDuration, Timestamp};

/// The lease's and the result's name.
const VERIFY: &str = "verify";
/// Longer than any check takes: whoever died in it is followed the next night.
const LEASE: SignedDuration = SignedDuration::from_hours(6);
/// Another process that comes later in the same night leaves it.
const ONCE_IN: SignedDuration = SignedDuration::from_hours(12);
/// So many lines are kept.
const LINES_KEPT: usize = 10;

/// What the last nightly check came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// When.
    pub at: Timestamp,
    /// How many violations.
    pub violations: i64,
    /// The first of them, a line each.
    pub lines: String,
}

/// The last nightly check, if there was one.
///
/// # Errors
/// `Db`.
pub async fn last_check(db: &db::Db) -> Result<Option<Checked>, AppError> {
    let looked = db::watch::result(db, VERIFY).await?;
    Ok(looked.map(|l| Checked { at: l.at, violations: l.count, lines: l.detail }))
}

/// Checks everything, keeps the result and raises or clears the alarms, unless another process has done it this night. Was it done here?
///
/// # Errors
/// `Db`.
pub async fn nightly(app: &App) -> Result<bool, AppError> {
    let done_lately = |at: Timestamp| at > before(app.now(), ONCE_IN);
    if db::watch::result(&app.db, VERIFY).await?.is_some_and(|l| done_lately(l.at)) {
        return Ok(false);
    }
    if !take(app, VERIFY, &app.new_id().to_string(), LEASE).await? {
        return Ok(false);
    }
    let broken = violations(app).await?;
    let count = i64::try_from(broken.len()).unwrap_or(i64::MAX);
    let detail = broken.iter().take(LINES_KEPT).cloned().collect::<Vec<_>>().join("\n");
    let mut tx = app.db.begin().await?;
    db::watch::save_result(&mut tx, VERIFY, &Looked { at: app.now(), count, detail }).await?;
    tx.commit().await?;
    if count > 0 {
        tracing::error!(count, "the nightly check found what must not be; `comeback verify` lists it");
    }
    raise(app, &broken).await?;
    Ok(true)
}

/// Every violation, in a line that names its store.
async fn violations(app: &App) -> Result<Vec<String>, AppError> {
    verify::run(app).await
}

async fn raise(app: &App, broken: &[String]) -> Result<(), AppError> {
    for shop in db::shops::list(&app.db).await? {
        let twin = db::canaries::twin_of(&app.db, shop.id).await?;
        let names = [Some(shop.id), twin].into_iter().flatten().map(|id| id.to_string()).collect::<Vec<_>>();
        let lines: Vec<String> = broken.iter().filter(|line| names.iter().any(|name| line.contains(name))).cloned().collect();
        let standing = db::alarms::active(&app.db, shop.id).await?;
        let answer = (Kind::Invariant, String::new(), invariant(&lines, app.now()));
        evaluate::apply(app, shop.id, &standing, &[answer]).await?;
    }
    Ok(())
}
