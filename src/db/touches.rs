//! Clicks, human or not.

use super::report::Period;
use super::{Db, DbError, Tx, instant, ms};
use crate::domain::clicks::{self, Hit, Sign};
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
    super::recovered::of_touch(tx, shop, ms(t.at)).await?;
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
pub async fn counted(tx: &mut Tx, p: Period) -> Result<Vec<Counted>, DbError> {
    const SQL: &str = "SELECT t.campaign_id, n.step, n.channel, t.at / 900000 AS quarter, COUNT(*) AS raw,
            COUNT(DISTINCT CASE WHEN COUNTS THEN t.nudge_id END) AS clicked
        FROM touches t JOIN nudges n ON n.shop_id = t.shop_id AND n.id = t.nudge_id
        WHERE t.shop_id = $1 AND t.kind = 'click' AND t.at >= $2 AND t.at < $3
        GROUP BY t.campaign_id, n.step, n.channel, t.at / 900000";
    let text = with_counts(SQL);
    Ok(on_tx!(tx, c => sqlx::query_as(AssertSqlSafe(text.clone())).bind(p.shop.0).bind(ms(p.from)).bind(ms(p.to)).fetch_all(c).await?))
}
