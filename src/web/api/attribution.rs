//! The report on attribution, and by which model a store's headlines are told.

use super::auth::{Reader, Writer, actor};
use super::input::{Body, Id, Query, parse};
use super::problem::{Kind, Problem};
use super::reports::{file, format, period};
use super::shapes::{AttributionBody, AttributionSettingsShape, AttributionShape};
use crate::app::attribution::{self, Asked};
use crate::app::files::{Format, Period};
use crate::app::{App, AppError, recompute};
use crate::db;
use crate::domain::attribution::Model;
use actix_web::web::{Data, Json};
use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;

/// What is asked for.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AttributionQuery {
    /// A date in the store's zone, or an instant (RFC 3339), of which the day counts; 30 days before `to` by default.
    from: Option<String>,
    /// A date, which is part of the period, or an instant; now by default.
    to: Option<String>,
    /// `channel` (the default) or `campaign`.
    scope: Option<String>,
    /// Names of models with commas between; all of them by default.
    models: Option<String>,
    /// `json` (the default), `csv` or `parquet`; without it the `Accept` header is asked.
    format: Option<String>,
    /// Of a file: `net` (the default), `orders` or `ledger`. JSON has all three.
    table: Option<String>,
}

/// What each model gives to each channel that brought shoppers: our messages, ads, searches, other sites, direct visits; and what the ledger says of our own
/// messages, by evidence: what was attributed, and apart from it what was only influenced. While credits are being worked out anew, both figures. As JSON, CSV or Parquet.
#[utoipa::path(get, path = "/reports/attribution", tag = "reports", params(AttributionQuery), responses((status = 200, content(
    (AttributionShape = "application/json"), (String = "text/csv"), (Vec<u8> = "application/vnd.apache.parquet")))))]
pub async fn report(
    app: Data<App>,
    who: Reader,
    request: HttpRequest,
    Query(query): Query<AttributionQuery>,
) -> Result<HttpResponse, Problem> {
    let format = format(&request, query.format.as_deref())?;
    let part = parse("table", query.table.as_deref())?.unwrap_or_default();
    let shop = db::shops::get(&app.db, who.shop_id).await?.ok_or_else(|| Problem::new(Kind::NotFound, "the store is gone"))?;
    let (from, to) = period(&app, &shop, (query.from.as_deref(), query.to.as_deref()))?;
    let scope = parse("scope", query.scope.as_deref())?.unwrap_or_default();
    let models = match query.models.as_deref() {
        None => Model::ALL.to_vec(),
        Some(names) => {
            let named = names.split(',').map(str::trim).filter(|n| !n.is_empty()).map(|name| parse::<Model>("models", Some(name)));
            named.filter_map(Result::transpose).collect::<Result<Vec<_>, _>>()?
        }
    };
    let report = attribution::report(&app, &Asked { shop: who.shop_id, from, to, scope, models }).await?;
    match format {
        Format::Json => Ok(HttpResponse::Ok().json(AttributionShape(report))),
        Format::Csv | Format::Parquet => file(format, report.part(part), Period { from, to }),
    }
}

fn own(shop: Uuid, id: Uuid) -> Result<(), Problem> {
    if shop == id { Ok(()) } else { Err(AppError::NotFound("store with that id, for this token").into()) }
}

/// By which model headlines are told, and how far it is while credits are being worked out anew.
#[utoipa::path(get, path = "/shops/{id}/attribution", tag = "store", params(("id" = Uuid, Path)), responses((status = 200, body = AttributionSettingsShape)))]
pub async fn get(app: Data<App>, who: Reader, Id(id): Id) -> Result<Json<AttributionSettingsShape>, Problem> {
    own(who.shop_id.0, id)?;
    shown(&app, id).await
}

/// Sets by which model headlines are told: one that credits each order by itself.
#[utoipa::path(put, path = "/shops/{id}/attribution", tag = "store", params(("id" = Uuid, Path)), request_body = AttributionBody,
    responses((status = 200, body = AttributionSettingsShape)))]
pub async fn set(
    app: Data<App>,
    who: Writer,
    Id(id): Id,
    Body(body): Body<AttributionBody>,
) -> Result<Json<AttributionSettingsShape>, Problem> {
    own(who.shop_id.0, id)?;
    let model = parse("model", Some(&body.model))?.unwrap_or_default();
    recompute::set_model(&app, who.shop_id, model, &actor(&who)).await?;
    shown(&app, id).await
}

async fn shown(app: &App, id: Uuid) -> Result<Json<AttributionSettingsShape>, Problem> {
    let shop =
        db::shops::get(&app.db, crate::domain::ids::ShopId(id)).await?.ok_or_else(|| Problem::new(Kind::NotFound, "the store is gone"))?;
    let anew = recompute::anew(app, shop.id).await?;
    Ok(Json(AttributionSettingsShape { model: shop.credit_model.as_str(), anew: anew.map(Into::into) }))
}
