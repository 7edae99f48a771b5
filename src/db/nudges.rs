//! Nudges: planned, claimed under a lease, recorded by whoever holds it.

use super::{Db, DbError, Tx, from_json, instant, json_pairs, ms};
use crate::domain::campaign::CampaignSpec;
use crate::domain::contact::Identity;
use crate::domain::event::{ChannelKind, Token};
use crate::domain::ids::{CampaignId, CartId, ContactId, EnrolmentId, NudgeId, ShopId};
use crate::domain::nudge::NudgeState;
use jiff::Timestamp;
use uuid::Uuid;

/// A nudge to be planned.
#[derive(Debug, Clone)]
pub struct NewNudge {
    /// Ours.
    pub id: NudgeId,
    /// Of which enrolment.
    pub enrolment_id: EnrolmentId,
    /// Of which campaign.
    pub campaign_id: CampaignId,
    /// For which cart.
    pub cart_id: CartId,
    /// For whom.
    pub contact_id: ContactId,
    /// Which step, from 0.
    pub step: i64,
    /// By which channel.
    pub channel: ChannelKind,
    /// The channel that takes over when that is shut.
    pub fallback: Option<ChannelKind>,
    /// Which of the step's texts.
    pub variant: Option<String>,
    /// When.
    pub due_at: Timestamp,
    /// Of its short link, and the marker on the cart it makes.
    pub short_code: String,
    /// When it was planned.
    pub created_at: Timestamp,
}

/// Plans a nudge unless the enrolment has that step already.
///
/// # Errors
/// `Unavailable`.
pub async fn insert(tx: &mut Tx, shop: ShopId, n: &NewNudge) -> Result<(), DbError> {
    const SQL: &str =
        "INSERT INTO nudges (shop_id, id, enrolment_id, campaign_id, cart_id, contact_id, step, channel, state, due_at, wake_at, attempts,
            short_code, created_at, fallback, variant)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'scheduled', $9, $9, 0, $10, $11, $12, $13) ON CONFLICT (shop_id, enrolment_id, step) DO NOTHING";
    on_tx!(tx, c => sqlx::query(SQL).bind(shop.0).bind(n.id.0).bind(n.enrolment_id.0).bind(n.campaign_id.0).bind(n.cart_id.0).bind(n.contact_id.0)
        .bind(n.step).bind(n.channel.as_str()).bind(ms(n.due_at)).bind(&n.short_code).bind(ms(n.created_at))
        .bind(n.fallback.map(ChannelKind::as_str)).bind(&n.variant).execute(c).await?.rows_affected());
    Ok(())
}

/// Shops with nudges to look at.
///
/// # Errors
/// `Unavailable`.
pub async fn shops_due(db: &Db, now: Timestamp) -> Result<Vec<ShopId>, DbError> {
    // Channel by channel, as the index of what is due has them.
    const SQL: &str = "SELECT s.id FROM shops s WHERE EXISTS
        (SELECT 1 FROM nudges n WHERE n.shop_id = s.id AND n.state = 'scheduled' AND n.channel IN ('email', 'sms', 'whatsapp') AND n.wake_at <= $1)";
    let ids: Vec<Uuid> = on_db!(db, c => sqlx::query_scalar(SQL).bind(ms(now)).fetch_all(c).await?);
    Ok(ids.into_iter().map(ShopId).collect())
}

/// A lease on claimed nudges: who holds it, and until when.
#[derive(Debug, Clone)]
pub struct Lease {
    /// Unique per claim, so that nobody else can record for it.
    pub by: String,
    /// From then on others may take over.
    pub until: Timestamp,
}

