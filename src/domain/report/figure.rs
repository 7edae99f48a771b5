//! What is counted of carts, and by what it is broken down: the words that facts, sums and reports share.

use crate::domain::ids::CampaignId;
use crate::domain::money::Currency;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Something that is counted or added up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Figure {
    /// Carts begun.
    Carts,
    /// Of those, left for longer than the campaign waits.
    Abandoned,
    /// Of those, with a message that left.
    Nudged,
    /// Messages that left.
    Messages,
    /// Carts with a message that arrived.
    Delivered,
    /// Carts with a message whose link a person opened.
    Clicked,
    /// Carts bought, with us or without.
    Bought,
    /// Carts bought and credited to a message.
    Recovered,
    /// Orders credited.
    Orders,
    /// Paid for them, in minor units.
    Gross,
    /// Gone back, in minor units.
    Refunds,
    /// What stayed, in minor units.
    Net,
    /// What codes took off, in minor units.
    Discount,
    /// What messages cost, in millionths of the main unit.
    Cost,
    /// What was in the carts that were abandoned, in minor units.
    Left,
}

impl Figure {
    /// Every one, in the order of their columns.
    pub const ALL: [Self; 15] = [
        Self::Carts,
        Self::Abandoned,
        Self::Nudged,
        Self::Messages,
        Self::Delivered,
        Self::Clicked,
        Self::Bought,
        Self::Recovered,
        Self::Orders,
        Self::Gross,
        Self::Refunds,
        Self::Net,
        Self::Discount,
        Self::Cost,
        Self::Left,
    ];

    /// Is it of amounts in a currency, and of the orders that these are of?
    pub fn is_amount(self) -> bool {
        matches!(self, Self::Orders | Self::Gross | Self::Refunds | Self::Net | Self::Discount | Self::Cost | Self::Left)
    }

    /// The column it is stored in.
    pub fn column(self) -> &'static str {
        match self {
            Self::Carts => "carts",
            Self::Abandoned => "abandoned",
            Self::Nudged => "nudged",
            Self::Messages => "messages",
            Self::Delivered => "delivered",
            Self::Clicked => "clicked",
            Self::Bought => "bought",
            Self::Recovered => "recovered",
            Self::Orders => "orders",
            Self::Gross => "gross_minor",
            Self::Refunds => "refunds_minor",
            Self::Net => "net_minor",
            Self::Discount => "discount_minor",
            Self::Cost => "cost_micros",
            Self::Left => "left_minor",
        }
    }
}

/// Figures added up.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sums([i64; Figure::ALL.len()]);

impl Sums {
    /// One of them.
    pub fn get(&self, figure: Figure) -> i64 {
        self.0.get(figure as usize).copied().unwrap_or(0)
    }

    /// The same, where it counts things.
    pub fn count(&self, figure: Figure) -> u64 {
        u64::try_from(self.get(figure)).unwrap_or(0)
    }

    /// Adds to one of them.
    pub fn add(&mut self, figure: Figure, by: i64) {
        if let Some(place) = self.0.get_mut(figure as usize) {
            *place = place.saturating_add(by);
        }
    }

    /// Adds others, so many times.
    pub fn join(&mut self, other: &Self, times: i64) {
        self.0.iter_mut().zip(other.0).for_each(|(a, b)| *a = a.saturating_add(b.saturating_mul(times)));
    }

    /// Is there nothing?
    pub fn is_zero(&self) -> bool {
        self.0.iter().all(|n| *n == 0)
    }

    /// In the order of [`Figure::ALL`].
    pub fn columns(&self) -> [i64; Figure::ALL.len()] {
        self.0
    }
}

/// By what figures can be broken down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Dimension {
    /// Not at all.
    All,
    /// Which steps of the funnel were reached: a letter or a point for each of [`Reached::LETTERS`].
    Reached,
    /// The campaign that a cart entered.
    Campaign,
    /// A step of a campaign.
    Step,
    /// The channel of a message.
    Channel,
    /// One of a step's texts that are compared.
    Variant,
    /// Treated, or held out.
    Arm,
    /// On what the shopper came.
    Device,
    /// `new` or `returning`.
    Shopper,
    /// ISO 3166-1 alpha-2.
    Country,
    /// ISO 639.
    Language,
    /// A product in the cart.
    Product,
    /// What the cart was worth.
    PriceTier,
    /// The page that the visit began on.
    Landing,
    /// `utm_source`.
    UtmSource,
    /// `utm_medium`.
    UtmMedium,
    /// `utm_campaign`.
    UtmCampaign,
}

