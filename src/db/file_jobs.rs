//! Files that are made or taken in beside everything else: asked for, worked on by whoever has the lease, kept in parts until they expire.

use super::{Db, DbError, Tx, from_json, instant, ms, to_json};
use crate::domain::ids::ShopId;
use jiff::Timestamp;
use uuid::Uuid;

/// So many of a store are listed, the latest.
const LISTED_MAX: i64 = 20;

/// Which way a file goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// A list leaves.
    Export,
    /// A file is taken in.
    Import,
}

impl Way {
    /// As stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Export => "export",
            Self::Import => "import",
        }
    }
}

impl std::str::FromStr for Way {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        [Self::Export, Self::Import].into_iter().find(|w| w.as_str() == text).ok_or_else(|| format!("{text:?} is neither way of a file"))
    }
}

/// Where a job is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JobState {
    /// Nobody has it yet.
    Waiting,
    /// It is worked on.
    Running,
    /// It came to its end.
    Done,
    /// It came to nothing more; it says why.
    Failed,
    /// Somebody of the store broke it off.
    Cancelled,
}

impl JobState {
    /// As stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Running => "running",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
        }
    }

    /// Something is still to come of it.
    pub fn is_under_way(self) -> bool {
        matches!(self, Self::Waiting | Self::Running)
    }
}

impl std::str::FromStr for JobState {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let all = [Self::Waiting, Self::Running, Self::Done, Self::Failed, Self::Cancelled];
        all.into_iter().find(|s| s.as_str() == text).ok_or_else(|| format!("{text:?} is not a job's state"))
    }
}

/// How far a job is, and what came of it so far.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reached {
    /// Rows written, or lines gone through.
    pub done: i64,
    /// Of so many, once they are counted.
    pub of_all: Option<i64>,
    /// Of the file.
    pub bytes: i64,
    /// Lines that changed something.
    pub taken: i64,
    /// Lines that said what was known before.
    pub known: i64,
    /// Lines that could not be taken.
    pub refused: i64,
    /// The first of them, with what was wrong.
    pub faults: Vec<String>,
}

/// A job as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileJob {
    /// Whose.
    pub shop_id: ShopId,
    /// Ours.
    pub id: Uuid,
    /// Which way.
    pub way: Way,
    /// Which list.
    pub what: String,
    /// `csv`, `jsonl`, `parquet`.
    pub format: String,
    /// Of the file.
    pub name: String,
    /// Of a list of a period: from this instant.
    pub from: Timestamp,
    /// To before this one.
    pub to: Timestamp,
    /// Where it is.
    pub state: JobState,
    /// When it was asked for.
    pub asked_at: Timestamp,
    /// By whom, as the audit names them.
    pub asked_by: String,
    /// How far it is.
    pub reached: Reached,
    /// Another worker went on with it: of an import, lines of the last portion may be counted as known before.
    pub resumed: bool,
    /// Why it failed.
    pub problem: Option<String>,
    /// When it was over.
    pub ended_at: Option<Timestamp>,
    /// When what was made is deleted; none where nothing is there.
    pub expires_at: Option<Timestamp>,
}

#[derive(sqlx::FromRow)]
struct Row {
    shop_id: Uuid,
    id: Uuid,
    kind: String,
    what: String,
    format: String,
    name: String,
    from_at: i64,
    to_at: i64,
    state: String,
    asked_at: i64,
    asked_by: String,
    done: i64,
    of_all: Option<i64>,
    bytes: i64,
    taken: i64,
    known: i64,
    refused: i64,
    faults: String,
    resumed: bool,
    problem: Option<String>,
    ended_at: Option<i64>,
    expires_at: Option<i64>,
}

macro_rules! columns {
    () => {
        "shop_id, id, kind, what, format, name, from_at, to_at, state, asked_at, asked_by, done, of_all, bytes, taken, known, refused, faults, resumed, problem,
        ended_at, expires_at"
    };
}

