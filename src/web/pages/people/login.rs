//! Signing in and out: by password, which a second page may follow, or by a passkey alone.

use super::passkey;
use crate::app::sign_in::{self, CEREMONY_LASTS, Second, Started, Whence};
use crate::app::{App, access};
use crate::db;
use crate::web::address;
use crate::web::pages::shell::assets;
use crate::web::pages::shell::fields::Fields;
use crate::web::pages::shell::problem::PageError;
use crate::web::pages::shell::respond;
use crate::web::pages::shell::signed::{Visitor, cookie, is_own, secret_cookie, session_cookie, visitor};
use crate::words::{Said, say};
use actix_web::http::StatusCode;
use actix_web::http::header::{SET_COOKIE, USER_AGENT};
use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use jiff::SignedDuration;

/// Who is between a password and a session; of no use anywhere but below this path.
const HALF: (&str, &str) = ("comeback_sign_in", "/login");

#[derive(Template)]
#[template(path = "pages/people/login.html")]
struct Login<'a> {
    assets: &'static str,
    email: &'a str,
    next: &'a str,
    problem: Option<Said>,
    nobody_yet: bool,
    passkeys: bool,
}

/// A path of ours to go to afterwards; never another site.
pub fn local(next: &str) -> &str {
    let plain = next.starts_with('/') && !next.starts_with("//") && !next.contains(['\\', '\r', '\n', '\t']);
    if plain && !next.starts_with("/login") { next } else { "/" }
}

/// From where a request comes, to be kept with the session.
pub fn whence(request: &HttpRequest) -> Whence {
    let agent = request.headers().get(USER_AGENT).and_then(|v| v.to_str().ok());
    Whence { address: address::of(request).map(|a| a.to_string()), agent: agent.map(str::to_owned) }
}

/// The form.
pub async fn show(request: HttpRequest, app: Data<App>) -> Result<HttpResponse, PageError> {
    let query = Fields::parse(request.query_string().as_bytes());
    let next = local(query.get("next"));
    if visitor(&request).await?.is_some() {
        return Ok(respond::see_other(next));
    }
    let nobody_yet = db::access::users(&app.db).await?.is_empty();
    form(&app, StatusCode::OK, ("", next), None, nobody_yet)
}

fn form(
    app: &App,
    status: StatusCode,
    (email, next): (&str, &str),
    problem: Option<Said>,
    nobody_yet: bool,
) -> Result<HttpResponse, PageError> {
    let passkeys = passkey::unoffered(app).is_none();
    respond::page_with(status, &Login { assets: assets::version(), email, next, problem, nobody_yet, passkeys })
}

/// A form that another site sent on somebody's behalf. Every browser of today says where a request comes from (Fetch Metadata).
pub fn is_foreign(request: &HttpRequest) -> bool {
    let site = request.headers().get("sec-fetch-site").and_then(|v| v.to_str().ok());
    site.is_some_and(|s| s != "same-origin" && s != "none")
}

/// On to where they wanted to go, signed in.
pub fn signed_in(app: &App, secret: &str, next: &str) -> HttpResponse {
    respond::see_other_builder(next).insert_header((SET_COOKIE, session_cookie(app, secret, access::SESSION_LASTS))).finish()
}

/// What the browser holds of a sign-in that is under way.
pub fn half_secret(request: &HttpRequest) -> Option<String> {
    cookie(request, HALF.0)
}

fn half_cookie(app: &App, secret: &str) -> String {
    secret_cookie(app, HALF, secret, CEREMONY_LASTS)
}

/// Checks address and password.
pub async fn sign_in(request: HttpRequest, app: Data<App>, body: Bytes) -> Result<HttpResponse, PageError> {
    if is_foreign(&request) {
        return Err(PageError::Forged);
    }
    let fields = Fields::parse(&body);
    let (email, next) = (fields.get("email").to_lowercase(), local(fields.get("next")));
    let again = |status, key: &str| form(&app, status, (&email, next), Some(say(key)), false);
    match sign_in::start(&app, (&email, fields.raw("password")), &whence(&request)).await? {
        Started::Session(secret) => Ok(signed_in(&app, &secret, next)),
        Started::Half(secret) => {
            let after: String = url::form_urlencoded::byte_serialize(next.as_bytes()).collect();
            let mut answer = respond::see_other_builder(&format!("/login/code?next={after}"));
            Ok(answer.insert_header((SET_COOKIE, half_cookie(&app, &secret))).finish())
        }
        Started::TooMany => again(StatusCode::TOO_MANY_REQUESTS, "people-too-many"),
        Started::Refused => again(StatusCode::UNAUTHORIZED, "people-wrong-password"),
    }
}

/// Asks the authenticator of whoever sits there.
pub async fn ask(request: HttpRequest, app: Data<App>) -> Result<HttpResponse, PageError> {
    if is_foreign(&request) {
        return Err(PageError::Forged);
    }
    let Some((secret, question)) = sign_in::ask_anybody(&app, &whence(&request)).await? else {
        return Ok(HttpResponse::TooManyRequests().finish());
    };
    let mut answer = respond::json(&passkey::request(&question));
    if let Ok(cookie) = half_cookie(&app, &secret).parse() {
        answer.headers_mut().insert(SET_COOKIE, cookie);
    }
    Ok(answer)
}

/// Checks the authenticator's answer.
pub async fn by_passkey(request: HttpRequest, app: Data<App>, body: Bytes) -> Result<HttpResponse, PageError> {
    if is_foreign(&request) {
        return Err(PageError::Forged);
    }
    let fields = Fields::parse(&body);
    let next = local(fields.get("next"));
    let secret = half_secret(&request).unwrap_or_default();
    match sign_in::by_passkey(&app, &secret, fields.raw("answer"), &whence(&request)).await? {
        Second::Session(secret) => Ok(signed_in(&app, &secret, next)),
        Second::Refused | Second::TooMany => form(&app, StatusCode::UNAUTHORIZED, ("", next), Some(say("people-wrong-passkey")), false),
        Second::Over => form(&app, StatusCode::UNAUTHORIZED, ("", next), Some(say("people-over")), false),
    }
}

/// Ends the session.
pub async fn sign_out(request: HttpRequest, body: Bytes) -> Result<HttpResponse, PageError> {
    let Some(Visitor { app, secret, session, .. }) = visitor(&request).await? else { return Ok(respond::see_other("/login")) };
    if !is_own(&Fields::parse(&body), &app, session) {
        return Err(PageError::Forged);
    }
    access::sign_out(&app, &secret).await?;
    let cookie = session_cookie(&app, "", SignedDuration::ZERO);
    Ok(respond::see_other_builder("/login").insert_header((SET_COOKIE, cookie)).finish())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn after_signing_in_nobody_is_sent_to_another_site() {
        let check = |input: &str, expected: &str| assert_eq!(local(input), expected, "{input:?}");
        check("/carts?state=open", "/carts?state=open");
        check("", "/");
        check("//evil.example", "/");
        check("/\\evil.example", "/");
        check("https://evil.example", "/");
        check("/a\r\nSet-Cookie: x", "/");
        check("/login?next=/login", "/");
    }
}
