//! What advertising cost, and what came of it.

use super::frame;
use super::picture::{self, Drawing, Picture};
use super::recovered::days;
use super::table::TableView;
use crate::app::ad_costs;
use crate::app::files::{Format, Period};
use crate::domain::digest::Days;
use crate::domain::report::table::Table;
use crate::web::pages::shell::frame::{Frame, Link};
use crate::web::pages::shell::problem::PageError;
use crate::web::pages::shell::respond;
use crate::web::pages::shell::signed::Signed;
use crate::words::say;
use actix_web::HttpResponse;
use askama::Template;

#[derive(Template)]
#[template(path = "pages/reports/ads.html")]
struct Page {
    frame: Frame,
    nav: Vec<Link>,
    from: String,
    to: String,
    pictures: Vec<Picture>,
    table: TableView,
    command: String,
    csv: String,
    action: String,
}

async fn report(signed: &Signed) -> Result<(Days, Table), PageError> {
    let days = days(signed)?;
    Ok((days, ad_costs::report(&signed.app, signed.shop()?.id, days).await?))
}

/// The page.
pub async fn show(signed: Signed) -> Result<HttpResponse, PageError> {
    let (days, table) = report(&signed).await?;
    respond::page(&Page {
        frame: Frame::new(&signed, "/reports", say("reports-ads").to_string()),
        nav: frame::nav(&signed, "/reports/ads"),
        from: days.first.to_string(),
        to: days.last.to_string(),
        pictures: picture::breakdown(&signed, &table, ("cost", None)),
        table: TableView::new(&signed, &table),
        command: format!("comeback import ad-costs costs.csv --shop {}", signed.shop()?.domain),
        csv: signed.href(&format!("/reports/ads.csv?from={}&to={}", days.first, days.last)),
        action: signed.href("/reports/ads"),
    })
}

/// The same as comma-separated values.
pub async fn csv(signed: Signed) -> Result<HttpResponse, PageError> {
    let (days, table) = report(&signed).await?;
    let (from, to) = signed.instants(days)?;
    respond::table(Format::Csv, &table, (days.first, days.last), Period { from, to })
}
