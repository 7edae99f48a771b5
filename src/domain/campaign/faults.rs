//! What keeps a campaign from being published, and what is worth a second look: each with where it stands.

use super::{
    After, CampaignSpec, Condition, LONGEST_DELAY, Offer, OfferValue, PATHS_MAX, SHORTEST_USUAL_ABANDON, STEPS_MAX, Step, Trigger,
    VARIANTS_MAX,
};
use crate::domain::event::ChannelKind;
use serde::Serialize;
use std::collections::BTreeSet;

/// One thing that is wrong with a campaign, and where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fault {
    /// `steps[1].template`.
    pub at: String,
    /// What is wrong and what to do.
    pub problem: String,
}

impl Fault {
    /// Of which step, from 1; none where it is about the whole campaign.
    pub fn step(&self) -> Option<usize> {
        let (index, _) = self.at.strip_prefix("steps[")?.split_once(']')?;
        index.parse::<usize>().ok().map(|i| i + 1)
    }
}

fn fault(at: impl Into<String>, problem: impl Into<String>) -> Fault {
    Fault { at: at.into(), problem: problem.into() }
}

/// Names of paths and variants.
fn is_name(name: &str) -> bool {
    let count = name.chars().count();
    name.trim() == name && (1..=60).contains(&count) && !name.chars().any(char::is_control)
}

fn condition_faults(at: &str, condition: Option<&Condition>, faults: &mut Vec<Fault>) {
    faults.extend(condition.into_iter().flat_map(Condition::faults).map(|(inside, problem)| fault(format!("{at}{inside}"), problem)));
}

impl CampaignSpec {
    /// Everything that keeps this from being published. `template_exists(key, channel)` answers for the shop.
    pub fn faults(&self, template_exists: impl Fn(&str, ChannelKind) -> bool) -> Vec<Fault> {
        let mut faults = Vec::new();
        self.own_faults(&mut faults);
        self.path_faults(&mut faults);
        for (i, step) in self.steps.iter().enumerate() {
            let mut of_step = Vec::new();
            self.step_faults(i, step, &mut of_step);
            message_faults(step, &template_exists, &mut of_step);
            variant_faults(step, &mut of_step);
            self.discount_faults(i, step, &mut of_step);
            faults.extend(of_step.into_iter().map(|f| fault(format!("steps[{i}].{}", f.at), f.problem)));
        }
        faults
    }

    fn own_faults(&self, faults: &mut Vec<Fault>) {
        if self.name.trim().is_empty() || self.name.chars().count() > 120 {
            faults.push(fault("name", "give the campaign a name of 1 to 120 characters"));
        }
        if self.abandon_after.0.is_zero() || self.abandon_after > LONGEST_DELAY {
            faults.push(fault("abandon_after", "must be longer than zero and at most 30 days"));
        }
        if self.holdout_percent > 90 {
            faults.push(fault("holdout_percent", "must be between 0 and 90: somebody has to get the message"));
        }
        if self.steps.is_empty() || self.steps.len() > STEPS_MAX {
            faults.push(fault("steps", format!("a campaign needs 1 to {STEPS_MAX} steps")));
        }
        if self.quiet_hours.is_some_and(|q| q.from == q.to) {
            faults.push(fault("quiet_hours", "`from` and `to` are the same: that would be quiet all day or never; use null for never"));
        }
        if self.quiet_days.iter().map(|d| d.to_monday_zero_offset()).collect::<BTreeSet<_>>().len() == 7 {
            faults.push(fault("quiet_days", "every day is quiet: nothing could ever be sent"));
        }
        condition_faults("only_if", self.only_if.as_ref(), faults);
    }

    fn path_faults(&self, faults: &mut Vec<Fault>) {
        if self.paths.len() > PATHS_MAX {
            faults.push(fault("paths", format!("a campaign has at most {PATHS_MAX} paths")));
        }
        for (i, path) in self.paths.iter().enumerate() {
            if !is_name(&path.name) {
                faults.push(fault(format!("paths[{i}].name"), "give the path a name of 1 to 60 characters"));
            }
            if self.paths.iter().take(i).any(|p| p.name == path.name) {
                faults.push(fault(format!("paths[{i}].name"), format!("there is another path {:?}; names tell them apart", path.name)));
            }
            if path.only_if.is_none() && i + 1 < self.paths.len() {
                faults.push(fault(format!("paths[{i}].if"), "a path without a condition takes every cart, so it must be the last"));
            }
            condition_faults(&format!("paths[{i}].if"), path.only_if.as_ref(), faults);
        }
    }

