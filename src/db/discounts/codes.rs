//! Codes between us and the platform: asked for, there, and deleted again. Each is stored before the platform hears of it.

use crate::db::{Db, DbError, Tx, instant, json_texts, ms};
use crate::domain::ids::{CampaignId, ShopId};
use jiff::Timestamp;
use sqlx::AssertSqlSafe;
use std::collections::HashMap;
use uuid::Uuid;

/// A parameter of a statement about a list of codes.
enum With<'a> {
    Nothing,
    Text(&'a str),
    Number(i64),
}

/// Changes codes of a list: `set` may name `$3`, and so may `and`.
async fn change(tx: &mut Tx, shop: ShopId, codes: &[&str], (set, and): (&str, &str), with: With<'_>) -> Result<(), DbError> {
    if codes.is_empty() {
        return Ok(());
    }
    let sql = |list: &str| AssertSqlSafe(format!("UPDATE discount_codes SET {set} WHERE shop_id = $1 AND code {list}{and}"));
    macro_rules! run {
        ($tx:expr, $list:expr, $codes:expr) => {{
            let query = sqlx::query(sql($list)).bind(shop.0).bind($codes);
            let query = match with {
                With::Nothing => query,
                With::Text(text) => query.bind(text),
                With::Number(number) => query.bind(number),
            };
            query.execute(&mut **$tx).await?;
        }};
    }
    match tx {
        Tx::Sqlite(tx) => run!(tx, "IN (SELECT value FROM json_each($2))", json_texts(codes.iter().copied())),
        Tx::Postgres(tx) => run!(tx, "= ANY($2)", codes),
    }
    Ok(())
}

/// Stores codes that the platform is to be asked for. A code that is there already is passed over.
///
/// # Errors
/// `Unavailable`.
pub async fn insert(
    tx: &mut Tx,
    shop: ShopId,
    (pool, campaign, step): (Uuid, CampaignId, i64),
    codes: &[String],
    now: Timestamp,
) -> Result<(), DbError> {
    const SQL: &str = "INSERT INTO discount_codes (shop_id, code, pool_id, campaign_id, step, state, created_at)
        VALUES ($1, $2, $3, $4, $5, 'requested', $6) ON CONFLICT DO NOTHING";
    for code in codes {
        on_tx!(tx, c => sqlx::query(SQL).bind(shop.0).bind(code).bind(pool).bind(campaign.0).bind(step).bind(ms(now)).execute(c).await?.rows_affected());
    }
    Ok(())
}

/// What a pool holds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Held {
    /// Codes that can be given.
    pub free: i64,
    /// Codes that the platform was or is to be asked for.
    pub requested: i64,
}

/// What the pools of a shop hold.
///
/// # Errors
/// `Unavailable`.
pub async fn held(db: &Db, shop: ShopId) -> Result<HashMap<Uuid, Held>, DbError> {
    const SQL: &str = "SELECT pool_id, COUNT(CASE WHEN state = 'free' THEN 1 END), COUNT(CASE WHEN state = 'requested' THEN 1 END)
        FROM discount_codes WHERE shop_id = $1 AND state IN ('free', 'requested') GROUP BY pool_id";
    let rows: Vec<(Uuid, i64, i64)> = on_db!(db, c => sqlx::query_as(SQL).bind(shop.0).fetch_all(c).await?);
    Ok(rows.into_iter().map(|(pool, free, requested)| (pool, Held { free, requested })).collect())
}

/// Codes of a pool that the platform has not been asked for.
///
/// # Errors
/// `Unavailable`.
pub async fn unsent(db: &Db, shop: ShopId, pool: Uuid, most: i64) -> Result<Vec<String>, DbError> {
    const SQL: &str = "SELECT code FROM discount_codes WHERE shop_id = $1 AND pool_id = $2 AND state = 'requested' AND sent_at IS NULL ORDER BY code LIMIT $3";
    Ok(on_db!(db, c => sqlx::query_scalar(SQL).bind(shop.0).bind(pool).bind(most).fetch_all(c).await?))
}

/// The platform is about to be asked for them: from now on it may have them.
///
/// # Errors
/// `Unavailable`.
pub async fn set_sent(tx: &mut Tx, shop: ShopId, codes: &[&str], now: Timestamp) -> Result<(), DbError> {
    change(tx, shop, codes, ("sent_at = $3, addition_id = NULL", " AND state = 'requested'"), With::Number(ms(now))).await
}

/// By what the platform tells whether it made them.
///
/// # Errors
/// `Unavailable`.
pub async fn set_addition(tx: &mut Tx, shop: ShopId, codes: &[&str], addition: &str) -> Result<(), DbError> {
    change(tx, shop, codes, ("addition_id = $3", ""), With::Text(addition)).await
}

/// Additions whose outcome isn't known: pool and id.
///
/// # Errors
/// `Unavailable`.
pub async fn additions(db: &Db, shop: ShopId) -> Result<Vec<(Uuid, String)>, DbError> {
    const SQL: &str = "SELECT DISTINCT pool_id, addition_id FROM discount_codes
        WHERE shop_id = $1 AND state IN ('requested', 'deleting') AND addition_id IS NOT NULL AND platform_id IS NULL ORDER BY addition_id";
    Ok(on_db!(db, c => sqlx::query_as(SQL).bind(shop.0).fetch_all(c).await?))
}

