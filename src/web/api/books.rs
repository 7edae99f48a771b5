//! What a store counts as revenue, and its orders against the platform's books.

use super::auth::{Reader, Writer, actor};
use super::input::{Body, Id, OptionalBody};
use super::problem::Problem;
use super::shapes::{MoneySettingsFields, MoneySettingsShape, ReconciliationFields, ReconciliationShape, TakenInShape};
use crate::app::access::Program;
use crate::app::{App, AppError, money, reconcile};
use crate::db;
use crate::domain::ids::ShopId;
use crate::domain::period::{End, instant};
use actix_web::web::{Data, Json};
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

/// How far back a comparison looks that isn't told.
const USUAL_PERIOD: SignedDuration = SignedDuration::from_hours(24 * 30);

/// A token is of one store: of others it knows nothing.
fn own(who: &Program, id: Uuid) -> Result<(), Problem> {
    if who.shop_id.0 == id { Ok(()) } else { Err(AppError::NotFound("store with that id, for this token").into()) }
}

/// What the store counts as revenue: tax and shipping, or not.
#[utoipa::path(get, path = "/shops/{id}/money", tag = "store", params(("id" = Uuid, Path)), responses((status = 200, body = MoneySettingsShape)))]
pub async fn money(app: Data<App>, who: Reader, Id(id): Id) -> Result<Json<MoneySettingsShape>, Problem> {
    own(&who, id)?;
    Ok(Json(money::get(&app, who.shop_id).await?.into()))
}

/// Sets it, as a whole: what is left out takes its default. Every order, also of the past, is worked out anew in the background.
#[utoipa::path(put, path = "/shops/{id}/money", tag = "store", params(("id" = Uuid, Path)), request_body = MoneySettingsFields,
    responses((status = 200, body = MoneySettingsShape)))]
pub async fn set_money(
    app: Data<App>,
    who: Writer,
    Id(id): Id,
    Body(fields): Body<MoneySettingsFields>,
) -> Result<Json<MoneySettingsShape>, Problem> {
    own(&who, id)?;
    Ok(Json(money::set(&app, who.shop_id, fields.into(), &actor(&who)).await?.into()))
}

/// The last comparison of orders with the platform's books, or how far it is.
#[utoipa::path(get, path = "/reports/reconciliation", tag = "reports", responses((status = 200, body = ReconciliationShape)))]
pub async fn last(app: Data<App>, who: Reader) -> Result<Json<ReconciliationShape>, Problem> {
    let run = db::reconciliations::last(&app.db, who.shop_id, false).await?;
    Ok(Json(run.ok_or(AppError::NotFound("comparison with the books yet: ask for one"))?.into()))
}

/// Asks for a comparison with what the store itself says of its orders. It is done in the background: ask for the last one until it is `done` or `failed`.
#[utoipa::path(post, path = "/reports/reconciliation", tag = "reports", request_body = ReconciliationFields,
    responses((status = 200, body = ReconciliationShape)))]
pub async fn ask(
    app: Data<App>,
    who: Writer,
    OptionalBody(fields): OptionalBody<ReconciliationFields>,
) -> Result<Json<ReconciliationShape>, Problem> {
    let period = period(&app, who.shop_id, &fields.unwrap_or_default()).await?;
    Ok(Json(reconcile::ask(&app, who.shop_id, period, &actor(&who)).await?.into()))
}

async fn period(app: &App, shop: ShopId, fields: &ReconciliationFields) -> Result<(Timestamp, Timestamp), Problem> {
    let shop = db::shops::get(&app.db, shop).await?.ok_or(AppError::NotFound("store with that id"))?;
    let zone = shop.zone();
    let read = |name: &str, text: Option<&str>, end| {
        text.map(|text| instant(text, end, &zone).map_err(|e| Problem::parameter(name, e))).transpose()
    };
    let to = read("to", fields.to.as_deref(), End::To)?.unwrap_or_else(|| app.now());
    let from = read("from", fields.from.as_deref(), End::From)?;
    Ok((from.unwrap_or_else(|| to.checked_sub(USUAL_PERIOD).unwrap_or(Timestamp::MIN)), to))
}

/// Takes in orders of the last comparison of which the books know more, at most 25 at once. Each is kept like a webhook.
#[utoipa::path(post, path = "/reports/reconciliation/take-in", tag = "reports", responses((status = 200, body = TakenInShape)))]
pub async fn take_in(app: Data<App>, who: Writer) -> Result<Json<TakenInShape>, Problem> {
    let done = reconcile::take_in(&app, who.shop_id, &actor(&who)).await?;
    Ok(Json(TakenInShape { taken: done.taken, gone: done.gone, left: done.left }))
}
