//! Clicks, human or not.

use super::report::Period;
use super::{Db, DbError, Tx, instant, json_ids, ms};
use crate::domain::clicks::{self, Hit, Sign};
use crate::domain::event::ChannelKind;
use crate::domain::ids::{CampaignId, CartId, ContactId, NudgeId, ShopId};
use jiff::Timestamp;
use sqlx::AssertSqlSafe;
use uuid::Uuid;

/// The link back to the cart was opened.
pub const CLICK: &str = "click";
/// The page of preferences was opened.
pub const PREFERENCES: &str = "preferences";

/// A click as `t` that counts as a person's: judged so by itself, and not one of several links that were opened at once (`domain::clicks::counts`).
const COUNTS: &str =
    "t.kind = 'click' AND t.human AND NOT EXISTS (SELECT 1 FROM touches o WHERE o.shop_id = t.shop_id AND o.nudge_id = t.nudge_id
    AND o.kind <> t.kind AND o.at >= t.at - WITHIN AND o.at <= t.at + WITHIN)";

pub(super) fn with_counts(sql: &str) -> String {
    sql.replace("COUNTS", COUNTS).replace("WITHIN", &clicks::ALL_LINKS_WITHIN.as_millis().to_string())
}

/// An opening of a link to be recorded.
#[derive(Debug, Clone)]
pub struct NewTouch {
    /// Ours.
    pub id: Uuid,
    /// On which nudge's link.
    pub nudge_id: NudgeId,
    /// Of which campaign.
    pub campaign_id: CampaignId,
    /// For which cart.
    pub cart_id: CartId,
    /// Whose.
    pub contact_id: ContactId,
    /// [`CLICK`] or [`PREFERENCES`].
    pub kind: &'static str,
    /// When.
    pub at: Timestamp,
    /// A person's, as far as we can tell.
    pub human: bool,
    /// What makes us think so.
    pub why: String,
    /// What speaks against a person.
    pub signs: Vec<Sign>,
}

/// Records an opening of a link.
///
/// # Errors
/// `Unavailable`.
pub async fn insert(tx: &mut Tx, shop: ShopId, t: &NewTouch) -> Result<(), DbError> {
    const SQL: &str = "INSERT INTO touches (shop_id, id, nudge_id, campaign_id, cart_id, contact_id, kind, at, human, why, signs)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    let signs = serde_json::to_string(&t.signs).unwrap_or_default();
    on_tx!(tx, c => sqlx::query(SQL).bind(shop.0).bind(t.id).bind(t.nudge_id.0).bind(t.campaign_id.0).bind(t.cart_id.0).bind(t.contact_id.0)
        .bind(t.kind).bind(ms(t.at)).bind(t.human).bind(&t.why).bind(signs).execute(c).await?.rows_affected());
    super::rollups::carts_marked(tx, shop, &[t.cart_id.0]).await
}

/// Did a person click a nudge's link?
///
/// # Errors
/// `Unavailable`.
pub async fn is_clicked(tx: &mut Tx, shop: ShopId, nudge: NudgeId) -> Result<bool, DbError> {
    const SQL: &str = "SELECT id FROM touches WHERE shop_id = $1 AND nudge_id = $2 AND kind = 'click' AND human LIMIT 1";
    let one: Option<Uuid> = on_tx!(tx, c => sqlx::query_scalar(SQL).bind(shop.0).bind(nudge.0).fetch_optional(c).await?);
    Ok(one.is_some())
}

/// A nudge that may have to do with an order: what was sent, with the last human click before the order, if there was one.
#[derive(Debug, Clone)]
pub struct Candidate {
    /// Which nudge.
    pub nudge_id: NudgeId,
    /// Of which campaign.
    pub campaign_id: CampaignId,
    /// For which cart.
    pub cart_id: CartId,
    /// Which step, from 0.
    pub step: i64,
    /// By which channel.
    pub channel: ChannelKind,
    /// Which of the step's texts.
    pub variant: Option<String>,
    /// When it left.
    pub sent_at: Timestamp,
    /// Its marker.
    pub short_code: String,
    /// The campaign, at the version of the enrolment, as JSON.
    pub spec: String,
    /// The last human click before the order.
    pub clicked_at: Option<Timestamp>,
    /// Whether it arrived was not known.
    pub unknown: bool,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    campaign_id: Uuid,
    cart_id: Uuid,
    step: i64,
    channel: String,
    variant: Option<String>,
    sent_at: i64,
    short_code: String,
    spec: String,
    clicked_at: Option<i64>,
    state: String,
}

