//! The command line: one file per family of commands. Exit codes: 0 done, 1 found something wrong, 2 bad usage.

mod backup;
mod campaign;
pub mod demo;
mod dkim;
mod doctor;
mod export;
mod import;
mod messages;
mod openapi;
mod out;
mod policy;
mod reconcile;
mod replay;
mod report;
mod report_attribution;
mod report_lift;
mod restore;
mod serve;
mod shop;
mod shop_access;
mod shop_attribution;
mod shop_channels;
mod spec_file;
mod start;
mod tables;
mod token;
mod user;
mod verify;

use crate::app::AppError;
use crate::config::{Config, ConfigError};
use crate::db::DbError;
use crate::telemetry;
use clap::{Parser, Subcommand};
use std::path::PathBuf;
use std::process::ExitCode;

/// Who the audit says it was.
const ACTOR: &str = "cli";
/// Commands that end by themselves log only what went wrong: their answer is what they print.
const QUIET_FILTER: &str = "warn";
/// Of a secret or password on stdin.
const STDIN_MAX: u64 = 4096;

/// Cart-abandonment recovery for online stores, self-hosted.
#[derive(Debug, Parser)]
#[command(name = "comeback", version, about)]
struct Arguments {
    /// A file of settings; see config/default.toml for all of them
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve webhooks, links, pages and the API, and send what is due (the default)
    Serve(serve::Serve),
    /// Serve on a throw-away database, with a simulated store whose shoppers abandon and come back
    Demo(demo::Demo),
    /// Bring the database up to date
    Migrate,
    /// Check configuration, database, keys, channels, webhooks and queues
    Doctor(doctor::Doctor),
    /// Make a key by which mails are signed, and say what to publish
    #[command(subcommand)]
    Dkim(dkim::Dkim),
    /// Add, list and change stores
    #[command(subcommand)]
    Shop(shop::Shop),
    /// Add, list and remove people who may sign in
    #[command(subcommand)]
    User(user::User),
    /// List, check, import, export, publish and end campaigns
    #[command(subcommand)]
    Campaign(campaign::Campaign),
    /// Make and revoke tokens for programs
    #[command(subcommand)]
    Token(token::Token),
    /// Check the invariants over the whole database
    Verify(verify::Verify),
    /// Rebuild everything from the webhooks that came in, and compare; or try another campaign on the past
    Replay(replay::Replay),
    /// Copy the SQLite database to a file while the server runs
    Backup(backup::BackupTo),
    /// Put a backup in the place of the SQLite database; nothing that was due since is sent blindly
    Restore(restore::Restore),
    /// Say that the database was restored by other means, before the next `serve`
    Restored(restore::Restored),
    /// Print a list of a store: suppressions, consents with their proof, contacts; carts, orders, credits and nudges of a period
    Export(export::Export),
    /// Take in a list of a store: suppressions, contacts with their consents, costs of advertising; exit code 1 when a line was refused
    Import(import::Import),
    /// Print a report
    #[command(subcommand)]
    Report(report::Report),
    /// Compare orders with the platform's books, order by order; exit code 1 when something is unexplained
    Reconcile(reconcile::Reconcile),
    /// Print the API's description (OpenAPI 3.1)
    Openapi,
}

/// Why a command didn't do it.
#[derive(Debug, thiserror::Error)]
pub enum CliError {
    /// Something was asked for in a way that can't be.
    #[error("{0}")]
    Usage(String),
    /// It was tried, and failed.
    #[error("{0}")]
    Failed(String),
    /// It looked, and found something wrong, which is printed already.
    #[error("something is wrong; see above")]
    Found,
}

impl From<AppError> for CliError {
    fn from(error: AppError) -> Self {
        match error {
            AppError::Invalid(text) => Self::Usage(text),
            other => Self::Failed(other.to_string()),
        }
    }
}

impl From<DbError> for CliError {
    fn from(error: DbError) -> Self {
        Self::Failed(error.to_string())
    }
}

impl From<ConfigError> for CliError {
    fn from(error: ConfigError) -> Self {
        Self::Usage(error.to_string())
    }
}

/// Runs the program with the process's arguments.
pub fn run() -> ExitCode {
    // clap prints its own errors, and ends with 2.
    let arguments = Arguments::parse();
    match execute(arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            if !matches!(error, CliError::Found) {
                let mut stderr = std::io::stderr().lock();
                let _ = std::io::Write::write_all(&mut stderr, format!("comeback: {}\n", error.to_string().trim_end()).as_bytes());
            }
            ExitCode::from(if matches!(error, CliError::Usage(_)) { 2 } else { 1 })
        }
    }
}

fn execute(arguments: Arguments) -> Result<(), CliError> {
    let config = Config::load(arguments.config.as_deref())?;
    let command = arguments.command.unwrap_or_else(|| Command::Serve(serve::Serve::default()));
    let serves = matches!(command, Command::Serve(_) | Command::Demo(_));
    let filter = config.log_filter.as_deref().or_else(|| (!serves).then_some(QUIET_FILTER));
    telemetry::init(config.log_json, filter);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|e| CliError::Failed(format!("the system gives no threads to run on: {e}")))?;
    runtime.block_on(dispatch(config, command))
}

async fn dispatch(config: Config, command: Command) -> Result<(), CliError> {
    match command {
        Command::Serve(serve) => serve::run(config, serve).await,
        Command::Demo(demo) => demo::run(config, demo).await,
        Command::Migrate => start::migrate(&config).await,
        Command::Doctor(doctor) => doctor::run(config, doctor).await,
        Command::Dkim(dkim) => dkim::run(&config, dkim),
        Command::Shop(shop) => shop::run(config, shop).await,
        Command::User(user) => user::run(config, user).await,
        Command::Campaign(campaign) => campaign::run(config, campaign).await,
        Command::Token(token) => token::run(config, token).await,
        Command::Verify(verify) => verify::run(config, verify).await,
        Command::Replay(replay) => replay::run(config, replay).await,
        Command::Backup(backup) => backup::run(config, backup).await,
        Command::Restore(restore) => restore::run(config, restore).await,
        Command::Restored(restored) => restore::told_of(config, restored).await,
        Command::Export(export) => export::run(config, export).await,
        Command::Import(import) => import::run(config, import).await,
        Command::Report(report) => report::run(config, report).await,
        Command::Reconcile(asked) => reconcile::run(config, asked).await,
        Command::Openapi => openapi::run(),
    }
}

/// Reads a secret from stdin, without the line's end.
///
/// # Errors
/// When there is none, or it isn't text.
fn secret_from_stdin(what: &str) -> Result<String, CliError> {
    use std::io::Read as _;
    let mut text = String::new();
    let problem = |e| CliError::Usage(format!("the {what} can't be read from stdin: {e}"));
    std::io::stdin().lock().take(STDIN_MAX).read_to_string(&mut text).map_err(problem)?;
    let text = text.trim_end_matches(['\r', '\n']).to_owned();
    if text.is_empty() {
        Err(CliError::Usage(format!("there is no {what} on stdin: pipe it in, as in `printf %s SECRET | comeback ...`")))
    } else {
        Ok(text)
    }
}
