//! Moving sequences that run to another version of their campaign: how far it is, and what is moved.

use super::nudges::NewNudge;
use super::{Db, DbError, Tx, instant, json_ids, ms};
use crate::domain::campaign::{Existing, MOVED};
use crate::domain::event::ChannelKind;
use crate::domain::experiment::Arm;
use crate::domain::ids::{CampaignId, CartId, ContactId, EnrolmentId, NudgeId, ShopId};
use crate::domain::nudge::NudgeState;
use jiff::Timestamp;
use sqlx::AssertSqlSafe;
use std::collections::{BTreeMap, HashMap};
use uuid::Uuid;

/// A move, and how far it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Move {
    /// To which version.
    pub version: i64,
    /// How many sequences had something waiting when it began; none while they aren't counted.
    pub total: Option<i64>,
    /// How many were moved.
    pub moved: i64,
    /// The last that was looked at.
    pub after: Option<Uuid>,
    /// When it was asked for.
    pub begun_at: Timestamp,
    /// When the last was moved.
    pub ended_at: Option<Timestamp>,
}

#[derive(sqlx::FromRow)]
struct Row {
    version: i64,
    total: Option<i64>,
    moved: i64,
    after_id: Option<Uuid>,
    begun_at: i64,
    ended_at: Option<i64>,
}

impl From<Row> for Move {
    fn from(r: Row) -> Self {
        let Row { version, total, moved, after_id, begun_at, ended_at } = r;
        Self { version, total, moved, after: after_id, begun_at: instant(begun_at), ended_at: ended_at.map(instant) }
    }
}

/// Asks for a move, in the place of an earlier one of the campaign.
///
/// # Errors
/// `Unavailable`.
pub async fn begin(tx: &mut Tx, shop: ShopId, campaign: CampaignId, (version, now): (i64, Timestamp)) -> Result<(), DbError> {
    const SQL: &str = "INSERT INTO campaign_moves (shop_id, campaign_id, version, moved, begun_at) VALUES ($1, $2, $3, 0, $4)
        ON CONFLICT (shop_id, campaign_id) DO UPDATE SET version = excluded.version, after_id = NULL, total = NULL, moved = 0,
            begun_at = excluded.begun_at, ended_at = NULL";
    on_tx!(tx, c => sqlx::query(SQL).bind(shop.0).bind(campaign.0).bind(version).bind(ms(now)).execute(c).await?.rows_affected());
    Ok(())
}

/// A move that isn't over.
#[derive(Debug, Clone, Copy)]
pub struct Open {
    /// Whose.
    pub shop: ShopId,
    /// Of which campaign.
    pub campaign: CampaignId,
    /// To which version.
    pub version: i64,
    /// It is known how many sequences there are to be moved.
    pub counted: bool,
}

/// Moves that aren't over, the longest waiting first.
///
/// # Errors
/// `Unavailable`.
pub async fn open(db: &Db) -> Result<Vec<Open>, DbError> {
    const SQL: &str =
        "SELECT shop_id, campaign_id, version, total IS NOT NULL FROM campaign_moves WHERE ended_at IS NULL ORDER BY begun_at";
    let rows: Vec<(Uuid, Uuid, i64, bool)> = on_db!(db, c => sqlx::query_as(SQL).fetch_all(c).await?);
    let open = |(shop, campaign, version, counted)| Open { shop: ShopId(shop), campaign: CampaignId(campaign), version, counted };
    Ok(rows.into_iter().map(open).collect())
}

/// The last move of each campaign of a shop.
///
/// # Errors
/// `Unavailable`.
pub async fn of_shop(db: &Db, shop: ShopId) -> Result<HashMap<CampaignId, Move>, DbError> {
    #[derive(sqlx::FromRow)]
    struct Named {
        campaign_id: Uuid,
        #[sqlx(flatten)]
        row: Row,
    }
    const SQL: &str = "SELECT campaign_id, version, total, moved, after_id, begun_at, ended_at FROM campaign_moves WHERE shop_id = $1 ORDER BY campaign_id";
    let rows: Vec<Named> = on_db!(db, c => sqlx::query_as(SQL).bind(shop.0).fetch_all(c).await?);
    Ok(rows.into_iter().map(|n| (CampaignId(n.campaign_id), n.row.into())).collect())
}

/// A campaign's move that isn't over, locked until the transaction ends.
///
/// # Errors
/// `Unavailable`.
pub async fn lock(tx: &mut Tx, shop: ShopId, campaign: CampaignId) -> Result<Option<Move>, DbError> {
    const SQL: &str = "SELECT version, total, moved, after_id, begun_at, ended_at FROM campaign_moves WHERE shop_id = $1 AND campaign_id = $2 AND ended_at IS NULL";
    let row: Option<Row> = match tx {
        Tx::Sqlite(tx) => sqlx::query_as(SQL).bind(shop.0).bind(campaign.0).fetch_optional(&mut **tx).await?,
        Tx::Postgres(tx) => {
            let sql = AssertSqlSafe(format!("{SQL} FOR UPDATE"));
            sqlx::query_as(sql).bind(shop.0).bind(campaign.0).fetch_optional(&mut **tx).await?
        }
    };
    Ok(row.map(Move::from))
}

