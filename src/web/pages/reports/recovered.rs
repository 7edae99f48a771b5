//! The report on recovered revenue, with its definitions, and as a file.

use super::annotations;
use super::frame;
use super::picture::{self, Drawing, Picture};
use super::table::{DefinitionView, column_name, line_name, slugged};
use super::trend;
use crate::app::files::{Format, Period};
use crate::app::report::table::{by_name, table};
use crate::app::report::{Ground, Moment, Query, Recovered, recovered};
use crate::db::shops::Shop;
use crate::domain::annotation::Mark;
use crate::domain::digest::Days;
use crate::domain::money::Money;
use crate::domain::report::By;
use crate::web::pages::overview::{Sums, last_days, sums};
use crate::web::pages::settings::basis_words;
use crate::web::pages::shell::format;
use crate::web::pages::shell::frame::{Frame, Link};
use crate::web::pages::shell::problem::PageError;
use crate::web::pages::shell::respond;
use crate::web::pages::shell::signed::Signed;
use crate::words::{Said, say};
use actix_web::HttpResponse;
use askama::Template;
use jiff::Timestamp;
use jiff::civil::Date;
use std::collections::HashMap;

const DAYS_USUAL: i64 = 30;
/// Longer periods have no chart by days.
const DAYS_MAX: i64 = 400;
/// The columns that the page shows, in their order.
const COLUMNS: [&str; 8] = ["carts_abandoned", "nudges", "orders", "gross", "refunds", "net", "cost", "contribution"];

struct ByChoice {
    value: &'static str,
    name: String,
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
    by_name: String,
    /// Of the columns, in their order.
    headings: Vec<String>,
    /// Is it shown beside the period before?
    beside: bool,
    chart: Option<String>,
    currency: String,
    marks: Vec<annotations::MarkView>,
    pictures: Vec<Picture>,
    lines: Vec<Line>,
    totals: Vec<Sums>,
    definitions: Vec<DefinitionView>,
    windows: Vec<(String, String)>,
    zone: String,
    model: String,
    anew: Option<String>,
    attribution: String,
    csv: String,
    parquet: String,
    print: String,
    action: String,
    basis: Said,
    notes: Vec<String>,
}

/// A period by its first and last day.
pub struct Asked {
    pub first: Date,
    pub last: Date,
    pub from: Timestamp,
    pub to: Timestamp,
    pub by: By,
    /// Beside the period before.
    pub beside: bool,
}

/// What the query says, else the last 30 days.
pub fn asked(signed: &Signed) -> Result<Asked, PageError> {
    let shop = signed.shop()?;
    let (usual_first, _, _) = last_days(signed.app.now(), shop, DAYS_USUAL)?;
    let today = signed.app.now().to_zoned(shop.zone()).date();
    let date = |name: &str, known_as: &str, usual: Date| match signed.query.get(name) {
        "" => Ok(usual),
        _ => signed.query.parsed(name, known_as),
    };
    let (first, last): (Date, Date) = (date("from", "From", usual_first)?, date("to", "To", today)?);
    let (from, to) = signed.instants(Days { first, last })?;
    let by = signed.query.get("by").parse().unwrap_or_default();
    let beside = signed.query.get("compare") == "before";
    Ok(Asked { first, last, from, to, by, beside })
}

/// The days that the query names: those of `from` and `to`, the last thirty without them.
pub fn days(signed: &Signed) -> Result<Days, PageError> {
    let Asked { first, last, .. } = asked(signed)?;
    if last < first {
        return Err(PageError::Invalid(say("overview-bad-range").to_string()));
    }
    Ok(Days { first, last })
}

fn query(signed: &Signed, days: &Asked) -> Result<Query, PageError> {
    let shop = signed.shop()?;
    Ok(Query { shop: shop.id, from: days.from, to: days.to, model: shop.credit_model, by: days.by })
}

