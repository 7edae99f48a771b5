//! Programs' tokens: made, shown once, revoked.

use super::nav::{Subject, subjects};
use crate::app::access::{self, Scope};
use crate::db;
use crate::web::pages::shell::format::{self, When};
use crate::web::pages::shell::frame::Frame;
use crate::web::pages::shell::problem::PageError;
use crate::web::pages::shell::respond;
use crate::web::pages::shell::signed::{Posted, Signed};
use crate::words::{Said, say};
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;
use jiff::Timestamp;
use uuid::Uuid;

const NAME_MAX: usize = 80; // characters of a token's name

struct Line {
    name: String,
    scope: String,
    made: When,
    revoke: String,
}

#[derive(Template)]
#[template(path = "pages/settings/tokens.html")]
struct Tokens {
    frame: Frame,
    nav: Vec<Subject>,
    tokens: Vec<Line>,
    action: String,
    /// Before another can be made.
    prove: Option<String>,
    /// Shown this once.
    new_token: Option<String>,
    name: String,
    problem: Option<Said>,
}

/// The page.
pub async fn show(signed: Signed) -> Result<HttpResponse, PageError> {
    respond::page(&view(&signed).await?)
}

async fn view(signed: &Signed) -> Result<Tokens, PageError> {
    let shop = signed.shop()?;
    let zone = shop.zone();
    let line = |t: db::access::TokenRow| Line {
        name: t.name,
        scope: t.scope,
        made: format::when(Timestamp::from_millisecond(t.created_at).unwrap_or(Timestamp::UNIX_EPOCH), &zone),
        revoke: signed.href(&format!("/settings/tokens/{}/revoke", t.id)),
    };
    Ok(Tokens {
        frame: Frame::new(signed, "/settings", say("settings-nav-tokens").to_string()),
        nav: subjects(signed, "/settings/tokens"),
        tokens: db::access::tokens(&signed.app.db, shop.id).await?.into_iter().map(line).collect(),
        action: signed.href("/settings/tokens"),
        prove: signed.prove_first(&signed.href("/settings/tokens")),
        new_token: None,
        name: String::new(),
        problem: None,
    })
}

/// Makes a token and shows it this once.
pub async fn create(posted: Posted) -> Result<HttpResponse, PageError> {
    let signed = &posted.signed;
    signed.proved(&signed.href("/settings/tokens"))?;
    let scope: Scope = posted.fields.parsed("scope", "Scope")?;
    let name: String = posted.fields.get("name").chars().take(NAME_MAX).collect();
    if name.is_empty() {
        let page = Tokens { problem: Some(say("settings-token-nameless")), ..view(signed).await? };
        return respond::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page);
    }
    let shop = signed.shop()?.id;
    let (_, token) = access::create_token(&signed.app, shop, (scope, &name), &signed.actor()).await?;
    respond::page(&Tokens { new_token: Some(token), ..view(signed).await? })
}

/// Makes a token invalid.
pub async fn revoke(posted: Posted, id: web::Path<Uuid>) -> Result<HttpResponse, PageError> {
    let signed = &posted.signed;
    access::revoke_token(&signed.app, signed.shop()?.id, *id, &signed.actor()).await?;
    Ok(respond::see_other(&signed.href("/settings/tokens?done=revoked")))
}
