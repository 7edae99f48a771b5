//! The report on recovered revenue, with its definitions, and as a file.

use super::format;
use super::frame::{Frame, Link};
use super::overview::{Sums, last_days, sums};
use super::problem::PageError;
use super::report_frame;
use super::respond;
use super::signed::Signed;
use crate::app::report::{Query, Recovered, Row, recovered};
use crate::domain::report::{By, Definition};
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
#[template(path = "pages/reports.html")]
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
    books: String,
    action: String,
    basis: &'static str,
    notes: Vec<String>,
}

/// A period by its first and last day.
pub struct Days {
    pub first: Date,
    pub last: Date,
    pub from: Timestamp,
    pub to: Timestamp,
    pub by: By,
}

/// What the query says, else the last 30 days.
pub fn asked(signed: &Signed) -> Result<Days, PageError> {
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
    Ok(Days { first, last, from: begin(first)?, to: begin(last.checked_add(1.day()).map_err(beyond)?)?, by })
}

async fn report(signed: &Signed, days: &Days) -> Result<Recovered, PageError> {
    let shop = signed.shop()?;
    let query = Query { shop: shop.id, from: days.from, to: days.to, model: shop.credit_model, by: days.by };
    Ok(recovered(&signed.app, query).await?)
}

fn by_name(by: By) -> &'static str {
    match by {
        By::Campaign => "Campaign",
        By::Step => "Step",
        By::Channel => "Channel",
        By::Day => "Day",
    }
}

/// The page.
pub async fn show(signed: Signed) -> Result<HttpResponse, PageError> {
    let days = asked(&signed)?;
    let report = report(&signed, &days).await?;
    let csv = format!("/reports/recovered.csv?from={}&to={}&by={}", days.first, days.last, days.by.as_str());
    respond::page(&Reports {
        frame: Frame::new(&signed, "/reports", "Reports"),
        nav: report_frame::nav(&signed, "/reports"),
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
        csv: signed.href(&csv),
        books: signed.href("/reports/books"),
        basis: report.basis,
        notes: report.notes,
        action: signed.href("/reports"),
    })
}

/// The same as comma-separated values (RFC 4180).
pub async fn csv(signed: Signed) -> Result<HttpResponse, PageError> {
    let days = asked(&signed)?;
    let report = report(&signed, &days).await?;
    let mut text =
        String::from("key,label,currency,nudges,carts_abandoned,orders,gross,refunds,net,cost,contribution,clicks,clicks_raw\r\n");
    for row in report.rows.iter().chain(&report.totals) {
        text.push_str(&csv_line(row));
    }
    let file = format!("recovered-{}-{}.csv", days.first, days.last);
    Ok(respond::download("text/csv; charset=utf-8", &file, text))
}

fn csv_line(row: &Row) -> String {
    let counts = format!("{},{},{}", row.nudges, row.carts_abandoned, row.orders);
    let money = [Some(row.gross), Some(row.refunds), Some(row.net), Some(row.cost), row.contribution];
    let money = money.map(|m| m.map_or_else(String::new, |m| m.amount())).join(",");
    format!("{},{},{},{counts},{money},{},{}\r\n", csv_text(&row.key), csv_text(&row.label), row.net.currency, row.clicks, row.clicks_raw)
}

/// Quoted, and never a formula: a spreadsheet would run it.
fn csv_text(text: &str) -> String {
    let guard = if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { "'" } else { "" };
    format!("\"{guard}{}\"", text.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spreadsheet_reads_texts_as_texts() {
        let check = |input: &str, expected: &str| assert_eq!(csv_text(input), expected);
        check("Checkout recovery", "\"Checkout recovery\"");
        check("a \"b\", c", "\"a \"\"b\"\", c\"");
        check("=1+1", "\"'=1+1\"");
        check("@x", "\"'@x\"");
    }
}
