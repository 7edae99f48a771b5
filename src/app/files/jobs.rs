//! Lists that leave as files, and files that are taken in, beside everything else: asked for on a page, which can be left. What is made is kept for a day.

use super::import::Brought;
use super::lines::is_json;
use super::lists::{List, ListFormat};
use crate::app::access::audit;
use crate::app::{App, AppError};
use crate::db::file_jobs::{self as jobs, FileJob, JobState, Reached, Way};
use crate::db::{self, Tx};
use crate::domain::cart::SaturatingInstant as _;
use crate::domain::ids::ShopId;
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

/// A file that is taken in has so many bytes at most: about fifty thousand shoppers. Longer ones go in by the command line.
pub const UPLOAD_MAX: usize = 10 << 20;
/// Bytes of a part, as files are kept.
pub(super) const PART_BYTES: usize = 512 << 10;
/// A list over a longer period is asked for piece by piece.
const PERIOD_MAX: SignedDuration = SignedDuration::from_hours(24 * 366 * 3);
/// So many of a store may be under way at once.
const UNDER_WAY_MAX: i64 = 5;
/// What was made is deleted so long after.
pub const KEPT_FOR: SignedDuration = SignedDuration::from_hours(24);
/// That there was a job is told for so long.
const TOLD_FOR: SignedDuration = SignedDuration::from_hours(24 * 30);
/// Characters of a file's name.
const NAME_MAX: usize = 100;

/// Asks for a list as a file.
///
/// # Errors
/// `Invalid` for a list that can't be written so or a period that can't be, `Conflict` while too many are under way, `Db`.
pub async fn ask_export(
    app: &App,
    shop: ShopId,
    (list, format): (List, ListFormat),
    (from, to): (Timestamp, Timestamp),
    actor: &str,
) -> Result<Uuid, AppError> {
    if !list.can_be(format) {
        return Err(AppError::Invalid("lists of people leave as CSV or JSON lines".into()));
    }
    if from >= to || to.duration_since(from) > PERIOD_MAX {
        return Err(AppError::Invalid("the period must begin before it ends, and be no longer than three years".into()));
    }
    let name = format!("{}.{}", list.as_str(), format.as_str());
    let mut job = new(app, shop, (Way::Export, list.as_str(), &name), actor);
    job.format = format.as_str().into();
    (job.from, job.to) = (from, to);
    let mut tx = begin(app, shop).await?;
    jobs::insert(&mut tx, &job).await?;
    audit(app, &mut tx, shop, actor, ("file.export", &name)).await?;
    tx.commit().await?;
    Ok(job.id)
}

/// Asks for a file to be taken in.
///
/// # Errors
/// `Invalid` for a file that is empty or too long, `Conflict` while too many are under way, `Db`.
pub async fn ask_import(app: &App, shop: ShopId, what: Brought, (name, bytes): (&str, &[u8]), actor: &str) -> Result<Uuid, AppError> {
    if bytes.is_empty() {
        return Err(AppError::Invalid("choose a file that isn't empty".into()));
    }
    if bytes.len() > UPLOAD_MAX {
        return Err(AppError::Invalid(format!(
            "a file has at most {} MB here: split it, or take it in with `comeback import`",
            UPLOAD_MAX >> 20
        )));
    }
    let name = plain_name(name);
    let mut job = new(app, shop, (Way::Import, what.as_str(), &name), actor);
    job.format = if is_json(&name) { "jsonl" } else { "csv" }.into();
    job.reached.bytes = i64::try_from(bytes.len()).unwrap_or(i64::MAX);
    let mut tx = begin(app, shop).await?;
    jobs::insert(&mut tx, &job).await?;
    for (place, part) in (0_i64..).zip(bytes.chunks(PART_BYTES)) {
        jobs::put_part(&mut tx, shop, (job.id, place), part).await?;
    }
    audit(app, &mut tx, shop, actor, ("file.import", what.as_str())).await?;
    tx.commit().await?;
    Ok(job.id)
}

/// The name alone, as it can stand in a line and in a header.
fn plain_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let kept: String = last.chars().filter(|c| !c.is_control() && !matches!(c, '"' | '\'' | ';')).take(NAME_MAX).collect();
    let kept = kept.trim();
    if kept.is_empty() { "list.csv".to_owned() } else { kept.to_owned() }
}

