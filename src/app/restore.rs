//! After a restore nothing is sent blindly: what the database that is gone may have sent is set aside, with its reason.

use super::explain::{self, Decided};
use super::{App, AppError, send};
use crate::db::restores::{self, BACKUP, DueInGap, WORKER};
use crate::db::{self, DbError, Tx};
use crate::domain::cart::Cart;
use crate::domain::ids::ShopId;
use crate::domain::restore::{Fate, Gap, RESTORED};
use jiff::{SignedDuration, Timestamp};
use std::path::PathBuf;

/// At most this many nudges in one transaction.
const BATCH_MAX: i64 = 200;
/// The longest that a notice of a restore is shown.
pub const NOTICE_FOR: SignedDuration = SignedDuration::from_hours(24 * 7);

/// How the program learned of a restore.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    /// By `comeback restore`.
    Restored,
    /// At a start: the database is older than the file beside it says.
    Noticed,
    /// By `comeback restored`.
    Told,
}

impl How {
    fn as_str(self) -> &'static str {
        match self {
            Self::Restored => "restored",
            Self::Noticed => "noticed",
            Self::Told => "told",
        }
    }
}

/// What became of what was due.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
pub struct SetAside {
    /// May have been sent: not sent again by themselves.
    pub unknown: u64,
    /// Too late in any case.
    pub expired: u64,
}

/// The file beside a SQLite database that keeps its last sign of life.
pub fn beat_file(app: &App) -> Option<PathBuf> {
    app.config.sqlite_path().map(|path| path.with_extension("beat"))
}

/// Gives a sign of life: in the database, then beside it, so that the file is never ahead of the database that it belongs to.
///
/// # Errors
/// `Db`. A file that can't be written is logged: sending goes on.
pub async fn beat(app: &App) -> Result<(), AppError> {
    let now = app.now();
    let mut tx = app.db.begin().await?;
    restores::beat(&mut tx, WORKER, now).await?;
    tx.commit().await?;
    if let Some(path) = beat_file(app)
        && let Err(error) = restores::keep_file_beat(&path, now)
    {
        tracing::warn!(%error, "the file that tells of restores can't be written beside the database");
    }
    Ok(())
}

/// To be called before anything is sent: notices that the database is an older copy, sets aside what may have been sent since, and gives a sign of life. A mere
/// downtime is no restore: nobody else can have sent what was due, and it is sent as ever.
///
/// # Errors
/// `Db`: then nothing may be sent.
pub async fn at_start(app: &App) -> Result<Option<(Gap, SetAside)>, AppError> {
    let known = restores::last_beat(&app.db, WORKER).await?;
    let beside = beat_file(app).and_then(|path| restores::file_beat(&path));
    let older = beside.is_some_and(|beside| known.is_none_or(|known| beside.as_millisecond() > known.as_millisecond()));
    // A copy says that it is one, also on a machine where no file is beside it.
    let copied = restores::last_beat(&app.db, BACKUP).await?.is_some();
    let noticed = if older || copied { snapshot_at(app).await? } else { None };
    if let Some(snapshot_at) = noticed {
        record(app, snapshot_at, How::Noticed).await?;
    }
    let done = set_aside(app).await?;
    beat(app).await?;
    if let Some((gap, set)) = done {
        let Gap { snapshot_at, restored_at } = gap;
        tracing::warn!(%snapshot_at, %restored_at, unknown = set.unknown, expired = set.expired,
            "the database was restored from an older copy: what was due in between may have been sent, and is not sent again by itself");
    }
    Ok(done)
}

/// As of when the database knows what happened; none when nothing ever did.
///
/// # Errors
/// `Db`.
pub async fn snapshot_at(app: &App) -> Result<Option<Timestamp>, DbError> {
    for name in [BACKUP, WORKER] {
        if let Some(at) = restores::last_beat(&app.db, name).await? {
            return Ok(Some(at));
        }
    }
    restores::last_delivery(&app.db).await
}

/// Notes that nothing is known of the time from a snapshot until now.
///
/// # Errors
/// `Invalid` for a snapshot of the future; `Db`.
pub async fn record(app: &App, snapshot_at: Timestamp, how: How) -> Result<Gap, AppError> {
    let gap = Gap { snapshot_at, restored_at: app.now() };
    if snapshot_at > gap.restored_at {
        return Err(AppError::Invalid(format!("the snapshot can't be from {snapshot_at}: that is still to come")));
    }
    let mut tx = app.db.begin().await?;
    restores::insert(&mut tx, app.new_id(), &gap, how.as_str()).await?;
    tx.commit().await?;
    Ok(gap)
}

