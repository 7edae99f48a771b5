//! What shoppers do on a store's pages, as its server or their browser tells it, in GA4's names.
//!
//! None of it is the platform's word: whole carts, checkouts and orders come from there. It says what was looked at and put into carts, and who it probably was.

mod claim;
mod given;
mod products;
mod tracked;

pub use claim::Claim;
pub use given::{Amount, Given, GivenContact, GivenItem, Hearing, host_of};
pub use products::Products;
pub use tracked::{Claimed, Told, Tracked};

use serde::{Deserialize, Serialize};

/// Who told of an event. The greater one is believed before the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Teller {
    /// A script on the store's pages: whoever runs it may say anything.
    Browser,
    /// A program of the store's, with a token.
    Store,
}

/// What was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Act {
    /// A page that isn't a product's.
    PageView,
    /// A product.
    ViewItem,
    /// A list of products: nothing in it was looked at by itself.
    ViewItemList,
    /// These were put into the cart.
    AddToCart,
    /// These were taken out of it.
    RemoveFromCart,
    /// The cart, whole.
    ViewCart,
    /// The checkout, with the whole cart.
    BeginCheckout,
    /// The shopper said at the checkout who they are.
    AddContactInfo,
    /// The shopper said who they are: signed in, or signed up.
    Identify,
    /// The checkout has a way of delivery.
    AddShippingInfo,
    /// The checkout has a way of payment.
    AddPaymentInfo,
    /// The cart was bought. Never an order: orders come from the platform.
    Purchase,
}

impl Act {
    /// Every act.
    pub const ALL: [Self; 12] = [
        Self::PageView,
        Self::ViewItem,
        Self::ViewItemList,
        Self::AddToCart,
        Self::RemoveFromCart,
        Self::ViewCart,
        Self::BeginCheckout,
        Self::AddContactInfo,
        Self::Identify,
        Self::AddShippingInfo,
        Self::AddPaymentInfo,
        Self::Purchase,
    ];

    /// GA4's name (`identify` is Segment's: GA4 has none for it).
    pub fn as_str(self) -> &'static str {
        match self {
            Self::PageView => "page_view",
            Self::ViewItem => "view_item",
            Self::ViewItemList => "view_item_list",
            Self::AddToCart => "add_to_cart",
            Self::RemoveFromCart => "remove_from_cart",
            Self::ViewCart => "view_cart",
            Self::BeginCheckout => "begin_checkout",
            Self::AddContactInfo => "add_contact_info",
            Self::Identify => "identify",
            Self::AddShippingInfo => "add_shipping_info",
            Self::AddPaymentInfo => "add_payment_info",
            Self::Purchase => "purchase",
        }
    }

    /// In a few words, for a cart's timeline.
    pub fn words(self) -> &'static str {
        match self {
            Self::PageView => "a page was looked at",
            Self::ViewItem => "looked at",
            Self::ViewItemList => "a list of products was looked at",
            Self::AddToCart => "put into the cart",
            Self::RemoveFromCart => "taken out of the cart",
            Self::ViewCart => "the cart was looked at",
            Self::BeginCheckout => "the checkout was begun",
            Self::AddContactInfo => "the shopper said at the checkout who they are",
            Self::Identify => "the shopper said who they are",
            Self::AddShippingInfo => "a way of delivery was chosen",
            Self::AddPaymentInfo => "a way of payment was chosen",
            Self::Purchase => "the store's server says that it was bought",
        }
    }

    /// Says nothing without products.
    pub fn needs_items(self) -> bool {
        matches!(self, Self::ViewItem | Self::AddToCart | Self::RemoveFromCart | Self::BeginCheckout)
    }
}

impl std::str::FromStr for Act {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let names = || Self::ALL.map(Self::as_str).join(", ");
        Self::ALL.into_iter().find(|a| a.as_str() == text).ok_or_else(|| format!("that name is not known; expected one of {}", names()))
    }
}
