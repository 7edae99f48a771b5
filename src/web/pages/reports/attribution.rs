//! The report on attribution: every model side by side, and what the ledger says of our own messages.

use super::frame::{Files, as_file, nav};
use super::picture::{self, Drawing, Picture};
use super::recovered::{self as period, asked};
use super::table::{TableView, slugged};
use crate::app::attribution::{Asked, Part, report};
use crate::app::files::Period;
use crate::app::recompute;
use crate::domain::attribution::Model;
use crate::domain::journey::Scope;
use crate::web::pages::shell::frame::{Frame, Link};
use crate::web::pages::shell::problem::PageError;
use crate::web::pages::shell::respond;
use crate::web::pages::shell::signed::{Posted, Signed};
use crate::words::say;
use actix_web::HttpResponse;
use askama::Template;

struct Choice {
    value: &'static str,
    name: String,
    chosen: bool,
}

/// A table with its heading.
struct Shown {
    title: String,
    files: Files,
    table: TableView,
}

#[derive(Template)]
#[template(path = "pages/reports/attribution.html")]
struct Page {
    frame: Frame,
    nav: Vec<Link>,
    from: String,
    to: String,
    action: String,
    scopes: Vec<Choice>,
    models: Vec<Choice>,
    set_model: Option<String>,
    anew: Option<String>,
    pictures: Vec<Picture>,
    parts: Vec<Shown>,
    zone: String,
}

/// The page.
pub async fn show(signed: Signed) -> Result<HttpResponse, PageError> {
    let shop = signed.shop()?.clone();
    let period::Asked { first, last, from, to, .. } = asked(&signed)?;
    let scope: Scope = signed.query.get("scope").parse().unwrap_or_default();
    let found = report(&signed.app, &Asked { shop: shop.id, from, to, scope, models: Model::ALL.to_vec() }).await?;
    if let Some(format) = as_file(&signed)? {
        let part = signed.query.get("table").parse().unwrap_or_default();
        return respond::table(format, found.part(part), (first, last), Period { from, to });
    }
    let shown = |part: Part| Shown {
        title: slugged("reports-title-", &found.part(part).title),
        files: Files::new(&signed, "/reports/attribution", part.as_str()),
        table: TableView::new(&signed, found.part(part)).fitting(),
    };
    let scope_name = |s: Scope| match s {
        Scope::Channel => say("reports-by-channel").to_string(),
        Scope::Campaign => say("reports-by-channel-and-campaign").to_string(),
    };
    let may_set = signed.may(crate::app::access::Role::Editor);
    respond::page(&Page {
        frame: Frame::new(&signed, "/reports", say("reports-attribution").to_string()),
        from: first.to_string(),
        to: last.to_string(),
        action: signed.href("/reports/attribution"),
        scopes: Scope::ALL.map(|s| Choice { value: s.as_str(), name: scope_name(s), chosen: s == scope }).into_iter().collect(),
        models: Model::PER_ORDER
            .map(|m| Choice { value: m.as_str(), name: slugged("reports-model-", m.label()), chosen: m == shop.credit_model })
            .into_iter()
            .collect(),
        set_model: may_set.then(|| signed.href("/reports/attribution/model")),
        anew: found.anew.as_ref().map(recompute::Anew::words),
        pictures: picture::models(&signed, found.part(Part::Net)),
        parts: Part::ALL.into_iter().map(shown).collect(),
        nav: nav(&signed, "/reports/attribution"),
        zone: shop.zone().iana_name().unwrap_or("UTC").to_owned(),
    })
}

/// Sets by which model headlines are told.
pub async fn set_model(posted: Posted) -> Result<HttpResponse, PageError> {
    let signed = &posted.signed;
    let model: Model = posted.fields.parsed("model", "Model")?;
    recompute::set_model(&signed.app, signed.shop()?.id, model, &signed.actor()).await?;
    Ok(respond::see_other(&signed.href("/reports/attribution")))
}
