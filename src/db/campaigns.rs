//! Campaigns and their published versions.

use super::{Db, DbError, Tx, from_json, instant, ms, to_json};
use crate::domain::campaign::{CampaignSpec, CampaignStatus};
use crate::domain::ids::{CampaignId, ShopId};
use jiff::Timestamp;
use uuid::Uuid;

/// A campaign as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CampaignRow {
    /// Ours.
    pub id: CampaignId,
    /// Where it is in its life.
    pub status: CampaignStatus,
    /// The published version; 0 when it never was.
    pub version: i64,
    /// As last saved; for a published campaign possibly ahead of the version at work.
    pub spec: CampaignSpec,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last saved.
    pub updated_at: Timestamp,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    status: String,
    version: i64,
    spec: String,
    created_at: i64,
    updated_at: i64,
}

impl TryFrom<Row> for CampaignRow {
    type Error = DbError;
    fn try_from(row: Row) -> Result<Self, DbError> {
        Ok(Self {
            id: CampaignId(row.id),
            status: super::word("campaign status", &row.status)?,
            version: row.version,
            spec: from_json("campaign", &row.spec)?,
            created_at: instant(row.created_at),
            updated_at: instant(row.updated_at),
        })
    }
}

/// Stores a campaign, new or changed.
///
/// # Errors
/// `Unavailable`.
pub async fn save(tx: &mut Tx, shop: ShopId, campaign: &CampaignRow) -> Result<(), DbError> {
    const SQL: &str = "INSERT INTO campaigns (shop_id, id, status, version, spec, created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7)
        ON CONFLICT (shop_id, id) DO UPDATE SET status = excluded.status, version = excluded.version, spec = excluded.spec, updated_at = excluded.updated_at";
    let spec = to_json(&campaign.spec)?;
    on_tx!(tx, c => sqlx::query(SQL).bind(shop.0).bind(campaign.id.0).bind(campaign.status.as_str()).bind(campaign.version).bind(spec)
        .bind(ms(campaign.created_at)).bind(ms(campaign.updated_at)).execute(c).await?.rows_affected());
    Ok(())
}

/// Keeps a version as it was published.
///
/// # Errors
/// `Unavailable`.
pub async fn add_version(tx: &mut Tx, shop: ShopId, campaign: &CampaignRow, now: Timestamp) -> Result<(), DbError> {
    const SQL: &str = "INSERT INTO campaign_versions (shop_id, campaign_id, version, spec, published_at) VALUES ($1, $2, $3, $4, $5)";
    let spec = to_json(&campaign.spec)?;
    on_tx!(tx, c => sqlx::query(SQL).bind(shop.0).bind(campaign.id.0).bind(campaign.version).bind(spec).bind(ms(now)).execute(c).await?.rows_affected());
    Ok(())
}

/// A shop's campaigns, oldest first.
///
/// # Errors
/// `Unavailable`, `Corrupt`.
pub async fn list(db: &Db, shop: ShopId) -> Result<Vec<CampaignRow>, DbError> {
    const SQL: &str = "SELECT * FROM campaigns WHERE shop_id = $1 ORDER BY id";
    let rows: Vec<Row> = on_db!(db, c => sqlx::query_as(SQL).bind(shop.0).fetch_all(c).await?);
    rows.into_iter().map(CampaignRow::try_from).collect()
}

/// One campaign.
///
/// # Errors
/// `Unavailable`, `Corrupt`.
pub async fn get(db: &Db, shop: ShopId, id: CampaignId) -> Result<Option<CampaignRow>, DbError> {
    const SQL: &str = "SELECT * FROM campaigns WHERE shop_id = $1 AND id = $2";
    let row: Option<Row> = on_db!(db, c => sqlx::query_as(SQL).bind(shop.0).bind(id.0).fetch_optional(c).await?);
    row.map(CampaignRow::try_from).transpose()
}

/// One version of a campaign, as it was published.
///
/// # Errors
/// `Unavailable`, `Corrupt`.
pub async fn version(tx: &mut Tx, shop: ShopId, id: CampaignId, version: i64) -> Result<Option<CampaignSpec>, DbError> {
    const SQL: &str = "SELECT spec FROM campaign_versions WHERE shop_id = $1 AND campaign_id = $2 AND version = $3";
    let spec: Option<String> = on_tx!(tx, c => sqlx::query_scalar(SQL).bind(shop.0).bind(id.0).bind(version).fetch_optional(c).await?);
    spec.map(|text| from_json("campaign", &text)).transpose()
}

