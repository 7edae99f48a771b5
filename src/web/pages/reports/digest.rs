//! Figures by mail: who looks chooses whether they get them, sees what they look like, and may have one sent at once.

use super::frame;
use crate::app::digest::{self, is_offered};
use crate::db;
use crate::domain::digest::Rhythm;
use crate::web::pages::shell::frame::{Frame, Link};
use crate::web::pages::shell::problem::PageError;
use crate::web::pages::shell::respond;
use crate::web::pages::shell::signed::{Posted, Signed};
use crate::words::heard::heard_text;
use crate::words::say;
use actix_web::HttpResponse;
use askama::Template;

struct Choice {
    rhythm: &'static str,
    name: String,
    when: String,
    wanted: bool,
    here: bool,
    preview: String,
    /// What became of the last one, where something went wrong.
    trouble: Option<String>,
}

#[derive(Template)]
#[template(path = "pages/reports/digest.html")]
struct Page {
    frame: Frame,
    nav: Vec<Link>,
    choices: Vec<Choice>,
    offered: bool,
    shown: String,
    shown_name: String,
    shown_rhythm: &'static str,
    action: String,
    send: String,
    zone: String,
    email: String,
}

fn name(rhythm: Rhythm) -> (String, String) {
    let (name, when) = match rhythm {
        Rhythm::Weekly => ("reports-weekly", "reports-weekly-when"),
        Rhythm::Monthly => ("reports-monthly", "reports-monthly-when"),
    };
    (say(name).to_string(), say(when).to_string())
}

fn asked(signed: &Signed) -> Rhythm {
    signed.query.get("rhythm").parse().unwrap_or(Rhythm::Weekly)
}

/// The page.
pub async fn show(signed: Signed) -> Result<HttpResponse, PageError> {
    let shop = signed.shop()?;
    let shown = asked(&signed);
    let wishes = db::digests::wishes(&signed.app.db, shop.id).await?;
    let mut choices = Vec::new();
    for rhythm in Rhythm::ALL {
        let wanted = wishes.iter().any(|w| w.user == signed.person.id && w.rhythm == rhythm);
        let (name, when) = name(rhythm);
        let preview = signed.href(&format!("/reports/digest?rhythm={}", rhythm.as_str()));
        choices.push(Choice {
            rhythm: rhythm.as_str(),
            name,
            when,
            wanted,
            here: rhythm == shown,
            preview,
            trouble: trouble(&signed, rhythm).await?,
        });
    }
    respond::page(&Page {
        frame: Frame::new(&signed, "/reports", say("reports-digest-title").to_string()),
        nav: frame::nav(&signed, "/reports/digest"),
        offered: is_offered(signed.role) && choices.iter().all(|c| !c.wanted),
        choices,
        shown: signed.href(&format!("/reports/digest/preview?rhythm={}", shown.as_str())),
        shown_name: name(shown).0,
        shown_rhythm: shown.as_str(),
        action: signed.href("/reports/digest"),
        send: signed.href("/reports/digest/send"),
        zone: shop.timezone.clone(),
        email: signed.person.email.clone(),
    })
}

async fn trouble(signed: &Signed, rhythm: Rhythm) -> Result<Option<String>, PageError> {
    let shop = signed.shop()?;
    let days = digest::latest_days(&signed.app, shop, rhythm)?;
    let which = db::digests::Which { user: signed.person.id, rhythm, first: days.first };
    let Some(standing) = db::digests::standing(&signed.app.db, shop.id, which).await? else { return Ok(None) };
    let why = standing.reason.map(|reason| format!(": {}", heard_text(&reason))).unwrap_or_default();
    Ok(match standing.state.as_str() {
        "failed" => Some(say("reports-digest-refused").with("why", why).to_string()),
        "unknown" => Some(say("reports-digest-unknown").to_string()),
        "making" if standing.attempts > 1 => Some(say("reports-digest-retried").with("why", why).to_string()),
        _ => None,
    })
}

/// What the mail looks like, in a frame of its own.
pub async fn preview(signed: Signed) -> Result<HttpResponse, PageError> {
    let shop = signed.shop()?;
    let days = digest::latest_days(&signed.app, shop, asked(&signed))?;
    Ok(respond::framed(digest::make(&signed.app, shop, days).await?.page()))
}

/// Keeps what was chosen.
pub async fn save(posted: Posted) -> Result<HttpResponse, PageError> {
    let signed = &posted.signed;
    for rhythm in Rhythm::ALL {
        let wanted = !posted.fields.get(rhythm.as_str()).is_empty();
        digest::set_wish(&signed.app, signed.shop()?.id, (signed.person.id, rhythm), wanted).await?;
    }
    Ok(respond::see_other(&signed.href("/reports/digest?done=digest")))
}

/// Sends one at once.
pub async fn send(posted: Posted) -> Result<HttpResponse, PageError> {
    let signed = &posted.signed;
    let rhythm: Rhythm = posted.fields.parsed("rhythm", "Which")?;
    digest::send_now(&signed.app, signed.shop()?, signed.person.id, rhythm).await?;
    Ok(respond::see_other(&signed.href(&format!("/reports/digest?done=digest-sent&rhythm={}", rhythm.as_str()))))
}
