//! Working on files: whoever has the lease writes a list part by part, or takes a file in some lines at a time. A worker that dies is replaced: a list begins
//! anew, a file that is taken in goes on where it was.

use super::import::{self, Brought, ImportError, TOGETHER};
use super::jobs::{KEPT_FOR, PART_BYTES};
use super::lines::{Lines, Unreadable};
use super::lists::{List, ListFormat, Writing};
use crate::app::{App, AppError};
use crate::db::file_jobs::{self as jobs, FileJob, Held, Reached, Way};
use crate::db::report::Period;
use crate::db::{Db, DbError};
use crate::domain::cart::SaturatingInstant as _;
use jiff::SignedDuration;
use std::io::{Cursor, Write};
use std::sync::{Arc, Mutex, PoisonError};

/// A worker that gave no sign for so long is gone, and another takes its place.
const LEASE: SignedDuration = SignedDuration::from_secs(60);
/// What could not be made durable now is tried again so much later.
const AGAIN_AFTER: SignedDuration = SignedDuration::from_secs(5);
/// A longer file is asked for piece by piece, or by the command line.
const FILE_MAX: i64 = 256 << 20; // bytes
/// Lines that were refused and are told; of more their number is.
const TOLD_MAX: usize = 100;

/// Why a worker lets go of a job.
enum Stop {
    /// It can't be done: why, for the merchant.
    Failed(String),
    /// Somebody broke it off, or another worker has it.
    NotOurs,
    /// It can't be done now.
    Later,
    /// The database's fault: it is tried again once the lease is over.
    Db(DbError),
}

impl From<DbError> for Stop {
    fn from(error: DbError) -> Self {
        Self::Db(error)
    }
}

impl From<AppError> for Stop {
    fn from(error: AppError) -> Self {
        match error {
            AppError::Db(error) => Self::Db(error),
            other => Self::Failed(other.to_string()),
        }
    }
}

impl From<Unreadable> for Stop {
    fn from(error: Unreadable) -> Self {
        Self::Failed(error.to_string())
    }
}

impl From<ImportError> for Stop {
    fn from(error: ImportError) -> Self {
        match error {
            ImportError::Unreadable(error) => error.into(),
            ImportError::Busy(_) => Self::Later,
            ImportError::App(error) => error.into(),
        }
    }
}

/// Works on a file that waits, if one does. Did one? It can be broken off at any time: another goes on with it.
///
/// # Errors
/// `Db`.
pub async fn run_next(app: &App) -> Result<bool, AppError> {
    let holder = app.new_id().to_string();
    let mut tx = app.db.begin().await?;
    let now = app.now();
    let taken = jobs::take(&mut tx, &holder, (now, now.saturating_add_lossy(LEASE))).await?;
    if let Some(job) = taken.as_ref().filter(|job| job.way == Way::Export) {
        jobs::drop_parts(&mut tx, job.shop_id, job.id).await?;
    }
    tx.commit().await?;
    let Some(job) = taken else { return Ok(false) };
    let held = Held { shop: job.shop_id, id: job.id, holder: &holder };
    let worked = match job.way {
        Way::Export => export(app, &job, held).await,
        Way::Import => take_in(app, &job, held).await,
    };
    let problem = match worked {
        Ok(()) => None,
        Err(Stop::Failed(why)) => Some(why),
        Err(Stop::NotOurs) => return Ok(true),
        Err(Stop::Later) => {
            let mut tx = app.db.begin().await?;
            jobs::let_go(&mut tx, held, app.now().saturating_add_lossy(AGAIN_AFTER)).await?;
            tx.commit().await?;
            return Ok(true);
        }
        Err(Stop::Db(error)) => return Err(error.into()),
    };
    end(app, (&job, held), problem.as_deref()).await?;
    Ok(true)
}

