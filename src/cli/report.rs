//! `comeback report`: the figures of the pages, for spreadsheets and programs.

use super::{CliError, out, shop, start};
use crate::app::files::Period;
use crate::app::report::table::table as as_table;
use crate::app::report::{Query, Recovered, Row, recovered};
use crate::app::{App, reports};
use crate::config::Config;
use crate::db::shops::Shop;
use crate::domain::attribution::Model;
use crate::domain::ids::CampaignId;
use crate::domain::report::By;
use clap::{Args, Subcommand};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, civil};
use std::path::PathBuf;

const USUAL_PERIOD: SignedDuration = SignedDuration::from_hours(24 * 30);
const HEADINGS: [&str; 9] = ["", "NUDGES", "CARTS", "ORDERS", "GROSS", "REFUNDS", "NET", "COST", "CONTRIBUTION"];

/// Which report.
#[derive(Debug, Subcommand)]
pub enum Report {
    /// Recovered revenue, net of refunds
    Recovered(Asked),
    /// What every model gives to every channel that brought shoppers
    Attribution(super::report_attribution::Attribution),
    /// What campaigns caused, against those who were left alone
    Lift(super::report_lift::Asked),
    /// From the checkout to the order: how many carts reached each step
    Funnel(Over),
    /// What became of carts: by campaign, step, channel, variant, country, product, day and more
    Performance(Over),
    /// What recovered buyers did within some days, beside other buyers
    Buyers(Over),
    /// Buyers by the month in which they came, and what they brought month by month
    Cohorts(Over),
}

