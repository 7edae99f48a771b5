//! What people of a store do to one cart: stop its messages and let them go on, have the next one leave now, erase its shopper.
//!
//! Each is asked for once, and kept in its order among everything else, so that all that follows from it can be worked out again. What follows is done by the
//! `_given` functions, which replay calls as well.

use super::access::audit;
use super::explain::{self, Decided};
use super::{App, AppError, erase};
use crate::db::carts::CartRow;
use crate::db::requests::Asked;
use crate::db::shops::Shop;
use crate::db::{self, Tx};
use crate::domain::cart::{CartState, SaturatingInstant as _};
use crate::domain::experiment::Arm;
use crate::domain::ids::{CartId, NudgeId, ShopId};
use crate::domain::nudge::{HURRIED_BY_HAND, RESUMED_BY_HAND, STOPPED, STOPPED_BY_HAND};
use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeSet;

/// A second sequence isn't begun for a shopper who was written to about another cart within this.
const PEACE: SignedDuration = SignedDuration::from_hours(24);

/// A transaction in which nothing of the shop is folded, planned or claimed, the cart that is meant, and the time.
struct Held {
    tx: Tx,
    cart: CartRow,
    now: Timestamp,
}

/// Whatever is folded, planned or sent is wholly before or wholly after what is done with it.
async fn hold(app: &App, shop: ShopId, cart: CartId) -> Result<Held, AppError> {
    let living = db::carts::get(&app.db, shop, cart).await?.ok_or(AppError::NotFound("cart with that id"))?;
    let mut tx = app.db.begin().await?;
    db::shops::lock_apply(&mut tx, shop).await?;
    db::shops::hold_claims(&mut tx, &BTreeSet::from([shop.0])).await?;
    db::cart_acts::hold_messages(&mut tx, shop, living.id).await?;
    let cart = db::carts::load(&mut tx, shop, &[living.id.0]).await?.pop().ok_or(AppError::NotFound("cart with that id"))?;
    Ok(Held { tx, cart, now: app.now() })
}

/// What the cart is at an instant, whether or not anybody has looked since.
fn state(cart: &CartRow, shop: &Shop, now: Timestamp) -> CartState {
    cart.facts.state(now, SignedDuration::from_millis(shop.abandon_after_ms), cart.recovered)
}

fn is_over(state: CartState) -> bool {
    !matches!(state, CartState::Open | CartState::Abandoned)
}

async fn shop_of(app: &App, shop: ShopId) -> Result<Shop, AppError> {
    db::shops::get(&app.db, shop).await?.ok_or(AppError::NotFound("store with that id"))
}

fn by_hand(
    cart: CartId,
    nudge: Option<NudgeId>,
    (outcome, rule): (&'static str, &'static str),
    (why, inputs): (String, String),
) -> Decided<'static> {
    Decided { cart, nudge, outcome, rule, why, inputs }
}

fn count(n: usize, one: &str, many: &str) -> String {
    if n == 1 { format!("1 {one}") } else { format!("{n} {many}") }
}

/// Stops a cart's messages: what waits is cancelled, and nothing new is planned. What is on its way to its provider can't be called back. Which cart it is
/// by now.
///
/// # Errors
/// `NotFound`, `Conflict` when the cart is over or stopped already, `Db`.
pub async fn stop(app: &App, shop: ShopId, cart: CartId, actor: &str) -> Result<CartId, AppError> {
    let store = shop_of(app, shop).await?;
    let Held { mut tx, cart, now } = hold(app, shop, cart).await?;
    if is_over(state(&cart, &store, now)) {
        return Err(AppError::Conflict("the cart is over, so nothing is sent for it anyway".into()));
    }
    if db::cart_acts::stopped_among(&mut tx, shop, &[cart.id.0]).await?.contains(&cart.id) {
        return Err(AppError::Conflict("messages for this cart are stopped already".into()));
    }
    db::requests::insert(&mut tx, shop, (app.new_id(), now), Asked::Stop { cart: cart.id }).await?;
    stop_given(app, &mut tx, shop, (cart.id, now)).await?;
    audit(app, &mut tx, shop, actor, ("cart.stop", &cart.id.to_string())).await?;
    tx.commit().await?;
    Ok(cart.id)
}

