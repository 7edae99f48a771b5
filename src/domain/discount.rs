//! Discounts: when a shopper's own code is given, and when it isn't.

use crate::domain::campaign::{DiscountGuards, Offer, Scene};
use crate::domain::duration::Length;
use crate::domain::money::Money;
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
    use crate::domain::campaign::OfferValue;
    use crate::domain::money::Currency;

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
}
