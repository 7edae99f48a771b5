//! Pools: each a discount of the platform, with many codes that end together.

use crate::db::{Db, DbError, Tx, from_json, instant, ms, to_json};
use crate::domain::campaign::Offer;
use crate::domain::ids::{CampaignId, ShopId};
use jiff::Timestamp;
use uuid::Uuid;

/// Pools that are looked at together. An offer has one a day at most for as long as its codes work.
const POOLS_MAX: i64 = 1_000;

/// Where a pool is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PoolState {
    /// The platform has not been asked for it.
    New,
    /// It was, and may have made it.
    Asked,
    /// The platform has it.
    Made,
}

impl std::str::FromStr for PoolState {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "new" => Ok(Self::New),
            "asked" => Ok(Self::Asked),
            "made" => Ok(Self::Made),
            _ => Err(format!("{text:?} is not a state of a pool")),
        }
    }
}

/// A pool to be opened.
#[derive(Debug, Clone)]
pub struct NewPool {
    /// Ours.
    pub id: Uuid,
    /// Of which campaign.
    pub campaign_id: CampaignId,
    /// Of which step, from 0.
    pub step: i64,
    /// For what.
    pub offer: Offer,
    /// As the merchant will see it.
    pub title: String,
    /// The code that it is made with.
    pub first_code: String,
    /// Codes are given before this.
    pub gives_until: Timestamp,
    /// Codes work until then.
    pub ends_at: Timestamp,
}

/// A pool as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PoolRow {
    /// Ours.
    pub id: Uuid,
    /// Of which campaign.
    pub campaign_id: CampaignId,
    /// Of which step, from 0.
    pub step: i64,
    /// For what.
    pub offer: Offer,
    /// As the merchant sees it.
    pub title: String,
    /// Where it is in its life.
    pub state: PoolState,
    /// The platform's id of its discount, once it is made.
    pub platform_id: Option<String>,
    /// The code that it is made with.
    pub first_code: String,
    /// Codes are given before this.
    pub gives_until: Timestamp,
    /// Codes work until then.
    pub ends_at: Timestamp,
    /// Not asked for before this.
    pub ask_at: Timestamp,
    /// How often the platform refused it.
    pub failures: i64,
    /// Why it did, the last time.
    pub problem: Option<String>,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    campaign_id: Uuid,
    step: i64,
    offer: String,
    title: String,
    state: String,
    platform_id: Option<String>,
    first_code: String,
    gives_until: i64,
    ends_at: i64,
    ask_at: i64,
    failures: i64,
    problem: Option<String>,
}

impl TryFrom<Row> for PoolRow {
    type Error = DbError;
    fn try_from(r: Row) -> Result<Self, DbError> {
        Ok(Self {
            id: r.id,
            campaign_id: CampaignId(r.campaign_id),
            step: r.step,
            offer: from_json("offer", &r.offer)?,
            title: r.title,
            state: crate::db::word("state of a pool", &r.state)?,
            platform_id: r.platform_id,
            first_code: r.first_code,
            gives_until: instant(r.gives_until),
            ends_at: instant(r.ends_at),
            ask_at: instant(r.ask_at),
            failures: r.failures,
            problem: r.problem,
        })
    }
}

/// Opens a pool with its first code, unless there is one for the same offer and window. Is it new?
///
/// # Errors
/// `Unavailable`.
pub async fn open(tx: &mut Tx, shop: ShopId, pool: &NewPool, now: Timestamp) -> Result<bool, DbError> {
    const SQL: &str =
        "INSERT INTO discount_pools (shop_id, id, campaign_id, step, offer, title, state, first_code, gives_until, ends_at, ask_at, failures, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, 'new', $7, $8, $9, $10, 0, $10) ON CONFLICT DO NOTHING";
    let offer = to_json(&pool.offer)?;
    let opened = on_tx!(tx, c => sqlx::query(SQL).bind(shop.0).bind(pool.id).bind(pool.campaign_id.0).bind(pool.step).bind(offer).bind(&pool.title)
        .bind(&pool.first_code).bind(ms(pool.gives_until)).bind(ms(pool.ends_at)).bind(ms(now)).execute(c).await?.rows_affected());
    if opened > 0 {
        let first = std::slice::from_ref(&pool.first_code);
        super::insert(tx, shop, (pool.id, pool.campaign_id, pool.step), first, now).await?;
    }
    Ok(opened > 0)
}

