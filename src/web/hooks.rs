//! Webhooks: raw bytes in, durable, answered. No parsing here.

use crate::app::App;
use crate::app::ingest::{Headers, Incoming, IntakeError, accept};
use crate::domain::ids::ShopId;
use actix_web::http::header::{self, HeaderMap};
use actix_web::{HttpRequest, HttpResponse, web};
use futures_util::StreamExt as _;
use std::time::Duration;

/// The contract's limit; Shopify's largest bodies are well below.
const BODY_MAX: usize = 2 << 20;
/// A body that takes longer is given up: so does Shopify.
pub(super) const BODY_WAIT: Duration = Duration::from_secs(5);
/// Headers longer than this are no platform's.
const HEADER_MAX: usize = 1024;
/// When to send again what couldn't be stored.
pub(super) const RETRY_AFTER_S: &str = "5";

/// `POST /webhooks/{platform}`: the shop is found by a header.
pub async fn by_header(app: web::Data<App>, path: web::Path<String>, request: HttpRequest, payload: web::Payload) -> HttpResponse {
    receive(&app, (path.into_inner(), None), &request, payload).await
}

/// `POST /webhooks/{platform}/{shop_id}`: the URL says which shop.
pub async fn by_url(app: web::Data<App>, path: web::Path<(String, String)>, request: HttpRequest, payload: web::Payload) -> HttpResponse {
    let (platform, shop) = path.into_inner();
    match shop.parse::<ShopId>() {
        Ok(shop) => receive(&app, (platform, Some(shop)), &request, payload).await,
        Err(_) => refuse(&IntakeError::Unauthorized("no store is known by that address".into())),
    }
}

async fn receive(app: &App, (platform, shop): (String, Option<ShopId>), request: &HttpRequest, payload: web::Payload) -> HttpResponse {
    let body = match tokio::time::timeout(BODY_WAIT, read(payload)).await {
        Ok(Ok(body)) => body,
        Ok(Err(answer)) => return answer,
        Err(_) => return HttpResponse::RequestTimeout().body("the body took too long"),
    };
    let incoming = Incoming { platform, shop, headers: headers(request.headers()), body };
    match accept(app, incoming).await {
        Ok(()) => HttpResponse::Ok().content_type("application/json").body("{}"),
        Err(error) => refuse(&error),
    }
}

pub(super) async fn read(mut payload: web::Payload) -> Result<Vec<u8>, HttpResponse> {
    let mut body = Vec::with_capacity(8 << 10);
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|_| HttpResponse::BadRequest().body("the body broke off"))?;
        if body.len() + chunk.len() > BODY_MAX {
            return Err(HttpResponse::PayloadTooLarge().body("the body is larger than 2 MiB"));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

pub(super) fn headers(map: &HeaderMap) -> Headers {
    let text = |value: &header::HeaderValue| value.to_str().ok().filter(|v| v.len() <= HEADER_MAX).map(str::to_owned);
    map.iter().filter_map(|(name, value)| Some((name.as_str().to_owned(), text(value)?))).collect()
}

fn refuse(error: &IntakeError) -> HttpResponse {
    metrics::counter!(crate::telemetry::DELIVERIES_REFUSED).increment(1);
    match error {
        IntakeError::Unauthorized(why) => {
            tracing::warn!(%why, "a delivery was refused");
            HttpResponse::Unauthorized().json(serde_json::json!({ "error": why }))
        }
        IntakeError::Bad(why) => HttpResponse::BadRequest().json(serde_json::json!({ "error": why })),
        IntakeError::Unavailable(why) => {
            tracing::error!(%why, "a delivery could not be stored; the platform is asked to send it again");
            HttpResponse::ServiceUnavailable()
                .insert_header((header::RETRY_AFTER, RETRY_AFTER_S))
                .json(serde_json::json!({ "error": "it can't be stored now; send it again" }))
        }
    }
}
