//! Which campaign a cart enters, or why none.

use crate::db::carts::CartRow;
use crate::db::{self, DbError, Tx};
use crate::domain::campaign::{CampaignSpec, CampaignStatus, HoldoutScope, Scene, Trigger};
use crate::domain::contact::{Email, Phone};
use crate::domain::event::Stage;
use crate::domain::experiment::{Arm, arm};
use crate::domain::ids::{CampaignId, ShopId};
use crate::domain::nudge::STOPPED;
use serde_json::{Value, json};
use std::cmp::Reverse;

/// Why nothing was planned for a cart.
#[derive(Debug)]
pub struct NotPlanned {
    /// By which rule.
    pub rule: &'static str,
    /// In a sentence.
    pub why: String,
    /// On which inputs.
    pub inputs: Value,
}

fn because(rule: &'static str, why: impl Into<String>) -> NotPlanned {
    NotPlanned { rule, why: why.into(), inputs: json!({}) }
}

/// The cart is too old.
pub fn too_old() -> NotPlanned {
    because("cart_gone", "the cart is too old to come back to")
}

/// Somebody of the store stopped messages for the cart.
pub fn stopped() -> NotPlanned {
    because(STOPPED, "somebody of the store stopped messages for this cart")
}

/// Another sequence of the shopper goes before.
pub fn in_sequence() -> NotPlanned {
    because("in_sequence", "this shopper is being written to about another cart, or was within the last 24 hours")
}

/// A campaign at work.
pub struct AtWork {
    /// Which.
    pub id: CampaignId,
    /// Its published version.
    pub version: i64,
    /// As published.
    pub spec: CampaignSpec,
}

impl AtWork {
    /// A shop's campaigns at work, the one to be preferred first: of the later stage, published before paused, of greater priority, published later.
    ///
    /// # Errors
    /// `Unavailable`, `Corrupt`.
    pub async fn load(tx: &mut Tx, shop: ShopId) -> Result<Vec<Self>, DbError> {
        let mut rows = db::campaigns::at_work(tx, shop).await?;
        rows.sort_by_key(|c| (Reverse(c.spec.trigger), c.status != CampaignStatus::Published, Reverse(c.spec.priority)));
        Ok(rows.into_iter().map(|c| Self { id: c.id, version: c.version, spec: c.spec }).collect())
    }

    /// It asks about more than the cart itself shows.
    pub fn asks(&self) -> bool {
        self.spec.only_if.is_some() || !self.spec.paths.is_empty()
    }
}

/// The first campaign that is for a cart. `known`: campaigns that it is in already. `scene`: what conditions look at, asked for when one does.
///
/// # Errors
/// Why none is.
pub fn campaign_for<'a>(
    cart: &CartRow,
    campaigns: &'a [AtWork],
    known: &[(CampaignId, Trigger)],
    scene: impl FnOnce() -> Scene,
) -> Result<&'a AtWork, NotPlanned> {
    if campaigns.is_empty() {
        return Err(because("no_campaign", "no campaign is published"));
    }
    let stage = cart.facts.stage();
    let fitting: Vec<&AtWork> = campaigns.iter().filter(|c| c.spec.trigger.is_for(stage)).collect();
    if fitting.is_empty() {
        return Err(unfit(stage));
    }
    let Some(shopper) = shopper_key(cart).filter(|_| cart.contact_id.is_some()) else {
        return Err(because("nobody", "the shopper gave neither an e-mail address nor a phone number"));
    };
    // A cart may go on from a campaign for an earlier stage, but not into a second one of the same.
    let reached = known.iter().map(|(_, begun_by)| *begun_by).max();
    let fitting: Vec<&AtWork> = fitting.into_iter().filter(|c| reached.is_none_or(|r| c.spec.trigger > r)).collect();
    if fitting.is_empty() {
        return Err(because("in_campaign", "the shopper left again; this cart is in a campaign already, and no second one begins"));
    }
    let chosen = by_condition(&fitting, scene)?;
    match held_out_by(chosen, campaigns, &shopper) {
        Some(other) => Err(held_out(other)),
        None => Ok(chosen),
    }
}

fn unfit(stage: Stage) -> NotPlanned {
    match stage {
        Stage::Browse => because("browse_only", "the shopper only looked around, and no campaign is for that"),
        Stage::Cart => because("cart_only", "the shopper left before the checkout, and no campaign is for carts"),
        Stage::Checkout => because("no_campaign", "no campaign for checkouts or carts is published"),
    }
}

fn by_condition<'a>(fitting: &[&'a AtWork], scene: impl FnOnce() -> Scene) -> Result<&'a AtWork, NotPlanned> {
    let mut scene = Some(scene);
    let mut seen: Option<Scene> = None;
    let mut first_unmet = None;
    for campaign in fitting {
        let Some(condition) = &campaign.spec.only_if else { return Ok(campaign) };
        if let Some(ask) = scene.take() {
            seen = Some(ask());
        }
        let Some(scene) = &seen else { continue };
        match condition.unmet(scene) {
            None => return Ok(campaign),
            Some(why) => {
                first_unmet.get_or_insert_with(|| NotPlanned {
                    rule: "condition",
                    why: format!("no campaign is for this cart. \"{}\": {why}", campaign.spec.name),
                    inputs: json!({ "campaign_id": campaign.id, "condition": condition, "scene": scene }),
                });
            }
        }
    }
    Err(first_unmet.unwrap_or_else(|| because("no_campaign", "no campaign is published")))
}

/// Another campaign with the same trigger whose comparison group is left alone by all of them, and has this shopper.
fn held_out_by<'a>(chosen: &AtWork, campaigns: &'a [AtWork], shopper: &str) -> Option<&'a AtWork> {
    let others = campaigns.iter().filter(|c| c.id != chosen.id && c.spec.trigger == chosen.spec.trigger);
    let mut strict = others.filter(|c| c.spec.holdout_scope == HoldoutScope::Trigger);
    strict.find(|c| arm(c.id.0, shopper, c.spec.holdout_percent) == Arm::Holdout)
}

fn held_out(by: &AtWork) -> NotPlanned {
    NotPlanned {
        rule: "held_out",
        why: format!("this shopper is in the comparison group of \"{}\", which no campaign with the same trigger writes to", by.spec.name),
        inputs: json!({ "campaign_id": by.id, "holdout_percent": by.spec.holdout_percent }),
    }
}

/// What lots are drawn by: the shopper's address, so that the same person always draws the same, whatever their contact's id.
pub fn shopper_key(cart: &CartRow) -> Option<String> {
    let email = cart.facts.mail_to().map(Email::as_str);
    email.or_else(|| cart.facts.text_to().map(Phone::as_str)).map(str::to_owned)
}
