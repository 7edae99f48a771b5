//! A cart's story: what happened, what was decided and why, what was sent, who clicked, what it earned.

use super::{App, AppError, policies};
use crate::db::carts::CartRow;
use crate::db::enrolments::Listed;
use crate::db::{self, credits::OfCart};
use crate::domain::attribution::Model;
use crate::domain::bots::BotVerdict;
use crate::domain::contact::Identity;
use crate::domain::event::ChannelKind;
use crate::domain::experiment::Arm;
use crate::domain::ids::{CartId, NudgeId, ShopId};
use crate::domain::money::Money;
use crate::domain::policy::SCORE_MAX;
use crate::domain::receipt::Fate;
use jiff::Timestamp;
use serde::Serialize;
use std::collections::HashMap;

/// One line of the story.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Entry {
    /// When.
    pub at: Timestamp,
    /// `begin_checkout`, `purchase`, `abandoned`, `decision.send`, `message.sent`, `click`, `credit`, ...
    pub kind: String,
    /// In a sentence.
    pub why: String,
    /// The rule that decided, if one did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
    /// The rules' version.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rules_version: Option<i64>,
    /// What it was decided on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub inputs: Option<serde_json::Value>,
    /// The nudge that it is about, if it is about one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nudge_id: Option<NudgeId>,
    /// What the shopper wrote: for those alone who may see people.
    #[serde(skip)]
    pub said: Option<String>,
}

/// A cart with its story.
#[derive(Debug, Clone)]
pub struct Story {
    /// The cart.
    pub cart: CartRow,
    /// By what its shopper is known.
    pub identities: Vec<Identity>,
    /// Its nudges, in order.
    pub nudges: Vec<db::lists::ListedNudge>,
    /// Its credits by last touch.
    pub credits: Vec<OfCart>,
    /// The campaigns that it is or was in, oldest first.
    pub enrolments: Vec<Enrolled>,
    /// How likely its checkout is fake.
    pub bot: BotVerdict,
    /// The orders that it became, newest first.
    pub orders: Vec<db::lists::ListedOrder>,
    /// Somebody of the store stopped its messages.
    pub stopped: bool,
    /// By that, and the store's sending policy, it counts as fake.
    pub counts_as_fake: bool,
    /// Everything, oldest first.
    pub timeline: Vec<Entry>,
}

/// One campaign that a cart is or was in.
#[derive(Debug, Clone)]
pub struct Enrolled {
    /// As it stands.
    pub listed: Listed,
    /// How the side of the comparison was drawn, as it was recorded.
    pub draw: Draw,
}

/// How the side of the comparison was drawn.
#[derive(Debug, Clone, Default, PartialEq, serde::Deserialize)]
#[serde(default)]
pub struct Draw {
    /// The shopper's lot, of 100.
    pub lot_percent: Option<f64>,
    /// The comparison group takes lots below this.
    pub holdout_percent: Option<u8>,
    /// The side that an earlier cart of theirs was on already.
    pub arm_of_an_earlier_cart: Option<Arm>,
}

