//! The page of a store's data as it is shown: with what was typed, and what came of it.

use crate::app::background::{self, What, Work};
use crate::app::erase::by_address::Found;
use crate::app::files::import::Brought;
use crate::app::files::jobs;
use crate::app::files::lists::{List, ListFormat};
use crate::app::retention;
use crate::db;
use crate::db::file_jobs::{FileJob, JobState, Way};
use crate::db::retention::{Gone, Run};
use crate::domain::retention::{Kept, Thing};
use crate::web::pages::overview::last_days;
use crate::web::pages::settings::nav::{Subject, subjects};
use crate::web::pages::shell::format::{self, Badge, When};
use crate::web::pages::shell::frame::Frame;
use crate::web::pages::shell::problem::PageError;
use crate::web::pages::shell::signed::Signed;
use crate::words::{Said, say};
use askama::Template;
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// A list of a period goes back so far, unless somebody says otherwise.
const DAYS_USUAL: i64 = 30;

/// Months to choose from.
fn months(thing: Thing) -> &'static [i64] {
    match thing {
        Thing::Raw => &[3, 6, 13, 25, 36, 60],
        Thing::Browser => &[1, 3, 6, 13, 25],
        Thing::Shoppers => &[6, 12, 24, 36, 48, 60],
    }
}

/// To which form something belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum At {
    Keep,
    Erase,
    Export,
    Import,
}

/// What was typed, and what came of it.
#[derive(Default)]
pub struct Typed {
    pub kept: Option<Kept>,
    pub address: String,
    pub found: Option<Found>,
    pub list: String,
    pub format: String,
    pub from: String,
    pub to: String,
    pub what: String,
    pub problem: Option<(At, Said)>,
}

pub struct Choice {
    pub value: String,
    pub name: Said,
    pub chosen: bool,
}

/// For how long a thing is kept.
pub struct KeptLine {
    pub name: &'static str,
    pub about: Said,
    pub help: Said,
    pub choices: Vec<Choice>,
}

/// One file.
pub struct JobLine {
    pub id: String,
    pub title: Said,
    pub name: String,
    pub badge: Badge,
    pub at: When,
    /// Of an import under way: lines gone through, of how many.
    pub progress: Option<(i64, Option<i64>)>,
    pub came: Said,
    pub resumed: bool,
    pub problem: Option<String>,
    pub faults: Vec<String>,
    pub refused: i64,
    pub download: Option<String>,
    pub until: Option<When>,
    pub cancel: Option<String>,
}

/// One thing at work.
pub struct WorkLine {
    pub text: Said,
    pub since: Option<When>,
    pub percent: Option<i64>,
    pub href: Option<String>,
}

#[derive(Template)]
#[template(path = "pages/settings/data.html")]
pub struct Page {
    frame: Frame,
    nav: Vec<Subject>,
    here: String,
    /// Something is under way: the page looks again by itself.
    live: bool,
    kept: Vec<KeptLine>,
    ran: Option<(When, Said)>,
    next: When,
    typed: Typed,
    lists: Vec<Choice>,
    formats: Vec<Choice>,
    brought: Vec<Choice>,
    megabytes: i64,
    jobs: Vec<JobLine>,
    work: Vec<WorkLine>,
    keep_href: String,
    erase_href: String,
    confirm_href: String,
    export_href: String,
    import_href: String,
}

impl Page {
    fn problem(&self, at: At) -> Option<&Said> {
        self.typed.problem.as_ref().filter(|(of, _)| *of == at).map(|(_, said)| said)
    }

    fn keep_problem(&self) -> Option<&Said> {
        self.problem(At::Keep)
    }

    fn erase_problem(&self) -> Option<&Said> {
        self.problem(At::Erase)
    }

    fn export_problem(&self) -> Option<&Said> {
        self.problem(At::Export)
    }

    fn import_problem(&self) -> Option<&Said> {
        self.problem(At::Import)
    }
}

/// Makes the page.
pub async fn view(signed: &Signed, typed: Typed) -> Result<Page, PageError> {
    let (app, shop) = (&signed.app, signed.shop()?);
    let zone = shop.zone();
    let run = retention::get(app, shop.id).await?;
    let jobs = if signed.may(crate::app::access::Role::Owner) { db::file_jobs::list(&app.db, shop.id).await? } else { Vec::new() };
    let work = background::of(app, shop).await?;
    let live = !work.is_empty() || jobs.iter().any(|j| j.state.is_under_way());
    let (first, _, _) = last_days(app.now(), shop, DAYS_USUAL)?;
    let today = app.now().to_zoned(zone.clone()).date().to_string();
    let mut typed = typed;
    if typed.from.is_empty() && typed.to.is_empty() {
        (typed.from, typed.to) = (first.to_string(), today);
    }
    let choice = |value: &str, key: &str, chosen: &str| Choice {
        value: value.into(),
        name: say(format!("data-{key}-{value}")),
        chosen: value == chosen,
    };
    Ok(Page {
        frame: Frame::new(signed, "/settings", say("settings-nav-data").to_string()),
        nav: subjects(signed, "/settings/data"),
        here: signed.href("/settings/data"),
        live,
        kept: Thing::ALL.map(|thing| kept_line(thing, typed.kept.unwrap_or(run.kept))).into(),
        ran: ran(&run, &zone),
        next: format::when(run.next_at, &zone),
        lists: List::ALL.map(|l| choice(l.as_str(), "list", &typed.list)).into(),
        formats: ListFormat::ALL.map(|f| choice(f.as_str(), "format", &typed.format)).into(),
        brought: Brought::ALL.map(|b| choice(b.as_str(), "brought", &typed.what)).into(),
        typed,
        megabytes: i64::try_from(jobs::UPLOAD_MAX >> 20).unwrap_or(i64::MAX),
        jobs: jobs.into_iter().map(|job| job_line(signed, job, (app.now(), &zone))).collect(),
        work: work.into_iter().map(|work| work_line(signed, work, &zone)).collect(),
        keep_href: signed.href("/settings/data/retention"),
        erase_href: signed.href("/settings/data/erase"),
        confirm_href: signed.href("/settings/data/erase/confirm"),
        export_href: signed.href("/settings/data/exports"),
        import_href: signed.href("/settings/data/imports"),
    })
}

