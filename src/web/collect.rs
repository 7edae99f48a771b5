//! What a store's pages tell: the script that they load, and where it sends what it saw.

use super::address;
use super::events::offered;
use crate::app::track::{self, Site, TrackError};
use crate::app::{App, AppError, links};
use crate::domain::ids::ShopId;
use crate::domain::visit::{Teller, host_of};
use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder, web};
use serde::Deserialize;
use sha2::{Digest as _, Sha256};
use std::sync::LazyLock;

/// Longer bodies are refused: so does the browsers' own way of sending on leaving a page.
pub const BODY_MAX: usize = 64 << 10;
/// Events of one request; the script sends no more.
const EVENTS_MAX: usize = 50;
/// How long browsers keep the script: an update of this program reaches every page within the hour.
const SCRIPT_KEPT: &str = "public, max-age=3600, stale-while-revalidate=86400";
/// How long browsers remember that a page may send, in seconds.
const ALLOWED_FOR_S: &str = "7200";
/// When to try again, in seconds.
const RETRY_AFTER_S: &str = "60";
/// Hexadecimal digits by which versions of the script are told apart.
const HASH_LENGTH: usize = 16;

const SCRIPT: &str = include_str!("../../templates/pixel/pixel.js");
/// Of a page in a sandbox: Shopify runs custom pixels in one.
const NO_ORIGIN: &str = "null";

static SCRIPT_TAG: LazyLock<String> = LazyLock::new(|| {
    let hash: String = hex::encode(Sha256::digest(SCRIPT.as_bytes())).chars().take(HASH_LENGTH).collect();
    format!("\"{hash}\"")
});

/// What a page sends.
#[derive(Deserialize)]
struct Told {
    /// The visitor agreed to be remembered.
    #[serde(default)]
    consent: bool,
    #[serde(default)]
    events: Vec<serde_json::Value>,
}

/// Which store.
#[derive(Deserialize)]
pub struct Which {
    shop: Option<String>,
}

/// `GET /pixel.js`.
pub async fn script(request: HttpRequest) -> HttpResponse {
    let tag = SCRIPT_TAG.as_str();
    let has_it =
        request.headers().get(header::IF_NONE_MATCH).and_then(|v| v.to_str().ok()).is_some_and(|v| v.split(',').any(|t| t.trim() == tag));
    let mut response = if has_it { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    response.insert_header((header::ETAG, tag)).insert_header((header::CACHE_CONTROL, SCRIPT_KEPT));
    response.insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff")).insert_header((header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"));
    response.insert_header((HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("cross-origin")));
    if has_it { response.finish() } else { response.content_type("text/javascript; charset=utf-8").body(SCRIPT) }
}

/// `OPTIONS /collect`: may this page send?
pub async fn ask(app: web::Data<App>, which: web::Query<Which>, request: HttpRequest) -> HttpResponse {
    match site(&app, which.shop.as_deref()).await {
        Ok(Some(site)) => match origin(&request).filter(|o| is_allowed(o, &site)) {
            Some(origin) => allowing(HttpResponse::NoContent(), origin)
                .insert_header((header::ACCESS_CONTROL_ALLOW_METHODS, "POST"))
                .insert_header((header::ACCESS_CONTROL_ALLOW_HEADERS, "content-type"))
                .insert_header((header::ACCESS_CONTROL_MAX_AGE, ALLOWED_FOR_S))
                .finish(),
            None => foreign(),
        },
        Ok(None) => foreign(),
        Err(error) => unavailable(&error),
    }
}

