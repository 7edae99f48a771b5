//! The software that shops run on. A platform checks a delivery's signature and says what its bytes mean; it never decides anything.

pub mod own;
pub mod shopify;
pub mod store_api;
pub mod store_books;
pub mod store_discounts;
pub mod store_install;

use crate::domain::books::BookOrder;
use crate::domain::cart::Cart;
use crate::domain::event::Event;
use crate::domain::money::{Currency, Money};
use jiff::Timestamp;
use std::sync::Arc;
use store_api::{StoreAccess, StoreApi, StoreError, StoreLine};
use store_install::StoreInstall;

/// The headers of a delivery that a platform asks about; names in lower case.
pub type Headers = std::collections::BTreeMap<String, String>;

/// What a delivery's headers say of it. None of it is signed by Shopify: a hint, cross-checked against the body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Envelope {
    /// The platform's id of this delivery, the same in its retries: what deliveries are deduplicated by.
    pub delivery_key: String,
    /// `orders/create`.
    pub topic: String,
    /// Whose shop the headers claim.
    pub shop_domain: Option<String>,
    /// The version of the body's format.
    pub api_version: Option<String>,
    /// The merchant's or shopper's action, shared by several deliveries. Never used to deduplicate.
    pub event_id: Option<String>,
    /// When the platform triggered it.
    pub triggered_at: Option<Timestamp>,
}

/// What the reader of a body needs to know of the shop and the delivery.
#[derive(Debug, Clone)]
pub struct ReadContext<'a> {
    /// The topic that the headers claim.
    pub topic: &'a str,
    /// When we received it: no event is dated later than this.
    pub received_at: Timestamp,
    /// When the platform triggered it, where the headers say so.
    pub triggered_at: Option<Timestamp>,
    /// The shop's own currency, for bodies that name none.
    pub shop_currency: Currency,
}

/// Why a delivery was refused or set aside. The text is shown to the merchant.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlatformError {
    /// A header without which the delivery can't be accepted is missing.
    #[error("the {0} header is missing")]
    MissingHeader(&'static str),
    /// No valid secret of the shop gives this signature.
    #[error(
        "the signature doesn't match any of the store's webhook secrets; compare the secret in the platform's settings with the one given to Comeback"
    )]
    BadSignature,
    /// The body belongs to another shop than the one it was sent for.
    #[error("the body names the shop {0:?}, which isn't the one this delivery was sent for")]
    ForeignShop(String),
    /// The signed body can't be read; what and where.
    #[error("{0}")]
    Unreadable(String),
}

/// Where a shopper's link leads.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReturnLink<'a> {
    /// The shop's domain on its platform.
    pub shop_domain: &'a str,
    /// Further domains of its pages.
    pub own_domains: &'a [String],
    /// Put on the cart where it makes a new one, so that the order can be told to be ours.
    pub marker: &'a str,
    /// A code to apply.
    pub discount_code: Option<&'a str>,
    /// UTM parameters to add, in order.
    pub utm: &'a [(&'static str, String)],
}

/// A canary: a shopper who doesn't exist, in a store's hidden twin.
#[derive(Debug, Clone)]
pub struct CanaryShopper<'a> {
    /// Its run: what its ids and tokens are made of.
    pub run: uuid::Uuid,
    /// The twin's domain.
    pub shop_domain: &'a str,
    /// To which nothing can be delivered.
    pub email: &'a str,
    /// That nobody has.
    pub phone: &'a str,
    /// The store's.
    pub language: &'a str,
    /// What it buys for.
    pub worth: Money,
    /// When it began.
    pub began_at: Timestamp,
    /// When it does what it does.
    pub now: Timestamp,
}

/// What a canary does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CanaryAct {
    /// Goes to the checkout, says who it is, and leaves.
    BeginsCheckout,
    /// Comes back and pays.
    Buys,
}

