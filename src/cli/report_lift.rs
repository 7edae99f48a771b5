//! `comeback report lift`: what campaigns caused, by the store's own data or by anybody's sums.

use super::out::Format;
use super::report::period;
use super::{CliError, out, shop, start};
use crate::app::files::Period;
use crate::app::lift::report::{self, Asked as Query};
use crate::app::lift::words;
use crate::config::Config;
use crate::domain::ids::CampaignId;
use crate::domain::lift::compare::{Estimate, Lift, Split, Stratum, compare, split};
use crate::domain::lift::tally::{Arm, Before};
use crate::domain::lift::verdict::judge;
use crate::domain::report::csv::field as quoted;
use crate::domain::report::table::{Cell, Line, Table};
use crate::domain::stats::{ALPHA, Interval};
use clap::Args;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

/// What is asked for.
#[derive(Debug, Args)]
pub struct Asked {
    /// The store's id or domain
    #[arg(long, required_unless_present = "arms")]
    shop: Option<String>,
    /// From the day of this instant or this day in the store's time zone; 30 days before the end without it
    #[arg(long)]
    from: Option<String>,
    /// To before this instant, or to the end of this day; now without it
    #[arg(long)]
    to: Option<String>,
    /// Only this campaign
    #[arg(long)]
    campaign: Option<CampaignId>,
    /// Work it out for the sums in this file instead: arm,n,conversions,revenue_sum,revenue_sum_squares and, where known,
    /// prior_sum,prior_sum_squares,prior_x_revenue; the first line is the treated, the second those who were left alone
    #[arg(long, value_name = "FILE", conflicts_with = "shop")]
    arms: Option<PathBuf>,
    /// With --arms: of a hundred, so many were to be left alone; without it the split isn't looked at
    #[arg(long, value_name = "PERCENT", requires = "arms")]
    holdout_percent: Option<f64>,
    /// How it is printed
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// Into this file instead of stdout
    #[arg(long, value_name = "FILE", conflicts_with = "arms")]
    output: Option<PathBuf>,
}

/// Runs it.
///
/// # Errors
/// What was wrong, and what to do.
pub async fn run(config: Config, asked: Asked) -> Result<(), CliError> {
    if let Some(file) = &asked.arms {
        return print_arms(&arms(file)?, asked.holdout_percent, asked.format);
    }
    let app = start::app(config, start::Schema::Usual).await?;
    let shop = shop::find(&app, asked.shop.as_deref().unwrap_or_default()).await?;
    let (from, to) = period(&app, &shop, (asked.from.as_deref(), asked.to.as_deref()))?;
    let report = report::lift(&app, Query { shop: shop.id, from, to, campaign: asked.campaign }).await?;
    app.db.close().await;
    let (table, output) = (words::table(&report), asked.output.as_deref());
    match asked.format {
        Format::Table if output.is_none() => print(&table),
        format => return out::table_as(format, &table, Period { from, to }, output),
    }
    Ok(())
}

/// One campaign after the other: there are more figures than fit beside each other.
fn print(table: &Table) {
    for line in table.lines.iter().chain(&table.totals) {
        out::line(&line.label);
        let rows: Vec<Vec<String>> =
            table.columns.iter().zip(texts(line)).map(|(column, text)| vec![format!("  {}", column.label), text]).collect();
        out::table(&["", ""], &rows);
    }
    table.notes.iter().for_each(|note| out::line(note));
}

fn texts(line: &Line) -> Vec<String> {
    let text = |cell: &Cell| match cell {
        Cell::None => String::new(),
        Cell::Text(text) => text.clone(),
        Cell::Count(count) => count.to_string(),
        Cell::Money(money) => money.to_string(),
        Cell::Ratio(ratio) => format!("{} of {}", ratio.numerator, ratio.denominator),
        Cell::Number(number) => number.to_string(),
        Cell::Estimate(i) => format!("{} ({} to {})", i.estimate, i.low, i.high),
    };
    line.cells.iter().map(text).collect()
}

/// A line of the file.
#[derive(Debug, Deserialize)]
struct ArmRow {
    n: u64,
    conversions: u64,
    revenue_sum: f64,
    revenue_sum_squares: f64,
    #[serde(default)]
    prior_sum: Option<f64>,
    #[serde(default)]
    prior_sum_squares: Option<f64>,
    #[serde(default)]
    prior_x_revenue: Option<f64>,
}

