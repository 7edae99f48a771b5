//! Telling the platform of opt-outs that were learned here: kept until it knows, tried again, and never in anybody's way.

use crate::app::{App, AppError, stores};
use crate::db;
use crate::db::consent_outbox::{Due, Ended};
use crate::db::shops::Shop;
use crate::domain::ids::ShopId;
use crate::platforms::store_api::{OptedOut, StoreError};
use jiff::{SignedDuration, Timestamp};

/// Opt-outs of one store that are told in one turn.
const TURN_MAX: i64 = 20;
/// Others keep off what one process tells for this long: longer than telling takes.
const HELD_FOR: SignedDuration = SignedDuration::from_mins(10);
/// After a failure it is tried again after this long, and twice as long each time.
const BACK_OFF: SignedDuration = SignedDuration::from_mins(1);
/// At most.
const BACK_OFF_MAX: SignedDuration = SignedDuration::from_hours(6);
/// Where somebody has to change something first, it is tried again after this long.
const SOMEBODY_WAIT: SignedDuration = SignedDuration::from_hours(6);
/// After so many failures it is given up: the opt-out stands here whatever the platform knows.
const TRIES_MAX: i64 = 40;

/// Tells what is due, store after store. How many were told.
///
/// # Errors
/// `Db`.
pub async fn tell_due(app: &App) -> Result<usize, AppError> {
    let mut told = 0;
    for shop in db::consent_outbox::shops_due(&app.db, app.now()).await? {
        match of_shop(app, shop).await {
            Ok(count) => told += count,
            Err(error @ AppError::Db(_)) => return Err(error),
            Err(error) => tracing::warn!(%error, %shop, "opt-outs could not be told to the platform"),
        }
    }
    Ok(told)
}

async fn of_shop(app: &App, id: ShopId) -> Result<usize, AppError> {
    let Some(shop) = db::shops::get(&app.db, id).await? else { return Ok(0) };
    let now = app.now();
    let mut tx = app.db.begin().await?;
    let due = db::consent_outbox::take(&mut tx, id, (now, now + HELD_FOR), TURN_MAX).await?;
    tx.commit().await?;
    let mut told = 0;
    for one in &due {
        let ended = tell(app, &shop, one).await;
        told += usize::from(matches!(ended, Ended::Told(_)));
        let mut tx = app.db.begin().await?;
        db::consent_outbox::end(&mut tx, id, one, &ended).await?;
        tx.commit().await?;
    }
    Ok(told)
}

async fn tell(app: &App, shop: &Shop, due: &Due) -> Ended {
    let said = match stores::api(app, shop).await {
        Ok(Some(api)) => api.opted_out(&OptedOut { customer_id: due.customer_id.clone(), channel: due.channel, at: due.at }).await,
        Ok(None) => Err(StoreError::NotOffered),
        Err(error) => return Ended::Later(app.now() + SOMEBODY_WAIT, error.to_string()),
    };
    ended(said, due.attempts, app.now())
}

fn ended(said: Result<(), StoreError>, attempts: i64, now: Timestamp) -> Ended {
    match said {
        Ok(()) => Ended::Told(now),
        // What it says of this customer it will say again.
        Err(error @ (StoreError::Refused(_) | StoreError::NotOffered | StoreError::Misunderstood(_))) => Ended::GivenUp(error.to_string()),
        Err(error) if attempts >= TRIES_MAX => Ended::GivenUp(error.to_string()),
        Err(StoreError::Throttled(wait)) => {
            let wait = SignedDuration::try_from(wait).unwrap_or(BACK_OFF).clamp(SignedDuration::from_secs(1), BACK_OFF_MAX);
            Ended::Later(now + wait, "the store limits how often it is asked".into())
        }
        Err(error) if error.needs_somebody() => Ended::Later(now + SOMEBODY_WAIT, error.to_string()),
        Err(error) => {
            let doublings = u32::try_from(attempts.saturating_sub(1).clamp(0, 16)).unwrap_or(0);
            let wait = BACK_OFF.saturating_mul(1 << doublings).min(BACK_OFF_MAX);
            Ended::Later(now + wait, error.to_string())
        }
    }
}
