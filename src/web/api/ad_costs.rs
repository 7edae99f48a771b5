//! What advertising cost, and what came of it.

use super::auth::{Reader, Writer, actor};
use super::input::{Body, Query};
use super::problem::{Kind, Problem, Wrong};
use super::reports::{file, format, period};
use super::shapes::{AdCostsBody, TakenShape};
use crate::app::files::Period;
use crate::app::{App, ad_costs};
use crate::db;
use crate::domain::digest::Days;
use actix_web::web::{Data, Json};
use actix_web::{HttpRequest, HttpResponse};
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use utoipa::IntoParams;

/// Costs of one request.
const BULK_MAX: usize = 1000;

/// Of which period.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AdCostsQuery {
    /// A date in the store's zone, or an instant (RFC 3339); 30 days before `to` by default.
    from: Option<String>,
    /// A date, which is part of the period, or an instant, which isn't; now by default.
    to: Option<String>,
    /// `json` (the default), `csv` or `parquet`; without it the `Accept` header is asked.
    format: Option<String>,
}

/// Takes in what advertising cost, at most 1,000 lines a request. Each is answered by itself. Of the same day, advertisement and currency the last word
/// stands, so that the same lines again change nothing.
#[utoipa::path(post, path = "/ad-costs", tag = "reports", request_body = AdCostsBody, responses((status = 200, body = TakenShape)))]
pub async fn take(app: Data<App>, who: Writer, Body(body): Body<AdCostsBody>) -> Result<Json<TakenShape>, Problem> {
    if body.costs.len() > BULK_MAX {
        let problem = format!("at most {BULK_MAX} costs in one request; send the others in another");
        return Err(Problem::invalid(vec![Wrong { at: "costs".to_owned(), problem, line: None }]));
    }
    let lines: Vec<_> = body.costs.into_iter().map(super::shapes::AdCostBody::fields).collect();
    Ok(Json(TakenShape::from(ad_costs::take(&app, who.shop_id, &lines, &actor(&who)).await?)))
}

/// What advertising cost and brought, by source, medium and campaign, whole days; as JSON, CSV or Parquet.
#[utoipa::path(get, path = "/reports/ad-costs", tag = "reports", params(AdCostsQuery), responses((status = 200, content(
    (Object = "application/json"), (String = "text/csv"), (Vec<u8> = "application/vnd.apache.parquet")))))]
pub async fn report(app: Data<App>, who: Reader, request: HttpRequest, Query(query): Query<AdCostsQuery>) -> Result<HttpResponse, Problem> {
    let format = format(&request, query.format.as_deref())?;
    let shop = db::shops::get(&app.db, who.shop_id).await?.ok_or_else(|| Problem::new(Kind::NotFound, "the store is gone"))?;
    let (from, to) = period(&app, &shop, (query.from.as_deref(), query.to.as_deref()))?;
    let zone = shop.zone();
    let day = |at: Timestamp| at.to_zoned(zone.clone()).date();
    // The period ends before `to`: midnight is the end of the day before.
    let last = to.checked_sub(SignedDuration::from_nanos(1)).unwrap_or(to);
    let table = ad_costs::report(&app, who.shop_id, Days { first: day(from), last: day(last) }).await?;
    file(format, &table, Period { from, to })
}
