//! Planning: carts that were left become abandoned, and enter the campaigns that are for them, in one transaction.

use super::explain::{Decided, row_at};
use super::restore::{self, Planned};
use super::{App, AppError, explain};
use crate::clock::bytes;
use crate::db::carts::CartRow;
use crate::db::enrolments::{Earlier, Enrolment};
use crate::db::nudges::NewNudge;
use crate::db::restores::DueInGap;
use crate::db::shops::Shop;
use crate::db::{self, Tx};
use crate::domain::campaign::CampaignSpec;
use crate::domain::cart::{CartState, LOST_AFTER, SaturatingInstant};
use crate::domain::event::{ChannelKind, Stage};
use crate::domain::experiment::{Arm, arm};
use crate::domain::ids::{CampaignId, EnrolmentId, NudgeId, ShopId};
use crate::domain::link::short_code;
use jiff::{SignedDuration, Timestamp};

/// At most this many carts in one transaction: come back at once if full.
const BATCH_MAX: i64 = 200;
/// At most this many batches of one shop before another shop's turn.
const TURNS_MAX: usize = 10;
/// After a message a shopper is left in peace for this long before another cart's sequence may begin.
const PEACE: SignedDuration = SignedDuration::from_hours(24);

/// A rule and why it planned nothing.
type NotPlanned = (&'static str, &'static str);
const TOO_OLD: NotPlanned = ("cart_gone", "the cart is too old to come back to");
const IN_CAMPAIGN: NotPlanned = ("in_campaign", "the shopper left again; this cart is in a campaign already, and no second one begins");
const IN_SEQUENCE: NotPlanned = ("in_sequence", "this shopper is being written to about another cart, or was within the last 24 hours");

