//! The templates that a new shop starts with, in four languages.

use super::TemplateSource;
use crate::domain::event::ChannelKind;

/// A template to start from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Starter {
    /// `checkout-reminder`: what a campaign's step refers to.
    pub key: &'static str,
    /// For mails or texts.
    pub channel: ChannelKind,
    /// BCP 47: `en`.
    pub language: &'static str,
    /// As shown to the merchant.
    pub name: &'static str,
    file: &'static str,
}

impl Starter {
    /// Its text. A mail's file starts with `Subject: …` and an empty line, as mails do.
    pub fn source(&self) -> TemplateSource {
        let (subject, body) = match self.channel {
            ChannelKind::Email => self.file.split_once("\n\n").unwrap_or(("", self.file)),
            ChannelKind::Sms | ChannelKind::WhatsApp => ("", self.file),
        };
        let subject = subject.trim_start_matches("Subject:").trim().to_owned();
        TemplateSource { subject, body: body.trim().to_owned(), text: None }
    }
}

macro_rules! starter {
    ($key:literal, $channel:ident, $language:literal, $extension:literal, $name:literal) => {
        Starter {
            key: $key,
            channel: ChannelKind::$channel,
            language: $language,
            name: $name,
            file: include_str!(concat!("../../../templates/starters/", $key, ".", $language, ".", $extension)),
        }
    };
}

const STARTERS: [Starter; 16] = [
    starter!("checkout-reminder", Email, "en", "mjml", "Checkout reminder"),
    starter!("checkout-reminder", Email, "de", "mjml", "Erinnerung an die Bestellung"),
    starter!("checkout-reminder", Email, "fr", "mjml", "Rappel de commande"),
    starter!("checkout-reminder", Email, "es", "mjml", "Recordatorio de compra"),
    starter!("cart-reminder", Email, "en", "mjml", "Cart reminder"),
    starter!("cart-reminder", Email, "de", "mjml", "Erinnerung an den Warenkorb"),
    starter!("cart-reminder", Email, "fr", "mjml", "Rappel de panier"),
    starter!("cart-reminder", Email, "es", "mjml", "Recordatorio de carrito"),
    starter!("browse-reminder", Email, "en", "mjml", "Browse reminder"),
    starter!("browse-reminder", Email, "de", "mjml", "Erinnerung an Angesehenes"),
    starter!("browse-reminder", Email, "fr", "mjml", "Rappel des articles vus"),
    starter!("browse-reminder", Email, "es", "mjml", "Recordatorio de lo que miraste"),
    starter!("checkout-text", Sms, "en", "liquid", "Checkout text"),
    starter!("checkout-text", Sms, "de", "liquid", "SMS zur Bestellung"),
    starter!("checkout-text", Sms, "fr", "liquid", "SMS de commande"),
    starter!("checkout-text", Sms, "es", "liquid", "SMS de compra"),
];

/// Every starter.
pub fn starters() -> &'static [Starter] {
    &STARTERS
}

/// The starter of this name for a language tag such as `de-AT`: in the language itself, else in English.
pub fn starter(key: &str, channel: ChannelKind, language: &str) -> Option<TemplateSource> {
    let base = language.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase();
    let of = |wanted: &str| STARTERS.iter().find(|s| s.key == key && s.channel == channel && s.language == wanted);
    of(&base).or_else(|| of("en")).map(Starter::source)
}
