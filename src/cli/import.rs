//! `comeback import`: lists that a store brings along. Good lines are taken, bad ones are told with their number, and the same list again changes nothing.

use super::{ACTOR, CliError, out, shop, start};
use crate::app::files::import::{self, Brought, ImportError, TOGETHER};
use crate::app::files::lines::{Lines, Unreadable};
use crate::app::ingest;
use crate::config::Config;
use clap::{Args, ValueEnum};
use std::fs::File;
use std::path::PathBuf;

/// Bad lines that are told; of more their number is.
const TOLD_MAX: usize = 100;

/// A list to take in.
#[derive(Debug, Args)]
pub struct Import {
    /// Which list
    what: What,
    /// CSV with a line of headings, or, with the ending .jsonl, one JSON object a line
    file: PathBuf,
    /// The store's id or domain
    #[arg(long)]
    shop: String,
}

/// Which list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum What {
    /// Addresses that must not be written to: channel, address, reason
    Suppressions,
    /// Shoppers: email, phone, names, and what they agreed to, with its proof
    Contacts,
    /// What advertising cost: day, utm_source, utm_medium, utm_campaign, cost, currency, clicks, impressions
    AdCosts,
}

impl From<What> for Brought {
    fn from(what: What) -> Self {
        match what {
            What::Suppressions => Self::Suppressions,
            What::Contacts => Self::Contacts,
            What::AdCosts => Self::AdCosts,
        }
    }
}

impl From<Unreadable> for CliError {
    fn from(error: Unreadable) -> Self {
        match error {
            Unreadable::NoList(why) => Self::Usage(why),
            Unreadable::Broken(why) => Self::Failed(why),
        }
    }
}

impl From<ImportError> for CliError {
    fn from(error: ImportError) -> Self {
        match error {
            ImportError::Unreadable(error) => error.into(),
            ImportError::Busy(why) => Self::Failed(format!("{why}; run it again, what was taken is known")),
            ImportError::App(error) => error.into(),
        }
    }
}

/// Takes it in.
///
/// # Errors
/// `Found` when a line was bad; what was wrong with the file, and what to do.
pub async fn run(config: Config, command: Import) -> Result<(), CliError> {
    let app = start::app(config, start::Schema::Usual).await?;
    let shop = shop::find(&app, &command.shop).await?.id;
    let file = File::open(&command.file).map_err(|e| CliError::Usage(format!("{} can't be read: {e}", command.file.display())))?;
    let name = command.file.file_name().unwrap_or_default().to_string_lossy();
    let mut lines = Lines::open(&name, file)?;
    let (mut taken, mut known, mut refused) = (0, 0, 0);
    loop {
        let some = lines.some(TOGETHER)?;
        if some.is_empty() {
            break;
        }
        let came = import::take(&app, (shop, command.what.into()), some, ACTOR).await?;
        taken += came.taken;
        known += came.known;
        for why in came.faults {
            refused += 1;
            tell(&why, refused);
        }
    }
    if command.what == What::Contacts {
        while ingest::apply_due(&app).await? > 0 {}
    }
    out::line(&format!("{taken} taken, {known} known before, {refused} refused"));
    if refused > 0 { Err(CliError::Found) } else { Ok(()) }
}

fn tell(why: &str, number: usize) {
    match number.cmp(&TOLD_MAX) {
        std::cmp::Ordering::Less => out::line(why),
        std::cmp::Ordering::Equal => out::line(&format!("{why}\nmore lines are refused; only their number is told")),
        std::cmp::Ordering::Greater => {}
    }
}
