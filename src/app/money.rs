//! What a store counts as revenue: set once, and every order's amounts and credits worked out anew.

use super::access::audit;
use super::{App, AppError, attribute};
use crate::db;
use crate::db::shops::Shop;
use crate::domain::ids::ShopId;
use crate::domain::order::{Basis, SetBasis};

/// At most this many orders are worked out anew in one transaction: come back at once if full.
const BATCH_MAX: i64 = 100;

/// What a store counts, and how far the figures follow it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counted {
    /// As it is set.
    pub basis: SetBasis,
    /// Orders whose amounts still follow what was set before.
    pub orders_behind: i64,
}

/// What a store counts as revenue.
///
/// # Errors
/// `NotFound`, `Db`.
pub async fn get(app: &App, shop: ShopId) -> Result<Counted, AppError> {
    let shop = db::shops::get(&app.db, shop).await?.ok_or(AppError::NotFound("store with that id"))?;
    counted(app, &shop).await
}

/// Of a store that is at hand.
///
/// # Errors
/// `Db`.
pub async fn counted(app: &App, shop: &Shop) -> Result<Counted, AppError> {
    Ok(Counted { basis: shop.basis, orders_behind: db::orders::count_behind(&app.db, shop.id, shop.basis.version).await? })
}

/// Sets it; the same again changes nothing. The worker then works out every order anew, the past's too, so that figures of different times stay comparable.
///
/// # Errors
/// `NotFound`, `Db`.
pub async fn set(app: &App, shop: ShopId, basis: Basis, actor: &str) -> Result<Counted, AppError> {
    let mut tx = app.db.begin().await?;
    let row = db::shops::get_in(&mut tx, shop).await?.ok_or(AppError::NotFound("store with that id"))?;
    if row.basis.basis != basis {
        let version = db::shops::set_money(&mut tx, shop, basis).await?;
        audit(app, &mut tx, shop, actor, ("money.set", &format!("{version}: {}", basis.words()))).await?;
        tx.commit().await?;
    }
    get(app, shop).await
}

/// Works out a batch of orders of each store whose figures are behind what it counts. How many orders; it can be broken off at any time, and goes on where it
/// was.
///
/// # Errors
/// `Db`.
pub async fn recount_due(app: &App) -> Result<usize, AppError> {
    let mut done = 0;
    for shop in db::orders::shops_behind(&app.db).await? {
        done += recount(app, shop).await?;
    }
    Ok(done)
}

async fn recount(app: &App, shop: ShopId) -> Result<usize, AppError> {
    let mut tx = app.db.begin().await?;
    // While a batch of webhooks is folded, orders are on their way that it saves by what it knows.
    db::shops::lock_apply(&mut tx, shop).await?;
    let now = app.now();
    let Some(shop) = db::shops::get_in(&mut tx, shop).await? else { return Ok(0) };
    let orders = db::orders::behind(&mut tx, shop.id, (shop.basis.version, BATCH_MAX)).await?;
    for order in &orders {
        db::orders::save(&mut tx, shop.id, order, now).await?;
    }
    let touched = attribute::credit_orders(app, &mut tx, shop.id, &orders.iter().collect::<Vec<_>>(), now).await?;
    attribute::mark_recovered(&mut tx, &shop, &touched, now).await?;
    tx.commit().await?;
    Ok(orders.len())
}