/// What is asked of a report over carts or buyers.
#[derive(Debug, Args)]
pub struct Over {
    /// The store's id or domain
    #[arg(long)]
    shop: String,
    /// The first day in the store's time zone (2026-07-01); 30 days before the last without it, of buyers and cohorts 365
    #[arg(long)]
    from: Option<String>,
    /// The last day; today without it
    #[arg(long)]
    to: Option<String>,
    /// What a line stands for: of performance campaign, step, channel, variant, arm, device, shopper, country, language, product, price_tier, landing_page,
    /// utm_source, utm_medium, utm_campaign or day; of cohorts first or recovered
    #[arg(long, default_value = "")]
    by: String,
    /// Of what this campaign did, by its id; funnel and performance only
    #[arg(long)]
    campaign: Option<CampaignId>,
    /// Beside as many days right before; funnel and performance only
    #[arg(long)]
    compare: bool,
    /// How it is printed
    #[arg(long, value_enum, default_value_t)]
    format: out::Format,
    /// Into this file instead of stdout
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// What is asked for.
#[derive(Debug, Args)]
pub struct Asked {
    /// The store's id or domain
    #[arg(long)]
    shop: String,
    /// From this instant (2026-07-01T00:00:00Z) or day in the store's time zone (2026-07-01); 30 days before the end without it
    #[arg(long)]
    from: Option<String>,
    /// To before this instant, or to the end of this day; now without it
    #[arg(long)]
    to: Option<String>,
    /// By which attribution model; the store's own without it
    #[arg(long)]
    model: Option<Model>,
    /// campaign, step, channel or day
    #[arg(long, default_value = "campaign")]
    by: By,
    /// How it is printed
    #[arg(long, value_enum, default_value_t)]
    format: out::Format,
    /// Into this file instead of stdout
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// Runs it.
///
/// # Errors
/// What was wrong, and what to do.
pub async fn run(config: Config, command: Report) -> Result<(), CliError> {
    let asked = match command {
        Report::Recovered(asked) => asked,
        Report::Attribution(asked) => return super::report_attribution::run(config, asked).await,
        Report::Lift(asked) => return super::report_lift::run(config, asked).await,
        Report::Funnel(over) => return answered(config, "funnel", over).await,
        Report::Performance(over) => return answered(config, "performance", over).await,
        Report::Buyers(over) => return answered(config, "buyers", over).await,
        Report::Cohorts(over) => return answered(config, "cohorts", over).await,
    };
    let app = start::app(config, start::Schema::Usual).await?;
    let shop = shop::find(&app, &asked.shop).await?;
    let report = recovered(&app, query(&app, &shop, &asked)?).await?;
    app.db.close().await;
    let output = asked.output.as_deref();
    match asked.format {
        out::Format::Json => out::write(&out::as_json(&report)?, output),
        out::Format::Table if output.is_none() => {
            table(&shop, &report);
            Ok(())
        }
        format => out::table_as(format, &as_table(&report), Period { from: report.from, to: report.to }, output),
    }
}

async fn answered(config: Config, name: &str, over: Over) -> Result<(), CliError> {
    let app = start::app(config, start::Schema::Usual).await?;
    let shop = shop::find(&app, &over.shop).await?;
    let report = reports::Report::of(name, &over.by).map_err(|e| CliError::Usage(format!("--by: {e}")))?;
    let days = reports::period(&app, &shop, report, (over.from.as_deref(), over.to.as_deref()))
        .map_err(|(field, why)| CliError::Usage(format!("--{field}: {why}")))?;
    let asked = reports::Asked { report, days, campaign: over.campaign, compare: over.compare };
    let answer = reports::answer(&app, &shop, asked).await?;
    app.db.close().await;
    match over.format {
        out::Format::Json => out::write(&out::as_json(&answer)?, over.output.as_deref()),
        format => out::table_as(format, &answer.table, answer.period(&shop), over.output.as_deref()),
    }
}

fn query(app: &App, shop: &Shop, asked: &Asked) -> Result<Query, CliError> {
    let (from, to) = period(app, shop, (asked.from.as_deref(), asked.to.as_deref()))?;
    Ok(Query { shop: shop.id, from, to, model: asked.model.unwrap_or(shop.credit_model), by: asked.by })
}

/// The period that `--from` and `--to` name; without them the last 30 days.
///
/// # Errors
/// `Usage` for what is neither an instant nor a day.
pub fn period(app: &App, shop: &Shop, (from, to): (Option<&str>, Option<&str>)) -> Result<(Timestamp, Timestamp), CliError> {
    let zone = shop.zone();
    let to = to.map(|text| instant("--to", text, &zone, true)).transpose()?.unwrap_or_else(|| app.now());
    let from = from.map(|text| instant("--from", text, &zone, false)).transpose()?;
    // A start before the calendar's first day is no shorter a period.
    Ok((from.unwrap_or_else(|| to.checked_sub(USUAL_PERIOD).unwrap_or(Timestamp::MIN)), to))
}

/// An instant, or the beginning or end of a day in the store's zone.
fn instant(option: &str, text: &str, zone: &TimeZone, end_of_day: bool) -> Result<Timestamp, CliError> {
    let bad =
        || CliError::Usage(format!("{option} {text:?} is neither an instant such as 2026-07-01T00:00:00Z nor a day such as 2026-07-01"));
    if let Ok(at) = text.parse::<Timestamp>() {
        return Ok(at);
    }
    let day: civil::Date = text.parse().map_err(|_| bad())?;
    let day = if end_of_day { day.tomorrow().map_err(|_| bad())? } else { day };
    day.to_zoned(zone.clone()).map(|z| z.timestamp()).map_err(|_| bad())
}

fn cells(row: &Row) -> Vec<String> {
    let money = [&row.gross, &row.refunds, &row.net, &row.cost].map(ToString::to_string);
    let counts = [row.nudges, row.carts_abandoned, row.orders].map(|n| n.to_string());
    let contribution = row.contribution.map_or_else(|| "no data".to_owned(), |m| m.to_string());
    std::iter::once(row.label.clone()).chain(counts).chain(money).chain([contribution]).collect()
}

fn table(shop: &Shop, report: &Recovered) {
    out::line(&format!("Recovered revenue of {}, from {} to before {}, by {}", shop.name, report.from, report.to, report.model.as_str()));
    out::line("");
    let rows: Vec<Vec<String>> = report.rows.iter().chain(&report.totals).map(cells).collect();
    out::table(&HEADINGS, &rows);
    out::line("");
    if let Some(anew) = &report.anew {
        out::line(&anew.words());
    }
    out::line(&format!("Revenue is counted {}.", report.basis));
    report.notes.iter().for_each(|note| out::line(note));
    report.definitions.iter().for_each(|d| out::line(&format!("{}: {}", d.figure, d.definition)));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, end_of_day: bool, expected: Option<&str>) {
        let zone = TimeZone::get("America/New_York").expect("zone");
        let got = instant("--to", text, &zone, end_of_day).ok().map(|t| t.to_string());
        assert_eq!(got.as_deref(), expected, "{text}");
    }

    #[test]
    fn days_are_the_stores_and_the_last_one_is_included() {
        check("2026-07-01T10:00:00Z", true, Some("2026-07-01T10:00:00Z"));
        check("2026-07-01", false, Some("2026-07-01T04:00:00Z"));
        check("2026-07-01", true, Some("2026-07-02T04:00:00Z"));
        check("2026-11-01", true, Some("2026-11-02T05:00:00Z"));
        check("yesterday", false, None);
    }
}