fn arms(file: &Path) -> Result<[Arm; 2], CliError> {
    let bad = |e: &dyn std::fmt::Display| CliError::Usage(format!("the sums in {} can't be read: {e}", file.display()));
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_path(file).map_err(|e| bad(&e))?;
    let rows: Vec<ArmRow> = reader.deserialize().collect::<Result<_, _>>().map_err(|e| bad(&e))?;
    let rows: [ArmRow; 2] =
        rows.try_into().map_err(|_| bad(&"expected two lines after the heading: the treated, and those who were left alone"))?;
    if rows.iter().any(|r| r.conversions > r.n) {
        return Err(bad(&"an arm has more conversions than shoppers"));
    }
    let before = |r: &ArmRow| Some(Before { sum: r.prior_sum?, squares: r.prior_sum_squares?, cross: r.prior_x_revenue? });
    Ok(rows.map(|r| Arm {
        shoppers: r.n,
        converted: r.conversions,
        revenue: r.revenue_sum,
        squares: r.revenue_sum_squares,
        before: before(&r),
    }))
}

/// A figure of anybody's sums.
#[derive(Debug, Serialize)]
struct Figure {
    figure: &'static str,
    estimate: Option<f64>,
    low: Option<f64>,
    high: Option<f64>,
}

fn print_arms(arms: &[Arm; 2], percent: Option<f64>, format: Format) -> Result<(), CliError> {
    let [treated, held] = *arms;
    let lift = compare(&[Stratum { share: 0.5, treated, held }], ALPHA);
    let split = percent.and_then(|p| split(&[vec![vec![(treated.shoppers, 100.0 - p), (held.shoppers, p)]]]));
    let verdicts = judge(&lift, split, ALPHA);
    let figures = figures(&lift, split);
    if format == Format::Json {
        let verdict = serde_json::json!({"orders": verdicts.orders.as_str(), "revenue": verdicts.net.as_str()});
        return out::json(&serde_json::json!({"figures": figures, "verdict": verdict}));
    }
    if format == Format::Parquet {
        return Err(CliError::Usage("figures of your own sums are printed as table, csv or json".into()));
    }
    let text = |n: Option<f64>| n.map_or_else(String::new, |n| n.to_string());
    let cells = |f: &Figure| vec![f.figure.to_owned(), text(f.estimate), text(f.low), text(f.high)];
    let verdict = |what: &str, words: &str| vec![what.to_owned(), words.to_owned(), String::new(), String::new()];
    let mut rows: Vec<Vec<String>> = figures.iter().map(cells).collect();
    rows.extend([verdict("verdict_orders", verdicts.orders.words()), verdict("verdict_revenue", verdicts.net.words())]);
    if format == Format::Csv {
        out::line("figure,estimate,low,high");
        rows.iter().for_each(|row| out::line(&row.iter().map(|t| quoted(t)).collect::<Vec<_>>().join(",")));
    } else {
        out::table(&["FIGURE", "ESTIMATE", "LOW", "HIGH"], &rows);
    }
    Ok(())
}

fn figures(lift: &Lift, split: Option<Split>) -> Vec<Figure> {
    let one =
        |figure, i: Option<Interval>| Figure { figure, estimate: i.map(|i| i.estimate), low: i.map(|i| i.low), high: i.map(|i| i.high) };
    let number = |figure, estimate: Option<f64>| Figure { figure, estimate, low: None, high: None };
    let both = |names: [&'static str; 2], e: Estimate| [one(names[0], e.anytime), one(names[1], e.once)];
    let mut all = Vec::new();
    all.extend(both(["conversion_difference_anytime", "conversion_difference_newcombe"], lift.conversion));
    all.extend(both(["relative_lift_anytime", "relative_lift_katz"], lift.relative));
    all.push(one("revenue_difference_welch", lift.plain));
    all.extend(both(["revenue_difference_cuped_anytime", "revenue_difference_cuped"], lift.revenue));
    all.extend(both(["incremental_orders_anytime", "incremental_orders"], lift.orders));
    all.extend(both(["incremental_revenue_anytime", "incremental_revenue"], lift.net));
    all.push(number("attributable_fraction", lift.caused));
    all.extend(both(["holdout_cost_anytime", "holdout_cost"], lift.cost_net));
    all.push(number("smallest_effect", lift.sureness.and_then(|s| s.smallest_effect(1.0, ALPHA))));
    all.extend([number("srm_p", split.map(|s| s.once)), number("srm_p_anytime", split.map(|s| s.anytime))]);
    all
}
