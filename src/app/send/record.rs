//! The second transaction of a nudge: what came of it, fenced by its lease.

use super::{Done, Handed, flow};
use crate::app::explain::{Decided, row_at};
use crate::app::{App, AppError, explain, receipts};
use crate::channels::{Fault, Holds, Outcome};
use crate::clock::bytes;
use crate::db::contexts::NudgeContext;
use crate::db::decisions::NewDecision;
use crate::db::nudges::{Lease, Settled};
use crate::db::shops::Shop;
use crate::db::{self, DbError, Tx};
use crate::domain::nudge::NudgeState;
use crate::domain::retry::wait_after;
use crate::domain::sms::Charge;
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use std::time::Duration;
use tokio::sync::mpsc::UnboundedReceiver;

/// How long to wait after a refusal that is our own fault (credentials, reputation, a broken template): the merchant has to act first.
const OWN_FAULT_WAIT: SignedDuration = SignedDuration::from_mins(15);

/// A worker that was held up for most of a lease gets a moment to recover.
const HELD_UP_WAIT: SignedDuration = SignedDuration::from_secs(1);

/// Results are recorded together where they come together.
const RECORD_MAX: usize = 64;
/// While the database can't be reached, recording is tried again after a moment, as long as the lease stands, and so often at most.
const AGAIN_WAIT: Duration = Duration::from_millis(250);
const TRIES_MAX: u32 = 200;

/// What became of an attempt, as its decision keeps it: enough to record it again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// The provider's.
    Answered {
        /// Whose.
        provider: String,
        /// What it said.
        outcome: Outcome,
        /// What the message costs if it left.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        charge: Option<Charge>,
    },
    /// The message can't be made.
    Unrendered {
        /// Why.
        why: String,
    },
    /// The lease was nearly over.
    TooLate,
    /// The way was shut since it was claimed.
    Held {
        /// Until when, and why.
        why: String,
    },
}

impl Answer {
    fn of(handed: &Handed) -> Self {
        match handed {
            Handed::Answered(outcome, provider, row) => {
                Self::Answered { provider: (*provider).to_owned(), outcome: outcome.clone(), charge: row.charge.clone() }
            }
            Handed::Unrendered(why) => Self::Unrendered { why: why.clone() },
            Handed::TooLate => Self::TooLate,
            Handed::Held(why) => Self::Held { why: why.clone() },
        }
    }
}

/// What is to be recorded.
struct Recording {
    settled: Settled,
    outcome: &'static str,
    why: String,
    suppress: Option<&'static str>,
}

/// Makes the record of an attempt that is to be repeated: the reason, why, and after how long.
type Again<'a> = dyn Fn(&str, String, SignedDuration) -> Recording + 'a;

/// Records results as they come, until the last.
///
/// # Errors
/// `Db`, the last of them; what could not be recorded becomes `unknown` when its lease lapses.
pub async fn record_all(app: &App, shop: &Shop, lease: &Lease, mut results: UnboundedReceiver<Done>) -> Result<(), AppError> {
    let mut last = Ok(());
    let mut done = Vec::new();
    while results.recv_many(&mut done, RECORD_MAX).await > 0 {
        if let Err(error) = flow::note(app, shop, &done).await {
            tracing::error!(%error, shop = %shop.id, "what results say about their sender could not be written down; this process knows it all the same");
        }
        // A failed commit must not stop the others: theirs are on their way.
        if let Err(error) = record_soon(app, shop, lease, &done).await {
            tracing::error!(%error, shop = %shop.id, "what became of messages could not be recorded; they count as unknown when their lease lapses");
            last = Err(error);
        }
        done.clear();
    }
    last
}

/// Records a portion as soon as the database lets us: what is known must not become unknown because it was away for a moment.
async fn record_soon(app: &App, shop: &Shop, lease: &Lease, done: &[Done]) -> Result<(), AppError> {
    for _ in 0..TRIES_MAX {
        match record(app, shop, lease, done).await {
            Err(AppError::Db(DbError::Unavailable(_))) if app.now() < lease.until => tokio::time::sleep(AGAIN_WAIT).await,
            done => return done,
        }
    }
    record(app, shop, lease, done).await
}

