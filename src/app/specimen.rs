//! Whose cart a template is tried on: a sample in any language and currency, or one of the store's own. No link in what comes of it works.

use super::preview::Whose;
use super::send::lines_of;
use super::templates::sample_of;
use super::{App, AppError};
use crate::db;
use crate::db::shops::Shop;
use crate::domain::campaign::OfferValue;
use crate::domain::cart::Cart;
use crate::domain::discount::words;
use crate::domain::money::{Currency, Money};
use crate::domain::template::RenderContext;
use std::collections::BTreeSet;

/// What the two things in the sample cart cost, each, in hundredths; how many there are of each; and so what it is worth.
const PRICES: [i64; 2] = [1_800, 1_250];
const COUNTS: [i64; 2] = [2, 1];
/// What the sample's code takes off.
const PERCENT: u8 = 10;

/// Whose cart, and how they are spoken to.
#[derive(Debug, Clone)]
pub struct Specimen {
    /// Whose.
    pub whose: Whose,
    /// The shopper's, BCP 47; of a cart of the store's, another than its own.
    pub language: Option<String>,
    /// Of the sample: its own cart has the currency that it has.
    pub currency: Option<Currency>,
    /// Whoever looks may know the shopper's name.
    pub names: bool,
}

impl Specimen {
    /// The sample cart.
    pub fn sample() -> Self {
        Self { whose: Whose::Sample, language: None, currency: None, names: false }
    }
}

/// What a template would speak of.
///
/// # Errors
/// `NotFound`, `Db`.
pub async fn context(app: &App, shop: &Shop, specimen: &Specimen) -> Result<RenderContext, AppError> {
    let language = specimen.language.clone();
    let cart = match specimen.whose {
        Whose::Sample => return Ok(sample(app, shop, (language.unwrap_or_else(|| shop.language.clone()), specimen.currency))),
        Whose::Cart(id) => db::carts::get(&app.db, shop.id, id).await?.ok_or(AppError::NotFound("cart with that id"))?.facts,
    };
    let variants: BTreeSet<&str> = cart.snapshot().iter().flat_map(|s| &s.items).filter_map(|item| item.variant_id.as_deref()).collect();
    let mut tx = app.db.look().await?;
    let catalogue = db::catalogue::of_carts(&mut tx, shop.id, &variants.into_iter().collect::<Vec<_>>()).await?;
    tx.rollback().await?;
    let (items, cart_value) = lines_of(&cart, shop, &catalogue);
    let locale = language.or_else(|| locale(&cart).map(str::to_owned));
    let value = |s: &Option<crate::domain::joined::Stamped<String>>| s.as_ref().filter(|_| specimen.names).map(|s| s.value.clone());
    Ok(RenderContext {
        first_name: value(&cart.first_name),
        last_name: value(&cart.last_name),
        items,
        cart_value,
        discount_value: Some(offer(locale.as_deref().unwrap_or(&shop.language))),
        locale,
        ..sample_of(app, shop)
    })
}

/// The language that a cart's shopper reads, as far as it is known.
pub fn locale(cart: &Cart) -> Option<&str> {
    cart.locale.as_ref().map(|l| l.value.as_str())
}

fn sample(app: &App, shop: &Shop, (language, currency): (String, Option<Currency>)) -> RenderContext {
    let currency = currency.unwrap_or(shop.currency);
    // Yen have no hundredths: as many of them as there would be cents is what such things cost.
    let finer = 10_i64.pow(currency.decimals().saturating_sub(2));
    let money = |hundredths: i64| Money::new(hundredths.saturating_mul(finer), currency).to_string();
    let mut context = sample_of(app, shop);
    for ((item, price), count) in context.items.iter_mut().zip(PRICES).zip(COUNTS) {
        item.quantity = count;
        item.unit_price = Some(money(price));
    }
    let worth = PRICES.iter().zip(COUNTS).map(|(price, count)| price * count).sum();
    RenderContext { cart_value: Some(money(worth)), discount_value: Some(offer(&language)), locale: Some(language), ..context }
}

fn offer(language: &str) -> String {
    let language = language.split(['-', '_']).next().unwrap_or_default().to_lowercase();
    words::value(OfferValue::Percent(PERCENT), &language)
}