impl TryFrom<Row> for FileJob {
    type Error = DbError;
    fn try_from(r: Row) -> Result<Self, DbError> {
        let faults = from_json("faults of a file", &r.faults)?;
        Ok(Self {
            shop_id: ShopId(r.shop_id),
            id: r.id,
            way: super::word("way of a file", &r.kind)?,
            what: r.what,
            format: r.format,
            name: r.name,
            from: instant(r.from_at),
            to: instant(r.to_at),
            state: super::word("job's state", &r.state)?,
            asked_at: instant(r.asked_at),
            asked_by: r.asked_by,
            reached: Reached { done: r.done, of_all: r.of_all, bytes: r.bytes, taken: r.taken, known: r.known, refused: r.refused, faults },
            resumed: r.resumed,
            problem: r.problem,
            ended_at: r.ended_at.map(instant),
            expires_at: r.expires_at.map(instant),
        })
    }
}

/// Stores a job that waits.
///
/// # Errors
/// `Unavailable`.
pub async fn insert(tx: &mut Tx, job: &FileJob) -> Result<(), DbError> {
    const SQL: &str = "INSERT INTO file_jobs (shop_id, id, kind, what, format, name, from_at, to_at, state, asked_at, asked_by, done, bytes, taken, known,
            refused, faults, resumed)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'waiting', $9, $10, 0, $11, 0, 0, 0, '[]', FALSE)";
    on_tx!(tx, c => sqlx::query(SQL).bind(job.shop_id.0).bind(job.id).bind(job.way.as_str()).bind(&job.what).bind(&job.format).bind(&job.name)
        .bind(ms(job.from)).bind(ms(job.to)).bind(ms(job.asked_at)).bind(&job.asked_by).bind(job.reached.bytes).execute(c).await?.rows_affected());
    Ok(())
}

/// How many of a store are under way.
///
/// # Errors
/// `Unavailable`.
pub async fn under_way(tx: &mut Tx, shop: ShopId) -> Result<i64, DbError> {
    const SQL: &str = "SELECT COUNT(*) FROM file_jobs WHERE shop_id = $1 AND state IN ('waiting', 'running')";
    Ok(on_tx!(tx, c => sqlx::query_scalar(SQL).bind(shop.0).fetch_one(c).await?))
}

/// The latest of a store.
///
/// # Errors
/// `Unavailable`, `Corrupt`.
pub async fn list(db: &Db, shop: ShopId) -> Result<Vec<FileJob>, DbError> {
    const SQL: &str = concat!("SELECT ", columns!(), " FROM file_jobs WHERE shop_id = $1 ORDER BY id DESC LIMIT $2");
    let rows: Vec<Row> = on_db!(db, c => sqlx::query_as(SQL).bind(shop.0).bind(LISTED_MAX).fetch_all(c).await?);
    rows.into_iter().map(FileJob::try_from).collect()
}

/// One of a store.
///
/// # Errors
/// `Unavailable`, `Corrupt`.
pub async fn get(db: &Db, shop: ShopId, id: Uuid) -> Result<Option<FileJob>, DbError> {
    const SQL: &str = concat!("SELECT ", columns!(), " FROM file_jobs WHERE shop_id = $1 AND id = $2");
    let row: Option<Row> = on_db!(db, c => sqlx::query_as(SQL).bind(shop.0).bind(id).fetch_optional(c).await?);
    row.map(FileJob::try_from).transpose()
}

/// Takes the longest waiting job that nobody has, or whose worker is gone.
///
/// # Errors
/// `Unavailable`, `Corrupt`.
pub async fn take(tx: &mut Tx, holder: &str, (now, until): (Timestamp, Timestamp)) -> Result<Option<FileJob>, DbError> {
    const FREE: &str = concat!(
        "SELECT ",
        columns!(),
        " FROM file_jobs WHERE state IN ('waiting', 'running') AND (state = 'waiting' OR lease_until < $1) ORDER BY asked_at LIMIT 1"
    );
    const TAKE: &str = "UPDATE file_jobs SET state = 'running', lease_by = $3, lease_until = $4, resumed = (resumed OR state = 'running')
        WHERE shop_id = $1 AND id = $2 AND (state = 'waiting' OR (state = 'running' AND lease_until < $5))";
    let row: Option<Row> = on_tx!(tx, c => sqlx::query_as(FREE).bind(ms(now)).fetch_optional(c).await?);
    let Some(job) = row.map(FileJob::try_from).transpose()? else { return Ok(None) };
    let taken = on_tx!(tx, c => sqlx::query(TAKE).bind(job.shop_id.0).bind(job.id).bind(holder).bind(ms(until)).bind(ms(now)).execute(c).await?
        .rows_affected());
    Ok((taken > 0).then_some(job))
}