fn kept_line(thing: Thing, kept: Kept) -> KeptLine {
    let set = kept.of(thing);
    let mut all: Vec<i64> = months(thing).iter().copied().chain(set).collect();
    all.sort_unstable();
    all.dedup();
    let usual = |months: i64| months == thing.months_usual();
    let name = |months: i64| say(if usual(months) { "data-months-usual" } else { "data-months" }).with("count", months);
    let mut choices: Vec<Choice> =
        all.into_iter().map(|months| Choice { value: months.to_string(), name: name(months), chosen: set == Some(months) }).collect();
    choices.push(Choice { value: "ever".into(), name: say("data-months-ever"), chosen: set.is_none() });
    let word = thing.as_str();
    KeptLine { name: word, about: say(format!("data-keep-{word}")), help: say(format!("data-keep-{word}-help")), choices }
}

fn ran(run: &Run, zone: &TimeZone) -> Option<(When, Said)> {
    let Gone { raw, browser, shoppers } = run.last;
    let came = if run.last.is_any() {
        say("data-ran-came").with("raw", raw).with("browser", browser).with("shoppers", shoppers)
    } else {
        say("data-ran-nothing")
    };
    run.ended_at.map(|at| (format::when(at, zone), came))
}

fn badge(state: JobState) -> Badge {
    let tone = match state {
        JobState::Waiting | JobState::Running => "busy",
        JobState::Done => "good",
        JobState::Failed => "bad",
        JobState::Cancelled => "quiet",
    };
    Badge { text: say(format!("data-state-{}", state.as_str())).to_string(), tone }
}

fn came(job: &FileJob) -> Said {
    let reached = &job.reached;
    match (job.way, job.state) {
        (_, JobState::Waiting) => say("data-came-waiting"),
        (Way::Export, JobState::Done) => say("data-came-made").with("rows", reached.done).with("kilobytes", (reached.bytes + 1023) / 1024),
        (Way::Export, _) => say("data-came-rows").with("rows", reached.done),
        (Way::Import, _) => {
            say("data-came-lines").with("taken", reached.taken).with("known", reached.known).with("refused", reached.refused)
        }
    }
}

fn job_line(signed: &Signed, job: FileJob, (now, zone): (Timestamp, &TimeZone)) -> JobLine {
    let (is_there, under_way) = (jobs::is_there(&job, now), job.state.is_under_way());
    let key = if job.way == Way::Export { "data-list" } else { "data-brought" };
    let path = format!("/settings/data/files/{}", job.id);
    JobLine {
        id: job.id.to_string(),
        title: say(format!("{key}-{}", job.what)),
        badge: badge(job.state),
        at: format::when(job.asked_at, zone),
        progress: (under_way && job.way == Way::Import).then_some((job.reached.done, job.reached.of_all)),
        came: came(&job),
        resumed: job.resumed && job.way == Way::Import,
        download: is_there.then(|| signed.href(&path)),
        until: job.expires_at.filter(|_| is_there).map(|at| format::when(at, zone)),
        cancel: under_way.then(|| signed.href(&format!("{path}/cancel"))),
        name: job.name,
        problem: job.problem,
        refused: job.reached.refused,
        faults: job.reached.faults,
    }
}

fn work_line(signed: &Signed, work: Work, zone: &TimeZone) -> WorkLine {
    let name = work.campaign.unwrap_or_default();
    let (text, href) = match work.what {
        What::Credits => (say("data-work-credits"), None),
        What::Orders(left) => (say("data-work-orders").with("count", left), Some("/settings/money".to_owned())),
        What::Move(id) => (say("data-work-move").with("campaign", name), Some(format!("/campaigns/{id}"))),
        What::Trial(id) => (say("data-work-trial").with("campaign", name), Some(format!("/campaigns/{id}/trial"))),
        What::Books => (say("data-work-books"), Some("/reports/books".to_owned())),
        What::Retention(gone) => (say("data-work-retention").with("count", gone), None),
    };
    WorkLine { text, since: work.since.map(|at| format::when(at, zone)), percent: work.percent, href: href.map(|path| signed.href(&path)) }
}
