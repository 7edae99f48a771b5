//! `comeback campaign`: campaigns as files, so that they can live in git, and what is done to them.

use super::{ACTOR, CliError, out, shop, spec_file, start};
use crate::app::App;
use crate::app::campaigns::{self, Act, CampaignError, Checked};
use crate::config::Config;
use crate::db;
use crate::db::campaigns::CampaignRow;
use crate::db::moves::Move;
use crate::db::shops::Shop;
use crate::domain::campaign::{CampaignSpec, Fault};
use crate::domain::ids::CampaignId;
use clap::{Args, Subcommand};
use serde_json::{Value, json};
use std::path::PathBuf;

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Campaign {
    /// List a store's campaigns
    List(Store),
    /// Show one campaign
    Show(Which),
    /// Check a file: what keeps it from being published, and what is worth a second look; exit code 1 with a fault
    Validate(File),
    /// Make a draft of a file, or save it as the text of a campaign that is there
    Import {
        #[command(flatten)]
        file: File,
        /// The campaign whose text it is from now on; a new one without it
        #[arg(long, value_name = "ID")]
        into: Option<CampaignId>,
    },
    /// Print a campaign's text as JSON, as `import` and the API take it
    Export(Which),
    /// Make a draft that says the same
    Clone {
        #[command(flatten)]
        which: Which,
        /// Its name
        #[arg(long)]
        name: Option<String>,
    },
    /// Put a campaign's text to work as a new version
    Publish {
        #[command(flatten)]
        which: Which,
        /// Move sequences that run to the new version; else they keep theirs. A running `comeback serve` does it, by and by
        #[arg(long)]
        move_running: bool,
    },
    /// Let its messages wait; none is dropped
    Pause(Which),
    /// Let them go on
    Resume(Which),
    /// End it: its open messages are cancelled
    Archive(Which),
}

/// A store.
#[derive(Debug, Args)]
pub struct Store {
    /// The store's id or domain
    #[arg(long)]
    shop: String,
    /// As JSON
    #[arg(long)]
    json: bool,
}

/// One campaign.
#[derive(Debug, Args)]
pub struct Which {
    /// Its id, from `campaign list`
    id: CampaignId,
    #[command(flatten)]
    store: Store,
}

/// A campaign in a file.
#[derive(Debug, Args)]
pub struct File {
    /// JSON, as the API takes it; `-` for stdin
    file: PathBuf,
    #[command(flatten)]
    store: Store,
}

impl From<CampaignError> for CliError {
    fn from(error: CampaignError) -> Self {
        match error {
            CampaignError::Faulty(faults) => {
                Self::Failed(format!("the campaign can't be published as it is\n{}", spec_file::told(&faults)))
            }
            CampaignError::App(error) => error.into(),
        }
    }
}

/// Runs it.
///
/// # Errors
/// `Found` for a file with faults; else what was wrong, and what to do.
pub async fn run(config: Config, command: Campaign) -> Result<(), CliError> {
    let app = start::app(config, start::Schema::Usual).await?;
    let done = carry_out(&app, command).await;
    app.db.close().await;
    done
}

async fn carry_out(app: &App, command: Campaign) -> Result<(), CliError> {
    match command {
        Campaign::List(store) => list(app, &store).await,
        Campaign::Show(which) => {
            let shop = shop::find(app, &which.store.shop).await?;
            let row = campaigns::get(app, shop.id, which.id).await?;
            show(app, &shop, row, which.store.json).await
        }
        Campaign::Validate(file) => validate(app, &file).await,
        Campaign::Import { file, into } => import(app, &file, into).await,
        Campaign::Export(which) => {
            let shop = shop::find(app, &which.store.shop).await?;
            out::line(&pretty(&campaigns::get(app, shop.id, which.id).await?.spec)?);
            Ok(())
        }
        Campaign::Clone { which, name } => {
            let shop = shop::find(app, &which.store.shop).await?;
            let row = campaigns::copy(app, shop.id, which.id, name, ACTOR).await?;
            show(app, &shop, row, which.store.json).await
        }
        Campaign::Publish { which, move_running } => act(app, &which, if move_running { Act::PublishAndMove } else { Act::Publish }).await,
        Campaign::Pause(which) => act(app, &which, Act::Pause).await,
        Campaign::Resume(which) => act(app, &which, Act::Resume).await,
        Campaign::Archive(which) => act(app, &which, Act::Archive).await,
    }
}

