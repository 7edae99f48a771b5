//! Planning: carts that were left become abandoned, and enter the campaigns that are for them, in one transaction.

mod choose;
mod enrol;

use super::explain::{Decided, row_at};
use super::scene::Scenes;
use super::{App, AppError, explain, outbound};
use crate::db::carts::CartRow;
use crate::db::enrolments::Earlier;
use crate::db::shops::Shop;
use crate::db::{self, Tx};
use crate::domain::cart::{CartState, LOST_AFTER, SaturatingInstant};
use crate::domain::ids::{CartId, ShopId};
pub use choose::{AtWork, NotPlanned, campaign_for, shopper_key};
pub use enrol::{Slot, clock_of, new_nudge, slots, times, whereabouts};
use jiff::{SignedDuration, Timestamp};
use std::collections::HashSet;

/// At most this many carts in one transaction: come back at once if full.
const BATCH_MAX: i64 = 200;
/// At most this many batches of one shop before another shop's turn.
const TURNS_MAX: usize = 10;
/// After a message a shopper is left in peace for this long before another cart's sequence of the same stage may begin.
const PEACE: SignedDuration = SignedDuration::from_hours(24);

/// Plans for every shop with carts that were left. How many carts.
///
/// # Errors
/// `Db`.
pub async fn plan_due(app: &App) -> Result<usize, AppError> {
    let mut planned = 0;
    for shop in db::carts::shops_with_quiet(&app.db, app.now()).await? {
        for _ in 0..TURNS_MAX {
            let done = plan_shop(app, shop).await?;
            planned += done;
            if done < usize::try_from(BATCH_MAX).unwrap_or(usize::MAX) {
                break;
            }
        }
    }
    Ok(planned)
}

/// Gives up carts that nobody came back to for [`LOST_AFTER`]. How many.
///
/// # Errors
/// `Db`.
pub async fn give_up_old(app: &App) -> Result<u64, AppError> {
    let now = app.now();
    let mut tx = app.db.begin().await?;
    let lost = db::carts::mark_lost(&mut tx, now.saturating_add_lossy(-LOST_AFTER), now).await?;
    tx.commit().await?;
    Ok(lost)
}

async fn plan_shop(app: &App, shop: ShopId) -> Result<usize, AppError> {
    let shop = db::shops::get(&app.db, shop).await?.ok_or(AppError::NotFound("store with that id"))?;
    let mut tx = app.db.begin().await?;
    db::shops::lock_apply(&mut tx, shop.id).await?;
    let now = app.now();
    let before = now.saturating_add_lossy(-SignedDuration::from_millis(shop.abandon_after_ms));
    let carts = db::carts::quiet_since(&mut tx, shop.id, before, BATCH_MAX).await?;
    let count = carts.len();
    plan_given(app, &mut tx, &shop, carts, now).await?;
    tx.commit().await?;
    Ok(count)
}

/// Plans for these open carts as of an instant, in the caller's transaction. Each leaves a decision.
///
/// # Errors
/// `Db`.
pub async fn plan_given(app: &App, tx: &mut Tx, shop: &Shop, carts: Vec<CartRow>, now: Timestamp) -> Result<(), AppError> {
    let campaigns = AtWork::load(tx, shop.id).await?;
    let asks = campaigns.iter().any(AtWork::asks);
    let asked = || carts.iter().filter(|_| asks);
    let scenes = Scenes::load(tx, shop.id, (asked().map(|c| &c.facts), asked().filter_map(|c| c.contact_id)), now).await?;
    let stopped = db::cart_acts::stopped_among(tx, shop.id, &carts.iter().map(|c| c.id.0).collect::<Vec<_>>()).await?;
    let planning = Planning { app, shop, campaigns: &campaigns, scenes: &scenes, stopped, now };
    for cart in carts {
        planning.plan_cart(tx, cart).await?;
    }
    Ok(())
}

