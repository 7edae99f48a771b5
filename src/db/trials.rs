//! Trials of campaigns on the past: asked for, worked out by whoever has the lease, kept.

use super::{Db, DbError, Tx, from_json, instant, ms, to_json};
use crate::domain::campaign::CampaignSpec;
use crate::domain::ids::{CampaignId, ShopId};
use jiff::Timestamp;
use uuid::Uuid;

/// Where a trial is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TrialState {
    /// Nobody has it yet.
    Waiting,
    /// It is worked out.
    Running,
    /// Its result is there.
    Done,
    /// It came to nothing; it says why.
    Failed,
}

impl TrialState {
    /// As stored and as the API says it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Running => "running",
            Self::Done => "done",
            Self::Failed => "failed",
        }
    }

    /// Something is still to come of it.
    pub fn is_under_way(self) -> bool {
        matches!(self, Self::Waiting | Self::Running)
    }
}

impl std::str::FromStr for TrialState {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let all = [Self::Waiting, Self::Running, Self::Done, Self::Failed];
        all.into_iter().find(|s| s.as_str() == text).ok_or_else(|| format!("{text:?} is not a trial's state"))
    }
}

/// A trial as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrialJob {
    /// Whose.
    pub shop_id: ShopId,
    /// Of which campaign.
    pub campaign_id: CampaignId,
    /// Where it is.
    pub state: TrialState,
    /// The campaign as it is tried.
    pub spec: CampaignSpec,
    /// For carts left from this instant on.
    pub from: Timestamp,
    /// To before this one.
    pub to: Timestamp,
    /// When it was asked for.
    pub asked_at: Timestamp,
    /// Moments of the past that were gone through.
    pub done: i64,
    /// Of so many, once they are counted.
    pub of_all: Option<i64>,
    /// When it was over.
    pub ended_at: Option<Timestamp>,
    /// What came of it, as JSON.
    pub result: Option<String>,
    /// Why it failed.
    pub problem: Option<String>,
}

#[derive(sqlx::FromRow)]
struct Row {
    shop_id: Uuid,
    campaign_id: Uuid,
    state: String,
    spec: String,
    from_at: i64,
    to_at: i64,
    asked_at: i64,
    done: i64,
    of_all: Option<i64>,
    ended_at: Option<i64>,
    result: Option<String>,
    problem: Option<String>,
}

const COLUMNS: &str = "shop_id, campaign_id, state, spec, from_at, to_at, asked_at, done, of_all, ended_at, result, problem";

impl TryFrom<Row> for TrialJob {
    type Error = DbError;
    fn try_from(r: Row) -> Result<Self, DbError> {
        Ok(Self {
            shop_id: ShopId(r.shop_id),
            campaign_id: CampaignId(r.campaign_id),
            state: super::word("trial's state", &r.state)?,
            spec: from_json("campaign", &r.spec)?,
            from: instant(r.from_at),
            to: instant(r.to_at),
            asked_at: instant(r.asked_at),
            done: r.done,
            of_all: r.of_all,
            ended_at: r.ended_at.map(instant),
            result: r.result,
            problem: r.problem,
        })
    }
}

/// The last trial of a campaign.
///
/// # Errors
/// `Unavailable`, `Corrupt`.
pub async fn get(db: &Db, shop: ShopId, campaign: CampaignId) -> Result<Option<TrialJob>, DbError> {
    let sql = sqlx::AssertSqlSafe(format!("SELECT {COLUMNS} FROM trials WHERE shop_id = $1 AND campaign_id = $2"));
    let row: Option<Row> = on_db!(db, c => sqlx::query_as(sql).bind(shop.0).bind(campaign.0).fetch_optional(c).await?);
    row.map(TrialJob::try_from).transpose()
}

/// The campaign whose trial is under way in a shop, if one is.
///
/// # Errors
/// `Unavailable`.
pub async fn under_way(tx: &mut Tx, shop: ShopId) -> Result<Option<CampaignId>, DbError> {
    const SQL: &str = "SELECT campaign_id FROM trials WHERE shop_id = $1 AND state IN ('waiting', 'running') LIMIT 1";
    let id: Option<Uuid> = on_tx!(tx, c => sqlx::query_scalar(SQL).bind(shop.0).fetch_optional(c).await?);
    Ok(id.map(CampaignId))
}

