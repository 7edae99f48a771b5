//! One step of a campaign: when, by which channel, what, to whom, and with which code.

use super::Condition;
use crate::domain::duration::Length;
use crate::domain::event::ChannelKind;
use crate::domain::money::Money;
use jiff::civil::Time;
use serde::{Deserialize, Serialize};

/// A nudge that is later than this is not sent any more, unless its step says otherwise: the moment has passed.
pub const USUAL_EXPIRY: Length = Length::hours(72);
/// A code works for this long, unless its offer says otherwise.
pub const USUAL_CODE_LIFETIME: Length = Length::hours(24 * 3);

/// One message of a campaign.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// From the moment of abandonment, or from the message before.
    pub delay: Length,
    /// From what the delay counts.
    #[serde(default, skip_serializing_if = "is_default")]
    pub after: After,
    /// Then until the clock shows this, where the shopper is.
    #[serde(default, with = "super::clock::maybe", skip_serializing_if = "Option::is_none")]
    pub at: Option<Time>,
    /// Later than this it is not sent any more.
    #[serde(default = "usual_expiry", skip_serializing_if = "is_usual_expiry")]
    pub expires_after: Length,
    /// By which channel.
    pub channel: ChannelKind,
    /// The template's key.
    pub template: String,
    /// What is sent instead when the channel is not open to this shopper, or its provider refuses the message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fallback: Option<Fallback>,
    /// Only carts on this of the campaign's paths get it; none: all do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// Only if this holds when it is due.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub only_if: Option<Condition>,
    /// Texts that are compared; none: everybody gets the same.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub variants: Vec<Variant>,
    /// A code that the link applies, made by the merchant on the platform: the same for everybody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub discount_code: Option<String>,
    /// A code of the shopper's own, made for this message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub discount: Option<Offer>,
}

/// From what a step's delay counts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum After {
    /// The moment when the cart was left. Changes to the cart afterwards don't move it.
    #[default]
    Abandonment,
    /// When the step before was sent; where it wasn't, when it would have been.
    PreviousSend,
}

/// Another way to say the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fallback {
    /// By which channel.
    pub channel: ChannelKind,
    /// The template's key.
    pub template: String,
}

/// One of the texts that are compared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Variant {
    /// `A`, as results call it.
    pub name: String,
    /// Its share, against the sum of all.
    #[serde(default = "one")]
    pub weight: u16,
    /// Its template's key; the step's own where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub template: Option<String>,
    /// It carries no code, even if the step does: what shows whether a code pays for itself.
    #[serde(default, skip_serializing_if = "is_default")]
    pub without_discount: bool,
}

/// A code made for one shopper: unique, for one use, with an end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Offer {
    /// What it takes off.
    pub value: OfferValue,
    /// Only for carts worth at least this. The platform asks for it, too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minimum: Option<Money>,
    /// How long the code works, from when it is given.
    #[serde(default = "usual_code_lifetime", skip_serializing_if = "is_usual_code_lifetime")]
    pub valid_for: Length,
    /// Without a code the message isn't sent at all. Else it goes without.
    #[serde(default, skip_serializing_if = "is_default")]
    pub required: bool,
}

/// What a code takes off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OfferValue {
    /// So many of a hundred, 1 to 100.
    Percent(u8),
    /// A fixed amount.
    Amount(Money),
    /// The shipping.
    FreeShipping,
}

impl Step {
    /// A step with nothing but the essentials.
    pub fn new(delay: Length, channel: ChannelKind, template: &str) -> Self {
        Self {
            delay,
            after: After::Abandonment,
            at: None,
            expires_after: USUAL_EXPIRY,
            channel,
            template: template.to_owned(),
            fallback: None,
            path: None,
            only_if: None,
            variants: Vec::new(),
            discount_code: None,
            discount: None,
        }
    }

    /// The template of a message: by the channel that it really takes, and its variant.
    pub fn template_for(&self, channel: ChannelKind, variant: Option<&str>) -> &str {
        match &self.fallback {
            Some(fallback) if channel != self.channel => &fallback.template,
            _ => self.variant(variant).and_then(|v| v.template.as_deref()).unwrap_or(&self.template),
        }
    }

    /// A variant by its name.
    pub fn variant(&self, name: Option<&str>) -> Option<&Variant> {
        name.and_then(|name| self.variants.iter().find(|v| v.name == name))
    }

    /// The offer of a message with this variant.
    pub fn offer_for(&self, variant: Option<&str>) -> Option<&Offer> {
        self.discount.as_ref().filter(|_| !self.variant(variant).is_some_and(|v| v.without_discount))
    }

    /// The code for everybody that a message with this variant carries.
    pub fn code_for(&self, variant: Option<&str>) -> Option<&str> {
        self.discount_code.as_deref().filter(|_| !self.variant(variant).is_some_and(|v| v.without_discount))
    }

    /// Every `(channel, template)` that it may send, with where it stands in the step.
    pub fn messages(&self) -> impl Iterator<Item = (String, ChannelKind, &str)> {
        let own = std::iter::once(("template".to_owned(), self.channel, self.template.as_str()));
        let fallback = self.fallback.iter().map(|f| ("fallback.template".to_owned(), f.channel, f.template.as_str()));
        let variants = self.variants.iter().enumerate();
        let variants = variants.filter_map(|(i, v)| Some((format!("variants[{i}].template"), self.channel, v.template.as_deref()?)));
        own.chain(fallback).chain(variants)
    }
}

impl std::fmt::Display for OfferValue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Percent(percent) => write!(f, "{percent} % off"),
            Self::Amount(amount) => write!(f, "{amount} off"),
            Self::FreeShipping => f.write_str("free shipping"),
        }
    }
}

fn one() -> u16 {
    1
}

fn usual_expiry() -> Length {
    USUAL_EXPIRY
}

fn usual_code_lifetime() -> Length {
    USUAL_CODE_LIFETIME
}

// The signatures are serde's.
#[allow(clippy::trivially_copy_pass_by_ref)]
fn is_usual_expiry(length: &Length) -> bool {
    *length == USUAL_EXPIRY
}

#[allow(clippy::trivially_copy_pass_by_ref)]
fn is_usual_code_lifetime(length: &Length) -> bool {
    *length == USUAL_CODE_LIFETIME
}

pub(super) fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}
