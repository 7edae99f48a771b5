//! The list of carts.

use crate::app::reports::{carts_behind, carts_of};
use crate::db;
use crate::db::lists::{CartFilter, ListedCart};
use crate::db::rollups::CartsOf;
use crate::domain::cart::{Cart, CartState, Snapshot};
use crate::domain::contact::{Email, Phone};
use crate::domain::nudge::NudgeState;
use crate::web::pages::shell::format::{self, Badge, When};
use crate::web::pages::shell::frame::Frame;
use crate::web::pages::shell::problem::PageError;
use crate::web::pages::shell::respond;
use crate::web::pages::shell::signed::{Posted, Signed};
use actix_web::HttpResponse;
use askama::Template;
use jiff::Timestamp;
use uuid::Uuid;

/// Where the carts are that have a message whose outcome is unknown.
pub const UNKNOWN: &str = "/carts?message=unknown";
const PAGE: i64 = 50; // carts on a page
const FOUND_MAX: i64 = 100; // carts that a search shows
const SEARCH_MAX: usize = 254; // characters of what is looked for: the longest address

struct StateLink {
    href: String,
    name: String,
    here: bool,
}

struct Line {
    href: String,
    who: String,
    items: String,
    value: Option<String>,
    active: When,
    badge: Badge,
}

#[derive(Template)]
#[template(path = "pages/carts/carts.html")]
struct Carts {
    frame: Frame,
    states: Vec<StateLink>,
    lines: Vec<Line>,
    older: Option<String>,
    search_href: String,
    all_href: String,
    /// Looked for this; not kept in any address.
    search: Option<String>,
    filtered: bool,
    /// These are the carts behind a figure of a report.
    behind: bool,
    is_more: bool,
}

/// The page, by state.
pub async fn show(signed: Signed) -> Result<HttpResponse, PageError> {
    let named = |name| signed.query.has(name).then(|| signed.query.get(name));
    if let Some(of) = carts_of(signed.shop()?, named).map_err(|(name, why)| PageError::Invalid(format!("{name}: {why}")))? {
        return behind(&signed, of).await;
    }
    let state: Option<CartState> = signed.query.get("state").parse().ok();
    let message: Option<NudgeState> = signed.query.get("message").parse().ok();
    let after = cursor(signed.query.get("after"));
    let filter = CartFilter { state, search: None, message, after };
    let mut rows = db::lists::carts(&signed.app.db, signed.shop()?.id, &filter, PAGE + 1).await?;
    let more = rows.len() > usize::try_from(PAGE).unwrap_or(usize::MAX);
    if more {
        rows.pop();
    }
    let older = rows.last().filter(|_| more).map(|last| {
        let state = state.map_or_else(String::new, |s| format!("state={}&", s.as_str()));
        let message = message.map_or_else(String::new, |m| format!("message={}&", m.as_str()));
        signed.href(&format!("/carts?{state}{message}after={}.{}", last.active_at.as_millisecond(), last.id))
    });
    respond::page(&view(&signed, &rows, (state, message), None, older)?)
}

/// The page of the carts behind a figure of a report.
async fn behind(signed: &Signed, of: CartsOf) -> Result<HttpResponse, PageError> {
    let state: Option<CartState> = signed.query.get("state").parse().ok();
    let after = place(signed.query.get("after"));
    let mut rows = carts_behind(&signed.app, signed.shop()?, CartsOf { after, ..of }, state, PAGE + 1).await?;
    let more = rows.len() > usize::try_from(PAGE).unwrap_or(usize::MAX);
    if more {
        rows.pop();
    }
    let older = rows.last().filter(|_| more).map(|last| {
        let place = format!("{}.{}.{}", last.day, last.cart.started_at.as_millisecond(), last.cart.id);
        signed.href(&format!("/carts?{}after={place}", kept(signed)))
    });
    let carts: Vec<ListedCart> = rows.into_iter().map(|row| row.cart).collect();
    respond::page(&Carts { behind: true, filtered: true, ..view(signed, &carts, (state, None), None, older)? })
}

/// What is asked for, without the place in the list and the store.
fn kept(signed: &Signed) -> String {
    let mut text = url::form_urlencoded::Serializer::new(String::new());
    let named = signed.query.names().filter(|name| !["after", "shop"].contains(name));
    named.for_each(|name| {
        text.append_pair(name, signed.query.get(name));
    });
    match text.finish() {
        none if none.is_empty() => none,
        some => format!("{some}&"),
    }
}

