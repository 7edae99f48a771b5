//! The sender's domain: what DNS says of it, and what to publish.

use crate::app::sender_domain;
use crate::domain::sender_domain::{Finding, Publish, Verdict};
use crate::web::pages::shell::format;
use crate::web::pages::shell::frame::Frame;
use crate::web::pages::shell::problem::PageError;
use crate::web::pages::shell::respond;
use crate::web::pages::shell::signed::Signed;
use actix_web::HttpResponse;
use askama::Template;

struct Line {
    check: &'static str,
    word: &'static str,
    good: bool,
    bad: bool,
    found: String,
    remedy: Option<String>,
    publish: Option<Publish>,
}

#[derive(Template)]
#[template(path = "pages/settings/sender_domain.html")]
struct Page {
    frame: Frame,
    domain: Option<String>,
    lines: Vec<Line>,
    has_address: bool,
    back: String,
}

/// Looks it up now, which takes seconds.
pub async fn show(signed: Signed) -> Result<HttpResponse, PageError> {
    let sender = sender_domain::sender_of(&signed.app, Some(signed.shop()?)).await?;
    let findings = match &sender {
        Some(sender) => sender_domain::look(&signed.app.config, sender).await,
        None => Vec::new(),
    };
    respond::page(&Page {
        frame: Frame::new(&signed, "/settings", "Sender's domain"),
        domain: sender.map(|sender| sender.domain),
        lines: findings.into_iter().map(line).collect(),
        has_address: signed.app.config.postal_address.is_some(),
        back: signed.href("/settings"),
    })
}

fn line(finding: Finding) -> Line {
    let word = match finding.verdict {
        Verdict::Good => "good",
        Verdict::Improve => "could be better",
        Verdict::Bad => "to put right",
        Verdict::Unknown => "not known",
    };
    Line {
        check: finding.check.as_str(),
        word,
        good: finding.verdict == Verdict::Good,
        bad: finding.verdict == Verdict::Bad,
        found: format::sentence(&finding.found),
        remedy: finding.remedy.as_deref().map(format::sentence),
        publish: finding.publish,
    }
}
