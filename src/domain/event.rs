//! What a delivery, a pixel hit or an API call means, whatever platform said it.
//!
//! Every field that a platform may leave out is optional, and nothing here depends on the order in which events arrive: each carries its own time.

use crate::domain::arrival::Arrival;
use crate::domain::bots::Clues;
use crate::domain::catalogue::CatalogueSeen;
use crate::domain::consent::Method;
use crate::domain::contact::{Email, Identity, Phone};
use crate::domain::money::{Currency, Money};
use crate::domain::payment::{DisputeSeen, Parts, RefundParts, Transaction};
use crate::domain::receipt::{ReceiptSeen, ReplySeen};
use crate::domain::visit::Told;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// One thing that happened, in GA4's names where it has one ([`Event::name`]).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// A cart or checkout was made or changed.
    Cart(Box<CartSeen>),
    /// The platform removed a checkout.
    CartDeleted(CartDeleted),
    /// An order was placed, paid, changed or cancelled; also says which refunds it knows of.
    Order(Box<OrderSeen>),
    /// Money went back.
    Refund(RefundSeen),
    /// A payment is disputed, or what came of it.
    Dispute(DisputeSeen),
    /// A customer record was made or changed.
    Contact(ContactSeen),
    /// Two customer records became one.
    ContactsMerged {
        /// The customer id that stays.
        kept: String,
        /// The customer id that goes.
        removed: String,
    },
    /// Somebody agreed to be written to, or took it back.
    Consent(ConsentSeen),
    /// The platform demands that a person's data be erased.
    EraseContact {
        /// Whose.
        identities: Vec<Identity>,
    },
    /// The platform demands that all data of the shop be erased.
    EraseShop,
    /// A person asked for their data.
    DataRequest {
        /// Whose.
        identities: Vec<Identity>,
    },
    /// The shop removed the app: its access is dead and nothing may be sent for it.
    Uninstalled {
        /// When: an installation after it stands.
        at: Timestamp,
    },
    /// Products or variants were made or changed, or asked for: what they cost, and whether they can be bought. Names nobody.
    Product(Box<CatalogueSeen>),
    /// A provider told what became of a message.
    Receipt(Box<ReceiptSeen>),
    /// Somebody wrote back.
    Reply(Box<ReplySeen>),
    /// Something that Comeback doesn't act on: kept and counted.
    Noted,
}

impl Event {
    /// The event's name, as timelines and statistics show it.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Cart(seen) => match (seen.told, seen.stage) {
                (Some(told), _) => told.act.as_str(),
                (None, Stage::Browse) => "view_item",
                (None, Stage::Cart) => "add_to_cart",
                (None, Stage::Checkout) => "begin_checkout",
            },
            Self::CartDeleted(_) => "checkout_deleted",
            Self::Order(seen) if seen.cancelled_at.is_some() => "order_cancelled",
            Self::Order(_) => "purchase",
            Self::Refund(_) => "refund",
            Self::Dispute(_) => "dispute",
            Self::Contact(_) => "contact",
            Self::ContactsMerged { .. } => "contacts_merged",
            Self::Consent(_) => "consent",
            Self::EraseContact { .. } => "erase_contact",
            Self::EraseShop => "erase_shop",
            Self::DataRequest { .. } => "data_request",
            Self::Uninstalled { .. } => "uninstalled",
            Self::Product(_) => "product",
            Self::Receipt(_) => "receipt",
            Self::Reply(_) => "reply",
            Self::Noted => "noted",
        }
    }
}

/// How far the shopper had come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Products were looked at.
    Browse,
    /// Items in a cart.
    Cart,
    /// The checkout was begun.
    Checkout,
}

/// A name of one cart on its platform. Empty and absent tokens are never made into one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Token {
    /// A visit's, before there is a cart.
    Visit(String),
    /// The cart's.
    Cart(String),
    /// The checkout's.
    Checkout(String),
    /// The platform's numeric id of the checkout (gone from newer payloads).
    CheckoutId(String),
}

impl Token {
    /// `visit`, `cart`, `checkout` or `checkout_id`.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Visit(_) => "visit",
            Self::Cart(_) => "cart",
            Self::Checkout(_) => "checkout",
            Self::CheckoutId(_) => "checkout_id",
        }
    }

    /// The token itself.
    pub fn value(&self) -> &str {
        match self {
            Self::Visit(t) | Self::Cart(t) | Self::Checkout(t) | Self::CheckoutId(t) => t,
        }
    }

    /// From what [`Token::kind`] and [`Token::value`] gave.
    pub fn from_parts(kind: &str, value: String) -> Option<Self> {
        match kind {
            "visit" => Some(Self::Visit(value)),
            "cart" => Some(Self::Cart(value)),
            "checkout" => Some(Self::Checkout(value)),
            "checkout_id" => Some(Self::CheckoutId(value)),
            _ => None,
        }
    }
}

