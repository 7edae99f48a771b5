//! The ledger of credits: which nudge earned which part of an order, by the settings of a generation. Replaced, never edited.
//!
//! `credits` is a view of what was earned by the generation that is whole; rows are written to `credit_ledger`.

use super::{Db, DbError, Tx, hex, instant, json_ids, ms, to_json};
use crate::domain::attribution::{Evidence, Kind, Model};
use crate::domain::event::ChannelKind;
use crate::domain::ids::{CampaignId, CartId, NudgeId, OrderId, ShopId};
use crate::domain::money::Currency;
use jiff::Timestamp;
use sqlx::AssertSqlSafe;
use uuid::Uuid;

/// The part of an order that a nudge earned, or may have influenced.
#[derive(Debug, Clone)]
pub struct CreditRow {
    /// By the settings of which generation.
    pub generation: i64,
    /// Of which order.
    pub order_id: OrderId,
    /// By which model.
    pub model: Model,
    /// To which nudge.
    pub nudge_id: NudgeId,
    /// Of which campaign.
    pub campaign_id: CampaignId,
    /// Of which cart.
    pub cart_id: CartId,
    /// Which step, from 0.
    pub step: i64,
    /// By which channel.
    pub channel: ChannelKind,
    /// How we know; says whether it was earned.
    pub evidence: Evidence,
    /// The window that it fell into.
    pub window_ms: i64,
    /// Of the amounts.
    pub currency: Currency,
    /// Before refunds.
    pub gross_minor: i64,
    /// Taken back.
    pub refunds_minor: i64,
    /// What stayed.
    pub net_minor: i64,
    /// Its part of what the codes of our messages took off the order.
    pub discount_minor: i64,
    /// When the order was placed.
    pub ordered_at: Timestamp,
    /// When this was worked out.
    pub made_at: Timestamp,
    /// The rules' version.
    pub rules_version: u32,
    /// What it was worked out from, as JSON.
    pub inputs: String,
}

impl CreditRow {
    /// Earned, or only influenced?
    pub fn kind(&self) -> Kind {
        if self.evidence.is_attributed() { Kind::Attributed } else { Kind::Influenced }
    }
}

/// Puts these credits in the place of all that these orders had in a generation.
///
/// # Errors
/// `Unavailable`.
pub async fn replace(tx: &mut Tx, shop: ShopId, generation: i64, orders: &[Uuid], credits: &[CreditRow]) -> Result<(), DbError> {
    const DELETE: &str = "DELETE FROM credit_ledger WHERE shop_id = $1 AND generation = $2 AND order_id";
    if orders.is_empty() {
        return Ok(());
    }
    match tx {
        Tx::Sqlite(tx) => {
            let sql = AssertSqlSafe(format!("{DELETE} IN (SELECT unhex(value) FROM json_each($3))"));
            sqlx::query(sql).bind(shop.0).bind(generation).bind(json_ids(orders)).execute(&mut **tx).await?;
        }
        Tx::Postgres(tx) => {
            let sql = AssertSqlSafe(format!("{DELETE} = ANY($3)"));
            sqlx::query(sql).bind(shop.0).bind(generation).bind(orders).execute(&mut **tx).await?;
        }
    }
    insert(tx, shop, generation, credits).await
}

/// Puts these credits in the place of all that the orders after one id and up to another had in a generation.
///
/// # Errors
/// `Unavailable`.
pub async fn replace_stretch(
    tx: &mut Tx,
    shop: ShopId,
    generation: i64,
    (after, to): (Uuid, Uuid),
    credits: &[CreditRow],
) -> Result<(), DbError> {
    // By where they begin and end: a plan made while the ledger was small would hold every row of it against every order of a list.
    const DELETE: &str = "DELETE FROM credit_ledger WHERE shop_id = $1 AND generation = $2 AND order_id > $3 AND order_id <= $4";
    on_tx!(tx, c => sqlx::query(DELETE).bind(shop.0).bind(generation).bind(after).bind(to).execute(c).await?.rows_affected());
    insert(tx, shop, generation, credits).await
}

