//! Campaigns: written, checked, copied, published, paused, resumed, archived.

use super::auth::{Reader, Writer, actor};
use super::input::{Body, Id, Nothing, OptionalBody, Query, limit, parse, read_cursor};
use super::lists::ListQuery;
use super::problem::Problem;
use super::shapes::{
    AssignmentShape, CampaignFields, CampaignShape, CheckedShape, CloneBody, NewCampaign, NewCampaignFields, Page, PublishBody,
    StarterShape, StartersShape,
};
use crate::app::campaigns::{self, Act};
use crate::app::{App, AppError, discounts};
use crate::db;
use crate::db::campaigns::CampaignRow;
use crate::domain::campaign::{CampaignSpec, STARTERS};
use crate::domain::contact::{Email, Identity, Phone};
use crate::domain::ids::{CampaignId, ShopId};
use actix_web::http::StatusCode;
use actix_web::web::{Data, Json};
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;

type Answer<T> = Result<Json<T>, Problem>;

/// A campaign with everything that is worth a second look: also what only the store tells.
async fn shape(app: &App, shop: ShopId, row: CampaignRow) -> Result<CampaignShape, Problem> {
    let of_store = discounts::warnings(&app.db, shop, &row.spec).await?;
    let moves = db::moves::of_shop(&app.db, shop).await?;
    let moving = moves.get(&row.id);
    Ok(CampaignShape::from((row, moving)).warned(of_store))
}

/// The store's campaigns, oldest first.
#[utoipa::path(get, path = "/campaigns", tag = "campaigns", params(ListQuery), responses((status = 200, body = Page<CampaignShape>)))]
pub async fn list(app: Data<App>, who: Reader, Query(query): Query<ListQuery>) -> Answer<Page<CampaignShape>> {
    let most = limit(query.limit.as_deref())?;
    let after: Option<Uuid> = read_cursor(query.cursor.as_deref())?;
    let mut rows = db::campaigns::list(&app.db, who.shop_id).await?;
    rows.retain(|row| after.is_none_or(|after| row.id.0 > after));
    let page = Page::of(rows, most, |row| row.id.0, |row| row);
    let mut items = Vec::new();
    for row in page.items {
        items.push(shape(&app, who.shop_id, row).await?);
    }
    Ok(Json(Page { items, next: page.next }))
}

/// Makes a campaign, as a draft: written out, or from a starter.
#[utoipa::path(post, path = "/campaigns", tag = "campaigns", request_body = NewCampaignFields, responses((status = 201, body = CampaignShape)))]
pub async fn create(app: Data<App>, who: Writer, Body(new): Body<NewCampaign>) -> Result<(Json<CampaignShape>, StatusCode), Problem> {
    let row = match new {
        NewCampaign::Spec(spec) => campaigns::create(&app, who.shop_id, *spec, &actor(&who)).await?,
        NewCampaign::Starter(asked) => {
            let shop = db::shops::get(&app.db, who.shop_id).await?.ok_or(AppError::NotFound("store with that id"))?;
            campaigns::create_from(&app, &shop, &asked.starter, &actor(&who)).await?
        }
    };
    Ok((Json(shape(&app, who.shop_id, row).await?), StatusCode::CREATED))
}

/// Campaigns to begin with, as they would be made for this store.
#[utoipa::path(get, path = "/campaigns/starters", tag = "campaigns", responses((status = 200, body = StartersShape)))]
pub async fn starters(app: Data<App>, who: Reader) -> Answer<StartersShape> {
    let shop = db::shops::get(&app.db, who.shop_id).await?.ok_or(AppError::NotFound("store with that id"))?;
    Ok(Json(StartersShape { items: STARTERS.iter().map(|s| StarterShape::from((s, shop.currency))).collect() }))
}

/// What is wrong with a campaign that isn't saved.
#[utoipa::path(post, path = "/campaigns/validate", tag = "campaigns", request_body = CampaignFields, responses((status = 200, body = CheckedShape)))]
pub async fn validate_spec(app: Data<App>, who: Reader, Body(spec): Body<CampaignSpec>) -> Answer<CheckedShape> {
    Ok(Json(campaigns::check(&app, who.shop_id, &spec).await?.into()))
}

/// One campaign, as last saved.
#[utoipa::path(get, path = "/campaigns/{id}", tag = "campaigns", params(("id" = Uuid, Path)), responses((status = 200, body = CampaignShape)))]
pub async fn get(app: Data<App>, who: Reader, Id(id): Id) -> Answer<CampaignShape> {
    let row = campaigns::get(&app, who.shop_id, CampaignId(id)).await?;
    Ok(Json(shape(&app, who.shop_id, row).await?))
}

/// Saves a campaign's text; what is at work stays until it is published.
#[utoipa::path(put, path = "/campaigns/{id}", tag = "campaigns", params(("id" = Uuid, Path)), request_body = CampaignFields,
    responses((status = 200, body = CampaignShape)))]