/// Stops a cart's messages as of an instant, in the caller's transaction.
///
/// # Errors
/// `Db`.
pub async fn stop_given(app: &App, tx: &mut Tx, shop: ShopId, (cart, now): (CartId, Timestamp)) -> Result<(), AppError> {
    if db::cart_acts::set_stopped(tx, shop, cart, true).await? != Some(true) {
        return Ok(());
    }
    let leaving = db::cart_acts::on_their_way(tx, shop, cart).await?;
    let mut cancelled = db::nudges::cancel_open(tx, shop, cart, STOPPED).await?;
    cancelled.sort_unstable();
    let lost = if leaving > 0 { "; what was on its way to its provider already may still arrive" } else { "" };
    let waited = match cancelled.len() {
        0 => "nothing waited".to_owned(),
        n => format!("{} cancelled", count(n, "message that waited is", "messages that waited are")),
    };
    let why = format!("messages for this cart were stopped by hand: {waited}, and no new one begins{lost}");
    let inputs = serde_json::json!({ "waiting": cancelled.len(), "on_their_way": leaving }).to_string();
    explain::record(app, tx, shop, now, by_hand(cart, None, ("stopped", STOPPED_BY_HAND), (why, inputs))).await?;
    explain::cancelled_rows(app, tx, shop, cancelled.into_iter().map(|n| (n, cart)), (STOPPED, now)).await
}

/// Takes a stop back: what it cancelled waits again as it was planned, and every rule is asked before it leaves. Which cart it is by now.
///
/// # Errors
/// `NotFound`, `Conflict` when it isn't stopped, or another cart of the shopper is followed by now, `Db`.
pub async fn go_on(app: &App, shop: ShopId, cart: CartId, actor: &str) -> Result<CartId, AppError> {
    let store = shop_of(app, shop).await?;
    let Held { mut tx, cart, now } = hold(app, shop, cart).await?;
    if !db::cart_acts::stopped_among(&mut tx, shop, &[cart.id.0]).await?.contains(&cart.id) {
        return Err(AppError::Conflict("messages for this cart are not stopped".into()));
    }
    if let Some(contact) = cart.contact_id.filter(|_| !is_over(state(&cart, &store, now))) {
        let others = db::enrolments::of_contact(&mut tx, shop, contact, now.saturating_add_lossy(-PEACE)).await?;
        if others.iter().any(|e| e.cart_id != cart.id) {
            return Err(AppError::Conflict(
                "the same shopper is written to about another cart by now, or was within the last 24 hours".into(),
            ));
        }
    }
    db::requests::insert(&mut tx, shop, (app.new_id(), now), Asked::GoOn { cart: cart.id }).await?;
    go_on_given(app, &mut tx, &store, (cart.id, now)).await?;
    audit(app, &mut tx, shop, actor, ("cart.go_on", &cart.id.to_string())).await?;
    tx.commit().await?;
    Ok(cart.id)
}

