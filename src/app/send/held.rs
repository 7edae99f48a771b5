//! A hand-over lasts no longer than its lease: a worker that was stopped on the way says nothing more to the provider when it wakes up.

use crate::app::App;
use crate::channels::Outcome;
use crate::db::contexts::NudgeContext;
use crate::db::nudges::Lease;
use std::future::{Future, poll_fn};
use std::task::Poll;

/// Drives a hand-over, and asks before each of its steps whether the lease still stands. None when it doesn't: the rest is never done.
///
/// Time-outs would not do: a runtime that wakes up takes the provider's answer, and goes on, before it looks at its timers.
pub async fn while_held<T>(app: &App, lease: &Lease, hand_over: impl Future<Output = T>) -> Option<T> {
    let mut hand_over = std::pin::pin!(hand_over);
    poll_fn(|waker| if app.now() >= lease.until { Poll::Ready(None) } else { hand_over.as_mut().poll(waker).map(Some) }).await
}

/// What came of a message whose lease ended on the way.
pub fn lapsed(context: &NudgeContext) -> Outcome {
    tracing::warn!(nudge = %context.id, "the lease ended while the message was handed over, and the rest of it was left unsaid");
    Outcome::Unknown { reason: "the worker was held up until its lease was over".into() }
}