async fn act(app: &App, which: &Which, act: Act) -> Result<(), CliError> {
    let shop = shop::find(app, &which.store.shop).await?;
    let row = campaigns::act(app, shop.id, which.id, act, ACTOR).await?;
    show(app, &shop, row, which.store.json).await
}

async fn list(app: &App, store: &Store) -> Result<(), CliError> {
    let shop = shop::find(app, &store.shop).await?;
    let rows = db::campaigns::list(&app.db, shop.id).await?;
    let moves = db::moves::of_shop(&app.db, shop.id).await?;
    if store.json {
        return out::json(&rows.iter().map(|r| as_json(r, moves.get(&r.id))).collect::<Vec<_>>());
    }
    if rows.is_empty() {
        out::line("This store has no campaign: `comeback campaign import FILE` makes one.");
        return Ok(());
    }
    let line = |r: &CampaignRow| {
        let (trigger, holdout) = (r.spec.trigger.as_str().to_owned(), format!("{} %", r.spec.holdout_percent));
        let steps = r.spec.steps.len().to_string();
        vec![r.id.to_string(), r.status.as_str().to_owned(), r.version.to_string(), trigger, holdout, steps, r.spec.name.clone()]
    };
    let headings = ["ID", "STATUS", "VERSION", "TRIGGER", "HOLDOUT", "STEPS", "NAME"];
    out::table(&headings, &rows.iter().map(line).collect::<Vec<_>>());
    Ok(())
}

async fn show(app: &App, shop: &Shop, row: CampaignRow, json: bool) -> Result<(), CliError> {
    let moves = db::moves::of_shop(&app.db, shop.id).await?;
    let moving = moves.get(&row.id);
    if json {
        return out::json(&as_json(&row, moving));
    }
    let published = if row.version > 0 { format!("version {}", row.version) } else { "never published".to_owned() };
    out::line(&format!("{} ({}, {published}), id {}", row.spec.name, row.status.as_str(), row.id));
    if let Some(m) = moving.filter(|m| m.ended_at.is_none()) {
        let of = m.total.map_or_else(String::new, |total| format!(" of {total}"));
        out::line(&format!("Sequences that run are moved to version {}: {}{of} so far.", m.version, m.moved));
    }
    for (i, step) in row.spec.steps.iter().enumerate() {
        out::line(&format!("  {}. after {}: {} {}", i + 1, step.delay, step.channel.as_str(), step.template));
    }
    tell(&campaigns::check(app, shop.id, &row.spec).await?);
    Ok(())
}

fn tell(checked: &Checked) {
    let line = |word: &str, f: &Fault| out::line(&format!("{word}: {}: {}", f.at, f.problem));
    checked.faults.iter().for_each(|f| line("Fault", f));
    checked.warnings.iter().for_each(|f| line("Worth a second look", f));
}

async fn validate(app: &App, file: &File) -> Result<(), CliError> {
    let spec = spec_file::read(&file.file)?;
    let shop = shop::find(app, &file.store.shop).await?;
    let checked = campaigns::check(app, shop.id, &spec).await?;
    if file.store.json {
        out::json(&json!({"publishable": checked.faults.is_empty(), "faults": checked.faults, "warnings": checked.warnings}))?;
    } else {
        tell(&checked);
        if checked.faults.is_empty() {
            out::line("It can be published as it is.");
        }
    }
    if checked.faults.is_empty() { Ok(()) } else { Err(CliError::Found) }
}

async fn import(app: &App, file: &File, into: Option<CampaignId>) -> Result<(), CliError> {
    let spec = spec_file::read(&file.file)?;
    let shop = shop::find(app, &file.store.shop).await?;
    let row = match into {
        Some(id) => campaigns::update(app, shop.id, id, spec, ACTOR).await?,
        None => campaigns::create(app, shop.id, spec, ACTOR).await?,
    };
    show(app, &shop, row, file.store.json).await
}

/// As the file in git has it: a line for each field.
fn pretty(spec: &CampaignSpec) -> Result<String, CliError> {
    serde_json::to_string_pretty(spec).map_err(|e| CliError::Failed(format!("the campaign can't be written as JSON: {e}")))
}

fn as_json(row: &CampaignRow, moving: Option<&Move>) -> Value {
    let moving =
        moving.map(|m| json!({"version": m.version, "moved": m.moved, "total": m.total, "begun_at": m.begun_at, "ended_at": m.ended_at}));
    json!({
        "id": row.id, "status": row.status, "version": row.version, "campaign": row.spec, "moving": moving,
        "created_at": row.created_at, "updated_at": row.updated_at,
    })
}
