//! Campaigns: written, published, paused, resumed, archived.

use super::auth::{Reader, Writer, actor};
use super::input::{Body, Id, Nothing, OptionalBody, Query, limit, read_cursor};
use super::lists::ListQuery;
use super::problem::{Kind, Problem};
use super::shapes::{CampaignFields, CampaignShape, Page};
use crate::app::App;
use crate::app::campaigns::{self, Act};
use crate::app::discounts;
use crate::db;
use crate::db::campaigns::CampaignRow;
use crate::domain::campaign::CampaignSpec;
use crate::domain::ids::{CampaignId, ShopId};
use actix_web::http::StatusCode;
use actix_web::web::{Data, Json};
use uuid::Uuid;

type Answer<T> = Result<Json<T>, Problem>;

/// A campaign with everything that is worth a second look: also what only the store tells.
async fn shaped(app: &App, shop: ShopId, row: CampaignRow) -> Result<CampaignShape, Problem> {
    let of_store = discounts::warnings(&app.db, shop, &row.spec).await?;
    Ok(CampaignShape::from(row).warned(of_store))
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
        items.push(shaped(&app, who.shop_id, row).await?);
    }
    Ok(Json(Page { items, next: page.next }))
}

/// Makes a campaign, as a draft.
#[utoipa::path(post, path = "/campaigns", tag = "campaigns", request_body = CampaignFields, responses((status = 201, body = CampaignShape)))]
pub async fn create(app: Data<App>, who: Writer, Body(spec): Body<CampaignSpec>) -> Result<(Json<CampaignShape>, StatusCode), Problem> {
    let row = campaigns::create(&app, who.shop_id, spec, &actor(&who)).await?;
    Ok((Json(shaped(&app, who.shop_id, row).await?), StatusCode::CREATED))
}

/// One campaign, as last saved.
#[utoipa::path(get, path = "/campaigns/{id}", tag = "campaigns", params(("id" = Uuid, Path)), responses((status = 200, body = CampaignShape)))]
pub async fn get(app: Data<App>, who: Reader, Id(id): Id) -> Answer<CampaignShape> {
    let rows = db::campaigns::list(&app.db, who.shop_id).await?;
    let row = rows.into_iter().find(|row| row.id.0 == id);
    let row = row.ok_or_else(|| Problem::new(Kind::NotFound, "there is no campaign with that id"))?;
    Ok(Json(shaped(&app, who.shop_id, row).await?))
}

/// Saves a campaign's text; what is at work stays until it is published.
#[utoipa::path(put, path = "/campaigns/{id}", tag = "campaigns", params(("id" = Uuid, Path)), request_body = CampaignFields,
    responses((status = 200, body = CampaignShape)))]
pub async fn update(app: Data<App>, who: Writer, Id(id): Id, Body(spec): Body<CampaignSpec>) -> Answer<CampaignShape> {
    let row = campaigns::update(&app, who.shop_id, CampaignId(id), spec, &actor(&who)).await?;
    Ok(Json(shaped(&app, who.shop_id, row).await?))
}

async fn act(app: &App, who: &Writer, id: Uuid, act: Act) -> Answer<CampaignShape> {
    let row = campaigns::act(app, who.shop_id, CampaignId(id), act, &actor(who)).await?;
    Ok(Json(shaped(app, who.shop_id, row).await?))
}

/// Puts the saved text to work as a new version. Sequences that run keep theirs.
#[utoipa::path(post, path = "/campaigns/{id}/publish", tag = "campaigns", params(("id" = Uuid, Path)), responses((status = 200, body = CampaignShape)))]
pub async fn publish(app: Data<App>, who: Writer, Id(id): Id, _: OptionalBody<Nothing>) -> Answer<CampaignShape> {
    act(&app, &who, id, Act::Publish).await
}

/// Lets its messages wait; none is dropped.
#[utoipa::path(post, path = "/campaigns/{id}/pause", tag = "campaigns", params(("id" = Uuid, Path)), responses((status = 200, body = CampaignShape)))]
pub async fn pause(app: Data<App>, who: Writer, Id(id): Id, _: OptionalBody<Nothing>) -> Answer<CampaignShape> {
    act(&app, &who, id, Act::Pause).await
}

/// Lets them go on.
#[utoipa::path(post, path = "/campaigns/{id}/resume", tag = "campaigns", params(("id" = Uuid, Path)), responses((status = 200, body = CampaignShape)))]
pub async fn resume(app: Data<App>, who: Writer, Id(id): Id, _: OptionalBody<Nothing>) -> Answer<CampaignShape> {
    act(&app, &who, id, Act::Resume).await
}

/// Ends it: its open messages are cancelled.
#[utoipa::path(post, path = "/campaigns/{id}/archive", tag = "campaigns", params(("id" = Uuid, Path)), responses((status = 200, body = CampaignShape)))]
pub async fn archive(app: Data<App>, who: Writer, Id(id): Id, _: OptionalBody<Nothing>) -> Answer<CampaignShape> {
    act(&app, &who, id, Act::Archive).await
}
