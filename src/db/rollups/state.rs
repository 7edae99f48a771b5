//! By which rules a shop was counted, and how far counting it from the beginning has come.

use crate::db::{Db, DbError, Tx, word};
use crate::domain::ids::ShopId;
use sqlx::AssertSqlSafe;
use uuid::Uuid;

/// Rows that are cleared away in one statement.
const CLEARED_MAX: i64 = 2000;

/// How far counting from the beginning is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// What was counted by other rules goes.
    Clearing,
    /// Carts are counted.
    Carts,
    /// Buyers are counted.
    Buyers,
    /// Only what changes is counted anew.
    Done,
}

impl Stage {
    fn as_str(self) -> &'static str {
        match self {
            Self::Clearing => "clearing",
            Self::Carts => "carts",
            Self::Buyers => "buyers",
            Self::Done => "done",
        }
    }
}

impl std::str::FromStr for Stage {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        [Self::Clearing, Self::Carts, Self::Buyers, Self::Done].into_iter().find(|s| s.as_str() == text).ok_or(())
    }
}

/// The state of a shop's counting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct State {
    /// By which version of the rules.
    pub rules_version: i64,
    /// In which zone.
    pub timezone: String,
    /// How far.
    pub stage: Stage,
    /// The last that was counted in this stage.
    pub after: Uuid,
}

/// The state of a shop's counting; none: it was never counted.
///
/// # Errors
/// `Unavailable`, `Corrupt`.
pub async fn state(tx: &mut Tx, shop: ShopId) -> Result<Option<State>, DbError> {
    const SQL: &str = "SELECT rules_version, timezone, stage, after_id FROM report_states WHERE shop_id = $1";
    let row: Option<(i64, String, String, Uuid)> = on_tx!(tx, c => sqlx::query_as(SQL).bind(shop.0).fetch_optional(c).await?);
    row.map(|(rules_version, timezone, stage, after)| Ok(State { rules_version, timezone, stage: word("stage", &stage)?, after }))
        .transpose()
}

/// Notes it.
///
/// # Errors
/// `Unavailable`.
pub async fn set_state(tx: &mut Tx, shop: ShopId, state: &State) -> Result<(), DbError> {
    const SQL: &str = "INSERT INTO report_states (shop_id, rules_version, timezone, stage, after_id) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (shop_id) DO UPDATE SET rules_version = excluded.rules_version, timezone = excluded.timezone, stage = excluded.stage,
            after_id = excluded.after_id";
    on_tx!(tx, c => sqlx::query(SQL).bind(shop.0).bind(state.rules_version).bind(&state.timezone).bind(state.stage.as_str()).bind(state.after)
        .execute(c).await?.rows_affected());
    Ok(())
}

/// Clears away a portion of what was counted. How many rows; 0 once nothing is left.
///
/// # Errors
/// `Unavailable`.
pub async fn clear(tx: &mut Tx, shop: ShopId) -> Result<u64, DbError> {
    const KEYS: [(&str, &str); 5] = [
        ("rollups", "campaign_id, dimension, grain, day, value, currency, bucket"),
        ("rollup_buyers", "basis, grain, span, currency, day"),
        ("report_carts", "cart_id"),
        ("report_buyers", "contact_id"),
        ("report_labels", "dimension, value"),
    ];
    for (table, key) in KEYS {
        let sql = format!("DELETE FROM {table} WHERE shop_id = $1 AND ({key}) IN (SELECT {key} FROM {table} WHERE shop_id = $1 LIMIT $2)");
        let gone = on_tx!(tx, c => sqlx::query(AssertSqlSafe(sql)).bind(shop.0).bind(CLEARED_MAX).execute(c).await?.rows_affected());
        if gone > 0 {
            return Ok(gone);
        }
    }
    Ok(0)
}

/// The table that a stage goes through; none of those that go through none.
fn table(stage: Stage) -> Option<&'static str> {
    match stage {
        Stage::Carts => Some("carts"),
        Stage::Buyers => Some("contacts"),
        Stage::Clearing | Stage::Done => None,
    }
}

/// The next carts or shoppers to be counted, by their ids.
///
/// # Errors
/// `Unavailable`.
pub async fn keys_after(tx: &mut Tx, shop: ShopId, (stage, after): (Stage, Uuid), most: i64) -> Result<Vec<Uuid>, DbError> {
    let Some(table) = table(stage) else { return Ok(Vec::new()) };
    let sql = format!("SELECT id FROM {table} WHERE shop_id = $1 AND id > $2 ORDER BY id LIMIT $3");
    Ok(on_tx!(tx, c => sqlx::query_scalar(AssertSqlSafe(sql)).bind(shop.0).bind(after).bind(most).fetch_all(c).await?))
}

/// How many carts a shop's counting has before it, when it is counted from the beginning; not counted further than `most`.
///
/// # Errors
/// `Unavailable`.
pub async fn remaining(db: &Db, shop: ShopId, most: i64) -> Result<i64, DbError> {
    const STATE: &str = "SELECT stage, after_id FROM report_states WHERE shop_id = $1";
    const COUNT: &str = "SELECT COUNT(*) FROM (SELECT id FROM carts WHERE shop_id = $1 AND id > $2 LIMIT $3) AS c";
    let state: Option<(String, Uuid)> = on_db!(db, c => sqlx::query_as(STATE).bind(shop.0).fetch_optional(c).await?);
    // Asked first: with millions of carts behind it, even to find that none is before it takes long.
    let after = match state {
        Some((stage, _)) if stage == Stage::Done.as_str() || stage == Stage::Buyers.as_str() => return Ok(0),
        Some((stage, after)) if stage == Stage::Carts.as_str() => after,
        _ => Uuid::nil(),
    };
    Ok(on_db!(db, c => sqlx::query_scalar(COUNT).bind(shop.0).bind(after).bind(most).fetch_one(c).await?))
}
