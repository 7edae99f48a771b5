//! What share of carts was left, and what share of those came back: as the reports define it, each with what it is of, how sure it is, and how it was before.

use crate::app::reports::{self, Asked, Report};
use crate::domain::report::days::Days;
use crate::domain::report::reports::Breakdown;
use crate::domain::report::table::{Cell, Ratio, Table};
use crate::domain::stats::Interval;
use crate::web::pages::shell::problem::PageError;
use crate::web::pages::shell::signed::Signed;
use crate::words::{self, say};

/// A share, for people.
pub struct Rate {
    pub name: String,
    /// `42 %`; none of nothing.
    pub share: Option<String>,
    /// `12 of 29`
    pub of: String,
    /// Within which it may be by chance, and that it is of few.
    pub sure: Option<String>,
    /// As it was before, and how it changed.
    pub before: Option<String>,
    pub means: String,
}

/// `12.3`
fn percent(value: f64) -> String {
    words::grouped(&format!("{:.1}", value * 100.0))
}

fn whole(value: f64) -> String {
    words::grouped(&format!("{:.0}", value * 100.0))
}

/// Both rates over the days, beside those before them.
pub async fn rates(signed: &Signed, days: Days, compare: bool) -> Result<Vec<Rate>, PageError> {
    let shop = signed.shop()?;
    let asked = |days| Asked { report: Report::Performance(Breakdown::default()), days, campaign: None, compare };
    let now = reports::answer(&signed.app, shop, asked(days)).await?.table;
    let before = if compare {
        Some(reports::answer(&signed.app, shop, Asked { compare: false, ..asked(days.before()) }).await?.table)
    } else {
        None
    };
    let change = if compare { cell(&now, "change") } else { None };
    Ok(["abandonment_rate", "recovery_rate"]
        .into_iter()
        .map(|key| {
            let past = before.as_ref().and_then(|t| ratio(t, key));
            // The change is worked out of what the messages are for.
            let change = match change {
                Some(Cell::Estimate(i)) if key == "recovery_rate" => Some(*i),
                _ => None,
            };
            rate(key, ratio(&now, key).unwrap_or(Ratio::new(0, 0)), past, change)
        })
        .collect())
}

fn cell<'a>(table: &'a Table, key: &str) -> Option<&'a Cell> {
    let at = table.columns.iter().position(|c| c.key == key)?;
    table.totals.first()?.cells.get(at)
}

fn ratio(table: &Table, key: &str) -> Option<Ratio> {
    match cell(table, key)? {
        Cell::Ratio(ratio) => Some(*ratio),
        _ => None,
    }
}

fn rate(key: &str, now: Ratio, past: Option<Ratio>, change: Option<Interval>) -> Rate {
    let interval = now.interval();
    let between = |i: Interval| {
        let said = say(if now.is_small() { "overview-sure-few" } else { "overview-sure" });
        said.with("low", whole(i.low)).with("high", whole(i.high)).to_string()
    };
    let before = past.map(|past| match past.interval() {
        None => say("overview-before-none").to_string(),
        Some(then) => {
            let share =
                say("overview-before").with("share", percent(then.estimate)).with("part", past.numerator).with("whole", past.denominator);
            match change {
                None => share.to_string(),
                Some(c) => {
                    let points = |n: f64| words::grouped(&format!("{n:.1}"));
                    let by = say("overview-change").with("by", points(c.estimate)).with("low", points(c.low)).with("high", points(c.high));
                    format!("{share} {by}")
                }
            }
        }
    });
    Rate {
        name: say(format!("overview-rate-{}", key.replace('_', "-"))).to_string(),
        share: interval.map(|i| percent(i.estimate)),
        of: say("overview-part").with("part", now.numerator).with("whole", now.denominator).to_string(),
        sure: interval.map(between),
        before,
        means: say(format!("overview-means-{}", key.replace('_', "-"))).to_string(),
    }
}
