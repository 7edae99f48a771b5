//! What conditions and guards look at: the cart as it is, and what is known of its shopper. Read for a whole batch in a few statements.

use super::AppError;
use crate::db::orders::OrderRow;
use crate::db::{self, Tx};
use crate::domain::campaign::{Scene, SceneItem};
use crate::domain::cart::{Cart, SaturatingInstant as _};
use crate::domain::catalogue::{CatalogueItem, fresh};
use crate::domain::contact::ContactFacts;
use crate::domain::event::Item;
use crate::domain::ids::{ContactId, ShopId};
use jiff::{SignedDuration, Timestamp};
use std::collections::{BTreeSet, HashMap};

/// Orders of a shopper are looked at this far back.
const ORDERS_LOOKBACK: SignedDuration = SignedDuration::from_hours(24 * 366 * 2);

/// What is known of the shoppers of a batch.
#[derive(Default)]
pub struct Scenes {
    orders: HashMap<ContactId, Vec<OrderRow>>,
    people: HashMap<ContactId, ContactFacts>,
    catalogue: HashMap<String, CatalogueItem>,
}

impl Scenes {
    /// Reads what is known of the products in these carts, and of these shoppers.
    ///
    /// # Errors
    /// `Db`.
    pub async fn load(
        tx: &mut Tx,
        shop: ShopId,
        (carts, people): (impl Iterator<Item = &Cart>, impl Iterator<Item = ContactId>),
        now: Timestamp,
    ) -> Result<Self, AppError> {
        let lines = carts.filter_map(Cart::snapshot).flat_map(|s| &s.items);
        let variants: BTreeSet<&str> = lines.filter_map(|item| item.variant_id.as_deref()).collect();
        let catalogue = db::catalogue::of_carts(tx, shop, &variants.into_iter().collect::<Vec<_>>()).await?;
        let contacts: Vec<uuid::Uuid> = people.map(|contact| contact.0).collect();
        if contacts.is_empty() {
            return Ok(Self { catalogue, ..Self::default() });
        }
        let mut orders: HashMap<ContactId, Vec<OrderRow>> = HashMap::new();
        for order in db::orders::by_contacts(tx, shop, &contacts, now.saturating_add_lossy(-ORDERS_LOOKBACK)).await? {
            if let Some(contact) = order.contact_id {
                orders.entry(contact).or_default().push(order);
            }
        }
        let people = db::contacts::load(tx, shop, &contacts).await?.into_iter().map(|c| (c.id, c.facts)).collect();
        Ok(Self { orders, people, catalogue })
    }

    /// What conditions look at for a cart, as of an instant.
    pub fn of(&self, cart: &Cart, contact: Option<ContactId>, now: Timestamp) -> Scene {
        let snapshot = cart.snapshot();
        let orders = contact.and_then(|c| self.orders.get(&c)).map(Vec::as_slice).unwrap_or_default();
        let placed = |o: &&OrderRow| !o.facts.test && o.facts.cancelled_at.is_none();
        let person = contact.and_then(|c| self.people.get(&c));
        // What the platform counts goes back further than what we saw.
        let told = person.and_then(|p| p.orders_count.as_ref()).filter(|count| count.at <= cart.started_at).map_or(0, |count| count.value);
        let heads = || orders.iter().filter(placed).filter_map(|o| o.facts.head.as_ref());
        let seen = heads().filter(|h| h.created_at < cart.started_at).count() as u64;
        Scene {
            now,
            value: snapshot.and_then(|s| s.value),
            country: cart.country.as_ref().map(|c| c.value.clone()),
            language: cart.locale.as_ref().map(|l| l.value.clone()),
            orders_before: u32::try_from(told.max(seen)).unwrap_or(u32::MAX),
            items: snapshot.map(|s| s.items.iter().map(|i| self.item(i)).collect()).unwrap_or_default(),
            customer_tags: person.and_then(|p| p.tags.as_ref()).map(|t| t.value.iter().cloned().collect()).unwrap_or_default(),
            code_on_cart: snapshot.is_some_and(|s| !s.discount_codes.is_empty()),
            code_used_at: heads().filter(|h| !h.discount_codes.is_empty()).map(|h| h.created_at).max(),
        }
    }

    /// Nothing of a cart can be had any more, as far as is known.
    pub fn sold_out(&self, cart: &Cart) -> bool {
        cart.snapshot().is_some_and(|s| fresh(s, &self.catalogue).all_sold_out)
    }

    fn item(&self, item: &Item) -> SceneItem {
        let names = [&item.product_id, &item.variant_id, &item.sku].into_iter().flatten().cloned().collect();
        let Some(known) = item.variant_id.as_ref().and_then(|v| self.catalogue.get(v)) else {
            return SceneItem { names, ..SceneItem::default() };
        };
        let list = |set: &BTreeSet<String>| set.iter().cloned().collect();
        SceneItem { names, collections: list(&known.collections), tags: list(&known.tags), sold_out: known.available == Some(false) }
    }
}