/// The state of a cart or checkout at `seen_at`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CartSeen {
    /// Browsing, cart or checkout.
    pub stage: Stage,
    /// At least one.
    pub tokens: Vec<Token>,
    /// When the platform last changed it (its own clock).
    pub seen_at: Timestamp,
    /// When it was begun.
    pub started_at: Timestamp,
    /// Set once the checkout became an order.
    pub completed_at: Option<Timestamp>,
    /// What is in it.
    pub items: Vec<Item>,
    /// What the shopper would pay, in the currency they see (presentment); none where the platform doesn't say.
    pub value: Option<Money>,
    /// The platform's own recovery link. A bearer secret: kept on the server, never logged or mailed.
    pub recovery_url: Option<String>,
    /// Codes already on the cart.
    pub discount_codes: Vec<String>,
    /// Who, as far as this event tells.
    pub person: Person,
    /// Did they tick the box? None where the event says nothing.
    pub email_opt_in: Option<bool>,
    /// The same for texts.
    pub sms_opt_in: Option<bool>,
    /// Where it was made: `web`, `pos`, `shopify_draft_order`, an app's id.
    pub source: Option<String>,
    /// Made by staff or a machine, not by a shopper: never nudged.
    pub not_by_shopper: bool,
    /// Told of a visit by the store's server or pages; none: the platform itself says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub told: Option<Told>,
    /// How the shopper came to the store, where the event says it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub arrival: Option<Box<Arrival>>,
    /// What tells a shopper from a robot.
    pub clues: Clues,
}

/// Who an event is about, as far as it tells.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// Every identity that the event names (e-mail of the checkout and of the customer may differ).
    pub identities: Vec<Identity>,
    /// Where mail about this event belongs: the checkout's or order's own address first.
    pub email: Option<Email>,
    /// Where texts belong.
    pub phone: Option<Phone>,
    /// The given name.
    pub first_name: Option<String>,
    /// The family name.
    pub last_name: Option<String>,
    /// BCP 47.
    pub locale: Option<String>,
    /// ISO 3166-1 alpha-2, of the shipping address, else of the billing address.
    pub country: Option<String>,
    /// ISO 3166-2 subdivision without the country: `CA` for California.
    pub province: Option<String>,
    /// The merchant's tags of the customer; none where the event doesn't tell them.
    pub tags: Option<BTreeSet<String>>,
    /// How many orders the platform counts for them; none where the event doesn't tell.
    pub orders_count: Option<u64>,
}

/// One line of a cart or order.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// The platform's variant id; needed for a cart permalink.
    pub variant_id: Option<String>,
    /// The platform's product id.
    pub product_id: Option<String>,
    /// As the shopper saw it; may be empty.
    pub title: String,
    /// `Blue / XL`.
    pub variant_title: Option<String>,
    /// The merchant's own number.
    pub sku: Option<String>,
    /// How many.
    pub quantity: i64,
    /// For one: in a cart the shopper's (presentment) currency, in an order the shop's.
    pub unit_price: Option<Money>,
    /// A picture, where the event has one.
    pub image_url: Option<String>,
    /// Its page in the store, where the event has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

/// A checkout is gone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CartDeleted {
    /// Which; may be only its cart token or numeric id.
    pub tokens: Vec<Token>,
    /// When; the delivery's trigger time where the body says none.
    pub seen_at: Timestamp,
}

/// The state of an order at `seen_at`. Amounts are in the shop's currency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderSeen {
    /// The platform's id.
    pub order_id: String,
    /// `#1001`.
    pub name: String,
    /// When the platform last changed it.
    pub seen_at: Timestamp,
    /// When it was placed.
    pub created_at: Timestamp,
    /// When it was cancelled, if it was.
    pub cancelled_at: Option<Timestamp>,
    /// Paid through a test gateway or sent as a test notification: never counts.
    pub test: bool,
    /// The cart and checkout that it came from.
    pub tokens: Vec<Token>,
    /// The shop's currency.
    pub currency: Currency,
    /// What the order was worth when placed, with tax and shipping, after discounts.
    pub total: Money,
    /// The same in the currency that the shopper saw, where it differs: refunds may be told in it.
    pub presentment_total: Option<Money>,
    /// How much of it was paid by now, before refunds.
    pub paid: Money,
    /// What its total consists of, as far as the platform tells.
    #[serde(default)]
    pub parts: Parts,
    /// Refunds that the order's own body lists.
    pub refunds: Vec<RefundSeen>,
    /// Codes that were used.
    pub discount_codes: Vec<String>,
    /// What each of them took off, in the shop's currency, where it took off anything.
    #[serde(default)]
    pub code_amounts: BTreeMap<String, Money>,
    /// Our marker, where our link put one on the cart (`note_attributes`).
    pub marker: Option<String>,
    /// The landing page of the session, with its query.
    pub landing_site: Option<String>,
    /// How the shopper came to the store, where the body says it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub arrival: Option<Box<Arrival>>,
    /// Who bought.
    pub person: Person,
    /// What was bought.
    pub items: Vec<Item>,
    /// `web`, `pos`, ...
    pub source: Option<String>,
    /// Where only a token or code proves recovery: POS, drafts made by staff, subscription renewals, API orders.
    pub not_by_shopper: bool,
    /// A subscription renewed itself: says nothing about a cart of the same person.
    pub renewal: bool,
}

