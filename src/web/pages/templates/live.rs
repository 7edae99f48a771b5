//! While somebody writes: their draft is kept, faults and costs are told, and a test can be sent.

use super::blocks;
use super::editor::{self, Trial};
use super::one::{ProblemLine, Typed, find, language_name, written};
use super::preview::words;
use super::text_bill::{Bill, bill};
use super::view::View;
use crate::app::templates::{TemplateFault, test_send};
use crate::app::{AppError, drafts};
use crate::db;
use crate::db::templates::TemplateRow;
use crate::domain::event::ChannelKind;
use crate::domain::template::{ENCODED_MAX, language_for, look};
use crate::web::pages::shell::format::{self, When};
use crate::web::pages::shell::problem::PageError;
use crate::web::pages::shell::respond;
use crate::web::pages::shell::signed::{Posted, Signed};
use crate::words::heard::heard_sentence;
use crate::words::{Rich, say};
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;
use jiff::Timestamp;
use uuid::Uuid;

/// What is told of a text that is being written.
pub struct Live {
    /// When what is written was kept; none while it says what is in use.
    pub kept: Option<When>,
    /// What was typed into a block and can't be taken in.
    pub refused: Option<String>,
    pub problems: Vec<ProblemLine>,
    pub warnings: Vec<ProblemLine>,
    /// Of the HTML as it travels, and at what Gmail cuts off.
    pub size: Option<String>,
    pub is_email: bool,
    pub subject: String,
    pub text: String,
    pub bill: Option<Bill>,
    /// Whoever reads the chosen language gets another text.
    pub other: Option<Rich>,
}

impl Live {
    pub async fn of(signed: &Signed, row: &TemplateRow, typed: &Typed, view: &View, kept: Option<Timestamp>) -> Result<Self, PageError> {
        let checked = look(row.channel, &typed.source);
        let context = view.context(signed, row).await?;
        let (subject, text) = words(row.channel, &typed.source, &context);
        let line = |p| ProblemLine::of(row.channel, p);
        let kb = |bytes: usize| bytes.div_ceil(1024);
        Ok(Self {
            kept: kept.map(|at| signed.shop().map(|shop| format::when(at, &shop.zone()))).transpose()?,
            refused: None,
            problems: checked.problems.iter().map(line).collect(),
            warnings: checked.warnings.iter().map(line).collect(),
            size: checked.encoded_bytes.map(|b| say("templates-kb").with("size", kb(b)).with("most", kb(ENCODED_MAX)).to_string()),
            is_email: row.channel == ChannelKind::Email,
            subject,
            text,
            bill: bill(signed, row, &typed.source)?,
            other: other(signed, row, context.locale.as_deref()).await?,
        })
    }
}

/// What a shopper of this language gets, where that isn't this text.
async fn other(signed: &Signed, row: &TemplateRow, locale: Option<&str>) -> Result<Option<Rich>, PageError> {
    let shop = signed.shop()?;
    let all = db::templates::by_key(&signed.app.db, shop.id, &row.key, row.channel).await?;
    let there: Vec<&str> = all.iter().map(|r| r.language.as_str()).collect();
    let got = language_for(&there, locale, &shop.language).and_then(|(place, _)| all.get(place)).filter(|got| got.id != row.id);
    Ok(got.map(|got| {
        let tag = locale.and_then(|l| l.split(['-', '_']).next()).unwrap_or(&shop.language).to_lowercase();
        let said = say("templates-gets-other").with("reads", language_name(&tag)).with("gets", language_name(&got.language));
        said.link(signed.href(&format!("/templates/{}", got.id))).rich()
    }))
}

#[derive(Template)]
#[template(path = "pages/templates/live.html")]
struct Part {
    live: Live,
}

/// Keeps what is being written, and tells what is to be said of it: a part of the editor's page.
pub async fn live(posted: Posted, id: web::Path<Uuid>) -> Result<HttpResponse, PageError> {
    let signed = &posted.signed;
    let row = find(signed, *id).await?;
    let (typed, refused) = blocks::typed(&posted.fields, &row)?;
    let view = View::asked(&posted.fields)?;
    let kept = kept(signed, &row, &typed).await?;
    let mut live = Live::of(signed, &row, &typed, &view, kept).await?;
    live.refused = refused;
    respond::fragment(&Part { live })
}

/// Keeps a text as its writer's draft.
pub async fn kept(signed: &Signed, row: &TemplateRow, typed: &Typed) -> Result<Option<Timestamp>, PageError> {
    Ok(drafts::keep(&signed.app, signed.shop()?.id, row, signed.person.id, (&typed.source, typed.base)).await?)
}

/// Keeps what is being written, and shows the page anew with what was chosen on it: what scripts do by themselves.
pub async fn keep(posted: Posted, id: web::Path<Uuid>) -> Result<HttpResponse, PageError> {
    let signed = &posted.signed;
    let row = find(signed, *id).await?;
    let (typed, refused) = blocks::typed(&posted.fields, &row)?;
    let view = View::asked(&posted.fields)?;
    kept(signed, &row, &typed).await?;
    if refused.is_some() {
        return blocks::again(signed, &row, (typed, refused), &view).await;
    }
    let page = if posted.fields.get("by") == "blocks" { "/blocks" } else { "" };
    Ok(respond::see_other(&view.href(signed, &format!("/templates/{}{page}?done=template-kept", row.id))))
}

/// Forgets what was written.
pub async fn discard(posted: Posted, id: web::Path<Uuid>) -> Result<HttpResponse, PageError> {
    let signed = &posted.signed;
    let row = find(signed, *id).await?;
    drafts::discard(&signed.app, signed.shop()?.id, &row, signed.person.id).await?;
    Ok(respond::see_other(&signed.href(&format!("/templates/{}?done=template-discarded", row.id))))
}

/// Sends what is written, or what is in use, with the sample cart to one address.
pub async fn test(posted: Posted, id: web::Path<Uuid>) -> Result<HttpResponse, PageError> {
    let signed = &posted.signed;
    let row = find(signed, *id).await?;
    let to = posted.fields.get("to").to_owned();
    let (typed, _) = written(signed, &row).await?;
    let outcome = test_send(&signed.app, signed.shop()?.id, (row.id, Some(&typed.source)), &to, &signed.actor()).await;
    let fault = match outcome {
        Ok(tried) if tried.reason.is_none() => {
            return Ok(respond::see_other(&signed.href(&format!("/templates/{}?done=template-tested#test", row.id))));
        }
        Ok(tried) => heard_sentence(&tried.reason.unwrap_or_default()),
        Err(TemplateFault::Faulty(_) | TemplateFault::Stale(_)) => say("templates-test-faulty").to_string(),
        Err(TemplateFault::App(AppError::Invalid(what) | AppError::Conflict(what))) => heard_sentence(&what),
        Err(TemplateFault::App(error)) => return Err(error.into()),
    };
    editor::page(signed, &row, StatusCode::UNPROCESSABLE_ENTITY, Some(Trial { to, fault })).await
}
