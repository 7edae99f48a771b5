//! An offer as a message says it: what it takes off, in the language of the text, and until when, by the shopper's clock.

use crate::domain::campaign::OfferValue;
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// What an offer takes off, to stand in a sentence of this language; English where none is known.
pub fn value(value: OfferValue, language: &str) -> String {
    let off = |amount: String| match language {
        "de" => format!("{amount} Rabatt"),
        "fr" => format!("{amount} de réduction"),
        "es" => format!("{amount} de descuento"),
        "it" => format!("{amount} di sconto"),
        "nl" => format!("{amount} korting"),
        "pt" => format!("{amount} de desconto"),
        "pl" => format!("{amount} rabatu"),
        "sv" => format!("{amount} rabatt"),
        "da" => format!("{amount} rabat"),
        _ => format!("{amount} off"),
    };
    match (value, language) {
        (OfferValue::Percent(percent), "de" | "fr" | "es" | "sv" | "da") => off(format!("{percent}\u{a0}%")),
        (OfferValue::Percent(percent), _) => off(format!("{percent}%")),
        (OfferValue::Amount(amount), _) => off(amount.to_string()),
        (OfferValue::FreeShipping, "de") => "kostenloser Versand".into(),
        (OfferValue::FreeShipping, "fr") => "livraison gratuite".into(),
        (OfferValue::FreeShipping, "es") => "envío gratis".into(),
        (OfferValue::FreeShipping, "it") => "spedizione gratuita".into(),
        (OfferValue::FreeShipping, "nl") => "gratis verzending".into(),
        (OfferValue::FreeShipping, "pt") => "envio grátis".into(),
        (OfferValue::FreeShipping, "pl") => "darmowa dostawa".into(),
        (OfferValue::FreeShipping, "sv") => "fri frakt".into(),
        (OfferValue::FreeShipping, "da") => "fri fragt".into(),
        (OfferValue::FreeShipping, _) => "free shipping".into(),
    }
}

/// Until when a code works, to the minute, as clocks show it where the shopper may be. Where they may be in several zones it is the earliest of their clocks' words:
/// read by another of these clocks it is sooner, and the code still works.
pub fn ends_at(at: Timestamp, zones: &[TimeZone]) -> String {
    let clocks = zones.iter().map(|zone| at.to_zoned(zone.clone()).datetime());
    let shown = clocks.min().unwrap_or_else(|| at.to_zoned(TimeZone::UTC).datetime());
    shown.strftime("%Y-%m-%d %H:%M").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::money::{Currency, Money};
    use crate::domain::template::LANGUAGES;

    #[test]
    fn an_offer_is_said_in_the_language_of_the_text() {
        let check = |offer, language: &str, expected: &str| assert_eq!(value(offer, language), expected);
        check(OfferValue::Percent(10), "en", "10% off");
        check(OfferValue::Percent(10), "de", "10\u{a0}% Rabatt");
        check(OfferValue::Amount(Money::new(500, Currency::USD)), "fr", "5.00 USD de réduction");
        check(OfferValue::FreeShipping, "es", "envío gratis");
        check(OfferValue::Percent(10), "it", "10% di sconto");
        check(OfferValue::Percent(10), "sv", "10\u{a0}% rabatt");
        check(OfferValue::Amount(Money::new(500, Currency::USD)), "nl", "5.00 USD korting");
        check(OfferValue::FreeShipping, "pl", "darmowa dostawa");
        check(OfferValue::FreeShipping, "ja", "free shipping");
    }

    #[test]
    fn no_language_of_the_starters_says_an_offer_in_english() {
        for offer in [OfferValue::Percent(10), OfferValue::FreeShipping] {
            let said: Vec<String> = LANGUAGES.iter().map(|language| value(offer, language)).collect();
            assert!(said.iter().skip(1).all(|words| *words != said[0]), "{said:?}");
        }
    }

    #[test]
    fn the_end_is_never_told_later_than_it_is_wherever_the_shopper_may_be() {
        let zones = |names: &[&str]| names.iter().map(|n| TimeZone::get(n).expect("a zone")).collect::<Vec<_>>();
        let at = "2026-07-04T18:30:59Z".parse().expect("an instant");
        assert_eq!(ends_at(at, &zones(&["America/New_York"])), "2026-07-04 14:30");
        assert_eq!(ends_at(at, &zones(&["America/New_York", "America/Los_Angeles"])), "2026-07-04 11:30");
        assert_eq!(ends_at(at, &[]), "2026-07-04 18:30");
    }
}
