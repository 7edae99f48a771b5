//! The report on recovered revenue, with its definitions, and as a file.

use super::frame;
use crate::app::files::{Format, Period};
use crate::app::report::table::{by_name, table};
use crate::app::report::{Query, Recovered, recovered};
use crate::domain::digest::Days;
use crate::domain::report::{By, Definition};
use crate::web::pages::overview::{Sums, last_days, sums};
use crate::web::pages::shell::format;
use crate::web::pages::shell::frame::{Frame, Link};
use crate::web::pages::shell::problem::PageError;
use crate::web::pages::shell::respond;
use crate::web::pages::shell::signed::Signed;
use actix_web::HttpResponse;
use askama::Template;
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan as _};

const DAYS_USUAL: i64 = 30;

struct ByChoice {
    value: &'static str,
    name: &'static str,
    chosen: bool,
}

struct Line {
    label: String,
    sums: Sums,
}

#[derive(Template)]
#[template(path = "pages/reports/reports.html")]
struct Reports {
    frame: Frame,
    nav: Vec<Link>,
    from: String,
    to: String,
    choices: Vec<ByChoice>,
    by_name: &'static str,
    lines: Vec<Line>,
    totals: Vec<Sums>,
    definitions: &'static [Definition],
    windows: Vec<(String, String)>,
    zone: String,
    model: &'static str,
    anew: Option<String>,
    attribution: String,
    csv: String,
    parquet: String,
    print: String,
    action: String,
    basis: &'static str,
    notes: Vec<String>,
}

/// A period by its first and last day.
pub struct Asked {
    pub first: Date,
    pub last: Date,
    pub from: Timestamp,
    pub to: Timestamp,
    pub by: By,
}

/// What the query says, else the last 30 days.
pub fn asked(signed: &Signed) -> Result<Asked, PageError> {
    let shop = signed.shop()?;
    let (usual_first, _, _) = last_days(signed.app.now(), shop, DAYS_USUAL)?;
    let today = signed.app.now().to_zoned(format::zone(shop)).date();
    let date = |name: &str, known_as: &str, usual: Date| match signed.query.get(name) {
        "" => Ok(usual),
        _ => signed.query.parsed(name, known_as),
    };
    let (first, last): (Date, Date) = (date("from", "From", usual_first)?, date("to", "To", today)?);
    let beyond = |_| PageError::Invalid("the period goes beyond the calendar".into());
    let begin = |day: Date| day.to_zoned(format::zone(shop)).map(|z| z.timestamp()).map_err(beyond);
    let by = signed.query.get("by").parse().unwrap_or_default();
    Ok(Asked { first, last, from: begin(first)?, to: begin(last.checked_add(1.day()).map_err(beyond)?)?, by })
}

/// The days that the query names: those of `from` and `to`, the last thirty without them.
pub fn days(signed: &Signed) -> Result<Days, PageError> {
    let Asked { first, last, .. } = asked(signed)?;
    if last < first {
        return Err(PageError::Invalid("the period ends before it begins: choose a later last day".into()));
    }
    Ok(Days { first, last })
}

async fn report(signed: &Signed, days: &Asked) -> Result<Recovered, PageError> {
    let shop = signed.shop()?;
    let query = Query { shop: shop.id, from: days.from, to: days.to, model: shop.credit_model, by: days.by };
    Ok(recovered(&signed.app, query).await?)
}

/// The page.
pub async fn show(signed: Signed) -> Result<HttpResponse, PageError> {
    let days = asked(&signed)?;
    let report = report(&signed, &days).await?;
    let period = format!("from={}&to={}", days.first, days.last);
    let file = |ending: &str| signed.href(&format!("/reports/recovered.{ending}?{period}&by={}", days.by.as_str()));
    respond::page(&Reports {
        frame: Frame::new(&signed, "/reports", "Reports"),
        nav: frame::nav(&signed, "/reports"),
        from: days.first.to_string(),
        to: days.last.to_string(),
        choices: By::ALL.iter().map(|&b| ByChoice { value: b.as_str(), name: by_name(b), chosen: b == days.by }).collect(),
        by_name: by_name(days.by),
        lines: report.rows.iter().map(|r| Line { label: r.label.clone(), sums: sums(r) }).collect(),
        totals: report.totals.iter().map(sums).collect(),
        definitions: report.definitions,
        windows: report.click_windows.iter().map(|(name, window)| (name.clone(), format::length(*window))).collect(),
        zone: signed.shop()?.timezone.clone(),
        model: report.model.label(),
        anew: report.anew.as_ref().map(crate::app::recompute::Anew::words),
        attribution: signed.href("/reports/attribution"),
        csv: file("csv"),
        parquet: file("parquet"),
        print: signed.href(&format!("/reports/print?{period}")),
        basis: report.basis,
        notes: report.notes,
        action: signed.href("/reports"),
    })
}

/// The same as comma-separated values (RFC 4180).
pub async fn csv(signed: Signed) -> Result<HttpResponse, PageError> {
    file(&signed, Format::Csv).await
}

/// The same as Parquet.
pub async fn parquet(signed: Signed) -> Result<HttpResponse, PageError> {
    file(&signed, Format::Parquet).await
}

async fn file(signed: &Signed, format: Format) -> Result<HttpResponse, PageError> {
    let days = asked(signed)?;
    let table = table(&report(signed, &days).await?);
    respond::table(format, &table, (days.first, days.last), Period { from: days.from, to: days.to })
}