/// Takes due nudges of a shop under a lease; those that another worker has are passed over. At most so many of each channel. Their ids, of each channel those
/// that wait the longest.
///
/// # Errors
/// `Unavailable`.
pub async fn claim_due_by(
    tx: &mut Tx,
    shop: ShopId,
    now: Timestamp,
    lease: &Lease,
    most: &[(ChannelKind, i64)],
) -> Result<Vec<Uuid>, DbError> {
    const LITE: &str = "UPDATE nudges SET state = 'sending', lease_until = $3, lease_by = $4, claimed_at = $2, attempts = attempts + 1
        WHERE shop_id = $1 AND id IN
            (SELECT id FROM nudges WHERE shop_id = $1 AND state = 'scheduled' AND channel = $6 AND wake_at <= $2 ORDER BY wake_at LIMIT $5)
        RETURNING id";
    // Two statements: rows are locked by the first, up to the limit, and named by their keys in the second. In one, the planner is free to run the selection
    // once per row and to take more than the limit. The state stands in the second as well: a row taken and released meanwhile must not be taken twice.
    const PICK: &str =
        "SELECT id FROM nudges WHERE shop_id = $1 AND state = 'scheduled' AND channel = $4 AND wake_at <= $2 ORDER BY wake_at LIMIT $3
        FOR UPDATE SKIP LOCKED";
    const TAKE: &str = "UPDATE nudges SET state = 'sending', lease_until = $3, lease_by = $4, claimed_at = $5, attempts = attempts + 1
        WHERE shop_id = $1 AND id = ANY($2) AND state = 'scheduled' RETURNING id";
    let asked = most.iter().filter(|(_, most)| *most > 0);
    match tx {
        Tx::Sqlite(tx) => {
            let mut taken = Vec::new();
            for (channel, most) in asked {
                let take = sqlx::query_scalar(LITE).bind(shop.0).bind(ms(now)).bind(ms(lease.until)).bind(&lease.by).bind(most);
                let ids: Vec<Uuid> = take.bind(channel.as_str()).fetch_all(&mut **tx).await?;
                taken.extend(ids);
            }
            Ok(taken)
        }
        Tx::Postgres(tx) => {
            let mut picked = Vec::new();
            for (channel, most) in asked {
                let pick = sqlx::query_scalar(PICK).bind(shop.0).bind(ms(now)).bind(most).bind(channel.as_str());
                let ids: Vec<Uuid> = pick.fetch_all(&mut **tx).await?;
                picked.extend(ids);
            }
            if picked.is_empty() {
                return Ok(picked);
            }
            let take = sqlx::query_scalar(TAKE).bind(shop.0).bind(picked).bind(ms(lease.until)).bind(&lease.by).bind(ms(now));
            Ok(take.fetch_all(&mut **tx).await?)
        }
    }
}

/// The same, at most so many of every channel.
///
/// # Errors
/// `Unavailable`.
pub async fn claim_due(tx: &mut Tx, shop: ShopId, now: Timestamp, lease: &Lease, most: i64) -> Result<Vec<Uuid>, DbError> {
    claim_due_by(tx, shop, now, lease, &ChannelKind::ALL.map(|channel| (channel, most))).await
}

/// What becomes of a claimed nudge.
#[derive(Debug, Clone)]
pub struct Settled {
    /// Which.
    pub id: NudgeId,
    /// What it is from now on.
    pub state: NudgeState,
    /// When to look at it next, while it is scheduled.
    pub wake_at: Option<Timestamp>,
    /// The rule, or the provider's reason.
    pub reason: String,
    /// Who took it.
    pub provider: Option<String>,
    /// The provider's id of it.
    pub provider_id: Option<String>,
    /// When it left.
    pub sent_at: Option<Timestamp>,
    /// Back to the number of attempts before this claim: nothing was attempted.
    pub unattempted: bool,
    /// Another channel takes over, and none after that.
    pub switch_to: Option<ChannelKind>,
}

