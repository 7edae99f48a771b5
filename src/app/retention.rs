//! Keeping things for as long as a store wants, and no longer: every night raw deliveries are emptied and shoppers erased who were not seen any more, in small portions.
//!
//! What is owed to people stays: who must not be written to and that they said so, for ever. What is owed to the books stays: orders' money and credits, without the
//! person. No figure is worked out of a raw delivery once it is applied.

use super::access::audit;
use super::{App, AppError, erase, ingest};
use crate::db::retention::{self as rows, Gone, Run};
use crate::db::{self, Tx};
use crate::domain::cart::SaturatingInstant as _;
use crate::domain::ids::{ContactId, ShopId};
use crate::domain::retention::{Kept, Thing};
use crate::platforms::{self, own};
use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeSet;

/// Deliveries that are looked at together.
const DELIVERIES_MAX: i64 = 1_000;
/// Contacts that are looked at together.
const CONTACTS_MAX: i64 = 500;
/// And those of them that are erased together: intake of the store waits for no more.
const ERASED_MAX: usize = 25;
/// It runs so often.
const EVERY: SignedDuration = SignedDuration::from_hours(24);
/// The first run of a store waits for so long: whoever wants things kept for longer has time to say so.
const FIRST_AFTER: SignedDuration = SignedDuration::from_hours(24 * 7);

/// What a store chose, how its run stands.
///
/// # Errors
/// `Db`.
pub async fn get(app: &App, shop: ShopId) -> Result<Run, AppError> {
    Ok(rows::get(&app.db, shop).await?.unwrap_or_else(|| first(app.now())))
}

fn first(now: Timestamp) -> Run {
    Run {
        kept: Kept::default(),
        next_at: now.saturating_add_lossy(FIRST_AFTER),
        began_at: None,
        raw_after: None,
        browser_after: None,
        shopper_after: None,
        now: Gone::default(),
        ended_at: None,
        last: Gone::default(),
    }
}

/// Sets for how long things are kept. It holds from the next run on, which is no sooner than a day from now: what is gone doesn't come back.
///
/// # Errors
/// `Invalid` for a length that can't be, `Db`.
pub async fn set(app: &App, shop: ShopId, kept: Kept, actor: &str) -> Result<(), AppError> {
    if let Some(thing) = kept.faults().first() {
        let (least, most) = (thing.months_min(), crate::domain::retention::MONTHS_MAX);
        return Err(AppError::Invalid(format!("{}: choose between {least} and {most} months, or for ever", thing.as_str())));
    }
    let now = app.now();
    let mut tx = app.db.begin().await?;
    db::shops::lock_apply(&mut tx, shop).await?;
    let mut run = rows::lock(&mut tx, shop).await?.unwrap_or_else(|| first(now));
    if run.kept != kept {
        if run.began_at.is_some() {
            end(app, &mut tx, shop, (&mut run, now)).await?;
        }
        let next_at = run.next_at.max(now.saturating_add_lossy(EVERY));
        let told =
            Thing::ALL.map(|thing| format!("{} {}", thing.as_str(), kept.of(thing).map_or("ever".to_owned(), |months| months.to_string())));
        rows::put(&mut tx, shop, &Run { kept, next_at, ..run }).await?;
        audit(app, &mut tx, shop, actor, ("retention.set", &told.join(", "))).await?;
    }
    Ok(tx.commit().await?)
}

/// Works on a portion of every store's run that is due. How many rows were looked at; 0 when nothing is left to do.
///
/// # Errors
/// `Db`; what was done before stays so, and the rest goes on at the next call.
pub async fn work_due(app: &App) -> Result<usize, AppError> {
    let now = app.now();
    for shop in rows::without(&app.db).await? {
        let mut tx = app.db.begin().await?;
        db::shops::lock_apply(&mut tx, shop).await?;
        if rows::lock(&mut tx, shop).await?.is_none() {
            rows::put(&mut tx, shop, &first(now)).await?;
        }
        tx.commit().await?;
    }
    let mut done = 0;
    for shop in rows::due(&app.db, now).await? {
        done += portion(app, shop).await?;
    }
    Ok(done)
}

