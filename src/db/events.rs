//! What happened, as timelines tell it.

use super::{Db, DbError, Tx, hex, instant, ms};
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

/// Records events, in one statement.
///
/// # Errors
/// `Unavailable`.
pub async fn insert(tx: &mut Tx, shop: ShopId, batch: &[NewEvent]) -> Result<(), DbError> {
    const LITE: &str = "INSERT INTO events (shop_id, id, delivery_id, cart_id, contact_id, order_id, at, name, summary)
        SELECT $1, unhex(value ->> 0), unhex(value ->> 1), unhex(value ->> 2), unhex(value ->> 3), unhex(value ->> 4), value ->> 5, value ->> 6, value ->> 7
        FROM json_each($2)";
    const PG: &str = "INSERT INTO events (shop_id, id, delivery_id, cart_id, contact_id, order_id, at, name, summary)
        SELECT $1, i, d, c, k, o, a, n, s
        FROM UNNEST($2::uuid[], $3::uuid[], $4::uuid[], $5::uuid[], $6::uuid[], $7::bigint[], $8::text[], $9::text[]) AS u (i, d, c, k, o, a, n, s)";
    if batch.is_empty() {
        return Ok(());
    }
    match tx {
        Tx::Sqlite(tx) => {
            let row = |e: &NewEvent| {
                let about = (
                    e.delivery_id.map(|d| hex(d.0)),
                    e.cart_id.map(|c| hex(c.0)),
                    e.contact_id.map(|c| hex(c.0)),
                    e.order_id.map(|o| hex(o.0)),
                );
                serde_json::json!([hex(e.id), about.0, about.1, about.2, about.3, ms(e.at), e.name, e.summary])
            };
            let json = serde_json::Value::from_iter(batch.iter().map(row)).to_string();
            sqlx::query(LITE).bind(shop.0).bind(json).execute(&mut **tx).await?;
        }
        Tx::Postgres(tx) => {
            sqlx::query(PG)
                .bind(shop.0)
                .bind(batch.iter().map(|e| e.id).collect::<Vec<_>>())
                .bind(batch.iter().map(|e| e.delivery_id.map(|d| d.0)).collect::<Vec<_>>())
                .bind(batch.iter().map(|e| e.cart_id.map(|c| c.0)).collect::<Vec<_>>())
                .bind(batch.iter().map(|e| e.contact_id.map(|c| c.0)).collect::<Vec<_>>())
                .bind(batch.iter().map(|e| e.order_id.map(|o| o.0)).collect::<Vec<_>>())
                .bind(batch.iter().map(|e| ms(e.at)).collect::<Vec<_>>())
                .bind(batch.iter().map(|e| e.name.as_str()).collect::<Vec<_>>())
                .bind(batch.iter().map(|e| e.summary.as_str()).collect::<Vec<_>>())
                .execute(&mut **tx)
                .await?;
        }
    }
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
