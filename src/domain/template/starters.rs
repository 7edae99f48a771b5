//! The templates that a new shop starts with, in ten languages.

use super::TemplateSource;
use crate::domain::event::ChannelKind;

/// In which Comeback speaks to shoppers: starters, their pages, questions and answers. English first: it stands in for all others.
pub const LANGUAGES: [&str; 10] = ["en", "de", "fr", "es", "it", "nl", "pt", "pl", "sv", "da"];

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

const STARTERS: [Starter; 40] = [
    starter!("checkout-reminder", Email, "en", "mjml", "Checkout reminder"),
    starter!("checkout-reminder", Email, "de", "mjml", "Erinnerung an die Bestellung"),
    starter!("checkout-reminder", Email, "fr", "mjml", "Rappel de commande"),
    starter!("checkout-reminder", Email, "es", "mjml", "Recordatorio de compra"),
    starter!("checkout-reminder", Email, "it", "mjml", "Promemoria dell’ordine"),
    starter!("checkout-reminder", Email, "nl", "mjml", "Herinnering aan de bestelling"),
    starter!("checkout-reminder", Email, "pt", "mjml", "Lembrete de compra"),
    starter!("checkout-reminder", Email, "pl", "mjml", "Przypomnienie o zamówieniu"),
    starter!("checkout-reminder", Email, "sv", "mjml", "Påminnelse om beställningen"),
    starter!("checkout-reminder", Email, "da", "mjml", "Påmindelse om bestillingen"),
    starter!("cart-reminder", Email, "en", "mjml", "Cart reminder"),
    starter!("cart-reminder", Email, "de", "mjml", "Erinnerung an den Warenkorb"),
    starter!("cart-reminder", Email, "fr", "mjml", "Rappel de panier"),
    starter!("cart-reminder", Email, "es", "mjml", "Recordatorio de carrito"),
    starter!("cart-reminder", Email, "it", "mjml", "Promemoria del carrello"),
    starter!("cart-reminder", Email, "nl", "mjml", "Herinnering aan de winkelwagen"),
    starter!("cart-reminder", Email, "pt", "mjml", "Lembrete de carrinho"),
    starter!("cart-reminder", Email, "pl", "mjml", "Przypomnienie o koszyku"),
    starter!("cart-reminder", Email, "sv", "mjml", "Påminnelse om varukorgen"),
    starter!("cart-reminder", Email, "da", "mjml", "Påmindelse om kurven"),
    starter!("browse-reminder", Email, "en", "mjml", "Browse reminder"),
    starter!("browse-reminder", Email, "de", "mjml", "Erinnerung an Angesehenes"),
    starter!("browse-reminder", Email, "fr", "mjml", "Rappel des articles vus"),
    starter!("browse-reminder", Email, "es", "mjml", "Recordatorio de lo que miraste"),
    starter!("browse-reminder", Email, "it", "mjml", "Promemoria degli articoli visti"),
    starter!("browse-reminder", Email, "nl", "mjml", "Herinnering aan bekeken producten"),
    starter!("browse-reminder", Email, "pt", "mjml", "Lembrete de produtos vistos"),
    starter!("browse-reminder", Email, "pl", "mjml", "Przypomnienie o oglądanych produktach"),
    starter!("browse-reminder", Email, "sv", "mjml", "Påminnelse om visade produkter"),
    starter!("browse-reminder", Email, "da", "mjml", "Påmindelse om sete varer"),
    starter!("checkout-text", Sms, "en", "liquid", "Checkout text"),
    starter!("checkout-text", Sms, "de", "liquid", "SMS zur Bestellung"),
    starter!("checkout-text", Sms, "fr", "liquid", "SMS de commande"),
    starter!("checkout-text", Sms, "es", "liquid", "SMS de compra"),
    starter!("checkout-text", Sms, "it", "liquid", "SMS dell’ordine"),
    starter!("checkout-text", Sms, "nl", "liquid", "Sms over de bestelling"),
    starter!("checkout-text", Sms, "pt", "liquid", "SMS de compra"),
    starter!("checkout-text", Sms, "pl", "liquid", "SMS o zamówieniu"),
    starter!("checkout-text", Sms, "sv", "liquid", "Sms om beställningen"),
    starter!("checkout-text", Sms, "da", "liquid", "Sms om bestillingen"),
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
