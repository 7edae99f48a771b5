//! One cart: what is in it, whose it is, what was sent, and why everything happened.

use super::acts::{self, Acts};
use super::doubt::{Doubt, doubt};
use crate::app::access::{self, Role};
use crate::app::bots;
use crate::app::timeline::{self, Enrolled, Entry, Story};
use crate::db;
use crate::db::lists::{ListedNudge, ListedOrder};
use crate::domain::attribution::{Evidence, Model, Touch};
use crate::domain::contact::Identity;
use crate::domain::duration::Length;
use crate::domain::event::Item;
use crate::domain::experiment::Arm;
use crate::domain::ids::{CartId, NudgeId};
use crate::domain::link::without_tokens;
use crate::domain::money::Money;
use crate::domain::order::Basis;
use crate::domain::receipt::BOUNCED;
use crate::web::pages::reports::slugged;
use crate::web::pages::shell::format::{self, Badge, When};
use crate::web::pages::shell::frame::Frame;
use crate::web::pages::shell::problem::PageError;
use crate::web::pages::shell::respond;
use crate::web::pages::shell::signed::{Posted, Signed};
use crate::words::heard::heard_all;
use crate::words::{Rich, grouped, heard, plain, say};
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
    kind: String,
    value: String,
}

struct NudgeLine {
    step: i64,
    channel: String,
    badge: Badge,
    due: When,
    sent: Option<When>,
    why: Option<Rich>,
    message: Option<Sent>,
    /// While its outcome is unknown.
    doubt: Option<Doubt>,
    /// Where it is asked to leave now, if it can be.
    send_now: Option<String>,
}

struct OrderLine {
    name: String,
    at: Option<When>,
    gross: String,
    refunds: String,
    net: String,
    cancelled: bool,
    test: bool,
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
    why: Rich,
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
    variants: String,
    since: When,
    counted: Option<When>,
    superseded: Option<String>,
}

struct CreditLine {
    /// How much of which order.
    net: crate::words::Rich,
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
    orders: Vec<OrderLine>,
    credits: Vec<CreditLine>,
    /// What counts in them.
    basis: String,
    acts: Acts,
    /// None for a cart that is no checkout yet, and of which nobody said anything.
    fake: Option<Fake>,
    timeline: Vec<Line>,
}

/// How likely the checkout is fake.
struct Fake {
    counts: bool,
    score: u32,
    reasons: Vec<(u8, Rich)>,
    by_hand: Option<bool>,
    action: String,
}