/// A campaign at work.
type AtWork = (CampaignId, i64, CampaignSpec);

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
    let campaigns = db::campaigns::at_work(tx, shop.id).await?;
    let planning = Planning { app, shop, campaigns: &campaigns, now };
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
            return self.not_planned(tx, &cart, TOO_OLD).await;
        }
        if let Some(answer) = unfit(&cart, self.campaigns) {
            return self.not_planned(tx, &cart, answer).await;
        }
        if !db::enrolments::campaigns_of(tx, shop, cart.id).await?.is_empty() {
            return self.not_planned(tx, &cart, IN_CAMPAIGN).await;
        }
        if !self.make_way(tx, &cart).await? {
            return Ok(());
        }
        // One sequence per shopper: where several campaigns are for the same carts, the one published last has them.
        match self.campaigns.first() {
            Some(campaign) => self.enrol(tx, &cart, campaign).await,
            None => Ok(()),
        }
    }

    async fn decided(&self, tx: &mut Tx, decided: Decided<'_>) -> Result<(), AppError> {
        Ok(db::decisions::insert(tx, self.shop.id, &[row_at(self.app, self.now, decided)]).await?)
    }

    async fn not_planned(&self, tx: &mut Tx, cart: &CartRow, (rule, why): (&str, &str)) -> Result<(), AppError> {
        self.decided(tx, Decided { cart: cart.id, nudge: None, outcome: "not_planned", rule, why: why.into(), inputs: "{}".into() }).await
    }

    /// One sequence per shopper at a time: a newer cart takes over from an older one of which nothing was sent; a sequence under way goes on.
    async fn make_way(&self, tx: &mut Tx, cart: &CartRow) -> Result<bool, AppError> {
        let (Some(contact), shop) = (cart.contact_id, self.shop.id) else { return Ok(false) };
        let peace_since = self.now.saturating_add_lossy(-PEACE);
        let earlier: Vec<Earlier> = db::enrolments::of_contact(tx, shop, contact, peace_since).await?;
        let earlier: Vec<Earlier> = earlier.into_iter().filter(|e| e.cart_id != cart.id).collect();
        let newer_elsewhere = earlier.iter().any(|e| e.waiting > 0 && cart.abandoned_at.is_some_and(|at| e.abandoned_at > at));
        if earlier.iter().any(|e| e.sent > 0) || newer_elsewhere {
            self.not_planned(tx, cart, IN_SEQUENCE).await?;
            return Ok(false);
        }
        for old in earlier {
            db::enrolments::set_superseded(tx, shop, old.id, cart.id).await?;
            explain::cancel_cart(self.app, tx, shop, old.cart_id, ("newer_cart", self.now)).await?;
        }
        Ok(true)
    }

    async fn enrol(&self, tx: &mut Tx, cart: &CartRow, (campaign, version, spec): &AtWork) -> Result<(), AppError> {
        let (app, shop, now) = (self.app, self.shop.id, self.now);
        let Some(contact_id) = cart.contact_id else { return Ok(()) };
        let abandoned_at = cart.facts.abandoned_at(spec.abandon_after.0);
        let enrolment = Enrolment {
            id: EnrolmentId(app.new_id()),
            campaign_id: *campaign,
            version: *version,
            cart_id: cart.id,
            contact_id,
            arm: arm(campaign.0, &shopper_key(cart), spec.holdout_percent),
            abandoned_at,
            created_at: now,
        };
        if !db::enrolments::insert(tx, shop, &enrolment).await? {
            return Ok(());
        }
        let mut times = Vec::with_capacity(spec.steps.len());
        let mut steps = Vec::with_capacity(spec.steps.len());
        for (step, planned) in spec.steps.iter().enumerate() {
            let due_at = abandoned_at.saturating_add_lossy(planned.delay.0);
            let nudge = NewNudge {
                id: NudgeId(app.new_id()),
                enrolment_id: enrolment.id,
                campaign_id: *campaign,
                cart_id: cart.id,
                contact_id,
                step: i64::try_from(step).unwrap_or(i64::MAX),
                channel: planned.channel,
                due_at,
                short_code: short_code(bytes(app.random.as_ref())),
                created_at: now,
            };
            db::nudges::insert(tx, shop, &nudge).await?;
            steps.push(Planned { nudge: DueInGap { id: nudge.id, cart_id: cart.id, due_at }, delay: planned.delay.0 });
            times.push(format!("{} at {}", channel_word(planned.channel), whole_second(due_at)));
        }
        let why = format!("abandoned: entered the campaign \"{}\" (version {version}): {}", spec.name, times.join(", "));
        let inputs = serde_json::json!({
            "campaign_id": campaign, "version": version, "arm": enrolment.arm, "holdout_percent": spec.holdout_percent,
            "active_at": cart.facts.active_at, "abandon_after": spec.abandon_after,
        });
        let decided = Decided { cart: cart.id, nudge: None, outcome: "planned", rule: "enrolled", why, inputs: inputs.to_string() };
        self.decided(tx, decided).await?;
        // Nobody of the comparison group can have been written to, whatever the database that is gone did.
        if enrolment.arm == Arm::Treated {
            restore::set_aside_planned(app, tx, (shop, now), (&cart.facts, spec.abandon_after.0), &steps).await?;
        }
        Ok(())
    }
}

/// Why a cart is for no campaign, if it is for none.
fn unfit(cart: &CartRow, campaigns: &[AtWork]) -> Option<NotPlanned> {
    if campaigns.is_empty() {
        return Some(("no_campaign", "no campaign is published"));
    }
    if cart.facts.stage() != Stage::Checkout {
        return Some(("cart_only", "the shopper left before the checkout, and no campaign is for carts"));
    }
    if cart.contact_id.is_none() || (cart.facts.email.is_none() && cart.facts.phone.is_none()) {
        return Some(("nobody", "the shopper gave neither an e-mail address nor a phone number"));
    }
    None
}

/// What the arm is worked out from: the shopper's address, so that the same person is always on the same side, whatever their contact's id.
fn shopper_key(cart: &CartRow) -> String {
    let email = cart.facts.email.as_ref().map(|e| e.value.as_str());
    let phone = cart.facts.phone.as_ref().map(|p| p.value.as_str());
    email.or(phone).unwrap_or_default().to_owned()
}

fn channel_word(channel: ChannelKind) -> &'static str {
    match channel {
        ChannelKind::Email => "e-mail",
        ChannelKind::Sms => "text message",
    }
}

fn whole_second(at: Timestamp) -> Timestamp {
    Timestamp::from_second(at.as_second()).unwrap_or(at)
}
