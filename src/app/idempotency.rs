//! Requests that are done once, however often they are sent: by the key that the client gives them.

use super::{App, AppError};
use crate::db::{self, idempotency::Claim};
use crate::domain::ids::ShopId;
use jiff::SignedDuration;

/// Answers are kept for this long.
const KEPT_FOR: SignedDuration = SignedDuration::from_hours(24);
/// A request that has not been answered for this long died with its server.
const LAPSES_AFTER: SignedDuration = SignedDuration::from_secs(60);

/// What to do with a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Begun {
    /// It is new: do it, then [`finish`] it.
    Fresh,
    /// It was done: answer the same again.
    Done {
        /// The answer's status.
        status: u16,
        /// The answer's body.
        response: String,
    },
    /// The same is under way.
    UnderWay,
    /// Its key was given to another request.
    KeyOfAnother,
}

/// Takes a key for a request, told from others by `request_hash`.
///
/// # Errors
/// `Db`.
pub async fn begin(app: &App, shop: ShopId, key: &str, request_hash: &[u8]) -> Result<Begun, AppError> {
    let now = app.now();
    let claim = Claim { key, request_hash, now, expired_before: now - KEPT_FOR, lapsed_before: now - LAPSES_AFTER };
    let mut tx = app.db.begin().await?;
    let fresh = db::idempotency::claim(&mut tx, shop, &claim).await?;
    if fresh {
        db::idempotency::forget(&mut tx, shop, claim.expired_before).await?;
    }
    tx.commit().await?;
    if fresh {
        return Ok(Begun::Fresh);
    }
    // Given back since: whoever had it changed nothing, and this one may try again.
    let Some(known) = db::idempotency::get(&app.db, shop, key).await? else { return Ok(Begun::UnderWay) };
    Ok(match u16::try_from(known.status).unwrap_or(0) {
        _ if known.request_hash != request_hash => Begun::KeyOfAnother,
        0 => Begun::UnderWay,
        status => Begun::Done { status, response: known.response },
    })
}

/// Keeps the answer, or gives the key back when the request changed nothing.
///
/// # Errors
/// `Db`.
pub async fn finish(app: &App, shop: ShopId, key: &str, answer: Option<(u16, &str)>) -> Result<(), AppError> {
    let mut tx = app.db.begin().await?;
    match answer {
        Some((status, response)) => db::idempotency::answer(&mut tx, shop, key, status, response).await?,
        None => db::idempotency::release(&mut tx, shop, key).await?,
    }
    Ok(tx.commit().await?)
}
