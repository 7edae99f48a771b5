//! What a platform tells of the money of an order: what it consists of, what was paid back and by which transactions, and which payments are disputed.
//!
//! What isn't told is `None`, never zero: whoever leaves a part out of a sum must be able to say that it wasn't known.

use crate::domain::money::Money;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// What an order's total consists of, in the shop's currency.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Parts {
    /// Its lines after discounts; with their tax where prices include it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subtotal: Option<Money>,
    /// What discounts took off before that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub discounts: Option<Money>,
    /// All of its tax, that on shipping too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tax: Option<Money>,
    /// Do its prices include tax?
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tax_included: Option<bool>,
    /// Shipping after discounts; with its tax where prices include it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shipping: Option<Money>,
    /// The tax on shipping alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shipping_tax: Option<Money>,
    /// Tips.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tips: Option<Money>,
    /// Import duties.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duties: Option<Money>,
    /// Gift cards that were bought with it, after discounts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gift_cards: Option<Money>,
    /// What it comes to by now, after edits and returns.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub current_total: Option<Money>,
    /// By what it was paid, in the platform's words: `gift_card` among them is a payment like any other.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub gateways: BTreeSet<String>,
}

/// What a refund was for, in the shop's currency, as far as the platform says.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct RefundParts {
    /// Lines other than gift cards, after discounts; with their tax where prices include it.
    pub subtotal: Option<Money>,
    /// The tax on those lines.
    pub tax: Option<Money>,
    /// Shipping; with its tax where prices include it.
    pub shipping: Option<Money>,
    /// The tax on shipping.
    pub shipping_tax: Option<Money>,
    /// Gift cards that were taken back.
    pub gift_cards: Option<Money>,
}

impl RefundParts {
    /// Does it say anything?
    pub fn is_told(&self) -> bool {
        [self.subtotal, self.tax, self.shipping, self.shipping_tax, self.gift_cards].iter().flatten().any(|part| part.minor != 0)
    }
}

/// One movement of money, or an attempt at one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Transaction {
    /// The platform's id.
    pub id: String,
    /// `refund`, `void`, ...
    pub kind: String,
    /// Through whom: `shopify_payments`, `gift_card`, `manual`, ...
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gateway: Option<String>,
    /// `success`, `pending`, `failure`, `error`: only the first is money.
    pub status: String,
    /// In the currency that the platform tells it in.
    pub amount: Money,
}

/// Where a dispute stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DisputeState {
    /// A bank asks; no money has moved.
    Inquiry,
    /// The bank has taken the money, and nothing is decided.
    Open,
    /// The merchant gave the money back by a refund, which is counted as one.
    Refunded,
    /// Decided against the merchant, or accepted by them: the money is gone.
    Lost,
    /// Decided for the merchant: the money is back.
    Won,
}

impl DisputeState {
    /// Is the money with the bank or the buyer?
    pub fn takes_money(self) -> bool {
        matches!(self, Self::Open | Self::Lost)
    }

    /// Is it decided?
    pub fn is_final(self) -> bool {
        matches!(self, Self::Refunded | Self::Lost | Self::Won)
    }

    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Inquiry => "the buyer's bank asks about the payment",
            Self::Open => "charged back",
            Self::Refunded => "a disputed payment was refunded",
            Self::Lost => "the chargeback is lost",
            Self::Won => "the chargeback is won: the money is back",
        }
    }
}

/// A payment that its buyer disputes with their bank.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DisputeSeen {
    /// The platform's id.
    pub dispute_id: String,
    /// The platform's id of the order.
    pub order_id: String,
    /// As of.
    pub seen_at: Timestamp,
    /// How much, in the currency that the platform tells it in, never negative.
    pub amount: Money,
    /// Where it stands.
    pub state: DisputeState,
}

impl DisputeSeen {
    /// What is decided outranks what is open, whenever it was told; then the later word; the rest only breaks ties, so that the order of arrival never matters.
    pub fn rank(&self) -> impl Ord + use<> {
        (self.state.is_final(), self.seen_at, self.state, self.amount, self.order_id.clone())
    }
}
