//! One template's text, by code: what is wrong with it, how it looks, its draft and its versions.

use super::conflict;
use super::live::Live;
use super::one::{Acts, Head, Typed, find, people, written};
use super::view::{Choices, View};
use crate::app::access::Role;
use crate::app::drafts;
use crate::app::templates::{Edit, TemplateFault, update};
use crate::db;
use crate::db::templates::TemplateRow;
use crate::domain::event::ChannelKind;
use crate::domain::template::{Word, WordKind, vocabulary};
use crate::web::pages::shell::format::{self, When};
use crate::web::pages::shell::frame::Frame;
use crate::web::pages::shell::problem::PageError;
use crate::web::pages::shell::respond;
use crate::web::pages::shell::signed::{Posted, Signed};
use crate::words::say;
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;
use jiff::Timestamp;
use uuid::Uuid;

/// So many versions are listed; older ones are reached by comparing.
const VERSIONS_SHOWN: usize = 30;

/// One version, in a list.
pub struct VersionLine {
    pub version: i64,
    pub author: String,
    pub made: When,
    pub in_use: bool,
    pub show: String,
    /// What it changed.
    pub changes: Option<String>,
}

/// A draft that is shown.
pub struct DraftNote {
    pub at: When,
    pub base: i64,
    /// Others have saved since it was begun.
    pub overtaken: bool,
    pub changes: String,
    pub discard: String,
}

/// A test that couldn't be sent.
#[derive(Debug, Default)]
pub struct Trial {
    pub to: String,
    pub fault: String,
}

#[derive(Template)]
#[template(path = "pages/templates/template.html")]
struct TemplatePage {
    frame: Frame,
    head: Head,
    is_email: bool,
    is_whatsapp: bool,
    editable: bool,
    typed: Typed,
    text: String,
    acts: Acts,
    shown: String,
    draft: Option<DraftNote>,
    live: Live,
    choices: Choices,
    words: Vec<Word>,
    trial: Trial,
    to_label: String,
    versions: Vec<VersionLine>,
    older: usize,
}

impl TemplatePage {
    /// What is written in a place of templates, for the list of what they can say.
    fn written(word: &Word) -> String {
        match word.kind {
            WordKind::Tag | WordKind::Filter => word.name.to_owned(),
            _ if word.name == "cart.items" => "{% for item in cart.items %}".to_owned(),
            _ => format!("{{{{ {} }}}}", word.name),
        }
    }
}

/// One template.
pub async fn show(signed: Signed, id: web::Path<Uuid>) -> Result<HttpResponse, PageError> {
    let row = find(&signed, *id).await?;
    page(&signed, &row, StatusCode::OK, None).await
}

/// Its page, with the draft of whoever looks.
pub async fn page(signed: &Signed, row: &TemplateRow, status: StatusCode, trial: Option<Trial>) -> Result<HttpResponse, PageError> {
    let view = View::asked(&signed.query)?;
    let (typed, draft) = written(signed, row).await?;
    let live = Live::of(signed, row, &typed, &view, draft.as_ref().map(|d| d.changed_at)).await?;
    let mut page = made(signed, row, typed, (live, &view)).await?;
    page.draft = draft.map(|d| note(signed, row, (d.base, d.changed_at))).transpose()?;
    page.trial = trial.unwrap_or_default();
    respond::page_with(status, &page)
}

/// Saves a new version on top of the one that was read.
pub async fn save(posted: Posted, id: web::Path<Uuid>) -> Result<HttpResponse, PageError> {
    let signed = &posted.signed;
    let row = find(signed, *id).await?;
    let (typed, refused) = super::blocks::typed(&posted.fields, &row)?;
    let view = View::asked(&posted.fields)?;
    let by_blocks = posted.fields.get("by") == "blocks";
    if refused.is_some() {
        return super::blocks::again(signed, &row, (typed, refused), &view).await;
    }
    let base = super::one::base(&posted.fields);
    match put(signed, &row, (&typed, base)).await {
        Ok(()) => {
            let page = if by_blocks { "/blocks" } else { "" };
            Ok(respond::see_other(&view.href(signed, &format!("/templates/{}{page}?done=template", row.id))))
        }
        Err(TemplateFault::Faulty(_)) if by_blocks => super::blocks::again(signed, &row, (typed, None), &view).await,
        Err(TemplateFault::Faulty(_)) => faulty(signed, &row, typed, &view).await,
        Err(TemplateFault::Stale(_)) => conflict::page(signed, id.into_inner(), &typed).await,
        Err(TemplateFault::App(error)) => Err(error.into()),
    }
}

