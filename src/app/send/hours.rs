//! In which hours, and how often, a message may reach its shopper: the campaign's own hours, and the law's of every place where they may be.

use crate::db::contexts::NudgeContext;
use crate::db::shops::Shop;
use crate::domain::cap::Limit;
use crate::domain::duration::Length;
use crate::domain::schedule::{Hours, Place, hours_of_quiet, legal_caps, legal_hours};

/// The hours that must all be open. A canary's message reaches nobody, at any hour.
pub(super) fn of(shop: &Shop, nudge: &NudgeContext) -> Vec<Hours> {
    if shop.canary_of.is_some() {
        return Vec::new();
    }
    let (spec, place) = (&nudge.spec, place(nudge));
    let mut hours = legal_hours(nudge.channel, &place);
    if spec.quiet_hours.is_some() || !spec.quiet_days.is_empty() || spec.quiet_holidays {
        hours.insert(0, hours_of_quiet(spec.quiet_hours, &spec.quiet_days, spec.quiet_holidays, place.country));
    }
    hours
}

/// The law's limits on how often.
pub(super) fn legal_limits(nudge: &NudgeContext) -> impl Iterator<Item = Limit> {
    let caps = legal_caps(nudge.channel, &place(nudge));
    let channel = Some(nudge.channel);
    caps.into_iter().map(move |c| Limit { whose: format!("the law of {}", c.place), channel, max: c.max, within: Length(c.within) })
}

fn place(nudge: &NudgeContext) -> Place<'_> {
    let cart = &nudge.cart;
    Place {
        country: cart.country.as_ref().map(|c| c.value.as_str()),
        province: cart.province.as_ref().map(|p| p.value.as_str()),
        phone: cart.phone.as_ref().map(|p| &p.value),
    }
}
