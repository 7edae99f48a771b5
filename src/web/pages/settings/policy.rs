//! Who is written to: a store's sending policy, on the page of settings.

use super::page;
use super::policy_form::Form;
use crate::app::access::Role;
use crate::app::policies::{self, By, PolicyError};
use crate::domain::campaign::Fault;
use crate::web::pages::shell::format::{self, When};
use crate::web::pages::shell::problem::PageError;
use crate::web::pages::shell::respond;
use crate::web::pages::shell::signed::{Posted, Signed};
use actix_web::HttpResponse;
use actix_web::http::StatusCode;

/// What is wrong, in the form's words.
pub struct FaultLine {
    pub place: String,
    pub problem: String,
}

/// The section.
pub struct Section {
    pub action: String,
    pub form: Form,
    pub faults: Vec<FaultLine>,
    /// 0 while the default is in force.
    pub version: i64,
    pub set: Option<When>,
}

/// Of what is in force; none while there is no store.
pub async fn section(signed: &Signed) -> Result<Option<Section>, PageError> {
    let Ok(shop) = signed.shop() else { return Ok(None) };
    let (policy, row) = policies::get(&signed.app, shop.id).await?;
    Ok(Some(Section {
        action: signed.href("/settings/policy"),
        form: Form::of(&policy),
        faults: Vec::new(),
        version: row.as_ref().map_or(0, |r| r.version),
        set: row.map(|r| format::when(r.set_at, &format::zone(shop))),
    }))
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
            Ok(_) => return Ok(respond::see_other(&signed.href("/settings?done=policy#who"))),
            Err(PolicyError::Faulty(faults)) => faults,
            Err(PolicyError::OwnersOnly) => return Err(PageError::Role(Role::Owner)),
            Err(PolicyError::App(error)) => return Err(error.into()),
        },
    };
    let refused = section(signed).await?.map(|s| Section { form, faults: faults.iter().map(fault_line).collect(), ..s });
    respond::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page::with_policy(signed, refused).await?)
}

/// Where a fault stands, in the form's words.
fn fault_line(fault: &Fault) -> FaultLine {
    let numbered = |prefix: &str| {
        let (index, _) = fault.at.strip_prefix(prefix)?.split_once(']')?;
        index.parse::<usize>().ok().map(|i| i + 1)
    };
    let place = if let Some(n) = numbered("caps[") {
        format!("Limit {n}")
    } else if let Some(n) = numbered("consent[") {
        format!("Rule {n}")
    } else {
        match fault.at.split(['.', '[']).next().unwrap_or_default() {
            "caps" => "Limits".into(),
            "consent" | "consent_table" => "Rules".into(),
            "excluded_tags" => "Tags".into(),
            "bots" => "Fake checkouts".into(),
            "test" => "Test store".into(),
            _ => "Bought elsewhere".into(),
        }
    };
    FaultLine { place, problem: format::sentence(&fault.problem) }
}
