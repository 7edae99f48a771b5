//! Domains: that of links in messages, and those of the store's pages that may tell what happens on them.

use super::nav::{Subject, subjects};
use crate::app::{AppError, link_domain, track};
use crate::db;
use crate::web::pages::shell::format::{self, When};
use crate::web::pages::shell::frame::Frame;
use crate::web::pages::shell::problem::PageError;
use crate::web::pages::shell::respond;
use crate::web::pages::shell::signed::{Posted, Signed};
use crate::words::{Rich, heard, say};
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;

#[derive(Template)]
#[template(path = "pages/settings/domains.html")]
struct Page {
    frame: Frame,
    nav: Vec<Subject>,
    link_action: String,
    link_domain: String,
    link_problem: Option<Rich>,
    seen: Option<When>,
    base: String,
    action: String,
    /// One a line.
    domains: String,
    own_domain: String,
    problem: Option<Rich>,
    tracking: String,
}

/// What is in force.
pub async fn show(signed: Signed) -> Result<HttpResponse, PageError> {
    respond::page(&view(&signed).await?)
}

async fn view(signed: &Signed) -> Result<Page, PageError> {
    let shop = signed.shop()?;
    Ok(Page {
        frame: Frame::new(signed, "/settings", say("settings-nav-domains").to_string()),
        nav: subjects(signed, "/settings/domains"),
        link_action: signed.href("/settings/link-domain"),
        link_domain: shop.link_domain.clone().unwrap_or_default(),
        link_problem: None,
        seen: shop.link_domain_seen_at.map(|at| format::when(at, &shop.zone())),
        base: link_domain::base(&signed.app, shop),
        action: signed.href("/settings/domains"),
        domains: db::domains::of(&signed.app.db, shop.id).await?.join("\n"),
        own_domain: shop.domain.clone(),
        problem: None,
        tracking: signed.href("/tracking#pixel"),
    })
}

/// Sets the domains of the store's pages.
pub async fn save(posted: Posted) -> Result<HttpResponse, PageError> {
    let signed = &posted.signed;
    let given: Vec<String> = posted.fields.raw("domains").split_whitespace().map(str::to_owned).collect();
    match track::set_domains(&signed.app, signed.shop()?.id, &given, &signed.actor()).await {
        Ok(_) => Ok(respond::see_other(&signed.href("/settings/domains?done=domains"))),
        Err(AppError::Invalid(text)) => {
            let page = Page { problem: Some(heard(&text)), domains: given.join("\n"), ..view(signed).await? };
            respond::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
        Err(error) => Err(error.into()),
    }
}

/// Sets the domain of links, or takes it away, and looks whether it leads here.
pub async fn set_link_domain(posted: Posted) -> Result<HttpResponse, PageError> {
    let signed = &posted.signed;
    let (app, shop) = (&signed.app, signed.shop()?.id);
    let typed = posted.fields.get("domain");
    let problem = match link_domain::set(app, shop, Some(typed).filter(|domain| !domain.is_empty()), &signed.actor()).await {
        Ok(set) if set.link_domain.is_none() => return Ok(respond::see_other(&signed.href("/settings/domains?done=no-link-domain"))),
        Ok(_) => match link_domain::check(app, shop).await {
            Ok(_) => return Ok(respond::see_other(&signed.href("/settings/domains?done=link-domain"))),
            Err(AppError::Invalid(text) | AppError::Conflict(text)) => text,
            Err(error) => return Err(error.into()),
        },
        Err(AppError::Invalid(text) | AppError::Conflict(text)) => text,
        Err(error) => return Err(error.into()),
    };
    let link_problem = Some(heard(&problem));
    let page = Page { link_problem, link_domain: typed.to_owned(), seen: None, ..view(signed).await? };
    respond::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
}
