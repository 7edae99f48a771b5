//! The part of a batch that speaks of what a store sells; and Comeback's own deliveries of it: what a store answered when it was asked.

use crate::db::catalogue::PriceRow;
use crate::db::{self, DbError, Tx};
use crate::domain::catalogue::{CatalogueSeen, Product, Variant};
use crate::domain::event::Event;
use crate::domain::ids::ShopId;
use std::collections::{BTreeMap, BTreeSet};

/// What topics of Comeback's own deliveries begin with: no platform's does.
pub const OWN_TOPICS: &str = "comeback/";
/// The topic of an answer about products and variants.
pub const TOPIC: &str = "comeback/catalogue";

/// What the body of a store's answer means.
///
/// # Errors
/// What is wrong with it.
pub fn read(body: &[u8]) -> Result<Vec<Event>, String> {
    let seen: CatalogueSeen = serde_json::from_slice(body).map_err(|e| format!("the store's answer can't be read: {e}"))?;
    Ok(vec![Event::Product(Box::new(seen))])
}

/// Products and variants that a batch speaks of.
#[derive(Default)]
pub struct Catalogue {
    products: BTreeMap<String, Product>,
    variants: BTreeMap<String, Variant>,
    changed_products: BTreeSet<String>,
    changed_variants: BTreeSet<String>,
    prices: Vec<PriceRow>,
}

impl Catalogue {
    /// Loads what is known of them.
    ///
    /// # Errors
    /// `Unavailable`, `Corrupt`.
    pub async fn load(tx: &mut Tx, shop: ShopId, events: &[Event]) -> Result<Self, DbError> {
        let seen = || events.iter().filter_map(|event| if let Event::Product(seen) = event { Some(&**seen) } else { None });
        let products: BTreeSet<&str> = seen().flat_map(|s| &s.products).map(|p| p.product_id.as_str()).collect();
        let variants: BTreeSet<&str> = seen().flat_map(|s| &s.variants).map(|v| v.variant_id.as_str()).collect();
        let products = db::catalogue::products(tx, shop, &products.into_iter().collect::<Vec<_>>()).await?;
        let variants = db::catalogue::variants(tx, shop, &variants.into_iter().collect::<Vec<_>>()).await?;
        Ok(Self { products: products.into_iter().collect(), variants: variants.into_iter().collect(), ..Self::default() })
    }

    /// Folds what was seen.
    pub fn see(&mut self, seen: &CatalogueSeen) {
        for product in &seen.products {
            let known = self.products.entry(product.product_id.clone()).or_default();
            let before = known.clone();
            known.see(seen.seen_at, product.clone());
            if *known != before {
                self.changed_products.insert(product.product_id.clone());
            }
        }
        for variant in &seen.variants {
            let known = self.variants.entry(variant.variant_id.clone()).or_default();
            let before = known.clone();
            known.see(seen.seen_at, variant.clone());
            let product = known.product_id().and_then(|id| self.products.get(id)).and_then(Product::title);
            let name = product.unwrap_or(&variant.variant_id);
            let row = |(at, price)| PriceRow { variant_id: variant.variant_id.clone(), at, price, name: name.to_owned() };
            self.prices.extend(before.prices_apart(seen.seen_at, variant.price).into_iter().map(row));
            if *known != before {
                self.changed_variants.insert(variant.variant_id.clone());
            }
        }
    }

    /// Saves what changed.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn save(&self, tx: &mut Tx, shop: ShopId) -> Result<(), DbError> {
        let products: Vec<_> = self.changed_products.iter().filter_map(|id| Some((id.as_str(), self.products.get(id)?))).collect();
        let variants: Vec<_> = self.changed_variants.iter().filter_map(|id| Some((id.as_str(), self.variants.get(id)?))).collect();
        db::catalogue::save_products(tx, shop, &products).await?;
        db::catalogue::save_variants(tx, shop, &variants).await?;
        db::catalogue::save_prices(tx, shop, &self.prices).await
    }
}
