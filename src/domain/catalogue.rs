//! What a store sells, as last seen, and what that makes of a cart: current prices, and what is sold out.
//!
//! Products and variants are folds of joins, as carts are: any order of arrival and any repetition ends the same.

use crate::domain::cart::Snapshot;
use crate::domain::event::Item;
use crate::domain::joined::{Stamped, latest, latest_of};
use crate::domain::money::Money;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeSet, HashMap};
use std::hash::BuildHasher;

/// Products and variants as they were at one instant. Names nobody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CatalogueSeen {
    /// When they were so.
    pub seen_at: Timestamp,
    /// What is the same for all variants of a product.
    pub products: Vec<ProductSeen>,
    /// What is a variant's own.
    pub variants: Vec<VariantSeen>,
}

/// A product at an instant; what isn't said is none.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProductSeen {
    /// The platform's.
    pub product_id: String,
    /// As shoppers see it.
    pub title: Option<String>,
    /// Can it be bought at all: neither a draft, nor archived, nor deleted?
    pub on_sale: Option<bool>,
    /// The merchant's.
    pub tags: Option<BTreeSet<String>>,
    /// Handles of the collections that it is in.
    pub collections: Option<BTreeSet<String>>,
    /// A picture.
    pub image_url: Option<String>,
    /// Every variant that it has; another is no more.
    pub variant_ids: Option<BTreeSet<String>>,
}

/// A variant at an instant; what isn't said is none.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct VariantSeen {
    /// The platform's.
    pub variant_id: String,
    /// Of which product.
    pub product_id: Option<String>,
    /// `Blue / XL`.
    pub title: Option<String>,
    /// For one, in the shop's currency.
    pub price: Option<Money>,
    /// Is there stock, or may it be sold without?
    pub sellable: Option<bool>,
    /// How many there are; below zero where more were sold than there were.
    pub stock: Option<i64>,
    /// A picture of its own.
    pub image_url: Option<String>,
}

/// What is known of a product, each fact with its time.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Product {
    title: Option<Stamped<String>>,
    on_sale: Option<Stamped<bool>>,
    tags: Option<Stamped<BTreeSet<String>>>,
    collections: Option<Stamped<BTreeSet<String>>>,
    image_url: Option<Stamped<String>>,
    variant_ids: Option<Stamped<BTreeSet<String>>>,
}

impl Product {
    /// Takes in what was seen at an instant.
    pub fn see(&mut self, at: Timestamp, seen: ProductSeen) {
        latest(&mut self.title, at, seen.title);
        latest(&mut self.on_sale, at, seen.on_sale);
        latest(&mut self.tags, at, seen.tags);
        latest(&mut self.collections, at, seen.collections);
        latest(&mut self.image_url, at, seen.image_url);
        latest(&mut self.variant_ids, at, seen.variant_ids);
    }

    /// As shoppers see it.
    pub fn title(&self) -> Option<&str> {
        self.title.as_ref().map(|t| t.value.as_str())
    }

    /// Joins what is known elsewhere of the same product.
    pub fn join(&mut self, other: Self) {
        latest_of(&mut self.title, other.title);
        latest_of(&mut self.on_sale, other.on_sale);
        latest_of(&mut self.tags, other.tags);
        latest_of(&mut self.collections, other.collections);
        latest_of(&mut self.image_url, other.image_url);
        latest_of(&mut self.variant_ids, other.variant_ids);
    }
}

/// What is known of a variant, each fact with its time.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Variant {
    product_id: Option<Stamped<String>>,
    title: Option<Stamped<String>>,
    price: Option<Stamped<Money>>,
    sellable: Option<Stamped<bool>>,
    stock: Option<Stamped<i64>>,
    image_url: Option<Stamped<String>>,
}

impl Variant {
    /// Takes in what was seen at an instant.
    pub fn see(&mut self, at: Timestamp, seen: VariantSeen) {
        latest(&mut self.product_id, at, seen.product_id);
        latest(&mut self.title, at, seen.title);
        latest(&mut self.price, at, seen.price);
        latest(&mut self.sellable, at, seen.sellable);
        latest(&mut self.stock, at, seen.stock);
        latest(&mut self.image_url, at, seen.image_url);
    }

    /// The prices to remember when one is seen that isn't the one known: both, since only their times tell which of them came first. One that is told late is
    /// remembered in any case: it may have been another between two that are the same.
    pub fn prices_apart(&self, at: Timestamp, seen: Option<Money>) -> Vec<(Timestamp, Money)> {
        match (&self.price, seen) {
            (Some(known), Some(seen)) if known.at != at && (known.value != seen || at < known.at) => {
                vec![(known.at, known.value), (at, seen)]
            }
            _ => Vec::new(),
        }
    }

    /// Joins what is known elsewhere of the same variant.
    pub fn join(&mut self, other: Self) {
        latest_of(&mut self.product_id, other.product_id);
        latest_of(&mut self.title, other.title);
        latest_of(&mut self.price, other.price);
        latest_of(&mut self.sellable, other.sellable);
        latest_of(&mut self.stock, other.stock);
        latest_of(&mut self.image_url, other.image_url);
    }

    /// The product that it is of, as last said.
    pub fn product_id(&self) -> Option<&str> {
        self.product_id.as_ref().map(|p| p.value.as_str())
    }

    /// Since when nothing newer is known of whether it can be bought.
    pub fn sellable_at(&self) -> Option<Timestamp> {
        self.sellable.as_ref().map(|s| s.at)
    }
}

