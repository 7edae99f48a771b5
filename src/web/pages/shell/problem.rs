//! What went wrong, said to people: what happened, and what to do next.

use super::assets;
use super::format;
use super::respond;
use crate::app::AppError;
use crate::app::access::Role;
use crate::db::DbError;
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
    /// What was given can't be used.
    #[error("{0}")]
    Invalid(String),
    /// It contradicts what is there.
    #[error("{0}")]
    Conflict(String),
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
            AppError::Invalid(text) => Self::Invalid(text),
            AppError::Conflict(text) => Self::Conflict(text),
            AppError::Store(e) => Self::Conflict(e.to_string()),
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
struct Problem<'a> {
    assets: &'static str,
    title: &'a str,
    what: &'a str,
    next: &'a str,
    command: Option<&'a str>,
}

const SHOP_ADD: &str = "comeback shop add --platform shopify --domain acme.myshopify.com --name Acme --currency USD --timezone America/New_York --webhook-secret …";

impl PageError {
    /// Title, what happened, what to do.
    fn words(&self) -> (&'static str, String, String) {
        let own = |text: &str| text.to_owned();
        match self {
            Self::SignIn(_) => ("Please sign in", own("You are not signed in, or your session has ended."), own("Sign in and try again.")),
            Self::Role(role) => (
                "You may not do that",
                format!("This needs the role “{}”.", role.as_str()),
                own("Ask an owner of the store to do it, or to change what you are there with `comeback user role`."),
            ),
            Self::Forged => (
                "The form has expired",
                own("The form didn't come from a page of your present session, so nothing was changed."),
                own("Go back, reload the page and send it again."),
            ),
            Self::NotFound(what) => (
                "Not found",
                format!("There is no {what}."),
                own("It may have been removed, or belong to a store that you have no access to."),
            ),
            Self::NoStore => {
                ("No store yet", own("Comeback doesn't know any store that you may see."), own("Add one on the command line:"))
            }
            Self::Invalid(text) => ("That can't be used", format::sentence(text), own("Go back, correct it and send it again.")),
            Self::Conflict(text) => {
                ("That isn't possible now", format::sentence(text), own("Go back and reload the page: it may have changed meanwhile."))
            }
            Self::Unavailable => (
                "The database can't be reached",
                own("Nothing is lost: deliveries that were acknowledged are stored."),
                own("Try again in a moment. If it stays so, run `comeback doctor` on the server."),
            ),
            Self::Internal => (
                "Something went wrong here",
                own("The page couldn't be made. The server's log has the reason."),
                own("Try again; if it stays so, run `comeback doctor` on the server."),
            ),
        }
    }
}

impl ResponseError for PageError {
    fn status_code(&self) -> StatusCode {
        match self {
            Self::SignIn(_) => StatusCode::SEE_OTHER,
            Self::Role(_) | Self::Forged => StatusCode::FORBIDDEN,
            Self::NotFound(_) | Self::NoStore => StatusCode::NOT_FOUND,
            Self::Invalid(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Conflict(_) => StatusCode::CONFLICT,
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn error_response(&self) -> HttpResponse {
        if let Self::SignIn(wanted) = self {
            let next: String = url::form_urlencoded::byte_serialize(wanted.as_bytes()).collect();
            return respond::see_other(&if wanted == "/" { "/login".to_owned() } else { format!("/login?next={next}") });
        }
        let (title, what, next) = self.words();
        let command = matches!(self, Self::NoStore).then_some(SHOP_ADD);
        let page = Problem { assets: assets::version(), title, what: &what, next: &next, command };
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
