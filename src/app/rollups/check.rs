//! Do the reports say what the rows say? Asked by `verify`: every fact is worked out again, and the sums are compared with what the facts add up to.

use super::buyers;
use crate::app::{App, AppError};
use crate::db::rollups::{self, Kind, Stage};
use crate::db::shops::Shop;
use crate::db::{DbError, Tx};
use crate::domain::report::fact::VERSION;
use std::collections::{BTreeMap, HashSet};
use uuid::Uuid;

/// So many carts or shoppers are looked at together.
const PORTION: i64 = 250;

/// A check: its name and what must hold.
pub(super) type Ruled = (&'static str, &'static str);
/// Facts are what rows say.
pub const FOLLOWS_ROWS: Ruled =
    ("report_follows_rows", "what a cart or buyer counts for in the reports follows from its rows, or it waits to be counted");
/// Sums are what facts add up to.
pub const SUMS_ADD_UP: Ruled = ("report_sums_add_up", "the reports' sums are what their carts and buyers add up to");

/// Checks a shop's reports, and tells `(check, id, detail)` of what contradicts. One that is being counted from the beginning is left for the next time.
///
/// # Errors
/// `Db`.
pub async fn check(app: &App, shop: &Shop, found: &mut (dyn FnMut(Ruled, Uuid, String) + Send)) -> Result<(), AppError> {
    if shop.status == "removed" || shop.canary_of.is_some() {
        return Ok(());
    }
    for kind in [Kind::Cart, Kind::Buyer] {
        let mut after = Uuid::nil();
        loop {
            let mut tx = rollups::snapshot(&app.db).await?;
            let done = is_counted(&mut tx, shop).await?;
            let stage = if kind == Kind::Cart { Stage::Carts } else { Stage::Buyers };
            let ids = rollups::keys_after(&mut tx, shop.id, (stage, after), PORTION).await?;
            let Some(last) = ids.last().copied().filter(|_| done) else {
                tx.rollback().await?;
                break;
            };
            for id in differing(&mut tx, shop, (kind, &ids)).await? {
                found(FOLLOWS_ROWS, id, if kind == Kind::Cart { "a cart" } else { "a buyer" }.to_owned());
            }
            tx.rollback().await?;
            after = last;
        }
    }
    let mut tx = rollups::snapshot(&app.db).await?;
    if is_counted(&mut tx, shop).await? {
        if rollups::fold_facts(&mut tx, shop.id).await? != rollups::fold_sums(&mut tx, shop.id).await? {
            found(SUMS_ADD_UP, shop.id.0, "of carts".to_owned());
        }
        let (facts, sums) = rollups::fold_buyers(&mut tx, shop.id).await?;
        if facts != sums {
            found(SUMS_ADD_UP, shop.id.0, "of buyers".to_owned());
        }
    }
    tx.rollback().await?;
    super::days_check::check(app, shop, found).await
}

async fn is_counted(tx: &mut Tx, shop: &Shop) -> Result<bool, AppError> {
    let state = rollups::state(tx, shop.id).await?;
    Ok(state.is_some_and(|s| s.stage == Stage::Done && s.rules_version == VERSION && s.timezone == shop.timezone))
}

/// Whose facts are not what their rows say, or can't be read.
async fn differing(tx: &mut Tx, shop: &Shop, (kind, ids): (Kind, &[Uuid])) -> Result<Vec<Uuid>, AppError> {
    match portion(tx, shop, (kind, ids)).await {
        Err(AppError::Db(DbError::Corrupt(_))) => {}
        found => return found,
    }
    let mut all = Vec::new();
    for id in ids {
        match portion(tx, shop, (kind, &[*id])).await {
            Err(AppError::Db(DbError::Corrupt(_))) => all.push(*id),
            found => all.extend(found?),
        }
    }
    Ok(all)
}

/// Whose facts are not what their rows say, of those that don't wait to be counted.
async fn portion(tx: &mut Tx, shop: &Shop, (kind, ids): (Kind, &[Uuid])) -> Result<Vec<Uuid>, AppError> {
    let (Some(first), Some(last)) = (ids.first(), ids.last()) else { return Ok(Vec::new()) };
    let zone = shop.zone();
    let differing: Vec<Uuid> = if kind == Kind::Cart {
        let loaded = rollups::known(tx, shop.id, ids).await?;
        let now: BTreeMap<Uuid, _> = loaded.each().filter_map(|(id, _, known)| Some((id.0, known.fact(&zone)?))).collect();
        let asked: Vec<Uuid> = loaded.asked.iter().copied().collect();
        let stored: BTreeMap<Uuid, _> = rollups::facts(tx, shop.id, &asked).await?.into_iter().map(|(id, fact)| (id.0, fact)).collect();
        asked.into_iter().filter(|id| now.get(id) != stored.get(id)).collect()
    } else {
        let now = buyers::facts(rollups::orders_of(tx, shop.id, ids).await?, &zone);
        let stored = rollups::buyer_facts(tx, shop.id, ids).await?;
        ids.iter().filter(|id| now.get(*id) != stored.get(*id)).copied().collect()
    };
    if differing.is_empty() {
        return Ok(differing);
    }
    // What a cart was merged into may lie elsewhere among the ids.
    let (first, last) = differing.iter().fold((*first, *last), |(low, high), id| (low.min(*id), high.max(*id)));
    let waiting: HashSet<Uuid> = rollups::waiting_in(tx, shop.id, (kind, first, last)).await?.into_iter().collect();
    Ok(differing.into_iter().filter(|id| !waiting.contains(id)).collect())
}