/// Who works on a job.
#[derive(Debug, Clone, Copy)]
pub struct Held<'a> {
    /// Whose.
    pub shop: ShopId,
    /// Which.
    pub id: Uuid,
    /// By whom.
    pub holder: &'a str,
}

/// Notes how far it is, and holds on to it. Is it still theirs?
///
/// # Errors
/// `Unavailable`.
pub async fn note(tx: &mut Tx, held: Held<'_>, reached: &Reached, until: Timestamp) -> Result<bool, DbError> {
    const SQL: &str =
        "UPDATE file_jobs SET done = $4, of_all = $5, bytes = $6, taken = $7, known = $8, refused = $9, faults = $10, lease_until = $11
        WHERE shop_id = $1 AND id = $2 AND lease_by = $3 AND state = 'running'";
    let faults = to_json(&reached.faults)?;
    let rows = on_tx!(tx, c => sqlx::query(SQL).bind(held.shop.0).bind(held.id).bind(held.holder).bind(reached.done).bind(reached.of_all)
        .bind(reached.bytes).bind(reached.taken).bind(reached.known).bind(reached.refused).bind(faults).bind(ms(until)).execute(c).await?.rows_affected());
    Ok(rows > 0)
}

/// Lets go of a job, so that it is taken again. Whether it was theirs doesn't matter.
///
/// # Errors
/// `Unavailable`.
pub async fn let_go(tx: &mut Tx, held: Held<'_>, from: Timestamp) -> Result<(), DbError> {
    const SQL: &str = "UPDATE file_jobs SET lease_until = $4 WHERE shop_id = $1 AND id = $2 AND lease_by = $3 AND state = 'running'";
    on_tx!(tx, c => sqlx::query(SQL).bind(held.shop.0).bind(held.id).bind(held.holder).bind(ms(from)).execute(c).await?.rows_affected());
    Ok(())
}

/// Ends a job: with what it made, which expires, or why it failed. Was it still theirs?
///
/// # Errors
/// `Unavailable`.
pub async fn end(
    tx: &mut Tx,
    held: Held<'_>,
    problem: Option<&str>,
    (now, expires_at): (Timestamp, Option<Timestamp>),
) -> Result<bool, DbError> {
    const SQL: &str = "UPDATE file_jobs SET state = $4, problem = $5, ended_at = $6, expires_at = $7, lease_by = NULL, lease_until = NULL
        WHERE shop_id = $1 AND id = $2 AND lease_by = $3 AND state = 'running'";
    let state = if problem.is_none() { JobState::Done } else { JobState::Failed };
    let rows = on_tx!(tx, c => sqlx::query(SQL).bind(held.shop.0).bind(held.id).bind(held.holder).bind(state.as_str()).bind(problem).bind(ms(now))
        .bind(expires_at.map(ms)).execute(c).await?.rows_affected());
    Ok(rows > 0)
}

/// Breaks a job off. Was it under way?
///
/// # Errors
/// `Unavailable`.
pub async fn cancel(tx: &mut Tx, shop: ShopId, id: Uuid, now: Timestamp) -> Result<bool, DbError> {
    const SQL: &str = "UPDATE file_jobs SET state = 'cancelled', ended_at = $3, lease_by = NULL, lease_until = NULL
        WHERE shop_id = $1 AND id = $2 AND state IN ('waiting', 'running')";
    Ok(on_tx!(tx, c => sqlx::query(SQL).bind(shop.0).bind(id).bind(ms(now)).execute(c).await?.rows_affected()) > 0)
}

