//! Applying deliveries: read, fold, save, mark; in bounded batches, one worker at a time per shop.

use super::fold::Source;
use super::{catalogue, load, save};
use crate::app::{App, AppError};
use crate::db::deliveries::Pending;
use crate::db::shops::Shop;
use crate::db::{self, DbError, Tx};
use crate::domain::event::Event;
use crate::domain::ids::{DeliveryId, ShopId};
use crate::platforms::{self, Platform, ReadContext};
use jiff::Timestamp;

/// At most this many deliveries are folded in one transaction: come back at once if full.
const BATCH_MAX: i64 = 200;
/// At most this many batches of one shop before another shop's turn.
const TURNS_MAX: usize = 10;

/// A delivery as read.
struct Read {
    pending: Pending,
    events: Result<Vec<Event>, String>,
}

/// Applies what waits, shop after shop in turns. How many deliveries.
///
/// # Errors
/// `Db`.
pub async fn apply_due(app: &App) -> Result<usize, AppError> {
    let mut applied = 0;
    for shop in db::deliveries::shops_pending(&app.db).await? {
        for _ in 0..TURNS_MAX {
            let done = apply_shop(app, shop).await?;
            applied += done;
            if done == 0 {
                break;
            }
        }
    }
    Ok(applied)
}

/// Applies one batch of a shop. How many deliveries; 0 when none waits.
///
/// # Errors
/// `Db`.
pub async fn apply_shop(app: &App, shop: ShopId) -> Result<usize, AppError> {
    let shop = db::shops::get(&app.db, shop).await?.ok_or(AppError::NotFound("store with that id"))?;
    let platform = platforms::by_name(&shop.platform).ok_or(AppError::NotFound("platform of that name"))?;
    match apply_batch(app, &shop, platform, BATCH_MAX).await {
        Err(AppError::Db(DbError::Unavailable(e))) => Err(DbError::Unavailable(e).into()),
        // Something in the batch can't be folded. One by one, so that only that one is set aside.
        Err(error) => {
            tracing::warn!(%error, shop = %shop.id, "a batch of deliveries could not be applied; they are applied one by one");
            apply_singly(app, &shop, platform).await
        }
        done => done,
    }
}

async fn apply_singly(app: &App, shop: &Shop, platform: &dyn Platform) -> Result<usize, AppError> {
    let mut done = 0;
    for _ in 0..BATCH_MAX {
        match apply_batch(app, shop, platform, 1).await {
            Ok(0) => break,
            Ok(n) => done += n,
            Err(AppError::Db(DbError::Unavailable(e))) => return Err(DbError::Unavailable(e).into()),
            Err(error) => {
                let mut tx = app.db.begin().await?;
                let first = db::deliveries::take_pending(&mut tx, shop.id, 1).await?;
                for pending in &first {
                    db::deliveries::set_aside(&mut tx, shop.id, pending.id, &format!("it can't be applied: {error}")).await?;
                }
                tx.commit().await?;
                done += first.len();
            }
        }
    }
    Ok(done)
}

async fn apply_batch(app: &App, shop: &Shop, platform: &dyn Platform, most: i64) -> Result<usize, AppError> {
    let mut tx = app.db.begin().await?;
    db::shops::lock_apply(&mut tx, shop.id).await?;
    // Asked once the transaction is alone: what another decided while this one waited comes before it by the clock, too.
    let now = app.now();
    let pending = db::deliveries::take_pending(&mut tx, shop.id, most).await?;
    if pending.is_empty() {
        tx.rollback().await?;
        return Ok(0);
    }
    let count = pending.len();
    let applied = apply_given(app, &mut tx, (shop, platform), pending, now).await?;
    tx.commit().await?;
    app.live.ring();
    if shop.canary_of.is_none() {
        metrics::counter!(crate::telemetry::DELIVERIES_APPLIED).increment(applied as u64);
        metrics::counter!(crate::telemetry::DELIVERIES_SET_ASIDE).increment((count - applied) as u64);
    }
    Ok(count)
}

/// Applies these deliveries together, as of an instant: read, folded, saved, marked, all in the caller's transaction. How many; the others are set aside.
///
/// # Errors
/// `Db`; then nothing may be kept.
pub async fn apply_given(
    app: &App,
    tx: &mut Tx,
    (shop, platform): (&Shop, &dyn Platform),
    pending: Vec<Pending>,
    now: Timestamp,
) -> Result<usize, AppError> {
    // Made before everything that follows from the batch, so that it says where in the order of all things the batch has its place.
    let batch_id = app.new_id();
    let batch: Vec<Read> = pending.into_iter().map(|p| read(shop, platform, p)).collect();
    let events: Vec<Event> = batch.iter().filter_map(|r| r.events.as_ref().ok()).flatten().cloned().collect();
    let mut set = load::load(tx, shop, &events, now).await?;
    let mut applied = Vec::with_capacity(batch.len());
    for delivery in &batch {
        match &delivery.events {
            Ok(events) => {
                let received_at = Timestamp::from_millisecond(delivery.pending.received_at).unwrap_or(now);
                let source = Source { delivery: DeliveryId(delivery.pending.id), received_at, app };
                events.iter().for_each(|e| set.apply(&source, e));
                applied.push(delivery.pending.id);
            }
            Err(reason) => db::deliveries::set_aside(tx, shop.id, delivery.pending.id, reason).await?,
        }
    }
    let settled = set.settle();
    save::save(app, tx, &mut set, settled).await?;
    db::deliveries::mark_applied(tx, shop.id, &applied, (batch_id, now)).await?;
    Ok(applied.len())
}

fn read(shop: &Shop, platform: &dyn Platform, pending: Pending) -> Read {
    let instant = |ms| Timestamp::from_millisecond(ms).unwrap_or(Timestamp::UNIX_EPOCH);
    let context = ReadContext {
        topic: &pending.topic,
        received_at: instant(pending.received_at),
        triggered_at: pending.triggered_at.map(instant),
        shop_currency: shop.currency,
    };
    let events = match pending.topic.as_str() {
        catalogue::TOPIC => catalogue::read(&pending.body),
        _ => platforms::meaning(platform, &context, &pending.body).map_err(|e| e.to_string()),
    };
    Read { events, pending }
}
