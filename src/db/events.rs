//! What happened, as timelines tell it.

use super::{Db, DbError, Tx, instant, ms};
use crate::domain::ids::{CartId, ContactId, DeliveryId, OrderId, ShopId};
use jiff::Timestamp;
use uuid::Uuid;

/// An event to be recorded.
#[derive(Debug, Clone)]
pub struct NewEvent {
    /// Ours.
    pub id: Uuid,
    /// From which delivery.
    pub delivery_id: Option<DeliveryId>,
    /// About which cart.
    pub cart_id: Option<CartId>,
    /// About whom.
    pub contact_id: Option<ContactId>,
    /// About which order.
    pub order_id: Option<OrderId>,
    /// When it happened, by the platform's clock.
    pub at: Timestamp,
    /// In GA4's names where it has one.
    pub name: String,
    /// In a sentence without personal data.
    pub summary: String,
}

/// Records an event.
///
/// # Errors
/// `Unavailable`.
pub async fn insert(tx: &mut Tx, shop: ShopId, e: &NewEvent) -> Result<(), DbError> {
    const SQL: &str = "INSERT INTO events (shop_id, id, delivery_id, cart_id, contact_id, order_id, at, name, summary)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    on_tx!(tx, c => sqlx::query(SQL).bind(shop.0).bind(e.id).bind(e.delivery_id.map(|d| d.0)).bind(e.cart_id.map(|x| x.0)).bind(e.contact_id.map(|x| x.0))
        .bind(e.order_id.map(|x| x.0)).bind(ms(e.at)).bind(&e.name).bind(&e.summary).execute(c).await?.rows_affected());
    Ok(())
}

/// An event as recorded.
#[derive(Debug, Clone)]
pub struct Recorded {
    /// When it happened.
    pub at: Timestamp,
    /// In GA4's names where it has one.
    pub name: String,
    /// In a sentence.
    pub summary: String,
}

/// Everything that happened to a cart, those merged into it, and the orders that ended it; oldest first.
///
/// # Errors
/// `Unavailable`.
pub async fn of_cart(db: &Db, shop: ShopId, cart: CartId) -> Result<Vec<Recorded>, DbError> {
    const SQL: &str = "SELECT at, name, summary FROM events
        WHERE shop_id = $1 AND (cart_id IN (SELECT id FROM carts WHERE shop_id = $1 AND (id = $2 OR merged_into = $2))
            OR order_id IN (SELECT k.order_id FROM credits k WHERE k.shop_id = $1 AND k.cart_id = $2)
            OR order_id IN (SELECT t.order_id FROM order_tokens t JOIN cart_tokens ct ON ct.shop_id = $1 AND ct.kind = t.kind AND ct.token = t.token
                WHERE t.shop_id = $1 AND ct.cart_id = $2))
        ORDER BY at, id";
    let rows: Vec<(i64, String, String)> = on_db!(db, c => sqlx::query_as(SQL).bind(shop.0).bind(cart.0).fetch_all(c).await?);
    Ok(rows.into_iter().map(|(at, name, summary)| Recorded { at: instant(at), name, summary }).collect())
}
