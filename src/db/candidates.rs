//! What could tie orders to nudges, for many orders at once: the nudges that left, and the openings of their links.

use super::{DbError, Tx, instant, json_ids, json_texts};
use crate::domain::clicks::{self, Hit};
use crate::domain::event::ChannelKind;
use crate::domain::ids::{CampaignId, CartId, ContactId, NudgeId, OrderId, ShopId};
use jiff::Timestamp;
use sqlx::AssertSqlSafe;
use std::collections::HashMap;
use uuid::Uuid;

/// A nudge that may have to do with an order.
#[derive(Debug, Clone)]
pub struct Candidate {
    /// Which nudge.
    pub nudge_id: NudgeId,
    /// Of which campaign.
    pub campaign_id: CampaignId,
    /// By which version of it.
    pub version: i64,
    /// For which cart.
    pub cart_id: CartId,
    /// The same, or into which it was merged.
    pub living_cart: Uuid,
    /// To whom.
    pub contact_id: ContactId,
    /// Which step, from 0.
    pub step: i64,
    /// By which channel.
    pub channel: ChannelKind,
    /// Which of the step's texts.
    pub variant: Option<String>,
    /// When it left. One whose outcome is unknown counts from the moment at which it can have left at the earliest: later would hide a click that came before
    /// we knew, and its credit would be one to a nudge that left after the order.
    pub sent_at: Timestamp,
    /// When its provider had delivered it, if it told.
    pub delivered_at: Option<Timestamp>,
    /// Its marker.
    pub short_code: String,
    /// When persons opened its link, oldest first.
    pub clicked_at: Vec<Timestamp>,
    /// It is still in a worker's hands: left for sure only once its link was opened.
    pub sending: bool,
    /// Whether it arrived is not known.
    pub unknown: bool,
    /// Whether it had arrived was not known at some time: by itself it says nothing of an order.
    pub doubted: bool,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    campaign_id: Uuid,
    version: i64,
    cart_id: Uuid,
    living_cart: Uuid,
    contact_id: Uuid,
    step: i64,
    channel: String,
    variant: Option<String>,
    sent_at: i64,
    delivered_at: Option<i64>,
    short_code: String,
    state: String,
    doubted: bool,
}

/// What nudges may be tied to orders by.
#[derive(Debug, Clone, Default)]
pub struct Ties {
    /// Who bought.
    pub contacts: Vec<Uuid>,
    /// The carts that the orders' tokens name.
    pub carts: Vec<Uuid>,
    /// The markers on the orders.
    pub markers: Vec<String>,
    /// The nudges in whose messages the orders' codes were given.
    pub named: Vec<Uuid>,
}

impl Ties {
    fn are_none(&self) -> bool {
        self.contacts.is_empty() && self.carts.is_empty() && self.markers.is_empty() && self.named.is_empty()
    }
}

const FOUND: &str = "SELECT n.id, n.campaign_id, COALESCE(n.version, e.version) AS version, n.cart_id, COALESCE(c.merged_into, n.cart_id) AS living_cart, n.contact_id,
        n.step, n.channel, n.variant, COALESCE(n.sent_at, n.claimed_at, n.due_at) AS sent_at, n.delivered_at, n.short_code, n.state,
        n.unknown_at IS NOT NULL AS doubted
    FROM (PICKED) p CROSS JOIN nudges n CROSS JOIN enrolments e CROSS JOIN carts c
    WHERE n.shop_id = $1 AND n.id = p.id AND n.state IN ('sent', 'delivered', 'unknown', 'sending') AND e.shop_id = $1 AND e.id = n.enrolment_id
        AND c.shop_id = $1 AND c.id = n.cart_id
    ORDER BY n.id";

const PICKED_LITE: &str = "SELECT n.id FROM json_each($2) j CROSS JOIN nudges n WHERE n.shop_id = $1 AND n.contact_id = unhex(j.value)
    UNION SELECT n.id FROM json_each($3) j CROSS JOIN nudges n WHERE n.shop_id = $1 AND n.cart_id = unhex(j.value)
    UNION SELECT n.id FROM json_each($3) j CROSS JOIN carts m CROSS JOIN nudges n WHERE m.shop_id = $1 AND m.merged_into = unhex(j.value)
        AND n.shop_id = $1 AND n.cart_id = m.id
    UNION SELECT n.id FROM json_each($4) j CROSS JOIN nudges n WHERE n.shop_id = $1 AND n.short_code = j.value
    UNION SELECT unhex(j.value) FROM json_each($5) j";

const PICKED_PG: &str = "SELECT n.id FROM nudges n WHERE n.shop_id = $1 AND n.contact_id = ANY($2)
    UNION SELECT n.id FROM nudges n WHERE n.shop_id = $1 AND n.cart_id = ANY($3)
    UNION SELECT n.id FROM carts m JOIN nudges n ON n.shop_id = $1 AND n.cart_id = m.id WHERE m.shop_id = $1 AND m.merged_into = ANY($3)
    UNION SELECT n.id FROM nudges n WHERE n.shop_id = $1 AND n.short_code = ANY($4)
    UNION SELECT UNNEST($5::uuid[])";

