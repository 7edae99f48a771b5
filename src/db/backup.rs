//! Copies of a SQLite database: made while others write, checked, and put in the place of another. Blocking: call it where waiting is allowed.
//!
//! A backup is one file in SQLite's rollback mode, without a log beside it.

use jiff::Timestamp;
use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, ErrorCode, OpenFlags, OptionalExtension as _};
use serde::Serialize;
use std::ffi::OsString;
use std::fs::{File, OpenOptions};
use std::path::{Path, PathBuf};
use std::time::Duration;
use uuid::Uuid;

/// How long a lock of another process is waited for.
const BUSY_MAX: Duration = Duration::from_secs(4);
/// All pages in one step: one read transaction, which no writer waits for; in several, every write in between would begin the copy anew.
const ALL_PAGES: i32 = -1;

/// Why a copy wasn't made or put in place.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// Nothing is there.
    #[error("there is no file {0}")]
    NotFound(PathBuf),
    /// It would be overwritten.
    #[error("{0} is there already: choose another name, or replace it with --force")]
    Exists(PathBuf),
    /// Not SQLite's.
    #[error("{0} is not a SQLite database")]
    NotSqlite(PathBuf),
    /// SQLite's, but not whole.
    #[error("{0} is damaged: {1}")]
    Damaged(PathBuf, String),
    /// Whole, but another program's.
    #[error("{0} is a SQLite database, but not one of Comeback")]
    NotOurs(PathBuf),
    /// A newer program made it.
    #[error("{path} was made by a newer version of Comeback (schema {has}, this program knows {knows}): use that version")]
    Newer {
        /// Which file.
        path: PathBuf,
        /// Its schema.
        has: i64,
        /// Ours.
        knows: i64,
    },
    /// Somebody has it open.
    #[error("{0} is in use: stop the server (and every other command that uses it) first")]
    InUse(PathBuf),
    /// The disk is full.
    #[error("no room is left on the disk of {0}")]
    NoRoom(PathBuf),
    /// The system refused.
    #[error("{0}: {1}")]
    Io(PathBuf, #[source] std::io::Error),
    /// SQLite refused.
    #[error("{0}: {1}")]
    Sqlite(PathBuf, #[source] rusqlite::Error),
}

/// What is in a database.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Contents {
    /// As of when it knows what happened; none when nothing ever did.
    pub as_of: Option<Timestamp>,
    /// The version of its schema.
    pub schema: i64,
    /// How many stores.
    pub stores: i64,
    /// How many webhooks, as received.
    pub deliveries: i64,
    /// How many carts.
    pub carts: i64,
    /// How many messages, planned and sent.
    pub nudges: i64,
    /// Of the file.
    pub bytes: u64,
}

fn sqlite(path: &Path) -> impl Fn(rusqlite::Error) -> BackupError + '_ {
    |error| match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => BackupError::NoRoom(path.to_owned()),
        Some(ErrorCode::NotADatabase) => BackupError::NotSqlite(path.to_owned()),
        Some(ErrorCode::DatabaseCorrupt) => BackupError::Damaged(path.to_owned(), error.to_string()),
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => BackupError::InUse(path.to_owned()),
        _ => BackupError::Sqlite(path.to_owned(), error),
    }
}

fn io(path: &Path) -> impl Fn(std::io::Error) -> BackupError + '_ {
    |error| match error.kind() {
        std::io::ErrorKind::NotFound => BackupError::NotFound(path.to_owned()),
        std::io::ErrorKind::StorageFull => BackupError::NoRoom(path.to_owned()),
        std::io::ErrorKind::AlreadyExists => BackupError::Exists(path.to_owned()),
        _ => BackupError::Io(path.to_owned(), error),
    }
}

fn open(path: &Path, flags: OpenFlags) -> Result<Connection, BackupError> {
    if !path.exists() {
        return Err(BackupError::NotFound(path.to_owned()));
    }
    let connection = Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX).map_err(sqlite(path))?;
    connection.busy_timeout(BUSY_MAX).map_err(sqlite(path))?;
    Ok(connection)
}

/// A path with something after its name.
fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(ending);
    PathBuf::from(name)
}

/// Removes a file and what SQLite keeps beside it, where they are there.
pub fn remove(path: &Path) {
    for ending in ["", "-wal", "-shm", "-journal"] {
        let _ = std::fs::remove_file(beside(path, ending));
    }
}

