//! Comparing orders with the platform's books: asked for or every night, kept with what it came to; and taking in what the books know and we don't.

use super::access::audit;
use super::{App, AppError, ingest, stores};
use crate::db;
use crate::db::deliveries::NewDelivery;
use crate::db::reconciliations::{self, Run};
use crate::db::shops::Shop;
use crate::domain::books::{self, BookOrder, Comparison};
use crate::domain::event::OrderSeen;
use crate::domain::ids::{DeliveryId, ShopId};
use crate::domain::order::Order;
use crate::domain::report::table::Table;
use crate::platforms::{self, own, store_api::StoreError};
use jiff::{SignedDuration, Timestamp, ToSpan as _};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A longer period is compared in parts.
const PERIOD_MAX: SignedDuration = SignedDuration::from_hours(24 * 366);
/// More orders are not held at once.
const ORDERS_MAX: usize = 50_000;
/// Our orders are read in pages of so many.
const PAGE: i64 = 500;
/// Webhooks of the last minutes may still be on their way: what is younger isn't compared.
const SETTLED_AFTER: SignedDuration = SignedDuration::from_mins(15);
/// The nightly comparison is of the last so many days.
const NIGHT_DAYS: i64 = 7;
/// A worker that gave no sign for so long is gone, and another begins anew.
const LEASE: SignedDuration = SignedDuration::from_secs(120);
/// Where a store limits how often it is asked, no longer than this is waited for it at a time, and this often in all.
const WAIT_MAX: std::time::Duration = std::time::Duration::from_secs(60);
const WAITS_MAX: usize = 20;
/// Orders that are taken in at once: each is a question of its own.
pub const TAKE_IN_MAX: usize = 25;
/// Who asks at night.
const NIGHT: &str = "night";

/// Where the books come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// The store was asked.
    Store,
    /// The platform's export.
    File,
}

/// What a comparison came to, as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// Where the books come from.
    pub source: Source,
    /// What was found.
    pub compared: Comparison,
}

impl Told {
    /// As a report.
    pub fn table(&self, run: &Run) -> Table {
        let from = match self.source {
            Source::Store => "asked of the store",
            Source::File => "read from the platform's export",
        };
        let zone = |at: Timestamp| at.strftime("%Y-%m-%d %H:%M UTC").to_string();
        books::table(&self.compared, vec![format!("Orders placed from {} to before {}, {from}.", zone(run.from), zone(run.to))])
    }
}

/// What came of it, once it is done.
pub fn told(run: &Run) -> Option<Told> {
    run.result.as_deref().and_then(|text| serde_json::from_str(text).ok())
}

/// The period as far as it can be compared by now.
fn settled(app: &App, (from, to): (Timestamp, Timestamp)) -> Result<(Timestamp, Timestamp), AppError> {
    let to = to.min(app.now() - SETTLED_AFTER);
    if from >= to || to.duration_since(from) > PERIOD_MAX {
        let text = "the period must begin before it ends, a quarter of an hour ago at the latest, and be no longer than a year";
        return Err(AppError::Invalid(text.into()));
    }
    Ok((from, to))
}

fn run(app: &App, shop: ShopId, (from, to): (Timestamp, Timestamp), asked_by: &str) -> Run {
    Run {
        shop_id: shop,
        id: app.new_id(),
        state: "waiting".into(),
        from,
        to,
        asked_at: app.now(),
        asked_by: asked_by.to_owned(),
        ended_at: None,
        result: None,
        problem: None,
    }
}

/// Asks for a comparison with what the store says of itself: a worker does it.
///
/// # Errors
/// `Invalid` for a period that can't be, `Conflict` while another is under way or where the store gave no access, `NotFound`, `Db`.
pub async fn ask(app: &App, shop: ShopId, period: (Timestamp, Timestamp), actor: &str) -> Result<Run, AppError> {
    let row = db::shops::get(&app.db, shop).await?.ok_or(AppError::NotFound("store with that id"))?;
    if stores::api(app, &row).await?.is_none() {
        let text = "the store can't be asked: give access to it with `comeback shop access`, or compare with its export by `comeback reconcile --file`";
        return Err(AppError::Conflict(text.into()));
    }
    let asked = run(app, shop, settled(app, period)?, actor);
    let mut tx = app.db.begin().await?;
    // One after the other, so that one alone is under way.
    db::shops::lock_apply(&mut tx, shop).await?;
    if reconciliations::under_way(&mut tx, shop).await? {
        return Err(AppError::Conflict("a comparison is under way in this store: wait until it is over".into()));
    }
    reconciliations::insert(&mut tx, &asked, None).await?;
    audit(app, &mut tx, shop, actor, ("books.compare", &asked.id.to_string())).await?;
    tx.commit().await?;
    Ok(asked)
}

