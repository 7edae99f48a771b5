//! What went wrong, said to people: what happened, and what to do next.

use super::assets;
use super::format;
use super::respond;
use crate::app::AppError;
use crate::app::access::Role;
use crate::db::DbError;
use crate::words::heard::heard_text;
use crate::words::{Rich, Said, find, heard, plain, say};
use actix_web::http::StatusCode;
use actix_web::http::header::RETRY_AFTER;
use actix_web::{HttpRequest, HttpResponse, ResponseError};
use askama::Template;

/// Why a page isn't shown.
#[derive(Debug, thiserror::Error)]
pub enum PageError {
    /// Nobody is signed in; where they wanted to go.
    #[error("nobody is signed in")]
    SignIn(String),
    /// They have to prove again who they are; where they wanted to go.
    #[error("they have to prove again who they are")]
    Prove(String),
    /// Their role isn't enough.
    #[error("this needs the role {}", .0.as_str())]
    Role(Role),
    /// The form was not made by a page of this session.
    #[error("the form's token doesn't belong to this session")]
    Forged,
    /// It isn't there, or not for them.
    #[error("there is no {0}")]
    NotFound(&'static str),
    /// There is no store yet.
    #[error("there is no store yet")]
    NoStore,
    /// What was given can't be used; in the reader's language.
    #[error("{0}")]
    Invalid(String),
    /// It contradicts what is there; in the reader's language.
    #[error("{0}")]
    Conflict(String),
    /// Either of both, in the English of rules that don't know who reads.
    #[error("{1}")]
    English(StatusCode, String),
    /// The database can't be reached.
    #[error("the database is unavailable")]
    Unavailable,
    /// A fault of this program.
    #[error("the page couldn't be made")]
    Internal,
}

impl From<AppError> for PageError {
    fn from(error: AppError) -> Self {
        match error {
            AppError::Db(e) => e.into(),
            AppError::NotFound(what) => Self::NotFound(what),
            AppError::Invalid(text) => Self::English(StatusCode::UNPROCESSABLE_ENTITY, text),
            AppError::Conflict(text) => Self::English(StatusCode::CONFLICT, text),
            AppError::Store(e) => Self::English(StatusCode::CONFLICT, e.to_string()),
            AppError::Keys(e) => {
                tracing::error!(error = %e, "a page couldn't be made");
                Self::Internal
            }
        }
    }
}

impl From<DbError> for PageError {
    fn from(error: DbError) -> Self {
        tracing::error!(error = %error, "a page couldn't be read from the database");
        if matches!(error, DbError::Unavailable(_)) { Self::Unavailable } else { Self::Internal }
    }
}

#[derive(Template)]
#[template(path = "pages/shell/problem.html")]
struct Problem {
    assets: &'static str,
    title: Said,
    what: Rich,
    next: Said,
    command: Option<&'static str>,
}

const SHOP_ADD: &str = "comeback shop add --platform shopify --domain acme.myshopify.com --name Acme --currency USD --timezone America/New_York --webhook-secret …";

impl PageError {
    /// For days whose time nothing can say.
    pub fn beyond() -> Self {
        Self::Invalid(say("shell-beyond").to_string())
    }

    /// The keys of what is said.
    fn key(&self) -> &'static str {
        match self {
            Self::SignIn(_) | Self::Prove(_) => "sign-in",
            Self::Role(_) => "role",
            Self::Forged => "forged",
            Self::NotFound(_) => "missing",
            Self::NoStore => "no-store",
            Self::English(StatusCode::CONFLICT, _) | Self::Conflict(_) => "conflict",
            Self::English(..) | Self::Invalid(_) => "invalid",
            Self::Unavailable => "unavailable",
            Self::Internal => "internal",
        }
    }

    /// What happened.
    fn what(&self) -> Rich {
        match self {
            Self::Role(role) => say("shell-needs-role").with("role", say(format!("role-{}", role.as_str()))).rich(),
            Self::NotFound(what) => {
                let key = format!("missing-{}", what.replace(' ', "-"));
                say("shell-missing-what").with("what", find(&key).unwrap_or_else(|| heard_text(what))).rich()
            }
            Self::Invalid(text) | Self::Conflict(text) => plain(&format::sentence(text)),
            Self::English(_, text) => heard(text),
            _ => say(format!("shell-{}-what", self.key())).rich(),
        }
    }
}

impl ResponseError for PageError {
    fn status_code(&self) -> StatusCode {
        match self {
            Self::SignIn(_) | Self::Prove(_) => StatusCode::SEE_OTHER,
            Self::Role(_) | Self::Forged => StatusCode::FORBIDDEN,
            Self::NotFound(_) | Self::NoStore => StatusCode::NOT_FOUND,
            Self::Invalid(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Conflict(_) => StatusCode::CONFLICT,
            Self::English(status, _) => *status,
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn error_response(&self) -> HttpResponse {
        let encoded = |wanted: &str| -> String { url::form_urlencoded::byte_serialize(wanted.as_bytes()).collect() };
        if let Self::Prove(wanted) = self {
            return respond::see_other(&format!("/account/prove?next={}", encoded(wanted)));
        }
        if let Self::SignIn(wanted) = self {
            let next = encoded(wanted);
            return respond::see_other(&if wanted == "/" { "/login".to_owned() } else { format!("/login?next={next}") });
        }
        let command = matches!(self, Self::NoStore).then_some(SHOP_ADD);
        let of = |part| say(format!("shell-{}-{part}", self.key()));
        let page = Problem { assets: assets::version(), title: of("title"), what: self.what(), next: of("next"), command };
        let made = respond::page_with(self.status_code(), &page);
        let mut response = made.unwrap_or_else(|_| HttpResponse::InternalServerError().finish());
        if matches!(self, Self::Unavailable) {
            response.headers_mut().insert(RETRY_AFTER, actix_web::http::header::HeaderValue::from_static("5"));
        }
        response
    }
}

/// The answer to an address that nothing has.
pub async fn not_found(_request: HttpRequest) -> HttpResponse {
    PageError::NotFound("page with that address").error_response()
}
