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
use crate::words::heard::heard_sentence;
use crate::words::say;
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
        Some("worker_lost") => say("carts-doubt-worker"),
        _ => say("carts-doubt-handed").with("provider", &provider),
    };
    let said = nudge.decision.as_ref().map(|d| heard_sentence(&d.why)).unwrap_or_default();
    let asked = (nudge.asked > 0).then(|| {
        let times = format::sentence(&say("carts-doubt-asked").with("provider", &provider).with("count", nudge.asked).to_string());
        format!("{times} {said}")
    });
    let asks = say(if asked.is_some() { "carts-doubt-asks-again" } else { "carts-doubt-asks" }).with("provider", &provider).to_string();
    Some(Doubt {
        what: what.to_string(),
        asked,
        next: nudge.ask_at.map(|at| format::when(at, zone)),
        asks: format::sentence(&asks).trim_end_matches('.').to_owned(),
        message_id: nudge.provider_id.clone().filter(|id| nudge.channel == ChannelKind::Email && id.contains('@')),
        may_send: matches!(story.cart.state, CartState::Open | CartState::Abandoned),
        action: signed.href(&format!("/carts/{}/messages/{}/settle", story.cart.id, nudge.id)),
    })
}

/// As people call it.
fn provider(nudge: &ListedNudge) -> String {
    let key = match (nudge.provider.as_deref(), nudge.channel) {
        (Some("twilio"), _) => return "Twilio".to_owned(),
        (_, ChannelKind::WhatsApp) => return "WhatsApp".to_owned(),
        (_, ChannelKind::Email) => "carts-mail-server",
        (_, ChannelKind::Sms) => "carts-sms-provider",
    };
    say(key).to_string()
}

/// Takes a person's word. The same word twice changes nothing.
pub async fn settle(posted: Posted, path: web::Path<(CartId, NudgeId)>) -> Result<HttpResponse, PageError> {
    let (cart, nudge) = path.into_inner();
    let signed = &posted.signed;
    let shop = signed.shop()?.id;
    let (word, done) = match posted.fields.get("outcome") {
        "arrived" => (ByHand::Arrived, "arrived"),
        "send_again" => (ByHand::SendAgain, "send_again"),
        _ => return Err(PageError::Invalid(say("carts-say-arrived").to_string())),
    };
    let nudges = db::lists::nudges_of_cart(&signed.app.db, shop, cart).await?;
    if !nudges.iter().any(|n| n.id == nudge) {
        return Err(PageError::NotFound("such message of that cart"));
    }
    by_hand(&signed.app, shop, nudge, (word, &signed.actor())).await?;
    Ok(respond::see_other(&signed.href(&format!("/carts/{cart}?done={done}#messages"))))
}
