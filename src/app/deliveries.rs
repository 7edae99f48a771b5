//! Webhooks that were set aside: put back in the queue after what kept them from being read was mended.

use super::access::audit;
use super::{App, AppError};
use crate::db;
use crate::domain::ids::{DeliveryId, ShopId};

/// Puts one delivery back in the queue, or all that the shop has aside. How many.
///
/// # Errors
/// `NotFound` without that delivery, `Conflict` when it isn't set aside, `Db`.
pub async fn retry(app: &App, shop: ShopId, id: Option<DeliveryId>, actor: &str) -> Result<u64, AppError> {
    let mut tx = app.db.begin().await?;
    let retried = db::deliveries::retry(&mut tx, shop, id.map(|id| id.0)).await?;
    if let (Some(id), 0) = (id, retried) {
        tx.rollback().await?;
        let there = db::deliveries::body(&app.db, shop, id.0).await?;
        there.ok_or(AppError::NotFound("delivery with that id"))?;
        return Err(AppError::Conflict("the delivery is not set aside, so there is nothing to try again".into()));
    }
    let detail = id.map_or_else(|| format!("{retried} deliveries"), |id| id.to_string());
    audit(app, &mut tx, shop, actor, ("delivery.retry", &detail)).await?;
    tx.commit().await?;
    app.stored.notify_one();
    Ok(retried)
}