/// Codes that the platform was asked for, and nobody knows what became of it: by pool. The first code of a pool that isn't made is asked for with the pool.
///
/// # Errors
/// `Unavailable`.
pub async fn lost(db: &Db, shop: ShopId) -> Result<HashMap<Uuid, Vec<(String, Timestamp)>>, DbError> {
    const SQL: &str = "SELECT c.pool_id, c.code, c.sent_at FROM discount_codes c
        JOIN discount_pools p ON p.shop_id = c.shop_id AND p.id = c.pool_id AND p.state = 'made'
        WHERE c.shop_id = $1 AND c.state = 'requested' AND c.sent_at IS NOT NULL AND c.addition_id IS NULL ORDER BY c.code";
    let rows: Vec<(Uuid, String, i64)> = on_db!(db, c => sqlx::query_as(SQL).bind(shop.0).fetch_all(c).await?);
    let mut by_pool: HashMap<Uuid, Vec<(String, Timestamp)>> = HashMap::new();
    for (pool, code, sent_at) in rows {
        by_pool.entry(pool).or_default().push((code, instant(sent_at)));
    }
    Ok(by_pool)
}

/// The platform has a code, under an id of its own: it can be given from now on.
///
/// # Errors
/// `Unavailable`.
pub async fn arrived(tx: &mut Tx, shop: ShopId, code: &str, platform_id: Option<&str>) -> Result<(), DbError> {
    const SQL: &str = "UPDATE discount_codes SET platform_id = COALESCE($3, platform_id), addition_id = NULL,
            state = CASE WHEN state = 'requested' THEN 'free' ELSE state END
        WHERE shop_id = $1 AND code = $2";
    on_tx!(tx, c => sqlx::query(SQL).bind(shop.0).bind(code).bind(platform_id).execute(c).await?.rows_affected());
    Ok(())
}

/// The platform will not have them: they are never given.
///
/// # Errors
/// `Unavailable`.
pub async fn fail(tx: &mut Tx, shop: ShopId, codes: &[&str]) -> Result<(), DbError> {
    change(tx, shop, codes, ("state = 'failed', addition_id = NULL", " AND state IN ('requested', 'deleting')"), With::Nothing).await
}

/// The platform surely doesn't have them: it is to be asked for them again, or there is nothing to delete.
///
/// # Errors
/// `Unavailable`.
pub async fn resend(tx: &mut Tx, shop: ShopId, codes: &[&str]) -> Result<(), DbError> {
    change(tx, shop, codes, ("sent_at = NULL, addition_id = NULL", " AND state IN ('requested', 'deleting')"), With::Nothing).await
}

/// What is to be deleted at the platform, as of an instant: what can't be given any more; what was given and is over, used, or of no use since its cart was
/// bought without it. How many codes.
///
/// # Errors
/// `Unavailable`.
pub async fn mark_leaving(tx: &mut Tx, shop: ShopId, now: Timestamp) -> Result<u64, DbError> {
    const MARK: [&str; 2] = [
        "UPDATE discount_codes SET state = 'deleting' WHERE shop_id = $1 AND state IN ('free', 'requested') AND pool_id IN (
            SELECT p.id FROM discount_pools p WHERE p.shop_id = $1 AND (p.gives_until <= $2 OR EXISTS
                (SELECT 1 FROM campaigns k WHERE k.shop_id = $1 AND k.id = p.campaign_id AND k.status = 'archived')))",
        "UPDATE discount_codes SET state = 'deleting' WHERE shop_id = $1 AND state = 'given' AND (ends_at <= $2
            OR EXISTS (SELECT 1 FROM discount_uses u WHERE u.shop_id = $1 AND u.code = discount_codes.code)
            OR EXISTS (SELECT 1 FROM carts c LEFT JOIN carts m ON m.shop_id = $1 AND m.id = c.merged_into
                WHERE c.shop_id = $1 AND c.id = discount_codes.cart_id AND COALESCE(m.state, c.state) IN ('purchased', 'recovered')))",
    ];
    let mut marked = 0;
    for sql in MARK {
        marked += on_tx!(tx, c => sqlx::query(sql).bind(shop.0).bind(ms(now)).execute(c).await?.rows_affected());
    }
    Ok(marked)
}

/// A code that is to be deleted at the platform.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leaving {
    /// As shoppers type it.
    pub code: String,
    /// The platform's id of it, if it is known.
    pub platform_id: Option<String>,
    /// When the platform was asked to make it, if it was.
    pub sent_at: Option<Timestamp>,
}

