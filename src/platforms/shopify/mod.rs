//! Shopify: signatures, headers, bodies of its webhooks, and links back to its checkouts.
//!
//! Written against API version 2026-07; older and newer bodies are read as far as they say the same. Sources stand where a rule comes from Shopify's docs.

pub mod admin;
mod canary;
mod carts;
mod customers;
mod export;
mod headers;
mod install;
mod json;
mod lines;
mod links;
mod money;
mod orders;
mod person;
mod products;
mod scan;
mod topic;

use super::store_api::{StoreAccess, StoreApi, StoreError, StoreLine};
use super::store_install::StoreInstall;
use super::{CanaryAct, CanaryShopper, Envelope, Headers, Platform, PlatformError, ReadContext, ReturnLink};
use crate::domain::books::BookOrder;
use crate::domain::cart::Cart;
use crate::domain::event::Event;
use json::{Fault, Node};
use serde_json::Value;
use std::sync::Arc;
use topic::Topic;

/// How much of a topic an error shows.
const TOPIC_SHOWN_MAX: usize = 60;

/// Shopify.
pub struct Shopify;

impl Platform for Shopify {
    fn name(&self) -> &'static str {
        "shopify"
    }

    fn envelope(&self, headers: &Headers) -> Result<Envelope, PlatformError> {
        headers::envelope(headers)
    }

    fn verify(&self, headers: &Headers, body: &[u8], secrets: &[String]) -> Result<(), PlatformError> {
        headers::verify(headers, body, secrets)
    }

    fn check_shop(&self, body: &[u8], shop_domain: &str) -> Result<(), PlatformError> {
        scan::check_shop(body, shop_domain)
    }

    fn is_urgent(&self, topic: &str, body: &[u8]) -> bool {
        scan::is_urgent(topic, body)
    }

    fn names_people(&self, topic: &str) -> bool {
        topic::Topic::of(topic).names_people()
    }

    fn read(&self, context: &ReadContext<'_>, body: &[u8]) -> Result<Vec<Event>, PlatformError> {
        // The parser refuses bad UTF-8 and nesting deeper than 128, and says in which line and column; it never shows what stands there.
        let value: Value = serde_json::from_slice(body).map_err(|error| unreadable(context.topic, &format!("it is not JSON: {error}")))?;
        let Some(root) = Node::root(&value) else { return Err(unreadable(context.topic, "an object is expected, at $")) };
        meaning(&root, context).map(|event| vec![event]).map_err(|fault| unreadable(context.topic, &fault.to_string()))
    }

    fn return_url(&self, cart: &Cart, link: &ReturnLink<'_>) -> Option<String> {
        links::return_url(cart, link)
    }

    fn vital_topics(&self) -> &'static [&'static str] {
        &topic::VITAL
    }

    fn order_number(&self, name: &str) -> Option<u64> {
        orders::number(name)
    }

    fn api(&self, line: &StoreLine, shop_domain: &str, access: StoreAccess) -> Result<Arc<dyn StoreApi>, StoreError> {
        Ok(Arc::new(admin::Admin::new(line.clone(), shop_domain, access)?))
    }

    fn install(&self) -> Option<&'static dyn StoreInstall> {
        Some(&install::Installer)
    }

    fn read_books(&self, bytes: &[u8]) -> Result<Vec<BookOrder>, PlatformError> {
        export::read(bytes)
    }

    fn scopes(&self) -> &'static [(&'static str, &'static str)] {
        &admin::SCOPES
    }

    fn canary_webhook(&self, shopper: &CanaryShopper<'_>, act: CanaryAct, delivery_key: &str, secret: &str) -> (Headers, Vec<u8>) {
        canary::webhook(shopper, act, delivery_key, secret)
    }
}

fn meaning(body: &Node<'_>, context: &ReadContext<'_>) -> Result<Event, Fault> {
    match Topic::of(context.topic) {
        Topic::Cart => carts::cart(body, context),
        Topic::Checkout => carts::checkout(body, context),
        Topic::CheckoutDeleted => carts::deleted(body, context),
        Topic::Order => orders::order(body, context),
        Topic::Refund => orders::refund(body, context),
        Topic::Dispute => money::dispute(body, context),
        Topic::Customer => customers::customer(body, context),
        Topic::CustomersMerged => customers::merged(body),
        Topic::SmsConsent => customers::sms_consent(body, context),
        Topic::EmailConsent => customers::email_consent(body, context),
        Topic::WhatsAppConsent => customers::whatsapp_consent(body, context),
        Topic::EraseContact => customers::subject(body).map(|identities| Event::EraseContact { identities }),
        Topic::DataRequest => customers::subject(body).map(|identities| Event::DataRequest { identities }),
        Topic::EraseShop => Ok(Event::EraseShop),
        Topic::Product => products::product(body, context),
        Topic::ProductDeleted => products::deleted(body, context),
        Topic::InStock => products::stock(body, context, true),
        Topic::OutOfStock => products::stock(body, context, false),
        Topic::Uninstalled => Ok(Event::Uninstalled { at: context.triggered_at.unwrap_or(context.received_at).min(context.received_at) }),
        Topic::Other => Ok(Event::Noted),
    }
}

fn unreadable(topic: &str, what: &str) -> PlatformError {
    let topic: String = topic.chars().take(TOPIC_SHOWN_MAX).collect();
    PlatformError::Unreadable(format!(
        "the body of this {topic:?} delivery can't be read: {what}. It is kept, and can be retried once that is fixed"
    ))
}
