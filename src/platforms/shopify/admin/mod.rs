//! Shopify's Admin API (GraphQL): what a store can be asked. <https://shopify.dev/docs/api/admin-graphql>

mod answer;
mod books;
mod budget;
mod client;
mod consents;
mod discounts;
mod token;
mod variants;
mod webhooks;

use crate::domain::catalogue::CatalogueSeen;
use crate::platforms::store_api::{OptedOut, StoreApi, StoreError, StoreSeen, Subscribed};
use async_trait::async_trait;
use client::Question;
pub(super) use client::{Admin, base};
use serde_json::{Value, json};
pub(super) use token::exchange;
pub(super) use variants::on_sale;

/// The version that is asked for, and that the documents below were checked against. Shopify supports each for a year.
pub const API_VERSION: &str = "2026-07";

/// Scopes that are used, each with what it is for.
pub const SCOPES: [(&str, &str); 4] = [
    ("read_products", "prices and stock are asked for before a message leaves"),
    ("read_orders", "orders can be compared with the store's books"),
    ("write_discounts", "codes can be made for messages"),
    ("write_customers", "opt-outs can be told to Shopify"),
];

/// Every document that is ever sent, for a check against Shopify's schema.
pub const DOCUMENTS: [&str; 17] = [
    ABOUT.document,
    variants::VARIANTS.document,
    discounts::MAKE.document,
    discounts::MAKE_SHIPPING.document,
    discounts::OF_CODE.document,
    discounts::ADD.document,
    discounts::ADDED.document,
    discounts::CODES.document,
    discounts::DELETE.document,
    discounts::DELETED.document,
    discounts::END.document,
    consents::EMAIL.document,
    consents::SMS.document,
    books::BOOKS.document,
    books::ORDER.document,
    webhooks::THERE.document,
    webhooks::SUBSCRIBE.document,
];

const ABOUT: Question = Question {
    name: "about",
    document: "query ComebackAbout { shop { name currencyCode } currentAppInstallation { accessScopes { handle } } }",
};

#[async_trait]
impl StoreApi for Admin {
    async fn about(&self) -> Result<StoreSeen, StoreError> {
        let data = self.ask(&ABOUT, json!({})).await?;
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let scopes = data["currentAppInstallation"]["accessScopes"].as_array().map(Vec::as_slice).unwrap_or_default();
        Ok(StoreSeen {
            name: text(&data["shop"]["name"]).unwrap_or_default(),
            currency: data["shop"]["currencyCode"].as_str().and_then(|code| code.parse().ok()),
            scopes: scopes.iter().filter_map(|scope| text(&scope["handle"])).collect(),
        })
    }

    async fn variants(&self, ids: &[String]) -> Result<CatalogueSeen, StoreError> {
        variants::ask(self, ids).await
    }

    async fn subscribe(&self, address: &str) -> Result<Subscribed, StoreError> {
        webhooks::subscribe(self, address).await
    }

    async fn opted_out(&self, out: &OptedOut) -> Result<(), StoreError> {
        consents::opted_out(self, out).await
    }
}
