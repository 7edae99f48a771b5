//! Telling a store's own programs what happened: put down in the transaction of what happened, sent afterwards until it is taken.

pub mod endpoints;
pub mod send;

use super::AppError;
use crate::db::carts::CartRow;
use crate::db::decisions::NewDecision;
use crate::db::outbound::{OfCredit, OfNudge};
use crate::db::touches::NewTouch;
use crate::db::{self, Tx};
use crate::domain::consent::Entry;
use crate::domain::event::ConsentState;
use crate::domain::ids::{NudgeId, ShopId};
use crate::domain::money::{Currency, Money};
use crate::domain::nudge::NudgeState;
use crate::domain::outbound::{Event, Kind};
use jiff::Timestamp;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// Puts events down, in the caller's transaction. Nothing is written where nobody listens: neither in a canary's twin nor in a copy that is tried out.
async fn put(tx: &mut Tx, shop: ShopId, events: &[Event]) -> Result<(), AppError> {
    for event in events {
        db::outbound::put(tx, shop, event).await?;
    }
    Ok(())
}

fn money(minor: i64, currency: &str) -> Value {
    currency.parse::<Currency>().map_or(Value::Null, |currency| {
        let money = Money::new(minor, currency);
        json!({"amount": money.amount(), "currency": currency.code()})
    })
}

fn of_nudge(kind: Kind, nudge: &OfNudge, (key, at): (String, Timestamp), more: &[(&str, Value)]) -> Event {
    let data = json!({
        "message_id": nudge.id,
        "cart_id": nudge.cart_id,
        "contact_id": nudge.contact_id,
        "campaign_id": nudge.campaign_id,
        "step": nudge.step + 1,
        "variant": nudge.variant,
        "channel": nudge.channel,
    });
    let mut event = Event::new(kind, key, at, data);
    event.data.extend(more.iter().map(|(name, value)| ((*name).to_owned(), value.clone())));
    event
}

/// A cart counts as abandoned since an instant.
///
/// # Errors
/// `Db`.
pub async fn abandoned(tx: &mut Tx, shop: ShopId, cart: &CartRow, now: Timestamp) -> Result<(), AppError> {
    let Some(since) = cart.abandoned_at else { return Ok(()) };
    if !db::outbound::anybody(tx, shop).await? {
        return Ok(());
    }
    let value = cart.facts.snapshot().and_then(|shown| shown.value).map_or(Value::Null, |v| money(v.minor, v.currency.code()));
    let data = json!({"cart_id": cart.id, "contact_id": cart.contact_id, "abandoned_at": since, "value": value});
    put(tx, shop, &[Event::new(Kind::CartAbandoned, format!("{} {}", cart.id, since.as_millisecond()), now, data)]).await
}

/// Carts whose messages have credit now, and had none before.
///
/// # Errors
/// `Db`.
pub async fn recovered(tx: &mut Tx, shop: ShopId, carts: &[&CartRow], now: Timestamp) -> Result<(), AppError> {
    if carts.is_empty() || !db::outbound::anybody(tx, shop).await? {
        return Ok(());
    }
    let event = |cart: &&CartRow| {
        let data = json!({"cart_id": cart.id, "contact_id": cart.contact_id});
        Event::new(Kind::CartRecovered, format!("{} {}", cart.id, now.as_millisecond()), now, data)
    };
    put(tx, shop, &carts.iter().map(event).collect::<Vec<_>>()).await
}

/// What was decided about messages: those that left, and those that never will.
///
/// # Errors
/// `Db`.
pub async fn decided(tx: &mut Tx, shop: ShopId, decisions: &[NewDecision]) -> Result<(), AppError> {
    let settles = |d: &&NewDecision| matches!(d.outcome, "sent" | "refused" | "bounced");
    let settled: BTreeMap<Uuid, &NewDecision> = decisions.iter().filter(settles).filter_map(|d| Some((d.nudge_id?.0, d))).collect();
    if settled.is_empty() || !db::outbound::anybody(tx, shop).await? {
        return Ok(());
    }
    let ids: Vec<Uuid> = settled.keys().copied().collect();
    let mut events = Vec::new();
    for nudge in db::outbound::nudges(tx, shop, &ids).await? {
        let Some(decision) = settled.get(&nudge.id) else { continue };
        let key = |word: &str| (format!("{} {word}", nudge.id), decision.at);
        match (decision.outcome, nudge.state) {
            ("sent", _) => events.push(of_nudge(Kind::MessageSent, &nudge, key(&nudge.channel), &[])),
            // Where another channel takes over, it waits again, and nothing has failed yet.
            (_, NudgeState::Failed) => {
                let why = if decision.outcome == "bounced" { "bounced" } else { "refused" };
                events.push(of_nudge(Kind::MessageFailed, &nudge, key(&nudge.channel), &[("why", why.into())]));
            }
            _ => {}
        }
    }
    put(tx, shop, &events).await
}

