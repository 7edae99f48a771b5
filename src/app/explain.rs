//! Recording decisions: nothing is planned, sent, postponed or cancelled without one.

use super::{App, AppError, outbound};
use crate::db::decisions::NewDecision;
use crate::db::{self, Tx};
use crate::domain::ids::{CartId, NudgeId, ShopId};
use crate::domain::nudge::{RULES_VERSION, STOPPED};
use jiff::Timestamp;

/// What was decided about a cart or one of its nudges.
pub struct Decided<'a> {
    /// About which cart.
    pub cart: CartId,
    /// About which nudge, if about one.
    pub nudge: Option<NudgeId>,
    /// `planned`, `not_planned`, `send`, `postpone`, `cancel`, `sent`, `refused`, `retry`, `unknown`, `asked`, `bounced`, `stopped`, `resumed`, `hurried`.
    pub outcome: &'static str,
    /// Which rule.
    pub rule: &'a str,
    /// In a sentence.
    pub why: String,
    /// What it was decided on, as JSON.
    pub inputs: String,
}

/// The row of a decision made at an instant: that of everything in its transaction, so that it can be decided again as of then.
pub fn row_at(app: &App, at: Timestamp, decided: Decided<'_>) -> NewDecision {
    NewDecision {
        id: app.new_id(),
        cart_id: decided.cart,
        nudge_id: decided.nudge,
        at,
        outcome: decided.outcome,
        rule: decided.rule.to_owned(),
        rules_version: RULES_VERSION,
        why: decided.why,
        inputs: decided.inputs,
    }
}

/// Records one decision, made at an instant.
///
/// # Errors
/// `Db`.
pub async fn record(app: &App, tx: &mut Tx, shop: ShopId, at: Timestamp, decided: Decided<'_>) -> Result<(), AppError> {
    insert(tx, shop, &[row_at(app, at, decided)]).await
}

/// Records decisions, and has those be told who want to know.
///
/// # Errors
/// `Db`.
pub async fn insert(tx: &mut Tx, shop: ShopId, rows: &[NewDecision]) -> Result<(), AppError> {
    db::decisions::insert(tx, shop, rows).await?;
    outbound::decided(tx, shop, rows).await
}

/// Why what waits is cancelled, by rule.
fn why(rule: &str) -> &'static str {
    match rule {
        "purchased" => "the shopper has bought: no reminder after a purchase",
        "erased" => "the shopper's data was erased",
        "cart_gone" => "the checkout was deleted by the store, or is too old to come back to",
        STOPPED => "somebody of the store stopped messages for this cart",
        "merged" => "this cart turned out to be part of another, which is followed instead",
        "other_shopper" => "the cart turned out to be another shopper's",
        "later_stage" => "the shopper has come further since, and is written to about that",
        "newer_cart" => "the same shopper has a newer cart, which is followed instead",
        "moved" => "the campaign's new version doesn't have this step, or the sequence is past it",
        "unsubscribed" => "the shopper does not want to be written to any more",
        "suppressed" => "the address must not be written to: a provider refused it for good",
        _ => "the cart was made by staff or a machine, not by a shopper",
    }
}

/// Cancels what still waits for a cart, by a rule at an instant, and says why.
///
/// # Errors
/// `Db`.
pub async fn cancel_cart(app: &App, tx: &mut Tx, shop: ShopId, cart: CartId, (rule, at): (&str, Timestamp)) -> Result<(), AppError> {
    let cancelled = db::nudges::cancel_open(tx, shop, cart, rule).await?;
    cancelled_rows(app, tx, shop, cancelled.into_iter().map(|n| (n, cart)), (rule, at)).await
}

/// Says why nudges were cancelled, by a rule at an instant.
///
/// # Errors
/// `Db`.
pub async fn cancelled_rows(
    app: &App,
    tx: &mut Tx,
    shop: ShopId,
    nudges: impl Iterator<Item = (NudgeId, CartId)>,
    (rule, at): (&str, Timestamp),
) -> Result<(), AppError> {
    let decided = |(nudge, cart)| Decided { cart, nudge: Some(nudge), outcome: "cancel", rule, why: why(rule).into(), inputs: "{}".into() };
    let rows: Vec<NewDecision> = nudges.map(|n| row_at(app, at, decided(n))).collect();
    Ok(db::decisions::insert(tx, shop, &rows).await?)
}
