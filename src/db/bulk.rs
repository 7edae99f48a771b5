//! Whole lists of a shop, page after page in the order of their keys, for files: ids, times and amounts, and nothing that names a shopper.

use super::report::Period;
use super::{Db, DbError, instant, ms};
use crate::domain::money::{Currency, Money};
use crate::domain::report::flat::Value;
use uuid::Uuid;

/// Where a page begins: after this row.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct After {
    /// The row's id; of a credit its order's.
    pub id: Uuid,
    /// Of a credit: its model and nudge.
    pub rest: (String, Uuid),
}

/// A page: rows in the order of their columns, and where the next one begins; none after the last.
pub type Page = (Vec<Vec<Value>>, Option<After>);

fn money(minor: Option<i64>, currency: Option<&str>) -> Result<Value, DbError> {
    match (minor, currency) {
        (Some(minor), Some(code)) => Ok(Value::Money(Money::new(minor, super::word::<Currency>("currency", code)?))),
        _ => Ok(Value::None),
    }
}

fn id(id: Option<Uuid>) -> Value {
    Value::text(id.map(|id| id.to_string()))
}

fn at(ms: Option<i64>) -> Value {
    Value::instant(ms.map(instant))
}

fn page<R>(rows: &[R], most: i64, row: impl Fn(&R) -> Result<Vec<Value>, DbError>, after: impl Fn(&R) -> After) -> Result<Page, DbError> {
    let is_full = i64::try_from(rows.len()).is_ok_and(|count| count >= most);
    let next = rows.last().filter(|_| is_full).map(after);
    Ok((rows.iter().map(row).collect::<Result<_, _>>()?, next))
}

fn by_id(id: Uuid) -> After {
    After { id, ..After::default() }
}

#[derive(sqlx::FromRow)]
struct Cart {
    id: Uuid,
    contact_id: Option<Uuid>,
    state: String,
    stage: String,
    currency: Option<String>,
    value_minor: Option<i64>,
    started_at: i64,
    active_at: i64,
    abandoned_at: Option<i64>,
    purchased_at: Option<i64>,
}

/// Carts begun in a period: `cart_id`, `contact_id`, `state`, `stage`, `currency`, `value`, `started_at`, `active_at`, `abandoned_at`, `purchased_at`.
///
/// # Errors
/// `Unavailable`, `Corrupt`.
pub async fn carts(db: &Db, p: Period, after: &After, most: i64) -> Result<Page, DbError> {
    const SQL: &str =
        "SELECT id, contact_id, state, stage, currency, value_minor, started_at, active_at, abandoned_at, purchased_at FROM carts
        WHERE shop_id = $1 AND id > $2 AND started_at >= $3 AND started_at < $4 AND merged_into IS NULL ORDER BY id LIMIT $5";
    let rows: Vec<Cart> =
        on_db!(db, c => sqlx::query_as(SQL).bind(p.shop.0).bind(after.id).bind(ms(p.from)).bind(ms(p.to)).bind(most).fetch_all(c).await?);
    let row = |r: &Cart| {
        let what =
            [id(Some(r.id)), id(r.contact_id), Value::Text(r.state.clone()), Value::Text(r.stage.clone()), Value::text(r.currency.clone())];
        let when = [at(Some(r.started_at)), at(Some(r.active_at)), at(r.abandoned_at), at(r.purchased_at)];
        Ok(what.into_iter().chain([money(r.value_minor, r.currency.as_deref())?]).chain(when).collect())
    };
    page(&rows, most, row, |r| by_id(r.id))
}

#[derive(sqlx::FromRow)]
struct Order {
    id: Uuid,
    platform_id: String,
    contact_id: Option<Uuid>,
    ordered_at: Option<i64>,
    currency: Option<String>,
    gross_minor: i64,
    refunds_minor: i64,
    net_minor: i64,
    test: bool,
    cancelled: bool,
}

/// Orders placed in a period: `order_id`, `platform_id`, `contact_id`, `ordered_at`, `currency`, `gross`, `refunds`, `net`, `test`, `cancelled`.
///
/// # Errors
/// `Unavailable`, `Corrupt`.
pub async fn orders(db: &Db, p: Period, after: &After, most: i64) -> Result<Page, DbError> {
    const SQL: &str =
        "SELECT id, platform_id, contact_id, ordered_at, currency, gross_minor, refunds_minor, net_minor, test, cancelled FROM orders
        WHERE shop_id = $1 AND id > $2 AND ordered_at >= $3 AND ordered_at < $4 ORDER BY id LIMIT $5";
    let rows: Vec<Order> =
        on_db!(db, c => sqlx::query_as(SQL).bind(p.shop.0).bind(after.id).bind(ms(p.from)).bind(ms(p.to)).bind(most).fetch_all(c).await?);
    let row = |r: &Order| {
        let what =
            [id(Some(r.id)), Value::Text(r.platform_id.clone()), id(r.contact_id), at(r.ordered_at), Value::text(r.currency.clone())];
        let amounts = [r.gross_minor, r.refunds_minor, r.net_minor].map(|minor| money(Some(minor), r.currency.as_deref()));
        let amounts = amounts.into_iter().collect::<Result<Vec<_>, _>>()?;
        Ok(what.into_iter().chain(amounts).chain([Value::Bool(r.test), Value::Bool(r.cancelled)]).collect())
    };
    page(&rows, most, row, |r| by_id(r.id))
}

