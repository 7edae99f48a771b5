//! A message whose outcome is unknown, as the cart's page shows it: what happened, what was asked, what comes next; and a person's word about it.

use crate::app::send::{ByHand, by_hand};
use crate::app::timeline::Story;
use crate::db;
use crate::db::lists::ListedNudge;
use crate::domain::cart::CartState;
use crate::domain::event::ChannelKind;
use crate::domain::ids::{CartId, NudgeId};
use crate::domain::nudge::NudgeState;
use crate::web::pages::shell::format::{self, When};
use crate::web::pages::shell::problem::PageError;
use crate::web::pages::shell::respond;
use crate::web::pages::shell::signed::{Posted, Signed};
use actix_web::{HttpResponse, web};
use jiff::tz::TimeZone;

/// What is not known about a message, and what can be done.
pub struct Doubt {
    /// What happened.
    pub what: String,
    /// How often its provider was asked, and what it said last; none while it wasn't.
    pub asked: Option<String>,
    /// When it is asked next.
    pub next: Option<When>,
    /// `Twilio is asked`
    pub asks: String,
    /// To look for in the mail server's log.
    pub message_id: Option<String>,
    /// It can still be sent.
    pub may_send: bool,
    /// Where a person's word goes.
    pub action: String,
}

/// What a message's page says while its outcome is unknown; none for other messages.
pub fn doubt(signed: &Signed, story: &Story, nudge: &ListedNudge, zone: &TimeZone) -> Option<Doubt> {
    if nudge.state != NudgeState::Unknown {
        return None;
    }
    let provider = provider(nudge);
    let what = match nudge.reason.as_deref() {
        Some("worker_lost") => {
            "The worker that was sending it was lost before it could note what came of it, so it may have arrived or not.".to_owned()
        }
        _ => format!("It was handed to {provider}, and no answer came back, so it may have arrived or not."),
    };
    let said = nudge.decision.as_ref().map(|d| format::sentence(&d.why)).unwrap_or_default();
    let asked = match nudge.asked {
        0 => None,
        1 => Some(format!("{} {said}", format::sentence(&format!("{provider} was asked once")))),
        n => Some(format!("{} {said}", format::sentence(&format!("{provider} was asked {n} times")))),
    };
    let again = if asked.is_some() { "again " } else { "" };
    Some(Doubt {
        what,
        asked,
        next: nudge.ask_at.map(|at| format::when(at, zone)),
        asks: format::sentence(&format!("{provider} is asked {again}at")).trim_end_matches('.').to_owned(),
        message_id: nudge.provider_id.clone().filter(|id| nudge.channel == ChannelKind::Email && id.contains('@')),
        may_send: matches!(story.cart.state, CartState::Open | CartState::Abandoned),
        action: signed.href(&format!("/carts/{}/messages/{}/settle", story.cart.id, nudge.id)),
    })
}

/// As people call it.
fn provider(nudge: &ListedNudge) -> &'static str {
    match (nudge.provider.as_deref(), nudge.channel) {
        (Some("twilio"), _) => "Twilio",
        (_, ChannelKind::Email) => "the mail server",
        (_, ChannelKind::Sms) => "the SMS provider",
        (_, ChannelKind::WhatsApp) => "WhatsApp",
    }
}

/// Takes a person's word. The same word twice changes nothing.
pub async fn settle(posted: Posted, path: web::Path<(CartId, NudgeId)>) -> Result<HttpResponse, PageError> {
    let (cart, nudge) = path.into_inner();
    let signed = &posted.signed;
    let shop = signed.shop()?.id;
    let (word, done) = match posted.fields.get("outcome") {
        "arrived" => (ByHand::Arrived, "arrived"),
        "send_again" => (ByHand::SendAgain, "send_again"),
        _ => return Err(PageError::Invalid("say whether the message arrived or is to be sent again".into())),
    };
    let nudges = db::lists::nudges_of_cart(&signed.app.db, shop, cart).await?;
    if !nudges.iter().any(|n| n.id == nudge) {
        return Err(PageError::NotFound("such message of that cart"));
    }
    by_hand(&signed.app, shop, nudge, (word, &signed.actor())).await?;
    Ok(respond::see_other(&signed.href(&format!("/carts/{cart}?done={done}#messages"))))
}