pub async fn update(app: Data<App>, who: Writer, Id(id): Id, Body(spec): Body<CampaignSpec>) -> Answer<CampaignShape> {
    let row = campaigns::update(&app, who.shop_id, CampaignId(id), spec, &actor(&who)).await?;
    Ok(Json(shape(&app, who.shop_id, row).await?))
}

/// What is wrong with a campaign as last saved: what keeps it from being published, and what is worth a second look.
#[utoipa::path(post, path = "/campaigns/{id}/validate", tag = "campaigns", params(("id" = Uuid, Path)), responses((status = 200, body = CheckedShape)))]
pub async fn validate(app: Data<App>, who: Reader, Id(id): Id, _: OptionalBody<Nothing>) -> Answer<CheckedShape> {
    let row = campaigns::get(&app, who.shop_id, CampaignId(id)).await?;
    Ok(Json(campaigns::check(&app, who.shop_id, &row.spec).await?.into()))
}

/// Makes a draft that says the same, under another name. Its comparison group is drawn anew.
#[utoipa::path(post, path = "/campaigns/{id}/clone", tag = "campaigns", params(("id" = Uuid, Path)), request_body = Option<CloneBody>,
    responses((status = 201, body = CampaignShape)))]
pub async fn clone(
    app: Data<App>,
    who: Writer,
    Id(id): Id,
    OptionalBody(body): OptionalBody<CloneBody>,
) -> Result<(Json<CampaignShape>, StatusCode), Problem> {
    let name = body.and_then(|b| b.name);
    let row = campaigns::copy(&app, who.shop_id, CampaignId(id), name, &actor(&who)).await?;
    Ok((Json(shape(&app, who.shop_id, row).await?), StatusCode::CREATED))
}

async fn act(app: &App, who: &Writer, id: Uuid, act: Act) -> Answer<CampaignShape> {
    let row = campaigns::act(app, who.shop_id, CampaignId(id), act, &actor(who)).await?;
    Ok(Json(shape(app, who.shop_id, row).await?))
}

/// Puts the saved text to work as a new version. Sequences that run keep theirs, or are moved to it, by and by, where that is asked for.
#[utoipa::path(post, path = "/campaigns/{id}/publish", tag = "campaigns", params(("id" = Uuid, Path)), request_body = Option<PublishBody>,
    responses((status = 200, body = CampaignShape)))]
pub async fn publish(app: Data<App>, who: Writer, Id(id): Id, OptionalBody(body): OptionalBody<PublishBody>) -> Answer<CampaignShape> {
    let moves = body.unwrap_or_default().move_running;
    act(&app, &who, id, if moves { Act::PublishAndMove } else { Act::Publish }).await
}

/// Lets its messages wait; none is dropped.
#[utoipa::path(post, path = "/campaigns/{id}/pause", tag = "campaigns", params(("id" = Uuid, Path)), responses((status = 200, body = CampaignShape)))]
pub async fn pause(app: Data<App>, who: Writer, Id(id): Id, _: OptionalBody<Nothing>) -> Answer<CampaignShape> {
    act(&app, &who, id, Act::Pause).await
}

/// Lets them go on: each is decided anew.
#[utoipa::path(post, path = "/campaigns/{id}/resume", tag = "campaigns", params(("id" = Uuid, Path)), responses((status = 200, body = CampaignShape)))]
pub async fn resume(app: Data<App>, who: Writer, Id(id): Id, _: OptionalBody<Nothing>) -> Answer<CampaignShape> {
    act(&app, &who, id, Act::Resume).await
}

/// Ends it: its open messages are cancelled.
#[utoipa::path(post, path = "/campaigns/{id}/archive", tag = "campaigns", params(("id" = Uuid, Path)), responses((status = 200, body = CampaignShape)))]
pub async fn archive(app: Data<App>, who: Writer, Id(id): Id, _: OptionalBody<Nothing>) -> Answer<CampaignShape> {
    act(&app, &who, id, Act::Archive).await
}

/// Whose assignment is asked for: one of the two.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AssignmentQuery {
    /// The shopper's e-mail address.
    email: Option<String>,
    /// The shopper's phone number, with its country code; for those who have no e-mail address.
    phone: Option<String>,
}

/// On which side of the comparison a shopper is, and which texts they get: as anybody can work out again who knows the campaign and the address.
#[utoipa::path(get, path = "/campaigns/{id}/assignment", tag = "campaigns", params(("id" = Uuid, Path), AssignmentQuery),
    responses((status = 200, body = AssignmentShape)))]
pub async fn assignment(app: Data<App>, who: Reader, Id(id): Id, Query(query): Query<AssignmentQuery>) -> Answer<AssignmentShape> {
    let email = parse::<Email>("email", query.email.as_deref())?.map(Identity::Email);
    let shopper = match email {
        Some(email) => Some(email),
        None => parse::<Phone>("phone", query.phone.as_deref())?.map(Identity::Phone),
    };
    let shopper = shopper.ok_or_else(|| Problem::parameter("email", "say whose: an e-mail address, or a phone number"))?;
    Ok(Json(campaigns::assigned(&app, who.shop_id, CampaignId(id), &shopper).await?.into()))
}
