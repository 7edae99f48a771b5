//! Published versions of a campaign: what differs between any two of them or the draft, and how to go back to one.

use super::campaign::{editable, find, is_stale, saved_at};
use super::differences::{Part, parts};
use crate::app::campaigns::restore;
use crate::db;
use crate::db::campaigns::CampaignRow;
use crate::domain::campaign::CampaignSpec;
use crate::domain::diff::{self, Kind, Stretch};
use crate::domain::ids::CampaignId;
use crate::web::pages::shell::format::{self, When};
use crate::web::pages::shell::frame::Frame;
use crate::web::pages::shell::problem::PageError;
use crate::web::pages::shell::respond;
use crate::web::pages::shell::signed::{Posted, Signed};
use crate::words::say;
use actix_web::{HttpResponse, web};
use askama::Template;
use jiff::Timestamp;

/// As addresses call what was last saved.
const DRAFT: &str = "draft";
/// Lines around a difference that are shown with it.
const AROUND: usize = 3;

struct Choice {
    value: String,
    name: String,
    old: bool,
    new: bool,
}

/// A line of the text as JSON.
struct JsonLine {
    /// `+`, `−` or nothing.
    sign: &'static str,
    class: &'static str,
    /// The sign for those who hear it.
    said: String,
    parts: Vec<diff::Part>,
}

/// Lines in a run, or how many equal ones are left out.
struct Run {
    lines: Vec<JsonLine>,
    left_out: usize,
}

#[derive(Template)]
#[template(path = "pages/campaigns/campaign_versions.html")]
struct VersionsPage {
    frame: Frame,
    name: String,
    list: String,
    campaign: String,
    action: String,
    shop: Option<String>,
    choices: Vec<Choice>,
    old_name: String,
    new_name: String,
    /// When the older of the two was published.
    published: Option<When>,
    parts: Vec<Part>,
    runs: Vec<Run>,
    differ: bool,
    /// Where the older one is made the draft again.
    restore: Option<String>,
    saved_at: String,
    /// What a restore would replace was published: nothing is lost by it.
    kept: bool,
}

/// A text of the campaign that can be set beside another.
struct Known {
    value: String,
    name: String,
    version: Option<i64>,
    spec: CampaignSpec,
    at: Option<Timestamp>,
}

async fn known(signed: &Signed, row: &CampaignRow) -> Result<Vec<Known>, PageError> {
    let draft =
        Known { value: DRAFT.to_owned(), name: say("campaigns-as-saved").to_string(), version: None, spec: row.spec.clone(), at: None };
    let versions = db::campaigns::versions(&signed.app.db, signed.shop()?.id, row.id).await?;
    let known = |(version, spec, at): (i64, CampaignSpec, Timestamp)| Known {
        value: version.to_string(),
        name: say("campaigns-version").with("version", version.to_string()).to_string(),
        version: Some(version),
        spec,
        at: Some(at),
    };
    Ok(std::iter::once(draft).chain(versions.into_iter().map(known)).collect())
}

/// Which two: as the address says, else the last version and what became of it since, else the last two versions.
fn chosen<'a>(signed: &Signed, all: &'a [Known]) -> Result<Option<(&'a Known, &'a Known)>, PageError> {
    let (Some(draft), Some(last)) = (all.first(), all.get(1)) else { return Ok(None) };
    let usual = if draft.spec == last.spec { all.get(2).map_or((last, draft), |before| (before, last)) } else { (last, draft) };
    let pick = |name: &str, usual: &'a Known| match signed.query.get(name) {
        "" => Ok(usual),
        value => all.iter().find(|k| k.value == value).ok_or(PageError::NotFound("version with that number")),
    };
    Ok(Some((pick("old", usual.0)?, pick("new", usual.1)?)))
}

/// The page.
pub async fn show(signed: Signed, id: web::Path<CampaignId>) -> Result<HttpResponse, PageError> {
    let row = find(&signed, *id).await?;
    let shop = signed.shop()?;
    let all = known(&signed, &row).await?;
    let here = |rest: &str| signed.href(&format!("/campaigns/{}{rest}", row.id));
    let pair = chosen(&signed, &all)?;
    let name = |k: Option<&Known>| k.map(|k| k.name.clone()).unwrap_or_default();
    let (old, new) = (pair.map(|p| p.0), pair.map(|p| p.1));
    let is = |a: Option<&Known>, b: &Known| a.is_some_and(|a| a.value == b.value);
    let version = old.and_then(|o| o.version).filter(|_| editable(&signed, &row));
    let choice = |k: &Known| Choice { value: k.value.clone(), name: k.name.clone(), old: is(old, k), new: is(new, k) };
    respond::page(&VersionsPage {
        frame: Frame::new(&signed, "/campaigns", say("campaigns-versions-of").with("name", &row.spec.name).to_string()),
        list: signed.href("/campaigns"),
        campaign: here(""),
        action: format!("/campaigns/{}/versions", row.id),
        shop: (signed.shops.len() > 1).then(|| shop.id.to_string()),
        choices: all.iter().map(choice).collect(),
        old_name: name(old),
        new_name: name(new),
        published: old.and_then(|o| o.at).map(|at| format::when(at, &shop.zone())),
        parts: pair.map(|(old, new)| parts(&old.spec, &new.spec)).unwrap_or_default(),
        runs: pair.map(|(old, new)| runs(&old.spec, &new.spec)).transpose()?.unwrap_or_default(),
        differ: pair.is_some_and(|(old, new)| old.spec != new.spec),
        restore: version.filter(|_| !old.is_some_and(|o| o.spec == row.spec)).map(|v| here(&format!("/versions/{v}/restore"))),
        saved_at: saved_at(&row),
        kept: all.iter().skip(1).any(|k| k.spec == row.spec),
        name: row.spec.name,
    })
}

/// The two as JSON, line by line.
fn runs(old: &CampaignSpec, new: &CampaignSpec) -> Result<Vec<Run>, PageError> {
    let json = |spec: &CampaignSpec| serde_json::to_string_pretty(spec).map_err(|_| PageError::Internal);
    let stretches = diff::folded(diff::lines(&json(old)?, &json(new)?), AROUND);
    let run = |stretch: Stretch| match stretch {
        Stretch::Shown(lines) => Run { lines: lines.into_iter().map(line).collect(), left_out: 0 },
        Stretch::Folded(lines) => Run { lines: Vec::new(), left_out: lines.len() },
    };
    Ok(stretches.into_iter().map(run).collect())
}

fn line(line: diff::Line) -> JsonLine {
    let (sign, class, key) = match line.kind {
        Kind::Same => (" ", "same", ""),
        Kind::Removed => ("−", "removed", "campaigns-line-removed"),
        Kind::Added => ("+", "added", "campaigns-line-added"),
    };
    JsonLine { sign, class, said: if key.is_empty() { String::new() } else { say(key).to_string() }, parts: line.parts }
}

/// Makes a version the draft again.
pub async fn put_back(posted: Posted, path: web::Path<(CampaignId, i64)>) -> Result<HttpResponse, PageError> {
    let (id, version) = path.into_inner();
    let signed = &posted.signed;
    let row = find(signed, id).await?;
    if is_stale(&posted.fields, &row) {
        return Err(PageError::Conflict(say("campaigns-restore-stale").to_string()));
    }
    restore(&signed.app, signed.shop()?.id, id, version, &signed.actor()).await?;
    Ok(respond::see_other(&signed.href(&format!("/campaigns/{id}?done=restored"))))
}
