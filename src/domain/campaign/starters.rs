//! Campaigns to begin with.

use super::{
    After, Attribution, CampaignSpec, Condition, DiscountGuards, Fallback, HoldoutScope, Offer, OfferValue, Path, Step, Trigger,
    default_abandon_after, default_holdout, default_quiet_hours,
};
use crate::domain::duration::Length;
use crate::domain::event::ChannelKind;
use crate::domain::money::{Currency, Money};
use jiff::civil::Time;

/// A campaign to begin with.
#[derive(Debug, Clone, Copy)]
pub struct Starter {
    /// As the API and pages call it.
    pub key: &'static str,
    /// What it is for, in a sentence.
    pub about: &'static str,
    make: fn(Currency) -> CampaignSpec,
}

/// Every starter.
pub const STARTERS: [Starter; 3] = [
    Starter { key: "email", about: "Three e-mails: after an hour, the next morning, and after three days.", make: email_only },
    Starter {
        key: "email-and-sms",
        about: "An e-mail after an hour, a text the next day to those who agreed to texts, an e-mail to the others.",
        make: both,
    },
    Starter {
        key: "high-value",
        about: "Carts worth more than most: a reminder without a code, and a small code only for those who don't come back.",
        make: high_value,
    },
];

impl Starter {
    /// The starter of that key.
    pub fn by_key(key: &str) -> Option<&'static Self> {
        STARTERS.iter().find(|s| s.key == key)
    }

    /// The campaign, for a store of that currency.
    pub fn spec(&self, currency: Currency) -> CampaignSpec {
        (self.make)(currency)
    }
}

impl CampaignSpec {
    /// The campaign that every new shop gets, as a draft.
    pub fn starter() -> Self {
        let steps = vec![
            Step::new(Length::hours(1), ChannelKind::Email, "checkout-reminder"),
            Step::new(Length::hours(24), ChannelKind::Sms, "checkout-text"),
        ];
        Self::with("Checkout recovery", steps)
    }

    fn with(name: &str, steps: Vec<Step>) -> Self {
        Self {
            name: name.into(),
            trigger: Trigger::CheckoutAbandoned,
            abandon_after: default_abandon_after(),
            priority: 0,
            only_if: None,
            holdout_percent: default_holdout(),
            holdout_scope: HoldoutScope::default(),
            paths: Vec::new(),
            steps,
            quiet_hours: default_quiet_hours(),
            quiet_days: Vec::new(),
            quiet_holidays: false,
            discount_guards: DiscountGuards::default(),
            attribution: Attribution::default(),
        }
    }
}

fn mail(delay: Length, after: After, at: Option<Time>) -> Step {
    Step { after, at, ..Step::new(delay, ChannelKind::Email, "checkout-reminder") }
}

fn email_only(_: Currency) -> CampaignSpec {
    let morning = Some(jiff::civil::time(10, 0, 0, 0));
    let steps = vec![
        mail(Length::hours(1), After::Abandonment, None),
        mail(Length::hours(12), After::PreviousSend, morning),
        mail(Length::hours(48), After::PreviousSend, morning),
    ];
    CampaignSpec::with("E-mail recovery", steps)
}

fn both(_: Currency) -> CampaignSpec {
    let text = Step {
        fallback: Some(Fallback { channel: ChannelKind::Email, template: "checkout-reminder".into() }),
        ..Step::new(Length::hours(24), ChannelKind::Sms, "checkout-text")
    };
    CampaignSpec::with("E-mail and text recovery", vec![mail(Length::hours(1), After::Abandonment, None), text])
}

/// What counts as much, in whole units of a currency without a better figure: to be changed by the merchant.
const MUCH: i64 = 150;

fn high_value(currency: Currency) -> CampaignSpec {
    let much = Money { minor: MUCH * 10_i64.pow(currency.decimals()), currency };
    let offer = Offer { value: OfferValue::Percent(10), minimum: Some(much), valid_for: Length::hours(72), required: false };
    let steps = vec![
        mail(Length::hours(1), After::Abandonment, None),
        Step { discount: Some(offer), ..mail(Length::hours(48), After::PreviousSend, Some(jiff::civil::time(10, 0, 0, 0))) },
    ];
    let only_if = Some(Condition::ValueAtLeast(much));
    CampaignSpec { only_if, priority: 10, paths: Vec::<Path>::new(), ..CampaignSpec::with("Recovery of valuable carts", steps) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_starter_can_be_published_as_it_is_in_any_currency() {
        for starter in &STARTERS {
            for code in ["USD", "JPY", "KWD"] {
                let spec = starter.spec(code.parse().expect("currency"));
                assert_eq!(spec.faults(|_, _| true), [], "{}", starter.key);
                let text = serde_json::to_string(&spec).expect("json");
                assert_eq!(serde_json::from_str::<CampaignSpec>(&text).expect("json"), spec);
            }
        }
    }
}
