//! What each platform's deliveries mean.

mod shopify;
