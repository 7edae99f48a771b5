//! Who may be written to at all: everything that a store's sending policy asks about a batch of messages, read in a handful of statements.

use super::{AppError, policies};
use crate::db::{self, Tx};
use crate::domain::bots::BotVerdict;
use crate::domain::bought::{Bought, elsewhere};
use crate::domain::cart::{Cart, LOST_AFTER, SaturatingInstant as _};
use crate::domain::consent::Consent;
use crate::domain::event::ChannelKind;
use crate::domain::ids::{CartId, ContactId, ShopId};
use crate::domain::nudge::ConsentInput;
use crate::domain::policy::{Policy, country_of};
use jiff::Timestamp;
use std::collections::{BTreeSet, HashMap};
use uuid::Uuid;

/// What is known of the people and carts of a batch.
#[derive(Debug)]
pub struct Who {
    /// What is in force.
    pub policy: Policy,
    now: Timestamp,
    tags: HashMap<ContactId, BTreeSet<String>>,
    bots: HashMap<CartId, BotVerdict>,
    bought: HashMap<ContactId, Vec<Bought>>,
    last_bought: HashMap<ContactId, Timestamp>,
}

impl Who {
    /// Of these people and carts, as the transaction sees them.
    ///
    /// # Errors
    /// `Db`.
    pub async fn of(tx: &mut Tx, shop: ShopId, (contacts, carts): (&[ContactId], &[CartId]), now: Timestamp) -> Result<Self, AppError> {
        let contacts: Vec<Uuid> = contacts.iter().map(|c| c.0).collect();
        let carts: Vec<Uuid> = carts.iter().map(|c| c.0).collect();
        let policy = policies::in_force(tx, shop).await?;
        // A cart that waits for longer is given up.
        let since = now.saturating_add_lossy(-LOST_AFTER).saturating_add_lossy(-policy.bought_within.0);
        let known = db::contacts::load(tx, shop, &contacts).await?;
        Ok(Self {
            tags: known.into_iter().filter_map(|c| Some((c.id, c.facts.tags?.value))).collect(),
            bots: db::bots::of_carts(tx, shop, &carts).await?,
            bought: db::orders::bought_by(tx, shop, &contacts, since).await?,
            last_bought: db::orders::last_bought(tx, shop, &contacts, now).await?,
            policy,
            now,
        })
    }

    /// May they be written to by a channel about a cart, and on which ground?
    pub fn consent(&self, contact: ContactId, channel: ChannelKind, cart: &Cart, said: Option<&Consent>) -> ConsentInput {
        let address = cart.country.as_ref().map(|c| c.value.as_str());
        let country = country_of(channel, address, cart.phone.as_ref().map(|p| &p.value));
        self.policy.may_write(channel, country.as_deref(), said, self.last_bought.get(&contact).copied(), self.now)
    }

    /// The tag that keeps a customer from being written to.
    pub fn excluded(&self, contact: ContactId) -> Option<String> {
        let tags = self.tags.get(&contact)?;
        self.policy.excluded_by(tags.iter().map(String::as_str)).map(str::to_owned)
    }

    /// How likely a cart's checkout is fake; none when it was never scored. Whether that is too much says [`Policy::bots`].
    pub fn bot(&self, cart: CartId) -> Option<BotVerdict> {
        self.bots.get(&cart).cloned()
    }

    /// The order by which they have all that is in the cart already.
    pub fn bought_elsewhere(&self, contact: ContactId, cart: &Cart) -> Option<String> {
        let since = cart.active_at.saturating_add_lossy(-self.policy.bought_within.0);
        let items = cart.snapshot().map(|s| s.items.as_slice()).unwrap_or_default();
        elsewhere(items, self.bought.get(&contact)?, since)
    }

    /// A test store, and the address is none of those that it writes to.
    pub fn test_store(&self, to: Option<&str>) -> bool {
        to.is_some_and(|to| self.policy.test_keeps_from(to))
    }
}
