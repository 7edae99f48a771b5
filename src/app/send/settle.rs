//! Settling: what became of messages whose outcome is unknown. Their providers are asked, shoppers' doings tell, and what is left is for the merchant to say.

use super::claim;
use crate::app::access::audit;
use crate::app::explain::{self, Decided};
use crate::app::{App, AppError, receipts};
use crate::channels::{Fault, Found, LookUp};
use crate::db::shops::Shop;
use crate::db::unknown::{Known, Noted, Unknown};
use crate::db::{self, Tx};
use crate::domain::cart::CartState;
use crate::domain::event::ChannelKind;
use crate::domain::ids::{CartId, NudgeId, ShopId};
use crate::domain::nudge::NudgeState;
use crate::domain::settle::{Answer, Inputs, Verdict, first_ask, settle};
use futures_util::StreamExt as _;
use jiff::{SignedDuration, Timestamp};

/// Nudges whose worker was lost are looked for in such portions.
const LAPSED_MAX: i64 = 200;
/// At most this many questions of one shop before another shop's turn.
const ASK_MAX: i64 = 16;
/// At most this many questions at once.
const ASK_WIDTH: usize = 4;
/// Until then nobody else asks the same: longer than all of a turn's questions may take together.
const ASK_LEASE: SignedDuration = SignedDuration::from_mins(30);

/// The rule by which a click settles a message, and why.
pub const CLICKED: (&str, &str) = ("clicked", "a person opened its link, so it arrived");

/// Nudges whose worker never came back may have been sent: they are unknown, and never sent again blindly.
pub(super) async fn mark_lost(app: &App) -> Result<(), AppError> {
    let now = app.now();
    for (shop, nudge, cart) in db::nudges::lapsed(&app.db, now, LAPSED_MAX).await? {
        let mut tx = app.db.begin().await?;
        if db::nudges::mark_unknown(&mut tx, shop, nudge, now).await? {
            let why = "the worker that was sending it was lost before it could say what came of it: it may have been sent, so it is not sent again blindly";
            explain::record(app, &mut tx, shop, now, decided(cart, nudge, ("unknown", "worker_lost"), why.into())).await?;
            let unknown = db::unknown::get(&mut tx, shop, nudge).await?;
            if let (Some(unknown), Some(shop)) = (unknown, db::shops::get_in(&mut tx, shop).await?) {
                begin(app, &mut tx, &shop, (nudge, unknown.channel), now).await?;
            }
        }
        tx.commit().await?;
    }
    Ok(())
}

/// Begins to ask for a nudge that became unknown at an instant, if its provider can be asked.
pub(super) async fn begin(
    app: &App,
    tx: &mut Tx,
    shop: &Shop,
    (nudge, kind): (NudgeId, ChannelKind),
    now: Timestamp,
) -> Result<(), AppError> {
    if db::touches::is_clicked(tx, shop.id, nudge).await? {
        has_arrived(app, tx, shop.id, (&[nudge.0], now), CLICKED).await?;
        return receipts::counted(app, tx, shop.id, nudge, now).await;
    }
    let asks = app.channel_for(shop, kind).is_some_and(|channel| channel.can_look_up());
    db::unknown::begin(tx, shop.id, nudge, now, asks.then(|| first_ask(now))).await?;
    receipts::counted(app, tx, shop.id, nudge, now).await
}

/// Begins to ask for messages that a database that is gone may have handed over: to whom and by whom it would have been, is taken from what stands now.
///
/// # Errors
/// `Db`.
pub async fn begin_restored(app: &App, tx: &mut Tx, shop: ShopId, ids: &[uuid::Uuid], now: Timestamp) -> Result<(), AppError> {
    let Some(shop) = db::shops::get_in(tx, shop).await?.filter(|_| !ids.is_empty()) else { return Ok(()) };
    let contexts = db::contexts::load(tx, shop.id, ids).await?;
    let handed: Vec<_> = contexts.iter().filter_map(|c| claim::hand_over(app, &shop, c, claim::reference(app, &shop, c))).collect();
    db::unknown::hand_over(tx, shop.id, &handed).await?;
    for context in &contexts {
        begin(app, tx, &shop, (context.id, context.channel), now).await?;
    }
    Ok(())
}

/// Asks providers what became of messages, where it is time to, shop after shop. How many questions were asked.
///
/// # Errors
/// `Db`.
pub async fn settle_unknown(app: &App) -> Result<usize, AppError> {
    let mut asked = 0;
    for shop in db::unknown::shops_to_ask(&app.db, app.now()).await? {
        asked += settle_shop(app, shop).await?;
    }
    Ok(asked)
}

