//! The settings: what there is to set.

use super::nav::{Subject, subjects};
use crate::app::access::Role;
use crate::web::pages::shell::frame::Frame;
use crate::web::pages::shell::problem::PageError;
use crate::web::pages::shell::respond;
use crate::web::pages::shell::signed::Signed;
use crate::words::say;
use actix_web::HttpResponse;
use askama::Template;

#[derive(Template)]
#[template(path = "pages/settings/index.html")]
struct Index {
    frame: Frame,
    subjects: Vec<Subject>,
    /// The guided way; for owners.
    start: Option<String>,
}

impl Index {
    /// Where older addresses of the one long page lead.
    fn anchor(subject: &Subject) -> &'static str {
        match subject.path {
            "/settings/connection" => "webhooks",
            "/settings/channels" => "channels",
            _ => "",
        }
    }
}

/// The page.
pub async fn show(signed: Signed) -> Result<HttpResponse, PageError> {
    respond::page(&Index {
        frame: Frame::new(&signed, "/settings", say("settings-title").to_string()),
        subjects: subjects(&signed, ""),
        start: signed.may(Role::Owner).then(|| signed.href("/start")),
    })
}
