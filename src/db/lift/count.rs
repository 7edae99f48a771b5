//! What outcomes are worked out from, and where they are kept.

use crate::db::{DbError, Tx, from_json, instant, json_ids, ms, word};
use crate::domain::experiment::Arm;
use crate::domain::ids::{CampaignId, CartId, ContactId, EnrolmentId, OrderId, ShopId};
use crate::domain::lift::outcome::{Bought, Outcome};
use jiff::Timestamp;
use sqlx::AssertSqlSafe;
use std::collections::BTreeSet;
use uuid::Uuid;

/// The rows of a statement that says `AMONG` of its list of ids.
macro_rules! rows_among {
    ($tx:expr, $sql:expr, $shop:expr, $ids:expr) => {
        match $tx {
            Tx::Sqlite(tx) => {
                let sql = AssertSqlSafe($sql.replace("AMONG", "IN (SELECT unhex(value) FROM json_each($2))"));
                sqlx::query_as(sql).bind($shop.0).bind(json_ids($ids)).fetch_all(&mut **tx).await?
            }
            Tx::Postgres(tx) => {
                sqlx::query_as(AssertSqlSafe($sql.replace("AMONG", "= ANY($2)"))).bind($shop.0).bind($ids).fetch_all(&mut **tx).await?
            }
        }
    };
}

/// A cart in a campaign.
#[derive(Debug, Clone)]
pub struct Enrolled {
    /// Ours.
    pub id: EnrolmentId,
    /// In which.
    pub campaign: CampaignId,
    /// By which version it entered.
    pub version: i64,
    /// Which cart.
    pub cart: CartId,
    /// Whose.
    pub contact: ContactId,
    /// On which side.
    pub arm: Arm,
    /// From when it counts.
    pub counted_at: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
}

/// All enrolments of shoppers. Of those who were erased none: what is kept of them stays as it is.
///
/// # Errors
/// `Unavailable`, `Corrupt`.
pub async fn enrolled(tx: &mut Tx, shop: ShopId, contacts: &[Uuid]) -> Result<Vec<Enrolled>, DbError> {
    const SQL: &str = "SELECT e.id, e.campaign_id, e.version, e.cart_id, e.contact_id, e.arm, e.counted_at, e.created_at FROM enrolments e
        JOIN contacts p ON p.shop_id = e.shop_id AND p.id = e.contact_id
        WHERE e.shop_id = $1 AND p.erased_at IS NULL AND e.contact_id AMONG";
    type Row = (Uuid, Uuid, i64, Uuid, Uuid, String, Option<i64>, i64);
    let rows: Vec<Row> = rows_among!(tx, SQL, shop, contacts);
    let read = |(id, campaign, version, cart, contact, arm, counted_at, created_at): Row| {
        Ok(Enrolled {
            id: EnrolmentId(id),
            campaign: CampaignId(campaign),
            version,
            cart: CartId(cart),
            contact: ContactId(contact),
            arm: word("arm", &arm)?,
            counted_at: counted_at.map(instant),
            created_at: instant(created_at),
        })
    };
    rows.into_iter().map(read).collect()
}

/// A step that compares texts and came to be sent, or would have, but for a code that only some of its texts carry.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct ReachedRow {
    /// Of which enrolment.
    pub enrolment_id: Uuid,
    /// From 0.
    pub step: i64,
    /// Which text.
    pub variant: String,
    /// By which version of the campaign.
    pub version: i64,
    /// When it was first decided.
    pub at: i64,
}

/// Steps of these enrolments that compare texts and came to be sent.
///
/// # Errors
/// `Unavailable`.
pub async fn reached(tx: &mut Tx, shop: ShopId, enrolments: &[Uuid]) -> Result<Vec<ReachedRow>, DbError> {
    const SQL: &str = "SELECT n.enrolment_id, n.step, n.variant, COALESCE(n.version, e.version) AS version, MIN(d.at) AS at FROM nudges n
        JOIN enrolments e ON e.shop_id = n.shop_id AND e.id = n.enrolment_id
        JOIN decisions d ON d.shop_id = n.shop_id AND d.nudge_id = n.id
        WHERE n.shop_id = $1 AND n.variant IS NOT NULL AND (d.outcome = 'send' OR d.rule = 'no_code') AND n.enrolment_id AMONG
        GROUP BY n.enrolment_id, n.step, n.variant, COALESCE(n.version, e.version)";
    Ok(rows_among!(tx, SQL, shop, enrolments))
}

/// Only so much of an order's facts.
#[derive(serde::Deserialize)]
struct Facts {
    head: Option<Head>,
}

#[derive(serde::Deserialize)]
struct Head {
    #[serde(default)]
    renewal: bool,
}

type OrderRow = (Uuid, Option<Uuid>, i64, Option<String>, i64, String);

/// What makes an order one that counts: it was paid, and is no test and not cancelled.
macro_rules! orders {
    ($rest:literal) => {
        concat!(
            "SELECT o.id, o.contact_id, o.ordered_at, o.currency, o.net_minor, o.facts FROM orders o WHERE o.shop_id = $1 AND o.ordered_at IS NOT NULL
                AND o.gross_minor > 0 AND NOT o.test AND NOT o.cancelled AND ",
            $rest
        )
    };
}

/// An order, and who placed it.
#[derive(Debug, Clone)]
pub struct Ordered {
    /// Who.
    pub contact: Option<ContactId>,
    /// What.
    pub bought: Bought,
}