/// Asks for tonight's comparison of every store that can be asked and has none yet. How many.
///
/// # Errors
/// `Db`.
pub async fn ask_nightly(app: &App) -> Result<usize, AppError> {
    let now = app.now();
    let night = now.strftime("%Y-%m-%d").to_string();
    let mut asked = 0;
    for shop in reconciliations::without_night(&app.db, &night).await? {
        let Some(row) = db::shops::get(&app.db, shop).await? else { continue };
        let zone = row.zone();
        let today = now.to_zoned(zone.clone()).date();
        let day = |date: jiff::civil::Date| date.to_zoned(zone.clone()).map_or(now, |z| z.timestamp());
        let period = (day(today.checked_sub(NIGHT_DAYS.days()).unwrap_or(today)), day(today));
        let Ok(period) = settled(app, period) else { continue };
        let mut tx = app.db.begin().await?;
        asked += usize::from(reconciliations::insert(&mut tx, &run(app, shop, period, NIGHT), Some(&night)).await?);
        tx.commit().await?;
    }
    Ok(asked)
}

/// Works out a comparison that waits, if one does. Did one? It can be broken off at any time: another begins anew.
///
/// # Errors
/// `Db`.
pub async fn run_next(app: &App) -> Result<bool, AppError> {
    let holder = app.new_id().to_string();
    let mut tx = app.db.begin().await?;
    let now = app.now();
    let taken = reconciliations::take(&mut tx, &holder, (now, now + LEASE)).await?;
    tx.commit().await?;
    let Some(run) = taken else { return Ok(false) };
    let json = match with_store(app, &run, Some(&holder)).await {
        Ok(told) => serde_json::to_string(&told).map_err(|e| e.to_string()),
        // The database's fault says nothing of the books: whoever takes it over tries again.
        Err(AppError::Db(error)) => return Err(error.into()),
        Err(error) => Err(error.to_string()),
    };
    let mut tx = app.db.begin().await?;
    reconciliations::end(&mut tx, &run, &holder, (json.as_deref().map_err(String::as_str), app.now())).await?;
    tx.commit().await?;
    Ok(true)
}

/// Compares here and now, with the store or with its export, and keeps what it came to.
///
/// # Errors
/// `Invalid` for a period or an export that can't be, `Store`, `Conflict` without access, `NotFound`, `Db`.
pub async fn compare_now(
    app: &App,
    shop: &Shop,
    period: (Timestamp, Timestamp),
    (export, actor): (Option<&[u8]>, &str),
) -> Result<(Run, Told), AppError> {
    let mut run = run(app, shop.id, settled(app, period)?, actor);
    let told = match export {
        None => with_store(app, &run, None).await?,
        Some(bytes) => {
            let platform = platforms::by_name(&shop.platform).ok_or(AppError::NotFound("platform of that name"))?;
            let books = platform.read_books(bytes).map_err(|e| AppError::Invalid(e.to_string()))?;
            let in_period = |o: &BookOrder| o.created_at >= run.from && o.created_at < run.to;
            let books: Vec<BookOrder> = books.into_iter().filter(in_period).collect();
            Told { source: Source::File, compared: books::compare(&ours(app, &run).await?, &books) }
        }
    };
    run.state = "done".into();
    run.ended_at = Some(app.now());
    run.result = Some(serde_json::to_string(&told).map_err(|e| AppError::Invalid(e.to_string()))?);
    let mut tx = app.db.begin().await?;
    reconciliations::insert(&mut tx, &run, None).await?;
    audit(app, &mut tx, shop.id, actor, ("books.compare", &run.id.to_string())).await?;
    tx.commit().await?;
    Ok((run, told))
}

