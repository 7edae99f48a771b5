//! Ready-made consent rules, to be chosen in place of a store's own. Not advice: what is usual and what carriers ask for, with the reason beside each rule.

use super::law::NORTH_AMERICA;
use super::{ANY_COUNTRY, Basis, ConsentRule};
use crate::domain::event::ChannelKind;
use serde::{Deserialize, Serialize};

/// Where courts take only a confirmation from the address itself as proof (Germany: BGH, 10 February 2011, I ZR 164/09, on section 7 UWG; Austria follows).
const BY_CONFIRMATION: [&str; 2] = ["DE", "AT"];
const MAILS_WHY: &str = "courts there take the answer from the address itself as the proof of consent";
const TEXTS_WHY: &str =
    "carriers there ask for a double opt-in by text whose words name cart reminders (Twilio error 30517, CTIA Messaging Principles)";
const STRICT_WHY: &str = "this table asks everybody to confirm their address";

/// Whose consent rules hold.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Table {
    /// The store's own; express consent where none fits.
    #[default]
    Own,
    /// Express consent everywhere; confirmed for texts to North America, in words that name carts, and for mails to Germany and Austria.
    Standard,
    /// Everybody has confirmed, texts in words that name carts. WhatsApp, where nobody can be asked but by a template, takes express consent.
    Strict,
}

impl Table {
    /// Every one.
    pub const ALL: [Self; 3] = [Self::Own, Self::Standard, Self::Strict];

    /// As stored and as the API says it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Own => "own",
            Self::Standard => "standard",
            Self::Strict => "strict",
        }
    }

    /// The table's rules; none of the store's own.
    pub fn rules(self) -> Option<Vec<ConsentRule>> {
        let confirmed = |channel: ChannelKind, countries: &[&str], note: &str| ConsentRule {
            channel,
            countries: countries.iter().map(|c| (*c).to_owned()).collect(),
            basis: Basis::Confirmed,
            naming_carts: channel.is_by_phone(),
            note: note.to_owned(),
        };
        match self {
            Self::Own => None,
            Self::Standard => Some(vec![
                confirmed(ChannelKind::Email, &BY_CONFIRMATION, MAILS_WHY),
                confirmed(ChannelKind::Sms, NORTH_AMERICA, TEXTS_WHY),
            ]),
            Self::Strict => {
                Some([ChannelKind::Email, ChannelKind::Sms].map(|channel| confirmed(channel, &[ANY_COUNTRY], STRICT_WHY)).to_vec())
            }
        }
    }
}

impl std::str::FromStr for Table {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|t| t.as_str() == text)
            .ok_or_else(|| format!("{text:?} is not a table of consent rules; expected one of {}", Self::ALL.map(Self::as_str).join(", ")))
    }
}
