//! Works out anew what became of shoppers who were marked, and moves the sums of their days by the difference.

use crate::app::{App, AppError};
use crate::db::lift::count::{Enrolled, Ordered, ReachedRow};
use crate::db::lift::days::Key;
use crate::db::shops::Shop;
use crate::db::{self, Db, DbError, Tx};
use crate::domain::campaign::CampaignSpec;
use crate::domain::ids::{CampaignId, ContactId, ShopId};
use crate::domain::lift::outcome::{Counting, Entered, Outcome, Reached, outcomes};
use crate::domain::lift::tally::Tally;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use uuid::Uuid;

/// So many shoppers in one transaction: webhooks of the store wait for no longer.
const BATCH_MAX: i64 = 100;
/// So many batches of one store before another's turn.
const TURNS_MAX: usize = 10;

/// Works off marks, store after store. How many shoppers.
///
/// # Errors
/// `Db`; what was worked off before stays so.
pub async fn count_due(app: &App) -> Result<usize, AppError> {
    let mut done = 0;
    for shop in db::lift::shops_marked(&app.db).await? {
        for _ in 0..TURNS_MAX {
            match batch(&app.db, shop).await? {
                0 => break,
                some => done += some,
            }
        }
    }
    Ok(done)
}

/// Works off all marks of a store. How many shoppers.
///
/// # Errors
/// `Db`.
pub async fn count_all(db: &Db, shop: ShopId) -> Result<usize, AppError> {
    let mut done = 0;
    loop {
        match batch(db, shop).await? {
            0 => return Ok(done),
            some => done += some,
        }
    }
}

async fn batch(db: &Db, shop: ShopId) -> Result<usize, AppError> {
    let mut tx = db.begin().await?;
    // Alone with the store's orders and sums: what is saved meanwhile marks again.
    db::shops::lock_apply(&mut tx, shop).await?;
    let contacts = db::lift::take(&mut tx, shop, BATCH_MAX).await?;
    if contacts.is_empty() {
        tx.rollback().await?;
        return Ok(0);
    }
    if let Some(shop) = db::shops::get_in(&mut tx, shop).await? {
        count(&mut tx, &shop, &contacts).await?;
    }
    tx.commit().await?;
    Ok(contacts.len())
}

/// Works out what became of one shopper if they are marked: before their orders can't be found any more. In a transaction that holds the store's `apply` lock.
///
/// # Errors
/// `Db`.
pub async fn count_now(tx: &mut Tx, shop: ShopId, contact: ContactId) -> Result<(), AppError> {
    if db::lift::take_one(tx, shop, contact).await?
        && let Some(shop) = db::shops::get_in(tx, shop).await?
    {
        count(tx, &shop, &[contact.0]).await?;
    }
    Ok(())
}

/// The day of an instant in a zone, counted from 1970-01-01.
pub fn day_of(at: Timestamp, zone: &TimeZone) -> i64 {
    let date = at.to_zoned(zone.clone()).date();
    i64::from(jiff::civil::date(1970, 1, 1).until(date).map_or(0, |span| span.get_days()))
}

async fn count(tx: &mut Tx, shop: &Shop, contacts: &[Uuid]) -> Result<(), DbError> {
    let enrolled = db::lift::count::enrolled(tx, shop.id, contacts).await?;
    let enrolments: Vec<Uuid> = enrolled.iter().map(|e| e.id.0).collect();
    let carts: Vec<Uuid> = enrolled.iter().map(|e| e.cart.0).collect();
    let reached = db::lift::count::reached(tx, shop.id, &enrolments).await?;
    let specs = specs(tx, shop.id, &enrolled, &reached).await?;
    let orders = db::lift::count::orders(tx, shop.id, contacts, &carts).await?;
    let days = db::lift::outcome_days(tx, shop.id).await?;
    let counting = Counting { currency: shop.currency, horizon: SignedDuration::from_hours(24 * days) };
    let zone = shop.zone();
    let people: BTreeSet<ContactId> = enrolled.iter().map(|e| e.contact).collect();
    let mut now: Vec<(Outcome, i64)> = Vec::new();
    for person in people {
        let entered: Vec<Entered> = enrolled.iter().filter(|e| e.contact == person).map(|e| entered(e, &reached, &specs)).collect();
        let mine = |o: &Ordered| crate::domain::lift::outcome::Bought { own: o.contact == Some(person), ..o.bought.clone() };
        let bought: Vec<_> = orders.iter().map(mine).collect();
        now.extend(outcomes(&entered, &bought, counting).into_iter().map(|o| {
            let day = day_of(o.at, &zone);
            (o, day)
        }));
    }
    let before = db::lift::count::kept(tx, shop.id, &enrolments).await?;
    replace(tx, shop.id, &before, &now).await
}

