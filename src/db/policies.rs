//! Stores' sending policies, version by version.

use super::{Db, DbError, Tx, from_json, instant, ms, to_json};
use crate::domain::ids::ShopId;
use crate::domain::policy::Policy;
use jiff::Timestamp;

/// One version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyRow {
    /// From 1.
    pub version: i64,
    /// What it says.
    pub policy: Policy,
    /// Who set it.
    pub set_by: String,
    /// When.
    pub set_at: Timestamp,
}

#[derive(sqlx::FromRow)]
struct Row {
    version: i64,
    spec: String,
    set_by: String,
    set_at: i64,
}

impl TryFrom<Row> for PolicyRow {
    type Error = DbError;
    fn try_from(r: Row) -> Result<Self, DbError> {
        Ok(Self { version: r.version, policy: from_json("sending policy", &r.spec)?, set_by: r.set_by, set_at: instant(r.set_at) })
    }
}

const LATEST: &str = "SELECT version, spec, set_by, set_at FROM shop_policies WHERE shop_id = $1 ORDER BY version DESC LIMIT 1";

/// The version in force; none while none was set.
///
/// # Errors
/// `Unavailable`, `Corrupt`.
pub async fn latest(db: &Db, shop: ShopId) -> Result<Option<PolicyRow>, DbError> {
    let row: Option<Row> = on_db!(db, c => sqlx::query_as(LATEST).bind(shop.0).fetch_optional(c).await?);
    row.map(PolicyRow::try_from).transpose()
}

/// The same, inside a transaction.
///
/// # Errors
/// `Unavailable`, `Corrupt`.
pub async fn latest_in(tx: &mut Tx, shop: ShopId) -> Result<Option<PolicyRow>, DbError> {
    let row: Option<Row> = on_tx!(tx, c => sqlx::query_as(LATEST).bind(shop.0).fetch_optional(c).await?);
    row.map(PolicyRow::try_from).transpose()
}

/// One version.
///
/// # Errors
/// `Unavailable`, `Corrupt`.
pub async fn version(db: &Db, shop: ShopId, version: i64) -> Result<Option<PolicyRow>, DbError> {
    const SQL: &str = "SELECT version, spec, set_by, set_at FROM shop_policies WHERE shop_id = $1 AND version = $2";
    let row: Option<Row> = on_db!(db, c => sqlx::query_as(SQL).bind(shop.0).bind(version).fetch_optional(c).await?);
    row.map(PolicyRow::try_from).transpose()
}

/// Adds a version.
///
/// # Errors
/// `Refused` when it is there already.
pub async fn add(tx: &mut Tx, shop: ShopId, row: &PolicyRow) -> Result<(), DbError> {
    const SQL: &str = "INSERT INTO shop_policies (shop_id, version, spec, set_by, set_at) VALUES ($1, $2, $3, $4, $5)";
    let spec = to_json(&row.policy)?;
    on_tx!(tx, c => sqlx::query(SQL).bind(shop.0).bind(row.version).bind(spec).bind(&row.set_by).bind(ms(row.set_at)).execute(c).await?.rows_affected());
    Ok(())
}