/// `POST /collect?shop={id}`: a page tells what happened on it.
pub async fn take(app: web::Data<App>, which: web::Query<Which>, body: web::Bytes, request: HttpRequest) -> HttpResponse {
    let site = match site(&app, which.shop.as_deref()).await {
        Ok(Some(site)) => site,
        Ok(None) => return foreign(),
        Err(error) => return unavailable(&error),
    };
    let Some(origin) = origin(&request).filter(|o| is_allowed(o, &site)) else { return foreign() };
    let answer = |response| allowing(response, origin);
    if !app.tracking.limits.allow(site.shop.id, address::of(&request), app.now()) {
        track::count_untaken("limited");
        return answer(HttpResponse::TooManyRequests()).insert_header((header::RETRY_AFTER, RETRY_AFTER_S)).finish();
    }
    let agent = request.headers().get(header::USER_AGENT).and_then(|v| v.to_str().ok()).unwrap_or_default();
    if agent.trim().is_empty() || links::is_robot(agent) {
        track::count_untaken("robot");
        return answer(HttpResponse::NoContent()).finish();
    }
    let Ok(told) = serde_json::from_slice::<Told>(&body) else {
        track::count_untaken("unreadable");
        return answer(HttpResponse::BadRequest()).body("the body is not what the script sends");
    };
    if !told.consent {
        track::count_untaken("no_consent");
        return answer(HttpResponse::NoContent()).finish();
    }
    let of_sandbox = origin == NO_ORIGIN;
    let here = |event: &serde_json::Value| !of_sandbox || is_of(event, &site);
    let offered = told.events.into_iter().take(EVENTS_MAX).filter(here).map(|event| offered(with_agent(event, agent))).collect();
    match track::take(&app, &site, Teller::Browser, offered).await {
        Ok(_) => answer(HttpResponse::NoContent()).finish(),
        Err(TrackError::App(error)) => unavailable(&error),
        Err(TrackError::Busy(why)) => {
            tracing::warn!(%why, "a page's events could not be stored");
            answer(HttpResponse::ServiceUnavailable()).insert_header((header::RETRY_AFTER, RETRY_AFTER_S)).finish()
        }
    }
}

/// An event with how the browser that sent it calls itself, in the place of what it says of that.
fn with_agent(mut event: serde_json::Value, agent: &str) -> serde_json::Value {
    if let Some(page) = event.get_mut("page").and_then(serde_json::Value::as_object_mut) {
        page.insert("user_agent".to_owned(), agent.into());
    }
    event
}

async fn site(app: &App, shop: Option<&str>) -> Result<Option<std::sync::Arc<Site>>, AppError> {
    match shop.and_then(|s| s.parse::<ShopId>().ok()) {
        Some(shop) => track::site(app, shop).await,
        None => Ok(None),
    }
}

fn origin(request: &HttpRequest) -> Option<&str> {
    request.headers().get(header::ORIGIN)?.to_str().ok()
}

/// Is the page one of the store's? A sandbox doesn't say whose it is: its events have to.
fn is_allowed(origin: &str, site: &Site) -> bool {
    origin == NO_ORIGIN || host_of(origin).is_some_and(|host| site.domains.contains(&host))
}

/// Did it happen on one of the store's pages, by its own word?
fn is_of(event: &serde_json::Value, site: &Site) -> bool {
    let url = event.get("page").and_then(|p| p.get("url")).and_then(|u| u.as_str());
    url.and_then(host_of).is_some_and(|host| site.domains.contains(&host))
}

fn allowing(mut response: HttpResponseBuilder, origin: &str) -> HttpResponseBuilder {
    response.insert_header((header::ACCESS_CONTROL_ALLOW_ORIGIN, origin)).insert_header((header::VARY, "Origin"));
    response.insert_header((header::CACHE_CONTROL, "no-store"));
    response
}

fn foreign() -> HttpResponse {
    HttpResponse::Forbidden().insert_header((header::VARY, "Origin")).body("this page is not on one of the store's domains")
}

fn unavailable(error: &AppError) -> HttpResponse {
    tracing::warn!(%error, "a page's events found no database");
    HttpResponse::ServiceUnavailable().insert_header((header::RETRY_AFTER, RETRY_AFTER_S)).finish()
}
