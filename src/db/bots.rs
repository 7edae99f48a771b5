//! What checkouts left of themselves, and how likely each is fake.

use super::{Db, DbError, Tx, from_json, hex, instant, json_ids, ms, to_json};
use crate::domain::bots::{BotVerdict, HISTORY, Pace, Seen};
use crate::domain::ids::{CartId, ShopId};
use jiff::{SignedDuration, Timestamp};
use sqlx::AssertSqlSafe;
use std::collections::{BTreeMap, HashMap};
use uuid::Uuid;

/// At most this many rows are looked at together, the latest begun first: in a flood, others say the same.
const ROWS_MAX: i64 = 1000;
/// A store's pace is taken from at most this many rows.
const PACE_ROWS_MAX: i64 = 5000;
/// A store that has not been here for this long has no pace of its own.
const YOUNG: SignedDuration = SignedDuration::from_hours(24);

/// The checkouts begun in a stretch of time, as they were known at `now`.
///
/// # Errors
/// `Unavailable`, `Corrupt`.
pub async fn begun_between(
    tx: &mut Tx,
    shop: ShopId,
    (from, to): (Timestamp, Timestamp),
    now: Timestamp,
) -> Result<BTreeMap<CartId, Seen>, DbError> {
    const SQL: &str = "SELECT cart_id, begun_at, trace FROM (SELECT cart_id, noted_at, begun_at, trace FROM cart_traces
            WHERE shop_id = $1 AND begun_at >= $2 AND begun_at <= $3 AND noted_at <= $4 ORDER BY begun_at DESC, noted_at DESC LIMIT $5) AS t
        ORDER BY noted_at";
    let rows: Vec<(Uuid, i64, String)> =
        on_tx!(tx, c => sqlx::query_as(SQL).bind(shop.0).bind(ms(from)).bind(ms(to)).bind(ms(now)).bind(ROWS_MAX).fetch_all(c).await?);
    // What was noted later stands.
    let latest: BTreeMap<Uuid, (i64, String)> = rows.into_iter().map(|(cart, begun_at, trace)| (cart, (begun_at, trace))).collect();
    let seen = |(cart, (begun_at, trace)): (Uuid, (i64, String))| {
        Ok((CartId(cart), Seen { begun_at: instant(begun_at), trace: from_json("trace of a checkout", &trace)? }))
    };
    latest.into_iter().map(seen).collect()
}

/// How many checkouts a store had before a time, and in how long.
///
/// # Errors
/// `Unavailable`.
pub async fn pace(tx: &mut Tx, shop: ShopId, before: Timestamp, now: Timestamp) -> Result<Pace, DbError> {
    const SQL: &str = "SELECT COUNT(DISTINCT cart_id), COUNT(*), MIN(begun_at) FROM (SELECT cart_id, begun_at FROM cart_traces
        WHERE shop_id = $1 AND begun_at >= $2 AND begun_at < $3 AND noted_at <= $4 ORDER BY begun_at DESC LIMIT $5) AS t";
    let from = before.checked_sub(HISTORY).unwrap_or(Timestamp::UNIX_EPOCH);
    let (carts, rows, first): (i64, i64, Option<i64>) = on_tx!(tx, c => sqlx::query_as(SQL).bind(shop.0).bind(ms(from)).bind(ms(before))
        .bind(ms(now)).bind(PACE_ROWS_MAX).fetch_one(c).await?);
    let within = first.map(|first| before.duration_since(instant(first)));
    let old_enough = |length: &SignedDuration| *length >= YOUNG || rows >= PACE_ROWS_MAX;
    Ok(Pace { checkouts: u64::try_from(carts).unwrap_or_default(), within: within.filter(old_enough) })
}