/// Sets aside what was due in every gap that was noted, store after store. It can be broken off and gone on with. The last gap, and how many nudges.
///
/// # Errors
/// `Db`; what was set aside before stays so.
pub async fn set_aside(app: &App) -> Result<Option<(Gap, SetAside)>, AppError> {
    let mut last = None;
    for (id, gap) in restores::untreated(&app.db).await? {
        let mut sum = SetAside::default();
        for shop in db::shops::list(&app.db).await? {
            // What was to be had when the copy was made may have been given since.
            let mut tx = app.db.begin().await?;
            db::discounts::distrust(&mut tx, shop.id).await?;
            tx.commit().await?;
            while let Some(some) = batch(app, shop.id, &gap).await? {
                sum.unknown += some.unknown;
                sum.expired += some.expired;
            }
        }
        let mut tx = app.db.begin().await?;
        restores::set_treated(&mut tx, id, app.now()).await?;
        tx.commit().await?;
        last = Some((gap, sum));
    }
    Ok(last)
}

async fn batch(app: &App, shop: ShopId, gap: &Gap) -> Result<Option<SetAside>, AppError> {
    let mut tx = app.db.begin().await?;
    let due = restores::due_by(&mut tx, shop, gap.restored_at, BATCH_MAX).await?;
    if due.is_empty() {
        tx.rollback().await?;
        return Ok(None);
    }
    let done = settle(app, &mut tx, (shop, app.now()), gap, &due).await?;
    tx.commit().await?;
    Ok(Some(done))
}

/// Settles nudges that may have left in a gap, each with its decision.
async fn settle(app: &App, tx: &mut Tx, (shop, now): (ShopId, Timestamp), gap: &Gap, due: &[DueInGap]) -> Result<SetAside, AppError> {
    let fate = |n: &&DueInGap| gap.fate(n.due_at, now);
    let (unknown, expired): (Vec<&DueInGap>, Vec<&DueInGap>) = due.iter().partition(|n| fate(n) == Fate::Unknown);
    let ids = |of: &[&DueInGap]| of.iter().map(|n| n.id.0).collect::<Vec<_>>();
    restores::set_unknown(tx, shop, &ids(&unknown)).await?;
    send::begin_restored(app, tx, shop, &ids(&unknown), now).await?;
    restores::set_expired(tx, shop, &ids(&expired)).await?;
    let inputs = serde_json::to_string(gap).unwrap_or_default();
    let decided = |n: &&DueInGap| {
        let fate = fate(n);
        let (outcome, rule, inputs) = match fate {
            Fate::Unknown => ("unknown", RESTORED, inputs.clone()),
            // Decided by another rule than the one that is asked before a send: no inputs of its.
            Fate::Expired => ("cancel", "expired", "{}".into()),
        };
        let why = gap.why(n.due_at, fate);
        explain::row_at(app, now, Decided { cart: n.cart_id, nudge: Some(n.id), outcome, rule, why, inputs })
    };
    let rows: Vec<_> = unknown.iter().chain(&expired).map(decided).collect();
    db::decisions::insert(tx, shop, &rows).await?;
    Ok(SetAside { unknown: unknown.len() as u64, expired: expired.len() as u64 })
}

/// A step that was just planned.
pub struct Planned {
    /// The nudge.
    pub nudge: DueInGap,
    /// Since the cart was abandoned.
    pub delay: SignedDuration,
}

/// Sets aside, of the steps just planned for a cart, as of an instant, those that the database that is gone may have planned and
/// sent before.
///
/// # Errors
/// `Db`.
pub async fn set_aside_planned(
    app: &App,
    tx: &mut Tx,
    (shop, now): (ShopId, Timestamp),
    (cart, abandon_after): (&Cart, SignedDuration),
    steps: &[Planned],
) -> Result<(), AppError> {
    let mut left: Vec<&Planned> = steps.iter().collect();
    for gap in restores::since(tx, cart.started_at).await? {
        let (may, rest): (Vec<&Planned>, Vec<&Planned>) = left.iter().partition(|s| gap.may_have_left(cart, abandon_after, s.delay));
        left = rest;
        let due: Vec<DueInGap> = may.iter().map(|s| s.nudge).collect();
        settle(app, tx, (shop, now), &gap, &due).await?;
    }
    Ok(())
}