/// Asks the store page after page, within its limits, and compares. A worker that is to hold on to a lease does so at each page.
async fn with_store(app: &App, run: &Run, holder: Option<&str>) -> Result<Told, AppError> {
    let shop = db::shops::get(&app.db, run.shop_id).await?.ok_or(AppError::NotFound("store with that id"))?;
    let Some(api) = stores::api(app, &shop).await? else {
        return Err(AppError::Conflict("the store can't be asked: it gave no access, or takes it back".into()));
    };
    let mut books: Vec<BookOrder> = Vec::new();
    let (mut after, mut waits) = (None, 0);
    loop {
        hold(app, run, holder).await?;
        let page = match api.orders((run.from, run.to), after.as_deref()).await {
            Err(StoreError::Throttled(wait)) if waits < WAITS_MAX => {
                waits += 1;
                app.clock.sleep(wait.min(WAIT_MAX)).await;
                continue;
            }
            answered => answered?,
        };
        books.extend(page.orders);
        if books.len() > ORDERS_MAX {
            return Err(too_many());
        }
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    // The question names whole seconds.
    books.retain(|o| o.created_at >= run.from && o.created_at < run.to);
    Ok(Told { source: Source::Store, compared: books::compare(&ours(app, run).await?, &books) })
}

async fn hold(app: &App, run: &Run, holder: Option<&str>) -> Result<(), AppError> {
    let Some(holder) = holder else { return Ok(()) };
    let mut tx = app.db.begin().await?;
    let is_ours = reconciliations::hold(&mut tx, run, holder, app.now() + LEASE).await?;
    tx.commit().await?;
    if is_ours { Ok(()) } else { Err(AppError::Conflict("another worker has taken the comparison over".into())) }
}

fn too_many() -> AppError {
    AppError::Invalid(format!("there are more than {ORDERS_MAX} orders in this period: compare a shorter one"))
}

/// Our orders of the period.
async fn ours(app: &App, run: &Run) -> Result<Vec<Order>, AppError> {
    let mut orders = Vec::new();
    let mut after = (Timestamp::UNIX_EPOCH, Uuid::nil());
    loop {
        let page = db::orders::placed(&app.db, run.shop_id, (run.from, run.to), (after, PAGE)).await?;
        let Some(last) = page.last() else { return Ok(orders) };
        after = (last.facts.head.as_ref().map_or(run.to, |h| h.created_at), last.id.0);
        orders.extend(page.into_iter().map(|row| row.facts));
        if orders.len() > ORDERS_MAX {
            return Err(too_many());
        }
    }
}

/// What came of taking in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct TakenIn {
    /// Orders that were asked for and stored.
    pub taken: usize,
    /// Orders that the store doesn't have any more.
    pub gone: usize,
    /// Orders that are left for the next time.
    pub left: usize,
}

/// Asks the store for the orders of the last comparison of which its books know more, and takes each in as a delivery of our own: it is stored, folded and
/// replayed like a webhook, and the same again changes nothing.
///
/// # Errors
/// `NotFound` without a comparison, `Conflict` without access, `Store`, `Db`.
pub async fn take_in(app: &App, shop: ShopId, actor: &str) -> Result<TakenIn, AppError> {
    let row = db::shops::get(&app.db, shop).await?.ok_or(AppError::NotFound("store with that id"))?;
    let last = reconciliations::last(&app.db, shop, true).await?.ok_or(AppError::NotFound("comparison with the books yet"))?;
    let told = told(&last).ok_or_else(|| AppError::Invalid("the last comparison can't be read: compare again".into()))?;
    let api = stores::api(app, &row).await?.ok_or_else(|| AppError::Conflict("the store can't be asked: it gave no access".into()))?;
    let mut ids: Vec<&str> = told.compared.differences.iter().filter(|d| d.can_take_in).filter_map(|d| d.platform_id.as_deref()).collect();
    ids.sort_unstable();
    ids.dedup();
    let mut done = TakenIn { left: ids.len().saturating_sub(TAKE_IN_MAX), ..TakenIn::default() };
    for id in ids.into_iter().take(TAKE_IN_MAX) {
        match api.order(id).await? {
            Some(seen) => {
                keep(app, &row, &seen).await?;
                done.taken += 1;
            }
            None => done.gone += 1,
        }
    }
    let mut tx = app.db.begin().await?;
    audit(app, &mut tx, shop, actor, ("books.take_in", &format!("{} orders", done.taken))).await?;
    tx.commit().await?;
    ingest::apply_shop(app, shop).await?;
    Ok(done)
}

async fn keep(app: &App, shop: &Shop, seen: &OrderSeen) -> Result<(), AppError> {
    let platform = platforms::by_name(&shop.platform).ok_or(AppError::NotFound("platform of that name"))?;
    let delivery = NewDelivery {
        id: DeliveryId(app.new_id()),
        shop_id: shop.id,
        delivery_key: format!("{}/{}/{}", own::ORDER, seen.order_id, seen.seen_at.as_millisecond()),
        topic: own::ORDER.into(),
        api_version: None,
        event_id: None,
        triggered_at: Some(seen.seen_at),
        received_at: app.now(),
        // It may end a cart.
        urgent: true,
        body: serde_json::to_vec(seen).map_err(|e| AppError::Invalid(format!("the order can't be kept: {e}")))?,
    };
    ingest::keep(app, platform, delivery).await.map_err(|e| AppError::Conflict(e.to_string()))
}
