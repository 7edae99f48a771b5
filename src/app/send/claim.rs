//! The first transaction of a nudge: lease it, read what decides about it, decide, and settle what doesn't leave.

use super::Ready;
use crate::app::{App, AppError, explain};
use crate::db::nudges::{Lease, NudgeContext, Settled};
use crate::db::shops::Shop;
use crate::db::unknown::HandOver;
use crate::db::{self, Tx};
use crate::domain::event::ChannelKind;
use crate::domain::nudge::{ConsentInput, Decision, Inputs, NudgeState, Verdict, decide};
use crate::domain::zones;
use jiff::Timestamp;
use std::collections::HashMap;

/// What a claim came to.
pub enum Claimed {
    /// A delivery that may end a cart isn't applied yet: nothing was claimed.
    ApplyFirst,
    /// What was looked at, and what of it may leave.
    Batch {
        /// How many.
        looked_at: usize,
        /// To be rendered and handed over at once.
        ready: Vec<Ready>,
    },
}

/// Reasons by which addresses are suppressed: `(channel, address)`.
type Suppressed = HashMap<(String, String), String>;

/// Claims due nudges and decides about each, on what the same transaction reads.
///
/// # Errors
/// `Db`; then nothing was claimed.
pub async fn claim(app: &App, shop: &Shop, lease: &Lease, most: i64) -> Result<Claimed, AppError> {
    let mut tx = app.db.begin().await?;
    db::shops::hold_intake(&mut tx, shop.id).await?;
    let now = app.now();
    if db::deliveries::has_urgent(&mut tx, shop.id).await? {
        tx.rollback().await?;
        return Ok(Claimed::ApplyFirst);
    }
    let ids = db::nudges::claim_due(&mut tx, shop.id, now, lease, most).await?;
    if ids.is_empty() {
        tx.rollback().await?;
        return Ok(Claimed::Batch { looked_at: 0, ready: Vec::new() });
    }
    let as_is = |_: &NudgeContext, _: &mut Inputs| {};
    let ready = decide_claimed(app, &mut tx, (shop, lease), (&ids, now), as_is).await?;
    let handed: Vec<HandOver> = ready.iter().filter_map(|r| hand_over(app, shop, &r.context, r.reference.clone())).collect();
    db::unknown::hand_over(&mut tx, shop.id, &handed).await?;
    tx.commit().await?;
    Ok(Claimed::Batch { looked_at: ids.len(), ready })
}

/// Decides about claimed nudges as of an instant, settles those that don't leave, and stores every answer. Those that may leave. `amend` may change what is
/// decided on, where that isn't in the database.
///
/// # Errors
/// `Db`.
pub async fn decide_claimed(
    app: &App,
    tx: &mut Tx,
    (shop, lease): (&Shop, &Lease),
    (ids, now): (&[uuid::Uuid], Timestamp),
    amend: impl Fn(&NudgeContext, &mut Inputs),
) -> Result<Vec<Ready>, AppError> {
    db::nudges::one_claim_of_texts(tx, shop.id, ids).await?;
    let contexts = db::nudges::contexts(tx, shop.id, ids).await?;
    let addresses: Vec<&str> = contexts.iter().filter_map(address).collect();
    let suppressed = db::messages::suppressed(tx, shop.id, &addresses).await?;
    let suppressed: Suppressed = suppressed.into_iter().map(|(channel, address, reason)| ((channel, address), reason)).collect();
    let mut ready = Vec::new();
    let mut decisions = Vec::new();
    for context in contexts {
        let mut inputs = inputs_of(app, shop, &context, &suppressed, now);
        amend(&context, &mut inputs);
        let decision = decide(&inputs);
        if shop.canary_of.is_none() {
            metrics::counter!(crate::telemetry::DECISIONS, "rule" => decision.rule.clone()).increment(1);
        }
        // A nudge that waits for the same reason as before is not explained again at every look.
        let repeats = matches!(decision.verdict, Verdict::Postpone { .. }) && context.reason.as_deref() == Some(&decision.rule);
        if !repeats {
            decisions.push(explain::row_at(app, now, explained(&context, &decision, &inputs)));
        }
        if let Some(settled) = settled(&context, &decision) {
            db::nudges::settle(tx, shop.id, lease, &settled).await?;
        } else {
            let reference = reference(app, shop, &context);
            ready.push(Ready { context, reference });
        }
    }
    db::decisions::insert(tx, shop.id, &decisions).await?;
    Ok(ready)
}