fn fake(signed: &Signed, story: &Story) -> Option<Fake> {
    let known = story.cart.facts.checkout.is_some() || story.bot.by_hand.is_some();
    known.then(|| Fake {
        counts: story.counts_as_fake,
        score: u32::from(story.bot.score),
        reasons: story.bot.reasons.iter().map(|r| (r.points, heard(&r.why))).collect(),
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
        _ => return Err(PageError::Invalid(say("carts-say-fake").to_string())),
    };
    let cart = bots::say(&signed.app, signed.shop()?.id, *id, (fake, &signed.actor())).await?;
    Ok(respond::see_other(&signed.href(&format!("/carts/{cart}?done={done}#fake"))))
}

/// The page.
pub async fn show(signed: Signed, id: web::Path<CartId>) -> Result<HttpResponse, PageError> {
    let shop = signed.shop()?;
    let zone = shop.zone();
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
    if let Some(hurry) = acts::to_hurry(&story).filter(|_| signed.may(Role::Editor)) {
        let of = story.nudges.iter().position(|n| n.id == hurry).and_then(|i| nudges.get_mut(i));
        if let Some(line) = of {
            line.send_now = Some(signed.href(&format!("/carts/{}/send-now", story.cart.id)));
        }
    }
    let facts = &story.cart.facts;
    let snapshot = facts.snapshot();
    let here = format!("/carts/{}", story.cart.id);
    respond::page(&CartPage {
        frame: Frame::new(&signed, "/carts", say("carts-cart").to_string()),
        orders: story.orders.iter().map(|o| order(o, &zone)).collect(),
        acts: acts::acts(&signed, &story),
        badge: format::cart_state(story.cart.state),
        value: snapshot.and_then(|s| s.value).map(format::money),
        started: format::when(facts.started_at, &zone),
        active: format::when(facts.active_at, &zone),
        abandoned: story.cart.abandoned_at.map(|at| format::when(at, &zone)),
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
        basis: basis(shop.basis.basis),
        fake: fake(&signed, &story),
        timeline: story.timeline.iter().map(|e| line(e, &zone, revealed)).collect(),
    })
}

/// What counts as revenue, in a sentence.
pub fn basis(basis: Basis) -> String {
    let key = match (basis.tax_included, basis.shipping_included) {
        (true, true) => "carts-basis-tax-shipping",
        (true, false) => "carts-basis-tax",
        (false, true) => "carts-basis-shipping",
        (false, false) => "carts-basis-bare",
    };
    say(key).to_string()
}

fn item(item: &Item) -> ItemLine {
    ItemLine {
        title: if item.title.is_empty() { say("carts-untitled").to_string() } else { item.title.clone() },
        variant: item.variant_title.clone(),
        sku: item.sku.clone(),
        quantity: item.quantity,
        price: item.unit_price.map(format::money),
        picture: item.image_url.clone().filter(|u| u.starts_with("https://")),
    }
}

fn order(o: &ListedOrder, zone: &TimeZone) -> OrderLine {
    let money = |money: Option<Money>| money.map_or_else(|| "–".to_owned(), format::money);
    OrderLine {
        name: if o.name.is_empty() { o.platform_id.clone() } else { o.name.clone() },
        at: o.ordered_at.map(|at| format::when(at, zone)),
        gross: money(o.gross),
        refunds: money(o.refunds),
        net: money(o.net),
        cancelled: o.cancelled,
        test: o.test,
    }
}

fn known(story: &Story, revealed: bool) -> Vec<Known> {
    let name = |part: &Option<crate::domain::joined::Stamped<String>>| part.as_ref().map(|s| s.value.clone());
    let facts = &story.cart.facts;
    let full = [name(&facts.first_name), name(&facts.last_name)].into_iter().flatten().collect::<Vec<_>>().join(" ");
    let word = |kind: &str| say(format!("carts-known-{kind}")).to_string();
    let mut all = Vec::new();
    if !full.is_empty() {
        let masked = format!("{}•••", full.chars().next().unwrap_or('•'));
        all.push(Known { kind: word("name"), value: if revealed { full } else { masked } });
    }
    all.extend(story.identities.iter().map(|identity| match identity {
        Identity::Customer(id) => Known { kind: word("customer"), value: id.clone() },
        Identity::Email(email) => Known { kind: word("email"), value: if revealed { email.as_str().to_owned() } else { email.masked() } },
        Identity::Phone(phone) => Known { kind: word("phone"), value: if revealed { phone.as_str().to_owned() } else { phone.masked() } },
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
        send_now: None,
        message: message.map(|m| Sent {
            subject: m.subject,
            text: without_tokens(&m.text, public_url),
            template: say("carts-template").with("key", &m.template_key).with("version", m.template_version.to_string()).to_string(),
            at: format::when(m.rendered_at, zone),
            frame: (!m.html.is_empty()).then(|| signed.href(&format!("/carts/{}/messages/{}", story.cart.id, nudge.id))),
        }),
    })
}

/// What was decided last, and what its provider told since.
fn why(nudge: &ListedNudge) -> Option<Rich> {
    let decided = nudge.decision.as_ref().map(|d| d.why.clone());
    let told = nudge.fate.as_ref().filter(|_| nudge.decision.as_ref().is_none_or(|d| d.rule != BOUNCED)).map(|(fate, reason)| {
        let reason = reason.as_ref().map_or_else(String::new, |reason| format!(" ({reason})"));
        format!("{}{reason}", fate.words())
    });
    let all: Vec<String> = decided.into_iter().chain(told).collect();
    (!all.is_empty()).then(|| heard_all(all.iter().map(String::as_str)))
}

fn enrolment(signed: &Signed, e: &Enrolled, zone: &TimeZone) -> EnrolmentLine {
    let (listed, draw) = (&e.listed, &e.draw);
    let held = listed.arm == Arm::Holdout;
    let side = say(if held { "carts-side-holdout" } else { "carts-side-treated" }).to_string();
    let lot = match (draw.arm_of_an_earlier_cart, draw.lot_percent, draw.holdout_percent) {
        (Some(_), ..) => say("carts-lot-earlier").to_string(),
        (None, Some(lot), Some(below)) => {
            say("carts-lot").with("lot", grouped(&format!("{lot:.1}"))).with("below", u32::from(below)).to_string()
        }
        _ => String::new(),
    };
    let variant = |(step, name): &(i64, String)| say("carts-variant").with("step", *step + 1).with("name", name).to_string();
    let variants: Vec<String> = listed.variants.iter().map(variant).collect();
    EnrolmentLine {
        href: signed.href(&format!("/campaigns/{}", listed.campaign_id)),
        name: listed.name.clone(),
        version: listed.version,
        badge: if held {
            Badge { text: say("carts-arm-holdout").to_string(), tone: "quiet" }
        } else {
            Badge { text: say("carts-arm-treated").to_string(), tone: "busy" }
        },
        side: format!("{side}{lot}."),
        path: listed.path.clone(),
        variants: variants.join(", "),
        since: format::when(listed.abandoned_at, zone),
        counted: listed.counted_at.map(|at| format::when(at, zone)),
        superseded: listed.superseded_by.map(|cart| signed.href(&format!("/carts/{cart}"))),
    }
}

fn credit(k: &db::credits::OfCart) -> CreditLine {
    let money = |minor| k.currency.parse().map_or_else(|_| String::new(), |c| format::money(Money::new(minor, c)));
    let key = if k.refunds_minor == 0 { "carts-credited" } else { "carts-credited-less" };
    let net = say(key).with("net", money(k.net_minor)).with("order", &k.name);
    CreditLine {
        net: if k.refunds_minor == 0 { net } else { net.with("refunds", money(k.refunds_minor)) }.rich(),
        influenced: k.evidence.parse().is_ok_and(|e: Evidence| !e.is_attributed()),
        evidence: credit_words(k),
    }
}

/// On what evidence, within which window, by which model, from what.
fn credit_words(k: &db::credits::OfCart) -> String {
    let evidence = k.evidence.parse::<Evidence>().map_or(k.evidence.as_str(), |e| e.words());
    let model = k.model.parse::<Model>().map_or(k.model.as_str(), |m| m.label());
    say("carts-credit-on")
        .with("evidence", slugged("reports-said-", evidence))
        .with("window", format::length(Length(SignedDuration::from_millis(k.window_ms))))
        .with("model", slugged("reports-model-", model))
        .with("touches", serde_json::from_str::<Vec<Touch>>(&k.inputs).map_or(0, |t| t.len()))
        .with("rules", k.rules_version)
        .to_string()
}

fn line(e: &Entry, zone: &TimeZone, revealed: bool) -> Line {
    let tone = match e.kind.as_str() {
        "credit" | "purchase" => "good",
        "message.sent" | "click" | "decision.hurried" | "decision.resumed" => "busy",
        "message.delivered" => "good",
        "message.bounced" | "message.complained" | "decision.bounced" => "bad",
        "decision.stopped" | "abandoned" | "reply" | "message.opted_out" | "decision.unknown" | "decision.asked" => "warn",
        "decision.refused" => "bad",
        _ => "quiet",
    };
    let inputs = e.inputs.as_ref().filter(|v| !v.is_null()).and_then(|v| serde_json::to_string_pretty(v).ok());
    Line {
        at: format::when_exactly(e.at, zone),
        kind: e.kind.clone(),
        tone,
        why: match e.said.as_ref().filter(|_| revealed) {
            Some(said) => Rich::of(format!("{} “{}”", heard(&e.why), plain(said))),
            None => heard(&e.why),
        },
        rule: e.rule.as_ref().map(|rule| match e.rules_version {
            Some(version) => say("carts-rule").with("rule", rule).with("version", version.to_string()).to_string(),
            None => say("carts-rule-unversioned").with("rule", rule).to_string(),
        }),
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
