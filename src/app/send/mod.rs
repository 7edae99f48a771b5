//! Sending: claim and decide in one transaction, render, hand over, record in another.

mod claim;
mod record;
mod render;

use super::{App, AppError, explain, ingest};
use crate::channels::Outcome;
use crate::db;
use crate::db::messages::MessageRow;
use crate::db::nudges::{Lease, NudgeContext};
use crate::db::shops::Shop;
use crate::domain::ids::ShopId;
use claim::Claimed;
use futures_util::StreamExt as _;
use jiff::SignedDuration;

/// At most this many messages of one shop are on their way at once; a claim takes no more, so that none waits with a lease running.
const BATCH_MAX: i64 = 64;
/// At most this many claims of one shop before another shop's turn.
const TURNS_MAX: usize = 8;
/// Results are recorded together where they come together.
const RECORD_MAX: usize = 32;
/// With less than this, or a quarter, left of the lease nothing is handed over any more: it could lapse on the way.
const LEASE_MARGIN: SignedDuration = SignedDuration::from_secs(20);
/// Nudges whose worker was lost are looked for in such portions.
const LAPSED_MAX: i64 = 200;

/// A nudge that may leave.
pub(super) struct Ready {
    context: NudgeContext,
}

/// A message that was handed over, or couldn't be made, and what came of it.
pub(super) struct Done {
    context: NudgeContext,
    result: Handed,
}

/// What became of an attempt.
pub(super) enum Handed {
    /// The provider's answer, and the message.
    Answered(Outcome, &'static str, Box<MessageRow>),
    /// The template can't be rendered: why. Nothing was attempted.
    Unrendered(String),
    /// The lease was nearly over. Nothing was attempted.
    TooLate,
}

/// Sends what is due, shop after shop in turns. How many nudges were looked at.
///
/// # Errors
/// `Db`.
pub async fn send_due(app: &App) -> Result<usize, AppError> {
    settle_lost(app).await?;
    let mut looked_at = 0;
    let mut shops = db::nudges::shops_due(&app.db, app.now()).await?;
    for _ in 0..TURNS_MAX {
        let mut more = Vec::new();
        for shop in shops {
            let count = send_shop(app, shop).await?;
            looked_at += count;
            if count >= usize::try_from(BATCH_MAX).unwrap_or(usize::MAX) {
                more.push(shop);
            }
        }
        shops = more;
    }
    Ok(looked_at)
}

/// One claim of one shop, to its end. How many nudges were looked at.
///
/// # Errors
/// `Db`.
pub async fn send_shop(app: &App, shop: ShopId) -> Result<usize, AppError> {
    let shop = db::shops::get(&app.db, shop).await?.ok_or(AppError::NotFound("store with that id"))?;
    let lease = Lease { by: app.new_id().to_string(), until: app.now() + app.config.lease.0 };
    let mut claimed = claim::claim(app, &shop, &lease, BATCH_MAX).await?;
    for _ in 0..TURNS_MAX {
        // A delivery that may end a cart waits: it is applied before anything may leave.
        if !matches!(claimed, Claimed::ApplyFirst) {
            break;
        }
        ingest::apply_shop(app, shop.id).await?;
        claimed = claim::claim(app, &shop, &lease, BATCH_MAX).await?;
    }
    let Claimed::Batch { looked_at, ready } = claimed else { return Ok(0) };
    hand_over(app, &shop, &lease, ready).await?;
    Ok(looked_at)
}

/// Hands the messages over side by side, and records results as they come.
async fn hand_over(app: &App, shop: &Shop, lease: &Lease, ready: Vec<Ready>) -> Result<(), AppError> {
    if ready.is_empty() {
        return Ok(());
    }
    let templates = render::Templates::load(app, shop, &ready).await?;
    let width = ready.len();
    let attempts = futures_util::stream::iter(ready).map(|r| attempt(app, shop, &templates, lease, r)).buffer_unordered(width);
    let mut results = std::pin::pin!(attempts.ready_chunks(RECORD_MAX));
    let mut first_error = None;
    while let Some(done) = results.next().await {
        // A failed commit must not stop the others: theirs are on their way.
        if let Err(error) = record::record(app, shop, lease, &done).await {
            tracing::error!(%error, shop = %shop.id, "what became of messages could not be recorded; they count as unknown when their lease lapses");
            first_error = Some(error);
        }
    }
    first_error.map_or(Ok(()), Err)
}

async fn attempt(app: &App, shop: &Shop, templates: &render::Templates, lease: &Lease, ready: Ready) -> Done {
    let context = ready.context;
    let (message, row) = match render::message(app, shop, templates, &context) {
        Ok(made) => made,
        Err(why) => return Done { context, result: Handed::Unrendered(why) },
    };
    let Some(channel) = app.channel_for(shop, context.channel) else { return Done { context, result: Handed::TooLate } };
    // Asked last: a worker that was stopped for longer than its lease must not send when it wakes up.
    if app.now() + LEASE_MARGIN.min(app.config.lease.0 / 4) >= lease.until {
        return Done { context, result: Handed::TooLate };
    }
    let outcome = channel.send(&message).await;
    Done { context, result: Handed::Answered(outcome, channel.name(), Box::new(row)) }
}

/// Nudges whose worker never came back may have been sent: they are unknown, and never sent again blindly.
async fn settle_lost(app: &App) -> Result<(), AppError> {
    let now = app.now();
    for (shop, nudge, cart) in db::nudges::lapsed(&app.db, now, LAPSED_MAX).await? {
        let mut tx = app.db.begin().await?;
        if db::nudges::mark_unknown(&mut tx, shop, nudge, now).await? {
            let why = "the worker that was sending it was lost before it could say what came of it: it may have been sent, so it is not sent again";
            let decided = explain::Decided {
                cart,
                nudge: Some(nudge),
                outcome: "unknown",
                rule: "worker_lost",
                why: why.into(),
                inputs: "{}".into(),
            };
            explain::record(app, &mut tx, shop, decided).await?;
        }
        tx.commit().await?;
    }
    Ok(())
}
