//! Counting carts.

use crate::app::AppError;
use crate::db::rollups;
use crate::db::shops::Shop;
use crate::db::{DbError, Tx};
use crate::domain::ids::CartId;
use crate::domain::report::fact::{Fact, products};
use crate::domain::report::figure::{ByPlace, Dimension};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// Counts these carts anew, and adds what changed to the sums. One that can't be read stays as it was counted, and keeps no other from being counted: `verify`
/// tells of it.
///
/// # Errors
/// `Db`.
pub async fn count(tx: &mut Tx, shop: &Shop, ids: &[Uuid]) -> Result<(), AppError> {
    match together(tx, shop, ids).await {
        Err(AppError::Db(DbError::Corrupt(_))) => {}
        done => return done,
    }
    for id in ids {
        match together(tx, shop, &[*id]).await {
            Err(AppError::Db(DbError::Corrupt(_))) => {
                tracing::warn!(shop = %shop.id, cart = %id, "a cart can't be read, and stays in the reports as it was counted");
            }
            done => done?,
        }
    }
    Ok(())
}

/// Reads everything before it changes anything.
async fn together(tx: &mut Tx, shop: &Shop, ids: &[Uuid]) -> Result<(), AppError> {
    if ids.is_empty() {
        return Ok(());
    }
    let loaded = rollups::known(tx, shop.id, ids).await?;
    let asked: Vec<Uuid> = loaded.asked.iter().copied().collect();
    let before = rollups::facts(tx, shop.id, &asked).await?;
    let zone = shop.zone();
    let mut now: BTreeMap<CartId, Fact> = BTreeMap::new();
    let mut names: BTreeMap<String, String> = BTreeMap::new();
    for (id, cart, known) in loaded.each() {
        if let Some(fact) = known.fact(&zone) {
            names.extend(products(cart).into_iter().filter(|(id, title)| !title.is_empty() && id != title));
            now.insert(id, fact);
        }
    }
    let mut changes: BTreeMap<i64, ByPlace> = BTreeMap::new();
    let mut join = |fact: &Fact, times: i64| {
        let day = changes.entry(fact.day).or_default();
        fact.places().into_iter().for_each(|(place, sums)| day.entry(place).or_default().join(&sums, times));
    };
    let is_same = |id: &CartId| before.get(id) == now.get(id);
    before.iter().filter(|(id, _)| !is_same(id)).for_each(|(_, fact)| join(fact, -1));
    now.iter().filter(|(id, _)| !is_same(id)).for_each(|(_, fact)| join(fact, 1));
    let gone: Vec<Uuid> = before.keys().filter(|id| !now.contains_key(*id)).map(|id| id.0).collect::<BTreeSet<_>>().into_iter().collect();
    let changed: Vec<(CartId, Fact)> = now.iter().filter(|(id, _)| !is_same(id)).map(|(id, fact)| (*id, fact.clone())).collect();
    rollups::save(tx, shop.id, &gone, &changed).await?;
    rollups::add(tx, shop.id, &changes).await?;
    let names: Vec<(String, String)> = names.into_iter().collect();
    Ok(rollups::label(tx, shop.id, Dimension::Product, &names).await?)
}
