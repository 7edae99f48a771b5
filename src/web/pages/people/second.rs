//! The second page of signing in: a code, a passkey, or a recovery code of somebody whose password was right.

use super::login::{half_secret, is_foreign, local, signed_in, whence};
use super::passkey;
use crate::app::App;
use crate::app::factors::Factors;
use crate::app::sign_in::{self, Half, Second};
use crate::clock::bytes;
use crate::web::pages::shell::assets;
use crate::web::pages::shell::fields::Fields;
use crate::web::pages::shell::problem::PageError;
use crate::web::pages::shell::respond;
use crate::web::pages::shell::signed::is_own;
use crate::words::{Said, say};
use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

#[derive(Template)]
#[template(path = "pages/people/second.html")]
struct SecondPage<'a> {
    assets: &'static str,
    csrf: String,
    next: &'a str,
    has: Factors,
    passkeys: bool,
    problem: Option<Said>,
}

/// Who is half signed in, and with what secret.
async fn half(request: &HttpRequest, app: &App) -> Result<Option<(String, Half)>, PageError> {
    let Some(secret) = half_secret(request) else { return Ok(None) };
    Ok(sign_in::half(app, &secret).await?.map(|half| (secret, half)))
}

fn form(app: &App, status: StatusCode, (half, next): (&Half, &str), problem: Option<Said>) -> Result<HttpResponse, PageError> {
    let csrf = app.keys.csrf_token(half.id.as_bytes(), bytes(app.random.as_ref()));
    let passkeys = half.has.passkeys > 0 && passkey::unoffered(app).is_none();
    respond::page_with(status, &SecondPage { assets: assets::version(), csrf, next, has: half.has, passkeys, problem })
}

/// The page.
pub async fn show(request: HttpRequest, app: Data<App>) -> Result<HttpResponse, PageError> {
    let query = Fields::parse(request.query_string().as_bytes());
    match half(&request, &app).await? {
        Some((_, half)) => form(&app, StatusCode::OK, (&half, local(query.get("next"))), None),
        None => Ok(respond::see_other("/login")),
    }
}

/// Checks a code.
pub async fn by_code(request: HttpRequest, app: Data<App>, body: Bytes) -> Result<HttpResponse, PageError> {
    let fields = Fields::parse(&body);
    let Some((secret, half)) = half(&request, &app).await? else { return Ok(respond::see_other("/login")) };
    if is_foreign(&request) || !is_own(&fields, &app, half.id) {
        return Err(PageError::Forged);
    }
    let second = sign_in::second_by_code(&app, &secret, fields.get("code"), &whence(&request)).await?;
    answer(&app, second, (&half, local(fields.get("next"))), "people-wrong-code")
}

fn answer(app: &App, second: Second, (half, next): (&Half, &str), wrong: &str) -> Result<HttpResponse, PageError> {
    match second {
        Second::Session(secret) => Ok(signed_in(app, &secret, next)),
        Second::Refused => form(app, StatusCode::UNAUTHORIZED, (half, next), Some(say(wrong))),
        Second::TooMany => form(app, StatusCode::TOO_MANY_REQUESTS, (half, next), Some(say("people-too-many-codes"))),
        Second::Over => Ok(respond::see_other("/login")),
    }
}

/// Asks one of their authenticators.
pub async fn ask(request: HttpRequest, app: Data<App>, body: Bytes) -> Result<HttpResponse, PageError> {
    let Some((secret, half)) = half(&request, &app).await? else { return Ok(respond::see_other("/login")) };
    if is_foreign(&request) || !is_own(&Fields::parse(&body), &app, half.id) {
        return Err(PageError::Forged);
    }
    match sign_in::ask_after_password(&app, &secret).await? {
        Some(question) => Ok(respond::json(&passkey::request(&question))),
        None => Ok(respond::see_other("/login")),
    }
}

/// Checks the authenticator's answer.
pub async fn by_passkey(request: HttpRequest, app: Data<App>, body: Bytes) -> Result<HttpResponse, PageError> {
    let fields = Fields::parse(&body);
    let Some((secret, half)) = half(&request, &app).await? else { return Ok(respond::see_other("/login")) };
    if is_foreign(&request) || !is_own(&fields, &app, half.id) {
        return Err(PageError::Forged);
    }
    let second = sign_in::second_by_passkey(&app, &secret, fields.raw("answer"), &whence(&request)).await?;
    answer(&app, second, (&half, local(fields.get("next"))), "people-wrong-passkey")
}
