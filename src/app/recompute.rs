//! Working a store's credits out anew, in the background and by and by: the former figures are read until the new ones are whole.
//!
//! A generation holds all credits by one set of settings. A new one grows beside the one that is read, in batches that are each whole; what is ordered or
//! refunded meanwhile is credited in both. Once every order was looked at, it takes the other's place in one transaction, and the former rows are cleared away.

use super::access::audit;
use super::{App, AppError, attribute};
use crate::db::credit_runs::{self as runs, Former, Run};
use crate::db::{self, Tx};
use crate::domain::attribution::Model;
use crate::domain::campaign::{Attribution, CampaignSpec};
use crate::domain::ids::{CampaignId, ShopId};
use jiff::Timestamp;
use serde::Serialize;
use std::collections::BTreeSet;

/// Orders of one transaction: intake of the store waits for no more than one.
const BATCH_MAX: i64 = 5_000;

/// How far working credits out anew is, for whoever reads figures meanwhile.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Anew {
    /// Why, in words.
    pub why: String,
    /// So many hundredths of the orders were looked at.
    pub percent: i64,
    /// When it was asked for.
    pub asked_at: Timestamp,
}

impl Anew {
    /// Of a run under way.
    pub fn of(run: &Run) -> Self {
        Self { why: run.why.clone(), percent: run.percent(), asked_at: run.asked_at }
    }

    /// In a sentence.
    pub fn words(&self) -> String {
        format!(
            "Credits are being worked out anew, because {}: {} % done. These figures are by the former settings.",
            self.why, self.percent
        )
    }
}

/// How far it is; none while nothing is worked out anew.
///
/// # Errors
/// `Db`.
pub async fn anew(app: &App, shop: ShopId) -> Result<Option<Anew>, AppError> {
    Ok(runs::get(&app.db, shop).await?.filter(Run::is_under_way).as_ref().map(Anew::of))
}

/// Sets by which model a store's headlines are told. No credit changes: every model is in the ledger.
///
/// # Errors
/// `Invalid` for a model that needs all journeys at once, `NotFound` without that store, `Db`.
pub async fn set_model(app: &App, shop: ShopId, model: Model, actor: &str) -> Result<(), AppError> {
    if !model.is_per_order() {
        let names = Model::PER_ORDER.map(Model::as_str).join(", ");
        return Err(AppError::Invalid(format!(
            "{} needs all journeys at once, and can't credit one order; expected one of {names}",
            model.as_str()
        )));
    }
    let mut tx = app.db.begin().await?;
    let row = db::shops::get_in(&mut tx, shop).await?.ok_or(AppError::NotFound("store with that id"))?;
    if row.credit_model != model {
        runs::set_model(&mut tx, shop, model.as_str()).await?;
        audit(app, &mut tx, shop, actor, ("attribution.model", model.as_str())).await?;
    }
    Ok(tx.commit().await?)
}

/// By what a generation's orders are credited.
pub struct Generation {
    /// Which.
    pub number: i64,
    /// It is the one that is read.
    pub is_whole: bool,
    /// What campaigns ask for, where it differs from what they are published with now.
    pub former: Former,
}

/// The generations in which an order is credited now: the one that is read, and one that grows.
///
/// # Errors
/// `Db`.
pub async fn generations(tx: &mut Tx, shop: ShopId) -> Result<Vec<Generation>, AppError> {
    let number = runs::whole(tx, shop).await?;
    let growing = runs::lock(tx, shop).await?.filter(Run::is_under_way);
    let whole = |former| Generation { number, is_whole: true, former };
    Ok(match growing {
        None => vec![whole(Former::new())],
        Some(run) => vec![whole(run.former), Generation { number: run.generation, is_whole: false, former: Former::new() }],
    })
}

/// Asks for all credits of a store to be worked out anew, by what holds from now on. `former` is what held until now; asked for while it is under way, it begins
/// anew, and what is read stays by what held at first.
///
/// # Errors
/// `Db`.
pub async fn ask(app: &App, tx: &mut Tx, shop: ShopId, why: &str, former: Former) -> Result<(), AppError> {
    let whole = runs::whole(tx, shop).await?;
    let before = runs::lock(tx, shop).await?;
    let last = before.as_ref().map_or(whole, |run| run.generation.max(whole));
    let mut kept = before.filter(Run::is_under_way).map(|run| run.former).unwrap_or_default();
    for (campaign, attribution) in former {
        kept.entry(campaign).or_insert(attribution);
    }
    let run = Run {
        generation: last + 1,
        why: why.to_owned(),
        former: kept,
        after: None,
        total: None,
        done: 0,
        asked_at: app.now(),
        ended_at: None,
        cleared_at: None,
    };
    Ok(runs::put(tx, shop, &run).await?)
}

