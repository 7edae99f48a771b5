//! Shoppers' links: back to the cart, and out of the list.

use super::address;
use super::brand;
use super::pages::shopper::{self, KindPage, Preferences, Store};
use crate::app::consents::{self, Asked, ConfirmError};
use crate::app::links::{self, DeadEnd, Given, Leads, Opened, Program, open};
use crate::app::preferences::{self, About, PreferencesError};
use crate::app::{App, AppError, link_domain};
use crate::db::shops::Shop;
use crate::domain::event::ChannelKind;
use crate::domain::link::LinkError;
use actix_web::http::{Method, header};
use actix_web::{HttpRequest, HttpResponse, web};

/// A form with one choice, or a mail program's `List-Unsubscribe=One-Click`.
const FORM_MAX: usize = 4 << 10;
/// Where somebody took themselves off, for the proof.
const SOURCE: &str = "the unsubscribe link in a message";

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
    match open(app, &Opened { link, by: program(request) }).await {
        Ok(Leads::To(url)) => HttpResponse::Found()
            .insert_header((header::LOCATION, url))
            // The platform's link is a key to the shopper's address: it stays out of caches and of other sites' logs.
            .insert_header((header::REFERRER_POLICY, "no-referrer"))
            .insert_header((header::CACHE_CONTROL, "no-store"))
            .insert_header(("X-Robots-Tag", "noindex"))
            .finish(),
        Ok(Leads::Nowhere(end, shop)) => dead_end(app, end, (shop.as_deref(), language(request))).await,
        Err(error) => unavailable(&error, request),
    }
}

/// Who asks, as far as a request tells.
fn program(request: &HttpRequest) -> Program<'_> {
    let text = |name: &str| request.headers().get(name).and_then(|v| v.to_str().ok());
    let ahead = |name: &str| text(name).is_some_and(|v| v.contains("prefetch") || v.contains("preview") || v.contains("prerender"));
    Program {
        user_agent: text("user-agent"),
        head: request.method() == Method::HEAD,
        ahead: ["sec-purpose", "purpose", "x-purpose", "x-moz"].into_iter().any(ahead),
        address: address::of(request),
    }
}

async fn dead_end(app: &App, end: DeadEnd, (shop, language): (Option<&Shop>, &str)) -> HttpResponse {
    let kind = match end {
        DeadEnd::Expired => KindPage::Expired,
        DeadEnd::Forged => KindPage::Forged,
        DeadEnd::Bought => KindPage::AlreadyBought,
        DeadEnd::Gone => KindPage::CartGone,
    };
    let home = shop.map(home_of);
    let brand = match shop {
        Some(shop) => brand::of(app, shop).await,
        None => brand::Brand::default(),
    };
    let store = shop.map(|s| Store { name: &s.name, url: home.as_deref(), sheet: brand.sheet.as_deref(), logo: brand.logo.as_deref() });
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
        Ok(about) => {
            links::seen_preferences(&app, &about, &program(&request)).await;
            page(&app, &about, (&token, &request), false).await
        }
        Err(error) => refused(&app, error, &request).await,
    }
}

/// `POST /u/{token}`: the page's form, or a mail program's one click (RFC 8058). Always answered in place, never by a redirect.
pub async fn unsubscribe(app: web::Data<App>, token: web::Path<String>, form: web::Bytes, request: HttpRequest) -> HttpResponse {
    let about = match preferences::about(&app, &token).await {
        Ok(about) => about,
        Err(error) => return refused(&app, error, &request).await,
    };
    let done = match choice(&form) {
        Chosen::This => preferences::turn_off(&app, &about, Some(about.channel), SOURCE).await,
        Chosen::Off(channel) => preferences::turn_off(&app, &about, Some(channel), SOURCE).await,
        Chosen::All => preferences::turn_off(&app, &about, None, SOURCE).await,
        Chosen::On(channel) => preferences::turn_on(&app, &about, (channel, shopper::language_of(language(&request)))).await,
    };
    let after = match done {
        // Its own link leads to it again, as it is now.
        Ok(()) => preferences::about(&app, &token).await,
        Err(error) => return unavailable(&error, &request),
    };
    match after {
        Ok(about) => page(&app, &about, (&token, &request), true).await,
        Err(error) => refused(&app, error, &request).await,
    }
}