impl Dimension {
    /// Those that a report can be broken down by.
    pub const OF_REPORTS: [Self; 15] = [
        Self::Campaign,
        Self::Step,
        Self::Channel,
        Self::Variant,
        Self::Arm,
        Self::Device,
        Self::Shopper,
        Self::Country,
        Self::Language,
        Self::Product,
        Self::PriceTier,
        Self::Landing,
        Self::UtmSource,
        Self::UtmMedium,
        Self::UtmCampaign,
    ];
    /// Those of which a cart has one value.
    pub const SINGLE: [Self; 9] = [
        Self::Device,
        Self::Shopper,
        Self::Country,
        Self::Language,
        Self::PriceTier,
        Self::Landing,
        Self::UtmSource,
        Self::UtmMedium,
        Self::UtmCampaign,
    ];

    /// As stored, and as the API takes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Reached => "reached",
            Self::Campaign => "campaign",
            Self::Step => "step",
            Self::Channel => "channel",
            Self::Variant => "variant",
            Self::Arm => "arm",
            Self::Device => "device",
            Self::Shopper => "shopper",
            Self::Country => "country",
            Self::Language => "language",
            Self::Product => "product",
            Self::PriceTier => "price_tier",
            Self::Landing => "landing_page",
            Self::UtmSource => "utm_source",
            Self::UtmMedium => "utm_medium",
            Self::UtmCampaign => "utm_campaign",
        }
    }

    /// As people read it.
    pub fn label(self) -> &'static str {
        match self {
            Self::All => "All carts",
            Self::Reached => "Step",
            Self::Campaign => "Campaign",
            Self::Step => "Step of a campaign",
            Self::Channel => "Channel",
            Self::Variant => "Variant",
            Self::Arm => "Comparison group",
            Self::Device => "Device",
            Self::Shopper => "New or returning",
            Self::Country => "Country",
            Self::Language => "Language",
            Self::Product => "Product",
            Self::PriceTier => "Worth of the cart",
            Self::Landing => "Landing page",
            Self::UtmSource => "UTM source",
            Self::UtmMedium => "UTM medium",
            Self::UtmCampaign => "UTM campaign",
        }
    }

    /// Are its values those of messages, so that only carts with a message have one?
    pub fn is_of_messages(self) -> bool {
        matches!(self, Self::Step | Self::Channel | Self::Variant)
    }

    /// May a cart have several of its values? Then its lines add up to more than there is.
    pub fn is_several(self) -> bool {
        matches!(self, Self::Campaign | Self::Step | Self::Channel | Self::Variant | Self::Arm | Self::Product)
    }
}

impl std::str::FromStr for Dimension {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let all = Self::OF_REPORTS.into_iter().chain([Self::All, Self::Reached]);
        all.into_iter().find(|d| d.as_str() == text).ok_or_else(|| format!("{text:?} is not a breakdown"))
    }
}

/// A step of the funnel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reached {
    /// The checkout was begun.
    Checkout,
    /// There is somebody to write to.
    Identified,
    /// It was left for longer than the campaign waits.
    Abandoned,
    /// A message left for it.
    Nudged,
    /// A message arrived.
    Delivered,
    /// A person opened a message's link.
    Clicked,
    /// It was bought.
    Bought,
    /// It was bought, and credited to a message.
    Recovered,
}

impl Reached {
    /// Every step, in the funnel's order; the last is no step of it.
    pub const ALL: [Self; 8] =
        [Self::Checkout, Self::Identified, Self::Abandoned, Self::Nudged, Self::Delivered, Self::Clicked, Self::Bought, Self::Recovered];
    /// How each is written, in the same order.
    pub const LETTERS: &'static str = "kiandcbr";

    /// As the API takes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Checkout => "checkout",
            Self::Identified => "identified",
            Self::Abandoned => "abandoned",
            Self::Nudged => "nudged",
            Self::Delivered => "delivered",
            Self::Clicked => "clicked",
            Self::Bought => "bought",
            Self::Recovered => "recovered",
        }
    }

    /// The steps that are reached, as one word: a letter for each that is, a point for each that is not.
    pub fn word(reached: &[Self]) -> String {
        Self::ALL.iter().zip(Self::LETTERS.chars()).map(|(step, letter)| if reached.contains(step) { letter } else { '.' }).collect()
    }

    /// Is it among those of a word?
    pub fn is_in(self, word: &str) -> bool {
        word.chars().nth(self as usize).is_some_and(|c| c != '.')
    }
}

impl std::str::FromStr for Reached {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let names = || Self::ALL.map(Self::as_str).join(", ");
        Self::ALL.into_iter().find(|r| r.as_str() == text).ok_or_else(|| format!("{text:?} is none of {}", names()))
    }
}

/// Where a fact is added: of one day, or of one month.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// Of what this campaign did; none: whatever did it.
    pub campaign: Option<CampaignId>,
    /// Broken down by this.
    pub dimension: Dimension,
    /// Its value; empty where it is not known.
    pub value: String,
    /// Of amounts; none: of counts.
    pub currency: Option<Currency>,
    /// How long it took until the order ([`super::spans`]); none: no such count.
    pub bucket: Option<i64>,
}

/// Sums by place.
pub type ByPlace = BTreeMap<Place, Sums>;
