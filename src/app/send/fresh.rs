//! Fresh carts: before messages leave, the store is asked what their products cost and whether there are any. Never waited for for long, and never a reason
//! not to send.
//!
//! What a store answers is kept as a delivery of Comeback's own and folded like a webhook, so that a replay comes to the same.

use crate::app::ingest::{self, TOPIC};
use crate::app::{App, AppError, stores};
use crate::db::deliveries::NewDelivery;
use crate::db::shops::Shop;
use crate::db::{self, DbError};
use crate::domain::catalogue::CatalogueSeen;
use crate::domain::ids::{DeliveryId, ShopId};
use crate::platforms::store_api::StoreError;
use futures_util::{StreamExt as _, stream};
use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeSet;
use std::time::Duration;

/// What was seen within this time is believed.
const FRESH_FOR: SignedDuration = SignedDuration::from_mins(15);
/// Nudges that are due within this time are looked at, so that their carts are fresh once they are.
const AHEAD: SignedDuration = SignedDuration::from_mins(2);
/// How long messages wait for stores, all of them together.
const WAIT: Duration = Duration::from_secs(2);
/// How long one store may take; less, so that what it did is noted.
const STORE_WAIT: Duration = Duration::from_millis(1500);
/// Stores that are asked side by side.
const STORES_MAX: usize = 32;
/// Carts of one store that are looked at in one tick.
const CARTS_MAX: i64 = 256;
/// Variants in one question, whose answer is kept before the next is asked.
const PAGE: usize = 50;
/// Variants of one store that are asked for in one tick.
const VARIANTS_MAX: usize = 250;
/// While one process asks a store no other does, for this long: longer than asking takes.
const TURN: SignedDuration = SignedDuration::from_secs(10);
/// A store that doesn't answer is left alone for this long at first, and twice as long each time.
const BACK_OFF: SignedDuration = SignedDuration::from_mins(1);
/// At most.
const BACK_OFF_MAX: SignedDuration = SignedDuration::from_mins(30);

/// Asks the stores of messages that are due now or soon for what isn't fresh. What goes wrong is noted, and nothing else.
pub async fn refresh(app: &App) {
    let shops = match shops(app).await {
        Ok(shops) if shops.is_empty() => return,
        Ok(shops) => shops,
        Err(error) => {
            tracing::warn!(%error, "which stores may be asked could not be read; messages leave with what is known");
            return;
        }
    };
    let asking = stream::iter(shops).for_each_concurrent(STORES_MAX, |shop| of_shop(app, shop));
    // In order, so that a run comes out the same when it is repeated.
    tokio::select! {
        biased;
        () = asking => {}
        () = app.clock.sleep(WAIT) => {}
    }
}

/// Stores that may be asked, and for which something is due soon.
async fn shops(app: &App) -> Result<Vec<ShopId>, DbError> {
    let now = app.now();
    let may_be_asked = db::shop_access::to_be_asked(&app.db, now).await?;
    if may_be_asked.is_empty() {
        return Ok(Vec::new());
    }
    let due = db::nudges::shops_due(&app.db, now + AHEAD).await?;
    Ok(due.into_iter().filter(|shop| may_be_asked.contains(shop)).collect())
}

async fn of_shop(app: &App, id: ShopId) {
    let done = async {
        let Some(shop) = db::shops::get(&app.db, id).await?.filter(asked) else { return Ok::<(), AppError>(()) };
        let wanted = not_fresh(app, &shop).await?;
        let now = app.now();
        if wanted.is_empty() || !db::shop_access::take_turn(&app.db, id, now, now + TURN).await? {
            return Ok(());
        }
        let outcome = ask(app, &shop, &wanted).await;
        end(app, &shop, now + TURN, outcome).await
    };
    if let Err(error) = done.await {
        tracing::warn!(%error, shop = %id, "carts could not be made fresh; their messages leave with what is known");
    }
}

/// Of a store that is paused or gone nothing leaves.
fn asked(shop: &Shop) -> bool {
    shop.status == "active" && shop.uninstalled_at.is_none() && shop.canary_of.is_none()
}

/// Variants of carts for which something is due, the soonest first, of which nothing fresh is known.
async fn not_fresh(app: &App, shop: &Shop) -> Result<Vec<String>, DbError> {
    let now = app.now();
    let carts = db::catalogue::carts_waking(&app.db, shop.id, now + AHEAD, CARTS_MAX).await?;
    let mut named = BTreeSet::new();
    let lines = carts.iter().filter_map(|cart| cart.snapshot()).flat_map(|snapshot| &snapshot.items);
    let ids: Vec<&str> = lines.filter_map(|item| item.variant_id.as_deref()).filter(|id| named.insert(*id)).collect();
    let mut tx = app.db.look().await?;
    let known = db::catalogue::of_carts(&mut tx, shop.id, &ids).await?;
    tx.rollback().await?;
    let is_fresh = |id: &str| known.get(id).and_then(|item| item.seen_at).is_some_and(|at| now.duration_since(at) < FRESH_FOR);
    Ok(ids.into_iter().filter(|id| !is_fresh(id)).take(VARIANTS_MAX).map(str::to_owned).collect())
}

