//! What providers tell by calling: raw bytes in, believed or not, durable, answered. No parsing here.

use super::hooks::{BODY_WAIT, RETRY_AFTER_S, headers, read};
use crate::app::App;
use crate::app::receipts::{Call, Heard, hear};
use crate::domain::ids::ShopId;
use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};

/// `GET` and `POST /callbacks/{provider}/{shop_id}`: receipts and replies.
pub async fn take(app: web::Data<App>, path: web::Path<(String, String)>, request: HttpRequest, payload: web::Payload) -> HttpResponse {
    let (provider, shop) = path.into_inner();
    let Ok(shop) = shop.parse::<ShopId>() else { return unknown() };
    let body = match tokio::time::timeout(BODY_WAIT, read(payload)).await {
        Ok(Ok(body)) => body,
        Ok(Err(answer)) => return answer,
        Err(_) => return HttpResponse::RequestTimeout().body("the body took too long"),
    };
    let target = request.uri().path_and_query().map_or_else(|| request.path().to_owned(), ToString::to_string);
    let headers = headers(request.headers()).into_iter().collect();
    match hear(&app, (&provider, shop), Call { method: request.method().to_string(), target, headers, body }).await {
        Heard::Kept(None) => HttpResponse::Ok().finish(),
        Heard::Kept(Some(answer)) => HttpResponse::Ok().content_type("text/plain; charset=utf-8").body(answer),
        Heard::NotBelieved => unknown(),
        Heard::Busy => HttpResponse::ServiceUnavailable().insert_header((header::RETRY_AFTER, RETRY_AFTER_S)).finish(),
    }
}

/// The same whether the store, the provider or the signature is wrong: who guesses learns nothing.
fn unknown() -> HttpResponse {
    HttpResponse::Unauthorized().finish()
}
