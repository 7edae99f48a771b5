//! Signing in and out.

use crate::app::{App, access};
use crate::db;
use crate::web::pages::shell::assets;
use crate::web::pages::shell::fields::Fields;
use crate::web::pages::shell::problem::PageError;
use crate::web::pages::shell::respond;
use crate::web::pages::shell::signed::{Visitor, is_own, session_cookie, visitor};
use actix_web::http::StatusCode;
use actix_web::http::header::SET_COOKIE;
use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use jiff::{SignedDuration, Timestamp};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::sync::{LazyLock, Mutex, PoisonError};

const FAILURES_MAX: usize = 10; // of one address for one account ...
const FAILURES_WITHIN: SignedDuration = SignedDuration::from_mins(15); // ... within this long
const KEYS_MAX: usize = 10_000; // remembered at most; the ones that failed longest ago are forgotten first
const SESSION_LASTS: SignedDuration = SignedDuration::from_hours(24 * 14);

/// When sign-ins failed, by a hash of network address and account. Of the process, not of a worker thread: else each thread would allow as many.
static FAILURES: LazyLock<Mutex<Failures>> = LazyLock::new(|| Mutex::new(Failures::default()));

#[derive(Default)]
struct Failures(HashMap<[u8; 32], Vec<Timestamp>>);

impl Failures {
    fn are_too_many(&mut self, key: &[u8; 32], now: Timestamp) -> bool {
        let Some(times) = self.0.get_mut(key) else { return false };
        times.retain(|at| now.duration_since(*at) < FAILURES_WITHIN);
        times.len() >= FAILURES_MAX
    }

    fn add(&mut self, key: [u8; 32], now: Timestamp) {
        if self.0.len() >= KEYS_MAX && !self.0.contains_key(&key) {
            self.0.retain(|_, times| times.last().is_some_and(|at| now.duration_since(*at) < FAILURES_WITHIN));
            let oldest = self.0.iter().min_by_key(|(_, times)| times.last().copied()).map(|(k, _)| *k);
            if let Some(oldest) = oldest.filter(|_| self.0.len() >= KEYS_MAX) {
                self.0.remove(&oldest);
            }
        }
        self.0.entry(key).or_default().push(now);
    }
}

#[derive(Template)]
#[template(path = "pages/people/login.html")]
struct Login<'a> {
    assets: &'static str,
    email: &'a str,
    next: &'a str,
    problem: Option<&'static str>,
    nobody_yet: bool,
}

/// A path of ours to go to afterwards; never another site.
fn local(next: &str) -> &str {
    let plain = next.starts_with('/') && !next.starts_with("//") && !next.contains(['\\', '\r', '\n', '\t']);
    if plain && !next.starts_with("/login") { next } else { "/" }
}

/// The form.
pub async fn show(request: HttpRequest, app: Data<App>) -> Result<HttpResponse, PageError> {
    let query = Fields::parse(request.query_string().as_bytes());
    let next = local(query.get("next"));
    if visitor(&request).await?.is_some() {
        return Ok(respond::see_other(next));
    }
    let nobody_yet = db::access::users(&app.db).await?.is_empty();
    respond::page(&Login { assets: assets::version(), email: "", next, problem: None, nobody_yet })
}

/// A form that another site sent on somebody's behalf. Every browser of today says where a request comes from (Fetch Metadata).
fn is_foreign(request: &HttpRequest) -> bool {
    let site = request.headers().get("sec-fetch-site").and_then(|v| v.to_str().ok());
    site.is_some_and(|s| s != "same-origin" && s != "none")
}

/// Checks address and password.
pub async fn sign_in(request: HttpRequest, app: Data<App>, body: Bytes) -> Result<HttpResponse, PageError> {
    if is_foreign(&request) {
        return Err(PageError::Forged);
    }
    let fields = Fields::parse(&body);
    let (email, next) = (fields.get("email").to_lowercase(), local(fields.get("next")));
    let address = request.peer_addr().map(|a| a.ip().to_string()).unwrap_or_default();
    let key: [u8; 32] = Sha256::digest(format!("{address} {email}").as_bytes()).into();
    let again = |status, problem| {
        respond::page_with(status, &Login { assets: assets::version(), email: &email, next, problem: Some(problem), nobody_yet: false })
    };
    if FAILURES.lock().unwrap_or_else(PoisonError::into_inner).are_too_many(&key, app.now()) {
        return again(StatusCode::TOO_MANY_REQUESTS, "Too many attempts. Wait a quarter of an hour, then try again.");
    }
    if let Some(secret) = access::sign_in(&app, &email, fields.raw("password")).await? {
        let cookie = session_cookie(&app, &secret, SESSION_LASTS);
        return Ok(respond::see_other_builder(next).insert_header((SET_COOKIE, cookie)).finish());
    }
    FAILURES.lock().unwrap_or_else(PoisonError::into_inner).add(key, app.now());
    again(StatusCode::UNAUTHORIZED, "E-mail address and password don't belong together.")
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

    #[test]
    fn ten_failures_in_a_quarter_of_an_hour_are_the_limit_and_memory_is_bounded() {
        let start: Timestamp = "2026-07-01T12:00:00Z".parse().expect("time");
        let mut failures = Failures::default();
        let key = [1; 32];
        for _ in 0..FAILURES_MAX {
            assert!(!failures.are_too_many(&key, start));
            failures.add(key, start);
        }
        assert!(failures.are_too_many(&key, start));
        assert!(!failures.are_too_many(&[2; 32], start));
        assert!(!failures.are_too_many(&key, start + FAILURES_WITHIN));
        for i in 0..KEYS_MAX + 50 {
            failures.add(Sha256::digest(i.to_be_bytes()).into(), start);
        }
        assert_eq!(failures.0.len(), KEYS_MAX);
    }
}
