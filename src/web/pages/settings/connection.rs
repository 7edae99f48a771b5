//! How a store is connected: the address of its webhooks, the secrets that they are signed with, and access to the store itself.

use super::install::{self, Install};
use super::nav::{Subject, subjects};
use crate::app::AppError;
use crate::app::access::Role;
use crate::app::shops;
use crate::app::stores::{self, NewAccess, ShownAccess};
use crate::db;
use crate::db::shops::Shop;
use crate::web::pages::overview::webhook_url;
use crate::web::pages::shell::format::{self, When};
use crate::web::pages::shell::frame::Frame;
use crate::web::pages::shell::problem::PageError;
use crate::web::pages::shell::respond;
use crate::web::pages::shell::signed::{Posted, Signed};
use crate::words::{Rich, heard, say};
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;

/// What to do in the store's own administration.
pub struct Steps {
    pub url: String,
    /// The store can't reach this program from outside.
    pub is_local: bool,
}

/// The steps for a store.
pub fn steps(signed: &Signed, shop: &Shop) -> Steps {
    let own = &signed.app.config.public_url;
    Steps { url: webhook_url(signed, shop), is_local: own.contains("//127.0.0.1") || own.contains("//localhost") }
}

#[derive(Template)]
#[template(path = "pages/settings/connection.html")]
pub struct Connection {
    frame: Frame,
    nav: Vec<Subject>,
    steps: Steps,
    /// None where nothing can be installed.
    pub install: Option<Install>,
    /// The guided way, for who came from there.
    start: Option<String>,
    /// When each valid secret was added, the newest first.
    secrets: Vec<When>,
    last: Option<When>,
    problem: Option<Rich>,
    access_problem: Option<Rich>,
    access: Option<ShownAccess>,
    domain: String,
    add_secret: String,
    give_access: String,
    remove_access: String,
    owner: bool,
}

impl Connection {
    /// Does the store send its webhooks by itself?
    fn is_installed(&self) -> bool {
        self.install.as_ref().is_some_and(|install| install.granted.as_ref().is_some_and(|granted| granted.topics > 0))
    }
}

/// The page.
pub async fn show(signed: Signed) -> Result<HttpResponse, PageError> {
    respond::page(&view(&signed).await?)
}

/// The page as it stands.
pub async fn view(signed: &Signed) -> Result<Connection, PageError> {
    let shop = signed.shop()?;
    let (db, zone) = (&signed.app.db, shop.zone());
    Ok(Connection {
        frame: Frame::new(signed, "/settings", say("settings-nav-connection").to_string()),
        nav: subjects(signed, "/settings/connection"),
        steps: steps(signed, shop),
        install: install::view(signed, shop).await?,
        start: (signed.query.get("from") == "start").then(|| signed.href("/start#connect")),
        secrets: db::shops::secrets_since(db, shop.id).await?.into_iter().map(|at| format::when(at, &zone)).collect(),
        last: db::overview::intake(db, shop.id).await?.last_at.map(|at| format::when(at, &zone)),
        problem: None,
        access_problem: None,
        access: stores::shown(db, shop.id).await?,
        domain: shop.domain.clone(),
        add_secret: signed.href("/settings/connection/secret"),
        give_access: signed.href("/settings/connection/access"),
        remove_access: signed.href("/settings/connection/access/remove"),
        owner: signed.may(Role::Owner),
    })
}

/// Takes a pasted secret; what is wrong with it, if something is.
pub async fn secret_faults(posted: &Posted) -> Result<Option<Rich>, PageError> {
    let signed = &posted.signed;
    let replaces = posted.fields.get("replaces") == "on";
    match shops::add_secret(&signed.app, signed.shop()?.id, posted.fields.get("secret"), replaces, &signed.actor()).await {
        Ok(()) => Ok(None),
        Err(AppError::Invalid(text)) => Ok(Some(heard(&text))),
        Err(error) => Err(error.into()),
    }
}

/// Adds a secret, in the place of the others if so wished.
pub async fn add_secret(posted: Posted) -> Result<HttpResponse, PageError> {
    match secret_faults(&posted).await? {
        None => Ok(respond::see_other(&posted.signed.href("/settings/connection?done=secret"))),
        problem => {
            let page = Connection { problem, ..view(&posted.signed).await? };
            respond::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
    }
}

/// Takes access to the store: an app's id and secret, or a token.
pub async fn give_access(posted: Posted) -> Result<HttpResponse, PageError> {
    let signed = &posted.signed;
    let (id, secret) = (posted.fields.get("client_id").to_owned(), posted.fields.get("secret").to_owned());
    let new = if id.is_empty() { NewAccess::Token(secret) } else { NewAccess::Client { id, secret } };
    match stores::give_access(&signed.app, signed.shop()?.id, new, &signed.actor()).await {
        Ok(()) => Ok(respond::see_other(&signed.href("/settings/connection?done=access"))),
        Err(AppError::Invalid(text)) => {
            let page = Connection { access_problem: Some(heard(&text)), ..view(signed).await? };
            respond::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
        Err(error) => Err(error.into()),
    }
}

/// Forgets the access.
pub async fn remove_access(posted: Posted) -> Result<HttpResponse, PageError> {
    let signed = &posted.signed;
    stores::remove_access(&signed.app, signed.shop()?.id, &signed.actor()).await?;
    Ok(respond::see_other(&signed.href("/settings/connection?done=access-removed")))
}
