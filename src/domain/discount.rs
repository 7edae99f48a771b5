//! Discounts: when a shopper's own code is given, and when it isn't.

pub mod pool;
pub mod words;

use crate::domain::campaign::{CampaignSpec, DiscountGuards, Fault, Offer, OfferValue, Scene};
use crate::domain::duration::Length;
use crate::domain::money::{Currency, Money};
use jiff::SignedDuration;

/// How long a message waits for a code that isn't there yet, before it goes without one (or not at all, where the code is required).
pub const CODE_WAIT: SignedDuration = SignedDuration::from_hours(2);

/// Why an offer is not made for a cart, if it isn't.
pub fn withheld(offer: &Offer, guards: &DiscountGuards, step: usize, scene: &Scene) -> Option<String> {
    if scene.code_on_cart {
        return Some("a code is on the cart already, and codes are not stacked".into());
    }
    if step + 1 < usize::from(guards.from_step) {
        return Some(format!("discounts begin with step {}", guards.from_step));
    }
    let below = [offer.minimum, guards.minimum_value].into_iter().flatten().find(|least| !is_worth(scene, least));
    if let Some(least) = below {
        let worth = scene.value.map_or_else(|| "what it is worth is unknown".into(), |v| format!("this one is worth {v}"));
        return Some(format!("it is for carts worth {least} or more; {worth}"));
    }
    let used = guards.not_if_used_within.and_then(|within| used_within(scene, within));
    used.map(|ago| format!("the shopper used a code {ago} ago: no second one so soon"))
}

/// Why no codes could be made for the offers of a campaign, step by step: what the store's platform can't do, or hasn't been allowed to.
pub fn warnings(spec: &CampaignSpec, currency: Currency, has_access: bool) -> Vec<Fault> {
    let offers = spec.steps.iter().enumerate().filter_map(|(i, s)| Some((i, s.discount.as_ref()?)));
    let problem = |(i, offer): (usize, &Offer)| {
        let problem = match foreign(offer, currency) {
            Some(other) => format!("the store's codes take off {currency}, and this offer is in {other}: no code can be made for it"),
            None if !has_access => format!(
                "codes are made by the store's platform, and Comeback has no access to it: {}; give it with `comeback shop access`",
                if offer.required { "the message is never sent" } else { "the message waits for two hours and goes without its code" }
            ),
            None => return None,
        };
        Some(Fault { at: format!("steps[{i}].discount"), problem })
    };
    offers.filter_map(problem).collect()
}

/// The currency of an offer's amount, where it isn't the store's.
pub fn foreign(offer: &Offer, currency: Currency) -> Option<Currency> {
    match offer.value {
        OfferValue::Amount(amount) if amount.currency != currency => Some(amount.currency),
        OfferValue::Amount(_) | OfferValue::Percent(_) | OfferValue::FreeShipping => None,
    }
}

fn is_worth(scene: &Scene, least: &Money) -> bool {
    scene.value.is_some_and(|v| v.currency == least.currency && v.minor >= least.minor)
}

fn used_within(scene: &Scene, within: Length) -> Option<String> {
    let ago = scene.now.duration_since(scene.code_used_at?);
    let days = ago.as_hours() / 24;
    (ago <= within.0).then(|| if days == 0 { "less than a day".into() } else { format!("{days} day(s)") })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn money(text: &str) -> Money {
        Money::parse(text, Currency::USD).expect("money")
    }

    fn check(change: impl FnOnce(&mut Offer, &mut DiscountGuards, &mut Scene), says: &str) {
        let mut offer =
            Offer { value: OfferValue::Percent(10), minimum: Some(money("50.00")), valid_for: Length::hours(72), required: false };
        let mut guards = DiscountGuards::default();
        let mut scene = Scene { now: "2026-07-01T12:00:00Z".parse().expect("time"), value: Some(money("80.00")), ..Scene::default() };
        change(&mut offer, &mut guards, &mut scene);
        let why = withheld(&offer, &guards, 1, &scene).unwrap_or_default();
        assert!(if says.is_empty() { why.is_empty() } else { why.contains(says) }, "{why:?} instead of {says:?}");
    }

    #[test]
    fn guards_keep_codes_from_early_small_stacked_and_serial_carts() {
        check(|_, _, _| {}, "");
        check(|_, _, s| s.code_on_cart = true, "stacked");
        check(|_, g, _| g.from_step = 3, "begin with step 3");
        check(|_, _, s| s.value = Some(money("49.99")), "worth 50.00 USD or more");
        check(|_, _, s| s.value = None, "unknown");
        check(|_, g, _| g.minimum_value = Some(money("100.00")), "worth 100.00 USD or more");
        check(|_, _, s| s.code_used_at = Some("2026-06-21T12:00:00Z".parse().expect("time")), "10 day(s)");
        check(|_, _, s| s.code_used_at = Some("2026-05-21T12:00:00Z".parse().expect("time")), "");
    }

    #[test]
    fn offers_that_no_code_can_be_made_for_are_named() {
        let offer = |value| Offer { value, minimum: None, valid_for: Length::hours(72), required: false };
        let check = |value, has_access, says: &str| {
            let mut spec = CampaignSpec::starter();
            spec.steps[1].discount = Some(offer(value));
            let found = warnings(&spec, Currency::USD, has_access);
            let told: Vec<&str> = found.iter().map(|f| f.problem.as_str()).collect();
            assert_eq!(told.is_empty(), says.is_empty(), "{told:?}");
            assert!(found.iter().all(|f| f.at == "steps[1].discount" && f.problem.contains(says)), "{told:?}");
        };
        check(OfferValue::Percent(10), true, "");
        check(OfferValue::Percent(10), false, "waits for two hours");
        check(OfferValue::Amount(money("5.00")), true, "");
        check(OfferValue::Amount(Money::parse("5.00", "EUR".parse().expect("a currency")).expect("money")), true, "this offer is in EUR");
        assert!(warnings(&CampaignSpec::starter(), Currency::USD, false).is_empty());
    }
}
