//! The sender's domain: what DNS says of it, and what to publish.

use super::nav::{Subject, subjects};
use crate::app::sender_domain;
use crate::domain::sender_domain::{Finding, Publish, Verdict};
use crate::web::pages::shell::frame::Frame;
use crate::web::pages::shell::problem::PageError;
use crate::web::pages::shell::respond;
use crate::web::pages::shell::signed::Signed;
use crate::words::{Rich, Said, heard, say};
use actix_web::HttpResponse;
use askama::Template;

struct Line {
    check: &'static str,
    word: Said,
    good: bool,
    bad: bool,
    found: Rich,
    remedy: Option<Rich>,
    publish: Option<Publish>,
}

#[derive(Template)]
#[template(path = "pages/settings/sender_domain.html")]
struct Page {
    frame: Frame,
    nav: Vec<Subject>,
    domain: Option<String>,
    lines: Vec<Line>,
    has_address: bool,
}

/// Looks it up now, which takes seconds.
pub async fn show(signed: Signed) -> Result<HttpResponse, PageError> {
    let sender = sender_domain::sender_of(&signed.app, Some(signed.shop()?)).await?;
    let findings = match &sender {
        Some(sender) => sender_domain::look(&signed.app.config, sender).await,
        None => Vec::new(),
    };
    respond::page(&Page {
        frame: Frame::new(&signed, "/settings", say("settings-nav-sender").to_string()),
        nav: subjects(&signed, "/settings/sender-domain"),
        domain: sender.map(|sender| sender.domain),
        lines: findings.into_iter().map(line).collect(),
        has_address: signed.app.config.postal_address.is_some(),
    })
}

fn line(finding: Finding) -> Line {
    let word = match finding.verdict {
        Verdict::Good => "settings-sender-good",
        Verdict::Improve => "settings-sender-improve",
        Verdict::Bad => "settings-sender-bad",
        Verdict::Unknown => "settings-sender-unknown",
    };
    Line {
        check: finding.check.as_str(),
        word: say(word),
        good: finding.verdict == Verdict::Good,
        bad: finding.verdict == Verdict::Bad,
        found: heard(&finding.found),
        remedy: finding.remedy.as_deref().map(heard),
        publish: finding.publish,
    }
}
