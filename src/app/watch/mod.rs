//! Comeback watches itself: canaries that go the whole way, alarms that are raised and cleared by themselves, and word to the owners.
//!
//! One process at a time does it, whatever its role, so that a dead worker is seen by those that still serve pages. What must be seen even when nobody
//! watches is worked out when it is read (`live`).

pub mod canary;
mod evaluate;
mod live;
mod mail;
mod measure;
mod nightly;
mod probe;
mod stores;
mod twin;

pub use live::{CanaryHealth, Seen, canary_health, gauges, standing};
pub use nightly::{Checked, last_check, nightly};

use super::access::audit;
use super::{App, AppError};
use crate::db;
use crate::domain::ids::ShopId;
use jiff::{SignedDuration, Timestamp};
use measure::Memory;
use uuid::Uuid;

/// A process that stopped watching is taken over from after this long.
const LEASE: SignedDuration = SignedDuration::from_secs(90);
/// The lease is renewed when less than this is left: not at every look, since that is a write.
const RENEW_BELOW: SignedDuration = SignedDuration::from_secs(45);
/// Alarms are looked at this often.
const EVALUATE_EVERY: SignedDuration = SignedDuration::from_secs(60);
/// The lease's name.
const WATCH: &str = "watch";

/// One process's watch.
pub struct Watcher {
    holder: String,
    memory: tokio::sync::Mutex<Memory>,
}

impl Watcher {
    /// A watch with a name of its own.
    pub fn new(app: &App) -> Self {
        Self { holder: app.new_id().to_string(), memory: tokio::sync::Mutex::default() }
    }

    /// One look, unless another process watches: canaries go on, and once a minute the alarms are worked out and told. Was it ours?
    ///
    /// # Errors
    /// `Db`; the next look tries again.
    pub async fn look(&self, app: &App) -> Result<bool, AppError> {
        if !self.holds(app).await? {
            return Ok(false);
        }
        canary::all(app).await?;
        let now = app.now();
        let mut memory = self.memory.lock().await;
        if memory.evaluated_at.is_none_or(|at| now.duration_since(at) >= EVALUATE_EVERY) {
            probe::all(app).await?;
            stores::some(app, &mut memory).await?;
            evaluate::all(app, &mut memory).await?;
            mail::tell(app).await?;
            memory.evaluated_at = Some(now);
        }
        Ok(true)
    }

    async fn holds(&self, app: &App) -> Result<bool, AppError> {
        let now = app.now();
        match db::watch::lease(&app.db, WATCH).await? {
            Some((holder, until)) if holder == self.holder && until.duration_since(now) >= RENEW_BELOW => Ok(true),
            Some((holder, until)) if holder != self.holder && until > now => Ok(false),
            _ => take(app, WATCH, &self.holder, LEASE).await,
        }
    }
}

/// Takes a lease for so long, unless somebody else has it.
async fn take(app: &App, name: &str, holder: &str, length: SignedDuration) -> Result<bool, AppError> {
    let now = app.now();
    let mut tx = app.db.begin().await?;
    let taken = db::watch::take_lease(&mut tx, name, holder, (now, now + length)).await?;
    tx.commit().await?;
    Ok(taken)
}

/// One store's trouble must not keep the others from being looked at.
fn logged(what: &str, shop: ShopId, done: Result<(), AppError>) {
    if let Err(error) = done {
        metrics::counter!(crate::telemetry::WORKER_ERRORS).increment(1);
        tracing::error!(%error, %shop, "{what} failed; it is tried again at the next look");
    }
}

/// Notes that what an alarm says is as it should be: it is no longer shown or told, until it reaches further.
///
/// # Errors
/// `NotFound` without that alarm, `Conflict` for one that can't be dismissed or is over, `Db`.
pub async fn dismiss(app: &App, shop: ShopId, alarm: Uuid, actor: &str) -> Result<(), AppError> {
    let found = db::alarms::active(&app.db, shop).await?.into_iter().find(|a| a.id == alarm);
    let found = found.ok_or(AppError::NotFound("alarm with that id that still holds"))?;
    if !found.kind.may_be_dismissed() {
        return Err(AppError::Conflict("that alarm goes away by itself when its cause does; it can't be dismissed".into()));
    }
    let mut tx = app.db.begin().await?;
    if db::alarms::dismiss(&mut tx, shop, alarm, app.now()).await? {
        audit(app, &mut tx, shop, actor, ("alarm.dismiss", &format!("{} {alarm}", found.kind.as_str()))).await?;
    }
    Ok(tx.commit().await?)
}

/// An instant so long ago, or the first there is.
fn before(now: Timestamp, length: SignedDuration) -> Timestamp {
    now.checked_sub(length).unwrap_or(Timestamp::MIN)
}
