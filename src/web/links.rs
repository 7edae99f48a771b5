//! Shoppers' links: back to the cart, and out of the list.

use crate::app::links::{DeadEnd, Given, Leads, Opened, open};
use crate::app::preferences::{self, PreferencesError};
use crate::app::{App, AppError};
use actix_web::http::{Method, header};
use actix_web::{HttpRequest, HttpResponse, web};

/// `GET /r/{token}`.
pub async fn by_token(app: web::Data<App>, token: web::Path<String>, request: HttpRequest) -> HttpResponse {
    follow(&app, Given::Token(&token), &request).await
}

/// `GET /s/{code}`: the short form, for texts.
pub async fn by_code(app: web::Data<App>, code: web::Path<String>, request: HttpRequest) -> HttpResponse {
    follow(&app, Given::Code(&code), &request).await
}

async fn follow(app: &App, link: Given<'_>, request: &HttpRequest) -> HttpResponse {
    let user_agent = request.headers().get(header::USER_AGENT).and_then(|v| v.to_str().ok());
    let opened = Opened { link, user_agent, head: request.method() == Method::HEAD };
    match open(app, &opened).await {
        Ok(Leads::To(url)) => HttpResponse::Found()
            .insert_header((header::LOCATION, url))
            // The platform's link is a key to the shopper's address: it stays out of caches and of other sites' logs.
            .insert_header((header::REFERRER_POLICY, "no-referrer"))
            .insert_header((header::CACHE_CONTROL, "no-store"))
            .insert_header(("X-Robots-Tag", "noindex"))
            .finish(),
        Ok(Leads::Nowhere(DeadEnd::Forged, _)) => HttpResponse::NotFound().finish(),
        Ok(Leads::Nowhere(..)) => HttpResponse::Gone().finish(),
        Err(error) => unavailable(&error),
    }
}

fn unavailable(error: &AppError) -> HttpResponse {
    tracing::error!(%error, "a shopper's link could not be looked up");
    HttpResponse::ServiceUnavailable().finish()
}

/// `GET /u/{token}`: shows what can be chosen, and changes nothing: scanners open it too.
pub async fn preferences(app: web::Data<App>, token: web::Path<String>) -> HttpResponse {
    match preferences::about(&app, &token).await {
        Ok(about) => HttpResponse::Ok().body(about.masked),
        Err(error) => refused(error),
    }
}

/// `POST /u/{token}`: the page's form, or a mail program's one click (RFC 8058).
pub async fn unsubscribe(app: web::Data<App>, token: web::Path<String>) -> HttpResponse {
    match preferences::about(&app, &token).await {
        Ok(about) => match preferences::unsubscribe(&app, &about, false, "the unsubscribe link in a message").await {
            Ok(()) => HttpResponse::Ok().finish(),
            Err(error) => unavailable(&error),
        },
        Err(error) => refused(error),
    }
}

fn refused(error: PreferencesError) -> HttpResponse {
    match error {
        PreferencesError::Link(_) => HttpResponse::NotFound().finish(),
        PreferencesError::App(error) => unavailable(&error),
    }
}
