//! The list of campaigns, and what can be done to one.

use super::campaign;
use super::format::{self, Badge, When};
use super::frame::Frame;
use super::problem::PageError;
use super::respond;
use super::signed::{Posted, Signed};
use crate::app::campaigns::{Act, CampaignError, act as apply};
use crate::db;
use crate::db::campaigns::CampaignRow;
use crate::db::templates::TemplateRow;
use crate::domain::campaign::{CampaignStatus, Fault};
use crate::domain::event::ChannelKind;
use crate::domain::ids::CampaignId;
use actix_web::{HttpResponse, web};
use askama::Template;

/// One thing that can be done to a campaign as it is.
pub struct Button {
    pub action: String,
    pub name: &'static str,
    /// The one that is most likely wanted.
    pub main: bool,
}

struct StepLine {
    number: usize,
    delay: String,
    channel: &'static str,
    template: String,
    code: Option<String>,
    fault: Option<String>,
}

struct Card {
    href: String,
    name: String,
    badge: Badge,
    version: i64,
    ahead: bool,
    updated: When,
    abandon_after: String,
    holdout: u8,
    quiet: Option<String>,
    steps: Vec<StepLine>,
    faults: Vec<String>,
    buttons: Vec<Button>,
}

#[derive(Template)]
#[template(path = "pages/campaigns.html")]
struct Campaigns {
    frame: Frame,
    cards: Vec<Card>,
}

/// A campaign's status.
pub fn status(status: CampaignStatus) -> Badge {
    match status {
        CampaignStatus::Draft => Badge { text: "draft", tone: "warn" },
        CampaignStatus::Published => Badge { text: "published", tone: "good" },
        CampaignStatus::Paused => Badge { text: "paused", tone: "busy" },
        CampaignStatus::Archived => Badge { text: "archived", tone: "quiet" },
    }
}

/// The page.
pub async fn show(signed: Signed) -> Result<HttpResponse, PageError> {
    let shop = signed.shop()?;
    let templates = db::templates::list(&signed.app.db, shop.id).await?;
    let mut cards = Vec::new();
    for row in db::campaigns::list(&signed.app.db, shop.id).await? {
        let ahead = is_ahead(&signed, &row).await?;
        cards.push(card(&signed, &row, &templates, ahead));
    }
    respond::page(&Campaigns { frame: Frame::new(&signed, "/campaigns", "Campaigns"), cards })
}

/// Was it changed since it was published?
pub async fn is_ahead(signed: &Signed, row: &CampaignRow) -> Result<bool, PageError> {
    let versions = db::campaigns::versions(&signed.app.db, signed.shop()?.id, row.id).await?;
    Ok(versions.first().is_some_and(|(_, spec, _)| *spec != row.spec))
}

/// Everything that keeps it from being published.
pub fn faults(row: &CampaignRow, templates: &[TemplateRow]) -> Vec<Fault> {
    row.spec.faults(|key: &str, channel: ChannelKind| templates.iter().any(|t| t.key == key && t.channel == channel))
}

fn card(signed: &Signed, row: &CampaignRow, templates: &[TemplateRow], ahead: bool) -> Card {
    let faults = faults(row, templates);
    let of_step = |i: usize| {
        let place = format!("steps[{i}]");
        let texts: Vec<String> = faults.iter().filter(|f| f.at.starts_with(&place)).map(|f| format::sentence(&f.problem)).collect();
        (!texts.is_empty()).then(|| texts.join(" "))
    };
    let steps = row.spec.steps.iter().enumerate().map(|(i, s)| StepLine {
        number: i + 1,
        delay: format::length(s.delay),
        channel: format::channel(s.channel),
        template: s.template.clone(),
        code: s.discount_code.clone(),
        fault: of_step(i),
    });
    Card {
        href: signed.href(&format!("/campaigns/{}", row.id)),
        name: row.spec.name.clone(),
        badge: status(row.status),
        version: row.version,
        ahead,
        updated: format::when(row.updated_at, &signed.shop().map_or(jiff::tz::TimeZone::UTC, format::zone)),
        abandon_after: format::length(row.spec.abandon_after),
        holdout: row.spec.holdout_percent,
        quiet: row.spec.quiet_hours.map(|q| format!("{} to {}", q.from.strftime("%H:%M"), q.to.strftime("%H:%M"))),
        steps: steps.collect(),
        faults: faults.iter().filter(|f| !f.at.starts_with("steps[")).map(|f| format::sentence(&f.problem)).collect(),
        buttons: buttons(signed, row, ahead),
    }
}

/// What can be done to it as it is.
pub fn buttons(signed: &Signed, row: &CampaignRow, ahead: bool) -> Vec<Button> {
    let acts: &[(&str, &'static str, bool)] = match (row.status, ahead) {
        (CampaignStatus::Draft, _) => &[("publish", "Publish", true), ("archive", "Archive", false)],
        (CampaignStatus::Published, true) => {
            &[("publish", "Publish changes", true), ("pause", "Pause", false), ("archive", "Archive", false)]
        }
        (CampaignStatus::Published, false) => &[("pause", "Pause", false), ("archive", "Archive", false)],
        (CampaignStatus::Paused, true) => {
            &[("resume", "Resume", true), ("publish", "Publish changes and resume", false), ("archive", "Archive", false)]
        }
        (CampaignStatus::Paused, false) => &[("resume", "Resume", true), ("archive", "Archive", false)],
        (CampaignStatus::Archived, _) => &[],
    };
    let action = |act: &str| signed.href(&format!("/campaigns/{}/{act}", row.id));
    acts.iter().map(|(act, name, main)| Button { action: action(act), name, main: *main }).collect()
}

/// Publishes, pauses, resumes or archives.
pub async fn act(posted: Posted, path: web::Path<(CampaignId, String)>) -> Result<HttpResponse, PageError> {
    let (id, word) = path.into_inner();
    let act = match word.as_str() {
        "publish" => Act::Publish,
        "pause" => Act::Pause,
        "resume" => Act::Resume,
        "archive" => Act::Archive,
        _ => return Err(PageError::NotFound("such action")),
    };
    let signed = &posted.signed;
    match apply(&signed.app, signed.shop()?.id, id, act, &signed.actor()).await {
        Ok(_) => Ok(respond::see_other(&signed.href(&format!("/campaigns/{id}?done={word}")))),
        Err(CampaignError::Faulty(_)) => campaign::show_unpublished(signed, id).await,
        Err(CampaignError::App(error)) => Err(error.into()),
    }
}