fn place(text: &str) -> Option<(i64, Timestamp, Uuid)> {
    let (day, rest) = text.split_once('.')?;
    let (at, id) = cursor(rest)?;
    Some((day.parse().ok()?, at, id))
}

/// The page for what was looked for. Sent by POST, since an address or number must not stand in a URL.
pub async fn search(posted: Posted) -> Result<HttpResponse, PageError> {
    let signed = &posted.signed;
    let search: String = posted.fields.get("search").chars().take(SEARCH_MAX).collect();
    if search.is_empty() {
        return Ok(respond::see_other(&signed.href("/carts")));
    }
    // Addresses are kept in lower case; numbers without spaces; tokens as they are.
    let wanted = match (search.contains('@'), search.starts_with('+')) {
        (true, _) => search.to_lowercase(),
        (_, true) => search.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect(),
        _ => search.clone(),
    };
    let filter = CartFilter { state: None, search: Some(wanted), message: None, after: None };
    let rows = db::lists::carts(&signed.app.db, signed.shop()?.id, &filter, FOUND_MAX).await?;
    respond::page(&view(signed, &rows, (None, None), Some(search), None)?)
}

fn cursor(text: &str) -> Option<(Timestamp, Uuid)> {
    let (at, id) = text.split_once('.')?;
    Some((Timestamp::from_millisecond(at.parse().ok()?).ok()?, id.parse().ok()?))
}

fn view(
    signed: &Signed,
    rows: &[ListedCart],
    (state, message): (Option<CartState>, Option<NudgeState>),
    search: Option<String>,
    older: Option<String>,
) -> Result<Carts, PageError> {
    let zone = format::zone(signed.shop()?);
    let state_link = |s: CartState| StateLink {
        href: signed.href(&format!("/carts?state={}", s.as_str())),
        name: format::cart_state(s).text,
        here: state == Some(s),
    };
    let all = StateLink { href: signed.href("/carts"), name: "all".into(), here: state.is_none() && message.is_none() && search.is_none() };
    let unknown = StateLink { href: signed.href(UNKNOWN), name: "outcome unknown".into(), here: message == Some(NudgeState::Unknown) };
    let shown = [CartState::Open, CartState::Abandoned, CartState::Recovered, CartState::Purchased, CartState::Lost];
    Ok(Carts {
        frame: Frame::new(signed, "/carts", "Carts"),
        states: std::iter::once(all).chain(shown.into_iter().map(state_link)).chain([unknown]).collect(),
        lines: rows.iter().map(|r| line(signed, r, &zone)).collect(),
        older,
        search_href: signed.href("/carts"),
        all_href: signed.href("/carts"),
        filtered: state.is_some() || message.is_some() || search.is_some() || !signed.query.get("after").is_empty(),
        behind: false,
        is_more: search.is_some() && rows.len() >= usize::try_from(FOUND_MAX).unwrap_or(usize::MAX),
        search,
    })
}

fn line(signed: &Signed, row: &ListedCart, zone: &jiff::tz::TimeZone) -> Line {
    let facts: Option<Cart> = serde_json::from_str(&row.facts).ok();
    Line {
        href: signed.href(&format!("/carts/{}", row.id)),
        who: facts.as_ref().map_or_else(|| "unknown".into(), who),
        items: facts.as_ref().and_then(Cart::snapshot).map_or_else(|| "empty".into(), summary),
        value: row.value.map(format::money),
        active: format::when(row.active_at, zone),
        badge: format::cart_state(row.state),
    }
}

/// Whose cart, masked.
fn who(cart: &Cart) -> String {
    let email = cart.mail_to().map(Email::masked);
    email.or_else(|| cart.text_to().map(Phone::masked)).unwrap_or_else(|| "not known yet".into())
}

/// `Blue shirt and 2 more`
fn summary(snapshot: &Snapshot) -> String {
    let named = |title: &str| if title.is_empty() { "an item without a title".to_owned() } else { title.to_owned() };
    match snapshot.items.split_first() {
        None => "empty".into(),
        Some((first, [])) => named(&first.title),
        Some((first, rest)) => format!("{} and {} more", named(&first.title), rest.len()),
    }
}
