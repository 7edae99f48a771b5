//! The list of carts: filtered by everything at once, and what is new since one looked.

use super::filter::{Chip, Choice, Filter, rule_name};
use crate::app::AppError;
use crate::app::reports::{carts_behind, carts_of};
use crate::db;
use crate::db::cart_list::{self, COUNT_MAX, LOOK_MAX, Look, Place};
use crate::db::lists::{CartFilter, ListedCart};
use crate::db::rollups::CartsOf;
use crate::db::shops::Shop;
use crate::domain::cart::{Cart, CartState, Snapshot};
use crate::domain::contact::{Email, Phone};
use crate::domain::nudge::NudgeState;
use crate::web::pages::shell::format::{self, Badge, When};
use crate::web::pages::shell::frame::Frame;
use crate::web::pages::shell::problem::PageError;
use crate::web::pages::shell::respond;
use crate::web::pages::shell::signed::{Posted, Signed};
use crate::words::{self, Rich, Said, heard, say};
use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use std::collections::HashMap;
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
    at: When,
    badge: Badge,
    /// The rule that had the last word, in a word or two; and its sentence.
    why: Option<(String, Rich)>,
}

/// The form, as the address has it.
struct Form {
    filter: Filter,
    chips: Vec<Chip>,
    states: Vec<Choice>,
    rules: Vec<Choice>,
    messages: Vec<Choice>,
    campaigns: Vec<Choice>,
    currency: String,
    /// Without anything that is looked for.
    clear: String,
}

#[derive(Template)]
#[template(path = "pages/carts/carts.html")]
struct Carts {
    frame: Frame,
    states: Vec<StateLink>,
    /// None where one looks for somebody, or at the carts behind a figure.
    form: Option<Form>,
    lines: Vec<Line>,
    /// By when they were begun, and not by when they were last active.
    by_begun: bool,
    count: Option<Said>,
    /// Where it is asked whether there are new ones.
    fresh: Option<String>,
    older: Option<String>,
    /// Only so many were looked through; from there on the list goes on.
    further: Option<String>,
    looked: i64,
    search_href: String,
    all_href: String,
    /// Looked for this; not kept in any address.
    search: Option<String>,
    filtered: bool,
    /// These are the carts behind a figure of a report.
    behind: bool,
    is_more: bool,
}

fn filter(signed: &Signed, shop: &Shop) -> Filter {
    let zone = words::look().zone.unwrap_or_else(|| shop.zone());
    Filter::read(&signed.query, shop.currency, zone)
}

/// The page.
pub async fn show(signed: Signed) -> Result<HttpResponse, PageError> {
    let shop = signed.shop()?;
    let named = |name| signed.query.has(name).then(|| signed.query.get(name));
    if let Some(of) = carts_of(shop, named).map_err(|(name, why)| AppError::Invalid(format!("{name}: {why}")))? {
        return behind(&signed, of).await;
    }
    let filter = filter(&signed, shop);
    if filter.is_cluttered && filter.faults.is_empty() {
        return Ok(respond::see_other(&signed.href(&filter.href(&[]))));
    }
    let after = cursor(signed.query.get("after"));
    let status = if filter.faults.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    respond::page_with(status, &filtered(&signed, filter, after).await?)
}

async fn filtered(signed: &Signed, filter: Filter, after: Option<Place>) -> Result<Carts, PageError> {
    let (db, shop) = (&signed.app.db, signed.shop()?);
    let wanted = filter.wanted.clone();
    let look = Look::down(db, shop.id, (&wanted, after)).await?;
    let count = async {
        match after {
            None => look.count(db).await.map(|found| Some(counted(found))),
            Some(_) => Ok(None),
        }
    };
    // Side by side: each may look through many carts.
    let (mut part, count) = tokio::try_join!(look.part(db, PAGE + 1), count)?;
    let more = part.carts.len() > usize::try_from(PAGE).unwrap_or(usize::MAX);
    if more {
        part.carts.pop();
    }
    let at = |c: &ListedCart| if wanted.by_begun() { c.started_at } else { c.active_at };
    let place = |(at, id): Place| signed.href(&filter.href(&[("after", &format!("{}.{id}", at.as_millisecond()))]));
    let older = part.carts.last().filter(|_| more).map(|last| place((at(last), last.id.0)));
    let further = part.edge.filter(|_| !more).map(place);
    let since = signed.app.now().as_millisecond().to_string();
    let fresh = after.is_none().then(|| signed.href(&filter.path("/carts/new", &[("since", &since)])));
    let campaigns = db::campaigns::list(db, shop.id).await?;
    let view = view(signed, &part.carts, Some(&filter), None).await?;
    let filtered = filter.is_any() || after.is_some();
    let form = Form {
        chips: filter.chips(&campaigns, shop.currency),
        states: filter.states(),
        rules: filter.rules(),
        messages: filter.messages(),
        campaigns: filter.campaigns(&campaigns),
        currency: shop.currency.to_string(),
        clear: signed.href("/carts"),
        filter,
    };
    let chips = form.chips.into_iter().map(|c| Chip { without: signed.href(&c.without), ..c }).collect();
    Ok(Carts { form: Some(Form { chips, ..form }), by_begun: wanted.by_begun(), count, fresh, older, further, filtered, ..view })
}

/// `37 carts`, `500+ carts`, `12 carts among those looked through`.
fn counted((count, limited): (i64, bool)) -> Said {
    match (count > COUNT_MAX, limited) {
        (true, _) => say("carts-count-more").with("count", COUNT_MAX),
        (false, true) => say("carts-count-looked").with("count", count).with("looked", LOOK_MAX),
        (false, false) => say("carts-count").with("count", count),
    }
}

