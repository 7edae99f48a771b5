//! Conditions, as the API takes and gives them: one of these fields each.

use super::MoneyShape;
use serde::Serialize;
use utoipa::ToSchema;

/// What must be so: an object with one of these fields. What isn't known isn't so.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Condition, no_recursion)]
#[serde(rename_all = "snake_case")]
#[expect(dead_code, reason = "it describes what domain::campaign::Condition reads and writes")]
pub enum ConditionFields {
    /// Each of these.
    All(Vec<ConditionFields>),
    /// At least one of these.
    Any(Vec<ConditionFields>),
    /// Not this.
    Not(Box<ConditionFields>),
    /// The cart is worth this or more, in the same currency.
    ValueAtLeast(MoneyShape),
    /// The cart is worth less than this, in the same currency.
    ValueBelow(MoneyShape),
    /// The cart is in one of these currencies, by ISO 4217.
    Currency(Vec<String>),
    /// The shopper's address is in one of these countries, by two letters such as `US`.
    Country(Vec<String>),
    /// The shopper's language is one of these: `fr` takes `fr-CA` in.
    Language(Vec<String>),
    /// `new` or `returning`: whether they bought here before.
    Shopper(AcquaintanceFields),
    /// One of these is in the cart: the platform's product or variant id, or the merchant's number (SKU).
    Item(Vec<String>),
    /// Something of one of these collections is in the cart, by id.
    Collection(Vec<String>),
    /// Something with one of these tags is in the cart.
    ProductTag(Vec<String>),
    /// The shopper has one of these tags on the platform.
    CustomerTag(Vec<String>),
    /// A discount code is on the cart already, or none is.
    CodeOnCart(bool),
    /// They used a discount code within this long: `P30D`.
    UsedCodeWithin(String),
    /// Everything in the cart can be had.
    AllInStock(bool),
}

/// Whether a shopper bought here before.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Acquaintance)]
#[serde(rename_all = "snake_case")]
#[expect(dead_code, reason = "it describes what domain::campaign::Acquaintance reads and writes")]
pub enum AcquaintanceFields {
    /// Never, as far as is known.
    New,
    /// At least once.
    Returning,
}
