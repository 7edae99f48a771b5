//! The list of templates: a line each, with the languages that it is written in.

use super::one::{language_name, source};
use super::preview::words;
use crate::app::specimen::{self, Specimen};
use crate::db;
use crate::db::templates::TemplateRow;
use crate::domain::event::ChannelKind;
use crate::domain::template::RenderContext;
use crate::web::pages::shell::format::{self, When};
use crate::web::pages::shell::frame::Frame;
use crate::web::pages::shell::problem::PageError;
use crate::web::pages::shell::respond;
use crate::web::pages::shell::signed::Signed;
use crate::words::say;
use actix_web::HttpResponse;
use askama::Template;
use jiff::tz::TimeZone;
use std::collections::BTreeMap;

struct Written {
    href: String,
    name: String,
    tag: String,
}

struct Line {
    href: String,
    key: String,
    channel: String,
    /// What the sample's shopper would read first, in the store's language where it is written in it.
    reads: String,
    tag: String,
    languages: Vec<Written>,
    updated: When,
}

#[derive(Template)]
#[template(path = "pages/templates/templates.html")]
struct Templates {
    frame: Frame,
    look: String,
    lines: Vec<Line>,
}

/// The list.
pub async fn list(signed: Signed) -> Result<HttpResponse, PageError> {
    let shop = signed.shop()?;
    let rows = db::templates::list(&signed.app.db, shop.id).await?;
    let context = specimen::context(&signed.app, shop, &Specimen::sample()).await?;
    let mut by_key: BTreeMap<(&str, &str), Vec<&TemplateRow>> = BTreeMap::new();
    for row in &rows {
        by_key.entry((&row.key, row.channel.as_str())).or_default().push(row);
    }
    let zone = shop.zone();
    let lines = by_key.into_values().filter_map(|of| line(&signed, &of, &shop.language, (&context, &zone))).collect();
    respond::page(&Templates {
        lines,
        look: signed.href("/templates/look"),
        frame: Frame::new(&signed, "/templates", say("templates-title").to_string()),
    })
}

fn line(signed: &Signed, rows: &[&TemplateRow], language: &str, (context, zone): (&RenderContext, &TimeZone)) -> Option<Line> {
    let first = rows.iter().find(|row| row.language == language).or(rows.first())?;
    let href = |row: &TemplateRow| signed.href(&format!("/templates/{}", row.id));
    let written = |row: &&TemplateRow| Written { href: href(row), name: language_name(&row.language), tag: row.language.clone() };
    let updated = rows.iter().map(|row| row.updated_at).max()?;
    Some(Line {
        href: href(first),
        key: first.key.clone(),
        channel: format::channel(first.channel),
        reads: reads(first, context),
        tag: first.language.clone(),
        languages: rows.iter().map(written).collect(),
        updated: format::when(updated, zone),
    })
}

/// The subject or the text as it reads; as it is written where that can't be worked out.
fn reads(row: &TemplateRow, context: &RenderContext) -> String {
    let Ok(source) = source(row) else { return String::new() };
    let (subject, text) = words(row.channel, &source, context);
    let (rendered, written) = if row.channel == ChannelKind::Email { (subject, source.subject) } else { (text, source.body) };
    if rendered.is_empty() { written } else { rendered }
}