#[derive(Template)]
#[template(path = "pages/carts/new.html")]
struct Fresh {
    /// How many, and where the list is loaded anew.
    found: Option<(Said, String)>,
}

/// How many carts came that the list would show: a line above it, which moves nothing that one reads.
pub async fn fresh(signed: Signed, request: HttpRequest) -> Result<HttpResponse, PageError> {
    let shop = signed.shop()?;
    let filter = filter(&signed, shop);
    let list = signed.href(&filter.href(&[]));
    let since = signed.query.get("since").parse().ok().and_then(|ms| Timestamp::from_millisecond(ms).ok());
    let Some(since) = since.filter(|_| request.headers().contains_key("hx-request")) else { return Ok(respond::see_other(&list)) };
    let count = cart_list::count_new(&signed.app.db, shop.id, &filter.wanted, since).await?;
    let said = if count > COUNT_MAX { say("carts-new-more").with("count", COUNT_MAX) } else { say("carts-new").with("count", count) };
    respond::fragment(&Fresh { found: (count > 0).then_some((said, list)) })
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
    respond::page(&Carts { behind: true, filtered: true, older, ..view(signed, &carts, None, None).await? })
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
    respond::page(&view(signed, &rows, None, Some(search)).await?)
}

fn cursor(text: &str) -> Option<Place> {
    let (at, id) = text.split_once('.')?;
    Some((Timestamp::from_millisecond(at.parse().ok()?).ok()?, id.parse().ok()?))
}

/// Links to the states, each with what else is looked for.
fn states(signed: &Signed, filter: Option<&Filter>, searched: bool) -> Vec<StateLink> {
    let none = Filter::default();
    let href = |changes: &[(&'static str, &str)]| signed.href(&filter.unwrap_or(&none).href(changes));
    let state = filter.and_then(|f| f.wanted.state);
    let message = filter.and_then(|f| f.wanted.message);
    let link = |s: CartState| StateLink { href: href(&[("state", s.as_str())]), name: format::cart_state(s).text, here: state == Some(s) };
    let all = StateLink {
        href: href(&[("state", ""), ("message", "")]),
        name: say("carts-all").to_string(),
        here: state.is_none() && message.is_none() && !searched,
    };
    let unknown = StateLink {
        href: href(&[("message", NudgeState::Unknown.as_str())]),
        name: say("carts-outcome-unknown").to_string(),
        here: message == Some(NudgeState::Unknown),
    };
    let shown = [CartState::Open, CartState::Abandoned, CartState::Recovered, CartState::Purchased, CartState::Lost];
    std::iter::once(all).chain(shown.into_iter().map(link)).chain([unknown]).collect()
}

async fn view(signed: &Signed, rows: &[ListedCart], filter: Option<&Filter>, search: Option<String>) -> Result<Carts, PageError> {
    let shop = signed.shop()?;
    let zone = shop.zone();
    let ids: Vec<Uuid> = rows.iter().map(|r| r.id.0).collect();
    let words = cart_list::last_words(&signed.app.db, shop.id, &ids).await?;
    let by_begun = filter.is_some_and(|f| f.wanted.by_begun());
    Ok(Carts {
        frame: Frame::new(signed, "/carts", say("carts-title").to_string()),
        states: states(signed, filter, search.is_some()),
        form: None,
        lines: rows.iter().map(|r| line(signed, r, (&words, by_begun), &zone)).collect(),
        by_begun,
        count: None,
        fresh: None,
        older: None,
        further: None,
        looked: LOOK_MAX,
        search_href: signed.href("/carts"),
        all_href: signed.href("/carts"),
        filtered: search.is_some(),
        behind: false,
        is_more: search.is_some() && rows.len() >= usize::try_from(FOUND_MAX).unwrap_or(usize::MAX),
        search,
    })
}

type Words = HashMap<crate::domain::ids::CartId, cart_list::Word>;

fn line(signed: &Signed, row: &ListedCart, (words, by_begun): (&Words, bool), zone: &TimeZone) -> Line {
    let facts: Option<Cart> = serde_json::from_str(&row.facts).ok();
    Line {
        href: signed.href(&format!("/carts/{}", row.id)),
        who: facts.as_ref().map_or_else(|| say("carts-unknown").to_string(), who),
        items: facts.as_ref().and_then(Cart::snapshot).map_or_else(|| say("carts-empty").to_string(), summary),
        value: row.value.map(format::money),
        at: format::when(if by_begun { row.started_at } else { row.active_at }, zone),
        badge: format::cart_state(row.state),
        why: words.get(&row.id).map(|(rule, why)| (rule_name(rule), heard(why))),
    }
}

/// Whose cart, masked.
fn who(cart: &Cart) -> String {
    let email = cart.mail_to().map(Email::masked);
    email.or_else(|| cart.text_to().map(Phone::masked)).unwrap_or_else(|| say("carts-not-known").to_string())
}

/// `Blue shirt and 2 more`
fn summary(snapshot: &Snapshot) -> String {
    let named = |title: &str| if title.is_empty() { say("carts-item-untitled").to_string() } else { title.to_owned() };
    match snapshot.items.split_first() {
        None => say("carts-empty").to_string(),
        Some((first, [])) => named(&first.title),
        Some((first, rest)) => say("carts-and-more").with("first", named(&first.title)).with("count", rest.len()).to_string(),
    }
}
