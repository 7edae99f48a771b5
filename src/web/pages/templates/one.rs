//! One template: found by its id, read out of forms, and what stands at the head of each of its pages.

use crate::app::access::Role;
use crate::app::drafts::{self, Draft};
use crate::app::templates;
use crate::db;
use crate::db::templates::TemplateRow;
use crate::domain::event::ChannelKind;
use crate::domain::template::{Problem, TemplateSource};
use crate::web::pages::shell::fields::Fields;
use crate::web::pages::shell::format;
use crate::web::pages::shell::problem::PageError;
use crate::web::pages::shell::signed::Signed;
use crate::words::{find as word, heard, say};
use std::collections::HashMap;
use uuid::Uuid;

/// The template with this id.
pub async fn find(signed: &Signed, id: Uuid) -> Result<TemplateRow, PageError> {
    db::templates::get(&signed.app.db, signed.shop()?.id, id).await?.ok_or(PageError::NotFound("template with that id"))
}

/// Its text.
pub fn source(row: &TemplateRow) -> Result<TemplateSource, PageError> {
    Ok(templates::source(row)?)
}

/// What a form says; browsers send line ends as CRLF.
pub fn sent(fields: &Fields, channel: ChannelKind) -> TemplateSource {
    let text = |name: &str| fields.raw(name).replace("\r\n", "\n").trim().to_owned();
    let plain = Some(text("text")).filter(|t| !t.is_empty());
    match channel {
        ChannelKind::Email => TemplateSource { subject: text("subject"), body: text("body"), text: plain },
        ChannelKind::Sms => TemplateSource { subject: String::new(), body: text("body"), text: None },
        ChannelKind::WhatsApp => TemplateSource { subject: text("subject"), body: text("body"), text: None },
    }
}

/// A text that somebody is writing, and the version that they began on.
#[derive(Debug, Clone)]
pub struct Typed {
    pub source: TemplateSource,
    pub base: i64,
}

impl Typed {
    /// What is in use.
    pub fn stored(row: &TemplateRow) -> Result<Self, PageError> {
        Ok(Self { source: source(row)?, base: row.version })
    }

    /// What a form says. One without a text is none of ours, and must not pass for an empty one.
    pub fn sent(fields: &Fields, row: &TemplateRow) -> Result<Self, PageError> {
        if !fields.has("body") {
            return Err(PageError::Invalid(say("templates-no-text").to_string()));
        }
        Ok(Self { source: sent(fields, row.channel), base: base(fields).unwrap_or(row.version) })
    }
}

/// The version that a form was made of, if it says so.
pub fn base(fields: &Fields) -> Option<i64> {
    fields.get("base").parse().ok()
}

/// What is being written: their own draft, else what is in use.
pub async fn written(signed: &Signed, row: &TemplateRow) -> Result<(Typed, Option<Draft>), PageError> {
    let draft = if signed.may(Role::Editor) { drafts::of(&signed.app, signed.shop()?.id, row, signed.person.id).await? } else { None };
    let typed = match &draft {
        Some(draft) => Typed { source: draft.source.clone(), base: draft.base },
        None => Typed::stored(row)?,
    };
    Ok((typed, draft))
}

/// The head of a template's pages.
pub struct Head {
    pub key: String,
    pub channel: String,
    pub language: String,
    /// As HTML names it.
    pub tag: String,
    pub version: i64,
    pub list: String,
    /// The page of its text.
    pub home: String,
    pub blocks: Option<String>,
    pub languages: String,
    pub compare: String,
    /// Which of them this is: `code`, `blocks`, `languages`, `versions`.
    pub here: &'static str,
}

impl Head {
    pub fn of(signed: &Signed, row: &TemplateRow, here: &'static str) -> Self {
        let under = |end: &str| signed.href(&format!("/templates/{}{end}", row.id));
        Self {
            key: row.key.clone(),
            channel: format::channel(row.channel),
            language: language_name(&row.language),
            tag: row.language.clone(),
            version: row.version,
            list: signed.href("/templates"),
            home: under(""),
            blocks: (row.channel == ChannelKind::Email).then(|| under("/blocks")),
            languages: under("/languages"),
            compare: under("/compare"),
            here,
        }
    }
}

/// Where a template's forms are sent.
pub struct Acts {
    pub save: String,
    pub blocks: String,
    pub draft: String,
    pub live: String,
    pub preview: String,
    pub test: String,
}

impl Acts {
    pub fn of(signed: &Signed, row: &TemplateRow) -> Self {
        let under = |end: &str| signed.href(&format!("/templates/{}{end}", row.id));
        Self {
            save: under(""),
            blocks: under("/blocks"),
            draft: under("/draft"),
            live: under("/live"),
            preview: under("/preview"),
            test: under("/test"),
        }
    }
}

/// A language by its name, where we know one: `German`; else its tag.
pub fn language_name(tag: &str) -> String {
    word(&format!("templates-language-{tag}")).unwrap_or_else(|| tag.to_owned())
}

/// Who people are, by their ids, for lists of versions.
pub async fn people(signed: &Signed) -> Result<HashMap<String, String>, PageError> {
    Ok(db::access::users(&signed.app.db).await?.into_iter().map(|u| (u.id.to_string(), u.email)).collect())
}

/// A fault of a text, for people.
pub struct ProblemLine {
    /// The field that it stands in: `subject`, `body`, `text`.
    pub field: String,
    /// From 1.
    pub line: Option<usize>,
    /// `Body, line 3`
    pub place: String,
    pub problem: crate::words::Rich,
}

impl ProblemLine {
    pub fn of(channel: ChannelKind, p: &Problem) -> Self {
        let field = field_name(channel, &p.field);
        let place = match p.line {
            Some(line) => say("templates-place-line").with("field", field).with("line", line).to_string(),
            None => field,
        };
        Self { field: p.field.clone(), line: p.line, place, problem: heard(&p.problem) }
    }
}

/// What a field is called on the page.
pub fn field_name(channel: ChannelKind, field: &str) -> String {
    let key = match (channel, field) {
        (ChannelKind::WhatsApp, "subject") => "templates-approved",
        (ChannelKind::WhatsApp, _) => "templates-values",
        (_, "subject") => "templates-subject",
        (_, "text") => "templates-plain",
        _ => "templates-body",
    };
    say(key).to_string()
}