    fn step_faults(&self, i: usize, step: &Step, faults: &mut Vec<Fault>) {
        if step.delay > LONGEST_DELAY {
            faults.push(fault("delay", "must be at most 30 days"));
        }
        let path = step.path.as_deref();
        let before = self.step_before(i, path).and_then(|b| self.steps.get(b));
        match (step.after, before) {
            (After::PreviousSend, None) => faults.push(fault("after", "there is no step before it: count from the abandonment")),
            (After::Abandonment, Some(b)) if b.after == After::Abandonment && step.delay < b.delay => {
                faults.push(fault("delay", "must not be shorter than the step before it: delays count from the abandonment"));
            }
            _ => {}
        }
        if let Some(path) = path
            && !self.paths.iter().any(|p| p.name == path)
        {
            faults.push(fault("path", format!("there is no path {path:?}; add it to `paths` or choose another")));
        }
        if step.expires_after.0.is_zero() || step.expires_after > LONGEST_DELAY {
            faults.push(fault("expires_after", "must be longer than zero and at most 30 days"));
        }
        condition_faults("only_if", step.only_if.as_ref(), faults);
    }

    fn discount_faults(&self, i: usize, step: &Step, faults: &mut Vec<Fault>) {
        let bad_code = |c: &str| c.is_empty() || c.len() > 60 || c.contains(|ch: char| ch == ',' || ch.is_whitespace() || ch.is_control());
        if step.discount_code.as_deref().is_some_and(bad_code) {
            faults.push(fault("discount_code", "a code has 1 to 60 characters, without commas or spaces"));
        }
        let Some(offer) = &step.discount else { return };
        if step.discount_code.is_some() {
            faults.push(fault(
                "discount",
                "the step has a code for everybody and one of the shopper's own: keep one, codes are never stacked",
            ));
        }
        if i + 1 < usize::from(self.discount_guards.from_step) {
            let from = self.discount_guards.from_step;
            faults.push(fault("discount", format!("discounts begin with step {from} (`discount_guards.from_step`): a code in an early message teaches shoppers to wait for it")));
        }
        offer_faults(offer, faults);
    }

    /// What may be meant but is worth a second look.
    pub fn warnings(&self) -> Vec<Fault> {
        let mut warnings = Vec::new();
        if self.trigger == Trigger::CheckoutAbandoned && self.abandon_after < SHORTEST_USUAL_ABANDON {
            warnings
                .push(fault("abandon_after", "under 10 minutes Shopify's recovery link may lead to the home page instead of the checkout"));
        }
        if self.holdout_percent == 0 {
            warnings.push(fault("holdout_percent", "without a holdout nobody can tell how much revenue the campaign causes"));
        }
        for (i, path) in self.paths.iter().enumerate().filter(|(_, p)| self.steps_on(Some(&p.name)).next().is_none()) {
            warnings.push(fault(format!("paths[{i}]"), format!("no step is for the path {:?}: its carts get nothing", path.name)));
        }
        let texts: Vec<usize> =
            (0..self.steps.len()).filter(|i| self.steps.get(*i).is_some_and(|s| s.channel == ChannelKind::Sms)).collect();
        for i in texts.iter().skip(1).filter(|i| self.steps.get(**i).is_some_and(|s| s.path.is_none())) {
            warnings.push(fault(
                format!("steps[{i}].channel"),
                "in the US and Canada carriers allow one text per cart: shoppers there don't get this one",
            ));
        }
        warnings
    }
}

fn offer_faults(offer: &Offer, faults: &mut Vec<Fault>) {
    match offer.value {
        OfferValue::Percent(0 | 101..) => faults.push(fault("discount.value", "a percentage is 1 to 100")),
        OfferValue::Amount(amount) if amount.minor <= 0 => faults.push(fault("discount.value", "an amount must be above zero")),
        OfferValue::Amount(amount) if offer.minimum.is_some_and(|m| m.currency != amount.currency) => {
            faults.push(fault("discount.minimum", "must be in the currency of the amount"));
        }
        OfferValue::Percent(_) | OfferValue::Amount(_) | OfferValue::FreeShipping => {}
    }
    if offer.minimum.is_some_and(|m| m.minor < 0) {
        faults.push(fault("discount.minimum", "an amount can't be below zero"));
    }
    if offer.valid_for.0.as_hours() < 1 || offer.valid_for > LONGEST_DELAY {
        faults.push(fault("discount.valid_for", "a code works for at least an hour and at most 30 days"));
    }
}

