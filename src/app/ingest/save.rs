//! Saving what a batch brought about, in the transaction that marks its deliveries as applied.

use super::fold::{Settled, Workset};
use crate::app::{App, AppError, attribute, explain};
use crate::db::{self, Tx};
use crate::domain::ids::{CartId, OrderId};
use std::collections::BTreeSet;

/// Saves rows, cancels what waits for ended carts, and works out credits.
///
/// # Errors
/// `Db`; then nothing is saved.
pub async fn save(app: &App, tx: &mut Tx, set: &mut Workset<'_>, settled: Settled) -> Result<(), AppError> {
    save_people(tx, set).await?;
    save_carts(app, tx, set).await?;
    for event in &set.changed.events {
        db::events::insert(tx, set.shop.id, event).await?;
    }
    for id in &settled.orders {
        if let Some(order) = set.orders.get(id) {
            db::orders::save(tx, set.shop.id, order, set.now).await?;
        }
    }
    for (cart, rule) in &settled.ended {
        explain::cancel_cart(app, tx, set.shop.id, *cart, (rule, set.now)).await?;
    }
    credit(app, tx, set, &settled.orders).await?;
    if set.changed.uninstalled {
        db::shops::set_uninstalled(tx, set.shop.id, Some(set.now)).await?;
    }
    super::super::erase::contacts(app, tx, set.shop.id, &set.changed.erased, set.now).await?;
    if set.changed.erase_shop {
        db::erase::shop(tx, set.shop.id).await?;
    }
    Ok(())
}

async fn save_people(tx: &mut Tx, set: &Workset<'_>) -> Result<(), AppError> {
    let shop = set.shop.id;
    for id in &set.changed.contacts {
        if let Some(contact) = set.contacts.get(id) {
            db::contacts::save(tx, shop, contact).await?;
        }
    }
    for (from, into) in &set.changed.merged_contacts {
        db::contacts::merge(tx, shop, *from, *into).await?;
    }
    for identity in &set.changed.identities {
        if let Some(owner) = set.owners.get(identity) {
            db::contacts::set_owner(tx, shop, identity, *owner).await?;
        }
    }
    for (contact, channel) in &set.changed.consents {
        if let Some(consent) = set.consents.get(&(*contact, *channel)) {
            db::contacts::save_consent(tx, shop, *contact, *channel, consent).await?;
        }
    }
    Ok(())
}

async fn save_carts(app: &App, tx: &mut Tx, set: &Workset<'_>) -> Result<(), AppError> {
    let shop = set.shop.id;
    for id in &set.changed.carts {
        if let Some(cart) = set.carts.get(id) {
            db::carts::save(tx, shop, cart, set.now).await?;
        }
    }
    for token in &set.changed.tokens {
        if let Some(cart) = set.cart_of(token) {
            db::carts::set_token(tx, shop, token, cart).await?;
        }
    }
    for (from, into) in &set.changed.merged_carts {
        db::carts::set_merged(tx, shop, *from, *into).await?;
        explain::cancel_cart(app, tx, shop, *from, ("merged", set.now)).await?;
    }
    Ok(())
}

/// Works out the credits of orders, and marks the carts that were recovered or are no more.
async fn credit(app: &App, tx: &mut Tx, set: &mut Workset<'_>, orders: &BTreeSet<OrderId>) -> Result<(), AppError> {
    let mut touched: BTreeSet<CartId> = BTreeSet::new();
    for id in orders {
        let Some(order) = set.orders.get(id) else { continue };
        let cart = order.facts.tokens.iter().find_map(|t| set.cart_of(t));
        touched.extend(attribute::credit_order(app, tx, set.shop.id, order, cart).await?);
    }
    attribute::mark_recovered(tx, set.shop, &touched, set.now).await
}
