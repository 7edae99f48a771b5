//! `comeback replay`: is everything what follows from what came in? And what would another campaign have sent?

use super::out::Printed as Format;
use super::report::period;
use super::{CliError, out, shop, spec_file, start};
use crate::app::App;
use crate::app::replay::policy::{Question, Trial, TrialError, TrialLine, ask, lines};
use crate::app::replay::{Folder, Replayed, Scratch};
use crate::app::{AppError, replay};
use crate::config::Config;
use crate::db;
use crate::db::shops::Shop;
use crate::domain::campaign::CampaignSpec;
use crate::domain::report::csv::field;
use clap::Args;
use std::io::Write as _;
use std::path::PathBuf;
use std::sync::atomic::{AtomicI64, Ordering};

/// Who waits hears of it this often.
const TELL_EVERY_MS: i64 = 2_000;

/// What to replay.
#[derive(Debug, Args)]
pub struct Replay {
    /// Only this store, by id or domain; every store without it
    #[arg(long)]
    shop: Option<String>,
    /// As JSON
    #[arg(long, conflicts_with = "policy")]
    json: bool,
    /// Keep the rebuilt database in this file, which must not be there yet
    #[arg(long, value_name = "FILE")]
    keep: Option<PathBuf>,
    /// Try this campaign (JSON, as the API takes it) on the past in place of comparing; nothing is sent
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
    /// Try it from this instant or day on; 30 days before the end without it
    #[arg(long, requires = "policy")]
    from: Option<String>,
    /// To before this instant, or to the end of this day; now without it
    #[arg(long, requires = "policy")]
    to: Option<String>,
    /// How a trial is printed
    #[arg(long, value_enum, default_value_t, requires = "policy")]
    format: Format,
}

/// Runs it.
///
/// # Errors
/// `Found` when something differs; else what was wrong, and what to do.
pub async fn run(config: Config, asked: Replay) -> Result<(), CliError> {
    let spec = asked.policy.as_deref().map(spec_file::read).transpose()?;
    if let Some(kept) = asked.keep.as_deref().filter(|file| file.exists()) {
        return Err(CliError::Usage(format!("{} is there already: name a file that isn't", kept.display())));
    }
    let app = start::app(config, start::Schema::Usual).await?;
    let shops = match &asked.shop {
        Some(text) => vec![shop::find(&app, text).await?],
        None => db::shops::list(&app.db).await?,
    };
    if shops.is_empty() {
        out::line("There is no store yet: nothing came in that could be replayed.");
        app.db.close().await;
        return Ok(());
    }
    let folder = Folder::make(app.random.as_ref())?;
    let scratch = folder.scratch(asked.keep.as_deref()).await?;
    let done = match spec {
        Some(spec) => try_policy(&app, &scratch, &shops, (spec, &asked)).await,
        None => compare(&app, &scratch, &shops, asked.json).await,
    };
    scratch.close().await;
    app.db.close().await;
    done
}

/// Tells whoever waits how far it is, now and then.
fn teller(app: &App) -> impl Fn(&Shop, u64) + Sync + '_ {
    let last = AtomicI64::new(app.now().as_millisecond());
    move |shop, moments| {
        let now = app.now().as_millisecond();
        if now - last.load(Ordering::Relaxed) >= TELL_EVERY_MS {
            last.store(now, Ordering::Relaxed);
            tell(&format!("{}: {moments} moments replayed", shop.domain));
        }
    }
}

fn tell(text: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{text}");
}

async fn compare(app: &App, scratch: &Scratch, shops: &[Shop], json: bool) -> Result<(), CliError> {
    let mut all = Vec::new();
    for shop in shops {
        let began = app.now();
        let replayed = replay::run(app, scratch, shop, &teller(app)).await?;
        let took = app.now().duration_since(began).as_secs_f64().max(0.001);
        let applied = replayed.deliveries.applied;
        #[allow(clippy::cast_precision_loss)] // a rate for people
        let rate = applied as f64 / took;
        tell(&format!("{}: {applied} webhooks replayed in {took:.1} s, {rate:.0} a second", shop.domain));
        if !json {
            print(&replayed);
        }
        all.push(replayed);
    }
    if json {
        out::json(&all)?;
    }
    if all.iter().all(Replayed::equal) { Ok(()) } else { Err(CliError::Found) }
}

