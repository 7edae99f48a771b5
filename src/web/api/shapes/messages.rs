//! What a store sets about its messages, and how a text is billed, as the API takes and gives them.

use crate::app::texts::{CostRange, Look};
use crate::db::shops::Shop;
use crate::domain::sms::{Measure, MessageSettings, Offending};
use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// What a store sets about its messages, and which change of it this is.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MessageSettingsInForce)]
pub struct MessageSettingsShape {
    /// How often it was set; 0 while it is the default.
    pub version: i64,
    /// What it says.
    #[serde(flatten)]
    #[schema(value_type = MessageSettingsFields)]
    pub settings: MessageSettings,
}

impl From<Shop> for MessageSettingsShape {
    fn from(shop: Shop) -> Self {
        Self { version: shop.messages_version, settings: shop.messages }
    }
}

/// What a store sets about its messages. Whatever is left out takes its default.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MessageSettings)]
pub struct MessageSettingsFields {
    /// Typographic characters of texts become plain ones where that makes the text cheaper; `true` by default.
    #[schema(required = false)]
    pub smart_characters: bool,
    /// Who texts come from, by the number that they go to: a country (`FR`) or a beginning (`+1`). The provider's own sender for others.
    #[schema(required = false)]
    pub senders: BTreeMap<String, SenderFields>,
    /// What messages cost.
    #[schema(required = false)]
    pub prices: OwnPricesFields,
}

/// Who texts come from.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Sender)]
pub struct SenderFields {
    /// A number, a short code, up to 11 letters and digits, or a messaging service of the provider's.
    #[schema(examples("ACME"))]
    pub from: String,
    /// To which number people send STOP, where this sender can't be answered.
    #[schema(required = false, examples("36111"))]
    pub stop_number: Option<String>,
}

/// A store's own prices, in its currency: decimals with at most six digits behind the point.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OwnPrices)]
pub struct OwnPricesFields {
    /// Of a part of a text, by country.
    #[schema(required = false)]
    pub segment: BTreeMap<String, String>,
    /// Of a part of a text to any other country; null: the standard price.
    pub elsewhere: Option<String>,
    /// So much of the standard prices is charged, of 100; 0 where texts cost nothing.
    #[schema(required = false, maximum = 1000)]
    pub percent: u32,
    /// Of a mail; 0 by default.
    #[schema(required = false)]
    pub email: String,
}

/// How a text is billed.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Text)]
pub struct TextShape {
    /// `GSM-7` or `UCS-2`, with the sample cart.
    pub encoding: &'static str,
    /// Parts that are billed, with the sample cart.
    pub segments: usize,
    /// As people count them.
    pub characters: usize,
    /// So many units more fit in before there is one more part.
    pub left: usize,
    /// With values as long as they may plausibly be.
    pub longest: LengthShape,
    /// Characters that make it take sixteen bits each.
    pub offending: Vec<OffendingShape>,
    /// What is worth a second look, in sentences; none of it keeps the text from being sent.
    pub notes: Vec<String>,
    /// What one costs; null where no price is known.
    pub cost: Option<CostShape>,
}

/// How long a text is.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TextLength)]
pub struct LengthShape {
    /// `GSM-7` or `UCS-2`.
    pub encoding: &'static str,
    /// Parts that are billed.
    pub segments: usize,
    /// As people count them.
    pub characters: usize,
}

/// A character that isn't of the 7-bit alphabet.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OffendingCharacter)]
pub struct OffendingShape {
    /// What is read as one character.
    pub character: String,
    /// How often it stands in the text.
    pub count: usize,
}

/// What a text costs, from the sample cart to the longest values.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TextCost)]
pub struct CostShape {
    /// To a number of which country.
    pub country: String,
    /// ISO 4217.
    pub currency: String,
    /// With the sample cart; a decimal with up to six digits behind the point.
    #[schema(examples("0.0118"))]
    pub least: String,
    /// With the longest values.
    pub most: String,
    /// By which prices: `2026-11` for the standard ones, `own 3` for the store's.
    pub table: String,
}

impl From<Look> for TextShape {
    fn from(look: Look) -> Self {
        let offending = |o: Offending| OffendingShape { character: o.character, count: o.count };
        Self {
            encoding: look.measure.encoding.as_str(),
            segments: look.measure.segments,
            characters: look.measure.characters,
            left: look.measure.left,
            longest: LengthShape::from(look.longest),
            offending: look.offending.into_iter().map(offending).collect(),
            notes: look.notes,
            cost: look.cost.map(CostShape::from),
        }
    }
}

impl From<Measure> for LengthShape {
    fn from(m: Measure) -> Self {
        Self { encoding: m.encoding.as_str(), segments: m.segments, characters: m.characters }
    }
}

impl From<CostRange> for CostShape {
    fn from(c: CostRange) -> Self {
        Self { country: c.country, currency: c.currency.to_string(), least: c.least.to_string(), most: c.most.to_string(), table: c.table }
    }
}
