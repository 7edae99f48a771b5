//! "Prove it again", before what is dangerous.

use super::login::local;
use super::passkey;
use crate::app::factors::{self, Factors};
use crate::app::sign_in::{self, Proved};
use crate::web::pages::shell::frame::Frame;
use crate::web::pages::shell::problem::PageError;
use crate::web::pages::shell::respond;
use crate::web::pages::shell::signed::{Posted, Signed};
use crate::words::{Said, say};
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;

#[derive(Template)]
#[template(path = "pages/people/prove.html")]
struct Prove<'a> {
    frame: Frame,
    next: &'a str,
    has: Factors,
    passkeys: bool,
    problem: Option<Said>,
}

async fn form(signed: &Signed, status: StatusCode, next: &str, problem: Option<Said>) -> Result<HttpResponse, PageError> {
    let has = factors::of(&signed.app, signed.person.id).await?;
    let passkeys = has.passkeys > 0 && passkey::unoffered(&signed.app).is_none();
    let frame = Frame::new(signed, "/account", say("people-prove").to_string());
    respond::page_with(status, &Prove { frame, next, has, passkeys, problem })
}

/// The page.
pub async fn show(signed: Signed) -> Result<HttpResponse, PageError> {
    form(&signed, StatusCode::OK, local(signed.query.get("next")), None).await
}

async fn answer(signed: &Signed, proved: Proved, next: &str, wrong: &str) -> Result<HttpResponse, PageError> {
    match proved {
        Proved::Yes => Ok(respond::see_other(next)),
        Proved::Refused => form(signed, StatusCode::UNPROCESSABLE_ENTITY, next, Some(say(wrong))).await,
        Proved::TooMany => form(signed, StatusCode::TOO_MANY_REQUESTS, next, Some(say("people-too-many"))).await,
    }
}

/// By password, and code of who has one.
pub async fn by_password(posted: Posted) -> Result<HttpResponse, PageError> {
    let (signed, fields) = (&posted.signed, &posted.fields);
    let given = (fields.raw("password"), fields.get("code"));
    let proved = sign_in::prove(&signed.app, (&signed.person, signed.session), given).await?;
    answer(signed, proved, local(fields.get("next")), "people-not-proved").await
}

/// Asks one of their authenticators.
pub async fn ask(posted: Posted) -> Result<HttpResponse, PageError> {
    let signed = &posted.signed;
    let question = sign_in::ask_again(&signed.app, (&signed.person, signed.session), "prove").await?;
    Ok(respond::json(&passkey::request(&question)))
}

/// By the authenticator's answer.
pub async fn by_passkey(posted: Posted) -> Result<HttpResponse, PageError> {
    let (signed, fields) = (&posted.signed, &posted.fields);
    let proved = sign_in::prove_by_passkey(&signed.app, (&signed.person, signed.session), fields.raw("answer")).await?;
    answer(signed, proved, local(fields.get("next")), "people-wrong-passkey").await
}
