//! Outbound webhooks: which of the store's own programs are told what, and what they answered.

use super::auth::{Admin, actor};
use super::input::{Body, Id, Nothing, OptionalBody, Query, limit, read_cursor};
use super::problem::{Kind, Problem};
use super::shapes::{EndpointBody, EndpointShape, NewEndpointShape, Page, SecretShape, SentShape, SentWithTriesShape};
use crate::app::App;
use crate::app::outbound::endpoints;
use crate::db;
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Json, Path};
use jiff::Timestamp;
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;

const STATES: [&str; 3] = ["waiting", "taken", "given_up"];
/// Of one event so many tries are told, the newest.
const TRIES_MAX: i64 = 50;

/// Which of what was told.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SentQuery {
    /// `waiting`, `taken` or `given_up`.
    state: Option<String>,
    /// From 1 to 200; 50 by default.
    limit: Option<String>,
    /// `next` of the page before.
    cursor: Option<String>,
}

/// The store's endpoints, oldest first; all on one page, as there are at most 20.
#[utoipa::path(get, path = "/webhooks", tag = "webhooks", responses((status = 200, body = Page<EndpointShape>)))]
pub async fn list(app: Data<App>, who: Admin) -> Result<Json<Page<EndpointShape>>, Problem> {
    let rows = db::outbound::endpoints(&app.db, who.shop_id).await?;
    Ok(Json(Page { items: rows.into_iter().map(EndpointShape::from).collect(), next: None }))
}

/// Adds an endpoint. Its secret is in this answer alone; the same request under the same `Idempotency-Key` is given this answer again for 24 hours.
#[utoipa::path(post, path = "/webhooks", tag = "webhooks", request_body = EndpointBody, responses((status = 201, body = NewEndpointShape)))]
pub async fn add(app: Data<App>, who: Admin, Body(body): Body<EndpointBody>) -> Result<(Json<NewEndpointShape>, StatusCode), Problem> {
    let (row, secret) = endpoints::add(&app, who.shop_id, &body.wanted(), &actor(&who)).await?;
    Ok((Json(NewEndpointShape { endpoint: row.into(), secret }), StatusCode::CREATED))
}

/// One endpoint.
#[utoipa::path(get, path = "/webhooks/{id}", tag = "webhooks", params(("id" = Uuid, Path)), responses((status = 200, body = EndpointShape)))]
pub async fn get(app: Data<App>, who: Admin, Id(id): Id) -> Result<Json<EndpointShape>, Problem> {
    Ok(Json(endpoints::get(&app, who.shop_id, id).await?.into()))
}

/// Changes where an endpoint is, what for, and what it is told; and, where `on` says so, switches it on or off.
#[utoipa::path(put, path = "/webhooks/{id}", tag = "webhooks", params(("id" = Uuid, Path)), request_body = EndpointBody,
    responses((status = 200, body = EndpointShape)))]
pub async fn change(app: Data<App>, who: Admin, Id(id): Id, Body(body): Body<EndpointBody>) -> Result<Json<EndpointShape>, Problem> {
    let row = endpoints::change(&app, who.shop_id, id, &body.wanted(), &actor(&who)).await?;
    if let Some(on) = body.on.filter(|on| *on != row.on) {
        endpoints::switch(&app, who.shop_id, id, on, &actor(&who)).await?;
    }
    Ok(Json(endpoints::get(&app, who.shop_id, id).await?.into()))
}

