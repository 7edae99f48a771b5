//! `Idempotency-Key`: a POST that is sent again is answered again, and done once.

use super::auth;
use super::input::unread;
use super::problem::{Kind, Problem};
use crate::app::App;
use crate::app::idempotency::{Begun, begin, finish};
use crate::domain::ids::ShopId;
use actix_web::body::{BoxBody, MessageBody, to_bytes};
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::http::{StatusCode, header};
use actix_web::middleware::Next;
use actix_web::{Error, HttpResponse, ResponseError as _, web};
use sha2::{Digest, Sha256};

const HEADER: &str = "idempotency-key";
/// Says that an answer was given before.
const REPLAYED: &str = "idempotency-replayed";
const KEY_MAX: usize = 255;

/// Wraps a route: without the header it changes nothing.
pub async fn once(
    app: web::Data<App>,
    mut req: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let Some(key) = req.headers().get(HEADER).cloned() else { return Ok(next.call(req).await?.map_into_boxed_body()) };
    // Who may not come in is told so by the route itself.
    let Ok(program) = auth::program(req.request()).await else { return Ok(next.call(req).await?.map_into_boxed_body()) };
    let Some(key) = key.to_str().ok().filter(|k| (1..=KEY_MAX).contains(&k.len())).map(str::to_owned) else {
        let problem = Problem::new(Kind::Malformed, format!("an Idempotency-Key has 1 to {KEY_MAX} visible characters"));
        return Ok(req.into_response(problem.error_response()));
    };
    let body = match req.extract::<web::Bytes>().await {
        Ok(body) => body,
        Err(error) => return Ok(req.into_response(unread(&error).error_response())),
    };
    let hash = Sha256::new().chain_update(req.path()).chain_update([0]).chain_update(&body).finalize();
    match begin(&app, program.shop_id, &key, &hash).await {
        Ok(Begun::Fresh) => {}
        Ok(other) => return Ok(req.into_response(known(other))),
        Err(error) => return Ok(req.into_response(Problem::from(error).error_response())),
    }
    req.set_payload(Payload::from(body));
    // In a task of its own: a client that goes away must not leave the work done and the answer unkept.
    let task = actix_web::rt::spawn(async move { keep(&app, (program.shop_id, &key), next.call(req).await).await });
    task.await.map_err(|_| Error::from(Problem::new(Kind::Internal, "the request was given up; the log of the server says why")))?
}

fn known(begun: Begun) -> HttpResponse {
    match begun {
        Begun::Done { status, response } => HttpResponse::build(StatusCode::from_u16(status).unwrap_or(StatusCode::OK))
            .insert_header((header::CONTENT_TYPE, "application/json"))
            .insert_header((REPLAYED, "true"))
            .body(response),
        Begun::KeyOfAnother => {
            Problem::new(Kind::KeyReused, "that key came with another request in the last 24 hours; use a new key for a new request")
                .error_response()
        }
        Begun::Fresh | Begun::UnderWay => {
            Problem::new(Kind::Conflict, "the same request is under way; try again in a moment").retry_after(1).error_response()
        }
    }
}

/// Keeps what was done; what changed nothing may be tried again with the same key.
async fn keep(
    app: &App,
    (shop, key): (ShopId, &str),
    answered: Result<ServiceResponse<impl MessageBody + 'static>, Error>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let answered = match answered {
        Ok(answered) => answered,
        Err(error) => {
            settle(app, (shop, key), None).await;
            return Err(error);
        }
    };
    let (req, response) = answered.into_parts();
    let (head, body) = response.into_parts();
    let bytes = to_bytes(body).await.map_err(|_| Problem::new(Kind::Internal, "the answer couldn't be written"))?;
    let text = std::str::from_utf8(&bytes).ok().filter(|_| head.status().is_success());
    settle(app, (shop, key), text.map(|text| (head.status().as_u16(), text))).await;
    Ok(ServiceResponse::new(req, head.set_body(BoxBody::new(bytes))))
}

async fn settle(app: &App, (shop, key): (ShopId, &str), answer: Option<(u16, &str)>) {
    if let Err(error) = finish(app, shop, key, answer).await {
        tracing::warn!(error = %error, "an answer couldn't be kept for its idempotency key");
    }
}