/// Records a portion of results in one transaction.
///
/// # Errors
/// `Db`; then none is recorded.
async fn record(app: &App, shop: &Shop, lease: &Lease, done: &[Done]) -> Result<(), AppError> {
    let mut tx = app.db.begin().await?;
    db::receipts::hold_waiting(&mut tx, shop.id).await?;
    let mut stayed = Vec::new();
    let (mut decisions, mut messages) = (Vec::new(), Vec::new());
    for one in done {
        let answer = Answer::of(&one.result);
        if !answer_into(app, &mut tx, (shop, lease), (&one.context, &answer), &mut decisions).await? {
            // Somebody else has settled it since: the lease was over. Their word stands.
            tracing::warn!(nudge = %one.context.id, "a result came after its lease had lapsed, and was not recorded");
            continue;
        }
        match &one.result {
            Handed::Answered(_, _, message) if one.result.may_have_left() => messages.push(message.as_ref()),
            _ => stayed.push(&one.context),
        }
    }
    explain::insert(&mut tx, shop.id, &decisions).await?;
    db::messages::save(&mut tx, shop.id, &messages).await?;
    flow::give_back(app, &mut tx, shop, &stayed).await?;
    Ok(tx.commit().await?)
}

/// Records what became of one attempt, unless its lease was over. Was it?
///
/// # Errors
/// `Db`.
pub async fn record_answer(app: &App, tx: &mut Tx, of: (&Shop, &Lease), context: &NudgeContext, answer: &Answer) -> Result<bool, AppError> {
    let mut decisions = Vec::new();
    let recorded = answer_into(app, tx, of, (context, answer), &mut decisions).await?;
    explain::insert(tx, of.0.id, &decisions).await?;
    Ok(recorded)
}

/// The same; what was decided is added to what is to be written with the rest.
async fn answer_into(
    app: &App,
    tx: &mut Tx,
    (shop, lease): (&Shop, &Lease),
    (context, answer): (&NudgeContext, &Answer),
    decisions: &mut Vec<NewDecision>,
) -> Result<bool, AppError> {
    let result = recording(app, context, answer);
    if !db::nudges::settle(tx, shop.id, lease, &result.settled).await? {
        return Ok(false);
    }
    let at = result.settled.sent_at.filter(|_| result.settled.state == NudgeState::Sent).unwrap_or_else(|| app.now());
    let rule = result.settled.reason.clone();
    let decided = Decided {
        cart: context.cart_id,
        nudge: Some(context.id),
        outcome: result.outcome,
        rule: &rule,
        why: result.why,
        inputs: serde_json::to_string(answer).unwrap_or_default(),
    };
    decisions.push(row_at(app, at, decided));
    if shop.canary_of.is_none() {
        metrics::counter!(crate::telemetry::MESSAGES, "channel" => context.channel.as_str(), "outcome" => result.outcome).increment(1);
    }
    if let Answer::Answered { charge: Some(charge), outcome, .. } = answer
        && matches!(outcome, Outcome::Accepted { .. } | Outcome::Unknown { .. })
    {
        db::messages::save_cost(tx, shop.id, context.id, charge).await?;
    }
    match result.settled.state {
        NudgeState::Unknown => super::settle::begin(app, tx, shop, (context.id, context.channel), at).await?,
        // Its provider may have told more of it already: also that it took what it seems not to have taken.
        NudgeState::Sent | NudgeState::Scheduled => receipts::counted(app, tx, shop.id, context.id, at).await?,
        _ => {}
    }
    if let (Some(reason), Some(to)) = (result.suppress, context.address()) {
        db::messages::suppress(tx, shop.id, (context.channel, to), reason, at).await?;
        let cancelled = db::nudges::cancel_for_contact(tx, shop.id, context.contact_id, Some(context.channel), "suppressed").await?;
        explain::cancelled_rows(app, tx, shop.id, cancelled.into_iter(), ("suppressed", at)).await?;
    }
    Ok(true)
}

