//! Which carts are in which campaigns.

use super::{Db, DbError, Tx, instant, ms};
use crate::domain::campaign::{CampaignSpec, Trigger};
use crate::domain::experiment::Arm;
use crate::domain::ids::{CampaignId, CartId, ContactId, EnrolmentId, ShopId};
use jiff::Timestamp;
use uuid::Uuid;

/// One cart in one campaign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Enrolment {
    /// Ours.
    pub id: EnrolmentId,
    /// In which.
    pub campaign_id: CampaignId,
    /// Of the campaign, kept when a newer one is published.
    pub version: i64,
    /// Which cart.
    pub cart_id: CartId,
    /// Whose.
    pub contact_id: ContactId,
    /// Treated or held out, fixed once.
    pub arm: Arm,
    /// The campaign's trigger.
    pub begun_by: Trigger,
    /// The cart's path through the campaign, fixed once.
    pub path: Option<String>,
    /// From when delays count.
    pub abandoned_at: Timestamp,
    /// When it was made, by our clock.
    pub created_at: Timestamp,
}

/// Stores an enrolment unless the cart is in the campaign already. Was it new?
///
/// # Errors
/// `Unavailable`.
pub async fn insert(tx: &mut Tx, shop: ShopId, e: &Enrolment) -> Result<bool, DbError> {
    const SQL: &str =
        "INSERT INTO enrolments (shop_id, id, campaign_id, version, cart_id, contact_id, arm, abandoned_at, created_at, begun_by, path)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT (shop_id, campaign_id, cart_id) DO NOTHING";
    let done = on_tx!(tx, c => sqlx::query(SQL).bind(shop.0).bind(e.id.0).bind(e.campaign_id.0).bind(e.version).bind(e.cart_id.0).bind(e.contact_id.0)
        .bind(e.arm.as_str()).bind(ms(e.abandoned_at)).bind(ms(e.created_at)).bind(e.begun_by.as_str()).bind(&e.path).execute(c).await?.rows_affected());
    // For the nudges that are planned with it as well: carts count by the steps and channels planned for them.
    super::recovered::marked(tx, shop, &[ms(e.abandoned_at)]).await?;
    super::rollups::carts_marked(tx, shop, &[e.cart_id.0]).await?;
    Ok(done > 0)
}

/// An earlier enrolment of the same shopper, and how far it is.
#[derive(Debug, Clone)]
pub struct Earlier {
    /// Which.
    pub id: EnrolmentId,
    /// In which campaign.
    pub campaign_id: CampaignId,
    /// What began it.
    pub begun_by: Trigger,
    /// Which cart.
    pub cart_id: CartId,
    /// When that cart was abandoned.
    pub abandoned_at: Timestamp,
    /// Nudges of it that still wait.
    pub waiting: i64,
    /// Nudges of it that left or may have; in the comparison group: that would have.
    pub sent: i64,
    /// When the last of them left, or the first would have.
    pub last_sent_at: Option<Timestamp>,
}

#[derive(sqlx::FromRow)]
struct EarlierRow {
    id: Uuid,
    campaign_id: Uuid,
    begun_by: String,
    cart_id: Uuid,
    abandoned_at: i64,
    waiting: i64,
    sent: i64,
    last_sent_at: Option<i64>,
}

