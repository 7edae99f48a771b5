//! One's own second factors: an app that makes codes, passkeys, recovery codes.

use super::{passkey, qr};
use crate::app::factors::{self, Added, NAME_MAX};
use crate::domain::one_time_code;
use crate::web::pages::shell::frame::Frame;
use crate::web::pages::shell::problem::PageError;
use crate::web::pages::shell::respond;
use crate::web::pages::shell::signed::{Posted, Signed};
use crate::words::{Said, say};
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;
use url::Url;
use uuid::Uuid;

const ACCOUNT: &str = "/account";
/// Letters of a secret between two blanks, for who types it.
const GROUP: usize = 4;

#[derive(Template)]
#[template(path = "pages/people/code.html")]
struct Code {
    frame: Frame,
    /// Nothing where the address is too long for one.
    picture: Option<qr::Picture>,
    secret: String,
    problem: Option<Said>,
}

#[derive(Template)]
#[template(path = "pages/people/recovery.html")]
struct Recovery {
    frame: Frame,
    codes: Vec<String>,
}

/// Makes a secret for an app.
pub async fn begin_code(posted: Posted) -> Result<HttpResponse, PageError> {
    let signed = &posted.signed;
    signed.proved(ACCOUNT)?;
    factors::begin_code(&signed.app, &signed.person).await?;
    Ok(respond::see_other("/account/code"))
}

async fn code_page(signed: &Signed, status: StatusCode, problem: Option<Said>) -> Result<HttpResponse, PageError> {
    let Some(secret) = factors::unconfirmed(&signed.app, &signed.person).await? else { return Ok(respond::see_other(ACCOUNT)) };
    let host = Url::parse(&signed.app.config.public_url).ok().and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_default();
    let address = one_time_code::url(&secret, &format!("Comeback ({})", host.replace(':', " ")), &signed.person.email);
    let letters: Vec<char> = secret.chars().collect();
    let page = Code {
        frame: Frame::new(signed, ACCOUNT, say("people-code").to_string()),
        picture: address.and_then(|address| qr::draw(&address)),
        secret: letters.chunks(GROUP).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join(" "),
        problem,
    };
    respond::page_with(status, &page)
}

/// The secret that waits for its first code.
pub async fn show_code(signed: Signed) -> Result<HttpResponse, PageError> {
    signed.proved("/account/code")?;
    code_page(&signed, StatusCode::OK, None).await
}

fn recovery_page(signed: &Signed, codes: Vec<String>, done: &str) -> Result<HttpResponse, PageError> {
    if codes.is_empty() {
        return Ok(respond::see_other(&format!("{ACCOUNT}?done={done}#factors")));
    }
    respond::page(&Recovery { frame: Frame::new(signed, ACCOUNT, say("people-recovery").to_string()), codes })
}

/// Takes the first code.
pub async fn confirm_code(posted: Posted) -> Result<HttpResponse, PageError> {
    let signed = &posted.signed;
    signed.proved("/account/code")?;
    match factors::confirm_code(&signed.app, (&signed.person, signed.session), posted.fields.get("code")).await? {
        Added::Yes(codes) => recovery_page(signed, codes, "code-on"),
        Added::Refused => code_page(signed, StatusCode::UNPROCESSABLE_ENTITY, Some(say("people-wrong-first-code"))).await,
    }
}

/// Asks for codes no more.
pub async fn remove_code(posted: Posted) -> Result<HttpResponse, PageError> {
    let signed = &posted.signed;
    signed.proved(ACCOUNT)?;
    factors::remove_code(&signed.app, &signed.person).await?;
    Ok(respond::see_other("/account?done=code-off#factors"))
}

/// Other recovery codes.
pub async fn renew_recovery(posted: Posted) -> Result<HttpResponse, PageError> {
    let signed = &posted.signed;
    signed.proved(ACCOUNT)?;
    let codes = factors::renew_recovery(&signed.app, &signed.person).await?;
    recovery_page(signed, codes, "code-on")
}

/// Asks an authenticator to make a passkey.
pub async fn ask_passkey(posted: Posted) -> Result<HttpResponse, PageError> {
    let signed = &posted.signed;
    signed.proved(ACCOUNT)?;
    let question = factors::begin_passkey(&signed.app, (&signed.person, signed.session)).await?;
    Ok(respond::json(&passkey::creation(&question, &signed.person)))
}

/// Keeps the passkey.
pub async fn add_passkey(posted: Posted) -> Result<HttpResponse, PageError> {
    let (signed, fields) = (&posted.signed, &posted.fields);
    signed.proved(ACCOUNT)?;
    let typed: String = fields.get("name").chars().take(NAME_MAX).collect();
    let name = if typed.is_empty() { say("people-passkey").to_string() } else { typed };
    match factors::add_passkey(&signed.app, (&signed.person, signed.session), (&name, fields.raw("answer"))).await? {
        Added::Yes(codes) => recovery_page(signed, codes, "passkey-on"),
        Added::Refused => Ok(respond::see_other("/account?done=passkey-refused#factors")),
    }
}

/// Takes a passkey no more.
pub async fn remove_passkey(posted: Posted, id: web::Path<Uuid>) -> Result<HttpResponse, PageError> {
    let signed = &posted.signed;
    signed.proved(ACCOUNT)?;
    factors::remove_passkey(&signed.app, &signed.person, *id).await?;
    Ok(respond::see_other("/account?done=passkey-off#factors"))
}