/// A cart's story; of one that was merged, that of the one it became.
///
/// # Errors
/// `NotFound`, `Db`.
pub async fn story(app: &App, shop: ShopId, id: CartId) -> Result<Story, AppError> {
    let cart = db::carts::get(&app.db, shop, id).await?.ok_or(AppError::NotFound("cart with that id"))?;
    let identities = match cart.contact_id {
        Some(contact) => db::contacts::identities(&app.db, shop, contact).await?,
        None => Vec::new(),
    };
    let nudges = db::lists::nudges_of_cart(&app.db, shop, cart.id).await?;
    let credits = db::credits::of_cart(&app.db, shop, cart.id, Model::LastTouch).await?;
    let channels: HashMap<NudgeId, ChannelKind> = nudges.iter().map(|n| (n.id, n.channel)).collect();
    let mut timeline: Vec<Entry> = Vec::new();
    let events = db::events::of_cart(&app.db, shop, cart.id).await?;
    timeline.extend(events.into_iter().map(|e| entry(e.at, e.name, e.summary, None)));
    if let Some(at) = cart.abandoned_at {
        timeline.push(entry(
            at,
            "abandoned".into(),
            "the checkout counts as abandoned from here on: no activity for as long as the campaign waits".into(),
            None,
        ));
    }
    let decisions = db::decisions::of_cart(&app.db, shop, cart.id).await?;
    let listed = db::enrolments::listed(&app.db, shop, cart.id).await?;
    let enrolments = listed.into_iter().map(|listed| Enrolled { draw: draw(&decisions, &listed), listed }).collect();
    timeline.extend(decisions.into_iter().map(|d| decision_entry(d, &channels)));
    let clicks = db::touches::of_cart(&app.db, shop, cart.id).await?;
    timeline.extend(clicks.into_iter().map(|t| click_entry(&t, &channels)));
    timeline.extend(db::receipts::of_cart(&app.db, shop, cart.id).await?.into_iter().map(receipt_entry));
    timeline.extend(replies(app, shop, (&cart, &identities)).await?);
    timeline.extend(credits.iter().map(credit_entry));
    let (bot, scored_at) = db::bots::of_cart(&app.db, shop, cart.id).await?;
    timeline.extend(scored_at.filter(|_| bot.score > 0).map(|at| score_entry(at, &bot)));
    timeline.extend(db::requests::said_of_cart(&app.db, shop, cart.id).await?.into_iter().map(said_entry));
    let (policy, _) = policies::get(app, shop).await?;
    timeline.sort_by_key(|e| e.at);
    let counts_as_fake = policy.bots.blocks(bot.score, bot.by_hand);
    let named: Vec<&str> = cart.facts.purchases.keys().map(String::as_str).collect();
    let orders = if named.is_empty() { Vec::new() } else { db::lists::orders_named(&app.db, shop, &named).await? };
    let stopped = db::cart_acts::is_stopped(&app.db, shop, cart.id).await?;
    Ok(Story { cart, identities, nudges, credits, enrolments, bot, orders, stopped, counts_as_fake, timeline })
}

fn score_entry(at: Timestamp, bot: &BotVerdict) -> Entry {
    let reasons: Vec<&str> = bot.reasons.iter().map(|r| r.why.as_str()).collect();
    entry(at, "bot_score".into(), format!("how likely the checkout is fake: {} of {SCORE_MAX}: {}", bot.score, reasons.join("; ")), None)
}

fn said_entry((at, fake): (Timestamp, bool)) -> Entry {
    let (kind, why) = if fake {
        ("marked_fake", "marked as fake by hand: nothing is sent for it, whatever its score")
    } else {
        ("marked_not_fake", "marked as not fake by hand: its score doesn't matter")
    };
    entry(at, kind.into(), why.into(), None)
}

/// What the decision that enrolled a cart says of its draw.
fn draw(decisions: &[db::decisions::Recorded], listed: &Listed) -> Draw {
    let id = listed.campaign_id.to_string();
    let enrolled =
        decisions.iter().filter(|d| d.rule == "enrolled").filter_map(|d| serde_json::from_str::<serde_json::Value>(&d.inputs).ok());
    let inputs = enrolled.into_iter().find(|inputs| inputs.get("campaign_id").and_then(serde_json::Value::as_str) == Some(&id));
    inputs.and_then(|inputs| serde_json::from_value(inputs).ok()).unwrap_or_default()
}

fn entry(at: Timestamp, kind: String, why: String, nudge_id: Option<NudgeId>) -> Entry {
    Entry { at, kind, why, rule: None, rules_version: None, inputs: None, nudge_id, said: None }
}

fn channel_word(channels: &HashMap<NudgeId, ChannelKind>, nudge: Option<NudgeId>) -> &'static str {
    match nudge.and_then(|n| channels.get(&n)) {
        Some(channel) => a_channel(*channel),
        None => "message",
    }
}