/// Saves a text, and forgets the draft that it came of.
pub async fn put(signed: &Signed, row: &TemplateRow, (typed, base): (&Typed, Option<i64>)) -> Result<(), TemplateFault> {
    let shop = signed.shop().map_err(|_| TemplateFault::App(crate::app::AppError::NotFound("store")))?.id;
    let edit = Edit { source: typed.source.clone(), base };
    update(&signed.app, shop, row.id, edit, &signed.actor()).await?;
    Ok(drafts::discard(&signed.app, shop, row, signed.person.id).await?)
}

/// The page again, with a text that can't be saved as it is.
pub async fn faulty(signed: &Signed, row: &TemplateRow, typed: Typed, view: &View) -> Result<HttpResponse, PageError> {
    let live = Live::of(signed, row, &typed, view, None).await?;
    respond::page_with(StatusCode::UNPROCESSABLE_ENTITY, &made(signed, row, typed, (live, view)).await?)
}

/// What is said of a draft that is shown.
pub fn note(signed: &Signed, row: &TemplateRow, (base, at): (i64, Timestamp)) -> Result<DraftNote, PageError> {
    Ok(DraftNote {
        at: format::when(at, &signed.shop()?.zone()),
        base,
        overtaken: base != row.version,
        changes: signed.href(&format!("/templates/{}/compare?from={base}&to=draft", row.id)),
        discard: signed.href(&format!("/templates/{}/discard", row.id)),
    })
}

async fn made(signed: &Signed, row: &TemplateRow, typed: Typed, (live, view): (Live, &View)) -> Result<TemplatePage, PageError> {
    let (versions, older) = versions(signed, row).await?;
    Ok(TemplatePage {
        frame: Frame::new(signed, "/templates", row.key.clone()),
        head: Head::of(signed, row, "code"),
        is_email: row.channel == ChannelKind::Email,
        is_whatsapp: row.channel == ChannelKind::WhatsApp,
        editable: signed.may(Role::Editor),
        text: typed.source.text.clone().unwrap_or_default(),
        typed,
        acts: Acts::of(signed, row),
        shown: view.href(signed, &format!("/templates/{}/preview", row.id)),
        draft: None,
        live,
        choices: view.choices(signed, row).await?,
        words: vocabulary(),
        trial: Trial::default(),
        to_label: say(if row.channel == ChannelKind::Email { "templates-test-address" } else { "templates-test-number" }).to_string(),
        versions,
        older,
    })
}

/// The newest versions, and how many are older than those.
pub async fn versions(signed: &Signed, row: &TemplateRow) -> Result<(Vec<VersionLine>, usize), PageError> {
    let shop = signed.shop()?;
    let (zone, people) = (shop.zone(), people(signed).await?);
    let all = db::templates::versions(&signed.app.db, shop.id, row.id).await?;
    let older = all.len().saturating_sub(VERSIONS_SHOWN);
    let line = |(version, _, author, at): (i64, String, String, Timestamp)| VersionLine {
        version,
        author: people.get(&author).cloned().unwrap_or(author),
        made: format::when(at, &zone),
        in_use: version == row.version,
        show: signed.href(&format!("/templates/{}/version?number={version}", row.id)),
        changes: (version > 1).then(|| signed.href(&format!("/templates/{}/compare?from={}&to={version}", row.id, version - 1))),
    };
    Ok((all.into_iter().take(VERSIONS_SHOWN).map(line).collect(), older))
}
