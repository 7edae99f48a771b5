//! One cart: what is in it, whose it is, what was sent, and why everything happened.

use super::doubt::{Doubt, doubt};
use crate::app::access::{self, Role};
use crate::app::bots;
use crate::app::timeline::{self, Enrolled, Entry, Story};
use crate::db;
use crate::db::lists::ListedNudge;
use crate::domain::attribution::{Evidence, Model, Touch};
use crate::domain::contact::Identity;
use crate::domain::duration::Length;
use crate::domain::event::Item;
use crate::domain::experiment::Arm;
use crate::domain::ids::{CartId, NudgeId};
use crate::domain::link::without_tokens;
use crate::domain::money::Money;
use crate::domain::receipt::BOUNCED;
use crate::web::pages::shell::format::{self, Badge, When};
use crate::web::pages::shell::frame::Frame;
use crate::web::pages::shell::problem::PageError;
use crate::web::pages::shell::respond;
use crate::web::pages::shell::signed::{Posted, Signed};
use actix_web::{HttpResponse, web};
use askama::Template;
use jiff::SignedDuration;
use jiff::tz::TimeZone;

struct ItemLine {
    title: String,
    variant: Option<String>,
    sku: Option<String>,
    quantity: i64,
    price: Option<String>,
    picture: Option<String>,
}

struct Known {
    kind: &'static str,
    value: String,
}

struct NudgeLine {
    step: i64,
    channel: String,
    badge: Badge,
    due: When,
    sent: Option<When>,
    why: Option<String>,
    message: Option<Sent>,
    /// While its outcome is unknown.
    doubt: Option<Doubt>,
}

struct Sent {
    subject: String,
    text: String,
    template: String,
    at: When,
    /// Of the frame with its HTML; none for a text.
    frame: Option<String>,
}

struct Line {
    at: When,
    kind: String,
    tone: &'static str,
    why: String,
    rule: Option<String>,
    inputs: Option<String>,
}

struct EnrolmentLine {
    href: String,
    name: String,
    version: i64,
    badge: Badge,
    side: String,
    path: Option<String>,
    variants: Vec<String>,
    since: When,
    counted: Option<When>,
    superseded: Option<String>,
}

struct CreditLine {
    order: String,
    net: String,
    refunds: Option<String>,
    evidence: String,
    /// Not earned: told apart.
    influenced: bool,
}

#[derive(Template)]
#[template(path = "pages/carts/cart.html")]
struct CartPage {
    frame: Frame,
    badge: Badge,
    value: Option<String>,
    started: When,
    active: When,
    abandoned: Option<When>,
    zone: String,
    items: Vec<ItemLine>,
    codes: Vec<String>,
    known: Vec<Known>,
    revealed: bool,
    may_reveal: bool,
    here: String,
    reveal: String,
    carts: String,
    enrolments: Vec<EnrolmentLine>,
    nudges: Vec<NudgeLine>,
    credits: Vec<CreditLine>,
    /// What counts in them.
    basis: &'static str,
    /// None for a cart that is no checkout yet, and of which nobody said anything.
    fake: Option<Fake>,
    timeline: Vec<Line>,
}

/// How likely the checkout is fake.
struct Fake {
    counts: bool,
    score: u8,
    reasons: Vec<(u8, String)>,
    by_hand: Option<bool>,
    action: String,
}

fn fake(signed: &Signed, story: &Story) -> Option<Fake> {
    let known = story.cart.facts.checkout.is_some() || story.bot.by_hand.is_some();
    known.then(|| Fake {
        counts: story.counts_as_fake,
        score: story.bot.score,
        reasons: story.bot.reasons.iter().map(|r| (r.points, format::sentence(&r.why))).collect(),
        by_hand: story.bot.by_hand,
        action: signed.href(&format!("/carts/{}/fake", story.cart.id)),
    })
}

/// Takes a person's word that a checkout is fake, or isn't.
pub async fn say_fake(posted: Posted, id: web::Path<CartId>) -> Result<HttpResponse, PageError> {
    let signed = &posted.signed;
    let (fake, done) = match posted.fields.get("fake") {
        "yes" => (true, "fake"),
        "no" => (false, "not_fake"),
        _ => return Err(PageError::Invalid("say whether the checkout is fake or not".into())),
    };
    let cart = bots::say(&signed.app, signed.shop()?.id, *id, (fake, &signed.actor())).await?;
    Ok(respond::see_other(&signed.href(&format!("/carts/{cart}?done={done}#fake"))))
}

