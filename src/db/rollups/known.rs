//! Everything that facts of carts are worked out from, in a few statements for many carts.

use crate::db::carts::{self, CartRow};
use crate::db::touches::with_counts;
use crate::db::{DbError, Tx, json_ids, word};
use crate::domain::cart::Cart;
use crate::domain::ids::{CampaignId, CartId, ShopId};
use crate::domain::report::fact::{Earned, Known, Left, Which};
use sqlx::AssertSqlSafe;
use sqlx::{postgres::PgRow, sqlite::SqliteRow};
use std::collections::{BTreeSet, HashMap, HashSet};
use uuid::Uuid;

/// Carts of which facts are to be worked out, with all that is known of them.
pub struct Loaded {
    /// Those that were asked for, also those that are no more, or are another by now.
    pub asked: BTreeSet<Uuid>,
    carts: Vec<CartRow>,
    returning: HashSet<Uuid>,
    enrolled: HashMap<Uuid, Vec<(CampaignId, String)>>,
    messages: HashMap<Uuid, Vec<Left>>,
    earned: HashMap<Uuid, Vec<Earned>>,
}

impl Loaded {
    /// What is known of each cart that stands for itself.
    pub fn each(&self) -> impl Iterator<Item = (CartId, &Cart, Known<'_>)> {
        self.carts.iter().map(|row| {
            let id = row.id.0;
            let known = Known {
                cart: &row.facts,
                identified: row.contact_id.is_some(),
                abandoned_at: row.abandoned_at,
                returning: row.contact_id.map(|_| self.returning.contains(&id)),
                enrolled: self.enrolled.get(&id).cloned().unwrap_or_default(),
                messages: self.messages.get(&id).cloned().unwrap_or_default(),
                earned: self.earned.get(&id).cloned().unwrap_or_default(),
            };
            (row.id, &row.facts, known)
        })
    }
}

/// Puts a list of ids in the place of `IDS`: it is the second parameter.
async fn all<T>(tx: &mut Tx, sql: &str, shop: ShopId, ids: &[Uuid]) -> Result<Vec<T>, DbError>
where
    T: for<'r> sqlx::FromRow<'r, SqliteRow> + for<'r> sqlx::FromRow<'r, PgRow> + Send + Unpin,
{
    Ok(match tx {
        Tx::Sqlite(tx) => {
            let sql = AssertSqlSafe(sql.replace("IDS", "(SELECT unhex(value) FROM json_each($2))"));
            sqlx::query_as(sql).bind(shop.0).bind(json_ids(ids)).fetch_all(&mut **tx).await?
        }
        Tx::Postgres(tx) => {
            let sql = AssertSqlSafe(sql.replace("IN IDS", "= ANY($2)"));
            sqlx::query_as(sql).bind(shop.0).bind(ids).fetch_all(&mut **tx).await?
        }
    })
}

/// Everything that is known of these carts, and of those that they turned out to be.
///
/// # Errors
/// `Unavailable`, `Corrupt`.
pub async fn known(tx: &mut Tx, shop: ShopId, ids: &[Uuid]) -> Result<Loaded, DbError> {
    // What was merged counts with what it became.
    const LIVING: &str = "SELECT COALESCE(merged_into, id) FROM carts WHERE shop_id = $1 AND id IN IDS";
    const MERGED: &str = "SELECT id, merged_into FROM carts WHERE shop_id = $1 AND merged_into IN IDS";
    let living: Vec<(Uuid,)> = all(tx, LIVING, shop, ids).await?;
    let living: Vec<Uuid> = living.into_iter().map(|r| r.0).collect::<BTreeSet<_>>().into_iter().collect();
    let merged: Vec<(Uuid, Uuid)> = all(tx, MERGED, shop, &living).await?;
    let of: HashMap<Uuid, Uuid> = merged.into_iter().chain(living.iter().map(|id| (*id, *id))).collect();
    let members: Vec<Uuid> = of.keys().copied().collect::<BTreeSet<_>>().into_iter().collect();
    let carts = carts::load(tx, shop, &living).await?;
    Ok(Loaded {
        asked: ids.iter().copied().chain(members.iter().copied()).collect(),
        carts,
        returning: returning(tx, shop, &living).await?,
        enrolled: enrolled(tx, shop, (&members, &of)).await?,
        messages: messages(tx, shop, (&members, &of)).await?,
        earned: earned(tx, shop, (&members, &of)).await?,
    })
}

/// Whose shopper had ordered before it was begun.
async fn returning(tx: &mut Tx, shop: ShopId, ids: &[Uuid]) -> Result<HashSet<Uuid>, DbError> {
    const SQL: &str = "SELECT c.id FROM carts c WHERE c.shop_id = $1 AND c.id IN IDS AND EXISTS (SELECT 1 FROM orders o
        WHERE o.shop_id = c.shop_id AND o.contact_id = c.contact_id AND o.ordered_at < c.started_at AND NOT o.test)";
    let rows: Vec<(Uuid,)> = all(tx, SQL, shop, ids).await?;
    Ok(rows.into_iter().map(|r| r.0).collect())
}

type Members<'a> = (&'a [Uuid], &'a HashMap<Uuid, Uuid>);

