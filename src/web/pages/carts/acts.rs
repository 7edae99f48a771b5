//! What one can do about a cart: stop its messages and let them go on, have the next one leave now, erase its shopper.

use crate::app::access::Role;
use crate::app::timeline::Story;
use crate::app::{AppError, cart_acts};
use crate::db;
use crate::domain::cart::CartState;
use crate::domain::contact::Identity;
use crate::domain::experiment::Arm;
use crate::domain::ids::{CampaignId, CartId, NudgeId};
use crate::domain::nudge::NudgeState;
use crate::web::pages::shell::frame::Frame;
use crate::web::pages::shell::problem::PageError;
use crate::web::pages::shell::respond;
use crate::web::pages::shell::signed::{Posted, Signed};
use crate::words::say;
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;

/// Where each act goes; none where it can't be done, or not by this person.
pub struct Acts {
    /// Its messages are stopped.
    pub stopped: bool,
    pub stop: Option<String>,
    pub go_on: Option<String>,
    pub erase: Option<String>,
}

/// What can be done about a cart.
pub fn acts(signed: &Signed, story: &Story) -> Acts {
    let at = |act: &str, may: bool| may.then(|| signed.href(&format!("/carts/{}/{act}", story.cart.id)));
    let editor = signed.may(Role::Editor);
    let lives = matches!(story.cart.state, CartState::Open | CartState::Abandoned);
    Acts {
        stopped: story.stopped,
        stop: at("stop", editor && lives && !story.stopped),
        go_on: at("go-on", editor && story.stopped),
        erase: at("erase", signed.may(Role::Owner) && story.cart.state != CartState::Erased),
    }
}

/// The message that can be sent now: the next one that waits, unless its shopper is to get none.
pub fn to_hurry(story: &Story) -> Option<NudgeId> {
    let held = |c: CampaignId| story.enrolments.iter().any(|e| e.listed.campaign_id == c && e.listed.arm == Arm::Holdout);
    let next = story.nudges.iter().filter(|n| n.state == NudgeState::Scheduled).min_by_key(|n| (n.due_at, n.step, n.id));
    next.filter(|n| !held(n.campaign_id) && !story.stopped).map(|n| n.id)
}

fn back(signed: &Signed, cart: CartId, done: &str) -> HttpResponse {
    respond::see_other(&signed.href(&format!("/carts/{cart}?done={done}#messages")))
}

/// Stops its messages.
pub async fn stop(posted: Posted, id: web::Path<CartId>) -> Result<HttpResponse, PageError> {
    let signed = &posted.signed;
    let cart = cart_acts::stop(&signed.app, signed.shop()?.id, *id, &signed.actor()).await?;
    Ok(back(signed, cart, "stopped"))
}

/// Lets them go on.
pub async fn go_on(posted: Posted, id: web::Path<CartId>) -> Result<HttpResponse, PageError> {
    let signed = &posted.signed;
    let cart = cart_acts::go_on(&signed.app, signed.shop()?.id, *id, &signed.actor()).await?;
    Ok(back(signed, cart, "goes-on"))
}

/// Has the next one leave now.
pub async fn send_now(posted: Posted, id: web::Path<CartId>) -> Result<HttpResponse, PageError> {
    let signed = &posted.signed;
    let cart = cart_acts::send_now(&signed.app, signed.shop()?.id, *id, &signed.actor()).await?;
    Ok(back(signed, cart, "send-now"))
}

#[derive(Template)]
#[template(path = "pages/carts/erase.html")]
struct ErasePage {
    frame: Frame,
    /// Masked; none when nobody knows.
    who: Option<String>,
    /// How many carts they have.
    carts: usize,
    back: String,
    action: String,
    /// It was sent without saying that one is sure.
    fault: bool,
}

/// Asks whether to erase, and says what goes and what stays.
pub async fn ask_erase(signed: Signed, id: web::Path<CartId>) -> Result<HttpResponse, PageError> {
    respond::page(&erase_page(&signed, *id, false).await?)
}

async fn erase_page(signed: &Signed, id: CartId, fault: bool) -> Result<ErasePage, PageError> {
    let (db, shop) = (&signed.app.db, signed.shop()?.id);
    let cart = db::carts::get(db, shop, id).await?.ok_or(PageError::NotFound("cart with that id"))?;
    if cart.state == CartState::Erased {
        return Err(AppError::Conflict(say("carts-erased-already").to_string()).into());
    }
    let (identities, carts) = match cart.contact_id {
        Some(contact) => (db::contacts::identities(db, shop, contact).await?, db::cart_list::count_of_contact(db, shop, contact).await?),
        None => (Vec::new(), 1),
    };
    Ok(ErasePage {
        frame: Frame::new(signed, "/carts", say("carts-erase-title").to_string()),
        who: cart.contact_id.map(|_| identities.iter().find_map(masked).unwrap_or_else(|| say("carts-somebody").to_string())),
        carts,
        back: signed.href(&format!("/carts/{}", cart.id)),
        action: signed.href(&format!("/carts/{}/erase", cart.id)),
        fault,
    })
}

fn masked(identity: &Identity) -> Option<String> {
    match identity {
        Identity::Email(email) => Some(email.masked()),
        Identity::Phone(phone) => Some(phone.masked()),
        Identity::Customer(_) => None,
    }
}

/// Erases.
pub async fn erase(posted: Posted, id: web::Path<CartId>) -> Result<HttpResponse, PageError> {
    let signed = &posted.signed;
    if posted.fields.get("sure") != "yes" {
        return respond::page_with(StatusCode::UNPROCESSABLE_ENTITY, &erase_page(signed, *id, true).await?);
    }
    let cart = cart_acts::erase(&signed.app, signed.shop()?.id, *id, &signed.actor()).await?;
    Ok(respond::see_other(&signed.href(&format!("/carts/{cart}?done=erased"))))
}