/// Records what became of a nudge, if the lease still stands. Did it?
///
/// # Errors
/// `Unavailable`.
pub async fn settle(tx: &mut Tx, shop: ShopId, lease: &Lease, s: &Settled) -> Result<bool, DbError> {
    const SQL: &str = "UPDATE nudges SET state = $4, wake_at = COALESCE($5, wake_at), reason = $6, provider = COALESCE($7, provider),
            provider_id = COALESCE($8, provider_id), sent_at = COALESCE($9, sent_at), attempts = attempts - $10,
            handed_to = CASE WHEN $4 IN ('sent', 'unknown') THEN handed_to END, lease_until = NULL, lease_by = NULL,
            channel = COALESCE($11, channel), fallback = CASE WHEN $11 IS NULL THEN fallback END
        WHERE shop_id = $1 AND id = $2 AND state = 'sending' AND lease_by = $3";
    let done = on_tx!(tx, c => sqlx::query(SQL).bind(shop.0).bind(s.id.0).bind(&lease.by).bind(s.state.as_str()).bind(s.wake_at.map(ms)).bind(&s.reason)
        .bind(&s.provider).bind(&s.provider_id).bind(s.sent_at.map(ms)).bind(i64::from(s.unattempted)).bind(s.switch_to.map(ChannelKind::as_str)).execute(c).await?.rows_affected());
    if matches!(s.state, NudgeState::Sent | NudgeState::Unknown) {
        super::recovered::of_nudges(tx, shop, &[s.id.0]).await?;
    }
    if s.switch_to.is_some() {
        super::recovered::of_turned(tx, shop, &[s.id.0]).await?;
    }
    super::rollups::carts_of_nudges(tx, shop, &[s.id.0]).await?;
    Ok(done > 0)
}

/// Nudges whose worker never came back: their ids, carts and channels.
///
/// # Errors
/// `Unavailable`.
pub async fn lapsed(db: &Db, now: Timestamp, most: i64) -> Result<Vec<(ShopId, NudgeId, CartId)>, DbError> {
    const SQL: &str = "SELECT shop_id, id, cart_id FROM nudges WHERE state = 'sending' AND lease_until < $1 LIMIT $2";
    let rows: Vec<(Uuid, Uuid, Uuid)> = on_db!(db, c => sqlx::query_as(SQL).bind(ms(now)).bind(most).fetch_all(c).await?);
    Ok(rows.into_iter().map(|(shop, id, cart)| (ShopId(shop), NudgeId(id), CartId(cart))).collect())
}

/// Marks a nudge whose lease has lapsed as unknown: it may have been sent, at the earliest when it was claimed. Was it still so?
///
/// # Errors
/// `Unavailable`.
pub async fn mark_unknown(tx: &mut Tx, shop: ShopId, id: NudgeId, now: Timestamp) -> Result<bool, DbError> {
    const SQL: &str =
        "UPDATE nudges SET state = 'unknown', reason = 'worker_lost', sent_at = COALESCE(claimed_at, lease_until), lease_until = NULL, lease_by = NULL
        WHERE shop_id = $1 AND id = $2 AND state = 'sending' AND lease_until < $3";
    super::rollups::carts_of_nudges(tx, shop, &[id.0]).await?;
    let done = on_tx!(tx, c => sqlx::query(SQL).bind(shop.0).bind(id.0).bind(ms(now)).execute(c).await?.rows_affected());
    super::recovered::of_nudges(tx, shop, &[id.0]).await?;
    Ok(done > 0)
}

/// Cancels what still waits for a cart. The ids of what was cancelled.
///
/// # Errors
/// `Unavailable`.
pub async fn cancel_open(tx: &mut Tx, shop: ShopId, cart: CartId, rule: &str) -> Result<Vec<NudgeId>, DbError> {
    const SQL: &str =
        "UPDATE nudges SET state = 'cancelled', reason = $3 WHERE shop_id = $1 AND cart_id = $2 AND state = 'scheduled' RETURNING id";
    let ids: Vec<Uuid> = on_tx!(tx, c => sqlx::query_scalar(SQL).bind(shop.0).bind(cart.0).bind(rule).fetch_all(c).await?);
    Ok(ids.into_iter().map(NudgeId).collect())
}

