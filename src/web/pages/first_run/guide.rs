//! The guided way from an empty installation to the first message. What is done is told by the real state, so that it can be left and gone on with at any time.

use crate::app::access::Role;
use crate::app::campaigns::{self, Act, CampaignError};
use crate::app::first_run::{self, Standing};
use crate::app::{AppError, install, sender_domain};
use crate::db;
use crate::db::canaries::Run;
use crate::db::shops::Shop;
use crate::domain::campaign::{CampaignStatus, STARTERS};
use crate::domain::ids::CampaignId;
use crate::domain::sender_domain::Verdict;
use crate::domain::watch::Stage;
use crate::web::pages::settings::{self, NewStore, Steps};
use crate::web::pages::shell::format::{self, When};
use crate::web::pages::shell::frame::Frame;
use crate::web::pages::shell::problem::PageError;
use crate::web::pages::shell::respond;
use crate::web::pages::shell::signed::{Posted, Signed};
use crate::words::heard::{heard_all, heard_as};
use crate::words::{Rich, Said, heard, say};
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;
use jiff::tz::TimeZone;

/// A step: whether it is done, and whether it is the next one.
struct Step {
    word: &'static str,
    done: bool,
    open: bool,
}

impl Step {
    fn title(&self) -> Said {
        say(format!("first_run-step-{}", self.word))
    }
}

struct CampaignLine {
    name: String,
    href: String,
    id: String,
    /// Can it be published?
    whole: bool,
    published: bool,
}

struct StarterLine {
    key: &'static str,
    name: String,
    about: Rich,
}

struct StageLine {
    name: Said,
    at: Option<When>,
    /// The one that it is at.
    here: bool,
    failed: bool,
}

/// A store on its way.
struct Way {
    /// Where an app is installed, for who may.
    install: Option<String>,
    steps: Steps,
    has_secret: bool,
    webhook: Option<When>,
    mails_leave: bool,
    tested: Option<When>,
    campaigns: Vec<CampaignLine>,
    starters: Vec<StarterLine>,
    stages: Vec<StageLine>,
    simulating: bool,
    came_through: bool,
    problem: Option<Rich>,
    live: bool,
}

#[derive(Template)]
#[template(path = "pages/first_run/guide.html")]
struct Guide {
    frame: Frame,
    list: Vec<Step>,
    store: NewStore,
    /// May they add one?
    may_add: bool,
    way: Option<Way>,
    /// What was wrong with a pasted secret, or kept something from being done.
    secret_problem: Option<Rich>,
    problem: Option<Rich>,
    here: String,
    channel: String,
    sender: String,
    done: bool,
    overview: String,
}

impl Guide {
    fn step(&self, word: &str) -> &Step {
        const NONE: &Step = &Step { word: "store", done: false, open: false };
        self.list.iter().find(|s| s.word == word).unwrap_or(NONE)
    }

    /// Of this area, for the chosen store.
    fn to(&self, act: &str) -> String {
        match self.here.split_once('?') {
            Some((path, query)) => format!("{path}/{act}?{query}"),
            None => format!("{}/{act}", self.here),
        }
    }

    /// Does something happen by itself, so that it is looked at again?
    fn waits(&self) -> bool {
        self.way.as_ref().is_some_and(|w| (w.has_secret && w.webhook.is_none()) || w.simulating)
    }
}

fn stages(run: Option<&Run>, zone: &TimeZone) -> Vec<StageLine> {
    let line = |stage: Stage| {
        let at = run.and_then(|r| r.reached.iter().find(|(s, _)| *s == stage)).map(|(_, at)| format::when_exactly(*at, zone));
        let here = at.is_none() && run.is_some_and(|r| r.stage == stage);
        StageLine {
            name: say(format!("first_run-stage-{}", stage.as_str())),
            at,
            here,
            failed: here && run.is_some_and(|r| r.problem.is_some()),
        }
    };
    Stage::ALL.into_iter().map(line).collect()
}

fn way(signed: &Signed, shop: &Shop, standing: Standing) -> Way {
    let zone = shop.zone();
    let live = standing.is_live();
    let line = |(row, whole): &(db::campaigns::CampaignRow, bool)| CampaignLine {
        name: row.spec.name.clone(),
        href: signed.href(&format!("/campaigns/{}", row.id)),
        id: row.id.to_string(),
        whole: *whole,
        published: row.status == CampaignStatus::Published,
    };
    let starter = |s: &crate::domain::campaign::Starter| StarterLine {
        key: s.key,
        name: s.spec(shop.currency).name,
        about: heard_as(&format!("first_run-starter-{}", s.key), s.about),
    };
    Way {
        install: install::is_domain(&shop.platform, &shop.domain).then(|| signed.href("/settings/connection?from=start#install")),
        steps: settings::steps(signed, shop),
        has_secret: standing.has_secret,
        webhook: standing.webhook_at.map(|at| format::when_exactly(at, &zone)),
        mails_leave: standing.mails_leave,
        tested: standing.tested_at.map(|at| format::when(at, &zone)),
        campaigns: standing.campaigns.iter().map(line).collect(),
        starters: STARTERS.iter().map(starter).collect(),
        stages: stages(standing.simulated.as_ref(), &zone),
        simulating: standing.simulated.as_ref().is_some_and(|run| run.ended_at.is_none()),
        came_through: standing.came_through,
        problem: standing.simulated.as_ref().and_then(|run| run.problem.as_deref()).map(heard),
        live,
    }
}