fn settled(context: &NudgeContext, state: NudgeState, reason: &str) -> Settled {
    Settled {
        id: context.id,
        state,
        wake_at: None,
        reason: reason.to_owned(),
        provider: None,
        provider_id: None,
        sent_at: None,
        unattempted: false,
        switch_to: None,
    }
}

fn recording(app: &App, context: &NudgeContext, answer: &Answer) -> Recording {
    let again = |reason: &str, why: String, wait: SignedDuration| Recording {
        settled: Settled { wake_at: Some(app.now() + wait), ..settled(context, NudgeState::Scheduled, reason) },
        outcome: "retry",
        why,
        suppress: None,
    };
    match answer {
        Answer::Unrendered { why } => again("template_broken", format!("the message can't be made: {why}"), OWN_FAULT_WAIT),
        Answer::TooLate => again("lease_short", "the worker was held up; it is tried again".into(), HELD_UP_WAIT),
        // It keeps its place: it is due as before, and taken when its way is open.
        Answer::Held { why } => Recording {
            settled: Settled { unattempted: true, ..settled(context, NudgeState::Scheduled, "channel_held") },
            outcome: "retry",
            why: why.clone(),
            suppress: None,
        },
        Answer::Answered { provider, outcome, .. } => answered(app, context, outcome, (provider, &again)),
    }
}

/// Why an address must not be written to any more after a refusal, if it mustn't.
pub(super) fn suppression(fault: Fault) -> Option<&'static str> {
    match fault {
        Fault::Recipient => Some("the address can't be reached"),
        Fault::OptedOut => Some("the shopper opted out at the provider"),
        Fault::Sender | Fault::Content => None,
    }
}

/// Nothing was sent by this channel, and nothing will be: another takes over, if the step has one.
fn refused(app: &App, context: &NudgeContext, (provider, reason): (&str, &str), fault: Fault) -> Recording {
    let failed = settled(context, NudgeState::Failed, "refused");
    let why = format!("{provider} refused it for good: {reason}");
    let (settled, why) = match context.fallback {
        Some(channel) => {
            let again = Settled { state: NudgeState::Scheduled, wake_at: Some(app.now()), switch_to: Some(channel), ..failed };
            (again, format!("{why}; it goes by {} instead", channel.as_str()))
        }
        None => (failed, why),
    };
    Recording { settled, outcome: "refused", why, suppress: suppression(fault) }
}

fn answered(app: &App, context: &NudgeContext, outcome: &Outcome, (provider, again): (&str, &Again<'_>)) -> Recording {
    match outcome {
        Outcome::Accepted { provider_id } => Recording {
            settled: Settled {
                provider: Some(provider.to_owned()),
                provider_id: provider_id.clone(),
                sent_at: Some(app.now()),
                ..settled(context, NudgeState::Sent, "accepted")
            },
            outcome: "sent",
            why: format!("{provider} took it"),
            suppress: None,
        },
        Outcome::Refused { reason, fault: Fault::Sender } => {
            again("sender_refused", format!("{provider} refuses this sender: {reason}"), OWN_FAULT_WAIT)
        }
        Outcome::Refused { reason, fault } => refused(app, context, (provider, reason), *fault),
        Outcome::TryLater { reason, after, holds } => {
            // Where nothing goes, the way itself is held for longer and longer, and tried with one message at a time: none has to wait any longer for that.
            let attempt = if *holds == Holds::Channel { 1 } else { u32::try_from(context.attempts).unwrap_or(u32::MAX) };
            let jitter = f64::from(u16::from_be_bytes(bytes(app.random.as_ref()))) / f64::from(u16::MAX);
            again("try_later", format!("{provider} didn't take it now: {reason}"), wait_after(attempt, *after, jitter))
        }
        Outcome::Unknown { reason } => Recording {
            settled: Settled {
                provider: Some(provider.to_owned()),
                // The earliest time at which it can have left: a click or an order may have come before the silence was noticed.
                sent_at: context.claimed_at.or_else(|| Some(app.now())),
                ..settled(context, NudgeState::Unknown, "no_answer")
            },
            outcome: "unknown",
            why: format!("{provider} never answered ({reason}): it may have been sent, so it is not sent again blindly"),
            suppress: None,
        },
    }
}
