//! Reports.

use super::auth::Reader;
use super::input::{Query, parse};
use super::problem::{Kind, Problem};
use super::shapes::{RecoveredShape, ReportShape};
use crate::app::files::{self, Format, Period};
use crate::app::report::table::table;
use crate::app::report::{self, Query as Asked};
use crate::app::{App, reports};
use crate::db;
use crate::db::shops::Shop;
use crate::domain::period::{End, instant};
use crate::domain::report::table::Table;
use actix_web::http::header;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use utoipa::IntoParams;

/// How far back a report looks that isn't told.
const USUAL_PERIOD: SignedDuration = SignedDuration::from_hours(24 * 30);

/// What is asked for.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct RecoveredQuery {
    /// A date in the store's zone, or an instant (RFC 3339); 30 days before `to` by default.
    from: Option<String>,
    /// A date, which is part of the period, or an instant, which isn't; now by default.
    to: Option<String>,
    /// A model that credits each order by itself: `last_touch`, `first_touch`, `linear`, `linear_distinct`, `position_based`, `time_decay`,
    /// `time_decay_stepped`, `last_non_direct`; the store's own by default.
    model: Option<String>,
    /// `campaign` (the default), `step`, `channel` or `day`.
    by: Option<String>,
    /// `json` (the default), `csv` or `parquet`; without it the `Accept` header is asked.
    format: Option<String>,
}

/// Revenue recovered in a period, net of refunds, with the definitions of its figures; as JSON, CSV or Parquet.
#[utoipa::path(get, path = "/reports/recovered", tag = "reports", params(RecoveredQuery), responses((status = 200, content(
    (RecoveredShape = "application/json"), (String = "text/csv"), (Vec<u8> = "application/vnd.apache.parquet")))))]
pub async fn recovered(
    app: Data<App>,
    who: Reader,
    request: HttpRequest,
    Query(query): Query<RecoveredQuery>,
) -> Result<HttpResponse, Problem> {
    let format = format(&request, query.format.as_deref())?;
    let asked = asked(&app, &who, &query).await?;
    let report = report::recovered(&app, asked).await?;
    match format {
        Format::Json => Ok(HttpResponse::Ok().json(RecoveredShape::from(report))),
        Format::Csv | Format::Parquet => file(format, &table(&report), Period { from: asked.from, to: asked.to }),
    }
}

/// What is asked for by name, or else by the `Accept` header; JSON where nothing is.
///
/// # Errors
/// 400 for a name that is none.
pub fn format(request: &HttpRequest, named: Option<&str>) -> Result<Format, Problem> {
    let accept = request.headers().get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    Ok(parse("format", named)?.or_else(|| Format::accepted(accept)).unwrap_or(Format::Json))
}

/// A report in the format that was asked for.
///
/// # Errors
/// 500 when it can't be written.
pub fn file(format: Format, table: &Table, period: Period) -> Result<HttpResponse, Problem> {
    let bytes = files::of_table(format, table, period).map_err(|_| Problem::new(Kind::Internal, "the report could not be written"))?;
    let mut response = HttpResponse::Ok();
    response.insert_header((header::CONTENT_TYPE, format.media_type())).insert_header((header::VARY, "Accept"));
    if format != Format::Json {
        response.insert_header(("Content-Disposition", format!("attachment; filename=\"{}.{}\"", table.name, format.as_str())));
    }
    Ok(response.body(bytes))
}

async fn asked(app: &App, who: &Reader, query: &RecoveredQuery) -> Result<Asked, Problem> {
    let shop = db::shops::get(&app.db, who.shop_id).await?.ok_or_else(|| Problem::new(Kind::NotFound, "the store is gone"))?;
    let (from, to) = period(app, &shop, (query.from.as_deref(), query.to.as_deref()))?;
    let model = parse("model", query.model.as_deref())?.unwrap_or(shop.credit_model);
    if !model.is_per_order() {
        return Err(Problem::parameter("model", "that model needs all journeys at once; see reports/attribution"));
    }
    let by = parse("by", query.by.as_deref())?.unwrap_or_default();
    Ok(Asked { shop: who.shop_id, from, to, model, by })
}

/// The period that is asked for.
///
/// # Errors
/// For what is neither an instant nor a day, and a period that ends before it begins.
pub fn period(app: &App, shop: &Shop, asked: (Option<&str>, Option<&str>)) -> Result<(Timestamp, Timestamp), Problem> {
    let zone = shop.zone();
    let read = |name: &str, text: Option<&str>, end| {
        text.map(|text| instant(text, end, &zone).map_err(|e| Problem::parameter(name, e))).transpose()
    };
    let from = read("from", asked.0, End::From)?;
    let to = read("to", asked.1, End::To)?.unwrap_or_else(|| app.now());
    let from = match from {
        Some(from) => from,
        None => to.checked_sub(USUAL_PERIOD).map_err(|_| Problem::parameter("to", "that is too long ago"))?,
    };
    if to <= from {
        return Err(Problem::parameter("to", "the period ends before it begins: `to` must be later than `from`"));
    }
    Ok((from, to))
}