/// By what the message will be known on its way. What an earlier attempt was known by is kept, whatever became of the settings: a mail program then sees a
/// repeat for what it is.
pub(super) fn reference(app: &App, shop: &Shop, context: &NudgeContext) -> Option<String> {
    let channel = app.channel_for(shop, context.channel)?;
    let fresh = channel.reference(&context.id.to_string())?;
    let same = context.provider.as_deref() == Some(channel.name());
    Some(context.provider_id.clone().filter(|_| same).unwrap_or(fresh))
}

/// What is noted before a hand-over, so that its outcome can be asked for.
pub(super) fn hand_over(app: &App, shop: &Shop, context: &NudgeContext, reference: Option<String>) -> Option<HandOver> {
    let channel = app.channel_for(shop, context.channel)?;
    Some(HandOver {
        id: context.id,
        to: address(context)?.to_owned(),
        provider: channel.name(),
        account: channel.account().map(str::to_owned),
        reference,
    })
}

/// Where a nudge would go.
pub fn address(context: &NudgeContext) -> Option<&str> {
    match context.channel {
        ChannelKind::Email => context.cart.email.as_ref().map(|e| e.value.as_str()),
        ChannelKind::Sms => context.cart.phone.as_ref().map(|p| p.value.as_str()),
    }
}

fn inputs_of(app: &App, shop: &Shop, context: &NudgeContext, suppressed: &Suppressed, now: Timestamp) -> Inputs {
    let cart = &context.cart;
    let after = context.spec.abandon_after.0;
    let to = address(context);
    let text = |s: &Option<crate::domain::joined::Stamped<String>>| s.as_ref().map(|s| s.value.clone());
    let why_suppressed = |to: &str| suppressed.get(&(context.channel.as_str().to_owned(), to.to_owned())).cloned();
    let merged = context.merged_into.map(|c| c.to_string());
    Inputs {
        now,
        due_at: context.due_at,
        channel: context.channel,
        cart: cart.state(now, after, context.recovered),
        abandoned_at: cart.abandoned_at(after),
        campaign: context.campaign_status,
        shop_stopped: stopped(shop),
        arm: context.arm,
        has_address: to.is_some(),
        nanp: cart.phone.as_ref().is_some_and(|p| p.value.is_nanp()),
        consent: context
            .consent
            .as_ref()
            .map(|c| ConsentInput { allows: c.allows(), proof: format!("{} since {}: {}", c.state.as_str(), c.at, c.source) }),
        suppressed: to.and_then(why_suppressed),
        superseded_by: context.superseded_by.map(|c| c.to_string()).or(merged),
        texts_sent: u32::try_from(context.texts_sent).unwrap_or(u32::MAX),
        quiet_hours: context.spec.quiet_hours,
        zones: zones::candidates(text(&cart.country).as_deref(), text(&cart.province).as_deref(), &shop.timezone),
        channel_ready: app.channel_for(shop, context.channel).is_some(),
        cart_empty: cart.snapshot().is_none_or(|s| s.items.is_empty()),
    }
}

fn stopped(shop: &Shop) -> Option<String> {
    if shop.status != "active" {
        return Some(format!("it is {}", shop.status));
    }
    shop.uninstalled_at.map(|at| format!("it removed the app at {at}"))
}

fn explained<'a>(context: &NudgeContext, decision: &'a Decision, inputs: &Inputs) -> explain::Decided<'a> {
    let outcome = match decision.verdict {
        Verdict::Send => "send",
        Verdict::Postpone { .. } => "postpone",
        Verdict::Cancel => "cancel",
    };
    let why = match decision.verdict {
        Verdict::Postpone { at } => format!("{}; looked at again at {at}", decision.why),
        _ => decision.why.clone(),
    };
    let inputs = serde_json::to_string(inputs).unwrap_or_default();
    explain::Decided { cart: context.cart_id, nudge: Some(context.id), outcome, rule: &decision.rule, why, inputs }
}

/// How a nudge that doesn't leave is settled; none for one that does.
fn settled(context: &NudgeContext, decision: &Decision) -> Option<Settled> {
    let (state, wake_at) = match decision.verdict {
        Verdict::Send => return None,
        Verdict::Postpone { at } => (NudgeState::Scheduled, Some(at)),
        Verdict::Cancel => (NudgeState::Cancelled, None),
    };
    Some(Settled {
        id: context.id,
        state,
        wake_at,
        reason: decision.rule.clone(),
        provider: None,
        provider_id: None,
        sent_at: None,
        unattempted: true,
    })
}
