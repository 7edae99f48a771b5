//! What is wrong now, as it is read: the alarms that stand, and what nobody could have raised because nobody watches.

use super::twin;
use crate::app::{App, AppError};
use crate::config::Config;
use crate::db::{self, Db};
use crate::domain::event::ChannelKind;
use crate::domain::ids::ShopId;
use crate::domain::watch::{self, Finding, Kind};
use crate::telemetry::{ALARMS, CANARY_DURATION, CANARY_LAST_SUCCESS, SENDERS_HELD};
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

/// An alarm as it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// The stored alarm; none for what was only just worked out.
    pub id: Option<Uuid>,
    /// What is wrong.
    pub finding: Finding,
}

impl Seen {
    /// May a person say that it is as it should be?
    pub fn may_be_dismissed(&self) -> bool {
        self.id.is_some() && self.finding.kind.may_be_dismissed()
    }
}

/// A store's alarms, the worst first, without those that were dismissed. Whether work is done, and whether anybody watches, is asked at once.
///
/// # Errors
/// `Db`.
pub async fn standing(db: &Db, config: &Config, shop: ShopId, now: Timestamp) -> Result<Vec<Seen>, AppError> {
    let stored = db::alarms::active(db, shop).await?;
    let mut seen: Vec<Seen> = stored
        .into_iter()
        .filter(|a| a.dismissed_at.is_none() && a.kind != Kind::WorkerLag)
        .map(|a| Seen {
            id: Some(a.id),
            finding: Finding { kind: a.kind, subject: a.subject, since: a.since, mark: a.mark, what: a.what, fix: a.fix },
        })
        .collect();
    let (delivery, nudge) = db::watch::oldest_waiting(db, shop, super::before(now, watch::LAG_MAX)).await?;
    seen.extend(watch::worker_lag(delivery, nudge, now).finding().cloned().map(|finding| Seen { id: None, finding }));
    if let Some(every) = config.canary_every
        && let Some(newest) = db::canaries::newest(db, shop).await?
        && seen.iter().all(|s| s.finding.kind != Kind::Canary)
        && canary_wanted(db, shop).await?
    {
        let verdict = watch::canary_overdue(newest.begun_at, every.0, now);
        seen.extend(verdict.finding().cloned().map(|finding| Seen { id: None, finding }));
    }
    let rank = |kind: Kind| Kind::ALL.iter().position(|k| *k == kind);
    seen.sort_by_key(|s| (rank(s.finding.kind), s.finding.since, s.finding.subject.clone()));
    Ok(seen)
}

/// In a store that is paused, or has no campaign at work, none is missed.
async fn canary_wanted(db: &Db, shop: ShopId) -> Result<bool, AppError> {
    let Some(shop) = db::shops::get(db, shop).await? else { return Ok(false) };
    let published = twin::is_published(&db::campaigns::list(db, shop.id).await?);
    Ok(published && shop.status == "active" && shop.uninstalled_at.is_none())
}

/// How a store's canary is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CanaryHealth {
    /// When the last one came through.
    pub last_success_at: Timestamp,
    /// How long it took.
    pub took: SignedDuration,
}

/// The last canary of a store that came through; none when none ever did.
///
/// # Errors
/// `Db`.
pub async fn canary_health(db: &Db, shop: ShopId) -> Result<Option<CanaryHealth>, AppError> {
    let run = db::canaries::newest_ended(db, shop, true).await?;
    Ok(run.and_then(|run| {
        let last_success_at = run.ended_at?;
        Some(CanaryHealth { last_success_at, took: last_success_at.duration_since(run.begun_at) })
    }))
}

/// Sets the gauges of alarms, senders and canaries to what is so now.
///
/// # Errors
/// `Db`; then they stay as they were.
pub async fn gauges(app: &App) -> Result<(), AppError> {
    let shut = db::flow::shut(&app.db, app.now()).await?;
    for kind in ChannelKind::ALL {
        let count = shut.iter().filter(|way| way.channel == kind).count();
        metrics::gauge!(SENDERS_HELD, "channel" => kind.as_str()).set(f64::from(u32::try_from(count).unwrap_or(u32::MAX)));
    }
    for shop in db::shops::list(&app.db).await? {
        let seen = standing(&app.db, &app.config, shop.id, app.now()).await?;
        for kind in Kind::ALL {
            let count = seen.iter().filter(|s| s.finding.kind == kind).count();
            let count = f64::from(u32::try_from(count).unwrap_or(u32::MAX));
            metrics::gauge!(ALARMS, "shop" => shop.id.to_string(), "kind" => kind.as_str()).set(count);
        }
        if let Some(health) = canary_health(&app.db, shop.id).await? {
            let seconds = health.last_success_at.duration_since(Timestamp::UNIX_EPOCH).as_secs_f64();
            metrics::gauge!(CANARY_LAST_SUCCESS, "shop" => shop.id.to_string()).set(seconds);
            metrics::gauge!(CANARY_DURATION, "shop" => shop.id.to_string()).set(health.took.as_secs_f64());
        }
    }
    Ok(())
}
