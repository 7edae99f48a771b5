//! Saving what a batch brought about, in the transaction that marks its deliveries as applied.

use super::fold::{Settled, Workset};
use super::{consents, heard, score};
use crate::app::{App, AppError, attribute, explain};
use crate::db::carts::CartRow;
use crate::db::contacts::ContactRow;
use crate::db::orders::OrderRow;
use crate::db::{self, Tx};
use crate::domain::event::ChannelKind;
use crate::domain::ids::{CartId, ContactId, OrderId};
use jiff::Timestamp;
use std::collections::BTreeSet;

/// Saves rows, cancels what waits for ended carts, and works out credits.
///
/// # Errors
/// `Db`; then nothing is saved.
pub async fn save(app: &App, tx: &mut Tx, set: &mut Workset<'_>, settled: Settled) -> Result<(), AppError> {
    save_people(tx, set).await?;
    save_carts(app, tx, set).await?;
    consents::save(app, tx, set).await?;
    score::score(tx, set).await?;
    set.catalogue.save(tx, set.shop.id).await?;
    db::events::insert(tx, set.shop.id, &set.changed.events).await?;
    for id in &settled.orders {
        if let Some(order) = set.orders.get(id) {
            db::orders::save(tx, set.shop.id, order, set.now).await?;
            db::discounts::set_uses(tx, set.shop.id, order.id, &order.facts).await?;
        }
    }
    for (cart, rule) in &settled.ended {
        explain::cancel_cart(app, tx, set.shop.id, *cart, (rule, set.now)).await?;
    }
    credit(app, tx, set, &settled.orders).await?;
    heard::save(app, tx, set).await?;
    if let Some(at) = set.changed.uninstalled {
        uninstalled(tx, set, at).await?;
    }
    super::super::erase::contacts(app, tx, set.shop.id, &set.changed.erased, set.now).await?;
    if set.changed.erase_shop {
        db::erase::shop(tx, set.shop.id).await?;
    }
    Ok(())
}

/// The store removed the app, and its token is void, unless it was installed again since: platforms tell such things late, and again.
async fn uninstalled(tx: &mut Tx, set: &Workset<'_>, at: Timestamp) -> Result<(), AppError> {
    let shop = set.shop.id;
    if db::shop_apps::installed_since(tx, shop, at).await? {
        return Ok(());
    }
    db::shop_access::void_installed(tx, shop).await?;
    db::shop_apps::set_removed(tx, shop).await?;
    Ok(db::shops::set_uninstalled(tx, shop, Some(set.now)).await?)
}

async fn save_people(tx: &mut Tx, set: &Workset<'_>) -> Result<(), AppError> {
    let shop = set.shop.id;
    let contacts: Vec<&ContactRow> = set.changed.contacts.iter().filter_map(|id| set.contacts.get(id)).collect();
    db::contacts::save(tx, shop, &contacts).await?;
    for (from, into) in &set.changed.merged_contacts {
        db::contacts::merge(tx, shop, *from, *into).await?;
    }
    let owner = |identity| set.owners.get(identity).map(|owner| (identity, *owner));
    db::contacts::set_owners(tx, shop, &set.changed.identities.iter().filter_map(owner).collect()).await?;
    let stands = |key: &(ContactId, ChannelKind)| set.consents.get(key).map(|consent| (key.0, key.1, consent));
    let consents: Vec<_> = set.changed.consents.iter().filter_map(stands).collect();
    Ok(db::contacts::save_consents(tx, shop, &consents).await?)
}

async fn save_carts(app: &App, tx: &mut Tx, set: &Workset<'_>) -> Result<(), AppError> {
    let shop = set.shop.id;
    let carts: Vec<&CartRow> = set.changed.carts.iter().filter_map(|id| set.carts.get(id)).collect();
    db::carts::save(tx, shop, &carts, set.now).await?;
    let cart = |token| set.cart_of(token).map(|cart| (token, cart));
    db::carts::set_tokens(tx, shop, &set.changed.tokens.iter().filter_map(cart).collect()).await?;
    for (from, into) in &set.changed.merged_carts {
        db::carts::set_merged(tx, shop, *from, *into).await?;
        db::bots::merge(tx, shop, *from, *into).await?;
        explain::cancel_cart(app, tx, shop, *from, ("merged", set.now)).await?;
    }
    // An order that is here already may carry what was only now learned to be theirs.
    let named: BTreeSet<CartId> = set.changed.tokens.iter().filter_map(|token| set.cart_of(token)).collect();
    Ok(db::lift::mark_carts(tx, shop, &named.into_iter().collect::<Vec<_>>()).await?)
}

/// Works out the credits of orders, and marks the carts that were recovered or are no more.
async fn credit(app: &App, tx: &mut Tx, set: &mut Workset<'_>, orders: &BTreeSet<OrderId>) -> Result<(), AppError> {
    let rows: Vec<&OrderRow> = orders.iter().filter_map(|id| set.orders.get(id)).collect();
    let touched = attribute::credit_orders(app, tx, set.shop.id, &rows, set.now).await?;
    attribute::mark_recovered(tx, set.shop, &touched, set.now).await
}
