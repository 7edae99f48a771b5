//! Enrolling: a cart enters a campaign, on a side of its comparison and a path through it, and its messages are planned.

use super::Planning;
use super::choose::{AtWork, shopper_key};
use crate::app::explain::Decided;
use crate::app::restore::{self, Planned};
use crate::app::{App, AppError};
use crate::clock::bytes;
use crate::db::carts::CartRow;
use crate::db::enrolments::Enrolment;
use crate::db::nudges::NewNudge;
use crate::db::restores::DueInGap;
use crate::db::{self, Tx};
use crate::domain::campaign::{After, CampaignSpec, Step};
use crate::domain::cart::{Cart, SaturatingInstant as _};
use crate::domain::event::ChannelKind;
use crate::domain::experiment::{Arm, Lot, arm, variant};
use crate::domain::ids::{CampaignId, ContactId, EnrolmentId, NudgeId};
use crate::domain::link::short_code;
use crate::domain::nudge::{Timing, local};
use crate::domain::zones::{Whereabouts, Zones, where_is};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

/// A step of a cart's path, and when it is planned for.
#[derive(Debug, Clone, Copy)]
pub struct Slot<'a> {
    /// Which, from 0.
    pub index: usize,
    /// As the campaign has it.
    pub step: &'a Step,
    /// When it is due, if those before it leave when they are.
    pub due_at: Timestamp,
    /// The least time between the abandonment and it.
    pub earliest: SignedDuration,
}

/// When the steps of a path are due for a cart abandoned at an instant, in the zone where its shopper most likely is.
pub fn slots<'a>(spec: &'a CampaignSpec, path: Option<&'a str>, abandoned_at: Timestamp, zone: Option<&TimeZone>) -> Vec<Slot<'a>> {
    let mut slots: Vec<Slot<'a>> = Vec::with_capacity(spec.steps.len());
    for (index, step) in spec.steps_on(path) {
        let before = slots.last().filter(|_| step.after == After::PreviousSend);
        let (from, so_far) = before.map_or((abandoned_at, SignedDuration::ZERO), |b| (b.due_at, b.earliest));
        let timing = Timing { at: step.at, ..Timing::default() };
        let due_at = local(&timing, from.saturating_add_lossy(step.delay.0), zone);
        slots.push(Slot { index, step, due_at, earliest: so_far.saturating_add(step.delay.0) });
    }
    slots
}

/// Where a cart's shopper may be.
pub fn whereabouts(cart: &Cart, shop_zone: &str) -> Zones {
    let text = |s: &'_ Option<crate::domain::joined::Stamped<String>>| s.as_ref().map(|s| s.value.clone());
    let (country, province, locale) = (text(&cart.country), text(&cart.province), text(&cart.locale));
    where_is(&Whereabouts {
        country: country.as_deref(),
        province: province.as_deref(),
        phone: cart.text_to(),
        locale: locale.as_deref(),
        shop_zone,
    })
}

/// The zone of a shopper's clock, where a step asks for a time of day: the first in which they may be.
pub fn clock_of(zones: &Zones) -> Option<TimeZone> {
    zones.names.first().and_then(|z| TimeZone::get(z).ok())
}