async fn settle_shop(app: &App, shop: ShopId) -> Result<usize, AppError> {
    let until = app.now() + ASK_LEASE;
    let mut tx = app.db.begin().await?;
    let store = db::shops::get_in(&mut tx, shop).await?.ok_or(AppError::NotFound("store with that id"))?;
    let claimed = db::unknown::claim_to_ask(&mut tx, shop, app.now(), until, ASK_MAX).await?;
    tx.commit().await?;
    let count = claimed.len();
    let answers = futures_util::stream::iter(claimed).map(|unknown| async {
        let found = ask(app, &store, &unknown).await;
        (unknown, found)
    });
    let mut answers = std::pin::pin!(answers.buffer_unordered(ASK_WIDTH));
    let mut first_error = None;
    while let Some((unknown, found)) = answers.next().await {
        // What couldn't be recorded is asked again when the lease is over; the others must not wait for it.
        if let Err(error) = conclude(app, shop, until, (&unknown, found)).await {
            tracing::error!(%error, nudge = %unknown.id, "what a provider said about a message could not be recorded; it is asked again later");
            first_error = Some(error);
        }
    }
    first_error.map_or(Ok(count), Err)
}

/// Asks one question, outside of any transaction.
async fn ask(app: &App, shop: &Shop, unknown: &Unknown) -> Found {
    let cannot = |reason: &str| Found::CannotSay { reason: reason.to_owned() };
    let Some(channel) = app.channel_for(shop, unknown.channel) else {
        return Found::Unreachable { reason: "no provider is set up for the channel".to_owned() };
    };
    if unknown.provider.as_deref() != Some(channel.name()) {
        return cannot("it went through another provider than the one that is set up now");
    }
    let (Some(to), Some(since)) = (unknown.handed_to.clone(), unknown.sent_at) else {
        return cannot("to whom it went is not known any more");
    };
    let link = format!("/s/{}", unknown.short_code);
    let (key, reference, account) = (unknown.id.to_string(), unknown.provider_id.clone(), unknown.account.clone());
    channel.look_up(&LookUp { key, reference, to, link, account, since, now: app.now() }).await
}

fn answer_of(found: &Found) -> Answer {
    match found {
        Found::Arrived { .. } => Answer::Arrived,
        Found::Refused { .. } => Answer::Refused,
        Found::Absent => Answer::Absent,
        Found::CannotSay { .. } => Answer::CannotSay,
        Found::Unreachable { .. } => Answer::Unreachable,
    }
}

/// Records what a provider said, fenced: whoever settled it meanwhile has the last word.
async fn conclude(app: &App, shop: ShopId, until: Timestamp, (unknown, found): (&Unknown, Found)) -> Result<(), AppError> {
    let now = app.now();
    let inputs = Inputs { now, unknown_at: unknown.unknown_at.unwrap_or(now), absent_at: unknown.absent_at, answer: answer_of(&found) };
    let (verdict, rule) = settle(&inputs);
    let mut tx = app.db.begin().await?;
    let provider = unknown.provider.as_deref().unwrap_or("the provider");
    let why = why(provider, &found, verdict);
    let known = Known { id: unknown.id, state: NudgeState::Sent, rule, provider_id: None, wake_at: None, asked_until: Some(until) };
    let outcome = match (verdict, &found) {
        (Verdict::Sent, Found::Arrived { provider_id, .. }) => {
            let id = Some(provider_id.as_str()).filter(|id| !id.is_empty());
            db::unknown::settle(&mut tx, shop, &Known { provider_id: id, ..known }).await?.then_some("sent")
        }
        (Verdict::Failed, Found::Refused { fault, .. }) => {
            let settled = db::unknown::settle(&mut tx, shop, &Known { state: NudgeState::Failed, ..known }).await?;
            if settled {
                suppress(app, &mut tx, shop, (unknown, *fault), now).await?;
            }
            settled.then_some("refused")
        }
        (Verdict::SendAgain, _) => return send_again(app, tx, shop, (unknown, known, why, inputs_json(&inputs))).await,
        (Verdict::AskAgain { at }, _) => note(&mut tx, shop, until, (unknown, &inputs, Some(at))).await?.then_some("asked"),
        _ => note(&mut tx, shop, until, (unknown, &inputs, None)).await?.then_some("unknown"),
    };
    // The same silence is not told twice.
    let repeats = inputs.answer == Answer::Unreachable
        && matches!(verdict, Verdict::AskAgain { .. })
        && unknown.answer.as_deref() == Some("unreachable");
    if let Some(outcome) = outcome.filter(|_| !repeats) {
        let decided = Decided { inputs: inputs_json(&inputs), ..decided(unknown.cart_id, unknown.id, (outcome, rule), why) };
        explain::record(app, &mut tx, shop, now, decided).await?;
    }
    Ok(tx.commit().await?)
}