/// Net of every day of a period, in the store's currency.
fn daily(shop: &Shop, by_day: &Recovered, days: Days) -> Vec<(String, Money)> {
    let own = by_day.rows.iter().filter(|r| r.net.currency == shop.currency);
    let known: HashMap<&str, Money> = own.map(|r| (r.key.as_str(), r.net)).collect();
    let net = |day: Date| {
        let day = day.to_string();
        let net = known.get(day.as_str()).copied().unwrap_or(Money::new(0, shop.currency));
        (day, net)
    };
    days.each().map(net).collect()
}

/// The chart over time, with what happened meanwhile: none without an order, or of a period that is too long to be shown day by day.
async fn chart(signed: &Signed, (moment, asked): (&mut Moment<'_>, &Asked), marks: &[Mark]) -> Result<Option<String>, PageError> {
    let shop = signed.shop()?;
    let days = Days { first: asked.first, last: asked.last };
    if days.first.until(days.last).map_or(true, |span| i64::from(span.get_days()) >= DAYS_MAX) {
        return Ok(None);
    }
    let net = daily(shop, &moment.report(By::Day).await?, days);
    if net.iter().all(|(_, net)| net.minor == 0) {
        return Ok(None);
    }
    let before = match days.before() {
        Some(days) if asked.beside => {
            let (from, to) = signed.instants(days)?;
            let query = Query { from, to, by: By::Day, ..query(signed, asked)? };
            daily(shop, &recovered(&signed.app, query).await?, days)
        }
        _ => Vec::new(),
    };
    Ok(Some(trend::data_beside(shop, &net, &before, marks)))
}

/// The page.
pub async fn show(signed: Signed) -> Result<HttpResponse, PageError> {
    let days = asked(&signed)?;
    let shop = signed.shop()?;
    let ground = Ground::load(&signed.app, query(&signed, &days)?).await?;
    let marks = annotations::marks(&signed, Days { first: days.first, last: days.last }).await?;
    let mut moment = ground.moment(&signed.app).await?;
    let report = moment.report(days.by).await?;
    let chart = chart(&signed, (&mut moment, &days), &marks).await?;
    moment.end().await?;
    let table = table(&report);
    let headings = COLUMNS.map(|key| table.columns.iter().find(|c| c.key == key).map_or_else(String::new, |c| column_name(&table, c)));
    let period = format!("from={}&to={}", days.first, days.last);
    let file = |ending: &str| signed.href(&format!("/reports/recovered.{ending}?{period}&by={}", days.by.as_str()));
    respond::page(&Reports {
        frame: Frame::new(&signed, "/reports", say("nav-reports").to_string()),
        nav: frame::nav(&signed, "/reports"),
        from: days.first.to_string(),
        to: days.last.to_string(),
        choices: By::ALL
            .iter()
            .map(|&b| ByChoice { value: b.as_str(), name: slugged("reports-by-", by_name(b)), chosen: b == days.by })
            .collect(),
        by_name: slugged("reports-by-", by_name(days.by)),
        headings: headings.into(),
        beside: days.beside,
        chart,
        currency: shop.currency.code().to_owned(),
        marks: annotations::views(&signed, &marks)?,
        pictures: if days.by == By::Day { Vec::new() } else { picture::breakdown(&signed, &table, ("net", None)) },
        lines: report.rows.iter().zip(&table.lines).map(|(r, l)| Line { label: line_name(&table, l), sums: sums(r) }).collect(),
        totals: report.totals.iter().map(sums).collect(),
        definitions: DefinitionView::all(table.name, report.definitions),
        windows: report.click_windows.iter().map(|(name, window)| (name.clone(), format::length(*window))).collect(),
        zone: signed.shop()?.timezone.clone(),
        model: slugged("reports-model-", report.model.label()),
        anew: report.anew.as_ref().map(crate::app::recompute::Anew::words),
        attribution: signed.href("/reports/attribution"),
        csv: file("csv"),
        parquet: file("parquet"),
        print: signed.href(&format!("/reports/print?{period}")),
        basis: basis_words(shop.basis.basis),
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
    let table = table(&recovered(&signed.app, query(signed, &days)?).await?);
    respond::table(format, &table, (days.first, days.last), Period { from: days.from, to: days.to })
}
