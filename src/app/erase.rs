//! Erasing a person's data on demand: addresses, names, messages and raw deliveries go; money and times stay.

pub mod by_address;

use super::{App, AppError, explain, lift};
use crate::db::carts::CartRow;
use crate::db::{self, Tx};
use crate::domain::cart::CartState;
use crate::domain::contact::Identity;
use crate::domain::ids::{CartId, ContactId, ShopId};
use jiff::Timestamp;
use std::collections::BTreeSet;

/// A customer's number of fewer characters stands in many webhooks that are about others.
const TELLING_MIN: usize = 8;

/// Erases contacts, with everything by which they could be known.
///
/// # Errors
/// `Db`; then nothing is erased.
pub async fn contacts(app: &App, tx: &mut Tx, shop: ShopId, contacts: &BTreeSet<ContactId>, now: Timestamp) -> Result<(), AppError> {
    for contact in contacts {
        // What became of them stays in the sums, and is worked out for the last time.
        lift::count::count_now(tx, shop, *contact).await?;
        for cart in db::carts::all_of_contact(tx, shop, *contact).await? {
            one(app, tx, shop, cart, now).await?;
        }
        for identity in db::contacts::identities_in(tx, shop, *contact).await? {
            if tells_a_person(&identity) {
                db::contacts::erase_unread(tx, shop, identity.value()).await?;
            }
            db::requests::forget(tx, shop, identity.value()).await?;
            db::replies::forget(tx, shop, identity.value()).await?;
            db::service_messages::forget(tx, shop, identity.value()).await?;
        }
        // That they said no stays proven, by an address that only whoever has it can find again.
        for (cause, place, address) in db::consent_ledger::keep_only_refusals(tx, shop, *contact).await? {
            let hash = address.map(|address| app.keys.address_hash(shop.0, &address));
            db::consent_ledger::without_a_name(tx, shop, (cause, place), hash.as_deref()).await?;
        }
        db::contacts::erase(tx, shop, *contact, now).await?;
    }
    if !contacts.is_empty() {
        // Lists that left as files and wait to be taken along could name them.
        db::file_jobs::drop_exports(tx, shop, now).await?;
    }
    Ok(())
}

fn tells_a_person(identity: &Identity) -> bool {
    !matches!(identity, Identity::Customer(number) if number.len() < TELLING_MIN)
}

/// Erases a cart of which nobody knows whose it is, with those merged into it.
///
/// # Errors
/// `Db`; then nothing is erased.
pub async fn nameless(app: &App, tx: &mut Tx, shop: ShopId, cart: CartId, now: Timestamp) -> Result<(), AppError> {
    let mut ids = db::cart_acts::merged_into(tx, shop, cart).await?;
    ids.push(cart.0);
    for cart in db::carts::load(tx, shop, &ids).await? {
        one(app, tx, shop, cart, now).await?;
    }
    Ok(db::cart_acts::erase_raw(tx, shop, cart).await?)
}

/// Takes the person out of a cart, and cancels what waits for it.
async fn one(app: &App, tx: &mut Tx, shop: ShopId, mut cart: CartRow, now: Timestamp) -> Result<(), AppError> {
    cart.facts = cart.facts.erase(now);
    cart.state = CartState::Erased;
    db::carts::save(tx, shop, &[&cart], now).await?;
    db::bots::forget_person(tx, shop, cart.id).await?;
    explain::cancel_cart(app, tx, shop, cart.id, ("erased", now)).await
}