fn message_faults(step: &Step, exists: &impl Fn(&str, ChannelKind) -> bool, faults: &mut Vec<Fault>) {
    if step.fallback.as_ref().is_some_and(|f| f.channel == step.channel) {
        faults.push(fault("fallback.channel", "must be another channel than the step's own"));
    }
    for (at, channel, template) in step.messages() {
        if !exists(template, channel) {
            let kind = channel.as_str();
            faults.push(fault(at, format!("there is no {kind} template {template:?}; create it or choose another")));
        }
    }
}

fn variant_faults(step: &Step, faults: &mut Vec<Fault>) {
    if step.variants.len() == 1 || step.variants.len() > VARIANTS_MAX {
        faults.push(fault("variants", format!("compare 2 to {VARIANTS_MAX} texts, or none")));
    }
    if !step.variants.is_empty() && step.variants.iter().all(|v| v.weight == 0) {
        faults.push(fault("variants", "every weight is 0: nobody would get any of them"));
    }
    for (i, variant) in step.variants.iter().enumerate() {
        if !is_name(&variant.name) {
            faults.push(fault(format!("variants[{i}].name"), "give the variant a name of 1 to 60 characters"));
        }
        if step.variants.iter().take(i).any(|v| v.name == variant.name) {
            faults
                .push(fault(format!("variants[{i}].name"), format!("there is another variant {:?}; names tell them apart", variant.name)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::campaign::{Fallback, Path, Variant};
    use crate::domain::duration::Length;

    fn check(change: impl FnOnce(&mut CampaignSpec), expected: &[&str]) {
        let mut spec = CampaignSpec::starter();
        change(&mut spec);
        let faults = spec.faults(|key, _| key != "missing");
        let at: Vec<&str> = faults.iter().map(|f| f.at.as_str()).collect();
        assert_eq!(at, expected, "{faults:?}");
    }

    fn variant(name: &str, weight: u16) -> Variant {
        Variant { name: name.into(), weight, template: None, without_discount: false }
    }

    #[test]
    fn faults_name_the_step_and_the_remedy() {
        check(|_| {}, &[]);
        check(
            |s| {
                s.steps[1].delay = Length::minutes(1);
                s.holdout_percent = 100;
                s.steps[1].template = "missing".into();
            },
            &["holdout_percent", "steps[1].delay", "steps[1].template"],
        );
        check(|s| s.steps[0].after = After::PreviousSend, &["steps[0].after"]);
        check(
            |s| {
                s.steps[1].after = After::PreviousSend;
                s.steps[1].delay = Length::minutes(1);
            },
            &[],
        );
        check(
            |s| s.steps[1].fallback = Some(Fallback { channel: ChannelKind::Sms, template: "missing".into() }),
            &["steps[1].fallback.channel", "steps[1].fallback.template"],
        );
        check(|s| s.steps[0].variants = vec![variant("A", 1)], &["steps[0].variants"]);
        check(|s| s.steps[0].variants = vec![variant("A", 0), variant("A", 0)], &["steps[0].variants", "steps[0].variants[1].name"]);
        check(|s| s.steps[0].only_if = Some(Condition::Country(vec!["Canada".into()])), &["steps[0].only_if"]);
        check(|s| s.steps[0].expires_after = Length::minutes(0), &["steps[0].expires_after"]);
    }

    #[test]
    fn paths_are_named_once_and_the_one_for_all_comes_last() {
        let path = |name: &str, only_if| Path { name: name.into(), only_if };
        let big = || Some(Condition::CodeOnCart(false));
        check(|s| s.paths = vec![path("big", big()), path("rest", None)], &[]);
        check(|s| s.paths = vec![path("rest", None), path("big", big())], &["paths[0].if"]);
        check(|s| s.paths = vec![path("big", big()), path("big", None)], &["paths[1].name"]);
        check(|s| s.steps[0].path = Some("big".into()), &["steps[0].path"]);
    }

    #[test]
    fn a_discount_begins_where_the_guard_says_and_never_stacks() {
        let offer = |value| Some(Offer { value, minimum: None, valid_for: Length::hours(72), required: false });
        check(|s| s.steps[1].discount = offer(OfferValue::Percent(10)), &[]);
        check(|s| s.steps[0].discount = offer(OfferValue::Percent(10)), &["steps[0].discount"]);
        check(|s| s.steps[1].discount = offer(OfferValue::Percent(0)), &["steps[1].discount.value"]);
        check(
            |s| {
                s.steps[1].discount = offer(OfferValue::FreeShipping);
                s.steps[1].discount_code = Some("TEN".into());
            },
            &["steps[1].discount"],
        );
    }
}