/// Takes a stop back as of an instant, in the caller's transaction.
///
/// # Errors
/// `Db`.
pub async fn go_on_given(app: &App, tx: &mut Tx, shop: &Shop, (id, now): (CartId, Timestamp)) -> Result<(), AppError> {
    if db::cart_acts::set_stopped(tx, shop.id, id, false).await? != Some(true) {
        return Ok(());
    }
    let Some(cart) = db::carts::load(tx, shop.id, &[id.0]).await?.pop() else { return Ok(()) };
    let over = is_over(state(&cart, shop, now));
    let (again, looked_at) = if over {
        (Vec::new(), false)
    } else {
        (db::cart_acts::wait_again(tx, shop.id, id).await?, db::cart_acts::plan_again(tx, shop.id, id).await?)
    };
    let follows = match (over, again.len(), looked_at) {
        (true, ..) => "the cart is over, so nothing more is sent for it".to_owned(),
        (_, 0, true) => "campaigns look at it again".to_owned(),
        (_, 0, false) => "nothing had been cancelled".to_owned(),
        (_, n, _) => format!("{} again, and every rule is asked before anything leaves", count(n, "message waits", "messages wait")),
    };
    let inputs = serde_json::json!({ "over": over, "waiting_again": again.len(), "looked_at_again": looked_at }).to_string();
    let why = format!("messages for this cart may go on, by hand: {follows}");
    explain::record(app, tx, shop.id, now, by_hand(id, None, ("resumed", RESUMED_BY_HAND), (why, inputs))).await?;
    for nudge in again {
        let why = "it waits again as it was planned".to_owned();
        explain::record(app, tx, shop.id, now, by_hand(id, Some(nudge), ("resumed", RESUMED_BY_HAND), (why, "{}".into()))).await?;
    }
    Ok(())
}

/// Has a cart's next message leave now, if every rule allows it: only the time that it was planned for is moved. Which cart it is by now.
///
/// # Errors
/// `NotFound`, `Conflict` when none waits, or nobody is to get it, `Db`.
pub async fn send_now(app: &App, shop: ShopId, cart: CartId, actor: &str) -> Result<CartId, AppError> {
    let Held { mut tx, cart, now } = hold(app, shop, cart).await?;
    let next = db::cart_acts::next(&mut tx, shop, cart.id).await?;
    let Some(next) = next else {
        return Err(AppError::Conflict("no message of this cart waits to be sent: it may have left, or be on its way".into()));
    };
    // Hurrying them would count them at another moment than those who get the message.
    if next.arm == Arm::Holdout {
        return Err(AppError::Conflict("this shopper is in the comparison group, which gets no message".into()));
    }
    db::requests::insert(&mut tx, shop, (app.new_id(), now), Asked::SendNow { nudge: next.id, cart: cart.id }).await?;
    send_now_given(app, &mut tx, shop, (next.id, now)).await?;
    audit(app, &mut tx, shop, actor, ("cart.send_now", &next.id.to_string())).await?;
    tx.commit().await?;
    Ok(cart.id)
}

/// Makes a message that waits due at an instant, in the caller's transaction.
///
/// # Errors
/// `Db`.
pub async fn send_now_given(app: &App, tx: &mut Tx, shop: ShopId, (nudge, now): (NudgeId, Timestamp)) -> Result<(), AppError> {
    let Some((next, cart)) = db::cart_acts::waiting(tx, shop, nudge).await? else { return Ok(()) };
    db::cart_acts::hurry(tx, shop, nudge, now).await?;
    let why = format!("it was planned for {} and is due now, by hand: every rule is asked before it leaves", next.due_at);
    let inputs = serde_json::json!({ "planned_for": next.due_at }).to_string();
    explain::record(app, tx, shop, now, by_hand(cart, Some(nudge), ("hurried", HURRIED_BY_HAND), (why, inputs))).await
}

/// Erases the shopper of a cart with all of their carts; of a cart whose shopper isn't known, the cart alone. Which cart it is by now.
///
/// # Errors
/// `NotFound`, `Conflict` when it is erased already, `Db`; then nothing is erased.
pub async fn erase(app: &App, shop: ShopId, cart: CartId, actor: &str) -> Result<CartId, AppError> {
    let Held { mut tx, cart, now } = hold(app, shop, cart).await?;
    if cart.state == CartState::Erased {
        return Err(AppError::Conflict("this cart's shopper was erased already".into()));
    }
    match cart.contact_id {
        Some(contact) => erase::contacts(app, &mut tx, shop, &BTreeSet::from([contact]), now).await?,
        None => erase::nameless(app, &mut tx, shop, cart.id, now).await?,
    }
    audit(app, &mut tx, shop, actor, ("cart.erase", &cart.id.to_string())).await?;
    tx.commit().await?;
    Ok(cart.id)
}
