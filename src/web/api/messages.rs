//! What a store sets about its messages: read, and set as a whole.

use super::auth::{Reader, Writer, actor};
use super::input::{Body, Id};
use super::problem::Problem;
use super::shapes::{MessageSettingsFields, MessageSettingsShape};
use crate::app::access::Program;
use crate::app::{App, AppError, message_settings};
use crate::domain::sms::MessageSettings;
use actix_web::web::{Data, Json};
use uuid::Uuid;

type Answer = Result<Json<MessageSettingsShape>, Problem>;

/// A token is of one store: of others it knows nothing.
fn own(who: &Program, id: Uuid) -> Result<(), Problem> {
    if who.shop_id.0 == id { Ok(()) } else { Err(AppError::NotFound("store with that id, for this token").into()) }
}

/// What the store sets about its messages: characters, senders of texts, prices.
#[utoipa::path(get, path = "/shops/{id}/messages", tag = "store", params(("id" = Uuid, Path)), responses((status = 200, body = MessageSettingsShape)))]
pub async fn get(app: Data<App>, who: Reader, Id(id): Id) -> Answer {
    own(&who, id)?;
    Ok(Json(message_settings::get(&app, who.shop_id).await?.into()))
}

/// Sets it, as a whole: what is left out takes its default. Messages that are made from now on follow it; what was sent keeps what it cost.
#[utoipa::path(put, path = "/shops/{id}/messages", tag = "store", params(("id" = Uuid, Path)), request_body = MessageSettingsFields,
    responses((status = 200, body = MessageSettingsShape)))]
pub async fn set(app: Data<App>, who: Writer, Id(id): Id, Body(settings): Body<MessageSettings>) -> Answer {
    own(&who, id)?;
    Ok(Json(message_settings::set(&app, who.shop_id, settings, &actor(&who)).await?.into()))
}
