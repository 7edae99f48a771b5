//! Events of visits as JSON: what the API and the store's pages send.

use crate::app::track::Offered;
use crate::domain::visit::{Amount, Given, GivenContact, GivenItem};
use serde::Deserialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// One event, in GA4's names. Fields that aren't listed are passed over, so that an event made for GA4 can be sent as it is.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct EventBody {
    /// Yours, 1 to 128 visible ASCII characters: an event is taken once, however often and from where it is sent.
    #[serde(default)]
    #[schema(required = true)]
    pub event_id: String,
    /// `page_view`, `view_item`, `view_item_list`, `add_to_cart`, `remove_from_cart`, `view_cart`, `begin_checkout`, `add_contact_info`, `identify`,
    /// `add_shipping_info`, `add_payment_info` or `purchase`.
    #[serde(default)]
    #[schema(required = true)]
    pub name: String,
    /// When (RFC 3339). Later than now counts as now, more than 7 days ago is refused; without it, now.
    pub at: Option<String>,
    /// Whose visit.
    pub visit: Option<VisitBody>,
    /// Who, as far as you know.
    pub contact: Option<ContactBody>,
    /// Which products, at most 100. In `view_cart` and after it everything that is in the cart; in `add_to_cart` and `remove_from_cart` what changed.
    #[serde(default)]
    pub items: Vec<ItemBody>,
    /// What they come to.
    #[schema(value_type = Option<Value>)]
    pub value: Option<AmountBody>,
    /// Of prices that name none (ISO 4217); without it, the store's.
    pub currency: Option<String>,
    /// The platform's token of the cart. With it the visit and the cart become one.
    pub cart_token: Option<String>,
    /// The platform's token of the checkout. With it the visit and the checkout become one.
    pub checkout_token: Option<String>,
    /// What the contact said about being written to.
    pub consent: Option<ConsentBody>,
    /// Where it happened.
    pub page: Option<PageBody>,
}

/// Whose visit.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct VisitBody {
    /// The browser's.
    #[schema(value_type = Option<String>)]
    pub client_id: Option<Id>,
    /// The visit's; without it a visit lasts for the day (UTC).
    #[schema(value_type = Option<String>)]
    pub session_id: Option<Id>,
}

/// Who.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct ContactBody {
    /// An e-mail address.
    pub email: Option<String>,
    /// A phone number; a national one needs `country`.
    pub phone: Option<String>,
    /// The platform's customer id.
    #[schema(value_type = Option<String>)]
    pub customer_id: Option<Id>,
    /// The given name.
    pub first_name: Option<String>,
    /// The family name.
    pub last_name: Option<String>,
    /// BCP 47, such as `en-US`.
    pub locale: Option<String>,
    /// ISO 3166-1 alpha-2.
    pub country: Option<String>,
    /// ISO 3166-2 without the country, such as `CA`.
    pub province: Option<String>,
}

/// A product.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct ItemBody {
    /// The platform's product id.
    #[serde(alias = "item_id")]
    #[schema(value_type = Option<String>)]
    pub product_id: Option<Id>,
    /// The platform's variant id: with it a link can fill a cart.
    #[schema(value_type = Option<String>)]
    pub variant_id: Option<Id>,
    /// The store's own number.
    #[schema(value_type = Option<String>)]
    pub sku: Option<Id>,
    /// As the shopper sees it.
    #[serde(alias = "item_name")]
    pub title: Option<String>,
    /// Such as `Blue / XL`.
    #[serde(alias = "item_variant")]
    pub variant_title: Option<String>,
    /// For one.
    #[schema(value_type = Option<Value>)]
    pub price: Option<AmountBody>,
    /// How many; without it, one.
    pub quantity: Option<i64>,
    /// Its page, on one of the store's own domains.
    pub url: Option<String>,
    /// Its picture.
    pub image_url: Option<String>,
}

/// An id, as a text or a number.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub enum Id {
    /// `"41"`
    Text(String),
    /// `41`
    Number(serde_json::Number),
}

