//! `comeback restore` and `comeback restored`: an older copy takes the database's place, and nothing that was due since is sent blindly.

use super::backup::{blocking, key_beside_backup, sqlite_path, told, write_key};
use super::{CliError, out, start};
use crate::app::keys::Keys;
use crate::app::restore::{self, How, SetAside};
use crate::app::{App, Parts};
use crate::clock::{Clock as _, SystemClock, SystemRandom};
use crate::config::{Config, hex_key};
use crate::db::Db;
use crate::db::backup::{self, BackupError, Contents};
use crate::db::restores::{self, WORKER};
use crate::domain::restore::Gap;
use clap::Args;
use jiff::Timestamp;
use secrecy::SecretString;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Which copy.
#[derive(Debug, Args)]
pub struct Restore {
    /// The backup
    file: PathBuf,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// Since when.
#[derive(Debug, Args)]
pub struct Restored {
    /// As of when the database knows what happened: 2026-07-01T12:00:00Z; if absent, its own last sign of life
    #[arg(long, value_name = "TIME")]
    since: Option<Timestamp>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// The key that opens a backup's secrets, and whether it has to be put beside the database.
struct Key {
    bytes: [u8; 32],
    /// Its text, where it came with the backup and the database has none.
    to_write: Option<String>,
}

/// Checks the copy, makes it fit, marks the time in between, and puts it in place in one step; what was there is kept.
///
/// # Errors
/// When the file can't be used, its secrets can't be opened, or the database is in use; then nothing has changed.
pub async fn run(config: Config, command: Restore) -> Result<(), CliError> {
    let database = sqlite_path(&config)?;
    // Behind a link is where the file is, and where it has to be replaced.
    let database = std::fs::canonicalize(&database).unwrap_or(database);
    let file = command.file.clone();
    let (contents, sealed) = blocking(move || Ok((backup::check(&file)?, backup::sealed_secrets(&file)?))).await?;
    let key = key_for(&config, &command.file, &sealed)?;
    let there = database.exists();
    let held = if there {
        let path = database.clone();
        Some(blocking(move || Ok(backup::hold(&path))).await?.map_err(|e| unopened(e, &database))?)
    } else {
        // A log without its database must not be taken for the log of another.
        backup::remove(&database);
        None
    };
    let draft = database.with_extension("restoring");
    let made = prepare(&config, &command.file, &draft, key.as_ref()).await;
    let placed = match made {
        Ok(done) => put_in_place(&database, &draft, there, key.as_ref()).map(|aside| (done, aside)),
        Err(error) => Err(error),
    };
    backup::remove(&draft);
    drop(held);
    let ((gap, set), aside) = placed?;
    if let Some(gap) = gap {
        let problem =
            |e| CliError::Failed(format!("the database is restored, but the file that tells of restores can't be written beside it: {e}"));
        restores::keep_file_beat(&database.with_extension("beat"), gap.restored_at).map_err(problem)?;
    }
    answer(&command, &contents, (gap, set), aside.as_deref())
}

/// What to do about a database that can't be taken.
fn unopened(error: BackupError, database: &Path) -> CliError {
    if matches!(error, BackupError::InUse(_)) {
        return error.into();
    }
    let path = database.display();
    let way = format!("Stop the server, move {path} away (with {path}-wal and {path}-shm if they are there), and restore again");
    CliError::Failed(format!("{error}. {way}"))
}

/// The key of the settings, else the one beside the database, else the one beside the backup; it must open every secret in it.
fn key_for(config: &Config, file: &Path, sealed: &[(uuid::Uuid, Vec<u8>)]) -> Result<Option<Key>, CliError> {
    let unreadable = |e: std::io::Error| CliError::Failed(format!("the key file can't be read: {e}"));
    let beside_database = config.key_file().map_err(unreadable)?.and_then(|(_, text)| text);
    let beside_backup = std::fs::read_to_string(key_beside_backup(file)).ok();
    let parsed = |text: &str| hex_key(text).map_err(|e| CliError::Failed(format!("the key file can't be used: {e}")));
    let key = match (config.secret_key, beside_database, beside_backup) {
        (Some(bytes), _, _) => Key { bytes, to_write: None },
        (None, Some(text), _) => Key { bytes: parsed(&text)?, to_write: None },
        (None, None, Some(text)) => Key { bytes: parsed(&text)?, to_write: Some(text) },
        (None, None, None) if sealed.is_empty() => return Ok(None),
        (None, None, None) => {
            let text = "the backup's secrets can't be opened: put the key file back beside the database (or beside the backup, as FILE.key), \
                or set COMEBACK_SECURITY__SECRET_KEY";
            return Err(CliError::Failed(text.into()));
        }
    };
    let keys = Keys::derive(&key.bytes);
    if sealed.iter().any(|(shop, sealed)| keys.open(*shop, sealed).is_err()) {
        let text = "the backup's secrets were sealed with another key: put the key file of that time back beside the database, or set \
            COMEBACK_SECURITY__SECRET_KEY to it";
        return Err(CliError::Failed(text.into()));
    }
    Ok(Some(key))
}

/// Copies the backup to a draft, brings its schema up to date, and sets aside what may have been sent since.
async fn prepare(config: &Config, file: &Path, draft: &Path, key: Option<&Key>) -> Result<(Option<Gap>, SetAside), CliError> {
    let (from, to) = (file.to_owned(), draft.to_owned());
    blocking(move || {
        backup::remove(&to);
        backup::copy(&from, &to)
    })
    .await?;
    let url = format!("sqlite://{}", draft.display());
    let db = Db::connect(&url).await?;
    db.migrate().await?;
    let config = Config { database_url: SecretString::from(url), ..config.clone() };
    let master_key = key.map_or([0; 32], |k| k.bytes);
    let parts = Parts { db, clock: Arc::new(SystemClock), random: Arc::new(SystemRandom), config, master_key, channels: Vec::new() };
    let app = App::new(parts);
    let marked = mark(&app).await;
    app.db.close().await;
    let marked = marked?;
    let draft = draft.to_owned();
    blocking(move || backup::fold_log(&draft)).await?;
    Ok(marked)
}

async fn mark(app: &App) -> Result<(Option<Gap>, SetAside), crate::app::AppError> {
    let Some(snapshot_at) = restore::snapshot_at(app).await? else { return Ok((None, SetAside::default())) };
    let gap = restore::record(app, snapshot_at.min(app.now()), How::Restored).await?;
    let set = restore::set_aside(app).await?.map_or_else(SetAside::default, |(_, set)| set);
    // So that the next start doesn't take it for an older copy once more.
    let mut tx = app.db.begin().await?;
    restores::beat(&mut tx, WORKER, gap.restored_at).await?;
    tx.commit().await?;
    Ok((Some(gap), set))
}

fn put_in_place(database: &Path, draft: &Path, there: bool, key: Option<&Key>) -> Result<Option<PathBuf>, CliError> {
    if let Some(text) = key.and_then(|k| k.to_write.as_ref()) {
        write_key(&database.with_extension("key"), text)?;
    }
    let aside = there.then(|| {
        let mut name = database.as_os_str().to_owned();
        name.push(SystemClock.now().strftime(".before-restore-%Y%m%dT%H%M%S%.3fZ").to_string());
        PathBuf::from(name)
    });
    backup::put_in_place(draft, database, aside.as_deref())?;
    Ok(aside)
}

fn answer(command: &Restore, contents: &Contents, (gap, set): (Option<Gap>, SetAside), aside: Option<&Path>) -> Result<(), CliError> {
    if command.json {
        return out::json(&serde_json::json!({ "contents": contents, "gap": gap, "set_aside": set, "kept": aside }));
    }
    out::line(&format!("Restored {}: {}", command.file.display(), told(contents)));
    if let Some(aside) = aside {
        out::line(&format!("The database that was there is kept as {}.", aside.display()));
    }
    say(gap, set);
    Ok(())
}

fn say(gap: Option<Gap>, set: SetAside) {
    let Some(Gap { snapshot_at, restored_at }) = gap else { return };
    out::line(&format!(
        "{} message(s) may have been sent between {snapshot_at} and {restored_at}: they are not sent again by themselves. {} would be too late, and were cancelled.",
        set.unknown, set.expired
    ));
    out::line(
        "Purchases of that time are not known: pause a store (`comeback shop pause`) whose buyers must not get the reminders that are due later.",
    );
}

/// Marks the time of which a database knows nothing that was restored by other means; to be run before `comeback serve`.
///
/// # Errors
/// `Usage` when it is not known since when.
pub async fn told_of(config: Config, command: Restored) -> Result<(), CliError> {
    let app = start::app(config, start::Schema::Usual).await?;
    let since = match command.since {
        Some(since) => Some(since),
        None => restore::snapshot_at(&app).await?,
    };
    let unknown = "the database doesn't say when it was last in use: give the time of the snapshot, as in --since 2026-07-01T12:00:00Z";
    let since = since.ok_or_else(|| CliError::Usage(unknown.into()))?;
    let gap = restore::record(&app, since, How::Told).await?;
    let set = restore::set_aside(&app).await?.map_or_else(SetAside::default, |(_, set)| set);
    restore::beat(&app).await?;
    app.db.close().await;
    if command.json {
        return out::json(&serde_json::json!({ "gap": gap, "set_aside": set }));
    }
    say(Some(gap), set);
    Ok(())
}
