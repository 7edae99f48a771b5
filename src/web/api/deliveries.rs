//! Webhooks as received, and those that were set aside.

use super::auth::{Admin, Reader, Writer, actor};
use super::input::{Id, Nothing, OptionalBody, Query, limit, read_cursor};
use super::problem::{Kind, Problem};
use super::shapes::{DeliveryShape, Page, RetriedShape};
use crate::app::{App, deliveries};
use crate::db;
use crate::domain::ids::DeliveryId;
use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::web::{Data, Json};
use serde::Deserialize;
use utoipa::IntoParams;

const STATES: [&str; 3] = ["pending", "applied", "set_aside"];

/// What is looked for among deliveries.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct DeliveriesQuery {
    /// `pending`, `applied` or `set_aside`.
    state: Option<String>,
    /// From 1 to 200; 50 by default.
    limit: Option<String>,
    /// `next` of the page before.
    cursor: Option<String>,
}

/// Webhooks as received, newest first; those that couldn't be read are `set_aside`, with the reason.
#[utoipa::path(get, path = "/deliveries", tag = "deliveries", params(DeliveriesQuery), responses((status = 200, body = Page<DeliveryShape>)))]
pub async fn list(app: Data<App>, who: Reader, Query(query): Query<DeliveriesQuery>) -> Result<Json<Page<DeliveryShape>>, Problem> {
    let most = limit(query.limit.as_deref())?;
    let after = read_cursor(query.cursor.as_deref())?;
    let state = query.state.as_deref();
    if state.is_some_and(|state| !STATES.contains(&state)) {
        return Err(Problem::parameter("state", format!("expected one of {}", STATES.join(", "))));
    }
    let rows = db::deliveries::list(&app.db, who.shop_id, state, after, most + 1).await?;
    Ok(Json(Page::of(rows, most, |row| row.id.0, DeliveryShape::from)))
}

/// The raw bytes of one delivery, as received.
#[utoipa::path(get, path = "/deliveries/{id}/body", tag = "deliveries", params(("id" = Uuid, Path)),
    responses((status = 200, content_type = "application/octet-stream", body = Vec<u8>)))]
pub async fn body(app: Data<App>, who: Admin, Id(id): Id) -> Result<HttpResponse, Problem> {
    let body = db::deliveries::body(&app.db, who.shop_id, id).await?;
    let body = body.ok_or_else(|| Problem::new(Kind::NotFound, "there is no delivery with that id"))?;
    let mut response = HttpResponse::Ok();
    // Whatever a stranger sent must not be shown as a page.
    response.insert_header((header::CONTENT_TYPE, "application/octet-stream")).insert_header((header::CACHE_CONTROL, "no-store"));
    response.insert_header((header::CONTENT_DISPOSITION, format!("attachment; filename=\"{id}.json\"")));
    Ok(response.insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff")).body(body))
}

/// Reads one delivery again that was set aside.
#[utoipa::path(post, path = "/deliveries/{id}/retry", tag = "deliveries", params(("id" = Uuid, Path)), responses((status = 200, body = RetriedShape)))]
pub async fn retry(app: Data<App>, who: Writer, Id(id): Id, _: OptionalBody<Nothing>) -> Result<Json<RetriedShape>, Problem> {
    let retried = deliveries::retry(&app, who.shop_id, Some(DeliveryId(id)), &actor(&who)).await?;
    Ok(Json(RetriedShape { retried }))
}

/// Reads every delivery again that was set aside.
#[utoipa::path(post, path = "/deliveries/retry", tag = "deliveries", responses((status = 200, body = RetriedShape)))]
pub async fn retry_all(app: Data<App>, who: Writer, _: OptionalBody<Nothing>) -> Result<Json<RetriedShape>, Problem> {
    let retried = deliveries::retry(&app, who.shop_id, None, &actor(&who)).await?;
    Ok(Json(RetriedShape { retried }))
}