/// Keeps what checkouts left of themselves, as of now.
///
/// # Errors
/// `Unavailable`.
pub async fn note(tx: &mut Tx, shop: ShopId, seen: &[(CartId, &Seen)], now: Timestamp) -> Result<(), DbError> {
    const LITE: &str = "INSERT INTO cart_traces (shop_id, cart_id, noted_at, begun_at, trace)
        SELECT $1, unhex(value ->> 0), $3, value ->> 1, value ->> 2 FROM json_each($2) WHERE TRUE
        ON CONFLICT (shop_id, cart_id, noted_at) DO UPDATE SET begun_at = excluded.begun_at, trace = excluded.trace";
    const PG: &str = "INSERT INTO cart_traces (shop_id, cart_id, noted_at, begun_at, trace)
        SELECT $1, i, $5, b, t FROM UNNEST($2::uuid[], $3::bigint[], $4::text[]) AS u (i, b, t)
        ON CONFLICT (shop_id, cart_id, noted_at) DO UPDATE SET begun_at = excluded.begun_at, trace = excluded.trace";
    if seen.is_empty() {
        return Ok(());
    }
    let traces: Vec<String> = seen.iter().map(|(_, s)| to_json(&s.trace)).collect::<Result<_, _>>()?;
    match tx {
        Tx::Sqlite(tx) => {
            let row = |((id, s), trace): (&(CartId, &Seen), String)| serde_json::json!([hex(id.0), ms(s.begun_at), trace]);
            let json = serde_json::Value::from_iter(seen.iter().zip(traces).map(row)).to_string();
            sqlx::query(LITE).bind(shop.0).bind(json).bind(ms(now)).execute(&mut **tx).await?;
        }
        Tx::Postgres(tx) => {
            let ids: Vec<Uuid> = seen.iter().map(|(id, _)| id.0).collect();
            let begun: Vec<i64> = seen.iter().map(|(_, s)| ms(s.begun_at)).collect();
            sqlx::query(PG).bind(shop.0).bind(ids).bind(begun).bind(traces).bind(ms(now)).execute(&mut **tx).await?;
        }
    }
    Ok(())
}

/// Keeps how likely carts are fake, where that has changed.
///
/// # Errors
/// `Unavailable`.
pub async fn save(tx: &mut Tx, shop: ShopId, verdicts: &[(CartId, BotVerdict)], now: Timestamp) -> Result<(), DbError> {
    const LITE: &str = "UPDATE carts SET bot_score = j.value ->> 1, bot_reasons = j.value ->> 2, bot_at = $3 FROM json_each($2) j
        WHERE carts.shop_id = $1 AND carts.id = unhex(j.value ->> 0) AND (carts.bot_score IS NULL OR carts.bot_score <> j.value ->> 1 OR carts.bot_reasons <> j.value ->> 2)";
    const PG: &str =
        "UPDATE carts SET bot_score = u.s, bot_reasons = u.r, bot_at = $5 FROM UNNEST($2::uuid[], $3::bigint[], $4::text[]) AS u (i, s, r)
        WHERE carts.shop_id = $1 AND carts.id = u.i AND (carts.bot_score IS NULL OR carts.bot_score <> u.s OR carts.bot_reasons <> u.r)";
    if verdicts.is_empty() {
        return Ok(());
    }
    let reasons: Vec<String> = verdicts.iter().map(|(_, v)| to_json(&v.reasons)).collect::<Result<_, _>>()?;
    match tx {
        Tx::Sqlite(tx) => {
            let row = |((id, v), reasons): (&(CartId, BotVerdict), String)| serde_json::json!([hex(id.0), v.score, reasons]);
            let json = serde_json::Value::from_iter(verdicts.iter().zip(reasons).map(row)).to_string();
            sqlx::query(LITE).bind(shop.0).bind(json).bind(ms(now)).execute(&mut **tx).await?;
        }
        Tx::Postgres(tx) => {
            let ids: Vec<Uuid> = verdicts.iter().map(|(id, _)| id.0).collect();
            let scores: Vec<i64> = verdicts.iter().map(|(_, v)| i64::from(v.score)).collect();
            sqlx::query(PG).bind(shop.0).bind(ids).bind(scores).bind(reasons).bind(ms(now)).execute(&mut **tx).await?;
        }
    }
    Ok(())
}

/// Columns of a verdict: score, reasons, by hand, since when.
type Row = (Uuid, Option<i64>, String, Option<bool>, Option<i64>);

fn verdict((_, score, reasons, by_hand, _): &Row) -> Result<BotVerdict, DbError> {
    let score = score.and_then(|s| u8::try_from(s).ok()).unwrap_or_default();
    Ok(BotVerdict { score, reasons: from_json("reasons of a score", reasons)?, by_hand: *by_hand })
}