fn inputs_json(inputs: &Inputs) -> String {
    serde_json::to_string(inputs).unwrap_or_default()
}

async fn note(
    tx: &mut Tx,
    shop: ShopId,
    until: Timestamp,
    (unknown, inputs, ask_at): (&Unknown, &Inputs, Option<Timestamp>),
) -> Result<bool, AppError> {
    let absent_at = unknown.absent_at.or_else(|| (inputs.answer == Answer::Absent).then_some(inputs.now));
    let noted = Noted { id: unknown.id, ask_at, absent_at, answer: inputs.answer.as_str() };
    Ok(db::unknown::note(tx, shop, until, &noted).await?)
}

/// In a sentence: what the provider said, and what follows.
fn why(provider: &str, found: &Found, verdict: Verdict) -> String {
    let next = match verdict {
        Verdict::AskAgain { at } => format!("; it is asked again at {at}"),
        Verdict::LeaveToMerchant => "; nobody else can be asked, so a person has to say what became of it".to_owned(),
        Verdict::SendAgain => ": it never left, so it is due again, and every rule is asked anew".to_owned(),
        Verdict::Sent | Verdict::Failed => String::new(),
    };
    match found {
        Found::Arrived { provider_id, at } => {
            let when = at.map_or_else(String::new, |at| format!(", of {at}"));
            format!("{provider} was asked and has it as {provider_id}{when}")
        }
        Found::Refused { reason, .. } => format!("{provider} was asked and will not deliver it: {reason}"),
        Found::Absent if verdict == Verdict::SendAgain => format!("{provider} was asked twice and has no such message{next}"),
        Found::Absent => format!("{provider} was asked and has no such message yet{next}"),
        Found::CannotSay { reason } => format!("{provider} can't say whether it arrived: {reason}{next}"),
        Found::Unreachable { reason } => format!("{provider} was asked and gave no answer: {reason}{next}"),
    }
}

/// The recipient is to blame, or doesn't want to be written to: nothing more goes there.
async fn suppress(app: &App, tx: &mut Tx, shop: ShopId, (unknown, fault): (&Unknown, Fault), now: Timestamp) -> Result<(), AppError> {
    let (Some(reason), Some(to)) = (super::record::suppression(fault), &unknown.handed_to) else { return Ok(()) };
    db::messages::suppress(tx, shop, (unknown.channel, to), reason, now).await?;
    let cancelled = db::nudges::cancel_for_contact(tx, shop, unknown.contact_id, Some(unknown.channel), "suppressed").await?;
    explain::cancelled_rows(app, tx, shop, cancelled.into_iter(), ("suppressed", now)).await
}

/// Makes a nudge due again, or ends it where its cart is over: nothing waits for a cart that is bought.
async fn send_again(
    app: &App,
    mut tx: Tx,
    shop: ShopId,
    (unknown, known, why, inputs): (&Unknown, Known<'_>, String, String),
) -> Result<(), AppError> {
    reschedule(app, &mut tx, shop, (unknown, known, why, inputs)).await?;
    Ok(tx.commit().await?)
}

async fn reschedule(
    app: &App,
    tx: &mut Tx,
    shop: ShopId,
    (unknown, known, why, inputs): (&Unknown, Known<'_>, String, String),
) -> Result<bool, AppError> {
    // Whoever learns of a purchase cancels what waits under the same lock: either they see it waiting, or we see the purchase.
    db::shops::lock_apply(tx, shop).await?;
    let now = app.now();
    let over = over(tx, shop, unknown.cart_id).await?;
    let known = match over {
        None => Known { state: NudgeState::Scheduled, wake_at: Some(now), ..known },
        Some(_) => Known { state: NudgeState::Cancelled, ..known },
    };
    if !db::unknown::settle(tx, shop, &known).await? {
        return Ok(false);
    }
    let again = decided(unknown.cart_id, unknown.id, ("retry", known.rule), why);
    explain::record(app, tx, shop, now, Decided { inputs, ..again }).await?;
    if let Some(rule) = over {
        explain::cancelled_rows(app, tx, shop, std::iter::once((unknown.id, unknown.cart_id)), (rule, now)).await?;
    }
    Ok(true)
}

/// The rule by which nothing more is sent for a cart, if it is over.
async fn over(tx: &mut Tx, shop: ShopId, cart: CartId) -> Result<Option<&'static str>, AppError> {
    let carts = db::carts::load(tx, shop, &[cart.0]).await?;
    Ok(carts.first().and_then(|cart| match cart.state {
        CartState::Purchased | CartState::Recovered => Some("purchased"),
        CartState::Erased => Some("erased"),
        CartState::Lost => Some("cart_gone"),
        CartState::Invalid => Some("not_a_shopper"),
        CartState::Open | CartState::Abandoned => None,
    }))
}

fn decided<'a>(cart: CartId, nudge: NudgeId, (outcome, rule): (&'static str, &'a str), why: String) -> Decided<'a> {
    Decided { cart, nudge: Some(nudge), outcome, rule, why, inputs: "{}".into() }
}

/// A shopper did what only somebody can who got the message: where its outcome was unknown, it is known now, also if it was to be sent again.
///
/// # Errors
/// `Db`.
pub async fn has_arrived(
    app: &App,
    tx: &mut Tx,
    shop: ShopId,
    (ids, at): (&[uuid::Uuid], Timestamp),
    (rule, why): (&str, &str),
) -> Result<(), AppError> {
    let mut rows = Vec::new();
    for (nudge, cart) in db::unknown::arrived(tx, shop, ids, rule).await? {
        rows.push(explain::row_at(app, at, decided(cart, nudge, ("sent", rule), why.to_owned())));
    }
    explain::insert(tx, shop, &rows).await
}

/// What a person says about a message whose outcome is unknown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ByHand {
    /// It arrived.
    Arrived,
    /// It did not: it is to be sent, if every rule still allows it.
    SendAgain,
}

