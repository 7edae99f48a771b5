//! What a campaign would do with one cart, step by step, with its messages.

use super::campaign::find;
use crate::app::access::Role;
use crate::app::preview::{Code, Look, Preview, Question, Step, Which, Whose, preview};
use crate::db;
use crate::db::lists::CartFilter;
use crate::domain::experiment::{Arm, Lot};
use crate::domain::ids::{CampaignId, CartId};
use crate::web::pages::shell::format::{self, When};
use crate::web::pages::shell::frame::Frame;
use crate::web::pages::shell::problem::PageError;
use crate::web::pages::shell::respond;
use crate::web::pages::shell::signed::Signed;
use crate::words::heard::heard_sentence;
use crate::words::{Rich, heard, heard_word, say};
use actix_web::{HttpResponse, web};
use askama::Template;
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

/// So many carts can be chosen; any other by its own page's address.
const CARTS_MAX: i64 = 20;

struct CartChoice {
    id: String,
    name: String,
    chosen: bool,
}

struct LookLine {
    at: When,
    tone: &'static str,
    rule: String,
    why: Rich,
    next: Option<When>,
}

struct Message {
    subject: String,
    text: String,
    template: String,
    frame: Option<String>,
}

struct StepCard {
    number: usize,
    channel: String,
    variant: Option<String>,
    outcome: String,
    /// When it leaves, or was last decided on, on the shopper's clock.
    time: Option<When>,
    tone: &'static str,
    leaves: bool,
    looks: Vec<LookLine>,
    code: Option<String>,
    message: Option<Message>,
    problem: Option<Rich>,
}

#[derive(Template)]
#[template(path = "pages/campaigns/campaign_preview.html")]
struct PreviewPage {
    frame: Frame,
    name: String,
    list: String,
    campaign: String,
    action: String,
    shop: Option<String>,
    carts: Vec<CartChoice>,
    at: String,
    stays_out: Option<Rich>,
    notes: Vec<Rich>,
    left: When,
    abandoned: When,
    zones: String,
    several: bool,
    because: Rich,
    drawn: Option<String>,
    path: Option<String>,
    steps: Vec<StepCard>,
}

/// What the address asks for.
struct Asked {
    cart: Whose,
    at: Option<Timestamp>,
}

fn asked(signed: &Signed) -> Result<Asked, PageError> {
    let cart = match signed.query.get("cart") {
        "" | "sample" => Whose::Sample,
        _ => Whose::Cart(signed.query.parsed::<CartId>("cart", "Cart")?),
    };
    let at = match signed.query.get("at") {
        "" => None,
        text => {
            let local: DateTime =
                text.parse().map_err(|_| PageError::Invalid(say("campaigns-not-a-time").with("time", text).to_string()))?;
            let zone = signed.shop()?.zone();
            Some(zone.to_ambiguous_zoned(local).compatible().map_err(|_| PageError::beyond())?.timestamp())
        }
    };
    Ok(Asked { cart, at })
}

async fn worked_out(signed: &Signed, id: CampaignId, asked: &Asked) -> Result<Preview, PageError> {
    let names = signed.may(Role::Editor);
    let question = Question { campaign: Which::Saved(id), cart: asked.cart, left_at: asked.at, names };
    Ok(preview(&signed.app, signed.shop()?, &question).await?)
}

/// The page.
pub async fn show(signed: Signed, id: web::Path<CampaignId>) -> Result<HttpResponse, PageError> {
    let row = find(&signed, *id).await?;
    let asked = asked(&signed)?;
    let p = worked_out(&signed, *id, &asked).await?;
    let zone = p.zones.names.first().and_then(|z| TimeZone::get(z).ok()).unwrap_or(TimeZone::UTC);
    let shop = signed.shop()?;
    let shop_zone = shop.zone();
    let query = query(&asked, &p, &shop_zone);
    respond::page(&PreviewPage {
        frame: Frame::new(&signed, "/campaigns", say("campaigns-preview-of").with("name", &row.spec.name).to_string()),
        list: signed.href("/campaigns"),
        campaign: signed.href(&format!("/campaigns/{id}")),
        action: format!("/campaigns/{id}/preview"),
        shop: (signed.shops.len() > 1).then(|| shop.id.to_string()),
        carts: carts(&signed, asked.cart).await?,
        at: local(p.left_at, &shop_zone),
        stays_out: p.stays_out.map(|(_, why)| heard(&why)),
        notes: p.notes.iter().map(|note| heard(note)).collect(),
        left: format::when_there(p.left_at, &zone),
        abandoned: format::when_there(p.abandoned_at, &zone),
        zones: p.zones.names.join(", "),
        several: p.zones.names.len() > 1,
        because: heard_word(&p.zones.because),
        drawn: p.drawn.map(|drawn| told(drawn, p.spec.holdout_percent)),
        path: p.path,
        steps: p.steps.into_iter().map(|s| card(&signed, *id, s, (&zone, &query))).collect(),
        name: row.spec.name,
    })
}

