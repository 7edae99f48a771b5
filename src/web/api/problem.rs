//! What is answered when something is not done: problem details (RFC 9457), each kind with a stable `type`.

use crate::app::AppError;
use crate::app::campaigns::CampaignError;
use crate::app::message_settings::SettingsError;
use crate::app::policies::PolicyError;
use crate::app::templates::TemplateFault;
use crate::db::DbError;
use actix_web::http::{StatusCode, header};
use actix_web::{HttpResponse, ResponseError};
use serde::Serialize;
use utoipa::ToSchema;

/// How long a client should wait when the database can't be reached, in seconds.
const RETRY_AFTER_S: u64 = 5;

/// The kinds of problems.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The request can't be read.
    Malformed,
    /// A part of the path or query can't be.
    Parameter,
    /// A cursor that this list didn't give.
    Cursor,
    /// No token, or none that stands.
    Unauthorized,
    /// The token may not do this.
    Forbidden,
    /// It isn't there.
    NotFound,
    /// It is there, but not with this method.
    Method,
    /// It contradicts what is there.
    Conflict,
    /// The body is too long.
    TooLarge,
    /// The body is not JSON by its own word.
    MediaType,
    /// The body says something that can't be.
    Invalid,
    /// The idempotency key belongs to another request.
    KeyReused,
    /// Our fault.
    Internal,
    /// The database can't be reached.
    Unavailable,
}

impl Kind {
    /// Every kind, for the documentation.
    pub const ALL: [Self; 14] = [
        Self::Malformed,
        Self::Parameter,
        Self::Cursor,
        Self::Unauthorized,
        Self::Forbidden,
        Self::NotFound,
        Self::Method,
        Self::Conflict,
        Self::TooLarge,
        Self::MediaType,
        Self::Invalid,
        Self::KeyReused,
        Self::Internal,
        Self::Unavailable,
    ];

    /// The path that names it, the status, and the title.
    pub fn about(self) -> (&'static str, StatusCode, &'static str) {
        match self {
            Self::Malformed => ("/problems/malformed-request", StatusCode::BAD_REQUEST, "The request can't be read"),
            Self::Parameter => ("/problems/invalid-parameter", StatusCode::BAD_REQUEST, "A parameter can't be used"),
            Self::Cursor => ("/problems/invalid-cursor", StatusCode::BAD_REQUEST, "The cursor is not one of this list"),
            Self::Unauthorized => ("/problems/unauthorized", StatusCode::UNAUTHORIZED, "A valid token is needed"),
            Self::Forbidden => ("/problems/forbidden", StatusCode::FORBIDDEN, "The token may not do this"),
            Self::NotFound => ("/problems/not-found", StatusCode::NOT_FOUND, "There is nothing here"),
            Self::Method => ("/problems/method-not-allowed", StatusCode::METHOD_NOT_ALLOWED, "Not with this method"),
            Self::Conflict => ("/problems/conflict", StatusCode::CONFLICT, "It contradicts what is there"),
            Self::TooLarge => ("/problems/too-large", StatusCode::PAYLOAD_TOO_LARGE, "The body is too long"),
            Self::MediaType => ("/problems/unsupported-media-type", StatusCode::UNSUPPORTED_MEDIA_TYPE, "The body must be JSON"),
            Self::Invalid => ("/problems/invalid", StatusCode::UNPROCESSABLE_ENTITY, "What was sent can't be used"),
            Self::KeyReused => {
                ("/problems/idempotency-key-reused", StatusCode::UNPROCESSABLE_ENTITY, "The idempotency key belongs to another request")
            }
            Self::Internal => ("/problems/internal", StatusCode::INTERNAL_SERVER_ERROR, "Something went wrong on our side"),
            Self::Unavailable => ("/problems/unavailable", StatusCode::SERVICE_UNAVAILABLE, "The database can't be reached"),
        }
    }
}

/// One thing that is wrong with what was sent, and where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Wrong {
    /// `steps[1].template`; empty for the whole.
    pub at: String,
    /// What is wrong and what to do.
    pub problem: String,
    /// In a template's text, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<usize>,
}

/// Problem details (RFC 9457).
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Problem {
    /// The kind, as a path that never changes.
    #[serde(rename = "type")]
    #[schema(examples("/problems/not-found"))]
    kind: &'static str,
    /// The kind, in words.
    title: &'static str,
    /// The answer's status.
    status: u16,
    /// What happened this time, and what to do.
    detail: String,
    /// Everything that is wrong with what was sent.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    errors: Vec<Wrong>,
    /// When to try again, or which methods there are.
    #[serde(skip)]
    header: Option<Box<(header::HeaderName, String)>>,
}

