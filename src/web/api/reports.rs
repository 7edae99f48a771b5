//! Reports.

use super::auth::Reader;
use super::input::{Query, parse};
use super::problem::{Kind, Problem};
use super::shapes::RecoveredShape;
use crate::app::App;
use crate::app::files::{self, Format, Period};
use crate::app::report::table::table;
use crate::app::report::{self, Query as Asked};
use crate::db;
use crate::domain::attribution::Model;
use crate::domain::ids::ShopId;
use crate::domain::period::{End, instant};
use crate::domain::report::table::Table;
use actix_web::http::header;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use jiff::tz::TimeZone;
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
    /// `last_touch`, which is the default.
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
        Format::Csv | Format::Parquet => answer(format, &table(&report), Period { from: asked.from, to: asked.to }),
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
pub fn answer(format: Format, table: &Table, period: Period) -> Result<HttpResponse, Problem> {
    let bytes = files::of_table(format, table, period).map_err(|_| Problem::new(Kind::Internal, "the report could not be written"))?;
    let mut response = HttpResponse::Ok();
    response.insert_header((header::CONTENT_TYPE, format.media_type())).insert_header((header::VARY, "Accept"));
    if format != Format::Json {
        response.insert_header(("Content-Disposition", format!("attachment; filename=\"{}.{}\"", table.name, format.as_str())));
    }
    Ok(response.body(bytes))
}

async fn asked(app: &App, who: &Reader, query: &RecoveredQuery) -> Result<Asked, Problem> {
    let (from, to) = period(app, who.shop_id, (query.from.as_deref(), query.to.as_deref())).await?;
    let model = parse("model", query.model.as_deref())?.unwrap_or(Model::LastTouch);
    let by = parse("by", query.by.as_deref())?.unwrap_or_default();
    Ok(Asked { shop: who.shop_id, from, to, model, by })
}

/// The period that `from` and `to` name, days being the store's; without them the last 30 days.
///
/// # Errors
/// 400 for what is neither a date nor an instant, and for a period that ends before it begins.
pub async fn period(app: &App, shop: ShopId, (from, to): (Option<&str>, Option<&str>)) -> Result<(Timestamp, Timestamp), Problem> {
    let shop = db::shops::get(&app.db, shop).await?.ok_or_else(|| Problem::new(Kind::NotFound, "the store is gone"))?;
    let zone = TimeZone::get(&shop.timezone).unwrap_or(TimeZone::UTC);
    let read = |name: &str, text: Option<&str>, end| {
        text.map(|text| instant(text, end, &zone).map_err(|e| Problem::parameter(name, e))).transpose()
    };
    let from = read("from", from, End::From)?;
    let to = read("to", to, End::To)?.unwrap_or_else(|| app.now());
    let from = match from {
        Some(from) => from,
        None => to.checked_sub(USUAL_PERIOD).map_err(|_| Problem::parameter("to", "that is too long ago"))?,
    };
    if to <= from {
        return Err(Problem::parameter("to", "the period ends before it begins: `to` must be later than `from`"));
    }
    Ok((from, to))
}