/// The mail of one step, for a frame.
pub async fn mail(signed: Signed, path: web::Path<(CampaignId, usize)>) -> Result<HttpResponse, PageError> {
    let (id, number) = path.into_inner();
    let asked = asked(&signed)?;
    let p = worked_out(&signed, id, &asked).await?;
    let step = p.steps.into_iter().find(|s| s.index + 1 == number);
    let html = step.and_then(|s| s.message.ok()).map(|m| m.html).filter(|h| !h.is_empty());
    Ok(respond::framed(html.ok_or(PageError::NotFound("mail of that step"))?))
}

/// Which side of the comparison, in a sentence.
pub fn told((arm, lot): (Arm, Lot), holdout_percent: u8) -> String {
    let key = if arm == Arm::Holdout { "campaigns-drawn-held" } else { "campaigns-drawn-in" };
    say(key).with("lot", format!("{:.1}", lot.percent())).with("below", i32::from(holdout_percent)).to_string()
}

/// The same question again, of exactly the same moment.
fn query(asked: &Asked, p: &Preview, zone: &TimeZone) -> String {
    let cart = match asked.cart {
        Whose::Sample => "sample".to_owned(),
        Whose::Cart(id) => id.to_string(),
    };
    format!("?cart={cart}&at={}", local(p.left_at, zone))
}

fn local(at: Timestamp, zone: &TimeZone) -> String {
    at.to_zoned(zone.clone()).strftime("%Y-%m-%dT%H:%M").to_string()
}

async fn carts(signed: &Signed, chosen: Whose) -> Result<Vec<CartChoice>, PageError> {
    let shop = signed.shop()?;
    let zone = shop.zone();
    let rows = db::lists::carts(&signed.app.db, shop.id, &CartFilter::default(), CARTS_MAX).await?;
    let mut choices: Vec<CartChoice> = rows
        .iter()
        .map(|c| {
            let worth = c.value.map_or_else(|| say("campaigns-a-cart").to_string(), format::money);
            let (state, when) = (format::cart_state(c.state).text, format::when(c.active_at, &zone).text);
            CartChoice { id: c.id.to_string(), name: format!("{worth}, {state}, {when}"), chosen: chosen == Whose::Cart(c.id) }
        })
        .collect();
    if let Whose::Cart(id) = chosen
        && !choices.iter().any(|c| c.chosen)
    {
        choices.push(CartChoice { id: id.to_string(), name: say("campaigns-chosen-cart").to_string(), chosen: true });
    }
    Ok(choices)
}

fn card(signed: &Signed, id: CampaignId, s: Step, (zone, query): (&TimeZone, &str)) -> StepCard {
    let leaves = s.sent_at.is_some();
    let number = s.index + 1;
    let last = s.looks.last().map(|l| l.outcome);
    let (outcome, tone) = match last {
        Some("send") => ("campaigns-would-send", "good"),
        Some("cancel") => ("campaigns-would-not", "quiet"),
        _ => ("campaigns-would-wait", "busy"),
    };
    let (message, problem) = match s.message {
        Ok(m) => {
            let frame = (!m.html.is_empty()).then(|| signed.href(&format!("/campaigns/{id}/preview/{number}{query}")));
            (Some(Message { subject: m.subject, text: m.text, template: m.template, frame }), None)
        }
        Err(problem) => (None, Some(heard(&problem))),
    };
    StepCard {
        number,
        channel: format::channel(s.channel),
        variant: s.variant,
        outcome: say(outcome).to_string(),
        time: s.sent_at.or_else(|| s.looks.last().map(|l| l.at)).map(|at| format::when_there(at, zone)),
        tone,
        leaves,
        looks: s.looks.into_iter().map(|l| look(l, zone)).collect(),
        code: code(s.code),
        message,
        problem,
    }
}

fn look(l: Look, zone: &TimeZone) -> LookLine {
    let tone = match l.outcome {
        "send" => "good",
        "cancel" => "quiet",
        _ => "busy",
    };
    LookLine {
        at: format::when_there(l.at, zone),
        tone,
        rule: l.rule,
        why: heard(&l.why),
        next: l.next.map(|at| format::when_there(at, zone)),
    }
}

fn code(code: Code) -> Option<String> {
    match code {
        Code::None => None,
        Code::Fixed(code) => Some(say("campaigns-code-fixed").with("code", code).to_string()),
        Code::Own(takes_off) => Some(say("campaigns-code-own").with("what", takes_off).to_string()),
        Code::Withheld(takes_off, why) => {
            Some(say("campaigns-code-withheld").with("what", takes_off).with("why", heard_sentence(&why)).to_string())
        }
    }
}
