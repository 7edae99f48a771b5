//! Consents with their proof: told by a store's programs, and shown for each shopper.

use super::auth::{Reader, Writer, sees_people};
use super::input::{Body, Id};
use super::problem::{Kind, Problem, Wrong};
use super::shapes::{ConsentEntryShape, ConsentLedgerShape, ConsentsBody, TakenShape, Viewer};
use crate::app::consents::{self, Given};
use crate::app::track::TrackError;
use crate::app::{App, AppError};
use crate::db;
use crate::domain::consent::Method;
use crate::domain::ids::ContactId;
use actix_web::web::{Data, Json};

/// Consents of one request.
const CONSENTS_MAX: usize = 500;
/// Rows of one shopper's ledger.
const ENTRIES_MAX: i64 = 1000;
/// When to send again what couldn't be stored, in seconds.
const RETRY_AFTER_S: u64 = 5;

/// Takes consents in, at most 500 a request. Each is answered by itself: a bad one doesn't spoil the others, and one that came before changes nothing. What is
/// answered is durable. No message leaves to whom took an agreement back, once it is accepted.
#[utoipa::path(post, path = "/consents", tag = "contacts", request_body = ConsentsBody, responses((status = 200, body = TakenShape)))]
pub async fn take(app: Data<App>, who: Writer, Body(body): Body<ConsentsBody>) -> Result<Json<TakenShape>, Problem> {
    if body.consents.len() > CONSENTS_MAX {
        let problem = format!("at most {CONSENTS_MAX} consents in one request; send the others in another");
        return Err(Problem::invalid(vec![Wrong { at: "consents".to_owned(), problem, line: None }]));
    }
    let shop = db::shops::get(&app.db, who.shop_id).await?.filter(|s| s.status != "removed");
    let shop = shop.ok_or_else(|| Problem::new(Kind::NotFound, "the store was removed"))?;
    let given: Vec<Given> = body.consents.into_iter().map(Given::from).collect();
    let taken = consents::take(&app, &shop, Method::Api, given).await.map_err(|error| match error {
        TrackError::App(error) => Problem::from(error),
        TrackError::Busy(why) => {
            tracing::warn!(%why, "consents could not be stored; their sender is asked to send them again");
            Problem::new(Kind::Unavailable, "not all of it could be stored; send it again in a moment").retry_after(RETRY_AFTER_S)
        }
    })?;
    Ok(Json(TakenShape::from(taken)))
}

/// The ledger of one shopper: everything that they said about being written to, the newest first, with what proves it.
#[utoipa::path(get, path = "/contacts/{id}/consents", tag = "contacts", params(("id" = Uuid, Path)), responses((status = 200, body = ConsentLedgerShape)))]
pub async fn of_contact(app: Data<App>, who: Reader, Id(id): Id) -> Result<Json<ConsentLedgerShape>, Problem> {
    let contact = db::people::living(&app.db, who.shop_id, ContactId(id)).await?;
    let contact = contact.ok_or(AppError::NotFound("shopper with that id"))?;
    let viewer = Viewer { shop: who.shop_id, sees_people: sees_people(&who) };
    let entries = db::consent_ledger::of_contact(&app.db, who.shop_id, contact, ENTRIES_MAX).await?;
    Ok(Json(ConsentLedgerShape { items: entries.into_iter().map(|entry| ConsentEntryShape::of(viewer, entry)).collect() }))
}
