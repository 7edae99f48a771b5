//! How net went from day to day.

use super::Asked;
use super::lines::values;
use crate::app::{App, AppError};
use crate::db::rollups;
use crate::db::shops::Shop;
use crate::domain::money::Money;
use crate::domain::report::days;
use crate::domain::report::figure::{Dimension, Figure};
use jiff::civil::Date;

/// Longer periods have no trend by days.
const DAYS_MAX: i64 = 400;

/// Net of the carts begun on each day, in the store's currency; nothing where nothing was credited, or for a period that is too long to be shown so.
///
/// # Errors
/// `Db`.
pub async fn trend(app: &App, shop: &Shop, asked: &Asked) -> Result<Vec<(Date, Money)>, AppError> {
    if asked.days.len() > DAYS_MAX {
        return Ok(Vec::new());
    }
    let sought = rollups::Asked { shop: shop.id, campaign: asked.campaign, dimension: Dimension::All, days: asked.days, daily: true };
    let by_day = values(app, sought).await?;
    if by_day.values().all(|v| v.amount(shop.currency, Figure::Orders) == 0) {
        return Ok(Vec::new());
    }
    let net = |day: i64| by_day.get(&day.to_string()).map_or(0, |v| v.amount(shop.currency, Figure::Net));
    Ok((asked.days.first..asked.days.end).map(|day| (days::date(day), Money::new(net(day), shop.currency))).collect())
}
