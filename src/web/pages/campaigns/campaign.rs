//! One campaign: its sequence as a picture that is its form, its versions, what can be done to it.

use super::canvas::{self, Canvas, Ground, Results};
use super::form::{Act, Acted, Errors, Form, KINDS, errors, kind_words, part, place};
use super::list::{self, Button};
use crate::app::access::Role;
use crate::app::campaigns::update_seen;
use crate::app::{AppError, discounts, trials};
use crate::db;
use crate::db::campaigns::CampaignRow;
use crate::db::templates::TemplateRow;
use crate::domain::campaign::{CampaignSpec, CampaignStatus, Fault, Trigger};
use crate::domain::ids::CampaignId;
use crate::web::pages::shell::fields::Fields;
use crate::web::pages::shell::format::{self, Badge, When};
use crate::web::pages::shell::frame::Frame;
use crate::web::pages::shell::problem::PageError;
use crate::web::pages::shell::respond;
use crate::web::pages::shell::signed::{Posted, Signed};
use crate::words::{Rich, heard, say};
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;
use jiff::Timestamp;
use std::collections::BTreeSet;

/// A message that a step may send.
struct Choice {
    value: String,
    name: String,
}

/// Something that is wrong, and where.
pub struct FaultLine {
    pub place: String,
    /// The part of the picture that it is about.
    pub href: String,
    pub problem: Rich,
    /// As the API names the place.
    pub at: String,
}

struct VersionLine {
    version: i64,
    published: When,
    steps: String,
    at_work: bool,
    /// What differs from it now.
    href: String,
}

/// What is known of the campaign on the store's past.
struct Tried {
    under_way: bool,
    done: i64,
    of_all: Option<i64>,
    told: Option<trials::Told>,
    failed: bool,
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
    canvas: Canvas,
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
    /// What was just done to the picture, which isn't saved yet.
    unsaved: Option<String>,
    saved_at: String,
    buttons: Vec<Button>,
    versions: Vec<VersionLine>,
    versions_href: String,
    tried: Option<Tried>,
}

impl CampaignPage {
    /// What is wrong with a field.
    fn error(&self, field: impl AsRef<str>) -> Option<&str> {
        self.errors.get(field.as_ref()).map(String::as_str)
    }

    fn kinds() -> Vec<(&'static str, String)> {
        KINDS.iter().map(|(kind, _)| (*kind, kind_words(kind))).collect()
    }

    /// What begins it.
    fn begins(&self) -> String {
        say(format!("campaigns-begins-{}", self.form.trigger)).to_string()
    }

    fn length(text: &str) -> String {
        canvas::length(text)
    }

    fn triggers() -> Vec<(&'static str, String)> {
        [Trigger::CheckoutAbandoned, Trigger::CartAbandoned, Trigger::BrowseAbandoned]
            .map(|t| (t.as_str(), say(format!("campaigns-trigger-{}", t.as_str())).to_string()))
            .into()
    }

    fn knows(&self, message: &str) -> bool {
        self.choices.iter().any(|c| c.value == message)
    }
}