impl Planning<'_> {
    pub(super) async fn enrol(&self, tx: &mut Tx, cart: &CartRow, chosen: &AtWork) -> Result<(), AppError> {
        let (Some(contact_id), Some(shopper)) = (cart.contact_id, shopper_key(cart)) else { return Ok(()) };
        let (shop, spec) = (self.shop.id, &chosen.spec);
        let scene = || self.scenes.of(&cart.facts, cart.contact_id, self.now);
        let path = if spec.paths.is_empty() { None } else { spec.path_of(&scene()).map(|p| p.name.clone()) };
        let before = db::enrolments::arm_before(tx, shop, chosen.id, contact_id).await?;
        let enrolment = Enrolment {
            id: EnrolmentId(self.app.new_id()),
            campaign_id: chosen.id,
            version: chosen.version,
            cart_id: cart.id,
            contact_id,
            arm: before.unwrap_or_else(|| arm(chosen.id.0, &shopper, spec.holdout_percent)),
            begun_by: spec.trigger,
            path,
            abandoned_at: cart.facts.abandoned_at(spec.abandon_after.0),
            created_at: self.now,
        };
        if !db::enrolments::insert(tx, shop, &enrolment).await? {
            return Ok(());
        }
        let zone = clock_of(&whereabouts(&cart.facts, &self.shop.timezone));
        let slots = slots(spec, enrolment.path.as_deref(), enrolment.abandoned_at, zone.as_ref());
        let mut planned = Vec::with_capacity(slots.len());
        for slot in &slots {
            let nudge = new_nudge(self.app, &enrolment, slot, &shopper, self.now);
            db::nudges::insert(tx, shop, &nudge).await?;
            planned.push(Planned { nudge: DueInGap { id: nudge.id, cart_id: cart.id, due_at: slot.due_at }, delay: slot.earliest });
        }
        self.explain(tx, (chosen, &enrolment, before), &slots, (cart, &shopper)).await?;
        // Nobody of the comparison group can have been written to, whatever the database that is gone did.
        if enrolment.arm == Arm::Treated {
            restore::set_aside_planned(self.app, tx, (shop, self.now), (&cart.facts, spec.abandon_after.0), &planned).await?;
        }
        Ok(())
    }

    async fn explain(
        &self,
        tx: &mut Tx,
        (chosen, enrolment, before): (&AtWork, &Enrolment, Option<Arm>),
        slots: &[Slot<'_>],
        (cart, shopper): (&CartRow, &str),
    ) -> Result<(), AppError> {
        let (spec, version) = (&chosen.spec, chosen.version);
        let path = enrolment.path.as_ref().map_or_else(String::new, |p| format!(" on the path \"{p}\""));
        let times = times(slots.iter());
        let inputs = serde_json::json!({
            "campaign_id": chosen.id, "version": version, "arm": enrolment.arm, "holdout_percent": spec.holdout_percent,
            "lot_percent": Lot::of(chosen.id.0, shopper).percent(), "arm_of_an_earlier_cart": before,
            "path": enrolment.path, "variants": variants(chosen.id, slots, shopper),
            "active_at": cart.facts.active_at, "abandon_after": spec.abandon_after,
        });
        let why = format!("abandoned: entered the campaign \"{}\" (version {version}){path}: {times}", spec.name);
        let decided = Decided { cart: cart.id, nudge: None, outcome: "planned", rule: "enrolled", why, inputs: inputs.to_string() };
        self.decided(tx, decided).await
    }
}

/// A step's message for a cart, to be planned.
pub fn new_nudge(app: &App, enrolment: &Enrolment, slot: &Slot<'_>, shopper: &str, now: Timestamp) -> NewNudge {
    NewNudge {
        id: NudgeId(app.new_id()),
        enrolment_id: enrolment.id,
        campaign_id: enrolment.campaign_id,
        cart_id: enrolment.cart_id,
        contact_id: ContactId(enrolment.contact_id.0),
        step: i64::try_from(slot.index).unwrap_or(i64::MAX),
        channel: slot.step.channel,
        fallback: slot.step.fallback.as_ref().map(|f| f.channel),
        variant: variant(enrolment.campaign_id.0, slot.index, shopper, &slot.step.variants).map(|v| v.name.clone()),
        due_at: slot.due_at,
        short_code: short_code(bytes(app.random.as_ref())),
        created_at: now,
    }
}

/// The text that a shopper gets in each step that compares some: `{"step": 1, "variant": "A", "lot_percent": 12.5}`.
fn variants(campaign: CampaignId, slots: &[Slot<'_>], shopper: &str) -> Vec<serde_json::Value> {
    let compared = slots.iter().filter_map(|s| Some((s.index, variant(campaign.0, s.index, shopper, &s.step.variants)?)));
    let told = |(step, v): (usize, &crate::domain::campaign::Variant)| serde_json::json!({ "step": step + 1, "variant": v.name, "lot_percent": Lot::of_step(campaign.0, step, shopper).percent() });
    compared.map(told).collect()
}

/// When messages are planned for, in words.
pub fn times<'a>(slots: impl Iterator<Item = &'a Slot<'a>>) -> String {
    let times: Vec<String> = slots.map(|s| format!("{} at {}", channel_word(s.step.channel), whole_second(s.due_at))).collect();
    if times.is_empty() { "no step is for it".to_owned() } else { times.join(", ") }
}

fn channel_word(channel: ChannelKind) -> &'static str {
    match channel {
        ChannelKind::Email => "e-mail",
        ChannelKind::Sms => "text message",
        ChannelKind::WhatsApp => "WhatsApp",
    }
}

fn whole_second(at: Timestamp) -> Timestamp {
    Timestamp::from_second(at.as_second()).unwrap_or(at)
}