impl ByHand {
    /// The rule under which it is recorded.
    fn rule(self) -> &'static str {
        match self {
            Self::Arrived => "merchant_says_sent",
            Self::SendAgain => "merchant_says_send",
        }
    }
}

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SettledByHand {
    /// It is done.
    Done,
    /// The same was said before: nothing was changed.
    SaidBefore,
}

/// Settles a message by a person's word.
///
/// # Errors
/// `NotFound`, `Conflict` when its outcome is known by now, `Db`.
pub async fn by_hand(app: &App, shop: ShopId, nudge: NudgeId, (word, actor): (ByHand, &str)) -> Result<SettledByHand, AppError> {
    let mut tx = app.db.begin().await?;
    db::shops::lock_apply(&mut tx, shop).await?;
    let unknown = db::unknown::get(&mut tx, shop, nudge).await?.ok_or(AppError::NotFound("message with that id"))?;
    let known = Known { id: nudge, state: NudgeState::Sent, rule: word.rule(), provider_id: None, wake_at: None, asked_until: None };
    let done = match word {
        ByHand::SendAgain if db::credits::of_nudge(&mut tx, shop, nudge).await? => {
            return Err(AppError::Conflict("an order is credited to this message, so it arrived and is not sent again".into()));
        }
        ByHand::SendAgain => {
            let why = "a person decided that it did not arrive: it is due again, and every rule is asked anew".to_owned();
            reschedule(app, &mut tx, shop, (&unknown, known, why, "{}".into())).await?
        }
        ByHand::Arrived => {
            let done = db::unknown::settle(&mut tx, shop, &known).await?;
            if done {
                let why = "a person decided that it arrived".to_owned();
                explain::record(app, &mut tx, shop, app.now(), decided(unknown.cart_id, nudge, ("sent", word.rule()), why)).await?;
            }
            done
        }
    };
    if !done {
        let said_before = db::decisions::was_said(&mut tx, shop, nudge, (word.rule(), unknown.unknown_at)).await?;
        tx.rollback().await?;
        return if said_before { Ok(SettledByHand::SaidBefore) } else { Err(AppError::Conflict(known_by_now(unknown.state).into())) };
    }
    let detail = match word {
        ByHand::Arrived => format!("{nudge} arrived"),
        ByHand::SendAgain => format!("{nudge} is to be sent again"),
    };
    audit(app, &mut tx, shop, actor, ("nudge.settle", &detail)).await?;
    tx.commit().await?;
    Ok(SettledByHand::Done)
}

/// Why nothing is left to say about a message.
fn known_by_now(state: NudgeState) -> &'static str {
    match state {
        NudgeState::Sent | NudgeState::Delivered => "what became of this message is known by now: it was sent",
        NudgeState::Failed => "what became of this message is known by now: it was refused for good",
        NudgeState::Cancelled => "what became of this message is known by now: it is not sent, and its timeline says why",
        NudgeState::Scheduled | NudgeState::Sending => "this message waits to be sent or is on its way: there is nothing to settle",
        NudgeState::Unknown => "this message is being settled right now: try again in a moment",
    }
}