/// What a form asks for.
enum Chosen {
    /// To be left alone on the channel of the link.
    This,
    /// On another one.
    Off(ChannelKind),
    /// On every one.
    All,
    /// To be written to again.
    On(ChannelKind),
}

/// A mail program sends `List-Unsubscribe=One-Click`, and some send more or nothing: whatever isn't understood means the channel of the link.
fn choice(form: &[u8]) -> Chosen {
    let mut chosen = Chosen::This;
    if form.len() > FORM_MAX {
        return chosen;
    }
    for (name, value) in url::form_urlencoded::parse(form) {
        match (name.as_ref(), value.parse::<ChannelKind>()) {
            ("List-Unsubscribe", _) => return Chosen::This,
            ("scope", _) if value == "all" => chosen = Chosen::All,
            ("off", Ok(channel)) => chosen = Chosen::Off(channel),
            ("on", Ok(channel)) => chosen = Chosen::On(channel),
            _ => {}
        }
    }
    chosen
}

/// `GET /c/{token}`: shows what is to be confirmed, and changes nothing.
pub async fn question(app: web::Data<App>, token: web::Path<String>, request: HttpRequest) -> HttpResponse {
    asked(&app, consents::asked(&app, &token).await, (&token, &request)).await
}

/// `POST /c/{token}`: yes.
pub async fn confirm(app: web::Data<App>, token: web::Path<String>, request: HttpRequest) -> HttpResponse {
    asked(&app, consents::answer(&app, &token).await, (&token, &request)).await
}

async fn asked(app: &App, found: Result<Asked, ConfirmError>, (token, request): (&str, &HttpRequest)) -> HttpResponse {
    let found = match found {
        Ok(found) => found,
        Err(ConfirmError::Link(LinkError::Expired)) => return dead_end(app, DeadEnd::Expired, (None, language(request))).await,
        Err(ConfirmError::Link(LinkError::Forged)) => return dead_end(app, DeadEnd::Forged, (None, language(request))).await,
        Err(ConfirmError::App(error)) => return unavailable(&error, request),
    };
    let (home, action, masked) = (home_of(&found.shop), format!("/c/{token}"), found.masked());
    let brand = brand::of(app, &found.shop).await;
    let question = shopper::Question {
        store: Store { name: &found.shop.name, url: Some(&home), sheet: brand.sheet.as_deref(), logo: brand.logo.as_deref() },
        address: &masked,
        asked: &found.request.shown,
        action: &action,
        open: found.open,
        confirmed: found.is_confirmed(),
    };
    shopper::question(question, language(request))
}

async fn page(app: &App, about: &About, (token, request): (&str, &HttpRequest), done: bool) -> HttpResponse {
    let brand = brand::of(app, &about.shop).await;
    let (home, action) = (home_of(&about.shop), format!("/u/{token}"));
    let shown = Preferences {
        store: Store { name: &about.shop.name, url: Some(&home), sheet: brand.sheet.as_deref(), logo: brand.logo.as_deref() },
        address: &about.masked,
        channel: about.channel,
        action: &action,
        choices: &about.choices,
    };
    if done { shopper::unsubscribed(shown, language(request)) } else { shopper::preferences(shown, language(request)) }
}

async fn refused(app: &App, error: PreferencesError, request: &HttpRequest) -> HttpResponse {
    match error {
        PreferencesError::Link(_) => dead_end(app, DeadEnd::Forged, (None, language(request))).await,
        PreferencesError::App(error) => unavailable(&error, request),
    }
}