fn decision_entry(d: db::decisions::Recorded, channels: &HashMap<NudgeId, ChannelKind>) -> Entry {
    let word = channel_word(channels, d.nudge_id);
    let why = match d.outcome.as_str() {
        "planned" => d.why,
        "not_planned" => format!("no message was planned: {}", d.why),
        "send" => format!("{word}: may leave: {}", d.why),
        "postpone" => format!("{word}: postponed: {}", d.why),
        "cancel" => format!("{word}: not sent: {}", d.why),
        "sent" => format!("{word}: sent: {}", d.why),
        "refused" => format!("{word}: refused: {}", d.why),
        "retry" => format!("{word}: will be tried again: {}", d.why),
        "asked" => format!("{word}: not known yet: {}", d.why),
        "bounced" => format!("{word}: did not arrive: {}", d.why),
        "unknown" => format!("{word}: outcome unknown: {}", d.why),
        "stopped" | "resumed" if d.nudge_id.is_none() => d.why,
        "hurried" => format!("{word}: send now: {}", d.why),
        _ => format!("{word}: {}", d.why),
    };
    let kind = match d.outcome.as_str() {
        "sent" => "message.sent".to_owned(),
        outcome => format!("decision.{outcome}"),
    };
    Entry {
        rule: Some(d.rule),
        rules_version: Some(d.rules_version),
        inputs: serde_json::from_str(&d.inputs).ok(),
        ..entry(d.at, kind, why, d.nudge_id)
    }
}

fn click_entry(t: &db::touches::Recorded, channels: &HashMap<NudgeId, ChannelKind>) -> Entry {
    let word = channel_word(channels, Some(t.nudge_id));
    if !t.of_cart {
        let why = format!("the page of preferences was opened from the {word}: {}", t.why);
        return entry(t.at, "preferences.opened".into(), why, Some(t.nudge_id));
    }
    let who = if t.human { "the shopper clicked the link in the" } else { "a machine, not the shopper, opened the link in the" };
    entry(t.at, if t.human { "click".into() } else { "click.machine".into() }, format!("{who} {word}: {}", t.why), Some(t.nudge_id))
}

/// What was written back from the shopper's numbers and addresses since the cart was begun.
async fn replies(app: &App, shop: ShopId, (cart, identities): (&CartRow, &[Identity])) -> Result<Vec<Entry>, AppError> {
    let addresses: Vec<&str> = identities.iter().filter(|i| !matches!(i, Identity::Customer(_))).map(Identity::value).collect();
    let replies = db::replies::from(&app.db, shop, &addresses, cart.facts.started_at).await?;
    Ok(replies.into_iter().map(reply_entry).collect())
}

fn reply_entry(r: db::replies::Recorded) -> Entry {
    let because = r.because.map_or_else(String::new, |words| format!(" ({words})"));
    let why = format!("the shopper answered by {}: {}{because}", a_channel(r.channel), r.meant.words());
    Entry { said: Some(r.body), ..entry(r.at, "reply".into(), why, None) }
}

fn receipt_entry(r: db::receipts::Recorded) -> Entry {
    let kind = match r.fate {
        Fate::Accepted => "message.accepted",
        Fate::Delivered => "message.delivered",
        Fate::OptedOut => "message.opted_out",
        Fate::Complained => "message.complained",
        Fate::SoftBounce | Fate::Blocked | Fate::HardBounce | Fate::Suppressed => "message.bounced",
    };
    let reason = r.reason.map_or_else(String::new, |reason| format!(" ({reason})"));
    entry(r.at, kind.into(), format!("{}: {}, says {}{reason}", a_channel(r.channel), r.fate.words(), r.provider), Some(r.nudge))
}

fn a_channel(channel: ChannelKind) -> &'static str {
    match channel {
        ChannelKind::Email => "e-mail",
        ChannelKind::Sms => "text message",
        ChannelKind::WhatsApp => "WhatsApp message",
    }
}

fn credit_entry(k: &OfCart) -> Entry {
    let money = |minor| k.currency.parse().map_or_else(|_| String::new(), |c| Money::new(minor, c).to_string());
    let refunded = if k.refunds_minor == 0 { String::new() } else { format!(", after {} that went back", money(k.refunds_minor)) };
    let (verb, proof) = match k.evidence.as_str() {
        "link" => ("credited to", "the shopper opened its link before the order"),
        "code" => ("credited to", "the order used its code"),
        "marker" => ("credited to", "the order carries its marker"),
        "view" => ("perhaps influenced by", "it was delivered before the order, and nobody knows whether it was read"),
        _ => ("perhaps influenced by", "it left to who ordered, and nothing else speaks for it"),
    };
    let why = format!("order {}: {} net {verb} this cart's message{refunded}: {proof}", k.name, money(k.net_minor));
    let kind = if verb == "credited to" { "credit" } else { "influence" };
    entry(db::credits::made_at(k), kind.into(), why, Some(NudgeId(k.nudge_id)))
}