/// The nudges that could have earned orders with these ties.
///
/// # Errors
/// `Unavailable`, `Corrupt`.
pub async fn of(tx: &mut Tx, shop: ShopId, ties: &Ties) -> Result<Vec<Candidate>, DbError> {
    if ties.are_none() {
        return Ok(Vec::new());
    }
    let rows: Vec<Row> = match tx {
        Tx::Sqlite(tx) => {
            let sql = AssertSqlSafe(FOUND.replace("PICKED", PICKED_LITE));
            let query = sqlx::query_as(sql).bind(shop.0).bind(json_ids(&ties.contacts)).bind(json_ids(&ties.carts));
            let markers = json_texts(ties.markers.iter().map(String::as_str));
            query.bind(markers).bind(json_ids(&ties.named)).fetch_all(&mut **tx).await?
        }
        Tx::Postgres(tx) => {
            let sql = AssertSqlSafe(FOUND.replace("PICKED", PICKED_PG));
            let query = sqlx::query_as(sql).bind(shop.0).bind(&ties.contacts).bind(&ties.carts).bind(&ties.markers);
            query.bind(&ties.named).fetch_all(&mut **tx).await?
        }
    };
    let ids: Vec<Uuid> = rows.iter().map(|r| r.id).collect();
    let mut clicks = clicks_of(tx, shop, &ids).await?;
    rows.into_iter()
        .map(|r| {
            Ok(Candidate {
                clicked_at: clicks.remove(&r.id).unwrap_or_default(),
                nudge_id: NudgeId(r.id),
                campaign_id: CampaignId(r.campaign_id),
                version: r.version,
                cart_id: CartId(r.cart_id),
                living_cart: r.living_cart,
                contact_id: ContactId(r.contact_id),
                step: r.step,
                channel: super::word("channel", &r.channel)?,
                variant: r.variant,
                sent_at: instant(r.sent_at),
                delivered_at: r.delivered_at.map(instant),
                short_code: r.short_code,
                sending: r.state == "sending",
                unknown: r.state == "unknown",
                doubted: r.doubted,
            })
        })
        .collect()
}

/// When persons opened the links back to the cart of these nudges: each judged so by itself, and none of several links that were opened at once.
async fn clicks_of(tx: &mut Tx, shop: ShopId, nudges: &[Uuid]) -> Result<HashMap<Uuid, Vec<Timestamp>>, DbError> {
    const GET: &str = "SELECT nudge_id, kind, at, human FROM touches WHERE shop_id = $1 AND nudge_id";
    type Row = (Uuid, String, i64, bool);
    if nudges.is_empty() {
        return Ok(HashMap::new());
    }
    let rows: Vec<Row> = match tx {
        Tx::Sqlite(tx) => {
            let sql = AssertSqlSafe(format!("{GET} IN (SELECT unhex(value) FROM json_each($2)) ORDER BY at, id"));
            sqlx::query_as(sql).bind(shop.0).bind(json_ids(nudges)).fetch_all(&mut **tx).await?
        }
        Tx::Postgres(tx) => {
            let sql = AssertSqlSafe(format!("{GET} = ANY($2) ORDER BY at, id"));
            sqlx::query_as(sql).bind(shop.0).bind(nudges).fetch_all(&mut **tx).await?
        }
    };
    let mut hits: HashMap<Uuid, Vec<Hit>> = HashMap::new();
    for (nudge, kind, at, human) in rows {
        hits.entry(nudge).or_default().push(Hit { of_cart: kind == super::touches::CLICK, at: instant(at), human });
    }
    let counting = |all: Vec<Hit>| all.iter().filter(|hit| hit.of_cart && clicks::counts(hit, &all)).map(|hit| hit.at).collect();
    Ok(hits.into_iter().map(|(nudge, all)| (nudge, counting(all))).collect())
}

/// The carts that orders' tokens name, by order.
///
/// # Errors
/// `Unavailable`.
pub async fn carts_of(tx: &mut Tx, shop: ShopId, orders: &[Uuid]) -> Result<HashMap<OrderId, Vec<Uuid>>, DbError> {
    const LITE: &str = "SELECT DISTINCT t.order_id, c.cart_id FROM json_each($2) j CROSS JOIN order_tokens t CROSS JOIN cart_tokens c
        WHERE t.shop_id = $1 AND t.order_id = unhex(j.value) AND c.shop_id = $1 AND c.kind = t.kind AND c.token = t.token";
    const PG: &str = "SELECT DISTINCT t.order_id, c.cart_id FROM order_tokens t JOIN cart_tokens c ON c.shop_id = $1 AND c.kind = t.kind AND c.token = t.token
        WHERE t.shop_id = $1 AND t.order_id = ANY($2)";
    let rows: Vec<(Uuid, Uuid)> = match tx {
        Tx::Sqlite(tx) => sqlx::query_as(LITE).bind(shop.0).bind(json_ids(orders)).fetch_all(&mut **tx).await?,
        Tx::Postgres(tx) => sqlx::query_as(PG).bind(shop.0).bind(orders).fetch_all(&mut **tx).await?,
    };
    let mut carts: HashMap<OrderId, Vec<Uuid>> = HashMap::new();
    for (order, cart) in rows {
        carts.entry(OrderId(order)).or_default().push(cart);
    }
    Ok(carts)
}