/// A provider says that a message arrived.
///
/// # Errors
/// `Db`.
pub async fn delivered(tx: &mut Tx, shop: ShopId, nudge: NudgeId, now: Timestamp) -> Result<(), AppError> {
    if !db::outbound::anybody(tx, shop).await? {
        return Ok(());
    }
    let nudges = db::outbound::nudges(tx, shop, &[nudge.0]).await?;
    let event = |n: &OfNudge| of_nudge(Kind::MessageDelivered, n, (n.id.to_string(), now), &[]);
    put(tx, shop, &nudges.iter().map(event).collect::<Vec<_>>()).await
}

/// A person opened a message's link, as far as can be told at that moment.
///
/// # Errors
/// `Db`.
pub async fn clicked(tx: &mut Tx, shop: ShopId, touch: &NewTouch) -> Result<(), AppError> {
    if !db::outbound::anybody(tx, shop).await? {
        return Ok(());
    }
    let nudges = db::outbound::nudges(tx, shop, &[touch.nudge_id.0]).await?;
    let event = |n: &OfNudge| of_nudge(Kind::MessageClicked, n, (touch.id.to_string(), touch.at), &[]);
    put(tx, shop, &nudges.iter().map(event).collect::<Vec<_>>()).await
}

/// Shoppers who don't want to be written to by a channel any more, by the rows of the ledger that say so.
///
/// # Errors
/// `Db`.
pub async fn unsubscribed(tx: &mut Tx, shop: ShopId, entries: &[Entry]) -> Result<(), AppError> {
    let noes: Vec<&Entry> = entries.iter().filter(|e| e.state == ConsentState::Unsubscribed).collect();
    if noes.is_empty() || !db::outbound::anybody(tx, shop).await? {
        return Ok(());
    }
    let event = |e: &&Entry| {
        let data = json!({"contact_id": e.contact_id, "channel": e.channel.as_str(), "method": e.method.as_str(), "at": e.at});
        Event::new(Kind::ContactUnsubscribed, format!("{} {}", e.cause.parts().1, e.place), e.learned_at, data)
    };
    put(tx, shop, &noes.iter().map(event).collect::<Vec<_>>()).await
}

/// What messages had of orders before their credits are worked out anew; none where nobody wants to know.
pub struct Before(Option<Vec<OfCredit>>);

/// What messages have of these orders now.
///
/// # Errors
/// `Db`.
pub async fn before(tx: &mut Tx, shop: ShopId, orders: &[Uuid]) -> Result<Before, AppError> {
    if !db::outbound::anybody(tx, shop).await? {
        return Ok(Before(None));
    }
    Ok(Before(Some(db::outbound::credits(tx, shop, orders).await?)))
}

/// The orders of which messages have something else now than before.
///
/// # Errors
/// `Db`.
pub async fn credited(tx: &mut Tx, shop: ShopId, (orders, before): (&[Uuid], Before), now: Timestamp) -> Result<(), AppError> {
    let Before(Some(before)) = before else { return Ok(()) };
    let after = db::outbound::credits(tx, shop, orders).await?;
    let mut events = Vec::new();
    for order in orders.iter().collect::<BTreeSet<_>>() {
        let of = |all: &[OfCredit]| all.iter().filter(|c| c.order_id == *order).cloned().collect::<Vec<_>>();
        let (had, has) = (of(&before), of(&after));
        if had != has {
            events.push(of_order(*order, &had, &has, now));
        }
    }
    put(tx, shop, &events).await
}

fn of_order(order: Uuid, had: &[OfCredit], has: &[OfCredit], now: Timestamp) -> Event {
    let currency = has.first().or(had.first()).map(|c| c.currency.clone()).unwrap_or_default();
    let credit = |c: &OfCredit| json!({"message_id": c.nudge_id, "campaign_id": c.campaign_id, "cart_id": c.cart_id, "net": money(c.net_minor, &c.currency)});
    let net = money(has.iter().map(|c| c.net_minor).sum(), &currency);
    let data = json!({"order_id": order, "net": net, "credits": has.iter().map(credit).collect::<Vec<_>>()});
    Event::new(Kind::OrderCredited, format!("{order} {}", now.as_millisecond()), now, data)
}