/// What is done of a store, in order. The sender's domain is looked up when its step is shown, and keeps nobody from going on.
fn list(standing: Option<&Standing>) -> Vec<Step> {
    let is = |of: fn(&Standing) -> bool| standing.is_some_and(of);
    let all = [
        ("store", standing.is_some()),
        ("connect", is(|s| s.has_secret && s.webhook_at.is_some())),
        ("channel", is(|s| s.mails_leave && s.tested_at.is_some())),
        ("campaign", is(Standing::has_campaign)),
        ("simulate", is(|s| s.came_through)),
        ("live", is(Standing::is_live)),
    ];
    let next = all.iter().find(|(_, done)| !done).map(|(word, _)| *word);
    all.into_iter().map(|(word, done)| Step { word, done, open: Some(word) == next }).collect()
}

async fn view(signed: &Signed) -> Result<Guide, PageError> {
    let shop = signed.shop().ok();
    let standing = match shop {
        Some(shop) => Some(first_run::standing(&signed.app, shop).await?),
        None => None,
    };
    let list = list(standing.as_ref());
    Ok(Guide {
        frame: Frame::new(signed, "/start", say("first_run-title").to_string()),
        done: list.iter().all(|s| s.done),
        list,
        store: NewStore::empty(),
        may_add: signed.person.everywhere == Some(Role::Owner),
        way: shop.zip(standing).map(|(shop, standing)| way(signed, shop, standing)),
        secret_problem: None,
        problem: None,
        here: signed.href("/start"),
        channel: signed.href("/settings/channels/email?from=start"),
        sender: signed.href("/settings/sender-domain"),
        overview: signed.href("/"),
    })
}

/// The page.
pub async fn show(signed: Signed) -> Result<HttpResponse, PageError> {
    respond::page(&view(&signed).await?)
}

/// Adds the store.
pub async fn add_store(posted: Posted) -> Result<HttpResponse, PageError> {
    match settings::add_store(&posted).await? {
        Ok(shop) if posted.signed.shops.is_empty() => {
            tracing::info!(shop = %shop.id, "the first store was added");
            Ok(respond::see_other("/start#connect"))
        }
        Ok(shop) => Ok(respond::see_other(&format!("/start?shop={}#connect", shop.id))),
        Err(store) => respond::page_with(StatusCode::UNPROCESSABLE_ENTITY, &Guide { store, ..view(&posted.signed).await? }),
    }
}

/// Takes the pasted secret.
pub async fn add_secret(posted: Posted) -> Result<HttpResponse, PageError> {
    match settings::secret_faults(&posted).await? {
        None => Ok(respond::see_other(&posted.signed.href("/start#connect"))),
        secret_problem => respond::page_with(StatusCode::UNPROCESSABLE_ENTITY, &Guide { secret_problem, ..view(&posted.signed).await? }),
    }
}

/// Makes a campaign of a starter.
pub async fn choose_campaign(posted: Posted) -> Result<HttpResponse, PageError> {
    let signed = &posted.signed;
    campaigns::create_from(&signed.app, signed.shop()?, posted.fields.get("starter"), &signed.actor()).await?;
    Ok(respond::see_other(&signed.href("/start#campaign")))
}

/// What kept something from being done stands on the page.
async fn refused(signed: &Signed, why: Rich) -> Result<HttpResponse, PageError> {
    let problem = Some(why);
    respond::page_with(StatusCode::CONFLICT, &Guide { problem, ..view(signed).await? })
}

/// Lets a cart be simulated.
pub async fn simulate(posted: Posted) -> Result<HttpResponse, PageError> {
    let signed = &posted.signed;
    match first_run::simulate(&signed.app, signed.shop()?, &signed.actor()).await {
        Ok(()) => Ok(respond::see_other(&signed.href("/start#simulate"))),
        Err(AppError::Conflict(why)) => refused(signed, heard(&why)).await,
        Err(error) => Err(error.into()),
    }
}

/// Turns it on.
pub async fn publish(posted: Posted) -> Result<HttpResponse, PageError> {
    let signed = &posted.signed;
    let id: CampaignId = posted.fields.parsed("campaign", "Campaign")?;
    match campaigns::act(&signed.app, signed.shop()?.id, id, Act::Publish, &signed.actor()).await {
        Ok(_) => Ok(respond::see_other(&signed.href("/start?done=publish#live"))),
        Err(CampaignError::Faulty(faults)) => refused(signed, heard_all(faults.iter().map(|f| f.problem.as_str()))).await,
        Err(CampaignError::App(AppError::Conflict(why))) => refused(signed, heard(&why)).await,
        Err(CampaignError::App(error)) => Err(error.into()),
    }
}

struct DomainLine {
    check: &'static str,
    good: bool,
    bad: bool,
}

#[derive(Template)]
#[template(path = "pages/first_run/domain.html")]
struct Domain {
    domain: Option<String>,
    lines: Vec<DomainLine>,
    to_do: usize,
}

/// What DNS says of the sender's domain: a part of the page, since it takes seconds.
pub async fn domain(signed: Signed) -> Result<HttpResponse, PageError> {
    let sender = sender_domain::sender_of(&signed.app, Some(signed.shop()?)).await?;
    let findings = match &sender {
        Some(sender) => sender_domain::look(&signed.app.config, sender).await,
        None => Vec::new(),
    };
    let line = |f: &crate::domain::sender_domain::Finding| DomainLine {
        check: f.check.as_str(),
        good: f.verdict == Verdict::Good,
        bad: f.verdict == Verdict::Bad,
    };
    let lines: Vec<DomainLine> = findings.iter().map(line).collect();
    let to_do = lines.iter().filter(|l| !l.good).count();
    respond::fragment(&Domain { domain: sender.map(|s| s.domain), lines, to_do })
}