/// A variant with its product, as far as they are known.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CatalogueItem {
    /// The platform's.
    pub variant_id: String,
    /// Of which product.
    pub product_id: Option<String>,
    /// The product's.
    pub title: Option<String>,
    /// The variant's own.
    pub variant_title: Option<String>,
    /// For one, in the shop's currency.
    pub price: Option<Money>,
    /// Can it be bought? None: not known.
    pub available: Option<bool>,
    /// How many there are.
    pub stock: Option<i64>,
    /// The merchant's, of the product.
    pub tags: BTreeSet<String>,
    /// Handles of the collections that the product is in.
    pub collections: BTreeSet<String>,
    /// The variant's own picture, else the product's.
    pub image_url: Option<String>,
    /// As of when it is known whether it can be bought. Whoever says that says its price, too.
    pub seen_at: Option<Timestamp>,
}

impl CatalogueItem {
    /// Of what is known.
    pub fn of(variant_id: &str, variant: &Variant, product: Option<&Product>) -> Self {
        let unknown = Product::default();
        let product = product.unwrap_or(&unknown);
        Self {
            variant_id: variant_id.to_owned(),
            product_id: value(variant.product_id.as_ref()),
            title: value(product.title.as_ref()),
            variant_title: value(variant.title.as_ref()),
            price: value(variant.price.as_ref()),
            available: available(variant_id, variant, product),
            stock: value(variant.stock.as_ref()),
            tags: value(product.tags.as_ref()).unwrap_or_default(),
            collections: value(product.collections.as_ref()).unwrap_or_default(),
            image_url: value(variant.image_url.as_ref()).or_else(|| value(product.image_url.as_ref())),
            seen_at: variant.sellable_at(),
        }
    }
}

fn value<T: Clone>(slot: Option<&Stamped<T>>) -> Option<T> {
    slot.map(|s| s.value.clone())
}

fn available(variant_id: &str, variant: &Variant, product: &Product) -> Option<bool> {
    if product.on_sale.as_ref().is_some_and(|s| !s.value) {
        return Some(false);
    }
    let removed = product.variant_ids.as_ref().is_some_and(|all| {
        // A variant that was seen after the list was made is newer than it.
        !all.value.contains(variant_id) && variant.sellable_at().is_none_or(|at| at <= all.at)
    });
    if removed { Some(false) } else { value(variant.sellable.as_ref()) }
}

/// A cart as it would be bought now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fresh {
    /// Its lines, in their order.
    pub items: Vec<FreshItem>,
    /// Is there nothing left in it that can be bought? False for an empty cart and where nothing is known.
    pub all_sold_out: bool,
    /// Does any line that can be bought cost something else than when it was put in?
    pub changed_prices: bool,
    /// What the lines that can be bought come to; none where that can't be said honestly.
    pub value: Option<Money>,
}

/// A line as it would be bought now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FreshItem {
    /// As it was put in.
    pub item: Item,
    /// For one, now, in the cart's currency; what the cart says where nothing newer is known.
    pub price: Option<Money>,
    /// Is that another price than the cart's?
    pub price_changed: bool,
    /// Can it be bought? None: not known, which counts as yes.
    pub available: Option<bool>,
    /// A picture: the cart's, else the catalogue's.
    pub image_url: Option<String>,
}

impl FreshItem {
    /// Is it known that it can't be bought?
    pub fn sold_out(&self) -> bool {
        self.available == Some(false)
    }
}

/// A cart in the light of what is known of its variants.
pub fn fresh(cart: &Snapshot, known: &HashMap<String, CatalogueItem, impl BuildHasher>) -> Fresh {
    let currency = cart.value.map(|v| v.currency);
    let line = |item: &Item| {
        let row = item.variant_id.as_ref().and_then(|id| known.get(id));
        // The catalogue's price is the shop's own; a shopper who sees another currency is not told of it.
        let shown = item.unit_price.map(|p| p.currency).or(currency);
        let newer = row.and_then(|r| r.price).filter(|p| Some(p.currency) == shown);
        FreshItem {
            price: newer.or(item.unit_price),
            price_changed: newer.zip(item.unit_price).is_some_and(|(now, then)| now != then),
            available: row.and_then(|r| r.available),
            image_url: item.image_url.clone().or_else(|| row.and_then(|r| r.image_url.clone())),
            item: item.clone(),
        }
    };
    let items: Vec<FreshItem> = cart.items.iter().map(line).collect();
    let changed_prices = items.iter().any(|i| i.price_changed && !i.sold_out());
    let some_sold_out = items.iter().any(FreshItem::sold_out);
    let value = if changed_prices || some_sold_out { recomputed(cart, &items) } else { cart.value };
    Fresh { all_sold_out: !items.is_empty() && items.iter().all(FreshItem::sold_out), changed_prices, value, items }
}

/// What the lines come to now. Only where the cart's own value was the sum of its lines: one that held shipping, taxes or a discount can't be worked out again.
fn recomputed(cart: &Snapshot, items: &[FreshItem]) -> Option<Money> {
    let before = sum(cart.items.iter().map(|i| (i.unit_price, i.quantity)))?;
    let now = sum(items.iter().filter(|i| !i.sold_out()).map(|i| (i.price, i.item.quantity)))?;
    (cart.value == Some(before) && now.currency == before.currency).then_some(now)
}

/// None where a line has no price, where they aren't in one currency, where it is too great, and of no lines.
fn sum(lines: impl Iterator<Item = (Option<Money>, i64)>) -> Option<Money> {
    let worth = |(price, quantity): (Option<Money>, i64)| {
        let price = price?;
        Some(Money::new(price.minor.checked_mul(quantity)?, price.currency))
    };
    let plus = |a: Money, b: Money| Some(Money::new(a.minor.checked_add(b.minor)?, a.currency)).filter(|_| a.currency == b.currency);
    lines.map(worth).reduce(|a, b| plus(a?, b?))?
}

#[cfg(test)]
mod tests;