/// Orders of these shoppers, and those that carry a token of one of these carts. Renewals of subscriptions come by themselves, and are left out.
///
/// # Errors
/// `Unavailable`, `Corrupt`.
pub async fn orders(tx: &mut Tx, shop: ShopId, contacts: &[Uuid], carts: &[Uuid]) -> Result<Vec<Ordered>, DbError> {
    const OWN: &str = orders!("o.contact_id AMONG");
    const BY_ID: &str = orders!("o.id AMONG");
    const LINKED: &str = "SELECT o.order_id, t.cart_id FROM cart_tokens t
        JOIN order_tokens o ON o.shop_id = t.shop_id AND o.kind = t.kind AND o.token = t.token WHERE t.shop_id = $1 AND t.cart_id AMONG";
    let links: Vec<(Uuid, Uuid)> = rows_among!(tx, LINKED, shop, carts);
    let mut rows: Vec<OrderRow> = rows_among!(tx, OWN, shop, contacts);
    let known: BTreeSet<Uuid> = rows.iter().map(|r| r.0).collect();
    let linked: BTreeSet<Uuid> = links.iter().map(|l| l.0).filter(|id| !known.contains(id)).collect();
    let linked: Vec<Uuid> = linked.into_iter().collect();
    let more: Vec<OrderRow> = rows_among!(tx, BY_ID, shop, linked.as_slice());
    rows.extend(more);
    let mut orders = Vec::with_capacity(rows.len());
    for (id, contact, at, currency, net_minor, facts) in rows {
        let facts: Facts = from_json("order", &facts)?;
        if facts.head.is_some_and(|h| h.renewal) {
            continue;
        }
        let currency = currency.as_deref().map(|c| word("currency", c)).transpose()?;
        let carts = links.iter().filter(|l| l.0 == id).map(|l| CartId(l.1)).collect();
        let bought = Bought { id: OrderId(id), at: instant(at), currency, net_minor, own: false, carts };
        orders.push(Ordered { contact: contact.map(ContactId), bought });
    }
    Ok(orders)
}

#[derive(sqlx::FromRow)]
struct OutcomeRow {
    enrolment_id: Uuid,
    step: i64,
    campaign_id: Uuid,
    stratum: String,
    arm: String,
    at: i64,
    day: i64,
    converted: bool,
    elsewhere: bool,
    net_minor: i64,
    before_minor: i64,
}

/// What is kept of these enrolments, each with its day.
///
/// # Errors
/// `Unavailable`.
pub async fn kept(tx: &mut Tx, shop: ShopId, enrolments: &[Uuid]) -> Result<Vec<(Outcome, i64)>, DbError> {
    const SQL: &str =
        "SELECT enrolment_id, step, campaign_id, stratum, arm, at, day, converted, elsewhere, net_minor, before_minor FROM lift_outcomes
        WHERE shop_id = $1 AND enrolment_id AMONG";
    let rows: Vec<OutcomeRow> = rows_among!(tx, SQL, shop, enrolments);
    Ok(rows.into_iter().map(read).collect())
}

fn read(r: OutcomeRow) -> (Outcome, i64) {
    let outcome = Outcome {
        enrolment: EnrolmentId(r.enrolment_id),
        campaign: CampaignId(r.campaign_id),
        step: r.step,
        stratum: r.stratum,
        arm: r.arm,
        at: instant(r.at),
        converted: r.converted,
        elsewhere: r.elsewhere,
        net_minor: r.net_minor,
        before_minor: r.before_minor,
    };
    (outcome, r.day)
}

/// Every outcome of a store: for tests, and to add them up anew.
///
/// # Errors
/// `Unavailable`.
pub async fn all(tx: &mut Tx, shop: ShopId) -> Result<Vec<(Outcome, i64)>, DbError> {
    const SQL: &str =
        "SELECT enrolment_id, step, campaign_id, stratum, arm, at, day, converted, elsewhere, net_minor, before_minor FROM lift_outcomes
        WHERE shop_id = $1 ORDER BY enrolment_id, step";
    let rows: Vec<OutcomeRow> = on_tx!(tx, c => sqlx::query_as(SQL).bind(shop.0).fetch_all(c).await?);
    Ok(rows.into_iter().map(read).collect())
}

/// Keeps an outcome in the place of what was kept of the same.
///
/// # Errors
/// `Unavailable`.
pub async fn keep(tx: &mut Tx, shop: ShopId, o: &Outcome, day: i64) -> Result<(), DbError> {
    const SQL: &str = "INSERT INTO lift_outcomes (shop_id, enrolment_id, step, campaign_id, stratum, arm, at, day, converted, elsewhere, net_minor, before_minor)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
        ON CONFLICT (shop_id, enrolment_id, step) DO UPDATE SET campaign_id = excluded.campaign_id, stratum = excluded.stratum, arm = excluded.arm,
            at = excluded.at, day = excluded.day, converted = excluded.converted, elsewhere = excluded.elsewhere, net_minor = excluded.net_minor,
            before_minor = excluded.before_minor";
    on_tx!(tx, c => sqlx::query(SQL).bind(shop.0).bind(o.enrolment.0).bind(o.step).bind(o.campaign.0).bind(&o.stratum).bind(&o.arm).bind(ms(o.at)).bind(day)
        .bind(o.converted).bind(o.elsewhere).bind(o.net_minor).bind(o.before_minor).execute(c).await?.rows_affected());
    Ok(())
}

/// Keeps an outcome no more.
///
/// # Errors
/// `Unavailable`.
pub async fn drop(tx: &mut Tx, shop: ShopId, enrolment: EnrolmentId, step: i64) -> Result<(), DbError> {
    const SQL: &str = "DELETE FROM lift_outcomes WHERE shop_id = $1 AND enrolment_id = $2 AND step = $3";
    on_tx!(tx, c => sqlx::query(SQL).bind(shop.0).bind(enrolment.0).bind(step).execute(c).await?.rows_affected());
    Ok(())
}
