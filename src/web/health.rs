//! For operators: alive, ready, and in figures.

use crate::app::{App, watch};
use crate::{db, telemetry};
use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use jiff::SignedDuration;
use secrecy::ExposeSecret as _;
use subtle::ConstantTimeEq as _;

/// Deliveries older than this that aren't applied mean that the workers don't keep up.
const LAG_MAX: SignedDuration = SignedDuration::from_mins(5);

/// `GET /healthz`: the program runs.
pub async fn live() -> HttpResponse {
    HttpResponse::Ok().content_type("text/plain; charset=utf-8").body("ok\n")
}

/// `GET /readyz`: the database answers, has this program's schema, and the workers keep up.
pub async fn ready(app: web::Data<App>) -> HttpResponse {
    match problem(&app).await {
        None => HttpResponse::Ok().content_type("text/plain; charset=utf-8").body("ready\n"),
        Some(problem) => {
            HttpResponse::ServiceUnavailable().content_type("text/plain; charset=utf-8").body(format!("not ready: {problem}\n"))
        }
    }
}

async fn problem(app: &App) -> Option<String> {
    if let Err(error) = app.db.check_schema().await {
        return Some(error.to_string());
    }
    match db::deliveries::oldest_pending(&app.db).await {
        Err(error) => Some(error.to_string()),
        Ok(Some(oldest)) if app.now().duration_since(oldest) > LAG_MAX => Some(format!("deliveries have been waiting since {oldest}")),
        Ok(_) => None,
    }
}

/// `GET /metrics`: in Prometheus' format; for whoever has the token, or without a token for this machine.
pub async fn metrics(app: web::Data<App>, request: HttpRequest) -> HttpResponse {
    let given = request.headers().get(header::AUTHORIZATION).and_then(|v| v.to_str().ok()).and_then(|v| v.strip_prefix("Bearer "));
    let allowed = match &app.config.metrics_token {
        Some(token) => given.is_some_and(|g| g.as_bytes().ct_eq(token.expose_secret().as_bytes()).into()),
        // A proxy on this machine would make everybody local: it says so by its header.
        None => request.peer_addr().is_some_and(|a| a.ip().is_loopback()) && !request.headers().contains_key("x-forwarded-for"),
    };
    if !allowed {
        return HttpResponse::Unauthorized().body("set metrics.token and send it as a bearer token\n");
    }
    if let Err(error) = watch::gauges(&app).await {
        tracing::warn!(%error, "alarms could not be counted for the metrics; they are as they were");
    }
    HttpResponse::Ok().content_type("text/plain; version=0.0.4; charset=utf-8").body(telemetry::render_metrics())
}