/// Removes an endpoint with its log; what waits for it is not sent.
#[utoipa::path(delete, path = "/webhooks/{id}", tag = "webhooks", params(("id" = Uuid, Path)), responses((status = 204, description = "it is removed")))]
pub async fn remove(app: Data<App>, who: Admin, Id(id): Id) -> Result<HttpResponse, Problem> {
    endpoints::remove(&app, who.shop_id, id, &actor(&who)).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Gives an endpoint another secret, which is in this answer alone; the one before signs as well for 24 hours. The same request under the same `Idempotency-Key`
/// is given this answer again for 24 hours, and changes nothing.
#[utoipa::path(post, path = "/webhooks/{id}/secret", tag = "webhooks", params(("id" = Uuid, Path)), responses((status = 200, body = SecretShape)))]
pub async fn renew(app: Data<App>, who: Admin, Id(id): Id, _: OptionalBody<Nothing>) -> Result<Json<SecretShape>, Problem> {
    Ok(Json(SecretShape { secret: endpoints::renew(&app, who.shop_id, id, &actor(&who)).await? }))
}

/// Has an endpoint told an event of the type `test`.
#[utoipa::path(post, path = "/webhooks/{id}/test", tag = "webhooks", params(("id" = Uuid, Path)), responses((status = 202, body = SentShape)))]
pub async fn test(app: Data<App>, who: Admin, Id(id): Id, _: OptionalBody<Nothing>) -> Result<(Json<SentShape>, StatusCode), Problem> {
    let event = endpoints::test(&app, who.shop_id, id, &actor(&who)).await?;
    Ok((Json(one(&app, &who, (id, event)).await?.into()), StatusCode::ACCEPTED))
}

async fn one(app: &App, who: &Admin, place: (Uuid, Uuid)) -> Result<db::outbound_sends::Listed, Problem> {
    let found = db::outbound_sends::one(&app.db, who.shop_id, place).await?;
    found.ok_or_else(|| Problem::new(Kind::NotFound, "there is no event with that id for this endpoint"))
}

/// What an endpoint was told and is to be told, newest first.
#[utoipa::path(get, path = "/webhooks/{id}/deliveries", tag = "webhooks", params(("id" = Uuid, Path), SentQuery),
    responses((status = 200, body = Page<SentShape>)))]
pub async fn deliveries(app: Data<App>, who: Admin, Id(id): Id, Query(query): Query<SentQuery>) -> Result<Json<Page<SentShape>>, Problem> {
    endpoints::get(&app, who.shop_id, id).await?;
    let most = limit(query.limit.as_deref())?;
    let after = read_cursor(query.cursor.as_deref())?;
    let state = query.state.as_deref();
    if state.is_some_and(|state| !STATES.contains(&state)) {
        return Err(Problem::parameter("state", format!("expected one of {}", STATES.join(", "))));
    }
    let rows = db::outbound_sends::list(&app.db, who.shop_id, (id, state), after, most + 1).await?;
    let place = |row: &db::outbound_sends::Listed| (Timestamp::from_millisecond(row.at).unwrap_or(Timestamp::UNIX_EPOCH), row.event_id);
    Ok(Json(Page::of(rows, most, place, SentShape::from)))
}

/// One event as it is sent, with every try, newest first.
#[utoipa::path(get, path = "/webhooks/{id}/deliveries/{event}", tag = "webhooks", params(("id" = Uuid, Path), ("event" = Uuid, Path)),
    responses((status = 200, body = SentWithTriesShape)))]
pub async fn delivery(app: Data<App>, who: Admin, path: Path<(Uuid, Uuid)>) -> Result<Json<SentWithTriesShape>, Problem> {
    let row = one(&app, &who, *path).await?;
    let tries = db::outbound_sends::tries(&app.db, who.shop_id, *path, TRIES_MAX).await?;
    Ok(Json(SentWithTriesShape::of(row, tries)))
}

/// Sends one event again, under the same id.
#[utoipa::path(post, path = "/webhooks/{id}/deliveries/{event}/redeliver", tag = "webhooks", params(("id" = Uuid, Path), ("event" = Uuid, Path)),
    responses((status = 202, body = SentShape)))]
pub async fn redeliver(
    app: Data<App>,
    who: Admin,
    path: Path<(Uuid, Uuid)>,
    _: OptionalBody<Nothing>,
) -> Result<(Json<SentShape>, StatusCode), Problem> {
    endpoints::again(&app, who.shop_id, *path, &actor(&who)).await?;
    Ok((Json(one(&app, &who, *path).await?.into()), StatusCode::ACCEPTED))
}