fn new(app: &App, shop: ShopId, (way, what, name): (Way, &str, &str), actor: &str) -> FileJob {
    let now = app.now();
    FileJob {
        shop_id: shop,
        id: app.new_id(),
        way,
        what: what.to_owned(),
        format: String::new(),
        name: name.to_owned(),
        from: now,
        to: now,
        state: JobState::Waiting,
        asked_at: now,
        asked_by: actor.to_owned(),
        reached: Reached::default(),
        resumed: false,
        problem: None,
        ended_at: None,
        expires_at: None,
    }
}

/// A transaction in which one more job can be asked for.
async fn begin(app: &App, shop: ShopId) -> Result<Tx, AppError> {
    let mut tx = app.db.begin().await?;
    // One after the other, so that the limit holds.
    db::shops::lock_apply(&mut tx, shop).await?;
    if jobs::under_way(&mut tx, shop).await? >= UNDER_WAY_MAX {
        return Err(AppError::Conflict(format!("{UNDER_WAY_MAX} files are being worked on: wait until one is done, or break one off")));
    }
    Ok(tx)
}

/// Breaks a job off. What an import took in until then stays.
///
/// # Errors
/// `NotFound`, `Conflict` when it is over, `Db`.
pub async fn cancel(app: &App, shop: ShopId, id: Uuid, actor: &str) -> Result<(), AppError> {
    jobs::get(&app.db, shop, id).await?.ok_or(AppError::NotFound("file with that id"))?;
    let mut tx = app.db.begin().await?;
    if !jobs::cancel(&mut tx, shop, id, app.now()).await? {
        return Err(AppError::Conflict("the file is done with already".into()));
    }
    jobs::drop_parts(&mut tx, shop, id).await?;
    audit(app, &mut tx, shop, actor, ("file.cancel", &id.to_string())).await?;
    Ok(tx.commit().await?)
}

/// A file that was made, for somebody who takes it along; that they did is recorded.
///
/// # Errors
/// `NotFound` when it isn't there, or not any more; `Db`.
pub async fn open(app: &App, shop: ShopId, id: Uuid, actor: &str) -> Result<FileJob, AppError> {
    let job = jobs::get(&app.db, shop, id).await?.filter(|job| is_there(job, app.now())).ok_or(AppError::NotFound("file with that id"))?;
    crate::app::access::note_look(app, shop, actor, ("file.download", &job.name)).await?;
    Ok(job)
}

/// Can it be taken along?
pub fn is_there(job: &FileJob, now: Timestamp) -> bool {
    job.way == Way::Export && job.state == JobState::Done && job.expires_at.is_some_and(|at| at > now)
}

/// A part of a file that was made; none after the last.
///
/// # Errors
/// `Db`.
pub async fn part(app: &App, job: &FileJob, place: i64) -> Result<Option<Vec<u8>>, AppError> {
    Ok(jobs::part(&app.db, job.shop_id, (job.id, place)).await?)
}

/// Deletes what expired, and forgets jobs that ended long ago. How many files were deleted.
///
/// # Errors
/// `Db`.
pub async fn forget_old(app: &App) -> Result<u64, AppError> {
    let now = app.now();
    let mut deleted = 0;
    for shop in db::shops::list(&app.db).await? {
        let mut tx = app.db.begin().await?;
        deleted += jobs::forget(&mut tx, shop.id, (now, now.saturating_add_lossy(-TOLD_FOR))).await?;
        tx.commit().await?;
    }
    Ok(deleted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_files_name_only_what_names_it_is_kept() {
        let check = |given: &str, expected: &str| assert_eq!(plain_name(given), expected, "{given:?}");
        check("people.csv", "people.csv");
        check("C:\\lists\\people 2.csv", "people 2.csv");
        check("../../etc/passwd", "passwd");
        check("a\"; filename=\"b.csv\r\n", "a filename=b.csv");
        check("", "list.csv");
        check(&"x".repeat(300), &"x".repeat(NAME_MAX));
    }
}
