//! Codes of shoppers' own: pools of them are kept at the store's platform, filled before they run dry, and cleared away when they are of no use any more.
//!
//! Nothing here is asked inside of a transaction, and whatever is asked for is stored before: a process that dies in between leaves codes of which the next turn
//! finds out what became. No message waits for a question: it takes a code that is there, or waits for one.

mod clear;
mod fill;
mod settle;

use super::{App, AppError, stores};
use crate::clock::bytes;
use crate::db::discounts as rows;
use crate::db::shops::Shop;
use crate::db::{self, Db, DbError, Tx};
use crate::domain::campaign::{CampaignSpec, Fault};
use crate::domain::discount::{self, pool};
use crate::domain::ids::ShopId;
use crate::platforms::store_api::{StoreApi, StoreError};
use jiff::{SignedDuration, Timestamp};
use std::sync::Arc;

/// While one process asks a store no other does, for this long: longer than a turn's work and its last question may take.
const TURN: SignedDuration = SignedDuration::from_mins(3);
/// After this no further question of a turn is begun.
const WORK_MAX: SignedDuration = SignedDuration::from_secs(60);
/// A store for which something is under way is asked again after this.
const AGAIN_SOON: SignedDuration = SignedDuration::from_secs(5);
/// Any other is looked at after this.
const AGAIN: SignedDuration = SignedDuration::from_secs(30);
/// A store that doesn't answer is left alone for this long at first, and twice as long each time.
const BACK_OFF: SignedDuration = SignedDuration::from_mins(1);
/// At most.
const BACK_OFF_MAX: SignedDuration = SignedDuration::from_mins(30);
/// So many stores in one go.
const SHOPS_MAX: usize = 64;

/// One store's turn.
struct Turn<'a> {
    app: &'a App,
    shop: &'a Shop,
    api: Arc<dyn StoreApi>,
    began: Timestamp,
    /// Something is under way whose outcome isn't known yet.
    busy: bool,
}

/// Keeps the pools of every store that may be asked by now. How many stores were asked.
///
/// # Errors
/// `Db`; what a store answers is noted, and nothing else.
pub async fn keep(app: &App) -> Result<usize, AppError> {
    let mut asked = 0;
    for shop in rows::shops_to_ask(&app.db, app.now()).await?.into_iter().take(SHOPS_MAX) {
        asked += usize::from(keep_shop(app, shop).await?);
    }
    Ok(asked)
}

/// One store's turn, if it is to be had. Was it?
async fn keep_shop(app: &App, id: ShopId) -> Result<bool, AppError> {
    let Some(shop) = db::shops::get(&app.db, id).await? else { return Ok(false) };
    let began = app.now();
    let held_until = began + TURN;
    if !rows::take_turn(&app.db, id, began, held_until).await? {
        return Ok(false);
    }
    let outcome = match stores::api(app, &shop).await {
        Ok(Some(api)) => {
            let mut turn = Turn { app, shop: &shop, api, began, busy: false };
            turn.take().await.map(|()| turn.busy)
        }
        Ok(None) => Ok(false),
        Err(error) => Err(error),
    };
    end(app, &shop, held_until, outcome).await?;
    Ok(true)
}

impl Turn<'_> {
    async fn take(&mut self) -> Result<(), AppError> {
        self.outcomes().await?;
        self.find_lost().await?;
        self.mark().await?;
        self.fill().await?;
        self.clear().await
    }

    /// Is there time for another question?
    fn goes_on(&self) -> bool {
        self.app.now().duration_since(self.began) < WORK_MAX
    }

    async fn in_tx<T>(&self, act: impl AsyncFnOnce(&mut Tx, ShopId) -> Result<T, DbError>) -> Result<T, AppError> {
        let mut tx = self.app.db.begin().await?;
        let done = act(&mut tx, self.shop.id).await?;
        tx.commit().await?;
        Ok(done)
    }

    fn new_code(&self) -> String {
        pool::new_code(|| {
            let [byte] = bytes(self.app.random.as_ref());
            byte
        })
    }
}

/// Notes how it went, and when the store may be asked again.
async fn end(app: &App, shop: &Shop, held_until: Timestamp, outcome: Result<bool, AppError>) -> Result<(), AppError> {
    let now = app.now();
    let failures = rows::turn(&app.db, shop.id).await?.map_or(0, |turn| turn.failures);
    let (outcome, problem, ask_at) = match outcome {
        Ok(busy) => ("answered", None, now + if busy { AGAIN_SOON } else { AGAIN }),
        Err(AppError::Store(StoreError::Throttled(wait))) => {
            let wait = SignedDuration::try_from(wait).unwrap_or(BACK_OFF).clamp(SignedDuration::from_secs(1), BACK_OFF);
            ("throttled", None, now + wait)
        }
        Err(AppError::Store(error)) => ("failed", Some(error.to_string()), now + back_off(failures, error.needs_somebody())),
        Err(AppError::Keys(error)) => ("failed", Some(error.to_string()), now + BACK_OFF_MAX),
        // The database's fault, not the store's.
        Err(error) => {
            rows::end_turn(&app.db, shop.id, held_until, (None, now), now + AGAIN_SOON).await?;
            return Err(error);
        }
    };
    metrics::counter!(crate::telemetry::STORE_QUESTIONS, "outcome" => outcome).increment(1);
    if let Some(problem) = &problem {
        tracing::warn!(%problem, shop = %shop.id, "the store could not be asked about its discounts; messages wait for codes, or leave without");
    }
    Ok(rows::end_turn(&app.db, shop.id, held_until, (problem.as_deref(), now), ask_at).await?)
}

/// How long to leave alone what failed so often before.
fn back_off(failures: i64, needs_somebody: bool) -> SignedDuration {
    if needs_somebody {
        return BACK_OFF_MAX;
    }
    let doubled = i32::try_from(failures.clamp(0, 16)).map_or(1, |n| 1 << n);
    BACK_OFF.checked_mul(doubled).unwrap_or(BACK_OFF_MAX).min(BACK_OFF_MAX)
}

/// Why no codes could be made for a campaign's offers, step by step.
///
/// # Errors
/// `Db`, `NotFound`.
pub async fn warnings(db: &Db, shop: ShopId, spec: &CampaignSpec) -> Result<Vec<Fault>, AppError> {
    if spec.steps.iter().all(|s| s.discount.is_none()) {
        return Ok(Vec::new());
    }
    let has_access = db::shop_access::get(db, shop).await?.is_some();
    let shop = db::shops::get(db, shop).await?.ok_or(AppError::NotFound("store with that id"))?;
    Ok(discount::warnings(spec, shop.currency, has_access))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_fails_is_tried_less_and_less_often_and_what_somebody_must_change_rarely() {
        let check = |failures, needs_somebody, expected_min| {
            assert_eq!(back_off(failures, needs_somebody), SignedDuration::from_mins(expected_min), "{failures}");
        };
        check(0, false, 1);
        check(3, false, 8);
        check(5, false, 30);
        check(i64::MAX, false, 30);
        check(0, true, 30);
    }
}