/// Notes how far it is.
///
/// # Errors
/// `Unavailable`.
pub async fn note(tx: &mut Tx, shop: ShopId, campaign: CampaignId, m: &Move) -> Result<(), DbError> {
    const SQL: &str =
        "UPDATE campaign_moves SET total = $3, moved = $4, after_id = $5, ended_at = $6 WHERE shop_id = $1 AND campaign_id = $2";
    on_tx!(tx, c => sqlx::query(SQL).bind(shop.0).bind(campaign.0).bind(m.total).bind(m.moved).bind(m.after).bind(m.ended_at.map(ms))
        .execute(c).await?.rows_affected());
    Ok(())
}

/// How many sequences of a campaign by versions before this one have something waiting. Reads only, so that nobody waits for it.
///
/// # Errors
/// `Unavailable`.
pub async fn count(db: &Db, o: &Open) -> Result<i64, DbError> {
    const SQL: &str = "SELECT COUNT(DISTINCT n.enrolment_id) FROM nudges n CROSS JOIN enrolments e
        WHERE n.shop_id = $1 AND n.campaign_id = $2 AND n.state = 'scheduled' AND e.shop_id = n.shop_id AND e.id = n.enrolment_id AND e.version < $3";
    Ok(on_db!(db, c => sqlx::query_scalar(SQL).bind(o.shop.0).bind(o.campaign.0).bind(o.version).fetch_one(c).await?))
}

/// The next of them, in the order of their ids.
///
/// # Errors
/// `Unavailable`.
pub async fn next(tx: &mut Tx, shop: ShopId, campaign: CampaignId, m: &Move, most: i64) -> Result<Vec<Uuid>, DbError> {
    const SQL: &str = "SELECT DISTINCT n.enrolment_id FROM nudges n CROSS JOIN enrolments e
        WHERE n.shop_id = $1 AND n.campaign_id = $2 AND n.state = 'scheduled' AND n.enrolment_id > $3
            AND e.shop_id = n.shop_id AND e.id = n.enrolment_id AND e.version < $4
        ORDER BY n.enrolment_id LIMIT $5";
    let after = m.after.unwrap_or(Uuid::nil());
    Ok(on_tx!(tx, c => sqlx::query_scalar(SQL).bind(shop.0).bind(campaign.0).bind(after).bind(m.version).bind(most).fetch_all(c).await?))
}

/// The enrolment of a cart in a campaign.
///
/// # Errors
/// `Unavailable`.
pub async fn of_cart(tx: &mut Tx, shop: ShopId, campaign: CampaignId, cart: CartId) -> Result<Option<Uuid>, DbError> {
    const SQL: &str = "SELECT id FROM enrolments WHERE shop_id = $1 AND campaign_id = $2 AND cart_id = $3";
    Ok(on_tx!(tx, c => sqlx::query_scalar(SQL).bind(shop.0).bind(campaign.0).bind(cart.0).fetch_optional(c).await?))
}

/// A sequence that runs, with its messages by step.
#[derive(Debug, Clone)]
pub struct Running {
    /// Which.
    pub id: EnrolmentId,
    /// Of which cart.
    pub cart_id: CartId,
    /// Whose.
    pub contact_id: ContactId,
    /// By which version.
    pub version: i64,
    /// Treated or held out.
    pub arm: Arm,
    /// The cart's path through that version.
    pub path: Option<String>,
    /// From when delays count.
    pub abandoned_at: Timestamp,
    /// Its messages.
    pub nudges: BTreeMap<usize, (NudgeId, Existing)>,
}

