//! Versions: one as it was, the differences of any two, and an old one made new again.

use super::diffs::{self, Field};
use super::editor::{VersionLine, put, versions};
use super::one::{Head, Typed, base, find, people, written};
use crate::app::AppError;
use crate::app::access::Role;
use crate::app::templates::{TemplateFault, stored_source};
use crate::db;
use crate::db::templates::TemplateRow;
use crate::domain::event::ChannelKind;
use crate::domain::template::TemplateSource;
use crate::web::pages::shell::format::{self, When};
use crate::web::pages::shell::frame::Frame;
use crate::web::pages::shell::problem::PageError;
use crate::web::pages::shell::respond;
use crate::web::pages::shell::signed::{Posted, Signed};
use crate::words::say;
use actix_web::{HttpResponse, web};
use askama::Template;
use uuid::Uuid;

const NO_VERSION: PageError = PageError::NotFound("version with that number");

#[derive(Template)]
#[template(path = "pages/templates/version.html")]
struct VersionPage {
    frame: Frame,
    head: Head,
    number: i64,
    author: String,
    made: When,
    source: TemplateSource,
    text: String,
    is_email: bool,
    preview: String,
    compare: String,
    /// Where an old one is made new again; none of the one in use, and for those who may not.
    restore: Option<String>,
}

#[derive(Template)]
#[template(path = "pages/templates/compare.html")]
struct ComparePage {
    frame: Frame,
    head: Head,
    /// The store, where there are several.
    shop: Option<String>,
    from: String,
    to: String,
    versions: Vec<VersionLine>,
    has_draft: bool,
    fields: Vec<Field>,
}

async fn text(signed: &Signed, row: &TemplateRow, number: i64) -> Result<TemplateSource, PageError> {
    let found = db::templates::version(&signed.app.db, signed.shop()?.id, row.id, number).await?.ok_or(NO_VERSION)?;
    Ok(stored_source(&found.1)?)
}

/// One version as it was; without a number the one in use.
pub async fn version(signed: Signed, id: web::Path<Uuid>) -> Result<HttpResponse, PageError> {
    let row = find(&signed, *id).await?;
    let number = asked(&signed, "number", row.version)?;
    let shop = signed.shop()?;
    let (_, source, author, at) = db::templates::version(&signed.app.db, shop.id, row.id, number).await?.ok_or(NO_VERSION)?;
    let source = stored_source(&source)?;
    let restorable = number != row.version && signed.may(Role::Editor);
    respond::page(&VersionPage {
        frame: Frame::new(&signed, "/templates", say("templates-version-of").with("number", number).with("key", &row.key).to_string()),
        head: Head::of(&signed, &row, "versions"),
        number,
        author: people(&signed).await?.get(&author).cloned().unwrap_or(author),
        made: format::when(at, &shop.zone()),
        text: source.text.clone().unwrap_or_default(),
        source,
        is_email: row.channel == ChannelKind::Email,
        preview: signed.href(&format!("/templates/{}/preview?version={number}", row.id)),
        compare: signed.href(&format!("/templates/{}/compare?from={number}&to={}", row.id, row.version)),
        restore: restorable.then(|| signed.href(&format!("/templates/{}/restore", row.id))),
    })
}

fn asked(signed: &Signed, name: &str, usual: i64) -> Result<i64, PageError> {
    match signed.query.get(name) {
        "" => Ok(usual),
        text => text.parse().map_err(|_| NO_VERSION),
    }
}

/// What differs between two versions, or between one and what is being written. Without numbers: what the one in use changed.
pub async fn compare(signed: Signed, id: web::Path<Uuid>) -> Result<HttpResponse, PageError> {
    let row = find(&signed, *id).await?;
    let from = asked(&signed, "from", (row.version - 1).max(1))?;
    let old = text(&signed, &row, from).await?;
    let (typed, draft) = written(&signed, &row).await?;
    let (to, new) = if signed.query.get("to") == "draft" {
        ("draft".to_owned(), typed.source)
    } else {
        let number = asked(&signed, "to", row.version)?;
        (number.to_string(), text(&signed, &row, number).await?)
    };
    let (versions, _) = versions(&signed, &row).await?;
    respond::page(&ComparePage {
        frame: Frame::new(&signed, "/templates", say("templates-compare-title").with("key", &row.key).to_string()),
        head: Head::of(&signed, &row, "versions"),
        shop: (signed.shops.len() > 1).then(|| signed.shop().map(|s| s.id.to_string())).transpose()?,
        from: from.to_string(),
        to,
        versions,
        has_draft: draft.is_some(),
        fields: diffs::between(row.channel, &old, &new),
    })
}

/// Makes an old version's text a new version.
pub async fn restore(posted: Posted, id: web::Path<Uuid>) -> Result<HttpResponse, PageError> {
    let signed = &posted.signed;
    let row = find(signed, *id).await?;
    let number: i64 = posted.fields.get("version").parse().map_err(|_| NO_VERSION)?;
    let (typed, draft) = written(signed, &row).await?;
    let old = Typed { source: text(signed, &row, number).await?, base: row.version };
    match put(signed, &row, (&old, base(&posted.fields))).await {
        Ok(()) => {
            // What they were writing has nothing to do with it, and stays.
            if draft.is_some() {
                super::live::kept(signed, &find(signed, row.id).await?, &typed).await?;
            }
            Ok(respond::see_other(&signed.href(&format!("/templates/{}?done=template-restored", row.id))))
        }
        Err(fault @ TemplateFault::Stale(_)) => Err(AppError::Conflict(fault.to_string()).into()),
        Err(TemplateFault::Faulty(problems)) => {
            let first = problems.first().map_or_else(String::new, |p| p.problem.clone());
            Err(AppError::Invalid(first).into())
        }
        Err(TemplateFault::App(error)) => Err(error.into()),
    }
}