/// What the page shows beside what is stored.
#[derive(Default)]
struct Shown {
    form: Option<Form>,
    unread: Option<Vec<Fault>>,
    refused: bool,
    stale: bool,
    acted: Option<Acted>,
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

/// Saves the form; or, where a button of the picture was pressed, shows what it makes of the form, which isn't saved by it.
pub async fn save(posted: Posted, id: web::Path<CampaignId>) -> Result<HttpResponse, PageError> {
    let signed = &posted.signed;
    let row = find(signed, *id).await?;
    let shop = signed.shop()?;
    let mut form = Form::sent(&posted.fields, &row.spec, shop.currency);
    if is_stale(&posted.fields, &row) {
        let page = view(signed, row, Shown { form: Some(form), stale: true, ..Shown::default() }).await?;
        return respond::page_with(StatusCode::CONFLICT, &page);
    }
    if posted.fields.has("do") {
        let act: Act = posted.fields.get("do").parse().map_err(AppError::Invalid)?;
        let acted = form.act(act).ok_or_else(|| PageError::Conflict(say("campaigns-cannot-act").to_string()))?;
        return respond::page(&view(signed, row, Shown { form: Some(form), acted: Some(acted), ..Shown::default() }).await?);
    }
    match form.read(&row.spec) {
        Ok(spec) => {
            if update_seen(&signed.app, shop.id, (row.id, seen(&posted.fields)), spec, &signed.actor()).await?.is_none() {
                let page = view(signed, find(signed, *id).await?, Shown { form: Some(form), stale: true, ..Shown::default() }).await?;
                return respond::page_with(StatusCode::CONFLICT, &page);
            }
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
    seen(fields).is_some_and(|seen| seen.as_millisecond() != row.updated_at.as_millisecond())
}

/// What the campaign was when the page was made that this form is from.
pub fn seen(fields: &Fields) -> Option<Timestamp> {
    fields.get("saved_at").parse().ok().and_then(|ms| Timestamp::from_millisecond(ms).ok())
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
    let ahead = versions.first().is_some_and(|(_, spec, _)| *spec != row.spec);
    let moves = db::moves::of_shop(&signed.app.db, shop.id).await?;
    let form = shown.form.unwrap_or_else(|| Form::of(&row.spec, shop.currency));
    // What isn't saved yet is checked as it stands in the form.
    let (faults, meant) = match (shown.unread, form.read(&row.spec)) {
        (Some(faults), _) | (None, Err(faults)) => (faults, None),
        (None, Ok(spec)) => (list::faults(&spec, &templates), Some(spec)),
    };
    let spec = meant.as_ref().unwrap_or(&row.spec);
    let mut warnings = spec.warnings();
    warnings.extend(discounts::warnings(&signed.app.db, shop.id, spec).await?);
    let errors = errors(&faults);
    let (part, unsaved) = shown.acted.map_or_else(Default::default, |a| (a.part, Some(a.told)));
    let editable = editable(signed, &row);
    let ground = Ground { errors: &errors, editable, part: &part, results: Results::load(signed, &row).await? };
    let here = |rest: &str| signed.href(&format!("/campaigns/{}{rest}", row.id));
    Ok(CampaignPage {
        frame: Frame::new(signed, "/campaigns", row.spec.name.clone()),
        name: row.spec.name.clone(),
        badge: list::status(row.status),
        ahead,
        version: row.version,
        editable,
        action: here(""),
        list: signed.href("/campaigns"),
        preview: here("/preview"),
        trial: here("/trial"),
        json: here("/json"),
        moving: moves.get(&row.id).and_then(list::moving),
        paths: form.path_names(),
        canvas: Canvas::new(&form, ground),
        form,
        choices: choices(&templates),
        keys: templates.iter().map(|t| t.key.clone()).collect::<BTreeSet<_>>().into_iter().collect(),
        faults: fault_lines(&faults),
        warnings: fault_lines(&warnings),
        errors,
        refused: shown.refused,
        stale: shown.stale,
        // Publishing takes what is saved, which isn't what is seen.
        buttons: if unsaved.is_some() { Vec::new() } else { list::buttons(signed, &row, ahead) },
        unsaved,
        saved_at: saved_at(&row),
        versions: version_lines(signed, &row, &versions)?,
        versions_href: here("/versions"),
        tried: tried(signed, &row).await?,
    })
}

async fn tried(signed: &Signed, row: &CampaignRow) -> Result<Option<Tried>, PageError> {
    let job = db::trials::get(&signed.app.db, signed.shop()?.id, row.id).await?;
    Ok(job.map(|job| Tried {
        under_way: job.state.is_under_way(),
        done: job.done,
        of_all: job.of_all,
        told: trials::told(&job),
        failed: job.problem.is_some(),
    }))
}

fn choices(templates: &[TemplateRow]) -> Vec<Choice> {
    let all: BTreeSet<(&str, &str, String)> =
        templates.iter().map(|t| (t.channel.as_str(), t.key.as_str(), format::channel(t.channel))).collect();
    all.into_iter().map(|(c, key, word)| Choice { value: format!("{c}/{key}"), name: format!("{word}: {key}") }).collect()
}

fn version_lines(signed: &Signed, row: &CampaignRow, versions: &[(i64, CampaignSpec, Timestamp)]) -> Result<Vec<VersionLine>, PageError> {
    let zone = signed.shop()?.zone();
    let step =
        |s: &crate::domain::campaign::Step| format!("{} {} {}", format::channel(s.channel), format::length(s.delay), list::from_when(s));
    let line = |(version, spec, at): &(i64, CampaignSpec, Timestamp)| VersionLine {
        version: *version,
        published: format::when(*at, &zone),
        steps: spec.steps.iter().map(step).collect::<Vec<_>>().join(", "),
        at_work: *version == row.version && row.status == CampaignStatus::Published,
        href: signed.href(&format!("/campaigns/{}/versions?old={version}&new=draft", row.id)),
    };
    Ok(versions.iter().map(line).collect())
}

/// Faults for a list, each with where it stands.
pub fn fault_lines(faults: &[Fault]) -> Vec<FaultLine> {
    let line =
        |f: &Fault| FaultLine { place: place(&f.at), href: format!("#{}", part(&f.at)), problem: heard(&f.problem), at: f.at.clone() };
    faults.iter().map(line).collect()
}
