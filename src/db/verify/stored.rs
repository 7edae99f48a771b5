//! Rows that rules written in Rust look at again: decisions with their inputs, carts with their facts.

use super::Portion;
use crate::db::{Db, DbError, from_json, instant, word};
use crate::domain::cart::{Cart, CartState};
use crate::domain::ids::ShopId;
use jiff::Timestamp;
use uuid::Uuid;

/// A decision that a rule made on inputs which were kept.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Made {
    /// Which.
    pub id: Uuid,
    /// `send`, `postpone`, `cancel`.
    pub outcome: String,
    /// Which rule.
    pub rule: String,
    /// What it was decided on, as JSON.
    pub inputs: String,
}

/// The decisions of a portion that were made by rules of a version, on inputs.
///
/// # Errors
/// `Unavailable`.
pub async fn decisions(db: &Db, portion: Portion, rules_version: u32) -> Result<Vec<Made>, DbError> {
    const SQL: &str = "SELECT id, outcome, rule, inputs FROM decisions WHERE shop_id = $1 AND id > $2 AND id <= $3
            AND outcome IN ('send', 'postpone', 'cancel') AND inputs <> '{}' AND rules_version = $4 ORDER BY id";
    Ok(on_db!(db, c => sqlx::query_as(SQL).bind(portion.shop.0).bind(portion.after).bind(portion.to).bind(i64::from(rules_version))
        .fetch_all(c).await?))
}

/// A cart: what its columns say, and its facts.
#[derive(Debug, Clone)]
pub struct StoredCart {
    /// Which.
    pub id: Uuid,
    /// As last worked out.
    pub state: CartState,
    /// An order of it is credited to a nudge of it.
    pub recovered: bool,
    /// When the shopper last did something, as the column says.
    pub active_at: Timestamp,
    /// The facts; none that can't be read.
    pub facts: Option<Cart>,
}

/// The carts of a portion that were not merged into others.
///
/// # Errors
/// `Unavailable`, `Corrupt`.
pub async fn carts(db: &Db, portion: Portion) -> Result<Vec<StoredCart>, DbError> {
    const SQL: &str = "SELECT id, state, recovered, active_at, facts FROM carts
        WHERE shop_id = $1 AND id > $2 AND id <= $3 AND merged_into IS NULL ORDER BY id";
    type Row = (Uuid, String, bool, i64, String);
    let rows: Vec<Row> = on_db!(db, c => sqlx::query_as(SQL).bind(portion.shop.0).bind(portion.after).bind(portion.to).fetch_all(c).await?);
    let stored = |(id, state, recovered, active_at, facts): Row| {
        let state = word("cart state", &state)?;
        Ok(StoredCart { id, state, recovered, active_at: instant(active_at), facts: from_json("cart", &facts).ok() })
    };
    rows.into_iter().map(stored).collect()
}

/// When a campaign of the shop was last changed: with it the time changes after which carts count as abandoned.
///
/// # Errors
/// `Unavailable`.
pub async fn campaigns_changed_at(db: &Db, shop: ShopId) -> Result<Option<Timestamp>, DbError> {
    const SQL: &str = "SELECT MAX(updated_at) FROM campaigns WHERE shop_id = $1";
    let at: Option<i64> = on_db!(db, c => sqlx::query_scalar(SQL).bind(shop.0).fetch_one(c).await?);
    Ok(at.map(instant))
}