/// What is the same for every cart of a batch.
struct Planning<'a> {
    app: &'a App,
    shop: &'a Shop,
    campaigns: &'a [AtWork],
    scenes: &'a Scenes,
    /// Somebody of the store stopped messages for these.
    stopped: HashSet<CartId>,
    now: Timestamp,
}

impl Planning<'_> {
    async fn plan_cart(&self, tx: &mut Tx, mut cart: CartRow) -> Result<(), AppError> {
        let (shop, now) = (self.shop.id, self.now);
        let after = SignedDuration::from_millis(self.shop.abandon_after_ms);
        cart.state = cart.facts.state(now, after, cart.recovered);
        if cart.state == CartState::Abandoned {
            cart.abandoned_at = Some(cart.facts.abandoned_at(after));
        }
        db::carts::save(tx, shop, &[&cart], now).await?;
        if cart.state != CartState::Abandoned {
            return self.not_planned(tx, &cart, &choose::too_old()).await;
        }
        outbound::abandoned(tx, shop, &cart, now).await?;
        if self.stopped.contains(&cart.id) {
            return self.not_planned(tx, &cart, &choose::stopped()).await;
        }
        let known = db::enrolments::of_cart(tx, shop, cart.id).await?;
        let chosen = match choose::campaign_for(&cart, self.campaigns, &known, || self.scenes.of(&cart.facts, cart.contact_id, now)) {
            Ok(chosen) => chosen,
            Err(answer) => return self.not_planned(tx, &cart, &answer).await,
        };
        if !self.make_way(tx, &cart, chosen).await? {
            return Ok(());
        }
        if !known.is_empty() {
            // They have come further since: what waits for the earlier stage is over.
            explain::cancel_cart(self.app, tx, shop, cart.id, ("later_stage", now)).await?;
        }
        self.enrol(tx, &cart, chosen).await
    }

    async fn decided(&self, tx: &mut Tx, decided: Decided<'_>) -> Result<(), AppError> {
        Ok(db::decisions::insert(tx, self.shop.id, &[row_at(self.app, self.now, decided)]).await?)
    }

    async fn not_planned(&self, tx: &mut Tx, cart: &CartRow, answer: &NotPlanned) -> Result<(), AppError> {
        let NotPlanned { rule, why, inputs } = answer;
        let decided = Decided { cart: cart.id, nudge: None, outcome: "not_planned", rule, why: why.clone(), inputs: inputs.to_string() };
        self.decided(tx, decided).await
    }

    /// One sequence per shopper at a time, and the latest stage wins: a checkout takes over from a cart, and a cart from a look around. Of the same stage a newer
    /// cart takes over from an older one of which nothing was sent; a sequence under way goes on.
    async fn make_way(&self, tx: &mut Tx, cart: &CartRow, chosen: &AtWork) -> Result<bool, AppError> {
        let (Some(contact), shop) = (cart.contact_id, self.shop.id) else { return Ok(false) };
        let peace_since = self.now.saturating_add_lossy(-PEACE);
        let mut earlier: Vec<Earlier> = db::enrolments::of_contact(tx, shop, contact, peace_since).await?;
        earlier.retain(|e| e.cart_id != cart.id);
        let newer = |e: &Earlier| e.waiting > 0 && cart.abandoned_at.is_some_and(|at| e.abandoned_at > at);
        let trigger = chosen.spec.trigger;
        let stays = |e: &Earlier| match e.begun_by.cmp(&trigger) {
            std::cmp::Ordering::Less => false,
            std::cmp::Ordering::Equal => e.sent > 0 || newer(e),
            std::cmp::Ordering::Greater => e.sent > 0 || e.waiting > 0,
        };
        if earlier.iter().any(stays) {
            self.not_planned(tx, cart, &choose::in_sequence()).await?;
            return Ok(false);
        }
        for old in earlier {
            let rule = if old.begun_by < trigger { "later_stage" } else { "newer_cart" };
            db::enrolments::set_superseded(tx, shop, old.id, cart.id).await?;
            explain::cancel_cart(self.app, tx, shop, old.cart_id, (rule, self.now)).await?;
        }
        Ok(true)
    }
}