/// Campaigns' versions, by campaign and version.
type Specs = HashMap<(CampaignId, i64), CampaignSpec>;

async fn specs(tx: &mut Tx, shop: ShopId, enrolled: &[Enrolled], reached: &[ReachedRow]) -> Result<Specs, DbError> {
    let of_step = |r: &ReachedRow| enrolled.iter().find(|e| e.id.0 == r.enrolment_id).map(|e| (e.campaign, r.version));
    let wanted: BTreeSet<(CampaignId, i64)> =
        enrolled.iter().map(|e| (e.campaign, e.version)).chain(reached.iter().filter_map(of_step)).collect();
    let mut specs = Specs::new();
    for key in wanted {
        if let Some(spec) = db::campaigns::version(tx, shop, key.0, key.1).await? {
            specs.insert(key, spec);
        }
    }
    Ok(specs)
}

fn entered(e: &Enrolled, reached: &[ReachedRow], specs: &Specs) -> Entered {
    let spec = |version| specs.get(&(e.campaign, version));
    let of_step = |r: &ReachedRow| {
        let step = usize::try_from(r.step).ok().and_then(|index| spec(r.version)?.steps.get(index))?;
        let at = Timestamp::from_millisecond(r.at).ok()?;
        Some(Reached { step: r.step, variant: r.variant.clone(), split: split(&step.variants), at })
    };
    Entered {
        enrolment: e.id,
        campaign: e.campaign,
        cart: e.cart,
        arm: e.arm,
        percent: spec(e.version).map_or(0, |s| s.holdout_percent),
        at: e.created_at,
        counted_at: e.counted_at,
        reached: reached.iter().filter(|r| r.enrolment_id == e.id.0).filter_map(of_step).collect(),
    }
}

/// The texts that a lot is drawn among, with their weights and whether they carry the step's code, as kept with each outcome.
pub(super) fn split(variants: &[crate::domain::campaign::Variant]) -> String {
    let texts: Vec<(&str, u16, bool)> = variants.iter().map(|v| (v.name.as_str(), v.weight, v.without_discount)).collect();
    serde_json::to_string(&texts).unwrap_or_default()
}

/// Puts what became of shoppers into the place of what was kept, and moves the sums by the difference.
async fn replace(tx: &mut Tx, shop: ShopId, before: &[(Outcome, i64)], now: &[(Outcome, i64)]) -> Result<(), DbError> {
    let mut moved: BTreeMap<Key, Tally> = BTreeMap::new();
    let same = |a: &Outcome, b: &Outcome| (a.enrolment, a.step) == (b.enrolment, b.step);
    for (old, day) in before {
        if now.contains(&(old.clone(), *day)) {
            continue;
        }
        let sum = moved.entry(key(old, *day)).or_default();
        *sum = sum.minus(Tally::of(old));
        if !now.iter().any(|(new, _)| same(new, old)) {
            db::lift::count::drop(tx, shop, old.enrolment, old.step).await?;
        }
    }
    for (new, day) in now {
        if before.contains(&(new.clone(), *day)) {
            continue;
        }
        let sum = moved.entry(key(new, *day)).or_default();
        *sum = sum.plus(Tally::of(new));
        db::lift::count::keep(tx, shop, new, *day).await?;
    }
    for (key, by) in moved.into_iter().filter(|(_, by)| *by != Tally::default()) {
        let stands = db::lift::days::get(tx, shop, &key).await?.unwrap_or_default();
        db::lift::days::set(tx, shop, &key, stands.plus(by)).await?;
    }
    Ok(())
}

fn key(o: &Outcome, day: i64) -> Key {
    Key { campaign: o.campaign, step: o.step, day, stratum: o.stratum.clone(), arm: o.arm.clone() }
}

/// Adds a store's outcomes up anew.
///
/// # Errors
/// `Db`.
pub async fn add_up(db: &Db, shop: ShopId) -> Result<(), AppError> {
    let mut tx = db.begin().await?;
    db::shops::lock_apply(&mut tx, shop).await?;
    let mut sums: BTreeMap<Key, Tally> = BTreeMap::new();
    for (outcome, day) in db::lift::count::all(&mut tx, shop).await? {
        let sum = sums.entry(key(&outcome, day)).or_default();
        *sum = sum.plus(Tally::of(&outcome));
    }
    db::lift::days::clear(&mut tx, shop).await?;
    for (key, sum) in sums {
        db::lift::days::set(&mut tx, shop, &key, sum).await?;
    }
    Ok(tx.commit().await?)
}
