//! Credits: which nudge earned which part of an order. Replaced, never edited.

use super::{Db, DbError, Tx, instant, ms};
use crate::domain::attribution::Model;
use crate::domain::event::ChannelKind;
use crate::domain::ids::{CampaignId, CartId, NudgeId, OrderId, ShopId};
use crate::domain::money::Currency;
use jiff::Timestamp;
use uuid::Uuid;

/// The part of an order that a nudge earned.
#[derive(Debug, Clone)]
pub struct CreditRow {
    /// Of which order.
    pub order_id: OrderId,
    /// By which model.
    pub model: Model,
    /// To which nudge.
    pub nudge_id: NudgeId,
    /// Of which campaign.
    pub campaign_id: CampaignId,
    /// Of which cart.
    pub cart_id: CartId,
    /// Which step, from 0.
    pub step: i64,
    /// By which channel.
    pub channel: ChannelKind,
    /// `link`, `code`, `marker`.
    pub evidence: String,
    /// The window that it fell into.
    pub window_ms: i64,
    /// Of the amounts.
    pub currency: Currency,
    /// Before refunds.
    pub gross_minor: i64,
    /// Taken back.
    pub refunds_minor: i64,
    /// What stayed.
    pub net_minor: i64,
    /// Its part of what the codes of our messages took off the order.
    pub discount_minor: i64,
    /// When the order was placed.
    pub ordered_at: Timestamp,
    /// When this was worked out.
    pub made_at: Timestamp,
    /// The rules' version.
    pub rules_version: u32,
    /// What it was worked out from, as JSON.
    pub inputs: String,
}

/// Puts these credits in the place of all that an order had, by one model.
///
/// # Errors
/// `Unavailable`.
pub async fn replace(tx: &mut Tx, shop: ShopId, order: OrderId, model: Model, credits: &[CreditRow]) -> Result<(), DbError> {
    const DELETE: &str = "DELETE FROM credits WHERE shop_id = $1 AND order_id = $2 AND model = $3";
    const INSERT: &str =
        "INSERT INTO credits (shop_id, order_id, model, nudge_id, campaign_id, cart_id, step, channel, evidence, window_ms, currency,
            gross_minor, refunds_minor, net_minor, ordered_at, made_at, rules_version, inputs, discount_minor)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)";
    if model == Model::LastTouch {
        // Those that lose it and those that get it, and whoever bought.
        let mut touched: Vec<Uuid> = carts_of_order(tx, shop, order).await?.into_iter().map(|c| c.0).collect();
        touched.extend(credits.iter().map(|k| k.cart_id.0));
        super::rollups::carts_marked(tx, shop, &touched).await?;
        super::rollups::of_order(tx, shop, order).await?;
    }
    on_tx!(tx, c => sqlx::query(DELETE).bind(shop.0).bind(order.0).bind(model.as_str()).execute(c).await?.rows_affected());
    for k in credits {
        on_tx!(tx, c => sqlx::query(INSERT).bind(shop.0).bind(k.order_id.0).bind(k.model.as_str()).bind(k.nudge_id.0).bind(k.campaign_id.0).bind(k.cart_id.0)
            .bind(k.step).bind(k.channel.as_str()).bind(&k.evidence).bind(k.window_ms).bind(k.currency.code().to_owned()).bind(k.gross_minor)
            .bind(k.refunds_minor).bind(k.net_minor).bind(ms(k.ordered_at)).bind(ms(k.made_at)).bind(i64::from(k.rules_version)).bind(&k.inputs)
            .bind(k.discount_minor).execute(c).await?.rows_affected());
    }
    Ok(())
}

/// The carts that an order's credits name.
///
/// # Errors
/// `Unavailable`.
pub async fn carts_of_order(tx: &mut Tx, shop: ShopId, order: OrderId) -> Result<Vec<CartId>, DbError> {
    const SQL: &str = "SELECT DISTINCT cart_id FROM credits WHERE shop_id = $1 AND order_id = $2";
    let ids: Vec<Uuid> = on_tx!(tx, c => sqlx::query_scalar(SQL).bind(shop.0).bind(order.0).fetch_all(c).await?);
    Ok(ids.into_iter().map(CartId).collect())
}

/// Has a nudge credit, by any model?
///
/// # Errors
/// `Unavailable`.
pub async fn of_nudge(tx: &mut Tx, shop: ShopId, nudge: NudgeId) -> Result<bool, DbError> {
    const SQL: &str = "SELECT order_id FROM credits WHERE shop_id = $1 AND nudge_id = $2 LIMIT 1";
    let one: Option<Uuid> = on_tx!(tx, c => sqlx::query_scalar(SQL).bind(shop.0).bind(nudge.0).fetch_optional(c).await?);
    Ok(one.is_some())
}

/// Which of these carts have credit by last touch.
///
/// # Errors
/// `Unavailable`.
pub async fn credited_carts(tx: &mut Tx, shop: ShopId, carts: &[Uuid]) -> Result<Vec<CartId>, DbError> {
    const LITE: &str = "SELECT DISTINCT cart_id FROM credits WHERE shop_id = $1 AND model = 'last_touch'
        AND cart_id IN (SELECT unhex(value) FROM json_each($2))";
    const PG: &str = "SELECT DISTINCT cart_id FROM credits WHERE shop_id = $1 AND model = 'last_touch' AND cart_id = ANY($2)";
    let ids: Vec<Uuid> = match tx {
        Tx::Sqlite(tx) => sqlx::query_scalar(LITE).bind(shop.0).bind(super::json_ids(carts)).fetch_all(&mut **tx).await?,
        Tx::Postgres(tx) => sqlx::query_scalar(PG).bind(shop.0).bind(carts).fetch_all(&mut **tx).await?,
    };
    Ok(ids.into_iter().map(CartId).collect())
}

/// A credit as a cart's page shows it.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct OfCart {
    /// The order's name.
    pub name: String,
    /// To which nudge.
    pub nudge_id: Uuid,
    /// `link`, `code`, `marker`.
    pub evidence: String,
    /// Of the amounts.
    pub currency: String,
    /// Before refunds.
    pub gross_minor: i64,
    /// Taken back.
    pub refunds_minor: i64,
    /// What stayed.
    pub net_minor: i64,
    /// When it was worked out, in milliseconds.
    pub made_at: i64,
}

/// A cart's credits by one model.
///
/// # Errors
/// `Unavailable`.
pub async fn of_cart(db: &Db, shop: ShopId, cart: CartId, model: Model) -> Result<Vec<OfCart>, DbError> {
    const SQL: &str = "SELECT o.name, k.nudge_id, k.evidence, k.currency, k.gross_minor, k.refunds_minor, k.net_minor, k.made_at
        FROM credits k JOIN orders o ON o.shop_id = k.shop_id AND o.id = k.order_id
        WHERE k.shop_id = $1 AND k.model = $3
            AND k.cart_id IN (SELECT id FROM carts WHERE shop_id = $1 AND (id = $2 OR merged_into = $2)) ORDER BY k.made_at";
    Ok(on_db!(db, c => sqlx::query_as(SQL).bind(shop.0).bind(cart.0).bind(model.as_str()).fetch_all(c).await?))
}

/// When a credit was worked out, from its stored form.
pub fn made_at(credit: &OfCart) -> Timestamp {
    instant(credit.made_at)
}
