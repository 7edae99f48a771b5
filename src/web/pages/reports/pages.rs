//! The pages of reports over carts and buyers.

use super::annotations;
use super::frame::{Choice, Choices, Files, as_file, asked, nav};
use super::table::TableView;
use super::trend;
use crate::app::reports::{self, Report};
use crate::domain::digest::Days as Period;
use crate::domain::money::Money;
use crate::domain::report::buyer::Basis;
use crate::domain::report::reports::Breakdown;
use crate::web::pages::shell::frame::{Frame, Link};
use crate::web::pages::shell::problem::PageError;
use crate::web::pages::shell::respond;
use crate::web::pages::shell::signed::Signed;
use actix_web::HttpResponse;
use askama::Template;

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
    let net: Vec<(String, Money)> = trend.into_iter().map(|(day, net)| (day.to_string(), net)).collect();
    let title = answer.table.title.clone();
    respond::page(&Page {
        nav: nav(&signed, path),
        choices: Choices::new(&signed, (path, breakdowns(asked.report)), &asked).await?,
        compared: answer.compared.map(|(from, to)| format!("Compared with {from} to {to}.")),
        files: Files::new(&signed, path, ""),
        table: TableView::new(&signed, &answer.table).fitting(),
        chart: (!net.is_empty()).then(|| (trend::data(shop, &net, &marks), shop.currency.code().to_owned())),
        marks: annotations::views(&signed, &marks)?,
        frame: Frame::new(&signed, "/reports", title.clone()),
        title,
    })
}

fn breakdowns(report: Report) -> Vec<Choice> {
    let choice = |value: &str, name: &str, chosen: bool| Choice { value: value.to_owned(), name: name.to_owned(), chosen };
    match report {
        Report::Performance(by) => Breakdown::all().map(|b| choice(b.as_str(), b.label(), b == by)).collect(),
        Report::Cohorts(basis) => [(Basis::First, "First order"), (Basis::Recovered, "First recovered order")]
            .map(|(b, name)| choice(b.as_str(), name, b == basis))
            .into(),
        Report::Funnel | Report::Buyers => Vec::new(),
    }
}