async fn insert(tx: &mut Tx, shop: ShopId, generation: i64, credits: &[CreditRow]) -> Result<(), DbError> {
    const LITE: &str = "INSERT INTO credit_ledger (shop_id, generation, order_id, model, nudge_id, kind, campaign_id, cart_id, step, channel, evidence, window_ms,
            currency, gross_minor, refunds_minor, net_minor, discount_minor, ordered_at, made_at, rules_version, inputs)
        SELECT $1, $2, unhex(value ->> '$[0][0]'), value ->> '$[0][1]', unhex(value ->> '$[0][2]'), value ->> '$[0][3]', unhex(value ->> '$[0][4]'),
            unhex(value ->> '$[0][5]'), value ->> '$[1][0]', value ->> '$[1][1]', value ->> '$[1][2]', value ->> '$[1][3]', value ->> '$[2][0]', value ->> '$[2][1]',
            value ->> '$[2][2]', value ->> '$[2][3]', value ->> '$[2][4]', value ->> '$[3][0]', value ->> '$[3][1]', value ->> '$[3][2]', value ->> '$[3][3]'
        FROM json_each($3)";
    const PG: &str = "INSERT INTO credit_ledger (shop_id, generation, order_id, model, nudge_id, kind, campaign_id, cart_id, step, channel, evidence, window_ms,
            currency, gross_minor, refunds_minor, net_minor, discount_minor, ordered_at, made_at, rules_version, inputs)
        SELECT $1, $2, u.* FROM UNNEST($3::uuid[], $4::text[], $5::uuid[], $6::text[], $7::uuid[], $8::uuid[], $9::bigint[], $10::text[], $11::text[],
            $12::bigint[], $13::text[], $14::bigint[], $15::bigint[], $16::bigint[], $17::bigint[], $18::bigint[], $19::bigint[], $20::bigint[], $21::text[]) AS u";
    if credits.is_empty() {
        return Ok(());
    }
    match tx {
        Tx::Sqlite(tx) => {
            sqlx::query(LITE).bind(shop.0).bind(generation).bind(json_rows(credits)?).execute(&mut **tx).await?;
        }
        Tx::Postgres(tx) => {
            fn all<T>(credits: &[CreditRow], of: impl Fn(&CreditRow) -> T) -> Vec<T> {
                credits.iter().map(of).collect()
            }
            sqlx::query(PG)
                .bind(shop.0)
                .bind(generation)
                .bind(all(credits, |k| k.order_id.0))
                .bind(all(credits, |k| k.model.as_str()))
                .bind(all(credits, |k| k.nudge_id.0))
                .bind(all(credits, |k| k.kind().as_str()))
                .bind(all(credits, |k| k.campaign_id.0))
                .bind(all(credits, |k| k.cart_id.0))
                .bind(all(credits, |k| k.step))
                .bind(all(credits, |k| k.channel.as_str()))
                .bind(all(credits, |k| k.evidence.as_str()))
                .bind(all(credits, |k| k.window_ms))
                .bind(all(credits, |k| k.currency.code().to_owned()))
                .bind(all(credits, |k| k.gross_minor))
                .bind(all(credits, |k| k.refunds_minor))
                .bind(all(credits, |k| k.net_minor))
                .bind(all(credits, |k| k.discount_minor))
                .bind(all(credits, |k| ms(k.ordered_at)))
                .bind(all(credits, |k| ms(k.made_at)))
                .bind(all(credits, |k| i64::from(k.rules_version)))
                .bind(all(credits, |k| k.inputs.clone()))
                .execute(&mut **tx)
                .await?;
        }
    }
    Ok(())
}

/// Written as it stands in the statement: a tree of values in between takes longer than the rest.
fn json_rows(credits: &[CreditRow]) -> Result<String, DbError> {
    let rows = credits.iter().map(|k| {
        let of = (hex(k.order_id.0), k.model.as_str(), hex(k.nudge_id.0), k.kind().as_str(), hex(k.campaign_id.0), hex(k.cart_id.0));
        let by = (k.step, k.channel.as_str(), k.evidence.as_str(), k.window_ms);
        let amounts = (k.currency.code().to_owned(), k.gross_minor, k.refunds_minor, k.net_minor, k.discount_minor);
        (of, by, amounts, (ms(k.ordered_at), ms(k.made_at), k.rules_version, k.inputs.as_str()))
    });
    to_json(&rows.collect::<Vec<_>>())
}

/// The carts that these orders' credits name.
///
/// # Errors
/// `Unavailable`.
pub async fn carts_of_orders(tx: &mut Tx, shop: ShopId, orders: &[Uuid]) -> Result<Vec<CartId>, DbError> {
    const GET: &str = "SELECT DISTINCT cart_id FROM credits WHERE shop_id = $1 AND order_id";
    let ids: Vec<Uuid> = match tx {
        Tx::Sqlite(tx) => {
            let sql = AssertSqlSafe(format!("{GET} IN (SELECT unhex(value) FROM json_each($2))"));
            sqlx::query_scalar(sql).bind(shop.0).bind(json_ids(orders)).fetch_all(&mut **tx).await?
        }
        Tx::Postgres(tx) => {
            sqlx::query_scalar(AssertSqlSafe(format!("{GET} = ANY($2)"))).bind(shop.0).bind(orders).fetch_all(&mut **tx).await?
        }
    };
    Ok(ids.into_iter().map(CartId).collect())
}