/// Asks for it where a campaign is published with other windows than before.
///
/// # Errors
/// `Db`.
pub(super) async fn ask_if_changed(
    app: &App,
    tx: &mut Tx,
    shop: ShopId,
    (campaign, before, now): (CampaignId, Option<CampaignSpec>, &CampaignSpec),
) -> Result<(), AppError> {
    let windows = |a: &Attribution| (a.click_window, a.view_window);
    match before.map(|spec| spec.attribution) {
        Some(before) if windows(&before) != windows(&now.attribution) => {
            let why = format!("the windows of the campaign \"{}\" changed", now.name);
            ask(app, tx, shop, &why, Former::from([(campaign, before)])).await
        }
        _ => Ok(()),
    }
}

/// Works on a batch of every store that waits for it. How many orders; 0 when nothing is left to do.
///
/// # Errors
/// `Db`; what was done before stays so, and the rest goes on at the next call.
pub async fn work_due(app: &App) -> Result<usize, AppError> {
    let mut done = 0;
    for shop in runs::open(&app.db).await? {
        done += batch(app, shop).await?;
    }
    Ok(done)
}

async fn batch(app: &App, shop: ShopId) -> Result<usize, AppError> {
    // Counted outside, so that nobody waits for it.
    let counted = match runs::get(&app.db, shop).await? {
        Some(run) if run.is_under_way() && run.total.is_none() => Some((run.generation, runs::count_orders(&app.db, shop).await?)),
        _ => None,
    };
    let mut tx = app.db.begin().await?;
    db::shops::lock_apply(&mut tx, shop).await?;
    let Some(mut run) = runs::lock(&mut tx, shop).await?.filter(|run| run.cleared_at.is_none()) else {
        tx.rollback().await?;
        return Ok(0);
    };
    run.total = run.total.or(counted.filter(|(of, _)| *of == run.generation).map(|(_, count)| count));
    let worked = if run.is_under_way() { grow(app, &mut tx, shop, &mut run).await? } else { clear(app, &mut tx, shop, &mut run).await? };
    runs::put(&mut tx, shop, &run).await?;
    tx.commit().await?;
    // What ends a run is work, too: what follows from it comes next.
    Ok(worked.max(1))
}

/// The next orders of the generation that grows; after the last it takes the other's place.
async fn grow(app: &App, tx: &mut Tx, shop: ShopId, run: &mut Run) -> Result<usize, AppError> {
    let after = run.after.unwrap_or(uuid::Uuid::nil());
    let Some((last, orders)) = runs::next_orders(tx, shop, after, BATCH_MAX).await? else {
        finish(app, tx, shop, run).await?;
        return Ok(0);
    };
    attribute::credit_in(app, tx, shop, (after, last), (run.generation, &Former::new())).await?;
    run.after = Some(last);
    run.done += orders;
    Ok(usize::try_from(orders).unwrap_or(usize::MAX))
}

/// From now on the new generation is read: carts are recovered by it or not.
async fn finish(app: &App, tx: &mut Tx, shop: ShopId, run: &mut Run) -> Result<(), AppError> {
    let whole = runs::whole(tx, shop).await?;
    let carts: BTreeSet<_> = db::credits::carts_that_differ(tx, shop, whole, run.generation).await?.into_iter().collect();
    runs::set_whole(tx, shop, run.generation).await?;
    db::rollups::of_generations(tx, shop, (whole, run.generation)).await?;
    let row = db::shops::get_in(tx, shop).await?.ok_or(AppError::NotFound("store with that id"))?;
    attribute::mark_recovered(tx, &row, &carts, app.now()).await?;
    run.ended_at = Some(app.now());
    run.former = Former::new();
    Ok(())
}

async fn clear(app: &App, tx: &mut Tx, shop: ShopId, run: &mut Run) -> Result<usize, AppError> {
    let cleared = runs::clear(tx, shop, run.generation).await?;
    if cleared == 0 {
        run.cleared_at = Some(app.now());
    }
    Ok(cleared)
}

/// Puts a rebuilt store's credits where the given one's stand: worked out by the windows that these are by.
///
/// # Errors
/// `Db`.
pub(super) async fn settle_as(app: &App, shop: ShopId, former: &Former) -> Result<(), AppError> {
    let mut tx = app.db.begin().await?;
    let whole = runs::whole(&mut tx, shop).await?;
    let generation = runs::lock(&mut tx, shop).await?.map_or(whole, |run| run.generation.max(whole)) + 1;
    let mut after = uuid::Uuid::nil();
    while let Some((last, _)) = runs::next_orders(&mut tx, shop, after, BATCH_MAX).await? {
        attribute::credit_in(app, &mut tx, shop, (after, last), (generation, former)).await?;
        after = last;
    }
    let carts: BTreeSet<_> = db::credits::carts_that_differ(&mut tx, shop, whole, generation).await?.into_iter().collect();
    runs::set_whole(&mut tx, shop, generation).await?;
    db::rollups::of_generations(&mut tx, shop, (whole, generation)).await?;
    let row = db::shops::get_in(&mut tx, shop).await?.ok_or(AppError::NotFound("store with that id"))?;
    attribute::mark_recovered(&mut tx, &row, &carts, app.now()).await?;
    Ok(tx.commit().await?)
}
