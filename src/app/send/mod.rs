//! Sending: claim and decide in one transaction, render, hand over, record in another.

mod claim;
mod codes;
mod flow;
mod fresh;
mod gates;
mod ground;
mod held;
mod hours;
mod record;
mod render;
mod settle;
mod show;
mod turns;

pub use flow::{Flow, Held, forget_old_counts, held};
pub use settle::{ByHand, CLICKED, SettledByHand, begin_restored, by_hand, has_arrived, settle_unknown};
pub use turns::{keep_sending, send_due, send_shop};

use super::{App, AppError};
use crate::channels::Outcome;
use crate::db::contexts::NudgeContext;
use crate::db::messages::MessageRow;
use crate::db::nudges::Lease;
use crate::db::shops::Shop;
pub(in crate::app) use claim::{addressed, decide_claimed};
use futures_util::{FutureExt as _, StreamExt as _, stream};
pub(in crate::app) use gates::Beside;
pub(in crate::app) use held::while_held;
use jiff::SignedDuration;
pub(in crate::app) use record::{Answer, record_answer};
pub(in crate::app) use render::lines_of;
pub(in crate::app) use show::{inputs_at, rendered};
use tokio::sync::mpsc;

/// At most this many messages of one claim are on their way at once.
const WIDTH: usize = 64;
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
    /// Nothing goes this way any more: until when, and why. Nothing was attempted.
    Held(String),
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
            Ok(templates) => stream::iter(ready).for_each_concurrent(WIDTH, |r| attempt(app, shop, &templates, lease, r).map(give)).await,
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
    let key = flow::key(app, shop, context.channel);
    if let Some(why) = key.and_then(|key| app.flow.shut(key, app.now())) {
        return Done { context, result: Handed::Held(why) };
    }
    let outcome = held::while_held(app, lease, channel.send(&message)).await.unwrap_or_else(|| held::lapsed(&context));
    if let Some(key) = key {
        app.flow.heard(key, &flow::signal(&outcome), (app.now(), flow::jitter(app)));
    }
    Done { context, result: Handed::Answered(outcome, channel.name(), Box::new(row)) }
}
