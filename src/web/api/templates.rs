//! Templates and their versions.

use super::auth::{Reader, Writer, actor};
use super::input::{Body, Id, OptionalBody, Query, limit, read_cursor};
use super::lists::ListQuery;
use super::problem::{Kind, Problem};
use super::shapes::{NewTemplateBody, Page, PreviewShape, TemplateShape, TemplateText, TestSendBody, TestSendShape, VersionShape};
use crate::app::App;
use crate::app::templates::{self, NewTemplate};
use crate::db;
use crate::domain::template::TemplateSource;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Json};
use uuid::Uuid;

type Answer<T> = Result<Json<T>, Problem>;

fn none() -> Problem {
    Problem::new(Kind::NotFound, "there is no template with that id")
}

/// The store's templates, oldest first, each with the version in use.
#[utoipa::path(get, path = "/templates", tag = "templates", params(ListQuery), responses((status = 200, body = Page<TemplateShape>)))]
pub async fn list(app: Data<App>, who: Reader, Query(query): Query<ListQuery>) -> Answer<Page<TemplateShape>> {
    let most = limit(query.limit.as_deref())?;
    let after: Option<Uuid> = read_cursor(query.cursor.as_deref())?;
    let mut rows = db::templates::list(&app.db, who.shop_id).await?;
    rows.retain(|row| after.is_none_or(|after| row.id > after));
    rows.sort_by_key(|row| row.id);
    let shapes = rows.into_iter().map(TemplateShape::try_from).collect::<Result<Vec<_>, _>>()?;
    Ok(Json(Page::of(shapes, most, |row| row.id, |row| row)))
}

/// Makes a template; one with problems is refused.
#[utoipa::path(post, path = "/templates", tag = "templates", request_body = NewTemplateBody, responses((status = 201, body = TemplateShape)))]
pub async fn create(app: Data<App>, who: Writer, Body(new): Body<NewTemplateBody>) -> Result<(Json<TemplateShape>, StatusCode), Problem> {
    let source = TemplateSource { subject: new.subject, body: new.body, text: new.text };
    let new = NewTemplate { key: new.key, channel: new.channel, language: new.language, source };
    let row = templates::create(&app, who.shop_id, &new, &actor(&who)).await?;
    Ok((Json(row.try_into()?), StatusCode::CREATED))
}

/// One template with the version in use.
#[utoipa::path(get, path = "/templates/{id}", tag = "templates", params(("id" = Uuid, Path)), responses((status = 200, body = TemplateShape)))]
pub async fn get(app: Data<App>, who: Reader, Id(id): Id) -> Answer<TemplateShape> {
    Ok(Json(db::templates::get(&app.db, who.shop_id, id).await?.ok_or_else(none)?.try_into()?))
}

/// Puts a new text to use as a new version; one with problems is refused. 409 when it was made of another version than the one in use.
#[utoipa::path(put, path = "/templates/{id}", tag = "templates", params(("id" = Uuid, Path)), request_body = TemplateText,
    responses((status = 200, body = TemplateShape)))]
pub async fn update(app: Data<App>, who: Writer, Id(id): Id, Body(text): Body<TemplateText>) -> Answer<TemplateShape> {
    Ok(Json(templates::update(&app, who.shop_id, id, text, &actor(&who)).await?.try_into()?))
}

/// Every version of a template, newest first.
#[utoipa::path(get, path = "/templates/{id}/versions", tag = "templates", params(("id" = Uuid, Path), ListQuery),
    responses((status = 200, body = Page<VersionShape>)))]
pub async fn versions(app: Data<App>, who: Reader, Id(id): Id, Query(query): Query<ListQuery>) -> Answer<Page<VersionShape>> {
    let most = limit(query.limit.as_deref())?;
    let after: Option<i64> = read_cursor(query.cursor.as_deref())?;
    db::templates::get(&app.db, who.shop_id, id).await?.ok_or_else(none)?;
    let rows = db::templates::versions(&app.db, who.shop_id, id).await?.into_iter();
    let shapes = rows.filter(|row| after.is_none_or(|after| row.0 < after)).map(VersionShape::try_from).collect::<Result<Vec<_>, _>>()?;
    Ok(Json(Page::of(shapes, most, |row| row.version, |row| row)))
}

/// How a template looks with a sample cart: as stored, or as sent along.
#[utoipa::path(post, path = "/templates/{id}/preview", tag = "templates", params(("id" = Uuid, Path)), request_body = Option<TemplateText>,
    responses((status = 200, body = PreviewShape)))]
pub async fn preview(app: Data<App>, who: Reader, Id(id): Id, OptionalBody(draft): OptionalBody<DraftText>) -> Answer<PreviewShape> {
    let draft = draft.and_then(DraftText::source);
    Ok(Json(templates::preview(&app, who.shop_id, id, draft).await?.into()))
}

/// A text that is being written; without a body the stored one is meant.
#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DraftText {
    #[serde(default)]
    subject: String,
    body: Option<String>,
    #[serde(default)]
    text: Option<String>,
    /// Whatever it was made of, it is looked at.
    #[serde(default, rename = "base_version")]
    _base: serde::de::IgnoredAny,
}

impl DraftText {
    fn source(self) -> Option<TemplateSource> {
        let (subject, text) = (self.subject, self.text);
        self.body.map(|body| TemplateSource { subject, body, text })
    }
}

/// Sends a template with a sample cart to one address, now. 409 without a channel.
#[utoipa::path(post, path = "/templates/{id}/test-send", tag = "templates", params(("id" = Uuid, Path)), request_body = TestSendBody,
    responses((status = 200, body = TestSendShape)))]
pub async fn test_send(app: Data<App>, who: Writer, Id(id): Id, Body(body): Body<TestSendBody>) -> Answer<TestSendShape> {
    Ok(Json(templates::test_send(&app, who.shop_id, (id, None), &body.to, &actor(&who)).await?.into()))
}