/// Codes of a pool that are to be deleted, and whose deletion wasn't asked for yet.
///
/// # Errors
/// `Unavailable`.
pub async fn leaving(db: &Db, shop: ShopId, pool: Uuid, most: i64) -> Result<Vec<Leaving>, DbError> {
    const SQL: &str = "SELECT code, platform_id, sent_at FROM discount_codes
        WHERE shop_id = $1 AND pool_id = $2 AND state = 'deleting' AND deletion_id IS NULL ORDER BY code LIMIT $3";
    let rows: Vec<(String, Option<String>, Option<i64>)> =
        on_db!(db, c => sqlx::query_as(SQL).bind(shop.0).bind(pool).bind(most).fetch_all(c).await?);
    Ok(rows.into_iter().map(|(code, platform_id, sent_at)| Leaving { code, platform_id, sent_at: sent_at.map(instant) }).collect())
}

/// By what the platform tells whether they are deleted.
///
/// # Errors
/// `Unavailable`.
pub async fn set_deletion(tx: &mut Tx, shop: ShopId, codes: &[&str], deletion: &str) -> Result<(), DbError> {
    change(tx, shop, codes, ("deletion_id = $3", " AND state = 'deleting'"), With::Text(deletion)).await
}

/// Deletions that may not be done.
///
/// # Errors
/// `Unavailable`.
pub async fn deletions(db: &Db, shop: ShopId) -> Result<Vec<String>, DbError> {
    const SQL: &str =
        "SELECT DISTINCT deletion_id FROM discount_codes WHERE shop_id = $1 AND state = 'deleting' AND deletion_id IS NOT NULL ORDER BY 1";
    Ok(on_db!(db, c => sqlx::query_scalar(SQL).bind(shop.0).fetch_all(c).await?))
}

/// The codes of a deletion are deleted.
///
/// # Errors
/// `Unavailable`.
pub async fn end_of(tx: &mut Tx, shop: ShopId, deletion: &str) -> Result<(), DbError> {
    const SQL: &str =
        "UPDATE discount_codes SET state = 'deleted', deletion_id = NULL WHERE shop_id = $1 AND deletion_id = $2 AND state = 'deleting'";
    on_tx!(tx, c => sqlx::query(SQL).bind(shop.0).bind(deletion).execute(c).await?.rows_affected());
    Ok(())
}

/// They are not at the platform any more.
///
/// # Errors
/// `Unavailable`.
pub async fn deleted(tx: &mut Tx, shop: ShopId, codes: &[&str]) -> Result<(), DbError> {
    change(tx, shop, codes, ("state = 'deleted', deletion_id = NULL", " AND state = 'deleting'"), With::Nothing).await
}

/// The platform has none of a pool's codes any more.
///
/// # Errors
/// `Unavailable`.
pub async fn all_deleted(tx: &mut Tx, shop: ShopId, pool: Uuid) -> Result<(), DbError> {
    const SQL: &str = "UPDATE discount_codes SET state = 'deleted', addition_id = NULL, deletion_id = NULL
        WHERE shop_id = $1 AND pool_id = $2 AND state IN ('requested', 'free', 'given', 'deleting')";
    on_tx!(tx, c => sqlx::query(SQL).bind(shop.0).bind(pool).execute(c).await?.rows_affected());
    Ok(())
}

/// Did an order use a code of a pool?
///
/// # Errors
/// `Unavailable`.
pub async fn is_used(db: &Db, shop: ShopId, pool: Uuid) -> Result<bool, DbError> {
    const SQL: &str = "SELECT COUNT(*) FROM discount_codes c JOIN discount_uses u ON u.shop_id = c.shop_id AND u.code = c.code
        WHERE c.shop_id = $1 AND c.pool_id = $2";
    let uses: i64 = on_db!(db, c => sqlx::query_scalar(SQL).bind(shop.0).bind(pool).fetch_one(c).await?);
    Ok(uses > 0)
}

/// Codes of an addition of which nothing is known yet.
///
/// # Errors
/// `Unavailable`.
pub async fn of_addition(db: &Db, shop: ShopId, addition: &str) -> Result<Vec<String>, DbError> {
    const SQL: &str = "SELECT code FROM discount_codes WHERE shop_id = $1 AND addition_id = $2 ORDER BY code";
    Ok(on_db!(db, c => sqlx::query_scalar(SQL).bind(shop.0).bind(addition).fetch_all(c).await?))
}

/// Forgets the codes of a pool that nobody was ever given. Is nothing left of it that has to be deleted?
///
/// # Errors
/// `Unavailable`.
pub async fn forget(tx: &mut Tx, shop: ShopId, pool: Uuid) -> Result<bool, DbError> {
    const FORGET: &str =
        "DELETE FROM discount_codes WHERE shop_id = $1 AND pool_id = $2 AND state IN ('deleted', 'failed') AND nudge_id IS NULL
            AND NOT EXISTS (SELECT 1 FROM discount_uses u WHERE u.shop_id = $1 AND u.code = discount_codes.code)";
    const LEFT: &str =
        "SELECT COUNT(*) FROM discount_codes WHERE shop_id = $1 AND pool_id = $2 AND state IN ('requested', 'free', 'given', 'deleting')";
    on_tx!(tx, c => sqlx::query(FORGET).bind(shop.0).bind(pool).execute(c).await?.rows_affected());
    let left: i64 = on_tx!(tx, c => sqlx::query_scalar(LEFT).bind(shop.0).bind(pool).fetch_one(c).await?);
    Ok(left == 0)
}
