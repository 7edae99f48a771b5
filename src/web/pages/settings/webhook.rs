//! One of the store's own programs: what it is told, what it answered, and telling it once more.

use super::nav::{Subject, subjects};
use super::webhooks::{Form, Health, health};
use crate::app::AppError;
use crate::app::outbound::endpoints;
use crate::db;
use crate::db::outbound::EndpointRow;
use crate::db::outbound_sends::{Listed, Try};
use crate::domain::outbound::message_id;
use crate::web::pages::shell::format::{self, When};
use crate::web::pages::shell::frame::Frame;
use crate::web::pages::shell::problem::PageError;
use crate::web::pages::shell::respond;
use crate::web::pages::shell::signed::{Posted, Signed};
use crate::words::{Rich, Said, heard, say};
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use uuid::Uuid;

const PAGE: usize = 50;
const TRIES_MAX: i64 = 30;
const STATES: [&str; 3] = ["waiting", "taken", "given_up"];

struct Line {
    kind: String,
    at: When,
    state: Said,
    tone: &'static str,
    attempts: i64,
    /// Of the last try.
    answer: Option<Rich>,
    /// While it waits.
    due: Option<When>,
    href: String,
}

/// A state that the log can be narrowed down to.
struct Choice {
    name: Said,
    href: String,
    here: bool,
}

#[derive(Template)]
#[template(path = "pages/settings/webhook.html")]
struct Page {
    frame: Frame,
    nav: Vec<Subject>,
    url: String,
    health: Health,
    on: bool,
    failing: Option<When>,
    form: Form,
    action: String,
    lines: Vec<Line>,
    choices: Vec<Choice>,
    older: Option<String>,
    back: String,
    /// Before it is given another secret.
    prove: Option<String>,
    secret: Option<String>,
    submit: Said,
}

fn instant(ms: i64) -> Timestamp {
    Timestamp::from_millisecond(ms).unwrap_or(Timestamp::UNIX_EPOCH)
}

fn state(word: &str) -> (Said, &'static str) {
    match word {
        "taken" => (say("settings-send-taken"), "good"),
        "given_up" => (say("settings-send-given-up"), "bad"),
        _ => (say("settings-send-waiting"), "busy"),
    }
}

/// A status, or why there was none.
fn answer(status: Option<i64>, problem: Option<&str>) -> Option<Rich> {
    match (status, problem) {
        (Some(status), _) => Some(say("settings-send-status").with("status", status.to_string()).rich()),
        (None, Some(problem)) => Some(heard(problem)),
        (None, None) => None,
    }
}

fn line(signed: &Signed, endpoint: Uuid, row: &Listed, zone: &TimeZone) -> Line {
    let (word, tone) = state(&row.state);
    Line {
        kind: row.kind.clone(),
        at: format::when_exactly(instant(row.at), zone),
        state: word,
        tone,
        attempts: row.attempts,
        answer: answer(row.status, row.problem.as_deref()),
        due: (row.state == "waiting" && row.attempts > 0).then(|| format::when(instant(row.due_at), zone)),
        href: signed.href(&format!("/settings/webhooks/{endpoint}/events/{}", row.event_id)),
    }
}

async fn find(signed: &Signed, id: Uuid) -> Result<EndpointRow, PageError> {
    Ok(endpoints::get(&signed.app, signed.shop()?.id, id).await?)
}

/// The place in the log after which a page begins: an instant and an event.
fn place(text: &str) -> Option<(Timestamp, Uuid)> {
    let (at, event) = text.split_once('.')?;
    Some((Timestamp::from_millisecond(at.parse().ok()?).ok()?, event.parse().ok()?))
}