/// Software that shops run on.
pub trait Platform: Send + Sync {
    /// As in URLs and settings: `shopify`.
    fn name(&self) -> &'static str;

    /// Reads what the headers say.
    ///
    /// # Errors
    /// `MissingHeader` without a delivery id or a topic.
    fn envelope(&self, headers: &Headers) -> Result<Envelope, PlatformError>;

    /// Checks the signature over the raw bytes in constant time, against each of the shop's valid secrets.
    ///
    /// # Errors
    /// `MissingHeader` or `BadSignature`.
    fn verify(&self, headers: &Headers, body: &[u8], secrets: &[String]) -> Result<(), PlatformError>;

    /// Refuses a body that names another shop than `shop_domain`. A body that names none, or can't be read, passes.
    ///
    /// # Errors
    /// `ForeignShop`.
    fn check_shop(&self, body: &[u8], shop_domain: &str) -> Result<(), PlatformError>;

    /// May this delivery forbid a message: end a cart, or take a consent back? Such deliveries are applied first, and no nudge of the shop is claimed while
    /// one waits.
    fn is_urgent(&self, topic: &str, body: &[u8]) -> bool;

    /// Can such a delivery name a person? One that can't is kept for as long as the store is here.
    fn names_people(&self, topic: &str) -> bool;

    /// What the body means. An unknown topic is `[Event::Noted]`.
    ///
    /// # Errors
    /// `Unreadable`, with what is wrong and where, for a body that doesn't fit its topic.
    fn read(&self, context: &ReadContext<'_>, body: &[u8]) -> Result<Vec<Event>, PlatformError>;

    /// Where the shopper's link leads: for what was only looked at the product's page, for a cart the kept recovery URL, else a cart permalink; none when
    /// neither can be had.
    fn return_url(&self, cart: &Cart, link: &ReturnLink<'_>) -> Option<String>;

    /// The topics that come of what shoppers do, as the headers spell them: those that are missed when they fall silent.
    fn vital_topics(&self) -> &'static [&'static str];

    /// The number of an order by its name, where the platform numbers a store's orders one after the other.
    fn order_number(&self, name: &str) -> Option<u64>;

    /// A way to ask the store at a domain for things.
    ///
    /// # Errors
    /// `NotOffered`, or `Address` for a domain that can't be called.
    fn api(&self, line: &StoreLine, shop_domain: &str, access: StoreAccess) -> Result<Arc<dyn StoreApi>, StoreError>;

    /// How an app of the merchant's own is installed in a store; none where the platform knows no such thing.
    fn install(&self) -> Option<&'static dyn StoreInstall>;

    /// Orders as the platform's own export tells them, for stores that can't be asked.
    ///
    /// # Errors
    /// `Unreadable`, with what is wrong and where.
    fn read_books(&self, export: &[u8]) -> Result<Vec<BookOrder>, PlatformError>;

    /// The scopes that Comeback's access has use for, and what each is for.
    fn scopes(&self) -> &'static [(&'static str, &'static str)];

    /// The webhook of what a canary does: headers and body, signed with `secret`.
    fn canary_webhook(&self, shopper: &CanaryShopper<'_>, act: CanaryAct, delivery_key: &str, secret: &str) -> (Headers, Vec<u8>);
}

/// Every platform. To add one: its folder, and one line here.
pub const ALL: &[&dyn Platform] = &[&shopify::Shopify];

/// The platform of that name.
pub fn by_name(name: &str) -> Option<&'static dyn Platform> {
    ALL.iter().copied().find(|p| p.name() == name)
}

/// What a stored delivery means: the platform's, or one of our own making.
///
/// # Errors
/// `Unreadable`, with what is wrong and where.
pub fn meaning(platform: &dyn Platform, context: &ReadContext<'_>, body: &[u8]) -> Result<Vec<Event>, PlatformError> {
    if own::is_own(context.topic) { own::read(context.topic, body) } else { platform.read(context, body) }
}
