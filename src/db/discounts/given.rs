//! Codes and shoppers: which are to be had, who was given one, and which orders used them.

use crate::db::{Db, DbError, Tx, instant, json_ids, json_texts, ms, to_json};
use crate::domain::campaign::Offer;
use crate::domain::ids::{CampaignId, CartId, NudgeId, OrderId, ShopId};
use crate::domain::order::Order;
use jiff::Timestamp;
use sqlx::AssertSqlSafe;
use std::collections::HashMap;
use uuid::Uuid;

/// For which step of which campaign, and what the code promises.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// Which campaign.
    pub campaign_id: CampaignId,
    /// Which step, from 0.
    pub step: i64,
    /// What is offered.
    pub offer: Offer,
}

/// A code that can be given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spare {
    /// As shoppers type it.
    pub code: String,
}

/// Codes that can be given and work at least until an instant, those that end first first. Nobody else can take them before the transaction ends.
///
/// # Errors
/// `Unavailable`.
pub async fn spare(tx: &mut Tx, shop: ShopId, key: &Key, works_until: Timestamp, most: i64) -> Result<Vec<Spare>, DbError> {
    const GET: &str = "SELECT c.code FROM discount_codes c JOIN discount_pools p ON p.shop_id = c.shop_id AND p.id = c.pool_id
        WHERE c.shop_id = $1 AND p.campaign_id = $2 AND p.step = $3 AND p.offer = $4 AND p.state <> 'gone' AND p.ends_at >= $5 AND c.state = 'free'
        ORDER BY p.ends_at, c.code LIMIT $6";
    let offer = to_json(&key.offer)?;
    let codes: Vec<String> = match tx {
        Tx::Sqlite(tx) => {
            sqlx::query_scalar(GET)
                .bind(shop.0)
                .bind(key.campaign_id.0)
                .bind(key.step)
                .bind(offer)
                .bind(ms(works_until))
                .bind(most)
                .fetch_all(&mut **tx)
                .await?
        }
        Tx::Postgres(tx) => {
            let sql = AssertSqlSafe(format!("{GET} FOR UPDATE OF c SKIP LOCKED"));
            sqlx::query_scalar(sql)
                .bind(shop.0)
                .bind(key.campaign_id.0)
                .bind(key.step)
                .bind(offer)
                .bind(ms(works_until))
                .bind(most)
                .fetch_all(&mut **tx)
                .await?
        }
    };
    Ok(codes.into_iter().map(|code| Spare { code }).collect())
}

/// A code that a message carries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Carried {
    /// As shoppers type it.
    pub code: String,
    /// The platform lets it work until then.
    pub works_until: Timestamp,
}

/// The codes that these nudges were given and have still.
///
/// # Errors
/// `Unavailable`.
pub async fn of_nudges(tx: &mut Tx, shop: ShopId, nudges: &[Uuid]) -> Result<HashMap<NudgeId, Carried>, DbError> {
    if nudges.is_empty() {
        return Ok(HashMap::new());
    }
    const GET: &str =
        "SELECT c.nudge_id, c.code, p.ends_at FROM discount_codes c JOIN discount_pools p ON p.shop_id = c.shop_id AND p.id = c.pool_id
        WHERE c.shop_id = $1 AND c.state = 'given' AND c.nudge_id";
    let rows: Vec<(Uuid, String, i64)> = match tx {
        Tx::Sqlite(tx) => {
            let sql = AssertSqlSafe(format!("{GET} IN (SELECT unhex(value) FROM json_each($2))"));
            sqlx::query_as(sql).bind(shop.0).bind(json_ids(nudges)).fetch_all(&mut **tx).await?
        }
        Tx::Postgres(tx) => {
            sqlx::query_as(AssertSqlSafe(format!("{GET} = ANY($2)"))).bind(shop.0).bind(nudges).fetch_all(&mut **tx).await?
        }
    };
    Ok(rows.into_iter().map(|(nudge, code, ends)| (NudgeId(nudge), Carried { code, works_until: instant(ends) })).collect())
}

