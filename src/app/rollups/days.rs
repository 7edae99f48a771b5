//! Summing days that are over, for the report on recovered revenue: those of which something changed, those that ended, and from the latest back to the first,
//! portion after portion.
//!
//! A portion is worked out in one snapshot, in which its marks are read as well, and nobody who writes waits for it. Then it is kept, and those marks go:
//! what changed meanwhile left marks of its own. One worker at a time has a store's days; whoever died at it has them for a minute more.

use crate::app::{App, AppError};
use crate::db::recovered::{self, Day, Mark, State};
use crate::db::report::Period;
use crate::db::rollups;
use crate::db::shops::Shop;
use crate::db::{self, Tx};
use crate::domain::ids::ShopId;
use crate::domain::report::cut::{FLOOR, Span, VERSION, day_of};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeSet;
use uuid::Uuid;

/// So many days are summed at once.
const DAYS_MAX: usize = 10;
/// So many marks are looked at together; what is left of a day has it summed once more.
const MARKS_MAX: i64 = 20_000;
/// So many are taken away in one transaction.
const MARKS_AT_ONCE: usize = 2_000;
/// A portion is done long before.
const LEASE: SignedDuration = SignedDuration::from_secs(60);

/// Sums up a portion of days of each shop that waits for it. How many days and marks.
///
/// # Errors
/// `Db`.
pub(super) async fn sum_due(app: &App) -> Result<usize, AppError> {
    let mut done = 0;
    for shop in recovered::shops_waiting(&app.db, app.now()).await? {
        done += sum_some(app, shop).await?;
    }
    Ok(done)
}

/// A portion, worked out.
struct Portion {
    state: State,
    /// What is kept of these goes.
    spans: Vec<Span>,
    /// And these come in its place, by when they begin.
    days: Vec<(i64, Day)>,
    marks: Vec<Mark>,
}

async fn sum_some(app: &App, shop: ShopId) -> Result<usize, AppError> {
    let by = app.new_id();
    if !claim(app, shop, by).await? {
        return Ok(0);
    }
    let mut tx = recovered::snapshot(&app.db).await?;
    let portion = portion(&mut tx, shop, app.now()).await?;
    tx.rollback().await?;
    let done = match portion {
        Some(portion) => keep(app, shop, by, &portion).await?,
        None => 0,
    };
    let mut tx = app.db.begin().await?;
    recovered::release(&mut tx, shop, by).await?;
    tx.commit().await?;
    Ok(done)
}

/// Takes the work on a shop's days.
async fn claim(app: &App, shop: ShopId, by: Uuid) -> Result<bool, AppError> {
    let mut tx = app.db.begin().await?;
    rollups::lock(&mut tx, shop).await?;
    let now = app.now();
    let claimed = match db::shops::get_in(&mut tx, shop).await?.filter(|s| s.status != "removed") {
        Some(shop) => match first(&mut tx, &shop, now).await? {
            Some(first) => recovered::claim(&mut tx, shop.id, &first, (by, now, now + LEASE)).await?,
            None => false,
        },
        None => false,
    };
    tx.commit().await?;
    Ok(claimed)
}

/// The state from which everything is summed: of nothing yet.
async fn first(tx: &mut Tx, shop: &Shop, now: Timestamp) -> Result<Option<State>, AppError> {
    let generation = db::credit_runs::whole(tx, shop.id).await?;
    let today = day_of(now.as_millisecond(), &shop.zone());
    Ok(today.map(|today| State {
        rules_version: VERSION,
        timezone: shop.timezone.clone(),
        generation,
        from_at: today.from,
        to_at: today.from,
        next_at: today.to,
    }))
}