/// Puts rows to the cart that theirs became.
fn grouped<T>(rows: impl Iterator<Item = Result<(Uuid, T), DbError>>, of: &HashMap<Uuid, Uuid>) -> Result<HashMap<Uuid, Vec<T>>, DbError> {
    let mut found: HashMap<Uuid, Vec<T>> = HashMap::new();
    for row in rows {
        let (cart, row) = row?;
        found.entry(of.get(&cart).copied().unwrap_or(cart)).or_default().push(row);
    }
    Ok(found)
}

async fn enrolled(tx: &mut Tx, shop: ShopId, (ids, of): Members<'_>) -> Result<HashMap<Uuid, Vec<(CampaignId, String)>>, DbError> {
    const SQL: &str =
        "SELECT cart_id, campaign_id, arm FROM enrolments WHERE shop_id = $1 AND cart_id IN IDS ORDER BY campaign_id, arm, id";
    let rows: Vec<(Uuid, Uuid, String)> = all(tx, SQL, shop, ids).await?;
    let mut found = grouped(rows.into_iter().map(|(cart, campaign, arm)| Ok((cart, (CampaignId(campaign), arm)))), of)?;
    found.values_mut().for_each(Vec::dedup);
    Ok(found)
}

#[derive(sqlx::FromRow)]
struct MessageRow {
    cart_id: Uuid,
    campaign_id: Uuid,
    step: i64,
    channel: String,
    variant: Option<String>,
    delivered: bool,
    clicked: bool,
    cost_micros: Option<i64>,
    currency: Option<String>,
}

fn which(campaign: Uuid, step: i64, channel: &str, variant: Option<String>) -> Result<Which, DbError> {
    Ok(Which { campaign: CampaignId(campaign), step, channel: word("channel", channel)?, variant })
}

async fn messages(tx: &mut Tx, shop: ShopId, (ids, of): Members<'_>) -> Result<HashMap<Uuid, Vec<Left>>, DbError> {
    const SQL: &str = "SELECT n.cart_id, n.campaign_id, n.step, n.channel, n.variant, n.state = 'delivered' AS delivered,
            EXISTS (SELECT 1 FROM touches t WHERE t.shop_id = n.shop_id AND t.nudge_id = n.id AND COUNTS) AS clicked,
            m.cost_micros, m.currency
        FROM nudges n LEFT JOIN message_costs m ON m.shop_id = n.shop_id AND m.nudge_id = n.id
        WHERE n.shop_id = $1 AND n.cart_id IN IDS AND n.state IN ('sent', 'delivered', 'unknown') ORDER BY n.campaign_id, n.step, n.id";
    let rows: Vec<MessageRow> = all(tx, &with_counts(SQL), shop, ids).await?;
    let left = |r: MessageRow| {
        let cost = match (r.cost_micros, r.currency) {
            (Some(micros), Some(code)) => Some((micros, word("currency", &code)?)),
            _ => None,
        };
        let which = which(r.campaign_id, r.step, &r.channel, r.variant)?;
        Ok((r.cart_id, Left { which, delivered: r.delivered, clicked: r.clicked, cost }))
    };
    grouped(rows.into_iter().map(left), of)
}

#[derive(sqlx::FromRow)]
struct EarnedRow {
    cart_id: Uuid,
    campaign_id: Uuid,
    step: i64,
    channel: String,
    variant: Option<String>,
    currency: String,
    orders: i64,
    gross_minor: i64,
    refunds_minor: i64,
    net_minor: i64,
    discount_minor: i64,
    ordered_at: i64,
}

async fn earned(tx: &mut Tx, shop: ShopId, (ids, of): Members<'_>) -> Result<HashMap<Uuid, Vec<Earned>>, DbError> {
    const SQL: &str = "SELECT k.cart_id, k.campaign_id, k.step, k.channel, n.variant, k.currency, COUNT(DISTINCT k.order_id) AS orders,
            CAST(SUM(k.gross_minor) AS BIGINT) AS gross_minor, CAST(SUM(k.refunds_minor) AS BIGINT) AS refunds_minor,
            CAST(SUM(k.net_minor) AS BIGINT) AS net_minor, CAST(SUM(k.discount_minor) AS BIGINT) AS discount_minor, MIN(k.ordered_at) AS ordered_at
        FROM credits k LEFT JOIN nudges n ON n.shop_id = k.shop_id AND n.id = k.nudge_id
        WHERE k.shop_id = $1 AND k.cart_id IN IDS AND k.model = 'last_touch' AND k.evidence IN ('link', 'code', 'marker')
        GROUP BY k.cart_id, k.nudge_id, k.campaign_id, k.step, k.channel, n.variant, k.currency ORDER BY k.campaign_id, k.step, k.nudge_id, k.currency";
    let rows: Vec<EarnedRow> = all(tx, SQL, shop, ids).await?;
    let earned = |r: EarnedRow| {
        let earned = Earned {
            which: which(r.campaign_id, r.step, &r.channel, r.variant)?,
            currency: word("currency", &r.currency)?,
            orders: r.orders,
            gross_minor: r.gross_minor,
            refunds_minor: r.refunds_minor,
            net_minor: r.net_minor,
            discount_minor: r.discount_minor,
            ordered_at: r.ordered_at,
        };
        Ok((r.cart_id, earned))
    };
    grouped(rows.into_iter().map(earned), of)
}
