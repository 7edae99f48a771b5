//! Reports over carts and buyers, each one table: read from sums, never from the carts themselves.

mod behind;
mod buyers;
mod cohorts;
mod funnel;
mod lines;
mod performance;
mod steps;
mod trend;

pub use behind::{carts_behind, carts_of};
pub use steps::{Did, Done, of_steps};
pub use trend::trend;

use super::files::Period;
use super::{App, AppError, rollups};
use crate::db::shops::Shop;
use crate::domain::ids::CampaignId;
use crate::domain::period::{End, instant};
use crate::domain::report::buyer::Basis;
use crate::domain::report::days::{self, Days};
use crate::domain::report::reports::Breakdown;
use crate::domain::report::table::Table;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;
use std::str::FromStr;

/// Days that a report looks back over that isn't told.
const USUAL_DAYS: i64 = 30;
/// Days that reports on buyers look back over: what they tell takes its time.
const BUYERS_DAYS: i64 = 365;

/// Which report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Report {
    /// From the checkout to the order.
    Funnel,
    /// What became of carts, broken down.
    Performance(Breakdown),
    /// What recovered buyers did afterwards, beside others.
    Buyers,
    /// Buyers by the month in which they came.
    Cohorts(Basis),
}

impl Report {
    /// The reports' names.
    pub const NAMES: [&str; 4] = ["funnel", "performance", "buyers", "cohorts"];

    /// A report by its name, and what it is broken down by; empty for the usual.
    ///
    /// # Errors
    /// What was expected.
    pub fn of(name: &str, by: &str) -> Result<Self, String> {
        fn or_usual<T: FromStr<Err = String>>(by: &str, usual: T) -> Result<T, String> {
            if by.is_empty() { Ok(usual) } else { by.parse() }
        }
        let none = || if by.is_empty() { Ok(()) } else { Err(format!("the report {name:?} is not broken down")) };
        match name {
            "funnel" => none().map(|()| Self::Funnel),
            "buyers" => none().map(|()| Self::Buyers),
            "performance" => Ok(Self::Performance(or_usual(by, Breakdown::default())?)),
            "cohorts" => match or_usual(by, Basis::First)? {
                Basis::Other => Err(format!("{by:?} is not a breakdown; expected first or recovered")),
                basis => Ok(Self::Cohorts(basis)),
            },
            _ => Err(format!("{name:?} is not a report; expected one of {}", Self::NAMES.join(", "))),
        }
    }

    /// Can it be of one campaign, and beside the period before?
    pub fn is_of_carts(self) -> bool {
        matches!(self, Self::Funnel | Self::Performance(_))
    }

    fn usual_days(self) -> i64 {
        if self.is_of_carts() { USUAL_DAYS } else { BUYERS_DAYS }
    }
}

/// What is asked for.
#[derive(Debug, Clone, Copy)]
pub struct Asked {
    /// Which report.
    pub report: Report,
    /// Over these days of the store's zone.
    pub days: Days,
    /// Of what this campaign did; none: of everything.
    pub campaign: Option<CampaignId>,
    /// Beside as many days right before.
    pub compare: bool,
}

/// What a report answers.
#[derive(Debug, Clone, Serialize)]
pub struct Answer {
    /// The first day, in the store's zone.
    pub from: Date,
    /// The last day.
    pub to: Date,
    /// The days of the period that it is compared with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub compared: Option<(Date, Date)>,
    /// How many carts and buyers are still being counted: the figures may be short by so many.
    pub counting: i64,
    /// The figures.
    #[serde(flatten)]
    pub table: Table,
}

impl Answer {
    /// From when to when, in the store's zone.
    pub fn period(&self, shop: &Shop) -> Period {
        let begin = |day: Date| day.to_zoned(shop.zone()).map_or(Timestamp::UNIX_EPOCH, |z| z.timestamp());
        Period { from: begin(self.from), to: begin(self.to.tomorrow().unwrap_or(self.to)) }
    }
}

/// The days that `from` and `to` name; the usual ones without them. Each is a day in the store's zone, or an instant, which stands for its day; both are part
/// of the period.
///
/// # Errors
/// The name of what can't be read, and why.
pub fn period(app: &App, shop: &Shop, report: Report, (from, to): (Option<&str>, Option<&str>)) -> Result<Days, (&'static str, String)> {
    let zone = shop.zone();
    let day = |name, text: Option<&str>| {
        let at = text.filter(|t| !t.is_empty()).map(|t| instant(t, End::From, &zone)).transpose().map_err(|e| (name, e))?;
        Ok(at.map(|at| days::number(days::of(at, &zone))))
    };
    let end = day("to", to)?.unwrap_or_else(|| days::number(days::of(app.now(), &zone))) + 1;
    let first = day("from", from)?.unwrap_or(end - report.usual_days());
    if first >= end {
        return Err(("to", "the period ends before it begins: `to` must not be earlier than `from`".to_owned()));
    }
    Ok(Days { first, end })
}

/// Answers a report.
///
/// # Errors
/// `Invalid` when the report can't be of a campaign or beside another period, `Db`.
pub async fn answer(app: &App, shop: &Shop, asked: Asked) -> Result<Answer, AppError> {
    if !asked.report.is_of_carts() && (asked.campaign.is_some() || asked.compare) {
        return Err(AppError::Invalid("this report is of buyers: it can't be of one campaign or beside the period before".into()));
    }
    let counting = rollups::fresh(app, shop).await?;
    let mut table = match asked.report {
        Report::Funnel => funnel::table(app, shop, &asked).await?,
        Report::Performance(by) => performance::table(app, shop, (by, &asked)).await?,
        Report::Buyers => buyers::table(app, shop, asked.days).await?,
        Report::Cohorts(basis) => cohorts::table(app, shop, (basis, asked.days)).await?,
    };
    if counting > 0 {
        table.notes.insert(0, format!("{counting} carts and buyers are still being counted. The figures may change until that is done."));
    }
    let dates = |days: Days| (days::date(days.first), days::date(days.end - 1));
    let (from, to) = dates(asked.days);
    Ok(Answer { from, to, compared: asked.compare.then(|| dates(asked.days.before())), counting, table })
}
