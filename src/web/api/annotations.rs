//! Marks on the time axis.

use super::auth::{Reader, Writer, actor};
use super::input::{Body, Query};
use super::problem::{Kind, Problem};
use super::reports::period;
use super::shapes::{AnnotationBody, AnnotationShape, AnnotationsShape};
use crate::app::{App, annotations};
use crate::db;
use crate::db::report::Period;
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Json, Path};
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;

/// Of which period.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PeriodQuery {
    /// A date in the store's zone, or an instant (RFC 3339); 30 days before `to` by default.
    from: Option<String>,
    /// A date, which is part of the period, or an instant, which isn't; now by default.
    to: Option<String>,
}

/// What people noted in a period, and what the system did that may explain a change of the figures, in the order of time.
#[utoipa::path(get, path = "/annotations", tag = "reports", params(PeriodQuery), responses((status = 200, body = AnnotationsShape)))]
pub async fn list(app: Data<App>, who: Reader, Query(query): Query<PeriodQuery>) -> Result<Json<AnnotationsShape>, Problem> {
    let shop = db::shops::get(&app.db, who.shop_id).await?.ok_or_else(|| Problem::new(Kind::NotFound, "the store is gone"))?;
    let (from, to) = period(&app, &shop, (query.from.as_deref(), query.to.as_deref()))?;
    let marks = annotations::list(&app, Period { shop: who.shop_id, from, to }).await?;
    Ok(Json(AnnotationsShape { items: marks.into_iter().map(AnnotationShape::from).collect() }))
}

/// Makes a note.
#[utoipa::path(post, path = "/annotations", tag = "reports", request_body = AnnotationBody, responses((status = 201, body = AnnotationShape)))]
pub async fn add(app: Data<App>, who: Writer, Body(body): Body<AnnotationBody>) -> Result<(Json<AnnotationShape>, StatusCode), Problem> {
    let mark = annotations::add(&app, who.shop_id, (body.at, &body.note), &actor(&who)).await?;
    Ok((Json(mark.into()), StatusCode::CREATED))
}

/// Changes a note.
#[utoipa::path(put, path = "/annotations/{id}", tag = "reports", params(("id" = Uuid, Path, description = "of the note")),
    request_body = AnnotationBody, responses((status = 200, body = AnnotationShape)))]
pub async fn change(
    app: Data<App>,
    who: Writer,
    id: Path<Uuid>,
    Body(body): Body<AnnotationBody>,
) -> Result<Json<AnnotationShape>, Problem> {
    Ok(Json(annotations::change(&app, who.shop_id, (*id, body.at, &body.note), &actor(&who)).await?.into()))
}

/// Removes a note.
#[utoipa::path(delete, path = "/annotations/{id}", tag = "reports", params(("id" = Uuid, Path, description = "of the note")),
    responses((status = 204, description = "it is removed")))]
pub async fn remove(app: Data<App>, who: Writer, id: Path<Uuid>) -> Result<HttpResponse, Problem> {
    annotations::remove(&app, who.shop_id, *id, &actor(&who)).await?;
    Ok(HttpResponse::NoContent().finish())
}