/// Keeps a part of a file.
///
/// # Errors
/// `Unavailable`.
pub async fn put_part(tx: &mut Tx, shop: ShopId, (job, place): (Uuid, i64), body: &[u8]) -> Result<(), DbError> {
    const SQL: &str = "INSERT INTO file_parts (shop_id, job_id, place, body) VALUES ($1, $2, $3, $4)";
    on_tx!(tx, c => sqlx::query(SQL).bind(shop.0).bind(job).bind(place).bind(body).execute(c).await?.rows_affected());
    Ok(())
}

/// A part of a file; none after the last.
///
/// # Errors
/// `Unavailable`.
pub async fn part(db: &Db, shop: ShopId, (job, place): (Uuid, i64)) -> Result<Option<Vec<u8>>, DbError> {
    const SQL: &str = "SELECT body FROM file_parts WHERE shop_id = $1 AND job_id = $2 AND place = $3";
    Ok(on_db!(db, c => sqlx::query_scalar(SQL).bind(shop.0).bind(job).bind(place).fetch_optional(c).await?))
}

/// Deletes the parts of a file.
///
/// # Errors
/// `Unavailable`.
pub async fn drop_parts(tx: &mut Tx, shop: ShopId, job: Uuid) -> Result<(), DbError> {
    const SQL: &str = "DELETE FROM file_parts WHERE shop_id = $1 AND job_id = $2";
    on_tx!(tx, c => sqlx::query(SQL).bind(shop.0).bind(job).execute(c).await?.rows_affected());
    Ok(())
}

/// Deletes what was made of a store, as of now: somebody was erased who may stand in it. What is being made begins anew.
///
/// # Errors
/// `Unavailable`.
pub async fn drop_exports(tx: &mut Tx, shop: ShopId, now: Timestamp) -> Result<(), DbError> {
    const PARTS: &str =
        "DELETE FROM file_parts WHERE shop_id = $1 AND job_id IN (SELECT id FROM file_jobs WHERE shop_id = $1 AND kind = 'export'
        AND (expires_at IS NOT NULL OR state = 'running'))";
    const MADE: &str = "UPDATE file_jobs SET expires_at = NULL WHERE shop_id = $1 AND kind = 'export' AND expires_at > $2";
    const MAKING: &str = "UPDATE file_jobs SET state = 'waiting', done = 0, bytes = 0, lease_by = NULL, lease_until = NULL
        WHERE shop_id = $1 AND kind = 'export' AND state = 'running'";
    on_tx!(tx, c => {
        sqlx::query(PARTS).bind(shop.0).execute(&mut *c).await?;
        sqlx::query(MADE).bind(shop.0).bind(ms(now)).execute(&mut *c).await?;
        sqlx::query(MAKING).bind(shop.0).execute(c).await?;
    });
    Ok(())
}

/// Deletes files of a store that expired, and jobs that ended before an instant. How many files were deleted.
///
/// # Errors
/// `Unavailable`.
pub async fn forget(tx: &mut Tx, shop: ShopId, (now, before): (Timestamp, Timestamp)) -> Result<u64, DbError> {
    const PARTS: &str =
        "DELETE FROM file_parts WHERE shop_id = $1 AND job_id IN (SELECT id FROM file_jobs WHERE shop_id = $1 AND expires_at <= $2)";
    const EXPIRED: &str = "UPDATE file_jobs SET expires_at = NULL WHERE shop_id = $1 AND expires_at <= $2";
    const OLD: &str = "DELETE FROM file_jobs WHERE shop_id = $1 AND ended_at <= $2 AND expires_at IS NULL";
    Ok(on_tx!(tx, c => {
        sqlx::query(PARTS).bind(shop.0).bind(ms(now)).execute(&mut *c).await?;
        let expired = sqlx::query(EXPIRED).bind(shop.0).bind(ms(now)).execute(&mut *c).await?.rows_affected();
        sqlx::query(OLD).bind(shop.0).bind(ms(before)).execute(c).await?;
        expired
    }))
}
