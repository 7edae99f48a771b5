//! The pages of reports over carts and buyers.

use super::annotations;
use super::frame::{Choice, Choices, Files, as_file, asked, nav};
use super::picture::{self, Drawing, Picture};
use super::table::{TableView, slugged};
use super::trend;
use crate::app::reports::{self, Report};
use crate::domain::digest::Days as Period;
use crate::domain::money::Money;
use crate::domain::report::buyer::Basis;
use crate::domain::report::reports::Breakdown;
use crate::domain::report::table::Table;
use crate::web::pages::shell::frame::{Frame, Link};
use crate::web::pages::shell::problem::PageError;
use crate::web::pages::shell::respond;
use crate::web::pages::shell::signed::Signed;
use crate::words::say;
use actix_web::HttpResponse;
use askama::Template;
use jiff::civil::Date;

#[derive(Template)]
#[template(path = "pages/reports/report.html")]
struct Page {
    frame: Frame,
    nav: Vec<Link>,
    title: String,
    choices: Choices,
    compared: Option<String>,
    files: Files,
    table: TableView,
    pictures: Vec<Picture>,
    chart: Option<(String, String)>,
    marks: Vec<annotations::MarkView>,
}

/// The funnel.
pub async fn funnel(signed: Signed) -> Result<HttpResponse, PageError> {
    show(signed, ("/reports/funnel", "funnel")).await
}

/// What became of carts, broken down.
pub async fn performance(signed: Signed) -> Result<HttpResponse, PageError> {
    show(signed, ("/reports/performance", "performance")).await
}

/// What recovered buyers did afterwards.
pub async fn buyers(signed: Signed) -> Result<HttpResponse, PageError> {
    show(signed, ("/reports/buyers", "buyers")).await
}

/// Buyers by month.
pub async fn cohorts(signed: Signed) -> Result<HttpResponse, PageError> {
    show(signed, ("/reports/cohorts", "cohorts")).await
}

async fn show(signed: Signed, (path, name): (&'static str, &str)) -> Result<HttpResponse, PageError> {
    let asked = asked(&signed, name)?;
    let shop = signed.shop()?;
    let answer = reports::answer(&signed.app, shop, asked).await?;
    if let Some(format) = as_file(&signed)? {
        return respond::table(format, &answer.table, (answer.from, answer.to), answer.period(shop));
    }
    let trend = match asked.report {
        Report::Performance(_) => reports::trend(&signed.app, shop, &asked).await?,
        _ => Vec::new(),
    };
    let marks =
        if trend.is_empty() { Vec::new() } else { annotations::marks(&signed, Period { first: answer.from, last: answer.to }).await? };
    let before = match asked.report {
        Report::Performance(_) if asked.compare && !trend.is_empty() => {
            reports::trend(&signed.app, shop, &reports::Asked { days: asked.days.before(), ..asked }).await?
        }
        _ => Vec::new(),
    };
    let named = |days: Vec<(Date, Money)>| -> Vec<(String, Money)> { days.into_iter().map(|(day, net)| (day.to_string(), net)).collect() };
    let (net, before) = (named(trend), named(before));
    let title = slugged("reports-title-", &answer.table.title);
    let view = TableView::new(&signed, &answer.table);
    let table = if matches!(asked.report, Report::Cohorts(_)) { picture::cohorts(&signed, &answer.table, view) } else { view.fitting() };
    respond::page(&Page {
        nav: nav(&signed, path),
        choices: Choices::new(&signed, (path, breakdowns(asked.report)), &asked).await?,
        compared: answer
            .compared
            .map(|(from, to)| say("reports-compared").with("from", from.to_string()).with("to", to.to_string()).to_string()),
        files: Files::new(&signed, path, ""),
        pictures: pictures(&signed, asked, &answer.table),
        table,
        chart: (!net.is_empty()).then(|| (trend::data_beside(shop, &net, &before, &marks), shop.currency.code().to_owned())),
        marks: annotations::views(&signed, &marks)?,
        frame: Frame::new(&signed, "/reports", title.clone()),
        title,
    })
}

/// What is seen before it is read.
fn pictures(signed: &Signed, asked: reports::Asked, table: &Table) -> Vec<Picture> {
    let before = asked.compare.then_some("net_before");
    match asked.report {
        Report::Funnel => picture::funnel(signed, table),
        // Days have a chart of their own.
        Report::Performance(Breakdown::Day) | Report::Cohorts(_) => Vec::new(),
        Report::Performance(_) => picture::breakdown(signed, table, ("net", before)),
        Report::Buyers => picture::breakdown(signed, table, ("repeat_rate", None)),
    }
}

fn breakdowns(report: Report) -> Vec<Choice> {
    let choice = |value: &str, name: &str, chosen: bool| Choice { value: value.to_owned(), name: name.to_owned(), chosen };
    match report {
        Report::Performance(by) => Breakdown::all().map(|b| choice(b.as_str(), &slugged("reports-by-", b.label()), b == by)).collect(),
        Report::Cohorts(basis) => [(Basis::First, "reports-first-order"), (Basis::Recovered, "reports-first-recovered")]
            .map(|(b, name)| choice(b.as_str(), &say(name).to_string(), b == basis))
            .into(),
        Report::Funnel | Report::Buyers => Vec::new(),
    }
}
