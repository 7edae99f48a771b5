//! One campaign: its form, its versions, what can be done to it.

use super::form::{Errors, Form, KINDS, StepForm, errors, place};
use super::list::{self, Button};
use crate::app::access::Role;
use crate::app::campaigns::update;
use crate::app::discounts;
use crate::db;
use crate::db::campaigns::CampaignRow;
use crate::db::templates::TemplateRow;
use crate::domain::campaign::{CampaignSpec, CampaignStatus, Fault};
use crate::domain::ids::CampaignId;
use crate::web::pages::shell::fields::Fields;
use crate::web::pages::shell::format::{self, Badge, When};
use crate::web::pages::shell::frame::Frame;
use crate::web::pages::shell::problem::PageError;
use crate::web::pages::shell::respond;
use crate::web::pages::shell::signed::{Posted, Signed};
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;
use std::collections::BTreeSet;

/// A message that a step may send.
struct Choice {
    value: String,
    name: String,
}

/// Something that is wrong, and where.
pub struct FaultLine {
    pub place: String,
    pub problem: String,
    /// As the API names the place.
    pub at: String,
}

struct VersionLine {
    version: i64,
    published: When,
    steps: String,
    at_work: bool,
}

#[derive(Template)]
#[template(path = "pages/campaigns/campaign.html")]
struct CampaignPage {
    frame: Frame,
    name: String,
    badge: Badge,
    ahead: bool,
    version: i64,
    editable: bool,
    action: String,
    list: String,
    preview: String,
    trial: String,
    json: String,
    /// How far a move of running sequences is.
    moving: Option<String>,
    form: Form,
    errors: Errors,
    choices: Vec<Choice>,
    /// Keys of templates, for texts that are compared.
    keys: Vec<String>,
    paths: Vec<String>,
    faults: Vec<FaultLine>,
    warnings: Vec<FaultLine>,
    /// They tried to publish it.
    refused: bool,
    /// Somebody else saved it meanwhile.
    stale: bool,
    saved_at: String,
    buttons: Vec<Button>,
    versions: Vec<VersionLine>,
}

impl CampaignPage {
    /// What is wrong with a field.
    fn error(&self, field: impl AsRef<str>) -> Option<&str> {
        self.errors.get(field.as_ref()).map(String::as_str)
    }

    fn kinds() -> &'static [(&'static str, &'static str, &'static str)] {
        &KINDS
    }

    fn knows(&self, message: &str) -> bool {
        self.choices.iter().any(|c| c.value == message)
    }

    /// What is set or wrong there is shown at once.
    fn opens(&self, step: &StepForm) -> bool {
        let essential = ["delay", "after", "message"].map(|f| step.field(f));
        let begin = step.field("");
        step.has_more() || self.errors.keys().any(|field| field.starts_with(&begin) && !essential.contains(field))
    }

    fn has_quiet_days(&self) -> bool {
        self.form.quiet_days.iter().any(|d| d.quiet)
    }
}

/// What the page shows beside what is stored.
#[derive(Default)]
struct Shown {
    form: Option<Form>,
    unread: Option<Vec<Fault>>,
    refused: bool,
    stale: bool,
}

/// The page.
pub async fn show(signed: Signed, id: web::Path<CampaignId>) -> Result<HttpResponse, PageError> {
    let row = find(&signed, *id).await?;
    respond::page(&view(&signed, row, Shown::default()).await?)
}

/// The page after publishing was refused: its faults say why.
pub async fn show_unpublished(signed: &Signed, id: CampaignId) -> Result<HttpResponse, PageError> {
    let row = find(signed, id).await?;
    let page = view(signed, row, Shown { refused: true, ..Shown::default() }).await?;
    respond::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
}

