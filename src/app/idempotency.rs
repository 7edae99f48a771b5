//! Requests that are done once, however often they are sent: by the key that the client gives them.

use super::keys::KeyError;
use super::{App, AppError};
use crate::clock::bytes;
use crate::db::{self, idempotency::Claim};
use crate::domain::ids::ShopId;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use jiff::SignedDuration;

/// Answers are kept for this long.
const KEPT_FOR: SignedDuration = SignedDuration::from_hours(24);
/// A request that has not been answered for this long died with its server.
const LAPSES_AFTER: SignedDuration = SignedDuration::from_secs(60);

/// What a sealed answer begins with. Answers are JSON, which never begins so: those that were kept before they were sealed are told from them.
const SEALED: &str = "sealed ";

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
/// `Db`, `Keys`.
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
        status => Begun::Done { status, response: opened(app, shop, known.response)? },
    })
}

/// Answers hold what is shown once, such as an endpoint's secret, and what shoppers told: they are kept as secrets are.
fn sealed(app: &App, shop: ShopId, answer: &str) -> Result<String, KeyError> {
    let sealed = app.keys.seal(shop.0, bytes(app.random.as_ref()), answer)?;
    Ok(format!("{SEALED}{}", STANDARD_NO_PAD.encode(sealed)))
}

fn opened(app: &App, shop: ShopId, kept: String) -> Result<String, KeyError> {
    match kept.strip_prefix(SEALED) {
        Some(text) => app.keys.open(shop.0, &STANDARD_NO_PAD.decode(text).map_err(|_| KeyError::Sealed)?),
        None => Ok(kept),
    }
}

/// Keeps the answer, sealed, or gives the key back when the request changed nothing.
///
/// # Errors
/// `Db`, `Keys`.
pub async fn finish(app: &App, shop: ShopId, key: &str, answer: Option<(u16, &str)>) -> Result<(), AppError> {
    let mut tx = app.db.begin().await?;
    match answer {
        Some((status, response)) => db::idempotency::answer(&mut tx, shop, key, status, &sealed(app, shop, response)?).await?,
        None => db::idempotency::release(&mut tx, shop, key).await?,
    }
    Ok(tx.commit().await?)
}