async fn end(app: &App, (job, held): (&FileJob, Held<'_>), problem: Option<&str>) -> Result<(), AppError> {
    let now = app.now();
    let expires_at = (job.way == Way::Export && problem.is_none()).then(|| now.saturating_add_lossy(KEPT_FOR));
    let mut tx = app.db.begin().await?;
    if jobs::end(&mut tx, held, problem, (now, expires_at)).await? && expires_at.is_none() {
        jobs::drop_parts(&mut tx, held.shop, held.id).await?;
    }
    Ok(tx.commit().await?)
}

/// Notes how far it is, with the parts that came to it, if it is still ours.
async fn note(app: &App, held: Held<'_>, reached: &Reached, parts: &[(i64, Vec<u8>)]) -> Result<(), Stop> {
    let until = app.now().saturating_add_lossy(LEASE);
    let mut tx = app.db.begin().await?;
    if !jobs::note(&mut tx, held, reached, until).await? {
        tx.rollback().await?;
        return Err(Stop::NotOurs);
    }
    for (place, body) in parts {
        jobs::put_part(&mut tx, held.shop, (held.id, *place), body).await?;
    }
    Ok(tx.commit().await?)
}

/// What was written and isn't kept yet: shared with the writer of the file.
#[derive(Clone, Default)]
struct Written(Arc<Mutex<Vec<u8>>>);

impl Write for Written {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Written {
    /// Whole parts; at the end of the file also what is left.
    fn parts(&self, next: &mut i64, at_end: bool) -> Vec<(i64, Vec<u8>)> {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut parts = Vec::new();
        while waiting.len() >= PART_BYTES || (at_end && !waiting.is_empty()) {
            let length = waiting.len().min(PART_BYTES);
            let rest = waiting.split_off(length);
            parts.push((*next, std::mem::replace(&mut *waiting, rest)));
            *next += 1;
        }
        parts
    }
}

async fn export(app: &App, job: &FileJob, held: Held<'_>) -> Result<(), Stop> {
    let list: List = job.what.parse().map_err(Stop::Failed)?;
    let format: ListFormat = job.format.parse().map_err(Stop::Failed)?;
    let written = Written::default();
    let period = Period { shop: job.shop_id, from: job.from, to: job.to };
    let mut writing = Writing::begin(list, format, period, written.clone())?;
    let (mut reached, mut next) = (Reached::default(), 0);
    while let Some(rows) = writing.page(app).await? {
        reached.done += i64::try_from(rows).unwrap_or(i64::MAX);
        keep(app, held, &mut reached, written.parts(&mut next, false)).await?;
    }
    writing.end()?;
    keep(app, held, &mut reached, written.parts(&mut next, true)).await
}

async fn keep(app: &App, held: Held<'_>, reached: &mut Reached, parts: Vec<(i64, Vec<u8>)>) -> Result<(), Stop> {
    reached.bytes += parts.iter().map(|(_, body)| i64::try_from(body.len()).unwrap_or(i64::MAX)).sum::<i64>();
    if reached.bytes > FILE_MAX {
        return Err(Stop::Failed(format!(
            "the file would be longer than {} MB: choose a shorter period, or use `comeback export`",
            FILE_MAX >> 20
        )));
    }
    note(app, held, reached, &parts).await
}

async fn whole(db: &Db, job: &FileJob) -> Result<Vec<u8>, DbError> {
    let (mut bytes, mut place) = (Vec::new(), 0);
    while let Some(part) = jobs::part(db, job.shop_id, (job.id, place)).await? {
        bytes.extend(part);
        place += 1;
    }
    Ok(bytes)
}

async fn take_in(app: &App, job: &FileJob, held: Held<'_>) -> Result<(), Stop> {
    let what: Brought = job.what.parse().map_err(Stop::Failed)?;
    let bytes = whole(&app.db, job).await?;
    let mut reached = job.reached.clone();
    if reached.of_all.is_none() {
        reached.of_all = Some(count(&job.name, &bytes)?);
        note(app, held, &reached, &[]).await?;
    }
    let mut lines = Lines::open(&job.name, Cursor::new(&bytes))?;
    let mut passed_by = usize::try_from(reached.done).unwrap_or(usize::MAX);
    while passed_by > 0 {
        let some = lines.some(passed_by.min(TOGETHER))?.len();
        if some == 0 {
            break;
        }
        passed_by -= some;
    }
    loop {
        let some = lines.some(TOGETHER)?;
        if some.is_empty() {
            return Ok(());
        }
        let count = some.len();
        // Whoever broke it off, or took it over, did so before these lines.
        note(app, held, &reached, &[]).await?;
        let came = import::take(app, (job.shop_id, what), some, &job.asked_by).await?;
        reached.done += i64::try_from(count).unwrap_or(i64::MAX);
        reached.taken += i64::try_from(came.taken).unwrap_or(i64::MAX);
        reached.known += i64::try_from(came.known).unwrap_or(i64::MAX);
        reached.refused += i64::try_from(came.faults.len()).unwrap_or(i64::MAX);
        let room = TOLD_MAX.saturating_sub(reached.faults.len());
        reached.faults.extend(came.faults.into_iter().take(room));
        note(app, held, &reached, &[]).await?;
    }
}

fn count(name: &str, bytes: &[u8]) -> Result<i64, Unreadable> {
    let mut lines = Lines::open(name, Cursor::new(bytes))?;
    let mut count = 0;
    loop {
        match lines.some(TOGETHER)?.len() {
            0 => return Ok(count),
            some => count += i64::try_from(some).unwrap_or(i64::MAX),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_kept_in_whole_parts_and_what_is_left_at_its_end() {
        let mut written = Written::default();
        let mut next = 0;
        written.write_all(&vec![1; PART_BYTES - 1]).expect("written");
        assert!(written.parts(&mut next, false).is_empty());
        written.write_all(&vec![2; PART_BYTES + 2]).expect("written");
        let parts = written.parts(&mut next, false);
        assert_eq!(parts.iter().map(|(place, body)| (*place, body.len())).collect::<Vec<_>>(), [(0, PART_BYTES), (1, PART_BYTES)]);
        assert_eq!(written.parts(&mut next, true).iter().map(|(place, body)| (*place, body.clone())).collect::<Vec<_>>(), [(2, vec![2])]);
        assert!(written.parts(&mut next, true).is_empty());
    }
}
