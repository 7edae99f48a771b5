//! One clean page to print and hand on: headline, comparison, chart, tables, definitions, and when and by which version it was made.

use super::recovered::days;
use super::table::{TableView, slugged};
use crate::app::digest::summary::summary;
use crate::app::digest::{self, Line, pictures};
use crate::app::report::table::table;
use crate::web::pages::shell::assets;
use crate::web::pages::shell::format;
use crate::web::pages::shell::problem::PageError;
use crate::web::pages::shell::respond;
use crate::web::pages::shell::signed::Signed;
use crate::words::say;
use actix_web::HttpResponse;
use askama::Template;

struct Picture {
    title: String,
    data: String,
    alt: String,
}

#[derive(Template)]
#[template(path = "pages/reports/print.html")]
struct Print {
    assets: &'static str,
    shop: String,
    days: String,
    before: String,
    zone: String,
    lines: Vec<Line>,
    pictures: Vec<Picture>,
    tables: Vec<(String, TableView)>,
    definitions: Vec<(String, &'static str)>,
    is_empty: bool,
    made: format::When,
    version: &'static str,
    model: String,
    back: String,
}

/// The page.
pub async fn show(signed: Signed) -> Result<HttpResponse, PageError> {
    let shop = signed.shop()?;
    let summary = summary(&signed.app, shop, days(&signed)?).await?;
    let tables = [
        ("reports-print-campaign", &summary.by_campaign),
        ("reports-print-channel", &summary.by_channel),
        ("reports-print-day", &summary.by_day),
    ];
    let tables = tables.map(|(title, report)| (say(title).to_string(), TableView::new(&signed, &table(report)))).into();
    let drawn = |_| PageError::Internal;
    let pictures = vec![
        Picture {
            title: say("reports-net-per-day").to_string(),
            data: digest::data_url(&pictures::net_per_day(&summary).and_then(|p| p.quick()).map_err(drawn)?),
            alt: digest::daily_alt(&summary),
        },
        Picture {
            title: say("nav-carts").to_string(),
            data: digest::data_url(&pictures::funnel(&summary).and_then(|p| p.quick()).map_err(drawn)?),
            alt: digest::funnel_alt(&summary),
        },
    ];
    respond::page(&Print {
        assets: assets::version(),
        shop: shop.name.clone(),
        days: digest::days(summary.days),
        before: digest::days(summary.days_before),
        zone: shop.timezone.clone(),
        lines: digest::lines(&summary),
        pictures,
        tables,
        definitions: summary.definitions().collect(),
        is_empty: summary.is_empty(),
        made: format::when(summary.made_at, &shop.zone()),
        version: env!("CARGO_PKG_VERSION"),
        model: slugged("reports-model-", shop.credit_model.label()),
        back: signed.href(&format!("/reports?from={}&to={}", summary.days.first, summary.days.last)),
    })
}
