//! How a store's messages leave: the providers in use, and the store's own.

use super::auth::{Admin, Reader, actor};
use super::input::{Body, parse};
use super::problem::Problem;
use super::shapes::{ChannelBody, ChannelShape, ProviderShape, TestSendBody, TestSendShape};
use crate::app::access::Program;
use crate::app::own_channels::{self, Chosen, InUse, PROVIDERS};
use crate::app::{App, AppError};
use crate::domain::event::ChannelKind;
use actix_web::HttpResponse;
use actix_web::web::{Data, Json, Path};
use uuid::Uuid;

type Answer<T> = Result<Json<T>, Problem>;

/// A token is of one store: of others it knows nothing.
fn own(who: &Program, id: &str) -> Result<(), Problem> {
    let fits = id.parse::<Uuid>().is_ok_and(|id| id == who.shop_id.0);
    if fits { Ok(()) } else { Err(AppError::NotFound("store with that id, for this token").into()) }
}

fn kind(text: &str) -> Result<ChannelKind, Problem> {
    parse("channel", Some(text))?.ok_or_else(|| Problem::parameter("channel", "expected `email`, `sms` or `whatsapp`"))
}

/// Every provider that can be set up, and what it asks for.
#[utoipa::path(get, path = "/providers", tag = "store", responses((status = 200, body = Vec<ProviderShape>)))]
pub async fn providers(_who: Reader) -> Json<Vec<ProviderShape>> {
    Json(PROVIDERS.iter().map(|p| ProviderShape::of(p)).collect())
}

/// How each kind of message leaves for the store. Secrets are never told.
#[utoipa::path(get, path = "/shops/{id}/channels", tag = "store", params(("id" = Uuid, Path)), responses((status = 200, body = Vec<ChannelShape>)))]
pub async fn list(app: Data<App>, who: Reader, id: Path<String>) -> Answer<Vec<ChannelShape>> {
    own(&who, &id)?;
    Ok(Json(own_channels::in_use(&app, who.shop_id).await?.into_iter().map(ChannelShape::of).collect()))
}

/// Gives the store a provider of its own. A secret that is left out keeps its value, as long as the provider stays the same.
#[utoipa::path(put, path = "/shops/{id}/channels/{channel}", tag = "store",
    params(("id" = Uuid, Path), ("channel" = String, Path, description = "`email`, `sms` or `whatsapp`")),
    request_body = ChannelBody, responses((status = 200, body = ChannelShape)))]
pub async fn choose(app: Data<App>, who: Admin, path: Path<(String, String)>, Body(body): Body<ChannelBody>) -> Answer<ChannelShape> {
    own(&who, &path.0)?;
    let kind = kind(&path.1)?;
    let chosen = Chosen { provider: body.provider, values: body.settings.into_iter().collect() };
    own_channels::choose(&app, who.shop_id, kind, chosen, &actor(&who)).await?;
    Ok(Json(ChannelShape::of(one(&app, &who, kind).await?)))
}

async fn one(app: &App, who: &Program, kind: ChannelKind) -> Result<InUse, Problem> {
    let all = own_channels::in_use(app, who.shop_id).await?;
    all.into_iter().find(|c| c.kind == kind).ok_or_else(|| AppError::NotFound("channel of that name").into())
}

/// Gives up the store's own provider: the installation's takes over.
#[utoipa::path(delete, path = "/shops/{id}/channels/{channel}", tag = "store",
    params(("id" = Uuid, Path), ("channel" = String, Path, description = "`email`, `sms` or `whatsapp`")),
    responses((status = 204, description = "the installation's provider takes over")))]
pub async fn give_up(app: Data<App>, who: Admin, path: Path<(String, String)>) -> Result<HttpResponse, Problem> {
    own(&who, &path.0)?;
    own_channels::give_up(&app, who.shop_id, kind(&path.1)?, &actor(&who)).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Sends one message that says that it is a test.
#[utoipa::path(post, path = "/shops/{id}/channels/{channel}/test-send", tag = "store",
    params(("id" = Uuid, Path), ("channel" = String, Path, description = "`email`, `sms` or `whatsapp`")),
    request_body = TestSendBody, responses((status = 200, body = TestSendShape)))]
pub async fn test_send(app: Data<App>, who: Admin, path: Path<(String, String)>, Body(body): Body<TestSendBody>) -> Answer<TestSendShape> {
    own(&who, &path.0)?;
    let tried = own_channels::test_send(&app, who.shop_id, kind(&path.1)?, &body.to, &actor(&who)).await?;
    Ok(Json(tried.into()))
}
