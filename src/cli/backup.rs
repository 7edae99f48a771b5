//! `comeback backup`: a checked copy of the SQLite database, made while the server runs.

use super::{CliError, out};
use crate::clock::{Clock as _, SystemClock};
use crate::config::Config;
use crate::db::backup::{self, BackupError, Contents};
use clap::Args;
use std::io::Write as _;
use std::path::{Path, PathBuf};

/// What to say where there is no file to copy.
const POSTGRES_WAY: &str = "the database is PostgreSQL's: back it up with its own tools, such as `pg_dump --format=custom` or continuous archiving, \
    and keep security.secret_key. After restoring it, run `comeback restored` before `comeback serve`; see docs/operations.md";

/// Where to.
#[derive(Debug, Args)]
pub struct BackupTo {
    /// The file to make
    file: PathBuf,
    /// Replace the file if it is there
    #[arg(long)]
    force: bool,
    /// Copy the secret key beside it, as FILE.key
    #[arg(long)]
    with_key: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl From<BackupError> for CliError {
    fn from(error: BackupError) -> Self {
        Self::Failed(error.to_string())
    }
}

/// The path of the SQLite database.
///
/// # Errors
/// `Failed` with PostgreSQL: what to do there.
pub fn sqlite_path(config: &Config) -> Result<PathBuf, CliError> {
    config.sqlite_path().ok_or_else(|| CliError::Failed(POSTGRES_WAY.into()))
}

/// The key file that belongs to a backup.
pub fn key_beside_backup(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".key");
    PathBuf::from(name)
}

/// Runs what waits for the disk where that holds nobody up.
///
/// # Errors
/// What it answers.
pub async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T, BackupError> + Send + 'static) -> Result<T, CliError> {
    let done = tokio::task::spawn_blocking(work).await;
    Ok(done.map_err(|e| CliError::Failed(format!("it was broken off: {e}")))??)
}

/// Copies, checks, and says what is in it.
///
/// # Errors
/// When there is nothing to copy, no room, or a file of that name.
pub async fn run(config: Config, command: BackupTo) -> Result<(), CliError> {
    let database = sqlite_path(&config)?;
    let key_to = key_beside_backup(&command.file);
    if command.with_key && !command.force && key_to.exists() {
        return Err(BackupError::Exists(key_to).into());
    }
    let (file, force, now) = (command.file.clone(), command.force, SystemClock.now());
    let contents = blocking(move || backup::back_up(&database, &file, now, force)).await?;
    let key = if command.with_key { Some(copy_key(&config, &command.file, command.force)?) } else { None };
    if command.json {
        return out::json(&serde_json::json!({ "file": command.file, "contents": contents, "key": key }));
    }
    out::line(&format!("Backed up to {}: {}", command.file.display(), told(&contents)));
    let about_key = match (key, &config.secret_key) {
        (Some(key), _) => format!("The secret key is in {}. Keep the two apart: together they open every secret.", key.display()),
        (None, Some(_)) => {
            "The secret key is not in it: it is in your settings (security.secret_key). Keep it, but not beside the backup.".to_owned()
        }
        (None, None) => {
            let key = sqlite_path(&config)?.with_extension("key");
            format!("The secret key is not in it: it is in {}. Keep a copy of that, but not beside the backup.", key.display())
        }
    };
    out::line(&about_key);
    Ok(())
}

/// What is in a database, in a line.
pub fn told(contents: &Contents) -> String {
    let as_of = contents.as_of.map_or_else(|| "empty".to_owned(), |at| format!("as of {at}"));
    let Contents { stores, deliveries, carts, nudges, bytes, .. } = contents;
    format!("{as_of}, {stores} store(s), {deliveries} webhooks, {carts} carts, {nudges} messages planned or sent, {bytes} bytes.")
}

fn copy_key(config: &Config, file: &Path, force: bool) -> Result<PathBuf, CliError> {
    let text = if let Some(key) = config.secret_key {
        format!("{}\n", hex::encode(key))
    } else {
        let unreadable = |e| CliError::Failed(format!("the key file can't be read: {e}"));
        let found = config.key_file().map_err(unreadable)?.and_then(|(_, text)| text);
        found.ok_or_else(|| CliError::Failed("there is no key file beside the database".into()))?
    };
    let path = key_beside_backup(file);
    if force {
        let _ = std::fs::remove_file(&path);
    }
    write_key(&path, &text)?;
    Ok(path)
}

/// Writes a key file that only its owner can read.
///
/// # Errors
/// When it is there already, or can't be written.
pub fn write_key(path: &Path, text: &str) -> Result<(), CliError> {
    let mut made = backup::create_private(path)?;
    let problem = |e| CliError::Failed(format!("{}: {e}", path.display()));
    made.write_all(text.as_bytes()).and_then(|()| made.sync_all()).map_err(problem)
}
