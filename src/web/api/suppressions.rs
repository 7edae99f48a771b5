//! Addresses that must not be written to.

use super::auth::{Reader, Writer, actor, sees_people};
use super::input::{Body, Query, limit, parse, read_cursor};
use super::lists::ListQuery;
use super::problem::{Problem, Wrong};
use super::shapes::{Page, SuppressionBody, SuppressionShape, SuppressionsBody, TakenShape, Viewer};
use crate::app::App;
use crate::app::suppressions::{self, REASON_MAX};
use crate::db;
use crate::domain::event::ChannelKind;
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Json, Path};
use jiff::Timestamp;

/// Addresses of one request.
const BULK_MAX: usize = 1000;

/// Forbidden addresses, oldest first; masked with the scope `read`.
#[utoipa::path(get, path = "/suppressions", tag = "contacts", params(ListQuery), responses((status = 200, body = Page<SuppressionShape>)))]
pub async fn list(app: Data<App>, who: Reader, Query(query): Query<ListQuery>) -> Result<Json<Page<SuppressionShape>>, Problem> {
    let most = limit(query.limit.as_deref())?;
    let from: (Timestamp, i64) = read_cursor(query.cursor.as_deref())?.unwrap_or((Timestamp::UNIX_EPOCH, 0));
    let rows = db::people::suppressions(&app.db, who.shop_id, from, most + 1).await?;
    let viewer = Viewer { shop: who.shop_id, sees_people: sees_people(&who) };
    // How many of the page's last instant were given: what the next page leaves out.
    let end = rows.iter().take(usize::try_from(most).unwrap_or(usize::MAX)).next_back().map(|row| row.created_at);
    let given = rows.iter().take(usize::try_from(most).unwrap_or(usize::MAX)).filter(|row| Some(row.created_at) == end).count();
    let before = if end == Some(from.0) { from.1 } else { 0 };
    let skip = before.saturating_add(i64::try_from(given).unwrap_or(i64::MAX));
    Ok(Json(Page::of(rows, most, |row| (row.created_at, skip), |row| viewer.suppression(row))))
}

/// Forbids an address; one that is forbidden already keeps its first reason.
#[utoipa::path(post, path = "/suppressions", tag = "contacts", request_body = SuppressionBody, responses((status = 201, body = SuppressionShape)))]
pub async fn add(app: Data<App>, who: Writer, Body(body): Body<SuppressionBody>) -> Result<(Json<SuppressionShape>, StatusCode), Problem> {
    let wrong = |at: &str, problem: String| Problem::invalid(vec![Wrong { at: at.to_owned(), problem, line: None }]);
    let address = suppressions::address(body.channel, &body.address).map_err(|e| wrong("address", e.to_string()))?;
    let reason = body.reason.unwrap_or_else(|| "manual".to_owned());
    if reason.trim().is_empty() || reason.chars().count() > REASON_MAX {
        return Err(wrong("reason", format!("a reason has 1 to {REASON_MAX} characters")));
    }
    let stored = suppressions::add(&app, who.shop_id, (body.channel, &address), &reason, &actor(&who)).await?;
    let viewer = Viewer { shop: who.shop_id, sees_people: true };
    Ok((Json(viewer.suppression(stored)), StatusCode::CREATED))
}

/// Forbids addresses, at most 1,000 a request. Each is answered by itself: a bad one doesn't spoil the others, and one that is forbidden already keeps its
/// first reason.
#[utoipa::path(post, path = "/suppressions/bulk", tag = "contacts", request_body = SuppressionsBody, responses((status = 200, body = TakenShape)))]
pub async fn add_all(app: Data<App>, who: Writer, Body(body): Body<SuppressionsBody>) -> Result<Json<TakenShape>, Problem> {
    if body.suppressions.len() > BULK_MAX {
        let problem = format!("at most {BULK_MAX} addresses in one request; send the others in another");
        return Err(Problem::invalid(vec![Wrong { at: "suppressions".to_owned(), problem, line: None }]));
    }
    let given = body.suppressions.into_iter().map(|s| suppressions::Given { channel: s.channel, address: s.address, reason: s.reason });
    let fates = suppressions::add_all(&app, who.shop_id, given.collect(), &actor(&who)).await?;
    Ok(Json(TakenShape::from(fates)))
}

/// Allows an address again.
#[utoipa::path(delete, path = "/suppressions/{channel}/{address}", tag = "contacts",
    params(("channel" = String, Path, description = "`email` or `sms`"), ("address" = String, Path, description = "the address or number, percent-encoded")),
    responses((status = 204, description = "it may be written to again")))]
pub async fn remove(app: Data<App>, who: Writer, path: Path<(String, String)>) -> Result<HttpResponse, Problem> {
    let (channel, address) = path.into_inner();
    let channel: ChannelKind =
        parse("channel", Some(&channel))?.ok_or_else(|| Problem::parameter("channel", "expected `email` or `sms`"))?;
    let address = suppressions::address(channel, &address).map_err(|e| Problem::parameter("address", e.to_string()))?;
    suppressions::remove(&app, who.shop_id, (channel, &address), &actor(&who)).await?;
    Ok(HttpResponse::NoContent().finish())
}