fn print(r: &Replayed) {
    out::line(&format!("{}, as of {}", r.domain, r.as_of));
    let d = &r.deliveries;
    out::line(&format!(
        "{} webhooks applied again; {} are set aside, {} were erased, {} wait",
        d.applied, d.set_aside, d.erased, d.waiting
    ));
    if r.carts_erased > 0 {
        out::line(&format!("{} carts of erased people can't be rebuilt, and are not compared", r.carts_erased));
    }
    if r.shoppers_past > 0 {
        out::line(&format!("{} shoppers reach further back than webhooks are kept, and are not compared", r.shoppers_past));
    }
    if r.by_other_rules > 0 {
        out::line(&format!("{} decisions were made by other versions of the rules, and are taken as they are", r.by_other_rules));
    }
    out::line("");
    let rows: Vec<Vec<String>> = r.compared.iter().map(|c| vec![c.kind.to_owned(), c.compared.to_string(), c.equal.to_string()]).collect();
    out::table(&["", "COMPARED", "EQUAL"], &rows);
    out::line("");
    r.differences.iter().for_each(|d| out::line(&format!("{} {}: {}", d.kind, d.id, d.what)));
    let differ: u64 = r.compared.iter().map(|c| c.compared - c.equal).sum();
    let listed = r.differences.len() as u64;
    if differ > listed {
        out::line(&format!("and {} more", differ - listed));
    }
    out::line(if r.equal() { "Everything follows from what came in." } else { "Something does not follow from what came in; see above." });
}

async fn try_policy(app: &App, scratch: &Scratch, shops: &[Shop], (spec, asked): (CampaignSpec, &Replay)) -> Result<(), CliError> {
    let [shop] = shops else { return Err(CliError::Usage("name the store to try it on: --shop SHOP".into())) };
    let (from, to) = period(app, shop, (asked.from.as_deref(), asked.to.as_deref()))?;
    let question = Question { spec, from, to, campaign: None };
    let trial = ask(app, scratch, shop, &question, &teller(app)).await.map_err(|e| match e {
        TrialError::Faulty(faults) => CliError::Usage(format!("the campaign can't be tried as it is\n{}", spec_file::told(&faults))),
        TrialError::App(error) => error.into(),
    })?;
    match asked.format {
        Format::Json => print_json(scratch, shop, &question, &trial).await,
        Format::Csv => {
            out::line("at,sent,cart_id,contact,channel,step,rule,why");
            Ok(lines(scratch, shop.id, &question, |l| out::line(&cells(&l).iter().map(|c| field(c)).collect::<Vec<_>>().join(","))).await?)
        }
        Format::Table => Ok(print_table(scratch, (shop, app), &question, &trial).await?),
    }
}

fn cells(l: &TrialLine) -> [String; 8] {
    let step = l.step.map_or_else(String::new, |s| s.to_string());
    let sent = if l.sent { "yes" } else { "no" };
    [l.at.to_string(), sent.into(), l.cart_id.to_string(), l.contact.clone(), l.channel.clone(), step, l.rule.clone(), l.why.clone()]
}

/// One document, written line by line: there may be more of them than fit into memory.
async fn print_json(scratch: &Scratch, shop: &Shop, question: &Question, trial: &Trial) -> Result<(), CliError> {
    let as_json = |e: serde_json::Error| CliError::Failed(format!("the answer can't be written as JSON: {e}"));
    let totals = serde_json::to_string(trial).map_err(as_json)?;
    out::line(&format!("{{\"totals\": {totals},\n\"rows\": ["));
    let mut first = true;
    lines(scratch, shop.id, question, |l| {
        let comma = if std::mem::take(&mut first) { "" } else { "," };
        out::line(&format!("{comma}{}", serde_json::to_string(&l).unwrap_or_default()));
    })
    .await?;
    out::line("]}");
    Ok(())
}

async fn print_table(scratch: &Scratch, (shop, app): (&Shop, &App), question: &Question, trial: &Trial) -> Result<(), AppError> {
    let name = db::campaigns::list(&app.db, shop.id).await?.into_iter().find(|c| c.id == trial.in_place_of).map(|c| c.spec.name);
    let place =
        name.map_or_else(String::new, |name| format!(", in the place of \"{name}\" (the same shoppers are in its comparison group)"));
    out::line(&format!("\"{}\" tried on {}, from {} to before {}{place}", question.spec.name, shop.name, trial.from, trial.to));
    out::line("");
    // Widths are fixed, so that lines are printed as they come.
    let row = |c: &[String; 8]| {
        format!("{:<24}  {:<4}  {:<36}  {:<28}  {:<7}  {:<4}  {:<18}  {}", c[0], c[1], c[2], c[3], c[4], c[5], c[6], c[7])
    };
    let heading = ["AT", "SENT", "CART", "CONTACT", "CHANNEL", "STEP", "RULE", "WHY"].map(str::to_owned);
    out::line(&row(&heading));
    lines(scratch, shop.id, question, |l| out::line(&row(&cells(&l)))).await?;
    out::line("");
    out::line(&format!(
        "It would have sent {} messages to {} carts; in fact {} were sent to {}. {} would still wait.",
        trial.would_have_sent, trial.to_carts, trial.sent_in_fact, trial.to_carts_in_fact, trial.still_waiting
    ));
    trial.kept_back.iter().for_each(|(rule, count)| out::line(&format!("Kept back by {rule}: {count}")));
    out::line("");
    out::line(trial.caveat);
    out::line(trial.left_out);
    Ok(())
}