/// How likely carts are fake; those that were never scored, and of which nobody said anything, are left out.
///
/// # Errors
/// `Unavailable`, `Corrupt`.
pub async fn of_carts(tx: &mut Tx, shop: ShopId, carts: &[Uuid]) -> Result<HashMap<CartId, BotVerdict>, DbError> {
    const GET: &str = "SELECT id, bot_score, bot_reasons, fake, bot_at FROM carts WHERE shop_id = $1 AND (bot_score IS NOT NULL OR fake IS NOT NULL) AND id";
    let rows: Vec<Row> = match tx {
        Tx::Sqlite(tx) => {
            let sql = AssertSqlSafe(format!("{GET} IN (SELECT unhex(value) FROM json_each($2))"));
            sqlx::query_as(sql).bind(shop.0).bind(json_ids(carts)).fetch_all(&mut **tx).await?
        }
        Tx::Postgres(tx) => sqlx::query_as(AssertSqlSafe(format!("{GET} = ANY($2)"))).bind(shop.0).bind(carts).fetch_all(&mut **tx).await?,
    };
    rows.iter().map(|row| Ok((CartId(row.0), verdict(row)?))).collect()
}

/// How likely a cart is fake, and since when that stands; none when it was never scored.
///
/// # Errors
/// `Unavailable`, `Corrupt`.
pub async fn of_cart(db: &Db, shop: ShopId, cart: CartId) -> Result<(BotVerdict, Option<Timestamp>), DbError> {
    const SQL: &str = "SELECT id, bot_score, bot_reasons, fake, bot_at FROM carts WHERE shop_id = $1 AND id = $2";
    let row: Option<Row> = on_db!(db, c => sqlx::query_as(SQL).bind(shop.0).bind(cart.0).fetch_optional(c).await?);
    row.map_or_else(|| Ok((BotVerdict::default(), None)), |row| Ok((verdict(&row)?, row.4.map(instant))))
}

/// Notes what somebody said by hand, of a cart or the one that it was merged into. Which that is; none when there is no such cart.
///
/// # Errors
/// `Unavailable`.
pub async fn say(tx: &mut Tx, shop: ShopId, cart: CartId, fake: bool) -> Result<Option<CartId>, DbError> {
    const SQL: &str = "UPDATE carts SET fake = $3 WHERE shop_id = $1
        AND id = (SELECT COALESCE(m.merged_into, m.id) FROM carts m WHERE m.shop_id = $1 AND m.id = $2) RETURNING id";
    let id: Option<Uuid> = on_tx!(tx, c => sqlx::query_scalar(SQL).bind(shop.0).bind(cart.0).bind(fake).fetch_optional(c).await?);
    Ok(id.map(CartId))
}

/// A cart turned out to be another: what somebody said of it holds for that one, unless they said something of that one, too.
///
/// # Errors
/// `Unavailable`.
pub async fn merge(tx: &mut Tx, shop: ShopId, from: CartId, into: CartId) -> Result<(), DbError> {
    const SAID: &str = "UPDATE carts SET fake = COALESCE(fake, (SELECT m.fake FROM carts m WHERE m.shop_id = $1 AND m.id = $2)),
            stopped = COALESCE(stopped, (SELECT m.stopped FROM carts m WHERE m.shop_id = $1 AND m.id = $2)) WHERE shop_id = $1 AND id = $3";
    const GONE: &str = "DELETE FROM cart_traces WHERE shop_id = $1 AND cart_id = $2";
    on_tx!(tx, c => {
        sqlx::query(SAID).bind(shop.0).bind(from.0).bind(into.0).execute(&mut *c).await?;
        sqlx::query(GONE).bind(shop.0).bind(from.0).execute(c).await?;
    });
    Ok(())
}

/// Takes the person out of what a cart left of itself.
///
/// # Errors
/// `Unavailable`, `Corrupt`.
pub async fn forget_person(tx: &mut Tx, shop: ShopId, cart: CartId) -> Result<(), DbError> {
    const GET: &str = "SELECT noted_at, trace FROM cart_traces WHERE shop_id = $1 AND cart_id = $2";
    const SET: &str = "UPDATE cart_traces SET trace = $4 WHERE shop_id = $1 AND cart_id = $2 AND noted_at = $3";
    let rows: Vec<(i64, String)> = on_tx!(tx, c => sqlx::query_as(GET).bind(shop.0).bind(cart.0).fetch_all(c).await?);
    for (noted_at, trace) in rows {
        let trace: crate::domain::bots::Trace = from_json("trace of a checkout", &trace)?;
        let left = to_json(&trace.without_person())?;
        on_tx!(tx, c => sqlx::query(SET).bind(shop.0).bind(cart.0).bind(noted_at).bind(left).execute(c).await?.rows_affected());
    }
    Ok(())
}