/// The carts whose nudges have credit by last touch in one of two generations and not in the other.
///
/// # Errors
/// `Unavailable`.
pub async fn carts_that_differ(tx: &mut Tx, shop: ShopId, one: i64, other: i64) -> Result<Vec<CartId>, DbError> {
    const SQL: &str = "SELECT cart_id FROM (SELECT DISTINCT cart_id, generation FROM credit_ledger
            WHERE shop_id = $1 AND generation IN ($2, $3) AND model = 'last_touch' AND kind = 'attributed') k
        GROUP BY cart_id HAVING COUNT(*) = 1 ORDER BY cart_id";
    let ids: Vec<Uuid> = on_tx!(tx, c => sqlx::query_scalar(SQL).bind(shop.0).bind(one).bind(other).fetch_all(c).await?);
    Ok(ids.into_iter().map(CartId).collect())
}

/// Has a nudge credit, by any model?
///
/// # Errors
/// `Unavailable`.
pub async fn of_nudge(tx: &mut Tx, shop: ShopId, nudge: NudgeId) -> Result<bool, DbError> {
    const SQL: &str = "SELECT order_id FROM credits WHERE shop_id = $1 AND nudge_id = $2 LIMIT 1";
    let one: Option<Uuid> = on_tx!(tx, c => sqlx::query_scalar(SQL).bind(shop.0).bind(nudge.0).fetch_optional(c).await?);
    Ok(one.is_some())
}

/// Which of these carts have credit by last touch.
///
/// # Errors
/// `Unavailable`.
pub async fn credited_carts(tx: &mut Tx, shop: ShopId, carts: &[Uuid]) -> Result<Vec<CartId>, DbError> {
    const LITE: &str = "SELECT DISTINCT cart_id FROM credits WHERE shop_id = $1 AND model = 'last_touch'
        AND cart_id IN (SELECT unhex(value) FROM json_each($2))";
    const PG: &str = "SELECT DISTINCT cart_id FROM credits WHERE shop_id = $1 AND model = 'last_touch' AND cart_id = ANY($2)";
    let ids: Vec<Uuid> = match tx {
        Tx::Sqlite(tx) => sqlx::query_scalar(LITE).bind(shop.0).bind(super::json_ids(carts)).fetch_all(&mut **tx).await?,
        Tx::Postgres(tx) => sqlx::query_scalar(PG).bind(shop.0).bind(carts).fetch_all(&mut **tx).await?,
    };
    Ok(ids.into_iter().map(CartId).collect())
}

/// A credit as a cart's page shows it.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct OfCart {
    /// The order's name.
    pub name: String,
    /// To which nudge.
    pub nudge_id: Uuid,
    /// By which model.
    pub model: String,
    /// `link`, `code`, `marker`, `view`, `person_in_window`.
    pub evidence: String,
    /// The window that it fell into.
    pub window_ms: i64,
    /// Of the amounts.
    pub currency: String,
    /// Before refunds.
    pub gross_minor: i64,
    /// Taken back.
    pub refunds_minor: i64,
    /// What stayed.
    pub net_minor: i64,
    /// When the order was placed, in milliseconds.
    pub ordered_at: i64,
    /// When it was worked out, in milliseconds.
    pub made_at: i64,
    /// The rules' version.
    pub rules_version: i64,
    /// The touches that it was worked out from, as JSON.
    pub inputs: String,
}

/// A cart's credits by one model, and what only influenced.
///
/// # Errors
/// `Unavailable`.
pub async fn of_cart(db: &Db, shop: ShopId, cart: CartId, model: Model) -> Result<Vec<OfCart>, DbError> {
    const SQL: &str = "SELECT o.name, k.nudge_id, k.model, k.evidence, k.window_ms, k.currency, k.gross_minor, k.refunds_minor, k.net_minor, k.ordered_at,
            k.made_at, k.rules_version, k.inputs
        FROM credit_ledger k JOIN orders o ON o.shop_id = k.shop_id AND o.id = k.order_id
        WHERE k.shop_id = $1 AND k.model = $3 AND k.generation = (SELECT s.credit_generation FROM shops s WHERE s.id = $1)
            AND k.cart_id IN (SELECT id FROM carts WHERE shop_id = $1 AND (id = $2 OR merged_into = $2)) ORDER BY k.made_at, k.order_id, k.nudge_id";
    Ok(on_db!(db, c => sqlx::query_as(SQL).bind(shop.0).bind(cart.0).bind(model.as_str()).fetch_all(c).await?))
}

/// When a credit was worked out, from its stored form.
pub fn made_at(credit: &OfCart) -> Timestamp {
    instant(credit.made_at)
}
