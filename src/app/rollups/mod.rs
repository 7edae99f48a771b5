//! Counting for the reports: what changed is counted anew, portion after portion, and the difference is added to the sums in one transaction. Whatever is
//! broken off changed nothing. Days that are over are summed for the report on recovered revenue.

mod buyers;
mod carts;
mod check;
mod days;
mod days_check;

pub use check::{FOLLOWS_ROWS, SUMS_ADD_UP, check};
pub use days_check::DAYS_FOLLOW_ROWS;

use super::{App, AppError};
use crate::db::rollups::{self, Kind, Stage, State};
use crate::db::shops::Shop;
use crate::db::{self, Tx};
use crate::domain::ids::ShopId;
use crate::domain::report::fact::VERSION;
use uuid::Uuid;

/// So many marks are worked off in one transaction: a small part of a second, so that nobody who writes waits noticeably.
const BATCH: i64 = 100;
/// So many carts are counted in one transaction when all are counted.
const PORTION: i64 = 250;
/// Before a report is answered at most this many portions are worked off.
const FRESH_MAX: usize = 8;
/// What waits is not counted further than this.
const WAITING_MAX: i64 = 1_000_000;

/// Counts a portion of what waits, of each shop. How many carts, buyers and days.
///
/// # Errors
/// `Db`.
pub async fn count_due(app: &App) -> Result<usize, AppError> {
    let mut counted = 0;
    for shop in rollups::shops_waiting(&app.db, VERSION, None).await? {
        counted += count_some(app, shop).await?;
    }
    Ok(counted + days::sum_due(app).await?)
}

/// Counts what little waits, so that a report tells what happened up to now. How much still waits after that.
///
/// # Errors
/// `Db`.
pub async fn fresh(app: &App, shop: &Shop) -> Result<i64, AppError> {
    for _ in 0..FRESH_MAX {
        if !rollups::shops_waiting(&app.db, VERSION, Some(shop.id)).await?.contains(&shop.id) || count_some(app, shop.id).await? == 0 {
            break;
        }
    }
    let changed = rollups::waiting(&app.db, shop.id, WAITING_MAX).await?;
    Ok(changed + rollups::remaining(&app.db, shop.id, WAITING_MAX).await?)
}

/// Counts one portion of a shop, in one transaction. How much was done; 0 once nothing waits.
///
/// # Errors
/// `Db`.
pub async fn count_some(app: &App, shop: ShopId) -> Result<usize, AppError> {
    let mut tx = app.db.begin().await?;
    rollups::lock(&mut tx, shop).await?;
    let Some(shop) = db::shops::get_in(&mut tx, shop).await?.filter(|s| s.status != "removed") else {
        tx.rollback().await?;
        return Ok(0);
    };
    let known = rollups::state(&mut tx, shop.id).await?;
    let is_new = known.is_none();
    let state = due(known, &shop);
    let (mut done, state) = advance(&mut tx, &shop, state).await?;
    done += usize::from(is_new);
    if state.stage != Stage::Clearing {
        done += marked(&mut tx, &shop).await?;
    }
    if done == 0 {
        tx.rollback().await?;
        return Ok(0);
    }
    rollups::set_state(&mut tx, shop.id, &state).await?;
    tx.commit().await?;
    Ok(done)
}

/// What the state is by today's rules and the store's zone of today.
fn due(known: Option<State>, shop: &Shop) -> State {
    let begin = |stage| State { rules_version: VERSION, timezone: shop.timezone.clone(), stage, after: Uuid::nil() };
    match known {
        None => begin(Stage::Carts),
        Some(state) if state.rules_version != VERSION => begin(Stage::Clearing),
        // Each fact says on which day it was counted, and is moved to its new one.
        Some(state) if state.timezone != shop.timezone && state.stage != Stage::Clearing => begin(Stage::Carts),
        Some(state) => State { timezone: shop.timezone.clone(), ..state },
    }
}

/// One portion of counting from the beginning.
async fn advance(tx: &mut Tx, shop: &Shop, state: State) -> Result<(usize, State), AppError> {
    let next = |stage| State { stage, after: Uuid::nil(), ..state.clone() };
    match state.stage {
        Stage::Done => Ok((0, state)),
        Stage::Clearing => {
            let gone = rollups::clear(tx, shop.id).await?;
            let state = if gone == 0 { next(Stage::Carts) } else { state };
            Ok((1, state))
        }
        Stage::Carts | Stage::Buyers => {
            let ids = rollups::keys_after(tx, shop.id, (state.stage, state.after), PORTION).await?;
            match state.stage {
                Stage::Carts => carts::count(tx, shop, &ids).await?,
                _ => buyers::count(tx, shop, &ids).await?,
            }
            let state = match (ids.last(), state.stage) {
                (Some(last), _) => State { after: *last, ..state },
                (None, Stage::Carts) => next(Stage::Buyers),
                (None, _) => next(Stage::Done),
            };
            Ok((ids.len().max(1), state))
        }
    }
}

/// One portion of what changed.
async fn marked(tx: &mut Tx, shop: &Shop) -> Result<usize, AppError> {
    let mut done = 0;
    for kind in [Kind::Cart, Kind::Buyer] {
        let marks = rollups::take(tx, shop.id, kind, BATCH).await?;
        let mut ids: Vec<Uuid> = marks.iter().map(|m| m.0).collect();
        ids.dedup();
        match kind {
            Kind::Cart => carts::count(tx, shop, &ids).await?,
            Kind::Buyer => buyers::count(tx, shop, &ids).await?,
        }
        rollups::done(tx, shop.id, kind, &marks).await?;
        done += marks.len();
    }
    Ok(done)
}