/// A code as it is given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Given {
    /// As shoppers type it.
    pub code: String,
    /// For which cart.
    pub cart_id: CartId,
    /// In whose message.
    pub nudge_id: NudgeId,
    /// When.
    pub at: Timestamp,
    /// Promised to work until then.
    pub ends_at: Timestamp,
}

/// Gives a code, or gives it again to the message that has it. Was it to be had?
///
/// # Errors
/// `Unavailable`.
pub async fn give(tx: &mut Tx, shop: ShopId, g: &Given) -> Result<bool, DbError> {
    const SQL: &str = "UPDATE discount_codes SET state = 'given', cart_id = $3, nudge_id = $4, given_at = $5, ends_at = $6
        WHERE shop_id = $1 AND code = $2 AND (state = 'free' OR (state = 'given' AND nudge_id = $4))";
    let given = on_tx!(tx, c => sqlx::query(SQL).bind(shop.0).bind(&g.code).bind(g.cart_id.0).bind(g.nudge_id.0).bind(ms(g.at)).bind(ms(g.ends_at))
        .execute(c).await?.rows_affected());
    Ok(given > 0)
}

/// A code that was given is of no use any more: another takes its place.
///
/// # Errors
/// `Unavailable`.
pub async fn give_up(tx: &mut Tx, shop: ShopId, code: &str) -> Result<(), DbError> {
    const SQL: &str = "UPDATE discount_codes SET state = 'deleting' WHERE shop_id = $1 AND code = $2 AND state = 'given'";
    on_tx!(tx, c => sqlx::query(SQL).bind(shop.0).bind(code).execute(c).await?.rows_affected());
    Ok(())
}

/// Takes codes back whose messages never left, and never will. How many.
///
/// # Errors
/// `Unavailable`.
pub async fn give_back(tx: &mut Tx, shop: ShopId) -> Result<u64, DbError> {
    const SQL: &str = "UPDATE discount_codes SET state = 'free', cart_id = NULL, nudge_id = NULL, given_at = NULL, ends_at = NULL
        WHERE shop_id = $1 AND state = 'given' AND NOT EXISTS (SELECT 1 FROM discount_uses u WHERE u.shop_id = $1 AND u.code = discount_codes.code)
            AND EXISTS (SELECT 1 FROM nudges n WHERE n.shop_id = $1 AND n.id = discount_codes.nudge_id AND n.state IN ('cancelled', 'failed')
                AND n.sent_at IS NULL AND n.unknown_at IS NULL)";
    Ok(on_tx!(tx, c => sqlx::query(SQL).bind(shop.0).execute(c).await?.rows_affected()))
}

/// After a restore: what was to be had may have been given by the database that is gone. None of it is ever given; it is deleted.
///
/// # Errors
/// `Unavailable`.
pub async fn distrust(tx: &mut Tx, shop: ShopId) -> Result<u64, DbError> {
    const SQL: &str = "UPDATE discount_codes SET state = 'deleting', sent_at = COALESCE(sent_at, created_at) WHERE shop_id = $1 AND state IN ('free', 'requested')";
    Ok(on_tx!(tx, c => sqlx::query(SQL).bind(shop.0).execute(c).await?.rows_affected()))
}

/// How many codes were given for a step since an instant.
///
/// # Errors
/// `Unavailable`.
pub async fn given_since(db: &Db, shop: ShopId, (campaign, step): (CampaignId, i64), since: Timestamp) -> Result<i64, DbError> {
    const SQL: &str = "SELECT COUNT(*) FROM discount_codes WHERE shop_id = $1 AND given_at > $4 AND campaign_id = $2 AND step = $3";
    Ok(on_db!(db, c => sqlx::query_scalar(SQL).bind(shop.0).bind(campaign.0).bind(step).bind(ms(since)).fetch_one(c).await?))
}

