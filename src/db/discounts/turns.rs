//! Whose turn it is to ask a store about its discounts, and how asking went.

use crate::db::{Db, DbError, instant, ms};
use crate::domain::ids::ShopId;
use jiff::Timestamp;
use uuid::Uuid;

/// How asking went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TurnRow {
    /// How often it failed, one time after the other.
    pub failures: i64,
    /// Why it failed last; none since it answered.
    pub problem: Option<String>,
    /// Since when it has been failing.
    pub since: Option<Timestamp>,
}

/// Stores that may be asked by now: they gave access, have not removed the app, and have an offer at work or codes to look after. Access that was given anew is
/// tried at once.
///
/// # Errors
/// `Unavailable`.
pub async fn shops_to_ask(db: &Db, now: Timestamp) -> Result<Vec<ShopId>, DbError> {
    const SQL: &str = r#"SELECT s.id FROM shops s JOIN shop_access a ON a.shop_id = s.id LEFT JOIN discount_turns t ON t.shop_id = s.id
        WHERE s.status <> 'removed' AND s.uninstalled_at IS NULL AND s.canary_of IS NULL
            AND (t.ask_at IS NULL OR t.ask_at <= $1 OR a.created_at > t.asked_at)
            AND (EXISTS (SELECT 1 FROM discount_pools p WHERE p.shop_id = s.id AND p.state <> 'gone')
                -- A step without an offer leaves the field out.
                OR EXISTS (SELECT 1 FROM campaigns k JOIN campaign_versions v ON v.shop_id = k.shop_id AND v.campaign_id = k.id AND v.version = k.version
                    WHERE k.shop_id = s.id AND k.status = 'published' AND v.spec LIKE '%"discount":{%'))
        ORDER BY s.id"#;
    let ids: Vec<Uuid> = on_db!(db, c => sqlx::query_scalar(SQL).bind(ms(now)).fetch_all(c).await?);
    Ok(ids.into_iter().map(ShopId).collect())
}

/// Takes the turn until an instant, if nobody has it and the store may be asked by now. Of two at once only one gets it.
///
/// # Errors
/// `Unavailable`.
pub async fn take_turn(db: &Db, shop: ShopId, now: Timestamp, until: Timestamp) -> Result<bool, DbError> {
    const SQL: &str = "INSERT INTO discount_turns (shop_id, ask_at, asked_at, failures) VALUES ($1, $3, $2, 0)
        ON CONFLICT (shop_id) DO UPDATE SET ask_at = excluded.ask_at, asked_at = excluded.asked_at
        WHERE discount_turns.ask_at <= excluded.asked_at
            OR discount_turns.asked_at < (SELECT a.created_at FROM shop_access a WHERE a.shop_id = excluded.shop_id)";
    let mut tx = db.begin().await?;
    let taken = on_tx!(&mut tx, c => sqlx::query(SQL).bind(shop.0).bind(ms(now)).bind(ms(until)).execute(c).await?.rows_affected());
    tx.commit().await?;
    Ok(taken > 0)
}

/// How the turn that lasts until an instant went: the store answered, or since when and why not; and when it may be asked again.
///
/// # Errors
/// `Unavailable`.
pub async fn end_turn(
    db: &Db,
    shop: ShopId,
    held_until: Timestamp,
    (problem, now): (Option<&str>, Timestamp),
    ask_at: Timestamp,
) -> Result<(), DbError> {
    const SQL: &str = "UPDATE discount_turns SET ask_at = $4, problem = $3,
            failures = CASE WHEN CAST($3 AS TEXT) IS NULL THEN 0 ELSE failures + 1 END,
            since = CASE WHEN CAST($3 AS TEXT) IS NULL THEN NULL ELSE COALESCE(since, $5) END
        WHERE shop_id = $1 AND ask_at = $2";
    let mut tx = db.begin().await?;
    on_tx!(&mut tx, c => sqlx::query(SQL).bind(shop.0).bind(ms(held_until)).bind(problem).bind(ms(ask_at)).bind(ms(now)).execute(c).await?.rows_affected());
    tx.commit().await
}

/// How asking a store went; none when it never was.
///
/// # Errors
/// `Unavailable`.
pub async fn turn(db: &Db, shop: ShopId) -> Result<Option<TurnRow>, DbError> {
    const SQL: &str = "SELECT failures, problem, since FROM discount_turns WHERE shop_id = $1";
    let row: Option<(i64, Option<String>, Option<i64>)> = on_db!(db, c => sqlx::query_as(SQL).bind(shop.0).fetch_optional(c).await?);
    Ok(row.map(|(failures, problem, since)| TurnRow { failures, problem, since: since.map(instant) }))
}
