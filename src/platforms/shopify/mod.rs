//! Shopify: signatures, headers, bodies of its webhooks, and links back to its checkouts.

use super::{Envelope, Headers, Platform, PlatformError, ReadContext, ReturnLink};
use crate::domain::cart::Cart;
use crate::domain::event::Event;

/// Shopify.
pub struct Shopify;

impl Platform for Shopify {
    fn name(&self) -> &'static str {
        "shopify"
    }
    fn envelope(&self, _headers: &Headers) -> Result<Envelope, PlatformError> {
        todo!()
    }
    fn verify(&self, _headers: &Headers, _body: &[u8], _secrets: &[String]) -> Result<(), PlatformError> {
        todo!()
    }
    fn check_shop(&self, _body: &[u8], _shop_domain: &str) -> Result<(), PlatformError> {
        todo!()
    }
    fn is_urgent(&self, _topic: &str, _body: &[u8]) -> bool {
        todo!()
    }
    fn read(&self, _context: &ReadContext<'_>, _body: &[u8]) -> Result<Vec<Event>, PlatformError> {
        todo!()
    }
    fn return_url(&self, _cart: &Cart, _link: &ReturnLink<'_>) -> Option<String> {
        todo!()
    }
}