#[derive(sqlx::FromRow)]
struct Credit {
    order_id: Uuid,
    model: String,
    nudge_id: Uuid,
    campaign_id: Uuid,
    cart_id: Uuid,
    step: i64,
    channel: String,
    evidence: String,
    ordered_at: i64,
    currency: String,
    gross_minor: i64,
    refunds_minor: i64,
    net_minor: i64,
}

/// Credits of orders placed in a period: `order_id`, `model`, `nudge_id`, `campaign_id`, `cart_id`, `step`, `channel`, `evidence`, `ordered_at`, `currency`,
/// `gross`, `refunds`, `net`.
///
/// # Errors
/// `Unavailable`, `Corrupt`.
pub async fn credits(db: &Db, p: Period, after: &After, most: i64) -> Result<Page, DbError> {
    const SQL: &str = "SELECT order_id, model, nudge_id, campaign_id, cart_id, step, channel, evidence, ordered_at, currency, gross_minor, refunds_minor, net_minor
        FROM credits WHERE shop_id = $1 AND (order_id, model, nudge_id) > ($2, $3, $4) AND ordered_at >= $5 AND ordered_at < $6
        ORDER BY order_id, model, nudge_id LIMIT $7";
    let (model, nudge) = &after.rest;
    let rows: Vec<Credit> = on_db!(db, c => sqlx::query_as(SQL).bind(p.shop.0).bind(after.id).bind(model).bind(nudge).bind(ms(p.from)).bind(ms(p.to))
        .bind(most).fetch_all(c).await?);
    let row = |r: &Credit| {
        let ids = [id(Some(r.order_id)), Value::Text(r.model.clone()), id(Some(r.nudge_id)), id(Some(r.campaign_id)), id(Some(r.cart_id))];
        let what = [Value::Int(r.step + 1), Value::Text(r.channel.clone()), Value::Text(r.evidence.clone()), at(Some(r.ordered_at))];
        let amounts = [r.gross_minor, r.refunds_minor, r.net_minor].map(|minor| money(Some(minor), Some(&r.currency)));
        let amounts = amounts.into_iter().collect::<Result<Vec<_>, _>>()?;
        Ok(ids.into_iter().chain(what).chain([Value::Text(r.currency.clone())]).chain(amounts).collect())
    };
    page(&rows, most, row, |r| After { id: r.order_id, rest: (r.model.clone(), r.nudge_id) })
}

#[derive(sqlx::FromRow)]
struct Nudge {
    id: Uuid,
    campaign_id: Uuid,
    cart_id: Uuid,
    contact_id: Uuid,
    step: i64,
    variant: Option<String>,
    channel: String,
    state: String,
    reason: Option<String>,
    due_at: i64,
    sent_at: Option<i64>,
    delivered_at: Option<i64>,
}

/// Nudges planned for a period, by when they were due: `nudge_id`, `campaign_id`, `cart_id`, `contact_id`, `step`, `variant`, `channel`, `state`, `rule`,
/// `due_at`, `sent_at`, `delivered_at`.
///
/// # Errors
/// `Unavailable`.
pub async fn nudges(db: &Db, p: Period, after: &After, most: i64) -> Result<Page, DbError> {
    const SQL: &str =
        "SELECT id, campaign_id, cart_id, contact_id, step, variant, channel, state, reason, due_at, sent_at, delivered_at FROM nudges
        WHERE shop_id = $1 AND id > $2 AND due_at >= $3 AND due_at < $4 ORDER BY id LIMIT $5";
    let rows: Vec<Nudge> =
        on_db!(db, c => sqlx::query_as(SQL).bind(p.shop.0).bind(after.id).bind(ms(p.from)).bind(ms(p.to)).bind(most).fetch_all(c).await?);
    let row = |r: &Nudge| {
        let ids = [id(Some(r.id)), id(Some(r.campaign_id)), id(Some(r.cart_id)), id(Some(r.contact_id)), Value::Int(r.step + 1)];
        let what =
            [Value::text(r.variant.clone()), Value::Text(r.channel.clone()), Value::Text(r.state.clone()), Value::text(r.reason.clone())];
        let when = [at(Some(r.due_at)), at(r.sent_at), at(r.delivered_at)];
        Ok(ids.into_iter().chain(what).chain(when).collect())
    };
    page(&rows, most, row, |r| by_id(r.id))
}
