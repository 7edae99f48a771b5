//! Notes on the time axis: what people wrote beside what the system did.

use super::frame;
use super::recovered::days;
use crate::app::annotations;
use crate::db::report::Period;
use crate::domain::annotation::{Kind, Mark, NOTE_MAX};
use crate::domain::digest::Days;
use crate::web::pages::shell::format::{self, When};
use crate::web::pages::shell::frame::{Frame, Link};
use crate::web::pages::shell::problem::PageError;
use crate::web::pages::shell::respond;
use crate::web::pages::shell::signed::{Posted, Signed};
use crate::words::heard::heard_text;
use crate::words::say;
use actix_web::{HttpResponse, web};
use askama::Template;
use jiff::civil::Date;
use uuid::Uuid;

/// A mark as pages show it.
pub struct MarkView {
    pub at: When,
    pub until: Option<When>,
    pub kind: String,
    pub note: String,
    /// Where a note is removed; none for the system's, and for those who may not.
    pub remove: Option<String>,
}

#[derive(Template)]
#[template(path = "pages/reports/annotations.html")]
struct Page {
    frame: Frame,
    nav: Vec<Link>,
    from: String,
    to: String,
    today: String,
    marks: Vec<MarkView>,
    action: String,
    note_max: usize,
    zone: String,
}

fn kind(kind: Kind) -> String {
    let key = match kind {
        Kind::Note => "reports-kind-note",
        Kind::CampaignPublished | Kind::CampaignState => "reports-kind-campaign",
        Kind::HoldoutChanged => "reports-kind-holdout",
        Kind::AttributionChanged => "reports-kind-attribution",
        Kind::TemplateChanged => "reports-kind-template",
        Kind::PriceChanged => "reports-kind-price",
        Kind::SettingsChanged => "reports-kind-settings",
        Kind::Outage => "reports-kind-trouble",
    };
    say(key).to_string()
}

/// Marks for people, newest first.
pub fn views(signed: &Signed, marks: &[Mark]) -> Result<Vec<MarkView>, PageError> {
    let zone = signed.shop()?.zone();
    let editor = signed.may(crate::app::access::Role::Editor);
    let view = |mark: &Mark| MarkView {
        at: format::when(mark.at, &zone),
        until: mark.until.map(|at| format::when(at, &zone)),
        kind: kind(mark.kind),
        note: mark.note.clone(),
        remove: mark.id.filter(|_| editor).map(|id| signed.href(&format!("/reports/annotations/{id}/remove"))),
    };
    Ok(marks.iter().rev().map(view).collect())
}

/// The marks of some days of the store's calendar.
pub async fn marks(signed: &Signed, days: Days) -> Result<Vec<Mark>, PageError> {
    let shop = signed.shop()?;
    let (from, to) = signed.instants(days)?;
    let mut marks = annotations::list(&signed.app, Period { shop: shop.id, from, to }).await?;
    // What people wrote stays as they wrote it.
    marks.iter_mut().filter(|mark| mark.id.is_none()).for_each(|mark| mark.note = heard_text(&mark.note));
    Ok(marks)
}

/// The page.
pub async fn show(signed: Signed) -> Result<HttpResponse, PageError> {
    let shown = days(&signed)?;
    let marks = marks(&signed, shown).await?;
    respond::page(&Page {
        frame: Frame::new(&signed, "/reports", say("reports-notes").to_string()),
        nav: frame::nav(&signed, "/reports/annotations"),
        from: shown.first.to_string(),
        to: shown.last.to_string(),
        today: signed.app.now().to_zoned(signed.shop()?.zone()).date().to_string(),
        marks: views(&signed, &marks)?,
        action: signed.href("/reports/annotations"),
        note_max: NOTE_MAX,
        zone: signed.shop()?.timezone.clone(),
    })
}

/// Makes a note, at the noon of its day.
pub async fn add(posted: Posted) -> Result<HttpResponse, PageError> {
    let signed = &posted.signed;
    let shop = signed.shop()?;
    let day: Date = posted.fields.parsed("day", "Day")?;
    let noon = day.at(12, 0, 0, 0).to_zoned(shop.zone()).map_err(|_| PageError::beyond())?;
    annotations::add(&signed.app, shop.id, (noon.timestamp(), posted.fields.get("note")), &signed.actor()).await?;
    Ok(respond::see_other(&signed.href("/reports/annotations?done=note")))
}

/// Removes a note.
pub async fn remove(posted: Posted, id: web::Path<Uuid>) -> Result<HttpResponse, PageError> {
    let signed = &posted.signed;
    annotations::remove(&signed.app, signed.shop()?.id, *id, &signed.actor()).await?;
    Ok(respond::see_other(&signed.href("/reports/annotations?done=note-removed")))
}