/// Money: `{"amount": "19.99", "currency": "USD"}`, `"19.99"` or `19.99`.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub enum AmountBody {
    /// With its currency.
    Money {
        /// A decimal.
        amount: String,
        /// ISO 4217.
        currency: String,
    },
    /// A decimal.
    Text(String),
    /// A number, as GA4 has it.
    Number(serde_json::Number),
}

/// What somebody said about being written to.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct ConsentBody {
    /// `subscribed`, `unsubscribed` or `pending`.
    pub email: Option<String>,
    /// The same for text messages.
    pub sms: Option<String>,
    /// The same for WhatsApp.
    pub whatsapp: Option<String>,
    /// The words that they read when they agreed.
    pub shown: Option<String>,
    /// Where and how, for the proof, such as `newsletter form, double opt-in`.
    pub source: Option<String>,
}

/// Where it happened.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct PageBody {
    /// The page's address. Of a product that is looked at it is kept as the product's page. Of others its path and its UTM parameters are kept, and which
    /// network's click id it carries: how the visitor came.
    pub url: Option<String>,
    /// The page that the visitor came from. Its host is kept, where it is not the store's own nor a payment provider's.
    pub referrer: Option<String>,
    /// How the visitor's browser calls itself. Kept is whether that is a phone, a tablet or a desktop.
    pub user_agent: Option<String>,
}

/// Reads one event, so that a bad one doesn't spoil the others.
pub fn offered(event: serde_json::Value) -> Offered {
    let id = event.get("event_id").and_then(|id| id.as_str()).map(str::to_owned);
    // The parser's words show values: they go back to their sender alone.
    let read = serde_json::from_value::<EventBody>(event).map(EventBody::given).map_err(|e| format!("the event can't be read: {e}"));
    (id, read)
}

impl EventBody {
    fn given(self) -> Given {
        let visit = self.visit.unwrap_or_default();
        let page = self.page.unwrap_or_default();
        let consent = self.consent.unwrap_or_default();
        let consents: BTreeMap<&str, Option<String>> =
            BTreeMap::from([("email", consent.email), ("sms", consent.sms), ("whatsapp", consent.whatsapp)]);
        Given {
            event_id: self.event_id,
            name: self.name,
            at: self.at,
            client_id: visit.client_id.map(Id::text),
            session_id: visit.session_id.map(Id::text),
            cart_token: self.cart_token,
            checkout_token: self.checkout_token,
            contact: self.contact.unwrap_or_default().given(),
            items: self.items.into_iter().map(ItemBody::given).collect(),
            value: self.value.map(AmountBody::given),
            currency: self.currency,
            consents: consents.into_iter().filter_map(|(channel, state)| Some((channel.to_owned(), state?))).collect(),
            consent_source: consent.source,
            consent_shown: consent.shown,
            page_url: page.url,
            referrer: page.referrer,
            agent: page.user_agent,
        }
    }
}

impl ContactBody {
    fn given(self) -> GivenContact {
        GivenContact {
            email: self.email,
            phone: self.phone,
            customer_id: self.customer_id.map(Id::text),
            first_name: self.first_name,
            last_name: self.last_name,
            locale: self.locale,
            country: self.country,
            province: self.province,
        }
    }
}

impl ItemBody {
    fn given(self) -> GivenItem {
        GivenItem {
            product_id: self.product_id.map(Id::text),
            variant_id: self.variant_id.map(Id::text),
            sku: self.sku.map(Id::text),
            title: self.title,
            variant_title: self.variant_title,
            price: self.price.map(AmountBody::given),
            quantity: self.quantity,
            url: self.url,
            image_url: self.image_url,
        }
    }
}

impl Id {
    fn text(self) -> String {
        match self {
            Self::Text(text) => text,
            Self::Number(number) => number.to_string(),
        }
    }
}

impl AmountBody {
    fn given(self) -> Amount {
        match self {
            Self::Money { amount, currency } => Amount { amount, currency: Some(currency) },
            Self::Text(amount) => Amount { amount, currency: None },
            Self::Number(number) => Amount { amount: number.to_string(), currency: None },
        }
    }
}
