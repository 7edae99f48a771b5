//! How a store's pages for its shoppers look: its colour and its logo.

use super::{Db, DbError, Tx, ms};
use crate::domain::ids::ShopId;
use jiff::Timestamp;

/// What a store has set.
#[derive(Debug, Clone, Default, PartialEq, Eq, sqlx::FromRow)]
pub struct LookRow {
    /// `#rrggbb`; none: Comeback's own.
    pub colour: Option<String>,
    /// Where the logo came from; none without a logo.
    pub logo_url: Option<String>,
    /// When it was set, in ms; 0 if it never was.
    pub changed_at: i64,
}

/// A picture.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct LogoRow {
    /// As it is.
    pub logo: Vec<u8>,
    /// Its media type.
    pub logo_kind: String,
}

/// What a store has set; nothing, if it never did.
///
/// # Errors
/// `Unavailable`.
pub async fn get(db: &Db, shop: ShopId) -> Result<LookRow, DbError> {
    const SQL: &str = "SELECT colour, logo_url, changed_at FROM shop_looks WHERE shop_id = $1";
    let row: Option<LookRow> = on_db!(db, c => sqlx::query_as(SQL).bind(shop.0).fetch_optional(c).await?);
    Ok(row.unwrap_or_default())
}

/// A store's logo.
///
/// # Errors
/// `Unavailable`.
pub async fn logo(db: &Db, shop: ShopId) -> Result<Option<LogoRow>, DbError> {
    const SQL: &str = "SELECT logo, logo_kind FROM shop_looks WHERE shop_id = $1 AND logo IS NOT NULL AND logo_kind IS NOT NULL";
    Ok(on_db!(db, c => sqlx::query_as(SQL).bind(shop.0).fetch_optional(c).await?))
}

/// Sets the colour.
///
/// # Errors
/// `Unavailable`.
pub async fn set_colour(tx: &mut Tx, shop: ShopId, colour: Option<&str>, now: Timestamp) -> Result<(), DbError> {
    const SQL: &str = "INSERT INTO shop_looks (shop_id, colour, changed_at) VALUES ($1, $2, $3)
        ON CONFLICT (shop_id) DO UPDATE SET colour = excluded.colour, changed_at = excluded.changed_at";
    on_tx!(tx, c => sqlx::query(SQL).bind(shop.0).bind(colour).bind(ms(now)).execute(c).await?.rows_affected());
    Ok(())
}

/// Sets the logo, with where it came from; or takes it away.
///
/// # Errors
/// `Unavailable`.
pub async fn set_logo(tx: &mut Tx, shop: ShopId, logo: Option<(&str, &LogoRow)>, now: Timestamp) -> Result<(), DbError> {
    const SQL: &str = "INSERT INTO shop_looks (shop_id, logo_url, logo, logo_kind, changed_at) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (shop_id) DO UPDATE SET logo_url = excluded.logo_url, logo = excluded.logo, logo_kind = excluded.logo_kind, changed_at = excluded.changed_at";
    let (url, picture, kind) = (logo.map(|l| l.0), logo.map(|l| l.1.logo.as_slice()), logo.map(|l| l.1.logo_kind.as_str()));
    on_tx!(tx, c => sqlx::query(SQL).bind(shop.0).bind(url).bind(picture).bind(kind).bind(ms(now)).execute(c).await?.rows_affected());
    Ok(())
}