impl Problem {
    /// A problem of a kind.
    pub fn new(kind: Kind, detail: impl Into<String>) -> Self {
        let (path, status, title) = kind.about();
        let detail = detail.into();
        Self { kind: path, title, status: status.as_u16(), detail, errors: Vec::new(), header: None }
    }

    /// A part of the path or query that can't be used.
    pub fn parameter(name: &str, problem: impl Into<String>) -> Self {
        let wrong = Wrong { at: name.to_owned(), problem: problem.into(), line: None };
        Self { errors: vec![wrong], ..Self::new(Kind::Parameter, format!("the parameter `{name}` can't be used")) }
    }

    /// What was sent is wrong in these places.
    pub fn invalid(errors: Vec<Wrong>) -> Self {
        let detail = match errors.len() {
            1 => "one thing has to be corrected".to_owned(),
            n => format!("{n} things have to be corrected"),
        };
        Self { errors, ..Self::new(Kind::Invalid, detail) }
    }

    /// Says when to try again.
    #[must_use]
    pub fn retry_after(self, seconds: u64) -> Self {
        Self { header: Some(Box::new((header::RETRY_AFTER, seconds.to_string()))), ..self }
    }

    /// Says which methods there are.
    pub fn method(allowed: &str) -> Self {
        Self {
            header: Some(Box::new((header::ALLOW, allowed.to_owned()))),
            ..Self::new(Kind::Method, format!("this takes {allowed} only"))
        }
    }
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.detail)
    }
}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    fn error_response(&self) -> HttpResponse {
        let mut response = HttpResponse::build(self.status_code());
        response.insert_header((header::CONTENT_TYPE, "application/problem+json")).insert_header((header::CACHE_CONTROL, "no-store"));
        if self.status_code() == StatusCode::UNAUTHORIZED {
            response.insert_header((header::WWW_AUTHENTICATE, "Bearer realm=\"comeback\""));
        }
        if let Some((name, value)) = self.header.as_deref() {
            response.insert_header((name.clone(), value.as_str()));
        }
        response.body(serde_json::to_string(self).unwrap_or_default())
    }
}

impl From<DbError> for Problem {
    fn from(error: DbError) -> Self {
        if let DbError::Unavailable(_) = &error {
            tracing::warn!(error = %error, "an API request found no database");
            return Self::new(Kind::Unavailable, "nothing was changed; try again in a moment").retry_after(RETRY_AFTER_S);
        }
        tracing::error!(error = %error, "an API request failed");
        Self::new(Kind::Internal, "nothing was changed; the log of the server says why")
    }
}

impl From<AppError> for Problem {
    fn from(error: AppError) -> Self {
        match error {
            AppError::Db(error) => error.into(),
            AppError::NotFound(_) => Self::new(Kind::NotFound, error.to_string()),
            AppError::Invalid(text) => Self::new(Kind::Invalid, text),
            AppError::Conflict(text) => Self::new(Kind::Conflict, text),
            AppError::Store(error) => Self::new(Kind::Conflict, error.to_string()),
            AppError::Keys(error) => {
                tracing::error!(error = %error, "an API request failed");
                Self::new(Kind::Internal, error.to_string())
            }
        }
    }
}

impl From<CampaignError> for Problem {
    fn from(error: CampaignError) -> Self {
        match error {
            CampaignError::Faulty(faults) => {
                Self::invalid(faults.into_iter().map(|f| Wrong { at: f.at, problem: f.problem, line: None }).collect())
            }
            CampaignError::App(error) => error.into(),
        }
    }
}

impl From<PolicyError> for Problem {
    fn from(error: PolicyError) -> Self {
        match error {
            PolicyError::Faulty(faults) => {
                Self::invalid(faults.into_iter().map(|f| Wrong { at: f.at, problem: f.problem, line: None }).collect())
            }
            PolicyError::OwnersOnly => {
                Self::new(Kind::Forbidden, "on which ground people are written to can be changed with a token of the scope `admin` only")
            }
            PolicyError::App(error) => error.into(),
        }
    }
}

impl From<SettingsError> for Problem {
    fn from(error: SettingsError) -> Self {
        match error {
            SettingsError::Faulty(faults) => {
                Self::invalid(faults.into_iter().map(|f| Wrong { at: f.at, problem: f.problem, line: None }).collect())
            }
            SettingsError::App(error) => error.into(),
        }
    }
}

impl From<TemplateFault> for Problem {
    fn from(fault: TemplateFault) -> Self {
        match fault {
            TemplateFault::Faulty(problems) => {
                Self::invalid(problems.into_iter().map(|p| Wrong { at: p.field, problem: p.problem, line: p.line }).collect())
            }
            TemplateFault::Stale(_) => Self::new(Kind::Conflict, fault.to_string()),
            TemplateFault::App(error) => error.into(),
        }
    }
}