/// How many messages are looked at until an instant, by campaign, its version at enrolment, and step. Those of the comparison group get no code.
///
/// # Errors
/// `Unavailable`.
pub async fn due_soon(db: &Db, shop: ShopId, until: Timestamp) -> Result<Vec<(CampaignId, i64, i64, i64)>, DbError> {
    const SQL: &str = "SELECT n.campaign_id, e.version, n.step, COUNT(*) FROM nudges n
        JOIN enrolments e ON e.shop_id = n.shop_id AND e.id = n.enrolment_id AND e.arm = 'treated'
        WHERE n.shop_id = $1 AND n.state = 'scheduled' AND n.wake_at <= $2 GROUP BY n.campaign_id, e.version, n.step ORDER BY 1, 2, 3";
    let rows: Vec<(Uuid, i64, i64, i64)> = on_db!(db, c => sqlx::query_as(SQL).bind(shop.0).bind(ms(until)).fetch_all(c).await?);
    Ok(rows.into_iter().map(|(campaign, version, step, count)| (CampaignId(campaign), version, step, count)).collect())
}

/// The code of a message's own that works as of an instant: promised for longer, and not used.
///
/// # Errors
/// `Unavailable`.
pub async fn works(db: &Db, shop: ShopId, nudge: NudgeId, now: Timestamp) -> Result<Option<String>, DbError> {
    const SQL: &str =
        "SELECT c.code FROM discount_codes c WHERE c.shop_id = $1 AND c.nudge_id = $2 AND c.state = 'given' AND c.ends_at > $3
        AND NOT EXISTS (SELECT 1 FROM discount_uses u WHERE u.shop_id = $1 AND u.code = c.code)";
    Ok(on_db!(db, c => sqlx::query_scalar(SQL).bind(shop.0).bind(nudge.0).bind(ms(now)).fetch_optional(c).await?))
}

/// Whose messages these codes were given in; others than ours are left out. Codes are compared as the platform does: in capitals.
///
/// # Errors
/// `Unavailable`.
pub async fn nudges_of(tx: &mut Tx, shop: ShopId, codes: &[String]) -> Result<Vec<(String, NudgeId)>, DbError> {
    if codes.is_empty() {
        return Ok(Vec::new());
    }
    const GET: &str = "SELECT code, nudge_id FROM discount_codes WHERE shop_id = $1 AND nudge_id IS NOT NULL AND code";
    let codes: Vec<String> = codes.iter().map(|c| c.to_ascii_uppercase()).collect();
    let rows: Vec<(String, Uuid)> = match tx {
        Tx::Sqlite(tx) => {
            let sql = AssertSqlSafe(format!("{GET} IN (SELECT value FROM json_each($2)) ORDER BY code"));
            sqlx::query_as(sql).bind(shop.0).bind(json_texts(codes.iter().map(String::as_str))).fetch_all(&mut **tx).await?
        }
        Tx::Postgres(tx) => {
            sqlx::query_as(AssertSqlSafe(format!("{GET} = ANY($2) ORDER BY code"))).bind(shop.0).bind(&codes).fetch_all(&mut **tx).await?
        }
    };
    Ok(rows.into_iter().map(|(code, nudge)| (code, NudgeId(nudge))).collect())
}

/// Keeps which of our codes an order uses, by its latest word, in the place of what was kept of it.
///
/// # Errors
/// `Unavailable`.
pub async fn set_uses(tx: &mut Tx, shop: ShopId, id: OrderId, order: &Order) -> Result<(), DbError> {
    const CLEAR: &str = "DELETE FROM discount_uses WHERE shop_id = $1 AND order_id = $2";
    const PUT: &str = "INSERT INTO discount_uses (shop_id, order_id, code, used_at)
        SELECT $1, $2, c.code, $4 FROM discount_codes c WHERE c.shop_id = $1 AND c.code = $3 ON CONFLICT DO NOTHING";
    let Some(head) = order.head.as_ref() else { return Ok(()) };
    on_tx!(tx, c => sqlx::query(CLEAR).bind(shop.0).bind(id.0).execute(c).await?.rows_affected());
    for code in &head.discount_codes {
        let code = code.to_ascii_uppercase();
        on_tx!(tx, c => sqlx::query(PUT).bind(shop.0).bind(id.0).bind(code).bind(ms(head.created_at)).execute(c).await?.rows_affected());
    }
    Ok(())
}