/// Wakes what waits in a campaign: it was resumed.
///
/// # Errors
/// `Unavailable`.
pub async fn wake_campaign(tx: &mut Tx, shop: ShopId, campaign: CampaignId) -> Result<u64, DbError> {
    const SQL: &str =
        "UPDATE nudges SET wake_at = due_at WHERE shop_id = $1 AND campaign_id = $2 AND state = 'scheduled' AND reason = 'campaign_paused'";
    Ok(on_tx!(tx, c => sqlx::query(SQL).bind(shop.0).bind(campaign.0).execute(c).await?.rows_affected()))
}

/// Is any nudge of the shop on its way to its provider?
///
/// # Errors
/// `Unavailable`.
pub async fn any_in_flight(db: &Db, shop: ShopId) -> Result<bool, DbError> {
    const SQL: &str = "SELECT id FROM nudges WHERE shop_id = $1 AND state = 'sending' LIMIT 1";
    let one: Option<Uuid> = on_db!(db, c => sqlx::query_scalar(SQL).bind(shop.0).fetch_optional(c).await?);
    Ok(one.is_some())
}

/// Is a nudge for a cart of these tokens, or for a shopper of these identities, on its way to its provider?
///
/// # Errors
/// `Unavailable`.
pub async fn in_flight(db: &Db, shop: ShopId, tokens: &[&Token], identities: &[&Identity]) -> Result<bool, DbError> {
    const LITE: &str = "SELECT n.id FROM nudges n WHERE n.shop_id = $1 AND n.state = 'sending' AND (
        n.cart_id IN (SELECT t.cart_id FROM json_each($2) j CROSS JOIN cart_tokens t ON t.shop_id = $1 AND t.kind = j.value ->> 0 AND t.token = j.value ->> 1)
        OR n.contact_id IN (SELECT i.contact_id FROM json_each($3) j
            CROSS JOIN contact_identities i ON i.shop_id = $1 AND i.kind = j.value ->> 0 AND i.value = j.value ->> 1)) LIMIT 1";
    const PG: &str = "SELECT n.id FROM nudges n WHERE n.shop_id = $1 AND n.state = 'sending' AND (
        n.cart_id IN (SELECT t.cart_id FROM UNNEST($2::text[], $3::text[]) AS j (kind, token)
            JOIN cart_tokens t ON t.shop_id = $1 AND t.kind = j.kind AND t.token = j.token)
        OR n.contact_id IN (SELECT i.contact_id FROM UNNEST($4::text[], $5::text[]) AS j (kind, value)
            JOIN contact_identities i ON i.shop_id = $1 AND i.kind = j.kind AND i.value = j.value)) LIMIT 1";
    let one: Option<Uuid> = match db {
        Db::Sqlite { read, .. } => {
            let tokens = json_pairs(tokens.iter().map(|t| (t.kind(), t.value())));
            let identities = json_pairs(identities.iter().map(|i| (i.kind(), i.value())));
            sqlx::query_scalar(LITE).bind(shop.0).bind(tokens).bind(identities).fetch_optional(read).await?
        }
        Db::Postgres(pool) => {
            sqlx::query_scalar(PG)
                .bind(shop.0)
                .bind(tokens.iter().map(|t| t.kind()).collect::<Vec<_>>())
                .bind(tokens.iter().map(|t| t.value()).collect::<Vec<_>>())
                .bind(identities.iter().map(|i| i.kind()).collect::<Vec<_>>())
                .bind(identities.iter().map(|i| i.value()).collect::<Vec<_>>())
                .fetch_optional(pool)
                .await?
        }
    };
    Ok(one.is_some())
}

