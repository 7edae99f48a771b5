//! The demo's inbox: every mail and text that was caught. Only `comeback demo` has these routes.

use crate::app::inbox::{Caught, Inbox};
use crate::domain::event::ChannelKind;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, LOCATION, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS};
use actix_web::{HttpResponse, HttpResponseBuilder, web};
use askama::Template;
use std::sync::Arc;

const PAGE: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
/// A mail in its frame: it can run nothing, and its links open beside it.
const MAIL: &str = "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src https: data:; \
    form-action 'none'; frame-ancestors 'self'";

/// Adds the inbox's pages.
pub fn routes(config: &mut web::ServiceConfig, inbox: &Arc<Inbox>) {
    config
        .app_data(web::Data::from(Arc::clone(inbox)))
        .route("/demo", web::get().to(to_list))
        .route("/demo/inbox", web::get().to(list))
        .route("/demo/inbox/{number}", web::get().to(message))
        .route("/demo/inbox/{number}/body", web::get().to(mail));
}

/// A message as the list shows it.
struct Entry {
    number: u64,
    kind: &'static str,
    to: String,
    line: String,
    at: String,
}

#[derive(Template)]
#[template(path = "demo/inbox.html")]
struct ListPage {
    count: u64,
    entries: Vec<Entry>,
}

#[derive(Template)]
#[template(path = "demo/message.html")]
struct MessagePage {
    entry: Entry,
    is_mail: bool,
    /// Of a text: what stands before its link, the link, and what stands after.
    before: String,
    link: Option<String>,
    after: String,
    plain: String,
}

fn entry(caught: &Caught) -> Entry {
    let (kind, line) = match caught.kind {
        ChannelKind::Email => ("E-mail", caught.subject.clone()),
        ChannelKind::Sms => ("Text", caught.text.clone()),
        ChannelKind::WhatsApp => ("WhatsApp", caught.text.clone()),
    };
    Entry { number: caught.number, kind, to: caught.to.clone(), line, at: caught.at.strftime("%H:%M:%S UTC").to_string() }
}

fn secured(policy: &'static str) -> HttpResponseBuilder {
    let mut response = HttpResponse::Ok();
    response
        .insert_header((CONTENT_SECURITY_POLICY, policy))
        .insert_header((X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .insert_header((REFERRER_POLICY, "no-referrer"))
        .insert_header((CACHE_CONTROL, "no-store"))
        .content_type("text/html; charset=utf-8");
    response
}

fn shown(template: &impl Template) -> HttpResponse {
    template.render().map_or_else(|_| HttpResponse::InternalServerError().finish(), |body| secured(PAGE).body(body))
}

async fn to_list() -> HttpResponse {
    HttpResponse::SeeOther().insert_header((LOCATION, "/demo/inbox")).finish()
}

/// `GET /demo/inbox`: newest first.
pub async fn list(inbox: web::Data<Inbox>) -> HttpResponse {
    shown(&ListPage { count: inbox.count(), entries: inbox.list().iter().map(entry).collect() })
}

/// `GET /demo/inbox/{number}`: one message.
pub async fn message(inbox: web::Data<Inbox>, number: web::Path<u64>) -> HttpResponse {
    let Some(caught) = inbox.get(*number) else { return gone() };
    let (before, link, after) = around_link(&caught.text);
    shown(&MessagePage {
        entry: entry(&caught),
        is_mail: caught.kind == ChannelKind::Email,
        before,
        link,
        after,
        plain: caught.text.clone(),
    })
}

/// `GET /demo/inbox/{number}/body`: a mail's HTML, for the frame.
pub async fn mail(inbox: web::Data<Inbox>, number: web::Path<u64>) -> HttpResponse {
    let Some(caught) = inbox.get(*number) else { return gone() };
    secured(MAIL).body(caught.html.replacen("<head>", "<head><base target=\"_blank\">", 1))
}

fn gone() -> HttpResponse {
    HttpResponse::NotFound().content_type("text/plain; charset=utf-8").body("There is no such message (any more): see /demo/inbox\n")
}

/// A text in three parts: before its first link, the link, after it.
fn around_link(text: &str) -> (String, Option<String>, String) {
    let Some(from) = ["http://", "https://"].iter().filter_map(|start| text.find(start)).min() else {
        return (text.to_owned(), None, String::new());
    };
    let (before, rest) = text.split_at(from);
    let (link, after) = rest.split_at(rest.find(char::is_whitespace).unwrap_or(rest.len()));
    (before.to_owned(), Some(link.to_owned()), after.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: (&str, Option<&str>, &str)) {
        let (before, link, after) = around_link(text);
        assert_eq!((before.as_str(), link.as_deref(), after.as_str()), expected, "{text}");
    }

    #[test]
    fn the_link_of_a_text_is_found() {
        check("Hi http://a.example/s/x Reply STOP", ("Hi ", Some("http://a.example/s/x"), " Reply STOP"));
        check("https://a.example/s/x", ("", Some("https://a.example/s/x"), ""));
        check("no link", ("no link", None, ""));
    }
}