async fn view(signed: &Signed, row: EndpointRow) -> Result<Page, PageError> {
    let shop = signed.shop()?;
    let zone = shop.zone();
    let wanted = STATES.into_iter().find(|s| *s == signed.query.get("state"));
    let most = i64::try_from(PAGE).unwrap_or(i64::MAX);
    let place = place(signed.query.get("after"));
    let mut rows = db::outbound_sends::list(&signed.app.db, shop.id, (row.id, wanted), place, most + 1).await?;
    let more = rows.len() > PAGE;
    rows.truncate(PAGE);
    let at = format!("/settings/webhooks/{}", row.id);
    let of_state = |word: &str| signed.href(&format!("{at}?state={word}#log"));
    let choice = |word: &'static str| Choice { name: state(word).0, href: of_state(word), here: wanted == Some(word) };
    let every = Choice { name: say("settings-send-every"), href: signed.href(&format!("{at}#log")), here: wanted.is_none() };
    let older = |last: &Listed| {
        let state = wanted.unwrap_or_default();
        signed.href(&format!("{at}?state={state}&after={}.{}#log", last.at, last.event_id))
    };
    Ok(Page {
        frame: Frame::new(signed, "/settings", say("settings-webhook-title").to_string()),
        nav: subjects(signed, "/settings/webhooks"),
        url: row.url.clone(),
        health: health(&row),
        on: row.on,
        failing: row.failing_since.map(|since| format::when(since, &zone)),
        form: Form::of(&row),
        lines: rows.iter().map(|r| line(signed, row.id, r, &zone)).collect(),
        choices: std::iter::once(every).chain(STATES.into_iter().map(choice)).collect(),
        older: rows.last().filter(|_| more).map(older),
        prove: signed.prove_first(&signed.href(&at)),
        action: signed.href(&at),
        back: signed.href("/settings/webhooks"),
        secret: None,
        submit: say("settings-save"),
    })
}

impl Page {
    /// Below the endpoint's own address.
    fn to(&self, act: &str) -> String {
        let (path, query) = self.action.split_once('?').unwrap_or((&self.action, ""));
        if query.is_empty() { format!("{path}/{act}") } else { format!("{path}/{act}?{query}") }
    }
}

/// The page.
pub async fn show(signed: Signed, id: web::Path<Uuid>) -> Result<HttpResponse, PageError> {
    let row = find(&signed, *id).await?;
    respond::page(&view(&signed, row).await?)
}

/// Changes where it is, what for and what it is told.
pub async fn change(posted: Posted, id: web::Path<Uuid>) -> Result<HttpResponse, PageError> {
    let signed = &posted.signed;
    let row = find(signed, *id).await?;
    let form = Form::sent(&posted.fields);
    let changed = match form.wanted() {
        Ok(wanted) => endpoints::change(&signed.app, signed.shop()?.id, *id, &wanted, &signed.actor()).await.map(|_| ()),
        Err(error) => Err(error),
    };
    match changed {
        Ok(()) => Ok(respond::see_other(&signed.href(&format!("/settings/webhooks/{id}?done=webhook")))),
        Err(AppError::Invalid(text)) => {
            let form = Form { problem: Some(heard(&text)), ..form };
            respond::page_with(StatusCode::UNPROCESSABLE_ENTITY, &Page { form, ..view(signed, row).await? })
        }
        Err(error) => Err(error.into()),
    }
}

/// Has it told an event that says that it is a test.
pub async fn test(posted: Posted, id: web::Path<Uuid>) -> Result<HttpResponse, PageError> {
    let signed = &posted.signed;
    let event = endpoints::test(&signed.app, signed.shop()?.id, *id, &signed.actor()).await?;
    Ok(respond::see_other(&signed.href(&format!("/settings/webhooks/{id}/events/{event}?done=webhook-test"))))
}

/// Gives it another secret, and shows it this once.
pub async fn renew(posted: Posted, id: web::Path<Uuid>) -> Result<HttpResponse, PageError> {
    let signed = &posted.signed;
    signed.proved(&signed.href(&format!("/settings/webhooks/{id}")))?;
    let secret = endpoints::renew(&signed.app, signed.shop()?.id, *id, &signed.actor()).await?;
    let row = find(signed, *id).await?;
    respond::page(&Page { secret: Some(secret), ..view(signed, row).await? })
}