/// Reads sequences, and keeps their messages from being claimed until the transaction ends. A claim that has some is waited for.
///
/// # Errors
/// `Unavailable`, `Corrupt`.
pub async fn load(tx: &mut Tx, shop: ShopId, ids: &[Uuid]) -> Result<Vec<Running>, DbError> {
    const NUDGES: &str = "SELECT id, enrolment_id, step, state, reason FROM nudges WHERE shop_id = $1 AND enrolment_id";
    const ENROLMENTS: &str = "SELECT id, cart_id, contact_id, version, arm, path, abandoned_at FROM enrolments WHERE shop_id = $1 AND id";
    type NudgeRow = (Uuid, Uuid, i64, String, Option<String>);
    type Row = (Uuid, Uuid, Uuid, i64, String, Option<String>, i64);
    // Messages first: what a claim or an answer changes meanwhile is seen once it is waited for.
    let (nudges, rows): (Vec<NudgeRow>, Vec<Row>) = match tx {
        Tx::Sqlite(tx) => {
            let of = |get: &str, order: &str| AssertSqlSafe(format!("{get} IN (SELECT unhex(value) FROM json_each($2)) ORDER BY {order}"));
            let ids = json_ids(ids);
            let nudges = sqlx::query_as(of(NUDGES, "enrolment_id, step")).bind(shop.0).bind(&ids).fetch_all(&mut **tx).await?;
            (nudges, sqlx::query_as(of(ENROLMENTS, "id")).bind(shop.0).bind(&ids).fetch_all(&mut **tx).await?)
        }
        Tx::Postgres(tx) => {
            let of = |get: &str, order: &str| AssertSqlSafe(format!("{get} = ANY($2) ORDER BY {order}"));
            let nudges = sqlx::query_as(of(NUDGES, "enrolment_id, step FOR UPDATE")).bind(shop.0).bind(ids).fetch_all(&mut **tx).await?;
            (nudges, sqlx::query_as(of(ENROLMENTS, "id")).bind(shop.0).bind(ids).fetch_all(&mut **tx).await?)
        }
    };
    let mut by_enrolment: HashMap<Uuid, BTreeMap<usize, (NudgeId, Existing)>> = HashMap::new();
    for (id, enrolment, step, state, reason) in nudges {
        let state = super::word("nudge state", &state)?;
        let existing = Existing { state, by_a_move: state == NudgeState::Cancelled && reason.as_deref() == Some(MOVED) };
        by_enrolment.entry(enrolment).or_default().insert(usize::try_from(step).unwrap_or(usize::MAX), (NudgeId(id), existing));
    }
    let running = |(id, cart, contact, version, arm, path, abandoned_at): Row| {
        Ok(Running {
            id: EnrolmentId(id),
            cart_id: CartId(cart),
            contact_id: ContactId(contact),
            version,
            arm: super::word("arm", &arm)?,
            path,
            abandoned_at: instant(abandoned_at),
            nudges: by_enrolment.remove(&id).unwrap_or_default(),
        })
    };
    rows.into_iter().map(running).collect()
}

/// A message waits as another version says. Where an attempt is to be repeated, it is not before it would have been.
///
/// # Errors
/// `Unavailable`.
pub async fn plan_again(tx: &mut Tx, shop: ShopId, id: NudgeId, as_new: &NewNudge) -> Result<(), DbError> {
    const SQL: &str =
        "UPDATE nudges SET state = 'scheduled', reason = $3, channel = $4, fallback = $5, variant = $6, due_at = $7, version = NULL, hurried = FALSE,
            wake_at = CASE WHEN attempts > 0 AND wake_at > $7 THEN wake_at ELSE $7 END
        WHERE shop_id = $1 AND id = $2 AND state IN ('scheduled', 'cancelled')";
    on_tx!(tx, c => sqlx::query(SQL).bind(shop.0).bind(id.0).bind(MOVED).bind(as_new.channel.as_str()).bind(as_new.fallback.map(ChannelKind::as_str))
        .bind(&as_new.variant).bind(ms(as_new.due_at)).execute(c).await?.rows_affected());
    super::recovered::of_turned(tx, shop, &[id.0]).await
}

/// Cancels a message that waits.
///
/// # Errors
/// `Unavailable`.
pub async fn cancel(tx: &mut Tx, shop: ShopId, id: NudgeId) -> Result<(), DbError> {
    const SQL: &str = "UPDATE nudges SET state = 'cancelled', reason = $3 WHERE shop_id = $1 AND id = $2 AND state = 'scheduled'";
    on_tx!(tx, c => sqlx::query(SQL).bind(shop.0).bind(id.0).bind(MOVED).execute(c).await?.rows_affected());
    Ok(())
}

/// Ends the move of a sequence: what stays as it is keeps the version that it was made by, and the sequence goes on by the new one.
///
/// # Errors
/// `Unavailable`.
pub async fn set_version(tx: &mut Tx, shop: ShopId, r: &Running, (version, path): (i64, Option<&str>)) -> Result<(), DbError> {
    const STAYS: &str =
        "UPDATE nudges SET version = COALESCE(version, $3) WHERE shop_id = $1 AND enrolment_id = $2 AND state <> 'scheduled'";
    const MOVES: &str = "UPDATE enrolments SET version = $3, path = $4 WHERE shop_id = $1 AND id = $2";
    on_tx!(tx, c => sqlx::query(STAYS).bind(shop.0).bind(r.id.0).bind(r.version).execute(c).await?.rows_affected());
    on_tx!(tx, c => sqlx::query(MOVES).bind(shop.0).bind(r.id.0).bind(version).bind(path).execute(c).await?.rows_affected());
    // Steps may have been added to it.
    super::recovered::marked(tx, shop, &[ms(r.abandoned_at)]).await
}
