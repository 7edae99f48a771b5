//! The first owner's account, made by the link that the program printed when it started.

use crate::app::access;
use crate::app::{App, AppError, first_run};
use crate::domain::contact::Email;
use crate::web::pages::people::signed_in;
use crate::web::pages::shell::assets;
use crate::web::pages::shell::fields::Fields;
use crate::web::pages::shell::problem::PageError;
use crate::web::pages::shell::respond;
use crate::words::{Rich, heard, say};
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Data, Path};
use askama::Template;

#[derive(Template)]
#[template(path = "pages/first_run/owner.html")]
struct Owner {
    assets: &'static str,
    action: String,
    email: String,
    email_problem: Option<Rich>,
    problem: Option<Rich>,
}

fn form(secret: &str) -> Owner {
    Owner { assets: assets::version(), action: format!("/start/{secret}"), email: String::new(), email_problem: None, problem: None }
}

/// The form, as long as there is no owner.
pub async fn show(app: Data<App>, secret: Path<String>) -> Result<HttpResponse, PageError> {
    if first_run::is_open(&app, &secret).await? { respond::page(&form(&secret)) } else { closed() }
}

/// The link is used up, or never was one: both look the same.
fn closed() -> Result<HttpResponse, PageError> {
    Err(PageError::NotFound("open link with that address"))
}

/// Makes the account and signs its owner in. Whoever sends it has the link, which no other site knows: it is what makes the form our own.
pub async fn make(app: Data<App>, secret: Path<String>, body: Bytes) -> Result<HttpResponse, PageError> {
    if !first_run::is_open(&app, &secret).await? {
        return closed();
    }
    let fields = Fields::parse(&body);
    let (typed, password) = (fields.get("email").to_lowercase(), fields.raw("password"));
    let again = |email_problem, problem| {
        let page = Owner { email: typed.clone(), email_problem, problem, ..form(&secret) };
        respond::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
    };
    let Ok(email) = typed.parse::<Email>() else { return again(Some(say("first_run-owner-email-bad").rich()), None) };
    match first_run::make_owner(&app, &secret, (&email, password)).await {
        Ok(()) => {}
        Err(AppError::Invalid(text)) => return again(None, Some(heard(&text))),
        Err(error) => return Err(error.into()),
    }
    let Some(session) = access::sign_in(&app, email.as_str(), password).await? else { return Ok(respond::see_other("/login")) };
    Ok(signed_in(&app, &session, "/start"))
}
