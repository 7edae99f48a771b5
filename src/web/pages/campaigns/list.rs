//! The list of campaigns, and what can be done to one.

use super::campaign;
use super::form::told;
use crate::app::campaigns::{self, Act, CampaignError, act as apply};
use crate::db;
use crate::db::campaigns::CampaignRow;
use crate::db::moves::Move;
use crate::db::shops::Shop;
use crate::db::templates::TemplateRow;
use crate::domain::campaign::{After, CampaignSpec, CampaignStatus, Fault, OfferValue, STARTERS, Step};
use crate::domain::event::ChannelKind;
use crate::domain::ids::CampaignId;
use crate::web::pages::shell::format::{self, Badge};
use crate::web::pages::shell::frame::Frame;
use crate::web::pages::shell::problem::PageError;
use crate::web::pages::shell::respond;
use crate::web::pages::shell::signed::{Posted, Signed};
use crate::words::heard::heard_all;
use crate::words::{Rich, Said, heard, say};
use actix_web::{HttpResponse, web};
use askama::Template;

/// One thing that can be done to a campaign as it is.
pub struct Button {
    pub action: String,
    pub name: String,
    /// The one that is most likely wanted.
    pub main: bool,
}

struct StepLine {
    number: usize,
    delay: String,
    after: String,
    channel: String,
    template: String,
    /// What else is to be known of it.
    more: Vec<String>,
    fault: Option<Rich>,
}

struct StarterLine {
    key: &'static str,
    name: String,
    about: String,
}