/// What is to be done next: what changed, what ended, what is older.
async fn portion(tx: &mut Tx, id: ShopId, now: Timestamp) -> Result<Option<Portion>, AppError> {
    let Some(shop) = db::shops::get_in(tx, id).await? else { return Ok(None) };
    let (Some(known), Some(first)) = (recovered::state(tx, id).await?, first(tx, &shop, now).await?) else { return Ok(None) };
    let zone = shop.zone();
    let holds = known.rules_version == VERSION && known.timezone == shop.timezone && known.generation == first.generation;
    let state = if holds { known } else { first };
    let marks = recovered::taken(tx, id, state.kept(), MARKS_MAX).await?;
    let (state, spans, days) = if !marks.is_empty() {
        let days = days_of(&marks, &zone);
        (state, days.clone(), days)
    } else if state.next_at <= now.as_millisecond() {
        onwards(tx, id, (state, now), &zone).await?
    } else if state.from_at > FLOOR {
        back(tx, id, state, &zone).await?
    } else {
        return Ok(None);
    };
    let mut summed = Vec::new();
    for day in &days {
        summed.push((day.from, recovered::of_rows(tx, period(id, *day)).await?));
    }
    // Of days that are summed for the first time there may be marks as well.
    let marks = if marks.is_empty() { marks_of(tx, id, &days).await? } else { marks };
    let marks = marks.into_iter().filter(|(at, _)| days.iter().any(|day| day.holds(*at))).collect();
    Ok(Some(Portion { state, spans, days: summed, marks }))
}

fn period(shop: ShopId, day: Span) -> Period {
    let instant = |ms| Timestamp::from_millisecond(ms).unwrap_or_default();
    Period { shop, from: instant(day.from), to: instant(day.to) }
}

async fn marks_of(tx: &mut Tx, shop: ShopId, days: &[Span]) -> Result<Vec<Mark>, AppError> {
    let mut all = Vec::new();
    for day in days {
        all.extend(recovered::taken(tx, shop, *day, MARKS_MAX).await?);
    }
    Ok(all)
}

/// The days of marks, some of them.
fn days_of(marks: &[Mark], zone: &TimeZone) -> Vec<Span> {
    let mut days: BTreeSet<Span> = BTreeSet::new();
    for (at, _) in marks {
        if days.len() >= DAYS_MAX {
            break;
        }
        if !days.iter().any(|day| day.holds(*at)) {
            days.extend(day_of(*at, zone));
        }
    }
    days.into_iter().collect()
}

type Step = (State, Vec<Span>, Vec<Span>);

/// Days that ended since.
async fn onwards(tx: &mut Tx, shop: ShopId, (state, now): (State, Timestamp), zone: &TimeZone) -> Result<Step, AppError> {
    let today = day_of(now.as_millisecond(), zone).map_or(state.to_at, |today| today.from);
    let (mut days, mut to) = (Vec::new(), state.to_at);
    while to < today {
        let next = recovered::with_rows(tx, shop, to, false).await?.and_then(|at| day_of(at, zone)).filter(|day| day.to <= today);
        let Some(day) = next.filter(|_| days.len() < DAYS_MAX) else {
            to = next.map_or(today, |day| day.from);
            break;
        };
        to = day.to;
        days.push(day);
    }
    let next_at = day_of(to, zone).map_or(i64::MAX, |day| day.to);
    let span = Span { from: state.to_at, to };
    Ok((State { to_at: to, next_at, ..state }, vec![span], days))
}

/// Days before the first.
async fn back(tx: &mut Tx, shop: ShopId, state: State, zone: &TimeZone) -> Result<Step, AppError> {
    let (mut days, mut from) = (Vec::new(), state.from_at);
    while days.len() < DAYS_MAX && from > FLOOR {
        match recovered::with_rows(tx, shop, from, true).await?.and_then(|at| day_of(at, zone)) {
            Some(day) => {
                from = day.from;
                days.push(day);
            }
            None => from = FLOOR,
        }
    }
    let span = Span { from, to: state.from_at };
    Ok((State { from_at: from, ..state }, vec![span], days))
}

/// Keeps a portion. How much was done.
async fn keep(app: &App, shop: ShopId, by: Uuid, portion: &Portion) -> Result<usize, AppError> {
    let mut tx = app.db.begin().await?;
    // Whoever erases the store waits, or is seen.
    rollups::lock(&mut tx, shop).await?;
    if !recovered::put(&mut tx, shop, by, &portion.state).await? {
        tx.rollback().await?;
        return Ok(0);
    }
    recovered::replace(&mut tx, shop, &portion.spans, &portion.days).await?;
    tx.commit().await?;
    for marks in portion.marks.chunks(MARKS_AT_ONCE) {
        let mut tx = app.db.begin().await?;
        // Another has them by now: what this portion saw may not be what stands.
        if !recovered::put(&mut tx, shop, by, &portion.state).await? {
            tx.rollback().await?;
            break;
        }
        recovered::done(&mut tx, shop, marks).await?;
        tx.commit().await?;
    }
    Ok(portion.days.len().max(1))
}
