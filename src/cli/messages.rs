//! `comeback shop messages` and `comeback shop link-domain`: senders, characters and prices of a store's messages, and what their links begin with.

use super::{ACTOR, CliError, out, shop};
use crate::app::message_settings::{self, SettingsError};
use crate::app::{App, link_domain};
use crate::domain::sms::MessageSettings;
use clap::Args;
use serde_json::json;
use std::io::Read as _;
use std::path::{Path, PathBuf};

/// A file of prices by country is small.
const FILE_MAX: u64 = 1 << 20;

/// What a store sets about its messages.
#[derive(Debug, Args)]
pub struct Messages {
    /// Its id or domain
    shop: String,
    /// Set what this file says (JSON, as the command prints it); what it leaves out takes its default
    #[arg(long, value_name = "FILE")]
    set: Option<PathBuf>,
    /// As JSON, with its version
    #[arg(long)]
    json: bool,
}

/// A store's own domain for links in messages.
#[derive(Debug, Args)]
pub struct LinkDomain {
    /// Its id or domain
    shop: String,
    /// Set it, such as go.shop.example, and look whether it leads here
    #[arg(long, value_name = "DOMAIN", conflicts_with = "remove")]
    set: Option<String>,
    /// Take it away: links begin with the program's own address again
    #[arg(long)]
    remove: bool,
    /// Look again whether it leads here
    #[arg(long, conflicts_with = "remove")]
    check: bool,
    /// As JSON
    #[arg(long)]
    json: bool,
}

/// Shows the settings, or sets and shows them.
///
/// # Errors
/// What was wrong, and what to do.
pub async fn run(app: &App, command: &Messages) -> Result<(), CliError> {
    let shop = shop::find(app, &command.shop).await?;
    let shop = match &command.set {
        None => shop,
        Some(file) => message_settings::set(app, shop.id, read(file)?, ACTOR).await.map_err(refused)?,
    };
    if command.json {
        return out::json(&json!({"version": shop.messages_version, "settings": shop.messages}));
    }
    let unwritten = |e| CliError::Failed(format!("the settings can't be written as JSON: {e}"));
    out::line(&serde_json::to_string_pretty(&shop.messages).map_err(unwritten)?);
    Ok(())
}

fn read(file: &Path) -> Result<MessageSettings, CliError> {
    let unreadable = |e: &dyn std::fmt::Display| CliError::Usage(format!("the settings in {} can't be read: {e}", file.display()));
    let mut text = String::new();
    std::fs::File::open(file).and_then(|f| f.take(FILE_MAX).read_to_string(&mut text)).map_err(|e| unreadable(&e))?;
    serde_json::from_str(&text).map_err(|e| unreadable(&e))
}

fn refused(error: SettingsError) -> CliError {
    match error {
        SettingsError::Faulty(faults) => {
            let lines: Vec<String> = faults.iter().map(|f| format!("  {}: {}", f.at, f.problem)).collect();
            CliError::Usage(format!("nothing was changed; to put right:\n{}", lines.join("\n")))
        }
        SettingsError::App(error) => error.into(),
    }
}

/// Shows the domain, sets it, looks whether it leads here, or takes it away.
///
/// # Errors
/// What was wrong, and what to do.
pub async fn link_domain(app: &App, command: LinkDomain) -> Result<(), CliError> {
    let mut shop = shop::find(app, &command.shop).await?;
    if command.remove || command.set.is_some() {
        shop = link_domain::set(app, shop.id, command.set.as_deref(), ACTOR).await?;
    }
    if command.check || command.set.is_some() {
        shop = link_domain::check(app, shop.id).await?;
    }
    let base = link_domain::base(app, &shop);
    if command.json {
        return out::json(&json!({"link_domain": shop.link_domain, "seen_at": shop.link_domain_seen_at, "links_begin_with": base}));
    }
    match (&shop.link_domain, shop.link_domain_seen_at) {
        (None, _) => out::line("It has no link domain."),
        (Some(domain), None) => out::line(&format!("{domain} was not seen to lead here yet: run this again with --check.")),
        (Some(domain), Some(at)) => out::line(&format!("{domain} leads here, as seen at {at}.")),
    }
    out::line(&format!("Links in its messages begin with {base}."));
    Ok(())
}
