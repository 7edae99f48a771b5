//! Erasing a person's data on demand: addresses, names, messages and raw deliveries go; money and times stay.

use super::{App, AppError, explain};
use crate::db::{self, Tx};
use crate::domain::cart::CartState;
use crate::domain::ids::{ContactId, ShopId};
use jiff::Timestamp;
use std::collections::BTreeSet;

/// Erases contacts, with everything by which they could be known.
///
/// # Errors
/// `Db`; then nothing is erased.
pub async fn contacts(app: &App, tx: &mut Tx, shop: ShopId, contacts: &BTreeSet<ContactId>) -> Result<(), AppError> {
    let now = app.now();
    for contact in contacts {
        for mut cart in db::carts::by_contacts(tx, shop, &[contact.0], Timestamp::UNIX_EPOCH).await? {
            cart.facts = cart.facts.erase(now);
            cart.state = CartState::Erased;
            db::carts::save(tx, shop, &cart, now).await?;
            explain::cancel_cart(app, tx, shop, cart.id, "erased").await?;
        }
        db::contacts::erase(tx, shop, *contact, now).await?;
    }
    Ok(())
}