/// Saves the form.
pub async fn save(posted: Posted, id: web::Path<CampaignId>) -> Result<HttpResponse, PageError> {
    let signed = &posted.signed;
    let row = find(signed, *id).await?;
    let shop = signed.shop()?;
    let form = Form::sent(&posted.fields, &row.spec, shop.currency);
    if is_stale(&posted.fields, &row) {
        let page = view(signed, row, Shown { form: Some(form), stale: true, ..Shown::default() }).await?;
        return respond::page_with(StatusCode::CONFLICT, &page);
    }
    match form.read(&row.spec) {
        Ok(spec) => {
            update(&signed.app, shop.id, row.id, spec, &signed.actor()).await?;
            Ok(respond::see_other(&signed.href(&format!("/campaigns/{}?done=saved", row.id))))
        }
        Err(faults) => {
            let page = view(signed, row, Shown { form: Some(form), unread: Some(faults), ..Shown::default() }).await?;
            respond::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
    }
}

/// Was the campaign saved since the page was made that this form is from?
pub fn is_stale(fields: &Fields, row: &CampaignRow) -> bool {
    let seen = fields.get("saved_at");
    !seen.is_empty() && seen != saved_at(row)
}

/// By which a form knows what it is based on.
pub fn saved_at(row: &CampaignRow) -> String {
    row.updated_at.as_millisecond().to_string()
}

/// The campaign of an address.
pub async fn find(signed: &Signed, id: CampaignId) -> Result<CampaignRow, PageError> {
    db::campaigns::get(&signed.app.db, signed.shop()?.id, id).await?.ok_or(PageError::NotFound("campaign with that id"))
}

/// May they change it?
pub fn editable(signed: &Signed, row: &CampaignRow) -> bool {
    signed.may(Role::Editor) && row.status != CampaignStatus::Archived
}

async fn view(signed: &Signed, row: CampaignRow, shown: Shown) -> Result<CampaignPage, PageError> {
    let shop = signed.shop()?;
    let templates = db::templates::list(&signed.app.db, shop.id).await?;
    let versions = db::campaigns::versions(&signed.app.db, shop.id, row.id).await?;
    let mut warnings = row.spec.warnings();
    warnings.extend(discounts::warnings(&signed.app.db, shop.id, &row.spec).await?);
    let ahead = versions.first().is_some_and(|(_, spec, _)| *spec != row.spec);
    let moves = db::moves::of_shop(&signed.app.db, shop.id).await?;
    let faults = shown.unread.unwrap_or_else(|| list::faults(&row, &templates));
    let form = shown.form.unwrap_or_else(|| Form::of(&row.spec, shop.currency));
    let here = |rest: &str| signed.href(&format!("/campaigns/{}{rest}", row.id));
    Ok(CampaignPage {
        frame: Frame::new(signed, "/campaigns", row.spec.name.clone()),
        name: row.spec.name.clone(),
        badge: list::status(row.status),
        ahead,
        version: row.version,
        editable: editable(signed, &row),
        action: here(""),
        list: signed.href("/campaigns"),
        preview: here("/preview"),
        trial: here("/trial"),
        json: here("/json"),
        moving: moves.get(&row.id).and_then(list::moving),
        paths: form.path_names(),
        form,
        errors: errors(&faults),
        choices: choices(&templates),
        keys: templates.iter().map(|t| t.key.clone()).collect::<BTreeSet<_>>().into_iter().collect(),
        faults: fault_lines(&faults),
        warnings: fault_lines(&warnings),
        refused: shown.refused,
        stale: shown.stale,
        saved_at: saved_at(&row),
        buttons: list::buttons(signed, &row, ahead),
        versions: version_lines(signed, &row, &versions)?,
    })
}

fn choices(templates: &[TemplateRow]) -> Vec<Choice> {
    let all: BTreeSet<(&str, &str, String)> =
        templates.iter().map(|t| (t.channel.as_str(), t.key.as_str(), format::channel(t.channel))).collect();
    all.into_iter().map(|(c, key, word)| Choice { value: format!("{c}/{key}"), name: format!("{word}: {key}") }).collect()
}

fn version_lines(
    signed: &Signed,
    row: &CampaignRow,
    versions: &[(i64, CampaignSpec, jiff::Timestamp)],
) -> Result<Vec<VersionLine>, PageError> {
    let zone = format::zone(signed.shop()?);
    let step =
        |s: &crate::domain::campaign::Step| format!("{} {} {}", format::channel(s.channel), format::length(s.delay), list::from_when(s));
    let line = |(version, spec, at): &(i64, CampaignSpec, jiff::Timestamp)| VersionLine {
        version: *version,
        published: format::when(*at, &zone),
        steps: spec.steps.iter().map(step).collect::<Vec<_>>().join(", "),
        at_work: *version == row.version && row.status == CampaignStatus::Published,
    };
    Ok(versions.iter().map(line).collect())
}

/// Faults for a list, each with where it stands.
pub fn fault_lines(faults: &[Fault]) -> Vec<FaultLine> {
    let line = |f: &Fault| FaultLine { place: place(&f.at), problem: format::sentence(&f.problem), at: f.at.clone() };
    faults.iter().map(line).collect()
}