/// The pools of a shop that are not gone, those that end first first.
///
/// # Errors
/// `Unavailable`, `Corrupt`.
pub async fn open_pools(db: &Db, shop: ShopId) -> Result<Vec<PoolRow>, DbError> {
    const SQL: &str =
        "SELECT id, campaign_id, step, offer, title, state, platform_id, first_code, gives_until, ends_at, ask_at, failures, problem
        FROM discount_pools WHERE shop_id = $1 AND state <> 'gone' ORDER BY ends_at, id LIMIT $2";
    let rows: Vec<Row> = on_db!(db, c => sqlx::query_as(SQL).bind(shop.0).bind(POOLS_MAX).fetch_all(c).await?);
    rows.into_iter().map(PoolRow::try_from).collect()
}

/// The platform is about to be asked for it: from now on it may have it. Not with a first code that is not to be given any more.
///
/// # Errors
/// `Unavailable`.
pub async fn set_asked(tx: &mut Tx, shop: ShopId, pool: Uuid) -> Result<bool, DbError> {
    const SQL: &str = "UPDATE discount_pools SET state = 'asked' WHERE shop_id = $1 AND id = $2 AND state IN ('new', 'asked')
        AND EXISTS (SELECT 1 FROM discount_codes c WHERE c.shop_id = $1 AND c.code = discount_pools.first_code AND c.state = 'requested')";
    Ok(on_tx!(tx, c => sqlx::query(SQL).bind(shop.0).bind(pool).execute(c).await?.rows_affected()) > 0)
}

/// Why the platform refuses a pool of the shop's, if it refuses one: since when it gives codes, and what it said.
///
/// # Errors
/// `Unavailable`.
pub async fn problem(db: &Db, shop: ShopId) -> Result<Option<(Timestamp, String)>, DbError> {
    const SQL: &str = "SELECT created_at, problem FROM discount_pools WHERE shop_id = $1 AND state <> 'gone' AND problem IS NOT NULL
        ORDER BY created_at, id LIMIT 1";
    let row: Option<(i64, String)> = on_db!(db, c => sqlx::query_as(SQL).bind(shop.0).fetch_optional(c).await?);
    Ok(row.map(|(at, problem)| (instant(at), problem)))
}

/// The platform has it.
///
/// # Errors
/// `Unavailable`.
pub async fn made(tx: &mut Tx, shop: ShopId, pool: Uuid, platform_id: &str) -> Result<(), DbError> {
    const SQL: &str = "UPDATE discount_pools SET state = 'made', platform_id = $3, problem = NULL, failures = 0 WHERE shop_id = $1 AND id = $2 AND state <> 'gone'";
    on_tx!(tx, c => sqlx::query(SQL).bind(shop.0).bind(pool).bind(platform_id).execute(c).await?.rows_affected());
    Ok(())
}

/// Its first code can't be its own: it begins again with another, which is stored with it.
///
/// # Errors
/// `Unavailable`.
pub async fn begin_again(tx: &mut Tx, shop: ShopId, pool: &PoolRow, first_code: &str, now: Timestamp) -> Result<(), DbError> {
    const SQL: &str =
        "UPDATE discount_pools SET state = 'new', first_code = $3 WHERE shop_id = $1 AND id = $2 AND state IN ('new', 'asked')";
    super::fail(tx, shop, &[&pool.first_code]).await?;
    on_tx!(tx, c => sqlx::query(SQL).bind(shop.0).bind(pool.id).bind(first_code).execute(c).await?.rows_affected());
    super::insert(tx, shop, (pool.id, pool.campaign_id, pool.step), &[first_code.to_owned()], now).await
}

/// The platform refused what was asked for it: why, and when to try again.
///
/// # Errors
/// `Unavailable`.
pub async fn refused(tx: &mut Tx, shop: ShopId, pool: Uuid, problem: &str, ask_at: Timestamp) -> Result<(), DbError> {
    const SQL: &str = "UPDATE discount_pools SET problem = $3, ask_at = $4, failures = failures + 1 WHERE shop_id = $1 AND id = $2";
    on_tx!(tx, c => sqlx::query(SQL).bind(shop.0).bind(pool).bind(problem).bind(ms(ask_at)).execute(c).await?.rows_affected());
    Ok(())
}

/// Nothing of it is left at the platform that Comeback would have to look after.
///
/// # Errors
/// `Unavailable`.
pub async fn set_gone(tx: &mut Tx, shop: ShopId, pool: Uuid) -> Result<(), DbError> {
    const SQL: &str = "UPDATE discount_pools SET state = 'gone', problem = NULL WHERE shop_id = $1 AND id = $2";
    on_tx!(tx, c => sqlx::query(SQL).bind(shop.0).bind(pool).execute(c).await?.rows_affected());
    Ok(())
}