/// One campaign, locked against other writers until the transaction ends.
///
/// # Errors
/// `Unavailable`, `Corrupt`.
pub async fn get_in(tx: &mut Tx, shop: ShopId, id: CampaignId) -> Result<Option<CampaignRow>, DbError> {
    let row: Option<Row> = match tx {
        Tx::Sqlite(tx) => {
            let sql = "SELECT * FROM campaigns WHERE shop_id = $1 AND id = $2";
            sqlx::query_as(sql).bind(shop.0).bind(id.0).fetch_optional(&mut **tx).await?
        }
        Tx::Postgres(tx) => {
            let sql = "SELECT * FROM campaigns WHERE shop_id = $1 AND id = $2 FOR UPDATE";
            sqlx::query_as(sql).bind(shop.0).bind(id.0).fetch_optional(&mut **tx).await?
        }
    };
    row.map(CampaignRow::try_from).transpose()
}

/// A campaign that begins sequences, with its version at work.
#[derive(Debug, Clone)]
pub struct Working {
    /// Which.
    pub id: CampaignId,
    /// Published or paused.
    pub status: CampaignStatus,
    /// Its version at work.
    pub version: i64,
    /// As published.
    pub spec: CampaignSpec,
}

/// Every campaign that begins sequences, published before paused, the latest published first.
///
/// # Errors
/// `Unavailable`, `Corrupt`.
pub async fn at_work(tx: &mut Tx, shop: ShopId) -> Result<Vec<Working>, DbError> {
    const SQL: &str = "SELECT v.campaign_id, c.status, v.version, v.spec FROM campaigns c
        JOIN campaign_versions v ON v.shop_id = c.shop_id AND v.campaign_id = c.id AND v.version = c.version
        WHERE c.shop_id = $1 AND c.status IN ('published', 'paused') ORDER BY c.status DESC, v.published_at DESC, c.id DESC";
    let rows: Vec<(Uuid, String, i64, String)> = on_tx!(tx, c => sqlx::query_as(SQL).bind(shop.0).fetch_all(c).await?);
    let working = |(id, status, version, spec): (Uuid, String, i64, String)| {
        let status = super::word("campaign status", &status)?;
        Ok(Working { id: CampaignId(id), status, version, spec: from_json("campaign", &spec)? })
    };
    rows.into_iter().map(working).collect()
}

/// Every version of a campaign, newest first: `(version, spec, published_at)`.
///
/// # Errors
/// `Unavailable`, `Corrupt`.
pub async fn versions(db: &Db, shop: ShopId, id: CampaignId) -> Result<Vec<(i64, CampaignSpec, Timestamp)>, DbError> {
    const SQL: &str =
        "SELECT version, spec, published_at FROM campaign_versions WHERE shop_id = $1 AND campaign_id = $2 ORDER BY version DESC";
    let rows: Vec<(i64, String, i64)> = on_db!(db, c => sqlx::query_as(SQL).bind(shop.0).bind(id.0).fetch_all(c).await?);
    rows.into_iter().map(|(version, spec, at)| Ok((version, from_json("campaign", &spec)?, instant(at)))).collect()
}

/// Every version of every campaign of a shop, as it was published, with whether it is the one that is published now: `(campaign, version, spec, is_present)`.
///
/// # Errors
/// `Unavailable`, `Corrupt`.
pub async fn all_versions(tx: &mut Tx, shop: ShopId) -> Result<Vec<(CampaignId, i64, CampaignSpec, bool)>, DbError> {
    const SQL: &str = "SELECT v.campaign_id, v.version, v.spec, v.version = c.version FROM campaign_versions v
        JOIN campaigns c ON c.shop_id = v.shop_id AND c.id = v.campaign_id WHERE v.shop_id = $1";
    let rows: Vec<(Uuid, i64, String, bool)> = on_tx!(tx, c => sqlx::query_as(SQL).bind(shop.0).fetch_all(c).await?);
    rows.into_iter().map(|(id, version, spec, present)| Ok((CampaignId(id), version, from_json("campaign", &spec)?, present))).collect()
}