async fn portion(app: &App, shop: ShopId) -> Result<usize, AppError> {
    let mut tx = app.db.begin().await?;
    db::shops::lock_apply(&mut tx, shop).await?;
    let now = app.now();
    let Some(mut run) = rows::lock(&mut tx, shop).await?.filter(|run| run.next_at <= now) else {
        tx.rollback().await?;
        return Ok(0);
    };
    if run.began_at.is_none() {
        (run.began_at, run.shopper_after, run.now) = (Some(now), None, Gone::default());
    }
    let mut looked = deliveries(&mut tx, shop, &mut run, (Thing::Raw, now)).await?;
    looked += deliveries(&mut tx, shop, &mut run, (Thing::Browser, now)).await?;
    looked += shoppers(app, &mut tx, shop, (&mut run, now)).await?;
    if looked == 0 {
        end(app, &mut tx, shop, (&mut run, now)).await?;
    }
    rows::put(&mut tx, shop, &run).await?;
    tx.commit().await?;
    Ok(looked)
}

async fn end(app: &App, tx: &mut Tx, shop: ShopId, (run, now): (&mut Run, Timestamp)) -> Result<(), AppError> {
    (run.last, run.ended_at, run.began_at, run.shopper_after) = (run.now, Some(now), None, None);
    run.next_at = run.next_at.saturating_add_lossy(EVERY).max(now.saturating_add_lossy(EVERY / 2));
    run.now = Gone::default();
    if run.last.is_any() {
        let Gone { raw, browser, shoppers } = run.last;
        let told = format!("raw {raw}, browser {browser}, shoppers {shoppers}");
        audit(app, tx, shop, "worker", ("retention.run", &told)).await?;
    }
    Ok(())
}

/// Empties the next old deliveries of a kind. How many were looked at.
async fn deliveries(tx: &mut Tx, shop: ShopId, run: &mut Run, (thing, now): (Thing, Timestamp)) -> Result<usize, AppError> {
    let Some(before) = run.kept.before(thing, now) else { return Ok(0) };
    let after = if thing == Thing::Browser { run.browser_after } else { run.raw_after };
    let old = rows::old_deliveries(tx, shop, (after, before), DELIVERIES_MAX).await?;
    let Some(last) = old.last().map(|old| old.id) else { return Ok(0) };
    let store = db::shops::get_in(tx, shop).await?.ok_or(AppError::NotFound("store with that id"))?;
    // What the store answered about its products names nobody either.
    let names_people = |topic: &str| topic != ingest::TOPIC && platforms::by_name(&store.platform).is_none_or(|p| p.names_people(topic));
    let is_meant = |topic: &str| if own::is_of_pages(topic) { thing == Thing::Browser } else { thing == Thing::Raw && names_people(topic) };
    let ids: Vec<_> = old.iter().filter(|old| old.is_full && is_meant(&old.topic)).map(|old| old.id).collect();
    let gone = i64::try_from(ids.len()).unwrap_or(i64::MAX);
    if !ids.is_empty() {
        rows::empty(tx, shop, &ids).await?;
    }
    if thing == Thing::Browser {
        run.browser_after = Some(last);
        run.now.browser += gone;
    } else {
        run.raw_after = Some(last);
        run.now.raw += gone;
    }
    Ok(old.len())
}

/// Erases the next shoppers who were not seen any more. How many were looked at.
async fn shoppers(app: &App, tx: &mut Tx, shop: ShopId, (run, now): (&mut Run, Timestamp)) -> Result<usize, AppError> {
    let Some(before) = run.kept.before(Thing::Shoppers, now) else { return Ok(0) };
    let mut old = rows::old_contacts(tx, shop, (run.shopper_after, before), CONTACTS_MAX).await?;
    let idle = |(place, (contact, idle)): (usize, &(ContactId, bool))| idle.then_some((place, *contact));
    let meant: Vec<(usize, ContactId)> = old.iter().enumerate().filter_map(idle).take(ERASED_MAX).collect();
    if let Some((place, _)) = meant.last().filter(|_| meant.len() == ERASED_MAX) {
        old.truncate(place + 1);
    }
    let Some((last, _)) = old.last() else { return Ok(0) };
    run.shopper_after = Some(last.0);
    let contacts: BTreeSet<ContactId> = meant.into_iter().map(|(_, contact)| contact).collect();
    if !contacts.is_empty() {
        db::shops::hold_claims(tx, &BTreeSet::from([shop.0])).await?;
        erase::contacts(app, tx, shop, &contacts, now).await?;
        run.now.shoppers += i64::try_from(contacts.len()).unwrap_or(i64::MAX);
    }
    Ok(old.len())
}
