//! The languages of a template side by side: what each says, which one a shopper gets, and how another is added.

use super::one::{Head, find, language_name, source};
use crate::app::access::Role;
use crate::app::templates::{NewTemplate, TemplateFault, create};
use crate::db;
use crate::db::templates::TemplateRow;
use crate::domain::event::ChannelKind;
use crate::domain::template::{Because, LANGUAGES, Starter, language_for, starters};
use crate::web::pages::shell::format::{self, When};
use crate::web::pages::shell::frame::Frame;
use crate::web::pages::shell::problem::PageError;
use crate::web::pages::shell::respond;
use crate::web::pages::shell::signed::{Posted, Signed};
use crate::words::heard::heard_sentence;
use crate::words::say;
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;
use uuid::Uuid;

/// In the place of a template to copy: the text that Comeback has in the language.
const STARTER: &str = "starter";

struct Column {
    tag: String,
    name: String,
    here: bool,
    version: i64,
    updated: When,
    subject: String,
    /// Of what is no mail.
    text: Option<String>,
    preview: String,
    edit: String,
}

/// Which one a shopper gets.
struct Got {
    reads: String,
    gets: String,
    because: String,
}

struct Choice {
    value: String,
    name: String,
    chosen: bool,
}

#[derive(Template)]
#[template(path = "pages/templates/languages.html")]
struct Languages {
    frame: Frame,
    head: Head,
    action: String,
    editable: bool,
    is_email: bool,
    columns: Vec<Column>,
    got: Vec<Got>,
    missing: Vec<Choice>,
    copies: Vec<Choice>,
    fault: Option<String>,
}

/// All languages of a template.
pub async fn show(signed: Signed, id: web::Path<Uuid>) -> Result<HttpResponse, PageError> {
    let row = find(&signed, *id).await?;
    page(&signed, &row, (String::new(), None)).await
}

async fn page(signed: &Signed, row: &TemplateRow, (language, fault): (String, Option<String>)) -> Result<HttpResponse, PageError> {
    let shop = signed.shop()?;
    let zone = shop.zone();
    let all = db::templates::by_key(&signed.app.db, shop.id, &row.key, row.channel).await?;
    let there: Vec<&str> = all.iter().map(|r| r.language.as_str()).collect();
    let mut columns = Vec::new();
    for of in &all {
        let source = source(of)?;
        columns.push(Column {
            tag: of.language.clone(),
            name: language_name(&of.language),
            here: of.id == row.id,
            version: of.version,
            updated: format::when(of.updated_at, &zone),
            text: (of.channel != ChannelKind::Email).then(|| source.body.clone()),
            subject: source.subject,
            preview: signed.href(&format!("/templates/{}/preview?version={}", of.id, of.version)),
            edit: signed.href(&format!("/templates/{}", of.id)),
        });
    }
    let missing = LANGUAGES.iter().filter(|tag| !there.contains(tag));
    let missing = missing.map(|tag| Choice { value: (*tag).to_owned(), name: language_name(tag), chosen: language == **tag }).collect();
    let status = if fault.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let page = Languages {
        frame: Frame::new(signed, "/templates", say("templates-languages-of").with("key", &row.key).to_string()),
        head: Head::of(signed, row, "languages"),
        action: signed.href(&format!("/templates/{}/languages", row.id)),
        editable: signed.may(Role::Editor),
        is_email: row.channel == ChannelKind::Email,
        got: got(&there, &shop.language),
        copies: copies(row, &all),
        columns,
        missing,
        fault,
    };
    respond::page_with(status, &page)
}

/// For each language that shoppers may read, and for those of whom it isn't known.
fn got(there: &[&str], store: &str) -> Vec<Got> {
    let tags = LANGUAGES.iter().chain(there.iter().filter(|tag| !LANGUAGES.contains(tag))).map(|tag| Some(*tag));
    let line = |tag: Option<&str>| {
        let (place, because) = language_for(there, tag, store)?;
        let key = match because {
            Because::Own => "templates-because-own",
            Because::Stores => "templates-because-store",
            Because::English => "templates-because-english",
            Because::First => "templates-because-first",
        };
        Some(Got {
            reads: tag.map_or_else(|| say("templates-any-other").to_string(), language_name),
            gets: there.get(place).map(|tag| language_name(tag)).unwrap_or_default(),
            because: say(key).to_string(),
        })
    };
    tags.chain([None]).filter_map(line).collect()
}

fn copies(row: &TemplateRow, all: &[TemplateRow]) -> Vec<Choice> {
    let copy = |of: &TemplateRow| Choice {
        value: of.id.to_string(),
        name: say("templates-copy-of").with("language", language_name(&of.language)).to_string(),
        chosen: of.id == row.id,
    };
    let own = starters().iter().any(|s| s.key == row.key && s.channel == row.channel);
    let starter = own.then(|| Choice { value: STARTER.to_owned(), name: say("templates-copy-starter").to_string(), chosen: false });
    all.iter().map(copy).chain(starter).collect()
}

/// Adds a language, with the text of another to begin with.
pub async fn add(posted: Posted, id: web::Path<Uuid>) -> Result<HttpResponse, PageError> {
    let (signed, fields) = (&posted.signed, &posted.fields);
    let row = find(signed, *id).await?;
    let language = fields.get("language").trim().to_lowercase();
    let source = match fields.get("from") {
        STARTER => starters().iter().find(|s| s.key == row.key && s.channel == row.channel && s.language == language).map(Starter::source),
        text => {
            let of = text.parse::<Uuid>().unwrap_or(row.id);
            let of = find(signed, of).await?;
            Some(source(&of)?).filter(|_| of.key == row.key && of.channel == row.channel)
        }
    };
    let Some(source) = source else {
        return page(signed, &row, (language, Some(say("templates-no-starter").to_string()))).await;
    };
    let new = NewTemplate { key: row.key.clone(), channel: row.channel, language: language.clone(), source };
    match create(&signed.app, signed.shop()?.id, &new, &signed.actor()).await {
        Ok(made) => Ok(respond::see_other(&signed.href(&format!("/templates/{}?done=template-language", made.id)))),
        Err(TemplateFault::Faulty(problems)) => {
            let first = problems.first().map_or_else(String::new, |p| heard_sentence(&p.problem));
            page(signed, &row, (language, Some(first))).await
        }
        Err(fault @ TemplateFault::App(crate::app::AppError::Conflict(_))) => {
            page(signed, &row, (language, Some(heard_sentence(&fault.to_string())))).await
        }
        Err(TemplateFault::Stale(_)) => Err(PageError::Internal),
        Err(TemplateFault::App(error)) => Err(error.into()),
    }
}
