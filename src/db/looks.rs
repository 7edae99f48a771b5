//! How a store's pages for its shoppers look: its colour and its logo.

use super::{Db, DbError, Tx, ms};
use crate::domain::ids::ShopId;
use jiff::Timestamp;

/// What a store has set.
#[derive(Debug, Clone, Default, PartialEq, Eq, sqlx::FromRow)]
pub struct LookRow {
    /// `#rrggbb`; none: Comeback's own.
    pub colour: Option<String>,
    /// Where the logo came from.
    pub logo_url: Option<String>,
    /// The logo.
    pub logo: Option<Vec<u8>>,
    /// Its media type.
    pub logo_kind: Option<String>,
}

/// What a store has set; nothing, if it never did.
///
/// # Errors
/// `Unavailable`.
pub async fn get(db: &Db, shop: ShopId) -> Result<LookRow, DbError> {
    const SQL: &str = "SELECT colour, logo_url, logo, logo_kind FROM shop_looks WHERE shop_id = $1";
    let row: Option<LookRow> = on_db!(db, c => sqlx::query_as(SQL).bind(shop.0).fetch_optional(c).await?);
    Ok(row.unwrap_or_default())
}

/// Sets it.
///
/// # Errors
/// `Unavailable`.
pub async fn set(tx: &mut Tx, shop: ShopId, look: &LookRow, now: Timestamp) -> Result<(), DbError> {
    const SQL: &str = "INSERT INTO shop_looks (shop_id, colour, logo_url, logo, logo_kind, changed_at) VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (shop_id) DO UPDATE SET colour = excluded.colour, logo_url = excluded.logo_url, logo = excluded.logo, logo_kind = excluded.logo_kind,
            changed_at = excluded.changed_at";
    on_tx!(tx, c => sqlx::query(SQL).bind(shop.0).bind(look.colour.as_deref()).bind(look.logo_url.as_deref()).bind(look.logo.as_deref())
        .bind(look.logo_kind.as_deref()).bind(ms(now)).execute(c).await?.rows_affected());
    Ok(())
}