/// The page.
pub async fn show(signed: Signed, id: web::Path<CartId>) -> Result<HttpResponse, PageError> {
    let shop = signed.shop()?;
    let zone = format::zone(shop);
    let story = timeline::story(&signed.app, shop.id, *id).await?;
    let may_reveal = signed.may(Role::Editor);
    let revealed = may_reveal && signed.query.get("reveal") == "1";
    if revealed {
        access::note_reveal(&signed.app, shop.id, story.cart.id, &signed.actor()).await?;
    }
    let mut nudges = Vec::new();
    for nudge in &story.nudges {
        nudges.push(nudge_line(&signed, &story, nudge, &zone).await?);
    }
    let facts = &story.cart.facts;
    let snapshot = facts.snapshot();
    let here = format!("/carts/{}", story.cart.id);
    respond::page(&CartPage {
        frame: Frame::new(&signed, "/carts", "Cart"),
        badge: format::cart_state(story.cart.state),
        value: snapshot.and_then(|s| s.value).map(format::money),
        started: format::when(facts.started_at, &zone),
        active: format::when(facts.active_at, &zone),
        abandoned: story.cart.abandoned_at.map(|at| format::when(at, &zone)),
        zone: shop.timezone.clone(),
        items: snapshot.map_or_else(Vec::new, |s| s.items.iter().map(item).collect()),
        codes: snapshot.map_or_else(Vec::new, |s| s.discount_codes.clone()),
        known: known(&story, revealed),
        revealed,
        may_reveal,
        reveal: signed.href(&format!("{here}?reveal=1")),
        here: signed.href(&here),
        carts: signed.href("/carts"),
        enrolments: story.enrolments.iter().map(|e| enrolment(&signed, e, &zone)).collect(),
        nudges,
        credits: story.credits.iter().map(credit).collect(),
        basis: shop.basis.basis.words(),
        fake: fake(&signed, &story),
        timeline: story.timeline.iter().map(|e| line(e, &zone, revealed)).collect(),
    })
}

fn item(item: &Item) -> ItemLine {
    ItemLine {
        title: if item.title.is_empty() { "(no title)".into() } else { item.title.clone() },
        variant: item.variant_title.clone(),
        sku: item.sku.clone(),
        quantity: item.quantity,
        price: item.unit_price.map(format::money),
        picture: item.image_url.clone().filter(|u| u.starts_with("https://")),
    }
}

fn known(story: &Story, revealed: bool) -> Vec<Known> {
    let name = |part: &Option<crate::domain::joined::Stamped<String>>| part.as_ref().map(|s| s.value.clone());
    let facts = &story.cart.facts;
    let full = [name(&facts.first_name), name(&facts.last_name)].into_iter().flatten().collect::<Vec<_>>().join(" ");
    let mut all = Vec::new();
    if !full.is_empty() {
        let masked = format!("{}•••", full.chars().next().unwrap_or('•'));
        all.push(Known { kind: "Name", value: if revealed { full } else { masked } });
    }
    all.extend(story.identities.iter().map(|identity| match identity {
        Identity::Customer(id) => Known { kind: "Customer", value: id.clone() },
        Identity::Email(email) => Known { kind: "E-mail", value: if revealed { email.as_str().to_owned() } else { email.masked() } },
        Identity::Phone(phone) => Known { kind: "Phone", value: if revealed { phone.as_str().to_owned() } else { phone.masked() } },
    }));
    all
}

async fn nudge_line(signed: &Signed, story: &Story, nudge: &ListedNudge, zone: &TimeZone) -> Result<NudgeLine, PageError> {
    let message = db::messages::get(&signed.app.db, signed.shop()?.id, nudge.id).await?;
    let public_url = &signed.app.config.public_url;
    let doubt = doubt(signed, story, nudge, zone);
    Ok(NudgeLine {
        step: nudge.step + 1,
        channel: format::channel(nudge.channel),
        badge: format::nudge_state(nudge.state),
        due: format::when(nudge.due_at, zone),
        sent: nudge.sent_at.filter(|_| doubt.is_none()).map(|at| format::when(at, zone)),
        why: why(nudge),
        doubt,
        message: message.map(|m| Sent {
            subject: m.subject,
            text: without_tokens(&m.text, public_url),
            template: format!("{}, version {}", m.template_key, m.template_version),
            at: format::when(m.rendered_at, zone),
            frame: (!m.html.is_empty()).then(|| signed.href(&format!("/carts/{}/messages/{}", story.cart.id, nudge.id))),
        }),
    })
}

/// What was decided last, and what its provider told since.
fn why(nudge: &ListedNudge) -> Option<String> {
    let decided = nudge.decision.as_ref().map(|d| format::sentence(&d.why));
    let told = nudge.fate.as_ref().filter(|_| nudge.decision.as_ref().is_none_or(|d| d.rule != BOUNCED)).map(|(fate, reason)| {
        let reason = reason.as_ref().map_or_else(String::new, |reason| format!(" ({reason})"));
        format::sentence(&format!("{}{reason}", fate.words()))
    });
    let all: Vec<String> = decided.into_iter().chain(told).collect();
    (!all.is_empty()).then(|| all.join(" "))
}