/// Cancels what still waits for a shopper on one channel, or on all. What another channel may take over waits on, and is decided on when it is due. The cancelled
/// with their carts.
///
/// # Errors
/// `Unavailable`.
pub async fn cancel_for_contact(
    tx: &mut Tx,
    shop: ShopId,
    contact: ContactId,
    channel: Option<ChannelKind>,
    rule: &str,
) -> Result<Vec<(NudgeId, CartId)>, DbError> {
    const SQL: &str = "UPDATE nudges SET state = 'cancelled', reason = $4
        WHERE shop_id = $1 AND contact_id = $2 AND state = 'scheduled' AND ($3 IS NULL OR (channel = $3 AND fallback IS NULL)) RETURNING id, cart_id";
    let channel = channel.map(ChannelKind::as_str);
    let rows: Vec<(Uuid, Uuid)> =
        on_tx!(tx, c => sqlx::query_as(SQL).bind(shop.0).bind(contact.0).bind(channel).bind(rule).fetch_all(c).await?);
    Ok(rows.into_iter().map(|(n, cart)| (NudgeId(n), CartId(cart))).collect())
}

/// What a link needs to know of its nudge.
#[derive(Debug, Clone)]
pub struct LinkTarget {
    /// Which nudge.
    pub id: NudgeId,
    /// Whose.
    pub shop_id: ShopId,
    /// Of which campaign.
    pub campaign_id: CampaignId,
    /// For which cart.
    pub cart_id: CartId,
    /// For whom.
    pub contact_id: ContactId,
    /// Which step, from 0.
    pub step: i64,
    /// By which channel.
    pub channel: ChannelKind,
    /// Marker and short link.
    pub short_code: String,
    /// Which of the step's texts.
    pub variant: Option<String>,
    /// When it left.
    pub sent_at: Option<Timestamp>,
    /// The campaign's version at enrolment.
    pub spec: CampaignSpec,
}

#[derive(sqlx::FromRow)]
struct TargetRow {
    shop_id: Uuid,
    id: Uuid,
    campaign_id: Uuid,
    cart_id: Uuid,
    contact_id: Uuid,
    step: i64,
    channel: String,
    short_code: String,
    variant: Option<String>,
    sent_at: Option<i64>,
    spec: String,
}

macro_rules! target {
    ($condition:literal) => {
        concat!(
            "SELECT n.shop_id, n.id, n.campaign_id, n.cart_id, n.contact_id, n.step, n.channel, n.short_code, n.variant, n.sent_at, v.spec FROM nudges n
            JOIN enrolments e ON e.shop_id = n.shop_id AND e.id = n.enrolment_id
            JOIN campaign_versions v ON v.shop_id = n.shop_id AND v.campaign_id = n.campaign_id AND v.version = COALESCE(n.version, e.version) WHERE ",
            $condition
        )
    };
}

/// The nudge of a signed link.
///
/// # Errors
/// `Unavailable`, `Corrupt`.
pub async fn target(db: &Db, shop: ShopId, id: NudgeId) -> Result<Option<LinkTarget>, DbError> {
    const SQL: &str = target!("n.shop_id = $1 AND n.id = $2");
    let row: Option<TargetRow> = on_db!(db, c => sqlx::query_as(SQL).bind(shop.0).bind(id.0).fetch_optional(c).await?);
    row.map(link_target).transpose()
}

/// The nudge of a short link.
///
/// # Errors
/// `Unavailable`, `Corrupt`.
pub async fn target_by_code(db: &Db, code: &str) -> Result<Option<LinkTarget>, DbError> {
    const SQL: &str = target!("n.short_code = $1");
    let row: Option<TargetRow> = on_db!(db, c => sqlx::query_as(SQL).bind(code).fetch_optional(c).await?);
    row.map(link_target).transpose()
}

fn link_target(row: TargetRow) -> Result<LinkTarget, DbError> {
    Ok(LinkTarget {
        id: NudgeId(row.id),
        shop_id: ShopId(row.shop_id),
        campaign_id: CampaignId(row.campaign_id),
        cart_id: CartId(row.cart_id),
        contact_id: ContactId(row.contact_id),
        step: row.step,
        channel: super::word("channel", &row.channel)?,
        short_code: row.short_code,
        variant: row.variant,
        sent_at: row.sent_at.map(instant),
        spec: from_json("campaign", &row.spec)?,
    })
}
