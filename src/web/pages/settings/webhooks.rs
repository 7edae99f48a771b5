//! Outbound webhooks: which of the store's own programs are told what, and another one.

use super::nav::{Subject, subjects};
use crate::app::AppError;
use crate::app::outbound::endpoints::{self, Wanted, kinds_of};
use crate::db;
use crate::db::outbound::EndpointRow;
use crate::domain::outbound::Kind;
use crate::web::pages::shell::fields::Fields;
use crate::web::pages::shell::frame::Frame;
use crate::web::pages::shell::problem::PageError;
use crate::web::pages::shell::respond;
use crate::web::pages::shell::signed::{Posted, Signed};
use crate::words::{Rich, Said, heard, say};
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;
use std::collections::HashMap;

/// How an endpoint is doing.
pub struct Health {
    pub word: Said,
    pub tone: &'static str,
}

/// Of one endpoint.
pub fn health(row: &EndpointRow) -> Health {
    let (word, tone) = match (row.on, row.off_why.as_deref(), row.failing_since) {
        (true, _, None) => ("settings-webhook-on", "good"),
        (true, _, Some(_)) => ("settings-webhook-failing", "warn"),
        (false, Some("gone"), _) => ("settings-webhook-gone", "bad"),
        (false, Some("failing"), _) => ("settings-webhook-given-up", "bad"),
        (false, ..) => ("settings-webhook-off", "quiet"),
    };
    Health { word: say(word), tone }
}

/// An event that can be chosen.
pub struct Choice {
    pub name: &'static str,
    pub about: Said,
    pub chosen: bool,
}

/// What can be set, as typed.
pub struct Form {
    pub url: String,
    pub note: String,
    /// All, those to come as well.
    pub all: bool,
    pub kinds: Vec<String>,
    pub problem: Option<Rich>,
}

impl Form {
    /// To begin with.
    pub fn empty() -> Self {
        Self { url: String::new(), note: String::new(), all: true, kinds: Vec::new(), problem: None }
    }

    /// Of an endpoint.
    pub fn of(row: &EndpointRow) -> Self {
        let kinds = kinds_of(row);
        Self { url: row.url.clone(), note: row.note.clone(), all: kinds.is_empty(), kinds, problem: None }
    }

    /// As it was sent.
    pub fn sent(fields: &Fields) -> Self {
        let kinds = fields.pairs().filter(|(name, _)| *name == "kind").map(|(_, value)| value.to_owned()).collect();
        Self {
            url: fields.get("url").to_owned(),
            note: fields.get("note").to_owned(),
            all: fields.get("all") == "on",
            kinds,
            problem: None,
        }
    }

    /// What it means.
    ///
    /// # Errors
    /// When nothing was chosen.
    pub fn wanted(&self) -> Result<Wanted, AppError> {
        if !self.all && self.kinds.is_empty() {
            return Err(AppError::Invalid("choose at least one event, or all of them".into()));
        }
        Ok(Wanted { url: self.url.clone(), note: self.note.clone(), kinds: if self.all { Vec::new() } else { self.kinds.clone() } })
    }

    /// Every event, with what it says.
    pub fn choices(&self) -> Vec<Choice> {
        let choice = |kind: Kind| Choice {
            name: kind.as_str(),
            about: say(format!("settings-event-{}", kind.as_str().replace('.', "-"))),
            chosen: self.kinds.iter().any(|k| k == kind.as_str()),
        };
        Kind::ALL.into_iter().map(choice).collect()
    }
}

struct Line {
    url: String,
    note: String,
    health: Health,
    told: String,
    waiting: i64,
    given_up: i64,
    href: String,
}

#[derive(Template)]
#[template(path = "pages/settings/webhooks.html")]
struct Page {
    frame: Frame,
    nav: Vec<Subject>,
    endpoints: Vec<Line>,
    form: Form,
    action: String,
    /// Before another can be added.
    prove: Option<String>,
    /// Of the one that was just added: shown this once.
    secret: Option<(String, String)>,
    submit: Said,
}

/// The page.
pub async fn show(signed: Signed) -> Result<HttpResponse, PageError> {
    respond::page(&view(&signed).await?)
}

async fn view(signed: &Signed) -> Result<Page, PageError> {
    let shop = signed.shop()?.id;
    let db = &signed.app.db;
    let counts: HashMap<_, _> = db::outbound_sends::counts(db, shop).await?.into_iter().map(|(id, w, g)| (id, (w, g))).collect();
    let line = |row: EndpointRow| {
        let (waiting, given_up) = counts.get(&row.id).copied().unwrap_or_default();
        let kinds = kinds_of(&row);
        Line {
            told: if kinds.is_empty() { say("settings-webhook-all").to_string() } else { kinds.join(", ") },
            health: health(&row),
            href: signed.href(&format!("/settings/webhooks/{}", row.id)),
            url: row.url,
            note: row.note,
            waiting,
            given_up,
        }
    };
    Ok(Page {
        frame: Frame::new(signed, "/settings", say("settings-nav-webhooks").to_string()),
        nav: subjects(signed, "/settings/webhooks"),
        endpoints: db::outbound::endpoints(db, shop).await?.into_iter().map(line).collect(),
        form: Form::empty(),
        action: signed.href("/settings/webhooks"),
        prove: signed.prove_first(&signed.href("/settings/webhooks#add")),
        secret: None,
        submit: say("settings-webhook-add"),
    })
}

/// Adds an endpoint, and shows its secret this once.
pub async fn add(posted: Posted) -> Result<HttpResponse, PageError> {
    let signed = &posted.signed;
    signed.proved(&signed.href("/settings/webhooks#add"))?;
    let form = Form::sent(&posted.fields);
    let added = match form.wanted() {
        Ok(wanted) => endpoints::add(&signed.app, signed.shop()?.id, &wanted, &signed.actor()).await,
        Err(error) => Err(error),
    };
    match added {
        Ok((row, secret)) => respond::page(&Page { secret: Some((row.url, secret)), ..view(signed).await? }),
        Err(AppError::Invalid(text) | AppError::Conflict(text)) => {
            let form = Form { problem: Some(heard(&text)), ..form };
            respond::page_with(StatusCode::UNPROCESSABLE_ENTITY, &Page { form, ..view(signed).await? })
        }
        Err(error) => Err(error.into()),
    }
}
