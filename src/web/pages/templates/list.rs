//! The list of templates.

use super::one::{language_name, source};
use crate::db;
use crate::db::templates::TemplateRow;
use crate::domain::event::ChannelKind;
use crate::web::pages::shell::format::{self, When};
use crate::web::pages::shell::frame::Frame;
use crate::web::pages::shell::problem::PageError;
use crate::web::pages::shell::respond;
use crate::web::pages::shell::signed::Signed;
use crate::web::words::say;
use actix_web::HttpResponse;
use askama::Template;

struct Line {
    href: String,
    key: String,
    channel: String,
    language: String,
    tag: String,
    subject: String,
    version: i64,
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
    let zone = format::zone(shop);
    let rows = db::templates::list(&signed.app.db, shop.id).await?;
    let line = |row: &TemplateRow| Line {
        href: signed.href(&format!("/templates/{}", row.id)),
        key: row.key.clone(),
        channel: format::channel(row.channel),
        language: language_name(&row.language),
        tag: row.language.clone(),
        subject: source(row).map(|s| if row.channel == ChannelKind::Sms { s.body } else { s.subject }).unwrap_or_default(),
        version: row.version,
        updated: format::when(row.updated_at, &zone),
    };
    respond::page(&Templates {
        lines: rows.iter().map(line).collect(),
        look: signed.href("/templates/look"),
        frame: Frame::new(&signed, "/templates", say("templates-title").to_string()),
    })
}
