//! Reports on what was caused.

use super::auth::Reader;
use super::input::{Query, parse};
use super::problem::{Kind, Problem};
use super::reports::{file, format};
use super::shapes::{ExperimentsShape, LiftShape};
use crate::app::App;
use crate::app::files::Format;
use crate::app::lift::{experiments, report, words};
use crate::db;
use crate::domain::period::{End, instant};
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use jiff::SignedDuration;
use serde::Deserialize;
use utoipa::IntoParams;

/// How far back a report looks that isn't told: longer than others, since who was counted lately isn't compared yet.
const USUAL_PERIOD: SignedDuration = SignedDuration::from_hours(24 * 90);

/// What is asked for.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct LiftQuery {
    /// A date in the store's zone, or an instant (RFC 3339), whose whole day is meant; 90 days before `to` by default.
    from: Option<String>,
    /// A date, which is part of the period, or an instant; now by default.
    to: Option<String>,
    /// Only this campaign.
    campaign: Option<String>,
    /// `json` (the default), `csv` or `parquet`; without it the `Accept` header is asked.
    format: Option<String>,
}

async fn asked(app: &App, who: &Reader, query: &LiftQuery) -> Result<report::Asked, Problem> {
    let shop = db::shops::get(&app.db, who.shop_id).await?.ok_or_else(|| Problem::new(Kind::NotFound, "the store is gone"))?;
    let zone = shop.zone();
    let read = |name: &str, text: Option<&str>, end| {
        text.map(|text| instant(text, end, &zone).map_err(|e| Problem::parameter(name, e))).transpose()
    };
    let from = read("from", query.from.as_deref(), End::From)?;
    let to = read("to", query.to.as_deref(), End::To)?.unwrap_or_else(|| app.now());
    let from = match from {
        Some(from) => from,
        None => to.checked_sub(USUAL_PERIOD).map_err(|_| Problem::parameter("to", "that is too long ago"))?,
    };
    if to <= from {
        return Err(Problem::parameter("to", "the period ends before it begins: `to` must be later than `from`"));
    }
    Ok(report::Asked { shop: who.shop_id, from, to, campaign: parse("campaign", query.campaign.as_deref())? })
}

/// What campaigns caused: shoppers who were written to against those who were left alone, with intervals that hold however often one looks. As JSON, CSV or
/// Parquet.
#[utoipa::path(get, path = "/reports/lift", tag = "reports", params(LiftQuery), responses((status = 200, content(
    (LiftShape = "application/json"), (String = "text/csv"), (Vec<u8> = "application/vnd.apache.parquet")))))]
pub async fn lift(app: Data<App>, who: Reader, request: HttpRequest, Query(query): Query<LiftQuery>) -> Result<HttpResponse, Problem> {
    let format = format(&request, query.format.as_deref())?;
    let asked = asked(&app, &who, &query).await?;
    let report = report::lift(&app, asked).await?;
    match format {
        Format::Json => Ok(HttpResponse::Ok().json(LiftShape::from(report))),
        Format::Csv | Format::Parquet => file(format, &words::table(&report), asked.period()),
    }
}

/// Texts of campaigns' steps against each other. As JSON, CSV or Parquet.
#[utoipa::path(get, path = "/reports/experiments", tag = "reports", params(LiftQuery), responses((status = 200, content(
    (ExperimentsShape = "application/json"), (String = "text/csv"), (Vec<u8> = "application/vnd.apache.parquet")))))]
pub async fn experiments(
    app: Data<App>,
    who: Reader,
    request: HttpRequest,
    Query(query): Query<LiftQuery>,
) -> Result<HttpResponse, Problem> {
    let format = format(&request, query.format.as_deref())?;
    let asked = asked(&app, &who, &query).await?;
    let report = experiments::experiments(&app, asked).await?;
    match format {
        Format::Json => Ok(HttpResponse::Ok().json(ExperimentsShape::from(report))),
        Format::Csv | Format::Parquet => file(format, &experiments::table(&report), asked.period()),
    }
}
