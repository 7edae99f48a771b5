//! Replay: a store rebuilt from the webhooks it received, by the same code that runs it, and compared with what stands; or run again under another campaign.
//!
//! What came from outside is given in its recorded order: webhooks, settings, what people asked for, clicks, providers' answers, and the moments at which a
//! worker looked. What follows from it is worked out anew and must come out the same, byte for byte.
//!
//! Of whom webhooks told that aren't kept any more, nothing can be rebuilt: in the copy such shoppers are erased first, so that neither side has them, and their number
//! is told.

mod clock;
mod compare;
mod differ;
pub mod policy;
mod scratch;
mod steps;

pub use compare::{Compared, Difference};
pub use scratch::Folder;

use super::{App, AppError, Parts, erase, lift, recompute};
use crate::channels::Channel;
use crate::db::credit_runs::Former;
use crate::db::replay::Copied;
use crate::db::shops::Shop;
use crate::db::{self, Db};
use crate::domain::attribution::VERSION;
use crate::domain::campaign::SHORTEST_USUAL_ABANDON;
use crate::domain::ids::ShopId;
use crate::domain::nudge::RULES_VERSION;
use clock::{ReplayClock, ReplayRandom};
use jiff::Timestamp;
use serde::Serialize;
use std::sync::Arc;

/// Moments are read in portions of so many.
const STEPS_MAX: i64 = 500;

/// Two throw-away databases to work in.
pub struct Scratch {
    /// For what was recorded.
    pub given: Db,
    /// For what follows from it.
    pub rebuilt: Db,
}

/// What replay found for one store.
#[derive(Debug, Clone, Serialize)]
pub struct Replayed {
    /// Which.
    pub shop: ShopId,
    /// Its domain.
    pub domain: String,
    /// What came later isn't looked at.
    pub as_of: Timestamp,
    /// Its webhooks.
    pub deliveries: Copied,
    /// Carts of people whose data was erased: not compared.
    pub carts_erased: i64,
    /// Shoppers of whom webhooks told that are not kept any more: not compared.
    pub shoppers_past: u64,
    /// Decisions by rules of another version: taken as they are, not compared.
    pub by_other_rules: i64,
    /// What was compared, kind by kind.
    pub compared: Vec<Compared>,
    /// What differs.
    pub differences: Vec<Difference>,
}

impl Replayed {
    /// Did everything come out the same?
    pub fn equal(&self) -> bool {
        self.compared.iter().all(|c| c.equal == c.compared)
    }
}

/// How far it is, for whoever waits: the store, moments done.
pub type Progress<'a> = &'a (dyn Fn(&Shop, u64) + Sync);

impl Scratch {
    /// Makes the schema.
    ///
    /// # Errors
    /// `Db`.
    pub async fn prepare(&self) -> Result<(), AppError> {
        for db in [&self.given, &self.rebuilt] {
            db.migrate().await?;
            db::replay::prepare(db).await?;
        }
        Ok(())
    }
}

/// Rebuilds a store and compares. The live database is only read, as of one moment.
///
/// # Errors
/// `Db`.
pub async fn run(live: &App, scratch: &Scratch, shop: &Shop, progress: Progress<'_>) -> Result<Replayed, AppError> {
    let (as_of, deliveries) = copy(live, scratch, shop.id).await?;
    let shoppers_past = leave_past(live, scratch, shop.id, as_of).await?;
    order(scratch, shop.id).await?;
    let clock = Arc::new(ReplayClock::new());
    let app = app(live, scratch, Arc::clone(&clock), Vec::new());
    let replay = steps::Replay { given: &scratch.given, app: &app, clock: &clock, shop: shop.id };
    let mut after = 0;
    let mut done = 0;
    loop {
        let page = db::replay::script(&scratch.given, shop.id, after, STEPS_MAX).await?;
        let Some(last) = page.last() else { break };
        after = last.seq;
        done += page.len() as u64;
        replay.page(&page).await?;
        progress(shop, done);
    }
    clock.set(as_of);
    // Once credits were worked out anew, what stands is by the windows of that time, whenever orders came.
    if let Some(run) = db::credit_runs::get(&scratch.given, shop.id).await? {
        recompute::settle_as(&app, shop.id, &if run.is_under_way() { run.former } else { Former::new() }).await?;
    }
    for db in [&scratch.given, &scratch.rebuilt] {
        db::replay::give_up_by(db, as_of).await?;
    }
    db::replay::leave_unscored(&scratch.given, &scratch.rebuilt, shop.id).await?;
    for db in [&scratch.given, &scratch.rebuilt] {
        lift::count::count_all(db, shop.id).await?;
    }
    let (compared, differences) = compare::compare(&app, scratch, shop, as_of).await?;
    Ok(Replayed {
        shop: shop.id,
        domain: shop.domain.clone(),
        as_of,
        deliveries,
        shoppers_past,
        carts_erased: db::replay::skipped(&scratch.given, shop.id, "cart").await?,
        by_other_rules: db::replay::by_other_rules(&scratch.given, shop.id, RULES_VERSION).await?,
        compared,
        differences,
    })
}

/// Copies a store as of now, and puts what happened in order. As of when, and its webhooks.
async fn take(live: &App, scratch: &Scratch, shop: ShopId) -> Result<(Timestamp, Copied), AppError> {
    let copied = copy(live, scratch, shop).await?;
    order(scratch, shop).await?;
    Ok(copied)
}

async fn copy(live: &App, scratch: &Scratch, shop: ShopId) -> Result<(Timestamp, Copied), AppError> {
    let mut snapshot = db::replay::snapshot(&live.db).await?;
    let as_of = live.now();
    let deliveries = db::replay::copy_shop(&mut snapshot, (&scratch.given, &scratch.rebuilt), shop).await?;
    snapshot.rollback().await?;
    Ok((as_of, deliveries))
}

/// Erases in the copy of whom webhooks told that are not kept any more. How many shoppers those are.
async fn leave_past(live: &App, scratch: &Scratch, shop: ShopId, as_of: Timestamp) -> Result<u64, AppError> {
    let past = db::replay::reaching_past(&scratch.given, shop).await?;
    let given = compare::over(&scratch.given, live);
    let mut tx = scratch.given.begin().await?;
    erase::contacts(&given, &mut tx, shop, &past, as_of).await?;
    db::replay::forget_past(&mut tx, shop).await?;
    tx.commit().await?;
    Ok(past.len() as u64)
}

async fn order(scratch: &Scratch, shop: ShopId) -> Result<(), AppError> {
    db::replay::build(&scratch.given, shop, (RULES_VERSION, VERSION)).await?;
    db::replay::take_skips(&scratch.given, &scratch.rebuilt, shop).await?;
    db::replay::take_traces(&scratch.given, &scratch.rebuilt, shop).await?;
    Ok(db::replay::rewind(&scratch.rebuilt, shop, SHORTEST_USUAL_ABANDON.millis()).await?)
}

/// The program over the rebuilt store.
fn app(live: &App, scratch: &Scratch, clock: Arc<ReplayClock>, channels: Vec<Arc<dyn Channel>>) -> App {
    // Where messages leave, another campaign is tried: its codes would have been made. Where they don't, it is recorded whether they were.
    let codes_assumed = !channels.is_empty();
    let app = App::new(Parts {
        db: scratch.rebuilt.clone(),
        clock,
        random: Arc::new(ReplayRandom::new()),
        config: live.config.clone(),
        // Nothing is signed or sealed with it that anybody sees.
        master_key: [0; 32],
        channels,
    });
    App { codes_assumed, ..app }
}
