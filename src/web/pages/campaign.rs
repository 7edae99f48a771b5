//! One campaign: its form, its versions, what can be done to it.

use super::campaign_form::Form;
use super::campaigns::{self, Button};
use super::format::{self, Badge, When};
use super::frame::Frame;
use super::problem::PageError;
use super::respond;
use super::signed::{Posted, Signed};
use crate::app::campaigns::update;
use crate::app::discounts;
use crate::db;
use crate::db::campaigns::CampaignRow;
use crate::domain::campaign::{CampaignStatus, Fault};
use crate::domain::ids::CampaignId;
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;
use std::collections::BTreeSet;

/// A message that a step may send.
struct Choice {
    value: String,
    name: String,
}

struct FaultLine {
    place: String,
    problem: String,
}

struct VersionLine {
    version: i64,
    published: When,
    steps: String,
    at_work: bool,
}

#[derive(Template)]
#[template(path = "pages/campaign.html")]
struct CampaignPage {
    frame: Frame,
    name: String,
    badge: Badge,
    ahead: bool,
    version: i64,
    editable: bool,
    action: String,
    list: String,
    form: Form,
    choices: Vec<Choice>,
    faults: Vec<FaultLine>,
    warnings: Vec<FaultLine>,
    /// They tried to publish it.
    refused: bool,
    buttons: Vec<Button>,
    versions: Vec<VersionLine>,
}

/// The page.
pub async fn show(signed: Signed, id: web::Path<CampaignId>) -> Result<HttpResponse, PageError> {
    let row = find(&signed, *id).await?;
    let form = Form::of(&row.spec);
    respond::page(&view(&signed, row, form, None).await?)
}

/// The page after publishing was refused: its faults say why.
pub async fn show_unpublished(signed: &Signed, id: CampaignId) -> Result<HttpResponse, PageError> {
    let row = find(signed, id).await?;
    let form = Form::of(&row.spec);
    let page = CampaignPage { refused: true, ..view(signed, row, form, None).await? };
    respond::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
}

/// Saves the form.
pub async fn save(posted: Posted, id: web::Path<CampaignId>) -> Result<HttpResponse, PageError> {
    let signed = &posted.signed;
    let row = find(signed, *id).await?;
    let form = Form::sent(&posted.fields);
    match form.read(&row.spec) {
        Ok(spec) => {
            update(&signed.app, signed.shop()?.id, row.id, spec, &signed.actor()).await?;
            Ok(respond::see_other(&signed.href(&format!("/campaigns/{}?done=saved", row.id))))
        }
        Err(faults) => respond::page_with(StatusCode::UNPROCESSABLE_ENTITY, &view(signed, row, form, Some(faults)).await?),
    }
}

async fn find(signed: &Signed, id: CampaignId) -> Result<CampaignRow, PageError> {
    let rows = db::campaigns::list(&signed.app.db, signed.shop()?.id).await?;
    rows.into_iter().find(|r| r.id == id).ok_or(PageError::NotFound("campaign with that id"))
}

async fn view(signed: &Signed, row: CampaignRow, form: Form, unread: Option<Vec<Fault>>) -> Result<CampaignPage, PageError> {
    let shop = signed.shop()?;
    let zone = format::zone(shop);
    let templates = db::templates::list(&signed.app.db, shop.id).await?;
    let versions = db::campaigns::versions(&signed.app.db, shop.id, row.id).await?;
    let of_store = discounts::warnings(&signed.app.db, shop.id, &row.spec).await?;
    let ahead = versions.first().is_some_and(|(_, spec, _)| *spec != row.spec);
    let keys: BTreeSet<(&str, &str, &str)> =
        templates.iter().map(|t| (t.channel.as_str(), t.key.as_str(), format::channel(t.channel))).collect();
    let version = |(version, spec, at): &(i64, crate::domain::campaign::CampaignSpec, jiff::Timestamp)| VersionLine {
        version: *version,
        published: format::when(*at, &zone),
        steps: spec
            .steps
            .iter()
            .map(|s| format!("{} after {}", format::channel(s.channel), format::length(s.delay)))
            .collect::<Vec<_>>()
            .join(", "),
        at_work: *version == row.version && row.status == CampaignStatus::Published,
    };
    Ok(CampaignPage {
        frame: Frame::new(signed, "/campaigns", row.spec.name.clone()),
        name: row.spec.name.clone(),
        badge: campaigns::status(row.status),
        ahead,
        version: row.version,
        editable: signed.may(crate::app::access::Role::Editor) && row.status != CampaignStatus::Archived,
        action: signed.href(&format!("/campaigns/{}", row.id)),
        list: signed.href("/campaigns"),
        form,
        choices: keys.into_iter().map(|(c, key, word)| Choice { value: format!("{c}/{key}"), name: format!("{word}: {key}") }).collect(),
        faults: unread.unwrap_or_else(|| campaigns::faults(&row, &templates)).iter().map(fault_line).collect(),
        warnings: row.spec.warnings().iter().chain(&of_store).map(fault_line).collect(),
        refused: false,
        buttons: campaigns::buttons(signed, &row, ahead),
        versions: versions.iter().map(version).collect(),
    })
}

/// Where a fault stands, in the form's words.
fn fault_line(fault: &Fault) -> FaultLine {
    let step = fault
        .at
        .strip_prefix("steps[")
        .and_then(|rest| rest.split_once(']'))
        .and_then(|(i, field)| Some((i.parse::<usize>().ok()?, field)));
    let place = match (step, fault.at.as_str()) {
        (Some((i, ".delay")), _) => format!("Step {}, wait", i + 1),
        (Some((i, ".template")), _) => format!("Step {}, message", i + 1),
        (Some((i, _)), _) => format!("Step {}, discount code", i + 1),
        (None, "name") => "Name".into(),
        (None, "abandon_after") => "Abandoned after".into(),
        (None, "holdout_percent") => "Comparison group".into(),
        (None, "quiet_hours") => "Quiet hours".into(),
        (None, "attribution.click_window") => "Clicks count for".into(),
        (None, _) => "Steps".into(),
    };
    FaultLine { place, problem: format::sentence(&fault.problem) }
}
