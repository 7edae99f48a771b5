//! Comeback: cart-abandonment recovery for online stores, self-hosted.

pub mod channels;
pub mod domain;
pub mod http_client;
pub mod platforms;
