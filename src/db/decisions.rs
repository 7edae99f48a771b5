//! Recorded answers of rules: what explains every nudge.

use super::{Db, DbError, Tx, hex, instant, ms};
use crate::domain::ids::{CartId, NudgeId, ShopId};
use jiff::Timestamp;
use uuid::Uuid;

/// A decision to be recorded.
#[derive(Debug, Clone)]
pub struct NewDecision {
    /// Ours.
    pub id: Uuid,
    /// About which cart.
    pub cart_id: CartId,
    /// About which nudge, if about one.
    pub nudge_id: Option<NudgeId>,
    /// When.
    pub at: Timestamp,
    /// `planned`, `not_planned`, `send`, `postpone`, `cancel`, `sent`, `refused`, `retry`, `unknown`, `asked`.
    pub outcome: &'static str,
    /// Which rule.
    pub rule: String,
    /// The rules' version.
    pub rules_version: u32,
    /// In a sentence.
    pub why: String,
    /// What it was decided on, as JSON.
    pub inputs: String,
}

/// Records decisions, in one statement.
///
/// # Errors
/// `Unavailable`.
pub async fn insert(tx: &mut Tx, shop: ShopId, batch: &[NewDecision]) -> Result<(), DbError> {
    const LITE: &str = "INSERT INTO decisions (shop_id, id, cart_id, nudge_id, at, outcome, rule, rules_version, why, inputs)
        SELECT $1, unhex(value ->> 0), unhex(value ->> 1), unhex(value ->> 2), value ->> 3, value ->> 4, value ->> 5, value ->> 6, value ->> 7, value ->> 8
        FROM json_each($2)";
    const PG: &str = "INSERT INTO decisions (shop_id, id, cart_id, nudge_id, at, outcome, rule, rules_version, why, inputs)
        SELECT $1, i, c, n, a, o, r, v, w, x
        FROM UNNEST($2::uuid[], $3::uuid[], $4::uuid[], $5::bigint[], $6::text[], $7::text[], $8::bigint[], $9::text[], $10::text[])
            AS u (i, c, n, a, o, r, v, w, x)";
    if batch.is_empty() {
        return Ok(());
    }
    match tx {
        Tx::Sqlite(tx) => {
            let row = |d: &NewDecision| {
                let nudge = d.nudge_id.map(|n| hex(n.0));
                serde_json::json!([hex(d.id), hex(d.cart_id.0), nudge, ms(d.at), d.outcome, d.rule, d.rules_version, d.why, d.inputs])
            };
            let json = serde_json::Value::from_iter(batch.iter().map(row)).to_string();
            sqlx::query(LITE).bind(shop.0).bind(json).execute(&mut **tx).await?;
        }
        Tx::Postgres(tx) => {
            sqlx::query(PG)
                .bind(shop.0)
                .bind(batch.iter().map(|d| d.id).collect::<Vec<_>>())
                .bind(batch.iter().map(|d| d.cart_id.0).collect::<Vec<_>>())
                .bind(batch.iter().map(|d| d.nudge_id.map(|n| n.0)).collect::<Vec<_>>())
                .bind(batch.iter().map(|d| ms(d.at)).collect::<Vec<_>>())
                .bind(batch.iter().map(|d| d.outcome).collect::<Vec<_>>())
                .bind(batch.iter().map(|d| d.rule.as_str()).collect::<Vec<_>>())
                .bind(batch.iter().map(|d| i64::from(d.rules_version)).collect::<Vec<_>>())
                .bind(batch.iter().map(|d| d.why.as_str()).collect::<Vec<_>>())
                .bind(batch.iter().map(|d| d.inputs.as_str()).collect::<Vec<_>>())
                .execute(&mut **tx)
                .await?;
        }
    }
    Ok(())
}

/// Was it said of this nudge by that rule, not before that time?
///
/// # Errors
/// `Unavailable`.
pub async fn was_said(tx: &mut Tx, shop: ShopId, nudge: NudgeId, (rule, since): (&str, Option<Timestamp>)) -> Result<bool, DbError> {
    const SQL: &str = "SELECT id FROM decisions WHERE shop_id = $1 AND nudge_id = $2 AND rule = $3 AND at >= $4 LIMIT 1";
    let since = since.unwrap_or(Timestamp::UNIX_EPOCH);
    let one: Option<Uuid> =
        on_tx!(tx, c => sqlx::query_scalar(SQL).bind(shop.0).bind(nudge.0).bind(rule).bind(ms(since)).fetch_optional(c).await?);
    Ok(one.is_some())
}

/// A decision as recorded.
#[derive(Debug, Clone)]
pub struct Recorded {
    /// About which nudge, if about one.
    pub nudge_id: Option<NudgeId>,
    /// When.
    pub at: Timestamp,
    /// What.
    pub outcome: String,
    /// Which rule.
    pub rule: String,
    /// The rules' version.
    pub rules_version: i64,
    /// In a sentence.
    pub why: String,
    /// What it was decided on, as JSON.
    pub inputs: String,
}

/// Every decision about a cart and those merged into it, oldest first.
///
/// # Errors
/// `Unavailable`.
pub async fn of_cart(db: &Db, shop: ShopId, cart: CartId) -> Result<Vec<Recorded>, DbError> {
    const SQL: &str = "SELECT nudge_id, at, outcome, rule, rules_version, why, inputs FROM decisions
        WHERE shop_id = $1 AND cart_id IN (SELECT id FROM carts WHERE shop_id = $1 AND (id = $2 OR merged_into = $2)) ORDER BY at, id";
    type Row = (Option<Uuid>, i64, String, String, i64, String, String);
    let rows: Vec<Row> = on_db!(db, c => sqlx::query_as(SQL).bind(shop.0).bind(cart.0).fetch_all(c).await?);
    let recorded = |(nudge, at, outcome, rule, rules_version, why, inputs): Row| Recorded {
        nudge_id: nudge.map(NudgeId),
        at: instant(at),
        outcome,
        rule,
        rules_version,
        why,
        inputs,
    };
    Ok(rows.into_iter().map(recorded).collect())
}
