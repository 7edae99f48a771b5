//! Sending: claim and decide in one transaction, render, hand over, record in another.

mod claim;
mod codes;
mod fresh;
mod ground;
mod held;
mod hours;
mod record;
mod render;
mod settle;
mod show;

pub use settle::{ByHand, CLICKED, SettledByHand, begin_restored, by_hand, has_arrived, settle_unknown};

use super::{App, AppError, ingest};
use crate::channels::Outcome;
use crate::db;
use crate::db::contexts::NudgeContext;
use crate::db::messages::MessageRow;
use crate::db::nudges::Lease;
use crate::db::shops::Shop;
use crate::domain::ids::ShopId;
use claim::Claimed;
pub(in crate::app) use claim::{addressed, decide_claimed};
use futures_util::{FutureExt as _, StreamExt as _, stream};
pub(in crate::app) use held::while_held;
use jiff::SignedDuration;
pub(in crate::app) use record::{Answer, record_answer};
pub(in crate::app) use show::{inputs_at, rendered};
use tokio::sync::mpsc;

/// At most this many messages of one shop are on their way at once; a claim takes no more, so that none waits with a lease running.
const BATCH_MAX: i64 = 64;
/// At most this many claims of one shop before another shop's turn.
const TURNS_MAX: usize = 8;
/// With less than this, or a quarter, left of the lease nothing is handed over any more: it could lapse on the way.
const LEASE_MARGIN: SignedDuration = SignedDuration::from_secs(20);
/// A nudge that may leave.
pub(super) struct Ready {
    context: NudgeContext,
    /// By what its message will be known on its way.
    reference: Option<String>,
    /// The shopper's own code that it carries.
    code: Option<codes::Own>,
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
    settle::mark_lost(app).await?;
    fresh::refresh(app).await;
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
    let (done, results) = mpsc::unbounded_channel();
    let sending = async move {
        let give = |one: Done| drop(done.send(one));
        match render::Templates::load(app, shop, &ready).await {
            Ok(templates) => stream::iter(ready).for_each_concurrent(None, |r| attempt(app, shop, &templates, lease, r).map(give)).await,
            // Nothing can be made now, and nothing was attempted.
            Err(error) => {
                tracing::error!(%error, shop = %shop.id, "templates could not be read; their messages are tried again");
                ready.into_iter().for_each(|r| give(Done { context: r.context, result: Handed::TooLate }));
            }
        }
    };
    // Side by side: a database that hesitates must not hold up messages that are on their way, since orders wait for those only so long.
    let ((), recorded) = tokio::join!(sending, record::record_all(app, shop, lease, results));
    recorded
}

async fn attempt(app: &App, shop: &Shop, templates: &render::Templates, lease: &Lease, ready: Ready) -> Done {
    let rendered = render::message(app, shop, templates, &ready);
    let context = ready.context;
    let (message, row) = match rendered {
        Ok(made) => made,
        Err(why) => return Done { context, result: Handed::Unrendered(why) },
    };
    let Some(channel) = app.channel_for(shop, context.channel) else { return Done { context, result: Handed::TooLate } };
    // Asked last: a worker that was stopped for longer than its lease must not send when it wakes up.
    if app.now() + LEASE_MARGIN.min(app.config.lease.0 / 4) >= lease.until {
        return Done { context, result: Handed::TooLate };
    }
    let outcome = held::while_held(app, lease, channel.send(&message)).await.unwrap_or_else(|| held::lapsed(&context));
    Done { context, result: Handed::Answered(outcome, channel.name(), Box::new(row)) }
}