/// Enrolments of a shopper that still have something waiting, or sent something since an instant. The comparison group is looked at as if it had been written to,
/// so that both sides enter the next campaign alike.
///
/// # Errors
/// `Unavailable`, `Corrupt`.
pub async fn of_contact(tx: &mut Tx, shop: ShopId, contact: ContactId, since: Timestamp) -> Result<Vec<Earlier>, DbError> {
    const SQL: &str = "SELECT e.id, e.campaign_id, e.begun_by, e.cart_id, e.abandoned_at,
            SUM(CASE WHEN n.state IN ('scheduled', 'sending') THEN 1 ELSE 0 END) AS waiting,
            SUM(CASE WHEN n.state IN ('sending', 'sent', 'delivered', 'unknown') OR n.reason = 'holdout' THEN 1 ELSE 0 END) AS sent,
            COALESCE(MAX(n.sent_at), e.counted_at) AS last_sent_at
        FROM enrolments e JOIN nudges n ON n.shop_id = e.shop_id AND n.enrolment_id = e.id
        WHERE e.shop_id = $1 AND e.contact_id = $2 AND e.superseded_by IS NULL
        GROUP BY e.id, e.campaign_id, e.begun_by, e.cart_id, e.abandoned_at, e.counted_at
        HAVING SUM(CASE WHEN n.state IN ('scheduled', 'sending') THEN 1 ELSE 0 END) > 0 OR COALESCE(MAX(n.sent_at), e.counted_at) >= $3";
    let rows: Vec<EarlierRow> = on_tx!(tx, c => sqlx::query_as(SQL).bind(shop.0).bind(contact.0).bind(ms(since)).fetch_all(c).await?);
    let earlier = |r: EarlierRow| {
        Ok(Earlier {
            id: EnrolmentId(r.id),
            campaign_id: CampaignId(r.campaign_id),
            begun_by: super::word("trigger", &r.begun_by)?,
            cart_id: CartId(r.cart_id),
            abandoned_at: instant(r.abandoned_at),
            waiting: r.waiting,
            sent: r.sent,
            last_sent_at: r.last_sent_at.map(instant),
        })
    };
    rows.into_iter().map(earlier).collect()
}

/// Campaigns that a cart is in, and what began each.
///
/// # Errors
/// `Unavailable`, `Corrupt`.
pub async fn of_cart(tx: &mut Tx, shop: ShopId, cart: CartId) -> Result<Vec<(CampaignId, Trigger)>, DbError> {
    const SQL: &str = "SELECT campaign_id, begun_by FROM enrolments WHERE shop_id = $1 AND cart_id = $2";
    let rows: Vec<(Uuid, String)> = on_tx!(tx, c => sqlx::query_as(SQL).bind(shop.0).bind(cart.0).fetch_all(c).await?);
    rows.into_iter().map(|(id, begun_by)| Ok((CampaignId(id), super::word("trigger", &begun_by)?))).collect()
}

/// An enrolment of a cart, to be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// In which campaign.
    pub campaign_id: CampaignId,
    /// As that version calls itself.
    pub name: String,
    /// By which version.
    pub version: i64,
    /// Treated or held out.
    pub arm: Arm,
    /// The campaign's trigger.
    pub begun_by: Trigger,
    /// The cart's path through the campaign.
    pub path: Option<String>,
    /// From when delays count.
    pub abandoned_at: Timestamp,
    /// From when it counts in the comparison.
    pub counted_at: Option<Timestamp>,
    /// The cart that took over, if one did.
    pub superseded_by: Option<CartId>,
    /// `(step from 0, text)`, of steps that compare some.
    pub variants: Vec<(i64, String)>,
}

#[derive(sqlx::FromRow)]
struct ListedRow {
    id: Uuid,
    campaign_id: Uuid,
    spec: String,
    version: i64,
    arm: String,
    begun_by: String,
    path: Option<String>,
    abandoned_at: i64,
    counted_at: Option<i64>,
    superseded_by: Option<Uuid>,
}