/// Money that went back for an order.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct RefundSeen {
    /// The platform's id.
    pub refund_id: String,
    /// The platform's id of the order.
    pub order_id: String,
    /// When.
    pub created_at: Timestamp,
    /// What was really paid back: successful refund transactions, in the currency that the platform tells them in, never negative.
    pub amount: Money,
    /// What it was for, as far as the platform tells.
    #[serde(default)]
    pub parts: RefundParts,
    /// How it was paid back, or is to be.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub transactions: Vec<Transaction>,
}

/// A customer record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContactSeen {
    /// When the platform last changed it.
    pub seen_at: Timestamp,
    /// Who.
    pub person: Person,
    /// Consents, where older payloads carry them.
    pub consents: Vec<ConsentSeen>,
}

/// A way to write to people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChannelKind {
    /// E-mail.
    Email,
    /// SMS.
    Sms,
    /// WhatsApp, by templates that Meta has approved.
    #[serde(rename = "whatsapp")]
    WhatsApp,
}

impl ChannelKind {
    /// Every one.
    pub const ALL: [Self; 3] = [Self::Email, Self::Sms, Self::WhatsApp];

    /// `email`, `sms` or `whatsapp`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Sms => "sms",
            Self::WhatsApp => "whatsapp",
        }
    }

    /// Its messages go to a phone number: what the law says of calling hours is kept for them.
    pub fn is_by_phone(self) -> bool {
        matches!(self, Self::Sms | Self::WhatsApp)
    }
}

impl std::str::FromStr for ChannelKind {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "email" => Ok(Self::Email),
            "sms" => Ok(Self::Sms),
            "whatsapp" => Ok(Self::WhatsApp),
            other => Err(format!("{other:?} is not a channel; expected \"email\", \"sms\" or \"whatsapp\"")),
        }
    }
}

/// What a person said about being written to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConsentState {
    /// Asked, not answered (double opt-in under way).
    Pending,
    /// Agreed.
    Subscribed,
    /// Took it back, or never gave it where the platform says so.
    Unsubscribed,
}

impl ConsentState {
    /// `pending`, `subscribed`, `unsubscribed`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Subscribed => "subscribed",
            Self::Unsubscribed => "unsubscribed",
        }
    }
}

impl std::str::FromStr for ConsentState {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "pending" => Ok(Self::Pending),
            "subscribed" => Ok(Self::Subscribed),
            "unsubscribed" => Ok(Self::Unsubscribed),
            other => Err(format!("{other:?} is not a consent state")),
        }
    }
}

/// A consent event: who, for which channel, what, when and where it was collected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConsentSeen {
    /// Who: customer id, and the address where the event has it.
    pub identities: Vec<Identity>,
    /// For which channel.
    pub channel: ChannelKind,
    /// What.
    pub state: ConsentState,
    /// Since when.
    pub at: Timestamp,
    /// Where and how, for the proof: `shopify customers_marketing_consent/update, single_opt_in, collected from SHOPIFY`.
    pub source: String,
    /// By what act.
    #[serde(default)]
    pub method: Method,
    /// The words that they read when they agreed, where they are known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shown: Option<String>,
    /// What proves it beside the record itself: a page's address, an import's file and line, the id of a form.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proof: Option<String>,
}

impl ConsentSeen {
    /// The address that it is about, where it names one that the channel writes to.
    pub fn address(&self) -> Option<&Identity> {
        self.identities.iter().find(|identity| match identity {
            Identity::Email(_) => self.channel == ChannelKind::Email,
            Identity::Phone(_) => self.channel.is_by_phone(),
            Identity::Customer(_) => false,
        })
    }
}