/// Makes a file that only its owner can read.
///
/// # Errors
/// `Exists`, `Io`.
pub fn create_private(path: &Path) -> Result<File, BackupError> {
    use std::os::unix::fs::OpenOptionsExt as _;
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(path).map_err(io(path))
}

/// Copies a database, as it is at one moment, to a new file; whoever writes goes on writing.
///
/// # Errors
/// `NotFound`, `NotSqlite`, `Damaged`, `NoRoom`, `Exists`, `Io`, `Sqlite`.
pub fn copy(from: &Path, to: &Path) -> Result<(), BackupError> {
    let source = open(from, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    drop(create_private(to)?);
    let mut target = open(to, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    let copying = Backup::new(&source, &mut target).map_err(sqlite(from))?;
    // What goes wrong is told of the target: the disk it is on may be full. What is wrong with the source is found when the copy is checked.
    match copying.step(ALL_PAGES).map_err(sqlite(to))? {
        StepResult::Done => {}
        _ => return Err(BackupError::InUse(from.to_owned())),
    }
    drop(copying);
    drop(target);
    fold_log(to)
}

/// Makes one file of a database that nobody uses: what its log holds is in it from then on.
///
/// # Errors
/// `InUse`, `Sqlite`.
pub fn fold_log(path: &Path) -> Result<(), BackupError> {
    to_rollback_mode(&open(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?, path)
}

/// Folds the log into the file. Refused while anybody else has the database open.
fn to_rollback_mode(connection: &Connection, path: &Path) -> Result<(), BackupError> {
    let mode: String = connection.query_row("PRAGMA journal_mode = DELETE", [], |row| row.get(0)).map_err(sqlite(path))?;
    if mode == "delete" { Ok(()) } else { Err(BackupError::InUse(path.to_owned())) }
}

/// Checks that a file is a whole database of this program or an older one, and says what is in it.
///
/// # Errors
/// `NotFound`, `NotSqlite`, `Damaged`, `NotOurs`, `Newer`, `Sqlite`.
pub fn check(path: &Path) -> Result<Contents, BackupError> {
    let database = open(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    let verdict: String = database.query_row("PRAGMA quick_check(1)", [], |row| row.get(0)).map_err(sqlite(path))?;
    if verdict != "ok" {
        return Err(BackupError::Damaged(path.to_owned(), verdict));
    }
    let has_table = |name: &str| -> Result<bool, BackupError> {
        const SQL: &str = "SELECT COUNT(*) FROM sqlite_schema WHERE type = 'table' AND name = $1";
        database.query_row(SQL, [name], |row| row.get::<_, i64>(0)).map(|n| n > 0).map_err(sqlite(path))
    };
    if !has_table("_sqlx_migrations")? || !has_table("shops")? || !has_table("nudges")? {
        return Err(BackupError::NotOurs(path.to_owned()));
    }
    let number = |sql: &str| database.query_row(sql, [], |row| row.get::<_, i64>(0)).map_err(sqlite(path));
    let schema = number("SELECT COALESCE(MAX(version), 0) FROM _sqlx_migrations WHERE success")?;
    let knows = super::Db::newest_schema();
    if schema > knows {
        return Err(BackupError::Newer { path: path.to_owned(), has: schema, knows });
    }
    let mut as_of: Option<i64> = None;
    if has_table("heartbeats")? {
        const SQL: &str = "SELECT at FROM heartbeats WHERE name IN ('backup', 'worker') ORDER BY name LIMIT 1";
        as_of = database.query_row(SQL, [], |row| row.get(0)).optional().map_err(sqlite(path))?;
    }
    if as_of.is_none() {
        as_of = database.query_row("SELECT MAX(received_at) FROM deliveries", [], |row| row.get(0)).map_err(sqlite(path))?;
    }
    Ok(Contents {
        as_of: as_of.map(super::instant),
        schema,
        stores: number("SELECT COUNT(*) FROM shops")?,
        deliveries: number("SELECT COUNT(*) FROM deliveries")?,
        carts: number("SELECT COUNT(*) FROM carts")?,
        nudges: number("SELECT COUNT(*) FROM nudges")?,
        bytes: std::fs::metadata(path).map_err(io(path))?.len(),
    })
}

/// Backs a database up to a file: copied to a draft beside it, marked with its time, checked, made durable, and only then given its name.
///
/// # Errors
/// Those of [`copy`] and [`check`]; then nothing is left.
pub fn back_up(from: &Path, to: &Path, as_of: Timestamp, replace: bool) -> Result<Contents, BackupError> {
    if to.exists() && !replace {
        return Err(BackupError::Exists(to.to_owned()));
    }
    let draft = beside(to, ".draft");
    remove(&draft);
    let made = drafted(from, &draft, as_of).and_then(|contents| {
        if replace {
            std::fs::rename(&draft, to).map_err(io(to))?;
        } else {
            // Unlike renaming, it never replaces what came in the meantime.
            std::fs::hard_link(&draft, to).map_err(io(to))?;
        }
        sync_folder(to)?;
        Ok(contents)
    });
    remove(&draft);
    made
}

fn drafted(from: &Path, draft: &Path, as_of: Timestamp) -> Result<Contents, BackupError> {
    copy(from, draft)?;
    let copied = open(draft, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    let marks: i64 = copied
        .query_row("SELECT COUNT(*) FROM sqlite_schema WHERE type = 'table' AND name = 'heartbeats'", [], |row| row.get(0))
        .map_err(sqlite(draft))?;
    // A schema that has no heartbeats yet is copied as it is.
    if marks > 0 {
        const MARK: &str = "INSERT INTO heartbeats (name, at) VALUES ('backup', $1) ON CONFLICT (name) DO UPDATE SET at = excluded.at";
        copied.execute(MARK, [super::ms(as_of)]).map_err(sqlite(draft))?;
    }
    drop(copied);
    let contents = check(draft)?;
    sync(draft)?;
    Ok(contents)
}

/// Makes a file's contents durable.
///
/// # Errors
/// `Io`.
pub fn sync(path: &Path) -> Result<(), BackupError> {
    File::open(path).and_then(|file| file.sync_all()).map_err(io(path))
}

fn sync_folder(path: &Path) -> Result<(), BackupError> {
    let folder = path.parent().filter(|f| !f.as_os_str().is_empty()).unwrap_or(Path::new("."));
    sync(folder)
}

/// A database that nobody else can use until this is dropped.
pub struct Held(#[allow(dead_code, reason = "held, not read")] Connection);

/// Takes a database for oneself. Whoever has it open holds a lock on it, so that this tells whether a server runs.
///
/// # Errors
/// `InUse`; `NotSqlite`, `Damaged` when it can't be opened.
pub fn hold(path: &Path) -> Result<Held, BackupError> {
    let database = open(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    // With its log folded in, nothing of it is left beside it that could be taken for the log of what takes its place.
    to_rollback_mode(&database, path)?;
    database.execute_batch("BEGIN EXCLUSIVE").map_err(sqlite(path))?;
    Ok(Held(database))
}

/// Puts a draft in the place of a database in one step, and keeps what was there under another name.
///
/// # Errors
/// `Exists` when the other name is taken; `Io`. Then what was there still is.
pub fn put_in_place(draft: &Path, target: &Path, aside: Option<&Path>) -> Result<(), BackupError> {
    sync(draft)?;
    if let Some(aside) = aside {
        std::fs::hard_link(target, aside).map_err(io(aside))?;
    }
    std::fs::rename(draft, target).map_err(io(target))?;
    sync_folder(target)
}

/// The sealed secrets of every store, with the store's id: whatever key is used must open them.
///
/// # Errors
/// `Sqlite`, `Damaged`.
pub fn sealed_secrets(path: &Path) -> Result<Vec<(Uuid, Vec<u8>)>, BackupError> {
    let database = open(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    let mut asked = database.prepare("SELECT shop_id, sealed FROM shop_secrets WHERE revoked_at IS NULL").map_err(sqlite(path))?;
    let rows = asked.query_map([], |row| Ok((row.get::<_, Vec<u8>>(0)?, row.get(1)?))).map_err(sqlite(path))?;
    let mut all = Vec::new();
    for row in rows {
        let (shop, sealed) = row.map_err(sqlite(path))?;
        let damaged = |_| BackupError::Damaged(path.to_owned(), "a store's id is none".into());
        all.push((Uuid::from_slice(&shop).map_err(damaged)?, sealed));
    }
    Ok(all)
}
