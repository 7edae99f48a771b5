//! The list of campaigns, and what can be done to one.

use super::campaign;
use crate::app::campaigns::{self, Act, CampaignError, act as apply};
use crate::db;
use crate::db::campaigns::CampaignRow;
use crate::db::moves::Move;
use crate::db::templates::TemplateRow;
use crate::domain::campaign::{After, CampaignStatus, Fault, STARTERS, Step, Trigger};
use crate::domain::event::ChannelKind;
use crate::domain::ids::CampaignId;
use crate::web::pages::shell::format::{self, Badge, When};
use crate::web::pages::shell::frame::Frame;
use crate::web::pages::shell::problem::PageError;
use crate::web::pages::shell::respond;
use crate::web::pages::shell::signed::{Posted, Signed};
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
    after: &'static str,
    channel: String,
    template: String,
    /// What else is to be known of it.
    more: Vec<String>,
    fault: Option<String>,
}

struct StarterLine {
    key: &'static str,
    name: String,
    about: &'static str,
}

struct Card {
    href: String,
    preview: String,
    name: String,
    badge: Badge,
    moving: Option<String>,
    trigger: &'static str,
    entry: Option<String>,
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
#[template(path = "pages/campaigns/campaigns.html")]
struct Campaigns {
    frame: Frame,
    cards: Vec<Card>,
    starters: Vec<StarterLine>,
    create: String,
}

/// A campaign's status.
pub fn status(status: CampaignStatus) -> Badge {
    match status {
        CampaignStatus::Draft => Badge { text: "draft".into(), tone: "warn" },
        CampaignStatus::Published => Badge { text: "published".into(), tone: "good" },
        CampaignStatus::Paused => Badge { text: "paused".into(), tone: "busy" },
        CampaignStatus::Archived => Badge { text: "archived".into(), tone: "quiet" },
    }
}

/// The page.
pub async fn show(signed: Signed) -> Result<HttpResponse, PageError> {
    let shop = signed.shop()?;
    let templates = db::templates::list(&signed.app.db, shop.id).await?;
    let moves = db::moves::of_shop(&signed.app.db, shop.id).await?;
    let mut cards = Vec::new();
    for row in db::campaigns::list(&signed.app.db, shop.id).await? {
        let ahead = is_ahead(&signed, &row).await?;
        cards.push(Card { moving: moves.get(&row.id).and_then(moving), ..card(&signed, &row, &templates, ahead) });
    }
    let starter = |s: &crate::domain::campaign::Starter| StarterLine { key: s.key, name: s.spec(shop.currency).name, about: s.about };
    respond::page(&Campaigns {
        starters: STARTERS.iter().map(starter).collect(),
        create: signed.href("/campaigns"),
        frame: Frame::new(&signed, "/campaigns", "Campaigns"),
        cards,
    })
}

/// Makes a draft from a starter.
pub async fn create(posted: Posted) -> Result<HttpResponse, PageError> {
    let signed = &posted.signed;
    let made = campaigns::create_from(&signed.app, signed.shop()?, posted.fields.get("starter"), &signed.actor()).await?;
    Ok(respond::see_other(&signed.href(&format!("/campaigns/{}?done=created", made.id))))
}

/// How far a move of running sequences is, while it goes on.
pub fn moving(m: &Move) -> Option<String> {
    if m.ended_at.is_some() {
        return None;
    }
    let version = m.version;
    Some(match m.total {
        Some(total) => format!("Moving carts under way to version {version}: {} of {}.", grouped(m.moved), grouped(total)),
        None => format!("Carts under way are about to be moved to version {version}."),
    })
}

/// `1,240`
fn grouped(n: i64) -> String {
    let digits = n.to_string();
    let mut text = String::new();
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(c);
    }
    text
}

/// What begins a campaign.
fn begins(trigger: Trigger) -> &'static str {
    match trigger {
        Trigger::CheckoutAbandoned => "a checkout is left",
        Trigger::CartAbandoned => "a cart is left",
        Trigger::BrowseAbandoned => "products were looked at and left",
    }
}

