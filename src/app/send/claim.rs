//! The first transaction of a nudge: lease it, read what decides about it, decide, and settle what doesn't leave.

use super::Ready;
use super::gates::{Beside, Contenders, Gates};
use super::ground::Ground;
use crate::app::{App, AppError, explain};
use crate::db::contexts::{self, NudgeContext};
use crate::db::nudges::{Lease, Settled};
use crate::db::shops::Shop;
use crate::db::unknown::HandOver;
use crate::db::{self, Tx};
use crate::domain::event::ChannelKind;
use crate::domain::ids::NudgeId;
use crate::domain::nudge::{Decision, HOLDOUT, Inputs, NO_CODE, NudgeState, Verdict, decide};
use jiff::Timestamp;

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
        /// As many were taken as could be: there may be more.
        more: bool,
    },
}

/// What a claim may take.
#[derive(Debug, Clone, Copy)]
pub(super) struct Most {
    /// So many of each channel.
    pub each: i64,
    /// With whom the senders are shared.
    pub among: Contenders,
}

/// Claims due nudges and decides about each, on what the same transaction reads.
///
/// # Errors
/// `Db`; then nothing was claimed.
pub(super) async fn claim(app: &App, shop: &Shop, lease: &Lease, most: Most) -> Result<Claimed, AppError> {
    let mut tx = app.db.begin().await?;
    db::shops::hold_intake(&mut tx, shop.id).await?;
    contexts::one_claim_at_a_time(&mut tx, shop.id).await?;
    let now = app.now();
    if db::deliveries::has_urgent(&mut tx, shop.id).await? {
        tx.rollback().await?;
        return Ok(Claimed::ApplyFirst);
    }
    let mut gates = Gates::hold(app, &mut tx, shop, (now, most.each), most.among).await?;
    let asked = gates.most();
    let ids = db::nudges::claim_due_by(&mut tx, shop.id, now, lease, &asked).await?;
    if ids.is_empty() {
        tx.rollback().await?;
        gates.remember();
        return Ok(Claimed::Batch { looked_at: 0, ready: Vec::new(), more: false });
    }
    let taken = decide_claimed(app, &mut tx, (shop, lease), (&ids, now), &mut gates).await?;
    let handed: Vec<HandOver> = taken.ready.iter().filter_map(|r| hand_over(app, shop, &r.context, r.reference.clone())).collect();
    db::unknown::hand_over(&mut tx, shop.id, &handed).await?;
    gates.save(&mut tx, lease).await?;
    tx.commit().await?;
    gates.remember();
    let full = |(kind, most): &(ChannelKind, i64)| {
        *most > 0 && taken.of.iter().filter(|k| *k == kind).count() >= usize::try_from(*most).unwrap_or(usize::MAX)
    };
    Ok(Claimed::Batch { looked_at: ids.len(), ready: taken.ready, more: asked.iter().any(full) })
}

/// What came of what a claim took.
pub(in crate::app) struct Taken {
    /// What may leave.
    pub ready: Vec<Ready>,
    /// By which channels all of it was to leave.
    pub of: Vec<ChannelKind>,
}

/// Decides about claimed nudges as of an instant, settles those that don't leave, and stores every answer. Those that may leave. What is decided on and isn't
/// in the store's own rows comes from `beside`.
///
/// # Errors
/// `Db`.
pub async fn decide_claimed(
    app: &App,
    tx: &mut Tx,
    (shop, lease): (&Shop, &Lease),
    (ids, now): (&[uuid::Uuid], Timestamp),
    beside: &mut impl Beside,
) -> Result<Taken, AppError> {
    let contexts = contexts::load(tx, shop.id, ids).await?;
    let mut ground = Ground::load(app, tx, (shop, lease), (&contexts, now)).await?;
    ground.hold_codes(tx, &contexts).await?;
    let (mut ready, mut decisions, mut counted) = (Vec::new(), Vec::new(), Vec::new());
    let of = contexts.iter().map(|c| c.channel).collect();
    for context in contexts {
        let mut inputs = ground.inputs(&context);
        beside.amend(&context, &mut inputs);
        let decision = decide(&inputs);
        if shop.canary_of.is_none() {
            metrics::counter!(crate::telemetry::DECISIONS, "rule" => decision.rule.clone()).increment(1);
        }
        // A nudge that waits for the same reason as before is not explained again at every look.
        let repeats = matches!(decision.verdict, Verdict::Postpone { .. }) && context.reason.as_deref() == Some(&decision.rule);
        if !repeats {
            decisions.push(explain::row_at(app, now, explained(&context, &decision, &inputs)));
        }
        let begins = !context.counted && (decision.verdict == Verdict::Send || decision.rule == HOLDOUT);
        if begins {
            // Those who are left alone aren't hurried: both sides count from the moment that the plan says.
            counted.push((context.enrolment_id, context.planned_for.map_or(now, |at| at.max(now))));
        }
        if begins || (context.variant.is_some() && (decision.verdict == Verdict::Send || decision.rule == NO_CODE)) {
            db::lift::mark(tx, shop.id, context.contact_id, context.id.0).await?;
        }
        if let Some(settled) = settled(&context, &decision) {
            db::nudges::settle(tx, shop.id, lease, &settled).await?;
        } else {
            let code = ground.leaves(&context, &inputs);
            beside.leaves(&context);
            let reference = reference(app, shop, &context);
            ready.push(Ready { context, reference, code });
        }
    }
    ground.save(tx).await?;
    db::enrolments::count(tx, shop.id, &counted).await?;
    db::decisions::insert(tx, shop.id, &decisions).await?;
    Ok(Taken { ready, of })
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
        to: context.address()?.to_owned(),
        provider: channel.name(),
        account: channel.account().map(str::to_owned),
        reference,
    })
}

/// To whom messages are to be handed over, by nudge.
pub(in crate::app) fn addressed(ready: &[Ready]) -> Vec<(NudgeId, String)> {
    ready.iter().filter_map(|r| Some((r.context.id, r.context.address()?.to_owned()))).collect()
}

fn explained<'a>(context: &NudgeContext, decision: &'a Decision, inputs: &Inputs) -> explain::Decided<'a> {
    let outcome = decision.verdict.as_str();
    let why = match decision.verdict {
        Verdict::Postpone { at } => format!("{}; looked at again at {at}", decision.why),
        _ => decision.why.clone(),
    };
    let inputs = serde_json::to_string(inputs).unwrap_or_default();
    explain::Decided { cart: context.cart_id, nudge: Some(context.id), outcome, rule: &decision.rule, why, inputs }
}

/// How a nudge that doesn't leave is settled; none for one that does.
fn settled(context: &NudgeContext, decision: &Decision) -> Option<Settled> {
    let (state, wake_at, switch_to) = match decision.verdict {
        Verdict::Send => return None,
        Verdict::Postpone { at } => (NudgeState::Scheduled, Some(at), None),
        // At once: it is due.
        Verdict::Switch { channel } => (NudgeState::Scheduled, None, Some(channel)),
        Verdict::Cancel => (NudgeState::Cancelled, None, None),
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
        switch_to,
    })
}