struct Card {
    href: String,
    preview: String,
    name: String,
    badge: Badge,
    moving: Option<String>,
    /// What begins it, who is left alone, when it is quiet.
    about: String,
    entry: Option<String>,
    version: i64,
    at_version: String,
    steps: Vec<StepLine>,
    faults: Vec<Rich>,
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
    let tone = match status {
        CampaignStatus::Draft => "warn",
        CampaignStatus::Published => "good",
        CampaignStatus::Paused => "busy",
        CampaignStatus::Archived => "quiet",
    };
    Badge { text: say(format!("campaigns-status-{}", status.as_str())).to_string(), tone }
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
    let starter = |s: &crate::domain::campaign::Starter| StarterLine {
        key: s.key,
        name: s.spec(shop.currency).name,
        about: say(format!("campaigns-starter-{}", s.key)).to_string(),
    };
    respond::page(&Campaigns {
        starters: STARTERS.iter().map(starter).collect(),
        create: signed.href("/campaigns"),
        frame: Frame::new(&signed, "/campaigns", say("nav-campaigns").to_string()),
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
    let version = m.version.to_string();
    let said = match m.total {
        Some(total) => say("campaigns-moving").with("version", version).with("moved", m.moved).with("total", total),
        None => say("campaigns-about-to-move").with("version", version),
    };
    Some(said.to_string())
}

/// From what a step's wait counts.
pub fn from_when(step: &Step) -> String {
    let key = match step.after {
        After::Abandonment => "campaigns-after",
        After::PreviousSend => "campaigns-after-message",
    };
    say(key).to_string()
}

/// What is to be known of a step beside when and by what it goes.
fn more(step: &Step) -> Vec<String> {
    let mut more: Vec<String> = Vec::new();
    let mut tell = |said: Said| more.push(said.to_string());
    if let Some(at) = step.at {
        tell(say("campaigns-more-at").with("clock", at.strftime("%H:%M").to_string()));
    }
    if let Some(path) = &step.path {
        tell(say("campaigns-more-path").with("path", path));
    }
    if let Some(c) = &step.only_if {
        tell(say("campaigns-more-only").with("condition", told(c)));
    }
    if let Some(f) = &step.fallback {
        tell(say("campaigns-more-else").with("channel", format::channel(f.channel)).with("template", &f.template));
    }
    if !step.variants.is_empty() {
        tell(say("campaigns-more-texts").with("count", step.variants.len()));
    }
    if let Some(code) = &step.discount_code {
        tell(say("campaigns-off-code").with("code", code));
    }
    match step.discount.as_ref().map(|o| o.value) {
        Some(OfferValue::Percent(percent)) => tell(say("campaigns-off-percent").with("value", percent.to_string())),
        Some(OfferValue::Amount(amount)) => tell(say("campaigns-off-amount").with("value", format::money(amount))),
        Some(OfferValue::FreeShipping) => tell(say("campaigns-off-shipping")),
        None => {}
    }
    more
}

/// What begins a campaign, who is left alone, when it is quiet.
fn about(spec: &CampaignSpec) -> String {
    let trigger = say(format!("campaigns-when-{}", spec.trigger.as_str()));
    let clock = |t: jiff::civil::Time| t.strftime("%H:%M").to_string();
    let quiet = match spec.quiet_hours {
        Some(q) => say("campaigns-quiet-now").with("from", clock(q.from)).with("to", clock(q.to)),
        None => say("campaigns-quiet-never"),
    };
    let said = say("campaigns-about").with("trigger", trigger).with("length", format::length(spec.abandon_after));
    said.with("holdout", i32::from(spec.holdout_percent)).with("quiet", quiet).to_string()
}

/// Was it changed since it was published?
pub async fn is_ahead(signed: &Signed, row: &CampaignRow) -> Result<bool, PageError> {
    let versions = db::campaigns::versions(&signed.app.db, signed.shop()?.id, row.id).await?;
    Ok(versions.first().is_some_and(|(_, spec, _)| *spec != row.spec))
}

/// Everything that keeps it from being published.
pub fn faults(spec: &CampaignSpec, templates: &[TemplateRow]) -> Vec<Fault> {
    spec.faults(|key: &str, channel: ChannelKind| templates.iter().any(|t| t.key == key && t.channel == channel))
}

fn card(signed: &Signed, row: &CampaignRow, templates: &[TemplateRow], ahead: bool) -> Card {
    let faults = faults(&row.spec, templates);
    let of_step = |i: usize| {
        let place = format!("steps[{i}]");
        let texts: Vec<&str> = faults.iter().filter(|f| f.at.starts_with(&place)).map(|f| f.problem.as_str()).collect();
        (!texts.is_empty()).then(|| heard_all(texts))
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
        about: {
            let zone = signed.shop().map_or(jiff::tz::TimeZone::UTC, Shop::zone);
            let changed = say("campaigns-changed").with("when", format::when(row.updated_at, &zone).text);
            format!("{} {changed}", about(&row.spec))
        },
        entry: row.spec.only_if.as_ref().map(told),
        name: row.spec.name.clone(),
        badge: status(row.status),
        version: row.version,
        at_version: {
            let key = if ahead { "campaigns-version-behind" } else { "campaigns-version-small" };
            say(key).with("version", row.version.to_string()).to_string()
        },
        steps: steps.collect(),
        faults: faults.iter().filter(|f| !f.at.starts_with("steps[")).map(|f| heard(&f.problem)).collect(),
        buttons: buttons(signed, row, ahead),
    }
}

const CLONE: (&str, &str, bool) = ("clone", "campaigns-do-copy", false);
const ARCHIVE: (&str, &str, bool) = ("archive", "campaigns-do-archive", false);
const PAUSE: (&str, &str, bool) = ("pause", "campaigns-do-pause", false);
const RESUME: (&str, &str, bool) = ("resume", "campaigns-do-resume", true);
const MOVE: (&str, &str, bool) = ("publish-and-move", "campaigns-do-publish-and-move", false);

/// What can be done to it as it is.
pub fn buttons(signed: &Signed, row: &CampaignRow, ahead: bool) -> Vec<Button> {
    let acts: &[(&str, &'static str, bool)] = match (row.status, ahead) {
        (CampaignStatus::Draft, _) => &[("publish", "campaigns-do-publish", true), CLONE, ARCHIVE],
        (CampaignStatus::Published, true) => &[("publish", "campaigns-do-publish-changes", true), MOVE, PAUSE, CLONE, ARCHIVE],
        (CampaignStatus::Published, false) => &[PAUSE, CLONE, ARCHIVE],
        (CampaignStatus::Paused, true) => &[RESUME, ("publish", "campaigns-do-publish-and-resume", false), MOVE, CLONE, ARCHIVE],
        (CampaignStatus::Paused, false) => &[RESUME, CLONE, ARCHIVE],
        (CampaignStatus::Archived, _) => &[CLONE],
    };
    let action = |act: &str| signed.href(&format!("/campaigns/{}/{act}", row.id));
    acts.iter().map(|(act, name, main)| Button { action: action(act), name: say(*name).to_string(), main: *main }).collect()
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
