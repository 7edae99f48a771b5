//! Shoppers' links: back to the cart, and out of the list.

use super::pages::shopper::{self, KindPage, Preferences, Store};
use crate::app::links::{DeadEnd, Given, Leads, Opened, open};
use crate::app::preferences::{self, About, PreferencesError};
use crate::app::{App, AppError, link_domain};
use crate::db::shops::Shop;
use crate::domain::event::ChannelKind;
use actix_web::http::{Method, header};
use actix_web::{HttpRequest, HttpResponse, web};

/// A form with one choice, or a mail program's `List-Unsubscribe=One-Click`.
const FORM_MAX: usize = 4 << 10;

/// `GET /r/{token}`.
pub async fn by_token(app: web::Data<App>, token: web::Path<String>, request: HttpRequest) -> HttpResponse {
    follow(&app, Given::Token(&token), &request).await
}

/// `GET /s/{code}`: the short form, for texts.
pub async fn by_code(app: web::Data<App>, code: web::Path<String>, request: HttpRequest) -> HttpResponse {
    follow(&app, Given::Code(&code), &request).await
}

/// `GET /.well-known/comeback`: says which program this is, whatever domain leads here.
pub async fn well_known(app: web::Data<App>) -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/plain; charset=utf-8")
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .body(link_domain::answer(&app))
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
        Ok(Leads::Nowhere(end, shop)) => dead_end(end, shop.as_deref(), language(request)),
        Err(error) => unavailable(&error, request),
    }
}

fn dead_end(end: DeadEnd, shop: Option<&Shop>, language: &str) -> HttpResponse {
    let kind = match end {
        DeadEnd::Expired => KindPage::Expired,
        DeadEnd::Forged => KindPage::Forged,
        DeadEnd::Bought => KindPage::AlreadyBought,
        DeadEnd::Gone => KindPage::CartGone,
    };
    let home = shop.map(home_of);
    let store = shop.map(|s| Store { name: &s.name, url: home.as_deref() });
    shopper::kind_page(kind, store, language)
}

fn home_of(shop: &Shop) -> String {
    format!("https://{}/", shop.domain)
}

fn language(request: &HttpRequest) -> &str {
    request.headers().get(header::ACCEPT_LANGUAGE).and_then(|v| v.to_str().ok()).unwrap_or_default()
}

fn unavailable(error: &AppError, request: &HttpRequest) -> HttpResponse {
    tracing::error!(%error, "a shopper's page could not be made");
    shopper::kind_page(KindPage::Unavailable, None, language(request))
}

/// `GET /u/{token}`: shows what can be chosen, and changes nothing: scanners open it too.
pub async fn preferences(app: web::Data<App>, token: web::Path<String>, request: HttpRequest) -> HttpResponse {
    match preferences::about(&app, &token).await {
        Ok(about) => page(&about, &token, &request, false),
        Err(error) => refused(error, &request),
    }
}

/// `POST /u/{token}`: the page's form, or a mail program's one click (RFC 8058). Always answered in place, never by a redirect.
pub async fn unsubscribe(app: web::Data<App>, token: web::Path<String>, form: web::Bytes, request: HttpRequest) -> HttpResponse {
    let about = match preferences::about(&app, &token).await {
        Ok(about) => about,
        Err(error) => return refused(error, &request),
    };
    let everywhere = form.len() <= FORM_MAX && url::form_urlencoded::parse(&form).any(|(name, value)| name == "scope" && value == "all");
    match preferences::unsubscribe(&app, &about, everywhere, "the unsubscribe link in a message").await {
        Ok(()) => page(&about, &token, &request, true),
        Err(error) => unavailable(&error, &request),
    }
}

fn page(about: &About, token: &str, request: &HttpRequest, done: bool) -> HttpResponse {
    let (home, action) = (home_of(&about.shop), format!("/u/{token}"));
    let shown = Preferences {
        store: Store { name: &about.shop.name, url: Some(&home) },
        address: &about.masked,
        is_email: about.channel == ChannelKind::Email,
        action: &action,
        unsubscribed: about.already,
    };
    if done { shopper::unsubscribed(shown, language(request)) } else { shopper::preferences(shown, language(request)) }
}

fn refused(error: PreferencesError, request: &HttpRequest) -> HttpResponse {
    match error {
        PreferencesError::Link(_) => dead_end(DeadEnd::Forged, None, language(request)),
        PreferencesError::App(error) => unavailable(&error, request),
    }
}