/// Asks for a trial, in the place of an earlier one of the campaign.
///
/// # Errors
/// `Unavailable`.
pub async fn ask(tx: &mut Tx, t: &TrialJob) -> Result<(), DbError> {
    const SQL: &str = "INSERT INTO trials (shop_id, campaign_id, state, spec, from_at, to_at, asked_at, done) VALUES ($1, $2, 'waiting', $3, $4, $5, $6, 0)
        ON CONFLICT (shop_id, campaign_id) DO UPDATE SET state = excluded.state, spec = excluded.spec, from_at = excluded.from_at, to_at = excluded.to_at,
            asked_at = excluded.asked_at, done = 0, of_all = NULL, lease_by = NULL, lease_until = NULL, ended_at = NULL, result = NULL, problem = NULL";
    let spec = to_json(&t.spec)?;
    on_tx!(tx, c => sqlx::query(SQL).bind(t.shop_id.0).bind(t.campaign_id.0).bind(spec).bind(ms(t.from)).bind(ms(t.to)).bind(ms(t.asked_at))
        .execute(c).await?.rows_affected());
    Ok(())
}

/// Takes a trial that nobody has, or whose worker is gone.
///
/// # Errors
/// `Unavailable`, `Corrupt`.
pub async fn take(tx: &mut Tx, holder: &str, (now, until): (Timestamp, Timestamp)) -> Result<Option<TrialJob>, DbError> {
    const FREE: &str = "(state = 'waiting' OR (state = 'running' AND lease_until < $1))";
    const TAKE: &str = "UPDATE trials SET state = 'running', lease_by = $3, lease_until = $4, done = 0
        WHERE shop_id = $1 AND campaign_id = $2 AND (state = 'waiting' OR (state = 'running' AND lease_until < $5))";
    let sql = sqlx::AssertSqlSafe(format!("SELECT {COLUMNS} FROM trials WHERE {FREE} ORDER BY asked_at LIMIT 1"));
    let row: Option<Row> = on_tx!(tx, c => sqlx::query_as(sql).bind(ms(now)).fetch_optional(c).await?);
    let Some(job) = row.map(TrialJob::try_from).transpose()? else { return Ok(None) };
    let taken = on_tx!(tx, c => sqlx::query(TAKE).bind(job.shop_id.0).bind(job.campaign_id.0).bind(holder).bind(ms(until)).bind(ms(now))
        .execute(c).await?.rows_affected());
    Ok((taken > 0).then_some(job))
}

/// Who works a trial out, and until when.
#[derive(Debug, Clone, Copy)]
pub struct Held<'a> {
    /// Whose.
    pub shop: ShopId,
    /// Of which campaign.
    pub campaign: CampaignId,
    /// By whom.
    pub holder: &'a str,
}

/// Notes how far it is, and holds on to it. Is it still theirs?
///
/// # Errors
/// `Unavailable`.
pub async fn note(tx: &mut Tx, held: Held<'_>, (done, of_all): (i64, Option<i64>), until: Timestamp) -> Result<bool, DbError> {
    const SQL: &str = "UPDATE trials SET done = $4, of_all = $5, lease_until = $6 WHERE shop_id = $1 AND campaign_id = $2 AND lease_by = $3 AND state = 'running'";
    let rows = on_tx!(tx, c => sqlx::query(SQL).bind(held.shop.0).bind(held.campaign.0).bind(held.holder).bind(done).bind(of_all).bind(ms(until))
        .execute(c).await?.rows_affected());
    Ok(rows > 0)
}

/// Keeps what came of it: a result as JSON, or why there is none.
///
/// # Errors
/// `Unavailable`.
pub async fn end(tx: &mut Tx, held: Held<'_>, result: Result<&str, &str>, now: Timestamp) -> Result<(), DbError> {
    const SQL: &str = "UPDATE trials SET state = $4, result = $5, problem = $6, ended_at = $7, lease_by = NULL, lease_until = NULL
        WHERE shop_id = $1 AND campaign_id = $2 AND lease_by = $3 AND state = 'running'";
    let state = if result.is_ok() { TrialState::Done } else { TrialState::Failed };
    on_tx!(tx, c => sqlx::query(SQL).bind(held.shop.0).bind(held.campaign.0).bind(held.holder).bind(state.as_str()).bind(result.ok()).bind(result.err())
        .bind(ms(now)).execute(c).await?.rows_affected());
    Ok(())
}