fn enrolment(signed: &Signed, e: &Enrolled, zone: &TimeZone) -> EnrolmentLine {
    let (listed, draw) = (&e.listed, &e.draw);
    let held = listed.arm == Arm::Holdout;
    let side = if held { "In the comparison group: no message" } else { "Gets the messages" };
    let lot = match (draw.arm_of_an_earlier_cart, draw.lot_percent, draw.holdout_percent) {
        (Some(_), ..) => ", as with an earlier cart of the same shopper".to_owned(),
        (None, Some(lot), Some(below)) => format!(": lot {lot:.1} of 100, the comparison group takes those below {below}"),
        _ => String::new(),
    };
    EnrolmentLine {
        href: signed.href(&format!("/campaigns/{}", listed.campaign_id)),
        name: listed.name.clone(),
        version: listed.version,
        badge: if held {
            Badge { text: "comparison group".into(), tone: "quiet" }
        } else {
            Badge { text: "gets messages".into(), tone: "busy" }
        },
        side: format!("{side}{lot}."),
        path: listed.path.clone(),
        variants: listed.variants.iter().map(|(step, name)| format!("step {}: {name}", step + 1)).collect(),
        since: format::when(listed.abandoned_at, zone),
        counted: listed.counted_at.map(|at| format::when(at, zone)),
        superseded: listed.superseded_by.map(|cart| signed.href(&format!("/carts/{cart}"))),
    }
}

fn credit(k: &db::credits::OfCart) -> CreditLine {
    let money = |minor| k.currency.parse().map_or_else(|_| String::new(), |c| format::money(Money::new(minor, c)));
    CreditLine {
        order: k.name.clone(),
        net: money(k.net_minor),
        refunds: (k.refunds_minor != 0).then(|| money(k.refunds_minor)),
        influenced: k.evidence.parse().is_ok_and(|e: Evidence| !e.is_attributed()),
        evidence: credit_words(k),
    }
}

/// On what evidence, within which window, by which model, from what.
fn credit_words(k: &db::credits::OfCart) -> String {
    let evidence = k.evidence.parse::<Evidence>().map_or(k.evidence.as_str(), |e| e.words());
    let model = k.model.parse::<Model>().map_or(k.model.as_str(), |m| m.label());
    let window = format::length(Length(SignedDuration::from_millis(k.window_ms)));
    let touches = serde_json::from_str::<Vec<Touch>>(&k.inputs).map_or(0, |t| t.len());
    let from = if touches == 1 { "one touch".to_owned() } else { format!("{touches} touches") };
    format!("{evidence}, within {window}; {model}, from {from}; rules {}", k.rules_version)
}

fn line(e: &Entry, zone: &TimeZone, revealed: bool) -> Line {
    let tone = match e.kind.as_str() {
        "credit" | "purchase" => "good",
        "message.sent" | "click" => "busy",
        "message.delivered" => "good",
        "message.bounced" | "message.complained" | "decision.bounced" => "bad",
        "abandoned" | "reply" | "message.opted_out" | "decision.unknown" | "decision.asked" => "warn",
        "decision.refused" => "bad",
        _ => "quiet",
    };
    let inputs = e.inputs.as_ref().filter(|v| !v.is_null()).and_then(|v| serde_json::to_string_pretty(v).ok());
    Line {
        at: format::when_exactly(e.at, zone),
        kind: e.kind.clone(),
        tone,
        why: match e.said.as_ref().filter(|_| revealed) {
            Some(said) => format!("{} “{said}”", format::sentence(&e.why)),
            None => format::sentence(&e.why),
        },
        rule: e.rule.as_ref().map(|rule| e.rules_version.map_or_else(|| rule.clone(), |v| format!("{rule}, version {v}"))),
        inputs,
    }
}

/// A mail as it was sent, for a frame. Its links lead nowhere: a merchant's look must not count as the shopper's click.
pub async fn message(signed: Signed, path: web::Path<(CartId, NudgeId)>) -> Result<HttpResponse, PageError> {
    let (cart, nudge) = path.into_inner();
    let shop = signed.shop()?.id;
    let nudges = db::lists::nudges_of_cart(&signed.app.db, shop, cart).await?;
    let there = nudges.iter().any(|n| n.id == nudge);
    let message = if there { db::messages::get(&signed.app.db, shop, nudge).await? } else { None };
    let html = message.map(|m| m.html).filter(|h| !h.is_empty()).ok_or(PageError::NotFound("message of that nudge"))?;
    Ok(respond::framed(without_tokens(&html, &signed.app.config.public_url)))
}