/// What could tie an order to nudges.
#[derive(Debug, Clone)]
pub struct Ties<'a> {
    /// Who bought; none leaves out what only the person proves.
    pub contact: Option<ContactId>,
    /// The cart that the order's tokens name.
    pub cart: Option<CartId>,
    /// The marker on the order.
    pub marker: Option<&'a str>,
    /// The nudges in whose messages the order's codes were given.
    pub named: Vec<Uuid>,
    /// Clicks after this don't count.
    pub clicked_before: Timestamp,
    /// Nudges sent before this are too old for any window.
    pub sent_since: Timestamp,
}

/// The nudges that could have earned an order. One whose outcome is unknown counts from the moment at which it can have left at the earliest: later would
/// hide a click that came before we knew, and its credit would be one to a nudge that left after the order.
///
/// # Errors
/// `Unavailable`, `Corrupt`.
pub async fn candidates(tx: &mut Tx, shop: ShopId, ties: &Ties<'_>) -> Result<Vec<Candidate>, DbError> {
    // What is still in a worker's hands has left for sure once its link was opened: the answer may come late, or never.
    const SQL: &str = "SELECT n.id, n.campaign_id, n.cart_id, n.step, n.channel, n.variant, COALESCE(n.sent_at, n.claimed_at, n.due_at) AS sent_at, n.short_code, n.state,
            v.spec,
            (SELECT MAX(t.at) FROM touches t WHERE t.shop_id = n.shop_id AND t.nudge_id = n.id AND t.at < $5 AND COUNTS) AS clicked_at
        FROM nudges n
        JOIN enrolments e ON e.shop_id = n.shop_id AND e.id = n.enrolment_id
        JOIN campaign_versions v ON v.shop_id = n.shop_id AND v.campaign_id = n.campaign_id AND v.version = COALESCE(n.version, e.version)
        WHERE n.shop_id = $1 AND COALESCE(n.sent_at, n.claimed_at, n.due_at) >= $6 AND (n.state IN ('sent', 'delivered', 'unknown') OR (n.state = 'sending'
                AND EXISTS (SELECT 1 FROM touches t WHERE t.shop_id = n.shop_id AND t.nudge_id = n.id AND t.at < $5 AND COUNTS)))
            AND (n.contact_id = $2 OR n.cart_id = $3 OR n.short_code = $4 OR n.id NAMED OR n.cart_id IN (SELECT id FROM carts WHERE shop_id = $1 AND merged_into = $3))
        ORDER BY n.id";
    let sql = |named: &str| AssertSqlSafe(with_counts(&SQL.replace("NAMED", named)));
    let (contact, cart) = (ties.contact.map(|c| c.0), ties.cart.map(|c| c.0));
    let (before, since) = (ms(ties.clicked_before), ms(ties.sent_since));
    let rows: Vec<Row> = match tx {
        Tx::Sqlite(tx) => {
            let query = sqlx::query_as(sql("IN (SELECT unhex(value) FROM json_each($7))")).bind(shop.0).bind(contact).bind(cart);
            query.bind(ties.marker).bind(before).bind(since).bind(json_ids(&ties.named)).fetch_all(&mut **tx).await?
        }
        Tx::Postgres(tx) => {
            let query = sqlx::query_as(sql("= ANY($7)")).bind(shop.0).bind(contact).bind(cart);
            query.bind(ties.marker).bind(before).bind(since).bind(&ties.named).fetch_all(&mut **tx).await?
        }
    };
    rows.into_iter()
        .map(|r| {
            Ok(Candidate {
                nudge_id: NudgeId(r.id),
                campaign_id: CampaignId(r.campaign_id),
                cart_id: CartId(r.cart_id),
                step: r.step,
                channel: super::word("channel", &r.channel)?,
                variant: r.variant,
                sent_at: instant(r.sent_at),
                short_code: r.short_code,
                spec: r.spec,
                clicked_at: r.clicked_at.map(instant),
                unknown: r.state == "unknown",
            })
        })
        .collect()
}