/// Enrolments of a cart and of those merged into it, oldest first.
///
/// # Errors
/// `Unavailable`, `Corrupt`.
pub async fn listed(db: &Db, shop: ShopId, cart: CartId) -> Result<Vec<Listed>, DbError> {
    const SQL: &str = "SELECT e.id, e.campaign_id, v.spec, e.version, e.arm, e.begun_by, e.path, e.abandoned_at, e.counted_at, e.superseded_by FROM enrolments e
        JOIN campaign_versions v ON v.shop_id = e.shop_id AND v.campaign_id = e.campaign_id AND v.version = e.version
        WHERE e.shop_id = $1 AND e.cart_id IN (SELECT id FROM carts WHERE shop_id = $1 AND (id = $2 OR merged_into = $2)) ORDER BY e.created_at, e.id";
    const TEXTS: &str = "SELECT n.enrolment_id, n.step, n.variant FROM nudges n WHERE n.shop_id = $1 AND n.variant IS NOT NULL
        AND n.cart_id IN (SELECT id FROM carts WHERE shop_id = $1 AND (id = $2 OR merged_into = $2)) ORDER BY n.step";
    let rows: Vec<ListedRow> = on_db!(db, c => sqlx::query_as(SQL).bind(shop.0).bind(cart.0).fetch_all(c).await?);
    let texts: Vec<(Uuid, i64, String)> = on_db!(db, c => sqlx::query_as(TEXTS).bind(shop.0).bind(cart.0).fetch_all(c).await?);
    let listed = |r: ListedRow| {
        let spec: CampaignSpec = super::from_json("campaign", &r.spec)?;
        Ok(Listed {
            campaign_id: CampaignId(r.campaign_id),
            name: spec.name,
            version: r.version,
            arm: super::word("arm", &r.arm)?,
            begun_by: super::word("trigger", &r.begun_by)?,
            path: r.path,
            abandoned_at: instant(r.abandoned_at),
            counted_at: r.counted_at.map(instant),
            superseded_by: r.superseded_by.map(CartId),
            variants: texts.iter().filter(|t| t.0 == r.id).map(|t| (t.1, t.2.clone())).collect(),
        })
    };
    rows.into_iter().map(listed).collect()
}

/// On which side of a campaign's comparison a shopper has been from the first time on.
///
/// # Errors
/// `Unavailable`, `Corrupt`.
pub async fn arm_before(tx: &mut Tx, shop: ShopId, campaign: CampaignId, contact: ContactId) -> Result<Option<Arm>, DbError> {
    const SQL: &str =
        "SELECT arm FROM enrolments WHERE shop_id = $1 AND contact_id = $2 AND campaign_id = $3 ORDER BY created_at, id LIMIT 1";
    let arm: Option<String> =
        on_tx!(tx, c => sqlx::query_scalar(SQL).bind(shop.0).bind(contact.0).bind(campaign.0).fetch_optional(c).await?);
    arm.map(|a| super::word("arm", &a)).transpose()
}

/// Notes from when enrolments count in the comparison, unless they do already: the first message leaves, or would leave.
///
/// # Errors
/// `Unavailable`.
pub async fn count(tx: &mut Tx, shop: ShopId, from: &[(EnrolmentId, Timestamp)]) -> Result<(), DbError> {
    const SQL: &str = "UPDATE enrolments SET counted_at = $3 WHERE shop_id = $1 AND id = $2 AND counted_at IS NULL";
    for (id, at) in from {
        on_tx!(tx, c => sqlx::query(SQL).bind(shop.0).bind(id.0).bind(ms(*at)).execute(c).await?.rows_affected());
    }
    Ok(())
}

/// Notes that another cart of the same shopper took over.
///
/// # Errors
/// `Unavailable`.
pub async fn set_superseded(tx: &mut Tx, shop: ShopId, id: EnrolmentId, by: CartId) -> Result<(), DbError> {
    const SQL: &str = "UPDATE enrolments SET superseded_by = $3 WHERE shop_id = $1 AND id = $2";
    on_tx!(tx, c => sqlx::query(SQL).bind(shop.0).bind(id.0).bind(by.0).execute(c).await?.rows_affected());
    Ok(())
}

/// A campaign's enrolments: on which side, and from when they count in the comparison.
///
/// # Errors
/// `Unavailable`, `Corrupt`.
pub async fn counted(tx: &mut Tx, shop: ShopId, campaign: CampaignId) -> Result<Vec<(Arm, Option<Timestamp>)>, DbError> {
    const SQL: &str = "SELECT arm, counted_at FROM enrolments WHERE shop_id = $1 AND campaign_id = $2 ORDER BY id";
    let rows: Vec<(String, Option<i64>)> = on_tx!(tx, c => sqlx::query_as(SQL).bind(shop.0).bind(campaign.0).fetch_all(c).await?);
    rows.into_iter().map(|(arm, at)| Ok((super::word("arm", &arm)?, at.map(instant)))).collect()
}