/// From what a step's wait counts.
pub fn from_when(step: &Step) -> &'static str {
    match step.after {
        After::Abandonment => "after",
        After::PreviousSend => "after the message before",
    }
}

/// What is to be known of a step beside when and by what it goes.
fn more(step: &Step) -> Vec<String> {
    let mut more = Vec::new();
    more.extend(step.at.map(|t| format!("at {}", t.strftime("%H:%M"))));
    more.extend(step.path.as_ref().map(|p| format!("on the path {p}")));
    more.extend(step.only_if.as_ref().map(|c| format!("only {c}")));
    more.extend(step.fallback.as_ref().map(|f| format!("otherwise {} {}", format::channel(f.channel), f.template)));
    if !step.variants.is_empty() {
        more.push(format!("{} texts compared", step.variants.len()));
    }
    more.extend(step.discount_code.as_ref().map(|code| format!("code {code}")));
    more.extend(step.discount.as_ref().map(|o| o.value.to_string()));
    more
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
        after: from_when(s),
        channel: format::channel(s.channel),
        template: s.template.clone(),
        more: more(s),
        fault: of_step(i),
    });
    Card {
        href: signed.href(&format!("/campaigns/{}", row.id)),
        preview: signed.href(&format!("/campaigns/{}/preview", row.id)),
        moving: None,
        trigger: begins(row.spec.trigger),
        entry: row.spec.only_if.as_ref().map(ToString::to_string),
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

const CLONE: (&str, &str, bool) = ("clone", "Copy", false);
const ARCHIVE: (&str, &str, bool) = ("archive", "Archive", false);
const MOVE: (&str, &str, bool) = ("publish-and-move", "Publish, also for carts under way", false);

/// What can be done to it as it is.
pub fn buttons(signed: &Signed, row: &CampaignRow, ahead: bool) -> Vec<Button> {
    let acts: &[(&str, &'static str, bool)] = match (row.status, ahead) {
        (CampaignStatus::Draft, _) => &[("publish", "Publish", true), CLONE, ARCHIVE],
        (CampaignStatus::Published, true) => &[("publish", "Publish changes", true), MOVE, ("pause", "Pause", false), CLONE, ARCHIVE],
        (CampaignStatus::Published, false) => &[("pause", "Pause", false), CLONE, ARCHIVE],
        (CampaignStatus::Paused, true) => {
            &[("resume", "Resume", true), ("publish", "Publish changes and resume", false), MOVE, CLONE, ARCHIVE]
        }
        (CampaignStatus::Paused, false) => &[("resume", "Resume", true), CLONE, ARCHIVE],
        (CampaignStatus::Archived, _) => &[CLONE],
    };
    let action = |act: &str| signed.href(&format!("/campaigns/{}/{act}", row.id));
    acts.iter().map(|(act, name, main)| Button { action: action(act), name, main: *main }).collect()
}

/// Publishes, pauses, resumes, archives or copies.
pub async fn act(posted: Posted, path: web::Path<(CampaignId, String)>) -> Result<HttpResponse, PageError> {
    let (id, word) = path.into_inner();
    let signed = &posted.signed;
    let act = match word.as_str() {
        "clone" => {
            let copy = campaigns::copy(&signed.app, signed.shop()?.id, id, None, &signed.actor()).await?;
            return Ok(respond::see_other(&signed.href(&format!("/campaigns/{}?done=cloned", copy.id))));
        }
        "publish" => Act::Publish,
        "publish-and-move" => Act::PublishAndMove,
        "pause" => Act::Pause,
        "resume" => Act::Resume,
        "archive" => Act::Archive,
        _ => return Err(PageError::NotFound("such action")),
    };
    match apply(&signed.app, signed.shop()?.id, id, act, &signed.actor()).await {
        Ok(_) => Ok(respond::see_other(&signed.href(&format!("/campaigns/{id}?done={word}")))),
        Err(CampaignError::Faulty(_)) => campaign::show_unpublished(signed, id).await,
        Err(CampaignError::App(error)) => Err(error.into()),
    }
}