/// An opening of a link as recorded.
#[derive(Debug, Clone)]
pub struct Recorded {
    /// On which nudge's link.
    pub nudge_id: NudgeId,
    /// Of the link back to the cart; else of the page of preferences.
    pub of_cart: bool,
    /// When.
    pub at: Timestamp,
    /// A person's, with all that is known of the message's other links.
    pub human: bool,
    /// What makes us think so.
    pub why: String,
    /// What speaks against a person.
    pub signs: Vec<Sign>,
}

/// Every opening of a link for a cart and those merged into it, oldest first.
///
/// # Errors
/// `Unavailable`.
pub async fn of_cart(db: &Db, shop: ShopId, cart: CartId) -> Result<Vec<Recorded>, DbError> {
    const SQL: &str = "SELECT nudge_id, kind, at, human, why, signs FROM touches
        WHERE shop_id = $1 AND cart_id IN (SELECT id FROM carts WHERE shop_id = $1 AND (id = $2 OR merged_into = $2)) ORDER BY at, id";
    type Row = (Uuid, String, i64, bool, String, Option<String>);
    let rows: Vec<Row> = on_db!(db, c => sqlx::query_as(SQL).bind(shop.0).bind(cart.0).fetch_all(c).await?);
    let recorded = |(nudge, kind, at, human, why, signs): Row| Recorded {
        nudge_id: NudgeId(nudge),
        of_cart: kind == CLICK,
        at: instant(at),
        human,
        why,
        signs: signs.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default(),
    };
    let mut all: Vec<Recorded> = rows.into_iter().map(recorded).collect();
    let hits: Vec<(NudgeId, Hit)> = all.iter().map(|r| (r.nudge_id, Hit { of_cart: r.of_cart, at: r.at, human: r.human })).collect();
    for (one, (nudge, hit)) in all.iter_mut().zip(&hits) {
        let others: Vec<Hit> = hits.iter().filter(|(n, _)| n == nudge).map(|(_, h)| *h).collect();
        if one.of_cart && one.human && !clicks::counts(hit, &others) {
            one.human = false;
            one.signs.insert(0, Sign::AllLinks);
            "all links of the message were opened at once, as scanners do".clone_into(&mut one.why);
        }
    }
    Ok(all)
}

/// Openings of carts' links in a period: all of them, and those that count as people's.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Counted {
    /// Of which campaign.
    pub campaign_id: Uuid,
    /// Which step, from 0.
    pub step: i64,
    /// By which channel.
    pub channel: String,
    /// Quarters of an hour since 1970.
    pub quarter: i64,
    /// All of them.
    pub raw: i64,
    /// Messages whose link a person opened.
    pub clicked: i64,
}

/// Counts openings of carts' links of a period.
///
/// # Errors
/// `Unavailable`.
pub async fn counted(db: &Db, p: Period) -> Result<Vec<Counted>, DbError> {
    const SQL: &str = "SELECT t.campaign_id, n.step, n.channel, t.at / 900000 AS quarter, COUNT(*) AS raw,
            COUNT(DISTINCT CASE WHEN COUNTS THEN t.nudge_id END) AS clicked
        FROM touches t JOIN nudges n ON n.shop_id = t.shop_id AND n.id = t.nudge_id
        WHERE t.shop_id = $1 AND t.kind = 'click' AND t.at >= $2 AND t.at < $3
        GROUP BY t.campaign_id, n.step, n.channel, t.at / 900000";
    let text = with_counts(SQL);
    Ok(on_db!(db, c => sqlx::query_as(AssertSqlSafe(text.clone())).bind(p.shop.0).bind(ms(p.from)).bind(ms(p.to)).fetch_all(c).await?))
}