/// Switches it on or off.
pub async fn switch(posted: Posted, id: web::Path<Uuid>) -> Result<HttpResponse, PageError> {
    let signed = &posted.signed;
    let on = posted.fields.get("on") == "yes";
    endpoints::switch(&signed.app, signed.shop()?.id, *id, on, &signed.actor()).await?;
    let done = if on { "webhook-on" } else { "webhook-off" };
    Ok(respond::see_other(&signed.href(&format!("/settings/webhooks/{id}?done={done}"))))
}

/// Removes it.
pub async fn remove(posted: Posted, id: web::Path<Uuid>) -> Result<HttpResponse, PageError> {
    let signed = &posted.signed;
    endpoints::remove(&signed.app, signed.shop()?.id, *id, &signed.actor()).await?;
    Ok(respond::see_other(&signed.href("/settings/webhooks?done=webhook-removed")))
}

struct TryLine {
    at: When,
    took_ms: i64,
    taken: bool,
    answer: Option<Rich>,
    body: String,
}

#[derive(Template)]
#[template(path = "pages/settings/webhook_event.html")]
struct Event {
    frame: Frame,
    nav: Vec<Subject>,
    kind: String,
    id: String,
    line: Line,
    payload: String,
    tries: Vec<TryLine>,
    under_way: bool,
    here: String,
    again: String,
    on: bool,
    url: String,
    back: String,
}

/// One event: as it is sent, and every try.
pub async fn event(signed: Signed, path: web::Path<(Uuid, Uuid)>) -> Result<HttpResponse, PageError> {
    let (id, event) = *path;
    let shop = signed.shop()?;
    let zone = shop.zone();
    let row = find(&signed, id).await?;
    let sent = db::outbound_sends::one(&signed.app.db, shop.id, (id, event)).await?;
    let sent = sent.ok_or(PageError::NotFound("event with that id for this endpoint"))?;
    let tries = db::outbound_sends::tries(&signed.app.db, shop.id, (id, event), TRIES_MAX).await?;
    let tried = |t: Try| TryLine {
        at: format::when_exactly(instant(t.at), &zone),
        took_ms: t.took_ms,
        taken: t.status.is_some_and(|s| (200..300).contains(&s)),
        answer: answer(t.status, t.problem.as_deref()),
        body: t.answer,
    };
    let here = format!("/settings/webhooks/{id}/events/{event}");
    respond::page(&Event {
        frame: Frame::new(&signed, "/settings", sent.kind.clone()),
        nav: subjects(&signed, "/settings/webhooks"),
        kind: sent.kind.clone(),
        id: message_id(event),
        payload: pretty(&sent.payload),
        under_way: row.on && sent.state == "waiting",
        line: line(&signed, id, &sent, &zone),
        tries: tries.into_iter().map(tried).collect(),
        again: signed.href(&format!("{here}/again")),
        here: signed.href(&here),
        on: row.on,
        url: row.url,
        back: signed.href(&format!("/settings/webhooks/{id}")),
    })
}

/// For people; what is sent has no blanks.
fn pretty(payload: &str) -> String {
    let value: Result<serde_json::Value, _> = serde_json::from_str(payload);
    value.and_then(|v| serde_json::to_string_pretty(&v)).unwrap_or_else(|_| payload.to_owned())
}

/// Has it told once more.
pub async fn again(posted: Posted, path: web::Path<(Uuid, Uuid)>) -> Result<HttpResponse, PageError> {
    let (id, event) = *path;
    let signed = &posted.signed;
    endpoints::again(&signed.app, signed.shop()?.id, (id, event), &signed.actor()).await?;
    Ok(respond::see_other(&signed.href(&format!("/settings/webhooks/{id}/events/{event}?done=webhook-again"))))
}
