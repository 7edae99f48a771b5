//! Templates: the list, one with its text, what is wrong with it, and how it looks.

use super::text_bill::{Bill, bill};
use crate::app::access::Role;
use crate::app::templates::{TemplateFault, sample_of, update};
use crate::db;
use crate::db::templates::TemplateRow;
use crate::domain::event::ChannelKind;
use crate::domain::template::{
    Checked, ENCODED_MAX, Problem, RenderContext, TemplateError, TemplateSource, look, render_email, render_sms, render_whatsapp,
};
use crate::web::pages::shell::fields::Fields;
use crate::web::pages::shell::format::{self, When};
use crate::web::pages::shell::frame::Frame;
use crate::web::pages::shell::problem::PageError;
use crate::web::pages::shell::respond;
use crate::web::pages::shell::signed::{Posted, Signed};
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;
use std::collections::HashMap;
use uuid::Uuid;

struct Line {
    href: String,
    key: String,
    channel: String,
    language: String,
    subject: String,
    version: i64,
    updated: When,
}

#[derive(Template)]
#[template(path = "pages/templates/templates.html")]
struct Templates {
    frame: Frame,
    lines: Vec<Line>,
}

struct ProblemLine {
    place: String,
    problem: String,
}

struct VersionLine {
    version: i64,
    author: String,
    made: When,
    in_use: bool,
}

#[derive(Template)]
#[template(path = "pages/templates/template.html")]
struct TemplatePage {
    frame: Frame,
    key: String,
    channel: String,
    is_email: bool,
    is_whatsapp: bool,
    language: String,
    version: i64,
    editable: bool,
    action: String,
    preview: String,
    list: String,
    subject: String,
    body: String,
    text: String,
    problems: Vec<ProblemLine>,
    warnings: Vec<ProblemLine>,
    /// Of the HTML as it travels, and at what Gmail cuts off.
    size: Option<String>,
    shown_subject: String,
    shown_text: String,
    bill: Option<Bill>,
    measure: String,
    versions: Vec<VersionLine>,
}

/// The list.
pub async fn list(signed: Signed) -> Result<HttpResponse, PageError> {
    let shop = signed.shop()?;
    let zone = format::zone(shop);
    let rows = db::templates::list(&signed.app.db, shop.id).await?;
    let line = |row: &TemplateRow| Line {
        href: signed.href(&format!("/templates/{}", row.id)),
        key: row.key.clone(),
        channel: format::channel(row.channel),
        language: row.language.clone(),
        subject: source(row).map(|s| if row.channel == ChannelKind::Sms { s.body } else { s.subject }).unwrap_or_default(),
        version: row.version,
        updated: format::when(row.updated_at, &zone),
    };
    respond::page(&Templates { lines: rows.iter().map(line).collect(), frame: Frame::new(&signed, "/templates", "Templates") })
}

/// One template.
pub async fn show(signed: Signed, id: web::Path<Uuid>) -> Result<HttpResponse, PageError> {
    let row = find(&signed, *id).await?;
    let source = source(&row)?;
    let checked = look(row.channel, &source);
    respond::page(&view(&signed, &row, source, checked).await?)
}

/// Saves a new version.
pub async fn save(posted: Posted, id: web::Path<Uuid>) -> Result<HttpResponse, PageError> {
    let signed = &posted.signed;
    let row = find(signed, *id).await?;
    let sent = sent(&posted.fields, row.channel);
    match update(&signed.app, signed.shop()?.id, row.id, sent.clone(), &signed.actor()).await {
        Ok(_) => Ok(respond::see_other(&signed.href(&format!("/templates/{}?done=template", row.id)))),
        Err(TemplateFault::Faulty(problems)) => {
            let checked = Checked { problems, ..look(row.channel, &sent) };
            respond::page_with(StatusCode::UNPROCESSABLE_ENTITY, &view(signed, &row, sent, checked).await?)
        }
        Err(TemplateFault::App(error)) => Err(error.into()),
    }
}

/// The version in use, filled with a sample cart, for a frame.
pub async fn preview(signed: Signed, id: web::Path<Uuid>) -> Result<HttpResponse, PageError> {
    let row = find(&signed, *id).await?;
    let source = source(&row)?;
    Ok(respond::framed(rendered(&signed, row.channel, &source)?))
}

/// What was written but not saved, filled with a sample cart, for a frame.
pub async fn preview_draft(posted: Posted, id: web::Path<Uuid>) -> Result<HttpResponse, PageError> {
    let row = find(&posted.signed, *id).await?;
    let source = sent(&posted.fields, row.channel);
    // Without scripts this is where a text that is being written is counted.
    if let Some(bill) = bill(&posted.signed, &row, &source)? {
        let text = bill.shown.iter().flatten().map(|s| s.text.as_str()).collect::<String>();
        return Ok(respond::framed(PlainPreview { text: &text, bill: Some(bill) }.render().map_err(|_| PageError::Internal)?));
    }
    Ok(respond::framed(rendered(&posted.signed, row.channel, &source)?))
}