/// Of which days, broken down by what, of which campaign and beside what a report is.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ReportQuery {
    /// The first day, in the store's zone; an instant (RFC 3339) stands for its day. 30 days before `to` by default, of buyers and cohorts 365.
    from: Option<String>,
    /// The last day, which is part of the period; today by default.
    to: Option<String>,
    /// Performance: `campaign` (the default), `step`, `channel`, `variant`, `arm`, `device`, `shopper`, `country`, `language`, `product`, `price_tier`,
    /// `landing_page`, `utm_source`, `utm_medium`, `utm_campaign` or `day`. Cohorts: `first` (the default) or `recovered`.
    by: Option<String>,
    /// Of what this campaign did, by its id. Funnel and performance only.
    campaign: Option<String>,
    /// `before`: beside as many days right before. Funnel and performance only.
    compare: Option<String>,
    /// `json` (the default), `csv` or `parquet`; without it the `Accept` header is asked.
    format: Option<String>,
}

async fn answer(app: &App, who: &Reader, name: &str, (request, query): (HttpRequest, ReportQuery)) -> Result<HttpResponse, Problem> {
    let format = format(&request, query.format.as_deref())?;
    let shop = db::shops::get(&app.db, who.shop_id).await?.ok_or_else(|| Problem::new(Kind::NotFound, "the store is gone"))?;
    let by = query.by.as_deref().unwrap_or_default();
    let report = reports::Report::of(name, by).map_err(|e| Problem::parameter("by", e))?;
    let days = reports::period(app, &shop, report, (query.from.as_deref(), query.to.as_deref()))
        .map_err(|(name, why)| Problem::parameter(name, why))?;
    let campaign = parse("campaign", query.campaign.as_deref())?;
    let compare = match query.compare.as_deref() {
        None => false,
        Some("before") => true,
        Some(other) => return Err(Problem::parameter("compare", format!("{other:?} is no period to compare with; expected before"))),
    };
    if !report.is_of_carts() && (campaign.is_some() || compare) {
        let name = if campaign.is_some() { "campaign" } else { "compare" };
        return Err(Problem::parameter(name, "this report is of buyers: it can't be of one campaign or beside the period before"));
    }
    let answer = reports::answer(app, &shop, reports::Asked { report, days, campaign, compare }).await?;
    match format {
        Format::Json => Ok(HttpResponse::Ok().json(ReportShape::from(answer))),
        Format::Csv | Format::Parquet => file(format, &answer.table, answer.period(&shop)),
    }
}

/// From the checkout to the order: how many carts reached each step, at any time.
#[utoipa::path(get, path = "/reports/funnel", tag = "reports", params(ReportQuery), responses((status = 200, content(
    (ReportShape = "application/json"), (String = "text/csv"), (Vec<u8> = "application/vnd.apache.parquet")))))]
pub async fn funnel(app: Data<App>, who: Reader, request: HttpRequest, Query(query): Query<ReportQuery>) -> Result<HttpResponse, Problem> {
    answer(&app, &who, "funnel", (request, query)).await
}

/// What became of carts, broken down: rates with their intervals, money, and how long it took.
#[utoipa::path(get, path = "/reports/performance", tag = "reports", params(ReportQuery), responses((status = 200, content(
    (ReportShape = "application/json"), (String = "text/csv"), (Vec<u8> = "application/vnd.apache.parquet")))))]
pub async fn performance(
    app: Data<App>,
    who: Reader,
    request: HttpRequest,
    Query(query): Query<ReportQuery>,
) -> Result<HttpResponse, Problem> {
    answer(&app, &who, "performance", (request, query)).await
}

/// What recovered buyers did within some days of the recovered order, beside other buyers: a comparison, not a cause.
#[utoipa::path(get, path = "/reports/buyers", tag = "reports", params(ReportQuery), responses((status = 200, content(
    (ReportShape = "application/json"), (String = "text/csv"), (Vec<u8> = "application/vnd.apache.parquet")))))]
pub async fn buyers(app: Data<App>, who: Reader, request: HttpRequest, Query(query): Query<ReportQuery>) -> Result<HttpResponse, Problem> {
    answer(&app, &who, "buyers", (request, query)).await
}

/// Buyers by the month in which they came, and what they brought month by month.
#[utoipa::path(get, path = "/reports/cohorts", tag = "reports", params(ReportQuery), responses((status = 200, content(
    (ReportShape = "application/json"), (String = "text/csv"), (Vec<u8> = "application/vnd.apache.parquet")))))]
pub async fn cohorts(app: Data<App>, who: Reader, request: HttpRequest, Query(query): Query<ReportQuery>) -> Result<HttpResponse, Problem> {
    answer(&app, &who, "cohorts", (request, query)).await
}
