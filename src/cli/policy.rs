//! `comeback shop policy`: what holds over all campaigns of a store.

use super::{ACTOR, CliError, out, shop};
use crate::app::App;
use crate::app::policies::{self, By, PolicyError};
use crate::domain::policy::Policy as Rules;
use clap::Args;
use serde_json::json;
use std::io::Read as _;
use std::path::{Path, PathBuf};

/// A policy's file is small.
const FILE_MAX: u64 = 1 << 20;

/// The sending policy of one store.
#[derive(Debug, Args)]
pub struct Policy {
    /// Its id or domain
    shop: String,
    /// Set what this file says (JSON, as the command prints it); what it leaves out takes its default
    #[arg(long, value_name = "FILE")]
    set: Option<PathBuf>,
    /// As JSON, with its version
    #[arg(long)]
    json: bool,
}

/// Shows it, or sets it and shows it.
///
/// # Errors
/// What was wrong, and what to do.
pub async fn run(app: &App, command: &Policy) -> Result<(), CliError> {
    let shop = shop::find(app, &command.shop).await?;
    let (policy, row) = match &command.set {
        None => policies::get(app, shop.id).await?,
        Some(file) => {
            // Who may use the command line may do everything.
            let by = By { actor: ACTOR, is_owner: true };
            policies::set(app, shop.id, read(file)?, by).await.map_err(refused)?
        }
    };
    let (version, set_by, set_at) = row.map_or((0, None, None), |r| (r.version, Some(r.set_by), Some(r.set_at)));
    if command.json {
        return out::json(&json!({"version": version, "set_by": set_by, "set_at": set_at, "policy": policy}));
    }
    let text = serde_json::to_string_pretty(&policy).map_err(|e| CliError::Failed(format!("the policy can't be written as JSON: {e}")))?;
    out::line(&text);
    Ok(())
}

fn read(file: &Path) -> Result<Rules, CliError> {
    let unreadable = |e: &dyn std::fmt::Display| CliError::Usage(format!("the policy in {} can't be read: {e}", file.display()));
    let mut text = String::new();
    std::fs::File::open(file).and_then(|f| f.take(FILE_MAX).read_to_string(&mut text)).map_err(|e| unreadable(&e))?;
    serde_json::from_str(&text).map_err(|e| unreadable(&e))
}

fn refused(error: PolicyError) -> CliError {
    match error {
        PolicyError::Faulty(faults) => {
            let lines: Vec<String> = faults.iter().map(|f| format!("  {}: {}", f.at, f.problem)).collect();
            CliError::Usage(format!("nothing was changed; to put right:\n{}", lines.join("\n")))
        }
        PolicyError::OwnersOnly => CliError::Failed(error.to_string()),
        PolicyError::App(error) => error.into(),
    }
}
