//! Who is written to: a store's sending policy, on the page of settings.

use super::nav::{Subject, subjects};
use super::policy_form::Form;
use crate::app::access::Role;
use crate::app::policies::{self, By, PolicyError};
use crate::domain::campaign::Fault;
use crate::web::pages::shell::format::{self, When};
use crate::web::pages::shell::frame::Frame;
use crate::web::pages::shell::problem::PageError;
use crate::web::pages::shell::respond;
use crate::web::pages::shell::signed::{Posted, Signed};
use crate::words::{Rich, heard, say};
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;

/// What is wrong, in the form's words.
pub struct FaultLine {
    pub place: String,
    pub problem: Rich,
}

#[derive(Template)]
#[template(path = "pages/settings/policy.html")]
struct Page {
    frame: Frame,
    nav: Vec<Subject>,
    action: String,
    form: Form,
    faults: Vec<FaultLine>,
    /// 0 while the default is in force.
    version: i64,
    set: Option<When>,
}

/// What is in force.
pub async fn show(signed: Signed) -> Result<HttpResponse, PageError> {
    respond::page(&view(&signed).await?)
}

async fn view(signed: &Signed) -> Result<Page, PageError> {
    let shop = signed.shop()?;
    let (policy, row) = policies::get(&signed.app, shop.id).await?;
    Ok(Page {
        frame: Frame::new(signed, "/settings", say("settings-nav-policy").to_string()),
        nav: subjects(signed, "/settings/policy"),
        action: signed.href("/settings/policy"),
        form: Form::of(&policy),
        faults: Vec::new(),
        version: row.as_ref().map_or(0, |r| r.version),
        set: row.map(|r| format::when(r.set_at, &shop.zone())),
    })
}

/// Sets what the form says. An editor's form leaves the consent rules as they are.
pub async fn save(posted: Posted) -> Result<HttpResponse, PageError> {
    let signed = &posted.signed;
    let shop = signed.shop()?.id;
    let (stored, _) = policies::get(&signed.app, shop).await?;
    let form = Form::sent(&posted.fields, &stored);
    let actor = signed.actor();
    let by = By { actor: &actor, is_owner: signed.may(Role::Owner) };
    let faults = match form.read(&stored) {
        Err(faults) => faults,
        Ok(policy) => match policies::set(&signed.app, shop, policy, by).await {
            Ok(_) => return Ok(respond::see_other(&signed.href("/settings/policy?done=policy"))),
            Err(PolicyError::Faulty(faults)) => faults,
            Err(PolicyError::OwnersOnly) => return Err(PageError::Role(Role::Owner)),
            Err(PolicyError::App(error)) => return Err(error.into()),
        },
    };
    let refused = Page { form, faults: faults.iter().map(fault_line).collect(), ..view(signed).await? };
    respond::page_with(StatusCode::UNPROCESSABLE_ENTITY, &refused)
}

/// Where a fault stands, in the form's words.
fn fault_line(fault: &Fault) -> FaultLine {
    let numbered = |prefix: &str| {
        let (index, _) = fault.at.strip_prefix(prefix)?.split_once(']')?;
        index.parse::<usize>().ok().map(|i| i + 1)
    };
    let place = if let Some(n) = numbered("caps[") {
        say("settings-policy-at-limit").with("number", n)
    } else if let Some(n) = numbered("consent[") {
        say("settings-policy-at-rule").with("number", n)
    } else {
        let word = match fault.at.split(['.', '[']).next().unwrap_or_default() {
            "caps" => "limits",
            "consent" | "consent_table" => "rules",
            "excluded_tags" => "tags",
            "bots" => "bots",
            "test" => "test",
            _ => "bought",
        };
        say(format!("settings-policy-at-{word}"))
    };
    FaultLine { place: place.to_string(), problem: heard(&fault.problem) }
}
