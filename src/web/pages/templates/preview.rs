//! A message as it would look, for a frame: as saved, as one of its versions, or as it is being written.

use super::one::{find, sent, written};
use super::text_bill::{Bill, bill};
use super::view::View;
use crate::app::templates::stored_source;
use crate::db;
use crate::db::templates::TemplateRow;
use crate::domain::event::ChannelKind;
use crate::domain::template::blocks::numbered;
use crate::domain::template::{RenderContext, TemplateError, TemplateSource, render_email, render_sms, render_whatsapp};
use crate::web::pages::shell::problem::PageError;
use crate::web::pages::shell::respond;
use crate::web::pages::shell::signed::{Posted, Signed};
use crate::words::heard::heard_sentence;
use actix_web::{HttpResponse, web};
use askama::Template;
use uuid::Uuid;

#[derive(Template)]
#[template(path = "pages/templates/plain_preview.html")]
struct PlainPreview<'a> {
    text: &'a str,
    dark: bool,
    /// How it is billed, where that isn't beside it.
    bill: Option<Bill>,
}

impl PlainPreview<'_> {
    const STYLE: &'static str =
        "body{margin:0;padding:1rem;font:1rem/1.5 system-ui,sans-serif}p{margin:0;white-space:pre-wrap;overflow-wrap:anywhere}";
}

/// What is being written, what is in use, or a version, by the address.
pub async fn preview(signed: Signed, id: web::Path<Uuid>) -> Result<HttpResponse, PageError> {
    let row = find(&signed, *id).await?;
    let view = View::asked(&signed.query)?;
    let mut source = match signed.query.get("version") {
        "" => written(&signed, &row).await?.0.source,
        _ => version(&signed, &row).await?,
    };
    if signed.query.get("numbers") == "yes" {
        source.body = numbered(&source.body);
    }
    Ok(respond::framed(rendered(&row, &source, &view.context(&signed, &row).await?, view.dark)?))
}

async fn version(signed: &Signed, row: &TemplateRow) -> Result<TemplateSource, PageError> {
    let number: i64 = signed.query.parsed("version", "Version")?;
    let found = db::templates::version(&signed.app.db, signed.shop()?.id, row.id, number).await?;
    let (_, source, ..) = found.ok_or(PageError::NotFound("version with that number"))?;
    Ok(stored_source(&source)?)
}

/// What was written but not kept, for a frame: without scripts.
pub async fn preview_draft(posted: Posted, id: web::Path<Uuid>) -> Result<HttpResponse, PageError> {
    let signed = &posted.signed;
    let row = find(signed, *id).await?;
    let source = sent(&posted.fields, row.channel);
    let view = View::asked(&posted.fields)?;
    // Without scripts this is where a text that is being written is counted.
    if let Some(bill) = bill(signed, &row, &source)? {
        let text = bill.shown.iter().flatten().map(|s| s.text.as_str()).collect::<String>();
        let page = PlainPreview { text: &text, dark: view.dark, bill: Some(bill) };
        return Ok(respond::framed(page.render().map_err(|_| PageError::Internal)?));
    }
    Ok(respond::framed(rendered(&row, &source, &view.context(signed, &row).await?, view.dark)?))
}

/// The subject and the plain text of a message; empty where it can't be rendered.
pub fn words(channel: ChannelKind, source: &TemplateSource, context: &RenderContext) -> (String, String) {
    match channel {
        ChannelKind::Email => render_email(source, context).map(|m| (m.subject, m.text)).unwrap_or_default(),
        kind => (String::new(), plain_text(kind, source, context).unwrap_or_default()),
    }
}

/// What is read of a message that is no mail.
pub fn plain_text(channel: ChannelKind, source: &TemplateSource, context: &RenderContext) -> Result<String, TemplateError> {
    match channel {
        ChannelKind::WhatsApp => render_whatsapp(source, context).map(|filled| filled.text(&context.link)),
        _ => render_sms(source, context),
    }
}

fn rendered(row: &TemplateRow, source: &TemplateSource, context: &RenderContext, dark: bool) -> Result<String, PageError> {
    let plain = |text: &str| PlainPreview { text, dark, bill: None }.render().map_err(|_| PageError::Internal);
    match row.channel {
        ChannelKind::Email => match render_email(source, context) {
            Ok(mail) => Ok(in_colours(&mail.html, dark)),
            Err(e) => plain(&heard_sentence(&e.to_string())),
        },
        kind => plain_text(kind, source, context).map_or_else(|e| plain(&heard_sentence(&e.to_string())), |text| plain(&text)),
    }
}

/// A mail as a program shows it that is set to light or to dark, whatever the one who looks has set: what asks for the colours gets a fixed answer.
fn in_colours(html: &str, dark: bool) -> String {
    const ASKS: &str = "prefers-color-scheme:";
    let (always, never) = ("min-width: 0px", "max-width: 0px");
    let mut parts = html.split(ASKS);
    let mut made = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let wanted = part.trim_start();
        let (answer, word) = match () {
            () if wanted.starts_with("dark") => (if dark { always } else { never }, "dark"),
            () if wanted.starts_with("light") => (if dark { never } else { always }, "light"),
            () => (ASKS, ""),
        };
        made.push_str(answer);
        made.push_str(if word.is_empty() { part } else { wanted.strip_prefix(word).unwrap_or(wanted) });
    }
    let scheme = format!("<head><meta name=\"color-scheme\" content=\"{}\">", if dark { "dark" } else { "light" });
    // The first such mark counts: the mail's own, which lets the reader's settings choose, comes after it.
    made.replacen("<head>", &scheme, 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mail_is_shown_in_the_colours_that_are_chosen() {
        let html = "<head><style>@media (prefers-color-scheme: dark) {a} @media (prefers-color-scheme:light) {b} (prefers-color-scheme: no)</style>";
        let dark = in_colours(html, true);
        assert!(
            dark.contains("(min-width: 0px) {a}") && dark.contains("(max-width: 0px) {b}") && dark.contains("content=\"dark\""),
            "{dark}"
        );
        let light = in_colours(html, false);
        assert!(
            light.contains("(max-width: 0px) {a}") && light.contains("(min-width: 0px) {b}") && light.contains("prefers-color-scheme: no"),
            "{light}"
        );
    }
}
