//! What people and programs did to the settings: looked through by who, what and when.

use super::nav::{Subject, subjects};
use crate::db;
use crate::db::audit::Filter;
use crate::web::pages::shell::format::{self, When};
use crate::web::pages::shell::frame::Frame;
use crate::web::pages::shell::problem::PageError;
use crate::web::pages::shell::respond;
use crate::web::pages::shell::signed::Signed;
use crate::words::{find, say};
use actix_web::HttpResponse;
use askama::Template;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};
use std::collections::BTreeMap;
use uuid::Uuid;

const PAGE: usize = 50;

struct Line {
    at: When,
    who: String,
    /// As it is stored, and in words where there are some.
    action: String,
    words: Option<String>,
    detail: String,
}

struct Choice {
    value: String,
    name: String,
    chosen: bool,
}

#[derive(Template)]
#[template(path = "pages/settings/audit.html")]
struct Audit {
    frame: Frame,
    nav: Vec<Subject>,
    lines: Vec<Line>,
    people: Vec<Choice>,
    actions: Vec<Choice>,
    from: String,
    to: String,
    is_filtered: bool,
    here: String,
    shop_id: String,
    /// The page after.
    older: Option<String>,
    /// The first page.
    newest: Option<String>,
}

/// The names of all who act: people by their addresses, programs by what their tokens are for.
async fn names(signed: &Signed) -> Result<BTreeMap<String, String>, PageError> {
    let shop = signed.shop()?.id;
    let users = db::access::users(&signed.app.db).await?;
    let mut names: BTreeMap<String, String> = users.into_iter().map(|u| (u.id.to_string(), u.email)).collect();
    for (id, name) in db::audit::token_names(&signed.app.db, shop).await? {
        names.insert(id.to_string(), say("settings-audit-token").with("name", name).to_string());
    }
    Ok(names)
}

fn who(names: &BTreeMap<String, String>, actor: &str) -> String {
    let known = names.get(actor).cloned().or_else(|| find(&format!("settings-actor-{actor}")));
    // Somebody whose account was removed is known by their id alone.
    known.unwrap_or_else(|| actor.to_owned())
}

/// A day of the query in the store's zone: when it begins.
fn day(text: &str, zone: &TimeZone, days_after: i64) -> Option<Timestamp> {
    let date: Date = text.parse().ok()?;
    let date = date.checked_add(Span::new().days(days_after)).ok()?;
    date.to_zoned(zone.clone()).ok().map(|z| z.timestamp())
}

/// The page.
pub async fn show(signed: Signed) -> Result<HttpResponse, PageError> {
    let shop = signed.shop()?;
    let (db, zone) = (&signed.app.db, shop.zone());
    let asked = |name: &str| signed.query.get(name).to_owned();
    let (actor, action, from, to) = (asked("who"), asked("what"), asked("from"), asked("to"));
    let filter = Filter { actor: &actor, action: &action, from: day(&from, &zone, 0), to: day(&to, &zone, 1) };
    let after: Option<Uuid> = signed.query.get("after").parse().ok();
    let most = i64::try_from(PAGE).unwrap_or(i64::MAX);
    let mut rows = db::audit::found(db, shop.id, &filter, after, most + 1).await?;
    let more = rows.len() > PAGE;
    rows.truncate(PAGE);
    let names = names(&signed).await?;
    let (actors, actions) = db::audit::words(db, shop.id).await?;
    let here = |after: Option<Uuid>| {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.append_pair("who", &actor).append_pair("what", &action).append_pair("from", &from).append_pair("to", &to);
        if let Some(after) = after {
            query.append_pair("after", &after.to_string());
        }
        signed.href(&format!("/settings/audit?{}", query.finish()))
    };
    let choice = |value: String, name: String, chosen: &str| Choice { chosen: value == chosen, value, name };
    let mut people: Vec<Choice> = actors.into_iter().map(|a| choice(a.clone(), who(&names, &a), &actor)).collect();
    people.sort_by(|a, b| a.name.cmp(&b.name));
    respond::page(&Audit {
        frame: Frame::new(&signed, "/settings", say("settings-nav-audit").to_string()),
        nav: subjects(&signed, "/settings/audit"),
        older: rows.last().filter(|_| more).map(|last| here(Some(last.id))),
        newest: after.map(|_| here(None)),
        lines: rows.into_iter().map(|row| line(row, &names, &zone)).collect(),
        people,
        actions: actions.into_iter().map(|a| choice(a.clone(), words(&a).unwrap_or(a), &action)).collect(),
        is_filtered: !(actor.is_empty() && action.is_empty() && from.is_empty() && to.is_empty()),
        here: signed.href("/settings/audit"),
        shop_id: if signed.shops.len() > 1 { shop.id.to_string() } else { String::new() },
        from,
        to,
    })
}

fn words(action: &str) -> Option<String> {
    find(&format!("audit-{}", action.replace(['.', '_'], "-")))
}

fn line(row: db::access::AuditEntry, names: &BTreeMap<String, String>, zone: &TimeZone) -> Line {
    Line {
        at: format::when_exactly(row.at, zone),
        who: who(names, &row.actor),
        words: words(&row.action),
        action: row.action,
        detail: row.detail,
    }
}