/// Asks, page after page, and keeps each answer as it comes. How many pages, and what stopped it.
async fn ask(app: &App, shop: &Shop, wanted: &[String]) -> (usize, Option<AppError>) {
    let mut kept = 0;
    let mut too_late = app.clock.sleep(STORE_WAIT);
    let asking = async {
        let Some(api) = stores::api(app, shop).await? else { return Ok::<(), AppError>(()) };
        for page in wanted.chunks(PAGE) {
            let seen = tokio::select! {
                biased;
                seen = api.variants(page) => seen?,
                () = &mut too_late => return Err(StoreError::Unanswered("it took too long".into()).into()),
            };
            keep(app, shop, seen).await?;
            kept += 1;
        }
        Ok(())
    };
    let stopped = asking.await.err();
    (kept, stopped)
}

/// Keeps an answer as a delivery, and folds it.
async fn keep(app: &App, shop: &Shop, seen: CatalogueSeen) -> Result<(), AppError> {
    if seen.variants.is_empty() {
        return Ok(());
    }
    let id = app.new_id();
    let delivery = NewDelivery {
        id: DeliveryId(id),
        shop_id: shop.id,
        delivery_key: format!("{TOPIC}/{id}"),
        topic: TOPIC.into(),
        api_version: None,
        event_id: None,
        triggered_at: None,
        received_at: app.now(),
        urgent: false,
        body: serde_json::to_vec(&seen).map_err(|e| AppError::Invalid(format!("the store's answer can't be kept: {e}")))?,
    };
    db::deliveries::store(&app.db, &[delivery], &BTreeSet::new()).await?;
    ingest::apply_shop(app, shop.id).await?;
    Ok(())
}

/// Notes how it went, and when the store may be asked again.
async fn end(app: &App, shop: &Shop, held_until: Timestamp, (kept, stopped): (usize, Option<AppError>)) -> Result<(), AppError> {
    let now = app.now();
    let failures = db::shop_access::get(&app.db, shop.id).await?.map_or(0, |row| row.failures);
    let (outcome, problem, again_at) = match stopped {
        None => ("answered", None, now),
        // It answers, but slowly: the next tick goes on with the rest.
        Some(AppError::Store(StoreError::Unanswered(_))) if kept > 0 => ("answered", None, now),
        Some(AppError::Store(StoreError::Throttled(wait))) => {
            let wait = SignedDuration::try_from(wait).unwrap_or(BACK_OFF).clamp(SignedDuration::from_secs(1), BACK_OFF);
            ("throttled", None, now + wait)
        }
        Some(AppError::Store(error)) => ("failed", Some(error.to_string()), now + back_off(failures, &error)),
        Some(AppError::Keys(error)) => ("failed", Some(error.to_string()), now + BACK_OFF_MAX),
        // The database's fault, not the store's.
        Some(error) => {
            db::shop_access::end_turn(&app.db, shop.id, held_until, (None, now)).await?;
            return Err(error);
        }
    };
    metrics::counter!(crate::telemetry::STORE_QUESTIONS, "outcome" => outcome).increment(1);
    if let Some(problem) = &problem {
        tracing::warn!(%problem, shop = %shop.id, "the store could not be asked for prices and stock; messages leave with what is known");
    }
    Ok(db::shop_access::end_turn(&app.db, shop.id, held_until, (problem.as_deref(), again_at)).await?)
}

/// How long to leave a store alone that failed so often before.
fn back_off(failures: i64, error: &StoreError) -> SignedDuration {
    if error.needs_somebody() {
        return BACK_OFF_MAX;
    }
    let doubled = i32::try_from(failures.clamp(0, 16)).map_or(1, |n| 1 << n);
    BACK_OFF.checked_mul(doubled).unwrap_or(BACK_OFF_MAX).min(BACK_OFF_MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_store_that_does_not_answer_is_asked_less_and_less_often() {
        let check = |failures, expected_min| {
            assert_eq!(back_off(failures, &StoreError::Unreachable), SignedDuration::from_mins(expected_min), "{failures}");
        };
        check(0, 1);
        check(1, 2);
        check(4, 16);
        check(5, 30);
        check(1_000_000, 30);
        check(-1, 1);
        assert_eq!(back_off(0, &StoreError::Denied(None)), BACK_OFF_MAX, "only somebody can change it");
    }
}
