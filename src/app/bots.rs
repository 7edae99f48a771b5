//! A merchant's word about a checkout: fake or not, whatever its score.

use super::access::audit;
use super::{App, AppError};
use crate::db;
use crate::db::requests::Asked;
use crate::domain::ids::{CartId, ShopId};
use std::collections::BTreeSet;

/// Keeps what somebody said of a cart. It goes before the score, and holds for the cart that it may be merged into.
///
/// # Errors
/// `NotFound`, `Db`.
pub async fn say(app: &App, shop: ShopId, cart: CartId, (fake, actor): (bool, &str)) -> Result<CartId, AppError> {
    let mut tx = app.db.begin().await?;
    // Whatever is folded, planned or sent is wholly before or wholly after this.
    db::shops::lock_apply(&mut tx, shop).await?;
    db::shops::hold_claims(&mut tx, &BTreeSet::from([shop.0])).await?;
    let cart = db::bots::say(&mut tx, shop, cart, fake).await?.ok_or(AppError::NotFound("cart with that id"))?;
    db::requests::insert(&mut tx, shop, (app.new_id(), app.now()), Asked::Fake { cart, fake }).await?;
    let action = if fake { "cart.fake" } else { "cart.not_fake" };
    audit(app, &mut tx, shop, actor, (action, &cart.to_string())).await?;
    tx.commit().await?;
    Ok(cart)
}
