//! Comeback: cart-abandonment recovery for online stores, self-hosted.

pub mod channels;
pub mod clock;
pub mod db;
pub mod domain;
pub mod platforms;