pub(super) async fn find(signed: &Signed, id: Uuid) -> Result<TemplateRow, PageError> {
    db::templates::get(&signed.app.db, signed.shop()?.id, id).await?.ok_or(PageError::NotFound("template with that id"))
}

fn source(row: &TemplateRow) -> Result<TemplateSource, PageError> {
    serde_json::from_str(&row.source).map_err(|_| PageError::Internal)
}

/// What the form says; browsers send line ends as CRLF.
pub(super) fn sent(fields: &Fields, channel: ChannelKind) -> TemplateSource {
    let text = |name: &str| fields.raw(name).replace("\r\n", "\n").trim().to_owned();
    let plain = Some(text("text")).filter(|t| !t.is_empty());
    match channel {
        ChannelKind::Email => TemplateSource { subject: text("subject"), body: text("body"), text: plain },
        ChannelKind::Sms => TemplateSource { subject: String::new(), body: text("body"), text: None },
        ChannelKind::WhatsApp => TemplateSource { subject: text("subject"), body: text("body"), text: None },
    }
}

fn context(signed: &Signed) -> Result<RenderContext, PageError> {
    Ok(sample_of(&signed.app, signed.shop()?))
}

#[derive(Template)]
#[template(path = "pages/templates/plain_preview.html")]
struct PlainPreview<'a> {
    text: &'a str,
    /// How it is billed, where that isn't beside it.
    bill: Option<Bill>,
}

fn rendered(signed: &Signed, channel: ChannelKind, source: &TemplateSource) -> Result<String, PageError> {
    let context = context(signed)?;
    let plain = |text: &str| PlainPreview { text, bill: None }.render().map_err(|_| PageError::Internal);
    let made = match channel {
        ChannelKind::Email => render_email(source, &context).map(|mail| mail.html),
        kind => return plain(&plain_text(kind, source, &context).unwrap_or_else(|e| format::sentence(&e.to_string()))),
    };
    made.or_else(|e| plain(&format::sentence(&e.to_string())))
}

/// What is read of a message that is no mail.
fn plain_text(channel: ChannelKind, source: &TemplateSource, context: &RenderContext) -> Result<String, TemplateError> {
    match channel {
        ChannelKind::WhatsApp => render_whatsapp(source, context).map(|filled| filled.text(&context.link)),
        _ => render_sms(source, context),
    }
}

async fn view(signed: &Signed, row: &TemplateRow, source: TemplateSource, checked: Checked) -> Result<TemplatePage, PageError> {
    let shop = signed.shop()?;
    let zone = format::zone(shop);
    let bill = bill(signed, row, &source)?;
    let context = context(signed)?;
    let (shown_subject, shown_text) = match row.channel {
        ChannelKind::Email => render_email(&source, &context).map(|m| (m.subject, m.text)).unwrap_or_default(),
        kind => (String::new(), plain_text(kind, &source, &context).unwrap_or_default()),
    };
    let people: HashMap<String, String> =
        db::access::users(&signed.app.db).await?.into_iter().map(|u| (u.id.to_string(), u.email)).collect();
    let versions = db::templates::versions(&signed.app.db, shop.id, row.id).await?;
    let version = |(version, _, author, at): (i64, String, String, jiff::Timestamp)| VersionLine {
        version,
        author: people.get(&author).cloned().unwrap_or(author),
        made: format::when(at, &zone),
        in_use: version == row.version,
    };
    Ok(TemplatePage {
        frame: Frame::new(signed, "/templates", row.key.clone()),
        key: row.key.clone(),
        channel: format::channel(row.channel),
        is_email: row.channel == ChannelKind::Email,
        is_whatsapp: row.channel == ChannelKind::WhatsApp,
        language: row.language.clone(),
        version: row.version,
        editable: signed.may(Role::Editor),
        action: signed.href(&format!("/templates/{}", row.id)),
        preview: signed.href(&format!("/templates/{}/preview", row.id)),
        list: signed.href("/templates"),
        subject: source.subject,
        body: source.body,
        text: source.text.unwrap_or_default(),
        problems: checked.problems.iter().map(|p| problem_line(row.channel, p)).collect(),
        warnings: checked.warnings.iter().map(|p| problem_line(row.channel, p)).collect(),
        size: checked.encoded_bytes.map(|bytes| format!("{} KB of {} KB", bytes.div_ceil(1024), ENCODED_MAX / 1024)),
        shown_subject,
        shown_text,
        bill,
        measure: signed.href(&format!("/templates/{}/measure", row.id)),
        versions: versions.into_iter().map(version).collect(),
    })
}

fn problem_line(channel: ChannelKind, p: &Problem) -> ProblemLine {
    let field = match p.field.as_str() {
        "subject" if channel == ChannelKind::WhatsApp => "Approved template",
        "body" if channel == ChannelKind::WhatsApp => "Values",
        "subject" => "Subject",
        "text" => "Plain text",
        _ => "Body",
    };
    let place = p.line.map_or_else(|| field.to_owned(), |line| format!("{field}, line {line}"));
    ProblemLine { place, problem: format::sentence(&p.problem) }
}
